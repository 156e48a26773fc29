"""What the page shows of rows: plain data, made from a curated folder by `samples`, laid out by the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Mark = Literal["same", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `other` where the text beside it says something else there, or nothing."""

    text: str
    mark: Mark = "same"


Text = Sequence[Piece]  # in order; joined they are the text, or its excerpt with … at a cut


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of evidence: `document` and headings, half-open code points, and the words there."""

    document: str
    section: Sequence[str]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What was mended: `before` is the kind alone where personal data was hidden."""

    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page shows it.

    `row_id` is None where a line could not be read; `question` and `answer` are then empty, and `facts` says why.
    `levels` (user, assistant) is None for a row that did not stay. `facts` are the ledger's other evidence, value as
    text. `place` is `FILE:LINE`.
    """

    row_id: str | None
    place: str
    source: str
    verdict: Literal["keep", "drop", "quarantine"]
    split: str | None
    reason: str | None
    question: Text
    answer: Text
    levels: tuple[str, str] | None = None
    license: str | None = None
    evidence: Sequence[Quote] = ()
    edits: Sequence[Edit] = ()
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Two rows side by side, their differences marked in both; `scores` by role, 0..1, where they were compared."""

    left: Line
    right: Line
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows went at a step, how many, and some of them; a repeat stands beside the row that was kept."""

    step: str
    reason: str
    rows: int
    lines: Sequence[Line | Beside]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows that repeat each other: how many, and some pairs of the kept one (left) and one that went (right)."""

    cluster_id: str
    rows: int
    pairs: Sequence[Beside]


@dataclass(frozen=True, slots=True)
class Samples:
    """The rows that stand in the page itself, readable without a script."""

    kept: Sequence[Line]  # one of each pair of levels, then by row_id, beside their evidence
    reasons: Sequence[Reason]  # most frequent first
    clusters: Sequence[Cluster]  # largest first
    apart: Mapping[str, Sequence[Beside]]  # by guard: pairs alike in letters that are no repeats
    nearest: Sequence[Beside]  # rows of two splits whose questions are most alike
    shared: Mapping[str, Sequence[Beside]]  # by key of the leak table: pairs on two sides
    personal: Mapping[str, Sequence[Line]]  # by kind: rows in which it was hidden, or stands
    mended: Mapping[str, Sequence[Line]]  # by why
    mixed: Sequence[Line]  # kept rows with a message of two levels
    doubtful: Sequence[Line]  # kept rows whose level is least sure, that first
