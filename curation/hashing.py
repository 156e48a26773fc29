"""64-bit hashes of texts and numbers that are equal on every machine."""

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import one_array


def hash_text(text: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def hash_each(texts: pa.ChunkedArray | pa.Array) -> NDArray[np.uint64]:
    """The hash of each text, same order; each distinct text is hashed once."""
    encoded = one_array(texts).dictionary_encode()
    kinds = np.array([hash_text(text) for text in encoded.dictionary.to_pylist()], dtype=np.uint64)
    found: NDArray[np.uint64] = kinds[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Sebastiano Vigna, public domain); unsigned arithmetic wraps."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
