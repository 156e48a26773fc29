"""Fields: what a field, option or button is for, and what one enters there, from lists and tables of them.

`- **고정 길이** – 길이가 같으면 이 확인란을 선택합니다.` → '고정 길이' 확인란은 언제 선택해야 돼?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.predicate import without_tail
from datagen.documents import Items, Line, MarkKind, Section, Table
from datagen.extract.acts import heading_text
from datagen.extract.leads import (
    COMMON_KINDS,
    KINDS,
    VALUES_LED,
    is_example,
    kind_led,
    kind_of,
    led_blocks,
)
from datagen.extract.prose.definition import without_what
from datagen.extract.reading import (
    Candidate,
    Reading,
    is_sentence,
    section_path,
    without_stop,
)
from datagen.extract.screens import label_wordings as ask
from datagen.extract.screens.entries import entry, names_list, names_measure, term
from datagen.extract.screens.label_answers import CHOOSE, ENTER, Field, aside, shape, shape_phrase, verb_of
from datagen.extract.screens.place import is_screen, place_of
from datagen.extract.statement import Lead, Statement, lead_of, statements
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    pass

_FIELD = re.compile(r"(?P<name>[^:：–—]{1,20}?)\s*(?::|：|\s[–—-]\s)\s*(?P<text>\S.*)", re.DOTALL)
_TERMS = re.compile(r"(?:용어|약어|개념)(?: ?(?:설명|정리|정의|풀이|모음|사전))?$|용어집|용어의 (?:정의|뜻)|^정의$")
_ARTICLE = re.compile(r"^제 ?\d+ ?조(?:의 ?\d+)? ?\((?P<title>[^()]+)\)$")
_KIND_HEADS = re.compile(
    rf"^(?P<kind>{KINDS}|항목|설정|설정 항목|입력 항목|field|parameter)(?: ?(?:이름|명|명칭|name))?$", re.IGNORECASE
)
_KINDS_IN_KOREAN = {**COMMON_KINDS, "field": "필드", "parameter": "매개변수"}
_TEXT_HEADS = re.compile(r"^(?:설명|내용|의미|뜻|용도|역할|기능|입력 내용|입력값|정의|description)$", re.IGNORECASE)
# Columns on whether a label must be filled in, and others whose cells are short values of it.
_MUST_HEADS = re.compile(r"^(?:필수|필수 ?(?:여부|항목|입력|값)|입력 ?필수|required)$", re.IGNORECASE)
_TOLD_HEADS = re.compile(
    r"^(?:단축키|타입|자료형|형식|길이|자릿수|데이터 ?(?:타입|유형)|기본값|단위|초기값)$|^type$", re.IGNORECASE
)
_MUST_REMARK = re.compile(r"\s*\((?P<must>필수(?: ?(?:입력|항목))?|선택(?: ?(?:사항|입력|항목))?)\)\.?$")
_YES = frozenset(("Y", "O", "○", "예", "yes", "Yes", "true"))
_KIND_HEADING = re.compile(r"(?<=\S )(?P<kind>버튼|단추|아이콘)(?: (?:설명|안내|구성|목록|종류))?$")
_FILLED_IN = re.compile(r"[:：] *\S.* (?:입력|선택|지정|작성)(?: ?\([^()]*\))?$")
_INPUT_LED = re.compile(r"(?:정보|항목)(?:을|를)?(?: 직접)? (?:입력|작성)(?:합니다|하세요|한다)?[.:]?$")
# What a cell's sentence points at is its row's label.
_THIS = re.compile(rf"(?:^|(?<=\s))(?P<this>이) (?P<kind>{KINDS}|항목|설정|값|상자)(?=[은는을를이가에의으로]|\s)")
_LEANING = re.compile(r"예를 들어|참조|자세한 |다음 |^(?:또한|그러나|그런|따라서|이러한|그 )")
_QUOTED = re.compile(r"[\"'‘’“”]")
# Names that only number their items: 행 1, 라인 2.
_VIEW_SAID = re.compile(
    r"이 (?P<kind>페이지|목록|화면|보고서)(?:은|는|에는) "
)  # what shows rather than takes something
_NUMBERED = re.compile(r"^\S{1,2} ?\d+$")
# Leads that open a sentence, or are code, rather than label something: 새 정책을 만들려면, <Request mode=…>.
_NO_LABEL = re.compile(r"(?:려면|으면|니다|에서|때|경우|하여)$|[<>=\"“”]")
_NAME_CHARS = range(1, 31)
_TOLD_CHARS = 20
_OPENING = 2  # sentences in which a description is looked for


def fields(reading: Reading) -> Iterator[Candidate]:
    """A pair for each field, option, button or member of a list that an item or a row says something about."""
    for section in reading.sections():
        if not section.headings or is_example(section):
            continue
        said = said_of_lines(reading, section)
        for block, intro in led_blocks(section.blocks):
            if isinstance(block, Items):
                yield from _of_items(reading, section, block, intro, said)
            elif isinstance(block, Table) and is_field_table(block):
                yield from _of_table(reading, section, block, intro)


def is_field_table(table: Table) -> bool:
    """Whether a table says of each field what it is: 필드 | 설명; its rows belong here, not to the table of cells."""
    first, *others = (cell.text for cell in table.header)
    is_told = any(_TEXT_HEADS.match(head) for head in others[:1]) or any(map(_MUST_HEADS.match, others))
    return _KIND_HEADS.match(first) is not None and is_told and any(map(_TEXT_HEADS.match, others))


def said_of_lines(reading: Reading, section: Section) -> dict[Line, list[Statement]]:
    """What stands alone of each line of a section, in order."""
    lines: dict[Line, list[Statement]] = {}
    for statement in statements(reading, section, with_steps=True):
        line = statement.sentence.line
        lines.setdefault(line, []).append(_after_lead(statement, lead_of(line)))
    return lines


def _after_lead(statement: Statement, lead: Lead | None) -> Statement:
    """A statement without what it holds of its line's lead, where a sentence was cut within it: **마라 가** – …"""
    if lead is None or not statement.start < lead.end < statement.sentence.end:
        return statement
    tokens = tuple(token for token in statement.tokens if token.start >= lead.end)
    edits = tuple(edit for edit in statement.edits if edit[0] >= lead.end)
    own = statement.sentence.line.source(lead.end, statement.sentence.end)
    return replace(statement, start=lead.end, tokens=tokens, edits=edits, evidence=(own, *statement.evidence[1:]))


def _of_items(
    reading: Reading, section: Section, block: Items, intro: Line | None, said: dict[Line, list[Statement]]
) -> Iterator[Candidate]:
    is_entered = not block.is_ordered and intro is not None and _INPUT_LED.search(intro.text) is not None
    led = kind_led(intro) or _kind_shared(section, block, intro)
    led = led or ("항목" if is_entered else _kind_headed(section, block))
    matches = [_FIELD.fullmatch(item.line.text) for item in block.items]
    article = _ARTICLE.match(section.headings[-1].text)
    heading = article["title"] if article else heading_text(section.headings[-1].text)
    if _TERMS.search(heading) and any(matches):
        for item, found in zip(block.items, matches, strict=True):
            if found:
                yield from term(reading, section, item.line, found)
        return
    is_named = names_list(section.headings[-1]) or names_measure(section.headings[-1])
    if not led and len(matches) > 1 and all(matches) and is_named:
        for item, found in zip(block.items, matches, strict=True):
            if found and _is_told(reading, item.line, found.start("text")):
                yield from _plain_label(reading, section, item.line, found, intro)
            elif found:
                yield from entry(reading.at(section), section, item.line, found, intro)
        return
    for item in block.items:
        yield from _of_label_item(
            reading, section, item.line, intro, led, said.get(item.line, []), is_entered=is_entered
        )


def _of_label_item(
    reading: Reading, section: Section, line: Line, intro: Line | None, led: str, said: Sequence[Statement],
    *, is_entered: bool,
) -> Iterator[Candidate]:  # fmt: skip
    """The pairs of an item that opens with a label; `led` is the kind of label that its list is said to hold."""
    lead = lead_of(line)
    if lead is None or len(lead.text) not in _NAME_CHARS or " > " in lead.text or _is_sample(line, lead.end):
        return
    shown = _VIEW_SAID.match(line.text, lead.end)
    kind = kind_of(line, lead.end) or (shown["kind"] if shown else led)
    if not kind or lead.text == kind or _NUMBERED.match(lead.text) or _NO_LABEL.search(lead.text):
        return
    if (place := place_of(reading, section, intro)) is not None:
        if is_entered and intro is not None:  # the lead-in says that one enters it
            place = replace(place, evidence=(*place.evidence, intro.source()))
        name, must = _without_remark(lead.text)
        field = Field(name, kind, place, line.source(0, len(lead.text)), is_entered)
        if must:
            yield from _required(section, field, must, (field.source,))
        yield from _of_label(reading, section, line, lead.end, field, said)


def _is_told(reading: Reading, line: Line, start: int) -> bool:
    """Whether an item tells what to do with its label: 거래처 : 돋보기를 눌러 거래처를 선택합니다."""
    sentences = [sentence for sentence in reading.sentences.get(line, ()) if sentence.end > start]
    return bool(sentences) and verb_of(without_tail(sentences[0].tokens)) in (*ENTER, *CHOOSE)


def _plain_label(
    reading: Reading, section: Section, line: Line, found: re.Match[str], intro: Line | None
) -> Iterator[Candidate]:
    """The pairs of a label that is not set in bold."""
    name = found["name"].strip()
    if not _NO_LABEL.search(name) and (place := place_of(reading, section, intro)) is not None:
        field = Field(name, "항목", place, line.source(*found.span("name")))
        said = list(said_in_cell(reading, section, field.label, line, found.start("text")))
        yield from _of_label(reading, section, line, found.start("text"), field, said)


def _kind_shared(section: Section, block: Items, intro: Line | None) -> str:
    """What the labels of a list are where neither they nor the lead-in say: fields, as on any screen."""
    if intro is not None and VALUES_LED.search(intro.text):
        return ""
    has_labels = not block.is_ordered and len(block.items) > 1 and all(lead_of(item.line) for item in block.items)
    told = any(kind_of(item.line) in ("필드", "확인란", "옵션") for item in block.items)
    return "필드" if has_labels and (told or is_screen(section.headings[-1].text)) else ""


def _kind_headed(section: Section, block: Items) -> str:
    """The kind of label that a heading names (화면 버튼), or 항목 where half of a list is filled in as a form is."""
    heading = section.headings[-1]
    if named := _KIND_HEADING.search(heading.text):
        return named["kind"]
    filled = sum(_FILLED_IN.search(item.line.text) is not None for item in block.items)
    return "항목" if names_list(heading) and 2 * filled >= len(block.items) else ""


def _is_sample(line: Line, start: int) -> bool:
    """Whether what is said is set in italics or as code: **작업 풀 ID:** *Webshop*, a value, no meaning."""
    return any(
        mark.kind in (MarkKind.ITALIC, MarkKind.CODE) and mark.start <= start and mark.end >= len(line.text) - 2
        for mark in line.marks
    )


def _of_label(
    reading: Reading, section: Section, line: Line, start: int, field: Field, said: Sequence[Statement]
) -> Iterator[Candidate]:
    """The pairs of one label: what its first sentence says of it, then what further ones do."""
    if not any(statement.start == start for statement in said):
        yield from _noun_phrase(reading, section, line, start, field)
    is_told = False
    for index, statement in enumerate(said):
        shaped = shape(field, statement) if index < _OPENING and not is_told else None
        is_told |= shaped is not None
        shaped = shaped or aside(field, statement)
        if shaped is not None:
            templates, slots, answer = shaped
            yield _candidate(section, field, templates, slots, answer, statement.evidence)


def _noun_phrase(reading: Reading, section: Section, line: Line, start: int, field: Field) -> Iterator[Candidate]:
    """A label said to be a noun phrase without a verb: 위치에 대해 수행된 마지막 작업의 시각."""
    sentences = [sentence for sentence in reading.sentences.get(line, ()) if sentence.end > start]
    is_value = any(
        mark.kind in (MarkKind.ITALIC, MarkKind.CODE) and mark.start <= start < mark.end for mark in line.marks
    )
    if not sentences or is_value:
        return
    end = sentences[0].end
    text, remark = _without_remark(line.text[start:end])
    tokens = [token for token in sentences[0].tokens if start <= token.start < start + len(text)]
    if (shaped := shape_phrase(field, text, tokens)) is not None:
        yield _candidate(section, field, *shaped, (line.source(start, end),))
    if remark:
        yield from _required(section, field, remark, (line.source(start, end),))


def _without_remark(text: str) -> tuple[str, str]:
    """A description without the bracket that says whether it must be given, and what that says: 전화번호 (필수)."""
    found = _MUST_REMARK.search(text)
    return (text[: found.start()], found["must"]) if found else (without_stop(text), "")


def _required(section: Section, field: Field, must: str, evidence: tuple[tuple[int, int], ...]) -> Iterator[Candidate]:
    """The pair on whether a label must be filled in; none for a mere N or X, which says no more than no."""
    if must.startswith("필수") or must in _YES:
        answer = fill("네, {label:은/는} 필수입니다.", {"label": field.label})
    elif must.startswith("선택"):
        answer = fill("아니요, {label:은/는} {must}입니다.", {"label": field.label, "must": must})
    else:
        return
    yield _candidate(section, field, ask.REQUIRED, {}, answer, evidence)


def _candidate(
    section: Section, field: Field, templates: tuple[Template, ...], slots: dict[str, str], answer: str,
    evidence: tuple[tuple[int, int], ...],
) -> Candidate:  # fmt: skip
    if templates is ask.MEANING:
        templates = without_what(ask.MEANING, field.name)
    slots = {"label": field.label, "at": field.place.at, "of": field.place.of, **slots}
    spans = (*evidence, field.source, *field.place.evidence)
    return Candidate("field", templates, slots, answer, tuple(dict.fromkeys(spans)), section_path(section))


def _of_table(reading: Reading, section: Section, table: Table, intro: Line | None) -> Iterator[Candidate]:
    """The pairs of a table of labels, one row each: what is said of it, whether it is required, its other columns."""
    found = _KIND_HEADS.match(table.header[0].text)
    kind = found["kind"] if found else ""
    said = next(index for index, head in enumerate(table.header) if _TEXT_HEADS.match(head.text))
    place = place_of(reading, section, intro)
    for name, *cells in table.rows:
        line = cells[said - 1]
        if place is None or len(name.text) not in _NAME_CHARS or not line.text or _NO_LABEL.search(name.text):
            continue
        field = Field(name.text, kind_of(line) or _KINDS_IN_KOREAN.get(kind.lower(), kind), place, name.source())
        yield from _of_label(reading, section, line, 0, field, list(said_in_cell(reading, section, field.label, line)))
        for head, cell in zip(table.header[1:], cells, strict=True):
            if not (cell.text and head.text):
                continue
            evidence = (cell.source(), head.source())
            if _MUST_HEADS.match(head.text):
                yield from _required(section, field, cell.text, evidence)
            elif _TOLD_HEADS.search(head.text) and len(cell.text) <= _TOLD_CHARS and cell.text != "선택":
                slots = {"label": field.label, "column": head.text, "cell": cell.text}
                answer = fill("{label}의 {column:은/는} {cell}입니다.", slots)
                yield _candidate(section, field, ask.TOLD, {"column": head.text}, answer, evidence)


def said_in_cell(reading: Reading, section: Section, label: str, line: Line, begin: int = 0) -> Iterator[Statement]:
    """The sentences of a cell, from `begin` on, that stand alone, with 이 필드 replaced by the label of its row."""
    for sentence in reading.sentences.get(line, ()):
        start = max(sentence.start, begin)
        if (
            sentence.end > begin
            and is_sentence(sentence.tokens)
            and not _LEANING.search(line.text[start : sentence.end])
        ):
            edits = tuple(
                (found.start("this"), found.end("kind"), label)
                for found in _THIS.finditer(line.text, sentence.start, sentence.end)
            )
            edits += tuple(
                (mark.start, mark.end, f"'{line.text[mark.start : mark.end]}'")
                for mark in line.marks
                if mark.kind in (MarkKind.BOLD, MarkKind.ITALIC)
                if sentence.start <= mark.start and mark.end <= sentence.end and mark.end - mark.start in _NAME_CHARS
                if not _QUOTED.search(line.text[mark.start : mark.end])
            )
            tokens = tuple(token for token in without_tail(sentence.tokens) if token.start >= start)
            own = line.source(start, sentence.end)
            yield Statement(sentence, tokens, start, tuple(sorted(edits)), (own,), section)
