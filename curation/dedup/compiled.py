"""The one door to numba (`[fast]`): the smallest permuted hash of each set, in machine code."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray


@cache
def is_there() -> bool:
    """Whether numba is installed."""
    return find_spec("numba") is not None


def smallest(
    hashes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    factors: NDArray[np.uint32],
    addends: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """The minimum over `hashes[starts[i] : ends[i]]` of `hash * factor + addend` mod 2**32, shape `(sets, factors)`."""
    found = np.full((len(starts), len(factors)), 2**32 - 1, dtype=np.uint32)
    _kernel()(hashes, starts, ends, factors, addends, found)
    return found


@cache
def _kernel() -> Callable[..., None]:
    """Compiled when first needed, in some seconds, and kept on disk for the next run."""
    import numba

    @numba.njit(cache=True, nogil=True)
    def fill(hashes, starts, ends, factors, addends, found):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        for one in range(len(starts)):
            least = found[one]
            for number in range(starts[one], ends[one]):
                value = hashes[number]
                for place in range(len(factors)):  # inside: one vector instruction does sixteen of them
                    permuted = np.uint32(value * factors[place] + addends[place])
                    least[place] = permuted if permuted < least[place] else least[place]

    compiled: Callable[..., None] = fill
    return compiled
