"""A tagged PDF's structure tree → headings, paragraphs, list items and tables (ISO 32000-2, 14.7 and 14.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from datagen.readers.pdf_glyphs import Content, Glyph
from datagen.readers.pdf_lines import Break, Joiner, Row, room, rows_in_order, word_gap
from datagen.readers.pdf_objects import dictionary, resolved
from datagen.readers.pdf_running import set_apart
from datagen.readers.remarks import bilingual
from datagen.readers.typeset import Grid, Looks, Place, mark_of

_HEADINGS = {"Title": 1, "H": 2, **{f"H{level}": level for level in range(1, 7)}}
_ITEMS = ("L", "LI", "LBody")
_BLOCKS = frozenset(
    {
        *_HEADINGS,
        *_ITEMS,
        *"P Table BlockQuote Caption TOC TOCI Note FENote Figure Code Formula Form Index BibEntry Aside".split(),
    }
)
_LEFT_OUT = {
    "TOC": bilingual("a table of contents was left out", "차례는 읽지 않았습니다"),
    "Code": bilingual("code was left out", "코드는 읽지 않았습니다"),
} | dict.fromkeys(("Figure", "Formula", "Form", "Index", "Artifact"), "")
_DEPTH = 200
_STEP = 24.0  # points; how far a list in a list counts as set in
_COVERED = 0.9  # of the glyphs must hang on the tree for it to be trusted


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the tree: its role, and its children: elements, or (page number, marked-content id)."""

    role: str
    children: tuple[Node | tuple[int, int], ...]
    row_span: int = 1
    col_span: int = 1


def read_tags(root: dict[str, object], pages: Mapping[int, Content], numbers: Mapping[int, int]) -> Node | None:
    """The structure tree of the catalog `root`, or None where there is none that holds the text and says more than
    that it is text. `numbers` gives a page's number (from 1) by its object's number.
    """
    tree = dictionary(root.get("/StructTreeRoot"))
    if not tree or not resolved(dictionary(root.get("/MarkInfo")).get("/Marked")):
        return None
    roles = {str(key)[1:]: str(resolved(value))[1:] for key, value in dictionary(tree.get("/RoleMap")).items()}
    node = _Tree(roles, numbers).node(tree, 0, 0)
    held, said = set[tuple[int, int]](), set[str]()
    for found in _every(node):
        said.add(found.role)
        held.update(child for child in found.children if isinstance(child, tuple))
    shown = [
        (number, glyph.tag)
        for number, content in pages.items()
        for glyph in content.glyphs
        if not glyph.is_artifact and not glyph.text.isspace()
    ]
    covered = sum(place in held for place in shown)
    # Browsers leave a header and footer untagged, outside the tree.
    if not shown or covered < _COVERED * len(shown) or not said & {*_HEADINGS, "L", "Table"}:
        return None
    return node


class _Tree:
    """Reads elements; one that was read is not read again, so a tree that bites its tail ends."""

    def __init__(self, roles: Mapping[str, str], numbers: Mapping[int, int]) -> None:
        self._roles = roles
        self._numbers = numbers
        self._seen = set[int]()

    def node(self, element: dict[str, object], page: int, depth: int) -> Node:
        if depth > _DEPTH or id(element) in self._seen:
            return Node("", ())
        self._seen.add(id(element))
        role = str(resolved(element.get("/S", "/")))[1:]
        for _ in range(8):
            role = self._roles.get(role, role)
        page = self._page(element, page)
        kids = resolved(element.get("/K"))
        children = [self._child(kid, page, depth) for kid in (kids if isinstance(kids, list) else [kids])]
        return Node(
            role, tuple(c for c in children if c is not None), _span(element, "/RowSpan"), _span(element, "/ColSpan")
        )

    def _child(self, kid: object, page: int, depth: int) -> Node | tuple[int, int] | None:
        kid = resolved(kid)
        if isinstance(kid, int):
            return page, kid
        if not isinstance(kid, dict):
            return None
        if "/MCID" in kid:
            tag = resolved(kid["/MCID"])
            return (self._page(kid, page), tag) if isinstance(tag, int) else None
        return self.node(kid, page, depth + 1) if "/S" in kid else None

    def _page(self, element: dict[str, object], page: int) -> int:
        raw = getattr(element, "raw_get", element.get)("/Pg") if "/Pg" in element else None
        return self._numbers.get(getattr(raw, "idnum", -1), page)


def _span(element: dict[str, object], name: str) -> int:
    """A cell's span by its attributes."""
    attributes = resolved(element.get("/A"))
    for entry in attributes if isinstance(attributes, list) else [attributes]:
        value = resolved(dictionary(entry).get(name))
        if isinstance(value, int) and value > 1:
            return value
    return 1


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        if isinstance(child, Node):
            yield from _every(child)


class _Reader:
    """The glyphs of a document by the marked content they stand in."""

    def __init__(self, pages: Mapping[int, Content], remarks: list[str]) -> None:
        self._glyphs: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
        self.remarks = remarks
        self._spaces = {number: word_gap(content.glyphs) for number, content in pages.items()}
        for number, content in pages.items():
            for glyph in content.glyphs:
                if glyph.tag is not None and not glyph.is_artifact:
                    self._glyphs[number, glyph.tag].append(glyph)
        rows = [row for number in pages for row in self.rows([p for p in self._glyphs if p[0] == number])]
        self._rights: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            self._rights[row.page].append(row)
        self.joiner = Joiner(self._breaks(rows), rows)

    def rows(self, places: Sequence[tuple[int, int]]) -> list[Row]:
        """The rows of marked content, as drawn."""
        return [
            row
            for number, found in groupby(places, key=lambda place: place[0])
            for row in rows_in_order(self._upright(found), number, self._spaces.get(number, 1.0))
        ]

    def _upright(self, places: Iterable[tuple[int, int]]) -> list[Glyph]:
        return [glyph for place in places for glyph in self._glyphs.get(place, ()) if glyph.is_upright]

    def right(self, rows: Sequence[Row]) -> float:
        """Where the lines of rows end: their own right edge, or that of what stands above and below them."""
        if len(rows) > 2:
            return max(row.x1 for row in rows)
        x0, x1 = min(row.x0 for row in rows), max(row.x1 for row in rows)
        return max((row.x1 for row in self._rights[rows[0].page] if row.x0 < x1 and row.x1 > x0), default=x1)

    def _breaks(self, rows: Sequence[Row]) -> Iterator[Break]:
        for above, below in pairwise(rows):
            if above.page == below.page and 0 < below.y - above.y < 2 * above.size and not mark_of(below.text):
                left = room(above, self.right([above]))
                if left < 6:
                    yield Break(above.text, below.text, left)

    def looks(
        self, places: Sequence[tuple[int, int]], level: int | None, indent: float, item: bool | None
    ) -> Looks | None:
        rows = self.rows(places)
        if not rows:
            return None
        pieces = self.joiner.join(rows, self.right(rows))
        return Looks(pieces, rows[0].size, indent, all(row.is_bold for row in rows), level, item)


def follow(tree: Node, pages: Mapping[int, Content]) -> tuple[list[Looks | Grid], list[str]]:
    """The paragraphs and tables of a structure tree, in its order, and remarks on what was left out."""
    remarks: list[str] = []
    reader = _Reader(pages, remarks)
    held = {child for node in _every(tree) for child in node.children if isinstance(child, tuple)}
    remarks += set_apart(pages, lambda number, glyph: (number, glyph.tag) not in held)
    body = 0 if any(node.role in _HEADINGS for node in _every(tree)) else None
    return list(_flow(tree, reader, body, 0, None)), remarks


def _flow(node: Node, reader: _Reader, body: int | None, depth: int, item: bool | None) -> Iterator[Looks | Grid]:
    """What stands in an element: its blocks in turn, and what text stands between them as paragraphs."""
    if node.role in _LEFT_OUT:
        if (remark := _LEFT_OUT[node.role]) and remark not in reader.remarks:
            reader.remarks.append(remark)
        return
    if node.role == "Table":
        yield _grid(node, reader, depth)
        return
    level = _HEADINGS.get(node.role, body)
    if node.role == "L":
        depth += 1
        for inner in node.children:
            if isinstance(inner, Node):
                yield from _flow(inner, reader, body, depth, None)
        return
    if node.role == "LI":
        item = _is_counted(node, reader)
    inline: list[tuple[int, int]] = []
    is_first = True
    children: list[Node | tuple[int, int] | None] = [*node.children, None]
    for child in children:
        if child is not None and not _holds_block(child):
            inline.extend(_places(child))
            continue
        # A label waits for the body beside it: Lbl 1., then LBody or P: 송장을 찾는다
        if isinstance(child, Node) and child.role in ("LBody", "P") and inline and node.role == "LI":
            labelled, inline = Node(child.role, (Node("Span", tuple(inline)), *_unwrapped(child))), []
            yield from _flow(labelled, reader, body, depth, item if is_first else None)
            is_first = False
            continue
        if inline and (
            looks := reader.looks(inline, level, _indent(depth, is_first, item), item if is_first else None)
        ):
            yield looks
            is_first = False
        inline = []
        if isinstance(child, Node):
            yield from _flow(child, reader, body, depth, item if is_first else None)
            is_first = False


def _unwrapped(body: Node) -> tuple[Node | tuple[int, int], ...]:
    """A list body's children, its first paragraph's own in its place, so that they stand on the label's line."""
    first, *rest = body.children or ((),)
    if (
        isinstance(first, Node)
        and first.role in ("P", "Div", "NonStruct")
        and not any(map(_holds_block, first.children))
    ):
        return (*first.children, *rest)
    return body.children


def _indent(depth: int, is_first: bool, item: bool | None) -> float:
    return _STEP * (depth if is_first and item is not None else depth + 0.9 if depth else 0)


def _is_counted(node: Node, reader: _Reader) -> bool:
    """Whether a list item's label counts."""
    for child in node.children:
        if isinstance(child, Node) and child.role == "Lbl":
            text = "".join(row.text for row in reader.rows(list(_places(child)))).strip()
            return bool(text) and (found := mark_of(f"{text} 가")) is not None and found[1] is not None
    rows = reader.rows(list(_places(node)))
    return bool(rows) and (found := mark_of(rows[0].text)) is not None and found[1] is not None


def _holds_block(child: Node | tuple[int, int]) -> bool:
    return isinstance(child, Node) and (child.role in _BLOCKS or any(_holds_block(inner) for inner in child.children))


def _places(child: Node | tuple[int, int]) -> Iterator[tuple[int, int]]:
    if isinstance(child, tuple):
        yield child
    elif child.role not in _LEFT_OUT:
        for inner in child.children:
            yield from _places(inner)


def _grid(table: Node, reader: _Reader, depth: int) -> Grid:
    rows = [node for node in _every(table) if node.role == "TR"]
    return Grid(tuple(_row(row, reader) for row in rows), _indent(depth, is_first=False, item=None))


def _row(row: Node, reader: _Reader) -> tuple[Place, ...]:
    cells = [cell for cell in row.children if isinstance(cell, Node) and cell.role in ("TH", "TD")]
    places = []
    for cell in cells:
        found = reader.rows(list(_places(cell)))
        blocks = sum(node.role in _BLOCKS for node in _every(cell))
        pieces = reader.joiner.join(found, max((row.x1 for row in found), default=0.0))
        places.append(Place(pieces, cell.row_span, cell.col_span, cell.role == "TH", max(blocks, 1)))
    return tuple(places)
