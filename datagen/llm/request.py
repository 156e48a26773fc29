"""What is asked of a model and what came back; a request is known by its content alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from curation.files import canonical_json, sha256_bytes


class Role(StrEnum):
    """Who a model is asked as."""

    ASKER = "asker"
    ANSWERER = "answerer"
    REWRITER = "rewriter"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Message:
    """`role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a model.

    `schema` is the JSON schema of the answer, with the name that `response_format` gives it in `title`; `sample` tells
    requests of the same content apart (votes). `role` and `prompt` (the prompt file's version) are for the report: the
    key hangs on what the model reads, and on nothing else, so the same model behind another address keeps its answers.
    """

    role: Role
    model: str  # provider:name, as LangChain's init_chat_model takes it
    messages: tuple[Message, ...]
    schema: dict[str, Any]
    temperature: float
    max_tokens: int
    prompt: str
    sample: int = 0

    @property
    def key(self) -> str:
        """SHA-256 of what decides the answer: 64 hex digits."""
        content = [
            self.model, self.temperature, self.max_tokens, [[one.role, one.content] for one in self.messages],
            self.schema, self.sample,
        ]  # fmt: skip
        return sha256_bytes(canonical_json(content))


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's raw answer; `finish_reason` as the server named it ("stop", "length"), tokens 0 where it told none
    (the journal then holds estimates)."""

    text: str
    finish_reason: str
    input_tokens: int
    output_tokens: int
    latency_s: float
    attempt: int  # from 1


@dataclass(frozen=True, slots=True)
class Lost:
    """A request without an answer, and why: throttled, server_error, timeout, connection, rejected, cap, waiting.

    `cap` and `waiting` (for a batch file) were never sent: the same command goes on with them.
    """

    reason: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt that brought no answer: throttled, server_error, timeout, connection, or rejected (400: never again).

    `retry_after_s` is what the server asked to wait.
    """

    kind: str
    because: str = ""
    retry_after_s: float | None = None


# One attempt at one request, by one model; its Reply's `attempt` is set by whoever counts them.
Send = Callable[[Request], Awaitable[Reply | Failure]]
# Requests in, replies out: same length, same order. The road's one outside power; tests pass a function.
Ask = Callable[[Sequence[Request]], Awaitable[list[Reply | Lost]]]
