"""Plain text → sections, by what Korean writers mark with: 제1장, 1.1, 가., ①, □ ○ -, ※, underlines, tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from datagen.documents import Block, Item, Items, Line, Section, Table
from datagen.readers.notes import as_note

_LETTERS = "가나다라마바사아자차카타파하"
# What opens an entry of a list, by kind: 1.1 · 1. · 1) · (1) · ① · 가. · 가) · (가) · a. · □ ○ · -
_MARK = re.compile(
    r"(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+(?=[가-힣A-Za-z(])|(?P<number>\d{1,2}\.)(?!\d)\s*"
    r"|(?P<paren>\d{1,2}\))\s*|(?P<parens>\(\d{1,2}\))\s*|(?P<circle>[①-⑳])\s*"
    rf"|(?P<letter>[{_LETTERS}]\.)\s+|(?P<letter_paren>[{_LETTERS}]\))\s*|(?P<letter_parens>\([{_LETTERS}]\))\s*"
    r"|(?P<latin>[a-z][.)])\s+|(?P<sign>[□■○●◦◯◎◇◆▷▶▪▫•·ㆍ∙‣❍❏☐])\s*|(?P<dash>[-*+–—oㅇ])\s+"
)
_BULLETS = frozenset({"sign", "dash"})
# Headings that their number alone shows, and how deep they stand.
_PARTS = (
    (1, re.compile(r"제\s*\d+\s*편(?:\s+|$)")),
    (2, re.compile(r"제\s*\d+\s*장(?:\s+|$)")),
    (2, re.compile(r"(?:[Ⅰ-Ⅻ]\.?|[IVX]{1,4}\.)\s+")),
    (3, re.compile(r"제\s*\d+\s*절(?:\s+|$)")),
    (4, re.compile(r"제\s*\d+\s*관(?:\s+|$)")),
    (5, re.compile(r"제\s*\d+\s*조(?:의\s*\d+)?(?:\s+|$)")),
)
_ARTICLE = re.compile(r"제\s*\d+\s*조(?:의\s*\d+)?\s*[(\[【](?P<title>[^)\]】\n]{1,40})[)\]】][ \t]*")
# Below these: 1. 개요 · 1.1 목적 · 가. 범위 · □ 배경, and a line that stands alone.
_LEVELS = {"number": 6, "□": 6, "■": 6, "decimal": 7, "letter": 11}
_ALONE_LEVEL = 12
_RULE = re.compile(r"[=\-_*~─━═—]{3,}|[+|│┃\-=├┼┤┌┬┐└┴┘─━]{3,}")
_BOX = re.compile(r"[|│┃]")
_FIELD = re.compile(r"[^:：.!?]{1,20}\s*[:：](?!//)\s*\S")
_FRAMED = re.compile(r"[\[【<〈《「](?P<inside>[^\[\]【】<>〈〉《》「」]+)[\]】>〉》」]")
_ENDED = re.compile(r"(?:[.!?:：,;。]|다|[세어아해여워와돼봐줘져려에예지네나까데죠]요)$")
_HEADING_CHARS = 40
_WRAPPED_CHARS = 25  # a row so long may break off for want of room
_DEPTH = 20  # lists inside one another


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the text without the white space around it; `mark` is where its text begins after a list's mark.

    `kind` names the mark, "article" for 제1조(목적), "" for none; `key` is the sign itself where the mark is a bullet.
    """

    start: int
    end: int
    indent: int
    after_blank: bool
    kind: str
    key: str
    mark: int


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
    rows = _rows(text)
    reading = _Reading(text, rows, _heading_keys(text, rows))
    at = 0
    while at < len(rows):
        at = reading.read(at)
    return reading.sections()


class _Reading:
    """Where the reading stands: the headings above, the blocks of the open section, the lists still open."""

    def __init__(self, text: str, rows: Sequence[_Row], heading_keys: frozenset[str]) -> None:
        self._text, self._rows, self._heading_keys = text, rows, heading_keys
        self._path: list[tuple[int, Line]] = []
        self._blocks: list[Block | _Open] = []
        self._sections: list[Section] = []
        self._lists: list[_Open] = []
        self._last_heading = -1
        self._is_named = False  # whether a section bears the last heading

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
        return tuple(self._sections)

    def _close(self, level: int = 0) -> None:
        """End the open section; one without text is kept where no heading below it will name it."""
        self._lists = []
        is_bare = bool(self._path) and self._path[-1][0] >= level and not self._is_named
        if self._blocks or is_bare:
            blocks = tuple(_closed(self._text, block) for block in self._blocks)
            self._sections.append(Section(tuple(line for _, line in self._path), blocks))
            self._blocks, self._is_named = [], True

    def _open_section(self, level: int, line: Line) -> None:
        self._close(level)
        self._is_named = False
        self._path = [(above, other) for above, other in self._path if above < level]
        self._path.append((level, line))

    def _is_rule(self, at: int) -> bool:
        return at < len(self._rows) and bool(_RULE.fullmatch(self._text, self._rows[at].start, self._rows[at].end))

    def _is_underlined(self, at: int) -> bool:
        return self._is_rule(at + 1) and not self._rows[at + 1].after_blank

    def _heading(self, at: int) -> tuple[int, Line] | None:
        """The level and text of the heading that a row is, None where it is none."""
        row, text = self._rows[at], self._text
        if row.kind == "article" and (article := _ARTICLE.match(text, row.start)):
            return _PARTS[-1][0], _line(text, *article.span("title"))
        if not _is_short(text, row):
            return None
        for level, pattern in _PARTS:
            if found := pattern.match(text, row.start, row.end):
                return level, _line(text, found.end() if found.end() < row.end else row.start, row.end)
        if row.kind in ("decimal", "number", "letter") or row.key in _LEVELS:
            if row.key not in self._heading_keys or not self._opens(at):
                return None
            return _LEVELS[row.key] + text.count(".", row.start, row.mark) - (row.kind == "number"), _line(
                text, row.mark, row.end
            )
        if row.kind or text[row.start] == "※" or not (self._is_underlined(at) or self._is_alone(at)):
            return None
        framed = _FRAMED.fullmatch(text, row.start, row.end)
        line = _line(text, *(framed.span("inside") if framed else (row.start, row.end)))
        return (_ALONE_LEVEL if self._path else 1), line

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

    def _is_below(self, row: _Row) -> bool:
        """Whether a row is set in below an open list's marks."""
        return bool(self._lists) and row.indent > self._lists[-1].indent

    def _add_entry(self, row: _Row) -> None:
        """Open an entry: of the open list with its mark, of a new list below the last entry, or of a new list."""
        lists = self._lists
        like = [at for at, one in enumerate(lists) if one.key == row.key and row.indent <= one.indent + 1]
        beside = [at for at in like if abs(lists[at].indent - row.indent) <= 1]
        if beside or like:
            del lists[(beside or like)[-1] + 1 :]
        else:
            while lists and (row.indent < lists[-1].indent - 1 or (row.after_blank and row.indent <= lists[-1].indent)):
                lists.pop()
            if lists and row.indent <= lists[-1].indent and lists[-1].key == "-" and row.kind not in _BULLETS:
                lists.pop()  # numbers do not stand below a dash that is not left of them
            if len(lists) < _DEPTH:
                opened = _Open(row.key, row.indent, row.kind not in _BULLETS)
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


def _rows(text: str) -> list[_Row]:
    """The rows that hold text; the body of an article (제1조(목적) 이 규정은 …) is a row of its own."""
    rows: list[_Row] = []
    letters: dict[str, int] = {}  # 다. opens an entry only after 나.; else it is the end of a wrapped sentence
    after_blank = True
    for found in re.finditer(r"[^\n]*\n|[^\n]+", text):
        start, end = found.start(), found.start() + len(found[0].rstrip())
        while start < end and text[start].isspace():
            start += 1
        if start >= end:
            after_blank = True
            continue
        indent = sum(4 if char == "\t" else 2 if char == "\u3000" else 1 for char in text[found.start() : start])
        if article := _ARTICLE.match(text, start, end):
            rows.append(_Row(start, article.end(), indent, after_blank, "article", "article", start))
            start, after_blank = article.end(), True
            if start >= end:
                continue
        rows.append(_row(text, start, end, indent, rows, letters, after_blank=after_blank))
        after_blank = False
    return rows


def _row(
    text: str, start: int, end: int, indent: int, above: Sequence[_Row], letters: dict[str, int], *, after_blank: bool
) -> _Row:
    found = _MARK.match(text, start, end)
    kind = found.lastgroup or "" if found else ""
    if found and kind.startswith("letter"):
        at = next(index for index, letter in enumerate(_LETTERS) if letter in found[kind])
        if at not in (0, letters.get(kind, 0) + 1):
            kind = ""
        else:
            letters[kind] = at
    elif kind == "decimal" and not after_blank and above[-1].kind != "decimal":
        # 3.5 톤 at the start of a wrapped row
        kind = "decimal" if text[above[-1].end - 1] in ".!?" or _is_short(text, above[-1]) else ""
    if not found or not kind:
        return _Row(start, end, indent, after_blank, "", "", start)
    key = found[kind] if kind in _BULLETS else kind
    return _Row(start, end, indent, after_blank, kind, key, min(found.end(), end))


def _heading_keys(text: str, rows: Sequence[_Row]) -> frozenset[str]:
    """The marks (1., 가., □) that open headings here: short rows without a sentence's end, above something else."""
    keys = {"decimal": [True]}
    for row, below in pairwise([*rows, None]):
        if row is not None and row.key in _LEVELS and row.kind != "decimal":
            is_above = below is not None and below.key != row.key
            keys.setdefault(row.key, []).append(_is_short(text, row) and row.after_blank and is_above)
    return frozenset(key for key, found in keys.items() if sum(found) * 2 >= len(found))


def _is_short(text: str, row: _Row) -> bool:
    """Whether a row may be a heading by its length and end."""
    return row.end - row.mark <= _HEADING_CHARS and row.mark < row.end and not _ENDED.search(text[row.mark : row.end])


def _cells(text: str, row: _Row) -> list[tuple[int, int]]:
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
