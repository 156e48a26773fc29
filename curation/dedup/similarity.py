"""The true Jaccard similarity of pairs of texts, as sets of character n-grams: no estimate, no hash."""

import numpy as np
from numpy.typing import NDArray

from curation.dedup.letters import Letters
from curation.runs import ranges

_GRAMS_AT_ONCE = 1_000_000


def similarities(
    letters: Letters, size: int, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:  # fmt: skip
    """The Jaccard similarity of texts `left[i]` and `right[i]`, 0..1; a text shorter than a shingle is one itself.

    Two texts without letters are equal (1).
    """
    codes, bounds = gram_codes(letters, size)
    counts = np.diff(bounds)
    width = counts[left] + counts[right]
    scores = np.ones(len(left), dtype=np.float64)
    order = np.argsort(width, kind="stable")
    order = order[width[order] > 0]
    while len(order):
        # The widest first: a block is a matrix, and its rows should be filled.
        block = order[-max(1, _GRAMS_AT_ONCE // int(width[order[-1]])) :]
        order = order[: -len(block)]
        scores[block] = _scores(codes, bounds, left[block], right[block])
    return scores


def _scores(
    codes: NDArray[np.int64], bounds: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """One sort a pair: the distinct among both texts' grams are the union, the distinct (gram, side) both sets."""
    counts = np.stack([bounds[left + 1] - bounds[left], bounds[right + 1] - bounds[right]], axis=1)
    sides = np.repeat(np.tile([0, 1], len(left)), counts.ravel())
    grams = codes[ranges(np.stack([bounds[left], bounds[right]], axis=1).ravel(), counts.ravel())]
    width = counts.sum(axis=1)
    matrix = np.full((len(left), int(width.max())), np.iinfo(np.int64).max)  # greater than any gram
    filled = np.arange(matrix.shape[1]) < width[:, None]
    matrix[filled] = grams * 2 + sides
    matrix.sort(axis=1)
    filled[:, 0] = False  # from here on: where an element has one before it
    both = 1 + np.count_nonzero((matrix[:, 1:] != matrix[:, :-1]) & filled[:, 1:], axis=1)
    matrix >>= 1
    union = 1 + np.count_nonzero((matrix[:, 1:] != matrix[:, :-1]) & filled[:, 1:], axis=1)
    similarity: NDArray[np.float64] = (both - union) / union
    return similarity


def gram_codes(letters: Letters, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number below 2**62 for each n-gram of each text, and where each text's begin.

    Equal numbers, equal grams: letters are numbered from 1, and their numbers stand side by side in 62 bits; where
    there is no room left, beginnings are numbered anew.
    """
    letters = letters.filled_up(size)
    is_there = np.zeros(int(letters.points.max(initial=0)) + 1, dtype=np.bool_)
    is_there[letters.points] = True
    is_there[0] = False
    own = np.cumsum(is_there, dtype=np.int64)[letters.points]
    room = int(own.max(initial=0)) + 1
    windows = max(len(own) - size + 1, 0)  # those across the end of a text too: they are left out at the end
    codes: NDArray[np.int64] = own[:windows].copy()
    most = room
    for place in range(1, size):
        if most * room >= 2**62:
            prefixes, codes = np.unique(codes, return_inverse=True)
            most = len(prefixes)
        codes *= room
        codes += own[place : place + windows]
        most *= room
    counts = letters.gram_counts(size)
    return codes[ranges(letters.bounds[:-1], counts)], np.concatenate(([0], np.cumsum(counts)))
