"""HWP 5 and 3 → its tree, through unhwp (MIT); what unhwp does not tell of locks, the file's own header does."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from curation.errors import InputError
from datagen.documents import MarkKind, Parsed
from datagen.readers.compound import streams
from datagen.readers.extra import documents_module
from datagen.readers.outline import Outline, Piece
from datagen.readers.typeset import Grid, Looks, Place, may_head, typeset

# The FileHeader stream: a signature of 32 bytes, the version, then flags (HWP 5.0 specification, table 3). It lies in
# one sector of the compound file, so it stands in one piece.
_SIGNATURE = b"HWP Document File".ljust(32, b"\0")
_FLAGS_AT = 36
_LOCKS = (
    (1, "is locked by a password", "save it without a password", "암호를 풀고 다시 저장하세요"),
    (2, "is a distribution document (배포용 문서)", "ask its author for the original; it cannot be converted",
     "배포용 문서는 변환할 수 없습니다. 작성자에게 원본을 요청하세요"),
    (4, "is locked by DRM", "save it without DRM", "DRM을 해제하고 다시 저장하세요"),
    (10, "is locked by a certificate's DRM", "save it without DRM", "공인 인증서 DRM을 해제하고 다시 저장하세요"),
)  # fmt: skip
_HWP3 = b"HWP Document File V3.00"
_TEXT = re.compile(r"Section\d+|DocInfo")  # the streams of BodyText, ViewText and the styles
_MOST_BYTES = 32 * 2**20
_BLOCK_BYTES = 2**20
_STEP = 24.0  # points; how far one level counts as set in
_BODY = 10.0  # points, 한글's usual size
_DEPTH = 50


def read_hwp(data: bytes, where: str) -> Parsed:
    """The tree of an HWP file; `where` is its path. The text is what unhwp makes of it, and its version is recorded.

    Raises InputError for a file that is damaged, locked, or made for distribution only (배포용).
    """
    _check_locks(data, where)
    _check_size(data, where)
    try:
        unhwp = documents_module("unhwp", where)
    except OSError as error:
        raise InputError(
            where, "needs unhwp, which has no library for this machine", mend="save it as HWPX: that is read without",
            mend_ko="HWPX로 저장하면 unhwp 없이 읽습니다",
        ) from error  # fmt: skip
    try:
        with unhwp.parse_bytes(data) as result:
            read: dict[str, Any] = json.loads(result.json)
    except (unhwp.UnhwpError, ValueError, RecursionError) as error:
        old = " (HWP 3)" if data.startswith(_HWP3) else ""
        raise InputError(
            where, f"is no HWP file{old}, or is damaged", mend="open it in 한글 and save it again, as HWPX if you can",
            mend_ko="한글에서 열어 다시 저장하세요. HWPX로 저장하면 더 좋습니다",
        ) from error  # fmt: skip
    outline = Outline()
    flow = [part for section in read.get("sections", ()) for part in _flow(section.get("content", ()), 0)]
    typeset(outline, flow)
    parsed = outline.parsed(f"unhwp {version('unhwp')}")
    if not parsed.sections:
        raise InputError(where, "holds no text", mend="check that it is the right file", mend_ko="파일을 확인하세요")
    return parsed


def _check_locks(data: bytes, where: str) -> None:
    at = data.find(_SIGNATURE)
    flags = int.from_bytes(data[at + _FLAGS_AT : at + _FLAGS_AT + 4], "little") if at >= 0 else 0
    for bit, what, mend, mend_ko in _LOCKS:
        if flags >> bit & 1:
            raise InputError(where, what, mend=mend, mend_ko=mend_ko)


def _check_size(data: bytes, where: str) -> None:
    """Raise InputError where the streams that hold the text unpack to more than a document's.

    unhwp refuses what expands a hundredfold, and holds the rest in some fifty times its size.
    """
    unpacked = 0
    for name, packed in streams(data):
        if _TEXT.fullmatch(name):
            unpacked += _unpacked(packed, _MOST_BYTES - unpacked)
            if unpacked > _MOST_BYTES:
                raise InputError(
                    where, f"is refused: its text unpacks to more than {_MOST_BYTES:,} bytes",
                    mend="split it into smaller documents", mend_ko="더 작은 문서로 나누세요",
                )  # fmt: skip


def _unpacked(packed: bytes, most: int) -> int:
    """How many bytes a deflated stream gives, counted to just above `most`; its own length where it is not deflated."""
    inflating, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while count <= most and not inflating.eof:
            block = inflating.decompress(packed, _BLOCK_BYTES)
            packed = inflating.unconsumed_tail
            if not block:
                break
            count += len(block)
    except zlib.error:
        return max(count, len(packed))
    return count


def _flow(content: Sequence[dict[str, Any]], depth: int) -> Iterator[Looks | Grid]:
    """Paragraphs and tables; the ones in a text box or the like stand where it stands."""
    for block in content if depth < _DEPTH else ():
        for kind, value in block.items() if isinstance(block, dict) else ():
            if kind == "Paragraph":
                yield _paragraph(value)
            elif kind == "Table":
                yield Grid(tuple(_row(row) for row in value["rows"]))
            elif isinstance(value, dict) and isinstance(value.get("content"), list):
                yield from _flow(value["content"], depth + 1)


def _row(row: dict[str, Any]) -> tuple[Place, ...]:
    places = []
    for cell in row["cells"]:
        paragraphs = [inner.get("Paragraph", inner) for inner in cell["content"]]
        pieces: list[Piece] = []
        for paragraph in paragraphs:
            pieces += [*_pieces(paragraph), (" ", ())]
        places.append(Place(tuple(pieces), cell["rowspan"], cell["colspan"], blocks=max(1, len(paragraphs))))
    return tuple(places)


def _paragraph(paragraph: dict[str, Any]) -> Looks:
    style, runs = paragraph["style"], list(_runs(paragraph))
    pieces = _pieces(paragraph)
    sizes = [run["style"].get("font_size") or _BODY for run in runs] or [_BODY]
    head = style.get("head") or {}
    level, item = style.get("heading_level") or None, None
    indent = _STEP * (style.get("indent_level") or 0)
    text = "".join(run["text"] for run in runs)
    if head.get("kind") == "Outline" and may_head(text):
        level = head.get("level", 0) + 1
    elif head:  # sentences numbered as an outline are its items
        item, indent = head.get("kind") != "Bullet", _STEP * (head.get("level", 0) + 1)
    else:
        first = runs[0]["text"] if runs else ""
        indent += sizes[0] / 2 * (len(first) - len(first.lstrip()))  # authors set items in by spaces
    is_bold = bool(runs) and all(run["style"].get("bold") or not run["text"].strip() for run in runs)
    return Looks(pieces, max(sizes), indent, is_bold, level, item)


def _runs(paragraph: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The runs of a paragraph; the number that 한글 sets before a numbered one is none, it has no font."""
    is_numbered = bool((paragraph.get("style") or {}).get("head"))
    for at, inline in enumerate(paragraph.get("content", ())):
        run = inline.get("Text") if isinstance(inline, dict) else None
        if run and not (at == 0 and is_numbered and run["style"].get("font_name") is None):
            yield run


def _pieces(paragraph: dict[str, Any]) -> tuple[Piece, ...]:
    kinds = (("bold", MarkKind.BOLD), ("italic", MarkKind.ITALIC))
    return tuple(
        (run["text"], tuple(kind for name, kind in kinds if run["style"].get(name))) for run in _runs(paragraph)
    )
