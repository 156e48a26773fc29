"""BM25 over Kiwi morphemes and pairs of neighbours as one sparse matrix (Robertson & Zaragoza 2009; k1 1.2, b 0.75)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from datagen.retrieval.embedding import Morphemes, count_morphemes

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_K1, _B = 1.2, 0.75
# 순환 실사 and 실사 순환 hold the same morphemes; the pair tells them apart (a bigram index beside the words: Metzler &
# Croft 2005). Half a weight was best on the handbook's questions and their paraphrases alike (benchmarks/retrieval.py).
_PAIR_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class BM25:
    """`weights[t, d]`: what term t, a morpheme or a pair of neighbours, adds to document d's score."""

    vocabulary: dict[str, int]
    weights: csr_array
    has_pairs: bool

    @classmethod
    def of(cls, documents: Sequence[Morphemes], *, has_pairs: bool = True) -> BM25:
        """Index documents given as morphemes."""
        from scipy.sparse import vstack

        terms, weights = _weights(documents)
        if has_pairs:
            pairs, of_pairs = _weights([_pairs(document) for document in documents])
            terms, weights = terms + pairs, vstack([weights, _PAIR_WEIGHT * of_pairs])
        return cls({term: number for number, term in enumerate(terms)}, weights.tocsr(), has_pairs)

    def scores(self, queries: Sequence[Morphemes]) -> NDArray[np.float32]:
        """Each query's score for each document, shape (queries, documents); as dense as that, so ask in batches."""
        from scipy.sparse import csr_array

        asked = [[*query, *_pairs(query)] if self.has_pairs else query for query in queries]
        known = [[self.vocabulary[term] for term in query if term in self.vocabulary] for query in asked]
        rows = np.repeat(np.arange(len(known)), [len(query) for query in known])
        columns = np.array([number for query in known for number in query], np.int64)
        shape = len(queries), len(self.vocabulary)
        return np.asarray(
            (csr_array((np.ones(len(rows)), (rows, columns)), shape) @ self.weights).toarray(), np.float32
        )

    def unknown(self, queries: Sequence[Morphemes]) -> NDArray[np.float32]:
        """The share (0..1) of each query's morphemes that no document holds, shape (queries, 1); 1 for none at all."""
        shares = [sum(one not in self.vocabulary for one in query) / len(query) if query else 1.0 for query in queries]
        return np.array(shares, np.float32).reshape(-1, 1)


def _pairs(morphemes: Morphemes) -> list[str]:
    return [f"{before} {after}" for before, after in pairwise(morphemes)]


def _weights(documents: Sequence[Morphemes]) -> tuple[list[str], csr_array]:
    """The sorted terms, and each one's BM25 weight in each document, shape (terms, documents)."""
    terms, counts = count_morphemes(documents)
    lengths = np.array([len(document) for document in documents], np.float64)
    penalty = _K1 * (1 - _B + _B * lengths / max(lengths.sum() / max(len(documents), 1), 1.0))
    frequency = np.bincount(counts.indices, minlength=len(terms))
    idf = np.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
    holders = np.repeat(np.arange(len(documents)), np.diff(counts.indptr))
    counts.data = idf[counts.indices] * counts.data * (_K1 + 1) / (counts.data + penalty[holders])
    return terms, counts.T.tocsr()
