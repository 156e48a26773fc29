"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate
from datagen.documents import Items, Table
from datagen.extract.case import Case, CaseKind, Force, as_if, find_case, force_of, in_form, own_nouns, tells_when
from datagen.extract.prose.claims import last_claim
from datagen.extract.prose.condition_outcome import STATES, is_users_deed, must_act, wordings_for
from datagen.extract.prose.condition_wordings import (
    ABILITY,
    ACT,
    ADVICE,
    BAN,
    CAUSE,
    CHECK,
    DUTY,
    DUTY_SPOKEN,
    LACK,
    RESULT,
    TIMED,
    UNABLE,
)
from datagen.extract.prose.notes import provisions, with_notes
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading, acts
from datagen.extract.standing import frames, hangs, leaves_open, qualified
from datagen.extract.statement import Statement
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
# What a noun that is a case may hold before its 시, and how one asks in it: 실사 차이 발생 시.
_OF_EVENT = frozenset("NNG NNP NNB SL SP XSN JKG JC XPN MM SN SW".split())
_EVENTS = {Force.ACT: (*DUTY, *ACT), Force.NEED: DUTY, Force.BAN: BAN, Force.COURSE: RESULT}
_LEAST_EVENT_NOUNS = 2
_TELLING = frozenset("알리 보고 신고 통보 문의 연락".split())  # to somebody
_HOLLOW = re.compile(r"조치를 취")  # which measures, it does not say


def conditions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence of prose or bullets that says what to do, or what happens, in a stated case."""
    reading = with_notes(reading)
    for section in reading.sections():
        for statement in provisions(reading, section, with_cases=True):
            # The sentence that leads into a list or table says only that it follows.
            if not isinstance(statement.after, Items | Table):
                yield from _candidate(reading.at(section), statement)
                yield from _of_event(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement)
    if (
        case is None
        or case.is_only
        or tells_when(case)
        or (statement.is_step and not (case.topic or acts(case.main)))
        or hangs(statement)
        or leaves_open(statement)
    ):
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
    if templates is RESULT and _is_second_claim(case):
        templates = (*DUTY, *ACT)  # 장치는 매년 교정하고, 오차가 크면 사용을 중지한다: nothing that comes about
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
    yield Candidate("condition", templates, slots, statement.answer(), statement.grounds, statement.path)


def _of_event(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    """`긴급 출고 발생 시 센터장의 승인을 받는다.`: the case is a noun, as notes put it."""
    tokens = statement.tokens
    stop = next((index for index, token in enumerate(tokens) if token.tag not in _OF_EVENT), 0)
    stop = next((index for index in range(stop, 0, -1) if tokens[index].form == "시" and tokens[index].tag == "NNB"), 0)
    if not stop or tokens[stop - 1].tag not in ("NNG", "SP") or tokens[stop - 1].form == ",":
        return
    event, main = tokens[:stop], tokens[stop + 1 :]
    while main and main[0].tag in ("JKB", "JX", "SP"):
        main = main[1:]
    if len(own_nouns(event)) < _LEAST_EVENT_NOUNS or not main or find_case(statement) is not None:
        return
    templates = _EVENTS.get(force_of(main), ())
    named = qualified(reading, statement, event)
    if not templates or named is None or _HOLLOW.search(statement.say()) or hangs(statement) or leaves_open(statement):
        return
    condition = named.say(statement.start, tokens[stop].start + tokens[stop].len)
    if len(condition) in _CONDITION_CHARS:
        slots = {"condition": reading.scope(f"{condition}에는", has_context=True)}
        yield Candidate("condition", templates, slots, named.answer(), named.grounds, named.path)


def _is_entangled(statement: Statement, case: Case) -> bool:
    """Whether a case is more than a case: aside in brackets, one case in another, a clause of its own before it."""
    text = statement.sentence.line.text[case.clause[0].start : case.end]
    of_option = bool(case.topic) and bool(_OPTION.search(case.topic[-2].form))
    is_aside = bool(re.search(r"\((?![A-Z0-9]{1,8}\))|의 경우 |경우[와나] |경우 .*경우|\d\S*, ", text))
    is_quoted = any(first < case.end - 1 < last for first, last, _ in statement.edits)
    return (
        is_aside
        or _takes_topic(case)
        or of_option
        or is_quoted
        or _has_case(case.main)
        or frames(case.clause)
        or _lacks_object(case)
        or _leans(case)
    )


def _is_second_claim(case: Case) -> bool:
    """Whether a case follows a claim on its topic, and its main clause tells a deed to an object or a person."""
    last = last_claim(case.clause) if case.topic else None
    is_deed = any(token.tag == "JKO" or token.form in _TELLING for token in case.main) and case.main[-2].form != "되"
    return last is not None and last[1][0].start > case.start and is_deed and not acts(case.main)


def _takes_topic(case: Case) -> bool:
    """Whether a case has no subject but the topic of a claim before it: 항목은 표와 같으며, 70점 미만이면."""
    last = last_claim(case.clause) if case.topic else ((), case.clause)
    return last is None or (bool(last[0]) and not any(token.tag == "JKS" for token in last[1]))


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
    return _OPENING.sub("", _without_claim(statement, case, asked))


def _without_claim(statement: Statement, case: Case, asked: str) -> str:
    """The case without the claim told before it: 장치는 매년 교정하고, 오차가 크면 → 장치는 오차가 크면."""
    last = last_claim(case.clause)
    before = statement.say(case.start, last[1][0].start) if last else ""
    if last is None or last[1][0].start <= case.start or not asked.startswith(before):
        return asked
    topic = f"{statement.say(last[0][0].start, last[0][-1].start + last[0][-1].len)} " if last[0] else ""
    return topic + asked[len(before) :].strip()


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
