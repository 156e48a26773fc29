"""Plain text → sections, by what Korean writers mark with: 제1장, 1.1, 가., ①, □ ○ -, ※, underlines, tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from datagen.documents import Block, Item, Items, Line, Section, Table
from datagen.readers.notes import as_note
from datagen.readers.outline import Sections
from datagen.readers.text_rows import ARTICLE, BULLETS, LEVELS, Row, heading_keys, is_short, read_rows

# Headings that their number alone shows, and how deep they stand.
_PARTS = (
    (1, re.compile(r"제\s*\d+\s*편(?:\s+|$)")),
    (2, re.compile(r"제\s*\d+\s*장(?:\s+|$)")),
    (2, re.compile(r"(?:[Ⅰ-Ⅻ]\.?|[IVX]{1,4}\.)\s+")),
    (3, re.compile(r"제\s*\d+\s*절(?:\s+|$)")),
    (4, re.compile(r"제\s*\d+\s*관(?:\s+|$)")),
    (5, re.compile(r"제\s*\d+\s*조(?:의\s*\d+)?(?:\s+|$)")),
)
_ALONE_LEVEL = 12  # of a line that stands alone, below all others
_RULE = re.compile(r"[=\-_*~─━═—]{3,}|[+|│┃\-=├┼┤┌┬┐└┴┘─━]{3,}")
_BOX = re.compile(r"[|│┃]")
_FIELD = re.compile(r"[^:：.!?]{1,20}\s*[:：](?!//)\s*\S")
_FRAMED = re.compile(r"[\[【<〈《「](?P<inside>[^\[\]【】<>〈〉《》「」]+)[\]】>〉》」]")
_WRAPPED_CHARS = 25  # a row so long may break off for want of room
_DEPTH = 20  # lists inside one another


@dataclass(slots=True)
class _Entry:
    """An entry being read: the span of its text, and what stands below it."""

    start: int
    end: int
    blocks: list[Block | _Open] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A list being read."""

    key: str
    indent: int
    is_ordered: bool
    entries: list[_Entry] = field(default_factory=list)


def read_text(text: str) -> tuple[Section, ...]:
    """The sections of a plain text in normal form.

    Every syllable stands in exactly one line, or in the mark of an entry or heading (가., 제1조).
    """
    rows = read_rows(text)
    reading = _Reading(text, rows)
    at = 0
    while at < len(rows):
        at = reading.read(at)
    return reading.sections()


class _Reading:
    """Where the reading stands: the headings above, the blocks of the open section, the lists still open."""

    def __init__(self, text: str, rows: Sequence[Row]) -> None:
        self._text, self._rows, self._heading_keys = text, rows, heading_keys(text, rows)
        self._sections = Sections()
        self._has_headings = False
        self._blocks: list[Block | _Open] = []
        self._lists: list[_Open] = []
        self._last_heading = -1

    def read(self, at: int) -> int:
        """Read what begins at row `at`; gives the row to go on with."""
        row = self._rows[at]
        if self._is_rule(at):
            return at + 1
        if table := self._table(at):
            self._lists = []
            self._blocks.append(table[0])
            return table[1]
        if heading := self._heading(at):
            self._open_section(*heading)
            self._last_heading = at
            return at + (2 if self._is_underlined(at) else 1)
        if row.kind:
            self._add_entry(row)
            return at + 1
        if self._continues(at):
            self._lists[-1].entries[-1].end = row.end
            return at + 1
        return self._prose(at)

    def sections(self) -> tuple[Section, ...]:
        """All that was read."""
        self._close()
        return self._sections.closed()

    def _close(self) -> None:
        self._sections.add(*(_closed(self._text, block) for block in self._blocks))
        self._blocks, self._lists = [], []

    def _open_section(self, level: int, line: Line) -> None:
        self._close()
        self._sections.heading(level, line)
        self._has_headings = True

    def _is_rule(self, at: int) -> bool:
        return at < len(self._rows) and bool(_RULE.fullmatch(self._text, self._rows[at].start, self._rows[at].end))

    def _is_underlined(self, at: int) -> bool:
        return self._is_rule(at + 1) and not self._rows[at + 1].after_blank

    def _heading(self, at: int) -> tuple[int, Line] | None:
        """The level and text of the heading that a row is, None where it is none."""
        row, text = self._rows[at], self._text
        if row.kind == "article" and (article := ARTICLE.match(text, row.start)):
            return _PARTS[-1][0], _line(text, *article.span("title"))
        if not is_short(text, row):
            return None
        for level, pattern in _PARTS:
            if found := pattern.match(text, row.start, row.end):
                return level, _line(text, found.end() if found.end() < row.end else row.start, row.end)
        if row.kind in ("decimal", "number", "letter") or row.key in LEVELS:
            if row.key not in self._heading_keys or not self._opens(at):
                return None
            return LEVELS[row.key] + text.count(".", row.start, row.mark) - (row.kind == "number"), _line(
                text, row.mark, row.end
            )
        if row.kind or text[row.start] == "※" or not (self._is_underlined(at) or self._is_alone(at)):
            return None
        framed = _FRAMED.fullmatch(text, row.start, row.end)
        line = _line(text, *(framed.span("inside") if framed else (row.start, row.end)))
        return (_ALONE_LEVEL if self._has_headings else 1), line

    def _opens(self, at: int) -> bool:
        """Whether a row stands below an empty line, or right below a heading of another kind."""
        row = self._rows[at]
        return row.after_blank or (self._last_heading == at - 1 and self._rows[at - 1].key != row.key)

    def _is_alone(self, at: int) -> bool:
        """Whether empty lines (or rules) stand above and below a row that names no field."""
        row = self._rows[at]
        is_last = at + 1 == len(self._rows) or self._rows[at + 1].after_blank or self._is_rule(at + 1)
        is_first = row.after_blank or self._is_rule(at - 1)
        return is_first and is_last and not _FIELD.match(self._text, row.start, row.end) and not self._is_below(row)

    def _is_below(self, row: Row) -> bool:
        """Whether a row is set in below an open list's marks."""
        return bool(self._lists) and row.indent > self._lists[-1].indent

    def _add_entry(self, row: Row) -> None:
        """Open an entry: of the open list with its mark, of a new list below the last entry, or of a new list."""
        lists = self._lists
        like = [at for at, one in enumerate(lists) if one.key == row.key and row.indent <= one.indent + 1]
        beside = [at for at in like if abs(lists[at].indent - row.indent) <= 1]
        if beside or like:
            del lists[(beside or like)[-1] + 1 :]
        else:
            while lists and (row.indent < lists[-1].indent - 1 or (row.after_blank and row.indent <= lists[-1].indent)):
                lists.pop()
            if lists and row.indent <= lists[-1].indent and lists[-1].key == "-" and row.kind not in BULLETS:
                lists.pop()  # numbers do not stand below a dash that is not left of them
            if len(lists) < _DEPTH:
                opened = _Open(row.key, row.indent, row.kind not in BULLETS)
                (lists[-1].entries[-1].blocks if lists else self._blocks).append(opened)
                lists.append(opened)
        lists[-1].entries.append(_Entry(row.mark, row.end))

    def _continues(self, at: int) -> bool:
        """Whether a row goes on with the last entry's text: set in below it, or the row above broke off."""
        row = self._rows[at]
        if not self._lists or row.after_blank or self._text[row.start] == "※" or self._lists[-1].entries[-1].blocks:
            return False
        above = self._rows[at - 1]
        is_broken = above.end - above.start >= _WRAPPED_CHARS and self._text[above.end - 1] not in ".!?:"
        return self._is_below(row) or is_broken

    def _prose(self, at: int) -> int:
        """Read a paragraph, a note, or rows that all name a field; below the last entry where they are set in."""
        end = at + 1
        while end < len(self._rows) and self._goes_on(end):
            end += 1
        rows = self._rows[at:end]
        is_note = self._text[rows[0].start] == "※"
        is_below = bool(self._lists) and (self._is_below(rows[0]) or (is_note and not rows[0].after_blank))
        if not is_below:
            self._lists = []
        blocks = self._lists[-1].entries[-1].blocks if is_below else self._blocks
        if len(rows) > 1 and all(_FIELD.match(self._text, row.start, row.end) for row in rows):
            blocks.append(Items(tuple(Item(_line(self._text, row.start, row.end)) for row in rows), is_ordered=False))
        else:
            blocks.append(as_note(_line(self._text, rows[0].start, rows[-1].end)))
        return end

    def _goes_on(self, at: int) -> bool:
        """Whether a row belongs to the paragraph above it."""
        row = self._rows[at]
        if row.after_blank or row.kind or self._text[row.start] == "※" or self._is_rule(at):
            return False
        return self._heading(at) is None and self._table(at) is None

    def _table(self, at: int) -> tuple[Table, int] | None:
        """A table of rows with as many columns, set apart by tabs or boxes, and the row after it."""
        end, found = at, list[list[Line]]()
        while end < len(self._rows):
            if end > at and self._rows[end].after_blank:
                break
            cells = _cells(self._text, self._rows[end])
            if len(cells) < 2 or (found and len(cells) != len(found[0])):
                if not (found and self._is_rule(end)):
                    break
            else:
                found.append([_line(self._text, *cell) for cell in cells])
            end += 1
        if len(found) < 2 or self._is_rule(at):
            return None
        return Table(tuple(found[0]), tuple(map(tuple, found[1:]))), end


def _cells(text: str, row: Row) -> list[tuple[int, int]]:
    """The spans of a row's cells; one where nothing sets it apart."""
    if _RULE.fullmatch(text, row.start, row.end):
        return []
    separator = re.compile("\t") if "\t" in text[row.start : row.end] else _BOX
    found = list(separator.finditer(text, row.start, row.end))
    edges = [row.start, *(edge for one in found for edge in one.span()), row.end]
    cells = list(zip(edges[::2], edges[1::2], strict=True))
    if separator is _BOX and len(cells) > 2:
        cells = cells[cells[0][0] == cells[0][1] : len(cells) - (cells[-1][0] == cells[-1][1])]
    return cells


def _closed(text: str, block: Block | _Open) -> Block:
    """A block as the tree holds it."""
    if not isinstance(block, _Open):
        return block
    items = (
        Item(_line(text, entry.start, entry.end), tuple(_closed(text, below) for below in entry.blocks))
        for entry in block.entries
    )
    return Items(tuple(items), block.is_ordered)


def _line(text: str, start: int, end: int) -> Line:
    """`text[start:end]`, each run of white space read as one space."""
    chars: list[str] = []
    offsets: list[int] = []
    for offset in range(start, end):
        char = text[offset]
        if not char.isspace():
            chars.append(char)
        elif chars and chars[-1] != " ":
            chars.append(" ")
        else:
            continue
        offsets.append(offset)
    return Line("".join(chars), tuple(offsets)).part(0, len(chars))
