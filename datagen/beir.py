"""A datagen folder as a retrieval benchmark in the BEIR layout (Thakur et al. 2021): corpus, queries, qrels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from curation.errors import InputError, run_command
from curation.files import canonical_json, replacing
from curation.manifest import open_manifest

CORPUS, QUERIES, QRELS = Path("corpus.jsonl"), Path("queries.jsonl"), Path("qrels") / "test.tsv"
# How much a passage answers: it holds the fact, or only what the answer says besides (a restored subject).
_FACT, _BESIDE = 2, 1


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`corpus` and `queries` as BEIR writes them, and the judged (query, passage, score), score 2 or 1."""

    corpus: list[dict[str, str]]
    queries: list[dict[str, str]]
    qrels: list[tuple[str, str, int]]


def make_benchmark(passages: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]) -> Benchmark:
    """Every passage of the index, and every answerable question of one turn with the passages its evidence touches.

    A passage scores 2 where it holds the answer's first span, which carries the fact, or a piece of it where passages
    cut it; 1 where it holds another span. A follow-up question means nothing alone, and a refusal has no passage.
    """
    homes: dict[str, list[Mapping[str, Any]]] = {}
    for passage in passages:
        homes.setdefault(passage["sha256"], []).append(passage)
    queries, qrels = [], []
    for record in records:
        judged = _judged(record, homes)
        if judged and record["meta"]["answerable"] and len(record["messages"]) == 2 + _has_system(record):
            queries.append({"_id": record["id"], "text": _question(record)})
            qrels += [(record["id"], name, score) for name, score in judged.items()]
    corpus = [{"_id": one["id"], "title": " > ".join(one["section"]), "text": one["text"]} for one in passages]
    return Benchmark(corpus, queries, qrels)


def write_benchmark(benchmark: Benchmark, out: Path) -> None:
    """`corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`, each whole or not at all."""
    for name, rows in ((CORPUS, benchmark.corpus), (QUERIES, benchmark.queries)):
        with replacing(out / name) as file:
            file.writelines(canonical_json(row) + b"\n" for row in rows)
    with replacing(out / QRELS) as file:
        file.write(b"query-id\tcorpus-id\tscore\n")
        file.writelines(f"{query}\t{passage}\t{score}\n".encode() for query, passage, score in benchmark.qrels)


def _judged(record: Mapping[str, Any], homes: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """The score of each passage that a record's evidence touches; none where its fact stands in no passage."""
    touched = [
        [
            one["id"]
            for one in homes.get(span["sha256"], ())
            if one["start"] < span["end"] and span["start"] < one["end"]
        ]
        for span in record["evidence"]
    ]
    if not touched or not touched[0]:
        return {}
    return {name: _BESIDE for names in touched for name in names} | dict.fromkeys(touched[0], _FACT)


def _question(record: Mapping[str, Any]) -> str:
    """The question alone: contexts stand before it, parted by an empty line."""
    text = next(str(message["content"]) for message in record["messages"] if message["role"] == "user")
    return text.rpartition("\n\n")[2] if record.get("contexts") else text


def _has_system(record: Mapping[str, Any]) -> bool:
    return bool(record["messages"][0]["role"] == "system")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _check_out(out: Path) -> None:
    """Raise InputError where `out` holds anything but an earlier export."""
    if not out.exists():
        return
    names = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    if foreign := names - {CORPUS.name, QUERIES.name, QRELS.parent.name} if out.is_dir() else names:
        raise InputError(
            str(out), f"holds {min(foreign)}, which is not of this command's making",
            mend="give a new folder with --out", mend_ko="--out 으로 새 폴더를 지정하세요",
        )  # fmt: skip


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="a folder that datagen.wms wrote")],
    out: Annotated[Path, typer.Option(help="the folder to write")],
) -> None:
    """Write the questions and passages of a datagen folder as a BEIR benchmark."""
    _check_out(out)
    opened = open_manifest(folder, kind="candidates").folder
    benchmark = make_benchmark(
        list(_lines(opened / "index" / "passages.jsonl")), list(_lines(opened / "candidates.jsonl"))
    )
    write_benchmark(benchmark, out)
    counts = f"{len(benchmark.corpus):,} passages, {len(benchmark.queries):,} queries, {len(benchmark.qrels):,} qrels"
    print(f"{out}: {counts}")


if __name__ == "__main__":
    run_command(app)
