"""Troubles in prose: headings that complain (바코드가 안 찍혀요), and 증상 · 원인 · 해결 in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, with_ending, without_tail
from datagen.documents import Block, Items, Line, Paragraph, Section
from datagen.extract.acts import heading_text
from datagen.extract.case import Force, force_of
from datagen.extract.reading import (
    Candidate,
    Reading,
    is_clause,
    is_noun_phrase,
    is_sentence,
    section_path,
    without_stop,
)
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

REMEDY = (
    Template("WNS", "{spoken} 어떻게 <해야 돼>"),
    Template("WS", "{spoken} 어떻게 하면 <돼>"),
    Template("IM", "{condition} 어떻게 <해야 돼>"),
    Template("SC", "{condition} 어떻게 <처리해>"),
    Template("WI", "{spoken} 해결 방법[ 좀|을] <알려 줘>"),
)
CAUSE = (
    Template("WN", "{spoken} 이유가 <뭐야>"),
    Template("SI", "{spoken} [뭐가|무엇이] 문제[야?|인가요?|입니까?]"),
    Template("MI", "{spoken} 원인이 <뭐야>"),
)
# A case that a heading names without complaint: 상품이 늦게 도착했을 때.
IN_CASE = (
    Template("WNS", "{case} 어떻게 <해야 돼>"),
    Template("NM", "{case} [뭘|무엇을] <해야 돼>"),
    Template("CM", "{case} 어떻게 <처리해>"),
    Template("SM", "{case} 어떻게 해야 하는지 <알려 줘>"),
)
_SYMPTOMS = re.compile(r"^(?:증상|문제(?: ?상황)?|현상|오류(?: ?메시지)?|에러|상황|장애)$")
_CAUSES = re.compile(r"^(?:원인|이유|발생 ?원인|까닭)$")
_REMEDIES = re.compile(
    r"^(?:해결(?: ?방법| ?방안)?|조치(?: ?방법| ?사항)?|대처(?: ?방법)?|처리 ?방법|대응|해결책|솔루션)$"
)
_LABELLED = re.compile(
    r"^[\[(<【]?(?P<label>[가-힣 ]{2,8}?)[\])>】]?\s*(?:[:：]|[–—-] )\s*|^[\[<【](?P<boxed>[가-힣 ]{2,8})[\]>】]\s*"
)
# What a complaint says: a denial, or something that has gone wrong.
_DENIALS = frozenset({"않", "못하", "없", "안", "못", "불가", "말"})
_WRONG = re.compile(
    r"멈추|끊기|실패|오류|에러|고장|늦|틀리|깨지|사라지|겹치|떨어지|막히|잘못|다르|모자라|부족|남|느리|꺼지|걸리|지연|누락|"
    r"중복|불일치|손상|파손|분실|이상|초과|만료|차단|잠기|튕기|흐리|번지|새|넘어지|초기화|거부|뜨|어긋나"
)
# Nouns that name a trouble, and the verb each takes.
_NAMED = {
    "오류": "나", "에러": "나", "고장": "나", "장애": "나", "실패": "", "불일치": "", "분실": "", "누락": "되",
    "지연": "되", "파손": "되", "손상": "되",
}  # fmt: skip
_SENTENCES, _ITEMS = 3, range(2, 13)


@dataclass(frozen=True, slots=True)
class Symptom:
    """A complaint as a condition (찍히지 않으면) and as people bring it up (찍히지 않는데)."""

    condition: str
    spoken: str


def troubles(reading: Reading) -> Iterator[Candidate]:
    """Pairs for what to do about, and what lies behind, each trouble that a heading or a labelled list names."""
    for section in reading.sections():
        seen = reading.at(section)
        yield from _of_heading(seen, section)
        yield from _of_labels(seen, section)


def _of_heading(reading: Reading, section: Section) -> Iterator[Candidate]:
    """The remedy below a heading that complains, where it is all that stands there."""
    found = _whole_answer(reading, section.blocks)
    if found is None or not section.headings:
        return
    heading = section.headings[-1]
    text = heading_text(heading.text)
    start = max(heading.text.find(text), 0)
    line = heading.part(start, start + len(text))
    tokens = [token for token in reading.tokens(heading) if start <= token.start < start + len(text)]
    answer, spans = found
    evidence = (*spans, line.source())
    case = _case_of(tokens, heading.text, start)
    if case:
        yield Candidate("trouble", IN_CASE, {"case": reading.scope(case, has_context=True)}, answer, evidence,
                        section_path(section))  # fmt: skip
    elif symptom := _symptom(tokens, heading.text[: start + len(text)], start):
        slots = {"condition": reading.scope(symptom.condition, has_context=True),
                 "spoken": reading.scope(symptom.spoken, has_context=True)}  # fmt: skip
        yield Candidate("trouble", REMEDY, slots, answer, evidence, section_path(section))


def _case_of(tokens: Sequence[Token], text: str, start: int) -> str:
    """A heading that names a time or case, as one asks about it: 연동이 실패했을 때는; empty where it names none."""
    tokens = without_tail(tokens)
    if len(tokens) < 4 or tokens[-1].form not in ("때", "경우") or tokens[-2].tag != "ETM":
        return ""
    if not any(token.tag in ("JKS", "JKO") for token in tokens):
        return ""
    named = text[start : tokens[-1].start + tokens[-1].len]
    return attach(named, "은/는") if tokens[-1].form == "때" else f"{named}에는"


def _symptom(tokens: Sequence[Token], text: str, start: int, *, is_labelled: bool = False) -> Symptom | None:
    """A complaint in its two forms; None where a text, unless it is labelled as one, complains of nothing."""
    ends = without_tail(tokens)
    if not ends:
        return None
    if ends[-1].form in _NAMED and ends[-1].tag == "NNG" and len(ends) > 1:
        return _named(text[start : ends[-1].start + ends[-1].len], ends[-1].form)
    predicate = final_predicate(tokens)
    if (
        predicate is None
        or predicate.tag not in ("EF", "ETN", "EC")
        or predicate.ending == "기"
        or text.endswith(("?", "까", "까?"))
    ):
        return None
    if not any(token.tag in ("JKS", "JKO", "JX", "JKB") for token in ends) or not (is_labelled or _complains(ends)):
        return None
    return in_forms(text, predicate, start)


def in_forms(text: str, predicate: Predicate, start: int = 0) -> Symptom:
    """A complaint that ends in a predicate, in its two forms: 화면이 꺼짐 → 화면이 꺼지면, 화면이 꺼지는데."""
    spoken = "ᆫ데" if predicate.is_adjective else "는데"
    condition, said = (with_ending(text, predicate, ending)[start:].strip() for ending in ("면", spoken))
    return Symptom(condition, said)


def _named(noun_phrase: str, noun: str) -> Symptom:
    """바코드 인식 오류 → 바코드 인식 오류가 나면, 나는데; 라벨 출력 실패 → 라벨 출력에 실패하면, 실패했는데."""
    if _NAMED[noun] == "나":
        subject = attach(noun_phrase, "이/가")
        return Symptom(f"{subject} 나면", f"{subject} 나는데")
    if _NAMED[noun] == "되":
        return Symptom(f"{noun_phrase}되면", f"{noun_phrase}됐는데")
    return Symptom(f"{noun_phrase}하면", f"{noun_phrase}했는데")


def _complains(tokens: Sequence[Token]) -> bool:
    text = " ".join(token.form for token in tokens)
    return any(token.form in _DENIALS for token in tokens) or bool(_WRONG.search(text))


def _whole_answer(reading: Reading, blocks: Sequence[Block]) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """What stands below a heading, where it is one short paragraph, one list, or a paragraph that leads into a list."""
    match list(blocks):
        case [Paragraph(line=line, note=None)]:
            sentences = reading.sentences.get(line, ())
            whole = 0 < len(sentences) <= _SENTENCES and all(is_sentence(one.tokens) for one in sentences)
            return (line.text, (line.source(),)) if whole else None
        case [Items() as items]:
            return _shown(reading, items, None)
        case [Paragraph(line=line, note=None), Items() as items]:
            return _shown(reading, items, line)
    return None


def _shown(reading: Reading, items: Items, lead: Line | None) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """A list of sentences as an answer."""
    if items.is_nested or len(items.items) not in _ITEMS:
        return None
    if not all(is_sentence(reading.tokens(item.line)) and not _LABELLED.match(item.line.text) for item in items.items):
        return None
    marks = [f"{number}." if items.is_ordered else "-" for number in range(1, len(items.items) + 1)]
    shown = [f"{mark} {item.line.text}" for mark, item in zip(marks, items.items, strict=True)]
    if lead is not None and not _tells_to_act(reading, lead):
        lead = None
    opening = lead.text.rstrip(":：") if lead else f"다음 {'순서로' if items.is_ordered else '방법으로'} 조치합니다."
    spans = tuple(item.line.source() for item in items.items)
    return "\n".join([opening, *shown]), (*spans, *((lead.source(),) if lead else ()))


def _tells_to_act(reading: Reading, lead: Line) -> bool:
    """Whether the first sentence before a list says what to do, or leads into the list."""
    sentences = reading.sentences.get(lead, ())
    leads_in = bool(re.search(r"다음|[:：]$", lead.text))
    acts = (Force.ACT, Force.NEED, Force.BAN, Force.ADVICE)
    return leads_in or (bool(sentences) and force_of(without_tail(sentences[0].tokens)) in acts)


def _of_labels(reading: Reading, section: Section) -> Iterator[Candidate]:
    """Pairs for 증상 · 원인 · 해결 that stand one after the other; a symptom may be the section's heading."""
    symptom: tuple[Symptom, tuple[int, int]] | None = None
    for line in _plain_lines(section.blocks):
        mark = _LABELLED.match(line.text)
        label = (mark["label"] or mark["boxed"]).strip() if mark else ""
        if mark is None or not label or mark.end() >= len(line.text):
            continue
        tokens = [token for token in reading.tokens(line) if token.start >= mark.end()]
        if _SYMPTOMS.match(label):
            found = _symptom(tokens, line.text, mark.end(), is_labelled=True)
            symptom = (found, line.source(mark.end(), len(line.text))) if found else None
        elif symptom is not None and (_CAUSES.match(label) or _REMEDIES.match(label)):
            yield from _labelled(
                reading, section, symptom, line, mark.end(), tokens, is_cause=bool(_CAUSES.match(label))
            )


def _labelled(
    reading: Reading, section: Section, symptom: tuple[Symptom, tuple[int, int]], line: Line, start: int,
    tokens: Sequence[Token], *, is_cause: bool,
) -> Iterator[Candidate]:  # fmt: skip
    """The pair for one labelled remedy or cause of a symptom."""
    said, span = symptom
    text = without_stop(line.text[start:])
    slots = {"condition": reading.scope(said.condition, has_context=True),
             "spoken": reading.scope(said.spoken, has_context=True)}  # fmt: skip
    if is_cause and is_noun_phrase(tokens):
        answer = f"원인은 {text}입니다."
    elif is_clause(tokens):
        answer = f"{text}."
    else:
        return
    evidence = (line.source(start, len(line.text)), span)
    yield Candidate("trouble", CAUSE if is_cause else REMEDY, slots, answer, evidence, section_path(section))


def _plain_lines(blocks: Sequence[Block]) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.line
        elif isinstance(block, Items):
            for item in block.items:
                yield item.line
                yield from _plain_lines(item.blocks)
