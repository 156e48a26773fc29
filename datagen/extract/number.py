"""Numbers in prose: 당일 출고 주문은 14시까지 받는다. → 당일 출고 주문은 몇 시까지 받아?

Korean asks in place: the number gives way to 몇, and only the ending changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, rejoin
from datagen.extract.claims import first_claim
from datagen.extract.reading import COMMON, NOUNS, Candidate, Reading, is_nominal
from datagen.extract.statement import Statement
from datagen.extract.whole import provisions, whole
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (
    Template("WMCS", "{ask}"),
    Template("CEM", "{told} <알려 줘>"),
)
# A number with a counter that 몇 can ask for. 일 asks 며칠, 시 the hour; codes, versions and ratios are not asked so.
_QUANTITY = re.compile(
    r"(?<![\d.,A-Za-z~–-])\d{1,3}(?:,\d{3})*(?:\.\d+)? ?"
    r"(?P<unit>시간|개월|퍼센트|파렛트|박스|분|초|시|일|주|년|회|번|개|건|명|줄|칸|단|층|도|kg|cm|mm|m|%|℃|원|배|자리|가지|단계|종류)"
    r"(?![A-Za-z가-힣]*\d)(?!째)"
)
_OTHER_DIGITS = re.compile(r"\d")
_MOST_CHARS, _LEAST_CHARS = 66, 10
_JOINING = frozenset("고 며 으며 지만 으나 므로 으므로 는데 ᆫ데".split())
_LINKS = frozenset({"어", "아", "어서", "아서"})  # 작성하여 제출한다: one act
_CASES = frozenset({"면", "으면"})
# Nouns that qualify others without naming a thing: 기본 기준은.
_GENERAL = COMMON | frozenset(
    "기본 최대 최소 전체 평균 기준 기간 기한 한도 목표 값 기본값 수량 횟수 주기 시간 클래스 메서드 "
    "필드 항목 목록 페이지 기능 옵션 이벤트 메시지".split()
)
# What may follow a point in time: 3시까지, 5일 이내에, but not 10일 전사 회의에서.
_POINTS = frozenset({"일", "시"})
_AROUND = frozenset("이내 이상 이하 미만 초과 전 후 뒤 안 동안 간격 단위 정도 안팎 이전 이후 전후".split())
# Samples: 로케이션 3에 품목이 60개 있습니다.
_SAMPLE = re.compile(r"예를 들|가령|예컨대|라고 하자|가정|(?<!\S)몇 |반면")


def numbers(reading: Reading) -> Iterator[Candidate]:
    """A pair for each claim with a topic of its own and a single quantity."""
    reading = whole(reading)
    for section in reading.sections():
        seen = reading.at(section)
        for statement in provisions(seen, section):
            yield from (found for tokens in _claims(statement.tokens) if (found := _candidate(seen, statement, tokens)))


def _claims(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The first of the claims that 고 and 며 join, and what follows the last of them and of the reasons given."""
    if first := first_claim(tokens):
        yield first
    joints = (index + 1 for index, token in enumerate(tokens) if token.tag == "EC" and token.form in _JOINING)
    last = tokens[max(joints, default=0) :]
    if last and (rest := last[1:] if last[0].tag == "SP" else last):
        yield rest


def _candidate(reading: Reading, statement: Statement, tokens: Sequence[Token]) -> Candidate | None:
    predicate, line = final_predicate(tokens), statement.sentence.line.text
    if predicate is None or predicate.tag not in ("EF", "EC") or statement.edits or _SAMPLE.search(statement.say()):
        return None
    start, text = tokens[0].start, line[tokens[0].start : predicate.start]
    found = list(_QUANTITY.finditer(text + line[predicate.start : predicate.end]))
    is_long = "(" in text or sum(token.tag == "ETM" for token in tokens) > 1  # nobody asks in so long a modifier
    if is_long or len(found) != 1 or not _LEAST_CHARS <= len(text) <= _MOST_CHARS or any(t.tag == "EP" for t in tokens):
        return None  # 11개로 바뀌었다: a sample
    quantity = found[0]
    if _OTHER_DIGITS.search(text[: quantity.start()] + text[quantity.end() :]):
        return None
    case = max(
        (index + 1 for index, token in enumerate(tokens[:-1]) if token.form in _CASES and token.tag == "EC"), default=0
    )
    after = [token for token in tokens if token.start >= start + quantity.end()]
    if not _has_own_topic(tokens[case:]) or (case and tokens[case - 1].start > start + quantity.start()):
        return None
    if not _is_main(after) or (quantity["unit"] in _POINTS and after[0].tag in NOUNS and after[0].form not in _AROUND):
        return None
    asked = text[: quantity.start()] + _counter(quantity["unit"]) + text[quantity.end() :].replace("하여야 ", "해야 ")
    named = reading.scope(asked, has_context=True)
    hae, haeyo, hapsyo = (named + end for end in _asking(asked, predicate))
    slots: Slots = {"ask": (hae, haeyo, hapsyo), "told": named + _whether(predicate)}
    return Candidate("number", ASKED, slots, statement.say(), statement.evidence, statement.path)


def _counter(unit: str) -> str:
    """What asks for so many of a unit: 며칠, 얼마, 몇 시간."""
    return {"일": "며칠", "원": "얼마"}.get(unit, f"몇 {unit}")


def _is_main(after: Sequence[Token]) -> bool:
    """Whether what follows a quantity is the rest of its own clause: no further topic, clause or modifier."""
    for token, following in zip(after, (*after[1:], None), strict=False):
        follows = following.tag if following is not None else ""
        if token.tag == "JX" and token.form in ("은", "는"):
            return False  # B등급은 몇 %, 신규 공급사는 …
        if (token.tag == "EC" and token.form not in _LINKS and follows != "VX") or (
            token.tag == "ETM" and follows != "NNB"
        ):
            return False  # 오전 몇 시 도크가 열리면서 …
    return bool(after)


def _has_own_topic(tokens: Sequence[Token]) -> bool:
    """Whether a sentence opens with a topic of nouns that says what it is about: 당일 출고 주문은, never 이 값은."""
    topic = next((place for place, token in enumerate(tokens) if token.tag == "JX" and token.form in ("은", "는")), 0)
    nouns = tokens[:topic]
    is_general = all(noun.form in _GENERAL for noun in nouns)
    return is_nominal(nouns) and not is_general and all(token.tag not in ("NP", "NNB") for token in nouns)


def _asking(asked: str, predicate: Predicate) -> tuple[str, str, str]:
    """The three question endings; the copula after a vowel is 야."""
    if predicate.is_copula:
        return attach(asked, "이야/야").removeprefix(asked) + "?", "인가요?", "입니까?"
    return asking("", replace(predicate, start=0))


def _whether(predicate: Predicate) -> str:
    """받는지, 큰지, 인지."""
    return rejoin(predicate, "ᆫ지" if predicate.is_adjective else "는지")
