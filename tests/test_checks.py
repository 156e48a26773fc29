"""Checks: a bound holds or it does not, a failing one names its rows, and what ships asks what a reader must know."""

import copy
import json
import re
import tomllib
from html import escape, unescape
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from curation.check_commands import check as check_command
from curation.checks.behind import NAMED, rows_behind
from curation.checks.checks import SHIPPED, Check, holds, load_checks, run_checks, shipped_checks, tell, verdict
from curation.checks.checks_view import checks_as_markdown
from curation.checks.derived import DERIVED
from curation.checks.measures import figure_names, measure
from curation.dataset.shards import read_split
from curation.errors import InputError, run_command
from curation.manifest import Manifest, open_manifest
from tests.test_curate import TOPICS, as_lines, curate, good_records, record

TOKENIZER = Path(__file__).parent.parent / "corpora" / "tokenizer.json"
HOSTILE = "장부|`<img src=x onerror=alert(1)>`[링크](x).jsonl"
THINGS = ["재고 조정", "입고 예정", "출고 마감", "바코드 출력", "로케이션 이동", "파손 처리"]
WAIVED = ("--waive", "NOASSERTION=시험에만 씁니다")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)
app = typer.Typer()
app.command()(check_command)


def everything_wrong() -> bytes:
    """Good records, and beside them answers in 반말, telephone numbers, answers of two questions, and broken lines."""
    rows = good_records()
    for number, thing in enumerate(THINGS):
        phone = f"02-1234-567{number}번으로 물어보시면 됩니다."
        rows.append(record(f"{thing} 문의는 어디로 해?", phone, document=f"연락-{number}.md"))
        rows.append(
            record(f"{thing} 해도 돼?", "네, 해도 됩니다.", document=f"허용-{number}.md", license="NOASSERTION")
        )
        rows.append(record(f"{thing} 뭐야?", "그건 그냥 그런 거야. 다 알잖아.", document=f"반말-{number}.md"))
    return as_lines(rows) + b"{\n[]\n"


@pytest.fixture(scope="module")
def bad(tmp_path_factory) -> Manifest:
    """A dataset in which nothing was mended, by files of a hostile name."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / HOSTILE).write_bytes(everything_wrong())
    shares = [("--set", f"split.{name}={share}") for name, share in (("train", 0.6), ("valid", 0.2), ("test", 0.2))]
    keep = [("--set", f"rules.{rule}=keep") for rule in ("pii", "wrong_level")]
    settings = (part for pair in [*shares, *keep, WAIVED] for part in pair)
    curate(folder / HOSTILE, "--out", folder / "out", "--tokenizer", TOKENIZER, "--workers", 1, *settings)
    return open_manifest(folder / "out")


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Manifest:
    """The dataset of the good records, which are few."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(folder / "rows.jsonl", "--out", folder / "out", "--workers", 1)
    return open_manifest(folder / "out")


def a_check(figure: str, **bound: object) -> Check:
    return Check.model_validate({"figure": figure, **bound})


# What a number, a word or a list has to be.


@given(NUMBERS, NUMBERS)
def test_a_number_passes_where_it_lies_within_its_bound(value, bound):
    assert holds(a_check("rows.kept", at_most=bound), value) == (value <= bound)
    assert holds(a_check("rows.kept", at_least=bound), value) == (value >= bound)
    assert holds(a_check("rows.kept", equals=bound), value) == (value == bound)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_wider_bound_lets_no_less_through(value, one, other):
    low, high = sorted([one, other])
    assert holds(a_check("rows.kept", at_most=high), value) >= holds(a_check("rows.kept", at_most=low), value)
    assert holds(a_check("rows.kept", at_least=low), value) >= holds(a_check("rows.kept", at_least=high), value)


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_names_pass_where_each_is_one_of_those_allowed(names, allowed):
    assert holds(a_check("licenses", within=allowed), names) == (set(names) <= set(allowed))


def test_truth_is_no_number_and_words_are_compared_whole():
    assert holds(a_check("recipe.rules.enabled", equals=True), True)
    assert not holds(a_check("recipe.seed", equals=1), True)
    assert holds(a_check("target_answer", equals="polite"), "polite")
    assert holds(a_check("target_answer", within=["polite", "any"]), "polite")
    for value in ("polite", ["polite"], True):
        with pytest.raises(InputError, match="compares with a number"):
            holds(a_check("target_answer", at_most=1), value)
    with pytest.raises(InputError, match="compares with names"):
        holds(a_check("rows.kept", within=["1"]), 1)


@pytest.mark.parametrize(
    ("figure", "value", "told"),
    [
        ("splits.test.share", 0.0525, "5.25%"), ("dropped_share.echo", 1.0, "100%"), ("rows.kept", 1234567, "1,234,567"),
        ("run.peak_rss_bytes", 2**31, "2.00 GiB"), ("run.wall_s", 12.34, "12.3 s"), ("licenses", [], "—"),
        ("licenses", ["CC0-1.0", "MIT"], "CC0-1.0, MIT"), ("recipe.rules.guards", True, "true"), ("tokens", None, "—"),
    ],
)  # fmt: skip
def test_figures_are_told_in_their_units(figure, value, told):
    assert tell(figure, value) == told


# The file of checks.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[checks]]\nfigure = "rows.kept"\nat_mots = 1', "at_mots is no key of a check .*did you mean at_most"),
        ('[[checks]]\nfigure = "rows.kept"', "rows.kept has no bound"),
        ('[[checks]]\nfigure = "rows.kept"\nat_most = 1\nat_least = 0', "rows.kept has at_most and at_least"),
        (
            '[[checks]]\nfigure = "rows.kept"\nat_most = "1"',
            "at_most of rows.kept is '1', expected a number(.|\\n)*checks.toml",
        ),
        ('[[checks]]\nfigure = "rows.kept"\nat_most = nan', "at_most"),
        ('[[checks]]\nfigure = "rows.kept"\nat_most = 1\nelse = "ignore"', "else"),
        ('[[check]]\nfigure = "rows.kept"\nat_most = 1', "did you mean checks"),
        ("checks = []", "checks"),
        ("[[checks", "is not TOML"),
    ],
)
def test_a_bad_line_is_named_with_a_guess(tmp_path, text, said):
    (tmp_path / "checks.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_checks(tmp_path / "checks.toml")


def test_a_file_that_is_not_there_is_named_with_one_to_copy(tmp_path):
    with pytest.raises(InputError, match=r"is no file(.|\n)*checks\.toml is one to copy"):
        load_checks(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("leaks.shared_document", "did you mean leaks.shared_documents"),
        ("target_shares", "did you mean target_share"),
        ("dropped_share.casual_answers", "did you mean dropped_share.casual_answer"),
        ("rows.kept.more", "is no figure"),
        ("run.wall_seconds", "is no figure"),
        ("statistics.all.tokens.assistant.p99", "is no figure"),
        ("personal_data.phones.left", "is no figure"),
        ("splits.test", "name one of its figures: splits.test.documents"),
        ("sources", "is a table of figures"),
    ],
)
def test_an_unknown_figure_is_named_with_a_guess(good, figure, said):
    with pytest.raises(InputError, match=said):
        run_checks(good.data, [a_check(figure, at_most=1)])


def test_a_figure_that_this_dataset_does_not_have_is_skipped(good, bad):
    for figure in ("personal_data.phone.left", "steps.rules.reasons.echo", "repeats.cluster_sizes.7"):
        assert run_checks(good.data, [a_check(figure, at_most=0)])[0].state == "skip"
    tokens = a_check("statistics.all.tokens.assistant.p95", at_most=10_000)
    assert [run_checks(one.data, [tokens])[0].state for one in (good, bad)] == ["skip", "pass"]
    plain = {**good.data, "target_answer": "any"}
    assert run_checks(plain, [a_check("target_share", at_least=1)])[0].state == "skip"


def test_every_name_offered_is_a_figure(good, bad):
    for dataset in (good.data, bad.data):
        names = figure_names(dataset)
        assert set(DERIVED) <= set(names)
        assert {type(measure(dataset, name).value) for name in names} <= {int, float, str, bool, list, type(None)}


# What ships.


def test_the_shipped_file_shows_every_key_and_says_everything_in_both_languages():
    text = SHIPPED.read_text(encoding="utf-8")
    more = "\n".join(re.findall(r"^# (\[\[checks\]\]|\w+ = .*)$", text, re.MULTILINE))
    entries = tomllib.loads(f"{text}\n{more}")["checks"]
    assert {key for entry in entries for key in entry} == {
        field.alias or name for name, field in Check.model_fields.items()
    } - {"equals"}
    assert all(check.ko and check.en and check.why_ko and check.why_en for check in shipped_checks())
    head = text.partition("[[checks]]")[0].split()
    assert {name for name in DERIVED if not name.startswith("leaks.")} <= set(head)  # those are paths too
    hangul = re.compile("[가-힣]")
    assert all(hangul.search(check.ko) and hangul.search(check.why_ko) for check in shipped_checks())


def test_the_examples_in_the_shipped_file_can_be_asked(bad, tmp_path):
    text = SHIPPED.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^# (\[\[checks\]\]|\w+ = .*)$", text, re.MULTILINE))
    (tmp_path / "examples.toml").write_text(examples, encoding="utf-8")
    checks = load_checks(tmp_path / "examples.toml")
    assert len(run_checks(bad.data, checks)) == len(checks) == 5


def _put(*path: object) -> object:
    """A change to a manifest: the last of `path` is put where the others lead."""

    def change(manifest: dict[str, object]) -> None:
        here = manifest
        for key in path[:-2]:
            here = here[key]
        here[path[-2]] = path[-1]

    return change


DOCTORED = {
    "rows.kept": _put("steps", -1, "out", 0),
    "rows.unaccounted": _put("steps", 2, "dropped", 7),
    "target_share": _put("statistics", "all", "levels", "polite", "casual", 1),
    "neutral_answer_share": _put("statistics", "all", "levels", "polite", "neutral", 12),
    "doubtful_answer_share": _put("statistics", "all", "doubtful", "assistant", 3),
    "leaks.shared_documents": _put("leaks", "shared_documents", 1),
    "leaks.shared_document_digests": _put("leaks", "shared_document_digests", 1),
    "leaks.shared_questions": _put("leaks", "shared_questions", 1),
    "leaks.shared_question_contents": _put("leaks", "shared_question_contents", 1),
    "leaks.shared_twins": _put("leaks", "shared_twins", 1),
    "shared_answer_share": _put("leaks", "shared_answers", 2),
    "evaluation_rows_left": lambda manifest: [
        _put("recipe", "leaks", "drop_evaluation", False)(manifest),
        _put("decontamination", 0, "rows", "content", 2)(manifest),
    ],
    "evaluation_sets_absent": _put("decontamination", 0, {"name": "casual_questions.jsonl", "absent": "…"}),
    "bridges_share": _put("steps", -1, "dropped", 2),
    "empty_splits": _put("splits", "test", "rows", 0),
    "smallest_held_out_rows": _put("splits", "valid", "rows", 99),
    "split_off_share": _put("splits", "train", "share", 0.86),
    "largest_group_share": _put("oversized_groups", [{"rows": 5, "share": 0.4, "row_id": "ab"}]),
    "repeats_left_share": lambda manifest: [
        _put("recipe", "repeats", "drop_by", "none")(manifest),
        _put("repeats", "cluster_sizes", {"2": 1})(manifest),
    ],
    "rows.dropped_share": _put("steps", 2, "dropped", 13),
    "rows.quarantined_share": _put("steps", 0, "quarantined", 1),
    "personal_data_left": _put("personal_data", {"phone": {"hidden": 3, "left": 1, "rows": 4}}),
    "unlicensed_rows": _put("sources", 0, "license", "NOASSERTION"),
    "license_conflicts": _put("rights", "conflicts", [{"code": "terms:gated", "why": "승인 자료", "waived": None}]),
    "license_waivers": _put("rights", "conflicts", [{"code": "CC-BY-NC-4.0", "why": "…", "waived": "연구에만"}]),
}  # fmt: skip


def spotless(manifest: dict[str, object]) -> dict[str, object]:
    """The manifest as if it were of many rows, dealt as was asked, of which none bridges the cut or shares an answer."""
    clean = copy.deepcopy(manifest)
    bridges = clean["steps"][-1]["dropped"]
    for step in clean["steps"]:
        step.update(
            {"in": step["in"] - bridges, "out": step["out"] if step["step"] == "split" else step["out"] - bridges}
        )
    clean["steps"][-1]["dropped"] = clean["leaks"]["shared_answers"] = 0
    for split, facts in clean["splits"].items():
        facts.update({"rows": 500, "share": clean["recipe"]["split"][split]})
    return clean


@pytest.mark.parametrize("figure", [check.figure for check in shipped_checks()])
def test_each_shipped_check_passes_on_good_rows_and_can_fail(good, figure):
    check = next(check for check in shipped_checks() if check.figure == figure)
    clean = spotless(good.data)
    assert run_checks(clean, [check])[0].state == "pass", figure
    DOCTORED[figure](clean)
    assert run_checks(clean, [check])[0].state == check.otherwise


def test_good_rows_are_warned_of_only_for_being_few(good):
    outcomes = run_checks(good.data)
    assert verdict(outcomes) == "warn"
    few = {"bridges_share", "smallest_held_out_rows", "split_off_share", "shared_answer_share"}
    assert {one.figure for one in outcomes if one.state != "pass"} <= few
    assert [one.figure for one in outcomes] == [check.figure for check in shipped_checks()]


# The rows behind a figure.


def sentences(row: dict[str, object], level: str) -> bool:
    return level in row["assistant_sentence_levels"]


KEPT_BEHIND = {
    "target_share": lambda row: row["assistant_level"] not in ("polite", "neutral"),
    "mixed_answer_share": lambda row: row["assistant_level"] == "mixed",
    "neutral_answer_share": lambda row: row["assistant_level"] == "neutral",
    "doubtful_question_share": lambda row: (row["user_level_confidence"] or 1) < 0.9,
    "doubtful_answer_share": lambda row: (row["assistant_level_confidence"] or 1) < 0.9,
    "statistics.test.doubtful.user": lambda row: row["split"] == "test" and (row["user_level_confidence"] or 1) < 0.9,
    "statistics.all.levels.casual.polite": lambda row: (
        (row["user_level"], row["assistant_level"]) == ("casual", "polite")
    ),
    "statistics.train.levels.casual.polite": lambda row: (
        (row["split"], row["user_level"], row["assistant_level"]) == ("train", "casual", "polite")
    ),
    "statistics.all.sentences.assistant.hae": lambda row: "hae" in row["assistant_sentence_levels"],
    "statistics.all.chars.assistant.p95": lambda row: row["assistant_chars"] > 12,
    "statistics.valid.tokens.user.p50": lambda row: row["split"] == "valid" and row["user_tokens"] > 12,
    "personal_data_left": lambda row: row["pii"],
    "personal_data.phone.left": lambda row: any(span["kind"] == "phone" for span in row["pii"]),
    "unlicensed_rows": lambda row: row["license"] == "NOASSERTION",
}
LEDGER_BEHIND = {
    "bridges_share": lambda line: line["step"] == "split",
    "rows.dropped_share": lambda line: line["verdict"] == "drop",
    "rows.quarantined_share": lambda line: line["verdict"] == "quarantine",
    "dropped_share.exact_repeat": lambda line: line["reason"] == "exact_repeat",
    "steps.read.quarantined": lambda line: line["verdict"] == "quarantine",
    "steps.repeats.dropped": lambda line: line["step"] == "repeats",
    "steps.read.reasons.not_json": lambda line: line["reason"] == "not_json",
}


def named(names: list[str]) -> tuple[list[str], int]:
    return names[:NAMED], max(0, len(names) - NAMED)


@pytest.mark.parametrize("figure", KEPT_BEHIND)
def test_a_failing_check_names_the_kept_rows_that_a_plain_scan_finds(bad, figure):
    rows = [
        {**row, "split": split}
        for split in ("train", "valid", "test")
        for row in read_split(bad.folder, split).to_pylist()
    ]
    bound = {"at_most": 12} if ".p" in figure else {"at_most": -1}
    found = rows_behind(bad, run_checks(bad.data, [a_check(figure, **bound)])[0])
    assert (found.rows, found.more) == named([row["row_id"] for row in rows if KEPT_BEHIND[figure](row)])


@pytest.mark.parametrize("figure", LEDGER_BEHIND)
def test_a_failing_check_names_the_lines_that_a_plain_scan_finds(bad, figure):
    lines = pq.read_table(bad.folder / "ledger.parquet").to_pylist()
    names = [line["row_id"] or f"{line['file']}:{line['position']}" for line in lines if LEDGER_BEHIND[figure](line)]
    found = rows_behind(bad, run_checks(bad.data, [a_check(figure, at_most=-1)])[0])
    assert names
    assert (found.rows, found.more) == named(names)


def test_what_was_not_drawn_dilutes_no_share(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(everything_wrong())
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--workers", 1, "--sample", 10, *WAIVED)
    manifest = open_manifest(tmp_path / "out").data
    steps = {step["step"]: step for step in manifest["steps"]}
    gone = sum(steps[name]["dropped"] for name in ("rules", "repeats", "leaks", "split"))
    assert steps["rules"]["in"] == 10
    assert measure(manifest, "rows.dropped_share").value == gone / 10
    assert measure(manifest, "rows.quarantined_share").value == 2 / 35


def test_too_many_rows_are_named_in_part_and_counted(bad):
    found = rows_behind(bad, run_checks(bad.data, [a_check("statistics.all.chars.user.p50", at_most=0)])[0])
    assert len(found.rows) == NAMED
    assert len(found.rows) + found.more == bad.data["steps"][-1]["out"]


def test_licences_that_are_not_allowed_name_their_rows(bad):
    found = rows_behind(bad, run_checks(bad.data, [a_check("licenses", within=["CC0-1.0"])])[0])
    assert found == rows_behind(bad, run_checks(bad.data, [a_check("unlicensed_rows", at_most=0)])[0])
    assert len(found.rows) > 1


def test_a_leak_names_its_pairs_and_how_many_more_there_are(bad):
    check = a_check("leaks.shared_answers", at_most=0)
    found = rows_behind(bad, run_checks(bad.data, [check])[0])
    pairs = bad.data["leaks_shared"]["shared_answers"]
    assert found.rows == [f"{one['left']} ~ {one['right']} ({'/'.join(one['splits'])})" for one in pairs]
    more = copy.deepcopy(bad.data)
    more["leaks"]["shared_answers"] += 5
    doctored = Manifest(bad.folder, more)
    assert rows_behind(doctored, run_checks(more, [check])[0]).more == found.more + 5


def test_repeats_that_stay_are_named_but_for_one_of_each_cluster(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(good_records()) * 3)
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--workers", 1, "--recipe", "annotate-only")
    dataset = open_manifest(tmp_path / "out")
    outcome = next(one for one in run_checks(dataset.data) if one.figure == "repeats_left_share")
    found = rows_behind(dataset, outcome)
    rows = read_split(dataset.folder, "train", ["row_id", "cluster_id"]).to_pylist()
    extra = [row["row_id"] for row in rows if row["row_id"] != row["cluster_id"]]
    assert (outcome.state, outcome.value) == ("warn", f"68.89% ({len(extra)} / 45)")
    assert (found.rows, found.more) == named(extra)


def test_rows_without_a_licence_are_no_conflict_of_licences(bad):
    outcomes = {one.figure: one for one in run_checks(bad.data)}
    assert (outcomes["unlicensed_rows"].state, outcomes["license_waivers"].state) == ("warn", "pass")
    assert "시험에만 씁니다" in outcomes["unlicensed_rows"].value


def test_what_was_mended_is_named_from_the_ledger(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(everything_wrong())
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--workers", 1, *WAIVED)
    dataset = open_manifest(tmp_path / "out")
    found = rows_behind(dataset, run_checks(dataset.data, [a_check("personal_data.phone.hidden", at_most=0)])[0])
    lines = pq.read_table(tmp_path / "out/ledger.parquet").to_pylist()
    edited = [line["row_id"] for line in lines if line["verdict"] == "keep" and json.loads(line["because"])]
    assert found.rows == edited != []
    assert found.more == 0


# The command.


def test_it_ends_with_0_or_1_and_says_why(good, bad):
    passed, failed = (CliRunner().invoke(app, [str(one.folder)]) for one in (good, bad))
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    flat = " ".join(failed.output.split())
    for row in rows_behind(bad, run_checks(bad.data, [a_check("target_share", at_least=1)])[0]).rows:
        assert row in flat
    assert f"{HOSTILE}:34".replace(" ", "") in "".join(failed.output.split())
    assert bad.digest in flat


def test_a_file_of_ones_own_replaces_what_ships(good, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[checks]]\nfigure = "run.wall_s"\nat_most = 0\nelse = "warn"\n', encoding="utf-8")
    result = CliRunner().invoke(app, [str(good.folder), "--checks", str(own)])
    assert result.exit_code == 0
    assert "run.wall_s" in result.output and "target_share" not in result.output


@pytest.mark.parametrize("broken", ["file", "folder", "figure"])
def test_a_bad_file_or_folder_ends_with_2(good, tmp_path, capsys, broken):
    own = tmp_path / "own.toml"
    figure = "rows.keept" if broken == "figure" else "rows.kept"
    own.write_text(f'[[checks]]\nfigure = "{figure}"\n{"at_mots" if broken == "file" else "at_most"} = 1\n', "utf-8")
    folder = tmp_path if broken == "folder" else good.folder
    with pytest.raises(SystemExit) as end:
        run_command(lambda: app([str(folder), "--checks", str(own)]))
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "→" in said
    assert ("own.toml" in said) == (broken != "folder")


GOLDEN = f"""\
## ✗ 쓰지 마십시오: 점검 2개 가운데 실패 1, 통과 1

Do not use it: of 2 checks 1 failed, 1 passed.

wms · manifest_sha256 `DIGEST`

|  | 점검 · check | 값 · value | 기준 · bound | 수치 · figure |
| --- | --- | --- | --- | --- |
| ✗ 실패 failed | 읽지 못한 줄이 없습니다 · no line is broken | 2 | ≤ 0 | steps.read.quarantined |
| ✓ 통과 passed | rows.kept · rows.kept | 30 | ≥ 1 | rows.kept |

### ✗ 실패 읽지 못한 줄이 없습니다 · no line is broken

steps.read.quarantined: 2, ≤ 0

- 깨진 줄은 버려진 줄입니다
- a broken line is a lost line

- {HOSTILE}:34
- {HOSTILE}:35

### 행의 흐름 · Where the rows went
"""


def test_the_page_for_ci_says_it_all_and_hostile_names_are_only_text(bad):
    broken = a_check(
        "steps.read.quarantined", at_most=0, ko="읽지 못한 줄이 없습니다", en="no line is broken",
        why_ko="깨진 줄은 버려진 줄입니다", why_en="a broken line is a lost line",
    )  # fmt: skip
    page = checks_as_markdown(bad, run_checks(bad.data, [a_check("rows.kept", at_least=1), broken]))
    assert unescape(page).startswith(GOLDEN.replace("DIGEST", bad.digest))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    assert set(re.findall(r"<(\w+)", html)) <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code"}  # fmt: skip
    assert f"{escape(HOSTILE, quote=False)}:34" in html


def test_what_could_not_leak_is_not_said_to_have_passed(tmp_path):
    rows = [record(f"{topic}는 누가 해?", f"{topic}는 현장 작업자가 합니다.") for topic in TOPICS]
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--split", "50/25/25")
    manifest = open_manifest(tmp_path / "out").data
    assert all(facts["rows"] for facts in manifest["splits"].values())
    states = {outcome.figure: outcome.state for outcome in run_checks(manifest)}
    assert (states["leaks.shared_documents"], states["leaks.shared_questions"]) == ("skip", "pass")  # none names any
    alone = {name: {**facts, "rows": facts["rows"] * (name == "train")} for name, facts in manifest["splits"].items()}
    states = {outcome.figure: outcome.state for outcome in run_checks({**manifest, "splits": alone})}
    assert states["leaks.shared_questions"] == "skip"
