"""The BEIR export: its layout, and that every judged passage holds the evidence."""

import json

import pytest
from typer.testing import CliRunner

from curation.errors import InputError
from datagen.beir import app, make_benchmark
from datagen.wms import app as write


def run(app, *arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def load(folder):
    """The three tables as BEIR's own loader reads them."""
    corpus = {row["_id"]: (row["title"], row["text"]) for row in lines(folder / "corpus.jsonl")}
    queries = {row["_id"]: row["text"] for row in lines(folder / "queries.jsonl")}
    header, *rows = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "query-id\tcorpus-id\tscore"
    qrels = {}
    for row in rows:
        query, passage, score = row.split("\t")
        qrels.setdefault(query, {})[passage] = int(score)
    return corpus, queries, qrels


@pytest.fixture
def exported(small_handbook, tmp_path):
    assert run(write, small_handbook, "--out", tmp_path / "made").exit_code == 0
    assert run(app, tmp_path / "made", "--out", tmp_path / "beir").exit_code == 0
    return tmp_path / "made", tmp_path / "beir"


def test_every_judged_passage_touches_the_evidence_of_its_question(exported):
    made, beir = exported
    corpus, queries, qrels = load(beir)
    records = {row["id"]: row for row in lines(made / "candidates.jsonl")}
    passages = {row["id"]: row for row in lines(made / "index" / "passages.jsonl")}
    assert set(corpus) == set(passages)
    assert queries
    assert set(queries) == set(qrels) <= set(records)
    for query, judged in qrels.items():
        assert queries[query] == records[query]["messages"][0]["content"]
        for name, score in judged.items():
            passage, spans = passages[name], records[query]["evidence"]
            touched = [
                span
                for span in spans
                if span["sha256"] == passage["sha256"]
                and span["start"] < passage["end"]
                and passage["start"] < span["end"]
            ]
            assert touched
            assert (score == 2) == (spans[0] in touched)
            assert any(span["quote"] in passage["text"] or passage["text"] in span["quote"] for span in touched)


def row(name, evidence, *contents, **fields):
    roles = ["user", "assistant"] * (len(contents) // 2)
    spans = [{"sha256": "a", "start": start, "end": end} for start, end in evidence]
    messages = [{"role": role, "content": content} for role, content in zip(roles, contents, strict=True)]
    return {"id": name, "messages": messages, "evidence": spans, "meta": {"answerable": True}, **fields}


PASSAGES = [
    {"id": "p1", "sha256": "a", "start": 0, "end": 10, "section": ["창고", "보류"], "text": "0123456789"},
    {"id": "p2", "sha256": "a", "start": 10, "end": 20, "section": [], "text": "9876543210"},
]


def test_a_fact_that_was_cut_judges_both_its_passages_and_a_second_span_less():
    made = make_benchmark(PASSAGES, [row("q", [(8, 12)], "뭐야?", "답"), row("r", [(12, 14), (2, 4)], "왜?", "답")])
    assert made.qrels == [("q", "p1", 2), ("q", "p2", 2), ("r", "p2", 2), ("r", "p1", 1)]
    assert made.corpus[0] == {"_id": "p1", "title": "창고 > 보류", "text": "0123456789"}


def test_contexts_follow_ups_and_refusals_leave_no_trace_in_the_queries():
    made = make_benchmark(
        PASSAGES,
        [
            row("q", [(1, 3)], "[자료 1] 창고\n글\n\n뭐야?", "답", contexts=[{}]),
            row("d", [(1, 3)], "뭐야?", "답", "그럼?", "답"),
            row("n", [(1, 3)], "뭐야?", "없습니다.", meta={"answerable": False}),
            row("h", [(40, 50)], "뭐야?", "답"),
        ],
    )
    assert made.queries == [{"_id": "q", "text": "뭐야?"}]


def test_an_export_is_made_again_but_nothing_foreign_is_written_into(exported, small_handbook):
    made, beir = exported
    before = {path: path.read_bytes() for path in beir.rglob("*") if path.is_file()}
    assert run(app, made, "--out", beir).exit_code == 0
    assert {path: path.read_bytes() for path in beir.rglob("*") if path.is_file()} == before
    with pytest.raises(InputError, match="not of this command's making"):
        run(app, made, "--out", small_handbook)
    with pytest.raises(InputError, match="is not there"):
        run(app, small_handbook, "--out", beir)
