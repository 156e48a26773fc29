"""Columns of a table as arrays that rules compare: numbers, words, lists; a null is never a hit."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


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
    return np.asarray(pc.fill_null(pc.list_value_length(rows[name]), 0).to_numpy() > 0, dtype=np.bool_)
