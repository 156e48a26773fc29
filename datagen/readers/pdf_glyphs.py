"""A PDF page's content stream → glyphs with their places, and the rules drawn between them (ISO 32000-2, 8 and 9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PageObject

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FORM_DEPTH = 12
_OPERATIONS_PER_PAGE = 2_000_000
GLYPHS_PER_PAGE = 100_000
_RULES_PER_PAGE = 20_000
_RULE_WIDTH = 3.5  # points; a filled box thinner than this is a line
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|extrab|굵은|견고딕|headline", re.IGNORECASE)
# Korean multi-byte encodings that name characters, not glyphs (ISO 32000-2, table 116).
_CODECS = {"UniKS-UCS2": "utf-16-be", "UniKS-UTF16": "utf-16-be", "UniKS-UTF32": "utf-32-be", "UniKS-UTF8": "utf-8",
           "KSCms-UHC": "cp949", "KSC-EUC": "cp949", "KSCpc-EUC": "cp949", "KSC-Johab": "johab"}  # fmt: skip
_SIMPLE = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
# Glyph names that are no letter (Adobe Glyph List); letters are named by themselves, others by uniXXXX.
_NAMES = dict(
    zip(
        "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus "
        "comma hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal "
        "greater question at bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright "
        "asciitilde bullet endash emdash quoteleft quoteright quotedblleft quotedblright ellipsis degree plusminus "
        "multiply divide periodcentered middot ff fi fl ffi ffl minus section registered copyright trademark".split(),
        [*" !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~•–—‘’“”…°±×÷··", "ff", "fi", "fl", "ffi", "ffl", *"−§®©™"],
        strict=True,
    )
)
# Bullets of symbol fonts, which writers map to private use.
_SYMBOLS = str.maketrans(
    {0xF0B7: "•", 0xF0A7: "▪", 0xF06C: "●", 0xF06E: "■", 0xF06F: "□", 0xF071: "❑", 0xF075: "◆", 0xF0A8: "◻",
     0xF0D8: "➢",
     0xF0FC: "✓", 0xF0E0: "→", 0xF0E8: "➔", 0xF02D: "-"}
)  # fmt: skip
_CMAP_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CMAP_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_CODE_SPACE = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f\s]*)>")


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
class _Font:
    """How a font's codes are cut, read and measured; a code that `text` gives no answer for has no character."""

    cut: Callable[[bytes], Sequence[int]]
    text: Callable[[int], str | None]
    width: Callable[[int], float]
    is_bold: bool
    is_upright: bool


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state that text and lines depend on."""

    matrix: Matrix
    font: _Font | None = None
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


def dictionary(value: object) -> dict[str, object]:
    """What an entry refers to, where that is a dictionary."""
    value = resolved(value)
    return value if isinstance(value, dict) else {}


def resolved(value: object) -> object:
    from pypdf.generic import PdfObject

    return value.get_object() if isinstance(value, PdfObject) else value


def _number(value: object) -> float:
    value = resolved(value)
    return float(value) if isinstance(value, int | float) else 0.0


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
        self._fonts: dict[int, _Font] = {}
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
                    values = [_number(value) for value in operands]
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
            self._fonts[id(entry)] = _font(entry)
        return replace(state, font=self._fonts[id(entry)], size=_number(operands[1]))

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
            a, b, c, d, e, f = map(_number, matrix)
            state = replace(state, matrix=_times((a, b, c, d, e, f), state.matrix))
        outer, self._marked = self._marked, list(self._marked)
        self._inside.append(id(form))
        self.run(self._forms[id(form)], dictionary(form.get("/Resources")) or resources, state, depth + 1)
        self._inside.pop()
        self._marked = outer

    def _show(self, operator: bytes, operands: Sequence[object], state: _State) -> _State:
        """Show strings; ' and " first go to the next line."""
        if operator == b'"' and len(operands) == 3:
            state = replace(state, word_space=_number(operands[0]), char_space=_number(operands[1]))
        if operator in (b"'", b'"'):
            self._next_line(state)
        shown = resolved(operands[-1]) if operands else None
        for piece in shown if isinstance(shown, list) else [shown]:
            if isinstance(piece, int | float):
                self._text = _times((1, 0, 0, 1, -float(piece) / 1000 * state.size * state.scale, 0), self._text)
            elif isinstance(piece, str | bytes) and state.font is not None:
                self._string(_bytes(piece), state.font, state)
        return state

    def _string(self, codes: bytes, font: _Font, state: _State) -> None:
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


def _font(entry: dict[str, object]) -> _Font:
    composite = entry.get("/Subtype") == "/Type0"
    inner = resolved(entry.get("/DescendantFonts"))
    below = dictionary(inner[0]) if composite and isinstance(inner, list) and inner else entry
    descriptor = dictionary(below.get("/FontDescriptor"))
    is_bold = bool(
        _BOLD.search(str(entry.get("/BaseFont", "")))
        or _number(descriptor.get("/FontWeight")) >= 600
        or int(_number(descriptor.get("/Flags"))) & 1 << 18
    )
    encoding = resolved(entry.get("/Encoding"))
    named = str(encoding).lstrip("/") if isinstance(encoding, str) else ""
    to_unicode = _to_unicode(entry.get("/ToUnicode"))
    if composite:
        codec = next((codec for start, codec in _CODECS.items() if named.startswith(start)), None)
        text, cut = _composite(to_unicode, codec)
        return _Font(cut, text, _composite_width(below, codec), is_bold, not named.endswith("-V"))
    letters = _letters(encoding, entry)
    widths = resolved(entry.get("/Widths"))
    table = [_number(width) for width in widths] if isinstance(widths, list) else []
    first, missing = int(_number(entry.get("/FirstChar"))), _number(descriptor.get("/MissingWidth")) or 500.0
    unit = 1.0
    if entry.get("/Subtype") == "/Type3":  # its glyph space is its own
        matrix = resolved(entry.get("/FontMatrix"))
        unit = 1000 * abs(_number(matrix[0])) if isinstance(matrix, list) and matrix else 1.0

    def width(code: int) -> float:
        return (table[code - first] if 0 <= code - first < len(table) else missing) * unit

    return _Font(list, lambda code: to_unicode.get(code) or letters.get(code), width, is_bold, is_upright=True)


def _composite(
    to_unicode: dict[int, str], codec: str | None
) -> tuple[Callable[[int], str | None], Callable[[bytes], Sequence[int]]]:
    """How a composite font's codes are read and cut: two bytes each, or as a Korean encoding says."""
    if codec not in ("cp949", "johab"):

        def pairs(codes: bytes) -> list[int]:
            return [codes[i] << 8 | codes[i + 1] for i in range(0, len(codes) - 1, 2)]

        if codec is None:
            return to_unicode.get, pairs
        return lambda code: to_unicode.get(code) or _char(code.to_bytes(2, "big"), "utf-16-be"), pairs

    def mixed(codes: bytes) -> list[int]:
        found, at = list[int](), 0
        while at < len(codes):
            wide = codes[at] >= 0x81 and at + 1 < len(codes)
            found.append(codes[at] << 8 | codes[at + 1] if wide else codes[at])
            at += 2 if wide else 1
        return found

    def read(code: int) -> str | None:
        return to_unicode.get(code) or _char(code.to_bytes(2 if code > 0xFF else 1, "big"), codec)

    return read, mixed


def _char(code: bytes, codec: str) -> str | None:
    try:
        return code.decode(codec)
    except UnicodeDecodeError:
        return None


def _composite_width(below: dict[str, object], codec: str | None) -> Callable[[int], float]:
    """Widths by /W; where codes are not the font's own glyph numbers, Korean is one em wide and Latin half."""
    if codec is not None:
        return lambda code: 500.0 if code < 0x80 else 1000.0
    default = _number(below["/DW"]) if "/DW" in below else 1000.0
    widths: dict[int, float] = {}
    listed = resolved(below.get("/W"))
    row = [resolved(value) for value in listed] if isinstance(listed, list) else []
    at = 0
    while at + 1 < len(row) and len(widths) < 1 << 16:
        first, second = row[at], row[at + 1]
        if isinstance(first, int) and isinstance(second, list):
            widths.update((first + i, _number(width)) for i, width in enumerate(second))
            at += 2
        elif isinstance(first, int) and isinstance(second, int) and at + 2 < len(row):
            width = _number(row[at + 2])
            widths.update((code, width) for code in range(first, min(second, first + 0xFFFF) + 1))
            at += 3
        else:
            at += 1
    return lambda code: widths.get(code, default)


def _letters(encoding: object, entry: dict[str, object]) -> dict[int, str]:
    """What the codes of a simple font stand for by its encoding and the names of its differences."""
    base = encoding if isinstance(encoding, str) else dictionary(encoding).get("/BaseEncoding")
    symbolic = int(_number(dictionary(entry.get("/FontDescriptor")).get("/Flags"))) & 4
    codec = _SIMPLE.get(str(base))
    if codec is None and (symbolic or entry.get("/Subtype") == "/Type3"):
        letters = dict[int, str]()  # its codes are its own; to read them as Latin would be to invent text
    else:
        letters = {code: bytes([code]).decode(codec or "cp1252", "ignore") for code in range(32, 256)}
    differences = resolved(dictionary(encoding).get("/Differences"))
    code = 0
    for value in differences if isinstance(differences, list) else []:
        named = resolved(value)
        if isinstance(named, int):
            code = named
            continue
        letters[code] = _named(str(named).lstrip("/"))
        code += 1
    return {code: letter for code, letter in letters.items() if letter}


def _named(name: str) -> str:
    """The character of a glyph name, "" where it is none we know (Adobe Glyph List Specification, 2)."""
    name = name.split(".", maxsplit=1)[0]
    if found := re.fullmatch(r"uni([0-9A-F]{4})|u([0-9A-F]{4,6})", name):
        point = int(found[1] or found[2], 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else ""
    return name if len(name) == 1 else _NAMES.get(name, "")


def _to_unicode(entry: object) -> dict[int, str]:
    """A /ToUnicode map; private-use and missing characters are left out, they say nothing."""
    from pypdf.generic import StreamObject

    stream = resolved(entry)
    if not isinstance(stream, StreamObject):
        return {}
    codes: dict[int, str] = {}
    for found in _CMAP_BLOCK.finditer(stream.get_data()):
        tokens = list(_CMAP_TOKEN.finditer(found[2]))
        at = 0
        while at + 1 < len(tokens) and len(codes) < 1 << 16:
            if found[1] == b"bfchar":
                codes[_code(tokens[at])] = _unicode(tokens[at + 1])
                at += 2
                continue
            if at + 2 >= len(tokens):
                break
            low, high = _code(tokens[at]), _code(tokens[at + 1])
            if tokens[at + 2][2]:  # an array, one target a code
                end = next((i for i in range(at + 3, len(tokens)) if tokens[i][3]), len(tokens))
                codes.update((low + i, _unicode(token)) for i, token in enumerate(tokens[at + 3 : end]))
                at = end + 1
            else:
                codes.update(_run(low, min(high, low + 0xFFFF), _unicode(tokens[at + 2])))
                at += 3
    codes = {code: text.translate(_SYMBOLS) for code, text in codes.items()}
    return {code: text for code, text in codes.items() if text and not any(_says_nothing(char) for char in text)}


def _run(low: int, high: int, text: str) -> Iterator[tuple[int, str]]:
    """Codes from `low` to `high`, the last character counting up."""
    for code in range(low, high + 1):
        point = ord(text[-1]) + code - low if text else 0
        if 0 < point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF:
            yield code, text[:-1] + chr(point)


def _says_nothing(char: str) -> bool:
    point = ord(char)
    return point < 9 or point == 0xFFFD or 0xE000 <= point <= 0xF8FF or 0xF0000 <= point <= 0x10FFFD


def _code(token: re.Match[bytes]) -> int:
    digits = b"".join((token[1] or b"").split())
    return int(digits, 16) if digits else 0


def _unicode(token: re.Match[bytes]) -> str:
    digits = b"".join((token[1] or b"").split())
    data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return data.decode("utf-16-be", "ignore") if len(data) > 1 else data.decode("latin-1")
