"""Publishing: refused until it may be, asked of the Hub in one commit, and never without a word from the user."""

import base64
import importlib.util
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import yaml
from typer.testing import CliRunner

from curation.__main__ import app
from curation.errors import InputError
from curation.manifest import open_manifest, write_manifest
from tests.test_curate import as_lines, contents, curate, good_records

ROOT = Path(__file__).parent.parent

if importlib.util.find_spec("huggingface_hub") is None:
    assert not os.environ.get("REQUIRE_ALL_TESTS"), "REQUIRE_ALL_TESTS is set, and huggingface_hub is not installed"
    pytest.skip("huggingface_hub is not installed", allow_module_level=True)


def push_to(folder, *more, ends=0):
    result = CliRunner().invoke(app, ["push", str(folder), *map(str, more)], catch_exceptions=False)
    assert result.exit_code == ends, result.output
    return result.output


@pytest.fixture(scope="module")
def good_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    (folder / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(folder / "rows.jsonl", "--out", folder / "set")
    return folder / "set"


@pytest.fixture(scope="module")
def bound_set(tmp_path_factory):
    """Rows that may not be sold, and rows of which nobody says what may be done."""
    folder = tmp_path_factory.mktemp("bound")
    licenses = ["CC-BY-NC-4.0", "NOASSERTION"]
    rows = [{**row, "license": licenses[number % 2]} for number, row in enumerate(good_records())]
    (folder / "rows.jsonl").write_bytes(as_lines(rows))
    waivers = [part for code in licenses for part in ("--waive", f"{code}=우리만 봅니다")]
    curate(folder / "rows.jsonl", "--out", folder / "set", *waivers)
    return folder / "set"


def test_a_dry_run_lists_what_would_be_uploaded_and_asks_nobody(good_set, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)  # nobody can be asked
    said = push_to(good_set, "we/ko", "--dry-run")
    shards = [
        path.relative_to(good_set).as_posix()
        for split in ("train", "valid", "test")
        for path in open_manifest(good_set).shards(split)
    ]
    assert all(name in said for name in ["README.md", "manifest.json", *shards])
    assert "ledger" not in said and "report" not in said and "nothing was uploaded" in said


def test_what_was_waived_for_curating_is_not_waived_for_publishing(bound_set):
    said = push_to(bound_set, "we/ko", "--dry-run", ends=1)
    assert "CC-BY-NC-4.0" in said and "NOASSERTION" in said and "--allow" in said and "까닭" in said
    one = push_to(bound_set, "we/ko", "--dry-run", "--allow", "NOASSERTION=모두 우리가 썼습니다", ends=1)
    assert "license: NOASSERTION" not in one and "license: CC-BY-NC-4.0" in one
    for wrong in ("CC-BY-NC-4.0", "CC-BY-NC-4.0= ", "MIT=괜찮습니다"):
        with pytest.raises(InputError, match="--allow"):
            push_to(bound_set, "we/ko", "--dry-run", "--allow", wrong)


def test_a_failing_check_refuses_until_somebody_says_why(good_set, tmp_path):
    leaking = doctored(good_set, tmp_path / "leaking", lambda data: data["leaks"].update(shared_questions=3))
    said = push_to(leaking, "we/ko", "--dry-run", ends=1)
    assert "check: " in said and "--even-so" in said
    assert "check: " in push_to(leaking, "we/ko", "--dry-run", "--even-so", " ", ends=1)
    assert "nothing was uploaded" in push_to(leaking, "we/ko", "--dry-run", "--even-so", "누출을 보이는 예입니다")


def test_quotes_with_personal_data_are_not_published_in_silence(tmp_path):
    rows = [row for row in good_records() if row["evidence"]][:3]
    quote = "문의 010-1234-5678"
    span = {**rows[0]["evidence"][0], "quote": quote, "end": len(quote)}
    (tmp_path / "rows.jsonl").write_bytes(as_lines([{**rows[0], "evidence": [span]}, *rows[1:]]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "set")
    said = push_to(tmp_path / "set", "we/ko", "--dry-run", ends=1)
    assert "evidence: 1 rows" in said and "phone 1" in said and "rules.pii=drop" in said
    assert quote not in said
    push_to(tmp_path / "set", "we/ko", "--dry-run", "--even-so", "지어낸 번호입니다")


@pytest.mark.parametrize("repo", ["ko", "we/ko/more", "we/한국어", "../ko", "we/", ""])
def test_what_is_no_dataset_of_anybody_is_said_at_once(good_set, repo):
    with pytest.raises(InputError, match="is no dataset's name"):
        push_to(good_set, repo, "--dry-run")


def doctored(folder, out, change):
    """A copy of a folder whose manifest says something else, and is whole."""
    for name, data in contents(folder).items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    data = {key: value for key, value in open_manifest(folder).data.items() if key != "manifest_sha256"}
    change(data)
    write_manifest(out, data)
    return out


class _Hub(BaseHTTPRequestHandler):
    """As much of the Hub as an upload asks for; who holds the token `reads` may not write."""

    repos: ClassVar[dict[str, dict]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self._answer_to(None)

    def do_POST(self):
        self._answer_to(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer_to(self, body):
        path = self.path.partition("?")[0]
        self.asked.append(f"{self.command} {path}")
        name = "/".join(path.removeprefix("/api/datasets/").split("/")[:2])
        repo, rest = self.repos.get(name), path.removeprefix(f"/api/datasets/{name}").split("/")[1:]
        if self.command == "POST" and self.headers.get("Authorization") != "Bearer writes":
            reads = self.headers.get("Authorization") == "Bearer reads"
            self._say({"error": "no"}, 403 if reads else 401)
        elif path == "/api/validate-yaml":
            head = json.loads(body)["content"].split("---\n")[1]
            self._say({"errors": [] if yaml.safe_load(head)["language"] == ["ko"] else [{"message": "language"}]})
        elif path == "/api/repos/create":
            told = json.loads(body)
            name = f"{told['organization']}/{told['name']}"
            self.repos[name] = {
                "private": told.get("visibility") != "public",
                "files": {"main": {".gitattributes": b""}},
            }
            self._say({"url": f"http://{self.headers['Host']}/datasets/{name}", "name": name, "id": "0" * 24})
        elif repo is None:
            self._say({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
        elif not rest:
            self._say({"id": name, "private": repo["private"], "sha": "0" * 40, "siblings": [], "tags": []})
        elif rest[0] == "branch":
            repo["files"][rest[1]] = dict(repo["files"]["main"])
            self._say({})
        elif rest[0] in ("tree", "revision"):
            files = repo["files"][rest[1]]
            entries = [
                {"type": "file", "path": file, "size": len(data), "oid": "0" * 40} for file, data in files.items()
            ]
            self._say(entries if rest[0] == "tree" else {"id": name, "sha": "0" * 40, "siblings": []})
        elif rest[0] == "preupload":
            files = [
                {"path": one["path"], "uploadMode": "regular", "shouldIgnore": False}
                for one in json.loads(body)["files"]
            ]
            self._say({"files": files})
        elif rest[0] == "commit":
            self._commit(repo["files"][rest[1]], [json.loads(line) for line in body.splitlines()])
            page = f"http://{self.headers['Host']}/datasets/{name}/commit/{'1' * 40}"
            self._say({"success": True, "commitUrl": page, "commitOid": "1" * 40, "hookOutput": ""})
        else:
            self._say({"error": "what?"}, 500)

    def _commit(self, files, lines):
        for line in lines:
            if line["key"] == "file":
                files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            elif line["key"] == "deletedFile":
                del files[line["value"]["path"]]
            else:
                files["message"] = line["value"]["summary"].encode()

    def _say(self, answer, status=200, headers=None):
        body = json.dumps(answer).encode()
        self.send_response(status)
        for key, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


SCRIPT = """\
import json, os, sys
from typer.testing import CliRunner
from curation.__main__ import app
from curation.errors import InputError
told = []
for token, arguments in json.loads(sys.argv[1]):
    os.environ.pop("HF_TOKEN", None)
    if token:
        os.environ["HF_TOKEN"] = token
    try:
        result = CliRunner().invoke(app, ["push", *arguments], catch_exceptions=False)
        told.append([result.exit_code, result.output])
    except InputError as error:
        told.append(["InputError", str(error)])
print(json.dumps(told))
"""


def push_in_turn(pushes, home, **hub):
    """What a fresh process says to each push; HF_ENDPOINT is read when the library is imported."""
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", **hub}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(pushes)], capture_output=True, text=True, cwd=ROOT, check=True,
        env=environment,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_a_push_makes_the_dataset_as_private_as_was_said_and_replaces_what_lay_there(good_set, bound_set, tmp_path):
    set_, other = str(good_set), str(bound_set)
    allowed = ["--allow", "CC-BY-NC-4.0=연구 모임 안에서만", "--allow", "NOASSERTION=모두 우리가 썼습니다"]
    _Hub.repos.clear()
    _Hub.repos["we/seen"] = {"private": False, "files": {"main": {}}}
    _Hub.repos["we/old"] = {"private": True, "files": {"main": {"data/train-00007.parquet": b"", "NOTES.md": b"keep"}}}
    pushes = [
        (None, [set_, "we/ko"]),
        ("reads", [set_, "we/ko"]),
        ("writes", [set_, "we/ko"]),
        ("writes", [set_, "we/open", "--public"]),
        ("writes", [set_, "we/seen"]),
        ("writes", [set_, "we/old", "--public"]),
        ("writes", [set_, "we/old"]),
        ("writes", [set_, "we/old", "--revision", "v2"]),
        ("writes", [other, "we/bound", *allowed]),
        ("writes", [set_, "we/calm", "--even-so", "혹시 몰라 적습니다"]),
    ]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        told = push_in_turn(pushes, tmp_path, HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert [end for end, _ in told] == ["InputError", "InputError", 0, 0, "InputError", "InputError", 0, 0, 0, 0]
    for number, what in {0: "nobody is logged in", 1: "may not write there", 4: "there already, and public",
                         5: "there already, and private"}.items():  # fmt: skip
        assert (what in told[number][1] and "hf auth" in told[number][1]) or "settings" in told[number][1]
    assert "/commit/" in told[2][1]
    assert {name: repo["private"] for name, repo in _Hub.repos.items()} == {
        "we/ko": True, "we/open": False, "we/seen": False, "we/old": True, "we/bound": True,
        "we/calm": True,
    }  # fmt: skip
    files = _Hub.repos["we/ko"]["files"]["main"]
    for path in [path for split in ("train", "valid", "test") for path in open_manifest(good_set).shards(split)]:
        assert files[path.relative_to(good_set).as_posix()] == path.read_bytes()
    assert {name.partition("/")[0] for name in files} == {
        "data",
        "README.md",
        "manifest.json",
        "message",
        ".gitattributes",
    }
    assert b'load_dataset("we/ko")' in files["README.md"]
    assert open_manifest(good_set).digest.encode() in files["message"]
    old = _Hub.repos["we/old"]["files"]
    assert "data/train-00007.parquet" not in old["main"] and old["main"]["NOTES.md"] == b"keep"
    assert old["v2"]["README.md"] == old["main"]["README.md"]
    card = _Hub.repos["we/bound"]["files"]["main"]["README.md"].decode()
    assert "연구 모임 안에서만" in card and "우리만 봅니다" in card
    assert "\n# bound\n" in card and 'pretty_name: "bound"' in card
    assert "혹시 몰라" not in _Hub.repos["we/calm"]["files"]["main"]["README.md"].decode()  # nothing stood in the way
    assert _Hub.repos["we/seen"]["files"] == {"main": {}}


@pytest.mark.parametrize("hub", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}])
def test_without_a_network_a_push_says_so(good_set, tmp_path, hub):
    ((end, said),) = push_in_turn([("writes", [str(good_set), "we/ko"])], tmp_path, **hub)
    assert end == "InputError" and "cannot be reached" in said and "네트워크" in said
