"""Glyphs → rows of text; rows that a line break parted → one paragraph, its Korean words whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from datagen.documents import MarkKind
from datagen.readers.outline import Piece
from datagen.readers.pdf_glyphs import Glyph

_SAME_ROW = 0.4  # em; what stands less apart vertically is one row
_WORD_GAP = 0.2  # em; a wider gap between glyphs is a space
_SET_GAP = 0.5  # em; where the writer sets spaces too: some put a quarter em between Hangul and digits
_SPACE = 0.3  # em; how wide such a space is where nothing stretches it
_ROW_GAP = 1.3  # em; a wider gap parts a row in two
_MARK_GAP = 5.0  # em; so far may an item stand from its mark
_ROOM = 1.05  # em; a row with more room than this was not broken inside a word
_MARK = re.compile(r"(?:\d{1,2}[.)]|\(\d{1,2}\)|[①-⑳]|[가-하][.)]|[a-z][.)]|[□■○●◦◇◆▪▫▶▷◉•∙·❍✓➢※–-])")
_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile(r"[A-Za-zÀ-ɏ]")
_BY_WORD = 0.43  # of the breaks leave more room where words are kept whole (0.5 to 0.9; else 0 to 0.4)
_SEEN = 2  # syllables after a break that tell a word that stands elsewhere
_HYPHENS = "-\u00ad\u2010"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of text on a page: its words by weight, where it stands, its largest size, and how it fills its line.

    `stretch` is what justification added between its glyphs, points; `first` how wide its first word is.
    """

    pieces: tuple[tuple[str, bool], ...]
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    stretch: float
    first: float
    page: int

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph: the text on both sides, and the room the row had left, in em."""

    before: str
    after: str
    room: float


def word_gap(glyphs: Iterable[Glyph]) -> float:
    """From which gap on, in em, a page's glyphs have a space between them."""
    return _SET_GAP if any(glyph.text.isspace() for glyph in glyphs) else _WORD_GAP


def rows_of(glyphs: Sequence[Glyph], page: int, space: float) -> list[Row]:
    """The rows of a page, down then right; a wide gap parts a row, but not an item from its mark.

    `space` is what `word_gap` says of the page.
    """
    found = list[Row]()
    for line in _baselines(glyphs):
        parts: list[list[Glyph]] = []
        for glyph in line:
            if parts and _is_shadow(parts[-1], glyph):
                continue
            if not parts or (glyph.text != " " and glyph.x0 - _end(parts[-1]) > _gap(parts[-1], glyph)):
                parts.append([])
            parts[-1].append(glyph)
        found.extend(_row(part, page, space) for part in parts if any(not glyph.text.isspace() for glyph in part))
    return found


def rows_in_order(glyphs: Sequence[Glyph], page: int, space: float) -> list[Row]:
    """The rows of glyphs that belong together, as drawn: a new one where the baseline moves or x goes back."""
    parts: list[list[Glyph]] = []
    for glyph in glyphs:
        last = parts[-1][-1] if parts else None
        if last is None or abs(glyph.y - last.y) > glyph.size / 2 or glyph.x0 < last.x0 - glyph.size:
            parts.append([])
        elif _is_shadow(parts[-1], glyph):
            continue
        parts[-1].append(glyph)
    return [_row(part, page, space) for part in parts if any(not glyph.text.isspace() for glyph in part)]


def _baselines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs by the row they stand in, each from left to right. Raised and lowered ones stay in their row."""
    lines: list[tuple[float, float, list[Glyph]]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        middle = glyph.y - 0.3 * glyph.size
        for at in range(len(lines) - 1, max(len(lines) - 4, -1), -1):
            centre, size, line = lines[at]
            if abs(middle - centre) <= _SAME_ROW * max(size, glyph.size):
                if glyph.size > size:
                    lines[at] = (middle, glyph.size, line)
                line.append(glyph)
                break
        else:
            lines.append((middle, glyph.size, [glyph]))
    return [sorted(line, key=lambda glyph: glyph.x0) for _, _, line in lines]


def _end(part: Sequence[Glyph]) -> float:
    return max(glyph.x1 for glyph in part[-3:])


def _gap(part: Sequence[Glyph], glyph: Glyph) -> float:
    """The gap from which a row is parted; far more for an item beside its mark."""
    size = max(glyph.size, part[-1].size)
    text = "".join(other.text for other in part[:6]).strip()
    return (_MARK_GAP if len(part) <= 6 and _MARK.fullmatch(text) else _ROW_GAP) * size


def _is_shadow(part: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether a glyph is drawn a second time over itself, to look bold."""
    return any(
        other.text == glyph.text and abs(other.x0 - glyph.x0) < 0.2 * glyph.size and glyph.text != " "
        for other in part[-2:]
    )


def _row(glyphs: Sequence[Glyph], page: int, space: float) -> Row:
    gaps = [right.x0 - left.x1 for left, right in pairwise(glyphs)]
    spacing = min(max(median(gaps), 0.0), 0.5 * glyphs[0].size) if gaps else 0.0
    pieces: list[tuple[str, bool]] = []
    stretch = sum(max(0.0, gap - spacing) for gap in gaps)
    for at, glyph in enumerate(glyphs):
        text = glyph.text
        if at and gaps[at - 1] - spacing > space * glyph.size and glyphs[at - 1].text != " " and text != " ":
            text = " " + text
            stretch -= min(gaps[at - 1] - spacing, _SPACE * glyph.size)
        if pieces and (pieces[-1][1] == glyph.is_bold or text.isspace()):
            pieces[-1] = (pieces[-1][0] + text, pieces[-1][1])
        else:
            pieces.append((text, glyph.is_bold))
    shown = [glyph for glyph in glyphs if not glyph.text.isspace()]
    first = next(
        (at for at, glyph in enumerate(glyphs) if glyph.text.isspace() and glyph.x0 > shown[0].x0), len(glyphs)
    )
    return Row(
        tuple(pieces),
        shown[0].x0,
        shown[-1].x1,
        shown[0].y,
        Counter(round(glyph.size, 1) for glyph in shown).most_common(1)[0][0],
        all(glyph.is_bold for glyph in shown),
        stretch,
        glyphs[first - 1].x1 - shown[0].x0,
        page,
    )


def room(row: Row, right: float) -> float:
    """What a row leaves of its line, in em: up to the right edge, and what justification spread over it."""
    return (max(0.0, right - row.x1) + row.stretch) / row.size


class Joiner:
    """Puts rows together again. Korean is broken at spaces or between any two syllables, as the writer chose; where a
    row has room for one more syllable, the break stands for a space. Where it has not, a word written whole elsewhere
    in the document tells, and else Kiwi's spacing (98.5 % right at such breaks in 600 sentences of manuals).
    """

    def __init__(self, breaks: Iterable[Break], rows: Iterable[Row]) -> None:
        known = [found for found in breaks if _HANGUL.match(found.before[-1:]) and _HANGUL.match(found.after[:1])]
        roomy = sum(found.room > _ROOM for found in known)
        self._is_by_word = len(known) >= 5 and roomy > _BY_WORD * len(known)
        self._pairs = Counter[str]()
        self._starts = Counter[str]()
        for row in rows:
            words = row.text.split()[1:-1]  # the outer ones may be parts
            self._starts.update(word[:end] for word in words for end in range(2, len(word) + 1))
            self._pairs.update(f"{left} {right[:_SEEN]}" for left, right in pairwise(words))

    def join(self, rows: Sequence[Row], right: float) -> tuple[Piece, ...]:
        """The pieces of one paragraph."""
        pieces: list[tuple[str, bool]] = []
        for at, row in enumerate(rows):
            added = list(row.pieces)
            if pieces:
                text, is_bold = pieces[-1]
                found = Break("".join(text for text, _ in pieces[-3:]), row.text, room(rows[at - 1], right))
                if self._is_hyphenated(found):
                    pieces[-1] = (text[:-1], is_bold)
                elif self._is_space(found):
                    pieces[-1] = (text.rstrip() + " ", is_bold)
                added[0] = (added[0][0].lstrip(), added[0][1])
            pieces.extend(added)
        return tuple((text, (MarkKind.BOLD,) if is_bold else ()) for text, is_bold in pieces)

    def _is_hyphenated(self, found: Break) -> bool:
        """Latin alone is hyphenated: optimi-/zation, but not long-/term where the document writes long-term."""
        before, after = found.before, found.after
        if before[-1:] not in _HYPHENS or not _LETTER.match(before[-2:-1]) or not after[:1].islower():
            return False
        whole = f"{before.split()[-1]}{after.split()[0]}"
        return bool(_LETTER.match(after)) and (before[-1] != "-" or whole not in self._starts)

    def _is_space(self, found: Break) -> bool:
        before, after = found.before, found.after
        if before[-1:].isspace() or after[:1].isspace():
            return True
        if not _HANGUL.match(before[-1:]) and not _HANGUL.match(after[:1]):
            return before[-1:] not in _HYPHENS + "/([{" and after[:1] not in ")]},.:;"
        if after[:1] in "()]},.:;!?" or before[-1:] in "([{“‘":
            return False
        if before[-1:] in ".,:;!?" or self._is_by_word or found.room > _ROOM:
            return True
        left, right = before.split()[-1], after.split()[0]
        # 확|인란을: 확인란의 stands elsewhere; 반송|구역에: 반송 구역을 does
        whole, parted = self._starts[left + right[:_SEEN]], self._pairs[f"{left} {right[:_SEEN]}"]
        return parted > whole if whole != parted else _kiwi_spaces(before, after)


def _kiwi_spaces(before: str, after: str) -> bool:
    """Whether Kiwi sets a space at the break, seeing three words on each side."""
    from curation.korean.kiwi import analyser

    left = " ".join(before.split()[-3:])
    spaced = str(analyser().space(left + " ".join(after.split()[:3])))
    count, wanted = 0, len(left.replace(" ", ""))
    for char in spaced:
        if count == wanted:
            return char == " "
        count += char != " "
    return False
