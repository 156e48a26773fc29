"""Numbers in prose: 당일 출고 주문은 14시까지 받는다. → 당일 출고 주문은 몇 시까지 받아?

Korean asks in place: the number gives way to 몇, and only the ending changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate, rejoin
from datagen.extract.prose.claims import asked_by, first_claim, from_asker, last_claim
from datagen.extract.prose.notes import provisions, with_notes
from datagen.extract.reading import COMMON, NOUNS, Candidate, Reading
from datagen.extract.standing import hangs, harks_back
from datagen.extract.statement import Statement
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (
    Template("WMCS", "{ask}"),
    Template("CEM", "{told} <알려 줘>"),
)
# A number with a counter that 몇 can ask for. 일 asks 며칠, 시 the hour; codes, versions and ratios are not asked so.
_QUANTITY = re.compile(
    r"(?<![\d.,A-Za-z~–제-])\d{1,3}(?:,\d{3})*(?:\.\d+)? ?"
    r"(?P<unit>시간|개월|영업일|주일|퍼센트|파렛트|팔레트|박스|센티미터|밀리미터|제곱미터|미터|킬로그램|그램|톤|리터|"
    r"만 ?원|분|초|시|일|주|년|회|번|개소|개|곳|건|명|인|대|부|매|장|통|행|점|쪽|자|줄|칸|단|층|도|km/h|km|kg|cm|mm|m|"
    r"t|MB|GB|%|℃|원|배|자리|가지|단계|종류)"
    r"(?![A-Za-z가-힣]*\d)(?!째)"
)
_OTHER_DIGITS = re.compile(r"\d")
_MOST_CHARS, _LEAST_CHARS = 66, 10
_LINKS = frozenset({"어", "아", "어서", "아서", "라"})  # 작성하여 제출한다: one act; 사흘이 아니라 5일
_CASES = frozenset({"면", "으면"})
_MOST_MODIFIERS = 2
# What makes one number of several: 0도 이상 10도 이하, ±3, 7~10.
_OPEN_ENDED = re.compile(r"[±~→×÷=]|각각|(?<!\S)또는 ")
# Nouns that qualify others without naming a thing: 기본 기준은.
_GENERAL = COMMON | frozenset(
    "기본 최대 최소 전체 평균 기준 기간 기한 한도 목표 값 기본값 수량 횟수 주기 시간 클래스 메서드 "
    "필드 항목 목록 페이지 기능 옵션 이벤트 메시지".split()
)
# What may follow a point in time or a measure: 3시까지, 5일 이내에, but not 10일 전사 회의에서, 1 m 직선자를.
_POINTS = frozenset("일 시 m cm mm kg t 톤 미터 센티미터 층 단".split())
_AROUND = frozenset("이내 이상 이하 미만 초과 전 후 뒤 안 동안 간격 단위 정도 안팎 이전 이후 전후".split())
# Samples: 로케이션 3에 품목이 60개 있습니다.
_SAMPLE = re.compile(r"예를 들|가령|예컨대|라고 하자|가정|(?<!\S)몇 |반면")


def numbers(reading: Reading) -> Iterator[Candidate]:
    """A pair for each claim with a topic of its own and a single quantity."""
    reading = with_notes(reading)
    for section in reading.sections():
        seen = reading.at(section)
        for statement in provisions(seen, section):
            for topic, tokens in _claims(statement.tokens):
                if (candidate := _candidate(seen, statement, topic, tokens)) is not None:
                    yield candidate


def _claims(tokens: Sequence[Token]) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """The first of the claims that 고 and 며 join, and the last, each with the topic that it takes from the first."""
    if first := first_claim(tokens):
        yield (), first
    if last := last_claim(tokens):
        yield last


def _candidate(
    reading: Reading, statement: Statement, topic: Sequence[Token], tokens: Sequence[Token]
) -> Candidate | None:
    predicate, line = final_predicate(tokens), statement.sentence.line.text
    if predicate is None or predicate.tag not in ("EF", "EC") or statement.edits or _SAMPLE.search(statement.say()):
        return None
    if predicate.stem[0] in (("적", "VA"), ("주", "VX")):
        return None  # Kiwi takes 번호를 적는다 for 적다, few; 운전해 주세요: nobody asks 운전해 주나요
    opened = _opening(topic or tokens)
    if opened is None or hangs(statement) or harks_back(reading, statement, topic or tokens):
        return None
    rest = tokens if topic else tokens[opened:]
    start = rest[0].start if rest else predicate.start
    text = line[start : predicate.start]
    lead = line[(topic or tokens)[0].start : (topic or tokens)[opened - 1].start + 1]
    found = list(_QUANTITY.finditer(text + line[predicate.start : predicate.end]))
    is_long = "(" in lead + text or sum(token.tag == "ETM" for token in (*topic, *tokens)) > _MOST_MODIFIERS
    if is_long or len(found) != 1 or any(token.tag == "EP" and token.form != "시" for token in tokens):
        return None  # nobody asks in so long a modifier; 11개로 바뀌었다: a sample
    quantity = found[0]
    if predicate.tag == "EC" and quantity["unit"] in _units(line[predicate.end : statement.sentence.end]):
        return None  # 14시에 받고 16시에 굽는다: which hour?
    left = text[: quantity.start()] + text[quantity.end() :]
    if _OTHER_DIGITS.search(left) or _OPEN_ENDED.search(left) or ", " in text or "하고 " in text[quantity.end() :]:
        return None
    after = [token for token in rest if token.start >= start + quantity.end()]
    before = [token for token in rest if token.start < start + quantity.start()]
    if not _is_main(after[:-1]) or not _is_flat(before):
        return None
    if quantity["unit"] in _POINTS and after[0].tag in NOUNS and after[0].form not in _AROUND:
        return None
    asked = f"{lead} {text[: quantity.start()]}{_counter(quantity['unit'])}{text[quantity.end() :]}"
    asked = asked_by(re.sub(r"하여야 $", "해야 ", asked), line, tokens)
    if not _LEAST_CHARS <= len(asked) <= _MOST_CHARS:
        return None
    named = reading.scope(asked, has_context=True)
    predicate = from_asker(predicate)
    hae, haeyo, hapsyo = (named + end for end in _asking(asked, predicate))
    slots: Slots = {"ask": (hae, haeyo, hapsyo), "told": named + _whether(predicate)}
    return Candidate("number", ASKED, slots, statement.answer(), statement.grounds, statement.path)


def _units(text: str) -> set[str]:
    """The units of the quantities in a text."""
    return {found["unit"] for found in _QUANTITY.finditer(text)}


def _opening(tokens: Sequence[Token]) -> int | None:
    """How many morphemes open a claim as its topic, place or case: 무거운 상자는, 4단 이상 쌓을 때는."""
    for index, token in enumerate(tokens):
        if token.tag == "JX" and token.form in ("은", "는") and index:
            nouns = [noun for noun in tokens[:index] if noun.tag in NOUNS]
            is_general = all(noun.form in _GENERAL or noun.tag in ("NNB", "SN") for noun in nouns)
            is_pointing = any(noun.tag == "NP" for noun in nouns)
            return None if is_general or is_pointing or tokens[index - 1].tag == "NP" else index + 1
        is_joined = token.tag == "EC" and tokens[index - 1].form not in PREPOSITIONAL and token.form not in _CASES
        if token.tag == "EF" or is_joined:
            return None
    return None


def _is_flat(before: Sequence[Token]) -> bool:
    """Whether nothing before a quantity states a case, a reason or a topic of its own: 사이즈가 없으면 …"""
    return not any(
        (token.tag == "JX" and token.form in ("은", "는")) or token.form in ("또는", "혹은", "경우", "때")
        or (token.tag == "EC" and token.form not in _LINKS)
        for token in before
    )  # fmt: skip


def _counter(unit: str) -> str:
    """What asks for so many of a unit: 며칠, 얼마, 몇 시간."""
    return "얼마" if unit.endswith("원") else {"일": "며칠"}.get(unit, f"몇 {unit}")


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


def _asking(asked: str, predicate: Predicate) -> tuple[str, str, str]:
    """The three question endings; the copula after a vowel is 야."""
    if predicate.is_copula:
        return attach(asked, "이야/야").removeprefix(asked) + "?", "인가요?", "입니까?"
    return asking("", replace(predicate, start=0))


def _whether(predicate: Predicate) -> str:
    """받는지, 큰지, 인지."""
    return rejoin(predicate, "ᆫ지" if predicate.is_adjective or predicate.stem[0][0] == "이" else "는지")
