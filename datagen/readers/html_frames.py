"""An open element of a page that holds blocks, and the notes, items and cells that it becomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from datagen.documents import Block, Item, Items, Line, MarkKind, Note, Paragraph, Table, block_lines, every_block
from datagen.readers.grid import LAYOUT_BLOCKS, Cell, join
from datagen.readers.html_runs import Run
from datagen.readers.html_tokens import Tag
from datagen.readers.notes import NOTES, as_note
from datagen.readers.outline import EMPTY

_BOXES = frozenset("admonition alert callout box panel message block admonitionblock bs md custom".split())
_WORD = re.compile(r"[a-z]+")
_SPAN = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a cell, which becomes a section if the table turns out to be page layout."""

    level: int
    line: Line


Piece = Block | Heading


@dataclass(slots=True)
class Frame:
    """An open element that holds blocks: what it has gathered, and the tags that were open before it."""

    tag: str
    number: int
    opened: Counter[str]
    marks: Counter[MarkKind]
    note: Note | None = None
    pieces: list[Piece] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)  # of a list
    term: tuple[Run, ...] = ()  # of a dl: the dt that waits for its dd
    rows: list[list[tuple[Cell, tuple[Piece, ...]]]] = field(default_factory=list)  # of a table
    is_head: bool = False  # of a table: whether its rows now stand in thead; of a cell: whether it is one of a header
    cell: Mapping[str, str] = field(default_factory=dict)  # of a cell: its attributes


def note_of(tag: Tag) -> Note | None:
    """What kind of note an element is, by its class or role; None where it is none."""
    if tag.name in ("blockquote", "aside"):
        found: Note | None = Note.NOTE
    else:
        found = None
    for label in tag.attributes.get("class", "").lower().split():
        words = _WORD.findall(label)
        kinds = [NOTES[word] for word in words if word in NOTES]
        if kinds and (len(words) == 1 or _BOXES & set(words)):
            alone = len(words) > 1 or label != "info" or _BOXES & set(tag.attributes["class"].lower().split())
            found = kinds[0] if alone else found
    return found


def noted(frame: Frame) -> Iterator[Piece]:
    """The pieces of a note, its label taken off and its kind told to each paragraph."""
    note = frame.note or Note.NOTE
    for piece in frame.pieces:
        line = piece.line if isinstance(piece, Paragraph | Heading) else None
        if line is None:
            yield piece
        elif isinstance(piece, Paragraph) and piece.note is not None:
            note = piece.note
            if line.text:
                yield piece
        else:
            paragraph = as_note(line, inside=note)
            note = paragraph.note or note
            if paragraph.line.text:
                yield paragraph


def attach(frame: Frame, piece: Piece) -> None:
    """A piece that stands in a list outside its items: a text is an item, all else belongs to the last item."""
    if isinstance(piece, Paragraph | Heading):
        frame.items.append(Item(piece.line))
    elif frame.items:
        last = frame.items.pop()
        frame.items.append(Item(last.line, (*last.blocks, piece)))
    else:
        frame.items.append(Item(EMPTY, (piece,)))


def as_blocks(pieces: Sequence[Piece]) -> list[Block]:
    return [Paragraph(piece.line) if isinstance(piece, Heading) else piece for piece in pieces]


def as_item(blocks: Sequence[Block]) -> Item:
    """An entry of a list: its first paragraph is its own text, which may be empty; all after it stands below."""
    first = blocks[0]
    if isinstance(first, Paragraph) and first.note is None:
        return Item(first.line, tuple(blocks[1:]))
    return Item(EMPTY, tuple(blocks))


def as_cell(frame: Frame) -> Cell:
    blocks = sum(map(_blocks, frame.pieces))
    lines = (line for piece in frame.pieces for line in _lines(piece) if line.text)
    # A table with such a cell is read piece by piece: one line tells that the cell is not empty. To join them all would
    # copy the innermost of tables in tables once for each table around it.
    line = next(lines, EMPTY) if blocks > LAYOUT_BLOCKS else join(list(lines))
    return Cell(line, _span(frame, "rowspan"), _span(frame, "colspan"), frame.is_head, blocks)


def _blocks(piece: Piece) -> int:
    """How much a piece counts for in a cell: a list by its items, a table for more than data may hold."""
    if isinstance(piece, Heading | Paragraph):
        return 1
    if any(isinstance(block, Table) for block in every_block((piece,))):
        return LAYOUT_BLOCKS + 1
    return len(piece.items) if isinstance(piece, Items) else 1


def _span(frame: Frame, name: str) -> int:
    found = _SPAN.fullmatch(frame.cell.get(name, "").strip())
    return int(found[0]) if found else 1


def _lines(piece: Piece) -> Iterator[Line]:
    if isinstance(piece, Heading):
        yield piece.line
    else:
        yield from block_lines(piece)
