"""Runs of equal values in sorted columns, and runs of neighbouring places."""

import numpy as np
from numpy.typing import NDArray


def run_starts(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a run of equal values begins, in columns sorted together."""
    starts = np.ones(len(columns[0]), dtype=np.bool_)
    starts[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return starts


def run_firsts(starts: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each place, the place where its run begins."""
    return np.asarray(np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0)), dtype=np.int64)


def ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """`counts[i]` whole numbers from `starts[i]` on, for each i, one after the other."""
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
