"""Build both indexes over the passages, and say where each question's evidence stands in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from curation.files import canonical_json, sha256_bytes
from curation.korean.kiwi import content_morphemes, versions
from datagen.passages import Passage
from datagen.retrieval.bm25 import BM25
from datagen.retrieval.embedding import Embed, hashed_morphemes, inverse_document_frequency

if TYPE_CHECKING:
    from datagen.retrieval.store import FaissStore

_BATCH = 256
# Reciprocal rank fusion (Cormack et al. 2009) leaning on BM25: on Korean, equal weights cost recall at 1.
_RRF_K, _WEIGHTS = 60, {"bm25": 0.7, "faiss": 0.3}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question's evidence stands: `rank` from 1, and `margin`, its score less the best other passage's."""

    rank: dict[str, int]
    margin: dict[str, float]
    fused_rank: int


@dataclass(frozen=True, slots=True)
class Searcher:
    """FAISS and BM25 over the same passages."""

    store: FaissStore
    bm25: BM25
    embed: Embed
    words: tuple[str, ...]
    description: dict[str, Any]

    def standings(self, questions: Sequence[str], evidence: Sequence[Sequence[int]]) -> list[Standing]:
        """Each question's standing, given the numbers of the passages that hold its evidence (the best one counts)."""
        found: list[Standing] = []
        morphemes = content_morphemes(questions, self.words)
        for start in range(0, len(questions), _BATCH):
            batch = morphemes[start : start + _BATCH]
            scores = {"bm25": self.bm25.scores(batch), "faiss": self.store.scores(self.embed(batch))}
            for row, own in enumerate(evidence[start : start + _BATCH]):
                found.append(_standing({name: values[row] for name, values in scores.items()}, own))
        return found


def build_searcher(passages: Sequence[Passage], *, dimensions: int, words: tuple[str, ...]) -> Searcher:
    """Tokenise each passage once, and index it in BM25 and in FAISS."""
    from datagen.retrieval.store import FaissStore, KiwiEmbeddings

    morphemes = content_morphemes([passage.indexed for passage in passages], words)
    weights = inverse_document_frequency(morphemes)
    embed = hashed_morphemes(weights, dimensions)
    store = FaissStore(KiwiEmbeddings(embed, words), dimensions)
    places = [
        {
            "document": p.document.name,
            "sha256": p.document.sha256,
            "start": p.start,
            "end": p.end,
            "section": p.headings,
        }
        for p in passages
    ]
    names = [hashlib.sha256(canonical_json(place)).hexdigest()[:32] for place in places]
    store.add_vectors(embed(morphemes), [passage.text for passage in passages], places, names)
    description = {
        "embedder": "hashed-kiwi-morphemes", "dimensions": dimensions, "weights": sha256_bytes(canonical_json(weights)),
        "words": sha256_bytes(canonical_json(words)), **versions(),
    }  # fmt: skip
    return Searcher(store, BM25.of(morphemes), embed, words, description)


def _standing(scores: dict[str, NDArray[np.float32]], own: Sequence[int]) -> Standing:
    ranks: dict[str, int] = {}
    margins: dict[str, float] = {}
    fused = np.zeros(len(next(iter(scores.values()))))
    for name, values in scores.items():
        best = max(own, key=lambda number: (values[number], -number))
        others = np.delete(values, own)
        ranks[name] = 1 + int(np.sum(others > values[best]))
        margins[name] = round(float(values[best] - (others.max() if len(others) else 0.0)), 4)
        fused += _WEIGHTS[name] / (_RRF_K + _ranks(values))
    best = max(own, key=lambda number: (fused[number], -number))
    return Standing(ranks, margins, 1 + int(np.sum(np.delete(fused, own) > fused[best])))


def _ranks(values: NDArray[np.float32]) -> NDArray[np.int64]:
    """Rank from 1 of each value, highest first; equal values share the order of their places."""
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks
