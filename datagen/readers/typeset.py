"""Paragraphs that carry only how they look (size, weight, indent, a mark) → headings, lists, notes and prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from datagen.documents import Block, Item, Items, Line, Paragraph
from datagen.readers.grid import Cell, as_table
from datagen.readers.notes import as_note
from datagen.readers.outline import Outline, Piece

_HEADING_CHARS = 60
_LARGER = 1.1  # times the size of the body
_MOST_LEVELS = 6
# A list's mark: its kind, how it looks, whether it counts.
_MARKS = (
    ("1.", re.compile(r"(?P<count>\d{1,2})\.\s*(?=[^\d\s.])"), True),  # 1. 송장을 찾는다; not 3. 5. (a date)
    ("1)", re.compile(r"(?P<count>\d{1,2})\)\s*(?=\S)"), True),  # 1) 수량을 센다
    ("(1)", re.compile(r"\((?P<count>\d{1,2})\)\s*(?=\S)"), True),  # (1) 표를 붙인다
    ("①", re.compile(r"(?P<count>[①-⑳])\s*(?=\S)"), True),  # ① 저장한다
    ("가.", re.compile(r"(?P<count>[가나다라마바사아자차카타파하])\.\s+(?=\S)"), True),  # 가. 목적
    ("가)", re.compile(r"(?P<count>[가나다라마바사아자차카타파하])\)\s*(?=\S)"), True),  # 가) 대상
    ("a.", re.compile(r"(?P<count>[a-z])[.)]\s+(?=\S)"), True),  # a. 상자를 연다
    *((mark, re.compile(rf"[{mark}]\s*(?=\S)"), False) for mark in "□■○●◦◇◆▪▫▶▷◉•∙·❍✓➢"),  # ○ 젖은 물품
    ("-", re.compile(r"[-–—‒]\s+(?=\S)"), False),  # - 찢어진 물품
    ("*", re.compile(r"\*\s+(?=\S)"), False),
)  # fmt: skip
_SYLLABLES = "가나다라마바사아자차카타파하"
_CHAPTER = re.compile(r"(?:제\s*\d+\s*[편장절조관항]|\d+(?:\.\d+)+\.?|\d{1,2}\.|[IVX]+\.)\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.:;,!]$|[다요오까죠음함][.!] ")  # 무엇을 검수하나요? may head; 검수합니다. may not


@dataclass(frozen=True, slots=True)
class Looks:
    """A paragraph as it is set: its pieces, its size and indent in points, whether all of it is bold.

    `level` is its heading level where the source says so (1 is the highest), 0 for body by its own word, None where
    only the looks can tell; `item` says that the source makes it a list's item, counted (True) or not (False).
    """

    pieces: tuple[Piece, ...]
    size: float
    indent: float = 0.0
    is_bold: bool = False
    level: int | None = None
    item: bool | None = None

    @property
    def text(self) -> str:
        """The pieces as one text."""
        return "".join(text for text, _ in self.pieces).strip()


@dataclass(frozen=True, slots=True)
class Place:
    """A table's cell: its pieces, the rows and columns it covers, whether it is marked as header, how many blocks."""

    pieces: tuple[Piece, ...]
    row_span: int = 1
    col_span: int = 1
    is_header: bool = False
    blocks: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's rows, each cell where it begins, and how far the table is set in, points."""

    rows: tuple[tuple[Place, ...], ...]
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """A paragraph's list mark: its kind, the number it counts (None where it does not), and how long it is."""

    kind: str
    count: int | None
    length: int


@dataclass(slots=True)
class _List:
    """A list that is open: the kind and indent of its marks, its items so far, each with the blocks below it."""

    kind: str
    indent: float
    count: int | None
    items: list[tuple[Line, list[Block]]] = field(default_factory=list)

    def closed(self) -> Items:
        return Items(tuple(Item(line, tuple(blocks)) for line, blocks in self.items), self.count is not None)


def mark_of(text: str) -> tuple[str, int | None, int] | None:
    """A text's list mark: kind, number (None for a bullet) and length; None where it has none."""
    for kind, pattern, counts in _MARKS:
        if found := pattern.match(text):
            return kind, _count(found["count"]) if counts else None, found.end()
    return None


def _count(mark: str) -> int:
    if mark.isascii():
        return int(mark) if mark.isdigit() else ord(mark) - ord("a") + 1
    return _SYLLABLES.index(mark) + 1 if mark in _SYLLABLES else ord(mark) - ord("①") + 1


def typeset(outline: Outline, flow: Sequence[Looks | Grid]) -> None:
    """Write paragraphs and tables, in reading order: headings by their looks, lists by their marks."""
    paragraphs = [looks for looks in flow if isinstance(looks, Looks)]
    body = _body(paragraphs)
    levels = _levels(paragraphs, body)
    writer = _Writer(outline)
    for part in flow:
        if isinstance(part, Looks):
            guessed = levels.get(_style(part), 0) if _heads(part, *body) else 0
            writer.paragraph(part, guessed if part.level is None else part.level)
        else:
            writer.table(part)
    writer.close()


def _written(outline: Outline, grid: Grid) -> tuple[Block, ...]:
    """A table's cells, row by row: the table; where it is none, its cells as paragraphs, with a remark."""
    outline.gap()
    rows = [
        [
            Cell(
                outline.line(place.pieces, end="\n" if place is row[-1] else "\t"),
                place.row_span, place.col_span, place.is_header, place.blocks,
            )
            for place in row
        ]
        for row in grid.rows
    ]  # fmt: skip
    table, remarks = as_table(rows)
    outline.remark(*remarks)
    if table is not None:
        return (table,)
    return tuple(Paragraph(cell.line) for row in rows for cell in row if cell.line.text)


class _Writer:
    """Writes paragraphs one by one and keeps the lists that are open."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[_List] = []

    def paragraph(self, looks: Looks, level: int) -> None:
        """Write one paragraph: a heading where `level` says so, else an item, a note or prose."""
        text = looks.text
        if not text:
            return
        if level:
            self.close()
            self._outline.gap()
            line = self._outline.line(looks.pieces)
            self._outline.heading(min(level, _MOST_LEVELS), line.part(_numbering(line.text), len(line.text)))
            return
        found = mark_of(text)
        if looks.item is not None and (found is None or (found[1] is not None) != looks.item):
            # A mark that is drawn, or that we do not know: its kind is what the source says.
            self._item(looks, _Mark("counted" if looks.item else "bullet", 0 if looks.item else None, 0))
        elif found is not None:
            self._item(looks, _Mark(*found))
        else:
            self._outline.gap()
            self._below(looks.indent - looks.size / 2, as_note(self._outline.line(looks.pieces)))

    def table(self, grid: Grid) -> None:
        """Write a table, below the item that it is set in with."""
        self._below(grid.indent, *_written(self._outline, grid))

    def close(self) -> None:
        """End every open list."""
        self._pop(0)

    def _item(self, looks: Looks, mark: _Mark) -> None:
        slack = looks.size / 2
        while self._open and self._open[-1].indent > looks.indent + slack:
            self._pop(len(self._open) - 1)
        depth = next((at for at in reversed(range(len(self._open))) if self._open[at].kind == mark.kind
                      and abs(self._open[at].indent - looks.indent) <= slack), None)  # fmt: skip
        if depth is not None:
            known = self._open[depth]
            goes_on = not mark.count or known.count is None or mark.count > known.count
            self._pop(depth + 1 if goes_on else depth)
        if not self._open:
            self._outline.gap()
        if depth is None or depth == len(self._open):
            self._open.append(_List(mark.kind, looks.indent, mark.count))
        line = self._outline.line(looks.pieces)
        self._open[-1].count = mark.count
        self._open[-1].items.append((line.part(mark.length, len(line.text)), []))

    def _below(self, indent: float, *blocks: Block) -> None:
        """What is set deeper than an item's mark belongs to the item; anything else ends the list."""
        while self._open and indent <= self._open[-1].indent:
            self._pop(len(self._open) - 1)
        if self._open:
            self._open[-1].items[-1][1].extend(blocks)
        else:
            self._outline.add(*blocks)

    def _pop(self, depth: int) -> None:
        """Close the lists from `depth` on; each goes below the last item of the list that holds it."""
        while len(self._open) > depth:
            closed = self._open.pop().closed()
            if self._open:
                self._open[-1].items[-1][1].append(closed)
            else:
                self._outline.add(closed)


def _style(looks: Looks) -> tuple[float, bool]:
    return round(looks.size * 2) / 2, looks.is_bold


def may_head(text: str) -> bool:
    """Whether a text is short enough for a heading and is no sentence."""
    return 0 < len(text) <= _HEADING_CHARS and not _SENTENCE_END.search(text)


def _numbering(heading: str) -> int:
    """How many characters of a heading number it: 제2장, 2.1, □."""
    if chapter := _CHAPTER.match(heading):
        return chapter.end()
    mark = mark_of(heading)
    return mark[2] if mark else 0


def _body(paragraphs: Sequence[Looks]) -> tuple[float, bool]:
    """The style that most of the text is set in."""
    chars = Counter[tuple[float, bool]]()
    for looks in paragraphs:
        chars[_style(looks)] += len(looks.text)
    return max(chars, key=lambda style: (chars[style], style), default=(0.0, False))


def _levels(paragraphs: Sequence[Looks], body: tuple[float, bool]) -> dict[tuple[float, bool], int]:
    """The heading level of each style that sets headings: larger than the body, or bold; short; no sentence.

    Where the source names the level of some headings, their styles have that level and the others fall in between.
    """
    named: dict[tuple[float, bool], int] = {}
    chars, whole = Counter[tuple[float, bool]](), 0
    for looks in paragraphs:
        whole += len(looks.text)
        chars[_style(looks)] += len(looks.text)
        if looks.level:
            named.setdefault(_style(looks), looks.level)
    heads = {_style(looks) for looks in paragraphs if looks.level is None and _heads(looks, *body)}
    # Where more than a third of all text is set so, it is no heading's style.
    heads = {style for style in heads if chars[style] * 3 <= whole}
    levels: dict[tuple[float, bool], int] = {}
    level = 0
    for style in sorted(heads | set(named), reverse=True):
        level = levels[style] = named.get(style, level + 1)
    return levels


def _heads(looks: Looks, body: float, body_is_bold: bool) -> bool:
    size, is_bold = _style(looks)
    text = looks.text
    if size >= body * _LARGER:
        return 0 < len(text) <= _HEADING_CHARS
    mark = mark_of(text)
    is_set_apart = is_bold and not body_is_bold and size >= body - 0.5
    return is_set_apart and may_head(text) and (mark is None or mark[1] is not None)
