"""Lists: what a class holds, from members under its name, from a lead-in, from the key column of a table.

`실사 방식은 다음과 같습니다.` over three items → 실사 방식에는 뭐가 있어?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation.korean.josa import attach
from datagen.documents import Items, Line, Paragraph, Section, Table
from datagen.extract.acts import heading_text
from datagen.extract.leads import LIST_HEADING, VALUES_LED, is_example, led_blocks
from datagen.extract.lists.lead_list import led_list
from datagen.extract.lists.members import (
    HOLDINGS,
    MEMBERS,
    NAME_CHARS,
    NO_NAME,
    OPEN,
    Name,
    class_name,
    has_samples,
    names_of,
)
from datagen.extract.reading import (
    Candidate,
    Reading,
    heading_source,
    is_nominal,
    is_noun_phrase,
    is_sentence,
    section_path,
)
from datagen.extract.screens.values import owner_of
from datagen.extract.statement import lead_of
from datagen.extract.tables.table_list import groups, prerequisites
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
# What its own heading says is listed: 금지 사항, 첫 주에 할 일, 반품이 되지 않는 상품, 마감 전에 확인할 것.
_WHOLE_HEADING = re.compile(
    r"(?:금지|준수|주의|유의|조치|확인|점검|준비|제출|안전|필수) ?(?:사항|행위|서류|수칙|항목|목록)$|"
    r"(?:준비물|점검표|체크리스트)$|"
    r"(?:[는한된할은을] )(?:상품|품목|물품|제품|것|사항|서류|대상|행위|항목|업무)(?:들)?$|할 일$"
)
_BOX = re.compile(r"^\[[ xXvV]?\] ?|^[☐☑✓✔□■] ?")
_POINTER = re.compile(r"\s?\([^()]*참[고조][^()]*\)")
_UNTOLD = re.compile(r"예정\)|다\)|http|[→:：]|참조|^\W*$")
_RULES = re.compile(r"(?:사항|수칙|점검표|체크리스트|항목)$")  # of 어울리는 상품 a sentence is no member
_NOTED = re.compile(r"(?:불가|가능|필요|금지|[음함됨임림님짐킴])\.?$")
_VIEWPOINTS = re.compile(r"비교|관점|견주")
_HOLDS = re.compile(r"(?:정보|데이터|자료|기록|내용)$")  # 자재 정보를 다 알려 줘 would ask for the data itself
_KINDS = re.compile(r"(?:종류|유형|방식|등급)$")
_COUNTABLE = re.compile(r"(?:방식|유형|종류|등급|상태|단계|방법|모드|전략|원칙)$")
_TWO_CLASSES = re.compile(r"(?:곳|점|항목|방법|종류|값|내용|대상|시점)(?:과|와) ")
_LED_IN = " 관련해서 "
_SIZE, _LIST_CHARS, _WHOLE_SIZE, _WHOLE_CHARS = range(2, 10), range(4, 45), range(2, 13), 700
_TELLING_WORDS = 3


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
            whole = _told_whole(at, section, block, intro) if isinstance(block, Items) else None
            if whole is not None:
                yield whole
            elif isinstance(block, Items) and _is_unordered(section, block) and len(block.items) in _SIZE:
                yield from _of_items(at, section, block, intro, is_top=block in section.blocks)
            elif isinstance(block, Table) and len(block.rows) in _SIZE:
                yield from _of_table(at, section, block)


def _is_unordered(section: Section, block: Items) -> bool:
    """Whether a list is of members: no numbers stand before them, or its heading says kinds (박스 종류)."""
    return not block.is_ordered or _KINDS.search(heading_text(section.headings[-1].text)) is not None


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


def _told_whole(reading: Reading, section: Section, block: Items, intro: Line | None) -> Candidate | None:
    """The list that a heading, or the item above it, announces by its own name, every item as it stands."""
    is_only = [one for one in section.blocks if isinstance(one, Items)] == [block]
    line = section.headings[-1] if is_only else None if intro in _paragraphs(section) else intro
    if line is None or (intro is not None and VALUES_LED.search(intro.text)) or len(block.items) not in _WHOLE_SIZE:
        return None
    name = heading_text(line.text)
    shown = [_POINTER.sub("", _BOX.sub("", item.line.text)).strip() for item in block.items]
    is_told = not block.is_nested and not any(map(_UNTOLD.search, shown)) and sum(map(len, shown)) <= _WHOLE_CHARS
    if not _WHOLE_HEADING.search(name) or not is_told or len(name) > _LIST_CHARS.stop:
        return None
    has_clause = any(is_sentence(reading.sentences[item.line][0].tokens) for item in block.items if item.line.text)
    if has_clause and not _RULES.search(name):
        return None
    noted = {bool(_NOTED.search(text)) for text in shown}
    if len(noted) > 1:
        return None  # 오류 메시지 표시 beside 등록 불가: one is a noun, the other a sentence
    answer = fill("{list:은/는} 다음과 같습니다.", {"list": name}) + "".join(f"\n- {text}" for text in shown)
    spans = (*(item.line.source() for item in block.items), line.source())
    slots = {"list": reading.scope(name, has_context=True)}
    if slots["list"] == name and len(name.split()) < _TELLING_WORDS:
        return None  # 기억할 것: of what?
    return Candidate("list", HOLDINGS, slots, answer, spans, section_path(section))


def _paragraphs(section: Section) -> list[Line]:
    return [block.line for block in section.blocks if isinstance(block, Paragraph)]


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
    templates = HOLDINGS if _HOLDS.search(name) else MEMBERS
    yield Candidate("list", templates, slots, _said(name, names), evidence, section_path(section))
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
