"""Procedures: an action heading, or a wish in the lead, over ordered steps → 오입 상품을 반송하려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from datagen.documents import Items, Paragraph, block_lines
from datagen.extract.acts import VERBAL, Act
from datagen.extract.procedures.goal import Procedure, at_goal, name_goal
from datagen.extract.procedures.instruction import Instruction, read_instruction
from datagen.extract.procedures.order import is_catalogue, is_in_order, is_told_whole
from datagen.extract.reading import (
    COMMON,
    NOUNS,
    Candidate,
    Reading,
    Sentence,
    section_path,
)
from datagen.phrasing import Slots, Template

if TYPE_CHECKING:
    from kiwipiepy import Token

# For an act with a verb: {wish} 반송하려면, {act} 반송하는.
OF_ACT = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("NW", "{act} 방법[ 좀|을] <알려 줘>"),
    Template("MC", "{act} 절차가 <어떻게 돼>"),
    Template("NW", "{act} 순서가 <어떻게 돼>"),
    Template("W", "{wish} 어떤 순서로 <해야 돼>"),
    Template("MI", "{act} 순서를 <알려 줘>"),
)
# Where the act has an object of its own: {thing} 송장, {verb} 출력해?
OF_THING = (Template("WN", "{thing:은/는} 어떻게 {verb}"), Template("NS", "{thing:은/는} 어떤 순서로 {verb}"))
# For an act that is a noun: 과입 수량 처리 절차.
OF_NOUN = (
    Template("MC", "{name} 절차가 <어떻게 돼>"),
    Template("NW", "{name} 순서[ 좀|를] <알려 줘>"),
    Template("NI", "{name:은/는} 어떤 순서로 <진행해>"),
    Template("NW", "{name:은/는} 어떻게 [하면 돼?|하면 되나요?|하면 됩니까?]"),
)
# For a course of things that nobody is asked to do: 온라인 주문이 배송까지 이어지는.
OF_COURSE = (
    Template("MC", "{name} 절차가 <어떻게 돼>"),
    Template("NW", "{name} 순서[ 좀|를] <알려 줘>"),
    Template("NP", "{name} 과정[ 좀|을] <알려 줘>"),
)
_OF_CLAUSES = frozenset({"JKS", "JKO", "JX", "EF", "SF"})
_LONG_TITLE = 20
_SOLVES = re.compile(r"(?:문제|오류|장애|이슈)(?:를|을)? ?(?:\S+ )?해결|^(?:문제|오류)[를을] ")
# Who manages something does one thing or another, in no order: 고객 관리.
_MANAGES = re.compile(r"(?:^|(?<![고나])\s)\S*관리(?:를)?$")
# A device is used for something; where a heading names no more, it does not say for what.
_USES_DEVICE = re.compile(r"^(?:모바일 )?(?:디바이스|기기|단말기?|앱|PDA|스캐너)를? ?(?:사용|이용)$")
# An object with the word before it: 원인 코드를.
_OBJECT = re.compile(r"((?:[가-힣A-Za-z0-9]{2,} )?[가-힣A-Za-z0-9]{2,}?)[을를](?= )")
_LINKED = re.compile(r"(?:고|며|거나|여|서|는|은|된|한|할|용)$")
# Words of every screen; that title and act share one tells a reader nothing.
_OF_SCREENS = frozenset("항목 메뉴 모바일 디바이스 기기 앱 화면 페이지 필드 기능 유형".split())
# A question about a step stays below what the gates allow, and below what a reader takes in.
QUESTION_CHARS = 66


def procedures(reading: Reading) -> Iterator[Candidate]:
    """A pair for each ordered list of steps whose heading or lead names an act."""
    for procedure in find_procedures(reading):
        if (stages := _stages(at_goal(reading, procedure), procedure)) is not None:
            yield stages
            continue
        steps = tuple(step for step in procedure.steps if step is not None)
        if len(steps) == len(procedure.steps) and is_told_whole(steps):
            yield from _candidates(at_goal(reading, procedure), procedure, steps)


def _stages(reading: Reading, procedure: Procedure) -> Candidate | None:
    """The names of the stages that a sentence leads in, as they stand: 입고 업무는 다음 네 단계로 진행됩니다."""
    said, lines = procedure.announced, procedure.lines
    is_named = said is not None and procedure.act is None and bool(procedure.name)
    if said is None or not is_named or not all(_is_named(reading.tokens(line)) for line in lines):
        return None
    listed = "\n".join(f"{number}. {line.text}" for number, line in enumerate(lines, 1))
    return Candidate(
        "procedure", OF_NOUN, {"name": reading.scope(procedure.name)}, f"{said.text.rstrip(' :：')}\n{listed}",
        (*(line.source() for line in lines), said.source), section_path(procedure.section),
    )  # fmt: skip


def _is_named(tokens: Sequence[Token]) -> bool:
    """Whether a line is a name alone: 검수; of 적치 및 입고 확정 Kiwi may make a verb."""
    return bool(tokens) and tokens[-1].tag in NOUNS and not any(token.tag in _OF_CLAUSES for token in tokens)


def find_procedures(reading: Reading) -> tuple[Procedure, ...]:
    """Every list of steps under an act, or a process, that can be named; found once a document."""
    if find_procedures not in reading.memory:
        reading.memory[find_procedures] = tuple(_find_procedures(reading))
    found: tuple[Procedure, ...] = reading.memory[find_procedures]
    return found


def _find_procedures(reading: Reading) -> Iterator[Procedure]:
    for section in reading.sections():
        lists = [
            (lead, block)
            for before, block in zip((None, *section.blocks), section.blocks, strict=False)
            if isinstance(block, Items) and len(block.items) > 1 and section.headings
            if is_in_order(section, block, lead := _lead(reading, before if isinstance(before, Paragraph) else None))
        ]
        for lead, block in lists:
            named = name_goal(reading, section, lead, is_only=len(lists) == 1)
            if named is not None and _is_sound(reading, named, block):
                read = tuple(read_instruction(reading, item) for item in block.items)
                if named.act is None or not is_catalogue(read):
                    yield replace(named, steps=read, lines=tuple(block_lines(block)), is_numbered=block.is_ordered)


def _candidates(reading: Reading, procedure: Procedure, steps: Sequence[Instruction]) -> Iterator[Candidate]:
    listed = "\n".join(f"{number}. {step.text}" for number, step in enumerate(steps, 1))
    asked = _asked(reading, procedure)
    if asked is None:
        return
    templates, slots, lead = asked
    sources = tuple(span for step in steps for span in step.sources)
    yield Candidate(
        "procedure", templates, slots, f"{lead}\n{listed}", (*sources, *procedure.sources),
        section_path(procedure.section),
    )  # fmt: skip


def scoped(reading: Reading, text: str, act: Act) -> str | None:
    """`text` led in by the title, unless its object says a word of the title; None where neither can be."""
    led = _led(reading, text)
    is_told = len(act.thing.split()) > 2 and _shares(reading, act)
    if led.endswith(f" 관련해서 {text}") and is_told:
        return text
    is_untitled = not reading.subject and len(reading.document.title) > _LONG_TITLE and " " not in act.thing
    return None if is_untitled and not _shares(reading, act) else led


def _shares(reading: Reading, act: Act) -> bool:
    """Whether an act names something that the title names: 사유 코드, of 재고 집계 사유 코드."""
    headings = reading.document.sections[0].headings if reading.document.sections else ()
    tokens = reading.tokens(headings[0]) if headings else []
    return any(
        token.form in act.before
        for token in tokens
        if token.tag in ("NNG", "NNP", "SL") and len(token.form) > 1 and token.form not in COMMON | VERBAL | _OF_SCREENS
    )


def _led(reading: Reading, text: str) -> str:
    """`text` led in by the title where a reader would miss it and the title says something (not 확인 관련해서)."""
    led = reading.scope(text)
    lead = led.removesuffix(text).removesuffix(" 관련해서 ")
    return text if led != text and (len(lead) < 3 or "에 대한" in lead) else led


def fitting(reading: Reading, text: str, act: Act, rest: int) -> str | None:
    """`text` led in by the title where a reader would miss it; bare where that is too long and the act says enough."""
    said = scoped(reading, text, act)
    if said is None or len(said) + rest <= QUESTION_CHARS:
        return said
    return text if len(text) + rest <= QUESTION_CHARS and _shares(reading, act) else None


def _asked(reading: Reading, procedure: Procedure) -> tuple[tuple[Template, ...], Slots, str] | None:
    """The templates and slots, and the answer's lead-in: the source's own where it says that an order follows."""
    act = procedure.act
    lead = procedure.lead.text if procedure.lead else ""
    if act is None and procedure.is_course:
        return OF_COURSE, {"name": reading.scope(procedure.name)}, lead or f"{procedure.name} 순서는 다음과 같습니다."
    if act is None:
        default = f"{attach(procedure.name, '은/는')} 다음 순서로 진행합니다."
        return OF_NOUN, {"name": reading.scope(procedure.name)}, lead or default
    wish, doing = fitting(reading, act.wish, act, 10), fitting(reading, act.doing, act, 10)
    if wish is None or doing is None:
        return None
    slots: dict[str, str | tuple[str, str, str]] = {"wish": wish, "act": doing}
    templates: tuple[Template, ...] = OF_ACT
    if act.thing and act.verb and (thing := scoped(reading, act.thing, act)):
        slots |= {"thing": thing, "verb": act.verb}
        templates += OF_THING
    return templates, slots, lead or f"{act.wish} 다음 순서를 따릅니다."


def _lead(reading: Reading, before: Paragraph | None) -> Sentence | None:
    """The sentence that leads into a list."""
    sentences = reading.sentences.get(before.line, ()) if before and before.note is None else ()
    return sentences[-1] if sentences else None


def _is_sound(reading: Reading, procedure: Procedure, block: Items) -> bool:
    """Whether the goal fits its steps: its object is in their words or the heading's; no remedy, no bare use."""
    act = procedure.act
    if act is None:
        return True
    if any(found.search(act.before.strip()) for found in (_SOLVES, _USES_DEVICE, _MANAGES)):
        return False
    told = " ".join((*(line.text for line in block_lines(block)), *section_path(procedure.section)))
    words = [word for found in _OBJECT.findall(act.before) for word in found.split() if not _LINKED.search(word)]
    return all(word.removesuffix("의") in told for word in words)
