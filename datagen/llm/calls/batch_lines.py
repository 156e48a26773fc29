"""One line of a batch file in OpenAI's form: a request on its way out, a result on its way back."""

from __future__ import annotations

import json
from typing import Any

from datagen.llm.calls.failures import kind_of_status
from datagen.llm.calls.models import response_format
from datagen.llm.request import Failure, Reply, Request

_URL = "/v1/chat/completions"


def as_line(request: Request) -> bytes:
    """A request as a line of a batch file, its key as `custom_id` (64 characters, the most OpenAI takes)."""
    body: dict[str, Any] = {
        "model": request.model.partition(":")[2] or request.model,
        "messages": [{"role": one.role, "content": one.content} for one in request.messages],
        # The newer name: OpenAI's reasoning models refuse max_tokens, vLLM reads both.
        "max_completion_tokens": request.max_tokens,
        **response_format(request.schema, "json_schema"),
    }
    if request.temperature >= 0:
        body["temperature"] = request.temperature
    line = {"custom_id": request.key, "method": "POST", "url": _URL, "body": body}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def read_result(line: bytes) -> tuple[str, Reply | Failure]:
    """The key that a result line answers, and its reply or why there is none.

    The reply's text is what the server wrote, JSON or not; its latency and attempt, which no batch tells, are 0 and 1.
    Raises ValueError for a line that is no result.
    """
    try:
        match json.loads(line):
            case {"custom_id": str(key), "response": {"status_code": 200, "body": {"choices": [first, *_]} as body}}:
                return key, _reply(first, body.get("usage"))
            case {"custom_id": str(key), "response": {"status_code": int(status)} as response, **rest} if status != 200:
                return key, Failure(kind_of_status(status), _because(rest.get("error") or response.get("body")))
            case {"custom_id": str(key), "error": {"code": str(code)} as error}:  # batch_expired, batch_cancelled
                return key, Failure(code, _because(error))
            case {"custom_id": str(), "body": dict()}:
                raise ValueError("a request, not its result")
            case {"custom_id": str()}:
                raise ValueError("neither an answer nor an error")
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    raise ValueError("no custom_id")


def _reply(choice: object, usage: object) -> Reply:
    match choice:
        case {"message": {"refusal": str(refusal)}} if refusal:
            text, reason = "", "refusal"
        case {"message": {"content": str() | list() | None as content}, **rest}:
            text, reason = _text(content), str(rest.get("finish_reason") or "")
        case _:
            raise ValueError("a choice without a message")
    return Reply(text, reason, _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"), 0.0, 1)


def _text(content: str | list[Any] | None) -> str:
    """A message's text; of a list of blocks, their texts."""
    if isinstance(content, list):
        return "".join(
            block["text"] for block in content if isinstance(block, dict) and isinstance(block.get("text"), str)
        )
    return content or ""


def _count(usage: object, name: str) -> int:
    told = usage.get(name) if isinstance(usage, dict) else None
    return told if isinstance(told, int) else 0


def _because(error: object) -> str:
    """What an error says: OpenAI's and vLLM's stand in one more `error`, or not."""
    match error:
        case {"error": dict(inner)}:
            return _because(inner)
        case {"message": str(message)}:
            return message
    return json.dumps(error, ensure_ascii=False)[:300] if error else ""
