"""Twins: rows that ask the same thing, in whatever register. They are kept, and never put on two sides of a split."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import Fetch, list_owners, one_array
from curation.dedup.letters import fold, join
from curation.hashing import hash_text, mix
from curation.leaks.contents import is_light, question_contents
from curation.leaks.likeness import compare, weigh
from curation.leaks.nearest import HELD, NO_NEAREST, Nearest
from curation.pairs import pack_pairs, unpack_pairs
from curation.recipes.schema import Leaks
from curation.runs import run_firsts, run_starts

_Keys = tuple[NDArray[np.int64], NDArray[np.uint64]]  # rows, and a key of each; a row may have several
# Of a block of pairs: whether each is a pair of twins; places of the nearest others, and how alike these are.
_Proof = tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64]]
_DRAWN = 6  # words of a question that its keys are made of: the heaviest by a seeded draw
_PAIRS_AT_ONCE = 100_000  # their rows go to a worker and back: memory before speed
_BEFORE = 8
_CROWD = 64
_SAME = np.uint64(1)  # the lowest bit of a key under which all rows are the same
_TRIPLES = np.array(list(combinations(range(_DRAWN), 3)))
_TWOS = np.array(list(combinations(range(3), 2)))


def add_content(rows: pa.Table, words: tuple[str, ...] = ()) -> pa.Table:
    """The same rows with `question_content`, list<string>: the content words of the question, in their order."""
    found = question_contents(rows["question"].to_pylist(), words)
    return rows.append_column("question_content", pa.array(found, pa.list_(pa.string())))


def sign_content(rows: pa.Table, settings: Leaks) -> pa.Table:
    """The same rows with `twin_keys`, list<uint64>: rows that may be twins share one; and `question_letters`, uint64.

    Keys are: the letters; the content words run together (카 시트 · 카시트); the set of content words; and each three
    of up to six words drawn by weight, each two where there are but three. Any two questions of at most six words
    that share three therefore meet. `settings` decides only what `prove_twins` accepts.
    """
    content = one_array(rows["question_content"])
    keys = [_row_keys(rows["question"].to_pylist(), content), *_word_keys(content)]
    owner = np.concatenate([owners for owners, _ in keys])
    values = np.concatenate([found for _, found in keys])
    order = np.lexsort((values, owner))
    owner, values = owner[order], values[order]
    first = run_starts(owner, values)
    counts = np.bincount(owner[first], minlength=rows.num_rows)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    rows = rows.append_column("twin_keys", pa.ListArray.from_arrays(offsets, pa.array(values[first], pa.uint64())))
    return rows.append_column("question_letters", pa.array(keys[0][1][: rows.num_rows], pa.uint64()))


def twin_pairs(buckets: pa.Table) -> pa.Table:
    """Pairs that may be twins, columns left < right, from columns key and row sorted by (key, row).

    Where a key says that all in it are the same, each row is paired with the first. Of other keys, those with up to 9
    rows pair all of them, those with up to 64 each row with the 8 before it, and larger ones none: what so many rows
    share is a template, and twins among them meet under the keys of what fills it.
    """
    key, row = (buckets[name].to_numpy() for name in ("key", "row"))
    place = np.arange(len(key))
    starts = run_starts(key)
    first = run_firsts(starts)
    sizes = np.diff(np.append(np.flatnonzero(starts), len(key)))
    size = np.repeat(sizes, sizes)
    same = (key & _SAME) != 0
    pairs = [(first[same & (place > first)], place[same & (place > first)])]
    crowded = same | (size > _CROWD)
    for distance in range(1, _BEFORE + 1):
        within = place[(place - distance >= first) & ~crowded]
        pairs.append((within - distance, within))
    left, right = (row[np.concatenate(side)] for side in zip(*pairs, strict=True))
    found = unpack_pairs(np.unique(pack_pairs(left, right)))
    return pa.table({"left": found[:, 0], "right": found[:, 1]})


def prove_twins(
    pairs: NDArray[np.int64], fetch: Fetch, settings: Leaks, run: Callable[..., Iterable[_Proof]] = map
) -> tuple[NDArray[np.int64], Nearest]:
    """Those of `pairs`, shape `(n, 2)`, that are twins, shape `(m, 2)`, each once and sorted; and the nearest others.

    Twins have the same letters, or the same content words, spaces aside; or equal numbers and codes, and a Jaccard
    similarity of content words, weighted by their length, of at least `settings.threshold`; or that share of the
    shorter question stands in the longer, of four words or more, and more than half of both together is common.

    `run` is `map`, or does as it does in several processes.
    """
    distinct = np.unique(pack_pairs(*np.sort(pairs, axis=1).T))
    blocks = (
        _Block.of(distinct[start : start + _PAIRS_AT_ONCE], fetch) for start in range(0, len(distinct), _PAIRS_AT_ONCE)
    )
    held, nearest, done = [np.zeros(0, dtype=np.bool_)], NO_NEAREST, 0
    for twins, places, likeness in run(partial(_prove_block, settings=settings), blocks):
        nearest = nearest.with_others(unpack_pairs(distinct[done + places]), likeness)
        held.append(twins)
        done += len(twins)
    return unpack_pairs(distinct[np.concatenate(held)]), nearest


@dataclass(frozen=True, slots=True)
class _Block:
    """Some pairs, as places in the table of their rows."""

    rows: pa.Table
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    @staticmethod
    def of(packed: NDArray[np.int64], fetch: Fetch) -> "_Block":
        pairs = unpack_pairs(packed)
        numbers, place = np.unique(pairs, return_inverse=True)
        left, right = place.reshape(pairs.shape).T
        return _Block(fetch(numbers, ["question_letters", "question_content"]), left, right)


def _prove_block(block: _Block, settings: Leaks) -> _Proof:
    twins, likeness = _compare_twins(block.rows, block.left, block.right, settings)
    others = np.flatnonzero(~twins & (likeness > 0))
    nearest = others[np.argsort(-likeness[others], kind="stable")[:HELD]]
    return twins, nearest, likeness[nearest]


def are_twins(rows: pa.Table, left: NDArray[np.int64], right: NDArray[np.int64], settings: Leaks) -> NDArray[np.bool_]:
    """Whether rows `left[i]` and `right[i]` of a table with `question_letters` and `question_content` are twins."""
    return _compare_twins(rows, left, right, settings)[0]


def _compare_twins(
    rows: pa.Table, left: NDArray[np.int64], right: NDArray[np.int64], settings: Leaks
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether pairs are twins, and how alike their content words are, 0..1."""
    found = compare(one_array(rows["question_content"]), left, right)
    return found.are_near(settings.threshold) | _spelled_alike(rows, left, right), found.of_all


def content_sets(content: pa.ListArray) -> _Keys:
    """Each row with content words, and a hash of the set of them."""
    owner, word, hashes = _distinct(content)[:3]
    sets = np.zeros(len(content), dtype=np.uint64)
    np.add.at(sets, owner, mix(hashes[word]))
    filled = np.unique(owner)
    return filled, sets[filled]


def spell(texts: Sequence[str]) -> list[str]:
    """The letters and digits of each text, lower case, same order."""
    folded = fold(join(texts))
    whole = folded.points.tobytes().decode("utf-32-le")
    bounds = folded.bounds.tolist()
    return [whole[start:end] for start, end in pairwise(bounds)]


def _spelled_alike(rows: pa.Table, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two questions have the same letters (64 bits of their hash), or the same content words run together."""
    run_together = pc.binary_join(one_array(rows["question_content"]), "").dictionary_encode()
    letters, words = rows["question_letters"].to_numpy(), run_together.indices.to_numpy(zero_copy_only=False)
    nothing = pc.index(run_together.dictionary, pa.scalar("", pa.string())).as_py()
    same_words = (words[left] == words[right]) & (words[left] != nothing)
    return np.asarray((letters[left] == letters[right]) | same_words)


def _row_keys(questions: Sequence[str], content: pa.ListArray) -> _Keys:
    """A key of each row's letters, and one of its content words run together."""
    spelled = [f"letters {text}" for text in spell(questions)]
    joined = [(row, f"content {text}") for row, text in enumerate(pc.binary_join(content, "").to_pylist()) if text]
    owners = np.array([*range(len(spelled)), *(row for row, _ in joined)], dtype=np.int64)
    return owners, np.array(
        [hash_text(text) for text in [*spelled, *(text for _, text in joined)]], dtype=np.uint64
    ) | _SAME


def _word_keys(content: pa.ListArray) -> list[_Keys]:
    """Keys of each row's set of content words, and of threes and twos of the heaviest drawn."""
    owner, word, hashes, vocabulary = _distinct(content)
    weight = np.array([weigh(word) for word in vocabulary], dtype=np.float64)
    light = np.array([is_light(word) for word in vocabulary], dtype=bool)
    # Exponential race: the smaller, the earlier; a word of twice the weight is drawn twice as often.
    turn = -np.log((hashes.astype(np.float64) + 1) / 2**64) / weight
    order = np.lexsort((word, turn[word], light[word], owner))
    owner, word = owner[order], word[order]
    counts = np.bincount(owner, minlength=len(content))
    heavy = np.bincount(owner[~light[word]], minlength=len(content))
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    drawn = np.zeros((len(content), _DRAWN), dtype=np.uint64)
    early = place < _DRAWN
    drawn[owner[early], place[early]] = hashes[word[early]]
    filled, sets = content_sets(content)
    return [
        (filled, mix(sets) | _SAME),
        _combine(drawn, np.minimum(counts, _DRAWN), _TRIPLES),
        _combine(drawn, np.where(heavy <= 3, np.minimum(counts, 3), 0), _TWOS),
    ]


def _distinct(content: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], list[str]]:
    """Row and word, each once; the words' hashes; the words themselves."""
    encoded = content.flatten().dictionary_encode()
    vocabulary = encoded.dictionary.to_pylist()
    hashes = np.array([hash_text(word) for word in vocabulary], dtype=np.uint64)
    both = np.stack([list_owners(content), encoded.indices.to_numpy(zero_copy_only=False)], axis=1)
    owner, word = np.unique(both, axis=0).T
    return owner, word, hashes, vocabulary


def _combine(drawn: NDArray[np.uint64], counts: NDArray[np.int64], places: NDArray[np.int64]) -> _Keys:
    """For each row and each of `places` within its count: a key of the words there, whatever their order."""
    fits = places.max(axis=1)[None, :] < counts[:, None]
    keys = mix(mix(drawn)[:, places].sum(axis=2, dtype=np.uint64) + np.uint64(places.shape[1])) & ~_SAME
    owner, column = np.nonzero(fits)
    return owner, keys[owner, column]
