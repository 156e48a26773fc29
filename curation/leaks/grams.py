"""Runs of eight letters that a text shares with another: near copies, without spaces and without Kiwi."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.dedup.letters import fold, join
from curation.hashing import mix
from curation.runs import ranges, run_starts

SIZE = 8
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that every letter of a run counts
_SCREEN_BITS = np.uint64(2**20 - 1)
_TEMPLATE_SHARE = 0.2  # of a set's texts: a run in more of them is their template, and gives none of them away
_TEMPLATE_TEXTS = 4


@dataclass(frozen=True, slots=True)
class GramIndex:
    """The different runs of some texts: `grams` ascend, run k stands in text `owner[k]`; `counts[i]` has text i."""

    grams: NDArray[np.uint64]
    owner: NDArray[np.int64]
    counts: NDArray[np.int64]
    screen: NDArray[np.bool_]


def letter_runs(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Each text's runs of letters, each once: text and run. A text of fewer than eight letters has none."""
    letters = fold(join(texts))
    points = mix(letters.points.astype(np.uint64))
    windows = max(len(points) - SIZE + 1, 0)
    values = np.zeros(windows, dtype=np.uint64)
    for place in range(SIZE):
        values = values * _STEP + points[place : place + windows]
    owner = np.repeat(np.arange(len(texts)), letters.counts)[:windows]
    inside = np.arange(windows) + SIZE <= letters.bounds[owner + 1]
    return owner[inside], values[inside]


def index_runs(texts: Sequence[str]) -> GramIndex:
    """The runs of the texts of one set, without those of its template."""
    owner, values = letter_runs(texts)
    order = np.lexsort((owner, values))
    owner, values = owner[order], values[order]
    new = run_starts(values, owner)
    owner, values = owner[new], values[new]
    _, which, texts_with = np.unique(values, return_inverse=True, return_counts=True)
    own = texts_with[which] <= max(_TEMPLATE_TEXTS, _TEMPLATE_SHARE * len(texts))
    owner, values = owner[own], values[own]
    screen = np.zeros(int(_SCREEN_BITS) + 1, dtype=bool)
    screen[values & _SCREEN_BITS] = True
    return GramIndex(values, owner, np.bincount(owner, minlength=len(texts)), screen)


def coverage(
    texts: Sequence[str], index: GramIndex
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Text, indexed text, and the share of the latter's runs that stand in the former, wherever there is one."""
    owner, values = letter_runs(texts)
    passed = index.screen[values & _SCREEN_BITS]
    owner, values = owner[passed], values[passed]
    text, at = join_sorted(owner, values, index.grams)
    shared = np.unique(np.stack([text, index.owner[at], at], axis=1), axis=0)[:, :2]
    pairs, counts = np.unique(shared, axis=0, return_counts=True)
    return pairs[:, 0], pairs[:, 1], counts / index.counts[pairs[:, 1]]


def join_sorted(
    owner: NDArray[np.int64], keys: NDArray[np.uint64], among: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owner and place in `among` (ascending) wherever one of the owner's `keys` equals what stands there."""
    first, last = np.searchsorted(among, keys, "left"), np.searchsorted(among, keys, "right")
    counts = last - first
    return np.repeat(owner, counts), ranges(first, counts)
