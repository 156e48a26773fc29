"""Repeats: signatures are datasketch's, similarities exact, and nothing goes without proof and a kept witness."""

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from curation.dedup.minhash import propose_pairs, signatures
from curation.dedup.repeats import Repeat, choose_kept, cluster_ids, find_repeats
from curation.dedup.shingles import jaccard, letters, shingle
from curation.korean.kiwi import content_morphemes
from curation.recipes.schema import Repeats
from curation.tags import tag
from tests.test_tags import rows_of

TEXTS = st.lists(st.text(alphabet="가나다라마 재고실사a1😀\U0002f800", max_size=30), max_size=8)


def grams(text: str, size: int = 5) -> set[str]:
    return {text[start : start + size] for start in range(max(1, len(text) - size + 1))} if text else set()


def pairs_of(*rows: tuple[str, str], settings: Repeats | None = None) -> list[Repeat]:
    table = tag(rows_of(*([("user", question), ("assistant", answer)] for question, answer in rows)))
    return find_repeats(table, settings or Repeats(), content_morphemes)


@given(TEXTS, st.sampled_from(["", "answer:"]), st.integers(0, 3))
def test_signatures_equal_those_of_datasketch_bit_for_bit(texts, prefix, seed):
    found = signatures(shingle(texts, 5), num_perm=16, seed=seed, prefix=prefix)
    for text, signature in zip(texts, found, strict=True):
        reference = MinHash(num_perm=16, seed=seed, scheme="affine32")
        reference.update_batch([(prefix + gram).encode() for gram in sorted(grams(text))])
        assert signature.dtype == reference.hashvalues.dtype
        assert signature.tolist() == reference.hashvalues.tolist()


@given(TEXTS, st.integers(1, 7))
def test_shingle_sets_are_the_sets_of_n_grams(texts, size):
    sets = shingle(texts, size)
    for row, text in enumerate(texts):
        columns = sets.matrix.indices[sets.matrix.indptr[row] : sets.matrix.indptr[row + 1]]
        assert {sets.vocabulary[column] for column in columns} == grams(text, size)
        assert len(columns) == len(set(columns.tolist()))


def test_shingles_stay_exact_over_an_alphabet_too_large_for_64_bits():
    draw = random.Random(3)
    texts = ["".join(chr(draw.randrange(0x3400, 0x1F000)) for _ in range(8_000)).replace("\ud800", "")]
    texts = [texts[0].encode("utf-8", "ignore").decode()]
    assert set(shingle(texts, 5).vocabulary) == grams(texts[0])


@given(TEXTS)
def test_jaccard_is_the_true_similarity_of_the_sets(texts):
    left, right = np.indices((len(texts), len(texts))).reshape(2, -1)
    for one, other, score in zip(left, right, jaccard(shingle(texts, 5), left, right), strict=True):
        union = grams(texts[one]) | grams(texts[other])
        assert score == (len(grams(texts[one]) & grams(texts[other])) / len(union) if union else 1.0)


@given(st.text())
def test_letters_know_neither_case_nor_spaces_and_lose_no_letter_or_digit(text):
    found = letters(text)
    assert found == letters(found)
    assert bool(found) == bool("".join(text.split()))


def test_bands_of_20_by_6_miss_almost_no_pair_at_the_threshold():
    draw = random.Random(11)
    alphabet = [chr(code) for code in range(0xAC00, 0xAC00 + 800)]
    texts = []
    for _ in range(300):
        text = draw.choices(alphabet, k=120)
        twin = list(text)
        for place in draw.sample(range(120), k=2):  # two letters change at most 10 of 116 shingles: J ≥ 0.84
            twin[place] = draw.choice(alphabet)
        texts += ["".join(text), "".join(twin)]
    sets = shingle(texts, 5)
    proposed = set(map(tuple, propose_pairs(signatures(sets, num_perm=128, seed=1), bands=20, rows=6).tolist()))
    twins = [(2 * row, 2 * row + 1) for row in range(300)]
    similar = [pair for pair in twins if jaccard(sets, np.array([pair[0]]), np.array([pair[1]]))[0] >= 0.8]
    assert len(similar) > 250
    assert len(proposed & set(similar)) / len(similar) > 0.99


QUESTION = "이번 달 재고 실사는 어떤 순서로 진행하면 되나요?"
ANSWER = (
    "재고 담당자가 실사 계획을 세우고 작업자가 로케이션마다 수량을 세어 실사 입력 화면에 넣습니다. "
    "차이가 나오면 다른 작업자가 같은 자리를 다시 세고 담당자가 조정을 승인합니다."
)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ANSWER, "exact"),
        (ANSWER.replace("로케이션마다 수량을", "로케이션마다  수량을"), "exact"),
        (ANSWER.replace("재고 담당자가", "재고 담당자는"), "near"),  # a particle
    ],
)
def test_a_repeat_is_found_and_says_how(answer, kind):
    found = pairs_of((QUESTION, ANSWER), (QUESTION, answer))
    assert [(pair.left, pair.right, pair.kind) for pair in found] == [(0, 1, kind)]
    assert all(score >= 0.8 for score in found[0].scores.values())


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER + " 오차는 3개까지 허용합니다.",
        ANSWER.replace("넣습니다", "넣지 않습니다"),
        ANSWER.replace("넣습니다", "넣어요").replace("승인합니다", "승인해요"),
        ANSWER.replace("승인합니다", "승인해요"),
        ANSWER.replace("재고", "자재"),
        ANSWER.replace("실사 입력", "ERP 입력"),
        "네, 그렇게 하시면 됩니다.",
    ],
)
def test_another_number_negation_level_noun_or_code_is_no_repeat(answer):
    assert pairs_of((QUESTION, ANSWER), (QUESTION, answer)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("수량은 15개입니다.", "수량은 1.5개입니다."),
        ("코드는 A-01입니다.", "코드는 A01입니다."),
        ("C 언어로 만들었습니다.", "C++ 언어로 만들었습니다."),
    ],
)
def test_equal_letters_do_not_hide_another_number_or_code(one, other):
    assert letters(one) == letters(other)
    assert pairs_of((QUESTION, one), (QUESTION, other)) == []


def test_the_same_answer_to_another_question_is_kept():
    assert pairs_of((QUESTION, ANSWER), ("실사 결과는 누가 승인하나요?", ANSWER)) == []


def test_the_same_question_in_another_register_is_kept():
    assert pairs_of(("재고 실사 언제 해?", ANSWER), ("재고 실사는 언제 하나요?", ANSWER)) == []


def test_a_short_text_repeats_only_exactly():
    assert pairs_of(("재고 실사는 언제 해?", ANSWER), ("재고 실사를 언제 해?", ANSWER)) == []
    assert len(pairs_of(("재고 실사 언제 해?", ANSWER), ("재고실사 언제 해", ANSWER))) == 1


def test_texts_without_letters_are_compared_and_not_all_alike():
    assert len(pairs_of(("???", "😀"), ("???", "😀"), ("!!!", "😀"))) == 1


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([QUESTION, QUESTION.replace("이번", "지난"), "언제 해?", "언제 하나요?"]),
            st.sampled_from([ANSWER, ANSWER.replace("담당자가", "담당자는"), "말일에 합니다.", "말일에 해."]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_repeat_lies_below_the_threshold_and_each_removed_row_has_a_kept_witness(rows):
    found = pairs_of(*rows)
    for pair in found:
        assert min(pair.scores.values()) >= 0.8
        for side in (0, 1):
            one, other = (letters(rows[row][side]) for row in (pair.left, pair.right))
            assert one == other or min(len(one), len(other)) >= 20
    linked = {(pair.left, pair.right) for pair in found} | {(pair.right, pair.left) for pair in found}
    gone = choose_kept(found, range(len(rows)), may_stay=lambda row: row % 5 != 0)
    for row, (witness, _) in gone.items():
        assert witness not in gone
        assert witness % 5 != 0
        assert (row, witness) in linked


def test_repeats_do_not_depend_on_the_order_of_rows():
    draw = random.Random(5)
    rows = [
        (QUESTION, ANSWER),
        (QUESTION, ANSWER.replace("담당자가", "담당자는")),
        ("언제 해?", ANSWER),
        (QUESTION, ANSWER),
    ]

    def linked(order: Sequence[int]) -> set[tuple[tuple[str, str], ...]]:
        found = pairs_of(*(rows[row] for row in order))
        ids = cluster_ids([f"{row}" for row in range(len(order))], found)
        return {tuple(sorted(rows[order[place]] for place, own in enumerate(ids) if own == one)) for one in set(ids)}

    assert all(linked(draw.sample(range(4), 4)) == linked(range(4)) for _ in range(5))


def test_the_better_row_stays():
    pair = Repeat(0, 1, "exact", {"question": 1.0, "answer": 1.0})
    assert choose_kept([pair], [1, 0], may_stay=lambda row: True) == {0: (1, pair)}
    assert choose_kept([pair], [1, 0], may_stay=lambda row: row == 0) == {1: (0, pair)}


def test_an_empty_table_has_no_repeats():
    assert find_repeats(tag(rows_of()), Repeats(), content_morphemes) == []
    assert isinstance(tag(rows_of()), pa.Table)
