"""Near misses: a question of the kind a table answers, about a row that no document covers.

The row is one of a table of the same class elsewhere, or a term with the same head (정기 실사 → 수시 실사).

Only for rows with contexts (contract.md): the answer says that nothing is there, and what is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation.korean.hangul import is_syllable
from datagen.documents import Document, Section, block_lines
from datagen.extract.reading import Candidate, Reading
from datagen.extract.tables.columns import ABBREVIATION, ENGLISH
from datagen.extract.tables.table import AskedCell, asked_cells

REFUSAL = "제공된 자료에는 해당 내용이 없습니다."
_MOST_NAMED = 3
# Heads under which anything may stand: what is a 구분 here is none there.
_NO_CLASS = re.compile(r"|구분|항목|내용|종류|유형|등급|코드|상태|단계|사유|이름|명칭|번호|업무|작업")
# A statement about everything covers the row that is missing too.
_ALL = re.compile(r"모든|전체|모두|전부|언제나|항상")


def near_misses(readings: Sequence[Reading]) -> Iterator[tuple[Document, Candidate]]:
    """For each column of each table at most one pair whose row stands only in a table of the same class elsewhere."""
    columns: dict[tuple[int, int], list[tuple[Reading, AskedCell]]] = {}
    keys: dict[str, dict[str, None]] = {}
    for reading in readings:
        for cell in asked_cells(reading):
            keys.setdefault(cell.table.header[0].text, {}).setdefault(_key(cell))
            is_fact = cell.candidate.kind in ("table", "number") and cell.candidate.templates not in (
                ENGLISH,
                ABBREVIATION,
            )
            if cell.particle == "의" and is_fact and not _NO_CLASS.fullmatch(cell.table.header[0].text):
                columns.setdefault((id(cell.table), cell.column), []).append((reading, cell))
    texts = [_section_text(section) for reading in readings for section in reading.document.sections]
    for column in columns.values():
        reading, cell = column[0]
        present = [row[0].text for row in cell.table.rows]
        if len(column) < 2 or any(_ALL.search(text) for row in cell.table.rows for text in (row[cell.column].text,)):
            continue
        heads = {key.rpartition(" ")[2] for key in present if " " in key}
        alike = sorted(
            term for term in reading.terms if term.rpartition(" ")[2] in heads and " " in term and is_syllable(term[0])
        )
        siblings = (key for key in (*keys[cell.table.header[0].text], *alike) if key not in present)
        for sibling in siblings:
            if _is_absent(sibling, cell.table.header[cell.column].text, texts):
                yield reading.document, _candidate([cell for _, cell in column], sibling)
                break


def _candidate(column: Sequence[AskedCell], sibling: str) -> Candidate:
    """The first cell's question with its row swapped, and what the table does hold."""
    cell = column[0]
    own, header = cell.candidate, cell.table.header[cell.column]
    slots = {
        name: text.replace(_key(cell), sibling) if isinstance(text, str) else text for name, text in own.slots.items()
    }
    named = [_key(other) for other in column[:_MOST_NAMED]]
    rest = " 등" if len(column) > _MOST_NAMED else ""
    held = f"{', '.join(named)}{rest}의 {header.text}"
    rows = (other.table.rows[other.row][0].source() for other in column[:_MOST_NAMED])
    return replace(
        own,
        kind="unanswerable", slots=slots, answer=f"{REFUSAL} 자료에는 {held}만 나와 있습니다.",
        evidence=(header.source(), *rows), is_answerable=False,
    )  # fmt: skip


def _is_absent(key: str, column: str, texts: Sequence[str]) -> bool:
    """Whether no section speaks of both, in whatever words of the column's name."""
    head = column.rpartition(" ")[2]
    return not any(key in text and head in text for text in texts)


def _section_text(section: Section) -> str:
    headings = (heading.text for heading in section.headings)
    return "\n".join([*headings, *(line.text for block in section.blocks for line in block_lines(block))])


def _key(cell: AskedCell) -> str:
    return cell.table.rows[cell.row][0].text
