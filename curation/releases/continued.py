"""Rows that go on under another row_id: what was changed at its source is neither gone nor new."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.releases.fates import Fates, Side, each_line
from curation.releases.kept_texts import NONE, KeptTexts

Pairs = NDArray[np.int64]  # places in `Ids` of an old row and of the new one, shape (n, 2)


def pair_continued(
    folders: tuple[Path, Path],
    fates: Fates,
    texts: tuple[KeptTexts, KeptTexts],
    went: NDArray[np.int64],
    came: NDArray[np.int64],
) -> tuple[Pairs, NDArray[np.bool_]]:
    """Of rows that only one ledger has, those that are one row in two states, and whether both say the same.

    They say the same, or they have the same `source_row_id`, or they were read at the same FILE:LINE with the same
    question or the same answer; and no other row that only one ledger has does. A place alone tells nothing: a line put
    in at the top moves all others.
    """
    old, new = texts
    said = _equal(went, old.whole[went], came, new.whole[came])
    went, came = _without(went, said[:, 0]), _without(came, said[:, 1])
    named = _equal(went, old.origin[went], came, new.origin[came])
    went, came = _without(went, named[:, 0]), _without(came, named[:, 1])
    placed = _equal(went, fates.old.place[went] + 1, came, fates.new.place[came] + 1)
    told_old = _told(folders[0], fates.old, placed[:, 0], old)
    told_new = _told(folders[1], fates.new, placed[:, 1], new)
    same = (told_old == told_new) & (told_old != NONE)
    is_one = same.any(axis=1)
    pairs = np.concatenate([said, named, placed[is_one]])
    says_same = old.whole[pairs[:, 0]] == new.whole[pairs[:, 1]]
    says_same[len(said) + len(named) :] &= same[is_one].all(axis=1)
    return pairs, says_same


def _equal(
    left: NDArray[np.int64], left_keys: NDArray[np.int64], right: NDArray[np.int64], right_keys: NDArray[np.int64]
) -> Pairs:
    """Pairs with the same key, which stands once on each side, and is not NONE."""
    left, left_keys = _lone(left, left_keys)
    right, right_keys = _lone(right, right_keys)
    _, one, other = np.intersect1d(left_keys, right_keys, assume_unique=True, return_indices=True)
    return np.stack([left[one], right[other]], axis=1)


def _lone(places: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    values, first, counts = np.unique(keys, return_index=True, return_counts=True)
    lone = (counts == 1) & (values != NONE)
    return places[first[lone]], values[lone]


def _without(places: NDArray[np.int64], taken: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.setdiff1d(places, taken, assume_unique=True)


def _told(folder: Path, side: Side, places: NDArray[np.int64], kept: KeptTexts) -> NDArray[np.int64]:
    """Hashes of question and answer, shape `(n, 2)`: of a kept row from its shard, of a dropped one from the ledger."""
    told = np.stack([kept.question[places], kept.answer[places]], axis=1)
    dropped = np.flatnonzero(kept.whole[places] == NONE)
    at = dict(zip(side.line[places[dropped]].tolist(), dropped.tolist(), strict=True))
    for line, row in each_line(folder, at, ["because"]):
        because = json.loads(row["because"])
        told[at[line]] = [hash(because[role]) if role in because else NONE for role in ("question", "answer")]
    return told
