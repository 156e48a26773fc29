"""The reading: bytes to rows, record by record; a broken one is set aside and costs none of its neighbours.

`scan` cuts a file into chunks, cheaply and in one process; `parse_chunk` makes rows of one, wherever a worker has time.
"""

import base64
import difflib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from curation.errors import InputError
from curation.files import canonical_json
from curation.recipes.schema import Read, Source
from curation.records import UnreadableError, as_table, make_row, shown_field
from curation.sources.chunks import Chunk, cut
from curation.sources.fields import read_fields
from curation.sources.inputs import InputFile
from curation.sources.lines import DAMAGED_STREAM, Line, too_long
from curation.sources.parquet import as_objects
from curation.sources.shapes.recognise import recognise

__all__ = [
    "REFUSED",
    "Broken",
    "Chunk",
    "Parsed",
    "check_budget",
    "count_allowed",
    "parse_chunk",
    "read_records",
    "scan",
]

REFUSED = "quarantine.refused.jsonl"  # the broken lines of a run that went past its budget

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that became no row: where it is, why, and its first kilobyte."""

    file: str
    source: str  # the file's own, since the record names none that can be trusted
    line: Line  # without its data
    reason: str
    detail: str

    def as_json(self) -> dict[str, object]:
        """One object of `quarantine.jsonl`; `file[offset : offset + length]`, after decompression, is the record.

        A Parquet row has no such place (null): its length and digest are those of its canonical JSON.
        """
        return {
            "file": self.file,
            "position": self.line.number,
            "offset": self.line.offset if self.line.offset >= 0 else None,
            "length": self.line.length,
            "sha256": self.line.sha256,
            "reason": self.reason,
            "detail": self.detail,
            "head_base64": base64.b64encode(self.line.head).decode("ascii"),
        }


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a chunk: rows in the schema `PARSED`, in their order, and broken records, in theirs."""

    rows: pa.Table
    broken: list[Broken]


def scan(file: InputFile, settings: Read) -> Iterator[Chunk]:
    """A file's records in chunks of at most 2,000, or of 4 MB and one record, in their order.

    Raises InputError where the file as a whole is of no use: its compression, its encoding, a table without a shape.
    """
    for place, chunk in enumerate(cut(file, settings)):
        if place == 0:
            _check_columns(chunk)
        yield chunk


def parse_chunk(chunk: Chunk, settings: Read) -> Parsed:
    """A chunk's records as rows and broken lines, none lost. Text comes out in NFC; nothing else is changed."""
    rows: list[dict[str, Any]] = []
    broken: list[Broken] = []
    file, cap = chunk.file, settings.max_line_bytes
    # Lines past the cap were never read; a Parquet file's rows have no length before they are.
    may_be_long = chunk.rows is not None and chunk.rows.batch is not None and chunk.rows.batch.nbytes > cap
    for line, fields in read_records(chunk):
        try:
            if may_be_long and not isinstance(fields, UnreadableError) and len(canonical_json(fields)) > cap:
                raise UnreadableError(*too_long(cap))
            row = _row(fields, file)
        except UnreadableError as error:
            broken.append(Broken(file.name, file.source, _place(line, fields), error.reason, error.detail))
        else:
            row["file"], row["position"] = file.name, line.number
            rows.append(row)
    return Parsed(as_table(rows), broken)


def read_records(chunk: Chunk) -> Iterator[tuple[Line, Fields | UnreadableError]]:
    """Each record's place and its fields as they stand there, or why it has none."""
    if chunk.rows is None:
        for line in chunk.lines:
            try:
                yield line, read_fields(line, chunk.file.format, chunk.columns, chunk.encoding)
            except UnreadableError as error:
                yield line, error
    elif chunk.rows.batch is None:
        fault = chunk.rows.fault or ("damaged_row_group", "")
        for number in range(chunk.rows.first, chunk.rows.first + chunk.rows.count):
            yield Line(number, -1, 0, None), UnreadableError(*fault)
    else:
        for number, one in enumerate(as_objects(chunk.rows.batch), start=chunk.rows.first):
            yield Line(number, -1, 0, None), one


def count_allowed(settings: Read, lines: int) -> int:
    """How many of so many lines may be broken: the larger of `quarantine_rows` and `quarantine_share` of them."""
    return max(settings.quarantine_rows, math.floor(settings.quarantine_share * lines))


def check_budget(
    broken: Sequence[Mapping[str, Any]],
    total: int,
    settings: Read,
    *,
    on_refused: Callable[[Sequence[Mapping[str, Any]]], None],
) -> None:
    """Raise InputError where nothing was read, or where more of `total` records are broken than the recipe allows.

    A compressed file that breaks off is past every budget, since nobody knows what it held: the recipe keeps it or not.
    `broken` are lines as `Broken.as_json` gives them; `on_refused` gets them first: who has to mend them needs all.
    """
    if total == 0:
        raise InputError(
            "input", "holds no row", mend="give files with records in them; python -m curation inspect FILE shows them",
            mend_ko="행이 있는 파일을 지정하세요. python -m curation inspect 파일 로 볼 수 있습니다",
        )  # fmt: skip
    damage = next((line for line in broken if line["reason"] == DAMAGED_STREAM), None)
    if damage and settings.damaged_streams == "refuse":
        on_refused(broken)
        raise InputError(
            f"{damage['file']}:{damage['position']}",
            f"{damage['detail']} ({DAMAGED_STREAM}); {damage['position'] - 1:,} lines ({damage['offset']:,} bytes when "
            "unpacked) came before, and nobody can say how many are lost",
            mend="copy or download it again, or take what came through: --set read.damaged_streams=keep",
            mend_ko="파일을 다시 복사하거나 내려받으세요. 앞부분만 쓰려면 --set read.damaged_streams=keep 을 붙이세요",
        )
    if len(broken) > count_allowed(settings, total):
        on_refused(broken)
        first = broken[0]
        raise InputError(
            f"{first['file']}:{first['position']}",
            f"{first['detail']} ({first['reason']}); {len(broken)} of {total} lines are broken, "
            f"the recipe allows {count_allowed(settings, total)}",
            mend=f"mend them (all are listed in --out, {REFUSED}), "
            f"or allow more: --set read.quarantine_rows={len(broken)}",
            mend_ko=f"--out 의 {REFUSED} 에 적힌 줄을 고치거나 "
            f"--set read.quarantine_rows={len(broken)} 로 한도를 늘리세요",
        )


def _row(fields: Fields | UnreadableError, file: InputFile) -> dict[str, Any]:
    if isinstance(fields, UnreadableError):
        raise fields
    found = recognise(fields, file.settings)
    if found is None:
        raise UnreadableError("unknown_shape", _unknown_shape(fields, file.settings))
    return make_row(fields, found, file.settings, file.source)


def _place(line: Line, fields: Fields | UnreadableError) -> Line:
    """Where a broken record stands; a Parquet row's bytes are those of its canonical JSON."""
    if line.offset >= 0:
        return line.without_data()
    data = b"" if isinstance(fields, UnreadableError) else canonical_json(fields)
    return Line(line.number, -1, len(data), data).without_data()


def _check_columns(chunk: Chunk) -> None:
    """Raise InputError where no shape fits any of a table's first rows: it fits none of the others either."""
    columns = chunk.rows.batch.schema.names if chunk.rows and chunk.rows.batch else chunk.columns
    rows = [fields for _, fields in read_records(chunk) if not isinstance(fields, UnreadableError)] if columns else []
    if not rows or any(_is_known(fields, chunk.file.settings) for fields in rows):
        return
    settings = chunk.file.settings
    if unknown := [name for name in settings.fields.values() if name not in columns]:
        near = difflib.get_close_matches(unknown[0], columns, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(columns)}"
        raise InputError(
            str(chunk.file.path),
            f"has no column {unknown[0]!r}; {hint}",
            mend="mend fields in [[read.sources]]", mend_ko="[[read.sources]] 의 fields 를 고치세요",
        )  # fmt: skip
    if settings.shape:
        raise InputError(
            str(chunk.file.path), f"has the columns {', '.join(columns)}, in which {settings.shape!r} is not seen",
            mend="leave shape out, or give it for other files; python -m curation inspect FILE says what it looks like",
            mend_ko="shape 를 빼거나 다른 파일에만 쓰세요. python -m curation inspect 파일 로 알아볼 수 있습니다",
        )  # fmt: skip
    entry = f'[[read.sources]] files = "{chunk.file.name}" fields = {{question = "…", answer = "…"}}'
    raise InputError(
        str(chunk.file.path), f"has the columns {', '.join(columns)}, in which no known shape is seen",
        mend=f"say in the recipe which is which: {entry}", mend_ko=f"레시피에 어느 열이 무엇인지 적으세요: {entry}",
    )  # fmt: skip


def _is_known(fields: Fields, settings: Source) -> bool:
    try:
        return recognise(fields, settings) is not None
    except UnreadableError:
        return True  # of a shape, if a broken one


def _unknown_shape(fields: Fields, settings: Source) -> str:
    expected = f"shape {settings.shape}" if settings.shape else "messages, question + answer, instruction + output …"
    names = ", ".join(map(shown_field, sorted(fields)[:8]))
    return f"has the fields [{names}], expected {expected}; python -m curation inspect FILE tells more"
