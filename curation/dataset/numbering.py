"""Who is who: each row's id, a hash of its content, and its number, the rank of that id. Arrival order has no part."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.runs import run_firsts, run_starts


@dataclass(frozen=True, slots=True)
class Numbering:
    """Ids and numbers of all rows in the order in which they were read; `ids[i]` is the id of the row numbered `i`."""

    row_ids: pa.Array
    numbers: NDArray[np.int64]
    ids: pa.Array

    def __len__(self) -> int:
        return len(self.numbers)


def number_rows(digests: pa.ChunkedArray) -> Numbering:
    """`row_id`: 128 bits of SHA-256 over a row's digest (binary(16)) and its occurrence among rows of that digest."""
    raw = b"".join(digests.to_pylist())
    halves = np.frombuffer(raw, dtype=">u8").reshape(-1, 2)
    order = np.lexsort((halves[:, 1], halves[:, 0]))  # stable: equal digests stay in the order they were read in
    occurrence = np.empty(len(order), dtype=np.int64)
    occurrence[order] = np.arange(len(order)) - run_firsts(run_starts(*halves[order].T))
    ids = np.array(
        [
            hashlib.sha256(raw[16 * row : 16 * row + 16] + count.to_bytes(8, "big")).hexdigest()[:32].encode()
            for row, count in enumerate(occurrence.tolist())
        ],
        dtype="S32",
    )
    by_id = np.argsort(ids, kind="stable")
    numbers = np.empty(len(ids), dtype=np.int64)
    numbers[by_id] = np.arange(len(ids))
    return Numbering(_as_strings(ids), numbers, _as_strings(ids[by_id]))


def _as_strings(ids: NDArray[np.bytes_]) -> pa.Array:
    offsets = pa.array(np.arange(len(ids) + 1, dtype=np.int32) * 32)
    return pa.StringArray.from_buffers(len(ids), offsets.buffers()[1], pa.py_buffer(ids.tobytes()))
