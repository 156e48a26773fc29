"""AI Hub 한국어 대화 요약 (dataSetSn 117): a messenger's dialogue and its summary, one dialogue a record."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from curation.sources.shapes.turns import Options, Recognised, Row, pair, with_context

# Ours: the set itself holds no instructions.
INSTRUCTIONS = {
    "summary": "다음 대화를 읽고 핵심 내용을 요약해 주세요.",
    "diary": "다음 대화를 바탕으로 오늘 있었던 일을 일기로 써 주세요.",
}
TASKS = (*INSTRUCTIONS, "dialogue")
_TWO = 2


def aihub_dialogue(row: Row, options: Options) -> Recognised | None:
    """`{"header": {…}, "body": {"dialogue": [{"participantID": "P01", "utterance": "…"}, …], "summary": "…"}}`

    `task = "summary"` (default) and `"diary"`: the dialogue is one block under an instruction, a line for each speaker
    in turn, and the summary is the answer; where it lacks there is none. `task = "dialogue"`: the first to speak is the
    user, the other the assistant; with more than two there is no such reading, and the block is summarised. Utterances
    in a row of one speaker are one turn; masks such as `#@이름#` stay. What else the set says of each utterance and of
    the dialogue stands beside.
    """
    body = row.get("body")
    if "header" not in row or not isinstance(body, dict) or not _is_dialogue(body.get("dialogue")):
        return None
    dialogue = body["dialogue"]
    speeches = _speeches(dialogue)
    task = options.get("task", "summary")
    speakers = list(dict.fromkeys(speaker for speaker, _ in speeches))
    rest = {key: value for key, value in body.items() if key not in ("dialogue", "summary")}
    rest["dialogue"] = [{key: value for key, value in one.items() if key != "utterance"} for one in dialogue]
    if task == "dialogue" and len(speakers) <= _TWO:
        turns = [
            {"role": "user" if speaker == speakers[0] else "assistant", "content": "\n".join(said)}
            for speaker, said in speeches
        ]
        if "summary" in body:
            rest["summary"] = body["summary"]
        return Recognised("aihub_dialogue", turns, ("body",), {"body": rest})
    block = "\n".join(f"{speaker}: {' '.join(said)}" for speaker, said in speeches)
    asked = with_context(INSTRUCTIONS.get(task, INSTRUCTIONS["summary"]), block)
    return Recognised("aihub_dialogue", pair(asked, body.get("summary")), ("body",), {"body": rest})


def _is_dialogue(dialogue: object) -> bool:
    return (
        isinstance(dialogue, list)
        and bool(dialogue)
        and all(
            isinstance(one, dict)
            and isinstance(one.get("participantID"), str)
            and isinstance(one.get("utterance"), str)
            for one in dialogue
        )
    )


def _speeches(dialogue: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Each speaker in turn with the utterances made in a row."""
    return [
        (speaker, [one["utterance"] for one in spoken])
        for speaker, spoken in groupby(dialogue, key=lambda one: one["participantID"])
    ]
