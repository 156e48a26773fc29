"""Which rows stand in the page itself: of each figure as many as the page has room for, and how much of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from curation.mending.edits import PERSONAL
from curation.report.rows.clusters import cluster_tag
from curation.report.rows.differences import excerpt
from curation.report.rows.firsts import Keys
from curation.report.rows.gathered import Gathered, told_pairs
from curation.report.rows.lookup import Found, key_of
from curation.report.rows.survey import OF_EACH, Survey

SAMPLES = OF_EACH  # of each reason
_KEPT = 8
_OF_KIND = 10  # rows of a kind of personal data, of a way of mending
FACT_CHARS = 80  # of what stands beside the texts
_LINE_BYTES, _QUOTE_BYTES = 350, 100  # of markup
_NONE = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is shown: clusters, pairs of each, rows of a reason, rows of any other list, characters of a text."""

    clusters: int
    pairs: int
    of_reason: int
    rows: int
    chars: int
    room_bytes: int  # of the page, that all samples may take for this


# From much to little; the first that has room is taken. A reason has 20 rows unless dozens of reasons do.
_AMOUNTS = (
    Amount(50, 3, SAMPLES, 20, 400, 60_000),
    Amount(50, 1, SAMPLES, 10, 200, 60_000),
    Amount(20, 1, SAMPLES, 10, 200, 60_000),
    Amount(20, 1, SAMPLES, 5, 120, 60_000),
    Amount(10, 1, SAMPLES, 5, 80, 60_000),
    Amount(10, 1, SAMPLES, 3, 80, 100_000),
    Amount(10, 1, SAMPLES, 1, 50, 100_000),
    Amount(5, 1, 10, 1, 50, 100_000),
    Amount(5, 1, 5, 1, 50, 0),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows to set side by side."""

    left: Found
    right: Found
    scores: Mapping[str, float]


_Groups = dict[str, Sequence[Found | Pair]]
Picked = dict[str, _Groups]  # by field of `Samples`, then by what stands above the rows there


def pick(gathered: Gathered, manifest: Mapping[str, Any]) -> tuple[Picked, int]:
    """The rows to show, and how many characters of a text."""
    for amount in _AMOUNTS:
        picked = _pick(gathered, manifest, amount)
        if _bytes(picked, amount.chars) <= amount.room_bytes:
            break
    return picked, amount.chars


def reasons_of(manifest: Mapping[str, Any]) -> dict[str, tuple[str, str, int]]:
    """Step, reason and rows of each reason by `STEP/REASON`, most frequent first."""
    counts = [(step["step"], reason, count) for step in manifest["steps"] for reason, count in step["reasons"].items()]
    ordered = sorted(counts, key=lambda one: (-one[2], one[:2]))
    return {f"{step}/{reason}": (step, reason, count) for step, reason, count in ordered}


def _pick(gathered: Gathered, manifest: Mapping[str, Any], amount: Amount) -> Picked:
    """The rows to show of each figure."""
    found, rows, broken = gathered.survey, gathered.rows, gathered.broken
    few = min(amount.rows, _OF_KIND)
    picked: Picked = {
        "kept": {"": [*_typical(found, rows)]},
        "reasons": {key: _of_reason(key, found, rows, broken)[: amount.of_reason] for key in reasons_of(manifest)},
        "clusters": dict(_of_clusters(found, rows, amount)),
        "apart": {},
        "nearest": {},
        "shared": {},
        "personal": {kind: _of(found.kept, f"{PERSONAL}{kind}", rows, few) for kind in manifest["personal_data"]},
        "mended": {
            why: _of(found.kept, f"edit:{why}", rows, few)
            for why in manifest["edits"]
            if not why.startswith(PERSONAL)  # among the personal
        },
        "mixed": {"": [rows[key] for key in _mixed(found)[: amount.rows]]},
        "doubtful": {"": [rows[key] for key in found.doubtful.tolist()[: amount.rows]]},
    }
    for (field, group), pairs in told_pairs(manifest).items():
        known = [(key_of(pair.left), key_of(pair.right), pair.scores) for pair in pairs[: amount.rows]]
        picked[field][group] = [
            Pair(rows[left], rows[right], scores) for left, right, scores in known if left in rows and right in rows
        ]
    return picked


def _of(tags: Mapping[str, Keys], tag: str, rows: Mapping[int, Found], most: int) -> list[Found]:
    return [rows[key] for key in tags.get(tag, _NONE).tolist()[:most]]


def _typical(found: Survey, rows: Mapping[int, Found]) -> Iterator[Found]:
    """One row of each pair of levels (so that rare pairs are seen), then by id."""
    cells = [keys.tolist()[:_KEPT] for tag, keys in found.kept.items() if " " in tag and tag.startswith("user:")]
    firsts = sorted(cell[0] for cell in cells)
    rest = sorted(key for cell in cells for key in cell[1:])
    for key in [*firsts, *rest][:_KEPT]:
        yield rows[key]


def _mixed(found: Survey) -> list[int]:
    both = [found.kept.get(f"{role}:mixed", _NONE).tolist() for role in ("user", "assistant")]
    return sorted({key for keys in both for key in keys})


def _of_reason(key: str, found: Survey, rows: Mapping[int, Found], broken: Sequence[Found]) -> list[Found | Pair]:
    """The first rows that went for a reason; a repeat beside the row that stayed."""
    lines = [row for row in broken if f"{row.step}/{row.reason}" == key]
    lines += [rows[one] for one in found.gone.get(f"reason:{key}", _NONE).tolist()]
    return [_beside_witness(row, rows) for row in lines]


def _beside_witness(row: Found, rows: Mapping[int, Found]) -> Found | Pair:
    witness = rows.get(key_of(row.witness)) if row.witness else None
    return Pair(witness, row, row.because.get("jaccard", {})) if witness else row


def _of_clusters(
    found: Survey, rows: Mapping[int, Found], amount: Amount
) -> Iterator[tuple[str, Sequence[Found | Pair]]]:
    """The largest clusters: what went beside what stayed; where all stayed, the first beside the others."""
    for cluster in found.clusters.largest.tolist()[: amount.clusters]:
        tag = cluster_tag(cluster)
        first, *others = _of(found.kept, tag, rows, OF_EACH)
        pairs = [_beside_witness(row, rows) for row in _of(found.gone, tag, rows, amount.pairs)]
        yield str(first.cluster_id), pairs or [Pair(first, other, {}) for other in others[: amount.pairs]]


def _bytes(picked: Picked, chars: int) -> int:
    """About how much of the page these rows take."""
    entries = chain.from_iterable(chain.from_iterable(groups.values()) for groups in picked.values())
    rows = chain.from_iterable((one.left, one.right) if isinstance(one, Pair) else (one,) for one in entries)
    quotes = [quote for row in picked["kept"][""] if isinstance(row, Found) for quote in row.evidence]
    return sum(_row_bytes(row, chars) for row in rows) + sum(
        _QUOTE_BYTES + len(excerpt(quote.text, chars).encode()) for quote in quotes
    )


def _row_bytes(row: Found, chars: int) -> int:
    told = [excerpt(text, chars) for text in (row.question, row.answer)]
    told += [excerpt(text, FACT_CHARS) for text in row.facts.values()]
    return _LINE_BYTES + sum(len(text.encode()) for text in told)
