"""Procedures: an action heading, or a wish in the lead, over ordered steps → 오입 상품을 반송하려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, without_tail
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
from datagen.extract.reading import (
    COMMON,
    NOUNS,
    Candidate,
    Reading,
    Sentence,
    heading_source,
    is_clause,
    is_noun_phrase,
    section_path,
)
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
_LONG_TITLE = 20
_LEAD = re.compile(r"순서|차례|단계")
_FOLLOWS = re.compile(r"^다음 (?:단계|절차|순서)(?:에 따라|를 따라|대로|로) (?=\S)")
_ORDER = re.compile(r"(?:다음|아래) (?:단계|순서|절차)")
_CHOICE = re.compile(r"중 (?:하나|한 가지|선택)|방법(?:으로는|에는|은 다음)")
_TWICE = re.compile(r"(?:^|\s)(\S{2,}) (?:또는|및) \1[을를의 ]")
_HEADS_ORDER = re.compile(r"(?:절차|순서|과정)$")
_LEANING = re.compile(r"이러한|이전에|방금|앞서|위에서|이제|새로운 예|예제|시나리오|데모")
# A lead that brings steps for a goal of its own, in a case or for something named before: 이 옵션을 켜면 다음 단계로 …
_BRINGS = re.compile(r"(?:다음|이러한|아래) ?(?:\S+ )?(?:단계|절차|순서)|단계를")
_IN_CASE = re.compile(r"(?:(?<!려)면|경우에?),? ")
_SHOWN = re.compile(r"다음 예[는에]|예를 보여|보여 ?[줍주]")
_SOLVES = re.compile(r"(?:문제|오류|장애|이슈)(?:를|을)? ?(?:\S+ )?해결|^(?:문제|오류)[를을] ")
# A device is used for something; where a heading names no more, it does not say for what.
_USES_DEVICE = re.compile(r"^(?:모바일 )?(?:디바이스|기기|단말기?|앱|PDA|스캐너)를? ?(?:사용|이용)$")
# An object with the word before it: 원인 코드를.
_OBJECT = re.compile(r"((?:[가-힣A-Za-z0-9]{2,} )?[가-힣A-Za-z0-9]{2,}?)[을를](?= )")
_SETS_UP = re.compile(r"(?:^|\s)(?:설정|구성)(?:하기)?$")
_LINKED = re.compile(r"(?:고|며|거나|여|서|는|은|된|한|할|용)$")
_NO_SETTING = re.compile(r"[^가-힣A-Za-z0-9 ]|필수|기능|옵션|[된한는] ")
# Words of every screen; that title and act share one tells a reader nothing.
_OF_SCREENS = frozenset("항목 메뉴 모바일 디바이스 기기 앱 화면 페이지 필드 기능 유형".split())
_NEW = re.compile(r"^(?:새|새로운|신규) ")
_STEPS = range(2, 13)
_ANSWER_CHARS = 900
# A question about a step stays below what the gates allow, and below what a reader takes in.
QUESTION_CHARS = 66


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
            yield from _candidates(reading.at(procedure.section), procedure, steps)


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
            if named is not None and _is_sound(reading, named, block):
                read = tuple(read_instruction(reading, item) for item in block.items)
                yield replace(named, steps=read, lines=tuple(block_lines(block)))


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


def _is_whole(steps: Sequence[Instruction]) -> bool:
    """Whether steps say enough by themselves: they open at a place, few only ask for a value, none repeats another."""
    vague = sum(map(is_vague, steps))
    is_short = sum(len(step.text) for step in steps) <= _ANSWER_CHARS
    has_repeat = any(_says_same(one.text, other.text) for one, other in pairwise(steps))
    is_told = is_short and not has_repeat and not is_click(steps[0]) and 6 * vague <= len(steps)
    return is_told and all(step.is_whole for step in steps)


def _says_same(one: str, other: str) -> bool:
    """Whether two steps share nearly all their words, a label in quotes or not: 설정을 엽니다, '설정'을 엽니다."""
    words = [set(re.findall(r"[가-힣A-Za-z0-9]{2,}", text)) for text in (one, other)]
    least, most = sorted(map(len, words))
    return one == other or (least > 3 and len(words[0] & words[1]) >= 0.7 * most and "필드" not in one)


def scoped(reading: Reading, text: str, act: Act) -> str | None:
    """`text` led in by the title, unless its object says a word of the title; None where neither can be."""
    led = _led(reading, text)
    is_told = len(act.thing.split()) > 2 and _shares(reading, act)
    if led.endswith(f" 관련해서 {text}") and is_told:
        return text
    is_untitled = not reading.subject and len(reading.document.title) > _LONG_TITLE
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


def _named(reading: Reading, section: Section, lead: Sentence | None, *, is_only: bool) -> Procedure | None:
    """The act that the lead wishes for, else the one the heading names, which fits the only list below it."""
    empty = Procedure(section, (), None, "", None, ())
    heading = section.headings[-1]
    act = _act_of_lead(reading, lead) if lead else None
    if act is not None and lead is not None and not _says_more(act_of_heading(reading, heading), act):
        return qualified(reading, replace(empty, act=act, sources=(lead.source, *heading_source(section))))
    if not is_only or (lead is not None and _is_of_its_own(lead)):
        return None
    said = lead if lead is not None and _announces(lead) else None
    sources = (*((said.source,) if said else ()), *heading_source(section))
    if name := _process(reading, heading):
        return replace(empty, name=name, lead=said, sources=sources)
    act = act_of_heading(reading, heading) or _setting_of(reading, section)
    if act is None and (course := _course(reading, heading)):
        return replace(empty, name=course, lead=said, sources=sources, is_course=True)
    return qualified(reading, replace(empty, act=act, lead=said, sources=sources)) if act else None


def _setting_of(reading: Reading, section: Section) -> Act | None:
    """The act of a heading that names a thing below one that says 설정: 부분 출고 설정 > 출고 템플릿."""
    *above, heading = section.headings
    is_set_up = len(above) > 0 and _SETS_UP.search(above[-1].text) is not None
    name = heading_text(heading.text)
    is_name = is_noun_phrase(reading.tokens(heading)) and name.split()[-1] not in VERBAL | WAYS and len(name) > 2
    if not (is_set_up and is_name and name == heading.text.strip()) or _NO_SETTING.search(name):
        return None
    before = f"{attach(name, '을/를')} 설정"
    return Act(before, Predicate(len(before), len(before), (("하", "XSV"),), "기", "ETN"), name, is_transitive=True)


def _is_of_its_own(lead: Sentence) -> bool:
    """Whether a lead brings its steps in a case, or for something it only points at: the heading's goal is another."""
    is_bound = (
        _IN_CASE.search(lead.text) is not None or is_vague_reference(lead) or _LEANING.search(lead.text) is not None
    )
    return _SHOWN.search(lead.line.text) is not None or (_BRINGS.search(lead.text) is not None and is_bound)


def _says_more(heading: Act | None, lead: Act) -> bool:
    """Whether a heading names the object of which the lead names only the whole: 승인의 사유 코드, of 승인."""
    is_part = heading is not None and bool(lead.thing) and heading.thing.startswith(f"{lead.thing}의 ")
    return is_part and heading is not None and heading.thing.split()[-1] != lead.thing.split()[-1]


def qualified(reading: Reading, procedure: Procedure) -> Procedure:
    """A procedure whose object takes the modifier that a heading above gives it: 입고용 메뉴 항목, of 새 메뉴 항목."""
    act = procedure.act
    core = _NEW.sub("", act.thing) if act else ""
    for heading in reversed(procedure.section.headings[:-1]):
        above = object_of(reading, heading)
        if act is None or not core or not above.endswith(f" {core}"):
            continue
        before = act.before.replace(attach(act.thing, "을/를"), attach(above, "을/를"), 1)
        named = replace(act, before=before, thing=above)
        return replace(procedure, act=named, sources=(*procedure.sources, heading.source()))
    return procedure


def object_of(reading: Reading, heading: Line) -> str:
    """What a heading is about, without the verb it may end in: 상품 등록을 위한 메뉴 항목 설정 → … 메뉴 항목."""
    act = act_of_heading(reading, heading)
    if act is not None and act.thing:
        return act.thing
    *words, last = heading_text(heading.text).split() or [""]
    return " ".join(words if last in VERBAL or last.endswith("기") else [*words, last])


def _is_sound(reading: Reading, procedure: Procedure, block: Items) -> bool:
    """Whether the goal fits its steps: its object is in their words or the heading's; no remedy, no bare use."""
    act = procedure.act
    if act is None:
        return True
    if _SOLVES.search(act.before) or _USES_DEVICE.search(act.before.strip()):
        return False
    told = " ".join((*(line.text for line in block_lines(block)), *section_path(procedure.section)))
    words = [word for found in _OBJECT.findall(act.before) for word in found.split() if not _LINKED.search(word)]
    return all(word.removesuffix("의") in told for word in words)


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
    is_left = is_vague_reference(lead) or _SHOWN.search(lead.line.text) or "려면 먼저" in lead.text
    if _TWICE.search(lead.text) or is_left or _LEANING.search(lead.text):
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
    if tokens[-1].form == "방법":
        return ""  # 로케이션 등록 방법: said better with its verb; 웨이브 프로세스 방법: things, no way
    name = heading.text[: tokens[-1].start].rstrip().removesuffix("의")
    return heading_text(name)


def _course(reading: Reading, heading: Line) -> str:
    """The clause before 절차 or 과정 that says what happens rather than what one does; empty where there is none."""
    tokens = without_tail(reading.tokens(heading))
    is_clause = len(tokens) > 2 and tokens[-1].form in ("절차", "순서", "과정") and tokens[-2].form == "는"
    return heading_text(heading.text)[: -len(tokens[-1].form)].rstrip() if is_clause else ""
