"""`--sample N`: so many rows, each stratum (source × register) in its share, whatever order the rows come in."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import one_array
from curation.files import sha256_bytes
from curation.hashing import mix

_WORD = 8  # bytes of a uint64
_STEP = np.uint64(0x9E3779B97F4A7C15)  # of splitmix64: odd, so that no number comes again


def sample(
    strata: Sequence[str] | pa.ChunkedArray, row_ids: Sequence[str] | pa.ChunkedArray, wanted: int, seed: int
) -> NDArray[np.bool_]:
    """Which rows are taken, in the order given: `wanted` of them, or all where there are no more.

    Strata have their shares by largest remainder (Hamilton's method), and at least one row each where `wanted` allows;
    within a stratum the seed and the row's id decide, never its place. `row_ids` are distinct.
    """
    if wanted >= len(row_ids):
        return np.ones(len(row_ids), dtype=np.bool_)
    groups = _groups(strata)
    quotas = allot(np.bincount(groups), wanted)
    order = np.lexsort((_seeded_hashes(row_ids, seed), groups))
    starts = np.searchsorted(groups[order], np.arange(len(quotas)))
    places = np.arange(len(order)) - starts[groups[order]]
    taken = np.zeros(len(order), dtype=np.bool_)
    taken[order] = places < quotas[groups[order]]
    return taken


def allot(counts: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """How many of each stratum's rows are taken; sums to `wanted`, which is less than there are rows."""
    total = int(counts.sum())
    whole, rest = np.divmod(counts * wanted, total)
    given = whole.copy()
    # Of equal remainders the first stratum by name has its row, so that the answer hangs on no order.
    given[np.argsort(-rest, kind="stable")[: wanted - int(whole.sum())]] += 1
    if wanted >= len(counts):
        for poor in np.flatnonzero(given == 0):
            surplus = np.where(given > 1, given * total - counts * wanted, -total * total)
            given[np.argmax(surplus)] -= 1
            given[poor] = 1
    return given


def _groups(strata: Sequence[str] | pa.ChunkedArray) -> NDArray[np.int64]:
    """Each row's stratum as a number; numbers follow the strata's names."""
    values = strata if isinstance(strata, pa.ChunkedArray) else pa.array(strata, pa.string())
    encoded = one_array(values).dictionary_encode()
    names = np.array(encoded.dictionary.to_pylist())
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[np.argsort(names, kind="stable")] = np.arange(len(names))
    groups: NDArray[np.int64] = ranks[encoded.indices.to_numpy()]
    return groups


def _seeded_hashes(row_ids: Sequence[str] | pa.ChunkedArray, seed: int) -> NDArray[np.uint64]:
    """A number for each id and seed: the id's bytes, word by word, through splitmix64 (Steele et al. 2014)."""
    ids = row_ids if isinstance(row_ids, pa.ChunkedArray) else pa.array(row_ids, pa.string())
    texts = np.array(ids.cast(pa.binary()).to_pylist(), dtype=np.bytes_)
    words = max(1, -(-texts.itemsize // _WORD))
    padded = texts.astype(f"S{words * _WORD}").view("<u8").reshape(len(texts), words)
    start = int.from_bytes(bytes.fromhex(sha256_bytes(str(seed).encode()))[:_WORD], "little")
    mixed = np.full(len(texts), start, dtype=np.uint64)
    for column in range(words):
        mixed = mix((mixed ^ padded[:, column]) + _STEP)
    return mixed
