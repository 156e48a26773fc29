"""Exports: what is read back is what was written, what a format cannot hold is listed, and nothing else goes along."""

import csv
import errno
import importlib.util
import json
import os
import shutil
from collections import Counter

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.__main__ import app
from curation.dataset.folder import verify_folder
from curation.errors import InputError
from curation.export_commands import Split, Target
from curation.exports.formats import FORMATS
from curation.exports.front_matter import HUB_SPLITS
from curation.exports.lines import LEFT_OUT, write_row
from curation.korean.hangul import normalise
from curation.leaks.dealing import SPLITS
from curation.manifest import open_manifest
from curation.recipes.schema import Read
from curation.sources.inputs import find_inputs
from curation.sources.reading import parse_chunk, scan
from tests.test_curate import as_lines, contents, curate, good_records, record

MOST_BYTES = Read().max_line_bytes
HAS_DATASETS = importlib.util.find_spec("datasets") is not None
assert HAS_DATASETS or not os.environ.get("REQUIRE_ALL_TESTS"), (
    "REQUIRE_ALL_TESTS is set, and datasets is not installed"
)
needs_datasets = pytest.mark.skipif(not HAS_DATASETS, reason="datasets is not installed")
JSON_LINES = [to.value for to in Target if to is not Target.HF]


def export_to(to, folder, out, *more, ends=0):
    arguments = ["export", str(folder), "--to", to, "--out", str(out), *map(str, more)]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == ends, result.output
    return result.output


def read(*paths):
    """The rows our own reader finds in files; none may be broken."""
    found = []
    for file in find_inputs(paths):
        for chunk in scan(file, Read()):
            parsed = parse_chunk(chunk, Read())
            assert not parsed.broken
            found += parsed.rows.to_pylist()
    return found


def kept_rows(folder):
    return {
        split: [row for path in open_manifest(folder).shards(split) for row in pq.read_table(path).to_pylist()]
        for split in SPLITS
    }


def talk(*turns, **fields):
    """A record of turns that are told as (role, content)."""
    return {"messages": [{"role": role, "content": content} for role, content in turns], "license": "CC0-1.0", **fields}


# What a shard may hold that some reader might take for something else.
HOSTILE = [
    talk(("user", "재고 실사 언제 해?"), ("assistant", "월말에 합니다."), ("user", "누가 해?"), ("assistant", "담당자가 합니다.")),
    talk(("system", "존댓말로 답하세요."), ("user", "입고 검수는 누가 해?"), ("assistant", "입고 담당자가 합니다.")),
    talk(("system", ""), ("user", "출고는 어디서 해?"), ("assistant", "출고장에서 합니다.")),
    talk(("user", "  앞뒤가 빈 질문 \n\n"), ("assistant", "\n답변도 앞뒤가 비어 있습니다.\t")),
    talk(("user", "줄이\u2028갈린\x85질문\u2029이야?"), ("assistant", "영\0문자와 \x1c 가 들어 있습니다.")),
    talk(("user", "### 질문: 이건 글이야?\n\n### 답변: 아니야."), ("assistant", "<usr> 표시도 글입니다. <sys>")),
    talk(("user", '{"messages": [{"role": "user"}]}'), ("assistant", '{"conversations": []} 도 글입니다.')),
    talk(("user", "답변이 없는 질문이야?")),
    talk(("user", "빈 답변을 받는 질문이야?"), ("assistant", "")),
    talk(("assistant", "묻지 않아도 답합니다.")),
    talk(("user", "한 번 묻고"), ("user", "또 물으면?"), ("assistant", "한 번에 답합니다.")),
    talk(("user", "질문으로 끝나면?"), ("assistant", "빠집니다."), ("user", "왜?")),
    record("근거가 있는 질문은?", "근거를 가지고 갑니다.", document="재고.md", meta={"kind": "faq", "깊이": [1, {"둘": None}]}),
    record("누가 쓴 답이야?", "언어 모델이 쓴 답입니다.", generator={"name": "모델", "terms": "경쟁 모델을 만들지 않습니다"}),
    talk(("user", "\ufeff\ufeff표시가 둘이면?"), ("assistant", "하나가 남습니다.")),
]  # fmt: skip


WAIVED = ["--waive", "terms:noncompeting=시험에만 씁니다"]  # what the model's maker asks


@pytest.fixture(scope="module")
def hostile_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "rows.jsonl").write_bytes(as_lines(HOSTILE))
    flags = ["--recipe", "annotate-only", "--split", "60/20/20", "--source", "손으로 쓴 행", *WAIVED]
    curate(folder / "rows.jsonl", "--out", folder / "set", *flags)
    return folder / "set"


@pytest.fixture(scope="module")
def good_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    (folder / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(folder / "rows.jsonl", "--out", folder / "set")
    return folder / "set"


@pytest.mark.parametrize("to", JSON_LINES)
def test_an_export_read_again_gives_the_same_messages_and_the_rest_is_listed(hostile_set, tmp_path, to):
    said = export_to(to, hostile_set, tmp_path / "out")
    with (tmp_path / "out" / LEFT_OUT).open(encoding="utf-8") as file:
        left_out = {line["row_id"]: (line["split"], line["reason"]) for line in csv.DictReader(file)}
    described = open_manifest(tmp_path / "out").data
    for split, rows in kept_rows(hostile_set).items():
        held = [row for row in rows if row["row_id"] not in left_out]
        path = tmp_path / "out" / f"{split}.jsonl"
        again = read(path) if path.is_file() else []
        assert [row["messages"] for row in again] == [row["messages"] for row in held]
        assert described["rows"][split] == len(held)
        assert Counter(reason for of, reason in left_out.values() if of == split) == described["left_out"][split]
        if to != "openai":
            names = [(row["source_row_id"], row["source"], row["license"], generator(row)) for row in again]
            assert names == [(row["row_id"], row["source"], row["license"], generator(row)) for row in held]
        if to == "messages":
            for name in ("evidence", "contexts", "meta"):
                assert [row[name] for row in again] == [row[name] for row in held]
    assert ("left out" in said) == bool(left_out)


def test_what_went_to_the_hub_is_read_again_as_it_was(good_set, tmp_path):
    export_to("hf", good_set, tmp_path / "hub")
    curate(tmp_path / "hub", "--recipe", "annotate-only", "--out", tmp_path / "again")
    before, after = (
        sorted(
            (row["source"], row["license"], json.dumps(row["messages"]))
            for rows in kept_rows(folder).values()
            for row in rows
        )
        for folder in (good_set, tmp_path / "again")
    )
    assert after == before


def generator(row):
    """Who wrote the row: what binds him binds its user."""
    return json.loads(row["meta"]).get("generator")


def test_each_format_leaves_out_what_it_cannot_hold_and_no_more(hostile_set, tmp_path):
    reasons = {}
    for to in JSON_LINES:
        export_to(to, hostile_set, tmp_path / to)
        with (tmp_path / to / LEFT_OUT).open(encoding="utf-8") as file:
            reasons[to] = Counter(line["reason"] for line in csv.DictReader(file))
    assert reasons == {
        "messages": {"changed_by_reading": 1},
        "sharegpt": {"changed_by_reading": 1},
        "openai": {"changed_by_reading": 1, "no_answer": 1, "ends_with_question": 1, "blank_message": 2},
        "alpaca": {
            "changed_by_reading": 1,
            "system_message": 2,
            "several_turns": 3,
            "no_answer": 1,
            "not_a_pair": 1,
        },
    }


TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from(list("재고 \n\r\t\0\x85\u2028\ufeff\"\\{}[]<>#:,.가각\u1100\u1161\u0301")), st.characters(codec="utf-8")),
    max_size=12,
)  # fmt: skip
TURNS = st.lists(st.tuples(st.sampled_from(["user", "assistant", "system"]), TEXTS), min_size=1, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(TURNS, min_size=1, max_size=6), st.booleans(), st.dictionaries(TEXTS, JSON, max_size=3))
@example([[("system", ""), ("user", ""), ("assistant", "")], [("user", "\ufeff재고")]], False, {"messages": []})
def test_whatever_was_said_is_read_again_or_left_out(tmp_path_factory, talks, are_normal, meta):
    path = tmp_path_factory.mktemp("lines") / "rows.jsonl"
    rows = [
        {
            "row_id": f"{number:032x}",
            "source": "손으로",
            "license": "CC0-1.0",
            "messages": [{"role": role, "content": normalise(text) if are_normal else text} for role, text in turns],
            "evidence": [],
            "contexts": [],
            "meta": json.dumps(meta, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        }
        for number, turns in enumerate(talks)
    ]
    for wanted in FORMATS.values():
        written = [(row, write_row(row, wanted, MOST_BYTES)) for row in rows]
        held = [row for row, line in written if isinstance(line, bytes)]
        for row, line in written:
            roles = [turn["role"] for turn in row["messages"]]
            readable = "system" not in roles[1:] and all(
                normalise(t["content"]) == t["content"] for t in row["messages"]
            )
            assert isinstance(line, str) or len(line.decode().splitlines()) == 1
            if readable and wanted in (FORMATS["messages"], FORMATS["sharegpt"]):
                assert isinstance(line, bytes)
            if readable and wanted is FORMATS["alpaca"] and roles == ["user", "assistant"]:
                assert isinstance(line, bytes)
        if held:
            path.write_bytes(b"".join(line for _, line in written if isinstance(line, bytes)))
            assert [row["messages"] for row in read(path)] == [row["messages"] for row in held]


@pytest.mark.parametrize("to", JSON_LINES)
def test_the_folder_of_an_export_is_curated_again_with_the_same_messages(hostile_set, tmp_path, to):
    export_to(to, hostile_set, tmp_path / "낸 것")
    flags = ["--recipe", "annotate-only", *(["--license", "CC0-1.0"] if to == "openai" else WAIVED)]
    said = curate(tmp_path / "낸 것", "--out", tmp_path / "again", *flags)
    with (tmp_path / "낸 것" / LEFT_OUT).open(encoding="utf-8") as file:
        left_out = {line["row_id"] for line in csv.DictReader(file)}
    held = [row for rows in kept_rows(hostile_set).values() for row in rows if row["row_id"] not in left_out]
    again = [row for rows in kept_rows(tmp_path / "again").values() for row in rows]
    assert sorted(str(row["messages"]) for row in again) == sorted(str(row["messages"]) for row in held)
    assert {row["source"] for row in again} == {"낸 것" if to == "openai" else "손으로 쓴 행"}
    assert "not read" not in said and open_manifest(tmp_path / "again").data["steps"][0]["quarantined"] == 0


@pytest.mark.parametrize("to", [to.value for to in Target])
def test_the_same_export_gives_the_same_bytes_and_is_done_only_once(good_set, tmp_path, to):
    export_to(to, good_set, tmp_path / "one")
    export_to(to, good_set, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert "nothing to do" in export_to(to, good_set, tmp_path / "one")
    export_to(to, good_set, tmp_path / "one", "--fresh")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_line_may_be_as_long_as_any_reader_takes_whatever_the_recipe_said(tmp_path):
    lines = as_lines(good_records()[:4])
    (tmp_path / "rows.jsonl").write_bytes(lines)
    longest = max(map(len, lines.splitlines(keepends=True)))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "set", "--recipe", "annotate-only", "--set",
           f"read.max_line_bytes={longest}")  # fmt: skip
    assert "left out ·" not in export_to("messages", tmp_path / "set", tmp_path / "out")
    assert max(map(len, (tmp_path / "out/train.jsonl").read_bytes().splitlines(keepends=True))) > longest


def test_one_split_alone_is_written_and_the_hub_takes_only_all(hostile_set, tmp_path):
    export_to("sharegpt", hostile_set, tmp_path / "out", "--split", "test")
    assert {path.name for path in (tmp_path / "out").glob("*.jsonl")} == {"test.jsonl"}
    with pytest.raises(InputError, match="--split"):
        export_to("hf", hostile_set, tmp_path / "hub", "--split", "test")


def test_nothing_foreign_is_overwritten_and_another_export_only_when_asked(good_set, hostile_set, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "할 일.txt").write_text("지우지 마세요", encoding="utf-8")
    for out, what in ((tmp_path / "notes", "할 일.txt"), (good_set, "not of this command's making")):
        for to in ("alpaca", "hf"):
            with pytest.raises(InputError, match=what):
                export_to(to, good_set, out, "--fresh")
    export_to("alpaca", good_set, tmp_path / "out")
    before = contents(tmp_path / "out")
    for folder, to in ((hostile_set, "alpaca"), (good_set, "openai")):
        with pytest.raises(InputError, match="made otherwise"):
            export_to(to, folder, tmp_path / "out")
    with pytest.raises(InputError, match="not of this command's making"):
        export_to("hf", good_set, tmp_path / "out", "--fresh")
    assert contents(tmp_path / "out") == before
    export_to("openai", good_set, tmp_path / "out", "--fresh")
    assert open_manifest(tmp_path / "out").data["to"] == "openai"


def test_a_changed_or_empty_dataset_is_not_handed_on(good_set, tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines([record("언제 해?", "내일 해. 꼭 해.")]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "empty", ends=(1,))
    with pytest.raises(InputError, match="holds no row"):
        export_to("messages", tmp_path / "empty", tmp_path / "out")
    shutil.copytree(good_set, tmp_path / "changed")
    shard = next((tmp_path / "changed" / "data").iterdir())
    shard.write_bytes(shard.read_bytes()[:-1] + b"\0")
    with pytest.raises(InputError, match="SHA-256"):
        export_to("messages", tmp_path / "changed", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_failed_export_leaves_what_was_there(good_set, tmp_path, monkeypatch):
    export_to("openai", good_set, tmp_path / "out")
    before = contents(tmp_path / "out")

    def refuse(_):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="no space"):
        export_to("alpaca", good_set, tmp_path / "out", "--fresh")
    monkeypatch.undo()
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("to", ["messages", "hf"])
def test_an_export_killed_at_any_moment_is_made_whole_by_the_same_command(good_set, hostile_set, tmp_path, to):
    export_to(to, good_set, tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    killed_while_writing, killed_while_moving, killed_at_the_end = (tmp_path / name for name in "abc")
    (killed_while_writing / ".partial").mkdir(parents=True)
    (killed_while_writing / ".partial" / "README.md").write_text("반쯤", encoding="utf-8")
    export_to(to, hostile_set, killed_while_moving)
    for out in (killed_while_moving, killed_at_the_end):
        shutil.copytree(tmp_path / "whole", out / ".partial", dirs_exist_ok=True)
    (killed_while_moving / "manifest.json").unlink()  # it goes first, and comes last
    shutil.copytree(tmp_path / "whole", killed_at_the_end, dirs_exist_ok=True)
    for out in (killed_while_writing, killed_while_moving, killed_at_the_end):
        export_to(to, good_set, out)
        assert contents(out) == whole and not (out / ".partial").exists(), out.name


@needs_datasets
@pytest.mark.parametrize("to", [to.value for to in Target])
def test_datasets_loads_every_export_and_splits_without_a_row_are_none(good_set, tmp_path, to):
    from datasets import load_dataset

    (tmp_path / "rows.jsonl").write_bytes(as_lines(HOSTILE[:5]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "train", "--recipe", "annotate-only")
    for folder in (good_set, tmp_path / "train"):
        out = tmp_path / "out" / folder.name
        export_to(to, folder, out)
        loaded = load_dataset(str(out), cache_dir=str(tmp_path / "cache" / folder.name))
        lost = Counter(line.split(",")[1] for line in left_out(out))
        kept = {split: rows for split, rows in kept_rows(folder).items() if rows}
        assert {str(split): rows.num_rows for split, rows in loaded.items()} == {
            HUB_SPLITS[split]: len(rows) - lost[split] for split, rows in kept.items()
        }
        if to in ("messages", "hf"):
            for split, rows in kept.items():
                assert list(loaded[HUB_SPLITS[split]]["messages"]) == [row["messages"] for row in rows]


def left_out(out):
    """The lines of `left_out.csv` under its head; none in a folder of the Hub."""
    path = out / LEFT_OUT
    return path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else []


@needs_datasets
def test_the_card_tells_datasets_the_columns_it_would_find_itself(good_set, tmp_path):
    from datasets import Features, load_dataset_builder
    from huggingface_hub import DatasetCard

    export_to("hf", good_set, tmp_path / "out")
    card = DatasetCard.load(tmp_path / "out" / "README.md")
    told = Features._from_yaml_list(card.data["dataset_info"]["features"])
    assert told == Features.from_arrow_schema(pq.read_schema(next((tmp_path / "out" / "data").iterdir())))
    assert load_dataset_builder(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache")).info.features == told


def test_the_hub_folder_verifies_and_gives_no_dropped_row_away(good_set, tmp_path):
    export_to("hf", good_set, tmp_path / "hub")
    assert {name.split("/")[0] for name in contents(tmp_path / "hub")} == {"data", "README.md", "manifest.json"}
    published, faults = verify_folder(tmp_path / "hub")
    assert not faults
    assert published["content_digest"] == open_manifest(good_set).data["content_digest"]
    assert published["export"]["of"] == open_manifest(good_set).digest
    assert open_manifest(tmp_path / "hub", kind="dataset").shards("train")
    dropped = {"로케이션 코드 어디 있어?", "전체 순서를 알려 줘."}
    told = b"".join(contents(tmp_path / "hub").values()).decode("utf-8", "replace")
    shown = told + str([row["messages"] for rows in kept_rows(tmp_path / "hub").values() for row in rows])
    assert not [text for text in dropped if text in shown]
    assert "run" not in published and str(good_set.parent) not in told


def test_what_asks_the_ledger_of_a_hub_folder_is_told_that_it_stayed_behind(good_set, tmp_path):
    export_to("hf", good_set, tmp_path / "hub")
    row = kept_rows(good_set)["train"][0]["row_id"]
    for asked in (["report", "hub"], ["explain", "hub", row], ["diff", "hub", good_set], ["diff", good_set, "hub"]):
        arguments = [str(tmp_path / one) if one == "hub" else str(one) for one in asked]
        with pytest.raises(InputError, match=r"ledger\.parquet: is not there") as caught:
            CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert "허브" in caught.value.mend_ko
    assert not (tmp_path / "hub" / "report.html").exists()


def test_a_hub_folder_is_checked_exported_and_added_to_like_the_folder_it_was(good_set, tmp_path):
    hub = tmp_path / "hub"
    export_to("hf", good_set, hub)
    (tmp_path / "checks.toml").write_text('[[checks]]\nfigure = "dropped_share.exact_repeat"\nat_most = 0.0\n')
    for folder in (good_set, hub):
        asked = ["check", str(folder), "--checks", str(tmp_path / "checks.toml")]
        result = CliRunner().invoke(app, asked, catch_exceptions=False)
        assert result.exit_code == 1 and "dropped_share.exact_repeat" in result.output
    for asked in (["verify", str(hub)], ["report", str(hub), "--terminal"]):
        assert CliRunner().invoke(app, asked, catch_exceptions=False).exit_code == 0
    export_to("messages", good_set, tmp_path / "one")
    export_to("messages", hub, tmp_path / "two")
    rows = [
        {name: data for name, data in contents(tmp_path / out).items() if name.endswith(".jsonl")}
        for out in ("one", "two")
    ]
    assert rows[0] == rows[1]
    (tmp_path / "more.jsonl").write_bytes(
        as_lines([*good_records()[:2], record("새 랙은 누가 세우나요?", "설비 담당자가 세웁니다.")])
    )
    curate(tmp_path / "more.jsonl", "--out", tmp_path / "next", "--against", hub)
    assert open_manifest(tmp_path / "next").data["splits"]["train"]["rows"] == 1


def test_the_terminal_names_every_format_and_split_there_is():
    assert set(JSON_LINES) == set(FORMATS)
    assert [split.value for split in Split] == list(SPLITS) == list(HUB_SPLITS)
