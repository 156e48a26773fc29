"""A document's text and tree, built together, for formats whose own bytes cannot be pointed into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from curation.korean.hangul import normalise
from datagen.documents import Block, Line, Mark, MarkKind, Parsed, Section

# A stretch of text and what the source sets it apart as.
Piece = tuple[str, Iterable[MarkKind]]
_SPACES = re.compile(r"\s+")
EMPTY = Line("", ())
_TAIL = 8  # letters that may still compose with what follows


class Sections:
    """Sections, as headings open them; a heading that neither blocks nor headings stand below has an empty one.

    So every heading of a document is in its tree, and a document of headings alone is one.
    """

    def __init__(self) -> None:
        self._path: list[tuple[int, Line]] = []
        self._blocks: list[Block] = []
        self._found: list[Section] = []
        self._is_named = True  # whether a section bears the last heading

    def heading(self, level: int, line: Line) -> None:
        """Open a section below the last heading of a lower level (1 is the highest); the same line goes on again."""
        is_last = bool(self._path) and self._path[-1][1] is line
        goes_on = any(line is other for _, other in self._path)
        self._close(level + is_last)
        self._path = [(above, other) for above, other in self._path if above < level]
        self._path.append((level, line))
        self._is_named = self._is_named if is_last else goes_on

    def add(self, *blocks: Block) -> None:
        """Append blocks to the open section."""
        self._blocks.extend(blocks)

    def closed(self) -> tuple[Section, ...]:
        """All sections; what is added after belongs to the last heading still."""
        self._close(0)
        return tuple(self._found)

    def _close(self, level: int) -> None:
        """End the open section before a heading of this level."""
        is_bare = not self._is_named and self._path[-1][0] >= level
        if self._blocks or is_bare:
            self._found.append(Section(tuple(line for _, line in self._path), tuple(self._blocks)))
            self._blocks, self._is_named = [], True


class Outline:
    """Lines are written in reading order; what is written is the text that offsets count in."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._length = 0
        self._sections = Sections()
        self._remarks: list[str] = []

    def line(self, pieces: Sequence[Piece] | str, *, lead: str = "", end: str = "\n") -> Line:
        """Write `lead`, the pieces and `end`, and give the line of the pieces: NFC, runs of spaces as one.

        A line without text is not written.
        """
        text, marks = _joined([(pieces, ())] if isinstance(pieces, str) else pieces)
        if not text:
            return EMPTY
        self._write(lead)
        start = self._length
        self._write(text + end)
        return Line(text, tuple(range(start, start + len(text))), marks)

    def gap(self) -> None:
        """An empty line, as between paragraphs."""
        if self._written:
            self._write("\n")

    def heading(self, level: int, line: Line) -> None:
        """Open a section below the last heading of a lower level (1 is the highest); an empty line opens none."""
        if line.text:
            self._sections.heading(level, line)

    def add(self, *blocks: Block) -> None:
        """Append blocks to the open section."""
        self._sections.add(*blocks)

    def remark(self, *remarks: str) -> None:
        """Note once what a user should know of the reading."""
        for remark in remarks:
            if remark not in self._remarks:
                self._remarks.append(remark)

    def parsed(self, converter: str = "") -> Parsed:
        """The document as written so far."""
        return Parsed("".join(self._written), self._sections.closed(), converter, tuple(self._remarks))

    def _write(self, text: str) -> None:
        self._written.append(text)
        self._length += len(text)


def _joined(pieces: Sequence[Piece]) -> tuple[str, tuple[Mark, ...]]:
    """The pieces as one text, and where each mark stands in it; marks that touch are one."""
    text, marks = "", list[Mark]()
    for raw, kinds in pieces:
        # A syllable whose letters two runs share composes only here, with the last letters of what stands.
        kept, tail = text[:-_TAIL], _SPACES.sub(" ", normalise(text[-_TAIL:] + raw))
        whole = kept + tail if kept else tail.lstrip()
        start, text = min(len(text), len(whole)), whole
        for kind in kinds:
            if marks and marks[-1].kind is kind and marks[-1].end == start:
                marks[-1] = Mark(marks[-1].start, len(text), kind)
            elif start < len(text):
                marks.append(Mark(start, len(text), kind))
    end = len(text.rstrip())
    return text[:end], tuple(Mark(m.start, min(m.end, end), m.kind) for m in marks if m.start < end)
