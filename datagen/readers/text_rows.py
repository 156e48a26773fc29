"""The rows of a plain text: where each begins and ends, how far it is set in, and the mark that opens it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_LETTERS = "가나다라마바사아자차카타파하"
# What opens an entry of a list, by kind: 1.1 · 1. · 1) · (1) · ① · 가. · 가) · (가) · a. · □ ○ · -
_MARK = re.compile(
    r"(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+(?=[가-힣A-Za-z(])|(?P<number>\d{1,2}\.)(?!\d)\s*"
    r"|(?P<paren>\d{1,2}\))\s*|(?P<parens>\(\d{1,2}\))\s*|(?P<circle>[①-⑳])\s*"
    rf"|(?P<letter>[{_LETTERS}]\.)\s+|(?P<letter_paren>[{_LETTERS}]\))\s*|(?P<letter_parens>\([{_LETTERS}]\))\s*"
    r"|(?P<latin>[a-z][.)])\s+|(?P<sign>[□■○●◦◯◎◇◆▷▶▪▫•·ㆍ∙‣❍❏☐])\s*|(?P<dash>[-*+–—oㅇ])\s+"
)
BULLETS = frozenset({"sign", "dash"})
ARTICLE = re.compile(r"제\s*\d+\s*조(?:의\s*\d+)?\s*[(\[【](?P<title>[^)\]】\n]{1,40})[)\]】][ \t]*")
_ENDED = re.compile(r"(?:[.!?:：,;。]|다|[세어아해여워와돼봐줘져려에예지네나까데죠]요)$")
_ROW = re.compile(r"[^\n]*\n|[^\n]+")
_HEADING_CHARS = 40
# A row that goes on below: its last word leans on the next (재고를 세는, 담당자가 없으면, 셀 때까지 둔).
_GOES_ON = re.compile(r"(?:[은는을를며면둔할된될한및]|에서|까지|부터|으로|[하되][여고지어])$")
# How deep the headings stand that a mark may open: 1. 개요 · 1.1 목적 · 가. 범위 · □ 배경.
LEVELS = {"number": 6, "□": 6, "■": 6, "decimal": 7, "letter": 11}


@dataclass(frozen=True, slots=True)
class Row:
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


def read_rows(text: str, start: int = 0, end: int | None = None) -> list[Row]:
    """The rows that hold text; the body of an article (제1조(목적) 이 규정은 …) is a row of its own."""
    rows: list[Row] = []
    letters: dict[str, int] = {}  # 다. opens an entry only after 나.; else it is the end of a wrapped sentence
    after_blank = True
    for found in _ROW.finditer(text, start, len(text) if end is None else end):
        start, end = found.start(), found.start() + len(found[0].rstrip())
        while start < end and text[start].isspace():
            start += 1
        if start >= end:
            after_blank = True
            continue
        indent = sum(4 if char == "\t" else 2 if char == "\u3000" else 1 for char in text[found.start() : start])
        if article := ARTICLE.match(text, start, end):
            rows.append(Row(start, article.end(), indent, after_blank, "article", "article", start))
            start, after_blank = article.end(), True
            if start >= end:
                continue
        rows.append(_row(text, start, end, indent, rows, letters, after_blank=after_blank))
        after_blank = False
    return rows


def _row(
    text: str, start: int, end: int, indent: int, above: Sequence[Row], letters: dict[str, int], *, after_blank: bool
) -> Row:
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
        kind = "decimal" if text[above[-1].end - 1] in ".!?" or is_short(text, above[-1]) else ""
    if not found or not kind:
        return Row(start, end, indent, after_blank, "", "", start)
    key = found[kind] if kind in BULLETS else kind
    return Row(start, end, indent, after_blank, kind, key, min(found.end(), end))


def heading_keys(text: str, rows: Sequence[Row]) -> frozenset[str]:
    """The marks (1., 가., □) that open headings here: short rows without a sentence's end, above something else."""
    keys = {"decimal": [True]}
    for row, below in pairwise([*rows, None]):
        if row is not None and row.key in LEVELS and row.kind != "decimal":
            is_above = below is not None and below.key != row.key
            keys.setdefault(row.key, []).append(is_short(text, row) and row.after_blank and is_above)
    return frozenset(key for key, found in keys.items() if sum(found) * 2 >= len(found))


def is_short(text: str, row: Row) -> bool:
    """Whether a row may be a heading by its length and end."""
    return row.end - row.mark <= _HEADING_CHARS and row.mark < row.end and not _ENDED.search(text[row.mark : row.end])


def is_label(text: str, row: Row) -> bool:
    """Whether a short row stands by itself, as a title or a term does: no word at its end leans on a row below."""
    return is_short(text, row) and not _GOES_ON.search(text[row.mark : row.end])


def is_broken_off(text: str, row: Row, below: Row) -> bool:
    """Whether a row ends although the first word below would still have had room, going by the row below."""
    word = text[below.mark : below.end].split(maxsplit=1)[0]
    return row.indent + row.end - row.start + 1 + len(word) <= below.indent + below.end - below.start
