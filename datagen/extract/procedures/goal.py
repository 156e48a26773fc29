"""What a list of steps achieves, as its lead or its heading names it: an act, a process, a course of things."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, without_tail
from datagen.documents import Items, Line, Section, block_lines
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
from datagen.extract.procedures.instruction import Instruction, is_sample
from datagen.extract.reading import (
    NOUNS,
    PEOPLE,
    Reading,
    Sentence,
    heading_source,
    is_clause,
    is_noun_phrase,
)

# A heading that only says that a way follows, of what stands above it: 3.1 처리순서, 사용 방법.
_BARE_WAY = re.compile(
    r"^(?:(?:사용|이용|등록|처리|작업|진행|조작|설정|운영|업무|신청|조회|변경|취소|발급|작성|입력|생성)\s?)?"
    r"(?:방법|법|순서|절차|요령|과정)$"
)
# A way to do one thing with what stands above it: 등록 절차, of 조정 전표.
_DEED_WAY = re.compile(r"^(?P<deed>[가-힣]{2}) ?(?:방법|순서|절차|요령|과정)$")
# A heading that counts the steps of some work: 피킹, 네 단계면 충분해요.
_COUNTED_STEPS = re.compile(
    r"^(?P<name>[가-힣A-Za-z][가-힣A-Za-z ]{1,18}?)(?:은|는|,|의)? ?"
    r"(?P<count>[두세네\d]|다섯|여섯|일곱|여덟) ?단계(?!별)"
)
_LIKE_THIS = re.compile(r"^(?P<name>[가-힣A-Za-z][가-힣A-Za-z ]{1,18}?)(?:은|는),? 이렇게 (?:해|합|하|진행)")
_COUNTS = {"두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8}
# What one does in a case: 온도 이탈 시 조치.
_IN_CASE_OF = re.compile(r"\S (?:시|때)의? (?:조치|대응|대처|행동|처리)$")
_LEAD = re.compile(r"순서|차례|단계")
_FOLLOWS = re.compile(r"^다음 (?:단계|절차|순서)(?:에 따라|를 따라|대로|로) (?=\S)")
_TWICE = re.compile(r"(?:^|\s)(\S{2,}) (?:또는|및) \1[을를의 ]")
_LEANING = re.compile(r"이러한|이전에|방금|앞서|위에서|이제|새로운 예|예제|시나리오|데모")
# A lead that brings steps for a goal of its own, in a case or for something named before: 이 옵션을 켜면 다음 단계로 …
_BRINGS = re.compile(r"(?:다음|이러한|아래) ?(?:\S+ )?(?:단계|절차|순서)|단계를")
_IN_CASE = re.compile(r"(?:(?<!려)면|경우에?),? ")
_SHOWN = re.compile(r"다음 예[는에]|예를 보여|보여 ?[줍주]")
_SETS_UP = re.compile(r"(?:^|\s)(?:설정|구성)(?:하기)?$")
_WAYS = tuple(WAYS)
_NO_SETTING = re.compile(r"[^가-힣A-Za-z0-9 ]|필수|기능|옵션|[된한는] ")
_NEW = re.compile(r"^(?:새|새로운|신규) ")
# What goes on in an order, and who does it: 재고는 다음 순서로 할당한다, 검수자는 다음 순서로 검수한다.
_ORDERED = re.compile(
    r"^(?P<topic>[가-힣A-Za-z0-9· ]{2,24}?)(?:은|는) (?:[^,]* )?(?:다음|아래)(?:의|과 같은)? "
    r"(?:\S+ )?(?:순서|절차|단계)"
    r"(?:로|에 따라|대로|를 따라) (?P<verb>[가-힣]{2,4}?)(?:한다|합니다|하여야|해야|된다|됩니다)"
)
_ANY_DEED = frozenset("사용 이용 작업 진행 처리 운영".split())
_JOINS = re.compile(r"[·,/]|(?:^|\s)및\s|[와과]\s|관리$")
_GOES_ON = frozenset("진행 처리 수행 실시 시행 이행 완료".split())


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
    announced: Sentence | None = None  # the lead that says what goes on in the order below
    is_course: bool = False
    is_numbered: bool = False


def name_goal(reading: Reading, section: Section, lead: Sentence | None, *, is_only: bool) -> Procedure | None:
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
    if _BARE_WAY.match(heading_text(heading.text)) and len(section.headings) > 1:
        above = section.headings[-2]
        return _of_way(reading, section, replace(empty, lead=said, sources=(*sources, above.source())))
    if counted := _counted_steps(section):
        return replace(empty, name=counted, lead=said, sources=sources)
    if name := _process(reading, heading):
        return replace(empty, name=name, lead=said, sources=sources)
    act = act_of_heading(reading, heading) or _setting_of(reading, section)
    if act is None and (course := _course(reading, heading)):
        return replace(empty, name=course, lead=said, sources=sources, is_course=True)
    if act is None and lead is not None and (ordered := _ordered(lead)):
        spans = (lead.source, *heading_source(section))
        return replace(empty, name=ordered[0], act=ordered[1], sources=spans, announced=lead)
    return qualified(reading, replace(empty, act=act, lead=said, sources=sources)) if act else None


def _ordered(lead: Sentence) -> tuple[str, Act | None] | None:
    """The process, or the act, that a lead says goes on in the order below."""
    found = _ORDERED.match(lead.text)
    if found is None or is_vague_reference(lead):
        return None
    topic, verb = found["topic"].strip(), found["verb"]
    if PEOPLE.search(topic):
        return (verb, None) if verb in VERBAL - _GOES_ON else None
    if verb in _GOES_ON:
        return topic, None
    before = f"{attach(topic, '을/를')} {verb}"
    predicate = Predicate(len(before), len(before), (("하", "XSV"),), "기", "ETN")
    return ("", Act(before, predicate, topic, is_transitive=True)) if verb in VERBAL else None


def _of_way(reading: Reading, section: Section, empty: Procedure) -> Procedure | None:
    """What a bare way is a way of: the act or the work above it (2. 검수 > 순서), or its deed on the thing above."""
    *over, above = section.headings[:-1]
    if act := act_of_heading(reading, above):
        return replace(empty, act=act)
    thing, way = heading_text(above.text), _DEED_WAY.match(heading_text(section.headings[-1].text))
    if not over:  # 1. 작업 순서, of the manual 지게차 충전 작업
        is_work = bool(reading.subject) and reading.subject.split()[-1] in VERBAL | {"작업"}
        return replace(empty, name=reading.subject) if is_work else None
    if not is_noun_phrase(reading.tokens(above)):
        return None
    if thing in VERBAL:
        return replace(empty, name=thing)
    is_dealt_with = thing.split()[-1] in " ".join(line.text for block in section.blocks for line in block_lines(block))
    if way is None or way["deed"] not in VERBAL - _ANY_DEED or not is_dealt_with or _JOINS.search(thing):
        return None
    before = f"{attach(thing, '을/를')} {way['deed']}"
    predicate = Predicate(len(before), len(before), (("하", "XSV"),), "기", "ETN")
    return replace(empty, act=Act(before, predicate, thing, is_transitive=True))


def at_goal(reading: Reading, procedure: Procedure) -> Reading:
    """This reading with its eye on a procedure: a heading that only says that a way follows leads nothing in."""
    here = reading.at(procedure.section)
    return replace(here, path=here.path[:-1]) if _BARE_WAY.match(heading_text(here.heading)) else here


def _counted_steps(section: Section) -> str:
    """The work whose steps a heading counts as its one list does: 피킹, 네 단계면 충분해요; empty for none.

    Friendly guides also say 배차 수락은 이렇게 해요.
    """
    text = heading_text(section.headings[-1].text)
    if (like := _LIKE_THIS.match(text)) and like["name"].split()[-1] in VERBAL:
        return like["name"]
    found = _COUNTED_STEPS.match(text)
    sizes = [len(block.items) for block in section.blocks if isinstance(block, Items)]
    if found is None or found["name"].split()[-1] not in VERBAL:
        return ""
    count = _COUNTS.get(found["count"]) or int(found["count"])
    return found["name"] if sizes == [count] else ""


def _setting_of(reading: Reading, section: Section) -> Act | None:
    """The act of a heading that names a thing below one that says 설정: 부분 출고 설정 > 출고 템플릿."""
    *above, heading = section.headings
    is_set_up = len(above) > 0 and _SETS_UP.search(above[-1].text) is not None
    name = heading_text(heading.text)
    is_name = (
        is_noun_phrase(reading.tokens(heading))
        and not name.endswith(_WAYS)
        and name.split()[-1] not in VERBAL
        and len(name) > 2
    )
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


def _announces(lead: Sentence) -> bool:
    """Whether a lead says of itself that an order follows: 조정은 두 단계로 처리한다."""
    return (
        _LEAD.search(lead.text) is not None and is_clause(lead.tokens) and "다음" not in lead.text
        and not (is_vague_reference(lead) or is_sample(lead) or _LEANING.search(lead.text))
    )  # fmt: skip


def is_vague_reference(sentence: Sentence) -> bool:
    """Whether a sentence points at something outside with 이, 그, 해당."""
    return any(token.tag in ("MM", "NP") and token.form in DEICTIC for token in sentence.tokens)


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
    if _IN_CASE_OF.search(text := heading_text(heading.text)):
        return text
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
