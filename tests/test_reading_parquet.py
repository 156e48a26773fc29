"""The rows of a Parquet file: no value is coerced, what is damaged costs its row group alone."""

import datetime
import decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading_files import ANSWER, chunks_of, metas, questions, read_chunks, read_file

from curation.errors import InputError
from curation.recipes.schema import Read
from curation.sources.reading import check_budget


def parquet(folder: Path, table: pa.Table, **options: object) -> Path:
    path = folder / "rows.parquet"
    pq.write_table(table, path, **options)
    return path


def test_values_of_a_parquet_file_become_json_unchanged(tmp_path):
    values = {
        "sku": ["007"], "n": pa.array([2**63 - 1]), "u": pa.array([2**64 - 1], pa.uint64()), "x": [0.1], "nan": [float("nan")],
        "price": [decimal.Decimal("1.10")], "day": [datetime.date(2026, 11, 20)], "time": [datetime.time(9, 30)],
        "ns": pa.array([1234567890123456789], pa.timestamp("ns")), "raw": [b"\xff\x00"],
        "list": [[{"day": datetime.date(2026, 1, 2), "n": None}]], "code": pa.array(["A-01"]).dictionary_encode(),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "none": pa.nulls(1),
    }  # fmt: skip
    table = pa.table({"question": ["언제?"], "answer": [ANSWER], **values})
    found = read_file(parquet(tmp_path, table))
    assert found.turns == [["언제?", ANSWER]]
    assert metas(found) == [
        {
            "sku": "007", "n": 2**63 - 1, "u": 2**64 - 1, "x": 0.1, "nan": "nan", "price": "1.10", "day": "2026-11-20",
            "time": "09:30:00.000000", "ns": "2009-02-13 23:31:30.123456789", "raw": "/wA=",
            "list": [{"day": "2026-01-02", "n": None}], "code": "A-01", "map": [["a", 1]], "none": None,
        }
    ]  # fmt: skip


def test_turns_of_a_parquet_file_may_have_keys_without_a_value(tmp_path):
    kind = pa.list_(pa.struct([("content", pa.string()), ("role", pa.string()), ("tool_calls", pa.string())]))
    turns = [{"role": "user", "content": "가?"}, {"role": "assistant", "content": "나."}]
    table = pa.table({"messages": pa.array([turns, [{**turns[0], "tool_calls": "f()"}], None], kind)})
    found = read_file(parquet(tmp_path, table))
    assert (found.turns[0], found.positions[0]) == (["가?", "나."], 1)
    assert len(found.turns) + len(found.broken) == 3
    assert all(one.as_json()["offset"] is None for one in found.broken)


def test_a_text_that_is_none_costs_its_row_alone(tmp_path):
    texts = pa.array([b"a?", b"\xff", b"b?"]).view(pa.string())
    found = read_file(parquet(tmp_path, pa.table({"question": texts})))
    assert (questions(found), found.positions, found.reasons) == (["a?", "b?"], [1, 3], ["not_utf8"])


def test_rows_of_a_parquet_file_have_a_cap_and_large_ones_make_small_chunks(tmp_path):
    path = parquet(tmp_path, pa.table({"question": ["a?", "b" * 3_000_000, "c?"]}), use_dictionary=False)
    found = read_file(path, Read(max_line_bytes=1_000))
    assert (questions(found), found.positions, found.reasons) == (["a?", "c?"], [1, 3], ["line_too_long"])
    pq.write_table(pa.table({"question": [f"{number}{'x' * 100_000}" for number in range(100)]}), path)
    assert max(chunk.count for chunk in chunks_of(path)) < 50


def with_a_bad_page(tmp_path: Path) -> Path:
    """9,000 rows in three row groups, the second of which breaks off in its middle."""
    table = pa.table({"question": [f"{number}번 {'재고 ' * (number % 7)}?" for number in range(9_000)]})
    path = parquet(tmp_path, table, row_group_size=3_000, write_page_checksum=True, use_dictionary=False)
    data = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    middle = column.data_page_offset + column.total_compressed_size // 2
    data[middle : middle + 8] = b"\0" * 8
    path.write_bytes(data)
    return path


def test_each_row_of_a_damaged_row_group_is_set_aside_and_the_others_are_read(tmp_path):
    found = read_file(with_a_bad_page(tmp_path))
    assert set(found.reasons) == {"damaged_row_group"} and "row group 1 " in found.broken[0].detail
    assert set(found.positions) >= {*range(1, 3_001), *range(6_001, 9_001)}
    lost = [one.line.number for one in found.broken]
    assert sorted([*found.positions, *lost]) == list(range(1, 9_001))
    assert len(lost) == len(set(lost)) > 0


def test_rows_that_a_damaged_row_group_lost_are_past_the_budget_and_in_chunks_like_others(tmp_path):
    path = with_a_bad_page(tmp_path)
    chunks = chunks_of(path)
    assert sum(chunk.count for chunk in chunks) == 9_000
    assert max(chunk.count for chunk in chunks) <= 2_000
    assert len({chunk.key for chunk in chunks}) == len(chunks)
    broken = next(chunk for chunk in chunks if chunk.rows and chunk.rows.fault)
    assert broken.first(7).count == 7 == len(read_chunks([broken.first(7)], Read()).broken)
    lines = [line.as_json() for line in read_file(path).broken]
    with pytest.raises(InputError, match=rf"{len(lines)} of 9000 lines are broken, the recipe allows 10"):
        check_budget(lines, 9_000, Read(), on_refused=lambda _: None)


def test_a_file_that_is_no_parquet_and_one_without_a_known_shape_are_refused_at_once(tmp_path):
    path = parquet(tmp_path, pa.table({"vector": [[1.0]], "label": [3]}))
    with pytest.raises(InputError, match="has the columns vector, label, in which no known shape") as caught:
        read_file(path)
    assert "[[read.sources]]" in str(caught.value)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match="is no Parquet file"):
        read_file(path)
