"""Rows to show for a change: their texts, the evidence for their fate, and the rows beside them that decided it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.releases.changes import Differs, Kind, Sample
from curation.releases.fates import ABSENT, Fates, each_line
from curation.releases.kept_texts import EXCERPT_CHARS, each_kept

_LINE = ["file", "position", "source", "because"]
_WITNESSES = ("kept", "twin")  # what `because` calls a row that decided
_NO_EVIDENCE = {"question", "answer", "edits"}
_LEAD_CHARS = 40  # what is shown of two texts before they differ


@dataclass(frozen=True, slots=True)
class Pick:
    """A row to show: its places in `Ids` in each release (the same, or ABSENT in one, or of a continued row)."""

    kind: Kind
    old: int
    new: int
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What one release says of a row."""

    place: str
    source: str
    because: dict[str, Any]
    texts: tuple[str, str]  # question and answer
    is_cut: bool  # the ledger holds their beginnings alone


def pick_rows(flow: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many places in `flow`: the first of each flow, then the second of each, and so on."""
    ranked = sorted(
        (rank, place)
        for number in range(int(flow.max(initial=ABSENT)) + 1)
        for rank, place in enumerate(np.flatnonzero(flow == number)[:most].tolist())
    )
    return np.array([place for _, place in ranked[:most]], dtype=np.int64)


def show_rows(
    folders: tuple[Path, Path], fates: Fates, picks: Sequence[Pick], inputs: Sequence[Differs]
) -> dict[Kind, list[Sample]]:
    """A sample for each pick, in their order, by kind; `inputs` are the input files that differ."""
    told = [
        _tell(folder, fates, {getattr(pick, side) for pick in picks} - {ABSENT}, getattr(fates, side).line)
        for folder, side in zip(folders, ("old", "new"), strict=True)
    ]
    files = {one.key: one for one in inputs}
    samples: dict[Kind, list[Sample]] = {}
    for pick in picks:
        samples.setdefault(pick.kind, []).append(
            _sample(pick, fates, told[0].get(pick.old), told[1].get(pick.new), files)
        )
    return samples


def _sample(pick: Pick, fates: Fates, old: _Told | None, new: _Told | None, files: Mapping[str, Differs]) -> Sample:
    shown = new or old
    assert shown is not None
    question, answer = _excerpts(old if new else None, shown)
    # The evidence is the second release's; where it has none, because the row is kept there now, the first one's.
    because = shown.because or (old.because if old else {})
    # A row that stays as it was owes nothing to its file.
    changed = None if pick.old == pick.new else files.get(shown.place.rpartition(":")[0])
    return Sample(
        row_id=fates.ids.text(pick.new if new else pick.old),
        place=shown.place,
        source=shown.source,
        was=pick.was,
        now=pick.now,
        question=question[1],
        answer=answer[1],
        because=because,
        causes=[*_witnesses(because, fates), *([changed] if changed else [])],
        old_row_id=fates.ids.text(pick.old) if pick.old not in (ABSENT, pick.new) and new else None,
        old_question=question[0],
        old_answer=answer[0],
    )


def _excerpts(old: _Told | None, shown: _Told) -> list[tuple[str | None, str]]:
    """Of question and answer: what the first release says where it says something else, and what is shown.

    Excerpts of two texts begin shortly before their first difference.
    """
    found: list[tuple[str | None, str]] = []
    known = EXCERPT_CHARS if old and (old.is_cut or shown.is_cut) else None
    for texts in zip(old.texts if old else ("", ""), shown.texts, strict=True):
        before, after = (text[:known] for text in texts)
        differ = before not in ("", after)
        equal = takewhile(lambda chars: chars[0] == chars[1], zip(before, after, strict=False))
        same = sum(1 for _ in equal) if differ else 0
        start = same - _LEAD_CHARS if same > EXCERPT_CHARS // 2 else 0
        one, other = (f"{'…' if start else ''}{text[start : start + EXCERPT_CHARS]}" for text in (before, after))
        found.append((one if differ else None, other))
    return found


def _witnesses(because: Mapping[str, Any], fates: Fates) -> list[Differs]:
    """The rows that the evidence names and whose fate is another now: a row fell because what it repeats came."""
    found: list[Differs] = []
    for row_id in (because[key] for key in _WITNESSES if isinstance(because.get(key), str)):
        at = fates.ids.look_up(row_id)
        was, now = (None if at is None else fates.name(side, at) for side in (fates.old, fates.new))
        if was != now:
            found.append(Differs("row", row_id, was, now))
    return found


def _tell(folder: Path, fates: Fates, places: Iterable[int], lines: NDArray[np.int64]) -> dict[int, _Told]:
    at = {int(lines[place]): place for place in places}
    texts = _texts(folder, {fates.ids.text(place): place for place in at.values()})
    told: dict[int, _Told] = {}
    for line, row in each_line(folder, at, _LINE):
        place, because = at[line], json.loads(row["because"])
        said = (str(because.get("question", "")), str(because.get("answer", "")))
        because = {key: value for key, value in because.items() if key not in _NO_EVIDENCE}
        at_place = f"{row['file']}:{row['position']}"
        told[place] = _Told(at_place, row["source"], because, texts.get(place, said), is_cut=place not in texts)
    return told


def _texts(folder: Path, wanted: Mapping[str, int]) -> dict[int, tuple[str, str]]:
    """Question and answer of those rows that are kept, by place."""
    row_ids = pa.array(list(wanted), pa.string())
    found: dict[int, tuple[str, str]] = {}
    for rows in each_kept(folder, ["row_id", "messages"]) if wanted else ():
        for row in rows.filter(pc.is_in(rows["row_id"], row_ids)).to_pylist():
            turns = row["messages"]
            found[wanted[row["row_id"]]] = _said(turns, "user"), _said(turns, "assistant")
    return found


def _said(turns: Sequence[Mapping[str, str]], role: str) -> str:
    return "\n".join(turn["content"] for turn in turns if turn["role"] == role)
