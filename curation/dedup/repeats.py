"""Repeats: pairs of rows whose question and whose answer both say the same, each proven, and who stays of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.components import components
from curation.dedup.guards import decisive_levels, negations, surface
from curation.dedup.minhash import propose_pairs, signatures
from curation.dedup.shingles import Shingles, jaccard, letters, shingle
from curation.recipes.schema import Repeats

# Content morphemes of each text, same order: Kiwi, or in a test a plain function.
Analyse = Callable[[Sequence[str]], list[list[str]]]
ROLES = ("question", "answer")
_LEVELS = {"question": "user_sentence_levels", "answer": "assistant_sentence_levels"}


@dataclass(frozen=True, slots=True)
class Repeat:
    """Rows `left < right` (indices) repeat each other; `scores` are exact Jaccard similarities per role, 0..1."""

    left: int
    right: int
    kind: Literal["exact", "near"]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Role:
    """One side of every row, ready to compare."""

    texts: list[str]
    letters: list[str]
    surface: list[object]  # numbers and codes
    levels: list[frozenset[str]]
    sets: Shingles


def find_repeats(rows: pa.Table, settings: Repeats, analyse: Analyse) -> list[Repeat]:
    """Every proven repeat among `rows` (tagged, sorted by `row_id`), sorted.

    A row repeats another when its question does and its answer does. A text repeats another exactly (same letters,
    numbers and codes), or nearly: both long enough, true Jaccard similarity at or above the threshold, and equal
    numbers, codes, negation, speech levels and content morphemes.
    """
    sides = {role: _role(rows, role, settings) for role in ROLES}
    exact, first_of_each = _exact(sides)
    return sorted([*exact, *_near(sides, first_of_each, settings, analyse)], key=lambda pair: (pair.left, pair.right))


def cluster_ids(row_ids: Sequence[str], repeats: Sequence[Repeat]) -> list[str]:
    """For each row the smallest `row_id` among the rows it is linked to by repeats, itself included."""
    pairs = np.array([(pair.left, pair.right) for pair in repeats], dtype=np.int64).reshape(-1, 2)
    return [row_ids[first] for first in components(len(row_ids), pairs).tolist()]


def choose_kept(
    repeats: Sequence[Repeat], candidates: Sequence[int], *, may_stay: Callable[[int], bool]
) -> dict[int, tuple[int, Repeat]]:
    """Who goes, and the kept witness and proof: greedy in the order of `candidates` (best first).

    A row goes only where a kept row repeats it directly; a row that may not stay is never anyone's witness.
    """
    linked: dict[int, list[tuple[int, Repeat]]] = {}
    for pair in repeats:
        linked.setdefault(pair.left, []).append((pair.right, pair))
        linked.setdefault(pair.right, []).append((pair.left, pair))
    kept: set[int] = set()
    gone: dict[int, tuple[int, Repeat]] = {}
    for row in sorted(candidates, key=lambda row: not may_stay(row)):  # stable: best first within both
        witnesses = [(other, pair) for other, pair in linked.get(row, []) if other in kept]
        if witnesses:
            gone[row] = max(witnesses, key=lambda found: (min(found[1].scores.values()), -found[0]))
        elif may_stay(row):
            kept.add(row)
    return gone


def _role(rows: pa.Table, role: str, settings: Repeats) -> _Role:
    texts = rows[role].to_pylist()
    spelled = [letters(text) for text in texts]
    levels = [decisive_levels(found) for found in rows[_LEVELS[role]].to_pylist()]
    return _Role(texts, spelled, [surface(text) for text in texts], levels, shingle(spelled, settings.shingle_chars))


def _exact(sides: Mapping[str, _Role]) -> tuple[list[Repeat], NDArray[np.int64]]:
    """Repeats by equal letters, numbers and codes, each against the first of its group; and those firsts, ascending.

    Equal letters have equal endings, nouns and negation, so these need no further guard.
    """
    first: dict[object, int] = {}
    found: list[Repeat] = []
    sides_of_row = zip(*(zip(side.letters, side.surface, strict=True) for side in sides.values()), strict=True)
    for row, key in enumerate(sides_of_row):
        if (witness := first.setdefault(key, row)) != row:
            found.append(Repeat(witness, row, "exact", dict.fromkeys(ROLES, 1.0)))
    return found, np.fromiter(first.values(), dtype=np.int64, count=len(first))


def _near(
    sides: Mapping[str, _Role], rows: NDArray[np.int64], settings: Repeats, analyse: Analyse
) -> list[Repeat]:  # fmt: skip
    """Repeats among `rows` that are not exact: proposed by MinHash, proven by everything else."""
    pairs = rows[propose_pairs(_pair_signatures(sides, settings)[rows], bands=settings.bands, rows=settings.rows)]
    scores = {role: jaccard(side.sets, pairs[:, 0], pairs[:, 1]) for role, side in sides.items()}
    alike = np.all([score >= settings.threshold for score in scores.values()], axis=0)
    pairs, scores = pairs[alike], {role: score[alike] for role, score in scores.items()}
    guarded = np.array(
        [all(_may_repeat(side, left, right, settings) for side in sides.values()) for left, right in pairs.tolist()],
        dtype=np.bool_,
    )
    pairs, scores = pairs[guarded], {role: score[guarded] for role, score in scores.items()}
    content = _content_of(sides, pairs, analyse)
    return [
        Repeat(left, right, "near", {role: float(score[index]) for role, score in scores.items()})
        for index, (left, right) in enumerate(pairs.tolist())
        if all(_same_content(side, left, right, content) for side in sides.values())
    ]


def _pair_signatures(sides: Mapping[str, _Role], settings: Repeats) -> NDArray[np.uint32]:
    """One signature a row, of its question's and its answer's shingles told apart by a prefix.

    The two sets are disjoint, so where both similarities reach a threshold, that of the union does too: no pair of
    rows is missed for having a short question, and a shared answer alone proposes little.
    """
    signed = [
        signatures(side.sets, num_perm=settings.num_perm, seed=settings.signature_seed, prefix=f"{role}:")
        for role, side in sides.items()
    ]
    return np.minimum(*signed)


def _may_repeat(side: _Role, left: int, right: int, settings: Repeats) -> bool:
    """The guards that need no analyser."""
    if side.surface[left] != side.surface[right]:
        return False
    if side.letters[left] == side.letters[right]:
        return True
    return (
        min(len(side.letters[left]), len(side.letters[right])) >= settings.min_near_letters
        and side.levels[left] == side.levels[right]
        and negations(side.texts[left]) == negations(side.texts[right])
    )


def _content_of(sides: Mapping[str, _Role], pairs: NDArray[np.int64], analyse: Analyse) -> dict[str, list[str]]:
    """Sorted content morphemes of every text still in question: few, since Kiwi is the slowest step of all."""
    texts = sorted({side.texts[row] for side in sides.values() for row in pairs.ravel().tolist()})
    return {text: sorted(found) for text, found in zip(texts, analyse(texts), strict=True)}


def _same_content(side: _Role, left: int, right: int, content: Mapping[str, list[str]]) -> bool:
    return (
        side.letters[left] == side.letters[right] or content[side.texts[left]] == content[side.texts[right]]
    )  # fmt: skip
