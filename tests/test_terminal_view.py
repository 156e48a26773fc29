"""The terminal view: the manifest's figures in 80 columns, and no datum that a terminal obeys."""

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from curation.__main__ import app
from curation.manifest import Manifest, open_manifest
from curation.report.names import REASONS
from curation.report.terminal_view import print_dataset, print_view
from tests.test_curate import as_lines, curate, good_records, record

HOSTILE = "[red]출처[/]\x1b[31m\u202e`|"


def curated(folder: Path, rows: list[dict[str, object]], *arguments: object, ends: tuple[int, ...] = (0,)) -> Path:
    (folder / "rows.jsonl").write_bytes(as_lines(rows))
    curate(folder / "rows.jsonl", "--out", folder / "out", "--workers", 1, *arguments, ends=ends)
    return folder / "out"


@pytest.fixture
def view(monkeypatch, capsys):
    """What the view of a folder prints where it is piped."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def said(folder: Path) -> str:
        capsys.readouterr()
        print_view(folder)
        return capsys.readouterr().out

    return said


def test_figures_are_the_manifests_in_80_columns(tmp_path, view):
    folder = curated(tmp_path, good_records())
    manifest = open_manifest(folder).data
    text = view(folder)
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 80
    lines = [line.split() for line in text.splitlines()]
    for step in manifest["steps"]:
        counts = [str(step[key]) for key in ("in", "dropped", "quarantined", "out")]
        assert any(line[-5:-1] == counts for line in lines), step
    cells = manifest["statistics"]["all"]["levels"]
    order = ("polite", "casual", "mixed", "plain", "neutral")
    for level in order:
        row = [str(cells[level][answer] or "·") for answer in order]
        assert any(line[-6:] == [*row, str(sum(cells[level].values()))] for line in lines), level
    for name, split in manifest["splits"].items():
        assert any(line[:2] == [name, str(split["rows"])] for line in lines), name
    for reason in ("casual_answer", "exact_repeat", "bridges_split"):
        assert any(" ".join(REASONS[reason]) in " ".join(line) and "1" in line for line in lines), reason
    assert "▸존댓말" in text and manifest["manifest_sha256"][:16] in text


def test_a_million_rows_fit_into_80_columns(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    dataset = open_manifest(curated(tmp_path, good_records()))
    large = json.loads(json.dumps(dataset.data), parse_int=lambda text: int(text) * 500_000)
    capsys.readouterr()
    print_dataset(Manifest(dataset.folder, large))
    text = capsys.readouterr().out
    assert "7,500,000" in text
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 80
    funnel = text[text.index("행의 흐름") :].split("\n\n")[0].splitlines()
    assert len(funnel) == 3 + len(large["steps"])  # each step on one line


def test_of_ten_thousand_sources_the_largest_are_listed(tmp_path, capsys):
    dataset = open_manifest(curated(tmp_path, good_records()))
    (source,) = dataset.data["sources"]
    many = [{**source, "source": f"출처-{number}", "rows_kept": number} for number in range(10_000)]
    capsys.readouterr()
    print_dataset(Manifest(dataset.folder, {**dataset.data, "sources": many}))
    text = capsys.readouterr().out
    assert "출처-9999 " in text and "출처-9979 " not in text
    assert "그 밖의 출처 9,980" in text and len(text.splitlines()) < 120


def test_columns_of_wide_characters_are_aligned(tmp_path, view):
    text = view(curated(tmp_path, good_records()))
    start = text.index("말투: 질문")
    lines = text[start:].split("\n\n")[0].splitlines()[1:]
    ends = [[cell_len(line[: found.end()]) for found in re.finditer(r"\S+", line)][-6:] for line in lines[1:]]
    assert len({tuple(end) for end in ends}) == 1


def test_hostile_names_are_shown_and_not_obeyed(tmp_path, view):
    rows = [*good_records(), record("포장 단위가 뭐야?", "한 상자에 담는 수량입니다.", source=HOSTILE)]
    text = view(curated(tmp_path, rows))
    assert "[red]출처[/]␛[31m" in text
    assert "\x1b" not in text and "\u202e" not in text


def test_any_rows_give_a_view(tmp_path, view):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    empty = curated(tmp_path / "a", [record("언제 해?", "내일 해. 꼭 해.")], ends=(1,))
    assert "쓰지 마십시오" in view(empty)
    plain = curated(tmp_path / "b", good_records(), "--recipe", "annotate-only")
    assert "▸" not in view(plain)


def test_the_report_command_prints_it(tmp_path, view):
    folder = curated(tmp_path, good_records())
    result = CliRunner().invoke(app, ["report", str(folder), "--terminal"])
    assert result.exit_code == 0
    assert result.output == view(folder)
