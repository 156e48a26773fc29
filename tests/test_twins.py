"""Twins are told by what is asked and not by register; each pair that a key proposes is proved."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.leaks.contents import question_contents
from curation.leaks.likeness import compare
from curation.leaks.nearest import NO_NEAREST
from curation.leaks.twins import add_content, are_twins, content_sets, prove_twins, sign_content, twin_pairs
from curation.recipes.schema import Leaks

GOLD = Path(__file__).parent.parent / "corpora" / "gold" / "twins.tsv"


def signed(questions):
    return sign_content(add_content(pa.table({"question": pa.array(questions, pa.string())})), Leaks())


def in_memory(rows):
    return lambda numbers, columns: rows.select(columns).take(pa.array(numbers))


def buckets(rows):
    pairs = [(key, row) for row, keys in enumerate(rows["twin_keys"].to_pylist()) for key in keys]
    key, row = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    return pa.table({"key": pa.array(key, pa.uint64()), "row": pa.array(row, pa.int64())})


def find_twins(questions):
    rows = signed(questions)
    proposed = twin_pairs(buckets(rows))
    pairs = np.stack([proposed["left"].to_numpy(), proposed["right"].to_numpy()], axis=1)
    return prove_twins(pairs, in_memory(rows), Leaks())[0]


with GOLD.open(encoding="utf-8") as file:
    PAIRS = [(row["one"], row["other"], row["twins"] == "yes") for row in csv.DictReader(file, delimiter="\t")]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_twins_are_told_by_content_and_not_by_register(one, other, expected):
    assert find_twins([one, other]).tolist() == ([[0, 1]] if expected else [])
    assert find_twins([other, one]).tolist() == ([[0, 1]] if expected else [])


WORDS = "재고 실사 입고 검수 출고 파렛트 도크 반품 로케이션 라벨 3번 GTIN 언제 누가 해?".split()
questions = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=2, max_size=12)


@given(questions)
def test_every_pair_of_twins_of_at_most_six_words_is_proposed(drawn):
    rows = signed(drawn)
    is_short = [len(set(words)) <= 6 for words in rows["question_content"].to_pylist()]  # 파렛트 is three to Kiwi
    left, right = np.triu_indices(len(drawn), k=1)
    twins = are_twins(rows, left, right, Leaks())
    keys = [set(found) for found in rows["twin_keys"].to_pylist()]
    for one, other, are in zip(left.tolist(), right.tolist(), twins.tolist(), strict=True):
        if are and is_short[one] and is_short[other]:
            assert keys[one] & keys[other], (drawn[one], drawn[other])


@given(questions)
def test_twins_are_the_same_whichever_stands_first(drawn):
    rows = signed(drawn)
    left, right = np.triu_indices(len(drawn), k=1)
    assert are_twins(rows, left, right, Leaks()).tolist() == are_twins(rows, right, left, Leaks()).tolist()


@given(questions, st.integers(0, 12))
def test_keys_do_not_depend_on_the_shard(drawn, cut):
    whole = signed(drawn)
    parts = [signed(part) for part in (drawn[:cut], drawn[cut:])]
    assert pa.concat_tables(parts)["twin_keys"].to_pylist() == whole["twin_keys"].to_pylist()
    assert pa.concat_tables(parts)["question_content"].to_pylist() == whole["question_content"].to_pylist()


@given(questions)
def test_equal_sets_of_content_words_are_twins_in_any_order(drawn):
    rows = signed(drawn)
    known, sets = content_sets(rows["question_content"].combine_chunks())
    held = [set(words) for words in rows["question_content"].to_pylist()]
    for one, key in zip(known.tolist(), sets.tolist(), strict=True):
        for other, other_key in zip(known.tolist(), sets.tolist(), strict=True):
            assert (key == other_key) == (held[one] == held[other])
            if key == other_key:
                assert are_twins(rows, np.array([one]), np.array([other]), Leaks()).all()


def test_proof_needs_no_order_and_gives_each_pair_once():
    rows = signed(["재고 실사 언제 해?", "재고 실사는 언제 하나요?", "도크 예약은 누가 해?"])
    pairs = np.array([[1, 0], [0, 1], [2, 0], [1, 2]])
    assert prove_twins(pairs, in_memory(rows), Leaks())[0].tolist() == [[0, 1]]
    assert prove_twins(pairs[:0], in_memory(rows), Leaks())[0].shape == (0, 2)


@given(questions, st.randoms(use_true_random=False))
def test_the_nearest_are_no_twins_and_the_same_in_whatever_blocks_they_came(drawn, order):
    rows = signed(drawn)
    pairs = np.stack(np.triu_indices(len(drawn), k=1), axis=1)
    twins, nearest = prove_twins(pairs, in_memory(rows), Leaks())
    told = [tuple(pair) for pair in nearest.pairs.tolist()]
    assert not set(told) & {tuple(pair) for pair in twins.tolist()}
    alike = compare(rows["question_content"].combine_chunks(), *nearest.pairs.T).of_all
    assert nearest.likeness.tolist() == alike.tolist() == sorted(alike, reverse=True)
    shuffled = pairs[order.sample(range(len(pairs)), len(pairs))]
    joined = NO_NEAREST
    for block in np.array_split(shuffled, 3):
        others = prove_twins(block, in_memory(rows), Leaks())[1]
        joined = joined.with_others(others.pairs, others.likeness)
    assert [tuple(pair) for pair in joined.pairs.tolist()] == told


def test_a_stricter_threshold_proves_fewer():
    asked = "반품 입고 화면에서 사유 코드를 고르려면 어떤 권한이 필요해?"
    rows = signed([asked, asked.replace("화면에서", "메뉴에서")])
    for threshold, expected in ((0.5, True), (0.95, False)):
        settings = Leaks(threshold=threshold)
        assert are_twins(rows, np.array([0]), np.array([1]), settings).tolist() == [expected]


def test_a_crowd_under_one_key_is_a_template_and_proposes_nothing():
    def pairs_of(rows, key):
        table = pa.table({"key": pa.array([key] * rows, pa.uint64()), "row": pa.array(range(rows), pa.int64())})
        return twin_pairs(table).num_rows

    near, same = 2, 3  # the lowest bit: all rows under the key are the same
    assert pairs_of(9, near) == 36
    assert 8 * 56 <= pairs_of(64, near) <= 8 * 64
    assert pairs_of(65, near) == 0
    assert pairs_of(5_000, same) == 4_999


def test_a_long_question_is_sampled_alike_in_both_registers():
    turns = [f"{number}번 로케이션에 둔 상품{number * 7}은 파렛트{number * 3}에 쌓였나" for number in range(60)]
    polite = " ".join(f"{turn}요?" for turn in turns)
    casual = " ".join(f"{turn}?" for turn in turns)
    content = question_contents([polite, casual, "재고 실사는 언제 하나요?"])
    assert 32 <= len(content[0]) <= 300
    found = compare(pa.array(content), np.array([0]), np.array([1]))
    assert found.of_all[0] > 0.8


def test_what_has_no_spaces_is_read_at_its_beginning():
    (content,) = question_contents(["재고실사는언제하나요" + "QUJD" * 50_000])
    assert {"재고", "실사", "언제"} <= set(content)
    assert sum(map(len, content)) < 250


def test_nothing_asked_has_no_content_and_no_twin_but_its_like():
    assert find_twins(["", "", "?!", "음…", "재고?"]).tolist() == [[0, 1]]
    assert question_contents([]) == []
