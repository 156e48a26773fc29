"""What a person rewrote, judged by the gates that every writer's pairs pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from curation.errors import InputError
from curation.korean.speech_level import SpeechLevel, tag_speech_levels
from curation.manifest import Manifest
from datagen.beside import Lookup, Row
from datagen.documents import Document, Evidence
from datagen.folder import Source, as_record
from datagen.gates import Inspected, Pair, first_fault, inspect
from datagen.recipe import Gates
from datagen.retrieval.search import Standing

# Where a question's evidence ranks is asked of an index, not of a person: the gate `retrieved` lets every rewrite pass.
_UNASKED = Standing({}, {}, 0)


def rewrite(fixes: Sequence[tuple[Row, Row]], text: Lookup, manifest: Manifest) -> list[tuple[Row, str | None]]:
    """Of each (row as it was, row with edited messages), same order: the edited row with what its `meta` says of the
    wording made true again, and the first gate it fails with what that gate saw, or None.

    Raises InputError where the manifest's recipe holds no thresholds.
    """
    limits = _limits(manifest)
    pairs = _pairs([after for _, after in fixes], text)
    found = inspect(pairs, [_UNASKED] * len(pairs), ())
    return [
        (_true_again(before, after, one), _fault(one, limits))
        for (before, after), one in zip(fixes, found, strict=True)
    ]


def _fault(found: Inspected, limits: Gates) -> str | None:
    fault = first_fault(found, limits)
    return None if fault is None else f"{fault[0]}: {fault[1]}"


def _true_again(before: Row, after: Row, found: Inspected) -> Row:
    """The edited row; a rank that was measured with another question is none."""
    asks_the_same = before["messages"][:-1] == after["messages"][:-1]
    kept = ("kind", "persona", "rank", "margin", "answerable", *(("question_level", "noise") if asks_the_same else ()))
    record: Mapping[str, Any] = as_record(found, Source((), after["source"], after["license"]))
    fresh = {key: value for key, value in record["meta"].items() if key not in kept}
    unranked = {} if asks_the_same else {"rank": None, "margin": None}
    return {**after, "meta": {**after["meta"], **fresh, **unranked}}


def _pairs(rows: Sequence[Row], text: Lookup) -> list[Pair]:
    """Each row's last pair, with the turns before it."""
    questions = [message["content"] for row in rows for message in row["messages"] if message["role"] == "user"]
    levels = dict(zip(questions, (tag.level for tag in tag_speech_levels(questions)), strict=True))
    found = []
    for row in rows:
        turns, meta = row["messages"], row["meta"]
        pair: Pair | None = None
        for place in range(1, len(turns)):
            if (turns[place - 1]["role"], turns[place]["role"]) == ("user", "assistant"):
                question = turns[place - 1]["content"]
                pair = Pair(
                    meta["kind"], str(meta.get("persona")), question, levels[question], turns[place]["content"],
                    _evidence(row, place, text), before=pair, is_answerable=meta.get("answerable") is not False,
                    noise=meta.get("noise"),
                    answer_level=SpeechLevel(meta.get("answer_level", SpeechLevel.HAPSYO)),
                )  # fmt: skip
        assert pair is not None, "a row to fix ends with a question and its answer"
        found.append(pair)
    return found


def _evidence(row: Row, turn: int, text: Lookup) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            Document(span["document"], text(span["sha256"]), span["sha256"], ()),
            span["start"], span["end"], span["quote"], tuple(span["section"]),
        )
        for span in row["evidence"]
        if span["turn"] == turn
    )  # fmt: skip


def _limits(manifest: Manifest) -> Gates:
    try:
        return Gates.model_validate(manifest.data.get("recipe", {}).get("gates"))
    except ValidationError as error:
        raise InputError(
            str(manifest.folder / "manifest.json"), "holds no thresholds of the gates that this version knows",
            mend="write the candidates again with this version of datagen.wms",
            mend_ko="이 버전의 datagen.wms 로 후보를 다시 만드세요",
        ) from error  # fmt: skip
