"""The difference of two releases: every row in one kind of change, counted as a plain comparison counts it."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.dataset.ledger import LEDGER
from curation.dataset.shards import SHARD
from curation.difference_command import diff
from curation.errors import InputError
from curation.leaks.dealing import SPLITS
from curation.manifest import describe_file, write_manifest
from curation.releases.changes import KINDS, Differs
from curation.releases.difference import compare
from curation.releases.difference_view import as_markdown
from curation.releases.manifest_changes import causes, setting_changes
from curation.report.markdown import cell, table
from curation.rules import RULES
from tests.test_curate import as_lines, curate, good_records, record

PATIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The first two have the same upper half.
IDS = ["0" * 31 + "1", "0" * 31 + "2", *(hashlib.sha256(bytes([number])).hexdigest()[:32] for number in range(8))]
FATES = [*SPLITS, "rules/short_answer", "rules/casual_answer", "repeats/near_repeat"]


def line(row_id, fate, **fields):
    """A row as made folders hold it: its fate, its texts, levels, and where it was read."""
    place = IDS.index(row_id)
    return {"row_id": row_id, "fate": fate, "question": f"{place}번 로케이션 어디야?", "answer": f"{place}번 선반입니다.",
            "levels": ("casual", "polite"), "source_row_id": None, "file": "rows.jsonl", "position": place + 1,
            **fields}  # fmt: skip


def made(folder: Path, lines, *, broken=(), ledger=None) -> Path:
    """A curated folder of these lines, as far as a comparison reads it."""
    (folder / "data").mkdir(parents=True)
    kept = {row_id: row for row_id, row in last_word(lines).items() if "/" not in row["fate"]}
    ledger = ledger or pa.Table.from_pylist([_ledger(row) for row in lines], schema=LEDGER)
    pq.write_table(ledger, folder / "ledger.parquet", row_group_size=50_000)
    for split in SPLITS:
        rows = [_shard(row) for row in kept.values() if row["fate"] == split]
        pq.write_table(pa.Table.from_pylist(rows, schema=SHARD), folder / f"data/{split}-00000.parquet")
    (folder / "quarantine.jsonl").write_bytes(as_lines(list(broken)))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    gone = Counter(row["fate"] for row in lines if "/" in row["fate"])
    facts = {
        "kind": "dataset",
        "name": "wms",
        "content_digest": hashlib.sha256(repr(sorted(map(repr, kept.values()))).encode()).hexdigest(),
        "files": [describe_file(folder, path) for path in files],
        "steps": [{"step": "rules", "in": len(lines), "out": len(lines) - gone.total(), "dropped": gone.total(),
                   "quarantined": 0, "reasons": dict(gone)}],
        "recipe": {"rules": {"min_answer_chars": 2}, "sha256": "0"},
        "inputs": [{"name": "rows.jsonl", "bytes": 1, "sha256": hashlib.sha256(repr(lines).encode()).hexdigest()}],
        "versions": {"kiwipiepy": "0.24.1"},
        "splits": {split: {"rows": sum(row["fate"] == split for row in kept.values())} for split in SPLITS},
        "statistics": {"all": {"levels": {}}},
        "leaks": {}, "repeats": {}, "decontamination": [], "sources": [], "blank_lines": 0,
    }  # fmt: skip
    write_manifest(folder, facts)
    return folder


def _ledger(row):
    is_kept = "/" not in row["fate"]
    fallen = {} if is_kept else {key: row[key] for key in ("question", "answer")}
    step, _, reason = (None, None, None) if is_kept else row["fate"].partition("/")
    return {"row_id": row["row_id"], "source": "handbook", "file": row["file"], "position": row["position"],
            "verdict": "keep" if is_kept else "drop", "split": row["fate"] if is_kept else None, "step": step,
            "reason": reason, "because": json.dumps({**fallen, **row.get("because", {})})}  # fmt: skip


def _shard(row):
    turns = [{"role": "user", "content": row["question"]}, {"role": "assistant", "content": row["answer"]}]
    user, assistant = row["levels"]
    return {"row_id": row["row_id"], "source": "handbook", "source_row_id": row["source_row_id"], "messages": turns,
            "user_level": user, "assistant_level": assistant}  # fmt: skip


LINES = st.lists(
    st.builds(
        lambda row_id, fate, answer, level: line(row_id, fate, levels=("casual", level), **answer),
        st.sampled_from(IDS),
        st.sampled_from(FATES),
        st.sampled_from([{}, {}, {"answer": "선반을 확인합니다."}]),
        st.sampled_from(["polite", "polite", "neutral"]),
    ),
    max_size=14,
)


def last_word(lines):
    """By row_id its first kept line, or its first line: what stands for a row that was read several times."""
    found = {}
    for row in sorted(lines, key=lambda row: "/" in row["fate"]):
        found.setdefault(row["row_id"], row)
    return found


def told_plainly(old, new):
    """(kind, from, to) of every row that is not the same in both, by one look at each."""
    for row_id in sorted({*old, *new}):
        was, now = old.get(row_id), new.get(row_id)
        if was is None or now is None:
            yield ("came", None, now["fate"]) if was is None else ("went", was["fate"], None)
            continue
        fates = was["fate"], now["fate"]
        match "/" not in was["fate"], "/" not in now["fate"]:
            case True, True if fates[0] != fates[1]:
                yield "moved", *fates
            case True, True if was["answer"] != now["answer"]:
                yield "mended", *fates
            case True, True if was["levels"] != now["levels"]:
                yield "relabelled", " × ".join(was["levels"]), " × ".join(now["levels"])
            case True, False:
                yield "fell", *fates
            case False, True:
                yield "rose", *fates
            case False, False if fates[0] != fates[1]:
                yield "reason", *fates


@PATIENT
@given(LINES, LINES)
def test_every_change_is_what_a_plain_comparison_of_the_two_ledgers_finds(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("releases")
    # Nothing that one release alone has is a row of the other in disguise.
    other = [{**row, "file": "other.jsonl"} for row in other]
    old, new = last_word(one), last_word(other)
    fresh = {row_id: f"{row_id} 어디예요?" for row_id in new.keys() - old.keys()}
    other = [{**row, "question": fresh.get(row["row_id"], row["question"])} for row in other]
    found = compare(made(folder / "a", one), made(folder / "b", other))
    told = {(change.kind, flow.was, flow.now): flow.rows for change in found.changes for flow in change.flows}
    assert told == Counter(told_plainly(old, new))
    assert (found.old_rows, found.new_rows) == (len(old), len(new))
    assert found.stayed == len(old.keys() & new.keys()) and found.continued == 0
    for change in found.changes:
        assert change.rows == sum(flow.rows for flow in change.flows)
        assert len(change.samples) == min(change.rows, 5)


ANYWHERE = st.lists(
    st.builds(
        lambda row_id, fate, position, question, answer, origin: line(
            row_id, fate, position=position, question=question, answer=answer, source_row_id=origin
        ),
        st.sampled_from(IDS),
        st.sampled_from(FATES),
        st.integers(1, 6),
        st.sampled_from(["재고 실사 언제 해?", "입고는 누가 봐?", ""]),
        st.sampled_from(["월말에 합니다.", "담당자가 봅니다."]),
        st.sampled_from([None, None, "q1", "q2"]),
    ),
    max_size=8,
)


@PATIENT
@given(ANYWHERE, ANYWHERE)
def test_every_row_counts_once_and_the_way_back_is_the_way_there(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("releases")
    a, b = made(folder / "a", one), made(folder / "b", other)
    there, back = compare(a, b), compare(b, a)
    rows = {change.kind: change.rows for change in there.changes}
    assert list(rows) == list(KINDS)
    assert there.old_rows == there.stayed + there.continued + rows["went"] == len(last_word(one))
    assert there.new_rows == there.stayed + there.continued + rows["came"] == len(last_word(other))
    turned = {"went": "came", "came": "went", "fell": "rose", "rose": "fell"}
    assert rows == {turned.get(change.kind, change.kind): change.rows for change in back.changes}
    assert {(flow.was, flow.now, flow.rows) for flow in there.crossed} == {
        (flow.now, flow.was, flow.rows) for flow in back.crossed
    }
    assert json.loads(json.dumps(asdict(there))) == json.loads(json.dumps(asdict(compare(a, b))))


@given(LINES)
@settings(PATIENT, max_examples=15)
def test_a_release_differs_in_nothing_from_itself(tmp_path_factory, lines):
    folder = made(tmp_path_factory.mktemp("release") / "a", lines)
    found = compare(folder, folder)
    assert found.is_same and found.is_empty and not found.crossed
    assert found.old_rows == found.new_rows == found.stayed


def change_of(found, kind):
    return next(change for change in found.changes if change.kind == kind)


def test_a_row_mended_at_its_source_goes_on_under_its_new_id(tmp_path):
    """재고는 선반에 있어 → 있습니다: the line was dropped for 반말, and is kept now."""
    old = [line(IDS[0], "train"), line(IDS[1], "rules/casual_answer", answer="선반에 있어.", position=7)]
    new = [
        line(IDS[0], "train"),
        line(IDS[2], "train", question=old[1]["question"], answer="선반에 있습니다.", position=7),
    ]
    found = compare(made(tmp_path / "a", old), made(tmp_path / "b", new))
    assert (found.stayed, found.continued) == (1, 1)
    assert not change_of(found, "went").rows and not change_of(found, "came").rows
    [shown] = change_of(found, "rose").samples
    assert (shown.old_row_id, shown.row_id) == (IDS[1], IDS[2])
    assert (shown.old_answer, shown.answer, shown.old_question) == ("선반에 있어.", "선반에 있습니다.", None)


def test_a_change_far_down_in_a_text_is_shown(tmp_path):
    told = "재고를 확인합니다. " * 60
    old, new = (
        line(IDS[0], "train", answer=f"{told}{end}") for end in ("담당자는 김 대리입니다.", "담당자는 ○ 대리입니다.")
    )
    found = compare(made(tmp_path / "a", [old]), made(tmp_path / "b", [new]))
    [shown] = change_of(found, "mended").samples
    assert shown.old_answer.startswith("…") and shown.old_answer.endswith("담당자는 김 대리입니다.")
    assert shown.answer == shown.old_answer.replace("김", "○") and len(shown.answer) < 100


def test_an_id_of_its_source_is_followed_wherever_the_row_stands(tmp_path):
    old = [line(IDS[0], "train", source_row_id="q7", position=1)]
    new = [line(IDS[1], "train", source_row_id="q7", position=900, answer="2번 선반에 둡니다.")]
    found = compare(made(tmp_path / "a", old), made(tmp_path / "b", new))
    assert change_of(found, "reworded").rows == 1


def test_a_row_whose_licence_changed_is_the_same_row(tmp_path):
    """Its id follows from all that it brings along, its text does not."""
    old, new = line(IDS[0], "train"), line(IDS[1], "train", file="other.jsonl", position=4)
    new |= {"question": old["question"], "answer": old["answer"]}
    found = compare(made(tmp_path / "a", [old]), made(tmp_path / "b", [new]))
    assert change_of(found, "redescribed").rows == found.continued == 1


def test_what_no_setting_explains_is_laid_to_the_inputs_where_these_differ(tmp_path):
    old = [line(IDS[0], "train"), line(IDS[1], "repeats/near_repeat", because={"kept": IDS[0]})]
    one, other = made(tmp_path / "a", old), made(tmp_path / "b", [line(IDS[1], "train")])
    assert as_markdown(compare(one, other)).count("| other inputs · 다른 입력 |") == 2  # of what went, and what rose
    assert "other inputs" not in as_markdown(compare(one, one))


def test_another_row_at_the_same_place_is_another_row(tmp_path):
    old, new = line(IDS[0], "train", position=1), line(IDS[1], "train", position=1)
    found = compare(made(tmp_path / "a", [old]), made(tmp_path / "b", [new]))
    assert (change_of(found, "went").rows, change_of(found, "came").rows, found.continued) == (1, 1, 0)


def test_rows_trained_on_there_and_held_out_here_are_said_loudly(tmp_path):
    old = [line(IDS[0], "train"), line(IDS[1], "test"), line(IDS[2], "valid"), line(IDS[3], "train", source_row_id="q")]
    new = [line(IDS[0], "test"), line(IDS[1], "train"), line(IDS[2], "test"),
           line(IDS[4], "valid", source_row_id="q")]  # fmt: skip
    found = compare(made(tmp_path / "a", old), made(tmp_path / "b", new))
    crossed = {(flow.was, flow.now): flow.rows for flow in found.crossed}
    assert crossed == {("train", "test"): 1, ("test", "train"): 1, ("train", "valid"): 1}
    assert "3 rows stand in train of one release" in as_markdown(found) and "학습용" in as_markdown(found)


def test_a_repeat_names_the_row_that_came_before_it(tmp_path):
    old = [line(IDS[0], "train")]
    new = [line(IDS[0], "repeats/near_repeat", because={"kept": IDS[5], "jaccard": {"question": 0.9}}),
           line(IDS[5], "train")]  # fmt: skip
    found = compare(made(tmp_path / "a", old), made(tmp_path / "b", new))
    [shown] = change_of(found, "fell").samples
    assert [(cause.what, cause.key, cause.old, cause.new) for cause in shown.causes] == [("row", IDS[5], None, "train")]
    assert shown.because == {"kept": IDS[5], "jaccard": {"question": 0.9}}


def test_each_reason_of_the_rules_hangs_on_settings_that_there_are():
    from curation.recipes.schema import CurationRecipe

    recipe = {"recipe": CurationRecipe().model_dump(mode="json")}
    other = json.loads(json.dumps(recipe).replace("2", "3").replace('"drop"', '"keep"').replace("true", "false"))
    other["recipe"] |= {"target_answer": "any"}
    other["recipe"]["rules"] |= {"pii": "drop", "damaged": "keep", "special": "keep"}
    found = setting_changes(recipe, other)
    for rule in RULES:
        own = {f"rules.{name}" for name in (*rule.limits, rule.switch) if name}
        told = {cause.key for cause in causes("fell", ("train", f"rules/{rule.reason}"), found)}
        assert own & {one.key for one in found} <= told
    assert {"rules.pii", "rules.enabled"} == {
        cause.key for cause in causes("fell", ("train", "rules/personal_data"), found)
    }


@pytest.mark.parametrize(
    ("fate", "setting"),
    [
        ("leaks/in_evaluation", "leaks.threshold"),  # by which a question is like an item
        ("repeats/near_repeat", "target_answer"),  # the row that fits it stays
        ("repeats/near_repeat", "read.sources"),  # the first of them is preferred
    ],
)
def test_a_step_hangs_on_every_setting_that_it_reads(fate, setting):
    found = [Differs("setting", name, 0, 1) for name in (setting, "seed", "rules.echo")]
    assert [one.key for one in causes("fell", ("train", fate), found)] == [setting]


def test_a_quarantined_line_is_known_by_its_bytes(tmp_path):
    def broken(position, sha256):
        return {"file": "rows.jsonl", "position": position, "sha256": sha256, "reason": "not_json"}

    old = made(tmp_path / "a", [], broken=[broken(3, "aa"), broken(9, "bb")])
    found = compare(old, made(tmp_path / "b", [], broken=[broken(4, "aa"), broken(9, "cc")]))
    assert (found.broken_came, found.broken_went) == (1, 1)
    assert [(one.release, one.place, one.sha256) for one in found.broken] == [
        ("new", "rows.jsonl:9", "cc"), ("old", "rows.jsonl:9", "bb")
    ]  # fmt: skip


def test_a_folder_that_was_changed_is_refused(tmp_path):
    folder = made(tmp_path / "a", [line(IDS[0], "train")])
    (folder / "quarantine.jsonl").write_bytes(b"{}\n")
    with pytest.raises(InputError, match="quarantine"):
        compare(folder, folder)


def said(*arguments):
    app = typer.Typer()
    app.command()(diff)
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    return result.exit_code, result.output


def test_two_runs_of_another_threshold_are_told_apart_with_the_setting(tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_bytes(as_lines(good_records()))
    curate(rows, "--out", tmp_path / "a")
    changed = [record("파렛트는 어디에 보관해?", "보관 구역에 둡니다."), *good_records()]
    rows.write_bytes(as_lines(changed))
    curate(rows, "--out", tmp_path / "b", "--set", "rules.min_answer_chars=15", "--seed", 3)
    found = compare(tmp_path / "a", tmp_path / "b")
    ledgers = [
        {row["row_id"]: row for row in pq.read_table(tmp_path / name / "ledger.parquet").to_pylist()} for name in "ab"
    ]
    fell = [row_id for row_id in ledgers[0].keys() & ledgers[1].keys()
            if (ledgers[0][row_id]["verdict"], ledgers[1][row_id]["verdict"]) == ("keep", "drop")]  # fmt: skip
    assert fell and change_of(found, "fell").rows == len(fell)
    assert [sample.row_id for sample in change_of(found, "came").samples] == list(ledgers[1].keys() - ledgers[0].keys())
    assert {one.key for one in found.settings} == {"rules.min_answer_chars", "seed"}
    short = next(flow for flow in change_of(found, "fell").flows if flow.now == "rules/short_answer")
    assert [(one.key, one.old, one.new) for one in short.causes] == [("rules.min_answer_chars", 2, 15)]
    kept = {one.key: (one.old, one.new) for one in found.figures}["steps.rules.reasons.short_answer"]
    assert kept == (0, sum(row["reason"] == "short_answer" for row in ledgers[1].values()))
    code, told = said(tmp_path / "a", tmp_path / "b")
    assert code == 0 and "rules.min_answer_chars" in told and "남았다가 빠진 행" in told
    assert said(tmp_path / "a", tmp_path / "b", "--exit-code")[0] == 1
    assert said(tmp_path / "a", tmp_path / "a", "--exit-code")[0] == 0
    assert json.loads(said(tmp_path / "a", tmp_path / "b", "--json", "--limit", 1)[1])["stayed"] == found.stayed


def test_what_a_row_says_is_only_ever_text(tmp_path):
    evil = "<script>alert(1)</script> | **굵게** [여기](http://x.invalid) @someone #1 `rm`\n# 제목 \u202e\x1b[2J :tada:"
    old, new = [line(IDS[0], "train", answer="둡니다.")], [line(IDS[0], "rules/short_answer", answer=evil)]
    found = compare(made(tmp_path / "a", old), made(tmp_path / "b\x1b[2J", new))
    told = as_markdown(found)
    [row] = [one for one in told.splitlines() if "U+202E" in one]
    assert row.count("|") == 6 and "\x1b" not in told and "\u202e" not in told
    for mark in ("<", "**", "[", "@", "#1 ", "`", "http://", ":tada"):
        assert mark not in row.replace("&#", "")
    assert "\x1b" not in said(tmp_path / "a", tmp_path / "b\x1b[2J")[1]


@given(st.lists(st.lists(st.one_of(st.text(max_size=30), st.integers()), min_size=3, max_size=3), max_size=4))
def test_a_table_has_its_rows_and_columns_whatever_it_holds(rows):
    from markdown_it import MarkdownIt

    head = ["행", "질문|답변", "<까닭>"]
    tokens = MarkdownIt("commonmark").enable("table").parse(table(head, rows))
    assert sum(token.type == "tr_open" for token in tokens) == (len(rows) + 1 if rows else 0)
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) == (3 * (len(rows) + 1) if rows else 0)
    assert all(child.type in ("text", "text_special") for token in inline for child in token.children)
    shown = ["".join(child.content for child in token.children) for token in inline[3:]]
    assert all(cell(one) for one in shown if one.strip())


def test_two_ledgers_of_many_lines_are_compared_in_little_memory(tmp_path):
    """90 MB of evidence in each, all of it read to find that each row goes on under another id."""
    count = 50_000
    for name, reason, first in (("a", "short_answer", 0), ("b", "casual_answer", count)):
        numbers = pa.array(range(count)).cast(pa.string())
        because = ['{"question":"로케이션 ', '번 어디야?","answer":"' + "가" * 600 + '"}']
        columns = {
            "row_id": [f"{number:032x}" for number in range(first, first + count)],
            "position": range(count),
            "split": pa.nulls(count, pa.string()),
            "because": pc.binary_join_element_wise(because[0], numbers, because[1], ""),
            **{key: pa.repeat(value, count) for key, value in (("source", "handbook"), ("file", "rows.jsonl"),
               ("verdict", "drop"), ("step", "rules"), ("reason", reason))},
        }  # fmt: skip
        ledger = pa.table([pa.array(columns[field.name], field.type) for field in LEDGER], schema=LEDGER)
        made(tmp_path / name, [], ledger=ledger)
    script = (
        "import sys\nfrom pathlib import Path\nfrom curation.releases.difference import compare\n"
        "found = compare(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(found.continued, [change.rows for change in found.changes if change.rows])\n"
        # Not getrusage: that of a process begins with what its parent had.
        "print(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "a", tmp_path / "b"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    told, peak_megabytes = done.stdout.splitlines()
    assert told == "50000 [50000]"
    assert int(peak_megabytes) < 250
