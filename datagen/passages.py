"""Document → passages: retrievable pieces that know where they came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.kiwi import is_content
from datagen.documents import Document, Line, Section, block_lines

if TYPE_CHECKING:
    from kiwipiepy import Token

_OPENING = re.compile(r"[ \t]*(?:[-*+>|] ?|\d+[.)] )*[*_`|~ ]*")
_CLOSING = re.compile(r"[*_`|~ \t]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """`document.text[start:end]`, with the headings above it, title first; `indexed` is what retrieval reads.

    `heading_spans` are the headings' places in the document's text, one each; `lines` are those it holds or touches,
    `section` is where it was cut from.
    """

    document: Document
    start: int
    end: int
    headings: tuple[str, ...]
    text: str
    heading_spans: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...] = ()
    section: Section | None = None

    @property
    def indexed(self) -> str:
        """Headings and text: a passage is found by its subject as well as by its words."""
        return "\n".join([*self.headings, self.text])

    def touches(self, start: int, end: int) -> bool:
        """Whether a span of the same document's text begins, ends or lies in it."""
        return self.start < end and start < self.end


def split_passages(documents: Sequence[Document], *, most_chars: int) -> list[Passage]:
    """The passages of all documents, in order; each stays within one section and, if it can, within `most_chars`."""
    return [
        passage
        for document in documents
        for section in document.sections
        for passage in _split_section(document, section, most_chars)
    ]


def passage_morphemes(
    passages: Sequence[Passage], tokens_of: Callable[[Line], Sequence[Token]]
) -> list[tuple[str, ...]]:
    """The content morphemes of each passage's lines, same order: lemmas as `curation.korean.kiwi.content_morphemes`.

    `tokens_of` gives a line's morphemes: the documents have been analysed for the writer, and Kiwi is most of the cost.
    """
    return [tuple(_morphemes(passage, tokens_of)) for passage in passages]


def _morphemes(passage: Passage, tokens_of: Callable[[Line], Sequence[Token]]) -> Iterator[str]:
    for place, line in enumerate(passage.lines):
        for token in tokens_of(line):
            is_here = place < len(passage.headings) or passage.start <= line.offsets[token.start] < passage.end
            if is_here and is_content(token):
                yield token.form.lower()


def passages_of(passages: Sequence[Passage]) -> dict[str, list[int]]:
    """The passage numbers of each document, by its name, in reading order."""
    by_document: dict[str, list[int]] = {}
    for number, passage in enumerate(passages):
        by_document.setdefault(passage.document.name, []).append(number)
    return by_document


def _split_section(document: Document, section: Section, most_chars: int) -> Iterator[Passage]:
    named = [heading for heading in section.headings if heading.text]
    body = [(line, line.source()) for block in section.blocks for line in block_lines(block) if line.text]
    headings, spans = tuple(heading.text for heading in named), tuple(heading.source() for heading in named)
    for start, end in _packed(list(_block_spans(document, section, most_chars)), most_chars):
        own = tuple(line for line, (first, last) in body if first < end and start < last)
        yield Passage(document, start, end, headings, document.text[start:end], spans, (*named, *own), section)


def _block_spans(document: Document, section: Section, most_chars: int) -> Iterator[tuple[int, int]]:
    """The span of each block; one longer than `most_chars` is cut at paragraph, line, sentence or space."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    for block in section.blocks:
        spans = [line.source() for line in block_lines(block) if line.text]
        if not spans:
            continue  # an empty table, or a note that was only its label
        start, end = _with_markup(document.text, min(span[0] for span in spans), max(span[1] for span in spans))
        if end - start <= most_chars:
            yield start, end
            continue
        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", "\n", r"(?<=[.!?]) ", " ", ""], is_separator_regex=True, keep_separator="end",
            chunk_size=most_chars, chunk_overlap=0, add_start_index=True, strip_whitespace=False,
        )  # fmt: skip
        for piece in splitter.create_documents([document.text[start:end]]):
            offset = start + int(piece.metadata["start_index"])
            yield offset, offset + len(piece.page_content)


def _with_markup(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the markup that opens and closes its lines: - **수량**: 센 개수, not 수량**: 센 개수."""
    line = text.rfind("\n", 0, start) + 1
    rest = text.find("\n", end)
    rest = len(text) if rest < 0 else rest
    opening, closing = text[line:start], text[end:rest]
    return (line if _OPENING.fullmatch(opening) else start), (rest if _CLOSING.fullmatch(closing) else end)


def _packed(spans: Sequence[tuple[int, int]], most_chars: int) -> Iterator[tuple[int, int]]:
    """Neighbouring spans joined while they fit."""
    if not spans:
        return
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        if next_end - start > most_chars:
            yield start, end
            start = next_start
        end = next_end
    yield start, end
