"""Which parts of a text are Korean prose: no code, no URLs, no table rows, no list marks; every offset stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|https?://[^\s)\]>\"'가-힣]+", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:```.*?(?:```[ \t]*$|\Z)|~~~.*?(?:~~~[ \t]*$|\Z))", re.DOTALL | re.MULTILINE)
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$")  # --- | ---, outer pipes or none
_LIST_MARK = re.compile(
    r"\s*(?:(?:[-*+•·▪▶※○●◦□■]|\d{1,3}[.)]|\(\d{1,3}\)|[①-⑳]|#{1,6}|[가나다라마바사아자차카타파하][.)]|>)\s+)+"
)
_QUOTE_LINE = re.compile(r"\s*>")
_LINE = re.compile(r"[^\n]+")
# A closed quotation on one line, short enough to search for at every mark; the apostrophe of it's opens none.
QUOTED = (
    r"\"[^\"\n]{0,300}\"|“[^”\n]{0,300}”|‘[^’\n]{0,300}’|(?<![A-Za-z0-9])'[^'\n]{0,300}'"
    r"|「[^」\n]{0,300}」|『[^』\n]{0,300}』|《[^》\n]{0,300}》|〈[^〉\n]{0,300}〉"
)
_QUOTATION = re.compile(QUOTED)


@dataclass(frozen=True, slots=True)
class Unit:
    """`text[start:end]`: a line of prose without its list mark, or a block that is none (code, a table, a URL).

    A quoted line (`> …`) says what somebody else said: `is_quoted`.
    """

    start: int
    end: int
    is_prose: bool = True
    is_quoted: bool = False


def mask_code(text: str) -> str:
    """Code and URLs as spaces, so that the text keeps its length and every offset in it."""
    if "`" not in text and "://" not in text and "~~~" not in text:
        return text
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def message_units(text: str, masked: str) -> list[Unit]:
    """The units of a message in order; `masked` is its text after `mask_code`."""
    blocks = [(found.start(), found.end()) for found in _FENCE.finditer(text)] if masked is not text else []
    units: list[Unit] = []
    in_table = False
    lines = list(_LINE.finditer(masked))
    rows = _table_rows([line[0] for line in lines]) if "--" in masked and "|" in masked else frozenset()
    for number, line in enumerate(lines):
        start, end = line.span()
        while blocks and blocks[0][0] < start and blocks[0][1] <= start:
            blocks.pop(0)
        if blocks and blocks[0][0] <= end and start < blocks[0][1]:
            if start <= blocks[0][0]:
                units.append(Unit(*blocks[0], is_prose=False))
            in_table = False
            continue
        is_row = number in rows or (line[0].lstrip().startswith("|") and _TABLE_ROW.match(line[0]) is not None)
        if is_row and in_table:
            units[-1] = Unit(units[-1].start, end, is_prose=False)
        elif is_row:
            units.append(Unit(start, end, is_prose=False))
        elif unit := _prose_line(text, line[0], start):
            units.append(unit)
        in_table = is_row
    return units


def _table_rows(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines around a table's rule (--- | ---) that hold its cells."""
    rows: set[int] = set()
    for number, line in enumerate(lines):
        if number and _TABLE_RULE.match(line) and "|" in lines[number - 1]:
            below = takewhile(lambda at: "|" in lines[at], range(number + 1, len(lines)))
            rows |= {number - 1, number, *below}
    return frozenset(rows)


def quotations(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each closed quotation, its marks included, in order."""
    return [found.span() for found in _QUOTATION.finditer(text)]


def _prose_line(text: str, line: str, offset: int) -> Unit | None:
    body = line.strip()
    if not body:  # blank, or a line of code or URL that the mask has emptied
        whole = text[offset : offset + len(line)]
        if not whole.strip():
            return None
        start = offset + len(whole) - len(whole.lstrip())
        return Unit(start, offset + len(whole.rstrip()), is_prose=False)
    mark = _LIST_MARK.match(line)
    start = offset + (mark.end() if mark else len(line) - len(line.lstrip()))
    end = offset + len(line.rstrip())
    if start >= end:
        return None
    return Unit(start, end, is_quoted=_QUOTE_LINE.match(line) is not None)
