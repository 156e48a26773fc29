"""Verdicts: keep, or the one named reason why not, with the evidence for it; as columns by row number."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = ("read", "sample", "rules", "repeats", "leaks", "split")  # in the order in which a row can fall
KEPT = -1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of every row that was read whole; each array is as long as there are rows.

    `step` is the index in `STEPS` at which a row fell, or KEPT; `split` the index in `SPLITS`, or -1. `because` holds
    evidence by row number for the steps behind the rules; that of the rules stands in the judged parts.
    """

    step: NDArray[np.int8]
    reason: NDArray[np.object_]
    split: NDArray[np.int8]
    because: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_kept(self) -> NDArray[np.bool_]:
        """Which rows stay."""
        return np.asarray(self.step == KEPT)


def no_verdicts(rows: int) -> Verdicts:
    """Every row kept, in no split yet."""
    return Verdicts(
        np.full(rows, KEPT, dtype=np.int8), np.full(rows, None, dtype=object), np.full(rows, -1, dtype=np.int8)
    )


def drop(verdicts: Verdicts, step: str, row: int, reason: str, because: dict[str, Any]) -> None:
    """Let one row fall at `step`, if it did not fall before."""
    if verdicts.step[row] == KEPT:
        verdicts.step[row] = STEPS.index(step)
        verdicts.reason[row] = reason
        verdicts.because[row] = because


def drop_many(verdicts: Verdicts, step: str, rows: NDArray[np.int64], reasons: NDArray[np.object_]) -> None:
    """Let rows fall whose evidence stands elsewhere, or speaks for itself."""
    standing = verdicts.is_kept[rows]
    verdicts.step[rows[standing]] = STEPS.index(step)
    verdicts.reason[rows[standing]] = reasons[standing]
