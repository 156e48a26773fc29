"""Pairs of rows that a reader should see with their own eyes, by `row_id`: kept apart, nearly leaked, leaked."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.curate import Curated
from curation.dataset.verdicts import STEPS
from curation.leaks.dealing import SPLITS

_APART, _NEAREST = 5, 20


def cluster_sizes(curated: Curated) -> dict[str, int]:
    """How many clusters have two rows, three, …: those that stayed, and those that went because one of them stayed.

    What went because an earlier release holds it is in no cluster of this dataset.
    """
    verdicts = curated.verdicts
    told = verdicts.is_kept
    for row in np.flatnonzero(verdicts.step == STEPS.index("repeats")).tolist():
        told[row] = "release" not in verdicts.because[row]
    sizes = np.bincount(curated.clusters[: len(told)][told])
    found = Counter(sizes[sizes > 1].tolist())
    return {str(size): found[size] for size in sorted(found)}


def apart(curated: Curated) -> dict[str, list[list[str]]]:
    """By guard up to five pairs of kept rows that it stopped from being one; only guards that did."""
    found = {guard: pairs[_are_kept(curated, pairs)] for guard, pairs in curated.proven.apart.items()}
    return {guard: [_ids(curated, pair) for pair in pairs[:_APART]] for guard, pairs in found.items() if len(pairs)}


def leaks_nearest(curated: Curated) -> list[dict[str, Any]]:
    """Kept rows in two splits whose questions are most alike, and just no twins: up to twenty pairs, most alike first.

    No row is shown twice, so that one question that is like many does not fill the list.
    """
    pairs, likeness = curated.nearest.pairs, curated.nearest.likeness
    kept = np.flatnonzero(_are_kept(curated, pairs))
    split = curated.verdicts.split[pairs[kept]]
    shown: list[dict[str, Any]] = []
    told: set[int] = set()
    for place in kept[split[:, 0] != split[:, 1]].tolist():
        if len(shown) < _NEAREST and told.isdisjoint(pair := pairs[place].tolist()):
            shown.append({**_placed(curated, pairs[place]), "likeness": round(float(likeness[place]), 6)})
            told.update(pair)
    return shown


def leaks_shared(curated: Curated) -> Mapping[str, list[dict[str, Any]]]:
    """By key of the leak table up to twenty pairs of kept rows that share it and lie in two splits."""
    return {
        name: [_placed(curated, pair) for pair in pairs[_are_kept(curated, pairs)]]
        for name, pairs in curated.leaks.examples.items()
    }


def _are_kept(curated: Curated, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether both rows are of this dataset: what lies beyond its numbers is an earlier release's."""
    kept = np.zeros(curated.rows.size, dtype=np.bool_)
    kept[: len(curated.numbering)] = curated.verdicts.is_kept
    return np.asarray(kept[pairs].all(axis=1))


def _placed(curated: Curated, pair: NDArray[np.int64]) -> dict[str, Any]:
    left, right = _ids(curated, pair)
    return {"left": left, "right": right, "splits": [SPLITS[split] for split in curated.verdicts.split[pair].tolist()]}


def _ids(curated: Curated, pair: NDArray[np.int64]) -> list[str]:
    return [curated.numbering.ids[row].as_py() for row in pair.tolist()]
