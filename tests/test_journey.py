"""The whole road once: documents in, a verified dataset out, a trainer that says what it would learn."""

import json
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

# A process in which any connection but a local socket is refused: the road needs no network.
BLOCKED = """
import runpy, socket, sys
def refuse(self, address, *rest):
    raise AssertionError(f'network: {address}')
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
module, *arguments = sys.argv[1:]
sys.argv = [module, *arguments]
runpy.run_module(module, run_name='__main__', alter_sys=True)
"""


def road(module, *arguments):
    command = [sys.executable, "-c", BLOCKED, module, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory, request):
    """The main job on a third of the handbook, run with the network blocked."""
    base = tmp_path_factory.mktemp("road")
    docs = base / "docs"
    for subject in ("재고", "입고", "반품"):
        shutil.copytree(request.config.rootpath / "corpora" / "wms" / subject, docs / subject)
    steps = [
        road("datagen.wms", docs, "--out", base / "candidates", "--license", "CC-BY-4.0"),
        road("curation", "run", base / "candidates", "--out", base / "dataset"),
        road("curation", "verify", base / "dataset"),
        road("trainer", "run", base / "dataset" / "manifest.json", "--dry-run"),
    ]
    return base, steps


def test_the_road_is_open_without_a_network(travelled):
    for step in travelled[1]:
        assert step.returncode == 0, step.stderr[-2000:]


def test_a_kept_row_can_be_walked_back_to_its_characters(travelled):
    base, _ = travelled
    rows = pq.read_table(base / "dataset" / "data" / "train-00000.parquet").to_pylist()
    assert len(rows) > 200
    for row in rows:
        question, answer = (message["content"] for message in row["messages"][-2:])
        assert question
        assert answer.rstrip()[-1] in ".'" or answer.rpartition("\n")[2].startswith("- ")  # a list may end in a noun
        for span in row["evidence"]:
            text = (base / "candidates" / "documents" / f"{span['sha256']}.txt").read_text(encoding="utf-8")
            assert text[span["start"] : span["end"]] == span["quote"]


def test_nothing_that_was_written_is_lost_on_the_way(travelled):
    base, _ = travelled
    candidates = len((base / "candidates" / "candidates.jsonl").read_text(encoding="utf-8").splitlines())
    ledger = pq.read_table(base / "dataset" / "ledger.parquet").to_pylist()
    shards = [pq.read_metadata(path).num_rows for path in sorted((base / "dataset" / "data").iterdir())]
    assert len(ledger) == candidates
    assert sum(row["verdict"] == "keep" for row in ledger) == sum(shards)


def test_a_casual_question_gets_a_polite_answer(travelled):
    manifest = json.loads((travelled[0] / "dataset" / "manifest.json").read_bytes())
    matrix = manifest["statistics"]["all"]["levels"]
    total = manifest["statistics"]["all"]["rows"]
    assert manifest["target_answer"] == "polite"
    assert 0.5 < sum(matrix["casual"].values()) / total < 0.7
    assert sum(row["polite"] for row in matrix.values()) == total


def test_no_split_knows_another(travelled):
    manifest = json.loads((travelled[0] / "dataset" / "manifest.json").read_bytes())
    assert {name: count for name, count in manifest["leaks"].items() if name != "shared_answers"} == dict.fromkeys(
        (name for name in manifest["leaks"] if name != "shared_answers"), 0
    )


def test_the_dry_run_shows_what_is_learned(travelled):
    shown = travelled[1][3].stdout
    assert "Assistant:" in shown
    assert "<|im_end|>" in shown
    assert "EEVE" in shown


@pytest.mark.parametrize("victim", ["data/train-00000.parquet", "ledger.parquet", "manifest.json"])
def test_a_changed_byte_stops_the_road(travelled, tmp_path, victim):
    folder = tmp_path / "dataset"
    shutil.copytree(travelled[0] / "dataset", folder)
    content = bytearray((folder / victim).read_bytes())
    # Of the manifest any byte but those of its block `run`, which is in no digest.
    content[content.index(b'"content_digest"') + 30 if victim == "manifest.json" else len(content) // 2] ^= 1
    (folder / victim).write_bytes(content)
    assert road("curation", "verify", folder).returncode == 1
    stopped = road("trainer", "run", folder / "manifest.json", "--dry-run")
    assert stopped.returncode == 2
    assert "Traceback" not in stopped.stderr
