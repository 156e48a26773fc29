"""`curation inspect FILE` says what a file holds, how each shape is read, and the recipe entry that names it."""

import io
import json
import tomllib
from pathlib import Path

import pytest
from rich.console import Console

from curation.errors import InputError
from curation.recipes.schema import Source
from curation.sources.inspecting import inspect_file, print_inspection
from curation.sources.inspection import MOST_ROWS

FIXTURES = Path(__file__).parent / "fixtures" / "shapes"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_file() and path.name != "README.md")


def inspected(path, source=None):
    return inspect_file(path, source or Source())


def printed(found):
    out = io.StringIO()
    print_inspection(found, Console(file=out, width=120, highlight=False))
    return out.getvalue()


def written(folder, *rows):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_layout_is_read_without_a_loss_and_printed(name):
    found = inspected(FIXTURES / name)
    assert (found.unread, found.is_whole) == ({}, True)
    assert sum(found.shapes.values()) == found.rows > 0
    text = printed(found)
    assert all(shape in text for shape in found.shapes)
    assert found.entry in text


@pytest.mark.parametrize("name", NAMES)
def test_the_entry_it_prints_reads_the_file_in_the_same_way(name):
    found = inspected(FIXTURES / name)
    (entry,) = tomllib.loads(found.entry)["read"]["sources"]
    assert entry["files"] == name
    again = inspected(FIXTURES / name, Source(**entry))
    assert (again.shapes, again.examples) == (found.shapes, found.examples)


def test_it_says_which_field_became_what_and_what_goes_to_meta():
    found = inspected(FIXTURES / "songys.csv")
    assert found.shapes == {"question_answer": 2}
    assert found.examples["question_answer"].became == {"Q": "user", "A": "assistant"}
    assert found.meta == {"label": 2}
    text = printed(found)
    assert "Q → user, A → assistant" in text
    assert "창고에 불 켜야 해?" in text
    assert "label (2)" in text


def test_what_an_input_and_a_list_of_turns_became_is_said_too():
    alpaca = inspected(FIXTURES / "koalpaca_v1_0.json").examples["alpaca"].became
    assert alpaca == {"instruction": "user", "input": "user", "output": "assistant"}
    turns = {"conversations": "turns", "id": "row id"}
    assert inspected(FIXTURES / "sharegpt.json").examples["sharegpt"].became == turns


@pytest.mark.parametrize("name", ["id", "custom_id", "prompt_id"])
def test_the_field_that_becomes_the_rows_id_is_shown_as_such(tmp_path, name):
    found = inspected(written(tmp_path, {name: "a-1", "question": "언제 해?", "answer": "말일에 합니다."}))
    assert f"answer → assistant, {name} → row id" in printed(found)
    assert name not in found.meta
    aihub = inspected(FIXTURES / "aihub_117.json").examples["aihub_dialogue"].became
    assert aihub == {"body": "turns", "header.dialogueInfo.dialogueID": "row id"}


def test_rows_without_an_answer_are_counted(tmp_path):
    found = inspected(
        written(tmp_path, {"question": "언제 해?"}, {"question": "누가 해?", "answer": "담당자가 합니다."})
    )
    assert found.unanswered == 1
    assert "without an answer" in printed(found)


def test_what_a_used_field_holds_beside_the_turns_stays_in_meta():
    assert inspected(FIXTURES / "aihub_117.json").meta == {"header": 3, "body": 3}
    assert inspected(FIXTURES / "messages.jsonl").meta == {"site": 1, "turns": 1}


def test_a_row_that_cannot_be_read_is_shown_with_its_place_and_reason(tmp_path):
    path = written(
        tmp_path,
        {"question": "언제 해?", "answer": "말일에 합니다."},
        {"이름": "한빛"},
        {"question": 7, "answer": "칠"},
    )
    found = inspected(path)
    assert (found.rows, found.shapes) == (3, {"question_answer": 1})
    assert found.unread == {"unknown_shape": 1, "bad_messages": 1}
    assert [(one.position, one.reason) for one in found.first_unread] == [(2, "unknown_shape"), (3, "bad_messages")]
    assert "row 2 cannot be read" in printed(found)


def test_options_are_offered_with_their_defaults():
    assert '# options = { task = "summary" }  # or diary, dialogue' in inspected(FIXTURES / "aihub_117.json").entry
    assert '# options = { from = "informal", to = "formal" }  # or' in inspected(FIXTURES / "smilestyle.tsv").entry
    assert "options" not in inspected(FIXTURES / "kullm_v2.jsonl").entry


def test_fields_that_no_shape_knows_are_guessed_for_the_entry(tmp_path):
    path = written(tmp_path, {"번호": "1", "물음": "재고 실사 언제 해?", "대답": "월말에 합니다."})
    found = inspected(path)
    (entry,) = tomllib.loads(found.entry)["read"]["sources"]
    assert entry["fields"] == {"question": "물음", "answer": "대답"}
    assert inspected(path, Source(**entry)).shapes == {"question_answer": 1}


def test_a_stated_licence_is_counted_and_one_that_is_missing_is_asked_for(tmp_path):
    pair = {"question": "언제 해?", "answer": "말일에 합니다."}
    stated = inspected(written(tmp_path, {**pair, "license": "MIT"}, {**pair, "license": "MIT"}))
    assert stated.licenses == {"MIT": 2}
    assert "license" not in inspected(written(tmp_path, pair)).examples["question_answer"].fields
    silent = inspected(written(tmp_path, pair))
    assert "none is stated" in silent.entry
    assert "none is stated" in printed(silent)


def test_mixed_shapes_are_counted_apart_and_the_entry_names_none(tmp_path):
    path = written(
        tmp_path,
        {"question": "언제 해?", "answer": "말일에 합니다."},
        {"text": "오늘은 바빴다."},
        {"text": "내일 보자."},
    )
    found = inspected(path)
    assert found.shapes == {"text": 2, "question_answer": 1}
    assert "shape" not in tomllib.loads(found.entry)["read"]["sources"][0]


def test_of_a_long_file_the_first_rows_are_seen_and_it_says_so(tmp_path):
    path = written(tmp_path, *({"text": f"{number}번 상자를 옮겼다."} for number in range(3 * MOST_ROWS)))
    found = inspected(path)
    assert MOST_ROWS <= found.rows < 3 * MOST_ROWS
    assert not found.is_whole
    assert "the first" in printed(found)


def test_what_a_terminal_would_obey_is_not_printed(tmp_path):
    path = written(tmp_path, {"question": "\x1b[2J[red]지워[/red]", "answer": "안 됩니다.", "\x1b[31m": "빨강"})
    text = printed(inspected(path))
    assert "\x1b" not in text
    assert "[red]지워[/red]" in text


def test_an_unknown_shape_is_an_error_that_lists_the_known_ones(tmp_path):
    with pytest.raises(InputError, match="sharegpt"):
        inspected(written(tmp_path, {"text": "가"}), Source(shape="sharegtp"))


def test_a_folder_of_files_is_an_error_that_names_one(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"text": "가"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="holds 2 files") as caught:
        inspected(tmp_path)
    assert "a.jsonl" in caught.value.mend


@pytest.mark.parametrize(("name", "text"), [("a.jsonl", ""), ("a.jsonl", "\n\n"), ("a.csv", "질문,답변\n")])
def test_a_file_without_a_row_is_refused_and_has_no_entry(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="holds no row") as caught:
        inspected(tmp_path / name)
    assert "행이 없습니다" in caught.value.mend_ko


def test_the_encoding_is_said(tmp_path):
    path = tmp_path / "옛날.csv"
    path.write_bytes("질문,답변\n상차가 뭐야?,짐을 차에 싣는 일입니다.\n".encode("cp949"))
    found = inspected(path)
    assert found.shapes == {"question_answer": 1}
    assert "cp949" in printed(found).lower()
