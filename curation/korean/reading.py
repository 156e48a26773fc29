"""How the end of any word is read aloud, in Hangul: WMS 에스, stock 스톡, 1,000 천, 10.5kg 킬로그램, ½ 일."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from curation.korean.hangul import is_syllable

_LISTED = 0.98  # a row of readings.tsv
_READ = 0.95  # a number digit by digit, a letter by its name
_SILENT = " \t\r\n\u00a0\u200b\u200d\u2060\ufe0f\"'’”`*_~.,!?:;…·、。/|\\-–—」』》〉>»}®™©([{（「『《〈<«“‘"
_REMARKS = {")": "(", "）": "（", "]": "[", "］": "［", "】": "【", "〕": "〔"}
_DIGITS, _TENS, _MYRIADS = "영일이삼사오육칠팔구", "십백천", "만억조경해"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?$")
_FRACTION = re.compile(r"(?<![\d/])(\d)[/⁄](\d)$")
_MONEY = re.compile(r"([$€£¥₩])\s?[\d.,]+$")
# Read with a unit that is not written, by most (the share). Between 사십오 분은 and 사십오는 Koreans are divided.
_CLOCK_AND_CALENDAR = (
    (re.compile(r"(?<!\d)\d{4}([-./])\s?\d{1,2}\1\s?\d{1,2}$"), "일", 0.7),  # 2026-11-22은
    (re.compile(r"(?<![\d/])(?:1[0-2]|[1-9])/(?:[12]\d|3[01])$"), "일", 0.7),  # 12/25은
    (re.compile(r"\d{1,2}:[0-5]\d:[0-5]\d$"), "초", 0.5),  # 12:10:30은(는)
    (re.compile(r"(?<![\d:])\d{1,2}:00$"), "시", 0.5),  # 12:00은(는)
    (re.compile(r"(?<![\d:])\d{1,2}:[0-5]\d$"), "분", 0.5),  # 14:30은, 09:45은(는)
)
_AFTER_NUMBER = re.compile(r"(?<![A-Za-z\d])\d[\d.,]*\s?([^\d\s.,]\S*)$")
_ENDS = (re.compile(r"\S+$"), re.compile(r"[A-Za-z\d]+$"), re.compile(r"[A-Za-z]+$"))
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# How an English ending sounds (외래어 표기법 제3장 제1절), first match: the ending, a word that shows it, how sure.
SPELLING = tuple(
    (re.compile(f"(?:{ending})$"), word, reading, sure)
    for ending, word, reading, sure in (
        ("[sxzfvjhq]|[scgzfv]e", "sandwich", "샌드위치", 0.97),
        ("[bd]e", "attitude", "애티튜드", 0.95),
        ("le?", "pencil", "펜슬", 0.95),
        ("[mn]e?|mb|ng", "morning", "모닝", 0.95),
        ("gue", "league", "리그", 0.95),
        ("que", "boutique", "부티크", 0.5),
        ("[aiouyw]|[eiouy]e|re?", "window", "윈도", 0.95),
        ("[lr]b|d", "diamond", "다이아몬드", 0.95),
        ("b", "bathtub", "배스터브", 0.5),
        ("g", "leg", "레그", 0.85),
        ("ck|ook|ic", "picnic", "피크닉", 0.85),
        ("ke?|[nrs]c", "landmark", "랜드마크", 0.95),
        ("c", "almanac", "알마낵", 0.8),
        ("[lmrs]p|pe", "swamp", "스왐프", 0.8),
        ("[eo][ea]p|oop", "sheep", "시프", 0.5),
        ("p", "spaceship", "스페이스십", 0.9),
        ("[cflnprsx]t|ght|te|[eo]at|eet|ait", "airport", "에어포트", 0.95),
        ("it|[^o]ut|[ou][oi]t|tt", "limit", "리밋", 0.5),
        ("t", "trumpet", "트럼펫", 0.8),
        ("e", "axe", "액스", 0.7),
    )
)


@dataclass(frozen=True, slots=True)
class Heard:
    """How a word may be read, each reading with its share of readers, and what says so."""

    readings: tuple[tuple[str, float], ...]
    evidence: str


def read_ends(words: Sequence[str]) -> list[Heard]:
    """How each word's end is read, same order; none for what we cannot read (emoji, 漢字)."""
    return [_hear(word) for word in words]


def _hear(word: str) -> Heard:
    spoken = _spoken(word)
    if not spoken:
        return Heard((), "")
    plain = unicodedata.normalize("NFKD", spoken)  # ＷＭＳ, café, ㎏ as WMS, cafe, kg
    plain = unicodedata.normalize("NFKC", "".join(char for char in plain if unicodedata.category(char) != "Mn"))
    if plain and is_syllable(plain[-1]):
        return Heard(((plain[-1], 1.0),), plain[-1])
    for listed in (_unit(plain), _readings()["symbol"].get(spoken[-1]), _listed(plain)):
        if listed:
            return Heard(tuple((reading, _LISTED / len(listed)) for reading in listed), "/".join(listed))
    if _NUMBER.search(plain):
        return _number(plain)
    latin = _HUMP.findall(plain) if plain and plain[-1].isascii() and plain[-1].isalpha() else ()
    return _spelled(latin[-1]) if latin else Heard((), "")


def _spoken(word: str) -> str:
    """The word up to its last sound; a word of marks alone is its last mark: ? is read 물음표."""
    rest = word
    while shorter := rest.rstrip(_SILENT):
        opener = _REMARKS.get(shorter[-1])
        if opener is None:
            return shorter
        start, depth = len(shorter) - 1, 1
        while depth and start:
            start -= 1
            depth += (shorter[start] == shorter[-1]) - (shorter[start] == opener)
        before, inside = (shorter[:start], shorter[start + 1 : -1]) if not depth else (shorter[:-1], "")
        is_name = inside.isdecimal() and before[-1:].isspace()  # 응용 식별자 (17): a name of its own, no remark
        rest = before if before.rstrip(_SILENT) and not is_name else inside
    return word.rstrip()[-1:]


def _unit(plain: str) -> tuple[str, ...] | None:
    unit = _AFTER_NUMBER.search(plain)
    return _readings()["unit"].get(unit[1]) if unit else None


def _listed(plain: str) -> tuple[str, ...] | None:
    """The readings of the longest end of a word that is listed: Node.js, then js; GitHub, then Hub; a bare kg."""
    table = _readings()
    ends = [found[0] for pattern in _ENDS if (found := pattern.search(plain))]
    ends += _HUMP.findall(ends[-1])[-1:] if plain[-1:].isalpha() and ends else []
    for end in ends:
        if listed := table["word"].get(end) or table["folded"].get(end.casefold()):
            return listed
        if len(end) > 1 and not end.isupper() and (listed := table["unit"].get(end)):
            return listed
    return None


def _number(plain: str) -> Heard:
    """A number by its last digit or its last place (십, 백, 천, 만, 억, 조), a date or an amount by its unit."""
    digit = _place(plain)
    if (ratio := _FRACTION.search(plain)) and int(ratio[1]) < int(ratio[2]):
        return Heard(((_place(ratio[1]), 0.7), (digit, 0.3)), "분수")  # 2/3는: 삼분의 이
    if money := _MONEY.search(plain):
        return Heard(((_readings()["symbol"][money[1]][0], 0.8), (digit, 0.2)), "금액")  # $100는: 백 달러
    for pattern, unit, share in _CLOCK_AND_CALENDAR:
        if pattern.search(plain):
            return Heard(((unit, share), (digit, 1 - share)), unit)
    return Heard(((digit, _READ),), digit)


def _place(plain: str) -> str:
    found = _NUMBER.search(plain)
    digits = found[0].replace(",", "") if found else "0"
    zeros = len(digits) - len(digits.rstrip("0"))
    if not zeros or zeros == len(digits) or "." in digits or zeros >= 4 * len(_MYRIADS) + 4:
        return _DIGITS[int(digits[-1])]
    return _TENS[zeros - 1] if zeros < 4 else _MYRIADS[zeros // 4 - 1]


def _spelled(latin: str) -> Heard:
    """A word that is not listed: by its letters in capitals or without a vowel (GDL 지디엘), or as it is spelled."""
    letter = _readings()["letter"][latin[-1].upper()][0]
    if len(latin) == 1 or not re.search("[AEIOUYaeiouy]", latin):
        return Heard(((letter, _READ),), letter)
    like, reading, sure = _like(latin.lower())
    if not latin.isupper():
        return Heard(((reading, sure),), f"{like} {reading}")
    pronounceable = len(re.findall("[AEIOUY]", latin)) > 1
    by_letters = 0.9 if len(latin) < 5 else 0.3 if pronounceable else 0.5  # LPN is an abbreviation, CANCEL a word
    return Heard(((letter, by_letters), (reading, (1 - by_letters) * sure)), f"{letter}/{like} {reading}")


def _like(latin: str) -> tuple[str, str, float]:
    """A listed word at the end of a longer one (phonebook: book), or else the word that shows how its ending sounds."""
    for start in range(2, len(latin) - 3):
        if (listed := _readings()["folded"].get(latin[start:])) and len(listed) == 1:
            return latin[start:], listed[0], 0.9
    return next((word, reading, sure) for ending, word, reading, sure in SPELLING if ending.search(latin))


@lru_cache(maxsize=1)
def _readings() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """readings.tsv by kind, `/` between readings that divide Koreans (컷/커트).

    `folded` holds the words without case; of two the one written small (it 잇, IT 아이티).
    """
    table: dict[str, dict[str, tuple[str, ...]]] = {"folded": {}}
    text = (files("curation.korean") / "readings.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        readings = tuple(row["reading"].split("/"))
        table.setdefault(row["kind"], {})[row["written"]] = readings
        if row["kind"] == "word":
            table["folded"][row["written"].casefold()] = readings  # sorted: capitals come before small letters
    return table
