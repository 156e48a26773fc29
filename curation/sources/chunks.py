"""A file cut into chunks of records, as they stand there: bytes are split here, and read elsewhere."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO

from curation.files import canonical_json
from curation.recipes.schema import Read, Source
from curation.records import UnreadableError
from curation.sources.encodings import HEAD_BYTES, UTF8, find_encoding
from curation.sources.fields import read_header
from curation.sources.formats import Format, check_compression, open_bytes
from curation.sources.inputs import InputFile
from curation.sources.json_records import split_json
from curation.sources.lines import Line, split_lines
from curation.sources.parquet import Rows, scan_parquet
from curation.sources.shapes.recognise import recognise
from curation.sources.spans import csv_records

_CHUNK_ROWS = 2_000
_CHUNK_BYTES = 4 * 2**20
# Spreadsheets end in lines of empty cells; between two dialogues SmileStyle has a line of tabs.
_BLANK = {Format.CSV: b" \t\r\n,", Format.JSON: b""}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a file, as they stand there: lines, or rows of a Parquet file.

    `file` comes without its parent's manifest, `columns` is a table's header, `blank` counts blank lines among the
    records; `encoding` is that of the whole file.
    """

    file: InputFile
    lines: tuple[Line, ...] = ()
    blank: int = 0
    columns: tuple[str, ...] = ()
    encoding: str = UTF8
    rows: Rows | None = None

    @property
    def count(self) -> int:
        """How many records there are, each of which will be a row or a broken line."""
        return len(self.lines) if self.rows is None else self.rows.count

    @property
    def key(self) -> str:
        """SHA-256 of all that the parsing depends on but for `Read`: equal keys, equal rows."""
        file, rows = self.file, self.rows
        about = [
            file.name,
            file.source,
            file.format,
            file.settings.model_dump(mode="json"),
            self.columns,
            self.encoding,
        ]
        place = [rows.first, rows.count, rows.fault, file.sha256] if rows else []
        digest = hashlib.sha256(canonical_json([*about, *place]))
        for line in self.lines:
            digest.update(b"%d %d %d %s " % (line.number, line.offset, line.length, line.sha256.encode()))
            digest.update(line.data or b"")
        return digest.hexdigest()

    def first(self, records: int) -> "Chunk":
        """Its first so many records alone."""
        if self.rows is None:
            return replace(self, lines=self.lines[:records])
        if records >= self.count:
            return self
        batch = self.rows.batch and self.rows.batch.slice(0, records)
        return replace(self, rows=replace(self.rows, count=records, batch=batch))


def cut(file: InputFile, settings: Read) -> Iterator[Chunk]:
    """A file's records in chunks of at most 2,000, or of 4 MB and one record, in their order.

    Raises InputError where the file's compression, encoding or header is of no use.
    """
    file = replace(file, parent=None)  # each chunk goes to a worker: a manifest would go with every one
    if file.format is Format.PARQUET:
        yield from (Chunk(file, rows=rows) for rows in scan_parquet(file.path, _CHUNK_ROWS, _CHUNK_BYTES))
        return
    check_compression(file.path, file.compression)
    with open_bytes(file.path, file.compression) as stream:
        head = stream.read(HEAD_BYTES)
    encoding = find_encoding(file.path, head)
    with open_bytes(file.path, file.compression) as stream:
        lines = _lines(stream, file, head, settings.max_line_bytes)
        is_table = file.format in (Format.CSV, Format.TSV)
        columns = read_header(file.path, file.format, next(lines, None), encoding) if is_table else ()
        yield from (replace(chunk, columns=columns, encoding=encoding) for chunk in _chunks(file, lines))


def _lines(stream: BinaryIO, file: InputFile, head: bytes, cap: int) -> Iterator[Line]:
    if file.format is Format.JSON and not _are_json_lines(head):
        return split_json(stream, cap, partial(_is_record, settings=file.settings))
    lines = split_lines(stream, cap)
    return csv_records(lines, cap) if file.format is Format.CSV else lines


def _are_json_lines(head: bytes) -> bool:
    """Whether a `.json` file is JSON lines by another name: one of its first two lines is an object of its own."""
    first = [line for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)[:2] if line.strip()]
    return len(first) == 2 and all(line.startswith(b"{") for line in first) and any(map(_is_object, first))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_record(fields: dict[str, Any], settings: Source) -> bool:
    try:
        return recognise(fields, settings) is not None
    except UnreadableError:
        return True  # of a shape, if a broken one


def _chunks(file: InputFile, lines: Iterator[Line]) -> Iterator[Chunk]:
    blanks = _BLANK.get(file.format, b" \t\r\n")
    taken: list[Line] = []
    blank = size = 0
    for line in lines:
        if line.data is not None and blanks and not line.data.strip(blanks):
            blank += 1
            continue
        taken.append(line)
        size += line.length if line.data is not None else 0
        if len(taken) == _CHUNK_ROWS or size >= _CHUNK_BYTES:
            yield Chunk(file, tuple(taken), blank)
            taken, blank, size = [], 0, 0
    if taken or blank:
        yield Chunk(file, tuple(taken), blank)
