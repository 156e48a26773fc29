"""Values: what a named field means, or does, where it holds one of its closed values.

`위치 상태` with `- **비어 있음** – 재고가 없습니다.` → '위치 상태' 필드가 '비어 있음'이면 무슨 뜻이야?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.predicate import final_predicate
from datagen.documents import Block, Items, Line, MarkKind, Paragraph, Section, Table
from datagen.extract.leads import KINDS, VALUES_LED, is_example, kind_of
from datagen.extract.reading import (
    Candidate,
    Reading,
    has_topic,
    is_clause,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.extract.screens.fields import said_in_cell, said_of_lines
from datagen.extract.screens.place import Place, place_of
from datagen.extract.statement import Statement, lead_of
from datagen.phrasing import Template, fill

# `{field}` is '위치 상태' 필드, `{value}` is '비어 있음'; `{at}` and `{of}` say where the field is met.
STATE = (
    Template("WS", "{at} {field:이/가} {value:이면/면} 무슨 <뜻이야>"),
    Template("SN", "{at} {field:이/가} {value:으로/로} 뜨면 무슨 <뜻이야>"),
    Template("NC", "{at} {field:이/가} {value:이라는/라는} [건|것은] 무슨 <뜻이야>"),
    Template("WM", "{at} {field:이/가} {value:이면/면} 어떤 상태인지 <알려 줘>"),
)
CHOICE = (
    Template("IM", "{at} {field:을/를} {value:으로/로} 설정하면 <어떻게 돼>"),
    Template("IW", "{at} {field:을/를} {value:으로/로} 두면 <어떻게 돼>"),
    Template("NS", "{of} {field}에서 {value:을/를} 선택하면 어떻게 되는지 <알려 줘>"),
    Template("WN", "{of} {field}에서 {value:을/를} 고르면 <어떻게 돼>"),
)
MEANING = (
    Template("IS", "{of} {field}의 {value:은/는} 무슨 <뜻이야>"),
    Template("NC", "{of} {field}에 있는 {value:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{of} {field}에서 고르는 {value:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("N", "{of} {field}에 나오는 {value:이/가} <뭐야>"),
)
WHEN = (
    Template("IM", "{at} {field:은/는} 언제 {value:으로/로} 설정<해야 돼>"),
    Template("WN", "{of} {field}에서 {value:은/는} 언제 선택<해야 돼>"),
    Template("NC", "{of} {field}에서 어떤 경우에 {value:을/를} 선택하는지 <알려 줘>"),
    Template("IS", "{at} {field:을/를} {value:으로/로} 두는 [건|것은] 어떤 경우[야?|인가요?|입니까?]"),
)
# Of what one presses rather than sets: '작업' 단추에서 '위임'을 고르면 …
PICKED = CHOICE[2:]
_PRESSED = re.compile(r" (?:버튼|단추|메뉴|탭|아이콘|타일)$")
_STATES = re.compile(r"(?:상태|여부|결과|단계)(?:'| |$)")
_VALUE_HEADS = re.compile(r"^(?:값|옵션|선택 값|선택 항목|설정값|상태|상태 값|코드 값)$")
_TEXT_HEADS = re.compile(r"^(?:설명|의미|뜻|내용|동작|결과)$")
# A state that a lead-in names without a label: 출고 상태 값은 아래 셋 가운데 하나이다.
_STATE_NAMED = re.compile(r"(?P<name>(?:[가-힣]+ )?상태)(?: 값|에 대한 설명)")
# 출처 필드에서 계산의 기준을 지정할 수 있습니다. 협업 필드를 설정합니다. 다음 옵션을 사용할 수 있습니다.
_FIELD_SETS = re.compile(
    r"다음 (?:옵션|값)(?:을|를) (?:사용|선택)\S+ 수 있습니다[.:]?$|"
    r"필드(?:에서|는) [^.]*(?:지정|정의)\S+(?: 수 있습니다)?[.:]?$"
)
# A line whose lead is a remark on a field named after it: 판매 전용: 배송 코드 필드에서 …
_KIND_NEXT = re.compile(rf"\S+(?: \S+){{0,3}} (?:{KINDS})에서 ")
# What a value may be called in a sentence about it: 이 전략을 사용합니다.
_CALLED = r"(?:전략|값|옵션|설정|방법|방식|유형|상태|정책|규칙|모드|접근 방식|템플릿 유형)"
_CHOSEN = re.compile(rf" {_CALLED}[을를] (?:선택|사용|지정)\S+$")
_NAMED_SO = re.compile(rf" {_CALLED}$")
_MODIFIERS = frozenset("같은 가능한 다음 현재".split())
_VALUE_CHARS = range(1, 26)


@dataclass(frozen=True, slots=True)
class Owner:
    """The field that closed values belong to: '위치 상태' 필드, or 처리 상태."""

    label: str
    source: tuple[int, int]
    place: Place


def values(reading: Reading) -> Iterator[Candidate]:
    """A pair for each item or row that says what a value of a named field means."""
    for section in reading.sections():
        if section.headings and not is_example(section):
            said = said_of_lines(reading, section)
            yield from _of_blocks(reading, section, section.blocks, None, None, said)


def _of_blocks(
    reading: Reading, section: Section, blocks: Sequence[Block], intro: Line | None, host: Line | None,
    said: dict[Line, list[Statement]],
) -> Iterator[Candidate]:  # fmt: skip
    """The values in a run of blocks; `intro` is the line before, `host` the item that the blocks stand in."""
    for block in blocks:
        if isinstance(block, Paragraph):
            intro = block.line
            continue
        owner = owner_of(reading, section, intro, host)
        if isinstance(block, Items):
            is_closed = not block.is_ordered and len(block.items) > 1 and all(lead_of(one.line) for one in block.items)
            for item in block.items:
                lead = lead_of(item.line)
                if owner and lead and len(lead.text) in _VALUE_CHARS and is_closed:
                    yield from _of_value(
                        reading, section, owner, lead.text, item.line, lead.end, said.get(item.line, [])
                    )
                yield from _of_blocks(reading, section, item.blocks, item.line, item.line, said)
        elif owner and _is_value_table(block):
            for name, line in ((row[0], row[1]) for row in block.rows if row[1].text):
                told = list(said_in_cell(reading, section, f"'{name.text}' 값", line))
                yield from _of_value(reading, section, owner, name.text, line, 0, told, name.source())
        intro = None


def owner_of(reading: Reading, section: Section, intro: Line | None, host: Line | None) -> Owner | None:
    """The field whose values a lead-in announces: the label it names in bold, the item it stands in, or a state."""
    if intro is None or not any(led.search(intro.text) for led in (VALUES_LED, _FIELD_SETS, _STATE_NAMED)):
        return None
    place = place_of(reading, section, intro)
    if place is None:
        return None
    for line in dict.fromkeys((intro, host)):
        if line is not None and (lead := lead_of(line)) is not None and not _KIND_NEXT.match(line.text, lead.end):
            kind = kind_of(line, lead.end) or "필드"
            return Owner(f"'{lead.text}' {kind}", line.source(0, len(lead.text)), place)
    named = [
        (mark, found["kind"])
        for mark in intro.marks
        if mark.kind is MarkKind.BOLD and (found := re.match(rf"\s?(?P<kind>{KINDS})", intro.text[mark.end :]))
    ]
    if named:  # 일반 탭의 출처 필드에서: the field, not where it stands
        mark, kind = next((one for one in reversed(named) if one[1] not in ("탭", "메뉴")), named[0])
        return Owner(f"'{intro.text[mark.start : mark.end]}' {kind}", intro.source(mark.start, mark.end), place)
    state = _STATE_NAMED.search(intro.text)
    if state is None:
        return None
    name = " ".join(word for word in state["name"].split() if word not in _MODIFIERS)
    return Owner(name, intro.source(state.end("name") - len(name), state.end("name")), place)


def _is_value_table(table: Table) -> bool:
    heads = [cell.text for cell in table.header]
    return len(heads) == 2 and _VALUE_HEADS.match(heads[0]) is not None and _TEXT_HEADS.match(heads[1]) is not None


def _of_value(
    reading: Reading, section: Section, owner: Owner, value: str, line: Line, start: int, said: Sequence[Statement],
    source: tuple[int, int] | None = None,
) -> Iterator[Candidate]:  # fmt: skip
    """The pair of one value, by what its first sentence says."""
    if " > " in value:
        return
    source = source or line.source(0, len(value))
    slots = {"at": owner.place.at, "of": owner.place.of, "field": owner.label, "value": f"'{value}'"}
    opening = next((statement for statement in said if statement.start == start), None)
    found = _sentence(opening, owner, value, slots) if opening else _noun_phrase(reading, line, start, slots)
    if found is not None:
        templates, answer, own = found
        evidence = dict.fromkeys((*own, source, owner.source, *owner.place.evidence))
        yield Candidate("value", templates, slots, answer, tuple(evidence), section_path(section))


Found = tuple[tuple[Template, ...], str, tuple[tuple[int, int], ...]]


def _noun_phrase(reading: Reading, line: Line, start: int, slots: dict[str, str]) -> Found | None:
    """A value said to be a noun phrase: '선행 교체'는 먼저 보내는 교체품입니다."""
    sentences = [sentence for sentence in reading.sentences.get(line, ()) if sentence.end > start]
    tokens = [token for token in sentences[0].tokens if token.start >= start] if sentences else []
    if not is_noun_phrase(tokens):
        return None
    end = sentences[0].end
    text = without_stop(line.text[start:end])
    return MEANING, fill("{value:은/는} {text}입니다.", {**slots, "text": text}), (line.source(start, end),)


def _sentence(statement: Statement, owner: Owner, value: str, slots: dict[str, str]) -> Found | None:
    """A value said by a sentence: what holds, or happens, where the field has it, or when one chooses it."""
    text, predicate = statement.say(), final_predicate(statement.tokens)
    if predicate is None or not is_clause(statement.tokens) or _has_condition(statement):
        return None
    named = [edit for _, _, edit in statement.edits if edit == "그" or edit.startswith(f"'{value}' ")]
    if any(not _NAMED_SO.search(edit) for edit in named):  # 해당 위치, which is no '비어 있음' 위치
        return None
    if chosen := _CHOSEN.search(text.rstrip(".")):
        has_case = re.search(r"(?:경우|려면|때)(?:에는|에)? ", text) is not None
        is_own = text[: chosen.start()].endswith(f"'{value}'")
        return (WHEN, text, statement.evidence) if has_case and is_own else None
    if text.startswith(f"'{value}'"):
        return (CHOICE, text, statement.evidence) if not predicate.is_copula else (MEANING, text, statement.evidence)
    if predicate.is_copula and not has_topic(statement.tokens):
        return MEANING, fill("{value:은/는} {text}", {**slots, "text": text}), statement.evidence
    is_past = any(token.tag == "EP" for token in statement.tokens[-3:])  # 요청이 거부되었습니다: no effect of choosing
    if _PRESSED.search(owner.label):
        if is_past:
            return None
        return PICKED, fill("{field}에서 {value:을/를} 선택하면 {text}", {**slots, "text": text}), statement.evidence
    is_state = is_past or _STATES.search(owner.label) is not None
    case = "{field:이/가} {value:이면/면}" if is_state else "{field:을/를} {value:으로/로} 설정하면"
    return (STATE if is_state else CHOICE), fill(f"{case} {{text}}", {**slots, "text": text}), statement.evidence


def _has_condition(statement: Statement) -> bool:
    """Whether what is said of a value hangs on a condition of its own: 작업 템플릿을 사용하면 …"""
    return any(token.tag == "EC" and token.form in ("면", "으면") for token in statement.tokens)
