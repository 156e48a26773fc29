"""Word documents (.docx) → Document: python-docx opens the package, we walk its XML once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from datagen.documents import Line, MarkKind, Note, Paragraph, Parsed, Table
from datagen.readers.docx_parts import Parts, Style, open_docx
from datagen.readers.docx_runs import WRAPPERS, Reading, choice, merged, read_pieces
from datagen.readers.grid import Cell, as_table
from datagen.readers.listing import Below, Entry, Flat, nested, typed_mark, with_typed_marks
from datagen.readers.notes import NOTES, as_note
from datagen.readers.office import attribute, check_office, child, is_on, local
from datagen.readers.outline import EMPTY, Outline, Piece
from datagen.readers.remarks import bilingual

_CONTENTS = re.compile(r"(?:toc|목차|차례)(?: ?\d| heading| 제목|$)|table of (?:contents|figures)|index \d")
_LISTED = re.compile(r"list (bullet|number)(?: ([2-9]))?$")  # where a style's numbering is missing
_LIST_TEXT = ("list continue", "list paragraph", "목록 단락")
_HEADING_CHARS = 40
_NO_CONTENTS = bilingual("the table of contents was left out", "차례는 읽지 않았습니다")
_OUTLINE_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Heading:
    """A paragraph that opens a section."""

    level: int
    line: Line


def read_docx(data: bytes, where: str) -> Parsed:
    """A Word document's sections: headings by style, lists by numbering, tables with merged cells.

    Deleted text, hidden text, tables of contents, headers and footers are left out; inserted text is read. A document
    without heading styles has its short, all-bold lines as headings. Raises InputError where it cannot be read.
    """
    _, whole = check_office(data, where, ".docx")
    parts = open_docx(whole, where)
    outline = Outline()
    reading = Reading(parts, outline, by_look=not _has_heading_styles(parts))
    _emit(outline, _flat(reading, parts.body))
    parsed = outline.parsed()
    if reading.images and not parsed.sections:
        outline.remark(
            bilingual(
                f"{reading.images} images and no text: a scanned document?",
                f"그림 {reading.images}개뿐이고 글이 없습니다. 스캔한 문서인지 확인하세요",
            )
        )
        parsed = outline.parsed()
    return parsed


def _emit(outline: Outline, pieces: Iterable[Flat | _Heading]) -> None:
    """Put the pieces into the tree, each section's lists folded."""
    section: list[Flat] = []
    for piece in pieces:
        if isinstance(piece, _Heading):
            outline.add(*nested(with_typed_marks(section)))
            outline.heading(piece.level, piece.line)
            section = []
        else:
            section.append(piece)
    outline.add(*nested(with_typed_marks(section)))


def _flat(reading: Reading, container: Element) -> Iterator[Flat | _Heading]:
    """A body's, cell's or text box's paragraphs and tables in reading order."""
    for element in _blocks(container, reading.outline):
        if local(element) == "p":
            yield from _paragraph(reading, element)
        else:
            yield from _table(reading, element)
        while reading.pending:
            inside = reading.pending.pop(0)
            is_note = local(inside) in ("footnote", "endnote")
            for piece in _flat(reading, inside):
                yield Paragraph(piece.line, Note.NOTE) if is_note and isinstance(piece, Paragraph) else piece


def _blocks(container: Element, outline: Outline) -> Iterator[Element]:
    """The paragraphs and tables of a container, content controls and tracked insertions opened."""
    for element in container:
        name = local(element)
        if name in ("p", "tbl"):
            yield element
        elif name == "altChunk":
            outline.remark(bilingual("an embedded document was left out", "삽입된 다른 문서는 읽지 않았습니다"))
        elif name == "AlternateContent":
            yield from _blocks(choice(element), outline)
        elif name in WRAPPERS:
            if name == "sdt" and _is_contents(element):
                outline.remark(_NO_CONTENTS)
            else:
                yield from _blocks(element, outline)


def _is_contents(element: Element) -> bool:
    gallery = next((each for each in element.iter() if local(each) == "docPartGallery"), None)
    return attribute(gallery, "val") in ("Table of Contents", "Table of Figures")


def _paragraph(reading: Reading, element: Element) -> Iterator[Flat | _Heading]:
    """The paragraph as a heading, a list entry, a note or prose; nothing where it holds no text."""
    properties = child(element, "pPr")
    style = reading.parts.style(properties)
    if _CONTENTS.match(style.name):
        if any(local(each) == "t" for each in element.iter()):
            reading.outline.remark(_NO_CONTENTS)
        return
    pieces = merged(read_pieces(reading, element, frozenset()))
    text = "".join(raw for raw, _ in pieces).strip()
    level = _level(reading, properties, style, pieces, text)
    if level is not None:
        reading.outline.gap()
        reading.headings += bool(text)
        line = reading.outline.line(pieces, lead="#" * max(level, 1) + " ")
        if line.text:
            yield _Heading(level, line)
        return
    entry = _numbered(reading, properties, style)
    if entry:
        depth, is_ordered, num = entry
        lead = f"{_count(reading, num, depth)}. " if is_ordered and text else "- "
        line = reading.outline.line(pieces, lead="  " * depth + lead)
        if line.text:
            yield Entry(line, depth, is_ordered, num)
        return
    line = reading.outline.line(pieces)
    if line.text:
        paragraph = _prose(style, line)
        is_below = style.name.startswith(_LIST_TEXT) and not paragraph.note and typed_mark(line.text) is None
        yield Below(paragraph) if is_below else paragraph


def _prose(style: Style, line: Line) -> Paragraph:
    """Prose, or a note by the style's name (주의, Warning 2) or by the word that opens it."""
    word = style.name.split(" ")[0].rstrip("0123456789")
    paragraph = as_note(line, inside=NOTES.get(word))
    return paragraph if paragraph.line.text else Paragraph(line, paragraph.note)


def _level(
    reading: Reading, properties: Element | None, style: Style, pieces: Sequence[Piece], text: str
) -> int | None:
    """A heading's level (0 is the title), None for other paragraphs."""
    if reading.by_look:
        is_entry = _numbered(reading, properties, style) is not None
        return None if is_entry else _level_by_look(reading, style, pieces, text)
    direct = attribute(child(properties, "outlineLvl"), "val")
    if direct is not None and direct.isdecimal():
        return int(direct) + 1 if int(direct) < 9 else None
    # 개요 1 is a heading in some templates, and the style of numbered sentences in others.
    if style.is_outline and (len(text) > _OUTLINE_CHARS or text.endswith((".", "다", "음", "함"))):
        return None
    return style.level


def _level_by_look(reading: Reading, style: Style, pieces: Sequence[Piece], text: str) -> int | None:
    """1 for the first short all-bold line, 2 for later ones: nothing says which stands below which."""
    if not text or len(text) > _HEADING_CHARS or text.endswith((".", ",", ":", "!", "다", "요")):
        return None
    is_bold = all(MarkKind.BOLD in set(kinds) | style.marks for raw, kinds in pieces if raw.strip())
    if not is_bold or as_note(Line(text, tuple(range(len(text))))).note:
        return None
    return 2 if reading.headings else 1


def _numbered(reading: Reading, properties: Element | None, style: Style) -> tuple[int, bool, str] | None:
    """(level from 0, whether it is numbered, the list's id), None outside lists."""
    direct = child(properties, "numPr")
    num, depth = attribute(child(direct, "numId"), "val") or style.num, style.depth
    said = attribute(child(direct, "ilvl"), "val")
    depth = min(int(said), 8) if said and said.isdecimal() else depth
    listed = _LISTED.match(style.name)
    by_name = int(listed[2] or 1) - 1 if listed else 0  # List Bullet 2 is a list of its own, at level 0 of it
    kind = reading.parts.formats.get((num, depth)) if num else None
    if kind is None and listed and num != "0":
        return by_name, listed[1] == "number", num or listed[1]
    if num is None or kind in (None, "none"):
        return None
    return depth or by_name, kind != "bullet", num


def _count(reading: Reading, num: str, depth: int) -> int:
    """The next number at this level; deeper levels start over."""
    for key in [key for key in reading.counters if key[0] == num and key[1] > depth]:
        del reading.counters[key]
    reading.counters[num, depth] = reading.counters.get((num, depth), 0) + 1
    return reading.counters[num, depth]


def _table(reading: Reading, element: Element) -> Iterator[Flat | _Heading]:
    """The table; where it lays out a page, what stands in its cells, in reading order."""
    rows = [(row, list(_children(row, "tc"))) for row in _children(element, "tr") if not _is_deleted(row)]
    if _is_layout(reading, rows):
        for cell in (cell for _, cells in rows for cell in cells):
            yield from _flat(reading, cell)
        return
    reading.outline.gap()
    grid = _grid(reading, rows)
    table, remarks = as_table(grid)
    reading.outline.remark(*remarks)
    if isinstance(table, Table):
        yield table
    else:
        yield from (Paragraph(cell.line) for row in grid for cell in row if cell.line.text)


def _is_deleted(row: Element) -> bool:
    return child(child(row, "trPr"), "del") is not None


def _is_layout(reading: Reading, rows: Sequence[tuple[Element, Sequence[Element]]]) -> bool:
    """Whether a table only places things on the page: one row or column, a table or headings inside a cell."""
    if len(rows) < 2 or all(len(cells) < 2 for _, cells in rows):
        return True
    inside = (each for _, cells in rows for cell in cells for each in _blocks(cell, reading.outline))
    return any(
        local(each) == "tbl" or (not reading.by_look and reading.parts.style(child(each, "pPr")).level is not None)
        for each in inside
    )


def _children(element: Element, name: str) -> Iterator[Element]:
    """Rows of a table, cells of a row: those inside content controls too."""
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) in WRAPPERS:
            yield from _children(inner, name)


def _grid(reading: Reading, rows: Sequence[tuple[Element, Sequence[Element]]]) -> list[list[Cell]]:
    """Each cell once, where it begins, with its spans; its paragraphs are one line."""
    starts: dict[int, tuple[int, int]] = {}  # column → the row and place of the cell that a vMerge goes on from
    grid: list[list[Cell]] = []
    for row, cells in rows:
        properties = child(row, "trPr")
        is_header = is_on(child(properties, "tblHeader"))
        before = _number(child(properties, "gridBefore"), 0)
        line_row = [Cell(EMPTY, col_span=before)] if before else []
        column = before
        for element in cells:
            span = _number(child(child(element, "tcPr"), "gridSpan"), 1)
            merge = child(child(element, "tcPr"), "vMerge")
            begun = starts.get(column)
            if merge is not None and attribute(merge, "val") != "restart" and begun is not None:
                above, place = begun
                grid[above][place] = replace(grid[above][place], row_span=grid[above][place].row_span + 1)
            else:
                starts[column] = (len(grid), len(line_row))
                line, blocks = _cell(reading, element)
                line_row.append(Cell(line, 1, span, is_header, blocks))
            column += span
        grid.append(line_row)
        reading.outline.gap()
    reach = max((at + cell.row_span for at, row in enumerate(grid) for cell in row if cell.is_header), default=0)
    # A merged header cell may reach into rows that are not marked themselves.
    return [[replace(cell, is_header=True) for cell in row] for row in grid[:reach]] + grid[reach:]


def _cell(reading: Reading, element: Element) -> tuple[Line, int]:
    """A cell's paragraphs as one line, and how many there were."""
    pieces: list[Piece] = []
    blocks = 0
    for paragraph in _blocks(element, reading.outline):
        inside = list(read_pieces(reading, paragraph, reading.parts.style(child(paragraph, "pPr")).marks))
        if any(raw.strip() for raw, _ in inside):
            pieces += [(" ", ()), *inside] if pieces else inside
            blocks += 1
    return reading.outline.line(merged(pieces), end="\t"), blocks


def _number(element: Element | None, otherwise: int) -> int:
    """A small count from outside: never negative, never absurd."""
    value = attribute(element, "val")
    return min(int(value), 1000) if value and value.isdecimal() and int(value) > 0 else otherwise


def _has_heading_styles(parts: Parts) -> bool:
    """Whether a paragraph that holds text is styled as a heading."""
    for element in parts.body.iter():
        if local(element) == "p":
            properties = child(element, "pPr")
            said = attribute(child(properties, "outlineLvl"), "val")
            if (parts.style(properties).level is not None or said not in (None, "9")) and _has_text(element.iter()):
                return True
    return False


def _has_text(elements: Iterable[Element]) -> bool:
    return any(local(each) == "t" and (each.text or "").strip() for each in elements)
