"""How far a server itself holds an answer to a schema, found out by asking it once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from curation.errors import InputError
from datagen.llm.calls.models import takes_format
from datagen.llm.request import Failure, Message, Reply, Request, Role, Send

# No model answers so by itself: the question asks for a plain sentence, and the field has nothing to do with it.
_FIELD, _VALUE = "dadeum_ability", "maru"
_QUESTION = "JSON이 무엇인지 한국어 한 문장으로 설명하십시오."  # OpenAI's json_object wants the word in the prompt
_SCHEMA = {
    "title": "Ability", "type": "object", "additionalProperties": False, "required": [_FIELD],
    "properties": {_FIELD: {"type": "string", "enum": [_VALUE]}},
}  # fmt: skip
_TURNS = 2  # one answer may be cut, or be a fault of the moment
_ATTEMPTS = {"throttled": 8, "server_error": 8, "timeout": 2, "connection": 2}
_LONGEST_WAIT_S = 10.0


async def probe_ability(
    open_with: Callable[[str], Send], model: str, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> str:
    """json_schema, json_mode or prompt: the most that the server does, and not what it says (some ignore the wish).

    `open_with` opens the model for an ability. Raises InputError where the server gives no answer at all.
    """
    if not takes_format(model):
        return "prompt"
    # A length that thinking models get along with, and that small contexts still hold.
    request = Request(Role.JUDGE, model, (Message("user", _QUESTION),), _SCHEMA, -1.0, 1000, "ability")
    for ability, is_held in (("json_schema", _is_the_field), ("json_mode", _is_object)):
        send = open_with(ability)
        for _ in range(_TURNS):
            answer = await _answer(send, request, sleep)
            if answer is None:
                break
            if is_held(answer.text):
                return ability
    return "prompt"


async def _answer(send: Send, request: Request, sleep: Callable[[float], Awaitable[object]]) -> Reply | None:
    """The answer; None where the server refuses such a request."""
    attempt = 1
    while isinstance(found := await send(request), Failure):
        if found.kind == "rejected":
            return None
        if attempt >= _ATTEMPTS[found.kind]:
            raise InputError(
                request.model, f"gave no answer to a first small request ({found.kind}: {found.because})",
                mend="check that the server runs and that --base-url is its address",
                mend_ko="서버가 실행 중인지, --base-url 이 맞는지 확인하세요",
            )  # fmt: skip
        wait_s = found.retry_after_s if found.retry_after_s is not None else 0.25 * 2**attempt
        await sleep(min(wait_s, _LONGEST_WAIT_S))
        attempt += 1
    return found


def _is_the_field(text: str) -> bool:
    return _read(text) == {_FIELD: _VALUE}


def _is_object(text: str) -> bool:
    return isinstance(_read(text), dict)


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
