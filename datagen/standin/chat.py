"""A chat completion as OpenAI's interface asks and answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datagen.llm.request import Message

# What counts as a token here: a syllable, a word of other letters, a number, a sign.
_TOKEN = re.compile(r"[가-힣]|[^\W\d_가-힣]+|\d+|[^\s\w]|_")
# Limits that a request may set; the newer name counts.
_LIMITS = ("max_completion_tokens", "max_tokens")
_FORMATS = ("text", "json_object", "json_schema")


class BodyError(Exception):
    """What is wrong with a body."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What is asked; `format` is text, json_object or json_schema, `schema` has its name in `title`."""

    model: str
    messages: tuple[Message, ...]
    format: str
    schema: dict[str, Any] | None
    max_tokens: int | None


def read_chat(body: bytes) -> Chat:
    """The chat that a body asks for; raises BodyError for what is none, and for what no answer here is given in."""
    try:
        asked = json.loads(body)
    except ValueError as fault:
        raise BodyError(f"the body is no JSON: {fault}") from fault
    except RecursionError as fault:
        raise BodyError("the body is nested too deep") from fault
    if re.search(rb"\\u[dD][89a-fA-F]", body) and not _is_text(asked):
        raise BodyError("the body holds half of a surrogate pair")
    if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list) or not asked["messages"]:
        raise BodyError("messages is missing, empty or no list")
    if asked.get("stream"):
        raise BodyError("stream is not supported; leave it out")
    if asked.get("n") not in (None, 1):
        raise BodyError("n is not supported; only 1 answer is given")
    kind, schema = _format(asked.get("response_format"))
    limit = next((asked[name] for name in _LIMITS if asked.get(name) is not None), None)
    if limit is not None and (type(limit) is not int or limit < 1):
        raise BodyError("max_tokens is no number above 0")
    return Chat(str(asked.get("model") or ""), tuple(map(_message, asked["messages"])), kind, schema, limit)


def completion(chat: Chat, text: str, key: str, *, created: int) -> dict[str, Any]:
    """The body of an answer, cut where the request's limit of tokens is reached, with its usage."""
    text, finish_reason = _cut(text, chat.max_tokens)
    prompt, answer = sum(count_tokens(one.content) for one in chat.messages), count_tokens(text)
    return {
        "id": f"chatcmpl-{key[:24]}", "object": "chat.completion", "created": created, "model": chat.model,
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "logprobs": None,
            "finish_reason": finish_reason,
        }],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
    }  # fmt: skip


def count_tokens(text: str) -> int:
    """Syllables, other words, numbers and signs."""
    return sum(1 for _ in _TOKEN.finditer(text))


def _cut(text: str, most: int | None) -> tuple[str, str]:
    if most is not None:
        for number, token in enumerate(_TOKEN.finditer(text), 1):
            if number > most:
                return text[: token.start()], "length"
    return text, "stop"


def _is_text(value: object) -> bool:
    """Whether a JSON value can be written in UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _message(given: object) -> Message:
    """A message; content in parts is joined."""
    role, content = (given.get("role"), given.get("content")) if isinstance(given, Mapping) else (None, None)
    if isinstance(content, list) and all(isinstance(part, Mapping) for part in content):
        content = "".join(str(part.get("text", "")) for part in content)
    if not isinstance(role, str) or not isinstance(content, str):
        raise BodyError("a message has no role, or no content of text")
    return Message(role, content)


def _format(given: object) -> tuple[str, dict[str, Any] | None]:
    if given is None:
        return "text", None
    kind = given.get("type") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or kind not in _FORMATS:
        raise BodyError(f"response_format.type is none of {', '.join(_FORMATS)}")
    if kind != "json_schema":
        return str(kind), None
    named = given.get("json_schema")
    if not isinstance(named, Mapping) or not isinstance(named.get("schema"), Mapping):
        raise BodyError("response_format.json_schema.schema is missing")
    return str(kind), {"title": str(named.get("name", "")), **named["schema"]}
