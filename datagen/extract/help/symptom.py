"""Symptom tables: the remedy and the cause of what is wrong → 바코드가 읽히지 않는데 어떻게 해야 돼?

The table of cells asks `ask_symptom` row by row; tables whose symptoms are noted down (기동하지 않음) or have several
causes are read here as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.predicate import final_predicate, with_ending
from datagen.documents import Line, Section, Table
from datagen.extract.help import trouble
from datagen.extract.help.mishap import Symptom, cause, complaint
from datagen.extract.reading import (
    Asked,
    Candidate,
    Reading,
    acts,
    is_clause,
    is_noun_phrase,
    is_sentence,
    section_path,
    without_stop,
)
from datagen.extract.tables.columns import REMEDY_HEADS
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    pass

REMEDY = (
    Template("WS", "{spoken} 어떻게 <해야 돼>"),
    Template("WI", "{condition} 어떻게 <해야 돼>"),
    Template("SM", "{condition} 어떻게 <처리해>"),
)
CAUSE = (
    Template("WS", "{spoken} 원인이 <뭐야>"),
    Template("MI", "{symptom} 원인이 <뭐야>"),
    Template("SI", "{symptom} 까닭[ 좀|을] <알려 줘>"),
)
# Where the system itself responds there is nothing one must do.
COURSE = (Template("IS", "{condition} <어떻게 돼>"), Template("WI", "{spoken} <어떻게 돼>"))
_CAUSE_HEADS = re.compile(r"원인|이유|까닭")
_SYMPTOM_HEADS = re.compile(r"^(?:(?:고장|이상|장애|오류|문제|불량) ?)?(?:증상|현상|장애|고장 내용|이상 내용|문제)$")
_ROWS = range(2, 7)


def ask_symptom(reading: Reading, key: Line, column: Line, cell: Line) -> Asked | None:
    """The remedy or the cause of a symptom that is a clause: 스캐너가 바코드를 읽지 못한다."""
    predicate = final_predicate(reading.tokens(key))
    if predicate is None:
        return None
    tokens, text = reading.tokens(cell), without_stop(cell.text)
    condition = with_ending(key.text, predicate, "면")
    symptom = with_ending(key.text, predicate, "ᆫ" if predicate.is_adjective else "는", "ETM")
    is_doubled = any(token.form in ("는데", "ᆫ데", "은데") for token in reading.tokens(key))
    spoken = condition if is_doubled else with_ending(key.text, predicate, "ᆫ데" if predicate.is_adjective else "는데")
    slots = {
        "condition": reading.scope(condition),
        "spoken": reading.scope(spoken),
        "symptom": reading.scope(symptom),
    }
    if REMEDY_HEADS.search(column.text) and is_clause(tokens):
        return (COURSE if acts(tokens) is False else REMEDY), slots, f"{condition} {text}."
    if _CAUSE_HEADS.search(column.text):
        if is_noun_phrase(tokens):
            return CAUSE, slots, f"{symptom} 원인은 {text}입니다."
        if is_clause(tokens) and (cause := final_predicate(tokens)):
            return CAUSE, slots, f"{symptom} 것은 {with_ending(text, cause, '기', 'ETN')} 때문입니다."
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a symptom table: its cells under the three heads; cause or remedy may be missing."""

    symptom: Line
    cause: Line | None
    remedy: Line | None


def is_symptom_table(reading: Reading, table: Table) -> bool:
    """Whether a table of symptoms is read here as a whole: one is noted down, or stands in several rows.

    Tables whose every symptom is a statement of its own row belong to the table of cells.
    """
    columns = _columns(table)
    if columns is None or not table.rows:
        return False
    keys = [row[columns[0]] for row in table.rows]
    is_plain = len({key.text for key in keys}) == len(keys) and all(is_clause(reading.tokens(key)) for key in keys)
    return all(key.text for key in keys) and not is_plain


def symptoms(reading: Reading) -> Iterator[Candidate]:
    """The cause and the remedy of each symptom of the tables that `is_symptom_table` names."""
    for section in reading.sections():
        for block in section.blocks:
            if isinstance(block, Table) and is_symptom_table(reading, block):
                for rows in _by_symptom(block):
                    yield from _of_symptom(reading.at(section), section, rows)


def _columns(table: Table) -> tuple[int, int | None, int | None] | None:
    """The columns of the symptom, its cause and its remedy; None where a table has no symptom and neither."""
    heads = [head.text for head in table.header]
    symptom = next((index for index, head in enumerate(heads) if _SYMPTOM_HEADS.match(head)), None)
    cause = next((index for index, head in enumerate(heads) if _CAUSE_HEADS.search(head)), None)
    remedy = next((index for index, head in enumerate(heads) if REMEDY_HEADS.search(head) and index != cause), None)
    if symptom is None or symptom in (cause, remedy) or (cause is None and remedy is None):
        return None
    return symptom, cause, remedy


def _by_symptom(table: Table) -> Iterator[list[_Row]]:
    """The rows of each symptom together, in order."""
    columns = _columns(table)
    groups: dict[str, list[_Row]] = {}
    for row in table.rows if columns else ():
        cells = [row[index] if index is not None and row[index].text else None for index in columns or ()]
        if cells[0] is not None:
            groups.setdefault(cells[0].text, []).append(_Row(cells[0], cells[1], cells[2]))
    yield from groups.values()


def _of_symptom(reading: Reading, section: Section, rows: Sequence[_Row]) -> Iterator[Candidate]:
    """The pairs of one symptom, however many causes it has."""
    key = rows[0].symptom
    said = complaint(key.text, reading.tokens(key), is_told=True)
    if said is None or len(rows) not in (1, *_ROWS):
        return
    slots = {
        "condition": reading.scope(said.condition, has_context=True),
        "spoken": reading.scope(said.spoken, has_context=True),
    }
    for templates, found in (
        (trouble.CAUSE, _causes(reading, said, rows)),
        (trouble.REMEDY, _remedies(reading, said, rows)),
    ):
        if found is not None:
            answer, lines = found
            evidence = (*(line.source() for line in lines), rows[0].symptom.source())
            yield Candidate("trouble", templates, slots, answer, evidence, section_path(section))


def _causes(reading: Reading, said: Symptom, rows: Sequence[_Row]) -> tuple[str, list[Line]] | None:
    """Every cause of a symptom and the cells that say it."""
    lines = [row.cause for row in rows if row.cause is not None]
    causes = [cause(reading, line) for line in lines]
    named = [cause for cause in causes if cause is not None]
    if not named or len(named) != len(rows):
        return None
    if len(named) == 1:
        return fill("원인은 {cause}입니다.", {"cause": named[0]}), lines
    return "\n".join(["원인은 다음과 같습니다.", *(f"- {cause}" for cause in named)]), lines


def _remedies(reading: Reading, said: Symptom, rows: Sequence[_Row]) -> tuple[str, list[Line]] | None:
    """What is done about a symptom, by cause where it has several, and the cells that say it."""
    lines = [row.remedy for row in rows if row.remedy is not None]
    if len(lines) != len(rows):
        return None
    whole = [_is_told(reading, line) for line in lines]
    if len(lines) == 1:
        text = lines[0].text
        if whole[0]:
            return f"{said.condition} {text if text.endswith('.') else text + '.'}", lines
        is_noun = is_noun_phrase(reading.tokens(lines[0]))
        return (fill("조치 방법은 {text}입니다.", {"text": without_stop(text)}), lines) if is_noun else None
    if not (all(whole) or all(is_noun_phrase(reading.tokens(line)) for line in lines)):
        return None
    causes = [row.cause for row in rows if row.cause is not None]
    if len(causes) != len(rows):
        return None
    shown = [f"- {without_stop(cause.text)}: {line.text}" for cause, line in zip(causes, lines, strict=True)]
    return "\n".join([f"{said.condition} 원인에 따라 다음과 같이 조치합니다.", *shown]), [*lines, *causes]


def _is_told(reading: Reading, line: Line) -> bool:
    """Whether a remedy is told in whole sentences that nothing does by itself."""
    sentences = reading.sentences.get(line, ())
    return bool(sentences) and all(is_sentence(one.tokens) and acts(one.tokens) is not False for one in sentences)
