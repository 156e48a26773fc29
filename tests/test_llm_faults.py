"""What goes wrong while a language model writes: the server, the model, two runs at once. No pair, no loss vanishes."""

import json
import subprocess
import sys
import threading
from collections import Counter

import pytest
from llm_server import serving
from llm_writing import (
    arguments,
    contents,
    count_plans,
    honest,
    is_probe,
    manifest,
    of_journal,
    of_model,
    rows,
    write,
    write_documents,
)

from datagen.folder import GENERATOR
from datagen.serve import Manner, start
from datagen.standin.faults import read_faults

HASTE = ("--set", "connection.timeout_s=1.0", "--set", "connection.attempts=1")


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    return write_documents(tmp_path_factory.mktemp("문서") / "docs")


@pytest.fixture(scope="module")
def plans(docs):
    return count_plans(docs)


def test_a_faulty_server_costs_no_pair_and_every_loss_stands_in_the_ledger(docs, plans, tmp_path):
    out = tmp_path / "out"
    with start() as sound:  # what the server can is found out before it grows faulty; and it has read the documents
        write(docs, tmp_path / "sound", sound.url)
        write(docs, out, sound.url, *HASTE, "--max-requests", "1")
    port = int(sound.url.split(":")[2].split("/")[0])
    # More than any server has, so that each is met whatever the prompts say: the draw hangs on a request's bytes.
    shares = read_faults(["429=0.3", "500=0.1", "cut=0.1", "hang=0.04"], seed=5)
    with start(port, Manner(shares, retry_after_s=0.01)) as server:
        done = write(docs, out, server.url, *HASTE)
        assert done.exit_code == 0
        met = server.stats()["faults"]
        assert {"429", "500", "cut"} <= met.keys()
        lost = manifest(out)["unfinished"]
        assert lost and set(lost) <= {"throttled", "server_error", "timeout"}
        refused_rows = of_model(rows(out, "rejected.jsonl"))
        assert Counter(row["gate"] for row in refused_rows)["lost"] == sum(lost.values())
        assert len(of_model(rows(out))) + len(refused_rows) == plans
        assert_losses_are_kept(out, met)

        kept = len(of_model(rows(out)))
        for _ in range(12):
            again = write(docs, out, server.url, *HASTE)
            assert again.exit_code == 0
            if "nothing to do" in again.stdout:
                break
        else:
            pytest.fail("it never ends")
        assert manifest(out)["unfinished"] == {}
        assert len(of_model(rows(out))) >= kept
        assert len(of_model(rows(out))) + len(of_model(rows(out, "rejected.jsonl"))) == plans
        late = assert_losses_are_kept(out, server.stats()["faults"])
        assert server.stats()["answered_asked_again"] <= late


def assert_losses_are_kept(out, met):
    """Each fault that the server met stands in the journal: as a failed attempt, or as the raw text of an answer.

    Gives how many answers came too late, on a busy machine.
    """
    attempts = Counter(dict(of_journal(out, "SELECT kind, count(*) FROM attempts GROUP BY kind")))
    assert (attempts["throttled"], attempts["server_error"]) == (met["429"], met["500"])
    late = attempts["timeout"] - met.get("hang", 0)
    assert late >= 0
    texts = [text for (text,) in of_journal(out, "SELECT text FROM requests WHERE state = 'answered'")]
    assert sum(not is_json(text) for text in texts) == met["cut"]
    assert all(text.startswith("{") for text in texts)
    return late


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("fault", ["schema", "language", "register", "refusal", "empty", "cut"])
def test_of_a_model_that_always_fails_in_one_way_nothing_is_kept(docs, plans, fault, tmp_path):
    out = tmp_path / "out"
    with start(manner=Manner(read_faults([f"{fault}=1.0"], seed=7))) as server:
        done = write(docs, out, server.url, "--set", 'llm.extracted="none"')
    assert done.exit_code == 1
    assert rows(out) == []
    rejected = rows(out, "rejected.jsonl")
    assert len(rejected) == plans
    assert all(row["gate"] and row["because"] for row in rejected)
    gates = {
        "schema": {"schema"}, "language": {"language"}, "register": {"polite", "register"},
        "refusal": {"refusal"}, "empty": {"empty"}, "cut": {"cut"},
    }  # fmt: skip
    assert {row["gate"] for row in rejected} & gates[fault], {row["gate"] for row in rejected}


def test_where_a_model_fails_the_extractors_pairs_stand_in(docs, tmp_path):
    out = tmp_path / "out"
    with start(manner=Manner(read_faults(["refusal=1.0"], seed=7))) as server:
        done = write(docs, out, server.url)
    assert done.exit_code == 0
    assert {row["generator"]["name"] for row in rows(out)} == {GENERATOR}


def test_a_second_run_on_one_folder_is_refused_with_a_way_out(docs, tmp_path):
    out, second, begun = tmp_path / "out", [], threading.Lock()

    def answer(body):
        if not is_probe(body) and begun.acquire(blocking=False):  # amid the first run, whose journal is open
            command = [sys.executable, "-m", "datagen.wms", *arguments(docs, out, url)]
            second.append(subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False))
        return honest(body)

    with serving(answer) as (url, _):
        assert write(docs, out, url).exit_code == 0
        assert write(docs, tmp_path / "alone", url).exit_code == 0
    (refusal,) = second
    assert refusal.returncode == 2
    assert "another run is writing here" in refusal.stderr and "다른 실행이 끝나기를" in refusal.stderr
    assert "Traceback" not in refusal.stderr
    assert contents(out) == contents(tmp_path / "alone")
