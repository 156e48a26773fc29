"""Plain text → sections, by what Korean writers mark with: 제1장, 1.1, 가., ①, □ ○ -, ※, underlines, tabs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from datagen.documents import Block, Item, Items, Line, Section, Table
from datagen.readers.notes import as_note
from datagen.readers.outline import Sections
from datagen.readers.text_columns import spaced_columns
from datagen.readers.text_rows import (
    ARTICLE,
    BULLETS,
    LEVELS,
    Row,
    heading_keys,
    is_broken_off,
    is_label,
    is_short,
    read_rows,
)

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
_SENTENCE = re.compile(r"[.!?。]$")
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
    reading = _Reading(text, rows, _line, heading_keys(text, rows))
    at = 0
    while at < len(rows):
        at = reading.read(at)
    return reading.sections()


def read_entries(text: str, start: int, end: int, line: Callable[[str, int, int], Line]) -> tuple[Block, ...]:
    """The lists, notes and prose of `text[start:end]`, which holds no headings; `line` makes a line of a span of it."""
    rows = [row for row in read_rows(text, start, end) if row.mark < row.end]
    reading = _Reading(text, rows, line, frozenset())
    at = 0
    while at < len(rows):
        at = reading.entries(at)
    return tuple(block for section in reading.sections() for block in section.blocks)


class _Reading:
    """Where the reading stands: the headings above, the blocks of the open section, the lists still open."""

    def __init__(
        self, text: str, rows: Sequence[Row], line: Callable[[str, int, int], Line], keys: frozenset[str]
    ) -> None:
        self._text, self._rows, self._line, self._heading_keys = text, rows, line, keys
        self._sections = Sections()
        self._has_headings = False
        self._blocks: list[Block | _Open] = []
        self._lists: list[_Open] = []
        self._last_heading = -1
        self._last_number: tuple[int, ...] = ()  # of the last decimal heading

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
            if row.kind == "decimal":
                self._last_number = _number(self._text, row)
            return at + (2 if self._is_underlined(at) else 1)
        return self.entries(at)

    def entries(self, at: int) -> int:
        """Read an entry, what goes on with one, or prose; gives the row to go on with."""
        row = self._rows[at]
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
        self._sections.add(*(_closed(self._text, block, self._line) for block in self._blocks))
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
            return _PARTS[-1][0], self._line(text, *article.span("title"))
        if not is_short(text, row):
            return None
        for level, pattern in _PARTS:
            if found := pattern.match(text, row.start, row.end):
                return level, self._line(text, found.end() if found.end() < row.end else row.start, row.end)
        if row.kind in ("decimal", "number", "letter") or row.key in LEVELS:
            if row.key not in self._heading_keys or not self._opens(at):
                return None
            return LEVELS[row.key] + text.count(".", row.start, row.mark) - (row.kind == "number"), _line(
                text, row.mark, row.end
            )
        is_own = self._is_underlined(at) or self._is_alone(at) or self._is_title(at)
        if row.kind or text[row.start] == "※" or not is_own:
            return None
        framed = _FRAMED.fullmatch(text, row.start, row.end)
        line = self._line(text, *(framed.span("inside") if framed else (row.start, row.end)))
        return (_ALONE_LEVEL if self._has_headings else 1), line

    def _opens(self, at: int) -> bool:
        """Whether a row stands below an empty line or right below another kind of heading, or counts on: 6.1, 6.2."""
        row, last = self._rows[at], self._last_number
        if row.after_blank or (self._last_heading == at - 1 and self._rows[at - 1].key != row.key):
            return True
        if row.kind != "decimal" or not last:
            return False
        *above, number = _number(self._text, row)
        return number == 1 or (len(above) < len(last) and (*above, number - 1) == last[: len(above) + 1])

    def _is_title(self, at: int) -> bool:
        """Whether the text's first row is its title though others follow at once: 작성부서 …, 시행일 …, 1. 개요."""
        row, rows = self._rows[at], self._rows
        if at or len(rows) < 2 or _FIELD.match(self._text, row.start, row.end) or not is_label(self._text, row):
            return False
        below = rows[1]
        return bool(below.kind) or is_broken_off(self._text, row, below) or is_short(self._text, below)

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
        if self._is_explained(at):
            return False
        is_broken = above.end - above.start >= _WRAPPED_CHARS and self._text[above.end - 1] not in ".!?:"
        return self._is_below(row) or is_broken

    def _is_explained(self, at: int) -> bool:
        """Whether sentences set in below a term begin here: 가. 정기 실사, and below it what that is."""
        row, above = self._rows[at], self._rows[at - 1]
        if not (above.kind and self._is_below(row) and is_label(self._text, above)):
            return False
        end = at + 1
        while end < len(self._rows) and self._goes_on(end) and self._is_below(self._rows[end]):
            end += 1
        is_sentence = _SENTENCE.search(self._text, row.start, self._rows[end - 1].end)
        return is_sentence is not None and is_broken_off(self._text, above, row)

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
            blocks.append(
                Items(tuple(Item(self._line(self._text, row.start, row.end)) for row in rows), is_ordered=False)
            )
        else:
            blocks.append(as_note(self._line(self._text, rows[0].start, rows[-1].end)))
        return end

    def _goes_on(self, at: int) -> bool:
        """Whether a row belongs to the paragraph above it."""
        row = self._rows[at]
        if row.after_blank or row.kind or self._text[row.start] == "※" or self._is_rule(at):
            return False
        return self._heading(at) is None and self._table(at) is None

    def _table(self, at: int) -> tuple[Table, int] | None:
        """A table of rows with as many columns, set apart by tabs, boxes or aligned spaces, and the row after it."""
        is_below_title = at == 1 and self._last_heading == 0 and not self._rows[at].after_blank  # fields, no table
        if not is_below_title and (spaced := spaced_columns(self._text, self._rows, at)):
            header, *body = ([self._line(self._text, *cell) for cell in cells] for cells in spaced)
            return Table(tuple(header), tuple(map(tuple, body))), at + len(spaced)
        end, found = at, list[list[Line]]()
        while end < len(self._rows):
            if end > at and self._rows[end].after_blank:
                break
            cells = _cells(self._text, self._rows[end])
            if len(cells) < 2 or (found and len(cells) != len(found[0])):
                if not (found and self._is_rule(end)):
                    break
            else:
                found.append([self._line(self._text, *cell) for cell in cells])
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


def _number(text: str, row: Row) -> tuple[int, ...]:
    """The numbers of a decimal mark: 6.2 → (6, 2)."""
    return tuple(map(int, text[row.start : row.mark].strip().rstrip(".").split(".")))


def _closed(text: str, block: Block | _Open, line: Callable[[str, int, int], Line]) -> Block:
    """A block as the tree holds it."""
    if not isinstance(block, _Open):
        return block
    items = (
        Item(line(text, entry.start, entry.end), tuple(_closed(text, below, line) for below in entry.blocks))
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
