"""Cells as a document lays them out → a Table: merged cells spread out, header rows joined, page layout told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from datagen.documents import Line, Mark, Table
from datagen.readers.outline import EMPTY
from datagen.readers.remarks import bilingual

# A table covers so many places at most, and no more than this by cell: a cell that covers a thousand is no data.
PLACES = 1_000_000
_PLACES_BY_CELL = 50
_PLACES_OF_FEW = 300
_COLUMNS = 1_000  # HTML clamps colspan here (WHATWG HTML, 4.9.11)
# A cell of page layout: more blocks, or several and more text, than a cell of data holds.
LAYOUT_BLOCKS = 12
_LAYOUT_CHARS = 400
_NAMES = bilingual(
    "a table of names and values without a header row was read as text",
    "머리행이 없는 이름과 값의 표는 글로 읽었습니다",
)
_HEADER_ALONE = bilingual("a table without rows below its header was read as text", "머리행뿐인 표는 글로 읽었습니다")
_LABEL = bilingual(
    "a row across the whole of a table was read as a label, not as data",
    "표 전체에 걸친 행은 자료가 아니라 이름표로 읽었습니다",
)
_UNNAMED = bilingual("a table has a column without a name", "이름이 없는 열이 있는 표입니다")
_ONE_COLUMN = bilingual(
    "a table of one column is page layout: read as text", "한 열짜리 표는 모양을 잡은 것으로 보고 글로 읽었습니다"
)
_ONE_ROW = bilingual(
    "a table of one row is page layout: read as text", "한 행짜리 표는 모양을 잡은 것으로 보고 글로 읽었습니다"
)
_PASSAGES = bilingual(
    "a table with whole passages in a cell is page layout: read as text",
    "칸에 긴 글이 든 표는 모양을 잡은 것으로 보고 글로 읽었습니다",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, the rows and columns it covers, whether it is marked as header, and how many blocks it holds."""

    line: Line
    row_span: int = 1
    col_span: int = 1
    is_header: bool = False
    blocks: int = 1


def as_table(rows: Sequence[Sequence[Cell]]) -> tuple[Table | None, tuple[str, ...]]:
    """The table, or None where the cells are page layout or too few; and what a user should know of it.

    `rows` hold each cell once, where it begins. A merged cell's Line stands in each place it covers. The header is the
    leading rows of header cells, else the first row, two rows where merged cells make them two; their lines are joined
    (출고 over 수량 → 출고 수량). Where only the first column is marked as header, the table is turned. Rows are padded
    to one width. A row across the whole table is a label, and is left out with a remark.
    """
    places = sum(min(max(cell.col_span, 1), _COLUMNS) * _height(cell, len(rows)) for row in rows for cell in row)
    most = min(PLACES, _PLACES_OF_FEW + _PLACES_BY_CELL * sum(map(len, rows)))
    if places > most:
        return None, (
            bilingual(
                f"a table of {places:,} places is too large: read as text",
                f"{places:,}칸짜리 표는 너무 커서 글로 읽었습니다",
            ),
        )
    grid, was_labelled = _without_labels(_filled(_spread(rows)))
    if not grid:
        return None, ()
    if layout := _layout(rows, grid):
        return None, (layout,)
    if _is_headed_by_column(grid):
        if len(grid[0]) == 2:
            return None, (_NAMES,)
        grid = [list(column) for column in zip(*grid, strict=True)]
        height = 1
    else:
        height = _header_rows(grid)
    header = tuple(join([row[column].line for row in grid[:height]]) for column in range(len(grid[0])))
    texts = [line.text for line in header]
    body = [tuple(cell.line for cell in row) for row in grid[height:]]
    body = [row for row in body if [line.text for line in row] != texts]  # the header again, as atop each page
    if not body:
        return None, (_HEADER_ALONE,)
    is_named = all(line.text for line in header)
    return Table(header, tuple(body)), (*((_LABEL,) if was_labelled else ()), *(() if is_named else (_UNNAMED,)))


def _height(cell: Cell, rows: int) -> int:
    """How many rows a cell covers; HTML's 0 means all that follow."""
    return min(cell.row_span, rows) if cell.row_span > 0 else rows


def _spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Every place with the cell that covers it, rows of one width."""
    taken: dict[tuple[int, int], Cell] = {}
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            width = min(max(cell.col_span, 1), _COLUMNS)
            for below in range(at, min(at + _height(cell, len(rows)), len(rows))):
                for right in range(column, column + width):
                    taken.setdefault((below, right), cell)
            column += width
    width = max((column for _, column in taken), default=-1) + 1
    nothing = Cell(EMPTY)
    return [[taken.get((at, column), nothing) for column in range(width)] for at in range(len(rows))]


def _filled(grid: list[list[Cell]]) -> list[list[Cell]]:
    """The grid without rows and columns that hold no text, nor columns that only widen a merged cell."""
    for _ in range(2):  # rows, then columns
        grid = [row for at, row in enumerate(grid) if any(cell.line.text for cell in row) and not _again(grid, at)]
        grid = [list(column) for column in zip(*grid, strict=True)]
    return grid


def _again(grid: list[list[Cell]], at: int) -> bool:
    """Whether a row holds nothing but the cells of the row above, reaching down."""
    return at > 0 and all(above is cell for above, cell in zip(grid[at - 1], grid[at], strict=True))


def _without_labels(grid: list[list[Cell]]) -> tuple[list[list[Cell]], bool]:
    """The grid without rows that one merged cell fills, and whether there were any."""
    kept = [row for row in grid if len(row) < 2 or any(cell is not row[0] for cell in row)]
    return (kept, len(kept) < len(grid)) if kept else (grid, False)


def _layout(rows: Sequence[Sequence[Cell]], grid: list[list[Cell]]) -> str:
    """The remark on a table that is none of data; "" where it is one."""
    if len(grid[0]) == 1:
        return _ONE_COLUMN
    if len(grid) == 1:
        return _ONE_ROW
    for cell in (cell for row in rows for cell in row):
        if cell.blocks > LAYOUT_BLOCKS or (cell.blocks > 1 and len(cell.line.text) > _LAYOUT_CHARS):
            return _PASSAGES
    return ""


def _is_headed_by_column(grid: list[list[Cell]]) -> bool:
    """Whether the first column, and nothing else, is marked as header."""
    return all(row[0].is_header and not any(cell.is_header for cell in row[1:]) for row in grid)


def _header_rows(grid: list[list[Cell]]) -> int:
    """How many rows make the header: those marked, or the first and the rows that its merged cells reach into."""
    marked = len(list(takewhile(lambda row: all(cell.is_header or not cell.line.text for cell in row), grid)))
    if 0 < marked < len(grid):
        return marked
    first = grid[0]
    is_parent = any(cell is right for cell, right in pairwise(first))
    if not is_parent or len(grid) < 3:
        return 1
    # 품목 | 출고 출고 over 품목 | 수량 금액: merged downwards, or left empty above or below
    reaches = any(below is above for above, below in zip(first, grid[1], strict=True))
    is_open = any(bool(above.line.text) != bool(below.line.text) for above, below in zip(first, grid[1], strict=True))
    return 2 if reaches or is_open else 1


def join(lines: Sequence[Line]) -> Line:
    """Lines in reading order as one, a space between, which stands for whatever follows the earlier line in the text.

    A line that comes twice, as a merged cell does, is taken once.
    """
    parts = {id(line): line for line in lines if line.text}.values()
    text, offsets, marks = "", list[int](), list[Mark]()
    for line in parts:
        if text:
            text += " "
            offsets.append(offsets[-1] + 1)
        marks.extend(Mark(mark.start + len(text), mark.end + len(text), mark.kind) for mark in line.marks)
        text += line.text
        offsets.extend(line.offsets)
    return Line(text, tuple(offsets), tuple(marks))
