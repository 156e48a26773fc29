"""A model's text as strict data: taken whole or refused with a named fault, and asked once more where it can mend."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from datagen.llm.request import Ask, Lost, Reply, Request

Shape = TypeVar("Shape", bound=BaseModel)
# The request that quotes a fault: of the first request, its raw answer, and what is wrong with it.
Repair = Callable[[Request, str, str], Request]

_CUT = ("length", "max_tokens", "model_length")  # OpenAI's and Google's, Anthropic's, Mistral's
_REFUSED = ("refusal", "content_filter", "safety", "prohibited_content")
_REFUSAL = re.compile(
    r"(?:죄송|미안|유감)[^.!?\n]{0,80}수 없|(?:답변|도움|제공|작성)[^.!?\n]{0,20}(?:드릴|해 드릴|할) 수 없|"
    r"\bAs an AI\b|\bI(?:'m| am) (?:sorry|unable)|\bI (?:can't|cannot|won't) (?:help|assist|answer|provide|comply)",
    re.IGNORECASE,
)
_FENCED = re.compile(r"```(?:json|JSON)?[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_MOST_FAULTS = 3
_MOST_CHARS = 300


@dataclass(frozen=True, slots=True)
class Read(Generic[Shape]):
    """A text as data, or the fault that keeps it from being data: refusal, cut, schema, empty."""

    value: Shape | None
    fault: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Answered(Generic[Shape]):
    """What a request came to: a value, a fault of the last round's answer, or the loss that left no answer.

    `requests` are those of all rounds, `raw` and `reply` the last one's. `fault` is "lost" where `lost` tells why.
    """

    requests: tuple[Request, ...]
    value: Shape | None
    fault: str | None
    because: str
    raw: str
    reply: Reply | None = None
    lost: Lost | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the requests of all rounds."""
        return tuple(request.key for request in self.requests)


async def ask_strictly(
    ask: Ask, requests: Sequence[Request], shape: type[Shape], repair: Repair
) -> list[Answered[Shape]]:
    """Ask, read strictly, and send all that is faulty back once, in one batch; same length, same order.

    The server's own refusals are not sent back. Where the second round is lost the request is: a later run asks it.
    """
    first = [_answered((), one, got, shape) for one, got in zip(requests, await ask(requests), strict=True)]
    faulty = [place for place, one in enumerate(first) if one.reply and one.fault and not _is_refused(one.reply)]
    if not faulty:
        return first
    again = [repair(requests[place], first[place].raw, first[place].because) for place in faulty]
    for place, request, got in zip(faulty, again, await ask(again), strict=True):
        first[place] = _answered(first[place].requests, request, got, shape)
    return first


def read_strictly(text: str, finish_reason: str, shape: type[Shape]) -> Read[Shape]:
    """The one JSON object of a text in the given shape, all its strings in NFC.

    A <think> block before it, one ``` fence or words around it are left out. Nothing else is mended: a key too many,
    a key twice, a number as text or a missing bracket is a fault.
    """
    if finish_reason.lower() in _REFUSED and not text.strip():
        return Read(None, "refusal", f"the server ended with {finish_reason}")
    try:
        found = _object_in(text)
    except _UnfitError as error:
        return Read(None, "schema", str(error))
    if found is None:
        return _without_object(text, finish_reason)
    try:
        whole = json.dumps(_normalised(found), ensure_ascii=False)
        whole.encode()  # half of a surrogate pair is no text
        return Read(shape.model_validate_json(whole, strict=True))
    except ValidationError as error:
        return Read(None, "schema", _in_short(error))
    except UnicodeEncodeError:
        return Read(None, "schema", "a broken character: half of a surrogate pair")


class _UnfitError(Exception):
    """JSON that parses and yet is no answer: a list, a key twice, NaN, a number or a depth beyond all measure."""


def _answered(before: tuple[Request, ...], request: Request, got: Reply | Lost, shape: type[Shape]) -> Answered[Shape]:
    asked = (*before, request)
    if isinstance(got, Lost):
        because = f"{got.reason}: {got.because}" if got.because else got.reason
        return Answered(asked, None, "lost", because, "", lost=got)
    read = read_strictly(got.text, got.finish_reason, shape)
    return Answered(asked, read.value, read.fault, read.because, got.text, reply=got)


def _is_refused(reply: Reply) -> bool:
    return reply.finish_reason.lower() in _REFUSED


def _object_in(text: str) -> dict[str, Any] | None:
    """The first of the text's candidates that is a JSON object. Raises _UnfitError."""
    for candidate in _candidates(text):
        try:
            found = json.loads(candidate, object_pairs_hook=_without_repeats, parse_constant=_no_number)
        except json.JSONDecodeError:
            continue
        except RecursionError as error:
            raise _UnfitError("nested too deep") from error
        except ValueError as error:  # an integer of thousands of digits
            raise _UnfitError("a number beyond all measure") from error
        if isinstance(found, list):
            raise _UnfitError("a list where one object is asked for")
        if isinstance(found, dict):
            return found
    return None


def _candidates(text: str) -> Iterator[str]:
    yield text
    said = _after_thought(text)
    yield said
    if len(fences := _FENCED.findall(said)) == 1:
        yield fences[0]
    yield said[said.find("{") : said.rfind("}") + 1]


def _after_thought(text: str) -> str:
    """What a thinking model says in the end; some templates open the block themselves, so that only its end stands."""
    thought, _, said = text.partition("</think>")
    if said or not thought.lstrip().startswith("<think>"):
        return (said or thought).strip()
    return ""


def _without_object(text: str, finish_reason: str) -> Read[Any]:
    """The fault of a text that holds no JSON object."""
    said = _after_thought(text)
    is_short = finish_reason.lower() in _CUT
    if not said:
        spent = "the length went into thinking" if text.strip() else "no text within the length"
        return Read(None, "cut", spent) if is_short else Read(None, "empty", "no text")
    begun = said[max(said.find("{"), 0) :]
    if is_short or _is_unfinished(begun):
        return Read(None, "cut", "the JSON is not finished")
    if "{" not in said and _REFUSAL.search(said):
        return Read(None, "refusal", " ".join(said.split())[:_MOST_CHARS])
    return Read(None, "schema", _syntax_fault(begun) if "{" in said else "no JSON object in the answer")


def _is_unfinished(begun: str) -> bool:
    """Whether a JSON object was well until its text ended."""
    if not begun.startswith("{"):
        return False
    try:
        json.loads(begun)
    except json.JSONDecodeError as error:
        return error.msg.startswith("Unterminated string") or error.pos >= len(begun.rstrip())
    return False


def _syntax_fault(begun: str) -> str:
    try:
        json.loads(begun)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at character {error.pos}: …{begun[max(error.pos - 20, 0) : error.pos + 20]}…"
    return "more than one JSON object"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _UnfitError(f"the key {twice[:40]!r} stands twice")
    return found


def _no_number(constant: str) -> NoReturn:
    raise _UnfitError(f"{constant} is no JSON")


def _normalised(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [_normalised(one) for one in value]
        case dict():
            return {_normalised(key): _normalised(one) for key, one in value.items()}
        case _:
            return value


def _in_short(error: ValidationError) -> str:
    """The first faults, each with its place: `answers.0.quotes: Field required`."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(map(str, one['loc'])) or 'the answer'}: {one['msg']}" for one in faults[:_MOST_FAULTS]]
    return "; ".join(told)[:_MOST_CHARS]
