"""Units that stay whole, dealt to splits near the wanted shares, of each source and each register too."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from curation.hashing import hash_text, mix
from curation.recipes.schema import Split

SPLITS = ("train", "valid", "test")
_PAIRS = 2  # each row counts in two strata: its source and its register


@dataclass(frozen=True, slots=True)
class Units:
    """What is dealt whole. A row of unit `unit[k]` lies in `stratum[k]`; each row has one k for each of its strata."""

    keys: NDArray[np.uint64]  # of each unit; equal units of another data set have equal keys
    unit: NDArray[np.int64]
    stratum: NDArray[np.int64]
    fixed: NDArray[np.int8]  # of each unit: an index in SPLITS where it is dealt already, else -1

    @property
    def sizes(self) -> NDArray[np.int64]:
        """The number of rows of each unit."""
        return np.bincount(self.unit, minlength=len(self.keys)) // _PAIRS


@dataclass(frozen=True, slots=True)
class DealtUnits:
    """The split of each unit, and whether it went to the greatest split because it is so large."""

    split: NDArray[np.int8]
    oversized: NDArray[np.bool_]


def deal_units(units: Units, shares: Split, seed: int, *, max_share: float) -> DealtUnits:
    """Units to splits, in the order of a seeded hash: the smaller splits are filled first, the largest takes the rest.

    A split takes a unit where that brings its rows nearer to the wanted number, in all and in the strata together; and
    once each split has had its turn at that, where only the total comes nearer, for a great unit may hold a whole
    stratum: a split is then off by less than a unit that it could take. Each split with a share gets a unit where there
    are enough. A unit above twice the average is never in a smaller split where it
    is above `max_share` of all rows, or the split's share: one great document cannot become the test set.
    """
    sizes = units.sizes
    total = int(sizes.sum())
    share = {split: float(getattr(shares, split)) for split in SPLITS}
    *smaller, largest = sorted(SPLITS, key=lambda split: (share[split], split == SPLITS[0], split))
    split_of = units.fixed.copy()
    average = total / max(len(sizes), 1)
    oversized = (sizes > max(max_share * total, 2 * average)) & (split_of < 0)
    order = np.argsort(mix(units.keys ^ np.uint64(hash_text(f"seed {seed}"))), kind="stable")
    strata = _strata(units)
    small = [SPLITS.index(split) for split in smaller if share[split] > 0]
    free = len(sizes) - int((split_of >= 0).sum())
    for by_strata, code in product((True, False), small):
        lacks = _lacks(units, split_of, code, share[SPLITS[code]])
        limit = max(share[SPLITS[code]] * total, 2 * average)
        may = (split_of < 0) & (sizes <= limit) & ~oversized
        waiting = order[may[order]]
        taken = _fill(waiting, strata, lacks, most=free - 1, by_strata=by_strata)
        if not taken and free > 1 and not (split_of == code).any():
            taken = waiting[:1].tolist()
        split_of[taken] = code
        free -= len(taken)
    split_of[split_of < 0] = SPLITS.index(largest)
    return DealtUnits(split_of, oversized & (split_of == SPLITS.index(largest)))


@dataclass(frozen=True, slots=True)
class _Strata:
    """Unit u has `counts[k]` rows in `stratum[k]` for k from `bounds[u]` up to `bounds[u + 1]`."""

    bounds: list[int]
    stratum: list[int]
    counts: list[int]


def _strata(units: Units) -> _Strata:
    width = int(units.stratum.max(initial=-1)) + 1
    cells, counts = np.unique(units.unit * width + units.stratum, return_counts=True)
    owner, stratum = np.divmod(cells, max(width, 1))
    bounds = np.searchsorted(owner, np.arange(len(units.keys) + 1))
    return _Strata(bounds.tolist(), stratum.tolist(), counts.tolist())


def _lacks(units: Units, split_of: NDArray[np.int8], code: int, share: float) -> list[float]:
    """How many rows of each stratum a split lacks; below zero where it has too many already."""
    wanted = np.bincount(units.stratum) * share
    held = np.bincount(units.stratum[split_of[units.unit] == code], minlength=len(wanted))
    lacks: list[float] = (wanted - held).tolist()
    return lacks


def _fill(waiting: NDArray[np.int64], strata: _Strata, lacks: list[float], *, most: int, by_strata: bool) -> list[int]:
    """The units one split takes of those `waiting`, in order, at most `most`; `lacks` is what each stratum lacks."""
    lacks = lacks.copy()
    rest = sum(lacks) / _PAIRS
    taken: list[int] = []
    for unit in waiting.tolist():
        if rest <= 0.5 or len(taken) >= most:  # one row more would bring the total no nearer
            break
        cells = range(strata.bounds[unit], strata.bounds[unit + 1])
        size = sum(strata.counts[cell] for cell in cells) / _PAIRS
        if size < 2 * rest and not (by_strata and _change(strata, lacks, cells) >= 0):
            taken.append(unit)
            rest -= size
            for cell in cells:
                lacks[strata.stratum[cell]] -= strata.counts[cell]
    return taken


def _change(strata: _Strata, lacks: list[float], cells: range) -> float:
    """How much farther from what is wanted the strata get by a unit; below zero: nearer."""
    change = 0.0
    for cell in cells:
        lack = lacks[strata.stratum[cell]]
        change += abs(lack - strata.counts[cell]) - abs(lack)
    return change
