"""Datasets of the Hub: found in the cache, whole or not at all; the network is asked only on request."""

import importlib.util
import json
import os
import subprocess
import sys
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from curation.errors import InputError
from curation.sources.hub import load_hub

ROOT = Path(__file__).parent.parent
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = """\
---
license: cc-by-nc-4.0
configs:
- config_name: chat
  data_files:
  - split: train
    path: chat/train-*.jsonl
  - split: test
    path: chat/test.jsonl
- config_name: qa
  data_files: qa/*.csv
---
# 우리말 문답
"""

if importlib.util.find_spec("datasets") is None:
    assert not os.environ.get("REQUIRE_ALL_TESTS"), "REQUIRE_ALL_TESTS is set, and datasets is not installed"
    pytest.skip("datasets is not installed", allow_module_level=True)


@pytest.fixture
def cached(tmp_path):
    """Puts a dataset into a cache of the Hub's own layout; gives the cache's folder."""

    def put(files, card=CARD, name="org/ko"):
        home = tmp_path / "cache" / f"datasets--{name.replace('/', '--')}"
        snapshot = home / "snapshots" / COMMIT
        for path, text in {**files, **({"README.md": card} if card else {})}.items():
            (snapshot / path).parent.mkdir(parents=True, exist_ok=True)
            (snapshot / path).write_text(text, encoding="utf-8")
        (home / "refs").mkdir()
        (home / "refs" / "v1.0").write_text(COMMIT, encoding="utf-8")
        return tmp_path / "cache"

    return put


CHAT = {
    "chat/train-00000-of-00002.jsonl": '{"code": "007"}\n',
    "chat/train-00001-of-00002.jsonl": '{"code": "008"}\n',
    "chat/test.jsonl": '{"code": "009"}\n',
    "qa/a.csv": "질문,답\n",
}


def test_a_configuration_gives_its_files_by_split_as_they_are(cached):
    found = load_hub("hf:org/ko@v1.0:chat", download=False, cache=cached(CHAT))
    assert [(file.name, file.split) for file in found] == [
        ("hf:org/ko@v1.0:chat/test", "test"),
        ("hf:org/ko@v1.0:chat/train/train-00000-of-00002.jsonl", "train"),
        ("hf:org/ko@v1.0:chat/train/train-00001-of-00002.jsonl", "train"),
    ]
    assert [file.path.read_text(encoding="utf-8") for file in found] == [
        '{"code": "009"}\n', '{"code": "007"}\n', '{"code": "008"}\n'
    ]  # fmt: skip
    assert {(file.source, file.commit, file.license) for file in found} == {("org/ko", COMMIT, "cc-by-nc-4.0")}


def test_a_split_is_chosen_by_name_and_a_commit_says_the_same_as_its_tag(cached):
    cache = cached(CHAT)
    by_tag, by_commit = (
        load_hub(f"hf:org/ko@{revision}:chat:test", download=False, cache=cache) for revision in ("v1.0", COMMIT)
    )
    assert [file.path for file in by_tag] == [file.path for file in by_commit]
    assert [file.split for file in by_tag] == ["test"]


def test_where_one_configuration_stands_neither_it_nor_a_card_is_needed(cached):
    cache = cached({"data/train.jsonl": "{}\n", "data/validation.jsonl": "{}\n"}, card=None)
    assert [file.split for file in load_hub("hf:org/ko@v1.0", download=False, cache=cache)] == ["train", "validation"]
    assert [file.name for file in load_hub("hf:org/ko@v1.0:train", download=False, cache=cache)] == [
        "hf:org/ko@v1.0/train"
    ]


@pytest.mark.parametrize(
    "card, stated",
    [
        ("---\nlicense: [cc-by-sa-3.0, gfdl]\n---\n", "cc-by-sa-3.0 AND gfdl"),
        ("---\nlicense: other\nlicense_name: exaone\n---\n", "exaone"),
        ("---\nlanguage: ko\n---\n", None),
        ("# 머리말 없는 카드\n", None),
    ],
)
def test_the_licence_is_what_the_card_states(cached, card, stated):
    found = load_hub("hf:org/ko@v1.0", download=False, cache=cached({"train.jsonl": "{}\n"}, card=card))
    assert [file.license for file in found] == [stated]


@pytest.mark.parametrize(
    "spec, what",
    [
        ("hf:org/ko", "names no fixed revision"),
        ("hf:org/ko@main", "names no fixed revision"),
        ("hf:org/ko/more@v1.0", "is no dataset's name"),
        ("hf:org/ko@v1.0:a:b:c", "is no dataset's name"),
        ("hf:org/ko@v1.0", "has several configurations; it has chat, qa"),
        ("hf:org/ko@v1.0:talk", "no configuration or split 'talk'; it has chat, qa"),
        ("hf:org/ko@v1.0:chat:dev", "no configuration or split 'dev'; it has train, test"),
        ("hf:org/ko@v2.0:chat", "is not in this machine's cache"),
        ("hf:org/en@v1.0", "is not in this machine's cache"),
    ],
)
def test_what_cannot_be_found_says_what_there_is_and_how_to_ask(cached, spec, what):
    with pytest.raises(InputError) as raised:
        load_hub(spec, download=False, cache=cached(CHAT))
    assert what in raised.value.what
    assert "hf" in raised.value.mend and "hf" in raised.value.mend_ko


def test_half_a_dataset_is_not_taken_for_a_whole_one(cached):
    half = {name: text for name, text in CHAT.items() if "00001" not in name}
    with pytest.raises(InputError, match="1 of 2 files"):
        load_hub("hf:org/ko@v1.0:chat", download=False, cache=cached(half))


def test_a_file_that_the_hub_listed_and_the_cache_lacks_is_missed(cached):
    cache = cached({name: text for name, text in CHAT.items() if "test" not in name})
    listed = {name: {"size": 1, "blob_id": "0" * 40} for name in [*CHAT, "README.md"]}
    trees = cache / "datasets--org--ko" / "trees"
    trees.mkdir()
    (trees / f"{COMMIT}.json").write_text(json.dumps({"format_version": 1, "files": listed}), encoding="utf-8")
    with pytest.raises(InputError, match="not all of it"):
        load_hub("hf:org/ko@v1.0:chat", download=False, cache=cache)


@pytest.mark.parametrize("name", ["train.tar", "train.arrow", "train.xyz"])
def test_files_that_are_not_read_are_refused_with_a_way_out(cached, name):
    with pytest.raises(InputError) as raised:
        load_hub("hf:org/ko@v1.0", download=False, cache=cached({name: ""}, card=None))
    assert "refs/convert/parquet" in raised.value.mend


def test_a_damaged_card_is_an_error_and_no_traceback(cached):
    with pytest.raises(InputError):
        load_hub("hf:org/ko@v1.0", download=False, cache=cached({"train.jsonl": "{}\n"}, card="---\na: [b\n---\n"))


def test_offline_nothing_is_fetched_even_when_asked(cached, tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom curation.sources.hub import load_hub\nfrom curation.errors import InputError\n"
        "try:\n    load_hub('hf:org/en@v1.0', download=True, cache=Path(sys.argv[1]))\n"
        "except InputError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(cached(CHAT))], capture_output=True, text=True, cwd=ROOT, check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert "the hub cannot be reached" in done.stdout


class _Hub(BaseHTTPRequestHandler):
    """As much of the Hub as a download asks for: one dataset, its revision, its list of files, the files."""

    files: ClassVar[dict[str, bytes]] = {
        **{name: text.encode() for name, text in CHAT.items()},
        "README.md": CARD.encode(),
    }
    asked: ClassVar[list[str]] = []

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.asked.append(f"{self.command} {path}")
        revision, tree = (f"/api/datasets/org/ko/{kind}" for kind in ("revision/v1.0", f"tree/{COMMIT}"))
        name = path.removeprefix(f"/datasets/org/ko/resolve/{COMMIT}/")
        if path == revision:
            self._answer(json.dumps({"id": "org/ko", "sha": COMMIT, "siblings": []}).encode())
        elif path == tree:
            self._answer(json.dumps([self._entry(name) for name in self.files]).encode())
        elif name in self.files:
            self._answer(self.files[name], ETag=f'"{sha1(self.files[name]).hexdigest()}"')
        else:
            self.send_error(404)

    def _entry(self, name):
        return {"type": "file", "path": name, "size": len(self.files[name]), "oid": sha1(self.files[name]).hexdigest()}

    def _answer(self, body, **headers):
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_download_fetches_the_card_and_what_was_chosen_and_the_next_run_asks_nobody(tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom curation.sources.hub import load_hub\n"
        "for file in load_hub('hf:org/ko@v1.0:qa', download=sys.argv[2] == 'yes', cache=Path(sys.argv[1])):\n"
        "    print(file.name, file.commit, file.license, file.path.read_bytes() == '질문,답\\n'.encode())\n"
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        hub = {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HUB_OFFLINE": "0"}
        environment = {**os.environ, **hub}
        told, asked = [], []
        for download in ("yes", "no"):
            done = subprocess.run(
                [sys.executable, "-c", script, str(tmp_path / "cache"), download], capture_output=True, text=True,
                cwd=ROOT, check=True, env=environment,
            )  # fmt: skip
            told.append(done.stdout)
            asked.append(len(_Hub.asked))
        server.shutdown()
    assert told == [f"hf:org/ko@v1.0:qa/train {COMMIT} cc-by-nc-4.0 True\n"] * 2
    assert asked[0] == asked[1]
    fetched = {request.rpartition("/")[2] for request in _Hub.asked if request.startswith("GET /datasets")}
    assert fetched == {"README.md", "a.csv"}
