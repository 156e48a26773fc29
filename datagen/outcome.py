"""What became of pairs: refused by a gate, or all that a writer on a language model brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from curation.korean.speech_level import MessageTag, SpeechLevel
from datagen.fidelity.analysed import Analysed
from datagen.gates import Inspected, Pair
from datagen.retrieval.search import Standing


@dataclass(frozen=True, slots=True)
class Rejected:
    """A pair that a gate refused: the gate's name, and what it saw."""

    found: Inspected
    gate: str
    because: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a writer on a language model brought: pairs that passed alone, and those that did not, none left out.

    `unfinished` counts plans that were not asked to the end, by reason (cap, waiting, timeout …): the same command goes
    on with them. `sent_back` and `mended` count pairs that a gate refused once, and those of them that passed then.
    `models` are what was asked in which role; `run` is what may differ between two runs: addresses, spending, time.
    """

    passed: list[Inspected]
    rejected: list[Rejected]
    unfinished: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0  # requests left for a batch file
    sent_back: int = 0
    mended: int = 0
    models: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)


def unread(pair: Pair) -> Inspected:
    """A pair that no gate can read, since a turn of it is missing: for the ledger alone."""
    nothing = Analysed("", ())
    tag = MessageTag((), "plain", {}, None)
    return Inspected(pair, Standing({}, {}, 0), nothing, nothing, (), (), SpeechLevel.NONE, tag, ())


def without_tokens(found: Inspected) -> Inspected:
    """What the whole set's gates still need of a pair that passed: thousands of them lie in memory at once."""
    before = without_tokens(found.before) if found.before is not None else None
    asked = Analysed(found.asked.text, found.asked.tokens)
    return replace(found, asked=asked, said=Analysed("", ()), quotes=(), headings=(), before=before)
