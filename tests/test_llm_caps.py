"""Caps on what a language model may be sent and cost: never passed, and the same command goes on from there."""

import json

import pytest
from llm_writing import MODEL, contents, count_plans, manifest, of_journal, of_model, rows, write, write_documents

from curation.errors import InputError
from datagen.serve import start


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    return write_documents(tmp_path_factory.mktemp("문서") / "docs")


@pytest.fixture(scope="module")
def plans(docs):
    return count_plans(docs)


@pytest.fixture(scope="module")
def whole(docs, tmp_path_factory):
    """A run that nothing disturbed, and what its server was asked."""
    out = tmp_path_factory.mktemp("전체") / "out"
    with start() as server:
        done = write(docs, out, server.url)
    assert done.exit_code == 0
    return out, server.stats()


@pytest.mark.parametrize("caps", [("--max-requests", "12"), ("--max-requests", "30")])
def test_a_cap_on_requests_is_never_passed_and_the_same_command_goes_on(docs, whole, plans, caps, tmp_path):
    out = tmp_path / "out"
    with start() as server:
        done = write(docs, out, server.url, *caps)
        assert done.exit_code == 1
        assert server.stats()["requests"] - 1 == int(caps[1]), "but for the small first one"
        left = manifest(out)["unfinished"]
        assert set(left) == {"cap"}
        assert len(of_model(rows(out))) + len(of_model(rows(out, "rejected.jsonl"))) + left["cap"] == plans
        assert write(docs, out, server.url, "--max-requests", "900").exit_code == 0
        assert contents(out) == contents(whole[0])
    assert server.stats()["requests"] == whole[1]["requests"]


def test_a_judges_votes_that_a_cap_left_out_are_unfinished_too(docs, plans, tmp_path):
    judged = ("--judge", "openai:판정-모델", "--set", 'llm.extracted="none"')
    out = tmp_path / "out"
    with start() as server:
        assert write(docs, tmp_path / "all", server.url, *judged).exit_code == 0
        votes = of_journal(tmp_path / "all", "SELECT count(*) FROM requests WHERE role = 'judge'")[0][0]
        sent = of_journal(tmp_path / "all", "SELECT count(*) FROM requests")[0][0]
        assert write(docs, out, server.url, *judged, "--max-requests", str(sent - votes + 10)).exit_code == 1
        assert set(manifest(out)["unfinished"]) == {"cap"}
        assert len(rows(out)) + len(rows(out, "rejected.jsonl")) + manifest(out)["unfinished"]["cap"] == plans
        assert write(docs, out, server.url, *judged).exit_code == 0
    assert contents(out) == contents(tmp_path / "all")


@pytest.fixture
def priced(tmp_path):
    """A price table of one's own: a won a thousand tokens, more or less."""
    table = tmp_path / "가격.toml"
    entry = 'input = 1.0, output = 2.0, checked = "오늘"'
    table.write_text(f'won_per_dollar = 1400.0\n[models]\n"{MODEL}" = {{ {entry} }}\n', encoding="utf-8")
    return ("--set", f"connection.prices={json.dumps(str(table))}")


def test_a_cap_on_cost_is_never_passed_and_the_same_command_goes_on(docs, whole, priced, monkeypatch, tmp_path):
    out = tmp_path / "out"
    with start() as server:
        # As OpenAI's own address: a server of one's own is free.
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-no-worth")
        done = write(docs, out, "", *priced, "--max-cost", "0.02")
        assert done.exit_code == 1
        assert 0 < manifest(out)["run"]["dollars"] <= 0.02
        assert set(manifest(out)["unfinished"]) == {"cap"}
        before = server.stats()["requests"]
        assert write(docs, out, "", *priced, "--max-cost", "0.02").exit_code == 1
        assert server.stats()["requests"] - before <= 1, "what is spent stays spent"
        assert write(docs, out, "", *priced, "--max-cost", "5").exit_code == 0
    assert contents(out) == contents(whole[0])


def test_a_cap_on_cost_needs_a_known_price(docs, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-no-worth")
    with pytest.raises(InputError, match=f"the price of {MODEL} is not known"):
        write(docs, tmp_path / "out", "", "--max-cost", "1")
    assert not (tmp_path / "out").exists()
