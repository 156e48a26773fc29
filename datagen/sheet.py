"""CSV as spreadsheets read it and save it again: delimiters, encodings, cells that look like formulas."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import InputError

_DELIMITERS = ",;\t"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# A cell that begins so is computed (OWASP, CSV Injection; full-width signs too, which East Asian editions of Excel take
# for the same), and one of digits alone becomes a number, a date, or 1.2E+34.
_ACTIVE = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠]|[\d\s.,:/%\-]*\d(?:[eE]\d+)?\Z)")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its number as a spreadsheet counts (the header is 1), and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read from a file, blank rows left out."""

    encoding: str
    lines: tuple[Line, ...]

    def says(self, cell: str, text: str) -> bool:
        """Whether a cell still holds `text`: line ends, outer space and what the encoding cannot hold aside."""
        if self.encoding != "cp949":
            return cell == settled(text)
        # Excel puts one or two question marks, or what looks alike, for a character that CP949 does not hold.
        ends = {0}
        for char in settled(text):
            if _in_cp949(char):
                ends = {end + 1 for end in ends if cell[end : end + 1] == char}
            else:
                ends = {end + width for end in ends for width in range(3)}
        return len(cell) in ends

    def lost(self, cell: str, text: str) -> str:
        """The characters of `text` that a question mark may stand for in a cell edited since."""
        if self.encoding != "cp949" or cell.count("?") <= text.count("?"):
            return ""
        return "".join(dict.fromkeys(char for char in settled(text) if not _in_cp949(char)))


def harmless(cell: str) -> str:
    """The cell as text: with an apostrophe before what a spreadsheet would compute. `restore` takes it away."""
    return f"'{cell}" if _ACTIVE.match(cell) else cell


def restore(cell: str) -> str:
    """The cell without the apostrophe that `harmless` put there; one that a person typed before a word stays."""
    return cell[1:] if cell.startswith("'") and _ACTIVE.match(cell[1:]) else cell


def settled(text: str) -> str:
    """NFC, lines that end in \\n, nothing blank at either end: what editors change without anybody's asking."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def as_sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV as Excel wants it: UTF-8 with a byte order mark, commas, CRLF; every cell harmless."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + file.getvalue().encode()


def read_sheet(path: Path, *, needs: Sequence[str]) -> Sheet:
    """The rows of a CSV in UTF-8, UTF-16 or CP949, between commas, semicolons or tabs; cells settled and restored.

    Raises InputError where the file is no such thing, or lacks a column of `needs`.
    """
    text, encoding = _decoded(path)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # a line that Excel writes for itself, and hides
        text = rest
    records = _records(path, text, needs)
    header = [cell.strip().lower() for cell in records[0]]
    lines = [
        Line(number, {name: settled(restore(cell)) for name, cell in zip(header, record, strict=False)})
        for number, record in enumerate(records[1:], 2)
        if any(cell.strip() for cell in record)
    ]
    return Sheet(encoding, tuple(lines))


def _decoded(path: Path) -> tuple[str, str]:
    if not path.is_file():
        raise _unreadable(path, "is no file")
    data = path.read_bytes()
    marked = [encoding for bom, encoding in _BOMS.items() if data.startswith(bom)]
    for encoding in marked or ("utf-8", "cp949"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "is an Excel workbook" if data.startswith(b"PK") else "is neither UTF-8 nor CP949 text")


def _records(path: Path, text: str, needs: Sequence[str]) -> list[list[str]]:
    """All rows by the delimiter under which the first row names the columns needed."""
    for delimiter in _DELIMITERS:
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            fault = f"is no CSV: {error}"
            continue
        header = [cell.strip().lower() for cell in records[0]] if records else []
        if all(header.count(name) == 1 for name in needs):
            return records
        fault = f"has no header with each of {', '.join(needs)} once"
    raise _unreadable(path, fault)


def _unreadable(path: Path, what: str) -> InputError:
    return InputError(
        str(path), what, mend="open the file that --review wrote, and save it as CSV UTF-8 with its header",
        mend_ko="--review 로 만든 파일을 열어 첫 행을 그대로 둔 채 'CSV UTF-8'로 저장하세요",
    )  # fmt: skip


def _in_cp949(char: str) -> bool:
    try:
        char.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True
