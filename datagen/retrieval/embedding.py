"""What an embedder is, and the offline one: TF-IDF over Kiwi morphemes, projected by a signed hash, without weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from curation.files import canonical_json, sha256_bytes

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Vectors = NDArray[np.float32]
Morphemes = Sequence[str]
Embed = Callable[[Sequence[str], Sequence[Morphemes]], Vectors]

# Each morpheme lands in four signed places: collisions of two morphemes then rarely coincide in all of them
# (sparse random projection, Achlioptas 2003).
_PLACES = 4
_BATCH = 1024
_SATURATION = 1.2  # a word said often counts for little more than said once: the k1 of BM25
_RUN = " "  # opens a feature of two characters; no morpheme begins with it
# It sees the same words as BM25, less sharply, and characters besides: it counts so much where a question's words all
# stand in no passage, and in proportion where some do not (benchmarks/retrieval.py: a fixed share only cost hits).
_HASHED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Embedder:
    """Texts, and the same texts as morphemes, into unit vectors, shape (n, dimensions), float32, same order.

    `identity` names all that decides a vector; `share` (0..1) is what a cosine counts for beside BM25 (at most: see
    search.share_of_cosine). `is_of_corpus`: the vector of one passage hangs on the other passages too, so that none
    outlives a change of the documents. `reads_morphemes`: the texts themselves are not looked at.
    """

    passages: Embed
    queries: Embed
    dimensions: int
    identity: Mapping[str, Any]
    share: float
    is_of_corpus: bool
    reads_morphemes: bool


def hashed_embedder(documents: Sequence[Morphemes], dimensions: int) -> Embedder:
    """The offline embedder; its features are weighted by how rare they are in `documents`.

    A feature is a morpheme, or two neighbouring characters of the morphemes run together: 입고일 and 입고 날짜 then
    share 입고 however Kiwi cut them. Two characters that no document holds could only add noise to a query: left out. A
    morpheme that none holds stays, for a text added later may hold it.
    """
    weights = inverse_document_frequency([_features(document) for document in documents])

    def embed(_: Sequence[str], morphemes: Sequence[Morphemes]) -> Vectors:
        return project([_features(text) for text in morphemes], weights, dimensions)

    def embed_queries(_: Sequence[str], morphemes: Sequence[Morphemes]) -> Vectors:
        known = [[one for one in _features(text) if one in weights or not one.startswith(_RUN)] for text in morphemes]
        return project(known, weights, dimensions)

    identity = {"name": "hashed-kiwi-morphemes-2", "weights": sha256_bytes(canonical_json(weights))}
    return Embedder(
        embed, embed_queries, dimensions, identity, share=_HASHED_SHARE, is_of_corpus=True, reads_morphemes=True
    )


def inverse_document_frequency(documents: Sequence[Morphemes]) -> dict[str, float]:
    """ln((1 + n) / (1 + df)) + 1 per feature; one not seen weighs as if df were 0 (the entry "")."""
    vocabulary, counts = count_morphemes(documents)
    frequency = np.bincount(counts.indices, minlength=len(vocabulary))
    weights = np.log((1 + len(documents)) / (1 + frequency)) + 1
    return dict(zip(vocabulary, weights.tolist(), strict=True)) | {"": float(np.log(1 + len(documents)) + 1)}


def project(texts: Sequence[Morphemes], weights: Mapping[str, float], dimensions: int) -> Vectors:
    """Lists of features as unit vectors, shape (n, dimensions), float32; a list of no weight gives zeros."""
    from scipy.sparse import csr_array

    vectors = np.zeros((len(texts), dimensions), np.float32)
    for start in range(0, len(texts), _BATCH):
        vocabulary, counts = count_morphemes(texts[start : start + _BATCH])
        known = np.array([weights.get(feature, weights[""]) for feature in vocabulary])
        counts.data = counts.data / (counts.data + _SATURATION) * known[counts.indices]
        places = [_places(feature, dimensions) for feature in vocabulary]
        columns = np.array([place for own in places for place, _ in own], np.int64)
        signs = np.array([sign for own in places for _, sign in own])
        rows = np.repeat(np.arange(len(vocabulary)), _PLACES)
        projection = csr_array((signs, (rows, columns)), shape=(len(vocabulary), dimensions))
        vectors[start : start + _BATCH] = (counts @ projection).toarray()
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


def count_morphemes(documents: Sequence[Morphemes]) -> tuple[list[str], csr_array]:
    """The sorted vocabulary, and how often each document holds each of it: float64, shape (documents, vocabulary)."""
    from scipy.sparse import csr_array

    vocabulary = sorted({morpheme for document in documents for morpheme in document})
    number = {morpheme: place for place, morpheme in enumerate(vocabulary)}
    columns = np.array([number[morpheme] for document in documents for morpheme in document], np.int64)
    rows = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    counts = csr_array((np.ones(len(columns)), (rows, columns)), shape=(len(documents), len(vocabulary)))
    counts.sum_duplicates()
    return vocabulary, counts


def _features(morphemes: Morphemes) -> list[str]:
    joined = "".join(morphemes)
    return [*morphemes, *(f"{_RUN}{joined[place : place + 2]}" for place in range(len(joined) - 1))]


@lru_cache(maxsize=1 << 17)
def _places(morpheme: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    digest = hashlib.blake2b(morpheme.encode(), digest_size=4 * _PLACES).digest()
    words = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
    return tuple(((word >> 1) % dimensions, 1.0 if word & 1 else -1.0) for word in words)
