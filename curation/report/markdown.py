"""Markdown tables for a CI page or release notes, of text that nobody vouches for."""

import re
from collections.abc import Iterable, Sequence

# What GitHub's Markdown, or HTML inside it, may read as more than text: marks, :emoji:, @names, #1, bare addresses.
# A reference (`&#124;`) is never more than text: CommonMark 0.31, section 2.5. short_answer is no emphasis: 6.2.
_MARKUP = re.compile(r"[#$&*<>@\[\\\]^`{|}~]|(?<![^\W_])_|_(?![^\W_])|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")  # a line end would end the row
# Controls, marks of direction and of nothing, half a surrogate pair: no page should obey them unseen.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def one_line(text: object) -> str:
    """`text` on one line that no terminal obeys: a character that cannot be seen stands as its code point (U+202E)."""
    return _UNSEEN.sub(lambda found: f"U+{ord(found[0]):04X}", _BLANKS.sub(" ", str(text)).strip())


def cell(text: object) -> str:
    """`text` on one line, as a cell of a table: whatever it holds, Markdown and HTML show its characters alone."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose cells are escaped here, numbers grouped (1,234) and to the right; it ends with a line end.

    A column stands to the right where every cell of it is a number. "" where there are no rows.
    """
    lines = [list(row) for row in rows]
    if not lines:
        return ""
    is_number = [all(map(_is_number, column)) for column in zip(*lines, strict=True)]
    told = [[f"{one:,}" if _is_number(one) else cell(one) for one in row] for row in lines]
    rule = ["---:" if right else "---" for right in is_number]
    return "".join(f"| {' | '.join(row)} |\n" for row in ([cell(name) for name in head], rule, *told))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
