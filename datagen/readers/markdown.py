"""Markdown (CommonMark with pipe tables) → sections; block structure by markdown-it, offsets by us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datagen.documents import Block, Items, Line, Paragraph, Section, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NOTE_LABEL = re.compile(r"(?:\[!\w+\]|주의|중요|참고|경고|팁|알림)[\s:：.]+")
# Inline markup; a named group is the part that stays.
_INLINE = re.compile(
    r"!\[[^\]]*\]\([^)]*\)"  # image
    r"|\[(?P<link>[^\]]*)\]\([^)]*\)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|</?[A-Za-z][^<>]*>|<!--.*?-->"
    r"|`+"
    r"|\*{1,3}(?=\S)|(?<=\S)\*{1,3}"
    r"|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)"
    r"|(?P<newline>\n)[ \t>]*"
)


def read_markdown(text: str) -> tuple[Section, ...]:
    """The sections of a Markdown text, in order. Front matter, code, HTML blocks and images are passed over."""
    from markdown_it import MarkdownIt

    blanked = _FRONT_MATTER.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    tokens = MarkdownIt("commonmark").enable("table").parse(blanked)
    return tuple(_sections(_Source(blanked), tokens))


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
    position = start
    for found in _INLINE.finditer(text, start, end):
        kept.extend((text[i], i) for i in range(position, found.start()))
        if found["newline"] is not None:
            kept.append((" ", found.start()))
        elif (group := found.lastgroup) is not None:
            kept.extend((text[i], i) for i in range(*found.span(group)))
        position = found.end()
    kept.extend((text[i], i) for i in range(position, end))
    return Line("".join(char for char, _ in kept), tuple(offset for _, offset in kept)).part(0, len(kept))


def _sections(source: _Source, tokens: Sequence[Token]) -> Iterator[Section]:
    path: list[tuple[int, Line]] = []
    blocks: list[Block] = []
    for token, inner in _top_level(tokens):
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


def _top_level(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each outermost block with the tokens inside it."""
    opened = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting == 1:
            opened = index
        elif token.level == 0 and token.nesting == -1:
            yield tokens[opened], tokens[opened + 1 : index]


def _blocks(source: _Source, token: Token, inner: Sequence[Token]) -> Iterator[Block]:
    if token.type == "table_open":
        if table := _table(source, inner):
            yield table
    elif token.type in ("ordered_list_open", "bullet_list_open"):
        yield from _lists(source, token, inner)
    elif token.type in ("paragraph_open", "blockquote_open"):
        for piece in inner:
            if piece.type == "inline" and (line := source.place(piece)) and line.text:
                is_note = token.type == "blockquote_open"
                label = _NOTE_LABEL.match(line.text) if is_note else None
                yield Paragraph(line.part(label.end(), len(line.text)) if label else line, is_note)


def _lists(source: _Source, token: Token, inner: Sequence[Token]) -> Iterator[Items]:
    """A list and, after it, the lists inside it."""
    items: list[Line] = []
    nested: list[tuple[Token, Sequence[Token]]] = []
    plain, level, opened = True, token.level + 1, 0
    for index, piece in enumerate(inner):
        if piece.type == "list_item_open" and piece.level == level:
            opened = len(items)
        elif piece.type == "inline" and piece.level == level + 2:
            line = source.place(piece)
            if line is None or not line.text or len(items) > opened:
                plain = False
            else:
                items.append(line)
        elif piece.level == level + 1 and piece.type.endswith("_list_open"):
            close = next(i for i in range(index, len(inner)) if inner[i].level == level + 1 and inner[i].nesting == -1)
            nested.append((piece, inner[index + 1 : close]))
            plain = False
    if items:
        yield Items(tuple(items), token.type == "ordered_list_open", is_nested=not plain)
    for child, content in nested:
        yield from _lists(source, child, content)


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
