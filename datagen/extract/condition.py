"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate
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
from datagen.extract.condition_wordings import (
    ABILITY,
    ACT,
    ADVICE,
    BAN,
    BETTER,
    CAUSE,
    CHECK,
    DUTY,
    DUTY_SPOKEN,
    LACK,
    NEEDED,
    RESULT,
    SETTING,
    SPARED,
    TIMED,
    UNABLE,
    WISH,
    WISH_ACT,
)
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading, acts
from datagen.extract.standing import frames, hangs, leaves_open, qualified
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

# What a question leaves out at its beginning.
_OPENING = re.compile(r"^(?:(?:일반적으로|종종|보통|대부분|현재|이제|그리고|[가-힣]+에서는) )+")
_BARE = re.compile(r"^(?:필요|가능|원)(?:하면|한 경우)|^(?:필요|가능|원)하(?:면|는)")
_CHAINED = frozenset("고 며 으며 지만".split())
_STATES = frozenset("있 없 않 못하 모자라 남 틀리".split())
# A user's own doing, whose outcome is what changes.
_OPTION = re.compile(r"(?:옵션|필드|변수|명령|확인란|설정|단추|버튼)$")
_SETTINGS = re.compile(r"(?:설정|선택|사용|활성화|비활성화|지정|구성)하$|[을를](?:켜|끄|고르|누르)$")
# A value or a button without the field or the page it stands in: '프롬프트' 값을 선택합니다.
_PICKS = re.compile(r"^[\s,]*'[^']+'(?: 값| 전략)?[을를] (?:선택|사용|지정|클릭)(?:합니다|하십시오|하세요)")
# A gain rather than a deed: 더 효율적으로 작업할 수 있습니다.
_GAIN = re.compile(r"(?:더 [가-힣]+(?:게|으로|히)|쉽게|효율적으로|시간과 노력을|시간을 절약)")
_ALSO = re.compile(r"에도 (?:사용|이용|쓸)")
_RECEIVED = frozenset("알림 메시지 명령 통지 안내 오류".split())
# What a machine does where no one is named: 위치 지시문을 검색합니다.
_MACHINE_DOES = frozenset("검색 추적 표시 생성 반환 합산 트리거".split())
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
    templates = _templates(case, force_of(case.main, case.topic), statement.say(case.end))
    condition = _said(statement, case, templates)
    is_thin = not reading.subject and len(own_nouns(case.clause)) < _LEAST_NOUNS
    if not templates or is_thin or len(condition) not in _CONDITION_CHARS or _BARE.search(condition):
        return
    wishes = templates in (WISH, WISH_ACT, NEEDED)
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
    is_aside = bool(re.search(r"\((?![A-Z0-9]{1,8}\))", text)) or "의 경우 " in text
    is_quoted = any(first < case.end - 1 < last for first, last, _ in statement.edits)
    return (
        is_aside
        or has_clause
        or of_option
        or is_quoted
        or _has_case(case.main)
        or frames(case.clause)
        or _lacks_object(case)
    )


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


def _templates(case: Case, force: Force, said: str) -> tuple[Template, ...]:
    """How one asks for what a main clause says of its case; none where nobody would."""
    if is_wish(case):
        return _of_wish(case, force)
    is_deed, is_if = is_users_deed(case), case.kind is CaseKind.IF
    match force:
        case Force.BAN:
            return BAN
        case Force.NEED | Force.ACT:
            return _of_act(case, force)
        case Force.ADVICE:
            return ADVICE
        case Force.ABLE | Force.COURSE if _GAIN.search(said) and said.rstrip(".").endswith(("있습니다", "있다")):
            return BETTER if is_if else ()
        case Force.ABLE if is_if and not is_deed and _befalls(case.main):
            return RESULT
        case Force.ABLE if not must_act(case) and not case.topic and not _ALSO.search(said):
            return ABILITY
        case Force.CANNOT if (is_deed or not is_if) and _is_unable(case):
            return UNABLE
        case Force.NEEDLESS if is_if:
            return SPARED
        case Force.CAUSE if case.kind in (CaseKind.IF, CaseKind.CASE):
            return CAUSE
        case Force.COURSE | Force.CANNOT:
            return _of_course(case)
    return ()


def _is_unable(case: Case) -> bool:
    """Whether a main clause says only what its reader cannot do."""
    return _is_users(case.main) and not case.topic and not _CHAINED & {token.form for token in case.main}


def _of_course(case: Case) -> tuple[Template, ...]:
    """What comes about in a case, or what it lacks; none where the clause tells no outcome."""
    main, is_if = case.main, case.kind is CaseKind.IF
    if case.kind is CaseKind.BEFORE or (case.topic and case.kind in (CaseKind.AFTER, CaseKind.WHEN)):
        return ()
    if _form(main, 3) == "필요":
        return LACK
    if (must_act(case) and not is_if) or (is_users_deed(case) and case.kind is CaseKind.WHEN):
        return ()
    if _is_state(main) or _is_half(main) or (_CHAINED & {token.form for token in main} and _ends_unable(main)):
        return ()
    stem = "".join(token.form for token in case.clause[-3:-1])
    return SETTING if is_if and _SETTINGS.search(stem) else RESULT


def _of_wish(case: Case, force: Force) -> tuple[Template, ...]:
    """What one needs, or must do, for what one wants."""
    if force is Force.COURSE and _form(case.main, 3) == "필요":
        return NEEDED
    if force is Force.NEED and _form(case.main, 4) == "있":
        return NEEDED  # 구매 주문이 있어야 합니다
    if force is Force.NEED:
        return WISH if _is_users(case.main) else ()
    goes = force is Force.COURSE and _form(case.main, 3) == "이동"  # '창고 관리 > 설정'으로 이동합니다
    return WISH_ACT if goes or force is Force.ACT else ()


def _of_act(case: Case, force: Force) -> tuple[Template, ...]:
    """What one must do in a case, or what a deed brings about that the main clause tells without saying so."""
    main, in_time = case.main, case.kind in (CaseKind.BEFORE, CaseKind.AFTER, CaseKind.WHEN)
    verb = next((token.form for token in reversed(main) if token.tag in ("NNG", "VV")), "")
    if force is Force.NEED and _form(main, 4) == "있":
        return LACK if len(main) > 4 and main[-5].tag == "JKS" else ()
    if force is Force.NEED and not _is_users(main):
        return ()
    if case.kind is CaseKind.CASE and not acts(main) and acts(case.clause) and _is_transitive(case):
        return ()  # 작업자가 완료를 표시하는 경우 선적을 확인해야 합니다: who, is not said
    if verb == "받" and any(token.form in _RECEIVED for token in main):
        return RESULT
    if force is Force.ACT and case.kind is CaseKind.IF and is_users_deed(case):
        last = max((index for index, token in enumerate(main[:-1]) if token.tag in ("EC", "ETM")), default=-1)
        of_thing = {"JKS"} == {"JKS", "JKO"} & {token.tag for token in main[last + 1 :]} and not acts(main[last + 1 :])
        denies = len(main) > 3 and main[-2].form == "않"
        if of_thing or denies or not _is_users(main):
            return RESULT
    if force is Force.ACT and verb in _MACHINE_DOES and not acts(main):
        return ()
    if verb == "확인" and any(t.form in ("지", "는지", "ᆫ지", "은지", "여부") for t in main):
        return CHECK
    if in_time:
        return TIMED
    return DUTY if force is Force.NEED else (*DUTY, *ACT)


def _form(main: Sequence[Token], place: int) -> str:
    """The morpheme at a place counted from a clause's end; empty where the clause is shorter."""
    return str(main[-place].form) if len(main) >= place else ""


def must_act(case: Case) -> bool:
    """Whether a case is one in which something must be: 배송을 나누어야 하는 경우."""
    return any(token.form.startswith("어야") for token in case.clause[-4:])


def is_users_deed(case: Case) -> bool:
    """Whether a case is a deed of whoever asks: 배송을 나누는 경우, with an object and nobody named who does it."""
    verb = case.predicate.stem[0][0]
    tags = {token.tag for token in case.clause}
    return "JKO" in tags and "JKS" not in tags and verb not in _STATES and verb not in ("되", "지", "받")


def _is_transitive(case: Case) -> bool:
    """Whether a case is a deed with an object, whoever does it."""
    return any(token.tag == "JKO" for token in case.clause) and case.predicate.stem[0][0] not in ("되", "지", "받")


def _is_users(main: Sequence[Token]) -> bool:
    """Whether a main clause names no thing that would do, or be, what it says."""
    clause = [token for token in main if token.tag != "SP"]
    subjects = [
        (noun, particle) for noun, particle in pairwise(clause)
        if (particle.tag == "JKS" and noun.form not in ("수", "필요", "것", "지"))
        or (particle.tag == "JX" and particle.form in ("은", "는") and noun.tag in NOUNS and noun.form != "수")
    ]  # fmt: skip
    if any(token.tag == "ETM" for token in clause):
        subjects = [one for one in subjects if one[1].tag == "JX"]  # 이/가 may belong to the modifier
    is_object = any(token.tag == "JKO" for token in clause)
    topics = [noun for noun, particle in subjects if not (particle.tag == "JX" and not is_object)]
    return all(PEOPLE.search(noun.form) for noun in topics)


def _befalls(main: Sequence[Token]) -> bool:
    """Whether a main clause tells what somebody may do by mishap: 작업자가 보류품을 집을 수 있습니다."""
    return any(particle.tag == "JKS" and PEOPLE.search(noun.form) for noun, particle in pairwise(main))


def _is_half(main: Sequence[Token]) -> bool:
    """Whether a main clause says only what comes first, or what a system can or must do: no outcome."""
    forms = "+".join(token.form for token in main[-6:])
    return any(token.form == "먼저" for token in main) or bool(re.search(r"어야\+하|하\+ᆯ\+수\+있", forms))


def _ends_unable(main: Sequence[Token]) -> bool:
    """Whether a main clause ends in what its reader cannot do to a thing told before: 표시되며 변경할 수 없습니다."""
    last = max((index for index, token in enumerate(main) if token.form in _CHAINED), default=0)
    forms = "+".join(token.form for token in main[last + 1 :])
    return bool(re.match(r"[^+]+\+하\+ᆯ\+수\+없", forms))


def _is_state(main: Sequence[Token]) -> bool:
    """Whether a main clause says what is, not what comes about: 필수입니다, 매개 변수가 있습니다."""
    predicate = final_predicate(main)
    if predicate is None:
        return True
    stem, before = predicate.stem[0], _form(main, 3)
    is_kept = stem[0] == "있" and before == "어" and _form(main, 4) == "비"  # 필드는 비어 있습니다
    is_there = stem == ("있", "VA") and len(main) > 2 and main[-3].tag == "JKS"
    return predicate.is_copula or before in ("필요", "유효") or is_kept or is_there


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
