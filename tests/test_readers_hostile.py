"""Hostile and broken files: each ends as an error that says where, what and how, or as a document; none costs another."""

import io
import struct
import sys
import zipfile

import pytest

from curation.errors import InputError
from datagen.documents import Document, Line, block_lines
from datagen.readers import files
from datagen.readers.archive import check_archive, open_archive, parse_xml, read_entry
from datagen.readers.extra import documents_module
from datagen.readers.files import Unreadable, find_documents, read_documents
from datagen.readers.grid import Cell, as_table, join

SECTION = "Contents/section0.xml"
PARAGRAPH = '<?xml version="1.0" encoding="{}"?>{}<s xmlns:p="urn:p"><p:p><p:run><p:t>{}</p:t></p:run></p:p></s>'
LAUGHS = '<!DOCTYPE s [<!ENTITY a "하하하하하하하하하하">{}]>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(SECTION if name == "section" else name, content)
    return out.getvalue()


def bomb(blocks=300):
    """Zeros that unpack to `blocks` mebibytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(SECTION, "w") as entry:
        for _ in range(blocks):
            entry.write(bytes(2**20))
    return out.getvalue()


def lying(data, size):
    """The archive with its first entry's unpacked size changed in the directory and the local header."""
    whole = bytearray(data)
    struct.pack_into("<I", whole, whole.index(b"PK\x01\x02") + 24, size)
    struct.pack_into("<I", whole, whole.index(b"PK\x03\x04") + 22, size)
    return bytes(whole)


def repeated(data, times):
    """The archive with its one entry listed `times` over: many files out of the same bytes (Fifield 2019)."""
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    directory = data[start:end] * times
    tail = struct.pack("<HHIIH", times, times, len(directory), start, 0)
    return data[:start] + directory + data[end : end + 8] + tail


def encrypted(data):
    whole = bytearray(data)
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    whole[whole.index(b"PK\x03\x04") + 6] |= 1
    return bytes(whole)


GOOD = zipped(section=PARAGRAPH.format("UTF-8", "", "입고한다."))
HOSTILE = {
    "zip bomb": ("a.hwpx", bomb(), "unpack to"),
    "zip bomb that lies": ("a.hwpx", lying(bomb(), 1000), "damaged"),
    "many files": ("a.hwpx", zipped(**{f"{n}": "" for n in range(20_001)}), "20,001 files"),
    "overlapping": ("a.hwpx", repeated(bomb(20), 60), "entries overlap"),
    "billion laughs": ("a.hwpx", zipped(section=PARAGRAPH.format("UTF-8", LAUGHS, "&j;")), "DTD"),
    "billion laughs in UTF-16": ("a.hwpx", zipped(section=PARAGRAPH.format("UTF-16", LAUGHS, "&j;").encode("utf-16")), "DTD"),
    "external entity": (
        "a.hwpx", zipped(section=PARAGRAPH.format("UTF-8", '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")), "DTD",
    ),
    "nesting": ("a.hwpx", zipped(section="<s>" + "<t>" * 500_000 + "</t>" * 500_000 + "</s>"), "nested deeper"),
    "broken XML": ("a.hwpx", zipped(section="<s><p>"), "damaged"),
    "unknown XML encoding": ("a.hwpx", zipped(section='<?xml version="1.0" encoding="x-none"?><s/>'), "damaged"),
    "truncated": ("a.hwpx", GOOD[: len(GOOD) // 2], "damaged"),
    "flipped": ("a.hwpx", GOOD[:60] + bytes([GOOD[60] ^ 255]) + GOOD[61:], "damaged"),
    "password": ("a.hwpx", encrypted(GOOD), "password-protected"),
    "empty": ("a.hwpx", b"", "empty"),
    "HWP 5 as HWPX": ("a.hwpx", OLE, "is HWP 5"),
    "no zip": ("a.hwpx", b"<html></html>", "damaged"),
    "old Word": ("a.doc", OLE, "old format .doc"),
    "old Excel": ("a.XLS", b"", "old format .xls"),
    "a document as text": ("a.txt", GOOD, "is no text"),
    "a PDF as text": ("a.md", b"%PDF-1.7\n", "is a PDF"),
    "broken byte": ("a.txt", "입고한다.\n".encode("cp949") + b"\xb0\n", "neither UTF-8"),
    "binary": ("a.html", bytes(range(256)), "neither UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_named_and_the_one_beside_it_is_read(tmp_path, case):
    name, data, what = HOSTILE[case]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "b.md").write_text("# 출고\n\n출고한다.\n", encoding="utf-8")
    bad, good = read_documents(find_documents([tmp_path]))
    assert isinstance(bad, Unreadable)
    assert what in bad.error.what
    assert (bad.error.where.startswith(str(tmp_path)), bool(bad.error.mend), bool(bad.error.mend_ko)) == (
        True,
        True,
        True,
    )
    assert isinstance(good, Document)
    assert good.title == "출고"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b""), ("a.html", b""), ("a.md", b"\xef\xbb\xbf"), ("a.txt", ("가" * 1_000_000).encode()),
        ("a.txt", ("- " * 100_000).encode()), ("a.txt", "".join(" " * n + "- 가\n" for n in range(1500)).encode()),
        ("a.txt", "1. 개요\n가. 목적\n".encode() * 30_000), ("a.txt", "상자를 센다.".encode("utf-16-le")),
        ("a.html", b"<div>" * 50_000), ("a.txt", b"=" * 1_000_000), ("a.txt", "가|나\n---\n".encode() * 20_000),
    ],
    ids=range(11),
)  # fmt: skip
def test_an_odd_file_is_a_document(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (document,) = read_documents(find_documents([tmp_path]))
    assert isinstance(document, Document)
    found = (line for section in document.sections for block in section.blocks for line in block_lines(block))
    assert all(
        document.text[at] == char
        for line in found
        for char, at in zip(line.text, line.offsets, strict=True)
        if char != " "
    )


def test_a_file_larger_than_is_read_is_named_before_it_is_opened(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)  # a sparse file: the table of two gigabytes
    (bad,) = read_documents(find_documents([tmp_path]))
    assert isinstance(bad, Unreadable)
    assert "too large" in bad.error.what


def test_the_lock_file_of_an_office_program_is_no_document(tmp_path):
    (tmp_path / "~$절차.docx").write_bytes(b"x")
    (tmp_path / "절차.md").write_text("글이다.", encoding="utf-8")
    assert [name for name, _ in find_documents([tmp_path])] == ["절차.md"]


def test_a_lie_about_size_costs_one_block():
    archive = open_archive(lying(bomb(4), 1000), "x")
    with pytest.raises(InputError, match="damaged"):
        read_entry(archive, SECTION, "x")
    with pytest.raises(InputError, match="damaged"):
        check_archive(lying(bomb(4), 1000), "x")


def test_a_sound_archive_passes_and_its_xml_is_read():
    archive = check_archive(GOOD, "x")
    assert parse_xml(read_entry(archive, SECTION, "x"), "x").findtext(".//{urn:p}t") == "입고한다."
    with pytest.raises(InputError, match="nowhere"):
        read_entry(archive, "nowhere", "x")


def test_nesting_is_refused_without_a_deep_recursion():
    deep = sys.getrecursionlimit() * 10
    with pytest.raises(InputError, match="nested deeper"):
        parse_xml(b"<t>" * deep + b"</t>" * deep, "x")


def test_what_the_extra_installs_is_named_where_it_is_missing():
    with pytest.raises(InputError, match=r"needs no_such_module") as caught:
        documents_module("no_such_module", "절차.docx")
    assert "pip install 'dadeum[documents]'" in caught.value.mend
    assert documents_module("zipfile", "절차.docx") is zipfile


def cells(*rows):
    at, result = 0, []
    for row in rows:
        result.append([])
        for cell in row:
            text, *rest = cell if isinstance(cell, tuple) else (cell,)
            result[-1].append(Cell(Line(text, tuple(range(at, at + len(text)))), *rest))
            at += len(text) + 1
    return result


def texts(table):
    return [line.text for line in table.header], [[line.text for line in row] for row in table.rows]


@pytest.mark.parametrize(
    ("rows", "header", "body"),
    [
        # a row shorter than the header is padded, a header shorter than a row too
        ([["품목", "수량"], ["라벨"], ["상자", "3", "남는 칸"]], ["품목", "수량", ""], [["라벨", "", ""], ["상자", "3", "남는 칸"]]),
        # the header again, as atop each page; an empty row and column
        ([["품목", "", "수량"], ["라벨", "", "3"], ["", "", ""], ["품목", "", "수량"], ["끈", "", "5"]], ["품목", "수량"], [["라벨", "3"], ["끈", "5"]]),
        # a label across the table
        ([["품목", "수량"], [("입고 구역", 1, 2)], ["라벨", "3"]], ["품목", "수량"], [["라벨", "3"]]),
        # two rows of header, merged downwards or left empty
        ([[("품목", 2), ("출고", 1, 2)], ["수량", "금액"], ["라벨", "3", "20원"]], ["품목", "출고 수량", "출고 금액"], [["라벨", "3", "20원"]]),
        ([["품목", ("출고", 1, 2)], ["", "수량", "금액"], ["라벨", "3", "20원"]], ["품목", "출고 수량", "출고 금액"], [["라벨", "3", "20원"]]),
        # only the first column is marked as header
        ([[("구분", 1, 1, True), "가형", "나형"], [("무게", 1, 1, True), "3kg", "5kg"]], ["구분", "무게"], [["가형", "3kg"], ["나형", "5kg"]]),
        # a column that only widens a merged cell
        ([[("품목", 1, 2), "수량"], [("라벨", 1, 2), "3"]], ["품목", "수량"], [["라벨", "3"]]),
    ],
)  # fmt: skip
def test_cells_become_a_table(rows, header, body):
    table, _ = as_table(cells(*rows))
    assert texts(table) == (header, body)
    assert all(len(row) == len(table.header) for row in table.rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["한 칸"], ["두 칸"]], "of one column"),
        ([["한 칸", "두 칸"]], "of one row"),
        ([[("글이 길다. " * 80, 1, 1, False, 3), "둘"], ["셋", "넷"]], "whole passages"),
        ([[("품명", 1, 1, True), "라벨"], [("수량", 1, 1, True), "3"]], "without a header row"),
        ([[("넓다", 1, 1000)], ["라벨", "3"]] * 50, "too large"),
        ([], ""),
    ],
)
def test_what_is_no_table_is_said_in_words(rows, said):
    table, remarks = as_table(cells(*rows))
    assert table is None
    assert said in "".join(remarks)


def test_joined_lines_keep_the_place_of_each_character():
    text = "출고\n수량"
    line = join([Line("출고", (0, 1)), Line("수량", (3, 4))])
    assert (line.text, line.offsets) == ("출고 수량", (0, 1, 2, 3, 4))
    assert text[slice(*line.source())] == text
