"""The records of a `.json` file: a broken element of a list costs none of its neighbours."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import GOOD, QUICK, json_line, metas, questions, read_bytes, row

from curation.recipes.schema import Read


def test_elements_of_every_list_of_objects_are_records_and_have_their_place(tmp_path):
    data = '{"info": {"n": [1]}, "train": [{"question": "가?"}, {"question": "나?"}], "none": [], "test": [{"question": "다?"}]}'.encode()
    found = read_bytes(tmp_path, data, "rows.json")
    assert (questions(found), found.positions, found.reasons) == (["가?", "나?", "다?"], [1, 2, 3], [])


def test_an_object_that_is_a_record_is_not_taken_apart(tmp_path):
    turns = [{"role": "user", "content": "가?"}, {"role": "assistant", "content": "나."}]
    found = read_bytes(tmp_path, json.dumps({"messages": turns}, indent=2).encode(), "rows.json")
    assert found.turns == [["가?", "나."]]


@pytest.mark.parametrize("first", [GOOD, b'{"question": "a?", "answ'])
def test_json_lines_by_the_name_of_json_are_json_lines(tmp_path, first):
    found = read_bytes(tmp_path, first + b"\n" + GOOD + b"\n" + GOOD + b"\n", "rows.json")
    assert len(found.turns) + len(found.broken) == 3 and found.positions[-2:] == [2, 3]


@pytest.mark.parametrize(
    "broken", [b'{"question": "a?, "answer": "b"}', b'{"question": "a?" "answer": "b"', b'{"question": ["a?", {"b": 1}', b'{"question": "a?", "x": ]}']
)  # fmt: skip
@pytest.mark.parametrize("between", [b",", b",\n    "])
def test_an_element_that_ends_nowhere_ends_where_the_next_begins(tmp_path, broken, between):
    data = b"[" + between.join([GOOD, broken, GOOD, broken]) + b"]"
    found = read_bytes(tmp_path, data, "rows.json")
    assert (found.positions, found.reasons) == ([1, 3], ["not_json", "not_json"])
    first, last = (one.line for one in found.broken)
    assert data[first.offset : first.offset + first.length] == broken
    assert data[last.offset :].startswith(broken)


@pytest.mark.parametrize(
    "data",
    [b'[{"question": "a?"}', b'[{"question": "a?"},', b'{"data": [{"question": "a?"}', b'[{"question": "a?"}, {"quest'],
)
def test_a_list_that_is_never_closed_keeps_what_it_holds_and_says_so(tmp_path, data):
    found = read_bytes(tmp_path, data, "rows.json")
    assert (questions(found), found.reasons) == (["a?"], ["damaged_stream"])  # nobody knows how much is lost
    assert "before its list is closed" in found.broken[0].detail


def test_an_element_past_the_cap_is_walked_past(tmp_path):
    long = b'{"question": "' + b"x" * 3_000_000 + b'"}'
    found = read_bytes(tmp_path, b"[" + b",".join([GOOD, long, GOOD]) + b"]", "rows.json", Read(max_line_bytes=1_000))
    assert (found.positions, found.reasons, found.broken[0].line.length) == ([1, 3], ["line_too_long"], len(long))


@pytest.mark.parametrize("size", [1, 7, 64, 2**20])
def test_elements_come_whole_from_blocks_of_any_size(tmp_path, monkeypatch, size):
    monkeypatch.setattr("curation.sources.json_records._BLOCK_BYTES", size)
    rows = [
        row(f"{number}번 {'재고 🏭 ' * number}?", n=number * 1.5, deep={"a": [number, None, "]}"]})
        for number in range(9)
    ]
    found = read_bytes(tmp_path, json.dumps(rows, ensure_ascii=False, indent=1).encode(), "rows.json")
    assert (questions(found), found.reasons) == ([one["question"].strip() for one in rows], [])
    assert metas(found) == [{"n": one["n"], "deep": one["deep"]} for one in rows]


@QUICK
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.sampled_from([b",", b", ", b",\n  "]))
def test_a_broken_element_costs_no_neighbour_wherever_it_stands(tmp_path, kinds, between):
    broken = [None, b'{"question": "a?", "answer": "\xff"}', b'{"question": "a?, "answer": "b"}', b'{"question": 1 2}']
    elements = [json_line(row(f"{place}?")) if not kind else broken[kind] for place, kind in enumerate(kinds)]
    found = read_bytes(tmp_path, b"[" + between.join(elements) + b"]", "rows.json")
    assert questions(found) == [f"{place}?" for place, kind in enumerate(kinds) if not kind]
    assert len(found.broken) == sum(kind > 0 for kind in kinds)
