"""Yes or no of what a sentence denies or grants: `식품에는 합포장이 지원되지 않는다.` → 식품에는 합포장이 지원돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate, rejoin
from datagen.extract.case import find_case, own_nouns
from datagen.extract.reading import NOUNS, Candidate, Reading
from datagen.extract.standing import hangs, leaves_open, qualified
from datagen.extract.statement import Statement
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (
    Template("WMCINS", "{ask}"),
    Template("CEPS", "{told} <알려 줘>"),
    Template("WN", "{doing} <거야>"),
)
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
    claim = _claim(named) if named is not None and len(own_nouns(statement.tokens)) >= _LEAST_NOUNS else None
    if named is None or claim is None or any(end > claim.predicate.start for _, end, _ in named.edits):
        return
    if not _LEAST_CHARS <= len(claim.text) <= _MOST_CHARS or _LEANS.search(claim.text):
        return
    text = reading.scope(claim.text, has_context=True)
    moved = replace(claim.predicate, start=len(text), end=len(text))
    whether = rejoin(claim.predicate, "ᆫ지" if claim.predicate.is_adjective else "는지")
    modifier = rejoin(claim.predicate, "ᆫ" if claim.predicate.is_adjective else "는", "ETM")
    ask = asking(text, moved)
    if claim.predicate.is_copula:  # 필수야, not 필수이야
        ask = (f"{attach(text, '이야/야')}?", *ask[1:])
    slots: Slots = {"ask": ask, "told": text + whether, "doing": text + modifier}
    answer = f"{'네' if claim.holds else '아니요'}, {named.say()}"
    yield Candidate("permission", ASKED, slots, answer, named.evidence, named.path)


def _claim(statement: Statement) -> _Claim | None:
    tokens = statement.tokens
    final = final_predicate(tokens)
    if final is None or final.tag != "EF" or not _opens_with_topic(tokens):
        return None
    stem, noun = tokens[-2], tokens[-3]
    if stem.form == "않" and noun.form == "지":
        predicate = final_predicate(tokens[:-2])
        if predicate is None or len(predicate.stem) > 1 or not _is_one(tokens, predicate):
            return None
        return _Claim(_up_to(statement, predicate.start), predicate, holds=False)
    if len(final.stem) > 1 or noun.form not in (*_GRANTS, *_DENIES) or not _is_one(tokens, final):
        return None
    is_whole = final.is_copula == (noun.form == "필수") and not any(token.tag == "SN" for token in tokens)
    if noun.form in _GRANTS:
        return None if not is_whole else _Claim(_up_to(statement, final.start), final, holds=True)
    able = replace(final, stem=(("하", "XSA"),))
    return _Claim(_up_to(statement, noun.start) + "가능", able, holds=False)


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
            return index > 0 and tokens[index - 1].tag in NOUNS and tokens[index - 1].tag != "NNB"
    return False


def _up_to(statement: Statement, end: int) -> str:
    """The statement up to `end`, the space before it kept, without what no question says."""
    text = statement.say(statement.start, end) + (" " if statement.sentence.line.text[end - 1] == " " else "")
    return _LEFT_OUT.sub("", text)
