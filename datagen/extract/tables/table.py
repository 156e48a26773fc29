"""Tables: one pair per informative cell, asked by what the cell holds: who, where, when, how many, what, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from curation.korean.predicate import final_predicate, plain_form, with_ending
from datagen.documents import Line, Section, Table
from datagen.extract.help.symptom import CAUSE, REMEDY, ask_symptom, is_symptom_table
from datagen.extract.leads import is_example, led_blocks
from datagen.extract.prose.definition import meaning_of
from datagen.extract.reading import (
    PEOPLE,
    Asked,
    Candidate,
    Reading,
    has_subject,
    has_topic,
    is_clause,
    is_nominal,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.extract.screens.fields import is_field_table
from datagen.extract.tables.columns import (
    ABBREVIATION,
    BRACKETED,
    COUNT,
    ENGLISH,
    EVENT,
    FORMULA,
    HOW,
    HOW_MUCH,
    VALUE,
    WHAT,
    cased,
    clause_question,
    event_of,
    fitting,
    is_hour,
    is_meaning,
    is_quantity,
    question_word,
    row_particle,
    unit_said,
)
from datagen.extract.tables.grid import charged_in, has_names, is_asked, upright
from datagen.extract.tables.row_names import CODE_CLASSES, SHARED_CLASSES, full_name, row_slots
from datagen.extract.tables.told_cells import OUTCOME, STATE, ask_outcome, ask_state
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

_MATH = re.compile(r"[÷×=√−]")
# A key of one word is a name, however it is analysed: 팔레트랙.
_ONE_WORD = re.compile(r"[\x00-\x7f]+|[^\s.]*[가-힣A-Za-z0-9][^\s.]*")
# A number without a unit, or a class of the program: true, and worth nobody's question.
_NO_VALUE = re.compile(r"[\d.,]+|[A-Za-z]+[a-z](?:[A-Z][A-Za-z]*){2,}")
_IDENTIFIER = re.compile(r"[A-Za-z]*[a-z][A-Z]\w*|[A-Z]{3}[A-Z]*[a-z]\w*")  # ToNum, WHSWorkType: names of a program
# Rows that sum up or hold a mere value.
_NO_KEY = re.compile(
    r"^(?:예|아니요|없음|기타|합계|총계|소계|계|-|[월화수목금토일](?:[~·,–-] ?[월화수목금토일])*|\d+ ?[~–-] ?\d+)$"
)
# Tables of samples, as the sentence before them says.
_SAMPLES = re.compile(r"(?:^|\s)예(?:[를:：는]|로서?|시|제)?(?=[\s:]|$)|예를 들|예시|예제|샘플(?!링)|시나리오")
# A column under the name of a system, beside another system's: what they call the same.
_SYSTEM_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)+")
# A column that only says that a value stands in it.
_VALUE_HEADS = re.compile(r"사양|값|내용|규격|설정값|수치|기준값|제원")
# Cells that answer nothing one would ask in words.
_NO_ANSWER = re.compile(
    r"[YNyn○×✓✔oOxX-]|예|아니요|아니오|필수|선택|해당 ?없음|없음|있음|"
    # What says something only beside another: 먼 거리.
    r"(?:먼|가까운|짧은|긴|높은|낮은|많은|적은) \S{1,3}|높음|낮음|보통|중간|많음|적음|빠름|느림"
)
_COMPARED = re.compile(r"[<>≤≥]")
_UNIT_OF_TIME = re.compile(r"매?(?:일|주|월|분기|반기|년|연)")
# What one does with a thing says not what it is: 창고는 … 선택합니다.
_INSTRUCTIONS = frozenset("선택 입력 설정 지정 사용 활성 생성 만들 누르 클릭 켜 끄 어야 확인 할당 정의 구성".split())
_CASE_HEADS = re.compile(r"(?:때|경우|면)(?:의)? ")
_REASON_HEADS = re.compile(r"(?:까닭|이유)$")
_QUALITY_HEADS = re.compile(r"(?:장점|단점|약점|강점|이점|한계|특징|특성|부담|효과|점)$")
_PRICES = re.compile(r"(?:단가|요금|금액|가격|운임|[가-힣]{2}[비료])$")
_FORMULA_HEADS = re.compile(r"(?:계산식|공식|산식)$")
_ENGLISH_HEADS = re.compile(r"^영(?:어|문)(?: ?(?:이름|명|용어))?$")


@dataclass(frozen=True, slots=True)
class AskedCell:
    """A cell and the pair that asks for it; `particle` ties the row to the column (정기 실사의 담당자)."""

    section: Section
    table: Table
    row: int
    column: int
    particle: str
    candidate: Candidate

    @property
    def name(self) -> str:
        """The row as it is called: A등급, 응용 식별자 (10)."""
        return full_name(self.table.header[0].text, without_stop(self.table.rows[self.row][0].text))


def cells(reading: Reading) -> Iterator[Candidate]:
    """A pair for each cell right of the key column that a question can ask for."""
    for found in asked_cells(reading):
        yield found.candidate


def asked_cells(reading: Reading) -> Iterator[AskedCell]:
    """The same pairs, each with the place of its cell."""
    for section in reading.sections():
        for block, intro in led_blocks(section.blocks):
            if not isinstance(block, Table) or block not in section.blocks or is_example(section):
                continue
            if intro is not None and _SAMPLES.search(intro.text):
                continue
            here = reading.at(section)
            table = upright(here, block) if _is_ours(reading, block) else None
            if table is not None:
                for row in range(len(table.rows)):
                    yield from _row(here, section, table, row)


def _is_ours(reading: Reading, table: Table) -> bool:
    """Whether no extractor of its own reads a table: of fields, or of symptoms."""
    return not is_field_table(table) and not is_symptom_table(reading, table)


def _row(reading: Reading, section: Section, table: Table, place: int) -> Iterator[AskedCell]:
    row = table.rows[place]
    key = reading.tokens(row[0])
    if _NO_KEY.match(row[0].text) or _IDENTIFIER.fullmatch(row[0].text):
        return
    is_named = is_noun_phrase(key) or is_nominal(key) or not key  # a part of a head, 돌 오븐 of 돌 오븐의 특성
    if not is_clause(key) and not is_named and not _ONE_WORD.fullmatch(row[0].text):
        return
    people = sum(PEOPLE.search(keys[0].text) is not None for keys in table.rows)
    acts = 2 * people > len(table.rows)  # not of 운송사, one 웨이브 기준 of several
    unit = charged_in(table, place)
    for column in range(1, len(table.header)):
        header, cell = table.header[column], row[column]
        if not cell.text or _IDENTIFIER.fullmatch(cell.text) or not _is_told(table, column):
            continue
        if is_clause(key):
            asked = ask_symptom(reading, row[0], header, cell) or ask_outcome(reading, row[0], header, cell)
        elif is_hour(row[0].text):
            asked = _ask_event(reading, row[0], header, cell)
        else:
            asked = _ask_cell(reading, table.header[0], row[0], header, cell, acts=acts, unit=unit)
        if asked is None:
            continue
        templates, slots, answer = asked
        lines = (cell, row[0], header, table.header[0], *([unit] if unit and unit.text in answer else []))
        evidence = tuple(line.source() for line in lines if line.text)
        candidate = Candidate(_kind(templates), templates, slots, answer, evidence, section_path(section))
        particle = "" if is_hour(row[0].text) else row_particle(reading, header, row[0].text, acts=acts)
        yield AskedCell(section, table, place, column, particle, candidate)


def _is_told(table: Table, column: int) -> bool:
    """Whether a column says something of its rows in words, and no description only adds to their names."""
    head = table.header[column]
    is_name = _IDENTIFIER.fullmatch(head.text) or _SYSTEM_NAME.fullmatch(head.text)
    return is_asked(table, column) and not is_name and not (is_meaning(head, table.header[0]) and has_names(table))


def _ask_event(reading: Reading, hour: Line, column: Line, cell: Line) -> Asked | None:
    """What is on at an hour or a day: 11:40의 일정은 점심시간입니다; None where the column says something else."""
    event = event_of(column)
    tokens = reading.tokens(cell)
    if not event or not tokens or not (is_noun_phrase(tokens) or tokens[-1].tag == "ETN"):
        return None
    slots = {"row": reading.scope(hour.text, around=event), "column": event}
    return EVENT, slots, fill("{row}의 {column:은/는} {cell}입니다.", slots | {"row": hour.text, "cell": cell.text})


def _kind(templates: tuple[Template, ...]) -> str:
    """What kind of question a cell's wordings ask."""
    if any("{term" in template.text for template in templates):
        return "definition"
    for kind, wordings in (
        ("formula", (FORMULA,)), ("number", (COUNT, HOW_MUCH)), ("trouble", (REMEDY, CAUSE)),
        ("condition", (OUTCOME,)), ("value", (STATE,)),
    ):  # fmt: skip
        if any(templates == fitting(wording, particle) for wording in wordings for particle in ("의", "")):
            return kind
    return "table"


def _ask_cell(
    reading: Reading, kind: Line, key: Line, column: Line, cell: Line, *, acts: bool, unit: Line | None
) -> Asked | None:
    tokens, text = reading.tokens(cell), without_stop(cell.text) + unit_said(column, cell)
    name = full_name(kind.text, without_stop(key.text))
    particle = row_particle(reading, column, key.text, acts=acts)
    is_doubled = particle == "의 경우" and "경우" in column.text  # 판매 주문의 경우 주문이 생기는 경우
    if is_doubled or _answers_nothing(column, text):
        return None
    slots = row_slots(reading, kind, key, column.text, particle)
    head = slots["column"]
    plain = {"row": name, "case": cased(name, particle), "column": column.text, "cell": text}
    if _FORMULA_HEADS.search(column.text):
        return (FORMULA, slots, fill("{row}의 {column:은/는} '{cell}'입니다.", plain)) if _MATH.search(text) else None
    if _ENGLISH_HEADS.match(column.text):
        return _ask_english(slots, plain)
    if is_meaning(column, kind) and (state := ask_state(reading, kind, key, cell)) is not None:
        return state
    start, end = cell.source()
    if len(reading.sentences.get(cell, ())) > 1 or "</li>" in reading.document.text[start:end]:
        return None  # of several statements one would be taken for all, and a list for one phrase
    if is_clause(tokens):
        asked_clause = _ask_clause(column, kind, particle, slots, plain, tokens)
        return None if has_topic(tokens) or ": " in text else asked_clause  # 선택 사항: 위치를 추적합니다
    if not (is_noun_phrase(tokens) or is_quantity(text)) or _NO_VALUE.fullmatch(text):
        return None
    if text != without_stop(cell.text):  # 단가(원) | 60
        plain["column"] = head
    if unit and _PRICES.search(head):
        plain["cell"] = f"{unit.text} 기준 {text}"
    return _ask_phrase(kind, key, column, particle, slots, plain, text)


def _ask_phrase(
    kind: Line, key: Line, column: Line, particle: str, slots: dict[str, str], plain: dict[str, str], text: str
) -> Asked | None:
    """A cell that is a noun phrase: what its row means, its value, or what its column asks for."""
    is_code = CODE_CLASSES.search(kind.text)
    if is_meaning(column, kind) or (is_code and column.text == "내용"):
        statement = "{row:은/는} {cell:을/를} 뜻합니다." if is_code else "{row:은/는} {cell}입니다."
        return meaning_of(key.text), slots, fill(statement, plain)
    if _VALUE_HEADS.fullmatch(slots["column"]):
        return VALUE, slots, fill("{row:은/는} {cell}입니다.", plain)
    templates, slots = question_word(column, text, slots)
    # A state is no topic: not 피킹 중은 …
    templates = fitting(fitting(templates, "") if SHARED_CLASSES.search(kind.text) else templates, particle)
    if not templates or (key.text in text and column.text.endswith("조건")):
        return None  # 불량의 조건은 불량 수량 입력
    return templates, slots, fill("{case} {column:은/는} {cell}입니다.", plain)


def _answers_nothing(column: Line, text: str) -> bool:
    """Whether a cell holds a flag, a comparison in signs, or a bare unit of time as its 주기."""
    is_flag = _NO_ANSWER.fullmatch(BRACKETED.sub("", text)) or _COMPARED.search(text)
    return bool(is_flag or ("주기" in column.text and _UNIT_OF_TIME.fullmatch(text)))


def _ask_english(slots: dict[str, str], plain: dict[str, str]) -> Asked | None:
    """The English of a Korean term, or what a Latin abbreviation stands for."""
    if not plain["cell"].isascii() or plain["row"].endswith(" 중"):  # 적치 중: a state, no word of its own
        return None
    if plain["row"].isascii():
        initials = "".join(word[0] for word in re.findall(r"[A-Za-z]\w*", plain["cell"])).lower()
        is_short = initials.startswith(plain["row"][:2].lower()) and plain["row"] not in plain["cell"]  # T12 pallet
        return (ABBREVIATION, slots, fill("{row:은/는} {cell}의 약자입니다.", plain)) if is_short else None
    return ENGLISH, slots, fill("{row:은/는} 영어로 {cell}입니다.", plain)


def _ask_clause(
    column: Line, kind: Line, particle: str, slots: dict[str, str], plain: dict[str, str], tokens: Sequence[Token]
) -> Asked | None:
    """A cell that is a statement: said of the row where the row acts or is meant, else as what the column is."""
    predicate = final_predicate(tokens)
    if predicate is None:
        return None
    if is_meaning(column, kind):
        instructs = any(token.form in _INSTRUCTIONS for token in tokens[-4:])
        return (
            None
            if has_subject(tokens) or instructs
            else (meaning_of(plain["row"]), slots, fill("{row:은/는} {cell}.", plain))
        )
    if predicate.is_copula:
        return None
    fits = partial(fitting, particle="" if SHARED_CLASSES.search(kind.text) else particle)
    templates = fits(clause_question(column))
    if templates and particle == "이/가" and (PEOPLE.search(plain["row"]) or not has_subject(tokens)):
        return templates, slots, fill("{row:은/는} {cell}.", plain)
    if _REASON_HEADS.search(column.text):
        plain["cell"] = with_ending(plain["cell"], predicate, "기", "ETN")
        return fits(WHAT), slots, fill("{case} {column:은/는} {cell} 때문입니다.", plain)
    is_quality = _QUALITY_HEADS.search(column.text) is not None
    if predicate.is_adjective and particle == "의" and not is_quality and clause_question(column) is HOW:
        return templates, slots, fill("{row:은/는} {column:이/가} {cell}.", plain)  # 소요 시간 | 길다
    if is_quality or predicate.is_adjective:
        plain["cell"] = f"{plain['cell'][: predicate.start]}{plain_form(predicate)}는 점"
        return fits(WHAT), slots, fill("{case} {column:은/는} {cell}입니다.", plain)
    if not templates or _CASE_HEADS.search(column.text):
        return None  # 조건이 어긋날 때의 처리: the row alone would be told the opposite
    return templates, slots, fill("{row}의 경우 {cell}.", plain)
