"""A Word document's parts: what its styles say after their ancestors, how its lists count, its footnotes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from datagen.documents import MarkKind
from datagen.readers.archive import parse_xml
from datagen.readers.extra import documents_module
from datagen.readers.office import attribute, child, damaged, is_on, local

# python-docx on parts that do not fit together; XMLSyntaxError of lxml is a SyntaxError.
_DAMAGE = (KeyError, ValueError, AttributeError, TypeError, IndexError, SyntaxError)
# A style's name (built-in ones are stored in English, whatever the interface's language) → its heading level.
_HEADING = re.compile(r"(?:heading|제목|개요|표제)\s*([1-9])$")
_OUTLINE = re.compile(r"개요\s*[1-9]$")
_TITLES = ("title", "제목", "표제", "문서 제목")
_SUBTITLES = ("subtitle", "부제", "부제목")
_BODY = 10  # outlineLvl 9, counted from 1: body text
_DEEPEST = 20  # styles built on one another
_DEEPEST_LIST = 8  # ilvl (ECMA-376, 17.9.3)


@dataclass(frozen=True, slots=True)
class Style:
    """A style's name in lower case, and what it says: a heading's level (0 is the title), its list, its marks."""

    name: str
    level: int | None = None
    is_outline: bool = False
    num: str | None = None
    depth: int = 0
    marks: frozenset[MarkKind] = frozenset()


PLAIN = Style("")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a reading needs; `formats`: (numId, level) → numFmt (decimal, bullet), `notes`: (kind, id) → its text."""

    body: Element
    styles: Mapping[str, Style]
    default_style: Style
    formats: Mapping[tuple[str, int], str]
    notes: Mapping[tuple[str, str], Element]

    def style(self, properties: Element | None) -> Style:
        """The style that a paragraph's properties name."""
        return self.styles.get(attribute(child(properties, "pStyle"), "val") or "", self.default_style)


def open_docx(data: bytes, where: str) -> Parts:
    """The parts of a package, found by python-docx. Raises InputError where they do not fit together.

    They are parsed again by our own guarded parser: one kind of element in all readers, no comments among them.
    """
    opc, own = documents_module("docx", where), documents_module("docx.exceptions", where)
    package = documents_module("docx.opc.exceptions", where)
    try:
        main = opc.Document(io.BytesIO(data)).part
        parts: dict[str, bytes] = {
            rel.reltype.rpartition("/")[2]: rel.target_part.blob for rel in main.rels.values() if not rel.is_external
        }
        parts["main"] = main.blob
    except (*_DAMAGE, own.PythonDocxError, package.OpcError) as error:
        raise damaged(where, error) from error
    trees = {
        name: parse_xml(parts[name], f"{where}: {name}")
        for name in ("main", "styles", "numbering", "footnotes", "endnotes")
        if name in parts
    }
    body = child(trees["main"], "body")
    nothing = Element("body")
    definitions = [each for each in trees.get("styles", nothing) if local(each) == "style"]
    styles = _styles(definitions)
    default = next((
        attribute(each, "styleId") or "" for each in definitions
        if attribute(each, "type") == "paragraph" and attribute(each, "default") in ("1", "true")
    ), "")  # fmt: skip
    notes = {
        (local(each), attribute(each, "id") or ""): each
        for name in ("footnotes", "endnotes")
        for each in trees.get(name, nothing)
    }
    formats = _formats(trees.get("numbering", nothing), definitions)
    return Parts(nothing if body is None else body, styles, styles.get(default, PLAIN), formats, notes)


def _styles(definitions: Sequence[Element]) -> dict[str, Style]:
    """Each style by its id, what its ancestors say included."""
    by_id = {attribute(each, "styleId") or "": each for each in definitions}

    def chain(style: Element) -> Iterator[Element]:
        seen: set[str] = set()
        each: Element | None = style
        while each is not None and len(seen) < _DEEPEST:
            yield each
            above = attribute(child(each, "basedOn"), "val") or ""
            each = None if above in seen else by_id.get(above)
            seen.add(above)

    return {name: _resolved(list(chain(style))) for name, style in by_id.items()}


def _resolved(chain: Sequence[Element]) -> Style:
    names = [(attribute(child(style, "name"), "val") or "").strip().lower() for style in chain]
    level = next((found for style, name in zip(chain, names, strict=True)
                  if (found := _style_level(style, name)) is not None), None)  # fmt: skip
    lists = [child(child(style, "pPr"), "numPr") for style in chain]
    num = next((said for each in lists if (said := attribute(child(each, "numId"), "val"))), None)
    depth = next((said for each in lists if (said := attribute(child(each, "ilvl"), "val"))), "0")
    marks = {
        kind
        for tag, kind in (("b", MarkKind.BOLD), ("i", MarkKind.ITALIC))
        if is_on(next((each for style in chain if (each := child(child(style, "rPr"), tag)) is not None), None))
    }
    is_body = level is not None and level >= _BODY
    return Style(
        names[0], None if is_body else level, _OUTLINE.match(names[0]) is not None, num,
        min(int(depth), _DEEPEST_LIST) if depth.isdecimal() else 0, frozenset(marks),
    )  # fmt: skip


def _style_level(style: Element, name: str) -> int | None:
    """The level that one style of a chain states, by its outline level or its name."""
    said = attribute(child(child(style, "pPr"), "outlineLvl"), "val")
    if name in _TITLES:
        return 0
    if said is not None and said.isdecimal():
        return int(said) + 1
    found = _HEADING.match(name)
    if found:
        return int(found[1])
    return _BODY if name in _SUBTITLES else None


def _formats(numbering: Element, definitions: Sequence[Element]) -> dict[tuple[str, int], str]:
    """(numId, level) → the number format; a list style's levels stand in the definition that it names."""
    abstract = {attribute(each, "abstractNumId") or "": each for each in numbering if local(each) == "abstractNum"}
    nums = {attribute(each, "numId") or "": each for each in numbering if local(each) == "num"}
    style_nums = {
        attribute(each, "styleId") or "": attribute(child(child(child(each, "pPr"), "numPr"), "numId"), "val") or ""
        for each in definitions
        if attribute(each, "type") == "numbering"
    }

    def levels(num: str, depth: int = 0) -> Iterator[tuple[int, str]]:
        definition = abstract.get(attribute(child(nums.get(num), "abstractNumId"), "val") or "")
        if definition is None or num not in nums or depth > _DEEPEST:
            return
        link = attribute(child(definition, "numStyleLink"), "val")
        if link:
            yield from levels(style_nums.get(link, ""), depth + 1)
        overrides = [each for each in nums[num] if local(each) == "lvlOverride"]
        for each in (*definition, *(inner for over in overrides for inner in over)):
            level = attribute(each, "ilvl")
            if local(each) == "lvl" and level and level.isdecimal():
                yield int(level), attribute(child(each, "numFmt"), "val") or "decimal"

    return {(num, level): kind for num in nums for level, kind in levels(num)}
