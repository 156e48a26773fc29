"""Pairs of rows that share a key: few enough to compare each, whatever the size of a bucket."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import one_array
from curation.runs import run_firsts, run_starts

PREDECESSORS = 8
PAIRS = pa.schema([("left", pa.int64()), ("right", pa.int64()), ("bucket_rows", pa.int64())])


def bucket_pairs(buckets: pa.Table) -> pa.Table:
    """Pairs `left < right` of rows in one bucket, each once and sorted; `bucket_rows` is the size of its largest.

    `buckets` has `key` (uint64) and `row` (int64), sorted by both. A row is paired with the first of its bucket and
    with up to 8 before it, not with all: a bucket of m rows gives at most 9 m pairs. More than a thousand rows that
    share a band are a template: `bucket_rows` tells it.
    """
    key, row = buckets["key"].to_numpy(), buckets["row"].to_numpy()
    starts = run_starts(key)
    alone = starts & np.append(starts[1:], True)  # nineteen of twenty buckets
    row, starts = row[~alone], starts[~alone]
    place = np.arange(len(row))
    first = run_firsts(starts)
    size = np.bincount(first, minlength=len(row))[first]
    found = [_pairs(row, first, size, place > first)]
    found += [_pairs(row, place - far, size, place - far > first) for far in range(1, PREDECESSORS + 1)]
    left, right, sizes = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((-sizes, right, left))
    left, right, sizes = left[order], right[order], sizes[order]
    once = run_starts(left, right)
    return pa.table([left[once], right[once], sizes[once]], schema=PAIRS)


def exact_pairs(keys: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each row with the smallest that has its `exact_key`, shape `(n, 2)`: equality is transitive, that is enough.

    A hash is no proof: `prove` compares. The rows on the right need no bands: what they repeat, the left one repeats.
    """
    keys = one_array(keys)
    halves = np.frombuffer(keys.buffers()[1], dtype="<u8").reshape(-1, 2)[keys.offset : keys.offset + len(keys)]
    order = np.lexsort((rows, halves[:, 0], halves[:, 1]))
    starts = run_starts(*halves[order].T)
    first = order[run_firsts(starts)]
    return np.stack([rows[first], rows[order]], axis=1)[~starts]


def _pairs(
    row: NDArray[np.int64], other: NDArray[np.int64], size: NDArray[np.int64], within: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    return row[other[within]], row[within], size[within]
