"""What a recognised row is, and the turns its fields make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A row's messages as they stand there, unchecked, and the fields they were taken from.

    `beside` is what these fields hold beside the turns; with the fields that were not used it belongs into the row's
    meta, so that nothing of the row is lost.
    """

    shape: str
    messages: object
    fields: tuple[str, ...]
    beside: Mapping[str, Any] = field(default_factory=dict)


def pair(question: object, answer: object) -> list[dict[str, object]]:
    """A user's turn and the assistant's; an answer of null is none."""
    asked: dict[str, object] = {"role": "user", "content": question}
    return [asked] if answer is None else [asked, {"role": "assistant", "content": answer}]


def with_context(asked: object, given: object) -> object:
    """What is asked and, after a blank line, what it is asked about; what is no text is passed on for refusal."""
    if given in (None, "") or not isinstance(asked, str):
        return asked
    return f"{asked}\n\n{given}" if isinstance(given, str) else given


def system_turn(row: Row) -> list[dict[str, object]]:
    """The row's `system` field as its first turn; empty where it says nothing."""
    said = row.get("system")
    return [] if said in (None, "") else [{"role": "system", "content": said}]


def used(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that are fields of the row."""
    return tuple(name for name in names if name in row)
