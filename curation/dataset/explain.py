"""One row's whole story: where it was read, what each step did with it, and the rows beside it that decided."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.dataset.ledger import each_ledger_block
from curation.dataset.shards import each_group
from curation.dataset.verdicts import STEPS
from curation.errors import InputError
from curation.leaks.dealing import SPLITS
from curation.manifest import open_manifest

_NEIGHBOURS = 20  # of its cluster and of its split group, at most
_KOREAN = {"keep": "남음", "drop": "빠짐", "quarantine": "격리"}


def explain_row(folder: Path, row: str) -> dict[str, Any]:
    """The story of a row given by its `row_id`, a beginning of it, or `FILE:LINE`: a JSON object.

    `ledger` is its line there, `because` as an object; `steps` what each step did; `row` its shard's columns where it
    stayed; `witness` the kept row that it repeats; `cluster` and `split_group` the kept rows that share these.
    """
    data = open_manifest(folder, kind="dataset").data
    line = _ledger_line(folder, row)
    own = _find(folder, line["row_id"]) if line["verdict"] == "keep" else None
    witness = line["because"].get("kept")
    return {
        "ledger": line,
        "steps": _steps(line),
        "row": own,
        "witness": _find(folder, witness) if witness else None,
        **{name: _beside(folder, name, own) for name in ("cluster_id", "split_group") if own},
        "manifest_sha256": data["manifest_sha256"],
    }


def print_story(story: Mapping[str, Any]) -> None:
    """The story for a reader at a terminal; what the row says can give it no command."""
    from rich.console import Console

    console = Console(highlight=False)
    line, own = story["ledger"], story["row"]
    name = line["row_id"] or "no row_id: it could not be read"
    console.print(f"[bold]{_shown(name)}[/]  {line['verdict']} {_KOREAN[line['verdict']]}")
    console.print(f"  read from · 출처   {_shown(line['file'])}:{line['position']} ({_shown(line['source'])})")
    for step in story["steps"]:
        console.print(f"  {step['step']:<8} {_shown(step['outcome'])}")
    for key, value in line["because"].items():
        if key not in ("edits", "question", "answer"):
            console.print(f"    {key}: {_shown(_short(value))}")
    for edit in line["because"].get("edits", ()):
        console.print(
            f"    edited · 고침 ({edit['why']}): {_shown(repr(edit['before']))} → {_shown(repr(edit['after']))}"
        )
    for turn in own["messages"] if own else ():
        console.print(f"  [bold]{turn['role']:<9}[/] {_shown(turn['content'])}")
    if own is None and "question" in line["because"]:
        console.print(f"  [bold]user     [/] {_shown(line['because']['question'])}")
        console.print(f"  [bold]assistant[/] {_shown(line['because']['answer'])}")
    for span in own["evidence"] if own else ():
        console.print(
            f"  evidence · 근거    {_shown(span['document'])}[{span['start']}:{span['end']}] “{_shown(span['quote'])}”"
        )
    if story["witness"]:
        said = " / ".join(turn["content"] for turn in story["witness"]["messages"])
        console.print(f"  kept instead · 대신 남은 행  {story['witness']['row_id']}  {_shown(said)}")
    for name, title in (("cluster_id", "repeats · 반복"), ("split_group", "same split · 함께 나뉜 행")):
        others = story.get(name)
        if others and others["rows"]:
            console.print(f"  {title}: {others['rows']:,} others, such as {', '.join(others['row_ids'][:5])}")


def _steps(line: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each step did with the row, up to the one at which it fell."""
    told: list[dict[str, str]] = []
    for step in STEPS:
        if step == line["step"]:
            told.append({"step": step, "outcome": f"{line['verdict']}: {line['reason']}"})
            return told
        edits = len(line["because"].get("edits", ())) if step == "rules" else 0
        told.append({"step": step, "outcome": f"passed, {edits} edits" if edits else "passed"})
    told[-1]["outcome"] = f"passed, dealt to {line['split']}"
    return told


def _ledger_line(folder: Path, row: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    count = 0
    for lines in each_ledger_block(folder):
        place = pc.binary_join_element_wise(lines["file"], pc.cast(lines["position"], pa.string()), ":")
        ids = pc.fill_null(pc.starts_with(lines["row_id"], row), False)
        fitting = lines.filter(pc.or_(ids, pc.equal(place, row)))
        count += fitting.num_rows
        found += fitting.slice(0, 1).to_pylist()
    if count != 1:
        raise InputError(
            str(folder / "ledger.parquet"), f"{count or 'no'} rows are called {row!r}",
            mend="give a row_id (or a longer beginning of it), or FILE:LINE as the ledger names it",
            mend_ko="row_id 를 더 길게 쓰거나, 원장에 적힌 파일:줄 번호를 지정하세요",
        )  # fmt: skip
    return {**found[0], "because": json.loads(found[0]["because"])}


def _find(folder: Path, row_id: str) -> dict[str, Any] | None:
    """A kept row's columns and its split; None where no such row is kept here, as one of an earlier release."""
    found = (
        {**row, "split": split}
        for split in SPLITS
        for rows in each_group(folder, split)
        for row in rows.filter(pc.field("row_id") == row_id).to_pylist()
    )
    return next(found, None)


def _beside(folder: Path, column: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """The other kept rows that share the row's `column`: how many, and the first of them."""
    ids = [
        row_id
        for split in SPLITS
        for rows in each_group(folder, split, ["row_id", column])
        for row_id in rows.filter(pc.field(column) == own[column])["row_id"].to_pylist()
        if row_id != own["row_id"]
    ]
    return {"rows": len(ids), "row_ids": ids[:_NEIGHBOURS]}


def _shown(text: str) -> str:
    """A text as rich prints it to the letter: neither its marks nor its control characters are obeyed."""
    from rich.markup import escape

    from curation.report.pages import visible

    return escape(visible(text))


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]} …"
