"""Procedures: an action heading, or a wish in the lead, over ordered steps → 오입 상품을 반송하려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from curation.korean.josa import attach
from curation.korean.predicate import without_tail
from datagen.documents import Items, Line, Paragraph, Section, block_lines
from datagen.extract.acts import (
    DEICTIC,
    VERBAL,
    WAYS,
    Act,
    act_of_heading,
    act_of_sentence,
    heading_text,
    wish_of_sentence,
)
from datagen.extract.instruction import Instruction, is_click, is_sample, is_vague, read_instruction
from datagen.extract.reading import NOUNS, Candidate, Reading, Sentence, heading_source, is_clause, section_path
from datagen.phrasing import Slots, Template

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
_LEAD = re.compile(r"순서|차례|단계")
_FOLLOWS = re.compile(r"^다음 (?:단계|절차|순서)(?:에 따라|를 따라|대로|로) (?=\S)")
_ORDER = re.compile(r"(?:다음|아래) (?:단계|순서|절차)")
_CHOICE = re.compile(r"중 (?:하나|한 가지|선택)|방법(?:으로는|에는|은 다음)")
_TWICE = re.compile(r"(?:^|\s)(\S{2,}) (?:또는|및) \1[을를의 ]")
_HEADS_ORDER = re.compile(r"(?:절차|순서|과정)$")
_LEANING = re.compile(r"이전에|방금|앞서|위에서|이제|새로운 예|예제|시나리오|데모")
_STEPS = range(2, 13)
_ANSWER_CHARS = 900
# A question about a step stays below what the gates allow.
QUESTION_CHARS = 60


@dataclass(frozen=True, slots=True)
class Procedure:
    """Ordered steps and what they achieve: an act, or the name of a process; `sources` are where that stands.

    The name of a course of things is a clause: 온라인 주문이 배송까지 이어지는.

    A step that cannot be told (it shows sample data, or points elsewhere) is None.
    """

    section: Section
    steps: tuple[Instruction | None, ...]
    act: Act | None
    name: str
    lead: Sentence | None
    sources: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...] = ()
    is_course: bool = False


def procedures(reading: Reading) -> Iterator[Candidate]:
    """A pair for each ordered list of steps whose heading or lead names an act."""
    for procedure in find_procedures(reading):
        steps = tuple(step for step in procedure.steps if step is not None)
        if len(steps) == len(procedure.steps) in _STEPS and _is_whole(steps):
            yield _candidate(reading.at(procedure.section), procedure, steps)


def find_procedures(reading: Reading) -> Iterator[Procedure]:
    """Every list of steps under an act, or a process, that can be named."""
    for section in reading.sections():
        lists = [
            (lead, block)
            for before, block in zip((None, *section.blocks), section.blocks, strict=False)
            if isinstance(block, Items) and len(block.items) > 1 and section.headings
            if _is_in_order(section, block, lead := _lead(reading, before if isinstance(before, Paragraph) else None))
        ]
        for lead, block in lists:
            named = _named(reading, section, lead, is_only=len(lists) == 1)
            if named is not None:
                read = tuple(read_instruction(reading, item) for item in block.items)
                yield replace(named, steps=read, lines=tuple(block_lines(block)))


def _candidate(reading: Reading, procedure: Procedure, steps: Sequence[Instruction]) -> Candidate:
    listed = "\n".join(f"{number}. {step.text}" for number, step in enumerate(steps, 1))
    templates, slots, lead = _asked(reading, procedure)
    sources = tuple(span for step in steps for span in step.sources)
    return Candidate(
        "procedure", templates, slots, f"{lead}\n{listed}", (*sources, *procedure.sources),
        section_path(procedure.section),
    )  # fmt: skip


def _is_whole(steps: Sequence[Instruction]) -> bool:
    """Whether steps say enough by themselves: they open at a place, few only ask for a value, none repeats another."""
    vague = sum(map(is_vague, steps))
    is_short = sum(len(step.text) for step in steps) <= _ANSWER_CHARS
    has_repeat = any(one.text == other.text for one, other in pairwise(steps))
    return is_short and not has_repeat and not is_click(steps[0]) and 3 * vague <= len(steps)


def scoped(reading: Reading, text: str, act: Act) -> str:
    """`text` led in by the title, unless its object says enough."""
    led = _led(reading, text)
    return text if led.endswith(f" 관련해서 {text}") and len(act.thing.split()) > 2 else led


def _led(reading: Reading, text: str) -> str:
    """`text` led in by the title where a reader would miss it and the title says something (not 확인 관련해서)."""
    led = reading.scope(text)
    lead = led.removesuffix(text).removesuffix(" 관련해서 ")
    return text if led != text and (len(lead) < 3 or "에 대한" in lead) else led


def fitting(reading: Reading, text: str, act: Act, rest: int) -> str | None:
    """`text` led in by the title where a reader would miss it; bare where that is too long and the act says enough."""
    for said in dict.fromkeys((_led(reading, text), scoped(reading, text, act))):
        if len(said) + rest <= QUESTION_CHARS:
            return said
    return text if len(text) + rest <= QUESTION_CHARS and len(act.thing.split()) > 1 else None


def _asked(reading: Reading, procedure: Procedure) -> tuple[tuple[Template, ...], Slots, str]:
    """The templates and slots, and the answer's lead-in: the source's own where it says that an order follows."""
    act = procedure.act
    lead = procedure.lead.text if procedure.lead else ""
    if act is None and procedure.is_course:
        return OF_COURSE, {"name": reading.scope(procedure.name)}, lead or f"{procedure.name} 순서는 다음과 같습니다."
    if act is None:
        default = f"{attach(procedure.name, '은/는')} 다음 순서로 진행합니다."
        return OF_NOUN, {"name": reading.scope(procedure.name)}, lead or default
    slots: dict[str, str | tuple[str, str, str]] = {
        "wish": scoped(reading, act.wish, act), "act": scoped(reading, act.doing, act),
    }  # fmt: skip

    templates: tuple[Template, ...] = OF_ACT
    if act.thing and act.verb:
        slots |= {"thing": scoped(reading, act.thing, act), "verb": act.verb}
        templates += OF_THING
    return templates, slots, lead or f"{act.wish} 다음 순서를 따릅니다."


def _lead(reading: Reading, before: Paragraph | None) -> Sentence | None:
    """The sentence that leads into a list."""
    sentences = reading.sentences.get(before.line, ()) if before and before.note is None else ()
    return sentences[-1] if sentences else None


def _named(reading: Reading, section: Section, lead: Sentence | None, *, is_only: bool) -> Procedure | None:
    """The act that the lead wishes for, else the one the heading names, which fits the only list below it."""
    empty = Procedure(section, (), None, "", None, ())
    act = _act_of_lead(reading, lead) if lead else None
    if act is not None and lead is not None:
        return replace(empty, act=act, sources=(lead.source, *heading_source(section)))
    if not is_only:
        return None
    heading = section.headings[-1]
    said = lead if lead is not None and _announces(lead) else None
    sources = (*((said.source,) if said else ()), *heading_source(section))
    if name := _process(reading, heading):
        return replace(empty, name=name, lead=said, sources=sources)
    act = act_of_heading(reading, heading)
    if act is None and (course := _course(reading, heading)):
        return replace(empty, name=course, lead=said, sources=sources, is_course=True)
    return replace(empty, act=act, lead=said, sources=sources) if act else None


def _announces(lead: Sentence) -> bool:
    """Whether a lead says of itself that an order follows: 조정은 두 단계로 처리한다."""
    return (
        _LEAD.search(lead.text) is not None and is_clause(lead.tokens) and "다음" not in lead.text
        and not (is_vague_reference(lead) or is_sample(lead) or _LEANING.search(lead.text))
    )  # fmt: skip


def is_vague_reference(sentence: Sentence) -> bool:
    """Whether a sentence points at something outside with 이, 그, 해당."""
    return any(token.tag in ("MM", "NP") and token.form in DEICTIC for token in sentence.tokens)


def _is_in_order(section: Section, block: Items, lead: Sentence | None) -> bool:
    """Whether a list is of steps: numbered, or bullets whose lead says that an order follows, or heading 절차."""
    if lead is not None and _CHOICE.search(lead.text):
        return False
    is_led = lead is not None and _ORDER.search(lead.text) is not None
    return block.is_ordered or is_led or _HEADS_ORDER.search(section.headings[-1].text) is not None


def _act_of_lead(reading: Reading, lead: Sentence) -> Act | None:
    """The act of 작업 풀을 추가하려면 다음 단계를 따르세요, or of 다음 단계에 따라 주문을 확정합니다."""
    if _TWICE.search(lead.text) or is_vague_reference(lead) or _LEANING.search(lead.text):
        return None
    if "다음" in lead.text or lead.text.rstrip(" :").endswith("려면"):
        wish = wish_of_sentence(reading, lead)
        if wish is not None:
            return wish
    if rest := _FOLLOWS.match(lead.text):
        start = lead.start + rest.end()
        part = replace(lead, start=start, tokens=tuple(token for token in lead.tokens if token.start >= start))
        return act_of_sentence(reading, part)
    return None


def _process(reading: Reading, heading: Line) -> str:
    """The process that a heading names with its way: 과입 수량 처리 절차 → 과입 수량 처리; empty if none."""
    tokens = without_tail(reading.tokens(heading))
    if len(tokens) < 2 or tokens[-1].form not in WAYS or tokens[-2].tag not in (*NOUNS, "JKG", "SSC"):
        return ""
    if tokens[-1].form == "방법" and tokens[-2].form in VERBAL:
        return ""  # 로케이션 등록 방법: said better with its verb
    name = heading.text[: tokens[-1].start].rstrip().removesuffix("의")
    return heading_text(name)


def _course(reading: Reading, heading: Line) -> str:
    """The clause before 절차 or 과정 that says what happens rather than what one does; empty where there is none."""
    tokens = without_tail(reading.tokens(heading))
    is_clause = len(tokens) > 2 and tokens[-1].form in ("절차", "순서", "과정") and tokens[-2].form == "는"
    return heading_text(heading.text)[: -len(tokens[-1].form)].rstrip() if is_clause else ""
