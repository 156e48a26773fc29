"""Pairs of questions that are just no twins: what a reader looks at to see whether the splits are far enough apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HELD = 10_000  # few of the most alike come to lie in two splits


@dataclass(frozen=True, slots=True)
class Nearest:
    """Pairs of rows that are no twins, shape `(n, 2)`, left < right, and how alike their content words are, 0..1.

    Those of all compared that are most alike, most alike first, at most `HELD`; a pair that no key proposed was not
    compared and is not among them.
    """

    pairs: NDArray[np.int64]
    likeness: NDArray[np.float64]

    def with_others(self, pairs: NDArray[np.int64], likeness: NDArray[np.float64]) -> "Nearest":
        """The most alike of these and others; of equals the smaller pairs, in whatever order they came."""
        pairs, likeness = np.concatenate([self.pairs, pairs]), np.concatenate([self.likeness, likeness])
        order = np.lexsort((pairs[:, 1], pairs[:, 0], -likeness))[:HELD]
        return Nearest(pairs[order], likeness[order])


NO_NEAREST = Nearest(np.zeros((0, 2), dtype=np.int64), np.zeros(0))
