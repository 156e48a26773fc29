"""Pages without a structure tree → paragraphs and tables in reading order, by where everything stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from datagen.readers.pdf_glyphs import Content, Glyph
from datagen.readers.pdf_lines import Break, Joiner, Row, room, rows_of, word_gap
from datagen.readers.pdf_running import set_apart, without_running
from datagen.readers.pdf_tables import Box, Frame, find_frames
from datagen.readers.remarks import bilingual
from datagen.readers.typeset import Grid, Looks, Place, mark_of

_LEADERS = re.compile(r"(?:[.·…‥]\s?){4,}\s*\d*\s*$")
_PITCH = 1.35  # times the usual distance of rows: more is the gap between paragraphs
_SIDES = 0.3  # a column is at least so much of the text's width
_MOST_ROWS = 2_000
_LEAST_ROWS = 4  # rows that a column of prose has at least
_CELL_ROWS = 3  # rows that columns without rules must have to be a table
_TOLERANCE = 0.7  # em; a row set in by more is indented


@dataclass(frozen=True, slots=True)
class _Table:
    """A ruled table and the glyphs in it."""

    frame: Frame
    glyphs: tuple[Glyph, ...]
    page: int
    space: float

    @property
    def x0(self) -> float:
        return self.frame.xs[0]

    @property
    def x1(self) -> float:
        return self.frame.xs[-1]

    @property
    def y(self) -> float:
        return self.frame.ys[0]


_Thing = Row | _Table
# One column of one page, from the top.
_Column = list[_Thing]


def lay_out(
    pages: Mapping[int, Content], headings: Mapping[tuple[int, str], int]
) -> tuple[list[Looks | Grid], list[str]]:
    """The paragraphs and tables of pages by number (from 1), and remarks on what was left out.

    `headings` gives the level of the headings that the bookmarks name, by page and text without spaces.
    """
    remarks: list[str] = []
    tables = {number: _tables(content, number) for number, content in pages.items()}
    rows = {
        number: rows_of(_loose(pages[number], tables[number]), number, word_gap(pages[number].glyphs))
        for number in pages
    }
    for number, content in pages.items():
        if any(not glyph.is_upright and not glyph.text.isspace() for glyph in content.glyphs):
            remarks.append(
                bilingual(
                    f"page {number}: rotated or vertical text was left out",
                    f"{number}쪽: 돌려 쓰거나 세로로 쓴 글은 읽지 않았습니다",
                )
            )
    rows, left_out = without_running(pages, rows)
    remarks += left_out or set_apart(pages, lambda number, glyph: glyph.is_artifact)
    columns: list[_Column] = []
    for number in pages:
        kept = [row for row in rows[number] if not _LEADERS.search(row.text)]
        if len(kept) < len(rows[number]):
            remarks.append(
                bilingual(f"page {number}: a table of contents was left out", f"{number}쪽: 차례는 읽지 않았습니다")
            )
        columns += _columns([*kept, *tables[number]])
    joiner = Joiner(_breaks(columns), (thing for column in columns for thing in column if isinstance(thing, Row)))
    return list(_joined_tables(_flow(columns, joiner, headings, remarks))), remarks


def squeezed(text: str) -> str:
    """A text without its spaces, to compare what is set with what a bookmark says."""
    return "".join(text.split())


def _tables(content: Content, page: int) -> list[_Table]:
    shown = [glyph for glyph in content.glyphs if glyph.is_upright and not glyph.is_artifact]
    found = []
    for frame in find_frames(content.rules):
        inside = tuple(glyph for glyph in shown if frame.holds(*_middle(glyph)))
        if len({frame.box_at(*_middle(glyph)) for glyph in inside if not glyph.text.isspace()}) > 1:
            found.append(_Table(frame, inside, page, word_gap(shown)))
    return found


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.x0 + glyph.x1) / 2, glyph.y - 0.3 * glyph.size


def _loose(content: Content, tables: Sequence[_Table]) -> list[Glyph]:
    """The glyphs of a page that stand in no table."""
    return [
        glyph
        for glyph in content.glyphs
        if glyph.is_upright and not glyph.is_artifact and not any(t.frame.holds(*_middle(glyph)) for t in tables)
    ]


def _columns(things: Sequence[_Thing], depth: int = 0) -> list[_Column]:
    """The columns of a page, in reading order; what reaches across the gutter parts them above from below."""
    ordered = sorted(things, key=lambda thing: (thing.y, thing.x0))
    gutter = _gutter(ordered) if depth < 3 else None
    if gutter is None:
        return [ordered] if ordered else []
    columns: list[_Column] = []
    for crosses, band in groupby(ordered, key=lambda thing: thing.x0 < gutter < thing.x1):
        part = list(band)
        if crosses:
            columns.append(part)
        else:
            columns += _columns([thing for thing in part if thing.x1 <= gutter], depth + 1)
            columns += _columns([thing for thing in part if thing.x0 >= gutter], depth + 1)
    return columns


def _gutter(things: Sequence[_Thing]) -> float | None:
    """Where two columns of prose part: rows fill both sides and few cross."""
    rows = [thing for thing in things if isinstance(thing, Row)]
    if not 2 * _LEAST_ROWS <= len(rows) <= _MOST_ROWS:
        return None
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    width = right - left
    best: tuple[int, float] | None = None
    for edge in sorted({row.x0 for row in rows if left + _SIDES * width < row.x0 < right - _SIDES * width}):
        x = edge - 1
        before, after = [row for row in rows if row.x1 <= x], [row for row in rows if row.x0 >= x]
        crossing = len(rows) - len(before) - len(after)
        if crossing * 4 <= len(rows) and _is_column(before, x - left) and _is_column(after, right - x):
            best = min(best or (crossing, x), (crossing, x))
    return best[1] if best else None


def _is_column(rows: Sequence[Row], width: float) -> bool:
    """Whether rows fill a column as prose does; the cells of a table leave much of theirs empty."""
    return len(rows) >= _LEAST_ROWS and sum(row.x1 - row.x0 > 0.7 * width for row in rows) * 2 >= len(rows)


def _breaks(columns: Iterable[_Column]) -> Iterator[Break]:
    """The line breaks that look like those inside a paragraph, for what they tell of the writer's way."""
    for column in columns:
        right = _right(column)
        for above, below in pairwise(column):
            if (
                isinstance(above, Row)
                and isinstance(below, Row)
                and above.size == below.size
                and 0 < below.y - above.y < 2 * above.size
                and not mark_of(below.text)
                and room(above, right) < 6
            ):
                yield Break(above.text, below.text, room(above, right))


def _right(column: _Column) -> float:
    return max((thing.x1 for thing in column if isinstance(thing, Row)), default=0.0)


def _flow(
    columns: Sequence[_Column], joiner: Joiner, headings: Mapping[tuple[int, str], int], remarks: list[str]
) -> Iterator[Looks | Grid]:
    """Paragraphs and tables, one column after the other."""
    widest = _right([thing for column in columns for thing in column])
    pitch = _usual_pitch(columns)
    pending: list[Row] = []
    margin = 0.0

    def flush() -> Iterator[Looks]:
        if pending:
            yield _looks(pending, margin, joiner, headings)
        pending.clear()

    for column in columns:
        right = _right(column) if len(column) >= _LEAST_ROWS else widest
        for part in _lines(column, joiner, remarks):
            if not isinstance(part, Row):
                yield from flush()
                yield part if isinstance(part, Grid) else _grid(part, joiner)
                continue
            if pending and _starts(part, pending, margin, pitch):
                yield from flush()
            pending.append(part)
            margin = right
    yield from flush()


def _usual_pitch(columns: Iterable[_Column]) -> float:
    """How far rows of a paragraph stand apart, in em."""
    found = [
        (below.y - above.y) / below.size
        for column in columns
        for above, below in pairwise(column)
        if isinstance(above, Row) and isinstance(below, Row) and 0.8 * below.size < below.y - above.y < 3 * below.size
    ]
    return median(found) if found else 1.6


def _lines(column: _Column, joiner: Joiner, remarks: list[str]) -> Iterator[Row | _Table | Grid]:
    """A column's rows and tables; rows that stand side by side become a table, or one row."""
    beside: list[list[Row]] = []
    for _, group in groupby(_levelled(column), key=lambda pair: pair[0]):
        things = [thing for _, thing in group]
        rows = [thing for thing in things if isinstance(thing, Row)]
        if len(rows) == len(things) and (len(rows) > 1 or _goes_on(beside, rows[0])):
            beside.append(rows)
            continue
        yield from _unruled(beside, joiner, remarks)
        beside = []
        yield from things
    yield from _unruled(beside, joiner, remarks)


def _levelled(column: _Column) -> Iterator[tuple[int, _Thing]]:
    """Each thing with the number of the line it stands on."""
    line, last = 0, None
    for thing in column:
        if last is not None and not (
            isinstance(thing, Row) and isinstance(last, Row) and abs(thing.y - last.y) <= 0.4 * thing.size
        ):
            line += 1
        last = thing
        yield line, thing


def _goes_on(beside: Sequence[Sequence[Row]], row: Row) -> bool:
    """Whether a row alone goes on in a cell of the rows above it: it stands right of the first column."""
    if not beside:
        return False
    above = beside[-1]
    first = min(other.x0 for line in beside for other in line)
    return row.x0 > first + 2 * row.size and row.y - above[0].y < 2 * row.size and any(
        abs(row.x0 - other.x0) < row.size for line in beside for other in line
    )  # fmt: skip


def _unruled(beside: Sequence[list[Row]], joiner: Joiner, remarks: list[str]) -> Iterator[Row | Grid]:
    """Lines of rows side by side: a table where they keep to columns, else each line as one row."""
    full = [line for line in beside if len(line) > 1]
    if not full:
        yield from (row for line in beside for row in line)
        return
    columns: list[tuple[float, float]] = []
    for row in sorted((row for line in beside for row in line), key=lambda row: row.x0):
        if columns and row.x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], row.x1))
        else:
            columns.append((row.x0, row.x1))
    # A line of later columns alone is of a cell that goes on, above or below the row's name: no rule tells which.
    is_torn = any(line[0].x0 >= columns[0][1] for line in full)
    if len(full) < _CELL_ROWS or len(columns) < 2 or is_torn or any(len(line) * 2 < len(columns) for line in full):
        remarks.append(
            bilingual(
                f"page {full[0][0].page}: text in columns that make no table was read line by line",
                f"{full[0][0].page}쪽: 표가 되지 않는 단은 한 줄씩 읽었습니다",
            )
        )
        yield from (_side_by_side(line) for line in beside)
        return
    cells: list[list[list[Row]]] = []
    for line in beside:
        if len(line) > 1 or not cells:
            cells.append([[] for _ in columns])
        for row in line:
            at = next(i for i, (x0, x1) in enumerate(columns) if x0 <= row.x0 < x1 or x0 == row.x0)
            cells[-1][at].append(row)
    rows = tuple(
        tuple(Place(joiner.join(cell, columns[at][1]), is_header=bool(cell) and all(row.is_bold for row in cell))
              for at, cell in enumerate(line))
        for line in cells
    )  # fmt: skip
    yield Grid(rows, columns[0][0])


def _side_by_side(line: Sequence[Row]) -> Row:
    """Rows on one line as one row; bold or not, several make no heading."""
    if len(line) == 1:
        return line[0]
    first, last = line[0], line[-1]
    pieces = [piece for row in line for piece in (*row.pieces, (" ", row.is_bold))]
    return Row(tuple(pieces[:-1]), first.x0, last.x1, first.y, first.size, False, 0.0, first.first, first.page)


def _starts(row: Row, paragraph: Sequence[Row], right: float, pitch: float) -> bool:
    """Whether a row begins a paragraph of its own; `right` is the edge of the column that the rows before stand in."""
    last, first = paragraph[-1], paragraph[0]
    has_ended = last.text.rstrip().endswith((".", "!", "?", ":"))
    had_room = room(last, right) * last.size > row.first + 0.3 * row.size
    if abs(row.size - last.size) > 0.08 * last.size:
        return True
    # A row may begin like a list by chance: … 할 수 없습니/다. 30분이 지나면
    if mark_of(row.text) and (had_room or has_ended or row.x0 < last.x0 - row.size / 2):
        return True
    if row.is_bold not in (last.is_bold, first.is_bold):
        return True
    if row.page != last.page or row.y <= last.y:  # the next column
        return had_room or has_ended
    if row.y - last.y > _PITCH * pitch * row.size or had_room:
        return True
    step = row.x0 - last.x0
    if len(paragraph) == 1:
        return step > _TOLERANCE * row.size and not mark_of(last.text)
    return abs(step) > _TOLERANCE * row.size


def _looks(rows: Sequence[Row], right: float, joiner: Joiner, headings: Mapping[tuple[int, str], int]) -> Looks:
    pieces = joiner.join(rows, right)
    text = squeezed("".join(text for text, _ in pieces))
    is_bold = all(row.is_bold for row in rows)
    return Looks(pieces, rows[0].size, rows[0].x0, is_bold, headings.get((rows[0].page, text)))


def _grid(table: _Table, joiner: Joiner) -> Grid:
    """A ruled table's cells with their text."""
    held: dict[Box, list[Glyph]] = defaultdict(list)
    for glyph in table.glyphs:
        if (box := table.frame.box_at(*_middle(glyph))) is not None:
            held[box].append(glyph)
    places: dict[int, list[Place]] = {row: [] for row in range(len(table.frame.ys) - 1)}
    rows = {box: rows_of(held[box], table.page, table.space) for box in table.frame.boxes}
    all_bold = all(row.is_bold for found in rows.values() for row in found)
    for box, found in rows.items():
        right = box.x1 - (min(row.x0 for row in found) - box.x0) if found else box.x1
        is_header = bool(found) and not all_bold and all(row.is_bold for row in found)
        blocks = 1 + sum(bool(mark_of(row.text)) for row in found)
        places[box.row].append(Place(joiner.join(found, right), box.row_span, box.col_span, is_header, blocks))
    return Grid(tuple(tuple(row) for row in places.values()), table.x0)


def _joined_tables(flow: Iterable[Looks | Grid]) -> Iterator[Looks | Grid]:
    """The flow, a table that goes on after a page break as one."""
    last: Grid | None = None
    for part in flow:
        if isinstance(part, Looks):
            if last is not None:
                yield last
            last = None
            yield part
        elif last is not None and _width(last) == _width(part):
            last = Grid((*last.rows, *part.rows), last.indent)
        else:
            if last is not None:
                yield last
            last = part
    if last is not None:
        yield last


def _width(grid: Grid) -> int:
    return sum(place.col_span for place in grid.rows[0]) if grid.rows else 0
