"""The facts of a text that must be exact: figures with their units, dates, codes, Latin words, Korean numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact at `text[start:end]` in the one form that all its spellings share: 세 번, 3번 and 3회 are 3회.

    `value` and `unit` are its parts; `kind` is figure, word of time, code or Latin word; only facts of one kind and
    unit can stand in each other's place. `is_firm` is off where the unit is a guess.
    """

    start: int
    end: int
    kind: str
    value: str
    unit: str = ""
    is_firm: bool = True

    @property
    def name(self) -> str:
        """The value with its unit; of a word of time the word alone."""
        return self.value if self.kind == "time" else f"{self.value}{self.unit}"


# Spellings of one unit; the first is the one that facts are named by.
_SAME_UNIT = (
    "% 퍼센트", "℃ °C 도씨", "kg 킬로그램", "g 그램", "km 킬로미터", "m 미터", "cm 센티미터 센티", "mm 밀리미터",
    "회 번 차례", "개월 달", "주 주일 주간", "원 KRW", "달러 USD", "명 사람", "L 리터 ℓ", "파렛트 팔레트 파레트",
    "박스 상자", "° ˚ º",
    "초 초간", "분 분간", "일 일간", "년 년간",
)  # fmt: skip
_UNITS = {unit: same.split()[0] for same in _SAME_UNIT for unit in same.split()} | {
    unit: unit
    for unit in (
        "‰ ㎡ ㎥ Hz kHz MHz GHz dpi 도 KB MB GB TB kW kWh V W 시간 단계 가지 자리 라인 개 건 월 시 자 배 층 단 "
        "칸 장 대 줄 종 톤 "
        "분기 차 번째 회차 등급 호 호기 포대 병 캔 봉 봉지 묶음 세트 권 동 평 점 페이지 쪽 행 글자 바이트 엔 "
        "유로 항목 곳 팩 롤 매 축 "
        "포인트 mg t"
    ).split()
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_SCALES = {"십": 10, "백": 100, "천": 1000, "만": 10_000, "억": 100_000_000}
_FIGURE = re.compile(
    r"(?P<sign>(?:영하|마이너스) ?|(?<![\w)%℃-])(?<!\d )[-−–])?(?<![A-Za-z0-9])"
    r"(?P<value>\d+(?:-\d+){2,}|0\d+-\d+|\d+(?:[.,:/]\d+)*)"
    rf"(?: ?(?P<scale>[십백천만억]{{1,2}})(?= ?(?:{_UNIT})|[^가-힣]|$))?(?: ?(?P<unit>(?:{_UNIT})(?![A-Za-z])))?"
)
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*")
# A figure and letters that name one thing together: 3(V), Set (1), 1-Axis (S).
_LABEL = re.compile(r"(?<![A-Za-z0-9])(?:\d+ ?\([A-Za-z]{1,3}\)|\d+-[A-Za-z]+(?: ?\([A-Za-z]+\))?|[A-Za-z]+ ?\(\d+\))")
_DATE = re.compile(r"(?<!\d)(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)")
_RANGE = re.compile(r"\s*(?:[~∼〜–−×x-]|에서|부터)\s*")
_DAYS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15,
}  # fmt: skip
_NATIVE = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "네": 4, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8,
    "아홉": 9, "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70,
    "여든": 80, "아흔": 90,
}  # fmt: skip
_DIGITS = {digit: value for value, digit in enumerate("영일이삼사오육칠팔구")}
# Words of time that exclude each other, by row; spellings of one stand together.
_TIMES = (
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일",  # 월요일마다 실사한다
    "오전 오후",  # 오전 9시
    "정오 자정",  # 자정에 마감한다
    "매시간 매일=날마다 매주 매월=매달 매분기 매년=해마다 격일 격주 격월",  # 매월 1일
    "상반기 하반기",  # 상반기 실사
    "평일 주말 공휴일",  # 평일에만 출고한다
    "전일=전날 당일 익일=다음날",  # 익일 배송
    "전월=지난달 당월=이번달 익월=다음달",  # 익월 5일에 청구한다
    "지난주 이번주 다음주",  # 다음 주에 센다
    "전년=작년 당해=올해 익년=내년",  # 전년 대비
    "절반 전부",  # 절반만 출고한다
)
_TIME_OF = {
    spelling: (str(row), same.split("=")[0])
    for row, words in enumerate(_TIMES)
    for same in words.split()
    for spelling in same.split("=")
}
_TIME = re.compile(
    r"(?<![가-힣])(?:" + "|".join(re.sub("(?<=^매)|(?<=^다음)|(?<=^이번)", " ?", word) for word in _TIME_OF) + ")"
)


def facts_in(text: str, tokens: Sequence[Token]) -> set[str]:
    """Codes and Latin words, numbers with the unit that follows (30분 is not 30일), words of time, Korean numerals."""
    return {fact.name for fact in find_facts(text, tokens)}


def find_facts(text: str, tokens: Sequence[Token]) -> list[Fact]:
    """The facts of a text, in order; `tokens` are its morphemes."""
    plain = text.translate(_NARROW)
    codes = [found for found in _CODE.finditer(plain) if any(char.isdigit() for char in found[0])]
    facts = [Fact(found.start(), found.end(), "code", found[0]) for found in codes]
    rest = _blank(plain, facts)
    labels = [Fact(found.start(), found.end(), "code", found[0].replace(" ", "")) for found in _LABEL.finditer(rest)]
    facts += labels
    rest = _blank(rest, labels)
    dates = [fact for found in _DATE.finditer(rest) for fact in _parts_of_date(found)]
    rest = _blank(rest, dates)
    figures = _with_units_of_ranges(rest, [_figure(found, tokens) for found in _FIGURE.finditer(rest)])
    rest = _blank(rest, figures)
    words = [Fact(found.start(), found.end(), "word", found[0]) for found in _CODE.finditer(rest)]
    times = [
        Fact(found.start(), found.end(), "time", *_TIME_OF[found[0].replace(" ", "")][::-1], False)
        for found in _TIME.finditer(rest)
    ]
    return sorted([*facts, *dates, *figures, *words, *times, *_numerals(rest, tokens)], key=lambda fact: fact.start)


# Full-width letters, digits and signs, one for one, so that places stay.
_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("−"): "-", ord("∼"): "~", ord("〜"): "~"}


def _blank(text: str, facts: Sequence[Fact]) -> str:
    """The text with spaces where facts stand."""
    for fact in facts:
        text = text[: fact.start] + " " * (fact.end - fact.start) + text[fact.end :]
    return text


def _parts_of_date(found: re.Match[str]) -> Iterator[Fact]:
    """2024-03-05 is 2024년, 3월 and 5일."""
    for group, unit in ((1, "년"), (3, "월"), (4, "일")):
        yield Fact(found.start(group), found.end(group), "figure", str(int(found[group])), unit)


def _figure(found: re.Match[str], tokens: Sequence[Token]) -> Fact:
    """A number with its unit, or with the noun that is written to it (30포대)."""
    value = found["value"].rstrip(".,:/").replace(",", "")
    for scale in found["scale"] or "":
        value = str(int(float(value) * _SCALES[scale]))
    sign = "-" if found["sign"] else ""
    if found["unit"]:
        return Fact(found.start(), found.end(), "figure", sign + value, _UNITS[found["unit"]])
    noun = next((token for token in tokens if token.start == found.end() and token.tag in ("NNB", "NNG")), None)
    if noun is None or found["scale"]:
        return Fact(found.start(), found.end(), "figure", sign + value)
    return Fact(found.start(), found.end(), "figure", sign + value, _UNITS.get(noun.form, noun.form), False)


def _with_units_of_ranges(text: str, figures: list[Fact]) -> list[Fact]:
    """The figures, where the first of a range takes the unit of the last: 2–8 ℃ is 2℃ and 8℃."""
    for place in range(len(figures) - 2, -1, -1):
        one, following = figures[place : place + 2]
        if not one.unit and following.unit and _RANGE.fullmatch(text, one.end, following.start):
            figures[place] = replace(one, unit=following.unit, is_firm=following.is_firm)
    return figures


def _numerals(text: str, tokens: Sequence[Token]) -> Iterator[Fact]:
    """Numbers in words: 두 개, 열두 번, 삼십 분, 하루. Sino-Korean digits of one syllable also stand inside words."""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token.tag.startswith("NN") and token.form in _DAYS:
            yield Fact(token.start, token.end, "figure", str(_DAYS[token.form]), "일", False)
        if token.tag not in ("NR", "MM"):
            continue
        value, end = _worth(token.form), token.end
        while value and place < len(tokens) and tokens[place].tag in ("NR", "MM") and _worth(tokens[place].form):
            value, end, place = value + _worth(tokens[place].form), tokens[place].end, place + 1
        unit = _UNIT_AFTER.match(text, end)
        if value and (unit or token.form in _NATIVE):
            yield Fact(token.start, unit.end() if unit else end, "figure", str(value),
                       _UNITS[unit[1]] if unit else "", False)  # fmt: skip


_UNIT_AFTER = re.compile(rf" ?({_UNIT})(?![A-Za-z])")


def _worth(numeral: str) -> int:
    """The number that a numeral names; 0 for what is none, or one syllable of Sino-Korean."""
    if numeral in _NATIVE:
        return _NATIVE[numeral]
    if len(numeral) < 2 or any(char not in _DIGITS and char not in "십백천만" for char in numeral):
        return 0
    total, part, digit = 0, 0, 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "만":
            total, part, digit = total + max(part + digit, 1) * 10_000, 0, 0
        else:
            part, digit = part + max(digit, 1) * _SCALES[char], 0
    return total + part + digit
