"""The row: its columns, and what a record must hold to become one."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any
from unicodedata import normalize

import pyarrow as pa

from curation.korean.hangul import normalise
from curation.recipes.schema import Source
from curation.sources.shapes.turns import Recognised

NOASSERTION = "NOASSERTION"  # SPDX: nobody says under which licence
ROLES = ("system", "user", "assistant")
_TURN = {"role", "content"}
_MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
MESSAGES = pa.list_(_MESSAGE)
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
# A row as it is read: its id follows from `digest` and from how many rows like it there are in all.
PARSED = pa.schema([*(field for field in ROW if field.name != "row_id"), pa.field("digest", pa.binary(16))])
_INT64 = range(-(2**63), 2**63)
_MAX_NAME_CHARS = 200
_ROLE_CHARS = 20
_FIELD_CHARS = 40
_FIELD_DIGITS = 3  # question_2, 문장12; four in a row may be the end of a telephone number
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class UnreadableError(Exception):
    """Why a line is no row; the reading turns it into a quarantined line.

    The detail is shown and kept: it names roles and fields, and never quotes a value, which may be personal.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def make_row(fields: Mapping[str, Any], found: Recognised, settings: Source, default_source: str) -> dict[str, Any]:
    """A row of `PARSED` without its place, from a record's fields and the messages found in them.

    A name in `settings` goes before the row's own source, the row's own licence before that of `settings`. Text is
    brought to NFC, nothing else is changed. A field that is not ours, or not as ours are, goes to `meta`.
    Raises UnreadableError.
    """
    ours = {
        key: fields[key]
        for key, is_as_ours in _OURS.items()
        if key in fields and key not in found.fields and is_as_ours(fields[key])
    }
    if settings.name is not None:
        ours.pop("source", None)
    row_id = find_row_id(fields, found)
    taken = {*ours, *found.fields, row_id[0] if row_id else None}
    rest = {
        key: value for key, value in fields.items() if key not in taken and not (value is None and key in _OUR_NAMES)
    }
    for key, value in found.beside.items():
        rest[f"{found.shape}.{key}" if key in rest else key] = value
    row: dict[str, Any] = {
        "source_row_id": row_id[1] if row_id else None,
        "source": settings.name or normalize("NFC", ours.get("source", default_source)),
        "license": ours.get("license", settings.license or NOASSERTION),
        "messages": _messages(found.messages),
        "evidence": _spans(ours.get("evidence", ()), "evidence", _EVIDENCE_FIELDS),
        "contexts": _spans(ours.get("contexts", ()), "contexts", _CONTEXT_FIELDS),
        "meta": _meta(ours.get("meta", {}), rest),
    }
    row["digest"] = hashlib.sha256(_encode(row).encode()).digest()[:16]
    return row


def find_row_id(fields: Mapping[str, Any], found: Recognised) -> tuple[str, str] | None:
    """Where a row's id of its own stands and what it is; None where it brings none."""
    for key in _ROW_IDS:
        if key not in found.fields and _is_id(fields.get(key)):
            return key, str(fields[key])
    header = fields.get("header") if found.shape == "aihub_dialogue" else None
    info = header.get("dialogueInfo") if isinstance(header, dict) else None
    dialogue = info.get("dialogueID") if isinstance(info, dict) else None
    return ("header.dialogueInfo.dialogueID", str(dialogue)) if _is_id(dialogue) else None


def shown_role(role: object) -> str:
    """A role as a detail may show it: a short word (`'bot'`), of anything else its type or length."""
    return _shown_name(role, _ROLE_CHARS, 0)


def shown_field(name: object) -> str:
    """A field's name as a detail may show it: what may be somebody's number or address is told by its length."""
    return _shown_name(name, _FIELD_CHARS, _FIELD_DIGITS)


def _shown_name(name: object, most_chars: int, most_digits: int) -> str:
    if not isinstance(name, str):
        return f"of type {type(name).__name__}"
    is_plain = all(char.isalnum() or char in "_-. " for char in name)
    if is_plain and len(name) <= most_chars and sum(map(str.isnumeric, name)) <= most_digits:
        return repr(name)
    return f"a text of {len(name)} characters"


def as_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows, each with its place, as a table in the schema `PARSED`, same order."""
    turns = [turn for row in rows for turn in row["messages"]]
    ends = pa.array(accumulate((len(row["messages"]) for row in rows), initial=0), pa.int32())
    told = [pa.array([turn[key] for turn in turns], pa.string()) for key in ("role", "content")]
    messages = pa.ListArray.from_arrays(ends, pa.StructArray.from_arrays(told, fields=list(_MESSAGE)))
    columns = [
        messages if field.name == "messages" else pa.array([row[field.name] for row in rows], field.type)
        for field in PARSED
    ]
    return pa.Table.from_arrays(columns, schema=PARSED)


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _is_name(value: object) -> bool:
    """Whether it can name a source or a licence: a line of text, not a passage (`source` in a set of summaries)."""
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= _MAX_NAME_CHARS and "\n" not in value


def _are_spans(value: object) -> bool:
    """Whether it is meant as our own evidence: objects that name a document. Others' contexts are plain texts."""
    return isinstance(value, list) and all(isinstance(span, dict) and "document" in span for span in value)


_ROW_IDS = ("id", "custom_id", "prompt_id")  # Smol Korean Talk has the second, Ko-Ultrachat the third
# The other fields that have a column of their own, and what tells them from a foreign field of that name.
_OURS: Mapping[str, Callable[[object], bool]] = {
    "source": _is_name,
    "license": _is_name,
    "evidence": _are_spans,
    "contexts": _are_spans,
    "meta": lambda value: isinstance(value, dict),
}
_OUR_NAMES = frozenset({"id", *_OURS})


def _messages(value: object) -> list[dict[str, str]]:
    if not isinstance(value, list) or not value:
        raise UnreadableError("bad_messages", "messages is no list with at least one turn")
    turns = [_message(turn, index) for index, turn in enumerate(value)]
    if any(turn["role"] == "system" for turn in turns[1:]):
        raise UnreadableError("bad_role", "a system turn stands after the first turn")
    return turns


def _message(turn: object, index: int) -> dict[str, str]:
    if not isinstance(turn, dict) or not (turn.keys() == _TURN or _said(turn) == _TURN):
        raise UnreadableError("bad_messages", f"messages[{index}] is no object with exactly role and content")
    role, content = turn["role"], turn["content"]
    if role not in ROLES:
        raise UnreadableError("bad_role", f"messages[{index}].role is {shown_role(role)}, expected {', '.join(ROLES)}")
    if not isinstance(content, str):
        raise UnreadableError("bad_messages", f"messages[{index}].content is {type(content).__name__}, expected text")
    return {"role": role, "content": normalise(content)}


def _said(turn: Mapping[str, Any]) -> set[str]:
    """The keys that have a value: a Parquet file has every key in every turn."""
    return {key for key, value in turn.items() if value is not None}


_SPAN_FIELDS: Mapping[str, type] = {"document": str, "sha256": str, "start": int, "end": int}
_EVIDENCE_FIELDS: Mapping[str, type] = {**_SPAN_FIELDS, "quote": str, "section": list, "turn": int}
_CONTEXT_FIELDS: Mapping[str, type] = {**_SPAN_FIELDS, "oracle": bool}


def _spans(spans: Sequence[dict[str, Any]], name: str, fields: Mapping[str, type]) -> list[dict[str, Any]]:
    for index, span in enumerate(spans):
        if fault := _span_fault(span, fields):
            raise UnreadableError(f"bad_{name}", f"{name}[{index}] {fault}")
    # One document, one name: a split that told NFD from NFC apart would leak it.
    return [{**span, "document": normalize("NFC", span["document"])} for span in spans]


def _span_fault(span: dict[str, Any], fields: Mapping[str, type]) -> str | None:
    if span.keys() != fields.keys():
        return f"is no object with exactly {', '.join(fields)}"
    for key, kind in fields.items():
        if type(span[key]) is not kind:  # exact: True is no offset
            return f"has {key} of type {type(span[key]).__name__}, expected {kind.__name__}"
        if kind is int and span[key] not in _INT64:
            return f"has {key} outside 64 bits"
    if not 0 <= span["start"] <= span["end"]:
        return "ends before it starts, or starts before 0"
    if "quote" in span and len(span["quote"]) != span["end"] - span["start"]:
        return f"quotes {len(span['quote'])} characters, but spans {span['end'] - span['start']}"
    if not all(isinstance(heading, str) for heading in span.get("section", [])):
        return "has a section that is no list of headings"
    return None


def _meta(own: Mapping[str, Any], rest: Mapping[str, Any]) -> str:
    """The row's `meta` and every field that has no column of its own, as canonical JSON."""
    if clash := sorted(own.keys() & rest.keys()):
        raise UnreadableError("bad_meta", f"{shown_field(clash[0])} stands both in the row and in its meta")
    return _encode({**rest, **own})
