"""The reading: bytes to rows, line by line; a broken line is set aside and costs none of its neighbours."""

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa

from curation.errors import InputError
from curation.files import canonical_json
from curation.inputs import InputFile
from curation.recipes.schema import Read
from curation.records import ROW, UnreadableError, parse_line

REFUSED = "quarantine.refused.jsonl"  # the broken lines of a run that went past its budget
_HEAD_BYTES = 1024
_JSON_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `number` from 1, `offset` and `length` in bytes with the line end; `data` is None past the cap."""

    number: int
    offset: int
    length: int
    sha256: str
    head: bytes
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that became no row: where it is, why, and its first kilobyte."""

    file: str
    source: str  # the file's own, since the line names none that can be trusted
    line: Line
    reason: str
    detail: str

    def as_json(self) -> dict[str, object]:
        """One object of `quarantine.jsonl`; `file[offset : offset + length]` gives the line back, byte for byte."""
        return {
            "file": self.file,
            "position": self.line.number,
            "offset": self.line.offset,
            "length": self.line.length,
            "sha256": self.line.sha256,
            "reason": self.reason,
            "detail": self.detail,
            "head_base64": base64.b64encode(self.line.head).decode("ascii"),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: rows in the `ROW` schema sorted by `row_id`, broken lines, blank lines (counted, not rows)."""

    rows: pa.Table
    broken: list[Broken]
    blank: int


def read(files: Sequence[InputFile], settings: Read, *, limit: int | None = None) -> Reading:
    """Every line of every file as a row or as a broken line; `limit` ends the reading after so many of both."""
    rows: list[dict[str, Any]] = []
    broken: list[Broken] = []
    blank = 0
    for file, line in _all_lines(files, settings.max_line_bytes):
        if line.data is not None and not line.data.strip(_JSON_BLANK):
            blank += 1
            continue
        if limit is not None and len(rows) + len(broken) == limit:
            break
        try:
            row = parse_line(line.data, default_source=file.source)
        except UnreadableError as error:
            broken.append(Broken(file.name, file.source, line, error.reason, error.detail))
        else:
            rows.append({**row, "file": file.name, "position": line.number})
    return Reading(_with_row_ids(rows), broken, blank)


def count_allowed(settings: Read, lines: int) -> int:
    """How many of so many lines may be broken: the larger of `quarantine_rows` and `quarantine_share` of them."""
    return max(settings.quarantine_rows, math.floor(settings.quarantine_share * lines))


def check_budget(reading: Reading, settings: Read, *, on_refused: Callable[[Sequence[Broken]], None]) -> None:
    """Raise InputError where nothing was read, or where more lines are broken than the recipe allows.

    `on_refused` is given the broken lines first: who has to mend them needs them all.
    """
    broken, total = len(reading.broken), len(reading.broken) + reading.rows.num_rows
    if total == 0:
        raise InputError(
            "input", "holds no row", mend="give files with one JSON object a line",
            mend_ko="한 줄에 JSON 객체 하나가 있는 파일을 지정하세요",
        )  # fmt: skip
    allowed = count_allowed(settings, total)
    if broken > allowed:
        on_refused(reading.broken)
        first = reading.broken[0]
        raise InputError(
            f"{first.file}:{first.line.number}",
            f"{first.detail} ({first.reason}); {broken} of {total} lines are broken, the recipe allows {allowed}",
            mend=f"mend them (all are listed in --out, {REFUSED}), or allow more: --set read.quarantine_rows={broken}",
            mend_ko=f"--out 의 {REFUSED} 에 적힌 줄을 고치거나 --set read.quarantine_rows={broken} 로 한도를 늘리세요",
        )


def split_lines(file: BinaryIO, cap: int) -> Iterator[Line]:
    """The lines of a file as they stand, split at `\\n` alone: a U+2028 inside a string ends nothing."""
    number = offset = 0
    while head := file.readline(cap + 1):
        number += 1
        digest, length = hashlib.sha256(head), len(head)
        piece = head
        while len(piece) == cap + 1 and not piece.endswith(b"\n"):  # past the cap: walk on, keep nothing
            piece = file.readline(cap + 1)
            digest.update(piece)
            length += len(piece)
        data = head if length == len(head) and length <= cap + head.endswith(b"\n") else None
        yield Line(number, offset, length, digest.hexdigest(), head[:_HEAD_BYTES], data)
        offset += length


def _all_lines(files: Sequence[InputFile], cap: int) -> Iterator[tuple[InputFile, Line]]:
    for file in files:
        with file.path.open("rb") as stream:
            for line in split_lines(stream, cap):
                yield file, line


def _with_row_ids(rows: list[dict[str, Any]]) -> pa.Table:
    """`row_id`: 128 bits of SHA-256 over the row's content and its occurrence number among identical rows."""
    seen: Counter[bytes] = Counter()
    for row in rows:
        content = canonical_json({key: row[key] for key in row.keys() - {"file", "position"}})
        digest = hashlib.sha256(content).digest()
        row["row_id"] = hashlib.sha256(digest + seen[digest].to_bytes(8, "big")).hexdigest()[:32]
        seen[digest] += 1
    return pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["row_id"])), schema=ROW)
