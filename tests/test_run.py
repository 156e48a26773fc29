"""The command at work: many processes, killed, judged again, drawn, beside an earlier release, beside other licences."""

import csv
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from test_curate import TOPICS, as_lines, contents, curate, record

from curation.errors import InputError
from curation.files import alone
from curation.manifest import open_manifest

WHO = ["재고 담당자", "입고 담당자", "현장 작업자", "출고 담당자"]


def many(count: int, seed: int = 1) -> list[dict[str, object]]:
    """So many different pairs, casual questions and polite answers, each of some document."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        topic, who, zone = draw.choice(TOPICS), draw.choice(WHO), draw.randrange(1, 400)
        rows.append(
            record(
                f"{topic} 할 때 {zone}번 구역은 {draw.choice(['누가 봐?', '누가 확인해?', '언제 시작해?'])} {number}번",
                f"{zone}번 구역은 {who}가 {draw.randrange(6, 20)}시에 확인합니다. 기록은 {topic} 화면에 남깁니다.",
                document=f"문서-{number % 23}.md",
            )
        )
    return rows


def digest(folder: Path) -> str:
    return str(open_manifest(folder).data["content_digest"])


def ledger(folder: Path) -> list[dict[str, object]]:
    return pq.read_table(folder / "ledger.parquet").to_pylist()


@pytest.fixture(scope="module")
def big(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("big") / "rows.jsonl"
    path.write_bytes(as_lines(many(2_200)))
    return path


def start(rows: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "curation", "run", str(rows), "--out", str(out), "--workers", "1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def whole(big, tmp_path_factory) -> tuple[Path, float]:
    """The dataset of a command in one process that nothing disturbed, and how many seconds it took."""
    out, started = tmp_path_factory.mktemp("whole") / "out", time.perf_counter()
    assert start(big, out).wait() == 0
    return out, time.perf_counter() - started


def test_one_process_two_and_shuffled_shards_give_one_dataset(big, whole, tmp_path):
    curate(big, "--out", tmp_path / "two", "--workers", 2)
    same, other = contents(whole[0]), contents(tmp_path / "two")
    assert same.keys() == other.keys()
    telling_time = {"manifest.json", "report.html"}
    assert all(same[name] == other[name] for name in same.keys() - telling_time)
    lines = big.read_bytes().splitlines(keepends=True)
    random.Random(2).shuffle(lines)
    (tmp_path / "rows").mkdir()
    for shard in range(3):
        (tmp_path / "rows" / f"{shard}.jsonl").write_bytes(b"".join(lines[shard::3]))
    curate(tmp_path / "rows", "--out", tmp_path / "shuffled", "--source", "rows")
    assert digest(tmp_path / "shuffled") == digest(whole[0]) == digest(tmp_path / "two")


def test_killed_at_any_moment_the_same_command_ends_with_the_same_dataset(big, whole, tmp_path):
    draw = random.Random(8)
    for number in range(2):
        out = tmp_path / f"killed-{number}"
        child = start(big, out)
        try:
            child.wait(draw.uniform(0.4, 0.95) * whole[1])
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        curate(big, "--out", out, "--workers", 1)
        assert digest(out) == digest(whole[0])
        assert not (out / ".work").exists()


def test_judging_again_with_other_thresholds_tags_nothing_again(big, whole, tmp_path):
    out = shutil.copytree(whole[0], tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (out / ".tags").glob("*.arrow")}
    lengths = sorted(len(row["messages"][1]["content"]) for row in many(2_200))
    least = f"rules.min_answer_chars={lengths[len(lengths) // 2]}"
    curate(big, "--out", out, "--fresh", "--set", least, "--set", "repeats.threshold=0.7")
    assert {path: path.stat().st_mtime_ns for path in (out / ".tags").glob("*.arrow")} == before
    assert any(line["reason"] == "short_answer" for line in ledger(out))
    curate(big, "--out", out, "--fresh", "--limit", 100)
    assert len(list((out / ".tags").glob("*.arrow"))) == 1  # what the last run needed, and no more
    assert (out / ".tags" / "CACHEDIR.TAG").is_file()


def test_a_sample_is_drawn_by_seed_and_what_it_leaves_out_stands_in_the_ledger(big, tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        curate(big, "--out", tmp_path / name, "--sample", 300, "--seed", seed)
    steps = {step["step"]: step for step in open_manifest(tmp_path / "one").data["steps"]}
    assert steps["sample"]["reasons"] == {"not_drawn": 1_900}
    drawn = [
        {line["row_id"] for line in ledger(tmp_path / name) if line["step"] != "sample"}
        for name in ("one", "again", "other")
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_new_release_repeats_nothing_of_the_earlier_and_crosses_none_of_its_splits(tmp_path):
    old, new = many(120, seed=3), many(120, seed=4)
    (tmp_path / "old.jsonl").write_bytes(as_lines(old))
    (tmp_path / "new.jsonl").write_bytes(as_lines([*old[:40], *new]))
    curate(tmp_path / "old.jsonl", "--out", tmp_path / "v1", "--source", "wms", "--split", "60/20/20")
    curate(
        tmp_path / "new.jsonl",
        "--out",
        tmp_path / "v2",
        "--source",
        "wms",
        "--split",
        "60/20/20",
        "--against",
        tmp_path / "v1",
    )
    kept_before = {line["row_id"]: line["split"] for line in ledger(tmp_path / "v1") if line["verdict"] == "keep"}
    gone = [json.loads(str(line["because"])) for line in ledger(tmp_path / "v2") if line["reason"] == "exact_repeat"]
    assert len(gone) >= 35
    assert all(because["kept"] in kept_before and because["release"] == "v1" for because in gone)
    documents = {name: documents_by_split(tmp_path / name) for name in ("v1", "v2")}
    for split, found in documents["v2"].items():
        for other, before in documents["v1"].items():
            assert split == other or not found & before
    parents = open_manifest(tmp_path / "v2").data["parents"]
    assert parents == [{"release": "v1", "manifest_sha256": open_manifest(tmp_path / "v1").digest}]


def documents_by_split(folder: Path) -> dict[str, set[str]]:
    found = {}
    for split in ("train", "valid", "test"):
        rows = pq.read_table(folder / "data" / f"{split}-00000.parquet")["evidence"].to_pylist()
        found[split] = {span["document"] for spans in rows for span in spans}
    return found


def test_rows_of_an_evaluation_set_are_kept_out_whatever_their_register(tmp_path):
    (tmp_path / "eval.jsonl").write_bytes(as_lines([{"id": "e1", "question": "냉장 구역 온도는 하루에 몇 번 재?"}]))
    rows = [
        record("냉장 구역 온도는 하루에 몇 번 재나요?", "하루에 두 번 잽니다."),
        record("도크 3번은 누가 써?", "냉장 차량이 씁니다."),
    ]
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--decontaminate", tmp_path / "eval.jsonl")
    line = next(line for line in ledger(tmp_path / "out") if line["reason"])
    assert (line["step"], line["reason"]) == ("leaks", "in_evaluation")
    assert json.loads(str(line["because"]))["item"] == "e1"
    sets = {one["name"] for one in open_manifest(tmp_path / "out").data["decontamination"]}
    assert {"eval.jsonl", "casual_questions.jsonl"} <= sets


def test_licences_that_conflict_are_refused_until_waived_with_a_reason(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(as_lines([{**row, "license": "CC-BY-NC-4.0"} for row in many(20)]))
    said = curate(path, "--out", tmp_path / "out", ends=(1,))
    assert "--waive 'CC-BY-NC-4.0=" in said
    assert not (tmp_path / "out" / "manifest.json").exists()
    with pytest.raises(InputError, match="gives no reason"):
        curate(path, "--out", tmp_path / "out", "--waive", "CC-BY-NC-4.0=")
    curate(path, "--out", tmp_path / "out", "--waive", "CC-BY-NC-4.0=연구에만 씁니다")
    (conflict,) = open_manifest(tmp_path / "out").data["rights"]["conflicts"]
    assert (conflict["code"], conflict["waived"]) == ("CC-BY-NC-4.0", "연구에만 씁니다")


def test_a_table_of_question_and_answer_is_read_as_it_stands_there(tmp_path):
    with (tmp_path / "물류.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Q", "A", "label"])
        rows.writerows(
            [
                ["007번 도크 비었어?", "네, 비어 있습니다.", "0"],
                ["오늘, 마감은?", '"여섯 시"입니다.\n늦지 마세요.', "1"],
            ]
        )
    curate(tmp_path / "물류.csv", "--out", tmp_path / "out", "--license", "CC0-1.0")
    kept = [
        row
        for split in ("train", "valid", "test")
        for row in pq.read_table(tmp_path / "out" / "data" / f"{split}-00000.parquet").to_pylist()
    ]
    assert sorted(row["messages"][0]["content"] for row in kept) == ["007번 도크 비었어?", "오늘, 마감은?"]
    assert {(row["source"], row["license"]) for row in kept} == {("물류", "CC0-1.0")}
    assert sorted(json.loads(row["meta"])["label"] for row in kept) == ["0", "1"]


def test_personal_data_is_in_no_file_that_a_run_leaves(tmp_path):
    secret = "010-2345-6789"
    rows = [
        record("기사님 번호 뭐야?", f"{secret}로 거시면 됩니다.", memo={"driver": [f"연락처 {secret}"], "no": 7}),
        record(f"{secret} 이거 누구 번호야?", "모르겠어."),
    ]
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out")
    (kept,) = [line for line in ledger(tmp_path / "out") if line["verdict"] == "keep"]
    edits = json.loads(str(kept["because"]))["edits"]
    assert [(edit.get("field", "messages"), edit["why"]) for edit in edits] == [
        ("messages", "pii:phone"), ("meta.memo.driver[0]", "pii:phone"),
    ]  # fmt: skip
    tables = [pq.read_table(path) for path in (tmp_path / "out").rglob("*.parquet")]
    metas = [json.loads(row["meta"]) for table in tables for row in table.to_pylist() if "meta" in row]
    assert metas == [{"memo": {"driver": ["연락처 [전화번호]"], "no": 7}}]
    assert not any(secret in json.dumps(table.to_pylist(), ensure_ascii=False) for table in tables)
    assert secret not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("flag", "value"), [("--split", "70/20"), ("--split", "50/50/50"), ("--max-memory", "1M")])
def test_a_flag_that_makes_no_sense_says_how_to_write_it(big, tmp_path, flag, value):
    with pytest.raises(InputError, match=value):
        curate(big, "--out", tmp_path / "out", flag, value)


def test_a_changed_evaluation_set_is_another_run(big, tmp_path):
    sets = tmp_path / "sets"
    sets.mkdir()
    (sets / "eval.jsonl").write_bytes(as_lines([{"id": "e1", "question": "도크 3번은 누가 관리해?"}]))
    command = (big, "--out", tmp_path / "out", "--limit", 50, "--decontaminate", sets)
    curate(*command)
    assert "nothing to do" in curate(*command)
    (sets / "eval.jsonl").write_bytes(as_lines([{"id": "e1", "question": "도크 4번은 누가 관리해?"}]))
    with pytest.raises(InputError, match="what differs is evaluation"):
        curate(*command)


def test_two_runs_on_one_folder_do_not_mix(big, tmp_path):
    with alone(tmp_path / "out" / ".work"), pytest.raises(InputError, match="another run"):
        curate(big, "--out", tmp_path / "out")
    curate(big, "--out", tmp_path / "out", "--limit", 50)


def test_what_a_run_killed_at_its_end_left_is_cleared_away(big, tmp_path):
    out = tmp_path / "out"
    curate(big, "--out", out, "--limit", 50)
    for left in (".work", ".partial"):
        (out / left).mkdir()
        (out / left / "rest").write_text("남은 것", encoding="utf-8")
    assert "nothing to do" in curate(big, "--out", out, "--limit", 50)
    assert not (out / ".work").exists() and not (out / ".partial").exists()


@pytest.mark.parametrize("record", ["[]", '{"rows": 1}', "", "null"])
def test_a_damaged_record_of_a_tagged_shard_is_made_anew(big, tmp_path, record):
    out = tmp_path / "out"
    curate(big, "--out", out, "--limit", 50)
    before = digest(out)
    next((out / ".tags").glob("*.json")).write_text(record, encoding="utf-8")
    curate(big, "--out", out, "--limit", 50, "--fresh")
    assert digest(out) == before


def test_a_folder_that_cannot_be_made_is_named(big):
    with pytest.raises(InputError, match="cannot be made there"):
        curate(big, "--out", "/proc/nobody/out")


def test_pseudonyms_want_a_secret_and_are_the_same_throughout(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(
        as_lines(
            [record("기사 번호 뭐야?", "010-2345-6789입니다."), record("담당 번호 알려 줘.", "01023456789로 거세요.")]
        )
    )
    command = (tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--set", "rules.pii=pseudonym")
    with pytest.raises(InputError, match="no file of at least 32 bytes"):
        curate(*command)
    (tmp_path / "key").write_bytes(b"k" * 32)
    curate(*command, "--pseudonym-key", tmp_path / "key")
    rows = [
        row
        for split in ("train", "valid", "test")
        for row in pq.read_table(tmp_path / "out" / "data" / f"{split}-00000.parquet").to_pylist()
    ]
    said = " ".join(row["messages"][1]["content"] for row in rows)
    numbers = {found.replace("-", "") for found in re.findall(r"010-?\d{4}-?\d{4}", said)}
    assert len(rows) == 2 and len(numbers) == 1 and "01023456789" not in numbers
    assert "k" * 32 not in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")


def test_an_entry_fits_by_the_bare_name_and_flags_fill_what_it_leaves_open(tmp_path, capsys):
    (tmp_path / "더미").mkdir()
    (tmp_path / "더미" / "채팅.jsonl").write_bytes(
        as_lines([{"question": "도크가 뭐야?", "answer": "트럭을 대는 곳입니다."}])
    )
    recipe = tmp_path / "r.toml"
    entries = '[[read.sources]]\nfiles = "채팅.jsonl"\nname = "chat"\n[[read.sources]]\nfiles = "없음.csv"\n'
    recipe.write_text(f'name = "mine"\n{entries}', encoding="utf-8")
    said = curate(tmp_path / "더미", "--out", tmp_path / "out", "--recipe", recipe, "--license", "CC0-1.0")
    (source,) = open_manifest(tmp_path / "out").data["sources"]
    assert (source["source"], source["license"]) == ("chat", "CC0-1.0")
    assert "'없음.csv' fits no input" in said


def test_what_a_run_passes_over_is_said(tmp_path):
    pile = tmp_path / "더미"
    pile.mkdir()
    (pile / "문답.jsonl").write_bytes(as_lines(many(30)))
    (pile / "표.xlsx").write_bytes(b"PK")
    (pile / "빈.csv").write_text("", encoding="utf-8")
    said = curate(pile, "--out", tmp_path / "out", "--split", "34/33/33")
    assert "1 files were not read" in said and "더미/표.xlsx" in said
    assert "더미/빈.csv holds no row" in said
    with pytest.raises(InputError, match="an input and --out at once"):
        curate(pile, "--out", pile)


def test_splits_far_from_their_shares_are_told(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines([row | {"evidence": []} for row in many(40)][:3]))
    assert "of the rows instead of 90% / 5% / 5%" in curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out")


def test_a_wrong_column_shape_or_flag_is_named_itself(tmp_path):
    (tmp_path / "표.csv").write_text("고객질문,상담사답변\n도크 어디야?,3번입니다.\n", encoding="utf-8")
    recipe = tmp_path / "r.toml"
    recipe.write_text('[[read.sources]]\nfields = {question = "고객질문", answer = "상담답변"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="has no column '상담답변'; did you mean '상담사답변'"):
        curate(tmp_path / "표.csv", "--out", tmp_path / "out", "--recipe", recipe)
    with pytest.raises(InputError, match="in which 'sharegpt' is not seen"):
        curate(tmp_path / "표.csv", "--out", tmp_path / "out", "--shape", "sharegpt")
    with pytest.raises(InputError, match=r"--set rules.wrong_levle=rewrite: is not a key"):
        curate(tmp_path / "표.csv", "--out", tmp_path / "out", "--set", "rules.wrong_levle=rewrite")
