"""The table of endings: what each becomes in the other registers (register_endings.tsv, an example in each row).

A target is an ending to join (습니다), `=` where the sentence stays, `-` where no exact counterpart exists,
`+요` where the ending keeps its letters and takes more, `~죠` where its last syllable gives way.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the endings it speaks of (Kiwi's form), the mood it holds for, its targets, an example."""

    endings: tuple[str, ...]
    kind: str  # statement question command · any · bare: a connective that closes a turn
    targets: Mapping[str, str]
    before: str
    to: str
    after: str


@lru_cache(maxsize=1)
def read_rows() -> tuple[Row, ...]:
    """The rows of register_endings.tsv, in order."""
    table = files("curation.korean").joinpath("register_endings.tsv").read_text(encoding="utf-8")
    return tuple(
        Row(
            tuple(row["endings"].split()),
            row["kind"],
            {to: row[to] for to in ("hapsyo", "haeyo", "hae", "plain")},
            row["before"],
            row["to"],
            row["after"],
        )
        for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


@lru_cache(maxsize=1)
def by_ending() -> Mapping[str, Mapping[str, Row]]:
    """Ending → kind → its row."""
    found: dict[str, dict[str, Row]] = {}
    for row in read_rows():
        for ending in row.endings:
            found.setdefault(ending, {})[row.kind] = row
    return found
