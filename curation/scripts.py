"""Which script each character belongs to, and the shares of a text, by arrays over code points."""

from collections.abc import Sequence
from functools import cache
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

# Columns of `script_counts`. BROKEN: replacement characters and control characters that no text needs. SPECIAL: emoji,
# ornaments, invisible marks: what is neither letter, digit, space nor usual punctuation.
CLASSES = ("space", "hangul", "latin", "digit", "other", "broken", "special")
SPACE, HANGUL, LATIN, DIGIT, OTHER, BROKEN, SPECIAL = range(len(CLASSES))

# Unicode 15 blocks, ends included.
_HANGUL = ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xD7B0, 0xD7FB), (0xFFA0, 0xFFDC))
_LATIN = (
    (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F),
    (0x1E00, 0x1EFF), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A),
)  # fmt: skip
# Symbols that prose uses: © ® °, units (℃ ㎡ ㏊), arrows, bullets (■ ▶ ●), ㈜ ㉠. Not ★, ♥, emoji, box drawing.
_USUAL_SYMBOLS = (
    (0x21, 0x7E), (0xA6, 0xB4), (0x2100, 0x214F), (0x2190, 0x22FF), (0x25A0, 0x25FF), (0x27F0, 0x27FF),
    (0x2900, 0x297F), (0x3200, 0x33FF),
)  # fmt: skip
_LAST_LETTER = 0x323AF  # CJK extension H
_OF_EMOJI = ((0x20E3, 0x20E3), (0xFE00, 0xFE0F))  # keycap, variation selectors: marks to Unicode
_SPECIAL = frozenset({"So", "Sk", "Cf", "Co", "Cn", "Cc", "Cs"})  # symbols, invisible, unassigned
_BROKEN = ((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xFFFD, 0xFFFD))


def script_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Characters of each text per class of `CLASSES`, shape `(len(texts), len(CLASSES))`."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    code_points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(texts)), lengths)
    cells = rows * len(CLASSES) + _class_of_code_point()[code_points]
    return np.bincount(cells, minlength=len(texts) * len(CLASSES)).reshape(len(texts), len(CLASSES))


def script_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares of non-space characters: Hangul, Latin, digit, other (broken, special too); 0 for a text of none."""
    visible = counts[:, [HANGUL, LATIN, DIGIT, OTHER]].astype(np.float64)
    visible[:, 3] += counts[:, BROKEN] + counts[:, SPECIAL]
    return _of_visible(visible, counts)


def special_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of non-space characters that are neither letters, digits nor usual punctuation (broken ones too)."""
    special = (counts[:, [SPECIAL]] + counts[:, [BROKEN]]).astype(np.float64)
    return _of_visible(special, counts)[:, 0]


def _of_visible(part: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    total = counts.sum(axis=1, keepdims=True) - counts[:, [SPACE]]
    shares = np.zeros_like(part)
    np.divide(part, total, out=shares, where=total > 0)
    return shares


@cache
def _class_of_code_point() -> NDArray[np.uint8]:
    table = np.full(0x110000, SPECIAL, dtype=np.uint8)  # unassigned, tags and private use, beyond the last letter
    for number in range(_LAST_LETTER + 1):
        char = chr(number)
        table[number] = OTHER
        if char.isspace():
            table[number] = SPACE
        elif char.isdecimal():
            table[number] = DIGIT
        elif category(char) in _SPECIAL:
            table[number] = SPECIAL
    for first, last in _USUAL_SYMBOLS:
        block = table[first : last + 1]
        block[block == SPECIAL] = OTHER
    for ranges, kind in ((_OF_EMOJI, SPECIAL), (_HANGUL, HANGUL), (_LATIN, LATIN), (_BROKEN, BROKEN)):
        for first, last in ranges:
            table[first : last + 1] = kind
    return table
