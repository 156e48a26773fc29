"""How well passages are found: python benchmarks/retrieval.py DIR … [--paraphrases FILE] [--words FILE].

DIR is a folder that datagen.wms wrote; its questions are those kept and those that the gate `retrieved` refused, so
that the gate does not flatter the figures. FILE holds {question, id} a line: another wording of that id's question. A
question is found where a passage that holds its fact stands; equal scores share the better rank. CPU, one thread:
OMP_NUM_THREADS=1.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from curation.korean.kiwi import content_morphemes
from curation.words import load_words
from datagen.retrieval.bm25 import BM25
from datagen.retrieval.embedding import Embedder, hashed_embedder
from datagen.retrieval.search import fuse, share_of_cosine
from datagen.retrieval.sentence_model import open_sentence_embedder

Scores = NDArray[np.float32]
Asked = list[tuple[str, list[int]]]
_BATCH = 256


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders that datagen.wms wrote")
    parser.add_argument("--paraphrases", type=Path, help="JSON Lines of {question, id}")
    parser.add_argument("--words", type=Path, help="word list of the documents")
    parser.add_argument("--dimensions", type=int, default=2048)
    parser.add_argument("--embedder", help="a sentence-transformers model on disk")
    parser.add_argument("--shares", type=float, nargs="*", default=[], help="other weights of the cosine, to compare")
    options = parser.parse_args()
    model = open_sentence_embedder(options.embedder) if options.embedder else None
    words = load_words(options.words) if options.words else ()
    table = Table("documents", "questions", "method", "hit@1", "@5", "@10", "MRR", "ms/question", title="retrieval")
    for folder in options.folders:
        for row in _rows(folder, options.paraphrases, words, options.dimensions, model, options.shares):
            table.add_row(*row)
    Console(width=140).print(table)


def _rows(
    folder: Path, paraphrases: Path | None, words: tuple[str, ...], dimensions: int, model: Embedder | None,
    shares: Sequence[float],
) -> Iterator[tuple[str, ...]]:  # fmt: skip
    passages = _read(folder / "index" / "passages.jsonl")
    texts = ["\n".join([*passage["section"], passage["text"]]) for passage in passages]
    methods = dict(_methods(texts, words, dimensions, model, shares))
    for name, asked in _questions(folder, paraphrases, passages).items():
        for method, score in methods.items():
            started = time.process_time()
            ranks = np.array([rank for part in _batches(asked) for rank in _ranks(score([q for q, _ in part]), part)])
            each = 1000 * (time.process_time() - started) / len(asked)
            hits = [f"{np.mean(ranks <= most):.3f}" for most in (1, 5, 10)]
            yield folder.name, f"{name} ({len(asked):,})", method, *hits, f"{np.mean(1 / ranks):.3f}", f"{each:.2f}"


def _methods(
    texts: list[str], words: tuple[str, ...], dimensions: int, model: Embedder | None, shares: Sequence[float]
) -> Iterator[tuple[str, Callable[[list[str]], Scores]]]:
    """Each method as a function from questions to scores, shape (questions, passages)."""
    morphemes = content_morphemes(texts, words)
    spaced = BM25.of([text.split() for text in texts], has_pairs=False)
    single, paired = BM25.of(morphemes, has_pairs=False), BM25.of(morphemes)
    yield "BM25, words between spaces", lambda asked: spaced.scores([question.split() for question in asked])
    yield "BM25, Kiwi morphemes", lambda asked: single.scores(content_morphemes(asked, words))
    yield "BM25, Kiwi morphemes and pairs", lambda asked: paired.scores(content_morphemes(asked, words))
    for name, embedder in (("hashed", hashed_embedder(morphemes, dimensions)), ("model", model)):
        if embedder is None:
            continue
        vectors = embedder.passages(texts, morphemes)

        def dense(asked: list[str], embedder: Embedder = embedder, vectors: Scores = vectors) -> Scores:
            cosines: Scores = embedder.queries(asked, content_morphemes(asked, words)) @ vectors.T
            return cosines

        def hybrid(
            asked: list[str], share: float = embedder.share, embedder: Embedder = embedder,
            dense: Callable[[list[str]], Scores] = dense,
        ) -> Scores:  # fmt: skip
            read = content_morphemes(asked, words)
            counts = share_of_cosine(replace(embedder, share=share), paired, read)
            return fuse(paired.scores(read), dense(asked), counts)

        yield f"{name} vectors, {embedder.dimensions}", dense
        yield f"BM25 and {name} vectors", hybrid
        for share in shares:
            yield f"  share {share}", lambda asked, share=share, hybrid=hybrid: hybrid(asked, share)  # type: ignore[misc]


def _questions(folder: Path, paraphrases: Path | None, passages: list[dict[str, Any]]) -> dict[str, Asked]:
    """The documents' own questions and their paraphrases, each with the passages that hold its fact."""
    refused = [row for row in _read(folder / "rejected.jsonl") if row["gate"] == "retrieved"]
    records = {row["id"]: row for row in [*_read(folder / "candidates.jsonl"), *refused] if len(row["messages"]) == 2}
    homes = {name: _home(record, passages) for name, record in records.items()}
    own = [(record["messages"][0]["content"], homes[name]) for name, record in records.items() if homes[name]]
    other = _read(paraphrases) if paraphrases else []
    said = [(row["question"], homes[row["id"]]) for row in other if homes.get(row["id"])]
    return {"own": own} | ({"paraphrased": said} if said else {})


def _home(record: dict[str, Any], passages: list[dict[str, Any]]) -> list[int]:
    fact = record["evidence"][0]
    return [
        number
        for number, one in enumerate(passages)
        if one["sha256"] == fact["sha256"] and one["start"] < fact["end"] and fact["start"] < one["end"]
    ]


def _ranks(scores: Scores, asked: Asked) -> list[int]:
    """From 1; a question of which no passage holds a word is found last."""
    return [
        1 + int(np.sum(values > values[own].max())) if values[own].max() != 0 else len(values)
        for values, (_, own) in zip(scores, asked, strict=True)
    ]


def _batches(asked: Asked) -> Iterator[Asked]:
    for _, part in groupby(enumerate(asked), key=lambda numbered: numbered[0] // _BATCH):
        yield [question for _, question in part]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
