"""Questions the source asks itself (Q. …, headings that ask): asked again in the register wanted, answered as there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.korean.register import convert
from datagen.documents import Items, Line, MarkKind, Paragraph, Section, block_lines
from datagen.extract.reading import Candidate, Reading, section_path
from datagen.phrasing import Template

ASKED = (Template("WNMCSI", "{question}"),)
_MARK = re.compile(r"^(?:Q|질문|문)\s*\d*\s*[.:：)]\s*|^\d+[.)]\s+")
_ANSWER_MARK = re.compile(r"^(?:A|답변|답)\s*\d*\s*[.:：)]\s*")
_ASKS = re.compile(r"(?:[?？]|(?:나|가|까)요|까)$")
# In a line that holds both: Q. … A. …
_BOTH = re.compile(r"^(?P<asked>.+?[?？])\s+(?:A|답변|답)\s*\d*\s*[.:：)]\s*")
# 합쇼체 words that conversion leaves standing; 반말 and 해요체 say the right column.
_SPOKEN = (
    (re.compile(r"무엇이야(?=\?)"), "뭐야"),
    (re.compile(r"무엇이에요(?=\?)"), "뭐예요"),
    (re.compile(r"무엇인가요(?=\?)"), "뭔가요"),
    (re.compile(r"(?<!\S)무엇을(?= )"), "뭘"),
    (re.compile(r"(?<!\S)무엇(?=부터|까지|이 )"), "뭐"),
    (re.compile(r"(?<=[가-힣])는가요(?=\?)"), "나요"),
)
_SENTENCES, _ITEMS = 3, range(2, 13)


def faqs(reading: Reading) -> Iterator[Candidate]:
    """A pair for each question that a heading, a bold line or a Q-mark asks, with the answer that follows it."""
    found = [(section, *one) for section in reading.sections() for one in _asked(reading.at(section), section)]
    registers = [convert([asked for _, asked, _, _ in found], to=to) for to in ("hae", "haeyo", "hapsyo")]
    for (section, _, answer, spans), *said in zip(found, *registers, strict=True):
        spoken = [_spoken(one.text) for one in said[:2]] + [_marked(said[2].text)]
        hae, haeyo, hapsyo = (reading.at(section).scope(text, has_context=True) for text in spoken)
        if not any(one.unconverted for one in said):
            titles = reading.document.sections[0].headings[:1] if hae != spoken[0] else ()
            cited = tuple(dict.fromkeys((*spans, *(title.source() for title in titles))))
            yield Candidate("faq", ASKED, {"question": (hae, haeyo, hapsyo)}, answer, cited, section_path(section))


def _asked(reading: Reading, section: Section) -> Iterator[tuple[str, str, tuple[tuple[int, int], ...]]]:
    """(question, answer, spans) of each question in a section; the answer's spans first."""
    heading = section.headings[-1] if section.headings else None
    if heading is not None and (question := _question(heading)) and (found := _answer(reading, section, 0)):
        yield question, found[0], (*found[1], heading.source())
    for index, block in enumerate(section.blocks):
        if not isinstance(block, Paragraph) or block.note:
            continue
        line = block.line
        both = _BOTH.match(line.text)
        if both and _is_marked(line, both.end("asked")):
            question = _bare(both["asked"])
            if found := _from_line(reading, line, both.end()):
                yield question, found[0], (*found[1], line.source(0, both.end("asked")))
        elif (question := _question(line)) and _is_marked(line, len(line.text)):
            found = _answer(reading, section, index + 1)
            if found is not None:
                yield question, found[0], (*found[1], line.source())


def _is_marked(line: Line, end: int) -> bool:
    """Whether a line's opening is set apart as a question: in bold, or by a Q."""
    bold = line.marks and line.marks[0].kind is MarkKind.BOLD and line.marks[0].start == 0
    return bool(_MARK.match(line.text) or (bold and line.marks[0].end >= end - 1))


def _question(line: Line) -> str:
    """A line's question without its mark; empty where it asks nothing."""
    text = _bare(line.text)
    return text if _ASKS.search(text) and " " in text else ""


def _bare(text: str) -> str:
    return _MARK.sub("", text).strip()


def _marked(question: str) -> str:
    return question if question.endswith("?") else f"{question.rstrip('.')}?"


def _spoken(question: str) -> str:
    """A question in 반말 or 해요체 without the written words: 무엇이야? → 뭐야?"""
    said = _marked(question)
    for written, spoken in _SPOKEN:
        said = written.sub(spoken, said)
    return said


def _answer(reading: Reading, section: Section, first: int) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The answer in the blocks from `first` on: the first paragraph's sentences, with the list it leads into."""
    blocks = section.blocks[first : first + 2]
    if not blocks or not isinstance(blocks[0], Paragraph):
        items = blocks[0] if blocks else None
        return _listed(items, None) if isinstance(items, Items) else None
    line = blocks[0].line
    mark = _ANSWER_MARK.match(line.text)
    start = mark.end() if mark else 0
    if len(blocks) > 1 and isinstance(blocks[1], Items) and re.search(r"[:：]$|다음", line.text):
        return _listed(blocks[1], line.part(start, len(line.text)))
    return _from_line(reading, line, start)


def _from_line(reading: Reading, whole: Line, start: int) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """Up to three sentences of an answer's line, from `start` on."""
    sentences = [one for one in reading.sentences.get(whole, ()) if one.end > start][:_SENTENCES]
    if not sentences:
        return None
    begin, end = max(start, sentences[0].start), sentences[-1].end
    text = whole.text[begin:end].strip()
    return (text, (whole.source(begin, end),)) if text else None


def _listed(items: Items, lead: Line | None) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """A list as an answer, led in by a line."""
    if items.is_nested or len(items.items) not in _ITEMS or lead is None:
        return None
    marks = [f"{n}." if items.is_ordered else "-" for n in range(1, len(items.items) + 1)]
    shown = "\n".join(f"{mark} {item.line.text}" for mark, item in zip(marks, items.items, strict=True))
    lines = [line for item in items.items for line in block_lines(Items((item,), items.is_ordered))]
    return f"{lead.text.rstrip(':：')}\n{shown}", (lead.source(), *(line.source() for line in lines))
