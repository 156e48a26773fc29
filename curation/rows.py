"""Rows of JSONL, CSV, TSV and text files, and the texts of one field in them; whatever else stands there is kept."""

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

from curation.errors import InputError
from curation.records import UnreadableError
from curation.sources.encodings import HEAD_BYTES, UTF8, check_encoding
from curation.sources.fields import read_text
from curation.sources.formats import SUFFIXES, Format
from curation.sources.lines import Line, split_lines
from curation.sources.reading import Broken
from curation.sources.spans import (
    Slot,
    csv_cells,
    csv_literal,
    csv_records,
    json_literal,
    json_members,
    json_object,
    json_slots,
    tsv_cells,
)

# What a text can be put back into, in its place and to the byte.
FORMATS = {suffix: kind for suffix, kind in SUFFIXES.items() if kind not in (Format.JSON, Format.PARQUET)}
MAX_ROW_BYTES = 16 * 2**20
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands: the number of its first line, the byte it ends at, and its texts in their order."""

    position: int
    end_byte: int
    raw: str  # without the line end
    line_end: str
    slots: tuple[Slot, ...]
    is_blank: bool = False  # a blank line of a table or of JSON lines: kept in its place, but no row


@dataclass(frozen=True, slots=True)
class Source:
    """A file of rows. `roles` are the turns wanted where the field holds messages; empty for all."""

    path: Path
    format: Format
    size_bytes: int
    has_bom: bool
    field: str = ""
    columns: tuple[str, ...] = ()
    header: Row | None = None
    roles: frozenset[str] = frozenset()


def open_source(path: Path, field: str | None, *, roles: frozenset[str] = frozenset()) -> Source:
    """Look at a file's suffix, encoding and header. Raises InputError where one of them, or the field, is no use."""
    kind = _format(path)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        check_encoding(path, head)
        stream.seek(0)
        lines = _records(stream, kind)
        if kind in (Format.JSONL, Format.TEXT):
            lines = (line for line in lines if line.data is None or line.data.strip())
        first = next(lines, None)
    source = Source(path, kind, path.stat().st_size, head.startswith(codecs.BOM_UTF8), field or "", roles=roles)
    if head == codecs.BOM_UTF8 or first is None:
        raise no_row(source)
    if kind is Format.TEXT:
        if field is not None:
            raise _bad_field(source, f"is text, without a field {field!r}", "leave --field out", "--field 를 빼세요")
        return source
    if kind is not Format.JSONL:
        source = _with_header(source, first)
    if field is None:
        shown = ", ".join(source.columns or _json_names(source, first))
        raise _bad_field(source, f"has the fields {shown}", "name one with --field", "하나를 --field 로 고르세요")
    return source


def read_rows(source: Source) -> Iterator[Row | Broken]:
    """Every row in the order of the file; what cannot be read is given as a broken line and costs no neighbour."""
    header_end = source.header.end_byte if source.header else 0
    with source.path.open("rb") as stream:
        for line in _records(stream, source.format):
            if line.offset < header_end:
                continue
            try:
                yield _row(line, source)
            except UnreadableError as error:
                yield _broken(source, line, error)


def opening(source: Source, added: Sequence[str] = ()) -> str:
    """What stands before the rows: the byte order mark, and a table's header with the added columns."""
    header = source.header
    shown = "" if header is None else extended(header, source, {name: name for name in added})
    return (_BOM if source.has_bom else "") + shown


def replaced(row: Row, source: Source, texts: Sequence[str]) -> str:
    """The row, line end included, with another text in each slot; where a text is the same, so are its bytes."""
    pieces, position = [], 0
    for slot, text in zip(row.slots, texts, strict=True):
        if text != slot.text:
            written = row.raw[slot.start : slot.end]
            pieces += [row.raw[position : slot.start], _literal(text, source.format, written)]
            position = slot.end
    return "".join([*pieces, row.raw[position:], row.line_end])


def extended(row: Row, source: Source, values: Mapping[str, object]) -> str:
    """The row, line end included, with more columns behind its own (in a text file before the text).

    Raises InputError where it has one of them already.
    """
    if source.format is Format.TEXT:
        return "\t".join([*map(str, values.values()), row.raw]) + row.line_end
    is_json = source.format is Format.JSONL
    names = [key for key, *_ in json_members(row.raw, row.raw.index("{"))] if is_json else source.columns
    if clash := [name for name in values if name in names]:
        raise InputError(
            f"{source.path}:{row.position}", f"has {', '.join(clash)} already",
            mend="the file may be tagged already; rename or remove these columns",
            mend_ko="이미 태그한 파일일 수 있습니다. 이 열의 이름을 바꾸거나 지우세요",
        )  # fmt: skip
    if is_json:
        close = row.raw.rindex("}")
        return f"{row.raw[:close]}, {json.dumps(values, ensure_ascii=False)[1:-1]}{row.raw[close:]}{row.line_end}"
    cells = [_literal(str(value), source.format) for value in values.values()]
    return ("," if source.format is Format.CSV else "\t").join([row.raw, *cells]) + row.line_end


def no_row(source: Source, broken: Broken | None = None) -> InputError:
    """The error for a file in which no row could be read, with its first broken line."""
    wanted = f" with --field {source.field}" if source.field else ""
    wanted_ko = f"--field {source.field} 가 있는 " if source.field else ""
    return InputError(
        f"{source.path}:{broken.line.number}" if broken else str(source.path),
        f"{broken.detail} ({broken.reason}); no row could be read" if broken else "holds no row",
        mend=f"give UTF-8 rows{wanted}", mend_ko=f"{wanted_ko}UTF-8 행을 담은 파일을 지정하세요",
    )  # fmt: skip


def _format(path: Path) -> Format:
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            str(path), f"is a {path.suffix or 'nameless'} file, expected {', '.join(FORMATS)}",
            mend="write it as one of these; jq -c '.[]' turns a JSON list into JSON lines",
            mend_ko="이 가운데 하나로 바꾸세요. JSON 배열은 jq -c '.[]' 로 한 줄에 한 객체씩 풀 수 있습니다",
        )  # fmt: skip
    if not path.is_file():
        raise InputError(str(path), "is no file", mend="check the path", mend_ko="파일 경로를 확인하세요")
    return FORMATS[path.suffix.lower()]


def _with_header(source: Source, line: Line) -> Source:
    try:
        raw, line_end = read_text(line, UTF8)
        columns = tuple(normalize("NFC", cell.text) for cell in _cells(raw, source.format))
    except UnreadableError as error:
        raise no_row(source, _broken(source, line, error)) from error
    field = normalize("NFC", source.field)
    if field and columns.count(field) != 1:
        fault = f"has {columns.count(field) or 'no'} columns {field!r}; its header is {', '.join(columns)}"
        raise _bad_field(
            source, fault, "name a column that is there once", "한 번만 나오는 열 이름을 --field 로 주세요"
        )
    header = Row(line.number, line.offset + line.length, raw, line_end, ())
    return replace(source, field=field, columns=columns, header=header)


def _json_names(source: Source, line: Line) -> list[str]:
    try:
        raw, _ = read_text(line, UTF8)
        return [str(key) for key, *_ in json_members(raw, json_object(raw))]
    except UnreadableError as error:
        raise no_row(source, _broken(source, line, error)) from error


def _bad_field(source: Source, what: str, mend: str, mend_ko: str) -> InputError:
    return InputError(str(source.path), what, mend=mend, mend_ko=mend_ko)


def _broken(source: Source, line: Line, error: UnreadableError) -> Broken:
    return Broken(source.path.name, source.path.stem, line.without_data(), error.reason, error.detail)


def _records(stream: BinaryIO, kind: Format) -> Iterator[Line]:
    lines = split_lines(stream, MAX_ROW_BYTES)
    return csv_records(lines, MAX_ROW_BYTES) if kind is Format.CSV else lines


def _row(line: Line, source: Source) -> Row:
    raw, line_end = read_text(line, UTF8)
    row = Row(line.number, line.offset + line.length, raw, line_end, ())
    if source.format is Format.TEXT:
        return replace(row, slots=(Slot(0, len(raw), raw),))
    if not raw.strip(" \t\r" if source.format is Format.JSONL else ""):
        return replace(row, is_blank=True)
    if source.format is Format.JSONL:
        return replace(row, slots=json_slots(raw, source.field, source.roles))
    cells = _cells(raw, source.format)
    if len(cells) != len(source.columns):
        raise UnreadableError("cell_count", f"has {len(cells)} cells, the header has {len(source.columns)}")
    return replace(row, slots=(cells[source.columns.index(source.field)],))


def _cells(raw: str, kind: Format) -> list[Slot]:
    return csv_cells(raw) if kind is Format.CSV else tsv_cells(raw)


def _literal(text: str, kind: Format, written: str = "") -> str:
    """A text as the format writes it, in the manner of what was written there."""
    if kind is Format.JSONL:
        return json_literal(text, written)
    return csv_literal(text, written) if kind is Format.CSV else text
