"""Verdicts: keep, or the one named reason why not, with the evidence for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from curation.dedup.repeats import Repeat
from curation.leakage import Dealt
from curation.rules import Drop


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row: kept in a split, or dropped at a step for one reason."""

    verdict: Literal["keep", "drop"]
    split: str | None = None
    step: str | None = None
    reason: str | None = None
    because: dict[str, object] = field(default_factory=dict)


def best_first(rows: pa.Table, candidates: Sequence[int], target: str) -> list[int]:
    """Candidates by quality: an answer in the target's level, then the longer answer, then the smaller `row_id`."""
    levels, lengths = rows["assistant_level"].to_pylist(), rows["assistant_chars"].to_pylist()
    ids = rows["row_id"].to_pylist()
    wanted = "polite" if target == "any" else target
    return sorted(candidates, key=lambda row: (levels[row] != wanted, -lengths[row], ids[row]))


def give_verdicts(
    row_ids: Sequence[str],
    drops: Sequence[Drop | None],
    dealt: Mapping[int, Dealt],
    gone: Mapping[int, tuple[int, Repeat]],
) -> list[Verdict]:
    """One verdict a row: fallen to a rule, to a kept repeat, to the cut between splits, or kept."""
    verdicts: list[Verdict] = []
    for row, drop in enumerate(drops):
        if drop is not None:
            verdicts.append(Verdict("drop", step="rules", reason=drop.reason, because=drop.because))
        elif row in gone:
            witness, repeat = gone[row]
            because: dict[str, object] = {"kept": row_ids[witness], "jaccard": dict(repeat.scores)}
            verdicts.append(Verdict("drop", step="repeats", reason=f"{repeat.kind}_repeat", because=because))
        elif dealt[row].split is None:
            verdicts.append(Verdict("drop", step="split", reason="bridges_split", because=dealt[row].because))
        else:
            verdicts.append(Verdict("keep", split=dealt[row].split))
    return verdicts
