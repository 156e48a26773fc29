"""Lists: what a class holds, from members under its name, from a lead-in, from the key column of a table.

`실사 방식은 다음과 같습니다.` over three items → 실사 방식에는 뭐가 있어?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation.korean.josa import attach
from datagen.documents import Items, Line, Section, Table
from datagen.extract.acts import heading_text
from datagen.extract.lead_list import led_list
from datagen.extract.leads import LIST_HEADING, VALUES_LED, is_example, led_blocks
from datagen.extract.members import MEMBERS, NAME_CHARS, NO_NAME, OPEN, Name, class_name, has_samples, names_of
from datagen.extract.reading import Candidate, Reading, heading_source, is_nominal, is_noun_phrase, section_path
from datagen.extract.statement import lead_of
from datagen.extract.table_list import groups, prerequisites
from datagen.extract.values import owner_of
from datagen.phrasing import Template, fill

COUNTED = (
    Template("EM", "{list:은/는} 모두 몇 <가지야>"),
    Template("M", "{list:이/가} 몇 가지 <있어>"),
    Template("PE", "{list:은/는} 몇 가지로 [나뉘어?|나뉘나요?|나뉩니까?]"),
    Template("NC", "{list:이/가} 몇 가지인지 <알려 줘>"),
)
CHOICES = (
    Template("I", "{of} {field}에는 어떤 값이 <있어>"),
    Template("IW", "{of} {field}에서 고를 수 있는 값은 <뭐야>"),
    Template("NI", "{of} {field}에서 [뭘|무엇을] 선택할 수 <있어>"),
    Template("IN", "{of} {field}에서 고를 수 있는 값[ 좀|을] <알려 줘>"),
)

# Headers whose key column is a class with its members.
_CLASS = re.compile(
    r"(?:방식|유형|종류|등급|상태|단계|방법|수단|모드|전략|라벨|역할|직무|비용|장비|설비|서류|문서|지표|사유|원칙|서비스|"
    r"권한|보고서|용기|검수|피킹|실사|창고|코드|기능|요소|공정)$"
)
# A lead-in that says what one may choose, not what a case hangs on.
_OFFERED = re.compile(
    r"(?:선택(?:합니다|하세요|할 수 있습니다|한다)|사용할 수 있습니다|설정(?:합니다|할 수 있습니다)|"
    r"값이 있습니다|설명입니다|하는 것이 좋습니다)[.:]?$"
)
_VIEWPOINTS = re.compile(r"비교|관점|견주")
_COUNTABLE = re.compile(r"(?:방식|유형|종류|등급|상태|단계|방법|모드|전략|원칙)$")
_TWO_CLASSES = re.compile(r"(?:곳|점|항목|방법|종류|값|내용|대상|시점)(?:과|와) ")
_LED_IN = " 관련해서 "
_SIZE, _LIST_CHARS = range(2, 10), range(4, 45)


def listings(reading: Reading) -> Iterator[Candidate]:
    """A pair for each list of two to nine members whose class a heading, a lead-in or a header names."""
    for section in reading.sections():
        if not section.headings or is_example(section):
            continue
        at = reading.at(section)
        for block, intro in led_blocks(section.blocks):
            if isinstance(block, Table) and block in section.blocks:
                yield from prerequisites(at, section, block, intro)
                yield from groups(at, section, block)
            if isinstance(block, Items) and not block.is_ordered and len(block.items) in _SIZE:
                yield from _of_items(at, section, block, intro, is_top=block in section.blocks)
            elif isinstance(block, Table) and len(block.rows) in _SIZE:
                yield from _of_table(at, section, block)


def _of_items(
    reading: Reading, section: Section, block: Items, intro: Line | None, *, is_top: bool
) -> Iterator[Candidate]:
    names = names_of(reading, block)
    heading = section.headings[-1]
    if intro is not None and names and VALUES_LED.search(intro.text):
        yield from _choices(reading, section, names, intro)
    elif led := led_list(reading, section, block, names, intro):
        yield led
    elif is_top and names and _names_list(heading) and not has_samples(block) and not _only_heads(block):
        plain = is_nominal(reading.tokens(heading))
        yield from _members(
            reading, section, heading_text(heading.text), names, heading_source(section), is_class=plain
        )


def _names_list(heading: Line) -> bool:
    """Whether a heading names one class of things, no act: 상차 화면 항목, but not 클러스터 피킹 사용 설정."""
    is_one = not _TWO_CLASSES.search(heading.text)  # of 살펴볼 곳과 판정 기준 the items' names are but the one
    return is_one and LIST_HEADING.search(heading.text) is not None and not heading.text.endswith("설정")


def _only_heads(block: Items) -> bool:
    """Whether items only head what stands below them: 적재 높이, over the height of each good; 촬영 방법:"""
    return any(
        item.blocks
        and (item.line.text.endswith((":", "：")) or not (lead_of(item.line) or item.line.text.endswith(".")))
        for item in block.items
    )


def _members(
    reading: Reading, section: Section, name: str, names: Sequence[Name], spans: tuple[tuple[int, int], ...], *,
    is_class: bool,
) -> Iterator[Candidate]:  # fmt: skip
    """What a class holds, and of some classes how many they are."""
    if len(name) not in _LIST_CHARS:
        return
    asked = class_name(reading, name) if is_class else reading.scope(name)
    if not asked:
        return
    name = asked if is_class and _LED_IN not in asked else name
    slots = {"list": asked}
    evidence = (*(one.source for one in names), *spans)
    yield Candidate("list", MEMBERS, slots, _said(name, names), evidence, section_path(section))
    if _COUNTABLE.search(name) and len(names) > 2 and not any(OPEN.search(one.text) for one in names):
        counted = fill("{list:은/는} 모두 {count}가지입니다.", {"list": name, "count": str(len(names))})
        bullets = "\n".join(f"- {one.text}" for one in names)
        yield Candidate("list", COUNTED, slots, f"{counted}\n{bullets}", evidence, section_path(section))


def _said(name: str, names: Sequence[Name], quote: str = "") -> str:
    """실사 방식에는 정기 실사, 순환 실사가 있습니다; as bullets where a name holds a comma of its own."""
    if any("," in one.text for one in names):
        bullets = "\n".join(f"- {one.text}" for one in names)
        return fill("{list:은/는} 다음과 같습니다.", {"list": name}) + f"\n{bullets}"
    *most, last = (f"{quote}{one.text}{quote}" for one in names)
    return f"{name}에는 {', '.join([*most, attach(last, '이/가')])} 있습니다."


def _choices(reading: Reading, section: Section, names: Sequence[Name], intro: Line) -> Iterator[Candidate]:
    """The closed values of a field."""
    host = intro if lead_of(intro) is not None else None
    if not _OFFERED.search(intro.text):
        return
    if (owner := owner_of(reading, section, intro, host)) is None:
        return
    label = owner.label.removeprefix("가지 ")  # 세 가지 상태
    slots = {"at": owner.place.at, "of": owner.place.of, "field": label}
    if not label.startswith("'"):  # a state that no label names: 처리 상태
        slots = {"list": f"{owner.place.of} {label}"}
    evidence = (*(name.source for name in names), owner.source, *owner.place.evidence)
    is_label = "field" in slots
    answer = _said(f"{label}에서 선택할 수 있는 값" if is_label else label, names, "'")
    yield Candidate(
        "list", CHOICES if is_label else MEMBERS, slots, answer, tuple(dict.fromkeys(evidence)), section_path(section)
    )


def _of_table(reading: Reading, section: Section, table: Table) -> Iterator[Candidate]:
    """The key column of a table whose header names a class: 실사 방식 | 담당자."""
    header, cells = table.header[0], [row[0] for row in table.rows]
    names = [Name(cell.text, cell.source()) for cell in cells if cell.text]
    if len(names) != len(cells) or len({name.text for name in names}) != len(names) or not _CLASS.search(header.text):
        return
    if _VIEWPOINTS.search(header.text):
        return
    is_general = all(
        len(cell.text) in NAME_CHARS and not NO_NAME.match(cell.text) and not re.search(r"\d{2,}", cell.text)
        and (is_noun_phrase(reading.tokens(cell)) or is_nominal(reading.tokens(cell)) or cell.text.isascii())
        for cell in cells
    )  # fmt: skip
    if is_general and is_nominal(reading.tokens(header)):
        yield from _members(reading, section, header.text, names, (header.source(),), is_class=True)
