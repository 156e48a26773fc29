"""How a passage stands in a prompt: clean text between fences, and the way back from a quote to its place.

Document text is untrusted. It stands in user messages only, between tags that it cannot close itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from datagen.documents import Block, Evidence, Items, Line, Paragraph, Table, cite, lines
from datagen.passages import Passage

_TAGS = "자료|질문|답변|문답|과제|근거|까닭|형식"
# What would close a fence, or a chat template's turn; its "<" is shown as "‹".
_FORGED = re.compile(
    rf"<(?=/?(?:{_TAGS})\b|\||/?s>|/?(?:system|user|assistant)\b|(?:start|end)_of_turn>|[be]os>|</?SYS>)", re.IGNORECASE
)
_BLOCK = re.compile(
    rf"^<(?P<tag>{_TAGS})(?P<attributes>(?: [^\s=]+=\"[^\"\n]*\")*)>\n(?P<text>.*?)\n</(?P=tag)>$", re.M | re.S
)
_ATTRIBUTE = re.compile(r"([^\s=]+)=\"([^\"\n]*)\"")
_MARKS = re.compile(r"[|\s]|^[-•] |^\d+\. ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a model reads it: `offsets[i]` is where the i-th character stands in the document, -1 for marks."""

    id: str
    passage: Passage
    text: str
    offsets: tuple[int, ...]

    def find(self, quote: str) -> tuple[Evidence, ...]:
        """The evidence that a quote names, a span for each line it runs over; () where it does not stand here.

        Compared after NFC with all white space left out, and, where that finds nothing, without list and table marks.
        """
        for without_marks in (False, True):
            places = [
                place for place, char in enumerate(self.text)
                if not char.isspace() and not (without_marks and self.offsets[place] < 0)
            ]  # fmt: skip
            sought = _MARKS.sub("", quote) if without_marks else quote
            sought = "".join(_plain(unicodedata.normalize("NFC", sought)).split())
            at = _plain("".join(self.text[place] for place in places)).find(sought) if sought else -1
            if at >= 0 and (spans := tuple(self._spans(places[at : at + len(sought)]))):
                return spans
        return ()

    def _spans(self, places: Sequence[int]) -> Iterator[Evidence]:
        """One span of the document for each shown line or cell that the places run over."""
        document, section = self.passage.document, self.passage.headings
        run: list[int] = []
        for place in places:
            offset = self.offsets[place]
            if run and (offset < 0 or "\n" in self.text[run[-1] : place] or -1 in self.offsets[run[-1] : place]):
                yield cite(document, (self.offsets[run[0]], self.offsets[run[-1]] + 1), section)
                run = []
            if offset >= 0:
                run.append(place)
        if run:
            yield cite(document, (self.offsets[run[0]], self.offsets[run[-1]] + 1), section)


def show(passages: Sequence[Passage]) -> list[Shown]:
    """The passages, in order, with ids "1", "2", … as one prompt holds them."""
    return [_shown(str(number), passage) for number, passage in enumerate(passages, 1)]


def fence_passages(shown: Iterable[Shown]) -> str:
    """The passages as blocks `<자료 번호="1" 제목="입고 > 검수">`."""
    return "\n".join(
        fence(
            "자료", one.text, {"번호": one.id, "제목": " > ".join(one.passage.headings) or one.passage.document.title}
        )
        for one in shown
    )


def without_markup(evidence: Evidence) -> str:
    """A span's own words, line by line, as its document shows them; the span itself where it holds none."""
    start, end = evidence.start, evidence.end
    shown = (
        "".join(char for char, offset in zip(line.text, line.offsets, strict=True) if start <= offset < end).strip()
        for line in lines(evidence.document)
        if line.text and line.offsets[0] < end and start <= line.offsets[-1]
    )
    return "\n".join(dict.fromkeys(filter(None, shown))) or evidence.quote


def fence(tag: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """A block that its text cannot close: `<질문>\\n…\\n</질문>`."""
    named = "".join(f' {name}="{_attribute(value)}"' for name, value in (attributes or {}).items())
    return f"<{tag}{named}>\n{_guarded(text)}\n</{tag}>"


@dataclass(frozen=True, slots=True)
class Fenced:
    """A block of a prompt, read back."""

    tag: str
    attributes: dict[str, str]
    text: str


def read_fenced(prompt: str) -> list[Fenced]:
    """Every block of a prompt, in order."""
    return [
        Fenced(found["tag"], dict(_ATTRIBUTE.findall(found["attributes"])), found["text"])
        for found in _BLOCK.finditer(prompt)
    ]


def _shown(number: str, passage: Passage) -> Shown:
    text: list[str] = []
    offsets: list[int] = []
    for piece in _pieces(passage):
        if isinstance(piece, Line):
            text.append(_guarded(piece.text))
            offsets += piece.offsets
        else:
            text.append(piece)
            offsets += [-1] * len(piece)
    whole = "".join(text)
    end = len(whole.rstrip("\n"))
    return Shown(number, passage, whole[:end], tuple(offsets[:end]))


def _pieces(passage: Passage) -> Iterator[Line | str]:
    """The lines of its section's blocks that lie in the passage, and the marks between them."""
    for block in passage.section.blocks if passage.section else ():
        yield from _block_pieces(block, passage, "")


def _block_pieces(block: Block, passage: Passage, indent: str) -> Iterator[Line | str]:
    match block:
        case Paragraph():
            if part := _part(block.line, passage):
                yield from (indent, part, "\n")
        case Items():
            for number, item in enumerate(block.items, 1):
                if part := _part(item.line, passage):
                    yield from (f"{indent}{number}. " if block.is_ordered else f"{indent}- ", part, "\n")
                for inner in item.blocks:
                    yield from _block_pieces(inner, passage, indent + "  ")
        case Table():
            rows = [row for row in block.rows if any(_part(cell, passage) for cell in row)]
            for row in (block.header, *rows) if rows else ():
                for cell in row:
                    yield "| "
                    if cell.text:
                        yield cell
                        yield " "
                yield "|\n"


def _part(line: Line, passage: Passage) -> Line | None:
    """What of a line lies in the passage: a long paragraph may be cut."""
    here = [place for place, offset in enumerate(line.offsets) if passage.start <= offset < passage.end]
    part = line.part(here[0], here[-1] + 1) if here else None
    return part if part is not None and part.text else None


def _guarded(text: str) -> str:
    return _FORGED.sub("‹", text)


def _plain(text: str) -> str:
    return text.replace("‹", "<")


def _attribute(value: str) -> str:
    return _guarded(" ".join(value.split())).replace('"', "'")
