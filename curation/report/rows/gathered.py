"""The rows that a page may show, gathered once: its samples are chosen from them, and it carries the most of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.leaks.dealing import SPLITS
from curation.mending.edits import PERSONAL
from curation.report.rows.facets import scale_of
from curation.report.rows.firsts import Keys
from curation.report.rows.lookup import Found, key_of, look_up
from curation.report.rows.survey import MOST_ROWS, OF_EACH, Survey, survey

# Tags whose rows may stand in the page itself.
_SAMPLED = ("user:", "assistant:mixed", PERSONAL, "edit:", "reason:", "cluster:")

Rank = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """Two rows that the manifest names together: what they score by role, and the splits they lie in (`train/test`)."""

    left: str
    right: str
    scores: Mapping[str, float]
    between: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows by the first 64 bits of their id, and lines that could not be read, by reason, file and position.

    `ranks` says how soon a row is wanted in the page: the first of each figure, the second, …; then all others, by id.
    """

    survey: Survey
    rows: Mapping[int, Found]
    broken: Sequence[Found]
    ranks: Mapping[int, Rank]


def gather(folder: Path, manifest: Mapping[str, Any]) -> Gathered:
    """All rows where there are at most `MOST_ROWS`; else so many, and what may stand in the page itself."""
    found = survey(folder, manifest)
    ranks = _ranks(found, manifest)
    soonest = sorted(ranks, key=lambda key: (ranks[key], key))[:MOST_ROWS]
    keys = np.union1d(_sampled(found, manifest), np.array(soonest, dtype=np.uint64))
    rows = look_up(folder, keys, found.broken, scale_of(manifest), found.clusters)
    by_key = {key_of(row.row_id): row for row in rows if row.row_id}
    return Gathered(found, by_key, [row for row in rows if not row.row_id], {key: ranks[key] for key in by_key})


def told_pairs(manifest: Mapping[str, Any]) -> dict[tuple[str, str], list[Told]]:
    """The manifest's pairs of rows by field of `Samples` and the group there."""
    apart, shared = manifest["repeats"]["apart"], manifest["leaks_shared"]
    return {
        **{("apart", guard): [Told(left, right, {}) for left, right in pairs] for guard, pairs in apart.items()},
        ("nearest", ""): [_across(pair) for pair in manifest["leaks_nearest"]],
        **{("shared", key): [_across(pair) for pair in pairs] for key, pairs in shared.items()},
    }


def _across(pair: Mapping[str, Any]) -> Told:
    scores = {"question": pair["likeness"]} if "likeness" in pair else {}
    return Told(pair["left"], pair["right"], scores, "/".join(sorted(pair["splits"], key=SPLITS.index)))


def _sampled(found: Survey, manifest: Mapping[str, Any]) -> Keys:
    """Every row that may stand in the page itself."""
    lists = [keys for tags in (found.kept, found.gone) for tag, keys in tags.items() if tag.startswith(_SAMPLED)]
    keys = np.concatenate([_named(manifest), found.doubtful, *lists])
    return np.union1d(keys, found.clusters.replaced(keys)[1])


def _ranks(found: Survey, manifest: Mapping[str, Any]) -> dict[int, Rank]:
    """A row that stayed instead of another stands behind that; rows that the manifest names, before all."""
    places = dict.fromkeys(found.first.tolist(), OF_EACH)
    for keys in (*found.kept.values(), *found.gone.values(), found.doubtful):
        for place, key in enumerate(keys.tolist()):
            places[key] = min(place, places.get(key, place))
    places |= dict.fromkeys(_named(manifest).tolist(), 0)
    ranks = {key: (place, key) for key, place in places.items()}
    wanted = np.array([*ranks], dtype=np.uint64)
    gone, witnesses, _ = found.clusters.replaced(wanted)
    for key, witness in zip(wanted[gone].tolist(), witnesses.tolist(), strict=True):
        ranks[witness] = min(ranks[key], ranks.get(witness, ranks[key]))
    return ranks


def _named(manifest: Mapping[str, Any]) -> Keys:
    pairs = [pair for pairs in told_pairs(manifest).values() for pair in pairs]
    return np.array([key_of(row_id) for pair in pairs for row_id in (pair.left, pair.right)], dtype=np.uint64)
