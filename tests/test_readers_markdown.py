"""Markdown as people write it: notes of four dialects, tables of HTML, nested steps, particles beside bold words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.documents import Items, MarkKind, Note, Paragraph, Table, block_lines, every_block
from datagen.readers.markdown import parse_markdown


def blocks(text):
    return [block for section in parse_markdown(text).sections for block in every_block(section.blocks)]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("> [!IMPORTANT]\n> 냉동품을 섞지 않는다.\n", Note.IMPORTANT),
        ("> **주의** 냉동품을 섞지 않는다.\n", Note.CAUTION),
        (":::warning\n냉동품을 섞지 않는다.\n:::\n", Note.WARNING),
        ('!!! tip "요령"\n    냉동품을 섞지 않는다.\n', Note.TIP),
        ("**참고:** 냉동품을 섞지 않는다.\n", Note.NOTE),
        ("주의 깊게 냉동품을 센다.\n", None),
    ],
)
def test_a_note_is_told_by_its_dialect(text, note):
    (block,) = blocks(f"# 적치\n\n{text}")
    assert isinstance(block, Paragraph)
    assert block.note is note
    assert block.line.text == ("주의 깊게 냉동품을 센다." if note is None else "냉동품을 섞지 않는다.")


def test_a_table_of_html_keeps_its_place_and_its_offsets():
    text = "앞이다.\n\n<table>\n<tr><th>코드</th><th>뜻</th></tr>\n\n<tr><td>HOLD</td><td>보류 <b>재고</b></td></tr>\n</table>\n\n뒤이다.\n"
    before, table, after = blocks(text)
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["HOLD", "보류 재고"]
    assert [text[at] for at in table.rows[0][0].offsets] == list("HOLD")
    assert (before.line.text, after.line.text) == ("앞이다.", "뒤이다.")


def test_what_is_not_read_is_named():
    assert parse_markdown("# 적치\n\n<div>본문</div>\n").remarks
    assert not parse_markdown("# 적치\n\n<br>\n\n본문.\n").remarks


def test_a_step_keeps_what_stands_below_it():
    (steps, *_) = blocks(
        "1. 다음 칸을 채운다.\n\n   - **수량** – 센 수\n   - **사유** – 바꾼 까닭\n\n   > **주의** 비우지 않는다.\n\n2. 저장한다.\n"
    )
    assert isinstance(steps, Items)
    fields, note = steps.items[0].blocks
    assert [item.line.text for item in fields.items] == ["수량 – 센 수", "사유 – 바꾼 까닭"]
    assert note.note is Note.CAUTION
    assert steps.items[1].blocks == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**편집** 을 누른다.", "편집을 누른다."),
        ("*수량* 이 모자라면 **저장** 하지 않는다.", "수량이 모자라면 저장 하지 않는다."),
        ("**편집** 이 옵션은 끈다.", "편집 이 옵션은 끈다."),
        ("A &gt; B&nbsp;화면", "A > B 화면"),
        ("[재고](x.md)를 본다.", "재고를 본다."),
    ],
)
def test_a_particle_belongs_to_the_word_before_it(source, text):
    (block,) = blocks(source)
    assert block.line.text == text


@given(st.lists(st.sampled_from(["**수량**", "*사유*", "`LOT`", "[재고](x)", "을", "바꾼다"]), min_size=1, max_size=6))
def test_marks_lie_on_the_words_they_were_written_around(words):
    for block in blocks(" ".join(words)):
        for line in block_lines(block):
            for mark in line.marks:
                word = line.text[mark.start : mark.end]
                assert {MarkKind.BOLD: "수량", MarkKind.ITALIC: "사유", MarkKind.CODE: "LOT", MarkKind.LINK: "재고"}[
                    mark.kind
                ] == word


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[![그림](a.png)](b.md) 아래를 본다.", "아래를 본다."),
        ("![화면 [1]](a(1).png)송장을 본다.", "송장을 본다."),
        ("[재고 [정상]](재고.md)를 본다.", "재고 [정상]를 본다."),
        ('[규칙](a "제목(둘)")을 본다.', "규칙을 본다."),
        ("[열린 글을 본다.", "[열린 글을 본다."),
        ("센다.<!-- 숨은 <b>말</b> --> 적는다.", "센다. 적는다."),
    ],
)
def test_links_and_images_with_brackets_inside_end_where_they_end(source, text):
    assert [block.line.text for block in blocks(source)] == [text]


def test_a_fence_is_closed_by_as_many_colons_and_one_left_open_is_text():
    found = blocks("::::tip\n먼저 센다.\n:::\n::::\n\n적는다.\n\n:::note\n이어진다.\n")
    assert [(block.note, block.line.text) for block in found] == [
        (Note.TIP, "먼저 센다. :::"),
        (None, "적는다."),
        (None, ":::note 이어진다."),
    ]


@pytest.mark.parametrize(
    "text",
    ["[" * 60_000 + "가", "![" * 60_000 + "가", "[가](" * 60_000, ":::note\n" * 30_000 + "가", "!!! note\n    가\n" * 10_000,
     "가 " + "<!--" * 30_000, "<table>\n\n가\n\n" * 10_000, "[!include [" * 20_000 + "가", "가 " + "`" * 100_000,
     "가&#" + "9" * 9_000 + ";", ">" * 15 + " 가", "*가 **나 " * 30_000],
    ids=range(12),
)  # fmt: skip
def test_markup_that_never_ends_is_text(text):
    assert any("가" in line.text for block in blocks(text) for line in block_lines(block))
