"""Arrow columns of lists as flat arrays."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, whatever its chunks."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def list_sizes(lists: pa.ListArray) -> NDArray[np.int64]:
    """How many values each list holds; none where it is null."""
    sizes: NDArray[np.int64] = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return sizes.astype(np.int64)


def list_bounds(lists: pa.ListArray) -> NDArray[np.int64]:
    """Where each list lies in `lists.flatten()`: list i from `[i]` up to `[i + 1]`."""
    return np.concatenate([[0], np.cumsum(list_sizes(lists))])


def list_owners(lists: pa.ListArray) -> NDArray[np.int64]:
    """For each value of `lists.flatten()` the list it stands in."""
    return np.repeat(np.arange(len(lists)), list_sizes(lists))
