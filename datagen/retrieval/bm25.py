"""BM25 over Kiwi morphemes as one sparse matrix (Robertson & Zaragoza 2009; k1 1.2, b 0.75)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class BM25:
    """`weights[t, d]`: what morpheme t adds to document d's score."""

    vocabulary: dict[str, int]
    weights: csr_array

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> BM25:
        """Index documents given as morphemes."""
        from scipy.sparse import csr_array

        counts = [Counter(document) for document in documents]
        vocabulary = {term: number for number, term in enumerate(sorted(set().union(*counts)))}
        mean_length = max(sum(map(len, documents)) / max(len(documents), 1), 1.0)
        frequency = Counter(term for count in counts for term in count)
        rows, columns, values = [], [], []
        for number, (document, count) in enumerate(zip(documents, counts, strict=True)):
            length = _K1 * (1 - _B + _B * len(document) / mean_length)
            for term, times in count.items():
                idf = np.log(1 + (len(documents) - frequency[term] + 0.5) / (frequency[term] + 0.5))
                rows.append(vocabulary[term])
                columns.append(number)
                values.append(idf * times * (_K1 + 1) / (times + length))
        return cls(vocabulary, csr_array((values, (rows, columns)), shape=(len(vocabulary), len(documents))))

    def scores(self, queries: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Each query's score for each document, shape (queries, documents)."""
        from scipy.sparse import csr_array

        rows = [row for row, query in enumerate(queries) for term in query if term in self.vocabulary]
        columns = [self.vocabulary[term] for query in queries for term in query if term in self.vocabulary]
        asked = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(queries), len(self.vocabulary)))
        return np.asarray((asked @ self.weights).todense(), np.float32)
