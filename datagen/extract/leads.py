"""Lead-ins: what a line announces of the list or table after it: 다음 필드를 설정합니다."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from datagen.documents import Block, Items, Line, Paragraph, Section

# A heading that names what its items are members of.
LIST_HEADING = re.compile(
    r"(?:항목|정보|내용|값|데이터|칸|자료|기록|것|설정|종류|용어|비용|장비|서류|조건|요소|기준|도구|근거|식|유형|방식)$"
)
SCREEN_HEADING = re.compile(r"^(?P<screen>.*?화면)")
# Kinds of label that a text, a lead-in or a header names.
KINDS = (
    "확인란|체크박스|체크 박스|라디오 버튼|필드|입력란|입력 칸|옵션|매개 ?변수|파라미터|버튼|단추|아이콘|타일|토글|열|"
    "컬럼|속성|클래스|메뉴|탭"
)
_KIND_SAID = re.compile(rf"(?:^|\s)이 (?P<kind>{KINDS})(?:은|는|을|를|이|가|에|의|으로|로|에서)?(?=\s)")
_KIND_LED = re.compile(
    rf"(?:다음|개의|아래)(?: \S+){{0,3}}? (?P<kind>{KINDS}|설정|정보|값|항목|전략|조치)"
    r"(?:이|가|을|를|은|는|에|으로)?(?=[\s.])"
)
_SET_UP = re.compile(r"다음을 (?:설정|구성|지정|입력)\S+[.:]?$")
# What a list of values is led in by: its items are values of one field, no fields.
VALUES_LED = re.compile(
    r"(?:값|옵션|전략|항목|방법|상태) 중(?:에서)? |값을 (?:사용|선택)할 수|가지 (?:\S+ )?(?:값|옵션)|"
    r"가능한 (?:값|상태|옵션)|다음 중|값(?:은|에는) 다음|상태 값|다음 값으로|값이 있습니다|"
    rf"(?:{KINDS})에서 [^.]*(?:선택|고르)\S+[.:]?$"
)
COMMON_KINDS = {
    "설정": "항목",
    "정보": "항목",
    "값": "항목",
    "체크 박스": "체크박스",
    "설정 항목": "항목",
    "입력 항목": "항목",
}
_EXAMPLES = re.compile(r"^예\s*[:：]|(?:의|설정) 예$")


def led_blocks(blocks: Sequence[Block], intro: Line | None = None) -> Iterator[tuple[Block, Line | None]]:
    """Lists and tables, at every depth, each with the line that leads it in: the paragraph before it, or its item."""
    for block in blocks:
        if isinstance(block, Paragraph):
            intro = block.line
            continue
        yield block, intro
        if isinstance(block, Items):
            for item in block.items:
                yield from led_blocks(item.blocks, item.line)
        intro = None


def kind_led(intro: Line | None) -> str:
    """The kind of label that a lead-in announces: 다음 필드를 설정합니다 → 필드; empty where it announces none."""
    found = list(_KIND_LED.finditer(intro.text)) if intro is not None else []
    if not found and intro is not None and _SET_UP.search(intro.text):
        return "항목"
    if not found or (intro is not None and VALUES_LED.search(intro.text)):
        return ""
    return COMMON_KINDS.get(kind := found[-1]["kind"], kind)


def is_example(section: Section) -> bool:
    """Whether a section shows an example: 예: 구역별 작업량, GS1 설정 예."""
    return any(_EXAMPLES.search(heading.text) for heading in section.headings)


def kind_of(line: Line, start: int = 0) -> str:
    """The kind of label that a line calls its own subject: 이 확인란을 선택합니다 → 확인란; empty for none."""
    told = _KIND_SAID.search(line.text, max(start - 1, 0))
    return told["kind"] if told else ""
