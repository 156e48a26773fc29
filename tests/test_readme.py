"""README shows what comes out: the figures of its example are those of a run."""

import json
import re
import shutil

from typer.testing import CliRunner

from curation.__main__ import app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def run(*arguments: str, ends: int = 0) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == ends, done.output
    return done.stdout


def test_the_pile_of_the_readme_gives_its_figures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "corpora/examples/더미", "더미")
    run("run", "더미", "--out", "다듬은것", "--license", "CC0-1.0")
    steps = json.loads((tmp_path / "다듬은것/manifest.json").read_bytes())["steps"]
    shown = re.findall(r"^ (read|sample|rules|repeats|leaks|split) +(\d+) +(\d+) +(\d+) +(\d+) *(.*)$", README, re.M)
    assert [(name, *map(int, counts)) for name, *counts, _ in shown] == [
        (step["step"], step["in"], step["dropped"], step["quarantined"], step["out"]) for step in steps
    ]
    assert [reasons.strip() for *_, reasons in shown] == [
        ", ".join(f"{reason} {count}" for reason, count in step["reasons"].items()) for step in steps
    ]
    told = json.loads(run("explain", "다듬은것", "더미/문답.jsonl.gz:1", "--json"))
    assert told["ledger"]["row_id"] in README and told["ledger"]["because"]["kept"] in README


def test_the_checks_and_the_difference_of_the_readme_come_out_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "corpora/examples/더미", "더미")
    (check,) = re.findall(r"```toml\n(\[\[checks\]\].*?)```", README, re.S)
    (tmp_path / "우리기준.toml").write_text(check, encoding="utf-8")
    run("run", "더미", "--out", "다듬은것", "--license", "CC0-1.0")
    said = run("check", "다듬은것", "--checks", "우리기준.toml", ends=1)
    named = re.findall(r"^    ([0-9a-f]{32}) *$", said, re.M)
    assert len(named) == 4 and all(row_id in README for row_id in named)
    run("run", "더미", "--out", "새것", "--license", "CC0-1.0", "--set", "rules.wrong_level=rewrite")
    found = json.loads(run("diff", "다듬은것", "새것", "--json"))
    rows = {change["kind"]: change for change in found["changes"]}
    assert (found["stayed"], rows["went"]["rows"], rows["came"]["rows"]) == (31, 0, 0)
    rose = [(flow["was"], flow["now"], flow["rows"], *flow["causes"][0].values()) for flow in rows["rose"]["flows"]]
    assert rose == [
        ("rules/casual_answer", "train", 1, "setting", "rules.wrong_level", "drop", "rewrite"),
        ("rules/plain_answer", "train", 1, "setting", "rules.wrong_level", "drop", "rewrite"),
    ]
