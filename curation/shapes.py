"""The shapes a foreign row may have → messages. One function a shape, asked in the order of `SHAPES`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recognised:
    """A row's messages as they stand there, unchecked, and the fields they were taken from."""

    shape: str
    messages: object
    fields: tuple[str, ...]


def messages(row: Mapping[str, Any]) -> Recognised | None:
    """`{"messages": [{"role": "user", "content": "재고 실사 언제 해?"}, …]}`"""
    return Recognised("messages", row["messages"], ("messages",)) if "messages" in row else None


def question_answer(row: Mapping[str, Any]) -> Recognised | None:
    """`{"question": "재고 실사 언제 해?", "answer": "월말에 합니다."}`"""
    if not {"question", "answer"} <= row.keys():
        return None
    return Recognised("question_answer", _turns(row["question"], row["answer"]), ("question", "answer"))


def instruction(row: Mapping[str, Any]) -> Recognised | None:
    """Alpaca: `{"instruction": "다음 문장을 요약해 줘.", "input": "…", "output": "…"}`; `input` may be empty or absent.

    An input follows its instruction after a blank line. Anything but text is passed on for the reader to refuse.
    """
    if not {"instruction", "output"} <= row.keys():
        return None
    asked, given = row["instruction"], row.get("input")
    if isinstance(asked, str) and given not in (None, ""):
        asked = f"{asked}\n\n{given}" if isinstance(given, str) else given
    return Recognised("instruction", _turns(asked, row["output"]), ("instruction", "input", "output"))


SHAPES: tuple[Callable[[Mapping[str, Any]], Recognised | None], ...] = (messages, question_answer, instruction)


def recognise(row: Mapping[str, Any]) -> Recognised | None:
    """The first shape that fits, or None."""
    return next((found for shape in SHAPES if (found := shape(row))), None)


def _turns(question: object, answer: object) -> list[dict[str, object]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
