"""`tag` and `rewrite`: every row comes out in its place, and only what they are about changes, to the byte."""

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation import annotate as annotating
from curation.__main__ import app
from curation.annotate import Targets, annotate, rewrite_rows
from curation.errors import InputError
from curation.korean.register import convert
from curation.rows import open_source, opening, read_rows, replaced
from curation.sources.formats import Format
from curation.sources.reading import Broken
from curation.sources.spans import csv_cells, csv_literal, json_members

PLAIN, POLITE = "재고를 옮긴다.", "재고를 옮깁니다."
WHERE_FIELDS_ARE = {"jsonl": "answer", "csv": "answer", "tsv": "answer", "txt": None}
SOME_TEXTS = [
    "재고를 옮깁니다.",
    "응, 네가 해.",
    "재고를 옮긴다. 다 셌습니다.",
    "",
    "SKU-07",
    "네?",
    '박스 5" 모니터를 쓴다.',
]


def run(*arguments: object, ends: int = 0):
    result = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == ends, result.output
    return result


def tag(path: Path, *arguments: object) -> bytes:
    return run("tag", path, *arguments).stdout_bytes


def rewrite(path: Path, *arguments: object) -> bytes:
    return run("rewrite", path, "--to", "hapsyo", *arguments).stdout_bytes


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def as_file(kind: str, texts: list[str], *, line_end: str = "\n") -> str:
    if kind == "jsonl":
        return "".join(json.dumps({"id": "007", "answer": text}, ensure_ascii=False) + line_end for text in texts)
    if kind == "txt":
        return "".join(text + line_end for text in texts)
    cells = texts if kind == "tsv" else [csv_literal(text) for text in texts]
    separator = "\t" if kind == "tsv" else ","
    return "".join(separator.join(["007", cell, "a b"]) + line_end for cell in ["answer", *cells]).replace(
        "007", "id", 1
    )


def field_option(kind: str) -> list[str]:
    return ["--field", WHERE_FIELDS_ARE[kind]] if WHERE_FIELDS_ARE[kind] else []


def error(*arguments: object, match: str) -> str:
    with pytest.raises(InputError, match=match) as caught:
        run(*arguments)
    return str(caught.value)


# What tag says


def test_json_lines_gain_label_sentences_and_the_first_offending_span(tmp_path):
    path = write(tmp_path, "a.jsonl", as_file("jsonl", ["다 셌습니다. 네가 해."]))
    row = json.loads(tag(path, "--field", "answer"))
    assert list(row) == ["id", "answer", "answer_level", "answer_sentences", "answer_offending"]
    assert row["answer_level"] == "mixed"
    spans = [(row["answer"][one["start"] : one["end"]], one["level"]) for one in row["answer_sentences"]]
    assert spans == [("다 셌습니다.", "hapsyo"), ("네가 해.", "hae")]
    assert row["answer"][slice(*row["answer_offending"])] == "네가 해."
    assert all(0 <= one["confidence"] <= 1 for one in row["answer_sentences"])


def test_messages_gain_lists_beside_their_turns(tmp_path):
    turns = [{"role": "user", "content": "언제 해?"}, {"role": "assistant", "content": "말일에 합니다."}]
    path = write(tmp_path, "a.jsonl", json.dumps({"messages": turns}))
    result = run("tag", path, "--field", "messages")
    row = json.loads(result.stdout_bytes)
    assert row["messages"] == turns
    assert row["messages_level"] == ["casual", "polite"]
    assert [[one["level"] for one in turn] for turn in row["messages_sentences"]] == [["hae"], ["hapsyo"]]
    assert row["messages_offending"] == [[0, 5], None]
    assert "user" in result.stderr and "assistant" in result.stderr


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_a_table_gains_columns_behind_its_own(tmp_path, kind, separator):
    path = write(tmp_path, f"a.{kind}", as_file(kind, ["다 셌습니다. 네가 해."]))
    header, row = tag(path, *field_option(kind)).decode().splitlines()
    before = path.read_text(encoding="utf-8").splitlines()
    assert header == separator.join([before[0], "answer_level", "answer_sentence_levels", "answer_offending"])
    assert row == separator.join([before[1], "mixed", "hapsyo hae", "네가 해."])


def test_a_text_file_becomes_label_levels_and_the_line(tmp_path):
    path = write(tmp_path, "a.txt", "다 셌습니다. 네가 해.\n\n재고\t이동\n")
    assert (
        tag(path).decode() == "mixed\thapsyo hae\t다 셌습니다. 네가 해.\nneutral\t\t\nneutral\tfragment\t재고\t이동\n"
    )


def test_offsets_count_in_the_text_that_stands_in_the_file(tmp_path):
    decomposed = unicodedata.normalize("NFD", "재고를 옮긴다. 네가 해.")
    path = write(tmp_path, "a.jsonl", as_file("jsonl", [decomposed]))
    row = json.loads(tag(path, "--field", "answer"))
    assert [one["level"] for one in row["answer_sentences"]] == ["plain", "hae"]
    assert unicodedata.normalize("NFC", row["answer"][slice(*row["answer_offending"])]) == PLAIN
    turned = json.loads(rewrite(path, "--field", "answer"))["answer"]
    assert unicodedata.normalize("NFC", turned) == convert([f"{PLAIN} 네가 해."], to="hapsyo")[0].text
    assert turned.startswith(unicodedata.normalize("NFD", "재고를 "))


# What rewrite changes


def test_rewrite_changes_the_field_and_no_other_byte(tmp_path):
    row = '{ "answer" :"\\"한\\" 번 재고를 옮긴다.", "n":1.10, "x": NaN,"q": "재고를 옮긴다.", "big": 1e5 }\r\n'
    path = write(tmp_path, "a.jsonl", row)
    assert rewrite(path, "--field", "answer").decode() == row.replace("옮긴다", "옮깁니다", 1)


def test_escaped_json_stays_escaped(tmp_path):
    path = write(tmp_path, "a.jsonl", json.dumps({"answer": PLAIN}) + "\n")
    assert rewrite(path, "--field", "answer") == json.dumps({"answer": POLITE}).encode() + b"\n"


def test_only_the_wanted_role_is_rewritten(tmp_path):
    turns = [{"role": role, "content": PLAIN} for role in ("system", "user", "assistant")]
    turns.append({"role": "tool", "content": None, "calls": []})
    path = write(tmp_path, "a.jsonl", json.dumps({"messages": turns}, ensure_ascii=False))
    for role, turn in (("assistant", 2), ("user", 1)):
        row = json.loads(rewrite(path, "--field", "messages", "--role", role))
        assert [index for index, one in enumerate(row["messages"]) if one["content"] == POLITE] == [turn]


def test_the_table_at_the_end_counts_rows_edits_and_reasons(tmp_path):
    path = write(tmp_path, "a.txt", f"{PLAIN}\n{PLAIN} {PLAIN}\n{POLITE}\n재고 이동\n")
    result = run("rewrite", path, "--to", "hapsyo", "--out", tmp_path / "b.txt", "--unconverted", tmp_path / "u.jsonl")
    cells = [[cell.strip() for cell in line.split("│")[1:3]] for line in result.stderr.splitlines() if "│" in line]
    assert cells[:3] == [["changed 바뀜", "2"], ["unchanged 그대로", "2"], ["edits 고친 곳", "3"]]
    assert result.stdout_bytes == b""


def test_reasons_are_counted_without_their_details(tmp_path):
    path = write(tmp_path, "a.txt", "박스를 옮겨.\n라벨을 붙여.\n상자를 저쪽으로 밀어.\n")
    shown = run("rewrite", path, "--to", "hapsyo").stderr
    rows = [[cell.strip() for cell in line.split("│")[1:3]] for line in shown.splitlines() if "command" in line]
    assert rows == [["may tell or command", "3"]]


def test_each_unconverted_sentence_is_kept_with_its_place(tmp_path):
    path = write(tmp_path, "a.csv", 'answer,n\n"첫 줄\n박스를 옮겨.",1\n"그래서, 라벨을 붙여.",2\n')
    out = rewrite(path, "--field", "answer", "--unconverted", tmp_path / "u.jsonl")
    assert out == path.read_bytes()
    kept = [json.loads(line) for line in (tmp_path / "u.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["position"], one["start"], one["text"], one["reason"]) for one in kept] == [
        (2, 4, "박스를 옮겨.", "may tell or command: 어"),
        (4, 0, "그래서, 라벨을 붙여.", "may tell or command: 어"),
    ]


# Laws over all formats


@pytest.mark.parametrize("kind", WHERE_FIELDS_ARE)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("closed", [True, False])
def test_rewriting_and_untagging_give_the_file_back(tmp_path, kind, line_end, bom, closed):
    data = bom + as_file(kind, SOME_TEXTS, line_end=line_end)
    path = write(tmp_path, f"a.{kind}", data if closed else data.removesuffix(line_end))
    expected = bom + as_file(kind, [one.text for one in convert(SOME_TEXTS, to="hapsyo")], line_end=line_end)
    assert rewrite(path, *field_option(kind)).decode() == (expected if closed else expected.removesuffix(line_end))
    tagged = tag(path, *field_option(kind)).decode()
    lines, before = tagged.split(line_end), path.read_bytes().decode().split(line_end)
    assert tagged.startswith(bom) and len(lines) == len(before)
    if kind == "txt":
        assert [line.split("\t", 2)[-1] for line in lines] == [line.removeprefix("\ufeff") for line in before]
    elif kind == "jsonl":
        assert all(line.startswith(old.removesuffix("}")) for line, old in zip(lines, before, strict=True))
    else:
        assert all(line.startswith(old) for line, old in zip(lines, before, strict=True))


@pytest.mark.parametrize("kind", WHERE_FIELDS_ARE)
def test_a_file_and_stdout_get_the_same_bytes(tmp_path, kind):
    path = write(tmp_path, f"a.{kind}", as_file(kind, SOME_TEXTS))
    for command in (["tag"], ["rewrite", "--to", "hapsyo"]):
        result = run(*command, path, *field_option(kind), "--out", tmp_path / f"{command[0]}.{kind}")
        assert result.stdout_bytes == b""
        shown = run(*command, path, *field_option(kind)).stdout_bytes
        assert (tmp_path / f"{command[0]}.{kind}").read_bytes() == shown
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([f"a.{kind}", f"tag.{kind}", f"rewrite.{kind}"])


@pytest.mark.parametrize("batch", [1, 2, 3, 1_024])
@pytest.mark.parametrize("kind", WHERE_FIELDS_ARE)
def test_batches_leave_no_trace(tmp_path, monkeypatch, kind, batch):
    path = write(tmp_path, f"a.{kind}", as_file(kind, SOME_TEXTS))
    whole = tag(path, *field_option(kind)), rewrite(path, *field_option(kind))
    monkeypatch.setattr(annotating, "BATCH_ROWS", batch)
    assert (tag(path, *field_option(kind)), rewrite(path, *field_option(kind))) == whole


def test_blank_lines_stay_where_they_are_and_are_no_rows(tmp_path):
    path = write(tmp_path, "a.jsonl", f"\n{as_file('jsonl', [PLAIN])} \n\n")
    result = run("rewrite", path, "--to", "hapsyo", "--field", "answer", "--out", tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_text(encoding="utf-8") == path.read_text(encoding="utf-8").replace(PLAIN, POLITE)
    assert "unchanged" not in result.stderr and "skipped" not in result.stderr


LINES = st.lists(
    st.one_of(
        st.text("ab,\"\t {}[]:\\\r재다", max_size=12).map(str.encode),
        st.sampled_from(
            [b"\xff", b'{"answer": "a"}', b'{"answer": 1}', b'{"answer": "\\ud800"}', b'{"answer": [{"role": "user"}]}',
             b'{"answer":"a","answer":"b"}', b'1,"a\nb",2', b'1,"a,2', b"1,a,2", b'1,a"b,2', b"1\ta\t2", b'1,"a"b,2', b"[]"]
        ),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, kind=st.sampled_from(list(WHERE_FIELDS_ARE)), line_end=st.sampled_from([b"\n", b"\r\n"]))
@example(lines=[b'1,"a,2', b"1,b,2", b'"x'], kind="csv", line_end=b"\n")
def test_rows_and_broken_lines_together_are_the_file(tmp_path, lines, kind, line_end):
    header = {"csv": b"id,answer,n", "tsv": b"id\tanswer\tn"}.get(kind)
    data = line_end.join([*([header] if header else []), *lines])
    path = write(tmp_path, f"a.{kind}", data)
    try:
        source = open_source(path, WHERE_FIELDS_ARE[kind])
    except InputError:
        assert kind in ("jsonl", "txt") and not data.strip()
        return
    pieces = [opening(source).encode()]
    for one in read_rows(source):
        if isinstance(one, Broken):
            place = slice(one.line.offset, one.line.offset + one.line.length)
            pieces.append(data[place])
        else:
            pieces.append(replaced(one, source, [slot.text for slot in one.slots]).encode())
    assert b"".join(pieces) == data


CELLS = st.lists(st.text('a,"\n\r 재고\u2028', max_size=5), min_size=2, max_size=3)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CELLS, max_size=5), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"])
)
def test_csv_cells_are_those_python_reads(tmp_path, rows, quoting, line_end):
    assume(
        quoting == csv.QUOTE_ALL or not any("\r" in cell for row in rows for cell in row)
    )  # Python 3.11 leaves it bare
    rows = [["id", "answer", "n"], *([*row, ""][:3] for row in rows)]
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=line_end).writerows(rows)
    source = open_source(write(tmp_path, "a.csv", written.getvalue()), "answer")
    assert [[cell.text for cell in csv_cells(row.raw)] for row in read_rows(source)] == rows[1:]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4), st.sampled_from([None, 0, 2]), st.booleans())
def test_json_members_are_those_python_reads(value, indent, escaped):
    raw = json.dumps(value, indent=indent, ensure_ascii=escaped)
    assert {key: json.loads(raw[start:end]) for key, start, end in json_members(raw, 0)} == value


# Broken lines


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("a.jsonl", b'{"answer": "\xff"}', "not_utf8"),
        ("a.jsonl", b'{"answer": ', "not_json"),
        ("a.jsonl", b'["answer"]', "not_an_object"),
        ("a.jsonl", b'{"question": "a"}', "no_field"),
        ("a.jsonl", b'{"answer": null}', "no_text"),
        ("a.jsonl", b'{"answer": "a", "answer": "b"}', "duplicate_key"),
        ("a.jsonl", b'{"answer": "\\ud800"}', "lone_surrogate"),
        ("a.jsonl", b'{"answer": []}', "bad_messages"),
        ("a.jsonl", b'{"answer": ["a"]}', "bad_messages"),
        ("a.jsonl", b'{"answer": [{"role": "assistant", "content": null}]}', "no_text"),
        ("a.jsonl", b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        ("a.jsonl", b'{"x": ' + b"9" * 5_000 + b"}", "not_json"),
        ("a.csv", b"007,a", "cell_count"),
        ("a.csv", b'007,"a"b,c', "not_csv"),
        ("a.csv", b'007,"a,c', "not_csv"),
        ("a.csv", b"007,\xff,c", "not_utf8"),
        ("a.tsv", b"007\ta\tb\tc", "cell_count"),
        ("a.txt", b"\xff", "not_utf8"),
    ],
)
def test_a_broken_line_is_set_aside_and_its_neighbours_survive(tmp_path, name, line, reason):
    kind = name.removeprefix("a.")
    good = as_file(kind, [POLITE, PLAIN]).encode()
    first_end = good.index(b"\n", good.index("옮깁니다".encode())) + 1
    path = write(tmp_path, name, good[:first_end] + line + b"\n" + good[first_end:])
    result = run("rewrite", path, "--to", "hapsyo", *field_option(kind), "--out", tmp_path / f"b.{kind}")
    assert (tmp_path / f"b.{kind}").read_bytes() == good.replace("옮긴다".encode(), "옮깁니다".encode())
    kept = json.loads((tmp_path / "b.quarantine.jsonl").read_bytes())
    assert kept["reason"] == reason
    assert path.read_bytes()[kept["offset"] : kept["offset"] + kept["length"]] == line + b"\n"
    assert f"({reason})" in result.stderr and "깨진 줄 1개" in result.stderr


def test_a_line_past_the_cap_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("curation.rows.MAX_ROW_BYTES", 40)
    path = write(tmp_path, "a.txt", f"{PLAIN}\n{'가' * 100}\n{PLAIN}\n")
    assert rewrite(path).decode() == f"{POLITE}\n{POLITE}\n"


def test_a_cell_that_never_closes_costs_its_line_alone(tmp_path):
    path = write(tmp_path, "a.csv", f'answer,n\n"{PLAIN},1\n{PLAIN},2\n{PLAIN},3\n')
    assert rewrite(path, "--field", "answer").decode() == f"answer,n\n{POLITE},2\n{POLITE},3\n"


def test_bare_quotes_in_a_tsv_are_letters(tmp_path):
    path = write(tmp_path, "a.tsv", f'answer\tn\n"{PLAIN}\t1\n5" 모니터\t2\n')
    assert rewrite(path, "--field", "answer").decode() == f'answer\tn\n"{POLITE}\t1\n5" 모니터\t2\n'


def test_limit_counts_rows_and_broken_lines(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"answer": "a"}\n\n{\n{"answer": "b"}\n{"answer": "c"}\n')
    assert tag(path, "--field", "answer", "--limit", 3).count(b"answer_level") == 2


# What is refused


def test_what_a_user_can_mend_is_said_before_anything_is_written(tmp_path):
    rows = write(tmp_path, "a.jsonl", as_file("jsonl", [PLAIN]))
    table = write(tmp_path, "a.csv", as_file("csv", [PLAIN]))
    text = write(tmp_path, "a.txt", PLAIN)
    error("tag", tmp_path / "a.xlsx", match=r"expected \.jsonl, .*\.csv, \.tsv, \.txt")
    error("tag", tmp_path / "none.csv", match="is no file")
    error("tag", rows, match="has the fields id, answer")
    error("tag", table, match="has the fields id, answer, a b")
    error("tag", table, "--field", "reply", match="no columns 'reply'")
    error("tag", rows, "--field", "reply", match=r"a\.jsonl:1: .*no_field")
    error("tag", text, "--field", "answer", match="without a field")
    error("tag", table, "--field", "answer", "--out", tmp_path / "b.jsonl", match="would hold CSV")
    error("tag", write(tmp_path, "two.csv", "answer,answer\na,b\n"), "--field", "answer", match="2 columns")
    assert not list(tmp_path.glob("b*"))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.txt"])
@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff"])
def test_a_file_without_a_row_is_refused(tmp_path, name, data):
    path = write(tmp_path, name, data)
    arguments = ["--field", "answer"] if name != "a.txt" else []
    error("tag", path, *arguments, "--out", tmp_path / f"b{path.suffix}", match="holds no row|no columns")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_header_alone_is_no_row(tmp_path):
    path = write(tmp_path, "a.csv", "id,answer\n")
    error("tag", path, "--field", "answer", match="holds no row")


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.txt"])
def test_another_encoding_is_named_with_the_command_that_mends_it(tmp_path, name, encoding):
    path = write(tmp_path, name, as_file(name.removeprefix("a."), ["abc", "똠방각하입니다."]).encode(encoding))
    shown = error("tag", path, "--field", "answer", match=f"is {encoding.upper()}")
    assert f"iconv -f {encoding} -t utf-8 {path} > {path.with_suffix('')}.utf8{path.suffix}" in shown


def test_a_column_that_is_there_already_is_never_overwritten(tmp_path):
    for kind in ("jsonl", "csv", "tsv"):
        path = write(tmp_path, f"a.{kind}", as_file(kind, [PLAIN]))
        run("tag", path, *field_option(kind), "--out", tmp_path / f"b.{kind}")
        error("tag", tmp_path / f"b.{kind}", *field_option(kind), match="has answer_level, .* already")


def test_no_file_is_overwritten_unasked_and_the_input_never(tmp_path):
    path = write(tmp_path, "a.txt", PLAIN)
    write(tmp_path, "b.txt", "x")
    (tmp_path / "link.txt").hardlink_to(path)
    for fresh in ([], ["--fresh"]):
        error("tag", path, "--out", path, *fresh, match="read or written by this command")
        error("tag", path, "--out", tmp_path / "link.txt", *fresh, match="read or written by this command")
        error("tag", path, "--out", tmp_path, *fresh, match="is there already")
    targets = ["--out", tmp_path / "c.txt", "--unconverted", tmp_path / "c.txt"]
    error("rewrite", path, "--to", "hapsyo", *targets, match="read or written by this command")
    error("tag", path, "--out", tmp_path / "b.txt", match="--fresh|is there already")
    run("tag", path, "--out", tmp_path / "b.txt", "--fresh")
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == f"plain\tplain\t{PLAIN}"
    assert path.read_text(encoding="utf-8") == PLAIN


def test_a_run_started_over_leaves_no_older_quarantine(tmp_path):
    path, out = write(tmp_path, "a.txt", b"a\n\xff\n"), tmp_path / "b.txt"
    run("tag", path, "--out", out)
    assert (tmp_path / "b.quarantine.jsonl").is_file()
    path.write_bytes(b"a\n")
    run("tag", path, "--out", out, "--fresh")
    assert not (tmp_path / "b.quarantine.jsonl").exists()


def test_ctrl_c_leaves_nothing_half_written(tmp_path):
    path = write(tmp_path, "a.txt", f"{PLAIN}\n".encode() + b"\xff\n")
    source = open_source(path, None)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    work = partial(rewrite_rows, source=source, to="hapsyo")
    with pytest.raises(KeyboardInterrupt):
        annotate(source, work, Targets(tmp_path / "b.txt", tmp_path / "u.jsonl"), io.BytesIO(), on_byte=interrupt)
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_the_command_ends_as_every_command_does(tmp_path):
    path = write(tmp_path, "a.jsonl", as_file("jsonl", [PLAIN]))
    command = [sys.executable, "-m", "curation", "tag", str(path)]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr
    assert "--field 로" in done.stderr


def test_formats_are_told_by_their_suffix(tmp_path):
    for name, kind in (("A.CSV", Format.CSV), ("a.ndjson", Format.JSONL)):
        path = write(tmp_path, name, as_file(kind.value, [PLAIN]))
        assert open_source(path, "answer").format is kind
