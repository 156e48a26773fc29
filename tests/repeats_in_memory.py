"""Repeats within one table: what the engine does with shards of many, in one piece."""

import numpy as np
import pyarrow as pa

from curation.columns import list_owners, one_array
from curation.dedup.buckets import bucket_pairs, exact_pairs
from curation.dedup.prove import prove
from curation.dedup.sign import sign


def find_repeats(rows, settings, analyse):
    """Every proven repeat among the rows of a tagged table; a row's number is its place."""

    def fetch(numbers, columns):
        return rows.select(columns).take(pa.array(numbers))

    return prove(propose(sign(rows, settings), np.arange(rows.num_rows)), fetch, settings, analyse)


def propose(signed, row):
    """The pairs that the keys of `signed` propose, shape `(n, 2)`; `row` holds its rows' numbers.

    Rows that may repeat another exactly are left out of the buckets of the near: the other one stands there for both.
    """
    exact = exact_pairs(signed["exact_key"], row)
    bands = one_array(signed["bands"])
    owner, key = row[list_owners(bands)], bands.flatten().to_numpy()
    standing = ~np.isin(owner, exact[:, 1])
    owner, key = owner[standing], key[standing]
    order = np.lexsort((owner, key))
    near = bucket_pairs(pa.table({"key": key[order], "row": owner[order]}))
    return np.concatenate([exact, np.stack([near["left"].to_numpy(), near["right"].to_numpy()], axis=1)])
