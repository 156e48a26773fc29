"""Two hops: what one place says of a thing is asked through another that names it, and the question leaves it out.

격리 이동의 도착 로케이션은 다음 작업이 뭐야? → 도착 로케이션은 보류 로케이션이고, 보류 로케이션의 다음 작업은 …
Likewise a code that a case calls up: 저울이 멈추면 나오는 오류 코드는 조치가 어떻게 돼? → … E07이 뜬다. E07의 경우 …
The bridge (보류 로케이션, E07) is exact and unique in the corpus; both hops are evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation.korean.josa import attach
from datagen.documents import Document, cite
from datagen.extract.opening import opened_otherwise
from datagen.extract.procedures.procedure import procedures
from datagen.extract.prose.condition import conditions
from datagen.extract.prose.definition import PERSON, definitions
from datagen.extract.prose.purpose import purposes
from datagen.extract.reading import COMMON, PEOPLE, Candidate, Reading
from datagen.extract.tables.columns import ABBREVIATION, ENGLISH
from datagen.extract.tables.table import AskedCell, asked_cells
from datagen.phrasing import REGISTERS, Slots, Template, phrase

ASKED = (Template("MPCWNISE", "{ask}"),)
# Where the second hop says what the cell is: 양품의 재고 상태는 어떤 상태야?
THING = (
    Template("MPC", "{bridge:은/는} 어떤 [{kind:이야/야}?|{kind}인가요?|{kind}입니까?]"),
    Template("NES", "{bridge:이/가} 어떤 {kind}인지 <알려 줘>"),
)
SOMEBODY = (
    Template("NCS", "{bridge:은/는} [뭐|무엇을] 하는 사람[이야?|인가요?|입니까?]"),
    Template("NE", "{bridge:이/가} [뭐|무엇을] 하는 사람인지 <알려 줘>"),
)
_STATEMENT = "입니다."
# What a definition says its term is: 보류는 … 재고의 상태입니다.
_GENUS = re.compile(r" (?P<genus>[가-힣]{2,5})(?:입니다|이다)\.?$")
# Heads of columns that say nothing of what stands below.
_VAGUE = frozenset("대상 내용 주체 코드 종류 값 데이터 정보".split())
_PROPERTIES = frozenset("성질 특성 속성 특징".split())
_WORK = frozenset("작업 업무 공정 처리 절차".split())
# 오류 코드 E07, E07 오류: what a case calls up, and what kind of thing it is.
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]+[-_]?\d{2,}(?![A-Za-z0-9])")
_KIND_OF_CODE = re.compile(
    r"(?P<before>(?:오류|에러|경고|알람) ?코드|오류|에러|경고|알람)$|^ (?P<after>오류|에러|경고|알람)"
)
# 오류가 나타나고 입고 담당자는 반송을 준비한다: the case itself says what somebody does.
_ACTED = re.compile(r"고 (?:\S+ )?\S*(?:자|팀|부서|기사)[가는은이] ")
_DOES = re.compile(r"(?:사람|책임자|담당자)$")


def two_hops(readings: Sequence[Reading]) -> Iterator[tuple[Document, Candidate]]:
    """Pairs through cells, of which one other place says something, and through codes that a case calls up."""
    asked = [(reading, cell) for reading in readings for cell in asked_cells(reading)]
    rows: dict[str, list[tuple[Reading, AskedCell]]] = {}
    for reading, cell in asked:
        if _is_said_of_row(cell):
            rows.setdefault(_key(cell), []).append((reading, cell))
    terms = _explained(readings, asked)
    told: set[tuple[str, str, str]] = set()  # each once a document: the rest would say the same
    for reading, first in asked:
        bridge = _bridge(first)
        if not _is_fact(first) or not _is_telling(bridge):
            continue
        hops = [  # never back to where it came from: 생산일의 응용 식별자는 (11)이다, of 응용 식별자 (11)
            hop for hop in rows.get(bridge, ()) if hop[1].table is not first.table and _bridge(hop[1]) != _key(first)
        ]
        is_unique = len({id(cell.table) for _, cell in hops}) == 1 and _is_said_of_row(first)
        place = (reading.document.name, bridge, "row")
        if is_unique and place not in told and not (bridge.isascii() or PEOPLE.search(bridge)):
            told.add(place)
            yield reading.document, _through_row(reading, first, *hops[0])
        for other, candidate in _of_term(terms.get(bridge, ()), reading, first):
            place = (reading.document.name, bridge, candidate.kind)
            if place not in told and (asking := _asking(first, candidate, bridge)) is not None:
                told.add(place)
                yield reading.document, _joined(first, asking, other, candidate)
    yield from _through_codes(readings, asked)


# What is said of a term, by the term.
_Terms = dict[str, list[tuple[Reading, Candidate]]]


def _explained(readings: Sequence[Reading], asked: Sequence[tuple[Reading, AskedCell]]) -> _Terms:
    """What is said of each term: what it is, what it is for, how it is done."""
    terms: _Terms = {}
    told = [
        *((reading, candidate) for reading in readings for extract in (definitions, purposes, procedures)
          for candidate in extract(reading)),
        *((reading, cell.candidate) for reading, cell in asked if cell.candidate.kind == "definition"),
    ]  # fmt: skip
    for reading, candidate in told:
        term = candidate.slots.get("term") or candidate.slots.get("thing") or candidate.slots.get("name")
        if isinstance(term, str):
            terms.setdefault(term, []).append((reading, candidate))
    return terms


def _of_term(
    told: Sequence[tuple[Reading, Candidate]], reading: Reading, first: AskedCell
) -> Iterator[tuple[Reading, Candidate]]:
    """Of each kind the one thing said of a term: in the same document, or else in all of them."""
    elsewhere = [(other, candidate) for other, candidate in told if candidate.section != first.candidate.section]
    for kind in ("definition", "purpose", "procedure"):
        of_kind = [hop for hop in elsewhere if hop[1].kind == kind]
        here = [hop for hop in of_kind if hop[0].document is reading.document]
        for alone in (here, of_kind):
            if len(alone) == 1:
                yield alone[0]
                break


def _asking(first: AskedCell, candidate: Candidate, bridge: str) -> tuple[tuple[Template, ...], Slots] | None:
    """How one asks through a row for what is said of its cell; None where nobody would."""
    column = first.table.header[first.column].text
    named = f"{first.candidate.slots['case']} {column}"
    if bridge in named or "(가)" in named or first.particle == "의 경우":
        return None
    head = column.rpartition(" ")[2]
    if candidate.kind == "procedure" and head not in _WORK:
        return None
    if candidate.kind != "definition":
        return opened_otherwise(candidate, bridge, lambda josa, _: attach(named, josa))
    if (genus := _GENUS.search(candidate.answer)) is None:
        return None
    if candidate.templates == PERSON or PEOPLE.search(bridge):
        return (SOMEBODY, {"bridge": named}) if _DOES.search(genus["genus"]) else None
    if head in _PROPERTIES:
        return None  # 제1류의 성질은 … 위험물이다: a substance is no property
    return THING, {"bridge": named, "kind": genus["genus"] if head in _VAGUE else head}


def _joined(
    first: AskedCell, asking: tuple[tuple[Template, ...], Slots], other: Reading, candidate: Candidate
) -> Candidate:
    """The cell's pair, asked for what the other says of the cell, with both answers in order."""
    templates, slots = asking
    elsewhere = tuple(cite(other.document, span, candidate.section) for span in candidate.evidence)
    return replace(
        first.candidate,
        kind="two_hop", templates=templates, slots=slots, elsewhere=(*elsewhere, *candidate.elsewhere),
        answer=f"{first.candidate.answer.removesuffix(_STATEMENT)}이고, {candidate.answer}",
    )  # fmt: skip


def _through_row(reading: Reading, first: AskedCell, other: Reading, second: AskedCell) -> Candidate:
    """`first` names the bridge, `second` what is asked of it."""
    bridge = f"{first.name}의 {first.table.header[first.column].text}"
    scoped = reading.at(first.section).scope(bridge)
    slots: Slots = {"case": f"{scoped}의", "row": scoped, "column": second.table.header[second.column].text}
    hae, haeyo, hapsyo = (phrase(_wording(second), level, slots) for level in REGISTERS)
    return _joined(first, (ASKED, {"ask": (hae, haeyo, hapsyo)}), other, second.candidate)


def _through_codes(
    readings: Sequence[Reading], asked: Sequence[tuple[Reading, AskedCell]]
) -> Iterator[tuple[Document, Candidate]]:
    """A pair for each case in which a code comes up, once a document, whose row elsewhere says what to do."""
    rows: dict[str, list[tuple[Reading, AskedCell]]] = {}
    for reading, cell in asked:
        if _CODE.fullmatch(_key(cell)):
            rows.setdefault(_key(cell), []).append((reading, cell))
    for reading in readings:
        told = set[str]()
        for case in conditions(reading) if rows else ():
            codes = set(_CODE.findall(case.answer))
            code = codes.pop() if len(codes) == 1 else ""
            hops = [hop for hop in rows.get(code, ()) if hop[1].candidate.section != case.section]
            if code in told or len({id(cell.table) for _, cell in hops}) != 1:
                continue
            remedies = [hop for hop in hops if hop[1].candidate.kind in ("table", "trouble")]
            if remedies and (asking := _asking_of_case(case, code, remedies[-1][1])) is not None:
                told.add(code)
                yield reading.document, _after_case(case, asking, *remedies[-1])


def _asking_of_case(case: Candidate, code: str, cell: AskedCell) -> tuple[tuple[Template, ...], Slots] | None:
    """저울이 멈추면 나오는 오류 코드는 조치가 어떻게 돼?; None where the case holds the code, or is no case."""
    condition = case.slots.get("condition", "")
    before, _, after = case.answer.partition(code)
    kind = _KIND_OF_CODE.search(before.rstrip()) or _KIND_OF_CODE.search(after)
    if not isinstance(condition, str) or not condition.endswith("면") or code in condition or kind is None:
        return None
    if _ACTED.search(after):
        return None
    named = f"{condition} 나오는 {kind['before'] or kind['after']}"
    slots: Slots = {"case": named, "row": named, "column": cell.table.header[cell.column].text}
    hae, haeyo, hapsyo = (phrase(_wording(cell), level, slots) for level in REGISTERS)
    return ASKED, {"ask": (hae, haeyo, hapsyo)}


def _after_case(
    case: Candidate, asking: tuple[tuple[Template, ...], Slots], other: Reading, cell: AskedCell
) -> Candidate:
    """The case and what the code's row says, in two sentences."""
    templates, slots = asking
    return replace(
        case,
        kind="two_hop", templates=templates, slots=slots, answer=f"{case.answer} {cell.candidate.answer}",
        elsewhere=tuple(cite(other.document, span, cell.candidate.section) for span in cell.candidate.evidence),
    )  # fmt: skip


def _wording(cell: AskedCell) -> str:
    """The second hop's own wording with its row as topic, so that 의 does not pile up."""
    return cell.candidate.templates[0].text.replace("{case} {column:은/는}", "{row:은/는} {column:이/가}")


def _is_telling(bridge: str) -> bool:
    """Whether a cell names one thing: a word that every document shares stands for too many."""
    return bridge not in COMMON and len(bridge) > 1


def _is_fact(cell: AskedCell) -> bool:
    """Whether a cell is a noun phrase that its row is said to have, no meaning and no translation."""
    candidate = cell.candidate
    return (
        candidate.kind == "table"
        and candidate.templates not in (ENGLISH, ABBREVIATION)
        and candidate.answer.endswith(f"{_bridge(cell)}{_STATEMENT}")
    )


def _is_said_of_row(cell: AskedCell) -> bool:
    """Whether a cell is a noun phrase said of its row with 의, under a plain column."""
    candidate = cell.candidate
    return (
        cell.particle == "의"
        and candidate.kind in ("table", "number")
        and candidate.templates not in (ENGLISH, ABBREVIATION)
        and candidate.answer.endswith(_STATEMENT)
        and candidate.answer.startswith(cell.name)
        and "{unit" not in candidate.templates[0].text
    )


def _bridge(cell: AskedCell) -> str:
    return cell.table.rows[cell.row][cell.column].text


def _key(cell: AskedCell) -> str:
    return cell.table.rows[cell.row][0].text
