"""Which script each character belongs to, and the shares of a text, by arrays over code points."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Columns of `script_counts`. BROKEN: replacement characters and control characters that no text needs.
CLASSES = ("space", "hangul", "latin", "digit", "other", "broken")
SPACE, HANGUL, LATIN, DIGIT, OTHER, BROKEN = range(len(CLASSES))

# Unicode 15 blocks, ends included.
_HANGUL = ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xD7B0, 0xD7FB), (0xFFA0, 0xFFDC))
_LATIN = (
    (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F),
    (0x1E00, 0x1EFF), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A),
)  # fmt: skip
_BROKEN = ((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xFFFD, 0xFFFD))


def script_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Characters of each text per class of `CLASSES`, shape `(len(texts), 6)`."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    code_points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(texts)), lengths)
    cells = rows * len(CLASSES) + _class_of_code_point()[code_points]
    return np.bincount(cells, minlength=len(texts) * len(CLASSES)).reshape(len(texts), len(CLASSES))


def script_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares of non-space characters: Hangul, Latin, digit, other (broken ones included); 0 for a text of none."""
    visible = counts[:, [HANGUL, LATIN, DIGIT, OTHER]].astype(np.float64)
    visible[:, 3] += counts[:, BROKEN]
    total = visible.sum(axis=1, keepdims=True)
    shares = np.zeros_like(visible)
    np.divide(visible, total, out=shares, where=total > 0)
    return shares


@cache
def _class_of_code_point() -> NDArray[np.uint8]:
    table = np.full(0x110000, OTHER, dtype=np.uint8)
    for number in range(0x110000):
        char = chr(number)
        if char.isspace():
            table[number] = SPACE
        elif char.isdecimal():
            table[number] = DIGIT
    for ranges, kind in ((_HANGUL, HANGUL), (_LATIN, LATIN), (_BROKEN, BROKEN)):
        for first, last in ranges:
            table[first : last + 1] = kind
    return table
