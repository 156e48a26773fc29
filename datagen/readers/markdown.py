"""Markdown (CommonMark with pipe tables) → sections; block structure by markdown-it, offsets by us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

from curation.korean.hangul import has_hangul
from datagen.documents import Block, Item, Items, Line, Mark, MarkKind, Note, Paragraph, Parsed, Section, Table
from datagen.readers.html import html_table
from datagen.readers.notes import NOTES, as_note
from datagen.readers.outline import Sections
from datagen.readers.remarks import bilingual
from datagen.readers.text import read_entries

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
# [a label](its target), each with brackets of its own inside; one left open fails at the next bracket, not at the end.
_LABEL = r"(?:[^\[\]]++|\[[^\[\]]*+\])*+"
_TARGET = r"\((?:[^()]++|\([^()]*+\))*+\)"
_INCLUDE = re.compile(rf"\[!include\s*\[{_LABEL}\]{_TARGET}\]", re.IGNORECASE)
_ALERT = re.compile(r"\[!(?P<kind>note|tip|important|warning|caution)\]\s*", re.IGNORECASE)  # GitHub, Microsoft Learn
# :::warning … ::: (Docusaurus, Pandoc) and !!! warning with an indented body (MkDocs).
_FENCE = re.compile(r"^(?P<mark>:{3,})[ \t]*(?:\{?\.?(?P<kind>\w+)[^\n]*)?$", re.MULTILINE)
_INDENTED = re.compile(
    r"^(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>\w+)[^\n]*\n(?P<body>(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+)",
    re.MULTILINE,
)
# 이 before a thing that is here is no particle: **편집** 이 옵션은 …
_JOSA = (
    r"(?:이(?! (?:옵션|필드|값|경우|항목|페이지|기능|설정|작업|화면))|은|는|가|을|를|에|에서|에게|으로|로|와|과|의|도|"
    r"만|까지|부터|보다|이나|나|이라고|라고|이라는|라는|인|입니다|이며|이고|이면|일)"
)
# Inline markup; of a named group something stays.
_INLINE = re.compile(
    rf"!\[{_LABEL}\]{_TARGET}|\[!\[{_LABEL}\]{_TARGET}\]{_TARGET}"  # an image, alone or as a link
    rf"|\[(?P<link>{_LABEL})\]{_TARGET}"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<br><br ?/?>)"
    r"|</?[A-Za-z][^<>]*>|<!--(?:(?!-->|<!--).)*+-->"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
    r"|(?P<code>`+)"
    r"|(?P<star>\*{1,3}(?![\s*])|(?<=\S)\*{1,3}(?!\*))"
    r"|(?P<dash>(?<!\w)_{1,3}(?![\s_])|(?<=\S)_{1,3}(?!\w))"
    # A particle adrift from the word in bold that it belongs to: **편집** 을 누릅니다.
    rf"|(?<=[*_`)]) (?={_JOSA}(?:[\s.,)]|$))"
    r"|(?P<newline>\n)[ \t>]*"
)
_TAG = re.compile(r"<[^<>]*>")
# The signs of Korean lists, which Markdown takes for prose that goes on: ① · ○ · □ · (1) · 가.
_SIGN = re.compile(
    r"^[ \t]*(?:[①-⑳□■○●◦◯◎◇◆▷▶▪▫•ㆍ∙‣❍]|\(?(?:[가나다라마바사]|\d{1,2})\)|[가나다라마바사]\.(?=[ \t]))[ \t]*(?=\S)",
    re.MULTILINE,
)
_REMARK = re.compile(r"(?<=\n)[ \t]*※")
_OTHER = re.compile(r"^[ \t]*(?:$|[|<>#]|```|~~~|\[!)", re.MULTILINE)  # what only Markdown itself reads
_PROSE = frozenset({"paragraph_open", "bullet_list_open", "ordered_list_open"})
_WEIGHTS = {1: (MarkKind.ITALIC,), 2: (MarkKind.BOLD,), 3: (MarkKind.BOLD, MarkKind.ITALIC)}


def parse_markdown(text: str) -> Parsed:
    """A Markdown text as a tree. Front matter, includes, code and images are passed over; of HTML, tables are read."""
    from markdown_it import MarkdownIt

    blanked = _FRONT_MATTER.sub(_blank, text, count=1)
    blanked = _INCLUDE.sub(_blank, blanked)
    source = _Source(blanked)
    tokens = MarkdownIt("commonmark").enable("table").disable("inline").parse(source.text)
    sections = _sections(source, tokens)
    return Parsed(text, sections, remarks=tuple(dict.fromkeys(source.remarks)))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


class _Source:
    """The text and where each of its lines starts, to place what markdown-it gives by line numbers.

    `notes` are the stretches set apart by `:::` or `!!!`, whose own lines are blanked; `remarks` tells of the rest.
    """

    def __init__(self, text: str) -> None:
        self.notes: list[tuple[int, int, Note]] = []
        self.remarks: list[str] = []
        self.last_table = text.rfind("</table>")
        self.html_end = 0  # of the last table of HTML: an empty line inside it opens no block of its own
        fences = list(_fences(text))
        edges = {fence.start() for pair in fences for fence in pair}
        text = _FENCE.sub(lambda found: _blank(found) if found.start() in edges else found[0], text)
        for opening, closing in fences:
            self.notes.append((opening.end(), closing.start(), NOTES.get(opening["kind"].lower(), Note.NOTE)))
        text = _INDENTED.sub(self._noted, text)
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def _noted(self, found: re.Match[str]) -> str:
        self.notes.append((*found.span("body"), NOTES.get(found["kind"].lower(), Note.NOTE)))
        start = found.start("body") - found.start()
        return re.sub(r"[^\n]", " ", found[0][:start]) + found["body"]

    def note_at(self, line: Line) -> Note | None:
        """The note that a line stands in."""
        return next((note for start, end, note in self.notes if start <= line.offsets[0] < end), None)

    def start_of(self, token: Token) -> int:
        """Where a block's first line begins."""
        return self.starts[token.map[0]] if token.map else 0

    def place(self, token: Token, cursor: int = 0) -> Line | None:
        """The inline token's content, without markup; None where it cannot be found to the letter."""
        if not token.content or token.map is None:
            return None
        first, *_, last = [*token.content.split("\n"), token.content.rsplit("\n", 1)[-1]]
        start = self.text.find(first, max(cursor, self.starts[token.map[0]]))
        line = min(token.map[0] + token.content.count("\n"), len(self.starts) - 1)
        end = (
            self.text.find(last, max(start, self.starts[line])) + len(last)
            if "\n" in token.content
            else start + len(first)
        )
        return None if start < 0 or end < start else strip_markup(self.text, start, end)


def _fences(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """The lines that open and close each note of `:::`; the next line of as many colons, and nothing else, closes."""
    lines = list(_FENCE.finditer(text))
    nearest: dict[str, int] = {}
    closing: dict[int, int] = {}
    for at in range(len(lines) - 1, -1, -1):
        mark, kind = lines[at]["mark"], lines[at]["kind"]
        if not kind:
            nearest[mark] = at
        elif mark in nearest:
            closing[at] = nearest[mark]
    last = -1
    for at, end in sorted(closing.items()):
        if at > last:
            yield lines[at], lines[end]
            last = end


def strip_markup(text: str, start: int, end: int) -> Line:
    """`text[start:end]` without inline markup; a line break inside a paragraph reads as a space."""
    kept: list[tuple[str, int]] = []
    marks: list[Mark] = []
    opened: dict[MarkKind, int] = {}

    def toggle(*kinds: MarkKind) -> None:
        for kind in kinds:
            if kind in opened:
                marks.append(Mark(opened.pop(kind), len(kept), kind))
            else:
                opened[kind] = len(kept)

    position = start
    for found in _INLINE.finditer(text, start, end):
        kept.extend((text[i], i) for i in range(position, found.start()))
        match found.lastgroup:
            case "newline" | "br":
                kept.append((" ", found.start()))
            case "entity":
                kept.extend((char if char.isprintable() else " ", found.start()) for char in unescape(found[0])[:1])
            case "star" | "dash":
                toggle(*_WEIGHTS[len(found[0])])
            case "code":
                toggle(MarkKind.CODE)
            case "link" | "escaped" as group:
                if group == "link":
                    marks.append(Mark(len(kept), len(kept) + len(found[group]), MarkKind.LINK))
                kept.extend((text[i], i) for i in range(*found.span(group)))
            case _:
                pass
        position = found.end()
    kept.extend((text[i], i) for i in range(position, end))
    line = Line("".join(char for char, _ in kept), tuple(offset for _, offset in kept), tuple(marks))
    return line.part(0, len(kept))


def _sections(source: _Source, tokens: Sequence[Token]) -> tuple[Section, ...]:
    sections = Sections()
    read_to = tried_to = 0
    outermost = list(_outermost(tokens))
    ends = _stretches(outermost)
    for (token, inner), last in zip(outermost, ends, strict=True):
        if token.map and token.map[0] < read_to:
            continue
        is_first = token.type in _PROSE and token.map is not None and token.map[0] >= tried_to
        tried_to = last if is_first else tried_to
        if is_first and (marked := _marked(source, token, last)):
            sections.add(*marked)
            read_to = last
        elif token.type != "heading_open":
            sections.add(*_blocks(source, token, inner))
        elif (heading := source.place(inner[0])) and heading.text:
            sections.heading(int(token.tag[1:]), heading)
    return sections.closed()


def _outermost(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each outermost block with the tokens inside it, if it can hold any."""
    opened = 0
    for index, token in enumerate(tokens):
        if token.level != tokens[0].level:
            continue
        if token.nesting == 1:
            opened = index
        else:
            yield (tokens[opened], tokens[opened + 1 : index]) if token.nesting == -1 else (token, ())


def _stretches(outermost: Sequence[tuple[Token, Sequence[Token]]]) -> list[int]:
    """Where the prose and lists that each block begins end: those that follow with no empty line between are one."""
    ends: list[int] = []
    below: Token | None = None
    for token, _ in reversed(outermost):
        end = token.map[1] if token.map else 0
        if below is not None and below.map and below.map[0] == end and {token.type, below.type} <= _PROSE:
            end = ends[-1]
        ends.append(end)
        below = token
    return ends[::-1]


def _marked(source: _Source, token: Token, last: int) -> tuple[Block, ...]:
    """Lines that open with ①, ○ or ※ as the lists and notes they are meant for; empty where there are none."""
    start = source.start_of(token)
    end = source.starts[last] if last < len(source.starts) else len(source.text)
    stretch = source.text[start:end].rstrip()
    signs = len(_SIGN.findall(stretch)) + (token.type != "paragraph_open")
    if not (signs > 1 and _SIGN.search(stretch)) and not _REMARK.search(stretch):
        return ()
    is_noted = any(first < start + len(stretch) and start < after for first, after, _ in source.notes)
    if is_noted or start < source.html_end or _OTHER.search(stretch):
        return ()
    return read_entries(source.text, start, start + len(stretch), strip_markup)


def _blocks(source: _Source, token: Token, inner: Sequence[Token]) -> Iterator[Block]:
    if source.start_of(token) < source.html_end:
        return
    match token.type:
        case "table_open":
            if table := _table(source, inner):
                yield table
        case "ordered_list_open" | "bullet_list_open":
            items = tuple(_item(source, content) for _, content in _outermost(inner))
            yield Items(items, token.type == "ordered_list_open")
        case "blockquote_open":
            yield from _quoted(source, inner)
        case "paragraph_open":
            line = source.place(inner[0])
            if line is not None and line.text:
                yield _paragraph(source, line)
        case "html_block":
            yield from _html(source, token)
        case "code_block":
            yield from _indented_note(source, token)


def _quoted(source: _Source, inner: Sequence[Token]) -> Iterator[Block]:
    """The blocks of a quotation, its prose as a note: the label stands in the first paragraph only."""
    note = Note.NOTE
    for child, content in _outermost(inner):
        for block in _blocks(source, child, content):
            if isinstance(block, Paragraph):
                noted = as_note(block.line, inside=block.note or note)
                note = noted.note or note
                yield noted
            else:
                yield block


def _paragraph(source: _Source, line: Line) -> Paragraph:
    """Prose, or a note by where it stands or by its label: `[!NOTE]`, a bold 참고: ."""
    if alert := _ALERT.match(line.text):
        return Paragraph(line.part(alert.end(), len(line.text)), Note(alert["kind"].lower()))
    return as_note(line, inside=source.note_at(line))


def _html(source: _Source, token: Token) -> Iterator[Block]:
    """The table that opens a block of HTML."""
    start = source.start_of(token)
    if "<table" in token.content.lower() and start < source.last_table:
        source.html_end = end = source.text.find("</table>", start)
        table, remarks = html_table(source.text, start, end + len("</table>"))
        source.remarks.extend(remarks)
        if table is not None:
            yield table
    elif has_hangul(_TAG.sub("", token.content)):
        source.remarks.append(bilingual("a block of HTML was passed over", "HTML 블록은 읽지 않았습니다"))


def _indented_note(source: _Source, token: Token) -> Iterator[Paragraph]:
    """The paragraphs of an indented note, which Markdown takes for code."""
    start = source.start_of(token)
    end = source.starts[token.map[1]] if token.map and token.map[1] < len(source.starts) else len(source.text)
    note = next((note for first, last, note in source.notes if first <= start < last), None)
    if note is not None:
        for found in re.finditer(r"[^\n]+(?:\n[ \t]*[^\s][^\n]*)*", source.text[start:end]):
            line = strip_markup(source.text, start + found.start(), start + found.end())
            if line.text:
                yield Paragraph(line, note)


def _item(source: _Source, inner: Sequence[Token]) -> Item:
    """An entry: its first paragraph is its own text, which may be empty; all after it stands below."""
    blocks = [block for child, content in _outermost(inner) for block in _blocks(source, child, content)]
    first = blocks[0] if blocks else None
    if isinstance(first, Paragraph) and first.note is None:
        return Item(first.line, tuple(blocks[1:]))
    return Item(Line("", ()), tuple(blocks))


def _table(source: _Source, inner: Sequence[Token]) -> Table | None:
    """The table, or None where a cell cannot be placed or a row is not as wide as the header."""
    rows: list[list[Line]] = []
    cursor = 0
    for piece in inner:
        if piece.type == "tr_open":
            rows.append([])
            cursor = source.starts[piece.map[0]] if piece.map else cursor
        elif piece.type == "inline":
            line = source.place(piece, cursor) if piece.content else Line("", ())
            if line is None:
                return None
            cursor = line.offsets[-1] + 1 if line.offsets else cursor
            rows[-1].append(line)
    header, *body = rows
    if not body or any(len(row) != len(header) for row in body):
        return None
    return Table(tuple(header), tuple(map(tuple, body)))
