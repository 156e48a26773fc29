"""HTML source → tags and characters with their offsets, in one pass whose cost grows with the length alone.

`html.parser` searches the rest of the page anew at each broken tag or comment: a megabyte of `<a ` takes it minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Their content is no markup (WHATWG HTML 13.2.5.2-4); of these only a title's is text to read.
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in "script style title textarea xmp".split()}
_NAME = re.compile(r"[A-Za-z][^\s/>]*+")
_TAG_END = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")


@dataclass(frozen=True, slots=True)
class Tag:
    """`<name …>` or `</name>` at [start, end) of the source; names in lower case."""

    name: str
    attributes: Mapping[str, str]
    is_closing: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Characters:
    """Text with entities resolved; `offsets[i]` is where its i-th character begins in the source."""

    text: str
    offsets: Sequence[int]


def html_tokens(
    source: str, start: int = 0, end: int | None = None, *, is_xml: bool = False
) -> Iterator[Tag | Characters]:
    """The tags and texts of `source[start:end]`, in order; comments, declarations and scripts are passed over.

    Where `is_xml`, `<name/>` gives an opening and a closing tag, and CDATA is text. What is broken reads as text.
    """
    end = len(source) if end is None else end
    at, is_quoted = start, True  # quotes are trusted until one tag finds no end by them
    last = source.rfind(">", start, end)
    while at < end:
        opening = source.find("<", at, end)
        if opening != at:
            yield from _characters(source, at, end if opening < 0 else opening)
            if opening < 0:
                return
        if source.startswith("<!--", opening):
            at = _after(source, "-->", opening + 4, end)
        elif is_xml and source.startswith("<![CDATA[", opening):
            at = _after(source, "]]>", opening, end)
            text = source[opening + 9 : at].removesuffix("]]>")
            yield Characters(text, range(opening + 9, opening + 9 + len(text)))
        elif source.startswith(("<!", "<?"), opening):
            at = _after(source, ">", opening, end)
        else:
            is_closing = source.startswith("</", opening)
            name = _NAME.match(source, opening + 1 + is_closing, end)
            closed = _TAG_END.match(source, name.end(), end) if name and is_quoted else None
            is_quoted = is_quoted and (name is None or closed is not None)
            if name is None or name.end() > last:
                yield Characters("<", (opening,))  # of no tag, or of one cut off by the end: what follows is text
                at = opening + 1
                continue
            at = closed.end() if closed else _after(source, ">", name.end(), end)
            yield from _tag(source, name, opening, at, is_closing=is_closing, is_xml=is_xml)
            if not is_closing and (raw := _RAW.get(name[0].lower())) and not (is_xml and source[at - 2] == "/"):
                found = raw.search(source, at, end)
                until = found.start() if found else end
                if name[0].lower() == "title":
                    yield from _characters(source, at, until)
                at = until


def _after(source: str, mark: str, at: int, end: int) -> int:
    found = source.find(mark, at, end)
    return end if found < 0 else found + len(mark)


def _tag(source: str, name: re.Match[str], start: int, end: int, *, is_closing: bool, is_xml: bool) -> Iterator[Tag]:
    label = name[0].lower().rpartition(":")[2] if is_xml else name[0].lower()
    inside = source[name.end() : end].removesuffix(">")
    attributes: dict[str, str] = {}
    if not is_closing:
        for found in _ATTRIBUTE.finditer(inside):
            attributes.setdefault(found[1].lower(), _ENTITY.sub(_resolved, (found[2] or "").strip("\"'")))
    yield Tag(label, attributes, is_closing, start, end)
    if is_xml and not is_closing and inside.endswith("/") and label not in VOID:
        yield Tag(label, {}, True, end, end)


def _resolved(entity: re.Match[str]) -> str:
    return unescape(entity[0])


def _characters(source: str, start: int, end: int) -> Iterator[Characters]:
    at = start
    for found in _ENTITY.finditer(source, start, end):
        resolved = _resolved(found)
        if resolved == found[0]:
            continue
        if at < found.start():
            yield Characters(source[at : found.start()], range(at, found.start()))
        yield Characters(resolved, [found.start()] * len(resolved))
        at = found.end()
    if at < end:
        yield Characters(source[at:end], range(at, end))
