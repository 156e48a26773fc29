"""Repeats and twins: proposed by a shuffle over the keys that rows share, and proved pair by pair."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.asked import Asked
from curation.columns import list_owners, one_array
from curation.dedup.buckets import bucket_pairs, exact_pairs
from curation.dedup.prove import Proven, prove
from curation.engine.local import Engine, Rows
from curation.hashing import mix
from curation.korean.kiwi import content_morphemes
from curation.leaks.nearest import NO_NEAREST, Nearest
from curation.leaks.twins import prove_twins, twin_pairs
from curation.pairs import pack_pairs, unpack_pairs
from curation.recipes.schema import CurationRecipe

_TEMPLATE_ROWS, _TEMPLATES = 1_000, 10
_KEYS_A_ROW, _BYTES_A_KEY = 30, 16  # at most, about; a key and its row
_TWIN_PAIRS_A_ROW, _BYTES_A_PAIR = 60, 24
_QUESTION_BYTES = 250  # the content words and a hash, about


def find_repeats(
    asked: Asked, recipe: CurationRecipe, engine: Engine, rows: Rows, standing: NDArray[np.bool_]
) -> tuple[Proven, list[dict[str, Any]]]:
    """The proven repeats among standing rows, and the largest templates.

    Of rows that repeat exactly one alone is compared further.
    """
    keys = pa.concat_tables(where(table, standing) for table in rows.each(["row", "exact_key"]))
    exact = exact_pairs(keys["exact_key"], keys["row"].to_numpy())
    first = standing.copy()
    first[exact[:, 1]] = False
    proposed = list(_propose(engine, "repeats", rows, first, "bands", bucket_pairs))
    analyse = partial(content_morphemes, words=asked.tagging.words)
    proven = prove(np.concatenate([exact, _packed(proposed)]), rows.fetch, recipe.repeats, analyse)
    return proven, _templates(proposed, rows)


def find_twins(
    recipe: CurationRecipe, engine: Engine, rows: Rows, standing: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Nearest]:
    """The proven twins among standing rows, shape `(n, 2)`, and the nearest pairs that are none.

    Tens of pairs a row are proposed, and many of them again and again: a second shuffle, by the pair's first row, makes
    each distinct, and they are proved one partition at a time. Content words are read into memory first, if they fit.
    """
    proposed = _propose(engine, "twins", rows, standing, "twin_keys", twin_pairs)
    size = int(standing.sum()) * _TWIN_PAIRS_A_ROW * _BYTES_A_PAIR
    distinct = engine.shuffle("twin pairs", map(_by_left, proposed), _distinct, partitions=engine.partitions(size))
    is_small = engine.may_hold(len(rows.numbers) * _QUESTION_BYTES)
    fetch = rows.held(["question_letters", "question_content"]) if is_small else rows.fetch
    twins, nearest = [np.zeros((0, 2), dtype=np.int64)], NO_NEAREST
    for table in distinct:
        proven, others = prove_twins(_pairs(table), fetch, recipe.leaks, engine.workers.in_order)
        twins.append(proven)
        nearest = nearest.with_others(others.pairs, others.likeness)
    return np.concatenate(twins), nearest


def _by_left(proposed: pa.Table) -> pa.Table:
    """Pairs with a key that is the same for all of one first row, and evenly spread."""
    left, right = proposed["left"], proposed["right"]
    return pa.table({"key": mix(left.to_numpy().astype(np.uint64)), "row": left, "right": right})


def _distinct(pairs: pa.Table) -> pa.Table:
    packed = np.unique(pack_pairs(pairs["row"].to_numpy(), pairs["right"].to_numpy()))
    return pa.table({"pair": packed})


def _pairs(table: pa.Table) -> NDArray[np.int64]:
    return unpack_pairs(table["pair"].to_numpy())


def _propose(
    engine: Engine,
    name: str,
    rows: Rows,
    standing: NDArray[np.bool_],
    column: str,
    pairs_of: Callable[[pa.Table], pa.Table],
) -> Iterator[pa.Table]:
    """Pairs of standing rows that share one of the keys in a column of lists, as `pairs_of` makes them."""
    tables = (_exploded(where(table, standing), column) for table in rows.each(["row", column]))
    size = int(standing.sum()) * _KEYS_A_ROW * _BYTES_A_KEY
    return engine.shuffle(name, tables, pairs_of, partitions=engine.partitions(size))


def _packed(proposed: Iterable[pa.Table]) -> NDArray[np.int64]:
    """Each pair once, shape `(n, 2)`."""
    found = [pack_pairs(table["left"].to_numpy(), table["right"].to_numpy()) for table in proposed]
    return unpack_pairs(np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found])))


def _templates(proposed: Iterable[pa.Table], rows: Rows) -> list[dict[str, Any]]:
    """The most rows that share a band, and one of them by name: what a generator filled in a thousand times."""
    largest: Counter[int] = Counter()
    for table in proposed:
        big = table.filter(pc.greater(table["bucket_rows"], _TEMPLATE_ROWS))
        for line in big.group_by("bucket_rows").aggregate([("left", "min")]).to_pylist():
            first = line["left_min"]  # of a bucket the first row is paired with all others
            largest[first] = max(largest[first], line["bucket_rows"])
    shown = largest.most_common(_TEMPLATES)
    ids = {row: rows.fetch(np.array([row]), ["row_id"])["row_id"][0].as_py() for row, _ in shown}
    return [{"rows": size, "example": ids[row]} for row, size in shown]


def where(table: pa.Table, standing: NDArray[np.bool_]) -> pa.Table:
    """The rows of a table, which has `row`, that are standing; `standing` is by row number."""
    return table.filter(pa.array(standing[table["row"].to_numpy()]))


def _exploded(table: pa.Table, column: str) -> pa.Table:
    """A line (key, row) for each key of each row."""
    keys = one_array(table[column])
    return pa.table({"key": keys.flatten(), "row": table["row"].to_numpy()[list_owners(keys)]})
