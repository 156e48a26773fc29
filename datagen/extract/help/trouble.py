"""Troubles in prose: headings that complain (바코드가 안 찍혀요), and 증상 · 원인 · 해결 in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import without_tail
from datagen.documents import Block, Items, Line, Paragraph, Section
from datagen.extract.acts import heading_text
from datagen.extract.help.mishap import Symptom, cause, complaint, message
from datagen.extract.help.reply import QUESTION_MARK, Reply, Want, part_of, reply_below, told
from datagen.extract.reading import Candidate, Reading, section_path
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

REMEDY = (
    Template("WNS", "{spoken} 어떻게 <해야 돼>"),
    Template("WS", "{spoken} 어떻게 하면 <돼>"),
    Template("IM", "{condition} 어떻게 <해야 돼>"),
    Template("SC", "{condition} [뭘|무엇을] <해야 돼>"),
    Template("WI", "{spoken} 해결 방법[ 좀|을] <알려 줘>"),
)
# Where the remedy is to check something, and nothing else.
CHECK = (Template("WI", "{spoken} [뭘|무엇을] 확인<해야 돼>"), Template("SM", "{condition} [뭘|무엇을] 확인<해야 돼>"))
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
CHECK_IN_CASE = (Template("WI", "{case} [뭘|무엇을] 확인<해야 돼>"),)
_SYMPTOMS = re.compile(r"^(?:증상|문제(?: ?상황)?|현상|오류(?: ?메시지)?|에러|상황|장애)$")
_CAUSES = re.compile(r"^(?:원인|이유|발생 ?원인|까닭)$")
_REMEDIES = re.compile(
    r"^(?:해결(?: ?방법| ?방안)?|조치(?: ?방법| ?사항)?|대처(?: ?방법)?|처리 ?방법|대응|해결책|솔루션)$"
)
_LABELLED = re.compile(
    r"^[\[(<【]?(?P<label>[가-힣 ]{2,8}?)[\])>】]?\s*(?:[:：]|[–—-] )\s*|^[\[<【](?P<boxed>[가-힣 ]{2,8})[\]>】]\s*"
)
_SOLVING = re.compile(r"문제 ?해결|트러블 ?슈팅|장애|고장|오류|증상|자주 (?:발생|생기|겪)|이럴 때|안 될 때")
# A label that follows another in one paragraph: 증상: 화면이 꺼집니다. 원인: 방전
_NEXT_LABEL = re.compile(
    r"(?<=\s)(?=(?:증상|현상|원인|이유|해결|해결 ?방법|조치|조치 ?방법|조치 ?사항|대처 ?방법|대응)\s*[:：]\s)"
)
# What some manuals set before a trouble: ❌ 화면이 꺼짐.
_ORNAMENT = re.compile(r"^[^\w\s\"'“‘「『(\[<【-]+\s*")


def troubles(reading: Reading) -> Iterator[Candidate]:
    """Pairs for what to do about, and what lies behind, each trouble that a heading or a labelled list names."""
    for section in reading.sections():
        here = reading.at(section)
        named = _named(here, section)
        yield from _of_labels(here, section, named if isinstance(named, Symptom) else None)
        yield from _of_heading(here, section, named)
        yield from _of_items(here, section)


def _named(reading: Reading, section: Section) -> Symptom | str | None:
    """The complaint that a section's heading makes, or the case it names (연동이 실패했을 때는); a Q is the FAQ's."""
    line = section.headings[-1] if section.headings else None
    if line is None or QUESTION_MARK.match(line.text):
        return None
    text = _ORNAMENT.sub("", heading_text(line.text))
    start = max(line.text.find(text), 0)
    if said := message(text):
        return said
    label = _LABELLED.match(text)
    if label and label["label"] and _SYMPTOMS.match(label["label"].strip()):  # 오류: 연결할 수 없습니다
        here, rest = part_of(reading, line, start + label.end(), start + len(text))
        return complaint(rest.text, here.tokens(rest), is_told=True)
    tokens = [token for token in reading.tokens(line) if start <= token.start < start + len(text)]
    case = _case_of(tokens, line.text, start)
    return case or complaint(line.text[: start + len(text)], tokens, is_told=False)


def _of_heading(reading: Reading, section: Section, named: Symptom | str | None) -> Iterator[Candidate]:
    """The remedy below a heading that complains, where it is all that stands there."""
    reply = reply_below(reading, section.blocks, Want.REMEDY, is_whole=True) if named else None
    if reply is None or named is None or any(_LABELLED.match(line.text) for line in _lines(section.blocks)):
        return
    spans = (*reply.spans, section.headings[-1].source())
    if isinstance(named, str):
        templates = (*IN_CASE, *CHECK_IN_CASE) if reply.checks else IN_CASE
        yield Candidate("trouble", templates, {"case": reading.scope(named, has_context=True)}, reply.text, spans,
                        section_path(section))  # fmt: skip
    elif reply.acts:
        yield _remedy(reading, section, named, reply, spans)


def _of_items(reading: Reading, section: Section) -> Iterator[Candidate]:
    """The remedies below each complaint of a list whose heading says that it solves troubles: 문제 해결."""
    if not section.headings or not _SOLVING.search(section.headings[-1].text):
        return
    for line, below in _entries(section.blocks):
        said = message(line.text) or complaint(line.text, reading.tokens(line), is_told=True) if below else None
        reply = (
            reply_below(reading, below, Want.REMEDY, is_whole=True) if said and not _LABELLED.match(line.text) else None
        )
        if said and reply and reply.acts:
            yield _remedy(reading, section, said, reply, (*reply.spans, line.source()))


def _case_of(tokens: Sequence[Token], text: str, start: int) -> str:
    """A heading that names a time or case, as one asks about it: 연동이 실패했을 때는; empty where it names none."""
    tokens = without_tail(tokens)
    if len(tokens) < 4 or tokens[-1].form not in ("때", "경우") or tokens[-2].tag != "ETM":
        return ""
    if not any(token.tag in ("JKS", "JKO") for token in tokens):
        return ""
    named = text[start : tokens[-1].start + tokens[-1].len]
    return attach(named, "은/는") if tokens[-1].form == "때" else f"{named}에는"


def _of_labels(reading: Reading, section: Section, named: Symptom | None) -> Iterator[Candidate]:
    """Pairs for 증상 · 원인 · 해결 that stand one after the other; the symptom may be what the heading named."""
    found = (named, section.headings[-1].source()) if named is not None else None
    for line, below in _entries(section.blocks):
        borders = [0, *(one.start() for one in _NEXT_LABEL.finditer(line.text)), len(line.text)]
        for border, end in pairwise(borders):
            mark = _LABELLED.match(line.text[border:end])
            label = (mark["label"] or mark["boxed"]).strip() if mark else ""
            if mark is None or not label:
                continue
            start = border + mark.end()
            here, rest = part_of(reading, line, start, end)
            if start == end:
                reply = reply_below(reading, below, Want.NAMED) if _REMEDIES.match(label) else None
                if reply is not None and found is not None:
                    yield _remedy(reading, section, found[0], reply, (*reply.spans, found[1]))
            elif _SYMPTOMS.match(label):
                said = message(rest.text) or complaint(rest.text, here.tokens(rest), is_told=True)
                found = (said, line.source(start, end)) if said else None
            elif found is not None:
                yield from _of_label(reading, section, found, label, here, rest, line.source(start, end))


def _of_label(
    reading: Reading, section: Section, found: tuple[Symptom, tuple[int, int]], label: str, here: Reading, rest: Line,
    span: tuple[int, int],
) -> Iterator[Candidate]:  # fmt: skip
    """The pair for the cause or the remedy that a label gives in its own line, `rest` of it, read by `here`."""
    said, source = found
    if _CAUSES.match(label):
        because = cause(here, rest)
        if because is not None and said.spoken != said.condition:
            yield Candidate("trouble", CAUSE, slots_of(reading, said), f"원인은 {because}입니다.", (span, source),
                            section_path(section))  # fmt: skip
    elif _REMEDIES.match(label) and (text := told(here, rest)):
        yield _remedy(reading, section, said, Reply(text, (span,), acts=True), (span, source))


def _remedy(
    reading: Reading, section: Section, said: Symptom, reply: Reply, spans: tuple[tuple[int, int], ...]
) -> Candidate:
    return Candidate(
        "trouble", wordings(said, reply), slots_of(reading, said), reply.text, spans, section_path(section)
    )


def wordings(said: Symptom, reply: Reply) -> tuple[Template, ...]:
    """How a remedy is asked for: what to check where that is all, and never …는데 … 않는데."""
    templates = (*REMEDY, *CHECK) if reply.checks else REMEDY
    is_doubled = said.spoken == said.condition
    return tuple(one for one in templates if "{condition}" in one.text) if is_doubled else templates


def slots_of(reading: Reading, said: Symptom) -> dict[str, str]:
    """A complaint as the slots of a question, led in by the title where it needs that."""
    return {"condition": reading.scope(said.condition, has_context=True),
            "spoken": reading.scope(said.spoken, has_context=True)}  # fmt: skip


def _entries(blocks: Sequence[Block]) -> Iterator[tuple[Line, tuple[Block, ...]]]:
    """Every line of prose with the blocks that belong to it: below an item, or the list after a paragraph."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            yield block.line, tuple(one for one in blocks[index + 1 : index + 2] if isinstance(one, Items))
        elif isinstance(block, Items):
            for item in block.items:
                yield item.line, item.blocks
                yield from _entries(item.blocks)


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    return (line for line, _ in _entries(blocks))
