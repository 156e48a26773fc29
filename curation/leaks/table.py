"""The leak table: what stands in more than one split, counted anew from the rows that are written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import list_owners, one_array
from curation.hashing import hash_each, mix
from curation.leaks.dealing import SPLITS
from curation.leaks.twins import content_sets, spell
from curation.runs import run_firsts, run_starts

# What a table of rows must hold.
COLUMNS = ("row", "split", "evidence", "question", "question_content", "answer")
_Keys = tuple[NDArray[np.int64], NDArray[np.uint64]]  # rows, and one key of each
_IN_ONE = [1 << split for split in range(len(SPLITS))]
_PAIRS = tuple(combinations(range(len(SPLITS)), 2))
_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class LeakTable:
    """How many different keys of each kind stand in more than one split, and in each two splits (`train/test`).

    All but `shared_answers` must be 0; a short answer (네, 맞습니다) may rightly answer two questions. `examples` are
    for each kind the smallest pairs of row numbers that share a key and lie in two splits, shape `(at most 20, 2)`,
    left < right: of each key its smallest row, and the smallest in another split.
    """

    shared: dict[str, int]
    between: dict[str, dict[str, int]]
    examples: dict[str, NDArray[np.int64]]


def measure_leaks(tables: Iterable[pa.Table], twins: NDArray[np.int64], split_of_row: NDArray[np.int8]) -> LeakTable:
    """The leak table of the rows kept, given as tables with the columns of `COLUMNS`, `split` by name or null.

    `twins` are the proved pairs of row numbers and `split_of_row[number]` the split each row was written to, an index
    in SPLITS, or -1 for none: `shared_twins` counts the pairs on two sides. Memory: 13 bytes a key, at most twice.
    """
    held: dict[str, list[NDArray[np.uint64]]] = {name: [] for name in _KINDS}
    places: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in _KINDS}
    owners: dict[str, list[NDArray[np.uint32]]] = {name: [] for name in _KINDS}
    for table in tables:
        side = pc.index_in(one_array(table["split"]), pa.array(SPLITS)).fill_null(len(SPLITS))
        bit = np.left_shift(1, side.to_numpy(zero_copy_only=False)).astype(np.uint8)
        number = table["row"].to_numpy().astype(np.uint32)
        for name, keys_of in _KINDS.items():
            rows, keys = keys_of(table)
            known = np.flatnonzero(bit[rows] < 1 << len(SPLITS))
            held[name].append(keys[known])
            places[name].append(bit[rows[known]])
            owners[name].append(number[rows[known]])
    found = {name: _find(held.pop(name), places.pop(name), owners.pop(name)) for name in _KINDS}
    found["shared_twins"] = _twins_apart(twins, split_of_row)
    return LeakTable(
        {name: kind.shared for name, kind in found.items()},
        {name: kind.between for name, kind in found.items()},
        {name: kind.examples for name, kind in found.items()},
    )


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


class _Found(NamedTuple):
    """What of one kind stands in more than one split: how many keys, in each two splits, and pairs of rows."""

    shared: int
    between: dict[str, int]
    examples: NDArray[np.int64]


def _find(
    keys: Sequence[NDArray[np.uint64]], bits: Sequence[NDArray[np.uint8]], rows: Sequence[NDArray[np.uint32]]
) -> _Found:
    """What of some keys stands in more than one split; `bits[i]` is the split of row `rows[i]`, which has `keys[i]`."""
    every, which = np.unique(np.concatenate([np.zeros(0, np.uint64), *keys]), return_inverse=True)
    bit = np.concatenate([np.zeros(0, np.uint8), *bits])
    sides = np.zeros(len(every), dtype=np.uint8)  # of each different key the splits it stands in
    np.bitwise_or.at(sides, which, bit)
    is_shared = np.isin(sides, _IN_ONE, invert=True)
    among = np.flatnonzero(is_shared[which])
    row = np.concatenate([np.zeros(0, np.uint32), *rows])[among].astype(np.int64)
    order = np.lexsort((row, which[among]))
    row, bit = row[order], bit[among][order]
    first = run_firsts(run_starts(which[among][order]))
    elsewhere = np.flatnonzero(bit != bit[first])
    second = elsewhere[run_starts(first[elsewhere])]
    pairs = np.unique(np.stack([row[first[second]], row[second]], axis=1), axis=0)
    return _Found(int(is_shared.sum()), _between(sides), pairs[:_EXAMPLES])


def _twins_apart(twins: NDArray[np.int64], split_of_row: NDArray[np.int8]) -> _Found:
    """The pairs of twins on two sides."""
    ends = split_of_row[twins]
    is_apart = (ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)
    sides = np.bitwise_or.reduce(np.left_shift(1, ends[is_apart]), axis=1)
    return _Found(int(is_apart.sum()), _between(sides), np.unique(twins[is_apart], axis=0)[:_EXAMPLES])


def _between(sides: NDArray[np.integer]) -> dict[str, int]:
    return {
        f"{SPLITS[one]}/{SPLITS[other]}": int(np.sum((sides >> one & 1) & (sides >> other & 1)))
        for one, other in _PAIRS
    }
