"""The case a sentence states (…하면, …한 경우, …하기 전에, …하려면) and what its main clause does with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate, rejoin
from datagen.extract.prose.claims import from_asker
from datagen.extract.reading import NOUNS, PEOPLE, acts
from datagen.extract.statement import Statement

if TYPE_CHECKING:
    from kiwipiepy import Token


class CaseKind(StrEnum):
    """How a case is stated."""

    IF = "if"  # 모자라면
    CASE = "case"  # 모자란 경우
    WHEN = "when"  # 모자랄 때
    AFTER = "after"  # 옮긴 후
    BEFORE = "before"  # 옮기기 전에
    WISH = "wish"  # 옮기려면


class Force(StrEnum):
    """What a main clause says to its reader."""

    BAN = "ban"  # 옮기면 안 된다
    CANNOT = "cannot"  # 옮길 수 없다
    NEEDLESS = "needless"  # 옮길 필요가 없다
    NEED = "need"  # 옮겨야 한다
    MAY = "may"  # 옮겨도 된다
    ABLE = "able"  # 옮길 수 있다
    ADVICE = "advice"  # 옮기는 것이 좋다
    ACT = "act"  # 옮긴다, 옮기세요
    COURSE = "course"  # 옮겨진다: what the system or the matter does
    CAUSE = "cause"  # 빠졌을 수 있다: what may lie behind the case
    STATE = "state"  # 켜져 있어야 한다, 등록되어야 한다: a state demanded, which no act answers
    VAGUE = "vague"  # 유용하다, 때문이다: says nothing one would ask for


@dataclass(frozen=True, slots=True)
class Case:
    """`line.text[start:end]` is the case; `clause` ends in its predicate, `main` is the sentence after it."""

    kind: CaseKind
    is_only: bool  # 때만, 경우에만
    start: int
    end: int
    clause: tuple[Token, ...]
    main: tuple[Token, ...]
    predicate: Predicate
    is_joined: bool  # 설정하면 위치가 닫힐 때: two cases in a row
    topic: tuple[Token, ...]  # what the whole sentence is about, where it stands before the case


_NOUNS_OF_CASE = {"경우": CaseKind.CASE, "때": CaseKind.WHEN, "후": CaseKind.AFTER, "뒤": CaseKind.AFTER}
# A clause in one of these before the case makes the case part of a larger thought.
_PREFACES = frozenset("때문 므로 으므로 지만 으나 어도 더라도 는데 ᆫ데 은데 ᆫ지 는지".split())
_CHAINING = frozenset("고 며 으며 거나 어 어서".split())
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
# Main clauses by their last morphemes, first match wins.
_FORCES = tuple(
    (re.compile(rf"(?:{pattern})\+[^+]*$"), force)
    for pattern, force in (
        (r"지\+(?:는\+)?말(?:\+시)?", Force.BAN),  # 옮기지 마십시오
        (r"(?:으?면|어서\+는|어서는|어선)\+(?:절대로?\+)?안\+되", Force.BAN),  # 옮기면 안 됩니다
        (r"지\+않\+어야(?:\+하|\+되)", Force.BAN),  # 옮기지 않아야 합니다
        (r"(?:ᆯ|을)\+필요\+(?:(?:가|는|도)\+)?없", Force.NEEDLESS),  # 옮길 필요가 없습니다
        (r"(?:ᆯ|을)(?=\+것$)", Force.NEED),  # 옮길 것
        (r"지\+않\+어도\+되", Force.NEEDLESS),  # 옮기지 않아도 됩니다
        (r"어도\+(?:되|괜찮|좋)", Force.MAY),  # 옮겨도 됩니다
        (
            r"(?:어\+있|(?<![^+])되|(?<![^+])지)\+어야만?\+(?:하|되)",
            Force.STATE,
        ),  # 켜져 있어야 합니다, 등록되어야 합니다
        (r"어야만?\+(?:하|되)", Force.NEED),  # 옮겨야 합니다
        (r"(?:으?면)\+되", Force.NEED),  # 옮기면 됩니다
        (r"(?:ᆯ|을)\+수\+(?:(?:가|는|도)\+)?없", Force.CANNOT),  # 옮길 수 없습니다
        (r"(?:것|편)\+이\+(?:좋|낫|바람직\+하|안전\+하|유리\+하)", Force.ADVICE),  # 옮기는 것이 좋습니다
        (r"것\+[이을]\+권장\+(?:하|되)", Force.ADVICE),  # 옮기는 것을 권장합니다
        (
            r"영향\+[을도]\+(?:받|미치|주)\+(?:ᆯ|을)\+수\+있|어야\+하\+(?:ᆯ|을)\+수\+있|원하",
            Force.VAGUE,
        ),  # 켜야 할 수 있습니다
        (r"영향\+[을도]\+(?:받|미치|주)", Force.COURSE),  # 영향을 받습니다: nobody's act
        (r"도움\+이\+되|유용\+하|때문\+이|것\+(?:이|과)(?:\+같)?|가능성\+.*|중요\+하|의미\+하|도움\+.*", Force.VAGUE),
        (r"도움\+이\+되\+(?:ᆯ|을)\+수\+있|유용\+하\+(?:ᆯ|을)\+수\+있|(?:ᆯ|을)\+수\+도\+있", Force.VAGUE),
        (r"(?:되|나타내)\+(?:ᆯ|을)\+수\+있", Force.VAGUE),  # 생성될 수 있습니다: it may be or not
        (r"[었았]\+(?:ᆯ|을)\+수\+있", Force.CAUSE),  # 빠졌을 수 있습니다
        (r"(?:ᆯ|을)\+수\+있", Force.ABLE),  # 옮길 수 있습니다
        (r".*", Force.ACT),
    )
)
_COURSES = frozenset(
    "못하 되 지 나 생기 남 줄 늘 있 없 읽히 막히 밀리 쌓이 걸리 풀리 끊기 잡히 보이 섞이 바뀌 팔리 나뉘 묶이 잠기 찍히 "
    "열리 닫히 놓이 쓰이 이어지 줄어들 늘어나 사라지 늦어지 어긋나 나가 나타나 나타내 돌아가 "
    "붙 오르 떨어지 멈추 꺼지 켜지 뜨".split()
)
# Acts that only people do, so that a clause without subject or object tells them: 팀장에게 보고합니다.
_PEOPLES = frozenset("신고 보고 문의 연락 통보 통지 환불 배상 보상 대피 협의 상의".split())
_IMPERATIVES = re.compile(r"(?:세요|ᆸ시오|십시오|시오)$")
# Whatever does things by itself.
_MACHINE = re.compile(
    r"(?:시스템|앱|WMS|프로그램|서버|설비|장비|로봇|컨베이어|소터|프로세스|엔진|기능|배치|옵션|매개변수|변수|명령)$"
)
# Nouns that say nothing of what they are of.
_GENERIC = frozenset(
    "페이지 화면 값 기준 조건 항목 옵션 필드 기능 설정 버튼 단추 확인란 창 시스템 앱 경우 때 상태 정보 데이터 목록 "
    "탭 메뉴 사용자 작업자 관리자 시간 문제 후 전 뒤 중 매개 변수 매개변수 사이 내용 부분 대상 프로세스 절차 방법 "
    "단계 로그 메시지 세부 만약 만일".split()
)
# Verbs whose object stands in 에: 임계값에 도달하면, 검사에 실패하면.
_REACHING = frozenset("도달 실패 성공 합격 해당 응답".split())
_LEAST_MAIN_CHARS, _VERB_MORPHEMES = 8, 4


def find_case(statement: Statement, *, least_main: int = _LEAST_MAIN_CHARS) -> Case | None:
    """The case that leads into a main clause of `least_main` characters or more; None where none can be asked of."""
    tokens, text = statement.tokens, statement.sentence.line.text
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    borders = [
        border
        for border in (_border(tokens, index) for index in range(1, len(tokens) - 2))
        if border and not any(first < tokens[border[1]].start < last for first, last in quoted)
    ]
    borders = [border for border in borders if tokens[-1].start + tokens[-1].len - _end(tokens, border) >= least_main]
    if not borders:
        return None
    first = borders[0]
    # A second case goes with the first (하나만 있을 때 …를 선택하면) unless a statement lies between them, or the
    # first is only the means (워크벤치를 사용하면 로드를 만들 때 …).
    border = next((other for other in reversed(borders) if _go_together(tokens, first, other)), first)
    predicate_end, last, kind, is_only = border
    in_time = kind in (CaseKind.AFTER, CaseKind.BEFORE, CaseKind.WHEN)
    if in_time and tokens[-2].tag == "VCP":
        return None  # 주문이 들어온 뒤 묶는 세트이다: what a thing is
    clause = tokens[: predicate_end + 1]
    said = final_predicate(clause)
    predicate = from_asker(said) if said is not None else None
    if said is None or predicate is None or (said != predicate and predicate.stem[0][0] == "주"):
        return None  # 상자를 보내 주시면: what the asker does for the writer
    if any(token.form in _PREFACES and token.tag in ("EC", "NNB") for token in clause[:-1]):
        return None
    topic = _topic(clause)
    start = clause[len(topic)].start if topic and _MACHINE.search(topic[-2].form) else statement.start
    if (
        not _says_what_of(statement, clause)
        or _is_doubled(clause)
        or any(other[2] is CaseKind.WISH for other in borders[borders.index(border) + 1 :])
    ):
        return None
    end = tokens[last].start + tokens[last].len
    last += tokens[last + 1].tag == "SP"
    return Case(kind, is_only, start, end, clause, tokens[last + 1 :], predicate, border is not first, topic)


def force_of(tokens: Sequence[Token], topic: Sequence[Token] = ()) -> Force:
    """What a main clause does: forbids, demands, allows, tells to act, or says what comes about."""
    morphemes = "+".join(token.form for token in tokens[-9:])
    force = next((force for pattern, force in _FORCES if pattern.search(morphemes)), Force.VAGUE)
    if force is Force.BAN and any(token.form == "되" and token.tag == "XSV" for token in tokens[-6:-3]):
        return Force.COURSE  # 간주되어서는 안 됩니다
    if force not in (Force.ACT, Force.ABLE, Force.NEED):
        return force
    subject = _subject(tokens) or (topic[-2].form if topic else "")
    is_person = bool(PEOPLE.search(subject)) or bool(acts(tokens))
    if force is Force.ABLE:
        return Force.ABLE if _is_deed(tokens[:-4]) and (is_person or not subject) else Force.COURSE
    if force is Force.NEED:
        return Force.COURSE if _MACHINE.search(subject) and not is_person and _is_deed(tokens[:-3]) else Force.NEED
    if _IMPERATIVES.search(tokens[-1].form):
        return Force.ACT
    is_named = (is_person or not subject) and not _MACHINE.search(subject)
    return Force.ACT if is_named and (_is_deed(tokens[:-1]) or _leaves_out(tokens, subject)) else Force.COURSE


def tells_when(case: Case) -> bool:
    """Whether a sentence says of its topic when it comes about, and nothing else: 취소 이벤트는 … 때 일어납니다."""
    in_time = case.kind in (CaseKind.CASE, CaseKind.WHEN, CaseKind.AFTER)
    verb_only = not {"JKS", "JKO", "EC", "ETM", "JX", "VCP", "JKB"} & {token.tag for token in case.main}
    return in_time and bool(own_nouns(case.topic)) and (verb_only or case.is_only)


def in_form(statement: Statement, case: Case, ending: str, tag: str = "EC") -> str:
    """The case with its predicate in another ending: 모자란 경우 + 면 → 모자라면."""
    return _gapped(statement, case.start, case.predicate.start) + rejoin(case.predicate, ending, tag)


def as_if(statement: Statement, case: Case) -> str:
    """The case as people state it: 모자란 경우 → 모자라면, 만들려는 경우 → 만들려면, 옮긴 후 → 옮긴 후에는."""
    if case.kind is CaseKind.AFTER:
        return statement.say(case.start, case.predicate.end) + " 후에는"
    if case.is_joined:
        return statement.say(case.start, case.end)
    if is_wish(case) and (wanted := final_predicate(case.clause[:-2])) and case.clause[-2].form == "하":
        return _gapped(statement, case.start, wanted.start) + rejoin(wanted, "려면")
    if case.kind in (CaseKind.CASE, CaseKind.WHEN) and case.clause[-1].form == "려는":
        return in_form(statement, case, "려면")
    if case.kind in (CaseKind.CASE, CaseKind.WHEN):
        return in_form(statement, case, "면")
    if any(token.tag == "EP" and token.form in ("시", "으시") for token in case.clause[-2:]):
        return in_form(statement, case, case.clause[-1].form)  # 오시면 → 오면
    return statement.say(case.start, case.end)


def is_wish(case: Case) -> bool:
    """Whether a case says what one wants: 옮기려면, 옮기려는 경우, 옮기려고 하면."""
    is_meant = case.clause[-1].form == "려는" or (len(case.clause) > 3 and case.clause[-3].form in ("려고", "으려고"))
    return case.kind is CaseKind.WISH or is_meant


def _gapped(statement: Statement, start: int, end: int) -> str:
    """The statement between two places, with the space before `end` that `say` cuts."""
    gap = " " if end > start and statement.sentence.line.text[end - 1] == " " else ""
    return statement.say(start, end) + gap


# The index of the last morpheme of a case's predicate, of the case itself, its kind, and whether it is the only one.
_Border = tuple[int, int, CaseKind, bool]


def _border(tokens: Sequence[Token], index: int) -> _Border | None:
    token, before = tokens[index], tokens[index - 1]
    if token.tag == "EC":
        return _after_ending(tokens, index)
    if token.tag not in ("NNG", "NNB"):
        return None
    if token.form == "전" and before.tag == "ETN" and before.form == "기":
        kind = CaseKind.BEFORE
    elif token.form in _NOUNS_OF_CASE and before.tag == "ETM" and before.form != "던":
        kind = _NOUNS_OF_CASE[token.form]
    else:
        return None
    last, is_only = index, False
    while last + 1 < len(tokens) and tokens[last + 1].tag in ("JKB", "JX"):
        last += 1
        is_only |= tokens[last].form == "만"
        if tokens[last].form not in ("에", "는", "은", "ᆫ", "만", "에는"):
            return None  # 때마다, 때까지, 경우도
    if kind is CaseKind.BEFORE and last == index:
        return None
    # 생성할 때 사용해야 하는 템플릿: the case belongs to the modifier.
    is_set_off = tokens[last + 1].tag == "SP" or tokens[last].form in ("는", "은", "ᆫ", "에는", "만")
    if kind is not CaseKind.BEFORE and not is_set_off and _modifies(tokens[last + 1 :]):
        return None
    if tokens[last + 1].tag in ("JKG", "JC", "JKC", "JKS", "JKO", "VCP", "VCN", "NNB"):
        return None
    return index - 1, last, kind, is_only


def _after_ending(tokens: Sequence[Token], index: int) -> _Border | None:
    form, following = tokens[index].form, tokens[index + 1]
    if following.form in ("절대", "절대로") and index + 2 < len(tokens):
        following = tokens[index + 2]  # 올라가면 절대 안 된다
    if form in ("려면", "으려면"):
        return index, index, CaseKind.WISH, False
    is_or = tokens[index - 1].form == "아니" and tokens[index - 2].tag != "JKC"  # 기록할지 아니면
    is_if = form in ("면", "으면", "다면", "ᆫ다면", "는다면") and tokens[index - 1].form != "려" and not is_or
    if is_if and following.form not in ("안", "되", "좋", "낫", "ᆫ", "은", "서"):
        return index, index, CaseKind.IF, False
    return None


def _modifies(following: Sequence[Token]) -> bool:
    """Whether the first ending after a case makes a modifier (but not 수 있다, 필요가 없다, 것이 좋다)."""
    for token, after in pairwise(following):
        if token.tag == "EC" and token.form in ("도록", "게", "려고", "으려고"):
            return True  # 마감될 때 만들도록 구성합니다
        if token.tag in ("EC", "EF", "ETN") and after.tag != "VX":
            return False
        if token.tag == "ETM" and after.form not in ("수", "필요"):
            return bool(after.form != "것")
    return False


def _is_doubled(clause: Sequence[Token]) -> bool:
    """Whether a clause has a second subject before its first predicate: 계획자가 주문이 확정될 때."""
    found = 0
    for token in clause:
        if token.tag in ("EC", "ETM", "ETN"):
            found = 0
        found += token.tag == "JKS"
        if found > 1:
            return True
    return False


def _end(tokens: Sequence[Token], border: _Border) -> int:
    return int(tokens[border[1]].start + tokens[border[1]].len)


def _go_together(tokens: Sequence[Token], first: _Border, other: _Border) -> bool:
    """Whether two cases stand in a row, the later one deciding what is asked."""
    between = tokens[first[1] + 1 : other[0]]
    is_means = tokens[max(first[0] - 2, 0)].form in ("사용", "이용", "활용") and first[2] is CaseKind.IF
    is_joined = (
        not is_means
        and first[2] not in (CaseKind.WISH, CaseKind.BEFORE)
        and other[2]
        in (
            CaseKind.IF,
            CaseKind.CASE,
            CaseKind.WHEN,
        )
    )
    return first is other or (
        is_joined and len(between) <= 16 and not any(t.tag in ("EC", "ETM") for t in between[:-1])
    )


def _topic(clause: Sequence[Token]) -> tuple[Token, ...]:
    """The nouns at a clause's beginning that 은/는 makes its topic, with the particle."""
    for index, token in enumerate(clause):
        if token.tag == "JX" and token.form in ("은", "는", "ᆫ") and index:
            return tuple(clause[: index + 1])
        if token.tag not in NOUNS and token.tag not in ("MM", "JKG", "SSO", "SSC", "SP", "JC", "SW", "SO"):
            return ()
    return ()


def _says_what_of(statement: Statement, clause: Sequence[Token]) -> bool:
    """Whether a case names what it is about: its last clause a subject or an object, the whole a noun besides verbs."""
    chained = (
        index for index, token in enumerate(clause[:-1])
        if token.tag == "EC" and token.form in _CHAINING and clause[index - 1].form not in PREPOSITIONAL
    )  # fmt: skip
    last = max(chained, default=-1)
    is_plain = last > 0 and clause[last].form not in ("며", "으며")
    shares = is_plain and len(clause) - last <= _VERB_MORPHEMES  # 템플릿을 보거나 편집하려면: one object for both
    own = clause if shares else clause[last + 1 :]
    named = any(token.tag in ("JKS", "JKO", "JX", "JKC", "VCP") and token.form != "요" for token in own)
    named |= any(place.form == "에" and verb.form in _REACHING for place, verb in pairwise(own))
    start, end = clause[0].start, clause[-1].start
    line = statement.sentence.line.text
    is_restored = any(
        start <= first < end and text not in ("그", f"'{line[first:last]}'") for first, last, text in statement.edits
    )
    return named and (is_restored or bool(own_nouns(clause)))


def is_machine(noun: str) -> bool:
    """Whether a noun names what does things by itself: 시스템, 앱, WMS."""
    return bool(_MACHINE.search(noun))


def own_nouns(tokens: Sequence[Token]) -> list[str]:
    """The nouns of a clause that name something: no part of a verb (사용 in 사용하다), no 페이지, no Latin name."""
    return [
        token.form for token, after in zip(tokens, [*tokens[1:], None], strict=False)
        if token.tag in ("NNG", "NNP", "XR") and token.form not in _GENERIC
        and not (after and after.tag in ("XSV", "XSA"))
    ]  # fmt: skip


def _subject(tokens: Sequence[Token]) -> str:
    """The last noun of a main clause's own subject or topic; empty where it has none."""
    if len(tokens) > 2 and tokens[0].tag == "SL" and tokens[1].form == "늘":
        return str(tokens[0].form)  # Kiwi reads the 는 of "WMS는 차이를 …" as 늘+ᆫ
    found = held = ""
    for noun, particle in pairwise(tokens):
        if particle.tag == "JKS" and noun.form not in ("수", "필요", "것"):
            held = held or noun.form
        elif particle.tag == "JX" and particle.form in ("은", "는", "도") and noun.tag in NOUNS and noun.form != "수":
            return str(noun.form)
        elif particle.tag in ("EC", "EF", "ETM"):
            found = found or (held if particle.tag != "ETM" else "")  # the subject of a modifier is not the clause's
            held = ""
    machine = next(
        (noun.form for noun, particle in pairwise(tokens)
         if particle.form == "에서" and _MACHINE.search(noun.form)), "",
    )  # fmt: skip
    return found or machine


def _leaves_out(tokens: Sequence[Token], subject: str) -> bool:
    """Whether a clause with neither subject nor object has a verb of doing: 다시 쌓습니다, 관리자에게 신고합니다."""
    if subject or len(tokens) < 3:
        return False
    verb = tokens[-2]
    is_peoples = verb.tag == "XSV" and verb.form == "하" and tokens[-3].form in _PEOPLES
    return is_peoples or (verb.tag.split("-")[0] == "VV" and verb.form not in _COURSES)


def _is_deed(tokens: Sequence[Token]) -> bool:
    """Whether the verb at the end of some morphemes does something to something: has an object, is no passive."""
    if tokens and tokens[-1].tag == "EP" and tokens[-1].form in ("시", "으시"):
        tokens = tokens[:-1]  # 이용하실 수 있습니다
    if len(tokens) > 2 and tokens[-1].form == "않" and tokens[-2].form == "지":
        tokens = tokens[:-2]
    if not tokens:
        return False
    verb = tokens[-1]
    tag = verb.tag.split("-")[0]
    if tag not in ("VV", "XSV", "VX") or verb.form in _COURSES:
        return False
    return any(token.tag == "JKO" for token in tokens) or bool(acts(tokens))
