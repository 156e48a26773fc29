"""HWP: what hwplib and 한글 wrote reads back as it was written, a locked file is named, damage ends no process."""

import random
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from curation.errors import InputError
from datagen.documents import Items, Paragraph, Table, block_lines

pytest.importorskip("unhwp")

from datagen.readers.hwp import read_hwp

FIXTURES = Path(__file__).parent / "fixtures" / "hwp"
NAMES = ("manual", "merging-cell", "source")
_FLAGS_AT = 36  # in the FileHeader stream, after its signature and version


@lru_cache
def _read(name: str):
    return read_hwp((FIXTURES / f"{name}.hwp").read_bytes(), f"{name}.hwp")


def test_outline_styles_are_headings():
    assert [[line.text for line in section.headings] for section in _read("manual").sections] == [
        ["입고 검수 안내"],
        ["입고 검수 안내", "검수 절차"],
        ["입고 검수 안내", "검수 기한"],
    ]


def test_typed_marks_are_lists_and_nest():
    (steps,) = _read("manual").sections[1].blocks
    assert isinstance(steps, Items)
    assert steps.is_ordered
    assert [item.line.text for item in steps.items] == [
        "입고 예정 목록에서 송장 번호를 찾습니다.",
        "상자를 열고 품목마다 수량을 셉니다.",
        "검수 결과를 저장합니다.",
    ]
    (inner,) = steps.items[1].blocks
    assert [item.line.text for item in inner.items] == [
        "수량이 맞으면 초록 표를 붙입니다.",
        "수량이 다르면 빨강 표를 붙입니다.",
    ]


def test_a_table_keeps_its_merged_cells():
    paragraph, table, rules = _read("manual").sections[2].blocks
    assert isinstance(paragraph, Paragraph)
    assert isinstance(table, Table)
    assert [line.text for line in table.header] == ["종류", "기한 평일", "기한 주말"]
    assert [[line.text for line in row] for row in table.rows] == [
        ["냉장", "2시간", "4시간"],
        ["상온", "8시간", "24시간"],
    ]
    assert isinstance(rules, Items)
    assert not rules.is_ordered


def test_a_table_that_hangul_wrote_is_read_cell_by_cell():
    (table,) = _read("merging-cell").sections[0].blocks
    assert [[line.text for line in row] for row in (table.header, *table.rows)] == [
        [f"{row},{column}" for column in range(7)] for row in range(7)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_character_stands_where_its_offset_says(name):
    parsed = _read(name)
    for section in parsed.sections:
        for line in (*section.headings, *(line for block in section.blocks for line in block_lines(block))):
            assert line.text
            assert all(
                parsed.text[offset] == char or char == " " for char, offset in zip(line.text, line.offsets, strict=True)
            )


def test_the_library_that_made_the_text_is_recorded():
    assert _read("manual").converter.startswith("unhwp 0.")


@pytest.mark.parametrize(("bit", "what"), [(1, "password"), (2, "배포용"), (4, "DRM"), (10, "certificate")])
def test_a_locked_file_is_named_as_such(bit, what):
    data = bytearray((FIXTURES / "manual.hwp").read_bytes())
    at = data.find(b"HWP Document File\0") + _FLAGS_AT
    flags = int.from_bytes(data[at : at + 4], "little") | 1 << bit
    data[at : at + 4] = flags.to_bytes(4, "little")
    with pytest.raises(InputError, match=what):
        read_hwp(bytes(data), "locked.hwp")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), bytes(3000)])
def test_what_is_no_hwp_is_named(data):
    with pytest.raises(InputError, match="no HWP"):
        read_hwp(data, "x.hwp")


def test_a_damaged_hwp_3_is_named_as_such():
    with pytest.raises(InputError, match="HWP 3"):
        read_hwp(b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + bytes(20), "old.hwp")


_FLIP = """
import random, sys
from pathlib import Path
from curation.errors import InputError
from datagen.readers.hwp import read_hwp
whole = [Path(path).read_bytes() for path in sys.argv[1:]]
for seed in range(600):
    chance = random.Random(seed)
    data = bytearray(chance.choice(whole))
    for _ in range(chance.choice([1, 5, 40, 200])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        read_hwp(bytes(data[: chance.randrange(len(data))] if seed % 5 == 0 else data), "x.hwp")
    except InputError:
        pass
print("done")
"""


def test_damage_never_ends_the_process():
    """unhwp is native code: a panic or a fault there would take the run with it."""
    paths = [str(FIXTURES / f"{name}.hwp") for name in NAMES]
    ended = subprocess.run([sys.executable, "-c", _FLIP, *paths], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "done"), ended.stderr[-2000:]


def test_the_same_damage_gives_the_same_answer():
    data = bytearray((FIXTURES / "manual.hwp").read_bytes())
    chance = random.Random(5)
    for _ in range(30):
        data[chance.randrange(len(data))] = chance.randrange(256)
    answers = set()
    for _ in range(2):
        try:
            answers.add(read_hwp(bytes(data), "x.hwp").text)
        except InputError as error:
            answers.add(str(error))
    assert len(answers) == 1
