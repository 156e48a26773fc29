"""HWPX: files that a real writer made give headings, lists, tables and notes; encrypted ones are named."""

import io
import zipfile

import pytest

from curation.errors import InputError
from datagen.documents import Items, Paragraph, Table, block_lines
from datagen.readers.hwpx import read_hwpx

hwpx = pytest.importorskip("hwpx", reason="python-hwpx ([test]) writes the fixtures")


def written(build):
    document = hwpx.HwpxDocument.new()
    build(document)
    return document.to_bytes()


def plain(document, text):
    return document.add_paragraph(text, style="바탕글", inherit_style=False)


def read(build):
    return read_hwpx(written(build), "절차.hwpx")


def every_line(parsed):
    for section in parsed.sections:
        yield from section.headings
        for block in section.blocks:
            yield from block_lines(block)


def changed(data, change):
    """The same archive with `change(name, bytes)` applied to each entry; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


def procedure(document):
    document.add_heading("입고 절차", 1)
    plain(document, "입고는 물건을 들이는 일이다.")
    document.add_heading("준비", 2)
    count = len(document.paragraphs)
    for text in ("송장을 연다.", "수량을 센다."):
        plain(document, text)
    document.styles.apply_list_format(paragraph_indexes=[count, count + 1], kind="number")
    table = document.add_table(3, 3)
    for row, texts in enumerate((["품목", "출고", ""], ["", "수량", "금액"], ["라벨", "3", "20원"])):
        for column, text in enumerate(texts):
            table.set_cell_text(row, column, text)
    document.tables.merge_cells(table, "B1:C1")
    document.tables.merge_cells(table, "A1:A2")
    noted = plain(document, "보류 재고는 출고하지 않는다.")
    document.notes.add_footnote("파손품을 말한다.", noted)


def test_headings_lists_tables_and_footnotes_are_read():
    parsed = read(procedure)
    assert [[line.text for line in s.headings] for s in parsed.sections] == [["입고 절차"], ["입고 절차", "준비"]]
    steps, table, prose, footnote = parsed.sections[1].blocks
    assert isinstance(steps, Items)
    assert (steps.is_ordered, [item.line.text for item in steps.items]) == (True, ["송장을 연다.", "수량을 센다."])
    assert isinstance(table, Table)
    assert [line.text for line in table.header] == ["품목", "출고 수량", "출고 금액"]
    assert [[line.text for line in row] for row in table.rows] == [["라벨", "3", "20원"]]
    assert [block.line.text for block in (prose, footnote)] == ["보류 재고는 출고하지 않는다.", "파손품을 말한다."]


def test_every_character_stands_where_its_offset_says():
    parsed = read(procedure)
    for line in every_line(parsed):
        assert all(
            parsed.text[at] == char or (char == " " and parsed.text[at].isspace())
            for char, at in zip(line.text, line.offsets, strict=True)
        )


def test_typed_marks_are_a_list_and_a_box_is_read_as_text():
    def build(document):
        box = document.add_table(1, 1)
        box.set_cell_text(0, 0, "실사 안내")
        for text in ("1. 칸을 잠근다.", "2. 상자를 센다.", "  - 두 번 센다."):
            plain(document, text)

    parsed = read(build)
    box, steps = (block for section in parsed.sections for block in section.blocks)
    assert isinstance(box, Paragraph)
    assert box.line.text == "실사 안내"
    assert "page" in parsed.remarks[0]
    assert isinstance(steps, Items)
    assert [item.line.text for item in steps.items] == ["칸을 잠근다.", "상자를 센다."]
    assert isinstance(steps.items[1].blocks[0], Items)


def test_running_heads_and_comments_are_no_text_of_the_document():
    def build(document):
        plain(document, "본문이다.")
        document.page.set_header(text="머리말")
        document.notes.add_memo("메모")

    assert read(build).text.strip() == "본문이다."


def test_a_table_in_a_table_leaves_the_inner_one():
    def build(document):
        outer = document.add_table(2, 1)
        outer.set_cell_text(0, 0, "바깥 글이다.")
        inner = outer.cell(1, 0).add_table(2, 2)
        for row, texts in enumerate((["품목", "수량"], ["라벨", "3"])):
            for column, text in enumerate(texts):
                inner.set_cell_text(row, column, text)

    parsed = read(build)
    found = [block for section in parsed.sections for block in section.blocks]
    assert [type(block) for block in found] == [Paragraph, Table]
    assert "table" in parsed.remarks[0]


@pytest.mark.parametrize("part", ["Contents/header.xml", "Contents/section0.xml"])
def test_an_encrypted_document_is_named_as_one(part):
    # As Hangul writes it for a password and for 배포용: OpenDocument 1.2 part 3, 3.4; the parts are noise then.
    manifest = (
        '<?xml version="1.0"?><odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<odf:file-entry full-path="{part}" media-type="application/xml"><odf:encryption-data/></odf:file-entry>'
        "</odf:manifest>"
    )
    data = changed(
        written(procedure),
        lambda name, content: (
            manifest if name == "META-INF/manifest.xml" else bytes(range(256)) if name == part else content
        ),
    )
    with pytest.raises(InputError, match=r"encrypted: password-protected, or a document for distribution \(배포용\)"):
        read_hwpx(data, "절차.hwpx")


def test_a_document_without_its_header_is_still_read():
    data = changed(written(procedure), lambda name, content: None if name == "Contents/header.xml" else content)
    assert "송장을 연다." in read_hwpx(data, "절차.hwpx").text


def test_a_zip_that_is_no_hwpx_is_named():
    data = changed(written(procedure), lambda name, content: None if "section" in name else content)
    with pytest.raises(InputError, match="is no HWPX document"):
        read_hwpx(data, "절차.hwpx")
