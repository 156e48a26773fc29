"""The rows a page carries: all of them or the first of each figure, behind their figures, within the page's budget."""

import base64
import gzip
import hashlib
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.dataset.shards import shard_paths
from curation.leaks.dealing import SPLITS
from curation.manifest import describe_file, open_manifest, write_manifest
from curation.report.rows.clusters import Clusters
from curation.report.rows.embedded import Embedded, embed
from curation.report.rows.firsts import Keys
from curation.report.rows.gathered import Gathered, gather
from curation.report.rows.lookup import Found
from curation.report.rows.samples import samples_of
from curation.report.rows.survey import MOST_ROWS, OF_EACH, Survey
from tests.test_curate import as_lines, curate, record
from tests.test_samples import BROKEN, ledger_of, shards_of, varied_records

PAGE_BYTES = 150_000
TOKENIZER = Path(__file__).parent.parent / "corpora" / "tokenizer.json"
COLUMNS = ("id", "place", "question", "answer", "of", "evidence", "why", "beside")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("embedded")
    (home / "rows.jsonl").write_bytes(as_lines(varied_records()) + BROKEN)
    curate(home / "rows.jsonl", "--out", home / "out", "--set", "read.quarantine_rows=9")
    return home / "out"


def unpacked(found: Embedded) -> dict[str, Any]:
    return json.loads(gzip.decompress(base64.b64decode(found.payload)))


def rows_of(found: Embedded) -> list[dict[str, Any]]:
    """Row by row, the tags by name."""
    told = unpacked(found)
    assert {len(told[name]) for name in COLUMNS} == {found.rows}
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*(told[name] for name in COLUMNS), strict=True)]
    return [{**row, "of": {told["tags"][tag] for tag in row["of"]}} for row in rows]


def test_a_small_set_is_carried_whole(folder):
    manifest = open_manifest(folder).data
    found = embed(folder, manifest, page_bytes=PAGE_BYTES)
    ledger = ledger_of(folder)
    rows = rows_of(found)
    assert found.rows == found.total == len(rows) == len(ledger) == manifest["steps"][0]["in"]
    assert (found.chars, unpacked(found)["chars"]) == (None, None)
    assert [row["question"] for row in rows] == sorted(row["question"] for row in rows)
    for row in rows:
        line = ledger[row["place"]]
        assert row["id"] == (line["row_id"] or "")[:12]
        assert f"verdict:{line['verdict']}" in row["of"]
        assert f"source:{line['source']}" in row["of"]
        if line["verdict"] != "keep":
            assert {f"step:{line['step']}", f"reason:{line['step']}/{line['reason']}"} <= row["of"]
        assert row["beside"] == line["because"].get("kept", "")[:12]
    assert all(row["beside"] in {row["id"] for row in rows} for row in rows if row["beside"])


def test_every_tag_of_a_kept_row_is_what_its_shard_says(folder):
    manifest = open_manifest(folder).data
    edges = manifest["statistics"]["bins"]
    shards = {row_id[:12]: row for row_id, row in shards_of(folder).items()}
    clusters = Counter(tag for row in rows_of(embed(folder, manifest, page_bytes=0)) for tag in row["of"])

    def bin_of(value: float, measure: str) -> int:
        return max(place for place, edge in enumerate(edges[measure]) if edge <= value)

    for row in rows_of(embed(folder, manifest, page_bytes=PAGE_BYTES)):
        if "verdict:keep" not in row["of"]:
            continue
        own = shards[row["id"]]
        size = clusters[f"cluster:{own['cluster_id']}"]
        expected = {"verdict:keep", f"source:{own['source']}", f"license:{own['license']}"}
        expected |= {f"style:{own['assistant_style']}", f"user:{own['user_level']}"}
        expected |= {f"assistant:{own['assistant_level']}"}
        expected |= {f"cluster:{own['cluster_id']}", f"cluster_size:{size}"} if size > 1 else set()
        for role in ("user", "assistant"):
            expected |= {f"sentence_{role}:{level}" for level in own[f"{role}_sentence_levels"]}
            expected |= {f"chars_{role}:{bin_of(own[f'{role}_chars'], 'chars')}"}
            expected |= {f"hangul_{role}:{bin_of(own[f'{role}_hangul_share'], 'hangul')}"}
            if (own[f"{role}_level_confidence"] or 1) < manifest["statistics"]["doubtful_below"]:
                expected |= {f"doubtful:{role}"}
        elsewhere = ("split:", "edit:", "pii:", "apart:", "nearest", "leak:", "between:")
        assert {tag for tag in row["of"] if not tag.startswith(elsewhere)} == expected
        assert {f"pii:{span['kind']}" for span in own["pii"]} <= row["of"]
        assert (row["question"], row["answer"]) == tuple(turn["content"] for turn in own["messages"])


def figures_of(manifest: Mapping[str, Any]) -> list[tuple[tuple[str, ...], int]]:
    """Tags and how many rows the manifest says there are behind them."""
    statistics, keep = manifest["statistics"]["all"], "verdict:keep"
    told = [((keep, f"split:{name}"), split["rows"]) for name, split in manifest["splits"].items()]
    for step in manifest["steps"]:
        told += [((f"reason:{step['step']}/{reason}",), count) for reason, count in step["reasons"].items()]
    for user, row in statistics["levels"].items():
        told += [((keep, f"user:{user}", f"assistant:{level}"), count) for level, count in row.items()]
    told += [((keep, f"style:{style}"), count) for style, count in statistics["polite_style"].items()]
    for role, spread in statistics["spread"].items():
        for measure, counts in spread.items():
            told += [((keep, f"{measure}_{role}:{place}"), count) for place, count in enumerate(counts)]
        told.append(((keep, f"doubtful:{role}"), statistics["doubtful"][role]))
    told += [((f"cluster_size:{n}",), int(n) * count) for n, count in manifest["repeats"]["cluster_sizes"].items()]
    told += [((keep, f"pii:{kind}"), facts["rows"]) for kind, facts in manifest["personal_data"].items()]
    told += [((keep, f"edit:{why}"), facts["rows"]) for why, facts in manifest["edits"].items()]
    told += [((keep, f"source:{one['source']}", f"license:{one['license']}"), one["rows_kept"])
             for one in manifest["sources"]]  # fmt: skip
    return told


@pytest.mark.parametrize("settings_", [(), ("--recipe", "annotate-only", "--tokenizer", TOKENIZER)])
def test_behind_every_figure_of_the_manifest_are_as_many_rows(tmp_path, settings_):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(varied_records()) + BROKEN)
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--set", "read.quarantine_rows=9", *settings_)
    manifest = open_manifest(tmp_path / "out").data
    rows = rows_of(embed(tmp_path / "out", manifest, page_bytes=PAGE_BYTES))
    figures = figures_of(manifest)
    assert {"pii", "cluster_size", "doubtful", "chars_user"} <= {
        tag.split(":")[0] for tags, _ in figures for tag in tags
    }
    for tags, count in figures:
        assert sum(row["of"].issuperset(tags) for row in rows) == count, tags


def test_pairs_that_the_manifest_names_are_tagged(folder):
    manifest = dict(open_manifest(folder).data)
    one, other, third = sorted(shards_of(folder))[:3]
    manifest["repeats"] = {**manifest["repeats"], "apart": {"numbers": [[one, other]]}}
    manifest["leaks_nearest"] = [{"left": one, "right": third, "splits": ["test", "train"], "likeness": 0.5}]
    manifest["leaks_shared"] = {"shared_answers": [{"left": other, "right": third, "splits": ["train", "valid"]}]}
    rows = {row["id"]: row["of"] for row in rows_of(embed(folder, manifest, page_bytes=PAGE_BYTES))}
    assert {"apart:numbers", "nearest", "between:train/test"} <= rows[one[:12]]
    assert {"apart:numbers", "leak:shared_answers", "between:train/valid"} <= rows[other[:12]]
    shown = samples_of(folder, manifest)
    assert [(pair.left.row_id, pair.right.row_id) for pair in shown.apart["numbers"]] == [(one, other)]
    assert [(pair.right.row_id, pair.scores) for pair in shown.nearest] == [(third, {"question": 0.5})]
    assert [pair.left.row_id for pair in shown.shared["shared_answers"]] == [other]


def test_rows_made_by_datagen_stand_behind_their_kind_and_rank(tmp_path):
    metas = [{"kind": "table", "persona": "신입", "question_level": "hae", "rank": {"bm25": 9, "faiss": rank}}
             for rank in (1, 2, 5, 6)]  # fmt: skip
    metas += [
        {"kind": "가" * 300, "persona": ""},
        {"kind": 3, "rank": [1]},
        {"note": 'a text with "kind":"list" in it'},
        {},
    ]
    rows = [
        record(f"{number}번 문의는 누가 받나요?", f"{number}번 담당자가 받습니다.", meta=meta)
        for number, meta in enumerate(metas)
    ]
    candidates = tmp_path / "candidates"
    candidates.mkdir()
    (candidates / "candidates.jsonl").write_bytes(as_lines(rows))
    listed = [describe_file(candidates, candidates / "candidates.jsonl", rows=len(rows), format="jsonl")]
    write_manifest(candidates, {"kind": "candidates", "files": listed, "counts": {}})
    curate(candidates, "--out", tmp_path / "out")
    manifest = open_manifest(tmp_path / "out").data
    assert manifest["written"] == {
        "kind": {"table": 4},
        "persona": {"신입": 4},
        "question_level": {"hae": 4},
        "rank": {"1": 1, "2-5": 2, "6+": 1},
    }
    tags = Counter(
        tag for row in rows_of(embed(tmp_path / "out", manifest, page_bytes=PAGE_BYTES)) for tag in row["of"]
    )
    for name, found in manifest["written"].items():
        assert {tag: rows for tag, rows in tags.items() if tag.startswith(f"{name}:")} == {
            f"{name}:{value}": rows for value, rows in found.items()
        }


def written_otherwise(folder: Path, to: Path) -> Path:
    """The same rows in other files, row groups and order."""
    shutil.copytree(folder, to)
    for split in SPLITS:
        paths = shard_paths(to, split)
        rows = pa.concat_tables(pq.read_table(path) for path in paths)
        rows = rows.sort_by([("row_id", "descending")])
        for path in paths:
            path.unlink()
        for number, start in enumerate(range(0, max(len(rows), 1), 4)):
            pq.write_table(rows.slice(start, 4), to / "data" / f"{split}-{number:05}.parquet", row_group_size=3)
    ledger = pq.read_table(to / "ledger.parquet").sort_by([("position", "descending")])
    pq.write_table(ledger, to / "ledger.parquet", row_group_size=7)
    return to


def test_the_same_rows_in_other_files_give_the_same_page(folder, tmp_path):
    manifest = open_manifest(folder).data
    other = written_otherwise(folder, tmp_path / "other")
    assert embed(other, manifest, page_bytes=PAGE_BYTES) == embed(folder, manifest, page_bytes=PAGE_BYTES)
    assert samples_of(other, manifest) == samples_of(folder, manifest)


KEPT = re.compile(r'"kept":"(\w+)"')


def many_times(folder: Path, to: Path, times: int) -> dict[str, Any]:
    """A folder of so many times its rows, each with an id of its own; its manifest as far as a page's rows need it."""
    shutil.copytree(folder, to)

    def grown(rows: pa.Table) -> pa.Table:
        """The ids of the first copy stay."""
        return pa.concat_tables([renamed(rows, copy) for copy in range(times)])

    def renamed(rows: pa.Table, copy: int) -> pa.Table:
        for name in {"row_id", "cluster_id"} & {*rows.column_names}:
            ids = [copied(one, copy) for one in rows[name].to_pylist()]
            rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(ids, pa.string()))
        if "because" in rows.column_names:
            told = [
                KEPT.sub(lambda found: f'"kept":"{copied(found[1], copy)}"', one) for one in rows["because"].to_pylist()
            ]
            rows = rows.set_column(rows.schema.get_field_index("because"), "because", pa.array(told, pa.string()))
        return rows

    def copied(row_id: str | None, copy: int) -> str | None:
        return row_id and (hashlib.sha256(f"{row_id} {copy}".encode()).hexdigest()[:32] if copy else row_id)

    for path in (to / "data").iterdir():
        pq.write_table(grown(pq.read_table(path)), path, row_group_size=1_000)
    ledger = grown(pq.read_table(to / "ledger.parquet"))
    pq.write_table(ledger, to / "ledger.parquet", row_group_size=1_000)
    manifest = dict(open_manifest(folder).data)
    first, *others = manifest["steps"]
    return {**manifest, "steps": [{**first, "in": len(ledger), "quarantined": first["quarantined"] * times}, *others]}


def test_of_a_large_set_every_figure_keeps_its_first_rows(folder, tmp_path):
    manifest = many_times(folder, tmp_path / "large", 40)
    large = tmp_path / "large"
    found = embed(large, manifest, page_bytes=PAGE_BYTES)
    assert found.rows == MOST_ROWS < found.total == manifest["steps"][0]["in"]
    rows = rows_of(found)
    ids = {row["id"] for row in rows}
    held = Counter(tag for row in rows for tag in row["of"])
    small = Counter(
        tag for row in rows_of(embed(folder, open_manifest(folder).data, page_bytes=0)) for tag in row["of"]
    )
    for tag, count in small.items():
        if not tag.startswith(("cluster", "apart", "nearest", "leak", "between")):
            assert held[tag] >= min(OF_EACH, count), tag
    ledger = pq.read_table(large / "ledger.parquet")
    casual = sorted(ledger.filter(pc.field("reason") == "casual_answer")["row_id"].to_pylist())
    assert {row_id[:12] for row_id in casual[:OF_EACH]} <= ids
    kept = sorted(ledger.filter(pc.field("verdict") == "keep")["row_id"].to_pylist())
    assert {row_id[:12] for row_id in kept[:OF_EACH]} <= ids
    beside = [row["beside"] in ids for row in rows if row["beside"]]
    assert len(beside) > 100 and beside.count(False) <= 1  # at the very end there may be no room for the second
    assert written_otherwise_is_equal(large, manifest, tmp_path / "otherwise")


def written_otherwise_is_equal(folder: Path, manifest: Mapping[str, Any], to: Path) -> bool:
    shutil.copytree(folder, to)
    for path in [*(to / "data").iterdir(), to / "ledger.parquet"]:
        table = pq.read_table(path)
        pq.write_table(table.take(pa.array(range(len(table) - 1, -1, -1))), path, row_group_size=777)
    return embed(to, manifest, page_bytes=PAGE_BYTES) == embed(folder, manifest, page_bytes=PAGE_BYTES)


def test_rows_that_were_gathered_once_serve_both(folder):
    manifest = open_manifest(folder).data
    gathered = gather(folder, manifest)
    assert samples_of(folder, manifest, gathered) == samples_of(folder, manifest)
    assert embed(folder, manifest, page_bytes=0, gathered=gathered) == embed(folder, manifest, page_bytes=0)


HANGUL = [chr(code) for code in range(0xAC00, 0xAC00 + 2_000)]
NO_KEYS = np.zeros(0, dtype=np.uint64)
NO_CLUSTERS = Clusters(NO_KEYS, np.zeros(0, dtype=np.int64), NO_KEYS, NO_KEYS, NO_KEYS, NO_KEYS)
NO_PAIRS: dict[str, Any] = {"repeats": {"apart": {}}, "leaks_nearest": [], "leaks_shared": {}}


def gathered_of(rows: list[Found], gone: Mapping[str, Keys] | None = None) -> Gathered:
    survey = Survey({}, gone or {}, NO_KEYS, NO_KEYS, pa.table({}), NO_CLUSTERS)
    return Gathered(survey, dict(enumerate(rows)), [], {key: (0, key) for key in range(len(rows))})


def found_row(number: int, question: str, answer: str, reason: str) -> Found:
    row_id = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    tags = ["verdict:drop", f"reason:rules/{reason}"]
    return Found(row_id, "rows.jsonl", number, "rows", "drop", None, "rules", reason, {}, tags, question, answer)


@settings(deadline=None, max_examples=30)
@given(
    rows=st.integers(0, 400),
    chars=st.sampled_from([1, 60, 700, 2_000]),
    page_bytes=st.integers(0, 320_000),
    reasons=st.integers(1, 40),
    word=st.sampled_from(
        [lambda at: chr(0xAC00 + at * 7919 % 11_172), lambda at: "가", lambda at: '"\\\u2028<\0'[at % 5]]
    ),
)
def test_the_page_keeps_its_budget(rows, chars, page_bytes, reasons, word: Callable[[int], str]):
    texts = ["".join(word(number * 31 + at * (at + number)) for at in range(chars)) for number in range(rows)]
    gathered = gathered_of([found_row(at, text, text[::-1], f"reason_{at % reasons}") for at, text in enumerate(texts)])
    found = embed(Path("unread"), {"steps": [{"in": rows}], **NO_PAIRS}, page_bytes=page_bytes, gathered=gathered)
    room = min(300_000 + 40 * found.rows, 5_000_000) - page_bytes
    assert len(found.payload) <= room or found.rows == 0
    told = unpacked(found)
    assert told["total"] == rows and len(told["id"]) == found.rows
    if rows and room > 60_000 and chars == 1:
        assert found.rows == rows and found.chars is None
    kept = {f"rows.jsonl:{at}": text for at, text in enumerate(texts)}
    for place, question in zip(told["place"], told["question"], strict=True):
        whole = kept[place]
        assert question == whole if len(whole) <= (found.chars or chars) else question == f"{whole[: found.chars]}…"


def test_whatever_room_is_left_it_is_kept_and_used():
    rows = [
        found_row(at, *(random.Random(f"{at}{side}").choices(HANGUL, k=300) for side in "qa"), "long")
        for at in range(60)
    ]
    gathered = gathered_of([replace(row, question="".join(row.question), answer="".join(row.answer)) for row in rows])
    told = {"steps": [{"in": len(rows)}], **NO_PAIRS}
    before = 0
    for room in range(0, 110_000, 2_500):
        found = embed(Path("unread"), told, page_bytes=300_000 + 40 * len(rows) - room, gathered=gathered)
        assert len(found.payload) <= room - 40 * (len(rows) - found.rows) or found.rows == 0
        assert found.rows in (0, len(rows)) or found.chars == 45
        assert len(found.payload) >= before or found.rows < len(rows)
        before = len(found.payload)
    assert (found.rows, found.chars) == (len(rows), None)


@pytest.mark.parametrize("chars", [10, 2_000])
@pytest.mark.parametrize("reasons", [3, 40])
def test_dozens_of_reasons_still_leave_room_in_the_page(reasons, chars):
    rows = [found_row(at, "가" * chars, "나" * chars, f"reason_{at % reasons}") for at in range(20 * reasons)]
    of_each = {
        f"reason:rules/reason_{one}": np.arange(one, len(rows), reasons, dtype=np.uint64) for one in range(reasons)
    }
    gathered = gathered_of(rows, of_each)
    steps = [{"step": "rules", "in": len(rows), "reasons": {f"reason_{one}": 20 for one in range(reasons)}}]
    manifest = {"steps": steps, "personal_data": {}, "edits": {}, **NO_PAIRS}
    found = samples_of(Path("unread"), manifest, gathered)
    assert {len(one.lines) for one in found.reasons} == {20 if reasons == 3 else 5}
    texts = [piece.text for one in found.reasons for line in one.lines for piece in (*line.question, *line.answer)]
    assert len(found.reasons) == reasons and sum(len(text.encode()) for text in texts) < 100_000


def test_hostile_rows_are_cut_and_stay_text(tmp_path):
    texts = [
        "<script>alert(1)</script>",
        "</script><!--",
        "줄\u2028바꿈",
        "\u202e뒤집힌 글",
        "널\u0000자",
        '"',
        "가" * 60_000,
    ]
    rows = [record(f"{text} 이게 뭐예요?", f"{text} 글자일 뿐입니다.", source=text[:50]) for text in texts]
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--recipe", "annotate-only", ends=(0, 1))
    manifest = open_manifest(tmp_path / "out").data
    found = embed(tmp_path / "out", manifest, page_bytes=PAGE_BYTES)
    assert found.rows == len(texts) and found.chars == 2_000
    assert set(found.payload) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    questions = {row["question"] for row in rows_of(found)}
    assert {f"{text} 이게 뭐예요?" for text in texts[:4]} <= questions
    assert "가" * 2_000 + "…" in questions
    assert (
        max(len(piece.text) for line in samples_of(tmp_path / "out", manifest).kept for piece in line.question) <= 401
    )


def test_a_set_without_a_kept_row_is_carried_too(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines([record("언제 해?", "내일 해. 꼭 해.")]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", ends=(1,))
    manifest = open_manifest(tmp_path / "out").data
    (row,) = rows_of(embed(tmp_path / "out", manifest, page_bytes=PAGE_BYTES))
    assert {"verdict:drop", "reason:rules/casual_answer"} <= row["of"]
    shown = samples_of(tmp_path / "out", manifest)
    assert (shown.kept, shown.clusters, len(shown.reasons)) == ([], [], 1)
