"""Rows that repeat each other, put together again from the shards and the ledger."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import one_array
from curation.dataset.ledger import each_ledger_block
from curation.dataset.shards import each_group, upper_bits
from curation.leaks.dealing import SPLITS
from curation.report.rows.facets import Facet
from curation.report.rows.firsts import Keys

_LARGEST = 50
_KEPT = r'"kept":"(?P<kept>[0-9a-f]{32})"'  # in `because`, canonical JSON: inside a text its quotes are escaped


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of two rows or more, by the first 64 bits of their ids; `ids` ascend.

    Members are the rows that stayed, and those that one of them replaced: `gone_rows`, ascending, with the row that
    stayed instead of each and its cluster. A row that an earlier release replaced is in none. `largest` are the 50 of
    the most rows, that first.
    """

    ids: Keys
    sizes: NDArray[np.int64]
    largest: Keys
    gone_rows: Keys
    witnesses: Keys
    gone_ids: Keys

    def sizes_of(self, ids: Keys) -> NDArray[np.int64]:
        """How many rows each cluster has; 1 for one that is not among these."""
        place, is_one = _look_up(self.ids, ids)
        sizes = np.ones(len(ids), dtype=np.int64)
        sizes[is_one] = self.sizes[place[is_one]]
        return sizes

    def replaced(self, rows: Keys) -> tuple[NDArray[np.int64], Keys, Keys]:
        """Which of `rows` another replaced, as places; the rows that stayed instead of these, and their clusters."""
        place, is_one = _look_up(self.gone_rows, rows)
        return np.flatnonzero(is_one), self.witnesses[place[is_one]], self.gone_ids[place[is_one]]


def find_clusters(folder: Path) -> Clusters:
    """The clusters of a curated folder. Memory: some sixty bytes a row."""
    blocks = [
        (upper_bits(rows["row_id"]), upper_bits(rows["cluster_id"]))
        for split in SPLITS
        for rows in each_group(folder, split, ["row_id", "cluster_id"])
    ]
    kept_rows, kept_ids = _joined(blocks)
    order = np.argsort(kept_rows)
    kept_rows, kept_ids = kept_rows[order], kept_ids[order]
    gone_rows, witnesses = _joined(
        [_replaced(lines) for lines in each_ledger_block(folder, ["row_id", "step", "because"])]
    )
    place, is_here = _look_up(kept_rows, witnesses)
    gone_rows, witnesses, gone_ids = gone_rows[is_here], witnesses[is_here], kept_ids[place[is_here]]
    ids, sizes = np.unique(np.concatenate([kept_ids, gone_ids]), return_counts=True)
    ids, sizes = ids[sizes > 1], sizes[sizes > 1]
    order = np.argsort(gone_rows)
    largest = ids[np.lexsort((ids, -sizes))[:_LARGEST]]
    return Clusters(ids, sizes, largest, gone_rows[order], witnesses[order], gone_ids[order])


def cluster_facets(clusters: Clusters, places: NDArray[np.int64], ids: Keys) -> list[Facet]:
    """What stands for rows at `places` of a block by the clusters they are in: `cluster_size:3`, `cluster:9f86d081…`.

    The latter has the 16 digits of the 64 bits, and only the largest clusters.
    """
    sizes = clusters.sizes_of(ids)
    in_one = sizes > 1
    different, code = np.unique(sizes[in_one], return_inverse=True)
    by_size = np.argsort(clusters.largest)
    place, is_large = _look_up(clusters.largest[by_size], ids)
    return [
        Facet(places[in_one], code, [f"cluster_size:{size}" for size in different.tolist()]),
        Facet(places[is_large], by_size[place[is_large]], [cluster_tag(one) for one in clusters.largest.tolist()]),
    ]


def cluster_tag(cluster: int) -> str:
    """The tag of a large cluster in a survey."""
    return f"cluster:{cluster:016x}"


def _replaced(lines: pa.Table) -> tuple[Keys, Keys]:
    """The rows that went as repeats, and the row that stayed instead of each."""
    gone = lines.filter(pc.equal(lines["step"], "repeats"))
    kept = pc.struct_field(pc.extract_regex(one_array(gone["because"]), _KEPT), "kept")
    return upper_bits(gone["row_id"]), upper_bits(kept)


def _joined(blocks: list[tuple[Keys, Keys]]) -> tuple[Keys, Keys]:
    none = np.zeros(0, dtype=np.uint64)
    first, second = (np.concatenate([none, *column]) for column in zip((none, none), *blocks, strict=True))
    return first, second


def _look_up(among: Keys, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each of `wanted` its place in `among`, which ascend, and whether it is there at all."""
    place = np.searchsorted(among, wanted)
    is_there = place < len(among)
    is_there[is_there] = among[place[is_there]] == wanted[is_there]
    return place, is_there
