"""Splits share no document and no twins, whole documents are dealt, and the order of rows changes nothing."""

from collections import Counter
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from curation.components import components
from curation.leaks.dealing import SPLITS, Units, deal_units
from curation.leaks.leakage import deal, gather_facts
from curation.leaks.table import measure_leaks
from curation.leaks.twins import add_content
from curation.recipes.schema import Leaks, Split

NO_TWINS = np.zeros((0, 2), dtype=np.int64)
WHOLE = Leaks(max_group_share=1.0)


def spans(*documents: str) -> list[dict[str, str]]:
    return [{"document": document, "sha256": f"digest of {document}"} for document in documents]


def row_id(row):
    return f"{row:032x}"


def table(evidence, *, sources=None, levels=None, parents=None, numbers=None):
    numbers = list(numbers or range(len(evidence)))
    return pa.table(
        {
            "row": pa.array(numbers, pa.int64()),
            "row_id": [row_id(row) for row in numbers],
            "source": pa.array(sources or ["손으로 쓴 것"] * len(numbers), pa.string()),
            "user_level": pa.array(levels or ["casual"] * len(numbers), pa.string()),
            "assistant_level": pa.array(["polite"] * len(numbers), pa.string()),
            "evidence": pa.array(evidence, pa.list_(pa.struct([("document", pa.string()), ("sha256", pa.string())]))),
            "meta": pa.array(
                [f'{{"parent": "{parent}"}}' if parent else "{}" for parent in parents or [""] * len(numbers)],
                pa.string(),
            ),
        }
    )


def deal_rows(rows, twins=NO_TWINS, *, seed=20, shares=None, settings=WHOLE, fixed=None):
    def fetch(numbers, columns):
        place = {number: index for index, number in enumerate(rows["row"].to_pylist())}
        return rows.select(columns).take(pa.array([place[number] for number in numbers.tolist()], pa.int64()))

    pairs = np.array(twins, dtype=np.int64).reshape(-1, 2)
    given = None if fixed is None else np.array([SPLITS.index(one) if one else -1 for one in fixed], dtype=np.int8)
    return deal(gather_facts(rows), pairs, shares or Split(), settings, seed, fetch, given)


def names(dealt):
    return [SPLITS[split] if split >= 0 else None for split in dealt.split.tolist()]


def dealt(evidence, twins=NO_TWINS, **options):
    return names(deal_rows(table(evidence), twins, **options))


edges = st.integers(1, 12).flatmap(
    lambda nodes: st.tuples(
        st.just(nodes),
        st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=15),
    )
)


def rows_and_twins(*, least_documents):
    """Each row's documents, and pairs of rows that are twins."""
    drawn = st.lists(st.sampled_from("ABCDEFGH"), min_size=least_documents, max_size=2, unique=True)
    return st.integers(1, 25).flatmap(
        lambda rows: st.tuples(
            st.lists(drawn, min_size=rows, max_size=rows),
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


@given(rows_and_twins(least_documents=0), st.integers(0, 5), st.sampled_from([0.1, 0.3, 1.0]))
def test_no_document_and_no_twins_stand_in_two_splits(drawn, seed, max_group_share):
    documents, twins = drawn
    rows = table([spans(*found) for found in documents])
    found = deal_rows(rows, twins, seed=seed, settings=Leaks(max_group_share=max_group_share))
    split = found.split.tolist()
    kept = [row for row, one in enumerate(split) if one >= 0]
    for one, other in combinations(kept, 2):
        if set(documents[one]) & set(documents[other]):
            assert split[one] == split[other]
        if found.group[one] == found.group[other]:
            assert split[one] == split[other]
    for one, other in twins:
        if split[one] >= 0 and split[other] >= 0:
            assert split[one] == split[other]
            assert found.group[one] == found.group[other]
    assert set(found.because) == set(range(len(split))) - set(kept)


@given(rows_and_twins(least_documents=0), st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_no_row(drawn, order):
    documents, twins = drawn
    places = order.sample(range(len(documents)), len(documents))
    rows = table([spans(*found) for found in documents])
    found, shuffled = deal_rows(rows, twins), deal_rows(rows.take(pa.array(places, pa.int64())), twins[::-1])
    assert found.split.tolist() == shuffled.split.tolist()
    assert found.group.tolist() == shuffled.group.tolist()
    assert found.because == shuffled.because


def test_whole_documents_are_dealt_near_the_shares():
    evidence = [spans(f"문서 {row % 200}") for row in range(4_000)]
    for train, valid, test in ((0.9, 0.05, 0.05), (0.7, 0.15, 0.15)):
        found = Counter(dealt(evidence, shares=Split(train=train, valid=valid, test=test)))
        assert found["train"] / 4_000 == pytest.approx(train, abs=0.02)
        assert found["valid"] / 4_000 == pytest.approx(valid, abs=0.01)
        assert found["test"] / 4_000 == pytest.approx(test, abs=0.01)


def test_each_source_and_each_register_has_its_share_of_every_split():
    documents = 300
    evidence = [spans(f"문서 {row % documents}") for row in range(6_000)]
    sources = ["핸드북" if row % documents < 240 else "상담 기록" for row in range(6_000)]
    levels = ["polite" if row % documents % 10 < 3 else "casual" for row in range(6_000)]
    found = names(deal_rows(table(evidence, sources=sources, levels=levels)))
    for stratum in (sources, levels):
        every = Counter(stratum)
        for split in ("valid", "test"):
            held = Counter(one for one, where in zip(stratum, found, strict=True) if where == split)
            for one, count in every.items():
                assert held[one] / count == pytest.approx(0.05, abs=0.012), (one, split)


def test_a_group_that_holds_a_whole_register_takes_nothing_from_the_totals():
    evidence = [[] for _ in range(1_000)]
    chain = [(row, row + 1) for row in range(599)]
    levels = ["polite"] * 500 + ["casual"] * 500
    sources = ["가" if row % 2 else "나" for row in range(1_000)]
    rows = table(evidence, sources=sources, levels=levels)
    for seed in range(5):
        found = deal_rows(rows, chain, seed=seed, shares=Split(train=0.7, valid=0.15, test=0.15), settings=Leaks())
        assert Counter(names(found)) == {"train": 700, "valid": 150, "test": 150}
        for split in ("valid", "test"):
            held = Counter(one for one, where in zip(sources, names(found), strict=True) if where == split)
            assert held["가"] == pytest.approx(75, abs=25)


dealt_whole = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 2), st.integers(3, 5), st.sampled_from([-1, -1, -1, 0, 1, 2])),
    min_size=4,
    max_size=40,
)  # rows of a unit, their source, their register, and where an earlier release put it


@given(dealt_whole, st.integers(0, 3), st.sampled_from([0.05, 0.15, 0.3]), st.sampled_from([0.1, 0.3, 1.0]))
def test_a_smaller_split_is_off_by_no_more_than_a_unit_while_units_are_free(drawn, seed, share, max_share):
    size, sources, registers, given_before = (np.array(column) for column in zip(*drawn, strict=True))
    unit = np.repeat(np.arange(len(size)), 2 * size)
    stratum = np.concatenate([np.tile(places, rows) for rows, *places in zip(size, sources, registers, strict=True)])
    keys = np.arange(len(size), dtype=np.uint64)
    units = Units(keys, unit, stratum, given_before.astype(np.int8))
    found = deal_units(units, Split(train=1 - 2 * share, valid=share, test=share), seed, max_share=max_share)
    free = given_before < 0
    wanted, average = share * size.sum(), size.mean()
    assert (found.split == given_before)[~free].all()
    spare = free & (found.split == 0) & (size <= max(wanted, 2 * average)) & ~found.oversized
    for code in (1, 2):
        lacks = wanted - size[found.split == code].sum()
        taken = size[free & (found.split == code)]
        if (free & (found.split == 0)).sum() > 1:  # the greatest split keeps one
            assert (size[spare] >= 2 * lacks - 1e-9).all()
        assert lacks >= -max(taken, default=0) or size[~free & (given_before == code)].sum() > wanted


def test_three_documents_give_every_split_one_and_one_document_goes_to_train():
    assert set(dealt([spans(name) for name in "ABC"])) == {"train", "valid", "test"}
    assert set(dealt([spans("A")] * 5)) == {"train"}


def test_one_great_document_never_becomes_an_evaluation_set():
    evidence = [spans("큰 문서")] * 500 + [spans(f"문서 {row}") for row in range(100)]
    for seed in range(20):
        assert dealt(evidence, seed=seed)[0] == "train"


def test_a_group_above_the_share_goes_to_train_whole_and_is_listed():
    evidence = [spans("큰 문서")] * 60 + [[]] * 60 + [spans(f"문서 {row}") for row in range(80)]
    chain = [(row, row + 1) for row in range(60, 119)]
    for seed in range(10):
        found = deal_rows(table(evidence), chain, seed=seed, settings=Leaks(max_group_share=0.2))
        assert set(names(found)[:120]) == {"train"}
        assert [(one["rows"], one["row_id"]) for one in found.oversized] in (
            [(60, row_id(0)), (60, row_id(60))],
            [(60, row_id(60)), (60, row_id(0))],
        )
        assert found.oversized[0]["share"] == 0.3


def test_another_seed_deals_otherwise():
    evidence = [spans(f"문서 {row}") for row in range(100)]
    assert dealt(evidence, seed=1) == dealt(evidence, seed=1)
    assert dealt(evidence, seed=1) != dealt(evidence, seed=2)


def test_one_split_takes_all_where_the_recipe_says_so():
    evidence = [spans("A", "B"), spans("A"), spans("B"), []]
    assert dealt(evidence, [(1, 2)], shares=Split(train=1.0, valid=0.0, test=0.0)) == ["train"] * 4


def test_no_rows_are_dealt_nowhere():
    assert dealt([]) == []


def test_evidence_from_two_sides_is_a_bridge_and_says_which_documents():
    found = deal_rows(table([*(spans(name) for name in "ABC"), spans("A", "B")]))
    assert found.split[3] == -1
    assert found.because[3]["documents"] == ["A", "B"]


def test_a_twin_across_the_cut_is_a_bridge_and_names_the_twin_that_stays():
    found = deal_rows(table([spans(name) for name in "ABC"]), [(0, 1)])
    (fallen,) = found.because
    assert found.split[fallen] == -1
    assert found.because[fallen]["twin"] == row_id(1 - fallen)
    assert len(found.because[fallen]["splits"]) == 2


@given(rows_and_twins(least_documents=0), st.lists(st.sampled_from([None, *SPLITS]), min_size=25, max_size=25))
def test_every_bridge_between_twins_names_one_that_stays_on_the_other_side(drawn, fixed):
    documents, twins = drawn
    found = deal_rows(table([spans(*one) for one in documents]), twins, fixed=fixed[: len(documents)])
    for row, why in found.because.items():
        if "documents" not in why:
            twin = int(why["twin"], 16)
            assert found.split[row] == -1
            assert SPLITS[found.split[twin]] in why["splits"] and len(why["splits"]) == 2


def test_a_row_without_evidence_follows_its_twin():
    found = dealt([*(spans(name) for name in "ABC"), [], [], []], [(0, 3), (1, 4), (2, 5)])
    assert found[:3] == found[3:]


def test_one_file_under_two_names_is_one_document():
    same = [{"document": name, "sha256": "0" * 64} for name in ("가.md", "사본/가.md")]
    others = [spans(f"문서 {row}") for row in range(5)]
    for seed in range(10):
        found = dealt([[same[0]], [same[1]], *others], seed=seed)
        assert found[0] == found[1]


def test_rows_of_one_parent_stay_together():
    rows = table([[] for _ in range(60)], parents=[f"대화 {row % 20}" for row in range(60)])
    for seed in range(5):
        found = deal_rows(rows, seed=seed)
        assert len(set(names(found))) == 3
        for row in range(60):
            assert found.split[row] == found.split[row % 20] and found.group[row] == row % 20


def test_what_an_earlier_release_dealt_stays_where_it_is():
    evidence = [spans(f"문서 {row % 30}") for row in range(90)]
    fixed = ["test" if row < 30 and row % 30 < 4 else "train" if row < 30 else None for row in range(90)]
    for seed in range(5):
        found = dealt(evidence, fixed=fixed, seed=seed)
        assert found[:30] == fixed[:30]
        assert found[30:60] == found[:30] == found[60:]


def test_a_new_twin_of_an_earlier_row_goes_to_its_split_or_nowhere():
    evidence = [[], [], spans("A"), *(spans(name) for name in "BCDEFGH")]
    fixed = ["test", None, None, *[None] * 7]
    for seed in range(5):
        found = dealt(evidence, [(0, 1), (0, 2)], fixed=fixed, seed=seed)
        assert found[:2] == ["test", "test"]
        assert found[2] in ("test", None)


def test_more_rows_move_no_document_that_was_dealt_alone():
    evidence = [spans(f"문서 {row % 100}") for row in range(1_000)]
    before, after = dealt(evidence), dealt([*evidence, *(spans(f"문서 {row % 100}") for row in range(100))])
    moved = sum(one != other for one, other in zip(before, after[:1_000], strict=True))
    assert moved <= 20  # documents at the edge of a share


def test_groups_join_rows_through_documents_and_twins():
    evidence = [spans("A"), spans("A"), spans("A"), [], spans("C")]
    shares = Split(train=1.0, valid=0.0, test=0.0)
    assert deal_rows(table(evidence), [(2, 3)], shares=shares).group.tolist() == [0, 0, 0, 0, 4]


def kept(splits, documents, questions, answers):
    rows = table([spans(*found) for found in documents]).append_column("split", pa.array(splits, pa.string()))
    return add_content(rows.append_column("question", pa.array(questions)).append_column("answer", pa.array(answers)))


def test_the_leak_table_counts_every_kind_between_every_two_splits():
    rows = kept(
        ["train", "valid", "test", "test", None],
        [["A"], ["A"], ["B"], [], ["B"]],
        ["재고 실사는 언제 하나요?", "재고 실사 언제 해?", "이게 뭐야?", "재고실사는 언제 하나요", "이게 뭐야?"],
        ["네.", "네", "글쎄요.", "월말에 합니다.", "네."],
    )
    found = measure_leaks([rows.slice(0, 2), rows.slice(2)], np.array([[0, 1], [0, 4]]), np.array([0, 1, 2, 2, -1]))
    assert found.shared == {
        "shared_documents": 1,
        "shared_document_digests": 1,
        "shared_questions": 1,
        "shared_question_contents": 1,
        "shared_answers": 1,
        "shared_twins": 1,
    }
    assert found.between["shared_documents"] == {"train/valid": 1, "train/test": 0, "valid/test": 0}
    assert found.between["shared_question_contents"] == {"train/valid": 1, "train/test": 1, "valid/test": 1}
    assert found.between["shared_questions"] == {"train/valid": 0, "train/test": 1, "valid/test": 0}
    assert found.between["shared_twins"] == {"train/valid": 1, "train/test": 0, "valid/test": 0}
    assert {name: pairs.tolist() for name, pairs in found.examples.items()} == {
        "shared_documents": [[0, 1]],
        "shared_document_digests": [[0, 1]],
        "shared_questions": [[0, 3]],
        "shared_question_contents": [[0, 1]],
        "shared_answers": [[0, 1]],
        "shared_twins": [[0, 1]],
    }


def test_the_pairs_shown_are_each_keys_smallest_rows_in_two_splits():
    splits = ["valid", "train", "test", "train", "train", "test"]
    answers = ["같다", "같다", "같다", "다르다", "둘", "둘"]
    asked = [f"{number}번 문은 언제 열어?" for number in range(6)]
    rows = kept(splits, [[]] * 6, asked, answers)
    for order in ([0, 1, 2, 3, 4, 5], [5, 3, 1, 4, 2, 0]):
        found = measure_leaks([rows.take(pa.array([row])) for row in order], NO_TWINS, np.zeros(6, dtype=np.int8))
        assert found.examples["shared_answers"].tolist() == [[0, 1], [4, 5]]
        assert (found.shared["shared_answers"], found.examples["shared_questions"].tolist()) == (2, [])


def test_the_leak_table_of_nothing_is_all_zeros():
    found = measure_leaks([], NO_TWINS, np.zeros(0, dtype=np.int8))
    assert set(found.shared.values()) == {0}
    assert {len(pairs) for pairs in found.examples.values()} == {0}
