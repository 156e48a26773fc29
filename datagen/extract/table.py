"""Tables: one pair per informative cell, asked by what the cell holds: who, where, when, how many, what, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.hangul import is_syllable
from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, plain_form, with_ending
from datagen.documents import Line, Section, Table
from datagen.extract.reading import (
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
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

# `{case}` is the row with the particle its column asks for: 정기 실사의 담당자, 상품 라벨에 담는 번호.
WHAT = (
    Template("NMP", "{case} {column:은/는} <뭐야>"),
    Template("EMC", "{case} {column:이/가} <뭐예요>"),
    Template("NMW", "{case} {column:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("CES", "{case} {column:을/를} <알려 줘>"),
    Template("WPI", "{row:은/는} {column:이/가} <뭐야>"),
)
HOW = (
    Template("MPI", "{case} {column:은/는} <어떻게 돼>"),
    Template("CNS", "{case} {column:을/를} <알려 줘>"),
    Template("EMC", "{row:은/는} {column:이/가} <어떻게 돼>"),
)
WHO = (
    Template("WN", "{case} {column:은/는} <누구야>"),
    Template("CS", "{case} {column:이/가} 누구인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <누구야>"),
)
WHERE = (
    Template("WN", "{case} {column:은/는} <어디야>"),
    Template("NS", "{case} {column:이/가} 어디인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <어디야>"),
)
WHEN = (
    Template("WMC", "{case} {column:은/는} <언제야>"),
    Template("NS", "{case} {column:이/가} 언제인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <언제야>"),
)
HOW_MUCH = (
    Template("WMC", "{case} {column:은/는} <얼마야>"),
    Template("CEM", "{case} {column:이/가} 얼마인지 <알려 줘>"),
)
COUNT = (
    Template("WMC", "{case} {column:은/는} 몇 [{unit:이야/야}?|{unit}인가요?|{unit}입니까?]"),
    Template("CEM", "{case} {column:이/가} 몇 {unit}인지 <알려 줘>"),
)
MEANING = (
    Template("NC", "{row:이/가} <뭐야>"),
    Template("IS", "{row:은/는} 무슨 <뜻이야>"),
    Template("EP", "{row:이라는/라는} [게|것이] 정확히 <뭐야>"),
    Template("NW", "{row} 뜻[ 좀|을] <알려 줘>"),
    Template("NS", "{row:이/가} [뭔지|무엇인지] <알려 줘>"),
)
ENGLISH = (
    Template("NIE", "{row:은/는} 영어로 <뭐야>"),
    Template("CS", "{row:을/를} 영어로 [뭐라고|무엇이라고] [해?|하나요?|합니까?]"),
)
FORMULA = (
    Template("NP", "{row:은/는} 어떻게 [계산해?|계산하나요?|계산합니까?]"),
    Template("PI", "{row} 계산식이 <뭐야>"),
    Template("EM", "{row} 계산식[ 좀|을] <알려 줘>"),
)
REMEDY = (
    Template("WS", "{spoken} 어떻게 <해야 돼>"),
    Template("WI", "{condition} 어떻게 <해야 돼>"),
    Template("NW", "{condition} [뭘|무엇을] <해야 돼>"),
    Template("SM", "{condition} 어떻게 <처리해>"),
)
CAUSE = (
    Template("WS", "{spoken} 원인이 <뭐야>"),
    Template("MI", "{symptom} 원인이 <뭐야>"),
    Template("SI", "{symptom} 까닭[ 좀|을] <알려 줘>"),
)
_MEANING_HEADS = re.compile(r"(?:^|의 )(?:뜻|의미|설명|정의|개념)$")
_ENGLISH_HEADS = re.compile(r"^영(?:어|문)(?: ?(?:이름|명|용어))?$")
_FORMULA_HEADS = re.compile(r"(?:계산식|공식|산식)$")
_SYMPTOM_HEADS = re.compile(r"증상|현상")
_REMEDY_HEADS = re.compile(r"조치|대응|해결|처리|대책")
_CAUSE_HEADS = re.compile(r"원인|이유|까닭")
_WORK_HEADS = re.compile(r"(?:일|업무|역할|작업|처리|내용)$")
_QUALITY_HEADS = re.compile(r"(?:장점|단점|약점|강점|이점|한계|특징|특성|부담|효과)$")
_WHERE_HEADS = re.compile(r"(?:위치|장소|자리|곳|로케이션)$")
_WHEN_HEADS = re.compile(r"(?:시점|시기|때|시간대)$")
_HOW_HEADS = re.compile(
    r"(?:기준|방법|방식|절차|순서|주기|처리|반영|변화|상태|온도|범위|크기|규칙|동작|경로|방침|조건)$"
)
_PERSON = re.compile(
    r"(?:담당자|관리자|작업자|화주|거래처|운송사|택배사|직원|고객|소비자|부서|업체|제조사|운전자|기사|사람|본인|팀)$"
)
_QUANTITY = re.compile(r"(?:약 |최대 |최소 )?[\d,.]+ ?(?P<unit>[가-힣]{1,3}|㎜|mm|cm|m|㎡|kg|kHz|MHz|℃|%)")
# Classes whose members bear the name of something else: the order state 패킹 is not the work 패킹.
_SHARED_CLASSES = re.compile(r"(?:상태|단계|사건|업무|공정|대상|기준|영역|재고|기한|흐름|등급|사유|자료)$")
# The first column of a comparison holds viewpoints, not things: its rows read the other way round.
_VIEWPOINTS = re.compile(r"비교|관점|견주")
# Adjectives that only ever modify: 단순 변심의 주된 원인.
_ADNOMINAL = frozenset({"주되", "흔하"})
# The particle a row takes before a column that is a relative clause of these verbs (stems as Kiwi gives them).
_PARTICLES = {
    "에": frozenset("담 담기 두 알맞 어울리 맞 들어가 뒤따르 속하".split()),
    "이/가": frozenset("가리키 나타내 드러내 잡아내 찾아내 가려내 맡".split()),
    "에서": frozenset("눈여겨보 살펴보".split()),
}
_MATH = re.compile(r"[÷×=√−]")
_BARE_KEY = re.compile(r"^(?:[A-Z]|\(?\d+\)?)$")
# A number without a unit, or a class of the program: true, and worth nobody's question.
_NO_VALUE = re.compile(r"[\d.,]+|[A-Za-z]+[a-z](?:[A-Z][A-Za-z]*){2,}")
# Rows that sum up or hold a mere value.
_NO_KEY = re.compile(r"^(?:예|아니요|없음|기타|합계|계|-)$")


def cells(reading: Reading) -> Iterator[Candidate]:
    """A pair for each cell right of the key column that a question can ask for."""
    for section in reading.sections():
        for block in section.blocks:
            if isinstance(block, Table) and _has_keys(reading, block):
                for row in block.rows:
                    yield from _row(reading, section, block, row)


def _has_keys(reading: Reading, table: Table) -> bool:
    """Whether the first column names its rows: unique, not blank, under a header that is a plain noun."""
    keys = [row[0].text for row in table.rows]
    if any(token.tag == "ETM" for token in reading.tokens(table.header[0])):
        return False
    is_comparison = _VIEWPOINTS.search(table.header[0].text)
    return bool(table.header[0].text) and not is_comparison and all(keys) and len(set(keys)) == len(keys)


def _row(reading: Reading, section: Section, table: Table, row: Sequence[Line]) -> Iterator[Candidate]:
    key = reading.tokens(row[0])
    ask = _ask_symptom if is_clause(key) else _ask_cell
    if _NO_KEY.match(row[0].text):
        return
    if not is_clause(key) and not (is_noun_phrase(key) or is_nominal(key) or row[0].text.isascii()):
        return
    for column, cell in zip(table.header[1:], row[1:], strict=True):
        if not cell.text or not column.text:
            continue
        asked = ask(reading, table.header[0], row[0], column, cell)
        if asked is not None:
            templates, slots, answer = asked
            evidence = (cell.source(), row[0].source(), column.source(), table.header[0].source())
            yield Candidate(
                "definition" if templates is MEANING else "table",
                templates,
                slots,
                answer,
                evidence,
                section_path(section),
            )


Asked = tuple[tuple[Template, ...], dict[str, str], str]


def _ask_symptom(reading: Reading, _: Line, key: Line, column: Line, cell: Line) -> Asked | None:
    """The remedy or the cause of a symptom that is a clause: 스캐너가 바코드를 읽지 못한다."""
    predicate = final_predicate(reading.tokens(key))
    if predicate is None:
        return None
    tokens, text = reading.tokens(cell), without_stop(cell.text)
    condition = with_ending(key.text, predicate, "면")
    symptom = with_ending(key.text, predicate, "ᆫ" if predicate.is_adjective else "는", "ETM")
    slots = {
        "condition": reading.scope(condition),
        "spoken": reading.scope(with_ending(key.text, predicate, "ᆫ데" if predicate.is_adjective else "는데")),
        "symptom": reading.scope(symptom),
    }
    if _REMEDY_HEADS.search(column.text) and is_clause(tokens):
        return REMEDY, slots, f"{condition} {text}."
    if _CAUSE_HEADS.search(column.text):
        if is_noun_phrase(tokens):
            return CAUSE, slots, f"{symptom} 원인은 {text}입니다."
        if is_clause(tokens) and (cause := final_predicate(tokens)):
            return CAUSE, slots, f"{symptom} 것은 {with_ending(text, cause, '기', 'ETN')} 때문입니다."
    return None


def _ask_cell(reading: Reading, kind: Line, key: Line, column: Line, cell: Line) -> Asked | None:
    tokens, text = reading.tokens(cell), without_stop(cell.text)
    # A bare number or letter needs its class even in the answer: 상태 코드 401.
    name = f"{kind.text} {key.text}" if _BARE_KEY.match(key.text) else key.text
    asked = reading.scope(name) if name != key.text else _named_row(reading, kind, key)
    particle = _particle(reading.tokens(column))
    slots = {"row": asked, "case": _cased(asked, particle), "column": column.text}
    plain = {"row": name, "case": _cased(name, particle), "column": column.text, "cell": text}
    if _FORMULA_HEADS.search(column.text):
        return (FORMULA, slots, fill("{row}의 {column:은/는} '{cell}'입니다.", plain)) if _MATH.search(text) else None
    if _ENGLISH_HEADS.match(column.text):
        return (ENGLISH, slots, fill("{row:은/는} 영어로 {cell}입니다.", plain)) if text.isascii() else None
    if is_clause(tokens):
        return None if has_topic(tokens) else _ask_clause(column, particle, slots, plain, tokens)
    if not (is_noun_phrase(tokens) or _QUANTITY.fullmatch(text)) or _NO_VALUE.fullmatch(text):
        return None
    if _MEANING_HEADS.search(column.text):
        return MEANING, slots, fill("{row:은/는} {cell}입니다.", plain)
    templates, slots = _by_content(column, text, slots)
    return _fitting(templates, particle), slots, fill("{case} {column:은/는} {cell}입니다.", plain)


def _ask_clause(
    column: Line, particle: str, slots: dict[str, str], plain: dict[str, str], tokens: Sequence[Token]
) -> Asked | None:
    """A cell that is a statement: said of the row where the row acts or is meant, else as what the column is."""
    predicate = final_predicate(tokens)
    if predicate is None:
        return None
    if _MEANING_HEADS.search(column.text):
        return None if has_subject(tokens) else (MEANING, slots, fill("{row:은/는} {cell}.", plain))
    templates = _fitting(HOW if _HOW_HEADS.search(column.text) or _REMEDY_HEADS.search(column.text) else WHAT, particle)
    if particle == "이/가" and not has_subject(tokens):
        return templates, slots, fill("{row:은/는} {cell}.", plain)
    if _QUALITY_HEADS.search(column.text) or predicate.is_adjective:
        plain["cell"] = f"{plain['cell'][: predicate.start]}{plain_form(predicate)}는 점"
        return templates, slots, fill("{case} {column:은/는} {cell}입니다.", plain)
    return templates, slots, fill("{case} {column:은/는} 다음과 같습니다. {cell}.", plain)


def _by_content(column: Line, text: str, slots: dict[str, str]) -> tuple[tuple[Template, ...], dict[str, str]]:
    """The question word by what the cell holds and the column says."""
    if quantity := _QUANTITY.fullmatch(text):
        is_counted = is_syllable(quantity["unit"][-1])
        return COUNT if is_counted else HOW_MUCH, {**slots, "unit": quantity["unit"]}
    if _PERSON.search(text) and not _WORK_HEADS.search(column.text):
        return WHO, slots
    for heads, templates in ((_WHERE_HEADS, WHERE), (_WHEN_HEADS, WHEN), (_HOW_HEADS, HOW)):
        if heads.search(column.text):
            return templates, slots
    return WHAT, slots


def _particle(column: Sequence[Token]) -> str:
    """The particle that ties a row to its column: 의 to a noun, the verb's own to a clause, else 의 경우.

    정기 실사의 담당자 · 상품 라벨에 담는 번호 · 현장 작업자가 맡는 처리 · 외장 파손의 경우 확인할 곳
    """
    modifier = max((index for index, token in enumerate(column) if token.tag == "ETM"), default=None)
    if any(token.tag == "JKG" for token in column):  # never 출고료의 수량의 근거
        return "의 경우"
    if modifier is None or (modifier == 1 and column[0].form in _ADNOMINAL):
        return "의"
    if modifier and not any(token.tag in ("JKS", "JKO") for token in column[:modifier]):
        verb = column[modifier - 1].form
        for particle, verbs in _PARTICLES.items():
            if verb in verbs:
                return particle
    return "의 경우"


def _cased(row: str, particle: str) -> str:
    return attach(row, particle) if "/" in particle else row + particle


def _fitting(templates: tuple[Template, ...], particle: str) -> tuple[Template, ...]:
    """The wordings that fit: the row as topic only before a plain noun (정기 실사는 담당자가 …)."""
    return templates if particle == "의" else tuple(t for t in templates if not t.text.startswith("{row:"))


def _named_row(reading: Reading, kind: Line, key: Line) -> str:
    """The row's name, led in by its class unless it stands for itself: 재고 상태 중 보류, but 배치 피킹."""
    class_nouns: list[Token] = reading.tokens(kind)
    if key.text in reading.terms and not _SHARED_CLASSES.search(kind.text):
        return key.text
    if any(token.form in key.text for token in class_nouns if len(token.form) > 1):
        return reading.scope(key.text)
    return reading.scope(f"{kind.text.removesuffix(' 이름')} 중 {key.text}")
