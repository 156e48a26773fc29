"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate
from datagen.documents import Items, Table
from datagen.extract.case import (
    Case,
    CaseKind,
    Force,
    as_if,
    find_case,
    force_of,
    in_form,
    is_wish,
    own_nouns,
    tells_when,
)
from datagen.extract.reading import Candidate, Reading
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

DUTY = (
    Template("NWMCSI", "{condition} 어떻게 <해야 돼>"),
    Template("NWM", "{condition} [뭘|무엇을] <해야 돼>"),
    Template("CMS", "{condition} 어떻게 하면 <돼>"),
    Template("SM", "{condition} 어떻게 해야 하는지 <알려 줘>"),
)
BAN = (
    Template("NWM", "{condition} [뭘|무엇을] 하면 안 [돼?|되나요?|됩니까?]"),
    Template("CI", "{condition} 해서는 안 되는 [게|것이] <뭐야>"),
)
ACT = (Template("CM", "{condition} 어떻게 <처리해>"),)
DUTY_SPOKEN = (Template("WNS", "{spoken} 어떻게 <해야 돼>"), Template("WS", "{spoken} 어떻게 하면 <돼>"))
RESULT = (
    Template("IPEN", "{condition} <어떻게 돼>"),
    Template("SC", "{condition} 어떻게 되는지 <알려 줘>"),
    Template("WIM", "{condition} 어떻게 되는 <거야>"),
)
SETTING = (
    Template("IPN", "{condition} <어떻게 돼>"),
    Template("IP", "{condition} [뭐가|무엇이] [달라져?|달라지나요?|달라집니까?]"),
    Template("SI", "{condition} 어떻게 되는지 <알려 줘>"),
)
ABILITY = (
    Template("NIP", "{condition} [뭘|무엇을] 할 수 <있어>"),
    Template("CPE", "{condition} 할 수 있는 [게|것이] <뭐야>"),
    Template("EI", "{condition} [뭐가|무엇이] <가능해>"),
)
ADVICE = (
    Template("WNI", "{condition} 어떻게 하는 [게|것이] [좋아?|좋은가요?|좋습니까?]"),
    Template("MP", "{condition} [뭘|무엇을] 하는 [게|것이] [좋아?|좋은가요?|좋습니까?]"),
)
CAUSE = (
    Template("WNS", "{spoken} 왜 그런 <거야>"),
    Template("SI", "{spoken} [뭐가|무엇이] 문제[야?|인가요?|입니까?]"),
    Template("MI", "{spoken} 원인이 <뭐야>"),
)
WISH = (
    Template("NIW", "{wish} 어떻게 <해야 돼>"),
    Template("NWS", "{wish} [뭘|무엇을] <해야 돼>"),
    Template("CI", "{wish} 어떻게 하면 <돼>"),
    Template("NM", "{wish} 어떻게 해야 하는지 <알려 줘>"),
)
NEEDED = (
    Template("NI", "{wish} [뭐가|무엇이] <필요해>"),
    Template("CP", "{wish} 어떤 조건을 갖춰야 <돼>"),
)
# What a question leaves out at its beginning.
_OPENING = re.compile(r"^(?:(?:일반적으로|종종|보통|대부분|현재|이제|그리고|[가-힣]+에서는) )+")
_BARE = re.compile(r"^(?:필요|가능|원)(?:하면|한 경우)|^(?:필요|가능|원)하(?:면|는)")
_STATES = frozenset("있 없 않 못하 모자라 남 틀리".split())
# A user's own doing, whose outcome is what changes.
_SETTINGS = re.compile(r"(?:설정|선택|사용|활성화|비활성화|지정|구성)하$|[을를](?:켜|끄|고르|누르)$")
# Where no title can lead a question in, its case must name this many things by itself.
_CONDITION_CHARS, _LEAST_NOUNS = range(7, 61), 3


def conditions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence of prose or bullets that says what to do, or what happens, in a stated case."""
    for section in reading.sections():
        for statement in statements(reading, section):
            # The sentence that leads into a list or table says only that it follows.
            if not isinstance(statement.after, Items | Table):
                yield from _candidate(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement)
    if case is None or case.is_only or tells_when(case):
        return
    templates = _templates(case, force_of(case.main, case.topic))
    condition = _said(statement, case, templates)
    is_thin = not reading.subject and len(own_nouns(case.clause)) < _LEAST_NOUNS
    if not templates or is_thin or len(condition) not in _CONDITION_CHARS or _BARE.search(condition):
        return
    slots = {"wish" if templates in (WISH, NEEDED) else "condition": reading.scope(condition, has_context=True)}
    if templates[0] is DUTY[0] and case.kind is CaseKind.IF and _is_trouble(case.clause, case.predicate):
        slots["spoken"] = reading.scope(_spoken(statement, case), has_context=True)
        templates += DUTY_SPOKEN
    if templates is CAUSE:
        slots = {"spoken": reading.scope(_spoken(statement, case), has_context=True)}
    yield Candidate("condition", templates, slots, statement.say(), statement.evidence, statement.path)


def _said(statement: Statement, case: Case, templates: tuple[Template, ...]) -> str:
    """The case as one asks about it: 예약해야 하는 경우 one must act in → 예약해야 할 때는."""
    must = any(token.form.startswith("어야") for token in case.clause[-4:])
    is_asked_when = bool(templates) and templates[0] in (DUTY[0], BAN[0], ADVICE[0])
    keeps_time = (case.kind is CaseKind.WHEN and is_asked_when) or (case.kind is CaseKind.CASE and must)
    if keeps_time and not case.is_joined:
        return _OPENING.sub("", in_form(statement, case, "ᆯ", "ETM")) + " 때는"
    return _OPENING.sub("", as_if(statement, case))


def _templates(case: Case, force: Force) -> tuple[Template, ...]:
    """How one asks for what a main clause says of its case; none where nobody would."""
    if is_wish(case):
        needs_thing = force is Force.COURSE and case.main[-3].form == "필요"
        goes = force is Force.COURSE and case.main[-3].form == "이동"  # '창고 관리 > 설정'으로 이동합니다
        return NEEDED if needs_thing else WISH if goes or force in (Force.NEED, Force.ACT) else ()
    match force:
        case Force.BAN:
            return BAN
        case Force.NEED:
            return DUTY
        case Force.ACT:
            return DUTY if case.kind is CaseKind.WHEN else (*DUTY, *ACT)
        case Force.ADVICE:
            return ADVICE
        case Force.ABLE if case.kind is not CaseKind.IF or any(token.tag == "JKO" for token in case.clause):
            return ABILITY
        case Force.CAUSE if case.kind in (CaseKind.IF, CaseKind.CASE):
            return CAUSE
        case Force.COURSE if any(token.form == "먼저" for token in case.main):
            return ()  # what comes next is not said
        case Force.COURSE | Force.ABLE | Force.CANNOT | Force.NEEDLESS | Force.MAY if case.kind is not CaseKind.BEFORE:
            stem = "".join(token.form for token in case.clause[-3:-1])
            return SETTING if case.kind is CaseKind.IF and _SETTINGS.search(stem) else RESULT
    return ()


def _is_trouble(clause: Sequence[Token], predicate: Predicate) -> bool:
    """Whether a condition is a state one complains of (없는데, 막혔는데); an event (승인하는데) is not said so."""
    if any(token.form in ("는데", "ᆫ데", "은데") for token in clause):
        return False
    if predicate.stem[0][0] == "같":
        return False
    return predicate.is_adjective or len(predicate.stem) > 1 or predicate.stem[0][0] in _STATES


def _spoken(statement: Statement, case: Case) -> str:
    """The condition as people say it: 수량이 모자라면 → 수량이 모자라는데, 정해져 있지 않으면 → 정해져 있지 않은데."""
    clause, predicate = case.clause, case.predicate
    denied = clause[-4] if len(clause) > 3 and predicate.stem[0][0] == "않" else None
    denies_state = denied is not None and (denied.tag.startswith(("VA", "XSA")) or denied.form == "있")
    return in_form(statement, case, "ᆫ데" if predicate.is_adjective or denies_state else "는데")
