"""Which rows of a curated folder there are to show, found in passes over its columns; no text is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.columns import one_array
from curation.dataset.ledger import LEDGER, each_ledger_block
from curation.dataset.shards import each_group, upper_bits
from curation.leaks.dealing import SPLITS
from curation.report.rows.clusters import Clusters, cluster_facets, find_clusters
from curation.report.rows.facets import (
    FACET_COLUMNS,
    ROLES,
    Facet,
    Scale,
    cells,
    edit_facets,
    gone_facets,
    kept_facets,
    scale_of,
)
from curation.report.rows.firsts import Keys, first_of_each
from curation.runs import run_firsts, run_starts

OF_EACH = 20  # rows of one figure
MOST_ROWS = 2_000  # of the whole dataset


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder has to show, rows by the first 64 bits of their ids, ascending.

    `kept` and `gone` hold up to `OF_EACH` rows by tag, of rows that stayed and of those that did not; a cell of levels
    is the tag `user:casual assistant:polite`. `first` are the first `MOST_ROWS` of all, `doubtful` the kept rows of the
    least sure levels, that first, `broken` the ledger's first quarantined lines of each reason, by file and position.
    """

    kept: Mapping[str, Keys]
    gone: Mapping[str, Keys]
    first: Keys
    doubtful: Keys
    broken: pa.Table
    clusters: Clusters


def survey(folder: Path, manifest: Mapping[str, Any]) -> Survey:
    """Look over a curated folder. Memory: one block of a shard, and some sixty bytes a row."""
    scale = scale_of(manifest)
    read, lost = (manifest["steps"][0][count] for count in ("in", "quarantined"))
    clusters = find_clusters(folder)
    kept = [_kept(folder, scale, clusters), *([_mended(folder)] if manifest["edits"] else [])]
    return Survey(
        first_of_each(chain(*kept), OF_EACH),
        first_of_each(_gone(folder, clusters), OF_EACH),
        _first(folder),
        _doubtful(folder, scale),
        _broken(folder, MOST_ROWS if read <= MOST_ROWS else OF_EACH) if lost else LEDGER.empty_table(),
        clusters,
    )


def _kept(folder: Path, scale: Scale, clusters: Clusters) -> Iterator[tuple[Keys, list[Facet]]]:
    for split in SPLITS:
        for rows in each_group(folder, split, ["row_id", "cluster_id", *FACET_COLUMNS]):
            in_clusters = cluster_facets(clusters, np.arange(rows.num_rows), upper_bits(rows["cluster_id"]))
            yield upper_bits(rows["row_id"]), [*kept_facets(rows, split, scale), *cells(rows), *in_clusters]


def _mended(folder: Path) -> Iterator[tuple[Keys, list[Facet]]]:
    for lines in each_ledger_block(folder, ["row_id", "verdict", "because"]):
        kept = lines.filter(pc.and_(pc.equal(lines["verdict"], "keep"), pc.not_equal(lines["because"], "{}")))
        yield upper_bits(kept["row_id"]), [*edit_facets(kept)]


def _gone(folder: Path, clusters: Clusters) -> Iterator[tuple[Keys, list[Facet]]]:
    for lines in each_ledger_block(folder, ["row_id", "source", "verdict", "step", "reason"]):
        gone = lines.filter(pc.equal(lines["verdict"], "drop"))
        keys = upper_bits(gone["row_id"])
        places, _, ids = clusters.replaced(keys)
        yield keys, [*gone_facets(gone), *cluster_facets(clusters, places, ids)]


def _first(folder: Path) -> Keys:
    first = np.zeros(0, dtype=np.uint64)
    for lines in each_ledger_block(folder, ["row_id"]):
        first = np.sort(np.concatenate([first, upper_bits(lines["row_id"].drop_null())]))[:MOST_ROWS]
    return first


def _doubtful(folder: Path, scale: Scale) -> Keys:
    """By the less sure of the two levels, then by id."""
    keys, levels = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float64)
    bar = 1.0  # a later row above it is not among the least sure
    columns = [f"{role}_level_confidence" for role in ROLES]
    for split in SPLITS:
        for rows in each_group(folder, split, ["row_id", *columns]):
            least = pc.min_element_wise(*(rows[name] for name in columns)).fill_null(1).to_numpy()
            unsure = np.flatnonzero((least < scale.doubtful_below) & (least <= bar))
            keys = np.append(keys, upper_bits(rows["row_id"].take(pa.array(unsure))))
            levels = np.append(levels, least[unsure])
            order = np.lexsort((keys, levels))[:OF_EACH]
            keys, levels = keys[order], levels[order]
            bar = levels[-1] if len(levels) == OF_EACH else 1
    return keys


def _broken(folder: Path, most: int) -> pa.Table:
    """The ledger's first quarantined lines of each reason, by file and position: its columns."""
    found = LEDGER.empty_table()
    for lines in each_ledger_block(folder, LEDGER.names):
        found = pa.concat_tables([found, lines.filter(pc.equal(lines["verdict"], "quarantine"))])
        found = found.sort_by([("reason", "ascending"), ("file", "ascending"), ("position", "ascending")])
        codes = one_array(found["reason"]).dictionary_encode().indices.to_numpy()
        if len(codes):
            found = found.filter(pa.array(np.arange(len(codes)) - run_firsts(run_starts(codes)) < most))
    return found
