"""The formats of an export, one JSON object a row: how each writes a row, and what it cannot hold.

Nothing is bent to fit: a row that a format cannot hold is left out, and named.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]  # columns of a shard
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Format:
    """The columns a record is made of, the record, and the faults asked about in order: the first names the reason."""

    columns: tuple[str, ...]
    record: Callable[[Row], dict[str, Any]]
    faults: tuple[Callable[[Messages], str | None], ...] = ()


def system_message(messages: Messages) -> str | None:
    """Alpaca has an instruction, an input and an output; a system message is none of them."""
    return "system_message" if any(turn["role"] == "system" for turn in messages) else None


def several_turns(messages: Messages) -> str | None:
    """Alpaca asks once and answers once: KoAlpaca and KULLM have no `history`."""
    return "several_turns" if len(messages) > 2 else None


def no_answer(messages: Messages) -> str | None:
    """A question that nobody answers teaches nothing."""
    return None if any(turn["role"] == "assistant" for turn in messages) else "no_answer"


def ends_with_question(messages: Messages) -> str | None:
    """OpenAI's fine-tuning wants the assistant to speak last."""
    return None if messages[-1]["role"] == "assistant" else "ends_with_question"


def not_a_pair(messages: Messages) -> str | None:
    """One question, then one answer; an answer alone is no instruction."""
    return None if [turn["role"] for turn in messages] == ["user", "assistant"] else "not_a_pair"


def blank_message(messages: Messages) -> str | None:
    """OpenAI's fine-tuning refuses a file with an empty message."""
    return "blank_message" if any(not turn["content"].strip() for turn in messages) else None


def as_messages(row: Row) -> dict[str, Any]:
    """All that a row is, as our own reader and TRL take it; what the row does not have is left out."""
    beside = {name: row[name] for name in ("evidence", "contexts") if row[name]}
    meta = _meta(row)
    return {"id": row["row_id"], "messages": _turns(row, "role", "content"), **_named(row), **beside, **meta}


def as_openai(row: Row) -> dict[str, Any]:
    """OpenAI's fine-tuning file: `messages` and nothing else, so it knows neither ids nor licences."""
    return {"messages": _turns(row, "role", "content")}


def as_sharegpt(row: Row) -> dict[str, Any]:
    """ShareGPT's `conversations`; a system message is the first turn, so that an empty one stays one."""
    turns = [{"from": _SPEAKERS[turn["role"]], "value": turn["content"]} for turn in row["messages"]]
    return {"id": row["row_id"], "conversations": turns, **_named(row), **_written_by(row)}


def as_alpaca(row: Row) -> dict[str, Any]:
    """Stanford Alpaca's three fields; all of the question is the instruction, for a reader may join the two anyhow."""
    asked, answered = row["messages"]
    told = {"instruction": asked["content"], "input": "", "output": answered["content"]}
    return {"id": row["row_id"], **told, **_named(row), **_written_by(row)}


def _turns(row: Row, role: str, content: str) -> list[dict[str, str]]:
    return [{role: turn["role"], content: turn["content"]} for turn in row["messages"]]


def _named(row: Row) -> dict[str, Any]:
    """Where the row comes from and under which licence: a row that travels alone must still say so."""
    return {"source": row["source"], "license": row["license"]}


def _written_by(row: Row) -> dict[str, Any]:
    """The generator, where one wrote the row: its terms bind whoever uses it, and `meta` stays behind."""
    generator = json.loads(row["meta"]).get("generator")
    return {} if generator is None else {"generator": generator}


def _meta(row: Row) -> dict[str, Any]:
    meta = json.loads(row["meta"])
    return {"meta": meta} if meta else {}


_SPEAKERS = {"system": "system", "user": "human", "assistant": "gpt"}
_NAMED = ("row_id", "source", "license", "messages")
FORMATS: Mapping[str, Format] = {
    "messages": Format((*_NAMED, "evidence", "contexts", "meta"), as_messages),
    "openai": Format(("row_id", "messages"), as_openai, (no_answer, ends_with_question, blank_message)),
    "sharegpt": Format((*_NAMED, "meta"), as_sharegpt),
    "alpaca": Format((*_NAMED, "meta"), as_alpaca, (system_message, several_turns, no_answer, not_a_pair)),
}
