"""How one asks for what a main clause says of its case: by its force, and by who or what it tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import final_predicate
from datagen.extract.case import Case, CaseKind, Force, is_wish
from datagen.extract.prose.condition_wordings import (
    ABILITY,
    ACT,
    ADVICE,
    BAN,
    BETTER,
    CAUSE,
    CHECK,
    DUTY,
    LACK,
    NEEDED,
    POSSIBLE,
    RESULT,
    SETTING,
    SPARED,
    TIMED,
    UNABLE,
    WISH,
    WISH_ABLE,
    WISH_ACT,
)
from datagen.extract.reading import NOUNS, PEOPLE, acts
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

# Verbs of a state: who is in it does nothing.
STATES = frozenset("있 없 않 못하 모자라 남 틀리".split())
_CHAINED = frozenset("고 며 으며 지만".split())
_SETTINGS = re.compile(r"(?:설정|선택|사용|활성화|비활성화|지정|구성)하$|[을를](?:켜|끄|고르|누르)$")
# A gain rather than a deed: 더 효율적으로 작업할 수 있습니다.
_GAIN = re.compile(r"(?:더 [가-힣]+(?:게|으로|히)|쉽게|효율적으로|시간과 노력을|시간을 절약)")
_ALSO = re.compile(r"에도 (?:사용|이용|쓸)")
_RECEIVED = frozenset("알림 메시지 명령 지시 통지 안내 오류".split())
# What a machine does where no one is named: 위치 지시문을 검색합니다.
_MACHINE_DOES = frozenset("검색 추적 표시 생성 반환 합산 트리거 전송 가져오 결정 상속".split())
# What a thing is or holds, no outcome of a case: 옵션은 기본값을 결정합니다.
_DESCRIBING = frozenset("결정 정의 나타내 뜻하 포함 의미".split())
# A need that is a state rather than a deed: 기준을 충족해야 합니다.
_MET = frozenset("충족 만족 갖추 보유 소지".split())
# What is asked alike in every case.
_ALWAYS = {Force.BAN: BAN, Force.ADVICE: ADVICE}


def wordings_for(case: Case, force: Force, said: str) -> tuple[Template, ...]:
    """How one asks for what a main clause says of its case; none where nobody would."""
    if is_wish(case):
        return _of_wish(case, force)
    is_deed, is_if = is_users_deed(case), case.kind is CaseKind.IF
    if is_deed and is_if and _gives_reason(case.main) and force not in (Force.COURSE, Force.ABLE):
        return ()  # 점검을 켜면 응답이 느려지므로 쓰지 않는 것이 좋다: the case belongs to the reason
    if force in _ALWAYS:
        return _ALWAYS[force]
    match force:
        case Force.NEED | Force.ACT:
            return _of_act(case, force)
        case Force.ABLE | Force.COURSE if _GAIN.search(said) and said.rstrip(".").endswith(("있습니다", "있다")):
            return BETTER if is_if else ()
        case Force.ABLE if is_if and not is_deed and (_befalls(case.main) or (acts(case.clause) and acts(case.main))):
            return RESULT  # 고객이 연체하면 회사는 출고를 막을 수 있다: not what the customer can do
        case Force.ABLE if _form(case.main, 5) == "알":
            return ()  # 운송업체가 내용을 알 수 있습니다: nothing one does
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
    of_thing = any(
        particle.tag == "JKS" and noun.form not in ("수", "필요") and not PEOPLE.search(noun.form)
        for noun, particle in pairwise(case.main)
    )  # 총액이 한도를 넘을 수 없습니다
    return not of_thing and not case.topic and not _CHAINED & {token.form for token in case.main}


def _of_course(case: Case) -> tuple[Template, ...]:
    """What comes about in a case, or what it lacks; none where the clause tells no outcome."""
    main, is_if = case.main, case.kind is CaseKind.IF
    if case.kind is CaseKind.BEFORE or (case.topic and case.kind in (CaseKind.AFTER, CaseKind.WHEN)):
        return ()
    if _form(main, 3) == "필요":
        return LACK
    if _form(main, 3) == "가능":
        return POSSIBLE
    if (must_act(case) and not is_if) or (is_users_deed(case) and case.kind is CaseKind.WHEN):
        return ()
    if (
        _is_state(main)
        or _is_half(main)
        or _tells_ability(main)
        or (_CHAINED & {token.form for token in main} and _ends_unable(main))
    ):
        return ()
    stem = "".join(token.form for token in case.clause[-3:-1])
    return SETTING if is_if and _SETTINGS.search(stem) else RESULT


def _of_wish(case: Case, force: Force) -> tuple[Template, ...]:
    """What one needs, or must do, for what one wants."""
    if force is Force.COURSE and _form(case.main, 3) == "필요":
        return NEEDED
    if force is Force.NEED:
        is_there = _form(case.main, 4) == "있" and _form(case.main, 5) in ("이", "가")  # 구매 주문이 있어야 합니다
        return NEEDED if is_there else _of_need(case.main)
    if force is Force.ABLE and _is_users(case.main):
        return WISH_ABLE  # 작업을 수동으로 만들려면 … 페이지를 사용할 수 있습니다
    if force is Force.STATE:
        return NEEDED[1:]  # 먼저 기능이 켜져 있어야 합니다
    if force is Force.COURSE and _form(case.main, 3).startswith("어야") and _form(case.main, 2) == "하":
        return _of_need(case.main)  # 시스템에서 기능을 켜야 합니다
    goes = force is Force.COURSE and _form(case.main, 3) == "이동"  # '창고 관리 > 설정'으로 이동합니다
    return WISH_ACT if goes or force is Force.ACT else ()


def _of_need(main: Sequence[Token]) -> tuple[Template, ...]:
    """What one must do, or be, before what one wants: not how one does it."""
    verb = _verb(main[:-2])
    if verb in _MET or (len(main) > 3 and main[-4].tag == "VCP"):
        return NEEDED[1:]  # 구성원이어야 합니다, 기준을 충족해야 합니다
    return WISH if _is_users(main) and verb != "있" else ()


def _gives_reason(main: Sequence[Token]) -> bool:
    return any(
        (token.tag == "EC" and token.form in ("므로", "으므로")) or (token.tag == "NNB" and token.form == "때문")
        for token in main
    )


def _tells_ability(main: Sequence[Token]) -> bool:
    """Whether a main clause tells first what one can do: 라인을 추가할 수 있지만 바꿀 수는 없습니다."""
    return any(
        after.form == "있" and noun.form == "수" and last.form in _CHAINED
        for noun, after, last in zip(main, main[1:], main[2:], strict=False)
    )


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
    if force is Force.ACT and _verb(main) == _verb(case.clause) != "않":
        return ()  # 변경을 게시하면 …을 사용하여 게시합니다: how the case itself comes about
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


def _verb(clause: Sequence[Token]) -> str:
    """The verb that ends a clause, without the 하 of a noun: 게시하면 → 게시."""
    return _form(clause, 3) if _form(clause, 2) == "하" else _form(clause, 2)


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
    return "JKO" in tags and "JKS" not in tags and verb not in STATES and verb not in ("되", "지", "받")


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
    modifiers = [
        token.start for token, noun in pairwise(clause)
        if (token.tag == "ETM" and noun.form not in ("수", "필요", "것")) or token.form == "도록"
    ]  # fmt: skip
    # Before a modifier, 이/가 may belong to it.
    subjects = [one for one in subjects if one[1].tag == "JX" or one[1].start > max(modifiers, default=-1)]
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
    if before in _DESCRIBING or stem[0] in _DESCRIBING:
        return True
    is_kept = stem[0] == "있" and before == "어" and _form(main, 4) == "비"  # 필드는 비어 있습니다
    is_there = stem == ("있", "VA") and len(main) > 2 and main[-3].tag == "JKS"
    return predicate.is_copula or before in ("필요", "유효") or is_kept or is_there
