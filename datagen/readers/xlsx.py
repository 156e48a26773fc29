"""Workbooks (.xlsx) → Document: a section per sheet, tables found between blank rows and columns, notes beside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from datagen.documents import Block, Item, Items, MarkKind, Paragraph, Parsed
from datagen.readers.extra import documents_module
from datagen.readers.grid import Cell, as_table
from datagen.readers.listing import Flat, nested, with_typed_marks
from datagen.readers.notes import as_note
from datagen.readers.office import check_office
from datagen.readers.outline import EMPTY, Outline
from datagen.readers.remarks import bilingual
from datagen.readers.xlsx_sheets import Sheet, Value, read_sheets

_UNNAMED = re.compile(r"(?:sheet|시트)\s*\d*", re.IGNORECASE)
_CAPTION_CHARS = 60
_LABEL_CHARS = 30
_PLACES = 1_000_000  # rows times columns of one table
_CUTS = 50  # how often a sheet is cut: a staircase of cells could be cut a thousand times
# Below a table: ※ 보류 재고는 제외 · * 단위: 개 · 주) 전산 기준
_FOOTNOTE = re.compile(r"[※*†]|주\s*\d*\s*\)|비고\s*[:：]|주석|\(주\)")
_SENTENCE = (".", "!", "?", "다", "요", ",")
# (단위: 원) · 작성일: 2026-01-02 say something of the table, and name nothing
_ASIDE = re.compile(r"[(\[]|[^:：]*[:：]")


@dataclass(frozen=True, slots=True)
class _Region:
    """Rows and columns of a sheet with nothing beside them: a table, or a text."""

    rows: tuple[int, ...]
    left: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell where it begins, counted from the region's left: its value, the rows and columns it covers."""

    column: int
    value: Value | None
    row_span: int = 1
    col_span: int = 1


Row = list[_Place]
# A row's number → the stretches of columns that it fills.
Taken = dict[int, list[tuple[int, int]]]


def read_xlsx(data: bytes, where: str) -> Parsed:
    """A workbook's sections: sheet names and titles above tables are headings.

    Numbers, dates and percentages stand as the sheet shows them, formulas by their stored value. Hidden sheets, rows
    and columns, charts and comments are left out, with a remark. Raises InputError where the file cannot be read.
    """
    archive, _ = check_office(data, where, ".xlsx")
    documents_module("openpyxl", where)
    outline = Outline()
    sheets = list(read_sheets(archive, where))
    is_only = sum(bool(sheet.rows) for sheet in sheets) == 1
    for sheet in sheets:
        outline.remark(*sheet.remarks)
        if sheet.rows:
            _read_sheet(outline, sheet, is_named=not (is_only and _UNNAMED.fullmatch(sheet.name.strip())))
    return outline.parsed()


def _read_sheet(outline: Outline, sheet: Sheet, *, is_named: bool) -> None:
    outline.gap()
    title = outline.line(sheet.name, lead="# ") if is_named else EMPTY
    outline.heading(1, title)
    starts = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
    regions = _regions(sheet)
    is_titled = False  # by a line of its own above it
    for at, region in enumerate(regions):
        above, rows, below = _parted(_rows(outline, sheet, region, starts), region.width)
        outline.gap()
        if not is_titled:
            outline.heading(1, title)  # what stands apart is not below the last table's title
        is_titled = not rows and len(above) == 1 and at + 1 < len(regions) and _is_caption(above[0].text)
        if is_titled or (rows and above and _is_caption(above[0].text)):
            outline.heading(2, outline.line(above.pop(0).text, lead="## "))
        outline.add(*_prose(outline, above))
        written: dict[int, list[Cell]] = {}
        for label, part in _labelled(rows, region.width):
            outline.heading(3, outline.line(label, lead="### "))
            outline.add(*_table(outline, part, written))
        outline.add(*_prose(outline, below))


def _is_caption(text: str) -> bool:
    is_short = len(text) <= _CAPTION_CHARS and "\n" not in text
    return is_short and not text.rstrip().endswith(_SENTENCE) and not _ASIDE.match(text)


def _prose(outline: Outline, values: Sequence[Value]) -> list[Block]:
    """Each line of each cell as a paragraph, a note or, by its typed mark, a list entry."""
    lines = [outline.line(text) for value in values for text in value.text.split("\n")]
    flat: list[Flat] = []
    for line in lines:
        if line.text:
            note = as_note(line)
            flat.append(note if note.line.text else Paragraph(line))
    return nested(with_typed_marks(flat))


def _rows(
    outline: Outline, sheet: Sheet, region: _Region, starts: Mapping[tuple[int, int], tuple[int, int]]
) -> list[Row]:
    """The region's cells, each once, where it begins; places without text too, those below a merged cell not."""
    most = max(_PLACES // region.width, 1)
    if len(region.rows) > most:
        outline.remark(
            bilingual(
                f"sheet {sheet.name}: a table of {region.width} columns was read up to row {most:,} of it",
                f"시트 {sheet.name}: {region.width}열 표는 {most:,}행까지 읽었습니다",
            )
        )
    rows: list[Row] = []
    covered: set[tuple[int, int]] = set()
    last = region.rows[:most][-1]
    for number in region.rows[:most]:
        cells = sheet.rows.get(number, {})
        row: Row = []
        for column in range(region.left, region.right + 1):
            if (number, column) in covered:
                continue
            bottom, right = starts.get((number, column), (number, column))
            if (bottom, right) != (number, column):
                bottom, right = min(bottom, last), min(right, region.right)
                covered.update((r, c) for r in range(number, bottom + 1) for c in range(column, right + 1))
            row.append(_Place(column - region.left, cells.get(column), bottom - number + 1, right - column + 1))
        rows.append(row)
    return rows


def _parted(rows: Sequence[Row], width: int) -> tuple[list[Value], list[Row], list[Value]]:
    """(what stands above the table, its rows, what stands below): rows of one cell are no rows of a table."""
    rows = [row for row in rows if any(place.value for place in row)]
    above = [value for value in takewhile(bool, (_lone(row, width) for row in rows)) if value]
    rest = rows[len(above) :]
    below = [value for value in takewhile(bool, (_footnote(row, width) for row in reversed(rest))) if value]
    return above, list(rest[: len(rest) - len(below)]), below[::-1]


def _lone(row: Row, width: int) -> Value | None:
    """The one cell of a row that is a title: not one merged over columns further right, the parent of a header."""
    written = [place for place in row if place.value]
    if len(written) != 1:
        return None
    place = written[0]
    is_title = place.col_span == width or (place.row_span == 1 and (place.col_span == 1 or place.column == 0))
    return place.value if is_title else None


def _footnote(row: Row, width: int) -> Value | None:
    value = _lone(row, width)
    is_whole = any(place.value and place.col_span == width > 1 for place in row)
    return value if value and (is_whole or _FOOTNOTE.match(value.text)) else None


def _labelled(rows: Sequence[Row], width: int) -> Iterator[tuple[str, list[Row]]]:
    """The table's parts: a row merged over all columns labels the rows after it, which share the header."""
    labels = [at for at, row in enumerate(rows) if any(p.value and p.col_span == width > 1 for p in row)]
    first = rows[0] if rows else []
    height = max((place.row_span for place in first), default=1)
    height = max(height, 2) if any(place.col_span > 1 for place in first) else height
    if not labels or labels[0] < height:
        yield from [("", list(rows))] if rows else ()
        return
    if labels[0] > height:
        yield "", list(rows[: labels[0]])
    for begin, end in pairwise((*labels, len(rows))):
        label = next(place.value.text for place in rows[begin] if place.value)
        part = rows[begin + 1 : end]
        yield label, [*rows[:height], *part] if part else []


def _table(outline: Outline, rows: Sequence[Row], written: dict[int, list[Cell]]) -> list[Block]:
    """The rows as a table, as names with their values, or as text; `written` keeps a header that parts share."""
    if pairs := _fields(rows):
        lines = [
            outline.line([(name.rstrip(" :："), (MarkKind.BOLD,)), (": ", ()), (value, ())], lead="- ")
            for name, value in pairs
        ]
        return [Items(tuple(Item(line) for line in lines), is_ordered=False)]
    heads = _heads(rows)
    by_column = (
        heads == 0
        and all(place.column > 0 or place.value is None or _is_set_apart(place.value) for row in rows for place in row)
        and not any(place.column and place.value and _is_set_apart(place.value) for row in rows for place in row)
    )
    for at, row in enumerate(rows):
        if id(row) not in written:
            is_head = at < heads
            written[id(row)] = [
                _cell(outline, each, is_header=is_head or (by_column and not each.column)) for each in row
            ]
            outline.gap()
    grid = [written[id(row)] for row in rows]
    table, remarks = as_table(grid)
    outline.remark(*remarks)
    return [table] if table else [Paragraph(cell.line) for row in grid for cell in row if cell.line.text]


def _cell(outline: Outline, place: _Place, *, is_header: bool) -> Cell:
    text = place.value.text if place.value else ""
    line = outline.line(text, end="\t") if text else EMPTY
    return Cell(line, place.row_span, place.col_span, is_header, text.count("\n") + 1)


def _fields(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """(name, value) where each row is names and values in turn: names set apart, ending in a colon, or beside a figure.

    A first row set apart as a whole, or of words alone (항목 | 설명), is a header; then there are none.
    """
    written = [[place.value for place in row if place.value] for row in rows]
    if _heads(rows) or any(len(row) % 2 for row in written):
        return []
    pairs = [(row[at], row[at + 1]) for row in written for at in range(0, len(row), 2)]
    names = [name.text for name, _ in pairs]
    if not pairs or len(set(names)) < len(names) or any(len(name) > _LABEL_CHARS for name in names):
        return []
    is_styled = all(_is_set_apart(name) and not _is_set_apart(value) for name, value in pairs)
    is_worded = max(map(len, written)) == 2 and (
        all(name.endswith((":", "：")) for name in names) or any(map(str.isdigit, pairs[0][1].text))
    )
    return [(name.text, value.text) for name, value in pairs] if is_styled or is_worded else []


def _is_set_apart(value: Value) -> bool:
    return value.is_bold or value.is_filled


def _heads(rows: Sequence[Row]) -> int:
    """How many leading rows are set apart; bold is asked first, as bands may be filled too. 0 where all or none are."""
    values = [[place.value for place in row if place.value] for row in rows]
    bold = len(list(takewhile(lambda row: all(value.is_bold for value in row), values)))
    filled = len(list(takewhile(lambda row: all(value.is_filled for value in row), values)))
    return next((heads for heads in (bold, filled) if 0 < heads < len(rows)), 0)


def _regions(sheet: Sheet) -> list[_Region]:
    """The sheet cut at blank rows and columns until nothing more can be cut; from the top, then from the left."""
    filled: Taken = {number: [(column, column) for column in cells] for number, cells in sheet.rows.items()}
    for top, left, bottom, right in sheet.merges:
        for number in range(top, bottom + 1):
            filled.setdefault(number, []).append((left, right))
    found: list[_Region] = []
    waiting = [({number: _joined(spans) for number, spans in sorted(filled.items())}, 0)]
    while waiting:
        taken, depth = waiting.pop()
        runs = [
            [number for _, number in run] for _, run in groupby(enumerate(taken), key=lambda each: each[1] - each[0])
        ]
        for run in runs:
            spans = _joined([span for number in run for span in taken[number]])
            if (len(spans) == 1 and len(runs) == 1) or depth > _CUTS:
                found.append(_Region(tuple(run), spans[0][0], spans[-1][1]))
                continue
            parts: list[Taken] = [{} for _ in spans]
            lows = [low for low, _ in spans]
            for number in run:
                for span in taken[number]:
                    parts[bisect_right(lows, span[0]) - 1].setdefault(number, []).append(span)
            waiting.extend((part, depth + 1) for part in parts)
    return sorted(found, key=lambda region: (region.rows[0], region.left))


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap or touch made one."""
    whole: list[tuple[int, int]] = []
    for low, high in sorted(set(spans)):
        if whole and low <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(whole[-1][1], high))
        else:
            whole.append((low, high))
    return whole
