"""The command that writes: its folder, its promises, and what it says when something is wrong."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation.errors import InputError
from curation.manifest import open_manifest
from curation.recipe import load_recipe
from datagen.beside import documents_of, draw, open_rows
from datagen.recipe import Recipe
from datagen.show import as_text
from datagen.wms import RECIPE, app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def records(folder, name="candidates.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def written(small_handbook, tmp_path):
    out = tmp_path / "out"
    assert run(small_handbook, "--out", out).exit_code == 0
    return out


def test_every_quote_stands_in_its_document_and_every_id_is_its_own(written):
    rows = records(written)
    assert {row["meta"]["kind"] for row in rows} >= {"definition", "procedure", "condition", "field", "table"}
    for row in [*rows, *records(written, "rejected.jsonl")]:
        for span in row["evidence"]:
            text = (written / "documents" / f"{span['sha256']}.txt").read_text(encoding="utf-8")
            assert text[span["start"] : span["end"]] == span["quote"]
            assert row["messages"][span["turn"]]["role"] == "assistant"
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_row_carries_what_the_contract_asks_for(written):
    row = records(written)[0]
    assert set(row) == {"id", "messages", "source", "license", "generator", "evidence", "meta"}
    assert [message["role"] for message in row["messages"]][:2] == ["user", "assistant"]
    assert set(row["meta"]) == {
        "kind", "persona", "question_level", "answer_level", "answerable", "rank", "margin", "exempt",
        "noise", "added",
    }  # fmt: skip
    assert (row["source"], row["license"]) == ("docs", "NOASSERTION")
    assert set(row["generator"]) == {"name", "version", "model", "terms", "prompt"}


def test_kept_and_rejected_add_up_to_what_was_written(written):
    counts = open_manifest(written).data["counts"]
    assert counts["kept"] == len(records(written))
    assert counts["rejected"] == len(records(written, "rejected.jsonl"))
    assert counts["kept"] == sum(kind["kept"] for kind in counts["by_kind"].values())
    assert sum(counts["rejected_by_gate"].values()) == counts["rejected"]
    assert all(row["gate"] and row["because"] for row in records(written, "rejected.jsonl"))


def test_what_cannot_turn_polite_is_rejected_and_never_guessed(small_handbook, tmp_path):
    (small_handbook / "명령.md").write_text(
        "# 반송\n\n오입 상품이 도착하면 담당자에게 바로 알려.\n\n## 반송하기\n\n1. 표지를 붙이세요.\n2. 상품을 옮겨.\n",
        encoding="utf-8",
    )
    run(small_handbook, "--out", tmp_path / "out")
    refused = [row for row in records(tmp_path / "out", "rejected.jsonl") if row["gate"] == "unconverted"]
    assert "condition" in {row["meta"]["kind"] for row in refused}
    assert all("tell or command" in row["because"] for row in refused)


def test_an_example_is_never_taken_for_a_fact(written):
    assert not any("3일" in message["content"] for row in records(written) for message in row["messages"])


def test_two_runs_are_byte_identical_but_for_the_block_run(small_handbook, written, tmp_path):
    again = tmp_path / "again"
    run(small_handbook, "--out", again)
    for path in sorted(written.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            assert path.read_bytes() == (again / path.relative_to(written)).read_bytes()
    one, other = (json.loads((folder / "manifest.json").read_bytes()) for folder in (written, again))
    assert {key: value for key, value in one.items() if key != "run"} == {
        key: value for key, value in other.items() if key != "run"
    }


def test_the_order_of_documents_changes_no_pair(small_handbook, written, tmp_path):
    (small_handbook / "가나다.md").write_text(
        "# 보세 화물\n\n보세 화물은 통관을 기다리는 화물이다.\n", encoding="utf-8"
    )
    out = tmp_path / "more"
    run(small_handbook, "--out", out, "--source", "docs")
    questions = [row["messages"][0] for row in records(written)]
    assert all(question in [row["messages"][0] for row in records(out)] for question in questions)


def test_the_same_command_again_does_nothing_and_another_recipe_is_refused(small_handbook, written):
    before = (written / "manifest.json").read_bytes()
    again = run(small_handbook, "--out", written)
    assert again.exit_code == 0
    assert "nothing to do" in again.output
    assert (written / "manifest.json").read_bytes() == before
    with pytest.raises(InputError, match="what differs is recipe"):
        run(small_handbook, "--out", written, "--seed", "8")
    assert run(small_handbook, "--out", written, "--seed", "8", "--fresh").exit_code == 0


def test_a_folder_of_others_is_never_written_into(small_handbook, tmp_path):
    out = tmp_path / "home"
    out.mkdir()
    for name in ("candidates.jsonl", "thesis.docx"):
        (out / name).write_text("한 학기의 일", encoding="utf-8")
        with pytest.raises(InputError, match="not of this command's making"):
            run(small_handbook, "--out", out, "--fresh")
        assert (out / name).read_text(encoding="utf-8") == "한 학기의 일"


def test_starting_over_leaves_no_file_of_the_old_run(small_handbook, written):
    old = {path.name for path in (written / "documents").iterdir()}
    (small_handbook / "순환-실사.md").write_text(
        "# 보류\n\n보류 재고는 판정을 기다리며 묶어 둔 재고이다.\n", encoding="utf-8"
    )
    assert run(small_handbook, "--out", written, "--fresh").exit_code == 0
    assert not old & {path.name for path in (written / "documents").iterdir()}


def test_a_question_led_in_by_the_title_cites_it(request, tmp_path):
    out = tmp_path / "out"
    run(request.config.rootpath / "corpora/wms/설비", "--out", out)
    led = [row for row in records(out) if " 관련해서 " in row["messages"][0]["content"]]
    assert led
    for row in led:
        title = row["messages"][0]["content"].split(" 관련해서 ")[0]
        assert any(title in span["quote"] for span in row["evidence"])


def test_seed_0_is_a_seed_and_a_blank_source_is_none(small_handbook, tmp_path):
    out = tmp_path / "out"
    run(small_handbook, "--out", out, "--seed", "0", "--source", " ", "--license", "")
    assert open_manifest(out).data["recipe"]["seed"] == 0
    assert {(row["source"], row["license"]) for row in records(out)} == {("docs", "NOASSERTION")}


@pytest.mark.parametrize("content", ["> 주의:\n", "| a | b |\n|---|---|\n|  |  |\n", "- \n- \n", ""])
def test_a_document_of_empty_blocks_costs_no_other(small_handbook, tmp_path, content):
    (small_handbook / "빈-글.md").write_text(content, encoding="utf-8")
    (small_handbook / "빈-글.txt").write_text(content, encoding="utf-8")
    assert run(small_handbook, "--out", tmp_path / "out").exit_code == 0


def test_more_phrasings_ask_the_same_fact_in_other_words(small_handbook, tmp_path):
    out = tmp_path / "k"
    run(small_handbook, "--out", out, "--phrasings", "3")
    facts = Counter((row["evidence"][0]["start"], row["evidence"][0]["end"]) for row in records(out))
    rejected = open_manifest(out).data["counts"]["rejected_by_gate"]
    assert max(facts.values()) + rejected.get("repeated", 0) > 1


def test_one_bad_document_is_named_and_costs_no_other(small_handbook, tmp_path):
    (small_handbook / "깨짐.md").write_bytes("# 입고\n\n입고는 업무다.\n".encode("cp949") + b"\xff")
    out = tmp_path / "out"
    done = run(small_handbook, "--out", out)
    assert done.exit_code == 0
    assert "CP949" in done.stderr
    manifest = open_manifest(out).data
    assert [Path(fault["document"]).name for fault in manifest["unreadable"]] == ["깨짐.md"]
    assert records(out)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no document found"),
        ({"a.md": "입고".encode() + b"\xff\x80"}, "UTF-8"),
        ({"a.md": "그냥 짧은 글".encode()}, "no fact found"),
    ],
)
def test_input_without_facts_is_an_error_and_leaves_nothing(tmp_path, files, says):
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, data in files.items():
        (docs / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "datagen.wms", str(docs), "--out", str(tmp_path / "out")], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_named_and_leaves_no_partial_file(small_handbook, tmp_path):
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"sys.argv = ['wms', {str(small_handbook)!r}, '--out', {str(tmp_path / 'out')!r}]\n"
        "import runpy\nrunpy.run_module('datagen.wms', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_stopped_run_leaves_nothing_and_the_same_command_finishes(request, tmp_path):
    docs, out = request.config.rootpath / "corpora" / "wms" / "반품", tmp_path / "out"
    # Ctrl-C after .8 s of CPU time (Kiwi alone needs longer to load, on any machine), and in our own code: a library's
    # callback might swallow it.
    script = (
        "import runpy, signal, sys\n"
        "def stop(_, frame):\n"
        "    if any(room in frame.f_code.co_filename for room in ('/datagen/', '/curation/')):\n"
        "        signal.setitimer(signal.ITIMER_VIRTUAL, 0)\n"
        "        raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGVTALRM, stop)\n"
        "signal.setitimer(signal.ITIMER_VIRTUAL, 0.8, 0.004)\n"
        f"sys.argv = ['wms', {str(docs)!r}, '--out', {str(out)!r}]\n"
        "runpy.run_module('datagen.wms', run_name='__main__')\n"
    )
    stopped = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert stopped.returncode == 130, stopped.stderr
    assert not [path for path in tmp_path.rglob("out/**/*") if path.is_file()]
    assert run(docs, "--out", out).exit_code == 0
    assert open_manifest(out).data["counts"]["kept"] > 0


def test_a_sample_is_drawn_by_content_and_shown_beside_its_source(written):
    manifest, rows, _ = open_rows(written)
    drawn = draw(rows, size=3, seed=1)
    assert [row["id"] for row in drawn] == [row["id"] for row in draw(rows[::-1], size=3, seed=1)]
    shown = as_text(drawn[0], documents_of(manifest))
    assert drawn[0]["messages"][0]["content"] in shown
    assert f"⟦{drawn[0]['evidence'][0]['quote']}⟧".replace("\n", "⏎") in shown


def test_the_recipe_that_ships_holds_every_default():
    recipe = load_recipe(Recipe, RECIPE)
    assert sum(
        [recipe.question_levels.hae, recipe.question_levels.haeyo, recipe.question_levels.hapsyo]
    ) == pytest.approx(1)
    assert all(field.is_required() for field in Recipe.model_fields.values())
    assert set(recipe.model_dump()) == set(Recipe.model_fields) - {"connection"}, "it decides nothing that is written"


@pytest.mark.parametrize(("override", "says"), [("sed=3", "did you mean seed"), ("seed=", "not a TOML value")])
def test_a_wrong_setting_is_refused_with_a_guess(override, says):
    with pytest.raises(InputError, match=says):
        load_recipe(Recipe, RECIPE, [override])


def test_a_look_writes_nothing(small_handbook, tmp_path):
    done = run(small_handbook, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0
    assert "nothing written" in done.output
    assert not (tmp_path / "out").exists()


def test_rows_with_contexts_are_answered_or_refused_by_what_they_show(small_handbook, tmp_path):
    (small_handbook / "출고.md").write_text(
        "# 출고\n\n출고는 상품을 내보내는 일이다.\n\n## 합포장\n\n합포장은 주문을 모아 싸는 작업이다.\n\n## 상차\n\n상차는 차에 싣는 작업이다.\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    run(small_handbook, "--out", out, "--contexts", "3", "--distractors", "2", "--oracle-share", "0.5")
    rows = records(out)
    assert {row["meta"]["answerable"] for row in rows} == {True, False}
    for row in rows:
        shown = any(context["oracle"] for context in row["contexts"])
        refused = "제공된 자료에는 해당 내용이 없습니다." in row["messages"][-1]["content"]
        assert row["meta"]["answerable"] == (not refused)
        assert shown or refused
        assert "[자료 1]" in row["messages"][0]["content"]


def test_a_changed_document_changes_the_folder_as_a_fresh_run_would(small_handbook, tmp_path):
    once, again = tmp_path / "once", tmp_path / "again"
    run(small_handbook, "--out", once, "--source", "docs")
    (small_handbook / "출고.md").write_text("# 출고\n\n합포장은 주문을 모아 싸는 작업이다.\n", encoding="utf-8")
    run(small_handbook, "--out", once, "--source", "docs", "--fresh")
    run(small_handbook, "--out", again, "--source", "docs")
    for path in (path for path in again.rglob("*") if path.is_file() and path.name != "manifest.json"):
        assert path.read_bytes() == (once / path.relative_to(again)).read_bytes()
