"""One text that holds a whole exchange, its turns told apart by marks; and text without any, as a user's turn."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from curation.sources.shapes.turns import Options, Recognised, Row


@dataclass(frozen=True, slots=True)
class Marks:
    """How a text marks its turns: `mark` finds a speaker's name, `ends` may close a turn."""

    shape: str
    sign: str  # stands in every such text; looked for first, since it costs little
    mark: re.Pattern[str]
    roles: Mapping[str, str]
    ends: tuple[str, ...]


# <sys> is the answering system here, unlike the system prompt of ShareGPT's "sys".
MARKS = (
    Marks("koalpaca_text", "### ", re.compile(r"^### (질문|맥락|답변): ?", re.MULTILINE),
          {"질문": "user", "맥락": "user", "답변": "assistant"}, ("<|endoftext|>", "</s>")),
    Marks("usr_sys", "<usr>", re.compile(r"<(usr|sys)>"), {"usr": "user", "sys": "assistant"}, ("</s>",)),
)  # fmt: skip


def koalpaca_text(row: Row, _: Options) -> Recognised | None:
    """`{"text": "### 질문: 재고 실사 언제 해?⏎⏎### 답변: 월말에 합니다.<|endoftext|>"}`; 맥락 follows its 질문."""
    return _marked(row, MARKS[0])


def usr_sys(row: Row, _: Options) -> Recognised | None:
    """`<usr> 재고 실사 언제 해? <sys> 월말에 합니다.`, one exchange or several on one line."""
    return _marked(row, MARKS[1])


def text(row: Row, _: Options) -> Recognised | None:
    """`{"text": "재고 실사 언제 해?"}` and the lines of a text file: a user's turn without an answer.

    Text with the marks of an exchange that is none (two answers in a row, a turn left empty) is not recognised.
    """
    said = row.get("text")
    if "text" not in row or (isinstance(said, str) and any(marks.mark.search(said) for marks in MARKS)):
        return None
    return Recognised("text", [{"role": "user", "content": said}], ("text",))


def _marked(row: Row, marks: Marks) -> Recognised | None:
    said = row.get("text")
    if not isinstance(said, str) or marks.sign not in said:
        return None
    before, *pieces = marks.mark.split(said)
    if before.strip() or not pieces:
        return None
    turns: list[dict[str, str]] = []
    for name, content in zip(pieces[::2], pieces[1::2], strict=True):
        spoken = _without_end(content, marks.ends)
        if name == "맥락" and turns and turns[-1]["role"] == "user":
            turns[-1]["content"] += f"\n\n{spoken}"
        else:
            turns.append({"role": marks.roles[name], "content": spoken})
    # Questions and answers take turns, or the marks stand for something else.
    if any(not turn["content"] or turn["role"] != ("user", "assistant")[n % 2] for n, turn in enumerate(turns)):
        return None
    return Recognised(marks.shape, turns, ("text",))


def _without_end(content: str, ends: tuple[str, ...]) -> str:
    spoken = content.strip()
    for end in ends:
        spoken = spoken.removesuffix(end).rstrip()
    return spoken
