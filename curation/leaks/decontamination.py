"""Rows that give an evaluation set away: the same question or answer, copied, nearly copied, or in other words."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import list_owners, one_array
from curation.files import canonical_json
from curation.hashing import hash_each, mix
from curation.leaks.contents import is_light, question_contents
from curation.leaks.evaluation import OWN, EvaluationSet, fingerprint, read_evaluation_sets
from curation.leaks.grams import GramIndex, coverage, index_runs, join_sorted
from curation.leaks.likeness import Likeness, compare
from curation.leaks.twins import sign_content, spell
from curation.recipes.schema import Leaks

COLUMNS = ("question", "answer", "question_content", "twin_keys")  # what a table of rows must hold
TIERS = ("exact", "surface", "content", "contained")  # in the order in which they are asked; the first counts
_COVERED = 0.5  # of an item's runs of eight letters
_CONTAINED = 0.9  # of an item's content words
_LEAST_WORDS = 4  # content words of an item that may be found inside a longer question
_LEAST_ANSWER = 20  # letters: a shorter answer (네, 맞습니다) answers many questions
_LEAST_TOLD = 2  # content words of an item that can be recognised in other words

# Place in a table of rows, item, index in TIERS, score; each row once.
_Hits = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Contamination:
    """What was found: `because` by row number, in ascending order, and for the manifest one entry a set."""

    because: dict[int, dict[str, Any]]
    sets: list[dict[str, Any]]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The numbers of the rows that give something away."""
        return np.array(list(self.because), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a set's items, questions or answers, and what they are found by; keys and threes ascend."""

    texts: tuple[str, ...]
    spelled: list[str]
    content: pa.ListArray
    runs: GramIndex
    keys: NDArray[np.uint64]  # of twins
    key_owner: NDArray[np.int64]
    threes: NDArray[np.uint64]  # content words in a row
    three_owner: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The sets to keep out, and what the two sides of each are found by."""

    sets: tuple[EvaluationSet, ...]
    sides: tuple[tuple[_Side, _Side], ...]  # questions and answers

    def describe(self) -> list[dict[str, Any]]:
        """One entry a set for the manifest: fingerprints and what cannot be checked, none of its text."""
        told: list[dict[str, Any]] = [
            {
                "name": one.name,
                "sha256": one.sha256,
                "items": len(one.ids),
                "items_digest": fingerprint(one),
                "uncheckable": [one.ids[item] for item in _hard_to_tell(asked)],
            }
            for one, (asked, _) in zip(self.sets, self.sides, strict=True)
        ]
        if not OWN.is_file():
            told.insert(0, {"name": OWN.name, "absent": "it lies in the project's clone, in no wheel"})
        return told


def open_evaluation(paths: Sequence[str], words: tuple[str, ...] = ()) -> Evaluation:
    """The recipe's evaluation sets and our own, read once a process. Raises InputError where one is not read whole."""
    stamps = [(path, Path(path).stat().st_mtime_ns if Path(path).is_file() else 0) for path in paths]
    return _open(tuple(stamps), words)


def find_given_away(rows: pa.Table, evaluation: Evaluation, settings: Leaks, words: tuple[str, ...] = ()) -> pa.Table:
    """The same rows with `given_away`: what each gives away of each set, as a JSON list; null where nothing.

    `rows` holds the columns of `COLUMNS`. A question gives an item away by the first that holds of: the same letters;
    half of its runs of eight letters, and most of its content words (`settings.threshold`); that similarity of the
    content words of both, two words or more; nearly all of an item of four words or more, three of them in a row.
    Answers give away answers of twenty letters or more, by the first two. Numbers and codes of an item must all be
    kept. Two questions may be twins, and stay together, and yet not be the same: this is the stricter test.
    """
    hits: dict[int, list[dict[str, Any]]] = {}
    for one, (asked, said) in zip(evaluation.sets, evaluation.sides, strict=True):
        told = {"question": _asked(rows, one, asked, settings, words), "answer": _said(rows, said, settings, words)}
        found: dict[int, dict[str, Any]] = {}
        for side, columns in told.items():
            for place, item, tier, score in zip(*(column.tolist() for column in columns), strict=True):
                hit = {"set": one.name, "item": one.ids[item], "side": side, "tier": TIERS[tier]}
                found.setdefault(place, {**hit, "score": round(score, 4)})
        for place, hit in found.items():
            hits.setdefault(place, []).append(hit)
    cells = [canonical_json(hits[place]).decode() if place in hits else None for place in range(rows.num_rows)]
    return rows.append_column("given_away", pa.array(cells, pa.string()))


def gather(
    tables: Iterable[pa.Table], standing: NDArray[np.bool_], described: Sequence[Mapping[str, Any]]
) -> Contamination:
    """What standing rows give away (`tables` hold `row` and `given_away`), each row by the first set it does."""
    because: dict[int, dict[str, Any]] = {}
    tiers: Counter[tuple[str, str]] = Counter()
    items: defaultdict[str, set[str]] = defaultdict(set)
    for table in tables:
        hit = table.filter(table["given_away"].is_valid())
        for row, told in zip(hit["row"].to_pylist(), hit["given_away"].to_pylist(), strict=True):
            if row >= len(standing) or not standing[row]:
                continue
            found = json.loads(told)
            because[row] = found[0]
            tiers.update((one["set"], one["tier"]) for one in found)
            for one in found:
                items[one["set"]].add(one["item"])
    sets = [
        {**one, "rows": {tier: tiers[one["name"], tier] for tier in TIERS}, "items_given_away": len(items[one["name"]])}
        if "items" in one
        else dict(one)
        for one in described
    ]
    return Contamination(dict(sorted(because.items())), sets)


def decontaminate(
    tables: Iterable[pa.Table], standing: NDArray[np.bool_], settings: Leaks, words: tuple[str, ...] = ()
) -> Contamination:
    """The rows of tables in memory that give an item away; only rows in `standing`, by row number, are looked at."""
    evaluation = open_evaluation(settings.evaluation, words)
    told = (find_given_away(table, evaluation, settings, words) for table in tables)
    return gather(told, standing, evaluation.describe())


@lru_cache(maxsize=2)
def _open(stamps: tuple[tuple[str, int], ...], words: tuple[str, ...]) -> Evaluation:
    sets = read_evaluation_sets([path for path, _ in stamps])
    return Evaluation(tuple(sets), tuple((_index(one.questions, words), _index(one.answers, words)) for one in sets))


def _index(texts: tuple[str, ...], words: tuple[str, ...]) -> _Side:
    content = pa.array(question_contents(texts, words), pa.list_(pa.string()))
    signed = one_array(_signed(texts, content)["twin_keys"])
    key_owner, keys = list_owners(signed), signed.flatten().to_numpy()
    three_owner, threes = _ordered_threes(content)
    by_key, by_three = np.lexsort((key_owner, keys)), np.lexsort((three_owner, threes))
    return _Side(
        texts, spell(texts), content, index_runs(texts),
        keys[by_key], key_owner[by_key], threes[by_three], three_owner[by_three],
    )  # fmt: skip


def _signed(texts: Sequence[str], content: pa.ListArray) -> pa.Table:
    rows = pa.table({"question": pa.array(texts, pa.string()), "question_content": content})
    return sign_content(rows, Leaks())


def _asked(rows: pa.Table, evaluation: EvaluationSet, index: _Side, settings: Leaks, words: tuple[str, ...]) -> _Hits:
    """Rows whose question gives an item away."""
    questions: list[str] = rows["question"].to_pylist()
    content, keys = one_array(rows["question_content"]), one_array(rows["twin_keys"])
    bare = [evaluation.frame.strip(question) for question in questions]
    if bare != questions:  # what stands in the set's frame is compared without it
        content = pa.array(question_contents(bare, words), pa.list_(pa.string()))
        keys = one_array(_signed(bare, content)["twin_keys"])
    three_owner, threes = _ordered_threes(content)
    by_three, three_at = join_sorted(three_owner, threes, index.threes)
    by_key, key_at = join_sorted(list_owners(keys), keys.flatten().to_numpy(), index.keys)
    by_run, run_item, covered = coverage(bare, index.runs)
    row = np.concatenate([by_run, by_key, by_three])
    item = np.concatenate([run_item, index.key_owner[key_at], index.three_owner[three_at]])
    pairs, first = np.unique(np.stack([row, item], axis=1), axis=0, return_index=True)
    share = np.append(covered, np.zeros(len(row) - len(covered)))[first]  # the runs stand first
    place, item = pairs.T
    like = _compare(content, index.content, place, item)
    told = like.are_alike(settings.threshold) & (like.shorter >= _LEAST_TOLD)
    width = len(index.texts)
    in_a_row = np.isin(place * width + item, by_three * width + index.three_owner[three_at])
    inside = in_a_row & (like.right >= _LEAST_WORDS) & (like.of_right >= _CONTAINED) & like.right_codes
    copied = (share >= _COVERED) & (like.of_right >= settings.threshold) & like.right_codes
    same = _same_letters(spell(bare), index, place, item)
    return _first_tier(place, item, [(same, np.ones(len(pairs))), (copied, share), (told, like.of_all),
                                     (inside, like.of_right)])  # fmt: skip


def _said(rows: pa.Table, index: _Side, settings: Leaks, words: tuple[str, ...]) -> _Hits:
    """Rows whose answer gives away an item's, in the same form."""
    lengths = np.array([len(text) for text in index.spelled])
    if not len(lengths) or lengths.max() < _LEAST_ANSWER:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none, none.astype(np.float64)
    answers: list[str] = rows["answer"].to_pylist()
    row, item, share = coverage(answers, index.runs)
    near = (share >= _COVERED) & (lengths[item] >= _LEAST_ANSWER)
    row, item, share = row[near], item[near], share[near]
    rows_found, place = np.unique(row, return_inverse=True)
    found = [answers[one] for one in rows_found.tolist()]
    content = pa.array(question_contents(found, words), pa.list_(pa.string()))
    like = _compare(content, index.content, place, item)
    same = _same_letters(spell(found), index, place, item)
    copied = like.right_codes & (like.of_right >= settings.threshold)
    return _first_tier(row, item, [(same, np.ones(len(row))), (copied, share)])


def _compare(rows: pa.ListArray, items: pa.ListArray, place: NDArray[np.int64], item: NDArray[np.int64]) -> Likeness:
    """The likeness of rows (left) and items (right)."""
    return compare(pa.concat_arrays([rows, items]), place, item + len(rows))


def _same_letters(
    spelled: Sequence[str], index: _Side, place: NDArray[np.int64], item: NDArray[np.int64]
) -> NDArray[np.bool_]:
    pairs = zip(place.tolist(), item.tolist(), strict=True)
    return np.array([spelled[row] == index.spelled[one] != "" for row, one in pairs], dtype=bool)


def _ordered_threes(content: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Each three content words that follow one another: list and key."""
    owner, words = list_owners(content), hash_each(content.flatten())
    keys = mix(mix(mix(words[:-2]) + words[1:-1]) + words[2:])
    inside = owner[:-2] == owner[2:]
    return owner[:-2][inside], keys[inside]


def _first_tier(
    row: NDArray[np.int64], item: NDArray[np.int64], tiers: Sequence[tuple[NDArray[np.bool_], NDArray[np.float64]]]
) -> _Hits:
    """The hits of each row's first tier: the item of the highest score, of equals the first."""
    passed = np.stack([held for held, _ in tiers])
    tier = np.argmax(passed, axis=0)
    score = np.stack([scores for _, scores in tiers])[tier, np.arange(len(row))]
    hit = np.flatnonzero(passed.any(axis=0))
    order = hit[np.lexsort((item[hit], -score[hit], tier[hit], row[hit]))]
    _, first = np.unique(row[order], return_index=True)
    best = order[first]
    return row[best], item[best], tier[best], score[best]


def _hard_to_tell(index: _Side) -> list[int]:
    """Items too short to be recognised in other words or half copied: only the same letters are found."""
    words = [{word for word in found if not is_light(word)} for found in index.content.to_pylist()]
    return [item for item, found in enumerate(words) if len(found) < _LEAST_TOLD and index.runs.counts[item] == 0]
