"""Who or what alone: `단가는 책임자만 고칠 수 있다.` → 단가는 누가 고칠 수 있어?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate
from datagen.extract.acts import VERBAL
from datagen.extract.case import find_case
from datagen.extract.prose.claims import asked_by, from_asker, last_claim
from datagen.extract.prose.notes import with_notes
from datagen.extract.reading import NOUNS, SOMEBODY, Candidate, Reading
from datagen.extract.standing import hangs, leaves_open
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (Template("WMCINPES", "{ask}"),)
_WHO_ASKED = "누가"
_BE = frozenset("되 이 있 없 가능 아니 지".split())
# Heads that 어떤 cannot ask for: 것, 수량 (얼마나), 일부.
_HOLLOW = frozenset("것 수 일부 하나 경우 때 번 값 정도 이상 이하 동안 위 뿐".split())
# No part of the one phrase that 만 limits; a counted thing is no kind of thing.
_NO_PART = frozenset("EC EF JKS JX MAG MAJ JC SN SP NR".split())
_COUNTS = frozenset("하나 한 두 세 일부 및".split())
_TEXT_CHARS = range(10, 61)
_POINTS = re.compile(r"(?<!\S)(?:이|그|해당|이러한|다음|제한된|특정) ")


@dataclass(frozen=True, slots=True)
class _Only:
    """The noun phrase that 만 limits: where it begins, its last noun, the 만, and the particle before that, if any."""

    start: int
    head: str
    end: int
    particle: str
    is_modified: bool


def onlys(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that limits something to one kind of thing, place or person."""
    reading = with_notes(reading)
    for section in reading.sections():
        for statement in statements(reading, section):
            candidate = _candidate(reading.at(section), statement)
            if candidate is not None:
                yield candidate


def _candidate(reading: Reading, statement: Statement) -> Candidate | None:
    predicate, claim = final_predicate(statement.tokens), last_claim(statement.tokens)
    if predicate is None or predicate.tag != "EF" or claim is None or find_case(statement) is not None:
        return None
    topic, tokens = claim
    only = _only(tokens, statement.sentence.line.text)
    if only is None or hangs(statement) or leaves_open(statement):
        return None
    rest = [token for token in tokens if token.start >= only.end]
    asked = _asked(only, rest, has_person=_has_person(topic or tokens, only.start))
    is_labelled = any(end > only.start for _, end, _ in statement.edits)
    if asked is None or is_labelled or not _is_plain(rest) or _POINTS.search(statement.say(only.start, only.end)):
        return None
    lead = statement.say(topic[0].start, topic[-1].start + topic[-1].len) if topic else ""
    before, after = statement.say(tokens[0].start, only.start), statement.say(only.end, predicate.start)
    text = " ".join(part for part in (lead, before, asked, after) if part)
    text += " " if statement.sentence.line.text[predicate.start - 1] == " " else ""
    is_doubled = only.particle == "에서" and before.endswith("에서")
    if len(text) not in _TEXT_CHARS or is_doubled or (asked != _WHO_ASKED and not lead + before):
        return None
    named = reading.scope(asked_by(text, statement.sentence.line.text, tokens), has_context=True)
    slots: Slots = {"ask": asking(named, replace(from_asker(predicate), start=len(named), end=len(named)))}
    kind = "role" if asked == _WHO_ASKED else "permission"
    return Candidate(kind, ASKED, slots, statement.answer(), statement.grounds, statement.path)


def _asked(only: _Only, rest: Sequence[Token], *, has_person: bool) -> str | None:
    """누가, 어떤 품목이, 어떤 화면에서; None for a head that stands alone, which 어떤 would only repeat."""
    if SOMEBODY.search(only.head) and not has_person:
        return None if only.particle else _WHO_ASKED
    if only.head in _HOLLOW or only.head in VERBAL or not only.is_modified or len(only.head) < 2:
        return None
    if only.particle:
        return f"어떤 {only.head}{only.particle}"
    forms = [token.form for token in rest]
    if "가능" in forms:
        return None  # 정해진 메뉴만 접근이 가능하다: 에, 을 or 이, nothing says
    verb = forms[forms.index("수") - 2] if "수" in forms[2:] else forms[-2]
    return attach(f"어떤 {only.head}", "이/가" if verb in _BE else "을/를")


def _is_plain(rest: Sequence[Token]) -> bool:
    """Whether what follows is the verb alone: no clause, no denial, no further object, no noun it makes a name of."""
    forms = [token.form for token in rest]
    modal = forms.index("수") if "수" in forms else len(rest)
    inner = [token for token in rest[:modal] if token.tag in ("EC", "ETM", "JKO", "JX", "EP", "VCP")]
    return not {"않", "없", "못하", "아니", "불가", "불가능"} & set(forms) and len(inner) == int("수" in forms)


def _only(tokens: Sequence[Token], text: str) -> _Only | None:
    """The one phrase with 만 of a claim; it begins the claim, or follows the topic or the place the claim is of."""
    found = [index for index, token in enumerate(tokens) if token.form == "만" and token.tag == "JX"]
    if len(found) != 1 or found[0] < 1:
        return None
    stop = found[0]
    particle = tokens[stop - 1].form if tokens[stop - 1].tag == "JKB" else ""
    head = stop - 1 - bool(particle)
    if tokens[head].tag not in ("NNG", "NNP", "XSN") or particle not in ("", "에서", "에", "으로", "로"):
        return None
    opened = [
        i
        for i in range(head)
        if tokens[i].form in ("은", "는", "에서", "경우") and tokens[i].tag in ("JX", "JKB", "NNG")
    ]
    first = opened[-1] + 1 if opened else 0
    while tokens[first].tag in ("SP", "JX"):
        first += 1
    phrase = tokens[first : head + 1]
    if not phrase or any(token.tag in _NO_PART or token.form in _COUNTS for token in phrase):
        return None
    start, stop_at = phrase[0].start, phrase[-1].start + phrase[-1].len
    if start and text[start - 1] not in " '":
        return None
    words = text[start:stop_at].rsplit(" ", 1)
    return _Only(start, words[-1], tokens[stop].start + 1, particle, len(words) > 1)


def _has_person(tokens: Sequence[Token], end: int) -> bool:
    """Whether somebody is the topic or the subject before a place: 직원은 담당자만 고른다."""
    return any(
        particle.tag in ("JX", "JKS") and particle.form in ("은", "는", "이", "가") and SOMEBODY.search(noun.form)
        for noun, particle in pairwise(tokens)
        if particle.start < end and noun.tag in NOUNS
    )
