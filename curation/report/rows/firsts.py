"""Of each tag the rows to show: the first by `row_id`, whatever the blocks they come in.

`row_id` is a hash of the content: the first are as good as drawn by chance, and stay the same.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from curation.report.rows.facets import Facet
from curation.runs import run_firsts, run_starts

Keys = NDArray[np.uint64]  # of rows: the first 64 bits of their ids

_HELD = 100_000  # entries that wait to be sorted
_LAST = np.uint64(2**64 - 1)


def first_of_each(blocks: Iterable[tuple[Keys, Iterable[Facet]]], most: int) -> dict[str, Keys]:
    """Up to `most` rows of each tag, ascending, from blocks of rows with their facets."""
    places: dict[str, int] = {}
    bars = np.zeros(0, dtype=np.uint64)  # by tag: what lies behind is not of the first
    codes, keys = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    waiting: list[tuple[NDArray[np.int64], Keys]] = []
    for rows, facets in blocks:
        for facet in facets:
            code = np.array([places.setdefault(name, len(places)) for name in facet.names], dtype=np.int64)[facet.codes]
            bars = np.append(bars, np.full(len(places) - len(bars), _LAST))
            key = rows[facet.rows]
            passing = key <= bars[code]
            waiting.append((code[passing], key[passing]))
        if sum(len(code) for code, _ in waiting) > _HELD:
            codes, keys = _first(most, [(codes, keys), *waiting])
            waiting = []
            full = np.bincount(codes, minlength=len(bars)) == most
            ends = np.cumsum(np.bincount(codes, minlength=len(bars)))
            bars[full] = keys[ends[full] - 1]
    codes, keys = _first(most, [(codes, keys), *waiting])
    bounds = np.searchsorted(codes, np.arange(len(places) + 1))
    found = {name: keys[bounds[place] : bounds[place + 1]] for name, place in places.items()}
    return {name: some for name, some in found.items() if len(some)}


def _first(most: int, entries: Iterable[tuple[NDArray[np.int64], Keys]]) -> tuple[NDArray[np.int64], Keys]:
    """The first rows of each code, each once; sorted by code, then by key."""
    codes, keys = (np.concatenate(column) for column in zip(*entries, strict=True))
    order = np.lexsort((keys, codes))
    order = order[run_starts(codes[order], keys[order])]
    codes, keys = codes[order], keys[order]
    if not len(codes):
        return codes, keys
    is_first = np.arange(len(codes)) - run_firsts(run_starts(codes)) < most
    return codes[is_first], keys[is_first]
