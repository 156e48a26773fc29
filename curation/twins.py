"""Twins: rows that ask the same thing, in whatever register. They are kept, and never put on two sides of a split."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from curation.dedup.guards import surface
from curation.dedup.minhash import propose_pairs, signatures
from curation.dedup.shingles import jaccard, letters, shingle
from curation.recipes.schema import Repeats


def find_twins(questions: Sequence[str], content: Sequence[Sequence[str]], settings: Repeats) -> NDArray[np.int64]:
    """Pairs of questions that are twins, shape `(n, 2)`; `content` holds each question's content morphemes.

    Three ways to be twins: the same letters; the same content morphemes in any order, whatever the endings (재고 실사
    언제 해? · 재고 실사는 언제 하나요?); or near on the surface (true Jaccard similarity of shingles) and in
    content, with equal numbers and codes.
    """
    spelled = [letters(question) for question in questions]
    keys = content_keys(questions, content)
    return np.unique(
        np.concatenate([_stars(spelled), _stars(keys), _near(questions, spelled, content, settings)]), axis=0
    )


def content_keys(questions: Sequence[str], content: Sequence[Sequence[str]]) -> list[str]:
    """One key a question, equal where the content morphemes are; its letters where it has none (뭐? · 왜요?)."""
    return [
        " ".join(sorted(morphemes)) if morphemes else f"={letters(question)}"
        for question, morphemes in zip(questions, content, strict=True)
    ]


def _stars(keys: Sequence[str]) -> NDArray[np.int64]:
    """Each row paired with the first row of the same key."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(key, row), row) for row, key in enumerate(keys)]
    return np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)


def _near(
    questions: Sequence[str], spelled: Sequence[str], content: Sequence[Sequence[str]], settings: Repeats
) -> NDArray[np.int64]:
    long = np.flatnonzero([len(text) >= settings.min_near_letters for text in spelled])
    sets = shingle([spelled[row] for row in long.tolist()], settings.shingle_chars)
    signed = signatures(sets, num_perm=settings.num_perm, seed=settings.signature_seed)
    pairs = propose_pairs(signed, bands=settings.bands, rows=settings.rows)
    near = long[pairs[jaccard(sets, pairs[:, 0], pairs[:, 1]) >= settings.threshold]]
    return np.array(
        [
            (left, right)
            for left, right in near.tolist()
            if surface(questions[left]) == surface(questions[right])
            and _overlap(content[left], content[right]) >= settings.threshold
        ],
        dtype=np.int64,
    ).reshape(-1, 2)


def _overlap(left: Sequence[str], right: Sequence[str]) -> float:
    """Jaccard similarity of two sets of morphemes: 입고 검수 화면 and 출고 검수 화면 look alike, and are not."""
    union = set(left) | set(right)
    return len(set(left) & set(right)) / len(union) if union else 1.0
