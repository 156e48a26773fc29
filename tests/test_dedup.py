"""Repeats: signatures are datasketch's, similarities exact, and nothing goes without proof and a kept witness."""

import csv
import hashlib
import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st
from repeats_in_memory import find_repeats, propose

from curation.dedup import compiled
from curation.dedup.content import same_content
from curation.dedup.guards import CODE, NUMBER, surface, surfaces
from curation.dedup.letters import fold, join, letters
from curation.dedup.minhash import NO_SHINGLE, hash_shingle, hash_shingles, signatures, smallest
from curation.dedup.prove import GUARDS, Proven, prove
from curation.dedup.sign import sign
from curation.dedup.similarity import similarities
from curation.korean.kiwi import content_morphemes
from curation.korean.speech_level import tag_messages
from curation.recipes.schema import Repeats

GOLD_FILE = Path(__file__).parent.parent / "corpora" / "gold" / "repeats.tsv"
GOLD = list(csv.DictReader(GOLD_FILE.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
LAW = settings(deadline=None)  # the first example loads tables, datasketch or Kiwi
LETTERS = "가나다라마재고실사a1😀\U0002f800"
TEXTS = st.lists(st.text(alphabet=LETTERS, max_size=30), max_size=8)

QUESTION = "이번 달 재고 실사는 어떤 순서로 진행하면 되나요?"
ANSWER = (
    "재고 담당자가 실사 계획을 세우고 작업자가 로케이션마다 수량을 세어 실사 입력 화면에 넣습니다. "
    "차이가 나오면 다른 작업자가 같은 자리를 다시 세고 담당자가 조정을 승인합니다."
)


def grams(text: str, size: int = 5) -> set[str]:
    return {text[start : start + size] for start in range(max(1, len(text) - size + 1))} if text else set()


def rows_of(*rows: tuple[str, str], level: str = "hapsyo") -> pa.Table:
    """A table as `prove` reads it: each text's speech level is the one given, or 해요체 where it ends so."""
    levels = [["haeyo" if text.rstrip(".?!").endswith("요") else level] for row in rows for text in row]
    return pa.table(
        {
            "question": pa.array([question for question, _ in rows], pa.string()),
            "answer": pa.array([answer for _, answer in rows], pa.string()),
            "user_sentence_levels": pa.array(levels[::2], pa.list_(pa.string())),
            "assistant_sentence_levels": pa.array(levels[1::2], pa.list_(pa.string())),
        }
    )


def pairs_of(*rows: tuple[str, str], recipe: Repeats | None = None) -> Proven:
    return find_repeats(rows_of(*rows), recipe or Repeats(), content_morphemes)


def numbers(found: Proven) -> list[tuple[int, int]]:
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True))


@LAW
@given(TEXTS, st.sampled_from("qa"), st.integers(0, 3), st.integers(1, 7))
def test_signatures_equal_those_of_datasketch_bit_for_bit(texts, prefix, seed, size):
    texts = [letters(text) for text in texts]
    signed = np.ones(len(texts), dtype=np.bool_)
    hashes, counts = hash_shingles(fold(join(texts)), size, prefix, signed)
    for text, signature in zip(texts, signatures(hashes, counts, num_perm=16, seed=seed), strict=True):
        reference = MinHash(num_perm=16, seed=seed, scheme="affine32", hashfunc=hash_shingle)
        reference.update_batch([(prefix + gram).encode() for gram in sorted(grams(text, size))])
        assert signature.dtype == reference.hashvalues.dtype
        assert signature.tolist() == reference.hashvalues.tolist()


@LAW
@given(TEXTS, st.integers(0, 3))
def test_signatures_of_sha1_are_those_of_datasketch_as_it_comes(texts, seed):
    sets = [[gram.encode() for gram in sorted(grams(text))] for text in texts]
    heads = b"".join(hashlib.sha1(gram).digest()[:4] for own in sets for gram in own)
    counts = np.array([len(own) for own in sets], dtype=np.int64)
    found = signatures(np.frombuffer(heads, dtype="<u4"), counts, num_perm=16, seed=seed)
    for own, signature in zip(sets, found, strict=True):
        reference = MinHash(num_perm=16, seed=seed)
        reference.update_batch(own)
        assert signature.tolist() == reference.hashvalues.tolist()


def test_a_thousand_texts_sign_alike_in_one_block_and_in_many():
    draw = random.Random(1)
    texts = ["".join(draw.choices(LETTERS, k=draw.choice([0, 1, 2, 3, 4, 5, 40, 900]))) for _ in range(1_000)]
    hashes, counts = hash_shingles(fold(join(texts)), 5, "q", np.ones(1_000, dtype=np.bool_))
    found = signatures(hashes, counts, num_perm=128, seed=1)
    assert (signatures(hashes, counts, num_perm=128, seed=1, first=120) == found[:, :120]).all()
    assert ((found == NO_SHINGLE).all(axis=1) == (counts == 0)).all()
    for text, signature in list(zip(texts, found, strict=True))[::25]:
        reference = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=hash_shingle)
        reference.update_batch([("q" + gram).encode() for gram in sorted(grams(letters(text)))])
        assert signature.tolist() == reference.hashvalues.tolist()


@pytest.mark.skipif(not compiled.is_there(), reason="numba is not installed: pip install dadeum[fast]")
@LAW
@given(st.lists(st.integers(0, 12), max_size=20), st.integers(0, 2**32 - 1))
def test_the_compiled_kernel_finds_what_numpy_finds(counts, seed):
    draw = np.random.default_rng(seed)
    ends = np.cumsum(np.array(counts, dtype=np.int64) + 1)
    starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    hashes, factors, addends = (draw.integers(0, 2**32, size, dtype=np.uint32) for size in (ends[-1:].sum(), 17, 17))
    found = compiled.smallest(hashes, starts, ends, factors, addends)
    assert found.dtype == np.uint32
    assert found.tolist() == smallest(hashes, starts, ends, factors, addends).tolist()


@LAW
@given(TEXTS, st.integers(1, 7))
def test_similarities_are_the_true_jaccard_of_the_sets(texts, size):
    texts = [letters(text) for text in texts]
    left, right = np.indices((len(texts), len(texts))).reshape(2, -1)
    found = similarities(fold(join(texts)), size, left, right)
    for one, other, score in zip(left, right, found, strict=True):
        mine, others = grams(texts[one], size), grams(texts[other], size)
        assert score == (len(mine & others) / len(mine | others) if mine | others else 1.0)


def test_similarities_stay_exact_over_an_alphabet_too_large_for_64_bits():
    draw = random.Random(3)
    codes = [code for code in range(0x3400, 0x2FA20) if chr(code).isalnum()]
    texts = ["".join(map(chr, draw.choices(codes, k=6_000))) for _ in range(3)]
    texts.append(texts[0][:5_000] + texts[1][:1_000])
    left, right = np.array([0, 1, 3]), np.array([3, 2, 1])
    texts = [letters(text) for text in texts]
    for one, other, score in zip(left, right, similarities(fold(join(texts)), 5, left, right), strict=True):
        mine, others = grams(texts[one]), grams(texts[other])
        assert score == len(mine & others) / len(mine | others)


@LAW
@given(st.lists(st.text(alphabet="가각ㄱ aAİßΣς.1🄰 \n😀?", max_size=20), max_size=6))
def test_letters_know_neither_case_nor_spaces_and_lose_no_letter_or_digit(texts):
    folded = fold(join(texts))
    whole = folded.points.tobytes().decode("utf-32-le")
    for text, start, end in zip(texts, folded.bounds[:-1], folded.bounds[1:], strict=True):
        found = whole[start:end]
        kept = "".join(one.lower()[0] for one in text if one.isalnum())
        assert found == (kept or "".join(text.split()))
        assert found == letters(text) == letters(found)


def test_a_decomposed_text_is_the_same_as_the_composed():
    decomposed = unicodedata.normalize("NFD", ANSWER)
    assert decomposed != ANSWER
    assert letters(decomposed) == letters(ANSWER)


@LAW
@given(st.lists(st.text(alphabet="가 1.5,:/-−+#@aAbC_ \n٣×%👍~*", max_size=25), max_size=5))
def test_surfaces_of_many_texts_are_what_the_patterns_find_in_each(texts):
    for text, found in zip(texts, surfaces(join(texts)), strict=True):
        assert found == surface(text)
        tokens, spelled = found.split(), text.lower().replace("−", "-")
        assert [token for token in tokens if CODE.fullmatch(token)] == CODE.findall(spelled)
        assert [token for token in tokens if NUMBER.fullmatch(token)] == NUMBER.findall(CODE.sub(" ", spelled))
        assert [token for token in tokens if token in "×%👍"] == [sign for sign in text if sign in "×%👍"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("수량은 15개입니다.", "수량은 1.5개입니다."),
        ("코드는 A-01입니다.", "코드는 A01입니다."),
        ("C 언어로 만들었습니다.", "C++ 언어로 만들었습니다."),
        ("온도는 -3도입니다.", "온도는 3도입니다."),
        ("확장자는 .csv입니다.", "확장자는 csv입니다."),
        ("2 × 2", "2 + 2"),
        ("2 × 3 + 4", "2 + 3 × 4"),
        ("10 / 2", "10 * 2"),
        ("10 / 2", "10 - 2"),
        ("3~5번 문", "3, 5번 문"),
        ("수량*단가", "수량/단가"),
        ("매출 - 비용", "매출 / 비용"),
        ("(총액)/(수량)", "(총액)*(수량)"),
        ("증감은 (+)", "증감은 (-)"),
        ("재고가 > 0", "재고가 < 0"),
        ("-5도에서 5도로", "5도에서 -5도로"),
        ("5%와 3", "5와 3%"),
        ("면적은 50㎡", "면적은 50㎥"),
        ("온도는 5℃", "온도는 5°"),
        ("할인은 5%", "할인은 5₩"),
        ("값은 $5", "값은 €5"),
        ("5′", "5″"),
        ("👍", "👎"),
        ("그 방법은 👍", "그 방법은 👎"),
    ],
)
def test_equal_letters_do_not_hide_another_number_code_or_sign(one, other):
    assert surface(one) != surface(other)
    assert numbers(pairs_of(("어떻게 되나요?", one), ("어떻게 되나요?", other))) == []
    assert numbers(pairs_of((one, ANSWER), (other, ANSWER), recipe=Repeats(drop_by="question", guards=False))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("온도는 -5도", "온도는 −5도"),
        ("할인은 5%", "할인은 5 ％"),
        ("3~5번 문", "3～5번 문"),
        ("재고·입고, (출고)…", "재고 입고 출고"),
        ("**재고** 조회~", "- 재고 조회 ^_^"),
        ("고마워 ❤️", "고마워 ❤"),
        ("나 물 줘", "나물 줘"),  # spacing is the repeat most looked for, and what it hides is lost with it
    ],
)
def test_punctuation_spacing_and_another_spelling_of_a_sign_are_the_same_text(one, other):
    assert surface(one) == surface(other)
    assert numbers(pairs_of((one, "네."), (other, "네."))) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other", "repeats"),
    [
        ("재고 있어?", "재고 있어!", False),
        ("재고 있어?", "재고 있어", False),
        ("재고 있어?", "재고있어??!", True),
        ("재고 있어? 그래.", "재고 있어. 그래!", True),  # only the last mark counts
        (QUESTION, QUESTION.rstrip("?"), True),  # long
    ],
)
def test_a_short_question_is_no_repeat_of_a_statement(one, other, repeats):
    assert numbers(pairs_of((one, ANSWER), (other, ANSWER))) == [(0, 1)] * repeats


@pytest.mark.parametrize(
    ("answer", "is_exact"),
    [
        (ANSWER, True),
        (ANSWER.replace("로케이션마다 수량을", "로케이션마다  수량을"), True),
        (ANSWER.replace("재고 담당자가", "재고 담당자는"), False),  # a particle
    ],
)
def test_a_repeat_is_found_and_says_how(answer, is_exact):
    found = pairs_of((QUESTION, ANSWER), (QUESTION, answer))
    assert numbers(found) == [(0, 1)]
    assert found.is_exact.tolist() == [is_exact]
    assert set(found.scores) == {"question", "answer"}
    assert all(score[0] >= 0.8 for score in found.scores.values())


@pytest.mark.parametrize(
    ("answer", "guard"),
    [
        (ANSWER.replace("넣습니다", "넣지 않습니다"), "negation"),
        (ANSWER.replace("승인합니다", "승인해요"), "speech_level"),
        (ANSWER.replace("재고 담당자", "자재 담당자"), "content"),
        (ANSWER.replace("다시 세고", "모두 세고"), "content"),
        (ANSWER + " 끝으로 결과를 알립니다.", "content"),
    ],
)
def test_another_negation_level_or_content_is_no_repeat(answer, guard):
    found = pairs_of((QUESTION, ANSWER), (QUESTION, answer))
    assert numbers(found) == []
    assert found.counts[guard] == found.counts["proposed"] == 1
    assert {name: pairs.tolist() for name, pairs in found.apart.items() if len(pairs)} == {guard: [[0, 1]]}
    assert numbers(pairs_of((QUESTION, ANSWER), (QUESTION, answer), recipe=Repeats(guards=False))) == [(0, 1)]


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER + " 오차는 3개까지 허용합니다.",
        ANSWER.replace("실사 입력", "ERP 입력"),
        ANSWER.replace("수량을 세어", "수량을 → 세어"),
        "네, 그렇게 하시면 됩니다.",
    ],
)
def test_another_number_code_or_sign_is_not_even_proposed(answer):
    assert pairs_of((QUESTION, ANSWER), (QUESTION, answer)).counts["proposed"] == 0


@pytest.mark.parametrize("row", GOLD, ids=lambda row: row["one"][:12])
def test_the_table_of_repeats_holds(row):
    texts = [row["one"], row["other"]]
    levels = [[sentence.level.value for sentence in tag.sentences] for tag in tag_messages(texts)]
    table = pa.table({"question": texts, "user_sentence_levels": pa.array(levels, pa.list_(pa.string()))})
    # One sentence alone is too short for .8; the guards do not depend on the threshold.
    recipe = Repeats(drop_by="question", threshold=0.5)
    pair = np.array([[0, 1]])
    counts = prove(pair, lambda rows, names: table.select(names).take(pa.array(rows)), recipe, content_morphemes).counts
    assert {name for name, count in counts.items() if count} == {"proposed", row["verdict"]}


def test_every_proposed_pair_is_accounted_for():
    rows = [(QUESTION, ANSWER.replace("승인합니다", ending)) for ending in ("승인합니다", "승인해요", "승인을 합니다")]
    counts = pairs_of(*rows, *rows, (QUESTION + " 정말로 그런가요?", ANSWER)).counts
    assert counts["proposed"] == sum(counts[name] for name in ("below_threshold", *GUARDS, "exact", "near"))


def test_rows_are_fetched_in_blocks_by_ascending_distinct_numbers():
    rows = rows_of(*[("언제 해?", "내일 합니다.")] * 3_000)
    asked: list[int] = []

    def fetch(numbers: np.ndarray, names: Sequence[str]) -> pa.Table:
        assert (np.diff(numbers) > 0).all()
        asked.append(len(numbers))
        return rows.select(names).take(pa.array(numbers))

    pairs = np.stack([np.zeros(2_999, dtype=np.int64), np.arange(1, 3_000)], axis=1)
    found = prove(pairs[::-1], fetch, Repeats(), content_morphemes)
    assert len(asked) == 2
    assert numbers(found) == list(map(tuple, pairs.tolist()))
    assert found.counts["exact"] == 2_999


def test_the_same_answer_to_another_question_is_kept_unless_answers_alone_count():
    rows = (QUESTION, ANSWER), ("실사 결과는 누가 승인하나요?", ANSWER)
    assert numbers(pairs_of(*rows)) == numbers(pairs_of(*rows, recipe=Repeats(drop_by="question"))) == []
    found = pairs_of(*rows, recipe=Repeats(drop_by="answer"))
    assert (numbers(found), list(found.scores)) == ([(0, 1)], ["answer"])


def test_the_same_question_in_another_register_is_kept():
    assert numbers(pairs_of(("재고 실사 언제 해?", ANSWER), ("재고 실사는 언제 하나요?", ANSWER))) == []


def test_a_short_text_repeats_only_exactly():
    assert numbers(pairs_of(("재고 실사는 언제 해?", ANSWER), ("재고 실사를 언제 해?", ANSWER))) == []
    assert numbers(pairs_of(("재고 실사 언제 해?", ANSWER), ("재고실사 언제 해 ?", ANSWER))) == [(0, 1)]
    near = ANSWER.replace("재고 담당자가", "재고 담당자는")
    assert numbers(pairs_of(("재고 실사 언제 해?", ANSWER), ("재고 실사 언제 해?", near))) == [(0, 1)]


def test_only_rows_with_a_long_field_have_bands():
    signed = sign(rows_of(("언제 해?", "내일."), ("언제 해?", ANSWER), ("", ""), ("ㅋ", "😀")), Repeats())
    assert [len(bands) for bands in signed["bands"].to_pylist()] == [0, 20, 0, 0]
    assert len(set(signed["exact_key"].to_pylist())) == 4


def test_texts_without_letters_are_compared_and_not_all_alike():
    assert numbers(pairs_of(("???", "😀"), ("???", "😀"), ("!!!", "😀"))) == [(0, 1)]


def test_letters_that_change_sides_are_another_row():
    assert numbers(pairs_of(("재고 실사", "일정"), ("재고", "실사 일정"))) == []


def test_texts_with_equal_shingles_and_other_letters_are_no_exact_repeat():
    rows = rows_of(("가" * 6, "네."), ("가" * 7, "네."))
    found = find_repeats(rows, Repeats(min_near_letters=1, guards=False), content_morphemes)
    assert (numbers(found), found.is_exact.tolist(), found.scores["question"].tolist()) == ([(0, 1)], [False], [1.0])


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
    recipe = Repeats(drop_by="question")
    proposed = set(map(tuple, propose(sign(rows_of(*((text, "") for text in texts)), recipe), np.arange(600)).tolist()))
    left = np.arange(0, 600, 2)
    similar = left[similarities(fold(join(texts)), 5, left, left + 1) >= 0.8]
    assert len(similar) > 250
    assert len(proposed & {(row, row + 1) for row in similar.tolist()}) / len(similar) > 0.99


@LAW
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([QUESTION, QUESTION.replace("이번", "지난"), "언제 해?", "언제 하나요?"]),
            st.sampled_from([ANSWER, ANSWER.replace("담당자가", "담당자는"), "말일에 합니다.", "말일에 해."]),
        ),
        min_size=1,
        max_size=12,
    ),
    guards=st.booleans(),
)
def test_no_repeat_lies_below_the_threshold_and_short_texts_are_equal(rows, guards):
    found = pairs_of(*rows, recipe=Repeats(guards=guards))
    assert (found.left < found.right).all()
    for left, right in numbers(found):
        for side in (0, 1):
            one, other = letters(rows[left][side]), letters(rows[right][side])
            assert one == other or min(len(one), len(other)) >= 20
            assert len(grams(one) & grams(other)) / len(grams(one) | grams(other)) >= 0.8


@LAW
@given(order=st.permutations(range(6)))
def test_repeats_do_not_depend_on_the_order_of_rows(order: Sequence[int]):
    rows = [
        (QUESTION, ANSWER),
        (QUESTION, ANSWER.replace("담당자가", "담당자는")),
        ("언제 해?", ANSWER),
        (QUESTION, ANSWER),
        (QUESTION, ANSWER.replace("승인합니다", "승인해요")),
        ("언제 해?", ANSWER),
    ]

    def linked(found: Proven, names: Sequence[int]) -> set[frozenset[int]]:
        return {frozenset((names[left], names[right])) for left, right in numbers(found)}

    # Of rows that repeat each other exactly only one stands for the near.
    same = {3: 0, 5: 2}
    expected = linked(pairs_of(*rows), range(6))
    found = linked(pairs_of(*(rows[row] for row in order)), order)
    assert {frozenset(same.get(row, row) for row in pair) for pair in found} == {
        frozenset(same.get(row, row) for row in pair) for pair in expected
    }


def test_kiwi_reads_only_words_of_one_side_and_none_where_a_word_has_no_like():
    asked: list[str] = []

    def analyse(words: Sequence[str]) -> list[list[str]]:
        asked.extend(words)
        return [[word[:2]] for word in words]

    same = "재고를 셉니다. "
    assert same_content([(same + "작업자가 넣습니다.", same + "작업자는 넣습니다.")], analyse) == [True]
    assert same_content([(same + "작업이 끝납니다.", same + "작성이 끝납니다.")], analyse) == [False]
    assert asked == ["작업자가", "작업자는", "작성이", "작업이"]
    assert same_content([(same, same + "끝입니다."), ("고객이 넣습니다.", "거래처가 넣습니다.")], analyse) == [
        False,
        False,
    ]
    assert same_content([(same, "재고를, 셉니다!")], analyse) == [True]
    assert len(asked) == 4


@LAW
@given(order=st.permutations(range(5)))
def test_what_guards_kept_apart_is_told_in_order_and_is_among_what_they_stopped(order: Sequence[int]):
    answers = [ANSWER, *(ANSWER.replace("승인합니다", ending) for ending in ("승인해요", "승인합니까?", "승인하지요"))]
    rows = [(QUESTION, answer) for answer in [*answers, ANSWER.replace("넣습니다", "넣지 않습니다")]]
    found = pairs_of(*(rows[row] for row in order))
    repeated = set(numbers(found))
    for guard, pairs in found.apart.items():
        told = [tuple(pair) for pair in pairs.tolist()]
        assert told == sorted(set(told)) and len(told) == found.counts[guard]
        assert not repeated & set(told) and all(left < right for left, right in told)


def test_an_empty_table_has_no_repeats():
    found = pairs_of()
    assert numbers(found) == []
    assert set(found.counts.values()) == {0}
