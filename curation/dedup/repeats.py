"""Repeats within one table: what the engine does with shards of many, in one piece, for tests and small sets."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.dedup.buckets import bucket_pairs, exact_pairs
from curation.dedup.content import Analyse
from curation.dedup.prove import Proven, prove
from curation.dedup.sign import sign
from curation.recipes.schema import Repeats


def find_repeats(rows: pa.Table, settings: Repeats, analyse: Analyse) -> Proven:
    """Every proven repeat among the rows of a tagged table; a row's number is its place."""

    def fetch(numbers: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        return rows.select(columns).take(pa.array(numbers))

    return prove(propose(sign(rows, settings), np.arange(rows.num_rows)), fetch, settings, analyse)


def propose(signed: pa.Table, row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs that the keys of `signed` propose, shape `(n, 2)`; `row` holds its rows' numbers.

    Rows that may repeat another exactly are left out of the buckets of the near: the other one stands there for both.
    """
    exact = exact_pairs(signed["exact_key"], row)
    lists = signed["bands"].combine_chunks()
    counts = np.diff(lists.offsets.to_numpy())
    owner = np.repeat(row, counts)
    key = lists.flatten().to_numpy()
    standing = ~np.isin(owner, exact[:, 1])
    owner, key = owner[standing], key[standing]
    order = np.lexsort((owner, key))
    near = bucket_pairs(pa.table({"key": key[order], "row": owner[order]}))
    return np.concatenate([exact, np.stack([near["left"].to_numpy(), near["right"].to_numpy()], axis=1)])
