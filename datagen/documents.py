"""A source file as a typed tree, every piece of text with its offsets in the normalised source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Text free of markup; `offsets[i]` is where its i-th character stands in the document's text."""

    text: str
    offsets: tuple[int, ...]

    def source(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """The half-open span of the document's text that `text[start:end]` came from; the slice may not be empty."""
        end = len(self.text) if end is None else end
        return self.offsets[start], self.offsets[end - 1] + 1

    def part(self, start: int, end: int) -> Line:
        """`text[start:end]` with its offsets, surrounding spaces left out."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Line(self.text[start:end], self.offsets[start:end])


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose; `is_note` where it stands in a block of its own (주의, 중요)."""

    line: Line
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `is_nested` where an item holds more than its one text (a sub-list, a second paragraph)."""

    items: tuple[Line, ...]
    is_ordered: bool
    is_nested: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A header row and body rows, each as wide as the header."""

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; `headings` is the path from the title down to it."""

    headings: tuple[Line, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a tree: `text` is its normalised source, `sha256` its digest in UTF-8, `name` its path below DOCS."""

    name: str
    text: str
    sha256: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """The first heading's text, or the file's stem."""
        for section in self.sections:
            if section.headings:
                return section.headings[0].text
        return self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


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
            yield from block.items
        case Table():
            yield from block.header
            for row in block.rows:
                yield from row
