"""Procedures: an action heading over ordered steps → 오입 상품을 반송하려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, with_ending, without_tail
from datagen.documents import Items, Line, Paragraph, Section
from datagen.extract.reading import (
    NOUNS,
    Candidate,
    Reading,
    Sentence,
    heading_source,
    is_clause,
    is_sentence,
    section_path,
)
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

# For an act with a verb: {wish} 반송하려면, {act} 반송하는.
OF_ACT = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("NW", "{act} 방법[ 좀|을] <알려 줘>"),
    Template("MC", "{act} 절차가 <어떻게 돼>"),
    Template("NW", "{act} 순서가 <어떻게 돼>"),
    Template("W", "{wish} 어떤 순서로 <해야 돼>"),
    Template("MI", "{act} 순서를 <알려 줘>"),
)
# For an act that is a noun: 과입 수량 처리 절차.
OF_NOUN = (
    Template("MC", "{name} 절차가 <어떻게 돼>"),
    Template("NW", "{name} 순서[ 좀|를] <알려 줘>"),
    Template("NI", "{name:은/는} 어떤 순서로 <진행해>"),
    Template("NW", "{name:은/는} 어떻게 [하면 돼?|하면 되나요?|하면 됩니까?]"),
)
_WAY = frozenset({"방법", "절차", "순서", "과정", "요령"})
_LEAD = re.compile(r"순서|차례|단계")
_STEPS = range(2, 13)


def procedures(reading: Reading) -> Iterator[Candidate]:
    """A pair for each ordered list of full sentences under a heading that names an act."""
    for section in reading.sections():
        for before, block in zip((None, *section.blocks), section.blocks, strict=False):
            if isinstance(block, Items) and _is_procedure(reading, block) and section.headings:
                yield from _candidate(
                    reading.at(section), section, before if isinstance(before, Paragraph) else None, block
                )


def _is_procedure(reading: Reading, block: Items) -> bool:
    return block.is_ordered and not block.is_nested and len(block.items) in _STEPS and all(
        is_sentence(reading.tokens(item.line)) for item in block.items
    )  # fmt: skip


def _candidate(reading: Reading, section: Section, before: Paragraph | None, block: Items) -> Iterator[Candidate]:
    asked = _asked(reading, section.headings[-1])
    if asked is None:
        return
    templates, slots, default_lead = asked
    lead = _lead(reading, before)
    steps = "\n".join(f"{number}. {item.line.text}" for number, item in enumerate(block.items, 1))
    evidence = tuple(item.line.source() for item in block.items)
    yield Candidate(
        "procedure", templates, slots, f"{lead.text if lead else default_lead}\n{steps}",
        (*evidence, *((lead.source,) if lead else ()), *heading_source(section)), section_path(section),
    )  # fmt: skip


def _lead(reading: Reading, before: Paragraph | None) -> Sentence | None:
    """The sentence that leads into the list, where it says that an order follows."""
    sentences = reading.sentences.get(before.line, ()) if before else ()
    return sentences[-1] if sentences and _LEAD.search(sentences[-1].text) and is_clause(sentences[-1].tokens) else None


def _asked(reading: Reading, heading: Line) -> tuple[tuple[Template, ...], dict[str, str], str] | None:
    """The templates and slots for a heading, and the lead-in where the source has none; None where it names no act."""
    tokens = list(without_tail(reading.tokens(heading)))
    if not tokens:
        return None
    text = heading.text
    if tokens[-1].form in _WAY and len(tokens) > 1:
        if tokens[-2].tag != "ETM":  # 과입 수량 처리 절차
            if tokens[-2].tag not in (*NOUNS, "JKG", "SSC"):
                return None  # 문을 여는 절차: Kiwi misses the verb
            name = text[: tokens[-1].start].rstrip().removesuffix("의")
            return OF_NOUN, {"name": reading.scope(name)}, f"{attach(name, '은/는')} 다음 순서로 진행합니다."
        tokens = tokens[:-1]
    predicate = final_predicate(tokens)
    if predicate is None or predicate.tag not in ("ETM", "ETN") or predicate.is_adjective:
        return None
    text = text[: predicate.end]
    object_end = _bare_object(tokens, predicate.start)
    wish, act = with_ending(text, predicate, "려면"), with_ending(text, predicate, "는", "ETM")
    if object_end is not None:  # 하루치 순환 실사 진행하기 → 하루치 순환 실사를 진행하려면
        named = attach(text[:object_end], "을/를")
        wish, act = named + wish[object_end:], named + act[object_end:]
    return OF_ACT, {"wish": reading.scope(wish), "act": reading.scope(act)}, f"{wish} 다음 순서를 따릅니다."


def _bare_object(tokens: list[Token], verb_start: int) -> int | None:
    """Where the object before a verb ends, if it lacks its particle."""
    before = [token for token in tokens if token.start < verb_start]
    while before and before[-1].tag in NOUNS and before[-1].start + before[-1].len == verb_start:
        verb_start = before.pop().start  # the verbal noun of 진행+하기 belongs to the verb
    while before and before[-1].tag == "MAG":  # 입고 예정 직접 등록하기 → 입고 예정을 직접
        before.pop()
    if any(token.tag == "JKO" for token in before):
        return None
    if not before or before[-1].tag not in NOUNS or before[-1].form in ("때", "후", "뒤", "전"):
        return None
    return int(before[-1].start + before[-1].len)
