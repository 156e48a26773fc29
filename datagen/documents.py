"""A source file as a typed tree, every piece of text with its offsets in the normalised source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What the source sets a stretch of text apart as."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` of a line stands in bold, in italics, as code or as a link."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Line:
    """Text free of markup; `offsets[i]` is where its i-th character stands in the document's text."""

    text: str
    offsets: tuple[int, ...]
    marks: tuple[Mark, ...] = ()

    def source(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """The half-open span of the document's text that `text[start:end]` came from; the slice may not be empty."""
        end = len(self.text) if end is None else end
        return self.offsets[start], self.offsets[end - 1] + 1

    def part(self, start: int, end: int) -> Line:
        """`text[start:end]` with its offsets and marks, surrounding spaces left out."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        marks = tuple(
            Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.kind)
            for mark in self.marks
            if mark.start < end and start < mark.end
        )
        return Line(self.text[start:end], self.offsets[start:end], marks)


class Note(StrEnum):
    """How a note set apart from the text is labelled: 참고, 팁, 중요, 경고, 주의."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose; `note` where it stands in a block of its own (주의, 중요)."""

    line: Line
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list: its own text, and the blocks below it (a sub-list, a second paragraph, a table)."""

    line: Line
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]
    is_ordered: bool

    @property
    def is_nested(self) -> bool:
        """Whether an item holds more than its one text."""
        return any(item.blocks for item in self.items)


@dataclass(frozen=True, slots=True)
class Table:
    """A header row and body rows, each as wide as the header.

    A merged cell stands in every place it covers; the rows of a two-row header are joined (출고 · 수량).
    """

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; `headings` is the path from the title down to it."""

    headings: tuple[Line, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader gives: the text that offsets count in, its tree, and what a user should know of the reading.

    `converter` names the library and version whose text this is, where the format's own text cannot be pointed into;
    `remarks` name what was found and left out: "page 3: no text layer".
    """

    text: str
    sections: tuple[Section, ...]
    converter: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a tree: `text` is its normalised source, `sha256` its digest in UTF-8, `name` its path below DOCS."""

    name: str
    text: str
    sha256: str
    sections: tuple[Section, ...]
    converter: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first heading's text, or the file's stem."""
        for section in self.sections:
            if section.headings:
                return section.headings[0].text
        return self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`quote` stands at [start, end) of the document's text, under the headings of `section`."""

    document: Document
    start: int
    end: int
    quote: str
    section: tuple[str, ...]


def cite(document: Document, span: tuple[int, int], section: tuple[str, ...]) -> Evidence:
    """The evidence at a span of a document's text."""
    start, end = span
    return Evidence(document, start, end, document.text[start:end], section)


def lines(document: Document) -> Iterator[Line]:
    """Every piece of text in a document, headings first in each section."""
    for section in document.sections:
        yield from section.headings
        for block in section.blocks:
            yield from block_lines(block)


def block_lines(block: Block) -> Iterator[Line]:
    """Every piece of text in a block, in reading order."""
    match block:
        case Paragraph():
            yield block.line
        case Items():
            for item in block.items:
                yield item.line
                for inner in item.blocks:
                    yield from block_lines(inner)
        case Table():
            yield from block.header
            for row in block.rows:
                yield from row


def every_block(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks and, after each list, the blocks inside its items."""
    for block in blocks:
        yield block
        if isinstance(block, Items):
            for item in block.items:
                yield from every_block(item.blocks)
