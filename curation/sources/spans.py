"""Where the texts of a JSON line, a CSV or a TSV row stand, so that one can change and the rest keeps its bytes."""

import codecs
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.records import UnreadableError
from curation.sources.lines import Line

_JSON_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode

# RFC 4180. Like Python's csv, a cell that does not begin with a quote may hold some: 5" 모니터.
_QUOTED = r'"[^"]*+(?:""[^"]*+)*+'  # without its closing quote
_CELL = rf'(?:{_QUOTED}"|(?:[^",\r\n][^,\r\n]*+)?+)'
_ROW = rf"{_CELL}(?:,{_CELL})*+"
_CSV_ROW, _CSV_CELL = re.compile(_ROW), re.compile(rf"(?:\A|,)({_CELL})")
_OPEN_LINE = re.compile(rf"(?:{_CELL},)*+{_QUOTED}".encode())
_CLOSED_LINE = re.compile(rf"{_ROW}\r?\n?".encode())
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


@dataclass(frozen=True, slots=True)
class Slot:
    """A text in a row: `row.raw[start:end]` is how the file writes it; `turn` and `role` where it is a message's."""

    start: int
    end: int
    text: str
    turn: int | None = None
    role: str = ""


def json_object(raw: str) -> int:
    """Where the object begins that is all of `raw`. Raises UnreadableError where it is none."""
    try:
        value = json.loads(raw)
    except RecursionError as error:
        raise UnreadableError("too_deep", "is nested too deeply") from error
    except ValueError as error:  # json.JSONDecodeError, or an integer of more than 4,300 digits
        raise UnreadableError("not_json", str(error)) from error
    if not isinstance(value, dict):
        raise UnreadableError("not_an_object", f"is a JSON {type(value).__name__}, expected an object")
    return raw.index("{")


def json_slots(raw: str, field: str, roles: frozenset[str]) -> tuple[Slot, ...]:
    """The field's text, or its turns'. What a stricter reader refuses elsewhere in the row (NaN) is left alone."""
    members = list(json_members(raw, json_object(raw)))
    places = [span for key, *span in members if key == field]
    if not places:
        raise UnreadableError("no_field", f"has the fields {[key for key, *_ in members][:8]}, expected {field!r}")
    if len(places) > 1:
        raise UnreadableError("duplicate_key", f"has the key {field!r} {len(places)} times")
    start, end = places[0]
    if raw[start] != "[":
        return (Slot(start, end, _json_text(raw, start, field)),)
    turns = [at for _, at, _ in json_members(raw, start)]
    if not turns:
        raise UnreadableError("bad_messages", f"{field} is an empty list")
    found = [_turn(raw, at, f"{field}[{index}]", index, roles) for index, at in enumerate(turns)]
    return tuple(slot for slot in found if slot is not None)


def json_members(raw: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Each member of the well-formed object or list at `raw[at]`: its key or index, and where its value stands."""
    is_object, at, index = raw[at] == "{", _past_space(raw, at + 1), 0
    while raw[at] not in "}]":
        key: str | int = index
        if is_object:
            key, at = _decode(raw, at)
            at = _past_space(raw, _past_space(raw, at) + 1)
        end = _decode(raw, at)[1]
        yield key, at, end
        at, index = _past_space(raw, end), index + 1
        if raw[at] == ",":
            at = _past_space(raw, at + 1)


def json_literal(text: str, written: str) -> str:
    """A text as a JSON string; with escapes (\\uc7ac\\uace0) where what was written has only those."""
    return json.dumps(text, ensure_ascii=written.isascii())


def csv_cells(raw: str) -> list[Slot]:
    """Each cell's place in a CSV row and its text. Raises UnreadableError where the row breaks the rules of quoting."""
    if not _CSV_ROW.fullmatch(raw):
        raise UnreadableError("not_csv", "a quoted cell is not closed, or text follows its closing quote")
    return [Slot(*found.span(1), _unquoted(found[1])) for found in _CSV_CELL.finditer(raw)]


def csv_texts(raw: str) -> list[str]:
    """The texts of a CSV row's cells, as `csv_cells` gives them."""
    if '"' in raw or "\r" in raw or "\n" in raw:
        return [cell.text for cell in csv_cells(raw)]
    return raw.split(",")


def csv_literal(text: str, written: str = "") -> str:
    """A text as a CSV cell; quoted where it must be, or where what was written is."""
    must = written.startswith('"') or _NEEDS_QUOTES.search(text)
    return '"' + text.replace('"', '""') + '"' if must else text


def tsv_cells(raw: str) -> list[Slot]:
    """Each cell's place in a TSV row and its text, which is what stands there: quotes mean nothing."""
    return [Slot(*found.span(), found[0]) for found in re.finditer(r"(?:(?<=\t)|\A)[^\t]*", raw)]


def csv_records(lines: Iterator[Line], cap: int) -> Iterator[Line]:
    """Lines joined where a quoted cell runs on. A cell that never closes as it should costs its first line alone."""
    waiting: deque[Line] = deque()
    while line := (waiting.popleft() if waiting else next(lines, None)):
        data = line.data.removeprefix(codecs.BOM_UTF8 if line.offset == 0 else b"") if line.data else b""
        joined, size, is_open = [line], line.length, bool(_OPEN_LINE.fullmatch(data))
        while is_open and (following := waiting.popleft() if waiting else next(lines, None)):
            joined.append(following)
            size += following.length
            rest = b'"' + (following.data or b"")  # the open cell, as if it began on this line
            if following.data is None or size > cap:
                break
            if _CLOSED_LINE.fullmatch(rest):
                line, is_open = _joined(joined), False
            elif not _OPEN_LINE.fullmatch(rest):
                break
        yield line
        if is_open:
            waiting.extendleft(reversed(joined[1:]))


def _turn(raw: str, at: int, where: str, index: int, roles: frozenset[str]) -> Slot | None:
    """A message's text; None where its role is not wanted, whatever it holds then (a tool's call has no text)."""
    fields = {key: span for key, *span in json_members(raw, at)} if raw[at] == "{" else {}
    if not {"role", "content"} <= fields.keys():
        raise UnreadableError("bad_messages", f"{where} is no object with role and content")
    role = _json_text(raw, fields["role"][0], f"{where}.role")
    if roles and role not in roles:
        return None
    start, end = fields["content"]
    return Slot(start, end, _json_text(raw, start, f"{where}.content"), index, role)


def _json_text(raw: str, start: int, where: str) -> str:
    """The string at `raw[start]`. Raises UnreadableError where it is another value, or half of a surrogate pair."""
    value = _decode(raw, start)[0]
    if not isinstance(value, str):
        raise UnreadableError("no_text", f"{where} is {type(value).__name__}, expected text")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise UnreadableError("lone_surrogate", f"{where} holds half of a surrogate pair")
    return value


def _past_space(raw: str, at: int) -> int:
    found = _JSON_SPACE.match(raw, at)
    return found.end() if found else at


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _joined(lines: Sequence[Line]) -> Line:
    data = b"".join(line.data or b"" for line in lines)
    return Line(lines[0].number, lines[0].offset, len(data), data)
