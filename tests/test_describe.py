"""What a manifest says of its rows is what the shards and the ledger say; neither workers nor order change it."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_curate import TOPICS, as_lines, curate, record

from curation.dataset.shards import read_split
from curation.korean.speech_level import SpeechLevel
from curation.leaks.dealing import SPLITS
from curation.manifest import open_manifest

ROLES = ("user", "assistant")
COLUMNS = {"chars": "chars", "tokens": "tokens", "hangul": "hangul_share"}
COUNTED = (
    "재고 담당자가 실사 계획을 세우고 작업자가 로케이션마다 수량을 세어 실사 입력 화면에 넣습니다. "
    "차이가 나면 다른 작업자가 같은 자리를 다시 세고 창고 관리자가 조정을 승인합니다."
)
TOKENIZER = Path(__file__).parent.parent / "corpora" / "tokenizer.json"


def mixed_records() -> list[dict[str, object]]:
    """Rows of which some repeat, some nearly, some hold personal data, some are doubtful, and some share an answer."""
    rows = []
    for number in range(60):
        topic, document = TOPICS[number % 6], f"문서-{number % 20}.md"
        question = f"{topic} 할 때 {number + 3}번 구역은 누가 확인해?"
        rows.append(record(question, f"{topic} 담당자가 {number + 3}번 구역을 확인합니다.", document=document))
    for number in range(20):  # the same short answer in every document
        rows.append(record(f"문서 {number}의 {TOPICS[number % 6]} 기록은 언제 남겨?", "작업 직후에 남깁니다.",
                           document=f"문서-{number}.md"))  # fmt: skip
    asked = "순환 실사를 할 때 수량은 누가 어디에 어떻게 넣고 차이가 나면 어떻게 되나요?"
    for answer in (COUNTED, COUNTED, COUNTED.replace("재고 담당자가", "재고 담당자는"),
                   COUNTED.replace("넣습니다", "넣지 않습니다"), COUNTED.replace("승인합니다", "승인해요")):  # fmt: skip
        rows.append(record(asked, answer, document="실사.md"))
    rows += [rows[0], rows[0], rows[7]]
    rows.append(record("담당자 번호가 010-2345-6789인데 메일은 kim@wms.kr 맞아?", "네, 010-2345-6789가 맞습니다."))
    rows.append(record("그럼 반품 판정이 느슨하면?", "반품 담당자가 다시 판정합니다."))
    rows.append(record("로케이션 코드 어디 있어?", "선반 아래에 있어."))
    rows.append(record("ㅈㅐㄱㅗ는 어디에 쌓아?", "파렛트 위에 쌓습니다.\u200b"))
    return rows


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return as_lines(mixed_records()).splitlines(keepends=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, lines) -> Path:
    path = tmp_path_factory.mktemp("mixed") / "rows.jsonl"
    path.write_bytes(b"".join(lines))
    curate(path, "--out", path.parent / "out", "--workers", 1, "--split", "60/20/20", "--tokenizer", TOKENIZER)
    return path.parent / "out"


@pytest.fixture(scope="module")
def manifest(folder) -> dict[str, object]:
    return open_manifest(folder).data


@pytest.fixture(scope="module")
def kept(folder) -> dict[str, pa.Table]:
    """The kept rows of each split, and of all."""
    splits = {split: read_split(folder, split) for split in SPLITS}
    return {"all": pa.concat_tables(splits.values()), **splits}


@pytest.fixture(scope="module")
def ledger(folder) -> list[dict[str, object]]:
    lines = pq.read_table(folder / "ledger.parquet").to_pylist()
    return [{**line, "because": json.loads(line["because"])} for line in lines]


def test_every_figure_of_the_whole_is_the_sum_of_the_splits(manifest):
    every, *splits = (manifest["statistics"][name] for name in ("all", *SPLITS))
    assert every["rows"] == sum(split["rows"] for split in splits) and all(split["rows"] for split in splits)
    for role in ROLES:
        assert every["doubtful"][role] == sum(split["doubtful"][role] for split in splits)
        for level, count in every["sentences"][role].items():
            assert count == sum(split["sentences"][role][level] for split in splits)
        for what, counts in every["spread"][role].items():
            assert counts == np.sum([split["spread"][role][what] for split in splits], axis=0).tolist()


@pytest.mark.parametrize("name", ["all", *SPLITS])
def test_the_rows_of_a_spread_are_all_rows_each_in_the_bin_it_belongs_to(manifest, kept, name):
    rows, told = kept[name], manifest["statistics"][name]
    for role in ROLES:
        for what, column in COLUMNS.items():
            edges = manifest["statistics"]["bins"][what]
            values = rows[f"{role}_{column}"].to_numpy()
            ends = [*edges[1:], np.inf]
            counts = [int(((values >= low) & (values < high)).sum()) for low, high in zip(edges, ends, strict=True)]
            assert told["spread"][role][what] == counts and sum(counts) == told["rows"] == len(rows)


@pytest.mark.parametrize("name", ["all", *SPLITS])
def test_every_sentence_of_every_kept_row_is_counted_once(manifest, kept, name):
    rows, told = kept[name], manifest["statistics"][name]
    bound = manifest["statistics"]["doubtful_below"]
    for role in ROLES:
        found = Counter(level for levels in rows[f"{role}_sentence_levels"].to_pylist() for level in levels)
        assert told["sentences"][role] == {level.value: found[level.value] for level in SpeechLevel}
        sure = [one for one in rows[f"{role}_level_confidence"].to_pylist() if one is not None]
        assert told["doubtful"][role] == sum(one < bound for one in sure)


def test_a_level_is_doubtful_where_the_ending_leaves_it_open(kept):
    sure = {row["messages"][0]["content"]: row["user_level_confidence"] for row in kept["all"].to_pylist()}
    assert sure["그럼 반품 판정이 느슨하면?"] < 0.9 < sure["입고 검수 할 때 3번 구역은 누가 확인해?"]


def test_without_a_tokenizer_no_tokens_are_spread_and_without_rows_nothing_is(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines([record("언제 해?", "내일 해. 꼭 해.")]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", ends=(1,))
    manifest = open_manifest(tmp_path / "out").data
    told = manifest["statistics"]["all"]
    assert told["spread"]["user"] == {"chars": [0] * 10, "tokens": [], "hangul": [0] * 10}
    assert set(told["sentences"]["assistant"].values()) == {0} and told["doubtful"] == {"user": 0, "assistant": 0}
    assert (manifest["personal_data"], manifest["edits"], manifest["leaks_nearest"]) == ({}, {}, [])


def test_clusters_are_as_large_as_shards_and_ledger_say(manifest, kept, ledger):
    cluster = dict(zip(*(kept["all"][name].to_pylist() for name in ("row_id", "cluster_id")), strict=True))
    went = [line["because"]["kept"] for line in ledger if line["step"] == "repeats"]
    sizes = Counter(cluster.values()) + Counter(cluster[witness] for witness in went)
    assert manifest["repeats"]["cluster_sizes"] == Counter(str(size) for size in sizes.values() if size > 1)
    assert manifest["repeats"]["cluster_sizes"] == {"2": 1, "3": 2}


def test_what_guards_kept_apart_are_kept_rows_that_differ_in_just_that(manifest, kept):
    said = {row["row_id"]: row["messages"][1]["content"] for row in kept["all"].to_pylist()}
    apart = manifest["repeats"]["apart"]
    assert set(apart) == {guard for guard in ("negation", "speech_level", "content") if manifest["repeats"][guard]}
    assert {"negation", "speech_level"} <= set(apart)
    for guard, pairs in apart.items():
        assert 0 < len(pairs) <= min(5, manifest["repeats"][guard])
        assert pairs == sorted(pairs) and all(left < right for left, right in pairs)
        for pair in pairs:
            assert ("않습니다" in said[pair[0]]) != ("않습니다" in said[pair[1]]) or guard != "negation"


def test_the_nearest_are_kept_lie_in_two_splits_and_are_no_twins(manifest, kept):
    split = {row_id: name for name in SPLITS for row_id in kept[name]["row_id"].to_pylist()}
    nearest = manifest["leaks_nearest"]
    assert nearest and len(nearest) <= 20
    assert [one["likeness"] for one in nearest] == sorted((one["likeness"] for one in nearest), reverse=True)
    for one in nearest:
        assert [split[one["left"]], split[one["right"]]] == one["splits"]
        assert one["splits"][0] != one["splits"][1] and 0 < one["likeness"] < 1
    shown = Counter(one[side] for one in nearest for side in ("left", "right"))
    assert max(shown.values()) == 1


def test_what_is_shared_between_splits_is_shown_by_pairs_of_rows(manifest, kept):
    row = {one["row_id"]: {**one, "split": name} for name in SPLITS for one in kept[name].to_pylist()}
    assert manifest["leaks_shared"].keys() == manifest["leaks"].keys()
    for name, pairs in manifest["leaks_shared"].items():
        assert bool(pairs) == (manifest["leaks"][name] > 0)
    shared = manifest["leaks_shared"]["shared_answers"]
    assert shared == sorted(shared, key=lambda one: (one["left"], one["right"])) and shared
    for one in shared:
        left, right = row[one["left"]], row[one["right"]]
        assert [left["split"], right["split"]] == one["splits"] and left["split"] != right["split"]
        assert left["messages"][1]["content"] == right["messages"][1]["content"] == "작업 직후에 남깁니다."


def test_mendings_and_personal_data_are_those_of_the_kept_rows(manifest, kept, ledger):
    stayed = set(kept["all"]["row_id"].to_pylist())
    edits = [(line["row_id"], edit["why"]) for line in ledger for edit in line["because"].get("edits", ())]
    told = [(row_id, reason) for row_id, why in edits if row_id in stayed for reason in why.split("+")]
    assert manifest["edits"] == {
        why: {"rows": len({row for row, one in told if one == why}), "edits": sum(one == why for _, one in told)}
        for why in {one for _, one in told}
    }
    assert manifest["personal_data"] == {
        "email": {"hidden": 1, "left": 0, "rows": 1}, "phone": {"hidden": 2, "left": 0, "rows": 1},
    }  # fmt: skip
    assert len(manifest["edits"]) > 2


@pytest.mark.parametrize(("pii", "hidden", "left"), [("keep", 0, 3), ("pseudonym", 3, 0)])
def test_personal_data_that_is_kept_is_counted_and_a_pseudonym_is_none(tmp_path, pii, hidden, left):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(mixed_records()[-4:]))
    (tmp_path / "secret").write_bytes(b"0123456789abcdef" * 2)
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--set", f"rules.pii={pii}", "--pseudonym-key",
           tmp_path / "secret")  # fmt: skip
    told = open_manifest(tmp_path / "out").data["personal_data"]
    assert {kind: one["rows"] for kind, one in told.items()} == {"email": 1, "phone": 1}
    assert [sum(one[key] for one in told.values()) for key in ("hidden", "left")] == [hidden, left]


def test_neither_workers_nor_the_order_of_lines_change_a_figure(folder, lines, manifest, tmp_path):
    mixed = tmp_path / "rows.jsonl"
    mixed.write_bytes(b"".join(random.Random(7).sample(lines, len(lines))))
    curate(mixed, "--out", tmp_path / "out", "--workers", 2, "--split", "60/20/20", "--tokenizer", TOKENIZER)
    other = open_manifest(tmp_path / "out").data
    assert other["content_digest"] == manifest["content_digest"]
    blocks = ("statistics", "repeats", "leaks", "leaks_shared", "leaks_nearest", "personal_data", "edits")
    assert {name: other[name] for name in blocks} == {name: manifest[name] for name in blocks}


def test_where_an_evaluation_set_lies_is_nobodys_business(tmp_path):
    """The manifest is published: it names exam.jsonl and its digest, and is the same wherever the file lies."""
    (tmp_path / "rows.jsonl").write_bytes(as_lines(mixed_records()[:8]))
    told = []
    for home, exam in (("kim", "exam.jsonl"), ("lee", "exam.jsonl"), ("lee", "other.jsonl")):
        (tmp_path / home).mkdir(exist_ok=True)
        items = [record(f"{exam} 파렛트를 몇 단까지 쌓을 수 있어?", "3단까지 쌓을 수 있습니다.")]
        (tmp_path / home / exam).write_bytes(as_lines(items))
        (tmp_path / home / "words.txt").write_text("도크도어\n", encoding="utf-8")
        out = tmp_path / f"out-{home}-{exam}"
        flags = ["--decontaminate", tmp_path / home / exam, "--words", tmp_path / home / "words.txt"]
        curate(tmp_path / "rows.jsonl", "--out", out, *flags)
        told.append(open_manifest(out).data)
    assert told[0]["manifest_sha256"] == told[1]["manifest_sha256"] != told[2]["manifest_sha256"]
    assert (
        told[0]["recipe"]["leaks"]["evaluation"]
        == ["exam.jsonl"]
        == [one["name"] for one in told[0]["decontamination"]][1:]
    )
    hashed = {key: value for key, value in told[0].items() if key != "run"}
    assert str(tmp_path) not in json.dumps(hashed, ensure_ascii=False)
    done = curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out-kim-exam.jsonl", "--decontaminate",
                  tmp_path / "lee/exam.jsonl", "--words", tmp_path / "lee/words.txt")  # fmt: skip
    assert "nothing to do" in done


def test_two_evaluation_sets_of_one_name_are_counted_apart(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(mixed_records()[:8]))
    flags = []
    for home, asked in (("a", mixed_records()[0]), ("b", record("파렛트를 몇 단까지 쌓을 수 있나요?", "3단까지요."))):
        (tmp_path / home).mkdir()
        (tmp_path / home / "test.jsonl").write_bytes(as_lines([asked]))
        flags += ["--decontaminate", tmp_path / home / "test.jsonl"]
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", *flags)
    given = {one["name"]: one["items_given_away"] for one in open_manifest(tmp_path / "out").data["decontamination"]}
    assert given.keys() == {"casual_questions.jsonl", "test.jsonl", "test.jsonl (2)"} and sum(given.values()) == 1


def test_the_memory_of_a_step_is_what_was_held_by_its_end(manifest):
    peaks = manifest["run"]["steps_peak_rss_bytes"]
    assert peaks.keys() == manifest["run"]["steps_s"].keys()
    in_order = [peaks[step] for step in ("read and tag", "judge", "find repeats", "find leaks", "deal")]
    assert in_order == sorted(in_order) and in_order[-1] <= manifest["run"]["peak_rss_bytes"]
