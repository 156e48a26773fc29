"""HTML: what a reader of the page sees is in the tree, once and in order; what he does not see is not."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.korean.hangul import is_syllable
from datagen.documents import Items, MarkKind, Note, Paragraph, Table, block_lines, every_block
from datagen.readers.html import html_table, read_html

MARKUP = st.lists(
    st.sampled_from(
        ["<div>", "</div>", "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<ol>", "</ol>", "<b>", "</b>", "<table>",
         "<tr>", "<td>", "<th colspan=2>", "<td rowspan=3>", "</table>", "<h2>", "</h2>", "<blockquote>", "<br>", "<dl>",
         "<dt>", "<dd>", "</dl>", "<div class='note'>", "<pre>", "</pre>", "<a href=x>", "</a>", "&amp;", "&nbsp;", "\n",
         "<!-- 숨은 말 -->", "입고", "송장을 본다.", "수량", "A-1", "재고", "<", "</x>", "주의: 섞지 않는다."]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def read(body, where="절차.html"):
    return read_html(body.encode(), where)


def every_line(parsed):
    headings = {id(line): line for section in parsed.sections for line in section.headings}
    return [*headings.values(), *(line for s in parsed.sections for block in s.blocks for line in block_lines(block))]


def blocks(body):
    return [block for section in read(body).sections for block in section.blocks]


def is_in_place(text, line):
    return all(
        text[at] == char or (char == " " and text[at].isspace())
        for char, at in zip(line.text, line.offsets, strict=True)
    )


@given(MARKUP)
def test_every_character_stands_where_its_offset_says(body):
    parsed = read(body)
    for line in every_line(parsed):
        assert is_in_place(parsed.text, line)
        assert list(line.offsets) == sorted(set(line.offsets))
        assert all(0 <= mark.start < mark.end <= len(line.text) for mark in line.marks)


@given(MARKUP)
@example("<A-1주의: 섞지 않는다.")
def test_no_syllable_that_is_seen_is_lost(body):
    parsed = read(body)
    seen = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    assert sorted(filter(is_syllable, parsed.text)) == sorted(filter(is_syllable, seen))
    in_tree = {offset for line in every_line(parsed) for offset in line.offsets}
    lost = "".join(char for at, char in enumerate(parsed.text) if is_syllable(char) and at not in in_tree)
    tables = [block for section in parsed.sections for block in section.blocks if isinstance(block, Table)]
    assert not lost.replace("주의", "") or tables  # a table leaves out a label, a header that comes again


@given(MARKUP)
def test_a_table_s_characters_stand_in_the_source_around_it(body):
    source = f"앞의 글\n\n<table><tr><th>품목</th><th>수량</th></tr><tr><td>라벨</td><td>{body}"
    table, _ = html_table(source, source.index("<table"))
    for line in block_lines(table) if table else ():
        assert all(source[at] == char or char in " &\xa0" for char, at in zip(line.text, line.offsets, strict=True))


def test_a_page_becomes_headings_lists_tables_and_notes():
    parsed = read(
        "<html><head><title>창고 누리집</title><style>p {color: red}</style></head><body><nav><a>처음으로</a></nav>"
        "<h1>보류</h1><p>보류는 <b>막은</b> 재고이다.</p><h2>절차</h2><ol><li>연다.<ul><li>왼쪽<li>오른쪽</ul><li>닫는다.</ol>"
        "<div class='admonition warning'><p class=admonition-title>경고</p><p>섞지 않는다.</p></div>"
        "<dl><dt>로트</dt><dd>묶음의 번호</dd><dt>위치:</dt><dd>칸의 번호</dd></dl><footer>만든 이</footer></body></html>"
    )
    assert [[line.text for line in section.headings] for section in parsed.sections] == [["보류"], ["보류", "절차"]]
    (prose,) = parsed.sections[0].blocks
    assert isinstance(prose, Paragraph)
    assert [(mark.kind, prose.line.text[mark.start : mark.end]) for mark in prose.line.marks] == [
        (MarkKind.BOLD, "막은")
    ]
    steps, note, terms = parsed.sections[1].blocks
    assert isinstance(steps, Items)
    assert (steps.is_ordered, [item.line.text for item in steps.items]) == (True, ["연다.", "닫는다."])
    assert isinstance(steps.items[0].blocks[0], Items)
    assert isinstance(note, Paragraph)
    assert (note.note, note.line.text) == (Note.WARNING, "섞지 않는다.")
    assert isinstance(terms, Items)
    assert [item.line.text for item in terms.items] == ["로트: 묶음의 번호", "위치: 칸의 번호"]
    assert not {"처음으로", "만든 이", "창고 누리집"} & {line.text for line in every_line(parsed)}


def test_merged_cells_are_spread_and_a_two_row_header_is_joined():
    (table,) = blocks(
        "<table><thead><tr><td rowspan=2>품목<td colspan=2>출고<tr><td>수량<td>금액</thead>"
        "<tr><td rowspan=2>라벨<td>1<td>20원<tr><td>2<td>40원</table>"
    )
    assert isinstance(table, Table)
    assert [line.text for line in table.header] == ["품목", "출고 수량", "출고 금액"]
    assert [[line.text for line in row] for row in table.rows] == [["라벨", "1", "20원"], ["라벨", "2", "40원"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<table><tr><td><p>안내문이다.</p><p>둘째 글이다.</p></td></tr></table>", "page layout"),
        ("<table><tr><td>왼쪽 글</td><td>오른쪽 글</td></tr></table>", "page layout"),
        ("<table><tr><th>품명</th><td>라벨</td></tr><tr><th>수량</th><td>3</td></tr></table>", "without a header row"),
    ],
)
def test_a_table_that_is_no_table_of_data_is_read_as_text_and_named(body, said):
    parsed = read(body)
    assert said in parsed.remarks[0]
    assert all(isinstance(block, Paragraph) for section in parsed.sections for block in section.blocks)
    assert re.sub(r"<[^>]*>", "", body) == "".join(line.text for line in every_line(parsed))


@pytest.mark.parametrize(
    ("body", "note", "text"),
    [
        ("<p><b>주의:</b> 섞지 않는다.</p>", Note.CAUTION, "섞지 않는다."),
        ("<p><strong>참고</strong> 셋까지 쌓는다.</p>", Note.NOTE, "셋까지 쌓는다."),
        ("<blockquote><p>팁</p><p>먼저 센다.</p></blockquote>", Note.TIP, "먼저 센다."),
        ("<aside>먼저 센다.</aside>", Note.NOTE, "먼저 센다."),
        ("<p class=important>먼저 센다.</p>", Note.IMPORTANT, "먼저 센다."),
        ("<div class='alert alert-danger'>불이 난다.</div>", Note.WARNING, "불이 난다."),
        ("<p>주의 깊게 센다.</p>", None, "주의 깊게 센다."),
        ("<p><b>알림 수신자</b>는 담당자이다.</p>", None, "알림 수신자는 담당자이다."),
        ("<div class='product-info'>상자이다.</div>", None, "상자이다."),
    ],
)
def test_a_note_is_told_by_its_label_or_its_class(body, note, text):
    (found,) = blocks(body)
    assert (found.note, found.line.text) == (note, text)


def test_a_heading_in_a_layout_table_opens_a_section():
    parsed = read("<table><tr><td><h1>배치</h1><p>글이다.</p></td></tr></table>")
    assert parsed.sections[0].headings[0].text == "배치"


def test_the_title_names_a_page_without_a_first_heading():
    assert read("<title>입고 &amp; 출고</title><p>글이다.</p>").sections[0].headings[0].text == "입고 & 출고"


@pytest.mark.parametrize(
    "hidden",
    ["<p hidden>숨은 말</p>", "<div style='display:none'><div>숨은</div> 말</div>", "<script>var a = '<p>숨은 말'</script>",
     "<template><p>숨은 말</p></template>", "<span aria-hidden=true>숨은 말</span>", "<!-- 숨은 말 -->",
     "<ul><li hidden>숨은 말<li>보인다</ul>", "<pre><code># 숨은 말</code></pre>", "<select><option>숨은 말</select>"],
)  # fmt: skip
def test_what_is_not_seen_is_not_read(hidden):
    parsed = read(f"<p>앞</p>{hidden}<p>뒤</p>")
    texts = [line.text for line in every_line(parsed)]
    assert "숨은" not in parsed.text
    assert (texts[0], texts[-1]) == ("앞", "뒤")


def test_divisions_and_breaks_give_paragraphs_as_they_are_seen():
    found = blocks("<div>첫 글이다.<div>둘째 글이다.<br>셋째 글이<br>이어진다.<br>- 넷째</div></div>다섯째")
    assert [block.line.text for block in found] == [
        "첫 글이다.",
        "둘째 글이다.",
        "셋째 글이 이어진다.",
        "- 넷째",
        "다섯째",
    ]


def test_xhtml_closes_its_empty_elements_and_keeps_cdata():
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><script src="x"/><div/><p>앞<br/>뒤</p><p><![CDATA[5 < 6]]></p></body></html>'
    assert [line.text for line in every_line(read(page, "절차.xhtml"))] == ["앞 뒤", "5 < 6"]


@pytest.mark.parametrize(
    "body",
    ["<div>" * 100_000 + "글", "<a " * 300_000, "<!--" * 200_000, '<a x=">" ' * 50_000, "<ul><li>가" * 20_000,
     "<table><tr><td>가" * 10_000, "<b>가</b>나" * 20_000, "가" * 1_000_000, "&#" + "9" * 9_000 + ";",
     "<table>" + "<tr><td colspan=1000 rowspan=60000>가" * 300 + "</table>", "".join(f"<x{n}>가" for n in range(20_000))],
    ids=range(11),
)  # fmt: skip
def test_broken_and_hostile_pages_are_read_all_the_same(body):
    parsed = read(body)
    assert sum(map(is_syllable, parsed.text)) == sum(map(is_syllable, body))


@pytest.mark.parametrize(
    "body",
    ["<table><tr><td>가<td>나<tr><td>다<td>" * 3_000,
     ("<table><tr><td>가<td>나<tr><td>다<td>" * 44 + "</table>" * 44) * 30,
     ("<table><tr><td rowspan=30 colspan=30>가<td>나<tr><td>다<td>" * 15 + "</table>" * 15) * 60,
     "<table><tr><td colspan=1000 rowspan=60000>가<td>나<tr><td>다</table>" * 1_000,
     "".join(f"<table><tr><td colspan=330>{n}가<td>나<tr><td>{n}다<td>라</table>" for n in range(1_000)),
     "<table>" + "".join(f"<tr><td colspan=25>{n}가<td colspan=25>{n}나" for n in range(3_000)) + "</table>",
     "<ul><li>가<table><tr><td>나<td>다<tr><td>라<td>" * 2_000],
    ids=range(7),
)  # fmt: skip
def test_spans_and_tables_in_tables_cost_no_more_than_they_hold(body):
    parsed = read(body)
    found = [block for section in parsed.sections for block in every_block(section.blocks)]
    tables = [block for block in found if isinstance(block, Table)]
    places = sum(len(table.header) * (len(table.rows) + 1) for table in tables)
    assert places <= 300 * len(tables) + 50 * body.count("<td")
    lines = {id(line): len(line.text) for line in every_line(parsed)}
    assert sum(lines.values()) <= 2 * len(parsed.text)


@pytest.mark.parametrize(
    "page", ["<title>창고</title><p>글이다.</p>", "<head><title>창고</title></head><p>글이다.</p>"]
)
def test_a_title_is_no_text_of_the_page(page):
    assert [line.text for line in every_line(read(page))] == ["창고", "글이다."]
    assert [line.text for line in every_line(read(page + "<h1>입고</h1><p>센다.</p>"))] == ["입고", "글이다.", "센다."]
