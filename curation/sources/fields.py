"""The fields of one record as they stand there: an object's, a table's row, or a line of text."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import normalize

from curation.errors import InputError
from curation.records import UnreadableError, shown_field
from curation.sources.formats import Format
from curation.sources.lines import Line
from curation.sources.spans import csv_texts

_MAX_DEPTH = 100  # of lists and objects in one another; Python's own limit falls with what has been called before
_NOT_KEPT = ("not_read", "its bytes were not kept")


def read_fields(line: Line, kind: Format, columns: Sequence[str], encoding: str) -> Mapping[str, Any]:
    """A record's fields: of a table's row all text, of a line of text the field `text`. Raises UnreadableError."""
    if kind in (Format.JSONL, Format.JSON):
        return _object(_bytes(line), encoding)
    if kind is Format.TEXT:
        return {"text": read_text(line, encoding)[0]}
    cells = _cells(line, kind, encoding)
    if len(cells) != len(columns):
        raise UnreadableError("cell_count", f"has {len(cells)} cells, the header has {len(columns)}")
    return dict(zip(columns, cells, strict=True))


def read_header(path: Path, kind: Format, line: Line | None, encoding: str) -> tuple[str, ...]:
    """A table's columns, in NFC. Raises InputError where its first line cannot be read, or names a column twice."""
    if line is None:
        return ()
    fault = ""
    columns: list[str] = []
    try:
        columns = [normalize("NFC", name) for name in _cells(line, kind, encoding)]
    except UnreadableError as error:
        fault = f"has a header that cannot be read: {error.detail} ({error.reason})"
    if twice := [name for name in columns if columns.count(name) > 1]:
        fault = f"has the column {twice[0]!r} {columns.count(twice[0])} times"
    if fault:
        raise InputError(
            f"{path}:1", fault, mend="mend the first line: it names each column once",
            mend_ko="첫 줄을 고치세요. 열 이름이 한 번씩만 나와야 합니다",
        )  # fmt: skip
    return tuple(columns)


def read_text(line: Line, encoding: str) -> tuple[str, str]:
    """A record's text without a byte order mark, and its line end. Raises UnreadableError."""
    text = _decode(_bytes(line), encoding)
    text = text.removeprefix("\ufeff") if line.offset == 0 else text
    raw = text.removesuffix("\n").removesuffix("\r")
    return raw, text[len(raw) :]


def _object(data: bytes, encoding: str) -> dict[str, Any]:
    """The JSON object that is all of `data`, each value with its type as it stands there.

    Raises UnreadableError where it is none, repeats a key, or holds what is no JSON (NaN) or no text (\\ud800).
    """
    text = _decode(data, encoding).removeprefix("\ufeff")
    try:
        value = _decoder.decode(text)
        if b"\\ud" in data or b"\\uD" in data:  # a lone surrogate is JSON, but no text: no file could hold it
            json.dumps(value, ensure_ascii=False).encode()
        if data.count(b"[") + data.count(b"{") > _MAX_DEPTH and _depth(value) > _MAX_DEPTH:
            raise RecursionError
    except UnicodeEncodeError as error:
        raise UnreadableError("lone_surrogate", "holds half of a surrogate pair") from error
    except RecursionError as error:
        raise UnreadableError("too_deep", f"is nested more than {_MAX_DEPTH} deep") from error
    except ValueError as error:  # json.JSONDecodeError, or an integer of more than 4,300 digits
        raise UnreadableError("not_json", str(error)) from error
    if not isinstance(value, dict):
        raise UnreadableError("not_an_object", f"is a JSON {type(value).__name__}, expected an object")
    return value


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level := [
        inner
        for one in level
        if isinstance(one, dict | list)
        for inner in (one.values() if isinstance(one, dict) else one)
    ]:
        depth += 1
    return depth


def _cells(line: Line, kind: Format, encoding: str) -> list[str]:
    raw, _ = read_text(line, encoding)
    return csv_texts(raw) if kind is Format.CSV else raw.split("\t")


def _bytes(line: Line) -> bytes:
    if line.data is None:
        raise UnreadableError(*(line.fault or _NOT_KEPT))
    return line.data


def _decode(data: bytes, encoding: str) -> str:
    """The text, strictly: raises UnreadableError where a byte does not fit the encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        reason = f"not_{encoding.replace('-', '')}"
        raise UnreadableError(reason, f"byte {error.start} of the record is 0x{byte:02x}") from error


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        key, count = Counter(key for key, _ in pairs).most_common(1)[0]
        raise UnreadableError("duplicate_key", f"has the key {shown_field(key)} {count} times")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError("not_a_number", f"holds {name}, which is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnreadableError("not_a_number", f"holds a number of {len(text)} characters, which is too large")
    return number


_decoder = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite)
