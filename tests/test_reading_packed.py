"""Compressed files: what comes before a damage survives, and the damage is said."""

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import GOOD, PACK, QUICK, json_line, read_bytes, row

from curation.errors import InputError
from curation.recipes.schema import Read
from curation.sources.reading import check_budget


@pytest.mark.parametrize("pack", [".gz", ".zst"])
def test_rows_before_a_damage_survive_and_the_rest_is_one_broken_record(tmp_path, pack):
    noise = random.Random(3)
    lines = [json_line(row(f"{number} {noise.random()}?")) for number in range(20_000)]
    packed = PACK[pack](b"".join(line + b"\n" for line in lines))
    found = read_bytes(tmp_path, packed[: len(packed) * 2 // 3], f"rows.jsonl{pack}")
    assert found.reasons == ["damaged_stream"]
    assert found.positions == list(range(1, len(found.positions) + 1))
    assert found.broken[0].line.number == len(found.positions) + 1
    assert found.broken[0].line.offset == sum(len(line) + 1 for line in lines[: len(found.positions)])
    if pack == ".gz":  # to the last row that the bytes hold
        whole = zlib.decompressobj(wbits=31).decompress(packed[: len(packed) * 2 // 3])
        assert len(found.positions) == whole.count(b"\n")
    assert len(found.positions) > 12_000


@pytest.mark.parametrize("pack", [".gz", ".zst"])
def test_a_stream_that_breaks_off_refuses_the_run_unless_the_recipe_keeps_what_came_before(tmp_path, pack):
    noise = random.Random(3)
    packed = PACK[pack](b"".join(json_line(row(f"{noise.random()}?")) + b"\n" for _ in range(6_300)))
    found = read_bytes(tmp_path, packed[: len(packed) // 2], f"rows.jsonl{pack}")
    read, broken = len(found.turns), [line.as_json() for line in found.broken]
    handed = []
    with pytest.raises(InputError, match=rf"rows\.jsonl{pack}:{read + 1}: .* {read:,} lines .* came before") as caught:
        check_budget(broken, read + 1, Read(quarantine_rows=1_000), on_refused=handed.extend)
    assert handed == broken
    assert "read.damaged_streams=keep" in caught.value.mend
    check_budget(broken, read + 1, Read(damaged_streams="keep"), on_refused=handed.extend)
    with pytest.raises(InputError, match="the recipe allows 0"):
        check_budget(broken, 1, Read(damaged_streams="keep", quarantine_rows=0), on_refused=handed.extend)


def test_a_list_in_a_damaged_file_keeps_its_elements(tmp_path):
    noise = random.Random(3)
    packed = gzip.compress(b"[" + b",".join(json_line(row(f"{noise.random()}?")) for _ in range(3_000)) + b"]")
    found = read_bytes(tmp_path, packed[:-2_000], "rows.json.gz")
    assert (found.reasons, len(found.turns) > 2_500) == (["damaged_stream"], True)


def test_files_packed_in_several_pieces_are_read_to_the_end(tmp_path):
    for pack in (".gz", ".zst"):
        found = read_bytes(tmp_path, PACK[pack](GOOD + b"\n") + PACK[pack](GOOD), f"rows.jsonl{pack}")
        assert (len(found.turns), found.reasons) == (2, [])
    found = read_bytes(tmp_path, gzip.compress(GOOD) + b"rubbish", "rows.jsonl.gz")
    assert (len(found.turns) + len(found.broken), found.reasons[-1]) == (1, "damaged_stream")


def test_a_name_that_promises_another_compression_is_refused(tmp_path):
    for pack in (".gz", ".zst"):
        with pytest.raises(InputError, match="is not compressed so"):
            read_bytes(tmp_path, GOOD, f"rows.jsonl{pack}")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json.gz", "a.csv.gz", "a.tsv.gz", "a.txt.gz"])
def test_no_damage_whatever_stops_the_reading_of_a_packed_file(tmp_path, name):
    line = {"csv": b'"question"\n"a\nb"\n', "tsv": b"question\na\n", "json": b'[{"question": "a?"},'}.get(
        name[2:-3], GOOD + b"\n"
    )
    packed = gzip.compress(line * 5)

    @QUICK
    @given(st.binary(max_size=40), st.integers(0, len(packed)))
    def check(noise: bytes, at: int) -> None:
        damaged = packed[:at] + noise + packed[at + len(noise) :]
        try:
            found = read_bytes(tmp_path, damaged, name)
        except InputError as error:
            assert any(why in str(error) for why in ("is not compressed so", "header", "no known shape", "UTF-16"))
            return
        try:
            gzip.decompress(damaged)
        except (OSError, EOFError, zlib.error):
            assert found.reasons.count("damaged_stream") == 1
        assert damaged != packed or not found.broken or name == "a.json.gz"  # whose list is never closed

    check()
