"""MinHash signatures, bit for bit those of datasketch ≥ 2 (scheme `affine32`) for the same hash of a shingle."""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from curation.dedup import compiled
from curation.dedup.letters import Letters
from curation.runs import ranges

SCHEME = "affine32"
SHINGLE_HASH = "multilinear"  # `hash_shingle`; datasketch's own default is SHA-1
NO_SHINGLE = np.uint32(2**32 - 1)
_GRAMS_AT_ONCE = 128_000  # more fall out of the second-level cache, fewer pay for Python's calls


def signatures(
    hashes: NDArray[np.uint32], counts: NDArray[np.int64], *, num_perm: int, seed: int, first: int | None = None
) -> NDArray[np.uint32]:
    """The first `first` values (all, if None) of the signature of each set, shape `(sets, first)`.

    Set i is the next `counts[i]` of `hashes`; a hash may stand in it twice. Equals what `MinHash(num_perm, seed)` says
    of shingles that its `hashfunc` gives these hashes; a set of none is all ones, as there.
    """
    size = num_perm if first is None else first
    factors, addends = (numbers[:size] for numbers in _permutations(num_perm, seed))
    result = np.full((len(counts), size), NO_SHINGLE, dtype=np.uint32)
    filled = np.flatnonzero(counts)
    ends = np.cumsum(counts[filled])
    find = compiled.smallest if compiled.is_there() else smallest
    result[filled] = find(mix(hashes), ends - counts[filled], ends, factors, addends)
    return result


def smallest(
    hashes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    factors: NDArray[np.uint32],
    addends: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """What `compiled.smallest` finds, of sets that touch each other and of which none is empty."""
    found = np.empty((len(starts), len(factors)), dtype=np.uint32)
    done = 0
    while done < len(starts):
        upto = max(done + 1, int(np.searchsorted(ends, starts[done] + _GRAMS_AT_ONCE, side="right")))
        block = hashes[starts[done] : ends[upto - 1]]
        runs = starts[done:upto] - starts[done]
        permuted = np.empty_like(block)
        least = np.empty((len(factors), upto - done), dtype=np.uint32)
        for factor, addend, row in zip(factors, addends, least, strict=True):
            np.multiply(block, factor, out=permuted)
            np.add(permuted, addend, out=permuted)
            np.minimum.reduceat(permuted, runs, out=row)
        found[done:upto] = least.T
        done = upto
    return found


def hash_shingles(
    letters: Letters, size: int, prefix: str, signed: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """`hash_shingle` of each `size`-gram of each text that is `signed`, and how many each text has.

    `prefix`, one character, stands before every shingle. A text shorter than a shingle is one itself.
    """
    letters = letters.filled_up(size)
    points = mix(letters.points)  # a zero stays one, and so adds nothing to a shorter text's only shingle
    own = mix(np.array([ord(prefix)], dtype=np.uint32)) * _factors(1)
    hashes = np.full(max(len(points) - size + 1, 0), own[0], dtype=np.uint32)
    for place, factor in enumerate(_factors(size + 1)[1:]):
        hashes += points[place : place + len(hashes)] * factor
    counts = np.where(signed, letters.gram_counts(size), 0)
    return hashes[ranges(letters.bounds[:-1], counts)], counts


def hash_shingle(data: bytes) -> int:
    """32 bits of a prefix of one character and a shingle, UTF-8: the `hashfunc` with which datasketch agrees.

    Each code point is mixed and multiplied by an odd factor of its place: multilinear hashing (Carter, Wegman 1979).
    """
    points = np.frombuffer(data.decode().encode("utf-32-le"), dtype=np.uint32)
    return int((mix(points) * _factors(len(points))).sum(dtype=np.uint32))


def mix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser (Austin Appleby, public domain); unsigned arithmetic wraps."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


@cache
def _permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    from datasketch import MinHash

    factors, addends = MinHash(num_perm=num_perm, seed=seed, scheme=SCHEME).permutations
    return factors, addends


@cache
def _factors(count: int) -> NDArray[np.uint32]:
    """`count` odd numbers; the first of them do not depend on `count`."""
    drawn = hashlib.shake_256(b"dadeum shingle").digest(4 * count)
    return np.frombuffer(drawn, dtype="<u4").astype(np.uint32) | np.uint32(1)
