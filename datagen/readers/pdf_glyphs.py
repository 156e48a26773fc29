"""A PDF page's content stream → glyphs with their places, and the rules drawn between them (ISO 32000-2, 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from datagen.readers.pdf_fonts import Font, read_font
from datagen.readers.pdf_objects import dictionary, number, resolved

if TYPE_CHECKING:
    from pypdf import PageObject

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FORM_DEPTH = 12
_OPERATIONS_PER_PAGE = 2_000_000
GLYPHS_PER_PAGE = 100_000
_RULES_PER_PAGE = 20_000
_RULE_WIDTH = 3.5  # points; a filled box thinner than this is a line


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph: its text, from `x0` to `x1` on the baseline `y` (points, down from the page's top), and its looks.

    `tag` is the marked-content id that ties it to the structure tree; `is_artifact` says the writer set it apart.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    is_upright: bool
    tag: int | None
    is_artifact: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis, points, down from the page's top."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Content:
    """What a page shows: its size in points, glyphs in drawing order, rules, and how many glyphs have no character."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    unmapped: int


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state that text and lines depend on."""

    matrix: Matrix
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass(slots=True)
class _Marked:
    """Open marked content: its id, whether it is an artifact, and the text it stands for, until that is shown."""

    tag: int | None
    is_artifact: bool
    actual: str | None


def read_content(page: PageObject) -> Content:
    """The glyphs and rules of a page, forms included. Raises what pypdf raises for a page it cannot parse."""
    box = page.mediabox
    left, bottom, width, height = float(box.left), float(box.bottom), float(box.width), float(box.height)
    turn = (page.rotation or 0) % 360
    start: Matrix = {
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, left + width, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, bottom + height, left + width),
    }.get(turn, (1.0, 0.0, 0.0, -1.0, -left, bottom + height))
    if turn in (90, 270):
        width, height = height, width
    reader = _Reader()
    contents = page.get_contents()
    if contents is not None:
        reader.run(contents.operations, dictionary(page.get("/Resources")), _State(start), 0)
    glyphs = tuple(glyph for glyph in reader.glyphs if -1 <= glyph.x0 <= width + 1 and -1 <= glyph.y <= height + 1)
    return Content(width, height, glyphs, tuple(reader.rules), reader.unmapped)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


class _Reader:
    """Walks a page's operators; what it has seen stands in `glyphs`, `rules` and `unmapped`."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.rules: list[Rule] = []
        self.unmapped = 0
        self._fonts: dict[int, Font] = {}
        self._marked: list[_Marked] = []
        self._text: Matrix = _IDENTITY
        self._line: Matrix = _IDENTITY
        self._path: list[list[tuple[float, float]]] = []
        self._is_curved = False
        self._operations = 0
        self._forms: dict[int, Sequence[tuple[Sequence[object], bytes]]] = {}
        self._inside: list[int] = []

    def run(
        self,
        operations: Sequence[tuple[Sequence[object], bytes]],
        resources: dict[str, object],
        state: _State,
        depth: int,
    ) -> None:
        """Follow the operators of a page or form."""
        stack: list[_State] = []
        self._operations += len(operations)
        if self._operations > _OPERATIONS_PER_PAGE:
            return
        for operands, operator in operations:
            match operator:
                case b"q":
                    stack.append(state)
                case b"Q":
                    state = stack.pop() if stack else state
                case b"Do":
                    self._form(operands, resources, state, depth)
                case b"Tf":
                    state = self._with_font(operands, resources, state)
                case b"BDC" | b"BMC":
                    self._marked.append(_marked(operands, resources))
                case b"EMC":
                    if self._marked:
                        self._marked.pop()
                case b"TJ" | b"Tj" | b"'" | b'"':
                    state = self._show(operator, operands, state)
                case _:
                    values = [number(value) for value in operands]
                    state = self._move(operator, values, state)
                    self._draw(operator, values, state.matrix)

    def _move(self, operator: bytes, values: list[float], state: _State) -> _State:
        """Operators that change the state or the place where text goes on."""
        match operator, values:
            case b"cm", [a, b, c, d, e, f]:
                return replace(state, matrix=_times((a, b, c, d, e, f), state.matrix))
            case b"BT", _:
                self._text = self._line = _IDENTITY
            case b"Tm", [a, b, c, d, e, f]:
                self._text = self._line = (a, b, c, d, e, f)
            case (b"Td", [x, y]) | (b"TD", [x, y]):
                self._text = self._line = _times((1, 0, 0, 1, x, y), self._line)
                return replace(state, leading=-y) if operator == b"TD" else state
            case b"T*", _:
                self._next_line(state)
            case b"Tc", [value]:
                return replace(state, char_space=value)
            case b"Tw", [value]:
                return replace(state, word_space=value)
            case b"Tz", [value]:
                return replace(state, scale=value / 100)
            case b"TL", [value]:
                return replace(state, leading=value)
            case b"Ts", [value]:
                return replace(state, rise=value)
            case b"Tr", [value]:
                return replace(state, mode=int(value))
            case _:
                pass
        return state

    def _next_line(self, state: _State) -> None:
        self._text = self._line = _times((1, 0, 0, 1, 0, -state.leading), self._line)

    def _with_font(self, operands: Sequence[object], resources: dict[str, object], state: _State) -> _State:
        if len(operands) != 2:
            return state
        entry = dictionary(dictionary(resources.get("/Font")).get(str(operands[0])))
        if id(entry) not in self._fonts:
            self._fonts[id(entry)] = read_font(entry)
        return replace(state, font=self._fonts[id(entry)], size=number(operands[1]))

    def _form(self, operands: Sequence[object], resources: dict[str, object], state: _State, depth: int) -> None:
        """Run a form's operators, but not inside itself."""
        from pypdf.generic import ContentStream, StreamObject

        form = resolved(dictionary(resources.get("/XObject")).get(str(operands[0]))) if operands else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        if depth >= _FORM_DEPTH or id(form) in self._inside:
            return
        if id(form) not in self._forms:
            file = getattr(form.indirect_reference, "pdf", None)
            self._forms[id(form)] = ContentStream(form, file).operations
        matrix = resolved(form.get("/Matrix"))
        if isinstance(matrix, list) and len(matrix) == 6:
            a, b, c, d, e, f = map(number, matrix)
            state = replace(state, matrix=_times((a, b, c, d, e, f), state.matrix))
        outer, self._marked = self._marked, list(self._marked)
        self._inside.append(id(form))
        self.run(self._forms[id(form)], dictionary(form.get("/Resources")) or resources, state, depth + 1)
        self._inside.pop()
        self._marked = outer

    def _show(self, operator: bytes, operands: Sequence[object], state: _State) -> _State:
        """Show strings; ' and " first go to the next line."""
        if operator == b'"' and len(operands) == 3:
            state = replace(state, word_space=number(operands[0]), char_space=number(operands[1]))
        if operator in (b"'", b'"'):
            self._next_line(state)
        shown = resolved(operands[-1]) if operands else None
        for piece in shown if isinstance(shown, list) else [shown]:
            if isinstance(piece, int | float):
                self._text = _times((1, 0, 0, 1, -float(piece) / 1000 * state.size * state.scale, 0), self._text)
            elif isinstance(piece, str | bytes) and state.font is not None:
                self._string(_bytes(piece), state.font, state)
        return state

    def _string(self, codes: bytes, font: Font, state: _State) -> None:
        tag, is_artifact = self._belongs()
        standing = next((marked for marked in reversed(self._marked) if marked.actual is not None), None)
        for code in font.cut(codes):
            if len(self.glyphs) >= GLYPHS_PER_PAGE:
                return
            width = font.width(code) / 1000 * state.size
            matrix = _times(self._text, state.matrix)
            x0, y = _at(matrix, 0, state.rise)
            x1, _ = _at(matrix, width * state.scale, state.rise)
            size = (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5 * abs(state.size)
            text = font.text(code)
            if standing is not None:
                text, standing.actual = standing.actual, ""
            if text is None:
                self.unmapped += 1
            elif text:
                is_upright = font.is_upright and x1 >= x0 and abs(matrix[1]) <= 0.1 * abs(matrix[0])
                is_bold = font.is_bold or state.mode == 2  # browsers make up a bold face by stroking the outline
                self.glyphs.append(Glyph(text, x0, x1, y, size, is_bold, is_upright, tag, is_artifact))
            step = width + state.char_space + (state.word_space if code == 32 else 0.0)
            self._text = _times((1, 0, 0, 1, step * state.scale, 0), self._text)

    def _draw(self, operator: bytes, values: list[float], matrix: Matrix) -> None:
        """Collect a path; where it is painted, its straight lines along an axis become rules."""
        match operator, values:
            case b"re", [x, y, width, height]:
                right, top = x + width, y + height
                self._path.append(
                    [_at(matrix, *point) for point in ((x, y), (right, y), (right, top), (x, top), (x, y))]
                )
            case b"m", [x, y]:
                self._path.append([_at(matrix, x, y)])
            case b"l", [x, y]:
                if self._path:
                    self._path[-1].append(_at(matrix, x, y))
            case b"h", _:
                if self._path:
                    self._path[-1].append(self._path[-1][0])
            case ((b"c" | b"v" | b"y"), [*_, x, y]):
                self._is_curved = True
                if self._path:
                    self._path[-1].append(_at(matrix, x, y))
            case (b"S", _) | (b"s", _) | (b"B", _) | (b"B*", _) | (b"b", _) | (b"b*", _):
                self._paint(is_stroked=True)
            case (b"f", _) | (b"F", _) | (b"f*", _):
                self._paint(is_stroked=False)
            case b"n", _:
                self._path, self._is_curved = [], False
            case _:
                pass

    def _paint(self, *, is_stroked: bool) -> None:
        for points in self._path[: max(0, _RULES_PER_PAGE - len(self.rules))]:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
            is_square = not is_stroked and 2.5 <= x1 - x0 <= 6 and abs(x1 - x0 - (y1 - y0)) < 0.5
            if self._is_curved or is_square:
                self._dot("•" if self._is_curved else "▪", x0, y0, x1, y1)
            elif x1 - x0 <= _RULE_WIDTH:
                self.rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
            elif y1 - y0 <= _RULE_WIDTH:
                self.rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
            elif is_stroked:
                self.rules.extend(_edges(points))
        self._path, self._is_curved = [], False

    def _dot(self, text: str, x0: float, y0: float, x1: float, y1: float) -> None:
        """A small disc, ring or square is a list's bullet: browsers draw it."""
        width = x1 - x0
        if 1 <= width <= 8 and abs(y1 - y0 - width) < 0.2 * width and len(self.glyphs) < GLYPHS_PER_PAGE:
            tag, is_artifact = self._belongs()
            size = 2.6 * width  # a browser's disc is 0.35 em and stands 0.35 em above the baseline
            middle = (y0 + y1) / 2
            self.glyphs.append(Glyph(text, x0, x1, middle + 0.3 * size, size, False, True, tag, is_artifact))

    def _belongs(self) -> tuple[int | None, bool]:
        """The marked content that is open: its id, and whether it is an artifact."""
        tag = next((marked.tag for marked in reversed(self._marked) if marked.tag is not None), None)
        return tag, any(marked.is_artifact for marked in self._marked)


def _edges(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x1 - x0) < 0.5 or abs(y1 - y0) < 0.5:
            yield Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _marked(operands: Sequence[object], resources: dict[str, object]) -> _Marked:
    """The marked content that BDC or BMC opens; its properties may stand in the resources by name."""
    name = str(operands[0]) if operands else ""
    given = resolved(operands[1]) if len(operands) > 1 else None
    if isinstance(given, str):
        given = dictionary(resources.get("/Properties")).get(given)
    properties = dictionary(given)
    tag, actual = resolved(properties.get("/MCID")), resolved(properties.get("/ActualText"))
    return _Marked(
        tag if isinstance(tag, int) else None, name == "/Artifact", str(actual) if isinstance(actual, str) else None
    )


def _bytes(value: object) -> bytes:
    """The codes of a string as they stand in the file; pypdf may have read them as text."""
    if isinstance(value, bytes):
        return bytes(value)
    original = getattr(value, "original_bytes", None)
    return original if isinstance(original, bytes) else str(value).encode("latin-1", "replace")
