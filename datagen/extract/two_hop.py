"""Two hops: a cell of one table is the key of another, and the question leaves it out.

격리 이동의 도착 로케이션은 다음 작업이 뭐야? → 도착 로케이션은 보류 로케이션이고, 보류 로케이션의 다음 작업은 …
The bridge is exact and unique in the corpus; both hops are evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from datagen.documents import Document, cite
from datagen.extract.columns import ABBREVIATION, ENGLISH
from datagen.extract.reading import COMMON, PEOPLE, Candidate, Reading
from datagen.extract.table import AskedCell, asked_cells
from datagen.phrasing import REGISTERS, Slots, Template, phrase

ASKED = (Template("MPCWNISE", "{ask}"),)
_STATEMENT = "입니다."
_LEAST_KEY_CHARS = 3


def two_hops(readings: Sequence[Reading]) -> Iterator[tuple[Document, Candidate]]:
    """A pair for each cell that is, to the letter, the one row's key of a table elsewhere."""
    asked = [(reading, cell) for reading in readings for cell in asked_cells(reading) if _is_said_of_row(cell)]
    second: dict[str, list[tuple[Reading, AskedCell]]] = {}
    for reading, cell in asked:
        second.setdefault(_key(cell), []).append((reading, cell))
    for reading, first in asked:
        bridge = first.table.rows[first.row][first.column].text
        hops = [hop for hop in second.get(bridge, ()) if hop[1].table is not first.table]
        # A role or a system does too many things for one of them to be meant.
        is_general = bridge in COMMON or bridge.isascii() or PEOPLE.search(bridge)
        if len(bridge) < _LEAST_KEY_CHARS or is_general or len({id(cell.table) for _, cell in hops}) != 1:
            continue
        for other, cell in hops[:1]:
            yield reading.document, _candidate(reading, first, other, cell)


def _candidate(reading: Reading, first: AskedCell, other: Reading, second: AskedCell) -> Candidate:
    """`first` names the bridge, `second` what is asked of it."""
    bridge = f"{_key(first)}의 {first.table.header[first.column].text}"
    column = second.table.header[second.column].text
    scoped = reading.at(first.section).scope(bridge)
    slots: Slots = {"case": f"{scoped}의", "row": scoped, "column": column}
    hae, haeyo, hapsyo = (phrase(_wording(second), level, slots) for level in REGISTERS)
    lead = first.candidate.answer.removesuffix(_STATEMENT)
    elsewhere = tuple(cite(other.document, span, second.candidate.section) for span in second.candidate.evidence)
    return replace(
        first.candidate,
        kind="two_hop", templates=ASKED, slots={"ask": (hae, haeyo, hapsyo)},
        answer=f"{lead}이고, {second.candidate.answer}", elsewhere=elsewhere,
    )  # fmt: skip


def _wording(cell: AskedCell) -> str:
    """The second hop's own wording with its row as topic, so that 의 does not pile up."""
    return cell.candidate.templates[0].text.replace("{case} {column:은/는}", "{row:은/는} {column:이/가}")


def _is_said_of_row(cell: AskedCell) -> bool:
    """Whether a cell is a noun phrase said of its row with 의, under a plain column."""
    candidate = cell.candidate
    return (
        cell.particle == "의"
        and candidate.kind in ("table", "number")
        and candidate.templates not in (ENGLISH, ABBREVIATION)
        and candidate.answer.endswith(_STATEMENT)
        and candidate.answer.startswith(_key(cell))
        and "{unit" not in candidate.templates[0].text
    )


def _key(cell: AskedCell) -> str:
    return cell.table.rows[cell.row][0].text
