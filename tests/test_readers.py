"""Readers: the tree is right, and every character knows where it stands in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.korean.hangul import normalise
from datagen.documents import Document, Items, Note, Paragraph, Table, every_block, lines
from datagen.readers.files import Unreadable, find_documents, read_document, read_documents
from datagen.readers.markdown import read_markdown
from datagen.readers.text import read_text

MARKDOWN = st.lists(
    st.sampled_from(
        ["# 순환 실사", "## **입고** 절차", "1. 송장을 `스캔`합니다.", "2. 수량을 셉니다.", "- **로트**: 묶음의 번호", "",
         "| 상태 | 뜻 |", "|---|---|", "| 보류 | *막은* 재고 |", "보류는 [재고](x.md) 상태이다.", "> **주의** 섞지 않는다.",
         "  이어지는 줄", "```", "x = 1", "---", "<b>굵게</b>", "   - 안쪽 항목", "\\*별표\\*", "ㅋㅋ 😀"]
    ),
    max_size=14,
).map("\n".join)  # fmt: skip


@given(MARKDOWN)
def test_every_markdown_character_stands_where_its_offset_says(source):
    text = normalise(source)
    for line in (line for section in read_markdown(text) for line in _lines(section)):
        assert len(line.text) == len(line.offsets)
        assert list(line.offsets) == sorted(set(line.offsets))
        assert all(text[offset] == char or (char == " " and text[offset] == "\n") for char, offset in _pairs(line))


@given(MARKDOWN)
def test_every_plain_text_character_stands_where_its_offset_says(source):
    text = normalise(source)
    for line in (line for section in read_text(text) for line in _lines(section)):
        assert all(text[offset] == char or (char == " " and text[offset] == "\n") for char, offset in _pairs(line))


def _lines(section):
    from datagen.documents import block_lines

    yield from section.headings
    for block in section.blocks:
        yield from block_lines(block)


def _pairs(line):
    return zip(line.text, line.offsets, strict=True)


def test_markdown_becomes_headings_lists_tables_and_notes():
    sections = read_markdown(
        "---\ntitle: x\n---\n# 보류\n\n보류는 **상태**이다.\n\n## 절차\n\n1. 연다.\n2. 센다.\n\n> **주의** 섞지 않는다.\n\n"
        "| 코드 | 뜻 |\n|---|---|\n| HOLD | 보류 |\n"
    )
    assert [[heading.text for heading in section.headings] for section in sections] == [["보류"], ["보류", "절차"]]
    steps, note, table = sections[1].blocks
    assert isinstance(steps, Items)
    assert (steps.is_ordered, [item.line.text for item in steps.items]) == (True, ["연다.", "센다."])
    assert isinstance(note, Paragraph)
    assert (note.note, note.line.text) == (Note.CAUTION, "섞지 않는다.")
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["HOLD", "보류"]


def test_a_list_in_a_list_is_told_apart():
    blocks = read_markdown("1. 연다.\n   - 왼쪽\n   - 오른쪽\n2. 닫는다.\n")[0].blocks
    assert [(block.is_ordered, block.is_nested) for block in every_block(blocks) if isinstance(block, Items)] == [
        (True, True),
        (False, False),
    ]


def test_plain_text_becomes_headings_steps_and_prose():
    sections = read_text("입고 절차\n\n1. 송장을 본다.\n2. 수량을 센다.\n\n수량이 다르면 다시 센다.\n")
    assert [heading.text for heading in sections[0].headings] == ["입고 절차"]
    assert isinstance(sections[0].blocks[0], Items)
    assert isinstance(sections[0].blocks[1], Paragraph)


def test_decomposed_names_and_text_are_read_composed(tmp_path):
    (tmp_path / "입고.md").write_text("# 입고", encoding="utf-8")
    name, path = find_documents([tmp_path])[0]
    assert name == "입고.md"
    assert read_document(name, path).title == "입고"


def test_one_unreadable_document_costs_no_other(tmp_path):
    (tmp_path / "a.md").write_bytes("# 입고\n\n입고는 업무이다.\n".encode("cp949"))
    (tmp_path / "b.md").write_text("# 출고\n\n출고한다.\n", encoding="utf-8")
    bad, good = read_documents(find_documents([tmp_path]))
    assert isinstance(bad, Unreadable)
    assert (bad.name, "CP949" in str(bad.error)) == ("a.md", True)
    assert isinstance(good, Document)
    assert good.title == "출고"


@pytest.mark.parametrize("content", [[], ["그림.png"]])
def test_a_folder_without_documents_is_an_error_that_says_how_to_mend_it(tmp_path, content):
    for name in content:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=r"no document found") as caught:
        find_documents([tmp_path])
    assert caught.value.mend
    assert caught.value.mend_ko


def test_all_text_of_the_handbook_can_be_traced(request):
    handbook = request.config.rootpath / "corpora" / "wms"
    for name, path in find_documents([handbook]):
        document = read_document(name, path)
        for line in lines(document):
            assert line.text == "".join(document.text[offset] for offset in line.offsets).replace("\n", " ")
