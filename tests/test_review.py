"""A review by a person: what goes out comes back, what was decided happens, and no row vanishes."""

import csv
import io
import json
import subprocess
import sys

import pytest
from handmade import FACT, SHA, read_lines, row, span, write_folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.errors import InputError
from curation.manifest import open_manifest
from curation.sources.inputs import find_inputs
from datagen.review import COLUMNS, apply, content_id, export
from datagen.sheet import Sheet, as_sheet, harmless, read_sheet, restore, settled
from datagen.show import app

ROWS = (
    row(),
    row("두 번 센 값이 같으면 어떻게 하나요?", "두 번 센 값이 같으면 재고 담당자가 확정합니다.",
        evidence=[span("두 번 센 값이 같으면 재고 담당자가 확정한다.")]),
    row("확정한 값은 몇 분 안에 반영해?", "확정한 값은 30분 안에 WMS에 반영합니다.",
        evidence=[span("확정한 값은 30분 안에 WMS에 반영한다.")]),
    row("그럼 확정한 값은 어디에 반영해?", "확정한 값은 WMS에 반영합니다.",
        before=[("두 번 센 값이 같으면 어떻게 되나요?", "재고 담당자가 확정합니다.")],
        evidence=[span("두 번 센 값이 같으면 재고 담당자가 확정한다."), span("확정한 값은 30분 안에 WMS에 반영한다.", turn=3)]),
)  # fmt: skip
# What spreadsheets compute, cut, or read as a number, and what tests are tempted to forget.
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t=", "\r", "'", "'=", "''", " =", "＝", '"', ";", ","]),
              st.text(max_size=20)),
    st.sampled_from(["=HYPERLINK(\"http://x\")", "-1+1|cmd", "1e5", "2026-11-21", "3/4", "'", "", " ", "a\nb", "a\r\nb"]),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "candidates", ROWS)


def exported(folder, tmp_path):
    path = tmp_path / "review.csv"
    export(read_lines(folder / "candidates.jsonl"), path, fresh=True)
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def save(lines, path, *, encoding="utf-8-sig", delimiter=",", errors="strict"):
    """Save as a spreadsheet does: cells as they stand, its own encoding and delimiter."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    path.write_bytes(file.getvalue().encode(encoding, errors))
    return path


def edit(lines, number, **cells):
    for name, cell in cells.items():
        lines[number][COLUMNS.index(name)] = cell


def candidates(folder):
    return read_lines(folder / "candidates.jsonl")


@given(HOSTILE)
def test_a_cell_is_harmless_and_comes_back_as_it_was(text):
    cell = harmless(text)
    assert restore(cell) == text
    assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert not cell.startswith(("\t", "\r", "\n"))


def test_an_apostrophe_that_a_person_typed_stays():
    assert restore("'확정'을 누릅니다.") == "'확정'을 누릅니다."


def test_an_id_that_excel_would_take_for_a_number_is_kept_as_text():
    assert harmless("12345678901234567890123456789012") == "'12345678901234567890123456789012"
    assert harmless("1234567890123456789012345678e001") == "'1234567890123456789012345678e001"


def test_the_file_opens_in_excel(folder, tmp_path):
    lines = exported(folder, tmp_path)
    assert (tmp_path / "review.csv").read_bytes().startswith(b"\xef\xbb\xbfid,verdict,question,answer,note,")
    assert tuple(lines[0]) == COLUMNS
    assert [line[1] for line in lines[1:]] == [""] * len(ROWS)
    assert (
        lines[4][COLUMNS.index("before")]
        == "user: 두 번 센 값이 같으면 어떻게 되나요?\nassistant: 재고 담당자가 확정합니다."
    )
    assert FACT in lines[1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(texts=st.lists(HOSTILE, min_size=2, max_size=6, unique_by=settled))
def test_export_and_import_without_edits_gives_the_same_rows(tmp_path_factory, texts):
    base = tmp_path_factory.mktemp("hostile")
    rows = [row(text, f"{text} 답입니다.") for text in texts]
    folder = write_folder(base / "candidates", rows)
    export(rows, base / "review.csv", fresh=False)
    reviewed = apply(folder, base / "review.csv", base / "out", None, fresh=False)
    assert not reviewed.refused
    assert (base / "out" / "candidates.jsonl").read_bytes() == (folder / "candidates.jsonl").read_bytes()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_file_survives_each_way_in_which_excel_saves_it(folder, tmp_path, encoding, delimiter):
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="삭제", note="현장에서 안 쓰는 말")
    path = save(lines, tmp_path / "saved.csv", encoding=encoding, delimiter=delimiter)
    reviewed = apply(folder, path, tmp_path / "out", "김검토", fresh=False)
    assert [decision.outcome for decision in reviewed.decisions] == ["dropped", *["unreviewed"] * 3]
    assert candidates(tmp_path / "out") == list(ROWS[1:])


def test_what_cp949_cannot_hold_is_not_taken_for_an_edit(tmp_path):
    rows = [row("온도는 몇 ℃–℉로 적어? 😀", "온도는 ℃–℉로 적습니다 – 늘."), row("뭘 세?", "값을 셉니다.")]
    folder = write_folder(tmp_path / "candidates", rows)
    path = save(exported(folder, tmp_path), tmp_path / "saved.csv", encoding="cp949", errors="replace")
    assert b"?" in path.read_bytes()
    reviewed = apply(folder, path, tmp_path / "out", None, fresh=False)
    assert not reviewed.refused
    assert candidates(tmp_path / "out") == rows


def test_a_fix_in_which_cp949_lost_a_character_is_refused(tmp_path):
    folder = write_folder(tmp_path / "candidates", [row("뭘 세?", f"{FACT[:-2]}셉니다 – 늘.")])
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="수정", answer=f"반드시 {lines[1][3]}")
    path = save(lines, tmp_path / "saved.csv", encoding="cp949", errors="replace")
    (refused,) = apply(folder, path, tmp_path / "out", None, fresh=False).refused
    assert "holds no –" in refused.reason


@given(text=st.text(max_size=30))
def test_a_cell_saved_as_cp949_still_says_what_it_said(text):
    cell = settled(settled(text).encode("cp949", "replace").decode("cp949"))
    assert Sheet("cp949", ()).says(cell, text)


def test_each_verdict_does_what_it_says_and_no_row_vanishes(folder, tmp_path):
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="유지")
    edit(lines, 2, verdict=" Fix ", answer="두 번 센 값이 같으면 재고 담당자가 확정을 합니다.")
    edit(lines, 3, verdict="drop", note="뻔한 질문")
    out = tmp_path / "out"
    reviewed = apply(folder, save(lines, tmp_path / "saved.csv"), out, "김검토", fresh=False)
    assert [decision.outcome for decision in reviewed.decisions] == ["kept", "fixed", "dropped", "unreviewed"]

    kept, fixed, blank = candidates(out)
    assert blank == ROWS[3]
    assert {**kept, "meta": {k: v for k, v in kept["meta"].items() if k != "review"}} == ROWS[0]
    assert kept["meta"]["review"] == {"verdict": "keep", "reviewer": "김검토", "was": ROWS[0]["id"]}
    assert fixed["messages"][1]["content"] == "두 번 센 값이 같으면 재고 담당자가 확정을 합니다."
    assert fixed["id"] == content_id(fixed) != ROWS[1]["id"]
    assert fixed["meta"]["review"] == {"verdict": "fix", "reviewer": "김검토", "was": ROWS[1]["id"]}
    assert fixed["evidence"] == ROWS[1]["evidence"]
    assert fixed["meta"]["rank"] == ROWS[1]["meta"]["rank"]  # its question is the same

    (dropped,) = read_lines(out / "rejected.jsonl")
    assert dropped == {**ROWS[2], "gate": "review", "reason": "review", "because": "뻔한 질문"}

    manifest = open_manifest(out, kind="candidates").data
    tally = manifest["review"]
    assert tally["kept"] + tally["fixed"] + tally["dropped"] == tally["rows"] == len(ROWS)
    assert manifest["parents"] == [{"input": "candidates", "manifest_sha256": open_manifest(folder).digest}]
    assert manifest["counts"]["kept"] == 3
    assert manifest["counts"]["rejected_by_gate"] == {"review": 1}
    assert (out / "documents" / f"{SHA}.txt").read_bytes() == (folder / "documents" / f"{SHA}.txt").read_bytes()

    audit = read_lines(out / "review.jsonl")
    assert [line["id"] for line in audit] == [one["id"] for one in ROWS]
    assert [line["line"] for line in audit] == [2, 3, 4, 5]
    assert [line["reviewer"] for line in audit] == ["김검토"] * 3 + [None]
    assert [line["verdict"] for line in audit] == ["keep", "fix", "drop", None]
    assert audit[1]["before"]["answer"] == ROWS[1]["messages"][1]["content"]
    assert audit[1]["after"]["answer"] == fixed["messages"][1]["content"]
    assert audit[1]["new_id"] == fixed["id"]
    assert audit[2]["after"] is audit[2]["new_id"] is None


def test_a_rewritten_question_says_its_own_level_and_has_no_rank(folder, tmp_path):
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="fix", question="차이가 5개를 넘으면 어떻게 합니까?")
    apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False)
    fixed = candidates(tmp_path / "out")[0]
    assert fixed["messages"][0]["content"] == "차이가 5개를 넘으면 어떻게 합니까?"
    assert fixed["meta"]["question_level"] == "hapsyo"
    assert fixed["meta"]["rank"] is fixed["meta"]["margin"] is None


@pytest.mark.parametrize(("level", "outcome"), [("haeyo", "fixed"), ("hapsyo", "refused")])
def test_a_rewritten_answer_keeps_the_register_of_its_row(tmp_path, level, outcome):
    folder = write_folder(tmp_path / "candidates", [row(meta={"answer_level": level})])
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="fix", answer="차이가 5개를 넘으면 다른 작업자가 다시 세요.")
    (decision,) = apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False).decisions
    assert decision.outcome == outcome
    assert candidates(tmp_path / "out")[0]["meta"]["answer_level"] == level


def test_of_two_rows_rewritten_into_one_question_only_the_first_is_followed(folder, tmp_path):
    lines = exported(folder, tmp_path)
    for number in (1, 2):
        edit(lines, number, verdict="fix", question="작업자가 세면 어떻게 하나요?")
    reviewed = apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False)
    assert [decision.outcome for decision in reviewed.decisions[:2]] == ["fixed", "refused"]
    assert reviewed.refused[0].reason == "another row asks just that"


def test_the_last_exchange_of_a_dialogue_can_be_fixed(folder, tmp_path):
    lines = exported(folder, tmp_path)
    edit(lines, 4, verdict="fix", answer="확정한 값은 30분 안에 WMS에 반영합니다.")
    reviewed = apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False)
    assert reviewed.decisions[3].outcome == "fixed", reviewed.decisions[3].reason
    assert candidates(tmp_path / "out")[3]["messages"][:3] == ROWS[3]["messages"][:3]


@pytest.mark.parametrize(
    ("cells", "because"),
    [
        ({"verdict": "fix", "answer": "차이가 7개를 넘으면 다른 작업자가 다시 셉니다."}, "number: 7개"),
        ({"verdict": "fix", "answer": "차이가 5개를 넘으면 다른 작업자가 다시 세."}, "register: "),
        ({"verdict": "fix", "answer": ""}, "length: "),
        ({"verdict": "fix", "answer": "차이가 5개를 넘으면 다른 작업자가 다시 세지 않습니다."}, "polarity: "),
        ({"verdict": "fix"}, "neither question nor answer was edited"),
        ({"verdict": "keep", "answer": "고친 답입니다."}, "verdict is keep, not fix"),
        ({"answer": "고친 답입니다."}, "verdict is blank, not fix"),
        ({"verdict": "fix", "question": "두 번 센 값이 같으면  어떻게 하나요?"}, "another row asks just that"),
    ],
)
def test_a_verdict_that_cannot_be_followed_is_refused_with_its_reason(folder, tmp_path, cells, because):
    lines = exported(folder, tmp_path)
    edit(lines, 1, **cells)
    (refused,) = apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False).refused
    assert because in refused.reason
    assert candidates(tmp_path / "out") == list(ROWS)
    audit = read_lines(tmp_path / "out" / "review.jsonl")[0]
    assert (audit["outcome"], audit["reason"]) == ("refused", refused.reason)
    assert audit["proposed"]["answer"] == cells.get("answer", ROWS[0]["messages"][1]["content"])


def test_rows_that_are_not_in_the_file_stay_and_are_named(folder, tmp_path):
    lines = exported(folder, tmp_path)
    save([*lines[:2], [""] * len(COLUMNS), *lines[4:]], tmp_path / "saved.csv")
    run = command(folder, "--import", tmp_path / "saved.csv", "--out", tmp_path / "out")
    assert run.exit_code == 0
    assert candidates(tmp_path / "out") == list(ROWS)
    assert "2 not in saved.csv" in run.output
    assert ROWS[1]["id"][:12] in run.output


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: edit(lines, 2, id="1.23E+31"), "row 3: no row of the folder has the id '1.23E.31'"),
        (lambda lines: lines.append(lines[1]), "row 2: the id .* stands there 2 times; row 6"),
        (lambda lines: edit(lines, 1, verdict="maybe"), "row 2: 'maybe' is no verdict"),
        (lambda lines: lines.pop(0), "has no header"),
        (lambda lines: lines.append(["keep"]), "row 6: no row of the folder has the id 'keep'"),
    ],
)
def test_a_file_that_is_no_review_of_this_folder_is_refused(folder, tmp_path, change, says):
    lines = exported(folder, tmp_path)
    change(lines)
    with pytest.raises(InputError, match=says):
        apply(folder, save(lines, tmp_path / "saved.csv"), tmp_path / "out", None, fresh=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"PK\x03\x04\x14\xff\xff", "Excel workbook"), (b"id,verdict\xff\xff\xfe\n", "neither UTF-8 nor CP949"),
     (b'id,verdict,question,answer\n"a,b', "is no CSV|no header"), (b"", "no header")],
)  # fmt: skip
def test_a_file_that_is_no_csv_is_refused(folder, tmp_path, data, says):
    (tmp_path / "saved.csv").write_bytes(data)
    with pytest.raises(InputError, match=says):
        apply(folder, tmp_path / "saved.csv", tmp_path / "out", None, fresh=False)


def test_a_row_cut_short_after_its_verdict_edits_nothing(tmp_path):
    folder = write_folder(tmp_path / "candidates", [row(" 뭘 세? ", "값을 셉니다. ")])
    lines = exported(folder, tmp_path)
    path = save([lines[0], lines[1][:2]], tmp_path / "saved.csv")
    (decision,) = apply(folder, path, tmp_path / "out", None, fresh=False).decisions
    assert decision.outcome == "unreviewed"


def test_a_file_that_is_not_there_is_named(folder, tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv: is no file"):
        apply(folder, tmp_path / "nowhere.csv", tmp_path / "out", None, fresh=False)


def test_the_line_that_excel_writes_for_itself_is_passed_over(tmp_path):
    (tmp_path / "a.csv").write_bytes("sep=;\r\nID;Verdict\r\na;유지\r\n;\r\nb;\r\n".encode("cp949"))
    sheet = read_sheet(tmp_path / "a.csv", needs=("id", "verdict"))
    assert [(line.number, dict(line.cells)) for line in sheet.lines] == [
        (2, {"id": "a", "verdict": "유지"}),
        (4, {"id": "b", "verdict": ""}),
    ]


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=5))
def test_a_sheet_reads_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("sheet") / "a.csv"
    path.write_bytes(as_sheet(("id", "text"), rows))
    read = [(line.cells["id"], line.cells["text"]) for line in read_sheet(path, needs=("id", "text")).lines]
    assert read == [(settled(one), settled(two)) for one, two in rows if harmless(one).strip() or harmless(two).strip()]


def command(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def test_the_same_command_again_does_nothing(folder, tmp_path):
    lines = exported(folder, tmp_path)
    edit(lines, 1, verdict="fix", answer="차이가 7개입니다.")
    edit(lines, 2, verdict="drop")
    save(lines, tmp_path / "saved.csv")
    ask = (folder, "--import", tmp_path / "saved.csv", "--reviewer", "김검토", "--out", tmp_path / "out")
    first = command(*ask)
    assert first.exit_code == 1  # a fix was refused
    assert "number: 7개" in first.output
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").rglob("*.*")}
    again = command(*ask)
    assert again.exit_code == 1
    assert "nothing to do" in again.output
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").rglob("*.*")} == before
    edit(lines, 2, verdict="keep")
    save(lines, tmp_path / "saved.csv")
    with pytest.raises(InputError, match="what differs is review"):
        command(*ask)
    assert command(*ask, "--fresh").exit_code == 1
    assert len(candidates(tmp_path / "out")) == len(ROWS)


def test_a_file_that_may_hold_a_review_is_never_written_over(folder, tmp_path):
    path = tmp_path / "review.csv"
    assert command(folder, "--review", path).exit_code == 0
    assert "nothing to do" in command(folder, "--review", path).output
    path.write_bytes(path.read_bytes().replace(b",,", b",keep,", 1))
    with pytest.raises(InputError, match="may hold a review"):
        command(folder, "--review", path)
    assert b",keep," in path.read_bytes()
    assert command(folder, "--review", path, "--fresh").exit_code == 0


def test_the_reviewed_folder_cannot_be_the_one_that_was_reviewed(folder, tmp_path):
    exported(folder, tmp_path)
    with pytest.raises(InputError, match="is the folder that was reviewed"):
        apply(folder, tmp_path / "review.csv", folder, None, fresh=True)


def test_a_manifest_that_lists_a_file_outside_is_not_followed(tmp_path):
    folder = write_folder(tmp_path / "candidates", ROWS)
    (tmp_path / "secret.txt").write_text("비밀", encoding="utf-8")
    from curation.manifest import describe_file, write_manifest

    data = json.loads((folder / "manifest.json").read_bytes())
    entry = {**describe_file(tmp_path, tmp_path / "secret.txt"), "path": "../secret.txt"}
    data["files"].append(entry)
    write_manifest(folder, data)
    exported(folder, tmp_path)
    with pytest.raises(InputError, match=r"lies outside the folder|not of this command"):
        apply(folder, tmp_path / "review.csv", tmp_path / "out", None, fresh=False)


def test_a_reviewed_folder_can_be_reviewed_again_and_curated(small_handbook, tmp_path):
    written = tmp_path / "written"
    subprocess.run(
        [sys.executable, "-m", "datagen.wms", str(small_handbook), "--license", "CC-BY-4.0", "--out", str(written)],
        check=True, capture_output=True,
    )  # fmt: skip
    rows = candidates(written)
    assert [content_id(one) for one in rows] == [one["id"] for one in rows]
    lines = exported(written, tmp_path)
    edit(lines, 1, verdict="drop")
    apply(written, save(lines, tmp_path / "one.csv"), tmp_path / "once", None, fresh=False)
    lines = exported(tmp_path / "once", tmp_path)
    edit(lines, 1, verdict="keep")
    apply(tmp_path / "once", save(lines, tmp_path / "two.csv"), tmp_path / "twice", "박검토", fresh=False)
    assert open_manifest(tmp_path / "twice").data["counts"]["rejected_by_gate"]["review"] == 1
    (file,) = find_inputs([tmp_path / "twice"])
    assert file.parent["review"]["reviewer"] == "박검토"
    done = subprocess.run(
        [sys.executable, "-m", "curation", "run", str(tmp_path / "twice"), "--out", str(tmp_path / "dataset")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert open_manifest(tmp_path / "dataset", kind="dataset").data["parents"][0]["manifest_sha256"] == (
        open_manifest(tmp_path / "twice").digest
    )
