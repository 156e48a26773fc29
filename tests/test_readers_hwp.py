"""HWP: what hwplib and 한글 wrote reads back as it was written, a locked file is named, damage ends no process."""

import random
import struct
import subprocess
import sys
import zlib
from functools import lru_cache
from pathlib import Path

import pytest

from curation.errors import InputError
from datagen.documents import Items, Paragraph, Table, block_lines

pytest.importorskip("unhwp")

from datagen.readers.compound import streams
from datagen.readers.files import Unreadable, find_documents, read_documents
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


def compound(contents):
    """A compound file of these streams, all below its root, each padded to the size that keeps it out of mini sectors."""
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors, fat, entries = [], [], [("Root Entry", 5, last, 0)]
    for name, content in contents.items():
        first, size = len(sectors), max(len(content), 4096)
        cut = [content[at : at + 512].ljust(512, b"\0") for at in range(0, size, 512)]
        sectors += cut
        fat += [*range(first + 1, first + len(cut)), last]
        entries.append((name, 2, first, size))
    rows = [
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, at + 1 if 0 < at < len(contents) else free,
                      free if at or not contents else 1)
        + bytes(36) + struct.pack("<IQ", first, size)
        for at, (name, kind, first, size) in enumerate(entries)
    ]  # fmt: skip
    directory = b"".join(rows).ljust(512 * -(-len(rows) // 4), b"\0")
    start = len(sectors)
    sectors += [directory[at : at + 512] for at in range(0, len(directory), 512)]
    fat += [*range(start + 1, len(sectors)), last]
    count = -(-(len(fat) + 1) // 127)
    fat += [table] * count
    whole = struct.pack(f"<{128 * count}I", *fat, *[free] * (128 * count - len(fat)))
    places = [*range(len(sectors), len(sectors) + count), *[free] * (109 - count)]
    head = struct.pack("<8s16x5H6x9I109I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, start, 0,
                       4096, last, 0, last, 0, *places)  # fmt: skip
    return head + b"".join(sectors) + whole


def deflated(mebibytes):
    """Noise that packs thirtyfold: below what unhwp takes for a bomb."""
    noise, packing = random.Random(1), zlib.compressobj(wbits=-15)
    return b"".join(
        packing.compress((noise.randbytes(32) + bytes(992)) * 1024) for _ in range(mebibytes)
    ) + packing.flush()  # fmt: skip


def test_the_streams_of_a_compound_file_come_out_as_they_went_in():
    contents = {"FileHeader": b"HWP Document File".ljust(5000, b"\0"), "Section0": bytes(range(256)) * 700}
    assert dict(streams(compound(contents))) == contents
    assert {"FileHeader", "DocInfo", "Section0"} <= {
        name for name, _ in streams((FIXTURES / "manual.hwp").read_bytes())
    }


@pytest.mark.parametrize("data", [b"", bytes(9000), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 9000])
def test_what_is_no_compound_file_has_no_streams(data):
    assert list(streams(data)) == []


def test_a_damaged_compound_file_gives_no_more_than_it_holds():
    whole = (FIXTURES / "source.hwp").read_bytes()
    for seed in range(300):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(20):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert sum(len(content) for _, content in streams(bytes(data))) <= len(data)


def test_a_small_file_of_a_huge_text_is_refused_before_it_is_unpacked():
    data = compound({"FileHeader": b"HWP Document File".ljust(4096, b"\0"), "Section0": deflated(33)})
    assert len(data) < 4 * 2**20
    with pytest.raises(InputError, match="unpacks to more than") as caught:
        read_hwp(data, "x.hwp")
    assert caught.value.mend_ko


def test_an_hwp_3_that_cannot_be_read_is_named_among_the_documents(tmp_path):
    (tmp_path / "옛문서.hwp").write_bytes(b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + bytes(200))
    (bad,) = read_documents(find_documents([tmp_path]))
    assert isinstance(bad, Unreadable)
    assert "HWP 3" in bad.error.what
