"""Steps in their order: what an act begins with, what follows a step, what comes before it → 뭐부터 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from curation.korean.josa import attach
from datagen.extract.acts import VERBAL, event_of_sentence
from datagen.extract.labels import labels
from datagen.extract.procedures.goal import Procedure
from datagen.extract.procedures.instruction import LEANS, Instruction, ended, is_click, is_vague, stated
from datagen.extract.procedures.menu import path_of
from datagen.extract.procedures.procedure import QUESTION_CHARS, fitting
from datagen.extract.reading import PEOPLE, Candidate, Reading, has_subject, has_topic, section_path
from datagen.phrasing import Slots, Template

# What comes first: {when} 적치할 때.
FIRST = (
    Template("NW", "{when} [뭐|무엇]부터 <해야 돼>"),
    Template("WN", "{wish} 먼저 [뭘|무엇을] <해야 돼>"),
    Template("NI", "{when} 가장 먼저 할 일이 <뭐야>"),
    Template("MC", "{act} 첫 단계에서는 [뭘|무엇을] <해>"),
)
MENU = (
    Template("IN", "{wish} 어느 메뉴로 들어가야 <돼>"),
    Template("IS", "{when} 어디로 들어가면 <돼>"),
    Template("NM", "{wish} 어느 화면부터 열어야 <돼>"),
)
FIRST_OF_NAME = (
    Template("NW", "{name:은/는} [뭐|무엇]부터 <해야 돼>"),
    Template("MC", "{name:은/는} 무엇부터 시작[해?|하나요?|합니까?]"),
    Template("NM", "{name:을/를} 할 때 가장 먼저 하는 일이 <뭐야>"),
)
# 단위를 확인한 뒤 수량을 넣기 전에 turns the order of three deeds round.
_AFTER = re.compile(r"[가-힣] (?:뒤|다음|후)(?:에)? ")
# What a step of a numbered list is, by its number, and what comes last: {place} 3, {nth} 세.
NUMBERED = (
    Template("WN", "{when} {place}단계에서는 [뭘|무엇을] <해>"),
    Template("NI", "{when} {place}단계에서 하는 일이 <뭐야>"),
    Template("NW", "{when} {nth} 번째로 [뭘|무엇을] <해야 돼>"),
    Template("MC", "{act} 절차에서 {place}단계가 <뭐야>"),
)
LAST = (
    Template("WN", "{when} 마지막에는 [뭘|무엇을] <해>"),
    Template("NI", "{when} 마지막으로 [뭘|무엇을] <해야 돼>"),
    Template("MC", "{act} 마지막 단계에서는 [뭘|무엇을] <해>"),
)
_NTH = " 첫 두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(" ")
# A heading that is a stage itself: 2단계: 주문 처리.
_STAGE = re.compile(r"\d\s?단계|단계\s?\d")
# What comes next and before: {done} 라벨을 붙이고 나면, {earlier} 라벨을 붙이기 전에.
NEXT = (
    Template("WN", "{done} [뭘|무엇을] <해야 돼>"),
    Template("NI", "{after}는 [뭘|무엇을] <해>"),
    Template("WN", "{done} 그다음에는 [뭘|무엇을] <해야 돼>"),
    Template("NM", "{after}는 어떤 작업을 <해야 돼>"),
)
NEXT_COURSE = (
    Template("WN", "{done} 그다음에는 어떤 일을 <해>"),
    Template("NS", "{after}는 어떤 일을 <해>"),
    Template("MC", "{after}는 어떤 작업을 <해>"),
)
EARLIER = (
    Template("WN", "{earlier} [뭘|무엇을] <해야 돼>"),
    Template("NI", "{earlier} [뭘|무엇을] 하면 <돼>"),
    Template("WM", "{earlier} [뭘|무엇을] 해 둬야 <돼>"),
)
EARLIER_COURSE = (
    Template("WN", "{earlier} 어떤 일을 <해>"),
    Template("NM", "{earlier} 하는 일이 <뭐야>"),
)
_DISMISSES = re.compile(
    r"^'?(?:저장|확인|닫기|취소|예|적용)'?[을를] |(?:탭|섹션|그룹|메뉴)[을를] (?:확장|펼치|펼칩|펼친)"
)
# A step that sets one field of a form: 'F' 필드에서 'V'를 선택합니다.
_SETS_FIELD = re.compile(
    r"(?:필드|옵션|목록|항목|입력란)(?:에서|에|를|을) .*(?:선택|설정|변경|지정|입력)|(?:확인란|상자)을? .*(?:선택|해제)"
)
_WHO = re.compile(rf"{PEOPLE.pattern}|^[A-Z]{{2,}}$|(?:시스템|설비)$")
_SUBJECT = re.compile(r"(?P<who>\S+(?: \S+){0,2}?)(?:이|가)(?= )")
_TOPIC = re.compile(r"(?P<who>\S+(?: \S+){0,2}?)(?:은|는)(?= )")
# Only a press, wherever; a step with a name of its own; one that is due in some case only.
_PRESSES = re.compile(
    r"^(?:(?!\S*(?:에서|하여|해서|하고|려면|눌러|후|다음) )\S+ ){0,4}\S+[을를] (?:클릭|터치|누릅)\S*$"
)
_LABELLED = re.compile(r"^[^.]{1,30}: ")
_OPTIONAL = re.compile(r"^[^.]*(?:면|경우),? |선택 ?사항")
_COMES_TO = frozenset("완료 종료 마무리 진행 시작 수행 실시".split())
_UNLED = re.compile(r"^(?:(?:그런|그) (?:다음|후)에?|다음으로|이제|먼저|우선|마지막으로|이어서|이후)[, ]+")


def firsts(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """What an act begins with."""
    step = procedure.steps[0]
    if step is None or is_vague(step) or LEANS.search(step.text):
        return
    path = path_of(step.first) if step.first else None
    if path is None and step.first and any(len(label.levels) > 1 for label in labels(step.line)):
        return
    is_one = step.first is None or step.sentence is not None
    is_told = is_one and _says_own(step) and not _says_goal(reading, procedure, step) and len(procedure.lines) > 2
    if is_click(step) or not (path or is_told):
        return
    opening = step.first if path else None
    said = _as_subject((stated(opening) if opening else step.text).removeprefix("먼저 "))
    sources = (*((opening.source,) if opening else step.sources), *procedure.sources)
    where = section_path(procedure.section)
    act = procedure.act
    if act is None and _is_work(procedure):
        slots: Slots = {"name": reading.scope(procedure.name)}
        answer = f"{attach(procedure.name, '을/를')} 할 때는 먼저 {said}"
        yield Candidate("step", FIRST_OF_NAME, slots, answer, sources, where)
    if act is None:
        return
    when, wish, doing = (fitting(reading, text, act, 16) for text in (act.when, act.wish, act.doing))
    if when is None or wish is None or doing is None:
        return
    slots = {"when": when, "wish": wish, "act": doing}
    yield Candidate("step", (*FIRST, *MENU) if path else FIRST, slots, f"{act.wish} 먼저 {said}", sources, where)


def placed(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """One step in the middle of a numbered list, asked for by its number, and the last step."""
    steps = procedure.steps
    act, name = procedure.act, procedure.name
    is_told = len(steps) > 2 and procedure.is_numbered and (act is not None or _is_work(procedure))
    if not is_told or any(_STAGE.search(text) for text in section_path(procedure.section)):
        return
    when = act.when if act else f"{attach(name, '을/를')} 할 때"
    doing = act.doing if act else f"{attach(name, '을/를')} 하는"
    asked = [fitting(reading, text, act, 20) if act else reading.scope(text) for text in (when, doing)]
    if asked[0] is None or asked[1] is None or max(map(len, filter(None, asked))) + 18 > QUESTION_CHARS:
        return
    slots: dict[str, str | tuple[str, str, str]] = {"when": asked[0], "act": asked[1]}
    where, half = section_path(procedure.section), len(steps) // 2
    middle = sorted(range(1, min(len(steps) - 1, len(_NTH) - 1)), key=lambda place: (abs(place - half), place))
    numbered = next((place for place in middle if _says_own(steps[place])), None)
    if numbered is not None and (step := steps[numbered]):
        named = slots | {"place": str(numbered + 1), "nth": _NTH[numbered + 1]}
        said = f"{when}{_topic_of(reading, step)} {_as_subject(_unled(step.text))}"
        yield Candidate("step", NUMBERED, named, said, (*step.sources, *procedure.sources), where)
    is_path = steps[-1] is not None and steps[-1].first is not None and path_of(steps[-1].first) is not None
    if (step := steps[-1]) and _says_own(step) and not (is_path or _says_goal(reading, procedure, step)):
        said = f"{when}는 마지막으로 {_as_subject(_unled(step.text))}"
        yield Candidate("step", LAST, slots, said, (*step.sources, *procedure.sources), where)


def neighbours(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """What follows a step, and what comes before the next, between two that both say something of their own."""
    where = section_path(procedure.section)
    for one, other in pairwise(procedure.steps):
        if one is None or other is None or one.sentence is None or other.sentence is None or not _carries(other):
            continue
        path = path_of(one.sentence)
        after = event_of_sentence(other.sentence)
        before = event_of_sentence(one.sentence)
        if before is None or after is None or not (path or _carries(one)) or not one.is_bare:
            continue
        if _SETS_FIELD.search(one.text) and _SETS_FIELD.search(other.text):
            continue  # in what order a form is filled in, nobody asks
        if any(_topic_of(reading, step) == "" for step in (one, other)):
            continue  # 차이가 난 자리는 다른 조사자가 센다: what it is about stands in no larger clause
        is_course = any(has_subject(step.tokens) or has_topic(step.tokens) for step in (one.sentence, other.sentence))
        sources = (*other.sources, *one.sources, *procedure.sources)
        screen = f"{path.screen} 화면으로 들어" if path else ""
        done, then = (
            (f"{screen}가고 나면", f"{screen}간 다음에") if path else map(_as_subject, (before.done, before.after))
        )
        is_asked = path is not None or not _SETS_FIELD.search(one.text)
        if is_asked and (scope := _scope_of(reading, procedure, len(done) + 10)):
            said = f"{_as_subject(ended(one.sentence, before, 'ᆫ', 'ETM'))} 다음에는"
            yield Candidate(
                "next_step", NEXT_COURSE if is_course else NEXT, {"done": scope + done, "after": scope + then},
                _joined(said, _as_subject(_unled(other.text))), sources, where,
            )  # fmt: skip
        is_told_before = path is None and "전에" not in after.before and other.is_bare and "'" not in other.text
        is_told_before = is_told_before and not _AFTER.search(after.earlier)
        if is_told_before and (scope := _scope_of(reading, procedure, len(after.earlier) + 12)):
            said = f"{_as_subject(ended(other.sentence, after, '기', 'ETN'))} 바로 전에"
            earlier = f"{scope}{_as_subject(after.earlier).removesuffix('전에')}바로 전에"
            yield Candidate(
                "next_step", EARLIER_COURSE if is_course else EARLIER, {"earlier": earlier},
                _joined(said, _as_subject(_unled(one.text))), (*one.sources, *other.sources, *procedure.sources), where,
            )  # fmt: skip


def _scope_of(reading: Reading, procedure: Procedure, rest: int) -> str:
    """The procedure as a lead-in to a question of `rest` characters; empty where it does not fit."""
    if procedure.act is not None:
        said = fitting(reading, procedure.act.when, procedure.act, rest)
        return f"{said} " if said else ""
    scope = f"{attach(reading.scope(procedure.name), '을/를')} 할 때 "
    return scope if _is_work(procedure) and len(scope) + rest <= QUESTION_CHARS else ""


def _is_work(procedure: Procedure) -> bool:
    """Whether a procedure's name is a noun that one does: 오출 처리, but not 조정 요청부터 반영까지."""
    return not procedure.is_course and (procedure.name.split() or [""])[-1] in VERBAL | {"작업"}


def _says_own(step: Instruction | None) -> bool:
    """Whether a step is a deed of its own in one piece: no click, no bare value, nothing that leans on others."""
    return (
        step is not None
        and (step.first is None or event_of_sentence(step.first) is not None)
        and step.is_whole
        and len(step.text) <= 110
        and not (
            "\n" in step.text
            or is_click(step)
            or is_vague(step)
            or any(found.search(step.text) for found in (_DISMISSES, _PRESSES, _LABELLED, _OPTIONAL, LEANS))
        )
    )


def _says_goal(reading: Reading, procedure: Procedure, step: Instruction) -> bool:
    """Whether a step says no more than its goal (완결 처리를 완료합니다), or its first deed again (검색하고 …)."""
    goal = procedure.act.before if procedure.act else procedure.name
    words = [token.form for token in reading.tokens(step.line) if token.tag in ("NNG", "NNP", "SL", "VV", "MAG")]
    is_said_before = bool(words) and re.search(rf"{re.escape(words[-1])}하(?:고|거나) ", goal) is not None
    return is_said_before or all(word in goal or word in _COMES_TO for word in words)


def _topic_of(reading: Reading, step: Instruction) -> str:
    """The particle of the clause before a step: 는, or none where the step is about something of its own."""
    tokens = step.first.tokens if step.first else reading.tokens(step.line)
    return "" if _as_subject(step.text) == step.text and has_topic(tokens) else "는"


def _as_subject(text: str) -> str:
    """A clause whose topic is somebody, as it stands in a larger one: 조사자는 실물을 센 → 조사자가 실물을 센."""
    topic = _TOPIC.match(text)
    return attach(topic["who"], "이/가") + text[topic.end() :] if topic and _WHO.search(topic["who"]) else text


def _joined(clause: str, statement: str) -> str:
    """A clause and the statement it leads to; a subject they share is named once, as the topic of both."""
    one, other = _SUBJECT.match(clause), _SUBJECT.match(statement)
    if one is None or other is None or one["who"] != other["who"] or not _WHO.search(one["who"]):
        return f"{clause} {statement}"
    when = clause[one.end() :].replace("다음에는", "다음에")  # of two topics one is enough
    return f"{attach(one['who'], '은/는')}{when} {statement[other.end() :].lstrip()}"


def _unled(text: str) -> str:
    """A step without the word that places it among the others."""
    return _UNLED.sub("", text)


def _carries(step: Instruction) -> bool:
    """Whether a step says something of its own: no click, no bare value, no path, nothing that leans on a number."""
    is_plain = step.sentence is not None and path_of(step.sentence) is None and not LEANS.search(step.text)
    is_short = step.sentence is not None and len(step.sentence.text) <= 60
    return (
        is_plain
        and is_short
        and not (is_click(step) or is_vague(step) or _DISMISSES.search(step.text) or ">" in step.line.text)
    )
