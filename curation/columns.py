"""Columns of a table as arrays: what rules compare, where a null is never a hit, and lists laid flat."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# Row numbers, ascending and distinct, and names of columns → a table of these rows in that order.
Fetch = Callable[[NDArray[np.int64], Sequence[str]], pa.Table]


def numbers(rows: pa.Table, name: str) -> NDArray[np.float64]:
    """A column of numbers, nan where null: no comparison with it is true."""
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def is_true(rows: pa.Table, name: str) -> NDArray[np.bool_]:
    """Where a column of booleans says so."""
    return np.asarray(pc.fill_null(rows[name], False).to_numpy(), dtype=np.bool_)


def says(rows: pa.Table, name: str, *values: str) -> NDArray[np.bool_]:
    """Where a column of words says one of `values`, or anything where none are named."""
    said = pc.is_in(rows[name], pa.array(values)) if values else pc.is_valid(rows[name])
    return np.asarray(said.to_numpy(), dtype=np.bool_)


def holds_any(rows: pa.Table, name: str) -> NDArray[np.bool_]:
    """Where a column of lists holds something."""
    return list_sizes(one_array(rows[name])) > 0


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
