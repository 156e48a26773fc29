"""Splits that share nothing: whole documents are dealt first, then the rows that would cross the cut are named."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import Fetch, list_bounds, list_owners, one_array
from curation.components import components
from curation.hashing import hash_each, hash_text
from curation.leaks.dealing import SPLITS, Units, deal_units
from curation.recipes.schema import Leaks, Split

NOWHERE = -1
# What `deal` has to know of a row. The keys are hashes: names are fetched for those rows alone that fall.
FACTS = pa.schema(
    [
        ("row", pa.int64()),
        ("row_key", pa.uint64()),  # of `row_id`: in whose order groups are dealt
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("register", pa.dictionary(pa.int32(), pa.string())),  # the user's level and the assistant's
        ("documents", pa.list_(pa.uint64())),
        ("digests", pa.list_(pa.uint64())),  # in the order of `documents`
        ("parent", pa.uint64()),  # of `meta.parent`, null where there is none
    ]
)


@dataclass(frozen=True, slots=True)
class Dealt:
    """Where each row goes; arrays in ascending order of `row`.

    `split` is the index in `SPLITS`, or NOWHERE for a row whose evidence or twins lie on two sides; those stand in
    `because`, by row number. `group` is the smallest row number it shares a document, twin or parent with, by any chain
    of rows that are in a split. `oversized` lists what went to the greatest split whole because it is so large.
    """

    row: NDArray[np.int64]
    split: NDArray[np.int8]
    group: NDArray[np.int64]
    because: dict[int, dict[str, Any]]
    oversized: list[dict[str, Any]]


def gather_facts(rows: pa.Table) -> pa.Table:
    """The columns of `FACTS` for a shard with row, row_id, source, user_level, assistant_level, evidence and meta."""
    evidence = one_array(rows["evidence"])
    spans = evidence.flatten()
    offsets = pa.array(list_bounds(evidence).astype(np.int32))
    documents, digests = (
        pa.ListArray.from_arrays(offsets, pa.array(hash_each(pc.struct_field(spans, name)), pa.uint64()))
        for name in ("document", "sha256")
    )
    register = pc.binary_join_element_wise(rows["user_level"], rows["assistant_level"], "×")
    columns = {
        "row": rows["row"],
        "row_key": pa.array([hash_text(row_id) for row_id in rows["row_id"].to_pylist()], pa.uint64()),
        "source": rows["source"].dictionary_encode(),
        "register": register.dictionary_encode(),
        "documents": documents,
        "digests": digests,
        "parent": pa.array(_parents(rows["meta"]), pa.uint64()),
    }
    return pa.table(columns, schema=FACTS)


def deal(
    facts: pa.Table,
    twins: NDArray[np.int64],
    shares: Split,
    settings: Leaks,
    seed: int,
    fetch: Fetch,
    fixed: NDArray[np.int8] | None = None,
) -> Dealt:
    """A split for every row of `facts` (any order). Rows with evidence follow their documents, the rest their twins.

    Documents are dealt whole and before any row is looked at, so that no chain of twins can pull them all into one
    group; a row whose documents or twins then lie on two sides is dealt nowhere. `twins` are pairs of row numbers,
    `fixed` says in the order of `facts` which rows an earlier release has dealt already (an index in `SPLITS`, or -1):
    their documents and twins follow them, and they never fall.
    """
    order = np.argsort(facts["row"].to_numpy(), kind="stable")
    given = np.full(len(facts), NOWHERE, dtype=np.int8) if fixed is None else fixed[order]
    facts = facts.take(pa.array(order)).unify_dictionaries().combine_chunks()
    row = facts["row"].to_numpy()
    joined = np.concatenate([np.searchsorted(row, twins), _same_parent(facts["parent"])])
    group = components(len(row), joined)
    of_row, unit, keys = _units(facts, group)
    units = _gather(of_row, unit, keys, facts, given)
    dealt = deal_units(units, shares, seed, max_share=settings.max_group_share)

    lowest, highest = _range(len(row), of_row, dealt.split[unit])
    lowest, highest = np.where(given >= 0, given, lowest), np.where(given >= 0, given, highest)
    own = np.where(lowest == highest, lowest, NOWHERE)  # NOWHERE too where nothing but twins say where to go
    home = _homes(group, own, given, shares)[group]
    crosses = (lowest != highest) | (own >= 0) & (own != home)
    crosses &= given < 0
    split = np.where(crosses, NOWHERE, np.where(given >= 0, given, home)).astype(np.int8)
    because = _because(row, group, own, home, np.stack([lowest, highest], axis=1), crosses, fetch)
    oversized = _oversized(units, np.flatnonzero(dealt.oversized), of_row, unit, row, fetch)
    return Dealt(row, split, row[_groups(split >= 0, joined, of_row, unit)], because, oversized)


def _parents(meta: pa.ChunkedArray) -> list[int | None]:
    named = pc.fill_null(pc.match_substring(meta, '"parent"'), False).to_pylist()
    found = [json.loads(text).get("parent") if one else None for text, one in zip(meta.to_pylist(), named, strict=True)]
    return [None if parent is None else hash_text(json.dumps(parent, sort_keys=True)) for parent in found]


def _same_parent(parents: pa.ChunkedArray) -> NDArray[np.int64]:
    """Each row with a parent paired with the first row of that parent."""
    rows = np.flatnonzero(parents.is_valid().to_numpy())
    keys = parents.drop_null().to_numpy()
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return np.stack([rows[first[which]], rows], axis=1)


def _units(
    facts: pa.Table, group: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """What is dealt whole: row, its unit (a row may have several), and each unit's key, that neither the number of
    rows nor their order changes.

    A unit is a document, under all the names its content has; or, of rows none of whose twins has evidence, the group.
    """
    documents, digests = one_array(facts["documents"]), one_array(facts["digests"])
    owner = list_owners(documents)
    names, name = np.unique(documents.flatten().to_numpy(zero_copy_only=False), return_inverse=True)
    contents, content = np.unique(digests.flatten().to_numpy(zero_copy_only=False), return_inverse=True)
    # One file under two names is one document, and so are two versions under one name.
    document = components(len(names) + len(contents), np.stack([name, content + len(names)], axis=1))[name]

    grounded = np.zeros(len(group), dtype=bool)
    grounded[group[owner]] = True
    alone = np.flatnonzero(~grounded[group])
    of_row = np.concatenate([owner, alone])
    labels, unit = np.unique(np.concatenate([document, group[alone] + len(names)]), return_inverse=True)
    row_keys = facts["row_key"].to_numpy()
    key_of = np.concatenate([names[document], row_keys[alone]])
    keys = np.full(len(labels), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(keys, unit, key_of)
    both = np.unique(np.stack([of_row, unit], axis=1), axis=0)
    return both[:, 0], both[:, 1], keys


def _gather(
    of_row: NDArray[np.int64],
    unit: NDArray[np.int64],
    keys: NDArray[np.uint64],
    facts: pa.Table,
    given: NDArray[np.int8],
) -> Units:
    """How many rows each unit has, of which source and register, and where an earlier release put it."""
    strata = []
    for name in ("source", "register"):
        codes = one_array(facts[name]).indices.to_numpy(zero_copy_only=False)
        strata.append(np.unique(codes, return_inverse=True)[1])
    places = np.stack([strata[0], strata[1] + strata[0].max(initial=-1) + 1], axis=1)
    fixed = np.full(len(keys), NOWHERE, dtype=np.int8)
    known = np.flatnonzero(given[of_row] >= 0)
    np.maximum.at(fixed, unit[known], given[of_row[known]])
    return Units(keys, np.repeat(unit, 2), places[of_row].ravel(), fixed)


def _range(
    rows: int, of_row: NDArray[np.int64], splits: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and last split that each row's units lie in; NOWHERE for a row without."""
    lowest, highest = np.full(rows, len(SPLITS), dtype=np.int64), np.full(rows, NOWHERE, dtype=np.int64)
    np.minimum.at(lowest, of_row, splits)
    np.maximum.at(highest, of_row, splits)
    return np.where(highest < 0, NOWHERE, lowest), highest


def _homes(
    group: NDArray[np.int64], own: NDArray[np.int64], given: NDArray[np.int8], shares: Split
) -> NDArray[np.int64]:
    """The split of each group of twins: that of most of its rows; of equals the smaller split, which can spare less.

    Rows of an earlier release outvote all others; a group that nobody votes for goes to the greatest split.
    """
    share = np.array([getattr(shares, split) for split in SPLITS])
    preference = np.argsort(np.argsort(-share, kind="stable"))
    votes = np.zeros((len(group), len(SPLITS)), dtype=np.int64)
    voting = np.flatnonzero(own >= 0)
    np.add.at(votes, (group[voting], own[voting]), np.where(given[voting] >= 0, len(group) + 1, 1))
    found: NDArray[np.int64] = np.argmax(votes * len(SPLITS) + preference, axis=1)
    return np.where(votes.any(axis=1), found, np.argmax(share))


def _groups(
    dealt: NDArray[np.bool_], joined: NDArray[np.int64], of_row: NDArray[np.int64], unit: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each row the first row it is joined to through rows that are dealt; itself where it is not dealt."""
    held = dealt[of_row]
    edges = np.concatenate(
        [joined[dealt[joined].all(axis=1)], np.stack([of_row[held], unit[held] + len(dealt)], axis=1)]
    )
    return components(len(dealt) + int(unit.max(initial=-1)) + 1, edges)[: len(dealt)]


def _because(
    row: NDArray[np.int64],
    group: NDArray[np.int64],
    own: NDArray[np.int64],
    home: NDArray[np.int64],
    sides: NDArray[np.int64],
    crosses: NDArray[np.bool_],
    fetch: Fetch,
) -> dict[int, dict[str, Any]]:
    """For each row that falls: the documents on two sides, or a twin that stays on the other.

    There always is one: such a row's group has its home on the other side because rows there voted for it.
    """
    stays = np.flatnonzero((own >= 0) & (own == home) & ~crosses)
    groups, first = np.unique(group[stays], return_index=True)
    twin_of = dict(zip(groups.tolist(), row[stays[first]].tolist(), strict=True))
    fallen = np.flatnonzero(crosses)
    is_two_sided = sides[fallen, 0] != sides[fallen, 1]
    two_sided = set(row[fallen[is_two_sided]].tolist())
    row_ids = _look_up(fetch, {twin_of[one] for one in group[fallen[~is_two_sided]].tolist()}, "row_id")
    evidence = _look_up(fetch, two_sided, "evidence")
    because: dict[int, dict[str, Any]] = {}
    for place in fallen.tolist():
        number = int(row[place])
        if number in two_sided:
            splits = {SPLITS[side] for side in sides[place].tolist()}
            documents = sorted({span["document"] for span in evidence[number]})
            because[number] = {"documents": documents, "splits": sorted(splits)}
        else:
            splits = {SPLITS[int(own[place])], SPLITS[int(home[place])]}
            because[number] = {"twin": row_ids[twin_of[int(group[place])]], "splits": sorted(splits)}
    return because


def _look_up(fetch: Fetch, rows: set[int], column: str) -> dict[int, Any]:
    if not rows:
        return {}
    asked = sorted(rows)
    return dict(zip(asked, fetch(np.array(asked, dtype=np.int64), [column])[column].to_pylist(), strict=True))


def _oversized(
    units: Units,
    large: NDArray[np.int64],
    of_row: NDArray[np.int64],
    unit: NDArray[np.int64],
    row: NDArray[np.int64],
    fetch: Fetch,
) -> list[dict[str, Any]]:
    """How many rows each oversized unit has, and one of them by name; the largest first."""
    sizes = units.sizes
    listed: list[dict[str, Any]] = []
    for one in sorted(large.tolist(), key=lambda one: (-int(sizes[one]), int(units.keys[one]))):
        example = int(row[of_row[unit == one][0]])
        row_id = _look_up(fetch, {example}, "row_id")[example]
        listed.append({"rows": int(sizes[one]), "share": round(float(sizes[one] / len(row)), 4), "row_id": row_id})
    return listed
