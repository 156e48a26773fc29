"""What goes wrong with servers and models, on demand: drawn from a seed and the request, so that runs repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.errors import InputError
from curation.files import sha256_bytes
from datagen.llm.request import Message
from datagen.standin.task import read_task

_ENGLISH = "The document says that the goods are checked before they are stored."
_CHINESE = "根据资料，商品在入库之前必须先进行检查。"
_REFUSAL = "죄송하지만 해당 요청에는 답변을 드릴 수 없습니다. 다른 도움이 필요하시면 말씀해 주세요."
# What an answer quotes or counts is no text of its own.
_VERBATIM = frozenset({"source", "text"})
_POINTS = 2**64


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that was drawn, and a second draw (0..1) for how it shows."""

    name: str
    draw: float

    @property
    def status(self) -> int | None:
        """The HTTP status that it answers with; None for one that answers, or never does."""
        return int(self.name) if self.name.isdigit() else None


@dataclass(frozen=True, slots=True)
class Faults:
    """The share (0..1) of requests that meet each fault; at most one each."""

    shares: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def draw(self, key: str, asked: int) -> Fault | None:
        """The fault of the request with this key, asked for the n-th time (from 1): a retry draws anew."""
        point, how = (
            int(sha256_bytes(f"{self.seed}|{key}|{asked}|{place}".encode())[:16], 16) / _POINTS for place in range(2)
        )
        for name, share in self.shares.items():
            point -= share
            if point < 0:
                return Fault(name, how)
        return None


def read_faults(given: Sequence[str], seed: int) -> Faults:
    """The faults of `429=0.3`, `cut=0.05` …; raises InputError for a name that is none, and for shares beyond 1."""
    shares: dict[str, float] = {}
    for one in given:
        name, _, share = one.partition("=")
        is_known = name in (*TEXT_FAULTS, *SERVER_FAULTS) or (name.isdigit() and 400 <= int(name) < 600)
        try:
            shares[name] = float(share) if is_known else -1.0
        except ValueError:
            shares[name] = -1.0
        if not 0 <= shares[name] <= 1 or sum(shares.values()) > 1:
            names = ", ".join(("429", "500", *SERVER_FAULTS, *TEXT_FAULTS))
            raise InputError(
                f"--fault {one}", "is no NAME=SHARE, or all shares are more than 1",
                mend=f"shares are 0 to 1, all together at most 1; names: {names}, or another HTTP status",
                mend_ko=f"이름=비율로 쓰고, 비율은 모두 더해 1 이하로 하세요. 이름: {names}, 그 밖의 HTTP 상태 코드",
            )  # fmt: skip
    return Faults(shares, seed)


def spoil(text: str, fault: Fault, messages: Sequence[Message]) -> str:
    """An honest answer as a model with this fault would have given it; what only a server does leaves it whole."""
    return TEXT_FAULTS[fault.name](text, fault.draw, messages) if fault.name in TEXT_FAULTS else text


def _cut(text: str, draw: float, _: Sequence[Message]) -> str:
    """The text broken off somewhere between a third and its last character."""
    return text[: max(1, int(len(text) * (1 / 3 + draw * 2 / 3)) - 1)]


def _misshaped(text: str, draw: float, _: Sequence[Message]) -> str:
    """A key too many, one too few, or one under another name."""
    value = _as_json(text)
    if not isinstance(value, dict) or not value:
        return text
    first, *_rest = value
    turned = [
        {**value, "confidence": 0.9},
        {name: inner for name, inner in value.items() if name != first},
        {("result" if name == first else name): inner for name, inner in value.items()},
    ]
    return json.dumps(turned[int(draw * len(turned))], ensure_ascii=False)


def _foreign(text: str, draw: float, _: Sequence[Message]) -> str:
    """Every text of the model's own in English or Chinese."""
    return _reworded(text, lambda _own: _ENGLISH if draw < 0.5 else _CHINESE)


def _slipped(text: str, _draw: float, messages: Sequence[Message]) -> str:
    """Questions in another register than asked for, all else in 반말."""
    from curation.korean.register import convert
    from curation.korean.speech_level import SpeechLevel

    is_casual = read_task(messages).level is SpeechLevel.HAE and "questions" in text
    level, tail = ("hapsyo", "알려 주시겠습니까?") if is_casual else ("hae", "알았지?")

    def slip(own: str) -> str:
        turned = convert([own], to="hapsyo" if level == "hapsyo" else "hae")[0].text
        return turned if turned != own else f"{own} {tail}"

    return _reworded(text, slip)


def _refused(_text: str, _draw: float, _: Sequence[Message]) -> str:
    return _REFUSAL


def _emptied(_text: str, _draw: float, _: Sequence[Message]) -> str:
    return ""


def _obedient(text: str, _draw: float, messages: Sequence[Message]) -> str:
    """What a passage orders, where one does."""
    from datagen.standin.obey import obeyed

    value = _as_json(text)
    return obeyed(messages, value) or text if isinstance(value, dict) else text


# What a server does; `slow` and `hang` answer late and never.
SERVER_FAULTS = ("slow", "hang")
# What a model does to its answer.
TEXT_FAULTS: dict[str, Callable[[str, float, Sequence[Message]], str]] = {
    "cut": _cut, "schema": _misshaped, "language": _foreign, "register": _slipped, "refusal": _refused,
    "empty": _emptied, "obedient": _obedient,
}  # fmt: skip


def _as_json(text: str) -> object:
    """The value of a JSON text; None where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _reworded(text: str, turn: Callable[[str], str]) -> str:
    """A JSON text with each text of the model's own turned; plain text whole."""
    value = _as_json(text)
    return turn(text) if value is None else json.dumps(_turned(value, turn), ensure_ascii=False)


def _turned(value: object, turn: Callable[[str], str]) -> Any:  # noqa: ANN401
    match value:
        case str():
            return turn(value)
        case list():
            return [_turned(inner, turn) for inner in value]
        case dict():
            return {name: inner if name in _VERBATIM else _turned(inner, turn) for name, inner in value.items()}
    return value
