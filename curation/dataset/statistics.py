"""What the kept rows say in sum, of each split and of all: levels of rows and of sentences, scripts, lengths."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import list_owners, numbers, one_array
from curation.engine.parts import Part, read_part
from curation.korean.levels import SURE, SpeechLevel
from curation.leaks.dealing import SPLITS
from curation.signals.standing import COLUMNS as SIGNAL_COLUMNS
from curation.signals.standing import find_standing
from curation.tags import LEVEL_LABELS

# Lower edges, each bin up to the next; the last of lengths is open, that of shares ends with 1.
_LENGTHS = (0, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
BINS = {"chars": _LENGTHS, "tokens": _LENGTHS, "hangul": tuple(tenth / 10 for tenth in range(10))}
_COLUMNS = {"chars": "chars", "tokens": "tokens", "hangul": "hangul_share"}
_ROLES = ("user", "assistant")
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SHARES = ("hangul", "latin", "digit", "other")
_LEVELS = pa.array([level.value for level in SpeechLevel])


def statistics(facts: pa.Table, judged: Sequence[Part], split_of_row: NDArray[np.int8]) -> dict[str, Any]:
    """The manifest's block: `all` and each split, signals, the bins of `spread`, and the bound of `doubtful`.

    `facts` are the kept rows with `split`, an index in SPLITS; sentences are counted in the parts `judged`, of rows
    whose `split_of_row[row]` is not -1.
    """
    sentences, doubtful = _count_sentences(judged, split_of_row)
    chosen = {"all": [*range(len(SPLITS))], **{name: [split] for split, name in enumerate(SPLITS)}}
    return {
        **{
            name: {
                **_of_rows(facts if name == "all" else facts.filter(pc.equal(facts["split"], splits[0]))),
                "sentences": {role: _by_level(sentences[role][splits].sum(axis=0)) for role in _ROLES},
                "doubtful": {role: int(doubtful[role][splits].sum()) for role in _ROLES},
            }
            for name, splits in chosen.items()
        },
        "signals": _count_signals(judged, split_of_row),
        "bins": {name: list(edges) for name, edges in BINS.items()},
        "doubtful_below": SURE,
    }


def _of_rows(rows: pa.Table) -> dict[str, Any]:
    """Level matrix user × assistant, styles of 존댓말, script shares of all characters, lengths of rows."""
    pairs = rows.group_by(["user_level", "assistant_level"]).aggregate([([], "count_all")]).to_pylist()
    cells = Counter({(one["user_level"], one["assistant_level"]): one["count_all"] for one in pairs})
    styles = rows.group_by("assistant_style").aggregate([([], "count_all")]).to_pylist()
    return {
        "rows": rows.num_rows,
        "levels": {
            user: {assistant: cells[user, assistant] for assistant in LEVEL_LABELS}
            for user in LEVEL_LABELS
        },
        "polite_style": {one["assistant_style"] or "none": one["count_all"] for one in styles},
        "scripts": {role: _mean_shares(rows, role) for role in _ROLES},
        "chars": {role: _quantiles(rows[f"{role}_chars"]) for role in _ROLES},
        "tokens": {role: _quantiles(rows[f"{role}_tokens"].drop_null()) for role in _ROLES},
        "spread": {role: {name: _spread(rows, role, name) for name in BINS} for role in _ROLES},
    }  # fmt: skip


def _spread(rows: pa.Table, role: str, name: str) -> list[int]:
    """How many rows lie in each bin; none at all of tokens where there is no tokenizer."""
    values = numbers(rows, f"{role}_{_COLUMNS[name]}")
    known = values[~np.isnan(values)]
    if name == "tokens" and not len(known):
        return []
    bin_ = np.searchsorted(BINS[name], known, side="right") - 1
    found: list[int] = np.bincount(bin_, minlength=len(BINS[name])).tolist()
    return found


def _count_sentences(
    judged: Sequence[Part], split_of_row: NDArray[np.int8]
) -> tuple[dict[str, NDArray[np.int64]], dict[str, NDArray[np.int64]]]:
    """By role: sentences per split and level, and rows per split with a sentence whose level is in doubt."""
    sentences = {role: np.zeros((len(SPLITS), len(_LEVELS)), dtype=np.int64) for role in _ROLES}
    doubtful = {role: np.zeros(len(SPLITS), dtype=np.int64) for role in _ROLES}
    columns = [f"{role}_{name}" for role in _ROLES for name in ("sentence_levels", "level_confidence")]
    for part in judged:
        rows = read_part(part, ["row", *columns])
        split = split_of_row[rows["row"].to_numpy()].astype(np.int64)
        for role in _ROLES:
            lists = one_array(rows[f"{role}_sentence_levels"])
            level = pc.index_in(lists.flatten(), _LEVELS).to_numpy()
            cell = split[list_owners(lists)] * len(_LEVELS) + level
            sentences[role] += np.bincount(cell[cell >= 0], minlength=sentences[role].size).reshape(
                sentences[role].shape
            )
            unsure = (numbers(rows, f"{role}_level_confidence") < SURE) & (split >= 0)
            doubtful[role] += np.bincount(split[unsure], minlength=len(SPLITS))
    return sentences, doubtful


def _count_signals(judged: Sequence[Part], split_of_row: NDArray[np.int8]) -> dict[str, int]:
    """How many kept rows show each signal."""
    counts: Counter[str] = Counter()
    for part in judged:
        rows = read_part(part, ["row", *SIGNAL_COLUMNS])
        kept = split_of_row[rows["row"].to_numpy()] >= 0
        counts.update({name: int((hits & kept).sum()) for name, hits in find_standing(rows).items()})
    return dict(counts)


def _by_level(counts: NDArray[np.int64]) -> dict[str, int]:
    return dict(zip(_LEVELS.to_pylist(), counts.tolist(), strict=True))


def _mean_shares(rows: pa.Table, role: str) -> dict[str, float]:
    return {
        name: round(float(np.mean(rows[f"{role}_{name}_share"].to_numpy())), 6) if rows.num_rows else 0.0
        for name in _SHARES
    }


def _quantiles(lengths: pa.ChunkedArray) -> dict[str, float]:
    if not len(lengths):
        return {}
    values = np.quantile(lengths.to_numpy(), _QUANTILES, method="nearest")
    return {f"p{round(100 * quantile):02d}": int(value) for quantile, value in zip(_QUANTILES, values, strict=True)}
