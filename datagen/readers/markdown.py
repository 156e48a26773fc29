"""Markdown (CommonMark with pipe tables) → sections; block structure by markdown-it, offsets by us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

from datagen.documents import Block, Item, Items, Line, Mark, MarkKind, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_INCLUDE = re.compile(r"\[!include\s*\[[^\]]*\]\([^)]*\)\]", re.IGNORECASE)
_NOTE_LABEL = re.compile(
    r"(?:\[!(?P<alert>note|tip|important|warning|caution)\]|(?P<label>주의|중요|참고|경고|팁|알림))[\s:：.]+",
    re.IGNORECASE,
)
_NOTES = {"참고": Note.NOTE, "알림": Note.NOTE, "팁": Note.TIP, "중요": Note.IMPORTANT, "경고": Note.WARNING,
          "주의": Note.CAUTION}  # fmt: skip
# 이 before a thing that is here is no particle: **편집** 이 옵션은 …
_JOSA = (
    r"(?:이(?! (?:옵션|필드|값|경우|항목|페이지|기능|설정|작업|화면))|은|는|가|을|를|에|에서|에게|으로|로|와|과|의|도|만|"
    r"까지|부터|보다|이나|나|이라고|라고|이라는|라는|인|입니다|이며|이고|이면|일)"
)
# Inline markup; of a named group something stays.
_INLINE = re.compile(
    r"!\[[^\]]*\]\([^)]*\)"  # image
    r"|\[(?P<link>[^\]]*)\]\([^)]*\)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<br><br ?/?>)"
    r"|</?[A-Za-z][^<>]*>|<!--.*?-->"
    r"|(?P<entity>&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)"
    r"|(?P<code>`+)"
    r"|(?P<star>\*{1,3}(?![\s*])|(?<=\S)\*{1,3}(?!\*))"
    r"|(?P<dash>(?<!\w)_{1,3}(?![\s_])|(?<=\S)_{1,3}(?!\w))"
    # A particle adrift from the word in bold that it belongs to: **편집** 을 누릅니다.
    rf"|(?<=[*_`)]) (?={_JOSA}(?:[\s.,)]|$))"
    r"|(?P<newline>\n)[ \t>]*"
)
_WEIGHTS = {1: (MarkKind.ITALIC,), 2: (MarkKind.BOLD,), 3: (MarkKind.BOLD, MarkKind.ITALIC)}


def read_markdown(text: str) -> tuple[Section, ...]:
    """The sections of a Markdown text, in order. Front matter, includes, code and images are passed over."""
    from markdown_it import MarkdownIt

    blanked = _FRONT_MATTER.sub(_blank, text, count=1)
    blanked = _INCLUDE.sub(_blank, blanked)
    tokens = MarkdownIt("commonmark").enable("table").parse(blanked)
    return tuple(_sections(_Source(blanked), tokens))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


class _Source:
    """The text and where each of its lines starts, to place what markdown-it gives by line numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

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


def _sections(source: _Source, tokens: Sequence[Token]) -> Iterator[Section]:
    path: list[tuple[int, Line]] = []
    blocks: list[Block] = []
    for token, inner in _outermost(tokens):
        if token.type != "heading_open":
            blocks.extend(_blocks(source, token, inner))
            continue
        if blocks:
            yield Section(tuple(line for _, line in path), tuple(blocks))
            blocks = []
        level, heading = int(token.tag[1:]), source.place(inner[0])
        path = [(above, line) for above, line in path if above < level]
        if heading is not None:
            path.append((level, heading))
    if blocks:
        yield Section(tuple(line for _, line in path), tuple(blocks))


def _outermost(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each outermost block with the tokens inside it."""
    opened = 0
    for index, token in enumerate(tokens):
        if token.level == tokens[0].level and token.nesting == 1:
            opened = index
        elif token.level == tokens[0].level and token.nesting == -1:
            yield tokens[opened], tokens[opened + 1 : index]


def _blocks(source: _Source, token: Token, inner: Sequence[Token]) -> Iterator[Block]:
    match token.type:
        case "table_open":
            if table := _table(source, inner):
                yield table
        case "ordered_list_open" | "bullet_list_open":
            items = tuple(_item(source, content) for _, content in _outermost(inner))
            yield Items(items, token.type == "ordered_list_open")
        case "blockquote_open":
            note = Note.NOTE
            for child, content in _outermost(inner):
                for block in _blocks(source, child, content):
                    if isinstance(block, Paragraph):
                        note = block.note or note  # the label stands in the first paragraph only
                        yield Paragraph(block.line, note)
                    else:
                        yield block
        case "paragraph_open":
            line = source.place(inner[0])
            if line is not None and line.text:
                yield _paragraph(line)


def _paragraph(line: Line) -> Paragraph:
    """Prose, or a note by its label: `[!NOTE]`, a bold 참고: ."""
    label = _NOTE_LABEL.match(line.text)
    is_bold = any(mark.start == 0 and mark.kind is MarkKind.BOLD for mark in line.marks)
    if label is None or not (label["alert"] or is_bold):
        return Paragraph(line)
    note = Note(label["alert"].lower()) if label["alert"] else _NOTES[label["label"]]
    return Paragraph(line.part(label.end(), len(line.text)), note)


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
