"""Splits share no document and no question, whole documents are dealt, and the order of rows changes nothing."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from curation.components import components
from curation.korean.kiwi import content_morphemes
from curation.leakage import deal, split_groups
from curation.recipes.schema import Repeats, Split
from curation.twins import find_twins

NO_TWINS = np.zeros((0, 2), dtype=np.int64)


def spans(*documents: str) -> list[dict[str, str]]:
    return [{"document": document, "sha256": f"digest of {document}"} for document in documents]


def ids(count: int) -> list[str]:
    return [f"{row:032x}" for row in range(count)]


def dealt(evidence, twins=NO_TWINS, *, seed=20, shares=None):
    found = deal(evidence, np.array(twins, dtype=np.int64).reshape(-1, 2), ids(len(evidence)), shares or Split(), seed)
    return [one.split for one in found]


edges = st.integers(1, 12).flatmap(
    lambda nodes: st.tuples(
        st.just(nodes),
        st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=15),
    )
)


def rows_and_twins(*, least_documents):
    """Each row's documents, and pairs of rows that are twins."""
    names = st.lists(st.sampled_from("ABCDEFGH"), min_size=least_documents, max_size=2, unique=True)
    return st.integers(1, 25).flatmap(
        lambda rows: st.tuples(
            st.lists(names, min_size=rows, max_size=rows),
            st.lists(st.tuples(st.integers(0, rows - 1), st.integers(0, rows - 1)), max_size=12),
        )
    )


@given(edges)
def test_components_are_named_by_their_smallest_node(graph):
    nodes, pairs = graph
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    found = components(nodes, array)
    _, reference = connected_components(
        coo_array((np.ones(len(array)), (array[:, 0], array[:, 1])), shape=(nodes, nodes)), directed=False
    )
    for one, other in combinations(range(nodes), 2):
        assert (found[one] == found[other]) == (reference[one] == reference[other])
    assert all(found[found[node]] == found[node] <= node for node in range(nodes))


@given(rows_and_twins(least_documents=0), st.integers(0, 5))
def test_no_document_and_no_twins_stand_in_two_splits(drawn, seed):
    documents, twins = drawn
    found = dealt([spans(*names) for names in documents], twins, seed=seed)
    kept = [row for row, split in enumerate(found) if split]
    for one, other in combinations(kept, 2):
        if set(documents[one]) & set(documents[other]):
            assert found[one] == found[other]
    for one, other in twins:
        if found[one] and found[other]:
            assert found[one] == found[other]


@given(rows_and_twins(least_documents=1), st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_no_document(drawn, order):
    documents, twins = drawn
    places = order.sample(range(len(documents)), len(documents))  # new place → old row
    new_place = {row: place for place, row in enumerate(places)}
    evidence = [spans(*names) for names in documents]
    shuffled = deal(
        [evidence[row] for row in places],
        np.array([(new_place[one], new_place[other]) for one, other in twins], dtype=np.int64).reshape(-1, 2),
        [ids(len(documents))[row] for row in places],
        Split(),
        20,
    )
    for row, split in enumerate(dealt(evidence, twins)):
        assert split == shuffled[new_place[row]].split


def test_whole_documents_are_dealt_near_the_shares():
    evidence = [spans(f"문서 {row % 200}") for row in range(4_000)]
    found = Counter(dealt(evidence))
    assert found["train"] / 4_000 == pytest.approx(0.9, abs=0.02)
    assert found["valid"] / 4_000 == pytest.approx(0.05, abs=0.01)
    assert found["test"] / 4_000 == pytest.approx(0.05, abs=0.01)


def test_three_documents_give_every_split_one_and_one_document_goes_to_train():
    assert set(dealt([spans(name) for name in "ABC"])) == {"train", "valid", "test"}
    assert set(dealt([spans("A")] * 5)) == {"train"}


def test_one_great_document_never_becomes_an_evaluation_set():
    evidence = [spans("큰 문서")] * 500 + [spans(f"문서 {row}") for row in range(100)]
    for seed in range(20):
        assert dealt(evidence, seed=seed)[0] == "train"


def test_another_seed_deals_otherwise():
    evidence = [spans(f"문서 {row}") for row in range(100)]
    assert dealt(evidence, seed=1) == dealt(evidence, seed=1)
    assert dealt(evidence, seed=1) != dealt(evidence, seed=2)


def test_one_split_takes_all_where_the_recipe_says_so():
    evidence = [spans("A", "B"), spans("A"), spans("B"), []]
    assert dealt(evidence, [(1, 2)], shares=Split(train=1.0, valid=0.0, test=0.0)) == ["train"] * 4


def test_evidence_from_two_sides_is_a_bridge_and_says_which_documents():
    evidence = [spans(name) for name in "ABC"]
    bridge = deal([*evidence, spans("A", "B")], NO_TWINS, ids(4), Split(), 20)[3]
    assert bridge.split is None
    assert bridge.because["documents"] == ["A", "B"]


def test_a_twin_across_the_cut_is_a_bridge_and_names_the_twin_that_stays():
    found = deal([spans(name) for name in "ABC"], np.array([[0, 1]]), ids(3), Split(), 20)
    fallen = [row for row, one in enumerate(found) if one.split is None]
    assert len(fallen) == 1
    assert found[fallen[0]].because["twin"] == ids(3)[1 - fallen[0]]


def test_a_row_without_evidence_follows_its_twin():
    evidence = [*(spans(name) for name in "ABC"), [], [], []]
    found = dealt(evidence, [(0, 3), (1, 4), (2, 5)])
    assert found[:3] == found[3:]


def test_one_file_under_two_names_is_one_document():
    same = [{"document": name, "sha256": "0" * 64} for name in ("가.md", "사본/가.md")]
    others = [spans(f"문서 {row}") for row in range(5)]
    for seed in range(10):
        found = dealt([[same[0]], [same[1]], *others], seed=seed)
        assert found[0] == found[1]


def test_split_groups_join_rows_through_documents_and_twins():
    evidence = [spans("A"), spans("A", "B"), spans("B"), [], spans("C")]
    groups = split_groups(evidence, np.array([[2, 3]]), ids(5))
    assert groups == [ids(5)[0]] * 4 + [ids(5)[4]]


@pytest.mark.parametrize(
    ("one", "other", "are_twins"),
    [
        ("재고 실사 언제 해?", "재고 실사는 언제 하나요?", True),
        ("재고 실사 언제 해ㅋㅋ", "재고 실사는 언제 하나요?", True),
        ("WMS는 뭐 하는 거야?", "WMS는 뭐 하는 건가요?", True),
        ("입고 검수는 누가 해?", "출고 검수는 누가 해?", False),
        ("상태 코드 10은 무슨 뜻이야?", "상태 코드 20은 무슨 뜻인가요?", False),
        (
            "창고 입고 검수 화면에서 수량을 고치려면 어떤 권한이 있어야 하나요?",
            "창고 출고 검수 화면에서 수량을 고치려면 어떤 권한이 있어야 하나요?",
            False,
        ),
        ("왜?", "뭐?", False),
    ],
)
def test_twins_are_told_by_content_and_not_by_register(one, other, are_twins):
    questions = [one, other]
    assert len(find_twins(questions, content_morphemes(questions), Repeats())) == are_twins


def test_near_questions_are_twins_only_with_equal_numbers():
    one = "이번 주 금요일까지 3번 구역의 순환 실사를 끝내려면 무엇부터 준비하면 좋을까요?"
    for other, expected in ((one.replace("구역의", "구역에서"), 1), (one.replace("3번", "4번"), 0)):
        assert len(find_twins([one, other], content_morphemes([one, other]), Repeats())) == expected
