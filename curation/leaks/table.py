"""The leak table: what stands in more than one split, counted anew from the rows that are written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import list_owners, one_array
from curation.hashing import hash_each, mix
from curation.leaks.dealing import SPLITS
from curation.leaks.twins import content_sets, spell

COLUMNS = ("split", "evidence", "question", "question_content", "answer")  # what a table of rows must hold
_Keys = tuple[NDArray[np.int64], NDArray[np.uint64]]  # rows, and one key of each
_IN_ONE = [1 << split for split in range(len(SPLITS))]
_PAIRS = tuple(combinations(range(len(SPLITS)), 2))


@dataclass(frozen=True, slots=True)
class LeakTable:
    """How many different keys of each kind stand in more than one split, and in each two splits (`train/test`).

    All but `shared_answers` must be 0; a short answer (네, 맞습니다) may rightly answer two questions.
    """

    shared: dict[str, int]
    between: dict[str, dict[str, int]]


def measure_leaks(tables: Iterable[pa.Table], twins: NDArray[np.int64], split_of_row: NDArray[np.int8]) -> LeakTable:
    """The leak table of the rows kept, given as tables with the columns of `COLUMNS`, `split` by name or null.

    `twins` are the proved pairs of row numbers and `split_of_row[number]` the split each row was written to, an index
    in SPLITS, or -1 for none: `shared_twins` counts the pairs on two sides. Memory: 9 bytes a key, at most twice.
    """
    held: dict[str, list[NDArray[np.uint64]]] = {name: [] for name in _KINDS}
    places: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in _KINDS}
    for table in tables:
        side = pc.index_in(one_array(table["split"]), pa.array(SPLITS)).fill_null(len(SPLITS))
        bit = np.left_shift(1, side.to_numpy(zero_copy_only=False)).astype(np.uint8)
        for name, keys_of in _KINDS.items():
            rows, keys = keys_of(table)
            known = np.flatnonzero(bit[rows] < 1 << len(SPLITS))
            held[name].append(keys[known])
            places[name].append(bit[rows[known]])
    sides = {name: _sides(held[name], places[name]) for name in _KINDS}
    between = {name: _between(found) for name, found in sides.items()}
    shared = {name: int(np.sum(np.isin(found, _IN_ONE, invert=True))) for name, found in sides.items()}
    ends = split_of_row[twins]
    apart = ends[(ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)]
    between["shared_twins"] = _between(np.bitwise_or.reduce(np.left_shift(1, apart), axis=1))
    return LeakTable({**shared, "shared_twins": len(apart)}, between)


def _documents(field: str) -> Callable[[pa.Table], _Keys]:
    def keys(table: pa.Table) -> _Keys:
        evidence = one_array(table["evidence"])
        return list_owners(evidence), hash_each(pc.struct_field(evidence.flatten(), field))

    return keys


def _letters(column: str) -> Callable[[pa.Table], _Keys]:
    def keys(table: pa.Table) -> _Keys:
        return np.arange(len(table)), hash_each(pa.array(spell(table[column].to_pylist()), pa.string()))

    return keys


def _contents(table: pa.Table) -> _Keys:
    rows, keys = content_sets(one_array(table["question_content"]))
    return rows, mix(keys)


_KINDS: dict[str, Callable[[pa.Table], _Keys]] = {
    "shared_documents": _documents("document"),
    "shared_document_digests": _documents("sha256"),
    "shared_questions": _letters("question"),
    "shared_question_contents": _contents,
    "shared_answers": _letters("answer"),
}


def _sides(keys: list[NDArray[np.uint64]], bits: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """For each different key the splits it stands in, as bits."""
    if not keys:
        return np.zeros(0, dtype=np.uint8)
    every, which = np.unique(np.concatenate(keys), return_inverse=True)
    sides = np.zeros(len(every), dtype=np.uint8)
    np.bitwise_or.at(sides, which, np.concatenate(bits))
    return sides


def _between(sides: NDArray[np.integer]) -> dict[str, int]:
    return {
        f"{SPLITS[one]}/{SPLITS[other]}": int(np.sum((sides >> one & 1) & (sides >> other & 1)))
        for one, other in _PAIRS
    }
