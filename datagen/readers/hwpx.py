"""HWPX (KS X 6101, OWPML): Hangul's zip of XML → the tree, by outline levels and lists where set, else by the looks."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from curation.errors import InputError
from datagen.documents import MarkKind, Parsed
from datagen.readers.archive import open_archive, parse_xml, read_entry
from datagen.readers.outline import Outline, Piece
from datagen.readers.remarks import bilingual
from datagen.readers.typeset import Grid, Looks, Place, typeset

_SECTION = re.compile(r"Contents/section(\d+)\.xml", re.IGNORECASE)
_OUTLINE_STYLE = re.compile(r"(?:개요|Outline)\s*(\d{1,2})")
_TITLE_STYLES = frozenset({"제목", "Title", "큰제목", "문서 제목"})
_HEADING_CHARS = 60
_SENTENCE_END = re.compile(r"(?:다|요|음|함)[.!?]|[.,;:]$")
_CELL_PARAGRAPHS = 12
_SPACES = {"lineBreak": "\n", "tab": "\t", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
# Controls whose text is not the document's: running heads, comments, page numbers.
_PASSED = frozenset("header footer hiddenComment fieldBegin fieldEnd bookmark pageNum pageHiding newNum colPr".split())
_STEP = 10.0  # points that one level of a list is set in, where the paragraph's margin does not say
_SMALLEST, _LARGEST = 1.0, 400.0  # points


@dataclass(frozen=True, slots=True)
class _Characters:
    """How a run is set: its size in points, and what it is set apart as."""

    size: float = 10.0
    kinds: tuple[MarkKind, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a paragraph is set: OUTLINE, NUMBER, BULLET or NONE with its level from 0, and its first line's indent."""

    heading: str = "NONE"
    level: int = 0
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class _Styles:
    """What runs and paragraphs refer to by number."""

    characters: dict[str, _Characters] = field(default_factory=dict)
    shapes: dict[str, _Shape] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Text:
    """A paragraph's text, and what stands in it besides: tables, shapes, notes."""

    pieces: list[Piece] = field(default_factory=list)
    objects: list[Element] = field(default_factory=list)
    sizes: Counter[float] = field(default_factory=Counter)
    is_bold: bool = True
    is_deleted: bool = False  # by a tracked change


def read_hwpx(data: bytes, where: str) -> Parsed:
    """The tree of a HWPX document. Running heads, comments, deleted text, pictures and equations are left out.

    Raises InputError for a damaged or encrypted file (a password, or 배포용), and for a bomb.
    """
    archive = open_archive(data, where)
    names = archive.namelist()
    _refuse_encrypted(archive, where)
    sections = sorted((int(found[1]), name) for name in names if (found := _SECTION.fullmatch(name)))
    if not sections:
        raise InputError(
            where, "is no HWPX document: it holds no Contents/section0.xml",
            mend="open it in Hangul and save it as .hwpx", mend_ko="한글에서 열어 .hwpx 형식으로 다시 저장하세요",
        )  # fmt: skip
    header = next((name for name in names if name.lower() == "contents/header.xml"), None)
    styles = _styles(parse_xml(read_entry(archive, header, where), where)) if header else _Styles()
    outline = Outline()
    flow: list[Looks | Grid] = []
    for _, name in sections:
        flow.extend(_flow(parse_xml(read_entry(archive, name, where), where), styles, outline))
    typeset(outline, flow)
    parsed = outline.parsed()
    if not parsed.sections:
        outline.remark(bilingual("no text: a scanned document?", "글이 없습니다. 스캔한 문서인지 확인하세요"))
        parsed = outline.parsed()
    return parsed


def _refuse_encrypted(archive: zipfile.ZipFile, where: str) -> None:
    """A password and 배포용 both encrypt the parts as OpenDocument does (OpenDocument 1.2, part 3, 3.4)."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return
    if b"encryption-data" in read_entry(archive, "META-INF/manifest.xml", where):
        raise InputError(
            where, "is encrypted: password-protected, or a document for distribution (배포용)",
            mend="open it in Hangul and save it without a password, as an ordinary document",
            mend_ko="한글에서 열어 암호와 배포용 설정을 푼 뒤 일반 문서로 다시 저장하세요",
        )  # fmt: skip


def _styles(header: Element) -> _Styles:
    styles = _Styles()
    for element in header.iter():
        number = element.get("id", "")
        match _local(element):
            case "charPr":
                styles.characters[number] = _characters(element)
            case "paraPr":
                styles.shapes[number] = _shape(element)
            case "style" if element.get("type") != "CHAR":
                styles.names[number] = element.get("name", "")
    return styles


def _characters(element: Element) -> _Characters:
    present = {_local(child) for child in element}
    kinds = [kind for name, kind in (("bold", MarkKind.BOLD), ("italic", MarkKind.ITALIC)) if name in present]
    return _Characters(min(max(_number(element, "height", 1000) / 100, _SMALLEST), _LARGEST), tuple(kinds))


def _shape(element: Element) -> _Shape:
    heading, margins = None, dict[str, float]()
    for child in element.iter():
        match _local(child):
            case "heading":
                heading = child
            case "left" | "intent" as side:  # the later of two is in the unit that all programs know
                margins[side] = _number(child, "value", 0) / 100
    indent = margins.get("left", 0.0) + max(margins.get("intent", 0.0), 0.0)
    if heading is None:
        return _Shape(indent=indent)
    return _Shape(heading.get("type", "NONE"), min(max(_number(heading, "level", 0), 0), 9), indent)


def _flow(container: Element, styles: _Styles, outline: Outline) -> Iterator[Looks | Grid]:
    """The paragraphs and tables of a section, a cell or a shape, in reading order."""
    for element in container:
        name = _local(element)
        if name == "p":
            yield from _paragraph(element, styles, outline)
        elif name == "memogroup":
            outline.remark(bilingual("comments were left out", "메모는 읽지 않았습니다"))
        elif name not in (*_PASSED, "secPr"):
            yield from _flow(element, styles, outline)


def _paragraph(element: Element, styles: _Styles, outline: Outline) -> Iterator[Looks | Grid]:
    text = _text(element, styles)
    looks = _looks(element, text, styles)
    if looks.text:
        yield looks
    for one in text.objects:
        match _local(one):
            case "tbl":
                yield from _table(one, styles, outline, looks.indent)
            case "equation":
                outline.remark(bilingual("equations were left out", "수식은 읽지 않았습니다"))
            case "footNote" | "endNote":
                for note in _flow(one, styles, outline):
                    # set in, so that a list goes on around it
                    yield (
                        Looks(note.pieces, note.size, looks.indent + _STEP, level=0)
                        if isinstance(note, Looks)
                        else note
                    )
            case _:
                yield from _flow(one, styles, outline)


def _looks(element: Element, text: _Text, styles: _Styles) -> Looks:
    shape = styles.shapes.get(element.get("paraPrIDRef", ""), _Shape())
    size = max(text.sizes, key=lambda size: (text.sizes[size], size), default=10.0)
    whole = "".join(raw for raw, _ in text.pieces)
    indent = shape.indent + (len(whole) - len(whole.lstrip())) * size / 2
    level, item = _standing(shape, styles.names.get(element.get("styleIDRef", ""), ""), whole.strip())
    if item is not None:
        indent += _STEP * shape.level
    return Looks(tuple(text.pieces), size, indent, text.is_bold and bool(whole.strip()), level, item)


def _standing(shape: _Shape, style: str, text: str) -> tuple[int | None, bool | None]:
    """A paragraph's heading level, and whether it is a numbered (True) or marked (False) item; None: by its looks.

    개요 1 sets headings in one template and numbered sentences in another: a sentence is an item.
    """
    if shape.heading in ("NUMBER", "BULLET"):
        return 0, shape.heading == "NUMBER"
    named = _OUTLINE_STYLE.match(style)
    is_short = len(text) <= _HEADING_CHARS and not _SENTENCE_END.search(text)
    if shape.heading == "OUTLINE":
        return (shape.level + 1, None) if is_short else (0, True)
    if is_short and (named or style in _TITLE_STYLES):
        return int(named[1]) if named else 1, None
    return None, None


def _text(element: Element, styles: _Styles) -> _Text:
    text = _Text()
    for run in element:
        if _local(run) == "run":
            _read_run(text, run, styles.characters.get(run.get("charPrIDRef", ""), _Characters()))
    return text


def _read_run(text: _Text, run: Element, characters: _Characters) -> None:
    for child in run:
        match _local(child):
            case "t":
                _write(text, child.text or "", characters)
                for inner in child:
                    name = _local(inner)
                    if name in ("deleteBegin", "deleteEnd"):
                        text.is_deleted = name == "deleteBegin"
                    _write(text, _SPACES.get(name, ""), characters)
                    _write(text, inner.tail or "", characters)
            case "ctrl":
                for control in child:
                    if _local(control) == "autoNum" and control.get("numType") in ("TABLE", "PICTURE", "EQUATION"):
                        _write(text, control.get("num", ""), characters)
                    elif _local(control) not in _PASSED:
                        text.objects.append(control)
            case "compose":
                _write(text, child.get("composeText", ""), characters)
            case "dutmal":
                _write(text, "".join(part.text or "" for part in child if _local(part) == "mainText"), characters)
            case "secPr":
                pass
            case _:
                text.objects.append(child)


def _write(text: _Text, raw: str, characters: _Characters) -> None:
    if not raw or text.is_deleted:
        return
    text.pieces.append((raw, characters.kinds))
    if raw.strip():
        text.sizes[characters.size] += len(raw)
        text.is_bold = text.is_bold and MarkKind.BOLD in characters.kinds


def _table(table: Element, styles: _Styles, outline: Outline, indent: float) -> Iterator[Looks | Grid]:
    """A table as a grid; one that only lays out the page, as what its cells hold."""
    for caption in (child for child in table if _local(child) == "caption"):
        yield from _flow(caption, styles, outline)
    rows = [[cell for cell in row if _local(cell) == "tc"] for row in table if _local(row) == "tr"]
    cells = [cell for row in rows for cell in row]
    held = {id(cell): list(_flow(cell, styles, outline)) for cell in cells}
    is_whole = any(
        isinstance(part, Grid) for flow in held.values() for part in flow
    ) or any(len(flow) > _CELL_PARAGRAPHS for flow in held.values())  # fmt: skip
    if len(rows) == 1 or all(len(row) <= 1 for row in rows) or is_whole:
        if any(held.values()):
            outline.remark(
                bilingual(
                    "a table that only lays out the page (a box, or a table around others) was read as text",
                    "쪽의 모양만 잡는 표(글상자, 표를 담은 표)는 글로 읽었습니다",
                )
            )
        for cell in cells:
            yield from held[id(cell)]
        return
    yield Grid(tuple(tuple(_place(cell, held[id(cell)]) for cell in row) for row in rows if row), indent)


def _place(cell: Element, flow: Sequence[Looks | Grid]) -> Place:
    span = next((child for child in cell if _local(child) == "cellSpan"), None)
    pieces: list[Piece] = []
    for looks in flow:
        if isinstance(looks, Looks):
            pieces.extend((*looks.pieces, ("\n", ())))
    rows, columns = (1, 1) if span is None else (_number(span, "rowSpan", 1), _number(span, "colSpan", 1))
    return Place(tuple(pieces), max(rows, 1), max(columns, 1), cell.get("header") == "1", max(len(flow), 1))


def _local(element: Element) -> str:
    """An element's name without its namespace, which differs by the year of the format."""
    return element.tag.rpartition("}")[2]


def _number(element: Element, name: str, default: int) -> int:
    found = re.fullmatch(r"-?\d{1,9}", element.get(name, ""))
    return int(found[0]) if found else default
