"""Pairs beside their source: what was asked, what was answered, and the lines of the document it rests on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from curation.errors import run_command
from curation.manifest import open_manifest

_AROUND = 60  # characters of the document shown on either side of the fact


def sample(folder: Path, *, size: int, seed: int) -> list[dict[str, Any]]:
    """`size` candidates of a datagen folder, drawn by `seed` and content, whatever their order in the file."""
    lines = (
        (open_manifest(folder, kind="candidates").folder / "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    )
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return sorted(records, key=lambda record: hashlib.sha256(f"{seed}|{record['id']}".encode()).digest())[:size]


def beside_source(folder: Path, record: dict[str, Any]) -> str:
    """One pair as text: question, answer, then each quote in its surroundings, marked by ⟦ ⟧."""
    question, answer = (message["content"] for message in record["messages"][-2:])
    shown = [f"Q ({record['meta']['question_level']}, {record['meta']['persona']}): {question}", f"A: {answer}"]
    for span in record["evidence"]:
        text = (folder / "documents" / f"{span['sha256']}.txt").read_text(encoding="utf-8")
        before, after = text[max(0, span["start"] - _AROUND) : span["start"]], text[span["end"] : span["end"] + _AROUND]
        place = f"{span['document']}[{span['start']}:{span['end']}]"
        shown.append(f"  {place} …{before}⟦{span['quote']}⟧{after}…".replace("\n", "⏎"))
    return "\n".join(shown)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="a folder that datagen.wms wrote")],
    size: Annotated[int, typer.Option("--sample", min=1, help="how many pairs")] = 5,
    seed: Annotated[int, typer.Option(help="another draw")] = 7,
) -> None:
    """Show pairs drawn at random, each beside the source it rests on."""
    for number, record in enumerate(sample(folder, size=size, seed=seed), 1):
        print(f"[{number}] {record['meta']['kind']}\n{beside_source(folder, record)}\n")


if __name__ == "__main__":
    run_command(app)
