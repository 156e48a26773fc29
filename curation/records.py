"""The row: its columns, and what a line must hold to become one."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn
from unicodedata import normalize

import pyarrow as pa

from curation.files import canonical_json
from curation.korean.hangul import normalise
from curation.shapes import recognise

ROLES = ("system", "user", "assistant")
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
EVIDENCE = pa.list_(
    pa.struct(
        [
            ("document", pa.string()),
            ("sha256", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("quote", pa.string()),
            ("section", pa.list_(pa.string())),
            ("turn", pa.int64()),
        ]
    )
)
CONTEXTS = pa.list_(
    pa.struct(
        [
            ("document", pa.string()),
            ("sha256", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("oracle", pa.bool_()),
        ]
    )
)
# The columns a row brings along; every later step adds columns and keeps the rows.
ROW = pa.schema(
    [
        ("row_id", pa.string()),
        ("source_row_id", pa.string()),
        ("source", pa.string()),
        ("license", pa.string()),
        ("messages", MESSAGES),
        ("evidence", EVIDENCE),
        ("contexts", CONTEXTS),
        ("meta", pa.string()),
        ("file", pa.string()),
        ("position", pa.int64()),
    ]
)
_OWN_FIELDS = {"id", "source", "license", "evidence", "contexts", "meta"}
_INT64 = range(-(2**63), 2**63)


class UnreadableError(Exception):
    """Why a line is no row; the reading turns it into a quarantined line."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def parse_line(data: bytes | None, *, default_source: str) -> dict[str, Any]:
    """One line's bytes as a row without ids and place. Text is brought to NFC; nothing else is changed or coerced."""
    if data is None:
        raise UnreadableError("line_too_long", "the line is longer than read.max_line_bytes")
    fields = _parse_object(data.removeprefix(b"\xef\xbb\xbf"))
    found = recognise(fields)
    if found is None:
        known = "messages, question + answer, or instruction + output"
        raise UnreadableError("unknown_shape", f"has the fields {sorted(fields)[:8]}, expected {known}")
    rest = {key: value for key, value in fields.items() if key not in _OWN_FIELDS and key not in found.fields}
    return {
        "source_row_id": _source_row_id(fields.get("id")),
        "source": _name(fields, "source", default_source),
        "license": _name(fields, "license", "NOASSERTION"),
        "messages": _messages(found.messages),
        "evidence": _spans(fields.get("evidence"), "evidence", _EVIDENCE_FIELDS),
        "contexts": _spans(fields.get("contexts"), "contexts", _CONTEXT_FIELDS),
        "meta": _meta(fields.get("meta"), rest),
    }


def _parse_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite
        )
        canonical_json(value)  # a lone surrogate (\ud800) is JSON, but no text: no file could hold it
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UnreadableError("not_utf8", f"byte {error.start} of the line is 0x{byte:02x}") from error
    except UnicodeEncodeError as error:
        raise UnreadableError("lone_surrogate", "holds half of a surrogate pair") from error
    except RecursionError as error:
        raise UnreadableError("too_deep", "is nested too deeply") from error
    except ValueError as error:  # json.JSONDecodeError, or an integer of more than 4,300 digits
        raise UnreadableError("not_json", str(error)) from error
    if not isinstance(value, dict):
        raise UnreadableError("not_an_object", f"is a JSON {type(value).__name__}, expected an object")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = Counter(key for key, _ in pairs)
    if repeated := [key for key, count in keys.items() if count > 1]:
        raise UnreadableError("duplicate_key", f"has the key {repeated[0]!r} {keys[repeated[0]]} times")
    return dict(pairs)


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError("not_a_number", f"holds {name}, which is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnreadableError("not_a_number", f"holds {text}, too large for a number")
    return number


def _messages(value: object) -> list[dict[str, str]]:
    if not isinstance(value, list) or not value:
        raise UnreadableError("bad_messages", "messages is no list with at least one turn")
    turns = [_message(turn, f"messages[{index}]") for index, turn in enumerate(value)]
    if any(turn["role"] == "system" for turn in turns[1:]):
        raise UnreadableError("bad_role", "a system turn stands after the first turn")
    return turns


def _message(turn: object, where: str) -> dict[str, str]:
    if not isinstance(turn, dict) or turn.keys() != {"role", "content"}:
        raise UnreadableError("bad_messages", f"{where} is no object with exactly role and content")
    if turn["role"] not in ROLES:
        raise UnreadableError("bad_role", f"{where}.role is {turn['role']!r:.80}, expected {', '.join(ROLES)}")
    if not isinstance(turn["content"], str):
        raise UnreadableError("bad_messages", f"{where}.content is {type(turn['content']).__name__}, expected text")
    return {"role": turn["role"], "content": normalise(turn["content"])}


def _source_row_id(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableError("bad_field", f"id is {type(value).__name__}, expected text or a whole number")


def _name(fields: Mapping[str, Any], key: str, default: str) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise UnreadableError("bad_field", f"{key} is {value!r:.80}, expected a name")
    return value


_SPAN_FIELDS: Mapping[str, type] = {"document": str, "sha256": str, "start": int, "end": int}
_EVIDENCE_FIELDS: Mapping[str, type] = {**_SPAN_FIELDS, "quote": str, "section": list, "turn": int}
_CONTEXT_FIELDS: Mapping[str, type] = {**_SPAN_FIELDS, "oracle": bool}


def _spans(value: object, name: str, fields: Mapping[str, type]) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableError(f"bad_{name}", f"{name} is {type(value).__name__}, expected a list")
    for index, span in enumerate(value):
        if fault := _span_fault(span, fields):
            raise UnreadableError(f"bad_{name}", f"{name}[{index}] {fault}")
    # One document, one name: a split that told NFD from NFC apart would leak it.
    return [{**span, "document": normalize("NFC", span["document"])} for span in value]


def _span_fault(span: object, fields: Mapping[str, type]) -> str | None:
    if not isinstance(span, dict) or span.keys() != fields.keys():
        return f"is no object with exactly {', '.join(fields)}"
    for key, kind in fields.items():
        if type(span[key]) is not kind:  # exact: True is no offset
            return f"has {key} of type {type(span[key]).__name__}, expected {kind.__name__}"
        if kind is int and span[key] not in _INT64:
            return f"has {key} = {span[key]}, outside 64 bits"
    if not 0 <= span["start"] <= span["end"]:
        return f"runs from {span['start']} to {span['end']}"
    if "quote" in span and len(span["quote"]) != span["end"] - span["start"]:
        return f"quotes {len(span['quote'])} characters, but spans {span['end'] - span['start']}"
    if not all(isinstance(heading, str) for heading in span.get("section", [])):
        return "has a section that is no list of headings"
    return None


def _meta(value: object, rest: Mapping[str, Any]) -> str:
    """The row's `meta` and every field that has no column of its own, as canonical JSON."""
    if value is not None and not isinstance(value, dict):
        raise UnreadableError("bad_meta", f"meta is {type(value).__name__}, expected an object")
    if clash := sorted((value or {}).keys() & rest.keys()):
        raise UnreadableError("bad_meta", f"{clash[0]!r} stands both in the row and in its meta")
    return canonical_json({**rest, **(value or {})}).decode()
