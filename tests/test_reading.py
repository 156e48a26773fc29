"""Whatever the format: nothing is lost beside what is broken, nothing is changed, every byte is found again."""

import csv
import io
import pickle
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import (
    ANSWER,
    GOOD,
    PACK,
    QUICK,
    chunks_of,
    input_file,
    json_line,
    metas,
    questions,
    read_bytes,
    read_chunks,
    row,
)

from curation.errors import InputError
from curation.recipes.schema import Read, Source
from curation.records import PARSED
from curation.sources.reading import scan

# The fifteen tortures of the facts page: each stands between two good rows.


@pytest.mark.parametrize("pack", ["", ".gz", ".zst"])
@pytest.mark.parametrize("layout", ["lines", "list", "pretty list", "object"])
@pytest.mark.parametrize(
    ("torture", "kept"),
    [
        (b'{"question": "a?", "answer": "b", "sku": "007"}', {"sku": "007"}),
        (b'{"question": "a?", "answer": "b", "day": "2026-11-20"}', {"day": "2026-11-20"}),
        (b'{"question": "a?", "answer": "b", "n": 1}', {"n": 1}),
        (b'{"question": "a?", "answer": "b", "n": "1"}', {"n": "1"}),
        (b'{"question": "a?", "answer": "b", "x": "\\ud800"}', "lone_surrogate"),
        (b'{"question": "a?", "answer": "\xff"}', "not_utf8"),
        (b'{"question": "a?", "answer": }', "not_json"),
        (b'{"question": "a?", "answer": "b", "answer": "c"}', "duplicate_key"),
        (b'{"question": "a?", "answer": "b", "x": NaN}', "not_a_number"),
        (b'{"messages": "a?"}', "bad_messages"),
        (b'{"question": "a?", "answer": "b", "n": 12345678901234567890123}', {"n": 12345678901234567890123}),
        (b'{"question": "a?", "answer": "b", "x": "nul\\u0000"}', {"x": "nul\0"}),
        ('{"question": "a?", "answer": "b", "x": "한 줄\u2028두 줄"}'.encode(), {"x": "한 줄\u2028두 줄"}),
        (b'{"question": "a?", "answer": "b", "late": [{"key": null}]}', {"late": [{"key": None}]}),
        (b'{"question": "a?", "answer": "b"}\r', {}),
    ],
)
def test_a_torture_is_read_as_it_stands_or_set_aside_alone(tmp_path, torture, kept, layout, pack):
    before, after = json_line(row("앞?")), json_line(row("뒤?"))
    lines = [before, torture, after]
    data = {
        "lines": b"\n".join(lines),
        "list": b"[" + b",".join(lines) + b"]",
        "pretty list": b"\xef\xbb\xbf[\r\n  " + b",\r\n  ".join(lines) + b"\r\n]\r\n",
        "object": b'{"numberOfItems": 3, "data": [\n' + b",\n".join(lines) + b"\n]}",
    }[layout]
    name = f"rows.{'jsonl' if layout == 'lines' else 'json'}{pack}"
    found = read_bytes(tmp_path, PACK[pack](data), name)
    if isinstance(kept, str):
        assert (questions(found), found.reasons, found.positions) == (["앞?", "뒤?"], [kept], [1, 3])
    else:
        assert (questions(found), found.reasons) == (["앞?", "a?", "뒤?"], [])
        assert metas(found)[1] == kept


def test_a_byte_order_mark_crlf_and_blank_lines_cost_nothing(tmp_path):
    found = read_bytes(tmp_path, b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n \n" + GOOD + b"\r\n")
    assert (len(found.turns), found.reasons, found.blank, found.positions) == (2, [], 2, [1, 4])


# Tables and text


def test_csv_cells_hold_commas_quotes_and_line_ends_and_stay_text(tmp_path):
    rows = [["007", '박스 5", 10개?', '첫 줄\n둘째, "줄"'], ["2026-11-20", "언제?", ""], ["1.10", "몇 개?", "세 개"]]
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["sku", "question", "answer"], *rows])
    found = read_bytes(tmp_path, b"\xef\xbb\xbf" + written.getvalue().encode(), "rows.csv")
    assert (found.turns, [meta["sku"] for meta in metas(found)]) == (
        [[q, a] for _, q, a in rows],
        [s for s, _, _ in rows],
    )


@pytest.mark.parametrize(("name", "comma"), [("rows.csv", ","), ("rows.tsv", "\t")])
def test_a_ragged_row_is_set_aside_and_empty_ones_are_blank(tmp_path, name, comma):
    lines = ["question,answer", "가?,나", "가?,나,다", "가?", ",", "", "라?,마"]
    found = read_bytes(tmp_path, "\n".join(lines).replace(",", comma).encode(), name)
    assert (questions(found), found.positions, found.blank) == (["가?", "라?"], [2, 7], 2)
    assert found.reasons == ["cell_count", "cell_count"]


def test_quotes_in_a_tsv_are_letters(tmp_path):
    found = read_bytes(tmp_path, 'question\tanswer\n"가?\t5" 모니터\n'.encode(), "rows.tsv")
    assert found.turns == [['"가?', '5" 모니터']]


def test_fields_of_a_table_that_only_have_the_name_of_ours_are_text(tmp_path):
    found = read_bytes(tmp_path, "id,question,answer,meta,evidence,source\n7,가?,나,x,,웹\n".encode(), "rows.csv")
    assert metas(found) == [{"meta": "x", "evidence": ""}]
    assert (found.rows["source_row_id"][0].as_py(), found.rows["source"][0].as_py()) == ("7", "웹")


def test_each_line_of_a_text_file_is_a_record(tmp_path):
    found = read_bytes(tmp_path, "재고가 뭐야?\n\n두 번째\t줄 \r\n".encode(), "rows.txt")
    assert (questions(found), found.positions, found.blank) == (["재고가 뭐야?", "두 번째\t줄 "], [1, 3], 1)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json", "rows.csv", "rows.tsv", "rows.txt"])
def test_a_file_in_cp949_is_read_as_such_and_its_bytes_are_found_again(tmp_path, name):
    kind = name.partition(".")[2]
    comma = "\t" if kind == "tsv" else ","
    lines = [f"한글 질문{number} 똠방각하?" for number in range(3)]
    if kind in ("csv", "tsv"):
        good = [f"question{comma}answer", *(f"{line}{comma}{ANSWER}" for line in lines)]
    else:
        good = lines if kind == "txt" else [json_line(row(line)).decode() for line in lines]
    joined = [line.encode("cp949") for line in good]
    data = b"[" + b",".join(joined) + b"]" if kind == "json" else b"\n".join(joined)
    found = read_bytes(tmp_path, data, name)
    assert (questions(found), found.reasons) == (lines, [])
    broken = b'{"question": "\xff\xff"}' if kind.startswith("json") else b"\xff\xff" + comma.encode() + b"x"
    joined = [line.encode("cp949") for line in good * 40_000][:60_000]  # past the bytes that tell the encoding
    data = b"[" + b",".join([*joined, broken]) + b"]" if kind == "json" else b"\n".join([*joined[:2], *joined, broken])
    path = tmp_path / f"long.{kind}"
    path.write_bytes(data)
    last = list(scan(input_file(path, Read()), Read()))[-1]
    (only,) = read_chunks([last], Read()).broken
    assert only.reason == "not_cp949"
    assert data[only.line.offset : only.line.offset + only.line.length] == broken


@pytest.mark.parametrize(
    "line", [b"\x81A", b"\xb0\xa1", "재고 똠방각하".encode()[:-1], "仓库在哪里？东西在这儿吗".encode("gbk")]
)
def test_what_is_not_proved_to_be_cp949_is_set_aside_as_broken_utf8(tmp_path, line):
    found = read_bytes(tmp_path, b'{"question": "a?"}\n{"question": "' + line + b'"}\n{"question": "b?"}')
    assert (found.positions, found.reasons) == ([1, 3], ["not_utf8"])


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv"])
def test_a_table_without_a_known_shape_is_refused_unless_the_recipe_names_its_columns(tmp_path, name):
    data = "묻기,답하기\n언제?,말일에 합니다.\n".replace(",", "\t" if name.endswith("tsv") else ",").encode()
    with pytest.raises(InputError, match="has the columns 묻기, 답하기"):
        read_bytes(tmp_path, data, name)
    known = Read(sources=[Source(fields={"question": "묻기", "answer": "답하기"})])
    assert read_bytes(tmp_path, data, name, known).turns == [["언제?", "말일에 합니다."]]


def test_a_header_that_names_a_column_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"rows\.csv:1: has the column 'answer' 2 times"):
        read_bytes(tmp_path, b"question,answer,answer\na,b,c\n", "rows.csv")


# Chunks


def test_chunks_are_bounded_and_have_a_key_of_all_that_their_rows_depend_on(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"".join(json_line(row(f"{number}?")) + b"\n" for number in range(4_500)))
    chunks = chunks_of(path)
    assert [chunk.count for chunk in chunks] == [2_000, 2_000, 500]
    assert [chunk.key for chunk in chunks_of(path)] == [chunk.key for chunk in chunks]
    assert len({chunk.key for chunk in chunks}) == 3
    named = chunks_of(path, Read(sources=[Source(license="MIT")]))
    assert not {chunk.key for chunk in named} & {chunk.key for chunk in chunks}
    assert pickle.loads(pickle.dumps(chunks[0])) == chunks[0]  # noqa: S301 - our own
    path.write_bytes(b"\n" + path.read_bytes())
    assert chunks_of(path)[0].key != chunks[0].key
    path.write_bytes((b'{"question": "' + b"x" * 3 * 2**20 + b'"}\n') * 4)
    assert [chunk.count for chunk in chunks_of(path)] == [2, 2]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
def test_the_first_records_of_a_chunk_are_those_of_the_file(tmp_path, name):
    path = tmp_path / name
    rows = [row(f"{number}?") for number in range(10)]
    if name.endswith("jsonl"):
        path.write_bytes(b"\n".join([b"{", *map(json_line, rows)]))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    (chunk,) = chunks_of(path)
    first = chunk.first(4)
    found = read_chunks([first], Read())
    assert (first.count, len(found.turns) + len(found.broken)) == (4, 4)
    assert found.rows.equals(read_chunks([chunk], Read()).rows.slice(0, found.rows.num_rows))
    assert first.key != chunk.key and chunk.first(99).count == chunk.count


# Fuzz: whatever the bytes, every record is a row, broken, or blank, and is found again where it is said to be.


def check_all_is_accounted_for(folder: Path, data: bytes, name: str) -> None:
    path = folder / name
    path.write_bytes(PACK[Path(name).suffix if Path(name).suffix in PACK else ""](data))
    try:
        chunks = chunks_of(path)
    except InputError:
        return
    found = read_chunks(chunks, Read())
    assert found.rows.schema.equals(PARSED)
    assert found.rows.num_rows + len(found.broken) == sum(chunk.count for chunk in chunks)
    lines = [line for chunk in chunks for line in chunk.lines]
    assert sorted([*found.positions, *(one.line.number for one in found.broken)]) == [line.number for line in lines]
    assert all(one.offset + one.length <= two.offset for one, two in pairwise(lines))
    for line in lines:
        if line.data is not None:
            assert data[line.offset : line.offset + line.length] == line.data
    if ".json." not in f"{name}.":  # all but what stands between the elements of a list
        blanks = sum(chunk.blank for chunk in chunks)
        records = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        has_header = ".tsv" in name and bool(data)
        if ".csv" not in name:  # there a record may hold line ends
            assert len(lines) + blanks + has_header == records


PIECES = st.lists(
    st.one_of(
        st.sampled_from([GOOD, b"{", b"}", b"[", b"]", b",", b"\n", b'"', b"\\", b"\r\n", b" ", b"\xff", b"\xed\x95", b"\xef\xbb\xbf"]),
        st.sampled_from([b'{"question":', b'"a?"', b"NaN", b"1e999", b'{"data": [', b"question,answer\n", b'"a\nb",c\n', b"\t", "재고".encode()]),
        st.binary(max_size=4),
    ),
    max_size=14,
).map(b"".join)  # fmt: skip


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a.jsonl.gz", "a.json.zst"])
def test_no_bytes_whatever_lose_a_record(tmp_path, name):
    @QUICK
    @given(PIECES)
    def check(data: bytes) -> None:
        check_all_is_accounted_for(tmp_path, data, name)

    check()
