"""Slides (.pptx) → Document: a section per slide, bullets as nested lists, tables; shapes in reading order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from datagen.documents import MarkKind, Paragraph, Parsed
from datagen.readers.archive import parse_xml
from datagen.readers.extra import documents_module
from datagen.readers.grid import Cell, as_table
from datagen.readers.listing import Entry, Flat, nested, with_typed_marks
from datagen.readers.notes import as_note
from datagen.readers.office import attribute, check_office, child, damaged, descendants, local
from datagen.readers.outline import EMPTY, Outline, Piece
from datagen.readers.remarks import bilingual

# python-pptx on parts that do not fit together; XMLSyntaxError of lxml is a SyntaxError.
_DAMAGE = (KeyError, ValueError, AttributeError, TypeError, IndexError, SyntaxError)
_TITLES = ("title", "ctrTitle")
_OPENING = ("ctrTitle", "subTitle")
_FURNITURE = ("dt", "ftr", "hdr", "sldNum")
_BAND = 228_600  # EMU, a quarter of an inch: shapes whose tops differ by less stand side by side
_TITLE_CHARS = 40
# 입고 절차 (계속) · 입고 절차 (2/3): the slide before goes on
_CONTINUED = re.compile(
    r"\s*[(\[]\s*(?:계속|이어서|cont(?:inued|['’]?d|\.)?|\d+\s*/\s*\d+|\d+)\s*[)\]]$", re.IGNORECASE
)
_LEVELS = {"secHead": 1}  # by the layout's type; every other slide stands below them
_SLIDE_LEVEL = 2
# What holds no text that reads in a line, in English and Korean.
_GRAPHICS = {
    "chart": ("charts", "차트는"), "relIds": ("SmartArt drawings", "SmartArt 그림은"),
    "oleObj": ("embedded objects", "삽입된 개체는"), "blip": ("pictures", "그림은"), "oMath": ("equations", "수식은"),
}  # fmt: skip
_BULLETS = {"buNone": None, "buAutoNum": True, "buChar": False, "buBlip": False}  # whether it is numbered


@dataclass(frozen=True, slots=True)
class _Shape:
    """A shape's XML, the band it stands in, its placeholder's type or "", list styles it inherits, nearest first."""

    element: Element
    band: int
    placeholder: str
    styles: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class _Slide:
    """A slide: its number from 1, its layout's type, its shapes in reading order, groups opened."""

    number: int
    layout: str
    shapes: tuple[_Shape, ...]


def read_pptx(data: bytes, where: str) -> Parsed:
    """A presentation's sections, one per slide, its title their heading; slides of the same title are one section.

    Speaker notes, comments, hidden slides, charts, pictures, equations and drawings are left out, with a remark.
    Raises InputError where the file cannot be read.
    """
    _, whole = check_office(data, where, ".pptx")
    outline = Outline()
    slides = _opened(whole, where, outline)
    deck, headed = EMPTY, ""
    for slide in slides:
        title = _title(slide)
        text = _CONTINUED.sub("", _plain(title.element)) if title else ""
        level = _level(slide)
        outline.gap()
        if title and text != headed:
            pieces = [piece for each in _paragraphs(title.element) for piece in (*_pieces(each), (" ", ()))]
            line = outline.line(pieces, lead="#" * max(level, 1) + " ")
            outline.heading(level, line)
            deck, headed = line if level == 0 else deck, text
        elif title is None and any(_plain(shape.element) for shape in slide.shapes):
            outline.heading(0, deck)  # back to the whole; nothing without a title slide
            if not deck.text:
                outline.remark(
                    bilingual(
                        f"slide {slide.number} has no title: read below the heading before it",
                        f"슬라이드 {slide.number}: 제목이 없어 앞 제목 아래로 읽었습니다",
                    )
                )
            headed = ""
        flat = [piece for shape in slide.shapes if shape is not title for piece in _flat(outline, slide, shape)]
        outline.add(*nested(with_typed_marks(flat)))
    _remark_graphics(outline, slides)
    return outline.parsed()


def _level(slide: _Slide) -> int:
    """A heading's level: a slide with a subtitle names the whole, a section header the slides after it."""
    if any(shape.placeholder in _OPENING for shape in slide.shapes):
        return 0
    return _LEVELS.get(slide.layout, _SLIDE_LEVEL)


def _title(slide: _Slide) -> _Shape | None:
    """The shape that names a slide: its title, else a short line at the top of other text; None without one."""
    written = [shape for shape in slide.shapes if _plain(shape.element)]
    titled = next((shape for shape in written if shape.placeholder in _TITLES), None)
    if titled or len(written) < 2 or local(written[0].element) != "sp":
        return titled
    text = _plain(written[0].element)
    is_short = len(text) <= _TITLE_CHARS and not text.endswith((".", ",", ":", "!", "다", "요"))
    is_alone = sum(bool(_text(each)) for each in _paragraphs(written[0].element)) == 1
    is_beside = written[0].band == written[1].band
    return written[0] if is_short and is_alone and not is_beside else None


def _flat(outline: Outline, slide: _Slide, shape: _Shape) -> Iterator[Flat]:
    """A shape's paragraphs as list entries and prose, or its table."""
    for table in descendants(shape.element, "tbl"):
        yield from _table(outline, table)
        return
    group = f"{slide.number} {id(shape)}"
    counts: dict[int, int] = {}
    for paragraph in _paragraphs(shape.element):
        properties = child(paragraph, "pPr")
        said = attribute(properties, "lvl")
        level = min(int(said), 8) if said and said.isdecimal() else 0
        is_ordered = _bullet(properties, level, shape.styles)
        counts = {above: count for above, count in counts.items() if above <= level}
        lead = ""
        if is_ordered is not None:
            counts[level] = counts.get(level, 0) + 1
            lead = "  " * level + (f"{counts[level]}. " if is_ordered else "- ")
        line = outline.line(list(_pieces(paragraph)), lead=lead)
        if line.text and is_ordered is None:
            note = as_note(line)
            yield note if note.line.text else Paragraph(line)
        elif line.text:
            yield Entry(line, level, is_ordered is True, group)


def _bullet(properties: Element | None, level: int, styles: Sequence[Element]) -> bool | None:
    """Whether a paragraph is numbered (True), has a bullet (False) or neither (None), asked of the nearest first."""
    asked = (properties, *(child(style, f"lvl{level + 1}pPr") for style in styles))
    for each in asked:
        for said in each if each is not None else ():
            if local(said) in _BULLETS:
                return _BULLETS[local(said)]
    return None


def _table(outline: Outline, element: Element) -> Iterator[Flat]:
    properties = child(element, "tblPr")
    marked = {key for key in ("firstRow", "firstCol") if attribute(properties, key) in ("1", "true")}
    by_column = marked == {"firstCol"}  # a first row is taken for the header anyway, as far as its merged cells reach
    outline.gap()
    grid: list[list[Cell]] = []
    for row in (each for each in element if local(each) == "tr"):
        cells = [each for each in row if local(each) == "tc"]
        begun = [each for each in cells if attribute(each, "hMerge") is None and attribute(each, "vMerge") is None]
        grid.append([_cell(outline, each, is_header=by_column and each is cells[0]) for each in begun])
        outline.gap()
    table, remarks = as_table(grid)
    outline.remark(*remarks)
    if table:
        yield table
    else:
        yield from (Paragraph(cell.line) for row in grid for cell in row if cell.line.text)


def _cell(outline: Outline, element: Element, *, is_header: bool) -> Cell:
    paragraphs = [pieces for each in _paragraphs(element) if (pieces := list(_pieces(each)))]
    line = outline.line([piece for pieces in paragraphs for piece in (*pieces, (" ", ()))], end="\t")
    return Cell(line, _span(element, "rowSpan"), _span(element, "gridSpan"), is_header, len(paragraphs))


def _span(element: Element, name: str) -> int:
    said = attribute(element, name)
    return min(max(int(said), 1), 1000) if said and said.isdecimal() else 1


def _paragraphs(element: Element) -> Iterator[Element]:
    for body in descendants(element, "txBody"):
        yield from (each for each in body if local(each) == "p")


def _pieces(paragraph: Element) -> Iterator[Piece]:
    """The runs of a paragraph; fields that number slides or tell the date are left out."""
    for inner in paragraph:
        name = local(inner)
        is_field = name == "fld" and not (inner.get("type") or "").startswith(("slidenum", "datetime"))
        if name == "br":
            yield " ", ()
        elif name == "r" or is_field:
            properties = child(inner, "rPr")
            kinds = [kind for key, kind in (("b", MarkKind.BOLD), ("i", MarkKind.ITALIC))
                     if attribute(properties, key) in ("1", "true")]  # fmt: skip
            kinds += [MarkKind.LINK] if child(properties, "hlinkClick") is not None else []
            text = child(inner, "t")
            yield (text.text or "" if text is not None else ""), kinds


def _text(paragraph: Element) -> str:
    return " ".join("".join(raw for raw, _ in _pieces(paragraph)).split())


def _plain(element: Element) -> str:
    """A shape's whole text."""
    return " ".join(filter(None, map(_text, _paragraphs(element))))


def _remark_graphics(outline: Outline, slides: Sequence[_Slide]) -> None:
    """Say on which slides what could not be read stands."""
    for name, (what, korean) in _GRAPHICS.items():
        numbers = [
            str(slide.number)
            for slide in slides
            if any(next(descendants(shape.element, name), None) is not None for shape in slide.shapes)
        ]
        _remark_left_out(outline, what, korean, numbers)


def _remark_left_out(outline: Outline, what: str, korean: str, numbers: Sequence[str]) -> None:
    if numbers:
        listed = ", ".join(numbers)
        outline.remark(
            bilingual(f"{what} were left out: slide {listed}", f"{korean} 읽지 않았습니다: 슬라이드 {listed}")
        )


def _opened(data: bytes, where: str, outline: Outline) -> list[_Slide]:
    """The slides in order, hidden ones left out. python-pptx finds their parts; our own guarded parser reads them."""
    opc, own = documents_module("pptx", where), documents_module("pptx.exc", where)
    parts: list[tuple[int, bytes, bytes, bytes]] = []
    noted, commented = list[str](), list[str]()
    try:
        for number, slide in enumerate(opc.Presentation(io.BytesIO(data)).slides, 1):
            layout = slide.slide_layout
            parts.append((number, slide.part.blob, layout.part.blob, layout.slide_master.part.blob))
            frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
            noted += [str(number)] if frame is not None and frame.text.strip() else []
            has_comments = any(each.reltype.endswith("/comments") for each in slide.part.rels.values())
            commented += [str(number)] if has_comments else []
    except (*_DAMAGE, own.PythonPptxError) as error:
        raise damaged(where, error) from error
    trees = {blob: parse_xml(blob, where) for _, *blobs in parts for blob in blobs}
    hidden = [str(number) for number, blob, *_ in parts if attribute(trees[blob], "show") in ("0", "false")]
    _remark_left_out(outline, "hidden slides", "숨긴 슬라이드는", hidden)
    _remark_left_out(outline, "speaker notes", "발표자 노트는", noted)
    _remark_left_out(outline, "comments", "메모는", commented)
    return [
        _Slide(
            number,
            attribute(trees[layout], "type") or "",
            tuple(_shapes(trees[slide], trees[layout], trees[master])),
        )
        for number, slide, layout, master in parts
        if str(number) not in hidden
    ]


def _shapes(slide: Element, layout: Element, master: Element) -> Iterator[_Shape]:
    """A slide's shapes in reading order, with what they inherit from the layout and the master."""
    tree = next(descendants(slide, "spTree"), None)
    for band, element in _in_order(tree, layout, master):
        holder = next(descendants(element, "ph"), None) if local(element) == "sp" else None
        kind = "" if holder is None else holder.get("type", "obj")
        if kind in _FURNITURE:
            continue
        models = _models(holder, layout, master)
        text = "titleStyle" if kind in _TITLES else "bodyStyle"
        styles = [style for each in (element, *models) for style in descendants(each, "lstStyle")]
        styles += descendants(master, text) if holder is not None else ()
        yield _Shape(element, band, kind, tuple(styles))


def _in_order(container: Element | None, layout: Element, master: Element) -> Iterator[tuple[int, Element]]:
    """(band, shape) top to bottom, in a band left to right; a group's shapes where the group stands."""
    placed: list[tuple[int, int, Element]] = []
    place = (0, 0)
    for element in container if container is not None else ():
        chosen = next((each for each in element if local(each) == "Choice"), element)
        for shape in chosen if local(element) == "AlternateContent" else (element,):
            if local(shape) in ("sp", "grpSp", "graphicFrame", "pic"):
                place = _place(shape, layout, master) or place
                placed.append((*place, shape))
    placed.sort(key=lambda each: each[0])
    tops: list[int] = []
    for top, *_ in placed:
        tops.append(tops[-1] if tops and top - tops[-1] < _BAND else top)
    for band, (_, _, shape) in sorted(zip(tops, placed, strict=True), key=lambda each: (each[0], each[1][1])):
        if local(shape) == "grpSp":
            yield from ((band, inner) for _, inner in _in_order(shape, layout, master))
        else:
            yield band, shape


def _place(shape: Element, layout: Element, master: Element) -> tuple[int, int] | None:
    """(top, left) of a shape, or of the placeholder that it fills; EMU."""
    holder = next(descendants(shape, "ph"), None) if local(shape) == "sp" else None
    for each in (shape, *_models(holder, layout, master)):
        frame = child(each, "xfrm")
        for properties in each if frame is None else ():
            frame = child(properties, "xfrm") if frame is None else frame
        offset = child(frame, "off")
        try:
            return int(attribute(offset, "y") or ""), int(attribute(offset, "x") or "")
        except ValueError:
            continue
    return None


def _models(holder: Element | None, layout: Element, master: Element) -> list[Element]:
    """The layout's and the master's placeholders that a slide's placeholder fills."""
    if holder is None:
        return []
    index, kind = holder.get("idx", "0"), holder.get("type", "obj")
    kinds = {kind, *(_TITLES if kind in _TITLES else ()), *(("body",) if kind in ("obj", "subTitle") else ())}
    found = []
    for tree, by_index in ((layout, True), (master, False)):
        for shape in descendants(tree, "sp"):
            model = next(descendants(shape, "ph"), None)
            if model is not None and (
                model.get("idx", "0") == index if by_index and index != "0" else model.get("type", "obj") in kinds
            ):
                found.append(shape)
                break
    return found
