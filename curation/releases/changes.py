"""What two releases of a dataset can differ in: plain data, ready for JSON by `dataclasses.asdict`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "went",  # in the first ledger, not in the second
    "came",  # the other way round
    "fell",  # kept, then dropped
    "rose",  # dropped, then kept
    "moved",  # kept in another split
    "reworded",  # under another row_id, with another text: changed at its source
    "redescribed",  # under another row_id, with the same text: licence, evidence or meta changed at its source
    "mended",  # kept in both, with another text: masked or rewritten otherwise
    "relabelled",  # kept in both with the same text, and other speech levels: another Kiwi, other words
    "reason",  # dropped in both, for another reason
]
KINDS: tuple[Kind, ...] = (
    "went", "came", "fell", "rose", "moved", "reworded", "redescribed", "mended", "relabelled", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Differs:
    """One thing that is not the same in both; None where it is not there. A `row` is there by its fate."""

    what: Literal["setting", "input", "version", "figure", "row"]
    key: str  # rules.min_answer_chars, rows.jsonl, kiwipiepy, splits.train.rows, a row_id
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Flow:
    """How many rows went from one fate to another.

    A fate is the split of a kept row (train), STEP/REASON of a dropped one (rules/short_answer), or None where the
    ledger has no such row; of relabelled rows it is the cell of the level matrix (casual × polite). `causes` are the
    settings, versions and evaluation sets that differ and bear on a reason here.
    """

    was: str | None
    now: str | None
    rows: int
    causes: Sequence[Differs] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One row that changed, as the second release has it; one that went as the first had it.

    `place` is FILE:LINE; question and answer are excerpts, "" where the ledger holds none. `old_…` is None where the
    first release says the same, or nothing. `because` is the ledger's evidence for the drop (of the second release, or
    of the first where the row is kept now). `causes` are the rows it repeats where their fate is another now, and, for
    a row that came, went or goes on under another id, its input file where that changed.
    """

    row_id: str
    place: str
    source: str
    was: str | None
    now: str | None
    question: str
    answer: str
    because: dict[str, Any]
    causes: Sequence[Differs] = ()
    old_row_id: str | None = None
    old_question: str | None = None
    old_answer: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """All rows of one kind of change: how many, from where to where (most first), and some of them.

    Samples are by `row_id`, one of each flow first.
    """

    kind: Kind
    rows: int
    flows: Sequence[Flow]
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A quarantined line that only one of the releases has: `release` is old or new."""

    release: Literal["old", "new"]
    place: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """Which folder it is, and how many rows became what there."""

    folder: str  # its name, without the path
    name: str  # the recipe's
    manifest_sha256: str
    content_digest: str
    read: int
    kept: int
    dropped: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What came, went and changed from the `old` release to the `new` one, and why.

    Rows are counted by `row_id`: `old_rows = stayed + continued + went`, `new_rows = stayed + continued + came`.
    `stayed` rows have their id in both, whatever became of them; `continued` ones go on under another id (reworded,
    redescribed). `changes` has one entry for each of `KINDS`, in that order; a row counts in one kind, the first that
    fits. `crossed` are the flows between train and a held-out split: a model trained on one release has seen that many
    rows of what the other holds out. Settings, inputs, versions and figures are those that differ.
    """

    old: Release
    new: Release
    is_same: bool  # equal content_digest: the same kept rows, tags and splits
    old_rows: int
    new_rows: int
    stayed: int
    continued: int
    crossed: Sequence[Flow]
    settings: Sequence[Differs]
    inputs: Sequence[Differs]
    versions: Sequence[Differs]
    figures: Sequence[Differs]
    changes: Sequence[Change]
    broken: Sequence[BrokenLine]  # the first of them, by place
    broken_came: int
    broken_went: int

    @property
    def is_empty(self) -> bool:
        """Nothing of inputs, settings, versions, figures and rows differs."""
        return not (
            self.settings
            or self.inputs
            or self.versions
            or self.figures
            or self.broken_came
            or self.broken_went
            or any(change.rows for change in self.changes)
        )
