"""Rows of a table: several cells at once, two rows against each other, and dialogues that go from row to row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from curation.korean.josa import attach
from datagen.extract.reading import Candidate, Reading
from datagen.extract.tables.columns import ABBREVIATION, ENGLISH
from datagen.extract.tables.table import AskedCell, asked_cells
from datagen.phrasing import REGISTERS, Template, fill, phrase

ROW = (
    Template("MP", "{row:은/는} {column:과/와} {other:이/가} <어떻게 돼>"),
    Template("MC", "{row}의 [{column:이랑/랑}|{column:과/와}] {other:을/를} <알려 줘>"),
    Template("EM", "{row}의 {column:과/와} {other:이/가} 각각 <뭐야>"),
)
DIFFERENCE = (
    Template("WN", "[{row:이랑/랑}|{row:과/와}] {rival:은/는} {column:이/가} 어떻게 <달라>"),
    Template("PE", "{row:과/와} {rival}의 {column} 차이가 <뭐야>"),
    Template("CM", "{row:과/와} {rival:은/는} {column:이/가} 어떻게 다른지 <알려 줘>"),
)
# {short}: 그럼 B등급은? · {full}: 그럼 B등급의 실사 주기는 어떻게 돼?
NEXT = (Template("WNICS", "{short}"), Template("MPE", "{full}"))
# Rows under such a head are parts of one thing: 처리 능력 and 주행 속도 do not differ in their 사양.
_NO_CLASS = re.compile(r"항목|구분|내용|지표|이름|명칭|번호|순번|키|(?:.+ )?(?:코드|컬럼명?|필드)")
_DATE = re.compile(r"\d+(?:일|월|시)$")
_JOINED = re.compile(r"[와과] ")
_UNIT = re.compile(r"^[\d,.–~-]+ ?(?P<unit>\D+)$")
_CELL_CHARS, _MOST_ROWS, _STATEMENT = 40, 3, "입니다."


def rows(reading: Reading) -> Iterator[Candidate]:
    """A pair for two cells of one row, where both are short noun phrases."""
    for cells in _grouped(asked_cells(reading), by_row=True):
        plain = [cell for cell in cells if _is_plain(cell)]
        if len(plain) < 2 or plain[0].table.rows[plain[0].row][0].text not in reading.terms:
            continue
        first, second = plain[0], plain[-1]
        slots = {"row": _row_text(first), "column": _header(first), "other": _header(second)}
        yield replace(
            first.candidate,
            kind="row", templates=ROW, slots={**slots, "row": reading.at(first.section).scope(slots["row"])},
            answer=f"{_joined(first.candidate.answer)} {_without_row(second)}", evidence=_evidence(first, second),
        )  # fmt: skip


def comparisons(reading: Reading) -> Iterator[Candidate]:
    """A pair for two neighbouring rows that differ in one column, one per column of a table."""
    for cells in _grouped(asked_cells(reading), by_row=False):
        for one, other in pairwise(cell for cell in cells if _is_plain(cell)):
            if _cell(one) == _cell(other) or not _are_alike(one, other):
                continue
            slots = {"row": _row_text(one), "rival": _row_text(other), "column": _header(one)}
            named = reading.at(one.section).scope(f"{slots['row']} {slots['rival']}", around=slots["column"])
            lead = named.removesuffix(f"{slots['row']} {slots['rival']}")
            yield replace(
                one.candidate,
                kind="comparison", templates=DIFFERENCE, slots={**slots, "row": lead + slots["row"]},
                answer=f"{_joined(one.candidate.answer)} {other.candidate.answer}", evidence=_evidence(one, other),
            )  # fmt: skip
            break


def followups(reading: Reading) -> Iterator[Candidate]:
    """Dialogues of two or three turns: down a column (그럼 B등급은?), or along a row (그럼 담당자는?)."""
    for cells in _grouped(asked_cells(reading), by_row=False):
        chain = [cell for cell in cells if cell.particle == "의" and not _is_sentence_key(reading, cell)][:_MOST_ROWS]
        if len(chain) > 1:
            yield _dialogue(chain, [_row_text(cell) for cell in chain])
    for cells in _grouped(asked_cells(reading), by_row=True):
        chain = [cell for cell in cells if _is_plain(cell)][:2]
        if len(chain) > 1 and chain[0].row % 2:  # every other row: the rest are asked in turn by the columns
            yield _dialogue(chain, [_header(cell) for cell in chain])


def _dialogue(chain: Sequence[AskedCell], changing: Sequence[str]) -> Candidate:
    """The cells asked in turn; of each but the first only what changes need be said."""
    dialogue = chain[0].candidate
    for cell, named in zip(chain[1:], changing[1:], strict=True):
        slots = {"case": f"{_row_text(cell)}의", "column": _header(cell), "row": _row_text(cell)}
        slots |= {name: text for name, text in cell.candidate.slots.items() if name == "unit" and isinstance(text, str)}
        hae, haeyo, hapsyo = (f"그럼 {phrase(cell.candidate.templates[0].text, level, slots)}" for level in REGISTERS)
        topic = attach(named, "은/는")
        asks = {"short": (f"그럼 {topic}?", f"그럼 {topic}요?", hapsyo), "full": (hae, haeyo, hapsyo)}
        dialogue = replace(cell.candidate, kind="followup", templates=NEXT, slots=asks, before=dialogue)
    return dialogue


def _grouped(found: Iterator[AskedCell], *, by_row: bool) -> list[list[AskedCell]]:
    """The cells of each row, or of each column, of each table in reading order."""
    groups: dict[tuple[int, int], list[AskedCell]] = {}
    for cell in found:
        if cell.candidate.kind in ("table", "number") and cell.candidate.templates not in (ENGLISH, ABBREVIATION):
            groups.setdefault((id(cell.table), cell.row if by_row else cell.column), []).append(cell)
    return list(groups.values())


def _is_plain(cell: AskedCell) -> bool:
    """Whether a cell is a short noun phrase said of its row with 의: 정기 실사의 담당자는 재고 담당자입니다."""
    text = cell.table.rows[cell.row][cell.column].text
    is_noun = cell.candidate.answer.endswith(f"{text.rstrip('.')}{_STATEMENT}")
    return cell.particle == "의" and is_noun and len(text) <= _CELL_CHARS


def _is_sentence_key(reading: Reading, cell: AskedCell) -> bool:
    return any(token.tag in ("EF", "EC") for token in reading.tokens(cell.table.rows[cell.row][0]))


def _are_alike(one: AskedCell, other: AskedCell) -> bool:
    """Whether two rows are of one class and two cells of one unit, so that a difference between them says something."""
    units = {found["unit"] if (found := _UNIT.search(_cell(cell))) else "" for cell in (one, other)}
    is_list = _NO_CLASS.fullmatch(one.table.header[0].text)
    # 품목과 파손과 훼손의 차이, 매월 1일과 매월 3일의 작업 차이
    is_odd = any(_JOINED.search(_row_text(cell)) or _DATE.search(_row_text(cell)) for cell in (one, other))
    return len(units) == 1 and not is_list and not is_odd


def _cell(cell: AskedCell) -> str:
    return cell.table.rows[cell.row][cell.column].text


def _row_text(cell: AskedCell) -> str:
    return cell.name


def _header(cell: AskedCell) -> str:
    return str(cell.candidate.slots.get("column", cell.table.header[cell.column].text))


def _joined(answer: str) -> str:
    """A statement that goes on: 담당자는 재고 담당자입니다. → 담당자는 재고 담당자이고,"""
    return answer.removesuffix(_STATEMENT) + "이고,"


def _without_row(cell: AskedCell) -> str:
    """What a cell says, its row not named again: 담당자는 현장 작업자입니다."""
    plain = {"column": _header(cell), "cell": cell.table.rows[cell.row][cell.column].text.rstrip(".")}
    return fill("{column:은/는} {cell}입니다.", plain)


def _evidence(one: AskedCell, other: AskedCell) -> tuple[tuple[int, int], ...]:
    return (*one.candidate.evidence, *other.candidate.evidence)
