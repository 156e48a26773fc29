"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate
from datagen.documents import Items, Table
from datagen.extract.case import Case, CaseKind, Force, as_if, find_case, force_of, in_form, own_nouns, tells_when
from datagen.extract.condition_outcome import STATES, is_users_deed, must_act, wordings_for
from datagen.extract.condition_wordings import (
    ABILITY,
    ADVICE,
    BAN,
    CAUSE,
    CHECK,
    DUTY,
    DUTY_SPOKEN,
    LACK,
    TIMED,
    UNABLE,
)
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading
from datagen.extract.standing import frames, hangs, leaves_open, qualified
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

# What a question leaves out at its beginning.
_OPENING = re.compile(r"^(?:(?:일반적으로|종종|보통|대부분|이제|그리고|만약|만일|먼저|선택적으로|[가-힣]+에서는) )+")
_BARE = re.compile(r"(?:^|[고며] )(?:필요|가능|원)(?:하면|한 경우|하는)|[고며] (?:필요|가능|원)할 때는$")
# A user's own doing, whose outcome is what changes.
_OPTION = re.compile(r"(?:옵션|필드|변수|명령|확인란|설정|단추|버튼)$")
# A value or a button without the field or the page it stands in: '프롬프트' 값을 선택합니다.
_PICKS = re.compile(r"^[\s,]*'[^']+'(?: 값| 전략)?[을를] (?:선택|사용|지정|클릭)(?:합니다|하십시오|하세요)")
# Where no title can lead a question in, its case must name this many things by itself.
_CONDITION_CHARS, _LEAST_NOUNS = range(7, 53), 3


def conditions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence of prose or bullets that says what to do, or what happens, in a stated case."""
    for section in reading.sections():
        for statement in statements(reading, section):
            # The sentence that leads into a list or table says only that it follows.
            if not isinstance(statement.after, Items | Table):
                yield from _candidate(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement)
    if case is None or case.is_only or tells_when(case) or hangs(statement) or leaves_open(statement):
        return
    if _is_entangled(statement, case):
        return
    named = qualified(reading, statement, case.clause)
    if named is None:
        return
    statement = named
    if _PICKS.search(statement.say(case.end)):
        return
    templates = wordings_for(case, force_of(case.main, case.topic), statement.say(case.end))
    condition = _said(statement, case, templates)
    is_thin = not reading.subject and len(own_nouns(case.clause)) < _LEAST_NOUNS
    if not templates or is_thin or len(condition) not in _CONDITION_CHARS or _BARE.search(condition):
        return
    wishes = "{wish}" in templates[0].text
    slots = {"wish" if wishes else "condition": reading.scope(condition, has_context=True)}
    if templates[0] is DUTY[0] and case.kind is CaseKind.IF and _is_trouble(case.clause, case.predicate):
        slots["spoken"] = reading.scope(_spoken(statement, case), has_context=True)
        templates += DUTY_SPOKEN
    if templates is CAUSE:
        slots = {"spoken": reading.scope(_spoken(statement, case), has_context=True)}
    yield Candidate("condition", templates, slots, statement.say(), statement.evidence, statement.path)


def _is_entangled(statement: Statement, case: Case) -> bool:
    """Whether a case is more than a case: aside in brackets, one case in another, a clause of its own before it."""
    text = statement.sentence.line.text[case.clause[0].start : case.end]
    has_clause = bool(case.topic) and any(token.tag == "EC" and token.form in ("며", "으며") for token in case.clause)
    of_option = bool(case.topic) and bool(_OPTION.search(case.topic[-2].form))
    is_aside = bool(re.search(r"\((?![A-Z0-9]{1,8}\))|의 경우 |경우[와나] |경우 .*경우", text))
    is_quoted = any(first < case.end - 1 < last for first, last, _ in statement.edits)
    return (
        is_aside
        or has_clause
        or of_option
        or is_quoted
        or _has_case(case.main)
        or frames(case.clause)
        or _lacks_object(case)
        or _leans(case)
    )


def _leans(case: Case) -> bool:
    """Whether a case adds to one told before (통합도 사용하면), or to its own topic (끝난 주문은 확인되기 전에)."""
    is_denied = case.predicate.stem[0][0] in ("없", "않", "못하")  # 재고도 없으면: not even that
    adds = not is_denied and any(
        token.tag == "JX" and token.form == "도" and noun.tag in NOUNS for noun, token in pairwise(case.clause)
    )
    has_own = any(
        noun.tag in NOUNS and token.tag == "JX" and token.form in ("은", "는")
        for noun, token in pairwise(case.clause[len(case.topic) :])
    )
    of_thing = bool(case.topic) and not PEOPLE.search(case.topic[-2].form)
    in_time = case.kind in (CaseKind.BEFORE, CaseKind.AFTER, CaseKind.WHEN)
    forces = (Force.ACT, Force.NEED, Force.ABLE)
    return adds or ((has_own or of_thing) and in_time and force_of(case.main, case.topic) in forces)


def _has_case(main: Sequence[Token]) -> bool:
    """Whether a main clause states another case: 라인이 없으면, 주문이 있는 경우."""
    return any(
        (token.tag == "EC" and token.form in ("면", "으면") and after.form not in ("되", "안"))
        or (token.form == "경우" and after.form not in ("에만", "만", "에"))
        for token, after in pairwise(main)
    )


def _lacks_object(case: Case) -> bool:
    """Whether a case sets or picks without saying what: '아니요'로 설정하면."""
    first = next((i for i, token in enumerate(case.clause) if token.tag in ("EC", "ETM", "ETN")), len(case.clause))
    verb = "".join(token.form for token in case.clause[max(first - 2, 0) : first])
    return bool(re.search(r"(?:설정|선택|지정|사용)하$", verb)) and not any(
        token.tag in ("JKO", "JX", "JKS") for token in case.clause[:first]
    )


def _said(statement: Statement, case: Case, templates: tuple[Template, ...]) -> str:
    """The case as one asks about it: 예약해야 하는 경우 one must act in → 예약해야 할 때는."""
    asks_act = bool(templates) and templates[0] in (DUTY[0], TIMED[0], CHECK[0], BAN[0], ADVICE[0], LACK[0])
    asks_able = bool(templates) and templates[0] in (ABILITY[0], UNABLE[0])
    keeps_time = (case.kind is CaseKind.WHEN and (asks_act or (asks_able and is_users_deed(case)))) or (
        case.kind is CaseKind.CASE and (must_act(case) or (asks_act and is_users_deed(case)))
    )
    if keeps_time and not case.is_joined:
        asked = in_form(statement, case, "ᆯ", "ETM") + " 때는"
    else:
        asked = as_if(statement, case)
    if case.topic and statement.say().startswith(statement.say(case.topic[0].start, case.topic[-1].end)):
        asked = re.sub(r"(?<=때|에)는$", "", asked)  # 담당자는 작업을 마칠 때: one 는 is enough
    return _OPENING.sub("", asked)


def _is_trouble(clause: Sequence[Token], predicate: Predicate) -> bool:
    """Whether a condition is a state one complains of (없는데, 막혔는데); an event (승인하는데) is not said so."""
    if any(token.form in ("는데", "ᆫ데", "은데") for token in clause):
        return False
    if predicate.stem[0][0] == "같":
        return False
    return predicate.is_adjective or len(predicate.stem) > 1 or predicate.stem[0][0] in STATES


def _spoken(statement: Statement, case: Case) -> str:
    """The condition as people say it: 수량이 모자라면 → 수량이 모자라는데, 정해져 있지 않으면 → 정해져 있지 않은데."""
    clause, predicate = case.clause, case.predicate
    denied = clause[-4] if len(clause) > 3 and predicate.stem[0][0] == "않" else None
    denies_state = denied is not None and (denied.tag.startswith(("VA", "XSA")) or denied.form == "있")
    return in_form(statement, case, "ᆫ데" if predicate.is_adjective or denies_state else "는데")
