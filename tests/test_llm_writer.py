"""The journey of the writer on a language model, over real HTTP: what it writes, and what the next run does."""

import json
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from llm_server import completion, serving
from llm_writing import (
    MODEL,
    contents,
    count_plans,
    honest,
    is_probe,
    manifest,
    of_journal,
    of_model,
    rows,
    shape_of,
    write,
    write_documents,
)
from typer.testing import CliRunner

from curation.__main__ import app as curation
from curation.errors import InputError
from datagen.batch import app as batch
from datagen.folder import GENERATOR
from datagen.llm.prompt_files import SHIPPED
from datagen.llm.request import Message
from datagen.serve import Manner, start
from datagen.standin.faults import Faults
from datagen.standin.model import answer_of

TERMS = "연구용만: 판매하지 않음"
RIGHTS = ("--model-terms", TERMS, "--license", "CC-BY-4.0")


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    return write_documents(tmp_path_factory.mktemp("문서") / "docs")


@pytest.fixture(scope="module")
def whole(docs, tmp_path_factory):
    """A run that nothing disturbed, and what its server was asked."""
    out = tmp_path_factory.mktemp("전체") / "out"
    with start() as server:
        done = write(docs, out, server.url, *RIGHTS)
    assert done.exit_code == 0
    return out, server.stats()


def test_every_row_of_a_model_says_which_wrote_it_under_what_terms_and_with_what_prompt(whole):
    out, _ = whole
    written = of_model([*rows(out), *rows(out, "rejected.jsonl")])
    assert written
    for row in written:
        assert set(row["generator"]) == {"name", "version", "model", "terms", "prompt"}
        assert (row["generator"]["model"], row["generator"]["terms"]) == (MODEL, TERMS)
        assert row["generator"]["prompt"]


def test_an_extracted_pair_stands_in_for_one_that_failed_and_says_so(docs, tmp_path):
    with start(manner=Manner(faults=Faults({"register": 1.0}))) as server:
        write(docs, tmp_path / "out", server.url, "--limit", "6")
    stand_ins = rows(tmp_path / "out")
    assert stand_ins and not of_model(stand_ins)
    for row in stand_ins:
        generator = {key: value for key, value in row["generator"].items() if key != "version"}
        assert generator == {"name": GENERATOR, "model": None, "terms": None, "prompt": None}


def test_every_quote_of_a_model_stands_in_its_document_to_the_letter(whole):
    out, _ = whole
    for row in of_model(rows(out)):
        assert row["evidence"]
        for span in row["evidence"]:
            text = (out / "documents" / f"{span['sha256']}.txt").read_text(encoding="utf-8")
            assert text[span["start"] : span["end"]] == span["quote"]
            assert row["messages"][span["turn"]]["role"] == "assistant"


def test_the_curated_manifest_names_the_model_and_its_terms(whole, tmp_path):
    out, _ = whole
    command = ["run", str(out), "--out", str(tmp_path / "curated")]
    assert CliRunner().invoke(curation, command, catch_exceptions=False).exit_code == 1, "research alone: refused"
    command += ["--waive", "terms:noncommercial=연구에만 씁니다"]
    assert CliRunner().invoke(curation, command, catch_exceptions=False).exit_code == 0
    told = {(one["generator"]["model"], one["terms"]) for one in manifest(tmp_path / "curated")["sources"]}
    assert told - {(None, None)} == {(MODEL, TERMS)}, "(None, None) are the extractors' own"


def test_no_plan_vanishes_and_the_rates_add_up_to_the_rows(docs, whole):
    out, _ = whole
    kept, rejected = of_model(rows(out)), of_model(rows(out, "rejected.jsonl"))
    told = manifest(out)
    assert told["unfinished"] == {}
    assert len(kept) + len(rejected) == count_plans(docs) == len(of_journal(out, "SELECT id FROM records"))
    ends = Counter(
        (row["generator"]["prompt"], row["meta"]["kind"], row.get("gate", "kept")) for row in [*kept, *rejected]
    )
    rates = told["counts"]["keep_rates"]
    assert ends == Counter(
        {
            (rate["prompt"], rate["kind"], gate): count
            for rate in rates
            for gate, count in [("kept", rate["kept"]), *rate["rejected_by_gate"].items()]
            if count
        }
    )
    for rate in rates:
        assert rate["model"] == MODEL
        assert rate["written"] == rate["kept"] + sum(rate["rejected_by_gate"].values())


def test_two_runs_give_the_same_folder_and_the_third_has_nothing_to_do(docs, whole, tmp_path):
    out, _ = whole
    with start() as server:
        assert write(docs, tmp_path / "out", server.url, *RIGHTS).exit_code == 0
        assert contents(tmp_path / "out") == contents(out)
        before = server.stats()["requests"]
        assert "nothing to do" in write(docs, tmp_path / "out", server.url, *RIGHTS).stdout
        assert server.stats()["requests"] == before


def test_starting_over_asks_for_no_answer_that_the_journal_holds(docs, whole, tmp_path):
    out = shutil.copytree(whole[0], tmp_path / "out")
    with start() as server:
        assert write(docs, out, server.url, *RIGHTS, "--fresh").exit_code == 0
    assert server.stats()["requests"] == 1, "the small first one: the server has another address"
    assert contents(out) == contents(whole[0])


def test_an_edited_prompt_asks_anew_only_what_it_touches(docs, tmp_path):
    out, prompts = tmp_path / "out", tmp_path / "prompts"
    judge = ("--judge", "openai:판정-모델", "--set", "llm.votes=1")
    prompts.mkdir()
    text = (SHIPPED / "judge.md").read_text(encoding="utf-8").replace("너그럽게 보지 않고", "꼼꼼히 보고")
    (prompts / "judge.md").write_text(text, encoding="utf-8")
    edited = (*judge, "--set", f"llm.prompts={json.dumps(str(prompts))}")
    with serving(honest) as (url, came):
        assert write(docs, out, url, *judge).exit_code == 0
        votes = Counter(map(shape_of, came.bodies))["Verdict"]
        with pytest.raises(InputError, match="what differs is recipe"):
            write(docs, out, url, *edited)
        came.bodies.clear()
        assert write(docs, out, url, *edited, "--fresh").exit_code == 0
        assert Counter(map(shape_of, came.bodies)) == {"Verdict": votes}
        assert all("꼼꼼히 보고" in body["messages"][0]["content"] for body in came.bodies)

        came.bodies.clear()
        assert write(docs, out, url, *edited, "--answerer", "openai:다른-모델", "--fresh").exit_code == 0
        shapes = Counter(shape_of(body) for body in came.bodies if not is_probe(body))
        assert shapes["Answers"] and not shapes["Questions"]


def provide(requests, results):
    """What a provider does with a batch file."""
    lines = []
    for line in map(json.loads, requests.read_bytes().splitlines()):
        body = line["body"]
        told = [Message(one["role"], one["content"]) for one in body["messages"]]
        text = answer_of(told, body["response_format"]["json_schema"]["schema"])
        response = {"status_code": 200, "body": completion(text)[1]}
        lines.append(json.dumps({"custom_id": line["custom_id"], "response": response}, ensure_ascii=False))
    results.write_text("\n".join(lines), encoding="utf-8")


def test_by_batch_files_the_folder_is_the_one_written_over_http_and_no_connection_is_opened(
    docs, whole, monkeypatch, tmp_path
):
    def refuse(_socket, address):
        raise AssertionError(f"network: {address}")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.socket.connect_ex", refuse)
    out = tmp_path / "out"
    for stage in range(8):
        done = write(docs, out, "http://127.0.0.1:9/v1", *RIGHTS, "--batch")
        assert done.exit_code == 0
        if "requests wait" not in done.stdout:
            break
        requests, results = tmp_path / f"{stage}.jsonl", tmp_path / f"{stage}-결과.jsonl"
        for command in (("export", out, "--out", requests), ("import", out, results)):
            if command[0] == "import":
                provide(requests, results)
            assert CliRunner().invoke(batch, list(map(str, command)), catch_exceptions=False).exit_code == 0
    assert contents(out) == contents(whole[0])


def test_help_a_look_and_the_run_without_a_model_import_no_provider(docs, tmp_path):
    runs = (["--help"], [docs, "--out", "a", "--model", MODEL, "--dry-run"], [docs, "--out", "b"])
    script = (
        "import runpy, sys\n"
        f"for arguments in {[list(map(str, one)) for one in runs]!r}:\n"
        "    sys.argv = ['wms', *arguments]\n"
        "    try:\n"
        "        runpy.run_module('datagen.wms', run_name='__main__', alter_sys=True)\n"
        "    except SystemExit as end:\n"
        "        assert not end.code, end.code\n"
        "    heavy = {'langchain', 'langchain_openai', 'openai', 'httpx', 'tiktoken', 'torch'}\n"
        "    print('LOADED', arguments[-1], heavy & sys.modules.keys())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("LOADED")]
    assert len(told) == 3 and all(line.endswith("set()") for line in told), told
    assert not (tmp_path / "a").exists() and (tmp_path / "b" / "manifest.json").is_file()
    assert "\x1b" not in done.stdout + done.stderr


def test_progress_is_silent_where_stderr_is_no_terminal(docs, tmp_path, capfd):
    with start() as server:
        done = write(docs, tmp_path / "out", server.url, "--limit", "6")
    assert done.exit_code == 0
    assert done.stderr == "" and "\x1b" not in done.stdout
    assert tuple(capfd.readouterr()) == ("", "")
