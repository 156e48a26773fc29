"""The report: hostile data is only text, nothing is requested, and its figures are the manifest's."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.__main__ import app
from curation.dataset.folder import verify_folder
from curation.manifest import open_manifest
from curation.report.figures import kept_samples, run_checks
from curation.report.page import render, reproducing_command
from tests.test_curate import as_lines, curate, good_records, record

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{display:none}</style>",
    "{{ 7 * 7 }} {% raw %}",
    "<!-- ]]> -->",
    "\u202e뒤집힌 글",
    "javascript:alert(1)",
    "https://example.org/a.png",
]
# Attributes that make a browser ask for something, or run something.
ACTIVE = re.compile(r"^(src|srcset|href|xlink:href|data|poster|action|formaction|background|on.*)$")


class Page(HTMLParser):
    """The tags, attributes and text of a page, as a browser's parser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page_of(tmp_path: Path, rows: list[dict[str, object]], *arguments: object, ends: tuple[int, ...] = (0,)) -> Page:
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", *arguments, ends=ends)
    return Page((tmp_path / "out/report.html").read_text(encoding="utf-8"))


def assert_inert(page: Page) -> None:
    assert not {"script", "img", "iframe", "object", "embed", "link", "form", "base", "a", "video"} & set(page.tags)
    assert [name for name, _ in page.attributes if ACTIVE.match(name)] == []
    assert page.tags.count("style") == 1


def test_hostile_rows_are_only_text(tmp_path):
    rows = [
        record(f"{text} 뭐야?", f"{text} 글자일 뿐입니다. 그대로 보입니다.", document=f"{text}.md", source=text)
        for text in HOSTILE
    ]
    broken = [record(text, f"{text} 반말이야. 그냥 글자야. 조심해.", document="a.md") for text in HOSTILE]
    page = page_of(tmp_path, [*rows, *broken])
    assert_inert(page)
    text = "".join(page.texts)
    for hostile in HOSTILE:
        assert hostile.replace("\u202e", "�") in text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=5))
def test_no_text_whatever_becomes_markup(tmp_path_factory, texts):
    rows = [record(question, answer, document=question or None) for question, answer in texts]
    page = page_of(tmp_path_factory.mktemp("page"), rows, "--recipe", "annotate-only")
    assert_inert(page)
    assert not [char for text in page.texts for char in text if ord(char) < 32 and char not in "\n\t"]


def test_figures_are_the_manifests(tmp_path):
    page = page_of(tmp_path, good_records())
    manifest = open_manifest(tmp_path / "out").data
    text = " ".join(" ".join(page.texts).split())
    assert manifest["manifest_sha256"] in text
    assert manifest["content_digest"] in text
    read, kept = manifest["steps"][0]["in"], manifest["steps"][-1]["out"]
    assert f"{read}행을 읽어 {kept}행을 남겼습니다" in text
    assert f"{read} = {kept} + {read - kept}" in text
    levels = manifest["statistics"]["all"]["levels"]
    assert sum(count for row in levels.values() for count in row.values()) == kept
    for scripts in manifest["statistics"]["all"]["scripts"].values():
        assert sum(scripts.values()) == pytest.approx(1, abs=1e-5)
    for reason in ("bridges_split", "casual_answer", "exact_repeat"):
        assert reason in text


def test_a_kept_row_stands_beside_its_evidence(tmp_path):
    page = page_of(tmp_path, good_records())
    text = "".join(page.texts)
    samples = kept_samples(tmp_path / "out")
    assert len(samples) == 8
    for row in samples:
        assert f"{row['evidence'][0]['document']} › 재고" in text
        assert row["messages"][1]["content"] in text


def test_a_leak_or_a_wrong_level_forbids_the_use(tmp_path):
    page_of(tmp_path, good_records())
    manifest = open_manifest(tmp_path / "out").data
    assert {check.state for check in run_checks(manifest)} <= {"pass", "note"}
    leaking = {**manifest, "leaks": {**manifest["leaks"], "shared_questions": 1}}
    assert "fail" in {check.state for check in run_checks(leaking)}
    casual = json.loads(json.dumps(manifest))
    casual["statistics"]["all"]["levels"]["polite"]["casual"] += 1
    casual["statistics"]["all"]["rows"] += 1
    assert "fail" in {check.state for check in run_checks(casual)}


def test_the_reproducing_command_makes_the_same_dataset(tmp_path, monkeypatch):
    options = ("--set", "rules.min_answer_chars=3", "--seed", 7, "--limit", 12)
    page_of(tmp_path, good_records(), *options)
    first = open_manifest(tmp_path / "out")
    command = reproducing_command(first.data).replace("DIR", "again").split()
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, command[3:]).exit_code == 0
    assert open_manifest(tmp_path / "again").digest == first.digest


def test_the_report_can_be_written_anew_from_the_folder_alone(tmp_path):
    page_of(tmp_path, good_records())
    path = tmp_path / "out/report.html"
    before = path.read_bytes()
    path.unlink()
    assert CliRunner().invoke(app, ["report", str(tmp_path / "out")]).exit_code == 0
    assert path.read_bytes() == before == render(tmp_path / "out").encode()
    assert verify_folder(tmp_path / "out")[1] == []


def test_a_dataset_without_a_kept_row_still_gives_a_page(tmp_path):
    page = page_of(tmp_path, [record("언제 해?", "내일 해. 꼭 해.")], ends=(1,))
    assert "남은 행이 없습니다." in "".join(page.texts)
    assert "쓰지 마십시오" in "".join(page.texts)
