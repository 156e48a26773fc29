"""Conversations that stand in the row as a list of turns: `messages`, and ShareGPT's `conversations`."""

from collections.abc import Mapping
from typing import Any

from curation.sources.shapes.turns import Options, Recognised, Row

# ShareGPT's names; tools and functions are no speakers, their names are left for the reader to refuse.
SPEAKERS = {
    "human": "user", "user": "user", "usr": "user",
    "gpt": "assistant", "assistant": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant",
    "system": "system", "sys": "system",
}  # fmt: skip
_LISTS = ("conversations", "conversation", "messages")
_KEYS = (("from", "value"), ("role", "content"))
# A turn with one of these says more than its text does, so it must not become plain text.
_CALLS = ("tool_calls", "function_call", "tool_call_id")
_TRAINED = (True, 1, None)  # `weight`, `train`: a turn that is not to be learned must not be learned in silence


def messages(row: Row, _: Options) -> Recognised | None:
    """`{"messages": [{"role": "user", "content": "재고 실사 언제 해?"}, …]}`, roles by their own names.

    What a turn holds beside role and content (`name`, `weight: 1`, …) stands beside as `turns`; a turn with a call of a
    tool, or of weight 0, is left whole for the reader to refuse. An UltraChat `prompt` that only repeats the first
    question is used up with it.
    """
    if "messages" not in row:
        return None
    turns = row["messages"]
    if isinstance(turns, list) and turns and isinstance(turns[0], dict) and "from" in turns[0]:
        return None  # ShareGPT's turns under another name
    repeats_prompt = "prompt" in row and row["prompt"] == _first_question(turns)
    return _conversation("messages", turns, ("messages", "prompt") if repeats_prompt else ("messages",), _KEYS[1], {})


def sharegpt(row: Row, _: Options) -> Recognised | None:
    """`{"conversations": [{"from": "human", "value": "재고 실사 언제 해?"}, …]}`; also with role and content.

    A `system` field becomes the first turn.
    """
    name = next((name for name in _LISTS if isinstance(row.get(name), list)), None)
    if name is None:
        return None
    turns = row[name]
    first = turns[0] if turns and isinstance(turns[0], dict) else {}
    keys = next((keys for keys in _KEYS if keys[0] in first and keys[1] in first), None)
    if keys is None:
        return None
    found = _conversation("sharegpt", turns, (name,), keys, SPEAKERS)
    if row.get("system") in (None, "") or not isinstance(found.messages, list):
        return found
    opening = {"role": "system", "content": row["system"]}
    return Recognised(found.shape, [opening, *found.messages], (name, "system"), found.beside)


def _conversation(
    shape: str, turns: object, fields: tuple[str, ...], keys: tuple[str, str], speakers: Mapping[str, str]
) -> Recognised:
    if not isinstance(turns, list):
        return Recognised(shape, turns, fields)
    role, content = keys
    renamed, extras = [], []
    for turn in turns:
        if not isinstance(turn, dict) or role not in turn or content not in turn or _says_more(turn):
            return Recognised(shape, turns, fields)
        renamed.append({"role": _speaker(turn[role], speakers), "content": _text(turn[content])})
        # A Parquet file has every key in every turn: without a value it says nothing.
        extras.append({key: value for key, value in turn.items() if key not in keys and value is not None})
    return Recognised(shape, renamed, fields, {"turns": extras} if any(extras) else {})


def _says_more(turn: Mapping[str, Any]) -> bool:
    if len(turn) == 2:
        return False
    calls = any(turn.get(key) for key in _CALLS)
    return calls or any(turn.get(key) not in _TRAINED for key in ("weight", "train", "loss"))


def _speaker(name: object, speakers: Mapping[str, str]) -> object:
    return speakers.get(name, name) if isinstance(name, str) else name


def _text(content: object) -> object:
    """OpenAI's content in parts, where it is one part of text: `[{"type": "text", "text": "언제 해?"}]`."""
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], dict):
        part = content[0]
        if part.get("type") == "text" and part.keys() == {"type", "text"}:
            return part["text"]
    return content


def _first_question(turns: object) -> object:
    if isinstance(turns, list):
        for turn in turns:
            if isinstance(turn, dict) and turn.get("role") == "user":
                return turn.get("content")
    return None
