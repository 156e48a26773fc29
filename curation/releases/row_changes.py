"""Row by row, what became of one release in another: each row in one kind of change, counted by fate, some shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.releases.change_samples import Pick, pick_rows, show_rows
from curation.releases.changes import KINDS, Change, Differs, Flow, Kind
from curation.releases.continued import pair_continued
from curation.releases.fates import ABSENT, Fates, Side, read_fates
from curation.releases.kept_texts import KeptTexts, no_texts, read_kept_texts
from curation.releases.manifest_changes import causes

_TRAIN = "train"


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The part of a `Difference` that is about rows."""

    old_rows: int
    new_rows: int
    stayed: int
    continued: int
    crossed: list[Flow]
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Every row of either release, arrays of one length: its places in `Ids` and its fates there, or ABSENT."""

    old: NDArray[np.int64]
    new: NDArray[np.int64]
    was: NDArray[np.int64]
    now: NDArray[np.int64]
    says_same: NDArray[np.bool_]  # its texts, as far as the folders tell


def compare_rows(
    folders: tuple[Path, Path], found: Sequence[Differs], inputs: Sequence[Differs], *, samples: int, same_kept: bool
) -> RowChanges:
    """What became of the rows of two folders; `found` are the settings and versions, `inputs` the files that differ.

    `same_kept`: both are known to keep the same rows in the same state, so that no shard needs to be compared.
    """
    fates = read_fates(*folders)
    alone = (fates.old.fate == ABSENT) | (fates.new.fate == ABSENT)
    cells: dict[str, int] = {}
    old, new = (
        no_texts(fates.ids) if same_kept else read_kept_texts(folder, fates.ids, alone, cells) for folder in folders
    )
    rows = _align(folders, fates, (old, new))
    kind = _kinds(rows, fates.kept, (old, new))
    flows: dict[Kind, list[Flow]] = {}
    picks: list[Pick] = []
    for number, name in enumerate(KINDS):
        here = np.flatnonzero(kind == number)
        # By row_id, of the second release where there is one.
        here = here[np.argsort(np.where(rows.new[here] == ABSENT, rows.old[here], rows.new[here]), kind="stable")]
        was, now, names = rows.was[here], rows.now[here], fates.names
        if name == "relabelled":
            was, now = (side.levels[at[here]].astype(np.int64) for side, at in ((old, rows.old), (new, rows.new)))
            names = list(cells)
        flow, flows[name] = _flows(name, was, now, names, found)
        for place in pick_rows(flow, samples).tolist():
            one = flows[name][flow[place]]
            picks.append(Pick(name, int(rows.old[here[place]]), int(rows.new[here[place]]), one.was, one.now))
    shown = show_rows(folders, fates, picks, inputs)
    in_old, in_new = rows.old != ABSENT, rows.new != ABSENT
    return RowChanges(
        old_rows=int(in_old.sum()),
        new_rows=int(in_new.sum()),
        stayed=int((in_old & (rows.old == rows.new)).sum()),
        continued=int((in_old & in_new & (rows.old != rows.new)).sum()),
        crossed=_crossed(rows, fates),
        changes=[
            Change(name, sum(one.rows for one in flows[name]), flows[name], shown.get(name, [])) for name in KINDS
        ],
    )


def _align(folders: tuple[Path, Path], fates: Fates, texts: tuple[KeptTexts, KeptTexts]) -> _Rows:
    """Each row beside itself: by its id, or as one that goes on under another id."""
    in_old, in_new = fates.old.fate != ABSENT, fates.new.fate != ABSENT
    stayed, went, came = (np.flatnonzero(one) for one in (in_old & in_new, in_old & ~in_new, in_new & ~in_old))
    pairs, says_same = pair_continued(folders, fates, texts, went, came)
    went = np.setdiff1d(went, pairs[:, 0], assume_unique=True)
    came = np.setdiff1d(came, pairs[:, 1], assume_unique=True)
    old = np.concatenate([stayed, pairs[:, 0], went, np.full(len(came), ABSENT)])
    new = np.concatenate([stayed, pairs[:, 1], np.full(len(went), ABSENT), came])
    rest = np.zeros(len(went) + len(came), dtype=np.bool_)
    same = np.concatenate([texts[0].whole[stayed] == texts[1].whole[stayed], says_same, rest])
    return _Rows(old, new, _fate(fates.old, old), _fate(fates.new, new), same)


def _fate(side: Side, places: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(places == ABSENT, ABSENT, side.fate[places])


def _kinds(rows: _Rows, kept: NDArray[np.bool_], texts: tuple[KeptTexts, KeptTexts]) -> NDArray[np.int64]:
    """The index in `KINDS` of the first kind that fits, ABSENT where none does."""
    was_kept, now_kept = kept[rows.was], kept[rows.now]
    both_kept, is_continued = was_kept & now_kept, rows.old != rows.new
    fits: dict[Kind, NDArray[np.bool_]] = {
        "went": rows.new == ABSENT,
        "came": rows.old == ABSENT,
        "fell": was_kept & ~now_kept,
        "rose": ~was_kept & now_kept,
        "moved": both_kept & (rows.was != rows.now),
        "reworded": is_continued & ~rows.says_same,
        "redescribed": is_continued,
        "mended": both_kept & ~rows.says_same,
        "relabelled": both_kept & (texts[0].levels[rows.old] != texts[1].levels[rows.new]),
        "reason": rows.was != rows.now,
    }
    return np.select([fits[kind] for kind in KINDS], list(range(len(KINDS))), ABSENT)


def _flows(
    kind: Kind, was: NDArray[np.int64], now: NDArray[np.int64], names: Sequence[str], found: Sequence[Differs]
) -> tuple[NDArray[np.int64], list[Flow]]:
    """For each row the index of its flow, and the flows, most rows first."""
    told = [*names, None]  # ABSENT is the last
    pairs, flow, counts = np.unique(
        was % len(told) * len(told) + now % len(told), return_inverse=True, return_counts=True
    )
    ends = [(told[pair // len(told)], told[pair % len(told)]) for pair in pairs.tolist()]
    flows = [Flow(*pair, rows, causes(kind, pair, found)) for pair, rows in zip(ends, counts.tolist(), strict=True)]
    order = sorted(range(len(flows)), key=lambda one: (-flows[one].rows, str(flows[one].was), str(flows[one].now)))
    rank = np.argsort(np.array(order, dtype=np.int64))
    return rank[flow], [flows[one] for one in order]


def _crossed(rows: _Rows, fates: Fates) -> list[Flow]:
    """Kept rows that were trained on by one release and are held out by the other."""
    kept = fates.kept
    in_train = np.array([*(name == _TRAIN for name in fates.names), False])
    crosses = kept[rows.was] & kept[rows.now] & (in_train[rows.was] != in_train[rows.now])
    return _flows("moved", rows.was[crosses], rows.now[crosses], fates.names, ())[1]
