"""Yes or no of what a sentence denies or grants: `식품에는 합포장이 지원되지 않는다.` → 식품에는 합포장이 지원돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate, rejoin
from datagen.extract.case import find_case, is_machine, own_nouns
from datagen.extract.prose.claims import last_claim
from datagen.extract.reading import NOUNS, Candidate, Reading
from datagen.extract.standing import hangs, harks_back, leaves_open, qualified
from datagen.extract.statement import Statement
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (
    Template("WMCINS", "{ask}"),
    Template("CEPS", "{told} <알려 줘>"),
    Template("WN", "{doing} <거야>"),
)
# What rules say nobody does, one asks whether one may: 랙에 올리지 않는다 → 올려도 돼?
BANNED = (Template("WMNS", "{may} <돼>"), Template("CIPE", "{may} [괜찮아?|괜찮나요?|괜찮습니까?]"))
FORBIDDEN = (
    Template("WMNS", "{deed:은/는} 금지[야?|인가요?|입니까?]"),
    Template("CIPE", "{deed:이/가} 금지되는 <거야>"),
)
_PARTY = re.compile(r"(?:회사|당사|저희|업체|은행|센터)$")  # 회사는 배상하지 않는다: no ban on it
_DEED_CHARS = range(6, 46)
_RULES = re.compile(r"안전|수칙|규칙|규정|지침|준수|지켜|주의|금지|적재|보관|취급")
# What grants or demands by its own meaning, and so is asked for as it is: 지원된다, 가능하다, 필수이다.
_GRANTS = frozenset("지원 가능 허용 필수".split())
_DENIES = frozenset("불가 불가능".split())
# What a question leaves out: 현재 지원되지 않는다, 더 이상 쓰이지 않는다.
_LEFT_OUT = re.compile(r"(?<!\S)(?:현재|아직|절대로?|결코|전혀|더 이상|더는|억지로|기본적으로|일반적으로) |\([^()]*\)")
# 도 and 만 lean or limit; 뿐 denies only half; a second 가능 makes a list of what is granted.
_LIMITS = frozenset("도 만 뿐 가능 불가 불가능".split())
# A means, a wish or a reason before what is denied, and whatever stands against something said before.
_LEANS = re.compile(r"(?:대신|때문에?|므로|려면|위해|통해) |^다른 |거의 |(?:두|세|네) 경우")
_MOST_CHARS, _LEAST_CHARS, _LEAST_NOUNS = 60, 9, 2


@dataclass(frozen=True, slots=True)
class _Claim:
    """What is granted or denied: `text` up to the stem of `predicate`, and whether it holds."""

    text: str
    predicate: Predicate
    holds: bool


def verdicts(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    """The pair of a sentence that denies or grants something of the topic or the place it opens with."""
    if hangs(statement) or leaves_open(statement) or find_case(statement) is not None:
        return
    named = qualified(reading, statement, statement.tokens)
    if named is not None and (deed := _forbidden(named)):
        slots: Slots = {"deed": reading.scope(deed, has_context=True)}
        yield Candidate("permission", FORBIDDEN, slots, f"네, {named.answer()}", named.grounds, named.path)
        return
    last = last_claim(statement.tokens)
    if named is None or last is None or len(own_nouns((*last[0], *last[1]))) < _LEAST_NOUNS:
        return
    claim = _claim(named, *last) if not harks_back(reading, named, last[0] or last[1]) else None
    if claim is None or any(end > claim.predicate.start for _, end, _ in named.edits):
        return
    if not _LEAST_CHARS <= len(claim.text) <= _MOST_CHARS or _LEANS.search(claim.text):
        return
    text = reading.scope(claim.text, has_context=True)
    moved = replace(claim.predicate, start=len(text), end=len(text))
    whether = rejoin(claim.predicate, "ᆫ지" if claim.predicate.is_adjective else "는지")
    modifier = rejoin(claim.predicate, "ᆫ" if claim.predicate.is_adjective else "는", "ETM")
    ask = asking(text, moved)
    if not claim.holds and _forbids(named, *last):
        slots = {"may": text + rejoin(claim.predicate, "어도")}
        yield Candidate("permission", BANNED, slots, f"아니요, {named.answer()}", named.grounds, named.path)
        return
    if claim.predicate.is_copula:  # 필수야, not 필수이야
        ask = (f"{attach(text, '이야/야')}?", *ask[1:])
    slots = {"ask": ask, "told": text + whether, "doing": text + modifier}
    answer = f"{'네' if claim.holds else '아니요'}, {named.answer()}"
    yield Candidate("permission", ASKED, slots, answer, named.grounds, named.path)


def _forbidden(statement: Statement) -> str:
    """The deed that a sentence forbids by name: 음식물 반입을 금지한다; empty where it forbids none."""
    tokens = statement.tokens
    stop = len(tokens) - 4 if len(tokens) > 4 and tokens[-3].form == "금지" else 0
    while stop and tokens[stop].tag == "SP":
        stop -= 1
    before = tokens[:stop]
    if not stop or tokens[stop].tag not in ("JKO", "JKS") or any(token.tag in ("EC", "JX", "EF") for token in before):
        return ""
    deed = statement.say(statement.start, tokens[stop].start)
    return deed if len(deed) in _DEED_CHARS and len(own_nouns(before)) >= _LEAST_NOUNS else ""


def _claim(statement: Statement, topic: Sequence[Token], tokens: Sequence[Token]) -> _Claim | None:
    """What the last claim of a statement, led in by its topic, grants or denies."""
    final = final_predicate(tokens)
    if final is None or final.tag != "EF" or not _opens_with_topic((*topic, *tokens)):
        return None
    stem, noun = tokens[-2], tokens[-3]
    if stem.form == "않" and noun.form == "지":
        predicate = final_predicate(tokens[:-2])
        is_much = predicate is not None and predicate.stem[0][0] in ("적", "작")  # 적지 않다: much
        if predicate is None or is_much or len(predicate.stem) > 1 or not _is_one(tokens, predicate):
            return None
        return _Claim(_up_to(statement, topic, tokens, predicate.start), predicate, holds=False)
    if len(final.stem) > 1 or noun.form not in (*_GRANTS, *_DENIES) or not _is_one(tokens, final):
        return None
    is_whole = final.is_copula == (noun.form == "필수") and not any(token.tag == "SN" for token in tokens)
    if noun.form in _GRANTS:
        return None if not is_whole else _Claim(_up_to(statement, topic, tokens, final.start), final, holds=True)
    able = replace(final, stem=(("하", "XSA"),))
    return _Claim(_up_to(statement, topic, tokens, noun.start) + "가능", able, holds=False)


def _forbids(statement: Statement, topic: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Whether rules deny a deed, which then may not be done: 표지판이 없는 랙은 사용하지 않는다."""
    whole = (*topic, *tokens)
    mark = next((index for index, token in enumerate(whole) if token.tag == "JX"), 0)
    named = whole[mark - 1].form if mark else ""
    verb = tokens[-4] if len(tokens) > 3 else tokens[0]
    is_deed = verb.tag == "VV" or (verb.tag == "XSV" and verb.form == "하")
    of_thing = any(token.tag == "JKS" for token in whole[mark:]) or is_machine(named) or bool(_PARTY.search(named))
    return is_deed and not of_thing and any(_RULES.search(heading) for heading in statement.path)


def _is_one(tokens: Sequence[Token], predicate: Predicate) -> bool:
    """Whether a clause claims one thing: no further clause joined to it, no 도 or 만 that leans or limits."""
    before = [token for token in tokens if token.start < predicate.start]
    if before and before[-1].form in (*_GRANTS, *_DENIES):
        before.pop()
    return not any(
        token.form in _LIMITS or token.tag == "EF" or (token.tag == "EC" and stem.form not in PREPOSITIONAL)
        for stem, token in pairwise(before)
    )


def _opens_with_topic(tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with its topic, or with the place or case it holds in: 식품은, 식품에는, 식품의 경우."""
    for index, (token, after) in enumerate(pairwise(tokens)):
        if token.tag in ("EC", "EF") and tokens[index - 1].form not in PREPOSITIONAL:
            return False
        is_place = token.form == "경우" or (token.tag == "JKB" and after.tag == "JX" and after.form in ("은", "는"))
        is_place |= token.tag == "EC"  # 냉동품에 대해
        if is_place:  # 다른 모듈에는 적용되지 않는다: what is not?
            return any(later.tag in ("JKS", "JKO") for later in tokens[index:])
        if token.tag == "JX" and token.form in ("은", "는"):
            return index > 0 and tokens[index - 1].tag in (*NOUNS, "SSC") and tokens[index - 1].tag != "NNB"
    return False


def _up_to(statement: Statement, topic: Sequence[Token], tokens: Sequence[Token], end: int) -> str:
    """A claim up to `end` behind its topic, the space before that kept, without what no question says."""
    lead = f"{statement.say(topic[0].start, topic[-1].start + topic[-1].len)} " if topic else ""
    gap = " " if statement.sentence.line.text[end - 1] == " " else ""
    return _LEFT_OUT.sub("", f"{lead}{statement.say(tokens[0].start, end)}{gap}")
