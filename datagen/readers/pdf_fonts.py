"""A PDF font: how its codes are cut, what characters they stand for, how wide they are (ISO 32000-2, 9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from datagen.readers.pdf_objects import dictionary, number, resolved

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


@dataclass(frozen=True, slots=True)
class Font:
    """How a font's codes are cut, read and measured; a code that `text` gives no answer for has no character."""

    cut: Callable[[bytes], Sequence[int]]
    text: Callable[[int], str | None]
    width: Callable[[int], float]
    is_bold: bool
    is_upright: bool


def read_font(entry: dict[str, object]) -> Font:
    """The font of a font dictionary; a Type 0 font by what stands below it."""
    composite = entry.get("/Subtype") == "/Type0"
    inner = resolved(entry.get("/DescendantFonts"))
    below = dictionary(inner[0]) if composite and isinstance(inner, list) and inner else entry
    descriptor = dictionary(below.get("/FontDescriptor"))
    is_bold = bool(
        _BOLD.search(str(entry.get("/BaseFont", "")))
        or number(descriptor.get("/FontWeight")) >= 600
        or int(number(descriptor.get("/Flags"))) & 1 << 18
    )
    encoding = resolved(entry.get("/Encoding"))
    named = str(encoding).lstrip("/") if isinstance(encoding, str) else ""
    to_unicode = _to_unicode(entry.get("/ToUnicode"))
    if composite:
        codec = next((codec for start, codec in _CODECS.items() if named.startswith(start)), None)
        text, cut = _composite(to_unicode, codec)
        return Font(cut, text, _composite_width(below, codec), is_bold, not named.endswith("-V"))
    letters = _letters(encoding, entry)
    widths = resolved(entry.get("/Widths"))
    table = [number(width) for width in widths] if isinstance(widths, list) else []
    first, missing = int(number(entry.get("/FirstChar"))), number(descriptor.get("/MissingWidth")) or 500.0
    unit = 1.0
    if entry.get("/Subtype") == "/Type3":  # its glyph space is its own
        matrix = resolved(entry.get("/FontMatrix"))
        unit = 1000 * abs(number(matrix[0])) if isinstance(matrix, list) and matrix else 1.0

    def width(code: int) -> float:
        return (table[code - first] if 0 <= code - first < len(table) else missing) * unit

    return Font(list, lambda code: to_unicode.get(code) or letters.get(code), width, is_bold, is_upright=True)


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
    default = number(below["/DW"]) if "/DW" in below else 1000.0
    widths: dict[int, float] = {}
    listed = resolved(below.get("/W"))
    row = [resolved(value) for value in listed] if isinstance(listed, list) else []
    at = 0
    while at + 1 < len(row) and len(widths) < 1 << 16:
        first, second = row[at], row[at + 1]
        if isinstance(first, int) and isinstance(second, list):
            widths.update((first + i, number(width)) for i, width in enumerate(second))
            at += 2
        elif isinstance(first, int) and isinstance(second, int) and at + 2 < len(row):
            width = number(row[at + 2])
            widths.update((code, width) for code in range(first, min(second, first + 0xFFFF) + 1))
            at += 3
        else:
            at += 1
    return lambda code: widths.get(code, default)


def _letters(encoding: object, entry: dict[str, object]) -> dict[int, str]:
    """What the codes of a simple font stand for by its encoding and the names of its differences."""
    base = encoding if isinstance(encoding, str) else dictionary(encoding).get("/BaseEncoding")
    symbolic = int(number(dictionary(entry.get("/FontDescriptor")).get("/Flags"))) & 4
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
