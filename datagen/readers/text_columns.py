"""Tables that a plain text sets in columns by spaces alone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from datagen.readers.text_rows import Row

_GAP = re.compile(r"[ \u3000]{2,}")
_LEAST_ROWS = 3
_LOOKED_AT = 40  # rows that tell whether columns align
_SENTENCE = re.compile(r"[.!?:：]$")
_NO_NAME = re.compile(r"\d{2}|[:：※]")  # what no column is called


def spaced_columns(text: str, rows: Sequence[Row], at: int) -> list[list[tuple[int, int]]] | None:
    """The cells' spans of the rows from `at` on that have as many columns, at least three rows; None for no table.

    Columns are set apart by two spaces or more and begin below one another in most rows: by width where the font gives
    a syllable two places, by characters where not. Two spaces after a sentence make no column.
    """
    head = _alike(text, rows, range(at, min(at + _LOOKED_AT, len(rows))))
    if len(head) < _LEAST_ROWS or any(_NO_NAME.search(text[start:end]) for start, end in head[0]):
        return None
    lined = rows[at : at + len(head)]
    if not (_is_aligned(text, lined, head, wide=2) or _is_aligned(text, lined, head, wide=1)):
        return None
    return _alike(text, rows, range(at, len(rows)))


def _alike(text: str, rows: Sequence[Row], places: range) -> list[list[tuple[int, int]]]:
    """The cells of the rows from the first place on that have as many columns."""
    found: list[list[tuple[int, int]]] = []
    for at in places:
        row = rows[at]
        cells = [] if row.kind or (found and row.after_blank) else _cells(text, row)
        if len(cells) < 2 or (found and len(cells) != len(found[0])):
            break
        if any(_SENTENCE.search(text[start:end]) for start, end in cells[:-1]):
            break
        found.append(cells)
    return found


def _cells(text: str, row: Row) -> list[tuple[int, int]]:
    gaps = [found.span() for found in _GAP.finditer(text, row.start, row.end)]
    edges = [row.start, *(edge for gap in gaps for edge in gap), row.end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _is_aligned(text: str, rows: Sequence[Row], found: Sequence[Sequence[tuple[int, int]]], *, wide: int) -> bool:
    """Whether each column begins at the same place in more than half of the rows."""
    for column in range(1, len(found[0])):
        starts = Counter(
            row.indent
            + sum(
                wide if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[row.start : cells[column][0]]
            )
            for row, cells in zip(rows, found, strict=True)
        )
        if starts.most_common(1)[0][1] * 2 <= len(rows):
            return False
    return True
