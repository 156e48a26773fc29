"""Splits that share nothing: whole documents are dealt first, then the rows that would cross the cut are named."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.components import components
from curation.dedup.shingles import letters
from curation.recipes.schema import Split

SPLITS = ("train", "valid", "test")
Evidence = Sequence[Mapping[str, str]]  # one row's evidence: `document` and `sha256` are read


@dataclass(frozen=True, slots=True)
class Dealt:
    """A row's split, or None with the reason it can be in none: its evidence or its twins lie on two sides."""

    split: str | None
    because: dict[str, object]


def deal(
    evidence: Sequence[Evidence], twins: NDArray[np.int64], row_ids: Sequence[str], shares: Split, seed: int
) -> list[Dealt]:
    """A split for every row, same order. Rows with evidence follow their documents; the rest follow their twins.

    Documents are dealt whole and before any row is looked at, so that no chain of twins can pull them all into one
    group; a row whose documents or twins then lie on two sides is dealt nowhere.
    """
    group = components(len(row_ids), twins).tolist()
    units = _units(evidence, group, row_ids)
    split_of_unit = _deal_units(Counter(unit for found in units for unit in found), shares, seed)
    own = [{split_of_unit[unit] for unit in found} for found in units]
    home = _homes(group, own, shares)
    example: dict[tuple[int, str], str] = {}
    for row, splits in enumerate(own):
        if splits == {home[group[row]]}:
            example.setdefault((group[row], home[group[row]]), row_ids[row])
    dealt: list[Dealt] = []
    for row, splits in enumerate(own):
        at_home = home[group[row]]
        if len(splits) > 1:
            documents = sorted({span["document"] for span in evidence[row]})
            dealt.append(Dealt(None, {"documents": documents, "splits": sorted(splits)}))
        elif splits and splits != {at_home}:
            twin = example.get((group[row], at_home))
            dealt.append(Dealt(None, {"twin": twin, "splits": sorted({*splits, at_home})}))
        else:
            dealt.append(Dealt(at_home, {}))
    return dealt


def split_groups(evidence: Sequence[Evidence], twins: NDArray[np.int64], row_ids: Sequence[str]) -> list[str]:
    """For each row the smallest `row_id` among all rows it shares a document or a twin with, through any chain."""
    first: dict[str, int] = {}
    edges = [
        (first.setdefault(key, row), row)
        for row, spans in enumerate(evidence)
        for span in spans
        for key in (f"document {span['document']}", f"sha256 {span['sha256']}")
    ]
    joined = np.concatenate([twins, np.array(edges, dtype=np.int64).reshape(-1, 2)])
    return [row_ids[smallest] for smallest in components(len(row_ids), joined).tolist()]


def measure_leaks(kept: pa.Table) -> dict[str, int]:
    """How many documents, questions and answers stand in more than one split, counted anew from the rows themselves.

    All but `shared_answers` must be 0; a short answer (네, 맞습니다) may rightly answer two questions.
    """
    splits, evidence = kept["split"].to_pylist(), kept["evidence"].to_pylist()
    return {
        "shared_documents": _shared(splits, [{span["document"] for span in spans} for spans in evidence]),
        "shared_document_digests": _shared(splits, [{span["sha256"] for span in spans} for spans in evidence]),
        "shared_questions": _shared(splits, [{letters(text)} for text in kept["question"].to_pylist()]),
        "shared_question_contents": _shared(splits, [{key} for key in kept["question_content"].to_pylist()]),
        "shared_answers": _shared(splits, [{letters(text)} for text in kept["answer"].to_pylist()]),
    }


def _units(evidence: Sequence[Evidence], group: Sequence[int], row_ids: Sequence[str]) -> list[list[str]]:
    """What is dealt whole: each row's documents; for twins none of whom has evidence, their group; else nothing."""
    document = _one_name_per_digest(evidence)
    with_evidence = {group[row] for row, spans in enumerate(evidence) if spans}
    return [
        sorted({document[span["document"]] for span in spans})
        or ([] if group[row] in with_evidence else [f"twins {row_ids[group[row]]}"])
        for row, spans in enumerate(evidence)
    ]


def _one_name_per_digest(evidence: Sequence[Evidence]) -> dict[str, str]:
    """Each document's unit: files of one content are one document, whatever they are called."""
    names = sorted({span["document"] for spans in evidence for span in spans})
    place = {name: index for index, name in enumerate(names)}
    first: dict[str, int] = {}
    edges = sorted(
        {
            (first.setdefault(span["sha256"], place[span["document"]]), place[span["document"]])
            for spans in evidence
            for span in spans
        }
    )
    smallest = components(len(names), np.array(edges, dtype=np.int64).reshape(-1, 2)).tolist()
    return {name: f"document {names[smallest[index]]}" for name, index in place.items()}


def _deal_units(rows_of_unit: Counter[str], shares: Split, seed: int) -> dict[str, str]:
    """Units to splits, in the order of a seeded hash: the smaller splits are filled first, the largest takes the rest.

    Each split with a share gets a unit where there are enough; a unit above both a split's share and twice the average
    is passed over, so that one great document cannot become the test set.
    """
    total = sum(rows_of_unit.values())
    share_of = {split: float(getattr(shares, split)) for split in SPLITS}
    *smaller, largest = sorted(SPLITS, key=lambda split: (share_of[split], SPLITS.index(split) == 0, split))
    waiting = sorted(rows_of_unit, key=lambda unit: hashlib.sha256(f"{seed} {unit}".encode()).digest())
    dealt: dict[str, str] = {}
    for split in smaller:
        wanted, taken = share_of[split] * total, 0
        for unit in waiting:
            if taken >= wanted or len(dealt) == len(rows_of_unit) - 1:
                break
            if unit not in dealt and rows_of_unit[unit] <= max(wanted, 2 * total / len(rows_of_unit)):
                dealt[unit] = split
                taken += rows_of_unit[unit]
    return {unit: dealt.get(unit, largest) for unit in rows_of_unit}


def _homes(group: Sequence[int], own: Sequence[set[str]], shares: Split) -> dict[int, str]:
    """The split of each group of twins: that of most of its rows; of equals the smaller split, which can spare less."""
    votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for twins, splits in zip(group, own, strict=True):
        if len(splits) <= 1:
            votes[twins].update(splits)
        else:
            votes[twins].update(dict.fromkeys(splits, 0))  # home to someone, if to nobody else
    return {
        twins: min(found, key=lambda split: (-found[split], getattr(shares, split), split))
        for twins, found in votes.items()
    }


def _shared(splits: Sequence[str], keys: Sequence[set[str]]) -> int:
    held: dict[str, set[str]] = {split: set() for split in SPLITS}
    for split, found in zip(splits, keys, strict=True):
        held[split] |= found
    return len(set().union(*(one & other for one, other in combinations(held.values(), 2))))
