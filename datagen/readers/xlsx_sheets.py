"""A workbook's sheets as they show: visible cells with their shown text, merges, and what was left out.

The XML is streamed: openpyxl's read-only mode knows neither merged cells nor hidden rows nor formulas without a value,
and its full mode holds every cell at some 300 bytes. Its tables of number formats and its dates are used.
"""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, iterparse

from datagen.readers.archive import parse_xml, read_entry
from datagen.readers.number_format import shown
from datagen.readers.office import RELATIONSHIP, attribute, child, damaged, descendants, local, related
from datagen.readers.remarks import bilingual

CELLS = 500_000
_MERGED_ROWS = 200_000
_ROWS, _COLUMNS = 1_048_576, 16_384  # what a sheet may hold (ECMA-376, 18.3.1.4)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold (22.9.2.19)
_ACCOUNTING = r'_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)'  # openpyxl 3.1 lacks its first semicolon
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Value:
    """A cell's text as shown, and whether its style sets it apart: bold, or on a filled ground."""

    text: str
    is_bold: bool = False
    is_filled: bool = False


@dataclass(slots=True)
class Sheet:
    """Visible cells by row and column, hidden rows and columns closed up; merges as (top, left, bottom, right)."""

    name: str
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Style:
    """A cell style: its number format, and how it sets text apart."""

    code: str = "General"
    is_bold: bool = False
    is_filled: bool = False


_PLAIN = _Style()


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets share: strings, cell styles, and how days count."""

    strings: Sequence[str]
    styles: Sequence[_Style]
    from_1904: bool


@dataclass(slots=True)
class _Raw:
    """A sheet as stored: cells by row and column, from 1."""

    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    unreckoned: list[str] = field(default_factory=list)  # formulas without a stored value
    errors: int = 0
    has_drawing: bool = False
    has_comments: bool = False
    cut_at: int = 0


def read_sheets(archive: zipfile.ZipFile, where: str) -> Iterator[Sheet]:
    """The visible sheets in order; a hidden one has no rows and a remark. Raises InputError for damage."""
    main = next((target for kind, target in related(archive, "", where).values() if kind == "officeDocument"), "")
    tree = parse_xml(read_entry(archive, main, where), f"{where}: {main}")
    parts = related(archive, main, where)
    by_kind = dict(parts.values())
    book = _Book(
        list(_strings(archive, by_kind.get("sharedStrings", ""), where)),
        _styles(archive, by_kind.get("styles", ""), where),
        attribute(child(tree, "workbookPr"), "date1904") in ("1", "true"),
    )
    left = CELLS
    for entry in (each for each in child(tree, "sheets") or () if local(each) == "sheet"):
        name = entry.get("name", "")
        kind, target = parts.get(entry.get(f"{RELATIONSHIP}id", ""), ("", ""))
        if entry.get("state", "visible") != "visible":
            yield Sheet(
                name, remarks=[bilingual(f"sheet {name} is hidden: left out", f"숨긴 시트 {name}: 읽지 않았습니다")]
            )
        elif kind != "worksheet" or target not in archive.namelist():
            yield Sheet(
                name,
                remarks=[
                    bilingual(
                        f"sheet {name} holds no cells ({kind or 'its part is missing'}): left out",
                        f"시트 {name}: 셀이 없어 읽지 않았습니다",
                    )
                ],
            )
        else:
            raw = _raw(read_entry(archive, target, where), book, left, f"{where}: {name}")
            kinds = {kind for kind, _ in related(archive, target, where).values()}
            raw.has_comments = bool(kinds & {"comments", "threadedComment"})
            left -= sum(map(len, raw.rows.values()))
            yield _visible(name, raw)


def _strings(archive: zipfile.ZipFile, part: str, where: str) -> Iterator[str]:
    if part in archive.namelist():
        for _, element in iterparse(io.BytesIO(read_entry(archive, part, where))):
            if local(element) == "si":
                yield _text(element)
                element.clear()


def _text(element: Element) -> str:
    """The text of a string, its runs joined, without the reading aid above it (rPh)."""
    runs = (element, *(each for each in element if local(each) == "r"))
    text = "".join(inner.text or "" for run in runs for inner in run if local(inner) == "t")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _styles(archive: zipfile.ZipFile, part: str, where: str) -> list[_Style]:
    """The cell styles, by the index that cells name them by."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if part not in archive.namelist():
        return []
    tree = parse_xml(read_entry(archive, part, where), f"{where}: {part}")
    codes = {str(key): str(code) for key, code in BUILTIN_FORMATS.items()} | {"44": _ACCOUNTING}
    codes |= {each.get("numFmtId", ""): each.get("formatCode", "") for each in descendants(tree, "numFmt")}
    bold = [attribute(child(each, "b"), "val") not in ("0", "false") and child(each, "b") is not None
            for each in child(tree, "fonts") or ()]  # fmt: skip
    filled = [attribute(child(each, "patternFill"), "patternType") not in (None, "none")
              for each in child(tree, "fills") or ()]  # fmt: skip
    return [
        _Style(
            codes.get(each.get("numFmtId", "0"), "General"),
            _at(bold, each.get("fontId")),
            _at(filled, each.get("fillId")),
        )
        for each in child(tree, "cellXfs") or ()
    ]


def _at(flags: Sequence[bool], index: str | None) -> bool:
    return index is not None and index.isdecimal() and int(index) < len(flags) and flags[int(index)]


def _raw(data: bytes, book: _Book, most: int, where: str) -> _Raw:
    """The sheet's cells in one pass, at most `most` of them, and what stands around them."""
    raw = _Raw()
    number = count = 0
    for _, element in iterparse(io.BytesIO(data)):
        name = local(element)
        if name == "row":
            number = _whole(element.get("r"), number + 1)
            if element.get("hidden") in ("1", "true"):
                raw.hidden_rows.add(number)
            elif count < most and 0 < number <= _ROWS:
                cells = dict(_cells(raw, element, book, number, where))
                count += len(cells)
                if cells:
                    raw.rows.setdefault(number, {}).update(cells)
            else:
                raw.cut_at = raw.cut_at or number
            element.clear()
        elif name == "col" and element.get("hidden") in ("1", "true"):
            raw.hidden_columns.append((_whole(element.get("min"), 0), _whole(element.get("max"), 0)))
        elif name == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            if (begin := _place(first)) and (end := _place(last)):
                raw.merges.append((*begin, *end))
        elif name == "drawing":
            raw.has_drawing = True
    return raw


def _cells(raw: _Raw, row: Element, book: _Book, number: int, where: str) -> Iterator[tuple[int, Value]]:
    column = 0
    for cell in row:
        reference = cell.get("r")
        column = _column(reference.rstrip("0123456789")) if reference else column + 1
        if not 0 < column <= _COLUMNS:
            continue
        stored, formula = None, False
        for inner in cell:
            match local(inner):
                case "v":
                    stored = inner.text
                case "is":
                    stored = _text(inner)
                case "f":
                    formula = True
                case _:
                    pass
        if stored is None:
            if formula:
                raw.unreckoned.append(reference or f"row {number}")
            continue
        index = _whole(cell.get("s"), 0)
        style = book.styles[index] if index < len(book.styles) else _PLAIN
        text = _shown(stored, cell.get("t", "n"), style.code, book, where)
        if text is None:
            raw.errors += 1
        elif text and not text.isspace():
            yield column, Value(text, style.is_bold, style.is_filled)


def _shown(stored: str, kind: str, code: str, book: _Book, where: str) -> str | None:
    """A stored value as the sheet shows it; None for an error (#N/A)."""
    if kind == "e":
        return None
    if kind == "s":
        at = _whole(stored, -1)
        if not 0 <= at < len(book.strings):
            raise damaged(where, IndexError(f"shared string {stored[:20]}"))
        return book.strings[at]
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    if kind == "d":
        return stored.replace("T00:00:00", "").replace("T", " ")
    if kind == "n":
        try:
            return shown(float(stored), code, from_1904=book.from_1904)
        except ValueError:
            return stored
    return stored


def _visible(name: str, raw: _Raw) -> Sheet:
    """The sheet without hidden rows and columns, the rest closed up, so that no gap parts a table."""
    sheet = Sheet(name)
    rows = sorted(raw.hidden_rows)
    columns = sorted({at for low, high in raw.hidden_columns for at in range(max(low, 1), min(high, _COLUMNS) + 1)})
    hidden = set(columns)
    lost = False
    for number, cells in raw.rows.items():
        kept = {at - bisect_left(columns, at): value for at, value in cells.items() if at not in hidden}
        lost = lost or len(kept) < len(cells)
        if kept:
            sheet.rows[number - bisect_left(rows, number)] = kept
    bottom = max(sheet.rows, default=0)
    right = max((max(cells) for cells in sheet.rows.values()), default=0)
    covered = 0
    for top, left, low, far in raw.merges:
        merge = (
            top - bisect_left(rows, top), left - bisect_left(columns, left),
            min(low - bisect_left(rows, low + 1), bottom), min(far - bisect_left(columns, far + 1), right),
        )  # fmt: skip
        covered += max(merge[2] - merge[0] + 1, 0)
        is_shown = top not in raw.hidden_rows and left not in hidden
        if is_shown and covered <= _MERGED_ROWS and merge[0] <= merge[2] and merge[1] <= merge[3]:
            sheet.merges.append(merge)
    said = _left_out(raw, is_merged_wide=covered > _MERGED_ROWS, is_hidden=lost or bool(raw.hidden_rows))
    sheet.remarks += [bilingual(f"sheet {name}: {english}", f"시트 {name}: {korean}") for english, korean in said]
    return sheet


def _left_out(raw: _Raw, *, is_merged_wide: bool, is_hidden: bool) -> Iterator[tuple[str, str]]:
    """What is not read of a sheet, in English and Korean."""
    if is_merged_wide:
        rows = f"{_MERGED_ROWS:,}"
        yield (
            f"cells merged over more than {rows} rows were read as single cells",
            f"{rows}행이 넘는 병합은 풀어 읽었습니다",
        )
    if is_hidden:
        yield "hidden rows or columns were left out", "숨긴 행과 열은 읽지 않았습니다"
    if raw.unreckoned:
        count, places = len(raw.unreckoned), ", ".join(raw.unreckoned[:3]) + (" …" if len(raw.unreckoned) > 3 else "")
        yield (
            f"{count} formulas hold no value ({places}): open and save it in a spreadsheet",
            f"값이 없는 수식이 {count}개 있습니다({places}). 엑셀에서 열어 다시 저장하세요",
        )
    if raw.errors:
        yield f"{raw.errors} cells show an error and were left out", f"오류가 난 셀 {raw.errors}개는 읽지 않았습니다"
    if raw.has_drawing:
        yield "charts, pictures and text boxes were left out", "차트, 그림, 글상자는 읽지 않았습니다"
    if raw.has_comments:
        yield "comments were left out", "메모는 읽지 않았습니다"
    if raw.cut_at:
        last = raw.cut_at - 1
        yield (
            f"read up to row {last}; a workbook gives {CELLS:,} cells at most",
            f"{last}행까지 읽었습니다. 한 파일에서 셀 {CELLS:,}개까지 읽습니다",
        )


def _place(reference: str) -> tuple[int, int] | None:
    found = _PLACE.fullmatch(reference)
    return (int(found[2]), _column(found[1])) if found else None


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    """A → 1, Z → 26, AA → 27; 0 for anything else."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > _COLUMNS:
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise
