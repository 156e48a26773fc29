"""Josa after anything: the gold table, the laws of attaching, and the readings they rest on."""

import csv
import re
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import is_syllable
from curation.korean.josa import attach, attach_all
from curation.korean.reading import SPELLING, read_ends

ROOT = Path(__file__).parent.parent
PAIRS = {
    "은/는": "은(는)", "이/가": "이(가)", "을/를": "을(를)", "과/와": "과(와)", "아/야": "아(야)", "으로/로": "(으)로",
    "으로서/로서": "(으)로서", "으로써/로써": "(으)로써", "으로부터/로부터": "(으)로부터", "이랑/랑": "(이)랑", "이나/나": "(이)나",
    "이며/며": "(이)며", "이든/든": "(이)든", "이야/야": "(이)야", "이라/라": "(이)라", "이라는/라는": "(이)라는", "이다/다": "(이)다",
    "이에요/예요": "이에요(예요)", "이어요/여요": "이어요(여요)", "이었/였": "이었(였)", "이었습니다/였습니다": "이었습니다(였습니다)",
}  # fmt: skip
PAIR = st.sampled_from(sorted(PAIRS))
WORDS = [
    "재고",
    "물량",
    "화물",
    "WMS",
    "URL",
    "3PL",
    "stock",
    "cut",
    "GitHub",
    "user_id",
    "1,000",
    "A1",
    "10.5kg",
    "½",
    "ㄱ",
]
WORD = st.sampled_from(WORDS) | st.from_regex(r"[가-힣A-Za-z0-9]{1,8}", fullmatch=True)
LATIN = st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True)
SINO = "영일이삼사오육칠팔구"
with (files("curation.korean") / "readings.tsv").open(encoding="utf-8") as lexicon:
    READINGS = list(csv.DictReader(lexicon, delimiter="\t", quoting=csv.QUOTE_NONE))
LISTED = [row["written"] for row in READINGS if row["kind"] == "word" and re.fullmatch("[a-z]{3,}", row["written"])]
OTHER_WORDS = {row["written"] for row in READINGS if row["kind"] == "word" and row["written"].isupper()}


def particle(word, pair):
    return attach(word, pair).removeprefix(word)


def spoken_number(number):
    """A whole number below 10,000조 as it is read: 1,200 → 천이백. The plain way, to compare with."""
    if number == 0:
        return "영"
    groups = []
    for unit in ("", "만", "억", "조"):
        number, four = divmod(number, 10_000)
        places = zip(("천", "백", "십", ""), f"{four:04}", strict=True)
        groups.append("".join(SINO[int(digit)] + place for place, digit in places if digit != "0") + unit * bool(four))
    return "".join(reversed(groups))


def test_josa_follow_the_gold_table(gold):
    rows = gold("josa.tsv")
    wrong = [(row["expected"], attach(row["word"], row["pair"])) for row in rows]
    assert [(expected, got) for expected, got in wrong if expected != got] == []


def test_the_gold_table_is_broad_and_names_nothing_twice(gold):
    rows = [(row["word"], row["pair"]) for row in gold("josa.tsv")]
    assert len(set(rows)) == len(rows) >= 800
    assert sum("(" in row["expected"].removeprefix(row["word"]) for row in gold("josa.tsv")) >= 25


@given(st.text() | WORD, PAIR)
def test_a_word_stays_and_one_form_or_the_doubled_one_follows(word, pair):
    text = attach(word, pair)
    assert text.startswith(word)
    assert text[len(word) :] in {*pair.split("/"), PAIRS[pair]} or word.endswith("아니")


@given(st.lists(st.text() | WORD, max_size=8), PAIR)
def test_many_words_are_attached_as_each_alone(words, pair):
    found = attach_all(words, pair)
    assert [one.text for one in found] == [attach(word, pair) for word in words]
    assert all(0 <= one.confidence <= 1 for one in found)


@given(st.text() | WORD)
def test_the_doubled_form_means_low_confidence_and_nothing_else_does(word):
    (found,) = attach_all([word], "은/는")
    assert (found.text == word + "은(는)") == (found.confidence < 0.6)


@given(WORD, st.text(alphabet="가나 abWM01년개.", max_size=6), st.sampled_from(["()", "[]", "（）", "【】"]), PAIR)
def test_a_bracketed_remark_changes_nothing(word, remark, brackets, pair):
    assert particle(f"{word}{brackets[0]}{remark}{brackets[1]}", pair) == particle(word, pair)


@given(WORD, PAIR)
@pytest.mark.parametrize(
    "frame",
    [
        "'{}'",
        '"{}"',
        "“{}”",
        "‘{}’",
        "「{}」",
        "《{}》",
        "<{}>",
        "`{}`",
        "**{}**",
        "*{}*",
        "__{}__",
        "~~{}~~",
        "{}. ",
        "({})",
        "[{}]",
    ],
)
def test_quotes_emphasis_and_brackets_around_a_word_change_nothing(frame, word, pair):
    assert particle(frame.format(word), pair) == particle(word, pair)


@given(WORD, PAIR)
def test_the_last_word_decides(word, pair):
    assert particle(f"창고 {word}", pair) == particle(word, pair)


@given(LATIN, PAIR)
def test_full_width_and_decomposed_writing_are_read_alike(word, pair):
    assert particle("".join(chr(ord(char) + 0xFEE0) for char in word), pair) == particle(word, pair)
    assert particle(unicodedata.normalize("NFD", f"물량 {word} 각"), pair) == particle("각", pair)


@given(st.from_regex(r"[가-힣]{1,6}", fullmatch=True).filter(lambda word: word != "아니"), PAIR)
def test_hangul_is_never_unsure_and_decides_by_its_final_consonant(word, pair):
    consonant, vowel = pair.split("/")
    final = (ord(word[-1]) - 0xAC00) % 28
    liquid = final == 8 and consonant.startswith("으")
    assert attach_all([word], pair)[0].confidence == 1
    assert attach(word, pair) == word + (vowel if not final or liquid else consonant)


@given(st.integers(0, 10**16 - 1) | st.builds(lambda n, z: n * 10**z, st.integers(1, 99), st.integers(0, 13)), PAIR)
def test_a_number_takes_what_its_reading_takes(number, pair):
    expected = particle(spoken_number(number), pair)
    assert particle(str(number), pair) == expected
    assert particle(f"{number:,}", pair) == expected
    assert particle(f"-{number}", pair) == expected


def test_a_listed_word_is_read_alike_in_any_case_and_its_plural_ends_in_a_vowel():
    one_way = [word for word in LISTED if word.upper() not in OTHER_WORDS]
    for cased in (str.upper, str.capitalize):
        assert [particle(cased(word), "은/는") for word in one_way] == [particle(word, "은/는") for word in one_way]
    assert {particle(f"{word}s", "은/는") for word in LISTED} == {"는"}


@pytest.mark.parametrize(
    "pair",
    [
        "은",
        "",
        "/",
        "은/",
        "/는",
        "는/은",
        "가/이",
        "로/으로",
        "야/이야",
        "은/를",
        "은는",
        "은/는/도",
        "이에요/에요",
        "이었/었",
        "이/이",
    ],
)
def test_a_pair_that_is_none_is_refused_with_a_way_to_write_it(pair):
    with pytest.raises(ValueError, match=r"consonant first.*은/는"):
        attach("재고", pair)


def test_anijan_holds_its_copula():
    assert attach("그게 아니", "이에요/예요") == "그게 아니에요"
    assert attach("아니", "이었다/였다") == "아니었다"
    assert attach("아니", "이야/야") == "아니야"
    assert attach("언니", "이에요/예요") == "언니예요"


@pytest.mark.parametrize("word", ["", " ", "''", "()", "\u200b"])
def test_a_word_without_a_sound_of_its_own_is_never_taken_for_sure_hangul(word):
    (found,) = attach_all([word], "이/가")
    assert found.text in (word + "이(가)", word + "가")
    assert found.confidence < 1


def test_an_empty_word_has_both_forms():
    assert [(one.text, one.confidence, one.evidence) for one in attach_all([""], "을/를")] == [("을(를)", 0, "")]


def test_what_decided_is_shown():
    words = ["재고", "stock", "WMS", "1,000", "10kg", "garden", "cut", "notebooks", "GitHub"]
    assert [found.evidence for found in attach_all(words, "은/는")] == [
        "고", "스톡", "에스", "천", "킬로그램", "morning 모닝", "컷/커트", "sandwich 샌드위치", "깃허브",
    ]  # fmt: skip


def test_ordinary_warehouse_words_are_hardly_ever_doubled():
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpora" / "wms").glob("*.md")))
    words = sorted(set(re.findall(r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]", text)))
    doubled = [found.text for found in attach_all(words, "은/는") if found.confidence < 0.6]
    assert len(words) > 400
    assert len(doubled) / len(words) < 0.015, doubled


def test_every_reading_is_hangul_and_every_row_stands_once_in_order():
    keys = [(row["kind"], row["written"]) for row in READINGS]
    assert keys == sorted(set(keys))
    assert {kind for kind, _ in keys} == {"letter", "symbol", "unit", "word"}
    assert len(LISTED) >= 400
    for row in READINGS:
        assert row["written"] == unicodedata.normalize("NFC", row["written"]).strip() != ""
        for reading in row["reading"].split("/"):
            assert reading and all(map(is_syllable, reading)), row


def test_each_way_of_spelling_shows_itself_in_its_own_word():
    for ending, word, reading, sure in SPELLING:
        assert next(row for row in SPELLING if row[0].search(word))[0] is ending, word
        assert is_syllable(reading[-1])
        assert 0 < sure < 1


def test_spelling_is_as_sure_as_it_is_right_about_the_listed_words():
    right = {ending.pattern: [] for ending, *_ in SPELLING}
    for row in READINGS:
        if row["written"] in LISTED and len(heard := set(map(sound, row["reading"].split("/")))) == 1:
            ending, _, reading, _ = next(rule for rule in SPELLING if rule[0].search(row["written"]))
            right[ending.pattern].append(sound(reading) in heard)
    for ending, _, _, sure in SPELLING:
        if sure >= 0.6 and len(found := right[ending.pattern]) >= 10:
            assert sum(found) / len(found) >= sure - 0.03, ending.pattern


def sound(reading):
    """Vowel 0, ㄹ 2 or another consonant 1 at the end of a reading."""
    final = (ord(reading[-1]) - 0xAC00) % 28
    return 0 if not final else 2 if final == 8 else 1


def test_a_reading_has_at_most_all_readers(gold):
    for heard in read_ends([row["word"] for row in gold("josa.tsv")]):
        assert sum(share for _, share in heard.readings) <= 1.001
