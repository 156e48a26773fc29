"""A Word paragraph's runs → its text and what that is set apart as, as Word shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from xml.etree.ElementTree import Element

from datagen.documents import MarkKind
from datagen.readers.docx_parts import PLAIN, Parts
from datagen.readers.office import attribute, child, is_on, local
from datagen.readers.outline import Outline, Piece
from datagen.readers.remarks import bilingual

_CHARACTERS = {"tab": " ", "ptab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
# What wraps runs or blocks and says nothing else; a run's field result is read, its instruction is not.
WRAPPERS = frozenset("ins moveTo smartTag sdt sdtContent customXml fldSimple dir bdo".split())
_MATH_SHAPES = frozenset("f sSup sSub sSubSup rad nary m eqArr d func limLow limUpp acc bar groupChr sPre".split())


@dataclass(slots=True)
class Reading:
    """What grows while the body is walked."""

    parts: Parts
    outline: Outline
    by_look: bool  # no heading styles: a short bold line is a heading
    counters: dict[tuple[str, int], int] = field(default_factory=dict)
    pending: list[Element] = field(default_factory=list)  # text boxes and footnotes met inside a paragraph
    images: int = 0
    headings: int = 0


def read_pieces(reading: Reading, element: Element, marks: frozenset[MarkKind]) -> Iterator[Piece]:
    """The text of a paragraph and what it is set apart as; text boxes and footnotes are kept for after it."""
    for inner in element:
        name = local(inner)
        if name == "r":
            yield from _run(reading, inner, marks)
        elif name == "hyperlink":
            yield from read_pieces(reading, inner, marks | {MarkKind.LINK})
        elif name in WRAPPERS:
            yield from read_pieces(reading, inner, marks)
        elif name == "AlternateContent":
            yield from read_pieces(reading, choice(inner), marks)
        elif name in ("oMath", "oMathPara"):
            yield from _math(reading, inner, marks)


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces, neighbours of the same marks made one: Word parts a sentence at every spelling check."""
    marked = groupby(((text, frozenset(kinds)) for text, kinds in pieces), key=itemgetter(1))
    return [("".join(text for text, _ in run), kinds) for kinds, run in marked]


def _run(reading: Reading, run: Element, marks: frozenset[MarkKind]) -> Iterator[Piece]:
    properties = child(run, "rPr")
    if is_on(child(properties, "vanish")):
        if any(local(each) == "t" and each.text for each in run):
            reading.outline.remark(bilingual("hidden text was left out", "숨긴 글은 읽지 않았습니다"))
        return
    style = reading.parts.styles.get(attribute(child(properties, "rStyle"), "val") or "", PLAIN)
    kinds = set(marks | style.marks)
    for name, kind in (("b", MarkKind.BOLD), ("i", MarkKind.ITALIC)):
        if (switch := child(properties, name)) is not None:
            kinds.discard(kind)
            kinds |= {kind} if is_on(switch) else set()
    yield from ((text, kinds) for text in _run_text(reading, run))


def _run_text(reading: Reading, run: Element) -> Iterator[str]:
    for inner in run:
        name = local(inner)
        if name in _CHARACTERS:
            yield _CHARACTERS[name]
        elif name == "t":
            yield inner.text or ""
        elif name == "sym":
            reading.outline.remark(
                bilingual("symbols that only their font can draw were left out", "글꼴에만 있는 기호는 읽지 않았습니다")
            )
        elif name == "commentReference":
            reading.outline.remark(bilingual("comments were left out", "메모는 읽지 않았습니다"))
        elif name in ("footnoteReference", "endnoteReference"):
            key = (name.removesuffix("Reference"), attribute(inner, "id") or "")
            reading.pending += [reading.parts.notes[key]] if key in reading.parts.notes else []
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            _drawing(reading, choice(inner))
        elif name == "ruby":
            for base in (each for each in inner if local(each) == "rubyBase"):
                for each in base:
                    yield from _run_text(reading, each)


def _drawing(reading: Reading, element: Element) -> None:
    """Keep a drawing's text boxes for after the paragraph, and count its pictures."""
    for inner in element:
        name = local(inner)
        if name == "txbxContent":
            reading.pending.append(inner)
        else:
            reading.images += name in ("blip", "imagedata")
            if name == "chart":
                reading.outline.remark(bilingual("a chart was left out", "차트는 읽지 않았습니다"))
            elif name == "relIds":
                reading.outline.remark(bilingual("a SmartArt drawing was left out", "SmartArt 그림은 읽지 않았습니다"))
            _drawing(reading, choice(inner))


def _math(reading: Reading, element: Element, marks: frozenset[MarkKind]) -> Iterator[Piece]:
    """A formula written in one line; a fraction or a root read flat would say another number."""
    if any(local(each) in _MATH_SHAPES for each in element.iter()):
        reading.outline.remark(
            bilingual(
                "a formula was left out: it does not read in one line", "한 줄로 읽을 수 없는 수식은 읽지 않았습니다"
            )
        )
        return
    yield from ((each.text or "", marks) for each in element.iter() if local(each) == "t")


def choice(element: Element) -> Element:
    """What an application that knows all extensions shows; the fallback says the same again."""
    return next((each for each in element if local(each) == "Choice"), element)
