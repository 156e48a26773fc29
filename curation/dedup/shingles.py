"""Texts as sets of character n-grams, held as one sparse matrix: exact Jaccard similarities come from it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_PAIRS_AT_ONCE = 50_000


def letters(text: str) -> str:
    """NFC, lower case, letters and digits only: what a repeat is compared by.

    A text without any (`???`, 😀) stands for itself, without its spaces: it is compared, not skipped.
    """
    text = unicodedata.normalize("NFC", text).lower()
    return "".join(filter(str.isalnum, text)) or "".join(text.split())


@dataclass(frozen=True, slots=True)
class Shingles:
    """`matrix[i, j]` is 1 where text `i` holds `vocabulary[j]`; shape `(texts, shingles)`."""

    matrix: sparse.csr_array
    vocabulary: list[str]


def shingle(texts: Sequence[str], size: int) -> Shingles:
    """The set of `size`-grams of each text; a shorter text is one shingle itself, the empty text has none."""
    windows, rows, starts = _windows(texts, size)
    _, first, column = np.unique(windows, return_index=True, return_inverse=True)
    whole = "".join(texts)
    ends = np.cumsum([len(text) for text in texts]) if texts else np.zeros(0, dtype=np.int64)
    vocabulary = [
        whole[start : min(start + size, end)]
        for start, end in zip(starts[first].tolist(), ends[rows[first]].tolist(), strict=True)
    ]
    matrix = sparse.csr_array(
        (np.ones(len(rows), dtype=np.int32), (rows, column)), shape=(len(texts), len(vocabulary)), dtype=np.int32
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1  # a set, not a bag
    return Shingles(matrix, vocabulary)


def jaccard(sets: Shingles, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """The true Jaccard similarity of each pair of texts, 0..1; two empty texts are equal (1)."""
    sizes = np.asarray(sets.matrix.sum(axis=1)).ravel()
    shared = np.zeros(len(left), dtype=np.int64)
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        shared[part] = np.asarray(sets.matrix[left[part]].multiply(sets.matrix[right[part]]).sum(axis=1)).ravel()
    union = sizes[left] + sizes[right] - shared
    similarity = np.ones(len(left), dtype=np.float64)
    np.divide(shared, union, out=similarity, where=union > 0)
    return similarity


def _windows(texts: Sequence[str], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """An exact code for each window (equal codes, equal windows), its text's index, its start in the joined texts."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    code_points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    counts = np.where(lengths > 0, np.maximum(lengths - size + 1, 1), 0)
    rows = np.repeat(np.arange(len(texts)), counts)
    text_starts = np.cumsum(lengths) - lengths
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = text_starts[rows] + within
    # Letters as small numbers from 1; 0 stands past the end of a text shorter than a window.
    alphabet, letter = np.unique(code_points, return_inverse=True)
    letter = np.append(letter + 1, np.zeros(size, dtype=np.int64))
    codes, room = np.zeros(len(rows), dtype=np.int64), 1
    for step in range(size):
        if room * (len(alphabet) + 1) >= 2**63:  # no room left in 64 bits: number the prefixes anew
            prefixes, codes = np.unique(codes, return_inverse=True)
            room = len(prefixes)
        inside = within + step < lengths[rows]
        codes = codes * (len(alphabet) + 1) + np.where(inside, letter[starts + step], 0)
        room *= len(alphabet) + 1
    return codes, rows, starts
