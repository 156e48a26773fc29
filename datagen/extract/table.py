"""Tables: one pair per informative cell, asked by what the cell holds: who, where, when, how many, what, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from curation.korean.predicate import final_predicate, plain_form, with_ending
from datagen.documents import Line, Section, Table
from datagen.extract.columns import (
    ABBREVIATION,
    BRACKETED,
    COUNT,
    ENGLISH,
    FORMULA,
    HOW_MUCH,
    VALUE,
    WHAT,
    cased,
    clause_question,
    fitting,
    is_meaning,
    is_quantity,
    question_word,
    row_particle,
)
from datagen.extract.definition import LEANING_NAME, meaning_of
from datagen.extract.fields import is_field_table
from datagen.extract.leads import is_example, led_blocks
from datagen.extract.members import class_name
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
from datagen.extract.symptom import CAUSE, REMEDY, ask_symptom, is_symptom_table
from datagen.extract.told_cells import OUTCOME, STATE, ask_outcome, ask_state
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

_MATH = re.compile(r"[÷×=√−]")
_BARE_KEY = re.compile(r"^(?:[A-Z]|\(?\d+\)?)$")
# A number without a unit, or a class of the program: true, and worth nobody's question.
_NO_VALUE = re.compile(r"[\d.,]+|[A-Za-z]+[a-z](?:[A-Z][A-Za-z]*){2,}")
_IDENTIFIER = re.compile(r"[A-Za-z]*[a-z][A-Z]\w*|[A-Z]{3}[A-Z]*[a-z]\w*")  # ToNum, WHSWorkType: names of a program
# Rows that sum up or hold a mere value.
_NO_KEY = re.compile(r"^(?:예|아니요|없음|기타|합계|계|-)$")
# Classes whose members bear the name of something else: the order state 패킹 is not the work 패킹.
_SHARED_CLASSES = re.compile(r"(?:상태|단계|사건|업무|공정|유형|대상|기준|영역|재고|기한|흐름|등급|사유|자료|데이터)$")
_VERBAL_CLASSES = re.compile(r"(?:업무|작업|공정|처리|운영|이동|점검|교육|사건|지연|조정|판정|거래|전송|보관)$")
_GENERAL_CLASSES = re.compile(r"항목|구분|내용|종류|이름|명칭|번호|No\.?|순번|분류|지표|대상|용어|업무|공정|시스템")
# A header that says that its cells are names: the class is what they name.
_NAMING = re.compile(r"(?<=\S) (?:이름|명칭)$")
# Rows that are only counted off, and names of what is filled in later: neither is anything one asks about.
_COUNTED_OFF = re.compile(r"순서|순번|번호|단계|행|줄|No\.?|#", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[$<>{}]")
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
_UNIT_OF_TIME = re.compile(r"매?(?:일|주|월|분기|반기|년|연)")
# The first column of a comparison holds viewpoints, not things: its rows read the other way round.
_VIEWPOINTS = re.compile(r"비교|관점|견주")
_CODE_CLASSES = re.compile(r"(?:코드|식별자|신호)$")
# What one does with a thing says not what it is: 창고는 … 선택합니다.
_INSTRUCTIONS = frozenset("선택 입력 설정 지정 사용 활성 생성 만들 누르 클릭 켜 끄 어야 확인 할당 정의 구성".split())
_CASE_HEADS = re.compile(r"(?:때|경우|면)(?:의)? ")
_REASON_HEADS = re.compile(r"(?:까닭|이유)$")
_QUALITY_HEADS = re.compile(r"(?:장점|단점|약점|강점|이점|한계|특징|특성|부담|효과|점)$")
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
        return _full_name(self.table.header[0].text, without_stop(self.table.rows[self.row][0].text))


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
            if _is_ours(reading, block) and _has_keys(reading, block):
                for row in range(len(block.rows)):
                    yield from _row(reading.at(section), section, block, row)


def _is_ours(reading: Reading, table: Table) -> bool:
    """Whether no extractor of its own reads a table: of fields, or of symptoms."""
    return not is_field_table(table) and not is_symptom_table(reading, table)


def _has_keys(reading: Reading, table: Table) -> bool:
    """Whether the first column names its rows: unique, not blank, under a header that is a plain noun."""
    keys = [row[0].text for row in table.rows]
    if any(token.tag == "ETM" for token in reading.tokens(table.header[0])):
        return False
    head = table.header[0].text
    if _VIEWPOINTS.search(head) or any(map(_PLACEHOLDER.search, keys)):
        return False
    if _COUNTED_OFF.fullmatch(head) and all(key.isdigit() for key in keys):
        return False
    return bool(head) and all(keys) and len(set(keys)) == len(keys)


def _tells_apart(table: Table, column: int) -> bool:
    """Whether a column is a plain one that says something of its rows: not the same of all."""
    is_same = len(table.rows) > 1 and len({row[column].text for row in table.rows}) == 1
    return not is_same and not _SYSTEM_NAME.fullmatch(table.header[column].text)


def _row(reading: Reading, section: Section, table: Table, place: int) -> Iterator[AskedCell]:
    row = table.rows[place]
    key = reading.tokens(row[0])
    if _NO_KEY.match(row[0].text) or _IDENTIFIER.fullmatch(row[0].text):
        return
    if not is_clause(key) and not (is_noun_phrase(key) or is_nominal(key) or row[0].text.isascii()):
        return
    people = sum(PEOPLE.search(keys[0].text) is not None for keys in table.rows)
    acts = 2 * people > len(table.rows)  # not of 운송사, one 웨이브 기준 of several
    for column in range(1, len(table.header)):
        header, cell = table.header[column], row[column]
        if not cell.text or not header.text or _IDENTIFIER.fullmatch(cell.text) or _IDENTIFIER.fullmatch(header.text):
            continue
        if not _tells_apart(table, column):
            continue
        if is_clause(key):
            asked = ask_symptom(reading, row[0], header, cell) or ask_outcome(reading, row[0], header, cell)
        else:
            asked = _ask_cell(reading, table.header[0], row[0], header, cell, acts=acts)
        if asked is None:
            continue
        templates, slots, answer = asked
        evidence = (cell.source(), row[0].source(), header.source(), table.header[0].source())
        candidate = Candidate(_kind(templates), templates, slots, answer, evidence, section_path(section))
        particle = row_particle(reading, header, row[0].text, acts=acts)
        yield AskedCell(section, table, place, column, particle, candidate)


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


def _ask_cell(reading: Reading, kind: Line, key: Line, column: Line, cell: Line, *, acts: bool) -> Asked | None:
    tokens, text = reading.tokens(cell), without_stop(cell.text)
    name = _full_name(kind.text, without_stop(key.text))
    particle = row_particle(reading, column, key.text, acts=acts)
    asked, stands_alone = _named_row(reading, kind, key) if name == key.text else (name, False)
    # What a clause says of a term hangs on where it is said.
    is_class = asked.endswith((f" 중 {key.text}", f" 가운데 {key.text}"))
    scope = partial(reading.scope, around=column.text, has_context=not is_class, is_class=is_class)
    is_doubled = particle == "의 경우" and "경우" in column.text  # 판매 주문의 경우 주문이 생기는 경우
    if _NO_ANSWER.fullmatch(text) or (_UNIT_OF_TIME.fullmatch(text) and "주기" in column.text) or is_doubled:
        return None
    texts = {"row": asked, "case": cased(asked, particle)}
    slots = texts if stands_alone and particle == "의" else {slot: scope(text) for slot, text in texts.items()}
    kind_name = _NAMING.sub("", kind.text)
    if is_class and slots != texts and (led := class_name(reading, kind_name)):
        slots = {slot: led + text.removeprefix(kind_name) for slot, text in texts.items()}
    slots |= {"term": slots["row"], "column": BRACKETED.sub("", column.text) or column.text}
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
    is_code = _CODE_CLASSES.search(kind.text)
    if is_meaning(column, kind) or (is_code and column.text == "내용"):
        statement = "{row:은/는} {cell:을/를} 뜻합니다." if is_code else "{row:은/는} {cell}입니다."
        return meaning_of(key.text), slots, fill(statement, plain)
    if _VALUE_HEADS.fullmatch(BRACKETED.sub("", column.text)):
        return VALUE, slots, fill("{row:은/는} {cell}입니다.", plain)
    templates, slots = question_word(column, text, slots)
    if not templates:
        return None
    if _SHARED_CLASSES.search(kind.text):
        templates = fitting(templates, "")  # a state is no topic: not 피킹 중은 …
    return fitting(templates, particle), slots, fill("{case} {column:은/는} {cell}입니다.", plain)


def _full_name(kind: str, key: str) -> str:
    """The row's name; a bare number or letter needs its class even in the answer: 상태 코드 401, A등급."""
    if not _BARE_KEY.match(key):
        return key
    return f"{key}등급" if kind.endswith("등급") else f"{kind} {key}"


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
    fits = partial(fitting, particle="" if _SHARED_CLASSES.search(kind.text) else particle)
    templates = fits(clause_question(column))
    if templates and particle == "이/가" and (PEOPLE.search(plain["row"]) or not has_subject(tokens)):
        return templates, slots, fill("{row:은/는} {cell}.", plain)
    if _REASON_HEADS.search(column.text):
        plain["cell"] = with_ending(plain["cell"], predicate, "기", "ETN")
        return fits(WHAT), slots, fill("{case} {column:은/는} {cell} 때문입니다.", plain)
    if _QUALITY_HEADS.search(column.text) or predicate.is_adjective:
        plain["cell"] = f"{plain['cell'][: predicate.start]}{plain_form(predicate)}는 점"
        return fits(WHAT), slots, fill("{case} {column:은/는} {cell}입니다.", plain)
    if not templates or _CASE_HEADS.search(column.text):
        return None  # 조건이 어긋날 때의 처리: the row alone would be told the opposite
    return templates, slots, fill("{row}의 경우 {cell}.", plain)


def _named_row(reading: Reading, kind: Line, key: Line) -> tuple[str, bool]:
    """The row's name, led in by its class unless it shows it (재고 상태 중 보류, 배치 피킹); whether it is a term."""
    names_more = reading.names_more(kind.text, key.text)
    is_term = key.text in reading.terms and not LEANING_NAME.search(key.text)
    if is_term and not _SHARED_CLASSES.search(kind.text) and not names_more:
        return key.text, True
    if _GENERAL_CLASSES.fullmatch(kind.text):
        return key.text, False  # 항목 중 보관료 says nothing that 보관료 does not
    if not names_more and any(token.form in key.text for token in reading.tokens(kind) if len(token.form) > 1):
        return key.text, False
    kind_name = _NAMING.sub("", kind.text)
    among = "가운데" if _VERBAL_CLASSES.search(kind_name) else "중"  # 업무 중 is: while at work
    return f"{kind_name} {among} {key.text}", False
