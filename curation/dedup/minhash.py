"""MinHash signatures, bit for bit those of datasketch ≥ 2 (scheme `affine32`), and the pairs they propose."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from curation.dedup.shingles import Shingles

SCHEME = "affine32"
_ROWS_AT_ONCE = 500  # larger blocks fall out of the cache and double the time
_PREDECESSORS = 8
_NO_SHINGLE = np.uint32(2**32 - 1)


def signatures(sets: Shingles, *, num_perm: int, seed: int, prefix: str = "") -> NDArray[np.uint32]:
    """The signature of each text, shape `(texts, num_perm)`; a text without shingles gets all ones, as in datasketch.

    Equals `MinHash(num_perm, seed)` updated with `(prefix + shingle).encode()` for each shingle.
    """
    from datasketch import MinHash

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme=SCHEME).permutations
    hashes = _mix(_sha1_32([prefix + shingle for shingle in sets.vocabulary]))
    matrix = sets.matrix
    result = np.full((matrix.shape[0], num_perm), _NO_SHINGLE, dtype=np.uint32)
    for start in range(0, matrix.shape[0], _ROWS_AT_ONCE):
        bounds = matrix.indptr[start : start + _ROWS_AT_ONCE + 1]
        filled = np.flatnonzero(np.diff(bounds)) + start  # reduceat knows no empty run
        if not len(filled):
            continue
        block = hashes[matrix.indices[bounds[0] : bounds[-1]]]
        runs = matrix.indptr[filled] - bounds[0]
        for permutation in range(num_perm):
            result[filled, permutation] = np.minimum.reduceat(block * a[permutation] + b[permutation], runs)
    return result


def propose_pairs(signatures: NDArray[np.uint32], *, bands: int, rows: int) -> NDArray[np.int64]:
    """Pairs of texts `(left < right)` that agree on all `rows` values of one of `bands` bands, shape `(pairs, 2)`.

    A text is paired with the first of its bucket and with up to 8 before it, not with all: a bucket of m texts gives
    at most 9 m pairs. Texts without shingles propose nothing.
    """
    filled = np.flatnonzero((signatures != _NO_SHINGLE).any(axis=1))
    found = [np.zeros((0, 2), dtype=np.int64)]
    for band in range(bands):
        values = np.ascontiguousarray(signatures[filled, band * rows : (band + 1) * rows])
        keys = values.view(np.dtype((np.void, values.dtype.itemsize * rows))).ravel()
        _, bucket = np.unique(keys, return_inverse=True)
        order = np.argsort(bucket, kind="stable")
        found.append(_neighbours(bucket[order], filled[order]))
    return np.unique(np.concatenate(found), axis=0)


def _neighbours(bucket: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs within runs of equal `bucket`; members ascend within a run."""
    place = np.arange(len(bucket))
    starts_run = np.diff(bucket, prepend=-1) != 0
    first = np.maximum.accumulate(np.where(starts_run, place, 0))
    pairs = [np.stack([members[first], members], axis=1)[place > first]]
    for distance in range(1, _PREDECESSORS + 1):
        within = place - distance >= first
        pairs.append(np.stack([members[place[within] - distance], members[within]], axis=1))
    return np.concatenate(pairs)


def _sha1_32(shingles: Sequence[str]) -> NDArray[np.uint32]:
    """datasketch's `sha1_hash32`: the first four bytes of SHA-1, little-endian."""
    heads = b"".join(hashlib.sha1(shingle.encode(), usedforsecurity=False).digest()[:4] for shingle in shingles)
    return np.frombuffer(heads, dtype="<u4").astype(np.uint32)


def _mix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser (Austin Appleby, public domain); unsigned arithmetic wraps."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
