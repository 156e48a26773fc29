"""The offline embedder: TF-IDF over Kiwi morphemes, projected by a signed hash: deterministic, no weights."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Morphemes = Sequence[str]
Embed = Callable[[Sequence[Morphemes]], Vectors]
# Each morpheme lands in four signed places: collisions of two morphemes then rarely coincide in all of them
# (sparse random projection, Achlioptas 2003).
_PLACES = 4


def inverse_document_frequency(documents: Sequence[Morphemes]) -> dict[str, float]:
    """ln((1 + n) / (1 + df)) + 1 per morpheme; one not seen weighs as if df were 0."""
    frequency = Counter(morpheme for document in documents for morpheme in set(document))
    total = len(documents)
    weights = {morpheme: float(np.log((1 + total) / (1 + count)) + 1) for morpheme, count in frequency.items()}
    weights[""] = float(np.log(1 + total) + 1)
    return weights


def hashed_morphemes(weights: dict[str, float], dimensions: int) -> Embed:
    """An embedder of morpheme lists into unit vectors, shape (n, dimensions), float32; an empty list gives zeros."""

    def embed(texts: Sequence[Morphemes]) -> Vectors:
        vectors = np.zeros((len(texts), dimensions), np.float32)
        for row, text in enumerate(texts):
            for morpheme, count in sorted(Counter(text).items()):
                weight = weights.get(morpheme, weights[""]) * (1 + np.log(count))
                for place, sign in _places(morpheme, dimensions):
                    vectors[row, place] += sign * weight
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)

    return embed


@lru_cache(maxsize=1 << 17)
def _places(morpheme: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    digest = hashlib.blake2b(morpheme.encode(), digest_size=4 * _PLACES).digest()
    words = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
    return tuple(((word >> 1) % dimensions, 1.0 if word & 1 else -1.0) for word in words)
