"""Plain text → sections: short lines standing alone are headings, numbered lines are steps, the rest is prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datagen.documents import Block, Item, Items, Line, Paragraph, Section

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_NUMBERED = re.compile(r"\s*(?:\d+[.)]|[①-⑳])\s*")
_BULLET = re.compile(r"\s*[-*•·○●]\s+")
_CHAPTER = re.compile(r"\s*(?:제\s*\d+\s*[장절조]|\d+(?:\.\d+)+\.?|[IVX]+\.)\s+")
_HEADING_CHARS = 40


def read_text(text: str) -> tuple[Section, ...]:
    """The sections of a plain text; a heading is one short line alone, without a full stop."""
    return tuple(_sections(text))


def _sections(text: str) -> Iterator[Section]:
    path: tuple[Line, ...] = ()
    blocks: list[Block] = []
    for paragraph in _PARAGRAPH.finditer(text):
        rows = [(found.start(), found.end()) for found in _LINE.finditer(text, *paragraph.span())]
        if len(rows) == 1 and (heading := _heading(text, *rows[0])):
            if blocks:
                yield Section(path, tuple(blocks))
                blocks = []
            path = (*path[:1], heading)  # the first heading is the title, every later one stands below it
        else:
            blocks.extend(_blocks(text, rows))
    if blocks:
        yield Section(path, tuple(blocks))


def _heading(text: str, start: int, end: int) -> Line | None:
    row = text[start:end].strip()
    if len(row) > _HEADING_CHARS or row.endswith((".", "!", "?", ":", "다", "요")) or _BULLET.match(row):
        return None
    mark = _CHAPTER.match(text, start, end)
    return _line(text, mark.end() if mark else start, end)


def _blocks(text: str, rows: list[tuple[int, int]]) -> Iterator[Block]:
    for pattern, is_ordered in ((_NUMBERED, True), (_BULLET, False)):
        marks = [pattern.match(text, start, end) for start, end in rows]
        if len(rows) > 1 and all(marks):
            yield Items(
                tuple(Item(_line(text, mark.end(), end)) for mark, (_, end) in zip(marks, rows, strict=True) if mark),
                is_ordered,
            )
            return
    yield Paragraph(_line(text, rows[0][0], rows[-1][1]))


def _line(text: str, start: int, end: int) -> Line:
    """`text[start:end]`, a line break read as a space."""
    chars = [" " if char == "\n" else char for char in text[start:end]]
    return Line("".join(chars), tuple(range(start, end))).part(0, len(chars))
