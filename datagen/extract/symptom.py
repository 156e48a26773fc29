"""Symptom tables: the remedy and the cause of what is wrong → 바코드가 읽히지 않는데 어떻게 해야 돼?"""

from __future__ import annotations

import re

from curation.korean.predicate import final_predicate, with_ending
from datagen.documents import Line
from datagen.extract.columns import REMEDY_HEADS
from datagen.extract.reading import Asked, Reading, acts, is_clause, is_noun_phrase, without_stop
from datagen.phrasing import Template

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
