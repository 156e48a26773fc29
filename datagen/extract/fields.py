"""Field lists: `- **외장 수량**: 하차하면서 센 파렛트의 개수` → 인수증에 남기는 내용 중 외장 수량이 뭐야?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.korean.predicate import final_predicate
from datagen.documents import Items, Line, Section
from datagen.extract.reading import (
    Candidate,
    Reading,
    has_topic,
    heading_source,
    is_clause,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.phrasing import Template, fill

TEMPLATES = (
    Template("N", "{scope} {field:이/가} <뭐야>"),
    Template("IS", "{scope} {field:은/는} 무슨 <뜻이야>"),
    Template("NC", "{scope} {field:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{scope} {field:이/가} [뭔지|무엇인지] <알려 줘>"),
)
_FIELD = re.compile(r"(?P<name>[^:：–—]{2,20}?)\s*(?::|：|\s[–—-]\s)\s*(?P<text>\S.*)", re.DOTALL)
# A heading that names what its items are members of.
_LIST = re.compile(
    r"(?:항목|정보|내용|값|데이터|칸|자료|기록|것|설정|종류|용어|비용|장비|서류|조건|요소|기준|도구|근거|식|유형|방식)$"
)
_SCREEN = re.compile(r"^(?P<screen>.*?화면)")


def fields(reading: Reading) -> Iterator[Candidate]:
    """A pair for each `name: meaning` item of a list whose items all have that form."""
    for section in reading.sections():
        for block in section.blocks:
            if not isinstance(block, Items) or not section.headings:
                continue
            matches = [_FIELD.fullmatch(item.line.text) for item in block.items]
            if len(matches) > 1 and all(matches):
                for item, found in zip(block.items, matches, strict=True):
                    if found:
                        yield from _candidate(reading.at(section), section, item.line, found)


def _candidate(reading: Reading, section: Section, item: Line, found: re.Match[str]) -> Iterator[Candidate]:
    name, meaning = found["name"].strip(), without_stop(found["text"])
    if reading.document.text[item.offsets[found.start("text")] - 1] in "*_":
        return  # **작업 풀 ID:** *Webshop*: what is set in italics is a sample value, no meaning
    tokens = [token for token in reading.tokens(item) if token.start >= found.start("text")]
    if not is_noun_phrase(tokens):
        predicate = final_predicate(tokens)
        if predicate is None or not is_clause(tokens) or not predicate.is_copula or has_topic(tokens):
            return
        meaning = meaning[: predicate.start - found.start("text")]
    answer = fill("{field:은/는} {meaning}입니다.", {"field": name, "meaning": meaning})
    scope = _scope(reading, section.headings[-1])
    if scope is None:
        return
    yield Candidate(
        "field", TEMPLATES, {"scope": scope, "field": name}, answer,
        (item.source(*found.span("text")), item.source(*found.span("name")), *heading_source(section)),
        section_path(section),
    )  # fmt: skip


def _scope(reading: Reading, heading: Line) -> str | None:
    """Where the field stands: 실사 계획 화면에 있는 · 인수증에 남기는 내용 중; None where the heading names no list."""
    if screen := _SCREEN.match(heading.text):
        return f"{screen['screen']}에 있는"
    is_plain = all(token.tag != "ETM" for token in reading.tokens(heading))
    return reading.scope(f"{heading.text} 중", is_class=is_plain) if _LIST.search(heading.text) else None
