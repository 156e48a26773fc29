"""Cells that tell a whole statement: what comes of an act (작업 | 결과), and what a state says (상태 | 설명).

주문을 삭제한다 | 예약도 풀린다 → 주문을 삭제하면 어떻게 돼? · 검토 중 | 승인을 기다린다 → 상태가 '검토 중'이면?
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, with_ending
from datagen.documents import Line
from datagen.extract.reading import Asked, Reading, has_subject, has_topic, is_sentence, without_stop
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

OUTCOME = (
    Template("IP", "{condition} <어떻게 돼>"),
    Template("IC", "{condition} [뭐가|무엇이] 어떻게 [바뀌어?|바뀌나요?|바뀝니까?]"),
    Template("NM", "{condition} 어떻게 되는지 <알려 줘>"),
)
STATE = (
    Template("WS", "{kind:이/가} {state}이면 무슨 <뜻이야>"),
    Template("IN", "{kind:이/가} {state}[으로 뜨는 건|으로 뜨는 것은] 무슨 <뜻이야>"),
    Template("NC", "{kind:이/가} {state}이면 어떤 상태인지 <알려 줘>"),
)
_OUTCOME_HEADS = re.compile(r"(?:결과|효과|영향|변화)$")
# Headings of which a state can be no state, as the header alone says: 상태.
_NO_OWNER = re.compile(r"[을를은는의] |[?.]|상태$|^$")
_POINTING = re.compile(r"(?:^|[ (])(?:이|그|해당|이러한|이전|다음|위|아래) \S|참조|참고|^이는 ")


def ask_outcome(reading: Reading, key: Line, column: Line, cell: Line) -> Asked | None:
    """What comes of an act that a row tells: 주문을 삭제합니다."""
    tokens = reading.tokens(key)
    predicate = final_predicate(tokens)
    if not _OUTCOME_HEADS.search(column.text) or len(reading.sentences.get(key, ())) != 1 or predicate is None:
        return None
    if has_topic(tokens) or predicate.is_adjective or predicate.is_copula or not _is_told(reading, cell):
        return None
    condition = with_ending(key.text, predicate, "면")
    return OUTCOME, {"condition": reading.scope(condition, has_context=True)}, f"{condition} {cell.text}"


def ask_state(reading: Reading, kind: Line, state: Line, cell: Line) -> Asked | None:
    """What holds in a state that a row names: 검토 중 | 승인을 기다립니다."""
    first = reading.sentences.get(cell, ())[:1]
    if not kind.text.endswith("상태") or not first or not _is_told(reading, cell) or not _tells(first[0].tokens):
        return None
    if kind.text == "상태" and _NO_OWNER.search(reading.heading):
        return None  # 구매 요청 tells whose state it is, 여러 상태의 요청 삭제 does not
    name = f"{reading.heading} 상태" if kind.text == "상태" else kind.text
    label = f"'{without_stop(state.text)}'"
    answer = f"{attach(name, '이/가')} {label}이면 {cell.text}"
    return STATE, {"kind": reading.scope(name, is_class=True), "state": label}, answer


def _is_told(reading: Reading, cell: Line) -> bool:
    """Whether a cell is of whole sentences that point nowhere else."""
    sentences = reading.sentences.get(cell, ())
    return all(is_sentence(sentence.tokens) for sentence in sentences) and not _POINTING.search(cell.text)


def _tells(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says what is the case, of something it names."""
    return has_topic(tokens) or has_subject(tokens)
