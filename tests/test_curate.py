"""The command as a whole: no row vanishes, two runs agree to the byte, and any changed byte is found."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.__main__ import app
from curation.dataset.folder import verify_folder
from curation.dataset.shards import SHARD
from curation.engine.sink import staged
from curation.errors import InputError
from curation.manifest import describe_file, open_manifest, write_manifest
from curation.recipes.schema import shipped_recipe

DOCUMENTS = [f"문서-{number}.md" for number in range(6)]
TOPICS = ["입고 검수", "출고 할당", "순환 실사", "로트 추적", "반품 접수", "존 피킹"]


def record(question: str, answer: str, *, document: str | None = None, **fields: object) -> dict[str, object]:
    quote = "재고"
    span = {"document": document, "sha256": f"{hash_of(document or ''):064x}", "start": 0, "end": len(quote),
            "quote": quote, "section": ["재고"], "turn": 1}  # fmt: skip
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": turns, "evidence": [span] if document else [], "license": "CC0-1.0", **fields}


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


def good_records() -> list[dict[str, object]]:
    """Two questions a document in two registers, one repeat, one 반말 answer, one bridge."""
    rows = []
    for document, topic in zip(DOCUMENTS, TOPICS, strict=True):
        rows.append(record(f"{topic} 어떻게 해?", f"{topic} 화면에서 시작합니다.", document=document))
        rows.append(record(f"{topic}은 누가 확인하나요?", "재고 담당자가 확인합니다.", document=document))
    rows.append(rows[0])
    rows.append(record("로케이션 코드 어디 있어?", "선반 아래에 있어.", document=DOCUMENTS[0]))
    bridge = record("전체 순서를 알려 줘.", "입고에서 출고까지 이어집니다.", document=DOCUMENTS[0])
    bridge["evidence"] = [span for name in DOCUMENTS for span in record("", "", document=name)["evidence"]]
    return [*rows, bridge]


def as_lines(rows: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(as_lines(good_records()))
    return path


def curate(*arguments: object, ends: tuple[int, ...] = (0,)) -> str:
    result = CliRunner().invoke(app, ["run", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code in ends, result.output
    return result.output


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the dataset; what lies under a hidden name is kept for the next run, and is no part of it."""
    files = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return {name: path.read_bytes() for name, path in files if not name.startswith(".")}


def test_every_row_ends_in_the_ledger_with_one_verdict(rows, tmp_path):
    curate(rows, "--out", tmp_path / "out")
    ledger = pq.read_table(tmp_path / "out/ledger.parquet").to_pylist()
    reasons = sorted(line["reason"] for line in ledger if line["reason"])
    assert len(ledger) == len(good_records())
    assert reasons == ["bridges_split", "casual_answer", "exact_repeat"]
    kept = [line["row_id"] for line in ledger if line["verdict"] == "keep"]
    shards = [pq.read_table(file) for file in sorted((tmp_path / "out/data").iterdir())]
    assert sorted(row_id for shard in shards for row_id in shard["row_id"].to_pylist()) == sorted(kept)
    assert all(shard.schema.names == SHARD.names for shard in shards)
    manifest = open_manifest(tmp_path / "out").data
    funnel = [(step["step"], step["in"], step["out"]) for step in manifest["steps"]]
    assert funnel == [("read", 15, 15), ("sample", 15, 15), ("rules", 15, 14), ("repeats", 14, 13), ("leaks", 13, 13),
                      ("split", 13, 12)]  # fmt: skip
    assert all(manifest["leaks"][name] == 0 for name in ("shared_documents", "shared_questions"))


LINES = st.lists(
    st.one_of(
        st.sampled_from(as_lines(good_records()).splitlines()),
        st.sampled_from([b"", b"{", b"\xff", b"[]", b'{"question": "\xea", "answer": 1}', b'{"messages": []}']),
        st.builds(
            lambda question, answer: as_lines([record(question, answer)]).strip(b"\n"),
            st.text(max_size=20),
            st.text(max_size=20),
        ),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES)
def test_no_row_vanishes(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("run")
    (folder / "rows.jsonl").write_bytes(b"\n".join(lines))
    count = sum(1 for line in lines if line.strip())
    if count == 0:
        with pytest.raises(InputError, match="holds no row"):
            curate(folder / "rows.jsonl", "--out", folder / "out")
        return
    curate(folder / "rows.jsonl", "--out", folder / "out", "--set", "read.quarantine_rows=25", ends=(0, 1))
    manifest = open_manifest(folder / "out").data
    ledger = pq.read_table(folder / "out/ledger.parquet").to_pylist()
    assert len(ledger) == manifest["steps"][0]["in"] == count
    for step in manifest["steps"]:
        assert step["in"] == step["out"] + step["dropped"] + step["quarantined"]
        assert sum(step["reasons"].values()) == step["dropped"] + step["quarantined"]
    assert manifest["steps"][-1]["out"] == sum(split["rows"] for split in manifest["splits"].values())
    assert {(line["file"], line["position"]) for line in ledger} == {
        ("rows.jsonl", number) for number, line in enumerate(lines, start=1) if line.strip()
    }
    verdicts = {line["row_id"]: line["verdict"] for line in ledger if line["row_id"]}
    for line in ledger:
        if line["reason"] and line["reason"].endswith("_repeat"):
            assert verdicts[json.loads(line["because"])["kept"]] == "keep"


def test_a_dataset_without_a_kept_row_ends_with_1_and_names_its_source(tmp_path):
    path = tmp_path / "반말.jsonl"
    path.write_bytes(as_lines([record("언제 해?", "내일 해. 꼭 해.")]))
    said = curate(path, "--out", tmp_path / "out", ends=(1,))
    assert "no row was kept" in said and "of the rows instead of" not in said
    sources = open_manifest(tmp_path / "out").data["sources"]
    assert [(source["source"], source["rows_read"], source["rows_kept"]) for source in sources] == [("반말", 1, 0)]


def test_what_lies_beside_candidates_is_no_record(tmp_path):
    (tmp_path / "all").mkdir()
    folder = datagen_folder(tmp_path / "all" / "wms", good_records())
    assert (folder / "rejected.jsonl").is_file()
    curate(tmp_path / "all", "--out", tmp_path / "out")
    manifest = open_manifest(tmp_path / "out").data
    assert [file["name"] for file in manifest["inputs"]] == ["wms/candidates.jsonl"]
    assert manifest["parents"]
    assert open_manifest(tmp_path / "out").data["steps"][0]["in"] == len(good_records())


def test_candidates_given_by_name_are_verified_too(tmp_path):
    folder = datagen_folder(tmp_path / "wms", good_records())
    (folder / "candidates.jsonl").write_bytes(as_lines(good_records()[1:]))
    with pytest.raises(InputError, match=r"candidates\.jsonl"):
        curate(folder / "candidates.jsonl", "--out", tmp_path / "out")


def test_a_recipe_may_be_a_path_and_a_word_list_must_be_text(rows, tmp_path):
    recipe = tmp_path / "mine.toml"
    recipe.write_bytes(shipped_recipe("wms").read_bytes())
    curate(rows, "--out", tmp_path / "out", "--recipe", recipe)
    (tmp_path / "words.txt").write_bytes("피킹".encode("cp949"))
    for words in ("words.txt", "none.txt", "."):
        with pytest.raises(InputError):
            curate(rows, "--out", tmp_path / "other", "--words", tmp_path / words)


def test_two_runs_give_the_same_bytes_but_for_the_run_block(rows, tmp_path):
    curate(rows, "--out", tmp_path / "one")
    curate(rows, "--out", tmp_path / "other")
    one, other = contents(tmp_path / "one"), contents(tmp_path / "other")
    manifests = [json.loads(found.pop("manifest.json")) for found in (one, other)]
    del one["report.html"], other["report.html"]  # it tells what the run block tells
    assert one == other
    for manifest in manifests:
        del manifest["run"]
    assert manifests[0] == manifests[1]


def test_the_content_digest_does_not_depend_on_the_order_of_lines_or_files(tmp_path):
    lines = as_lines(good_records()).splitlines(keepends=True)
    digests = set()
    for seed in range(3):
        folder = tmp_path / f"{seed}" / "rows"
        folder.mkdir(parents=True)
        shuffled = random.Random(seed).sample(lines, len(lines))
        (folder / "rows.jsonl").write_bytes(b"".join(shuffled))
        curate(folder / "rows.jsonl", "--out", tmp_path / f"{seed}" / "out")
        digests.add(open_manifest(tmp_path / f"{seed}" / "out").data["content_digest"])
    assert len(digests) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_verify_finds_a_flipped_byte_anywhere(curated, data):
    path = curated / data.draw(st.sampled_from(sorted(contents(curated).keys() - {"report.html"})))
    before = path.read_bytes()
    end = before.index(b'"run"') if path.name == "manifest.json" else len(before)  # times and host are in no digest
    place, flip = data.draw(st.integers(0, end - 1)), data.draw(st.integers(1, 255))
    path.write_bytes(before[:place] + bytes([before[place] ^ flip]) + before[place + 1 :])
    try:
        assert verify_folder(curated)[1]
    finally:
        path.write_bytes(before)
    assert verify_folder(curated)[1] == []


@pytest.fixture(scope="module")
def curated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("curated")
    (folder / "rows.jsonl").write_bytes(as_lines(good_records()) + b'{"question": "\xff"}\n')
    curate(folder / "rows.jsonl", "--out", folder / "out")
    return folder / "out"


def test_verify_exits_1_and_lists_every_fault(curated, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(curated, folder)
    whole = CliRunner().invoke(app, ["verify", str(folder)])
    assert (whole.exit_code, "as they were written" in whole.output) == (0, True)
    (folder / "data/valid-00000.parquet").unlink()
    (folder / "ledger.parquet").write_bytes(b"")
    (folder / "data/extra.parquet").write_bytes(b"")
    (folder / "report.html").write_text("an older page", encoding="utf-8")
    broken = CliRunner().invoke(app, ["verify", str(folder)])
    assert broken.exit_code == 1
    for fault in ("valid-00000.parquet: is missing", "ledger.parquet: has 0 bytes", "extra.parquet: is not", "report"):
        assert fault in broken.output


def test_shards_exchanged_for_others_of_the_right_digest_are_found(curated, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(curated, folder)
    data = json.loads((folder / "manifest.json").read_bytes())
    one, other = folder / "data/train-00000.parquet", folder / "data/test-00000.parquet"
    shutil.copy(other, one)
    entry = next(file for file in data["files"] if file["path"] == "data/train-00000.parquet")
    entry.update(describe_file(folder, one))
    write_manifest(folder, data)
    assert ("data", "holds rows that do not give the manifest's content_digest") in verify_folder(folder)[1]


def test_the_same_command_again_does_nothing_and_says_so(rows, tmp_path):
    curate(rows, "--out", tmp_path / "out")
    before = contents(tmp_path / "out")
    assert "nothing to do, all is done" in curate(rows, "--out", tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_another_recipe_or_input_in_a_filled_folder_is_refused_and_fresh_starts_over(rows, tmp_path):
    out = tmp_path / "out"
    curate(rows, "--out", out)
    with pytest.raises(InputError, match="what differs is recipe"):
        curate(rows, "--out", out, "--seed", 7)
    with pytest.raises(InputError, match="what differs is limit"):
        curate(rows, "--out", out, "--limit", 3)
    rows.write_bytes(rows.read_bytes() + as_lines([record("새 질문이야?", "새 답변입니다.")]))
    with pytest.raises(InputError, match="what differs is inputs"):
        curate(rows, "--out", out)
    curate(rows, "--out", out, "--fresh", "--seed", 7)
    assert open_manifest(out).data["recipe"]["seed"] == 7


def test_a_folder_of_others_is_never_written_into(rows, tmp_path):
    out = tmp_path / "home"
    out.mkdir()
    (out / "thesis.docx").write_text("한 학기의 일", encoding="utf-8")
    with pytest.raises(InputError, match=r"thesis\.docx, which is not of"):
        curate(rows, "--out", out)
    with pytest.raises(InputError, match=r"thesis\.docx"):
        curate(rows, "--out", out, "--fresh")
    assert list(contents(out)) == ["thesis.docx"]


def test_an_output_inside_the_input_folder_is_no_input(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(tmp_path, "--out", tmp_path / "out")
    assert "nothing to do" in curate(tmp_path, "--out", tmp_path / "out")


def test_an_interrupted_run_is_redone_by_the_same_command(rows, tmp_path):
    out = tmp_path / "out"
    curate(rows, "--out", tmp_path / "whole")
    (out / ".partial/data").mkdir(parents=True)  # what kill -9 leaves
    (out / ".partial/data/train-00000.parquet").write_bytes(b"half")
    (out / "data").mkdir()
    (out / "data/train-00000.parquet").write_bytes(b"half")
    curate(rows, "--out", out)
    assert verify_folder(out)[1] == []
    assert contents(out).keys() == contents(tmp_path / "whole").keys()


def test_ctrl_c_leaves_nothing_half_written(tmp_path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), staged(tmp_path) as stage:
        (stage / "manifest.json").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"manifest.json": b"{}"}


def test_a_full_disk_leaves_nothing_at_final_names(rows, tmp_path):
    """A file-size limit stands in for the full disk: a real refusal by the operating system."""
    out = tmp_path / "out"
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
        "from curation.__main__ import app; from curation.errors import run_command; run_command(app)"
    )
    command = [sys.executable, "-c", script, "run", str(rows), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert contents(out) == {}


def test_broken_lines_go_to_quarantine_and_past_the_budget_nothing_is_made(rows, tmp_path):
    out = tmp_path / "out"
    rows.write_bytes(b"\xff\n" * 11 + rows.read_bytes())
    with pytest.raises(InputError, match="11 of 26 lines are broken, the recipe allows 10"):
        curate(rows, "--out", out)
    assert list(contents(out)) == ["quarantine.refused.jsonl"]
    curate(rows, "--out", out, "--set", "read.quarantine_rows=11")
    assert "quarantine.refused.jsonl" not in contents(out)
    lines = [json.loads(line) for line in (out / "quarantine.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["position"], line["reason"]) for line in lines] == [(number, "not_utf8") for number in range(1, 12)]


def test_a_dry_run_writes_nothing(rows, tmp_path):
    assert "nothing was written" in curate(rows, "--out", tmp_path / "out", "--dry-run")
    assert not (tmp_path / "out").exists()


def datagen_folder(folder: Path, rows: list[dict[str, object]]) -> Path:
    folder.mkdir()
    (folder / "candidates.jsonl").write_bytes(as_lines(rows))
    (folder / "rejected.jsonl").write_bytes(b"{}\n")
    files = [describe_file(folder, folder / name) for name in ("candidates.jsonl", "rejected.jsonl")]
    write_manifest(folder, {"counts": {"gates": {"passed": len(rows)}}, "files": files})
    return folder


def test_a_datagen_folder_is_one_source_and_its_counts_are_copied(tmp_path):
    generator = {"name": "extract", "version": "0.1.0"}
    rows = [record(f"{topic} 뭐야?", f"{topic} 업무입니다.", source="wms", generator=generator) for topic in TOPICS]
    folder = datagen_folder(tmp_path / "wms", rows)
    curate(folder, "--out", tmp_path / "out")
    manifest = open_manifest(tmp_path / "out").data
    assert manifest["inputs"][0]["name"] == "wms/candidates.jsonl"
    assert manifest["generation"] == [{"input": "wms/candidates.jsonl", "counts": {"gates": {"passed": 6}}}]
    assert manifest["parents"][0]["manifest_sha256"] == open_manifest(folder).digest
    assert manifest["sources"][0]["generator"] == generator


def test_a_changed_datagen_folder_is_refused(tmp_path):
    folder = datagen_folder(tmp_path / "wms", good_records())
    (folder / "candidates.jsonl").write_bytes(as_lines(good_records()[1:]))
    with pytest.raises(InputError, match=r"candidates\.jsonl"):
        curate(folder, "--out", tmp_path / "out")


def test_wrong_inputs_say_what_is_expected(tmp_path, curated):
    (tmp_path / "rows.csv").write_text("Q,A\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.docx").write_bytes(b"PK")
    (tmp_path / "names.csv").write_text("이름,나이\n지우,3\n", encoding="utf-8")
    for path, what in (
        ("none.jsonl", "is not there"), ("rows.docx", "docx"), ("rows.csv", "holds no row"),
        ("names.csv", "no known shape"), ("empty", "holds no"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=what):
            curate(tmp_path / path, "--out", tmp_path / "out")
    with pytest.raises(InputError, match="was made by python -m curation run"):
        curate(curated, "--out", tmp_path / "out")


def test_a_folder_of_files_is_read_and_names_that_clash_stay_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.jsonl").write_bytes(as_lines([record(f"{name} 창고 뭐야?", "우리 창고입니다.")]))
    curate(tmp_path / "a/rows.jsonl", tmp_path / "b", tmp_path / "b/rows.jsonl", "--out", tmp_path / "out")
    names = [file["name"] for file in open_manifest(tmp_path / "out").data["inputs"]]
    assert names == ["b/rows.jsonl", "rows.jsonl", "rows.jsonl (2)"]


def test_annotate_only_keeps_every_row(rows, tmp_path):
    curate(rows, "--out", tmp_path / "out", "--recipe", "annotate-only")
    splits = open_manifest(tmp_path / "out").data["splits"]
    assert splits["train"]["rows"] == len(good_records())


def test_explain_tells_a_rows_story(curated):
    ledger = pq.read_table(curated / "ledger.parquet").to_pylist()
    gone = next(line for line in ledger if line["reason"] == "exact_repeat")
    for name in (gone["row_id"], gone["row_id"][:12], f"{gone['file']}:{gone['position']}"):
        result = CliRunner().invoke(app, ["explain", str(curated), name, "--json"])
        story = json.loads(result.output)
        assert story["ledger"]["because"]["jaccard"] == {"answer": 1.0, "question": 1.0}
        assert story["witness"]["row_id"] in {line["row_id"] for line in ledger if line["verdict"] == "keep"}
        assert [step["outcome"] for step in story["steps"]] == ["passed", "passed", "passed", "drop: exact_repeat"]
    kept = next(line for line in ledger if line["verdict"] == "keep")
    told = CliRunner().invoke(app, ["explain", str(curated), kept["row_id"]]).output
    assert f"dealt to {kept['split']}" in told and "evidence · 근거" in told
    assert isinstance(CliRunner().invoke(app, ["explain", str(curated), "nobody"]).exception, InputError)


def test_a_rows_story_gives_a_terminal_no_command(tmp_path):
    evil = "\x1b[2J[red]빨강[/] \x07 \\[b] 어디에 두나요?"
    (tmp_path / "rows.jsonl").write_bytes(as_lines([record(evil, f"선반에 둡니다. {evil[:-9]}입니다.\u200b")]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--recipe", "annotate-only")
    told = CliRunner().invoke(app, ["explain", str(tmp_path / "out"), "rows.jsonl:1"], catch_exceptions=False).output
    assert "[red]빨강[/]" in told and not {"\x1b", "\x07"} & {*told}


def test_a_beginning_that_fits_many_rows_is_no_name(curated):
    rows = pq.read_table(curated / "ledger.parquet")["row_id"].is_valid().to_pylist().count(True)
    with pytest.raises(InputError, match=f"{rows} rows are called ''"):
        CliRunner().invoke(app, ["explain", str(curated), ""], catch_exceptions=False)


def test_help_answers_without_loading_anything_heavy():
    script = (
        "import sys, curation.__main__; print(*{'pyarrow', 'numpy', 'scipy', 'kiwipiepy', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
