"""Rows that mean the same in other words: reported with their cosine, never removed, for no cosine is a proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from curation.curate import Curated
    from curation.sentence_model import Embed, SentenceModel

_EMBEDDED_AT_ONCE = 1_000
# What --semantic looks at and for. Rows are numbered by a hash of their content: the first of them are a fair sample.
_MOST_ROWS = 50_000
_THRESHOLD = 0.9
# Rows of a block of cosines: 4,096 × 4,096 in float32 are 64 MB.
_BLOCK = 4_096


@dataclass(frozen=True, slots=True)
class SemanticRepeats:
    """How many pairs reach the threshold among `texts` texts, and the nearest of them, the nearest first.

    `pairs` are indices `left < right` into the texts, shape (n, 2); `cosines` float32, shape (n,).
    """

    texts: int
    count: int
    pairs: NDArray[np.int64]
    cosines: NDArray[np.float32]


def semantic_repeats(curated: Curated, model: SentenceModel) -> dict[str, object]:
    """The manifest's `semantic_repeats`: kept rows whose questions mean the same to a sentence model."""
    rows = np.flatnonzero(curated.verdicts.is_kept)[:_MOST_ROWS]
    texts = curated.rows.fetch(rows, ["question", "row_id"])
    found = find_semantic(texts["question"].to_pylist(), model.embed, _THRESHOLD)
    return describe_semantic(found, texts["row_id"].to_pylist(), model.identity, _THRESHOLD)


def find_semantic(texts: Sequence[str], embed: Embed, threshold: float, *, most_pairs: int = 1_000) -> SemanticRepeats:
    """Every pair of texts with a cosine of `threshold` (0..1] or more is counted; the `most_pairs` nearest are kept.

    Every text is compared with every other: 100,000 texts of 384 dimensions take about 4e12 multiplications, and memory
    for their vectors and one block of cosines. A text with a vector of zeros is near to none.
    """
    vectors = _unit_vectors(texts, embed)
    count, pairs, cosines = 0, np.zeros((0, 2), np.int64), np.zeros(0, np.float32)
    for start in range(0, len(texts), _BLOCK):
        for other in range(start, len(texts), _BLOCK):
            block = vectors[start : start + _BLOCK] @ vectors[other : other + _BLOCK].T
            near = np.triu(block >= threshold, 1) if start == other else block >= threshold
            left, right = np.nonzero(near)
            count += len(left)
            pairs = np.concatenate([pairs, np.stack([left + start, right + other], axis=1)])
            cosines = np.concatenate([cosines, block[left, right]])
            nearest = np.lexsort((pairs[:, 1], pairs[:, 0], -cosines))[:most_pairs]
            pairs, cosines = pairs[nearest], cosines[nearest]
    return SemanticRepeats(len(texts), count, pairs, cosines)


def describe_semantic(
    found: SemanticRepeats, row_ids: Sequence[str], model: Mapping[str, object], threshold: float, *, shown: int = 50
) -> dict[str, object]:
    """What a manifest says of them: model, threshold, how many pairs, and the nearest `shown` by `row_id`."""
    return {
        "model": dict(model), "threshold": threshold, "texts": found.texts, "pairs": found.count,
        "nearest": [
            {"rows": [row_ids[left], row_ids[right]], "cosine": round(float(cosine), 4)}
            for (left, right), cosine in zip(found.pairs[:shown].tolist(), found.cosines[:shown], strict=True)
        ],
    }  # fmt: skip


def _unit_vectors(texts: Sequence[str], embed: Embed) -> NDArray[np.float32]:
    parts = [
        np.asarray(embed(texts[start : start + _EMBEDDED_AT_ONCE]), np.float32)
        for start in range(0, len(texts), _EMBEDDED_AT_ONCE)
    ]
    vectors = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
