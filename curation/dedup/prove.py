"""Proof that two rows repeat each other: the true similarity of each role, and guards that let nothing else pass."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import Fetch
from curation.components import components
from curation.dedup.content import Analyse, remembering, same_content
from curation.dedup.guards import decisive_levels, negations, other_fact, read_facts
from curation.dedup.letters import Letters
from curation.dedup.sign import roles_of
from curation.dedup.similarity import similarities
from curation.pairs import pack_pairs, unpack_pairs
from curation.recipes.schema import Repeats

GUARDS = ("numbers", "codes", "signs", "negation", "speech_level", "content")
_LEVELS = {"question": "user_sentence_levels", "answer": "assistant_sentence_levels"}
_BYTES_FETCHED = 64 * 2**20  # at once: each fetch passes over many shards
_BYTES_AT_ONCE = 4 * 2**20  # compared at once: the grams of a text are twenty times its size
_FIRST_PAIRS, _MOST_PAIRS = 2_000, 200_000
_HELD_APART = 1_000  # pairs of each guard: of some of them a row falls later


@dataclass(frozen=True, slots=True)
class Proven:
    """Rows `left[i] < right[i]` repeat each other, sorted; `scores[role][i]` is their true Jaccard similarity, 0..1."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    is_exact: NDArray[np.bool_]  # same letters, numbers, codes and signs in each role; the others repeat nearly
    scores: Mapping[str, NDArray[np.float64]]
    # Of pairs: proposed = below_threshold + stopped by each of GUARDS + exact + near. With guards, numbers,
    # codes and signs are part of the keys (`sign`), so that few pairs ever come to those three.
    counts: Mapping[str, int]
    # By guard the smallest of the pairs that it stopped, shape (at most 1,000, 2), sorted.
    apart: Mapping[str, NDArray[np.int64]]


class _Block(NamedTuple):
    """The proven of some pairs: shape (n, 2), whether each is exact, its score in each role."""

    pairs: NDArray[np.int64]
    is_exact: NDArray[np.bool_]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Role:
    """One role of a block's rows, and how its pairs compare in it."""

    texts: pa.ChunkedArray
    levels: pa.ChunkedArray
    facts: list[str]
    scores: NDArray[np.float64]
    same_letters: NDArray[np.bool_]
    same_facts: NDArray[np.bool_]
    repeats: NDArray[np.bool_]  # exactly, or similar enough and long enough


def prove(pairs: NDArray[np.int64], fetch: Fetch, settings: Repeats, analyse: Analyse) -> Proven:
    """Those of `pairs`, shape `(n, 2)`, that repeat each other in every role of the policy.

    A text repeats another exactly (same letters, numbers, codes and signs; if short, both or neither ask), or nearly:
    both long enough, true Jaccard similarity at or above the threshold, and, with guards, equal numbers, codes, signs,
    negation, speech levels and content morphemes. Equal letters have equal endings, nouns and negation. A pair is
    counted where it first fails.
    """
    names = roles_of(settings)
    distinct = np.unique(pack_pairs(*np.sort(pairs.reshape(-1, 2), axis=1).T))
    pairs = _together(unpack_pairs(distinct))
    counts: Counter[str] = Counter(proposed=len(pairs))
    apart = dict.fromkeys(GUARDS, pairs[:0])
    analyse = remembering(analyse)
    found = [_Block(pairs[:0], np.zeros(0, dtype=np.bool_), np.zeros((0, len(names))))]
    for block, rows, table in _fetched(pairs, fetch, [*names, *(_LEVELS[name] for name in names)]):
        for part in np.array_split(block, 1 + table.nbytes // _BYTES_AT_ONCE):
            found.append(_prove_block(part, rows, table, settings, analyse, counts, apart))
    proven, exact, scores = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((proven[:, 1], proven[:, 0]))
    return Proven(
        proven[order, 0],
        proven[order, 1],
        exact[order],
        {name: scores[order, place] for place, name in enumerate(names)},
        {name: counts[name] for name in ("proposed", "below_threshold", *GUARDS, "exact", "near")},
        apart,
    )


def _together(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs so ordered that rows that hang together stand side by side: a text is seldom fetched twice."""
    rows, place = np.unique(pairs, return_inverse=True)
    ends = place.reshape(-1, 2)
    return pairs[np.argsort(components(len(rows), ends)[ends[:, 0]], kind="stable")]


def _fetched(
    pairs: NDArray[np.int64], fetch: Fetch, columns: Sequence[str]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], pa.Table]]:
    """Block by block: pairs, the numbers of their rows, and these rows. A block is as large as the last one allows."""
    size, done = _FIRST_PAIRS, 0
    while done < len(pairs):
        block = pairs[done : done + size]
        rows = np.unique(block)
        table = fetch(rows, columns)
        yield block, rows, table
        done += len(block)
        size = max(1, min(_MOST_PAIRS, len(block) * _BYTES_FETCHED // max(table.nbytes, 1)))


def _prove_block(
    pairs: NDArray[np.int64],
    numbers: NDArray[np.int64],
    rows: pa.Table,
    settings: Repeats,
    analyse: Analyse,
    counts: Counter[str],
    apart: dict[str, NDArray[np.int64]],
) -> _Block:
    """The proven of these pairs among `rows`, whose numbers are given; all are added to `counts`, some to `apart`."""
    own, place = np.unique(np.searchsorted(numbers, pairs), return_inverse=True)
    left, right = place.reshape(-1, 2).T
    table = rows.take(pa.array(own))
    roles = [_role(table, name, left, right, settings) for name in roles_of(settings)]
    exact = np.all([role.same_letters & role.same_facts for role in roles], axis=0)
    proven = np.all([role.repeats for role in roles], axis=0)
    counts["below_threshold"] += int((~proven).sum())
    if settings.guards:
        near = np.flatnonzero(proven & ~exact)
        stops = _guard(roles, near, left, right, analyse)
        counts.update(stop for stop in stops if stop)
        for guard in {stop for stop in stops if stop}:
            stopped = pairs[near[[stop == guard for stop in stops]]]
            apart[guard] = np.unique(np.concatenate([apart[guard], stopped]), axis=0)[:_HELD_APART]
        proven[near] = [stop is None for stop in stops]
    counts.update(exact=int(exact.sum()), near=int((proven & ~exact).sum()))
    return _Block(pairs[proven], exact[proven], np.stack([role.scores for role in roles], axis=1)[proven])


def _role(table: pa.Table, name: str, left: NDArray[np.int64], right: NDArray[np.int64], settings: Repeats) -> _Role:
    letters, facts = read_facts(table[name], settings.min_near_letters)
    scores = similarities(letters, settings.shingle_chars, left, right)
    number: dict[str, int] = {}
    fact = np.array([number.setdefault(text, len(number)) for text in facts], dtype=np.int64)
    same_letters, same_facts = _same_letters(letters, left, right, scores), fact[left] == fact[right]
    is_long = np.minimum(letters.counts[left], letters.counts[right]) >= settings.min_near_letters
    repeats = (same_letters & same_facts) | (is_long & (scores >= settings.threshold))
    return _Role(table[name], table[_LEVELS[name]], facts, scores, same_letters, same_facts, repeats)


def _same_letters(
    letters: Letters, left: NDArray[np.int64], right: NDArray[np.int64], scores: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Compared letter by letter: 가가가가가가 has the shingles of 가가가가가가가, but is another text."""
    found: NDArray[np.bool_] = scores == 1
    points, ends = letters.points.tobytes(), (4 * letters.bounds).tolist()
    for pair in np.flatnonzero(found).tolist():
        one, other = left[pair], right[pair]
        found[pair] = points[ends[one] : ends[one + 1]] == points[ends[other] : ends[other + 1]]
    return found


def _guard(
    roles: Sequence[_Role],
    pairs: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    analyse: Analyse,
) -> list[str | None]:
    """The guard that stops each of `pairs`, if any. Contents are asked for last, and of few: Kiwi is slow."""
    stops: list[str | None] = [None] * len(pairs)
    asked: list[tuple[int, tuple[str, str]]] = []
    rows, place = np.unique(np.stack([left[pairs], right[pairs]], axis=1), return_inverse=True)
    sides = place.reshape(-1, 2).tolist()
    for role in roles:
        texts, levels = (column.take(pa.array(rows)).to_pylist() for column in (role.texts, role.levels))
        for number, (pair, (one, other)) in enumerate(zip(pairs.tolist(), sides, strict=True)):
            if stops[number] is None and not role.same_facts[pair]:
                stops[number] = other_fact(role.facts[left[pair]], role.facts[right[pair]])
            elif stops[number] is None and not role.same_letters[pair]:
                if negations(texts[one]) != negations(texts[other]):
                    stops[number] = "negation"
                elif decisive_levels(levels[one]) != decisive_levels(levels[other]):
                    stops[number] = "speech_level"
                else:
                    asked.append((number, (texts[one], texts[other])))
    asked = [(number, pair) for number, pair in asked if stops[number] is None]
    for (number, _), same in zip(asked, same_content([pair for _, pair in asked], analyse), strict=True):
        if not same:
            stops[number] = "content"
    return stops
