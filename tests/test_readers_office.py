"""Word, Excel and PowerPoint: the tree is right, no Hangul is lost or read twice, nothing but an InputError comes out."""

import io
import random
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import InputError
from datagen.documents import Items, MarkKind, Note, Paragraph, Parsed, Table, block_lines, every_block
from datagen.readers.docx import read_docx
from datagen.readers.markdown import parse_markdown
from datagen.readers.number_format import shown
from datagen.readers.pptx import read_pptx
from datagen.readers.xlsx import read_xlsx

docx = pytest.importorskip("docx")
openpyxl = pytest.importorskip("openpyxl")
pptx = pytest.importorskip("pptx")

FIXTURES = Path(__file__).parent / "fixtures" / "office"
READ = {".docx": read_docx, ".xlsx": read_xlsx, ".pptx": read_pptx}
GOOD = ("manual.docx", "ledger.xlsx", "slides.pptx")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TWO_ROW_HEADER = [["품목", "출고", ""], ["", "수량", "금액"], ["볼트", "10", "100"], ["너트", "20", "300"]]


def saved(whole):
    file = io.BytesIO()
    whole.save(file)
    return file.getvalue()


def read_fixture(name):
    return READ[Path(name).suffix]((FIXTURES / name).read_bytes(), name)


def text_of(block):
    """A block without offsets: what two readers of the same content must agree on."""
    match block:
        case Paragraph():
            return (block.note, block.line.text)
        case Items():
            items = [(item.line.text, [text_of(inner) for inner in item.blocks]) for item in block.items]
            return ("ordered" if block.is_ordered else "bullets", items)
        case Table():
            return [[cell.text for cell in row] for row in (block.header, *block.rows)]


def shape(sections):
    return [([line.text for line in section.headings], [text_of(b) for b in section.blocks]) for section in sections]


def every_line(parsed):
    for section in parsed.sections:
        yield from section.headings
        for block in section.blocks:
            yield from block_lines(block)


def assert_offsets_hold(parsed):
    for line in every_line(parsed):
        assert len(line.text) == len(line.offsets)
        # The join of two header lines is a space where the text holds a tab or the end of a line.
        assert all(c == parsed.text[at] or (c == " " and parsed.text[at].isspace())
                   for c, at in zip(line.text, line.offsets, strict=True))  # fmt: skip
        assert all(0 <= mark.start < mark.end <= len(line.text) for mark in line.marks)


def hangul(text):
    return Counter(re.findall(r"[가-힣]", text))


def with_part(data, name, change):
    """The archive with one part's text changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content.decode()).encode() if entry == name else content)
    return file.getvalue()


def with_body(xml):
    """A Word file of python-docx with this XML as its body."""
    return with_part(
        saved(docx.Document()), "word/document.xml",
        lambda text: re.sub(r"<w:body>.*</w:body>", lambda _: f"<w:body>{xml}</w:body>", text, flags=re.DOTALL),
    )  # fmt: skip


def paragraphs(data):
    return [line.text for line in every_line(read_docx(data, "문서.docx"))]


# What all three share


@pytest.mark.parametrize("name", GOOD)
def test_each_character_stands_where_its_offset_says(name):
    parsed = read_fixture(name)
    assert parsed.sections
    assert_offsets_hold(parsed)


@pytest.mark.parametrize("name", GOOD)
def test_all_hangul_of_the_source_is_in_the_text_once(name):
    parts = r"word/document\.xml|xl/sharedStrings\.xml|ppt/slides/slide\d+\.xml"
    with zipfile.ZipFile(FIXTURES / name) as archive:
        source = "".join(archive.read(entry).decode() for entry in archive.namelist() if re.fullmatch(parts, entry))
    texts = re.findall(r"<(?:w:|a:)?t(?: [^>]*)?>([^<]*)</", source)
    assert hangul(read_fixture(name).text) == hangul("".join(texts))


def test_libreoffice_writes_the_manual_that_its_markdown_says():
    markdown = parse_markdown(
        "# 반품 입고\n\n반품 입고는 고객이 돌려보낸 물건을 다시 창고에 들이는 일이다.\n\n"
        "## 반품을 접수하는 방법\n\n1. 반품 접수 화면을 연다.\n2. 송장 번호를 입력한다.\n"
        "   - 번호가 없으면 주문 번호로 찾는다.\n   - 둘 다 없으면 관리자에게 묻는다.\n3. 상자 수를 센다.\n\n"
        "> **주의:** 뜯긴 상자는 따로 둔다.\n\n"
        "## 반품 등급\n\n| 등급 | 처리 둘 곳 | 처리 기한 |\n|---|---|---|\n| 정상 | A구역 | 당일 |\n"
        "| 재포장 | C구역 | 3일 |\n| 폐기 | C구역 | 7일 |\n\n"
        "## 용어\n\n- **반품 사유**: 고객이 돌려보낸 까닭\n- **회수 송장**: 택배사가 물건을 거두며 남긴 번호\n"
    ).sections
    assert shape(read_fixture("manual.docx").sections) == shape(markdown)


def test_libreoffice_sheets_and_slides_are_read():
    ledger, slides = read_fixture("ledger.xlsx"), read_fixture("slides.pptx")
    assert shape(ledger.sections) == [
        (["월별 반품 대장"], [
            [["품목", "반품 수량", "반품 금액", "비율"], ["장갑", "1,200", "3,500.50", "25%"], ["테이프", "15", "90.00", "50%"]],
            (Note.NOTE, "재포장한 물건은 뺀다."),
        ]),
    ]  # fmt: skip
    assert [heading[-1] for heading, _ in shape(slides.sections)] == ["반품 교육", "반품 접수", "반품 등급"]
    steps = ("송장 번호를 확인한다", [("bullets", [("번호가 없으면 주문 번호로 찾는다", [])])])
    assert shape(slides.sections)[1][1] == [("bullets", [steps, ("상자 수를 센다", [])])]
    assert shape(slides.sections)[2][1] == [
        [["등급", "둘 곳", "기한"], ["정상", "A구역", "당일"], ["재포장", "C구역", "3일"]]
    ]


WRONG = [
    ("password.docx", ".docx", "password"),
    ("old.doc", ".docx", "old binary format"),
    ("ledger.xlsx", ".docx", "is .xlsx, not .docx"),
    ("manual.docx", ".xlsx", "is .docx, not .xlsx"),
    ("manual.docx", ".pptx", "is .docx, not .pptx"),
]


@pytest.mark.parametrize(("name", "suffix", "said"), WRONG)
def test_what_is_wrong_with_a_file_is_named(name, suffix, said):
    with pytest.raises(InputError, match=said) as caught:
        READ[suffix]((FIXTURES / name).read_bytes(), name)
    assert caught.value.mend and caught.value.mend_ko


@pytest.mark.parametrize("name", GOOD)
def test_an_entity_bomb_is_refused(name):
    bomb = '<!DOCTYPE a [<!ENTITY b "가가가가"><!ENTITY c "&b;&b;&b;&b;">]>'
    part = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}[
        Path(name).suffix
    ]
    data = with_part((FIXTURES / name).read_bytes(), part, lambda text: text.replace("?>", "?>" + bomb, 1))
    with pytest.raises(InputError, match="DTD"):
        READ[Path(name).suffix](data, name)


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_named(name, seed):
    draw = random.Random(seed)
    data = bytearray((FIXTURES / name).read_bytes())
    for _ in range(draw.randint(0, 3)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    broken = bytes(data[: draw.randint(0, len(data))] if draw.random() < 0.3 else data)
    read_or_named(broken, name)


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32))
def test_a_part_with_changed_xml_is_read_or_named(name, seed):
    draw = random.Random(seed)
    data = (FIXTURES / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = draw.choice(sorted(n for n in archive.namelist() if n.endswith((".xml", ".rels"))))
    read_or_named(with_part(data, part, lambda text: changed(draw, text)), name)


def changed(draw, xml):
    """Well-formed XML with an element taken out, doubled or renamed, or an attribute lost or changed."""
    pieces = re.findall(r"<[^>]*>|[^<]+", xml)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(pieces))
        piece = pieces[at]
        if piece.startswith("<") and piece.endswith("/>"):
            pieces[at] = draw.choice(["", piece * 2, re.sub(r' [\w:]+="[^"]*"', "", piece, count=1)])
        elif piece.startswith("<") and not piece.startswith(("</", "<?")):
            attributes = re.findall(r'(?<==")[^"]*(?=")', piece)
            if attributes:
                pieces[at] = piece.replace(draw.choice(attributes), draw.choice(["", "-1", "x", "99999999999"]), 1)
        elif not piece.startswith("<"):
            pieces[at] = draw.choice(["", "-1", "1e999", "nan", "가" * 50])
    return "".join(pieces)


def read_or_named(data, name):
    try:
        parsed = READ[Path(name).suffix](data, name)
    except InputError as error:
        assert error.mend_ko
    else:
        assert isinstance(parsed, Parsed)
        assert_offsets_hold(parsed)


@pytest.mark.parametrize("name", GOOD)
def test_a_link_to_a_part_that_is_not_there_is_overlooked(name):
    data = (FIXTURES / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rels = next(n for n in archive.namelist() if re.search(r"/_rels/(document|workbook|slide1)\.xml\.rels$", n))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    loose = f'<Relationship Id="rIdNull" Type="{kind}" Target="NULL"/></Relationships>'
    broken = with_part(data, rels, lambda text: text.replace("</Relationships>", loose))
    assert READ[Path(name).suffix](broken, name) == read_fixture(name)


# Word


def test_styles_make_headings_lists_notes_and_tables():
    whole = docx.Document()
    whole.add_heading("순환 실사", 0)
    whole.add_heading("실사 절차", 1)
    for text in ("화면을 연다.", "바코드를 스캔한다."):
        whole.add_paragraph(text, style="List Number")
    whole.add_heading("단추", 2)
    whole.add_paragraph("저장", style="List Bullet")
    whole.add_paragraph("임시 저장", style="List Bullet 2")
    whole.add_heading("수량표", 1)
    fill(whole.add_table(4, 3))
    parsed = read_docx(saved(whole), "실사.docx")
    assert shape(parsed.sections) == [
        (["순환 실사", "실사 절차"], [("ordered", [("화면을 연다.", []), ("바코드를 스캔한다.", [])])]),
        (["순환 실사", "실사 절차", "단추"], [("bullets", [("저장", [("bullets", [("임시 저장", [])])])])]),
        (["순환 실사", "수량표"], [[["품목", "출고 수량", "출고 금액"], ["볼트", "10", "100"], ["너트", "20", "300"]]]),
    ]
    assert_offsets_hold(parsed)


def fill(table):
    """The two-row header with its cells merged, in Word or PowerPoint."""
    for at, row in enumerate(TWO_ROW_HEADER):
        for column, text in enumerate(row):
            if text:
                table.cell(at, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))


def test_localised_style_names_and_outline_levels_are_headings():
    whole = docx.Document()
    for name in ("제목 1", "개요 2", "업무 절"):
        whole.styles.add_style(name, docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    section = docx.oxml.parse_xml(f'<w:pPr xmlns:w="{W}"><w:outlineLvl w:val="2"/></w:pPr>')
    whole.styles["업무 절"].element.append(section)
    for text, style in (("입고", "제목 1"), ("검수", "개요 2"), ("수량 검수", "업무 절"), ("수량을 센다.", None),
                        ("상자를 열어 하나씩 센 다음 적는다.", "개요 2")):  # fmt: skip
        whole.add_paragraph(text, style=style)
    assert shape(read_docx(saved(whole), "입고.docx").sections) == [
        (["입고", "검수", "수량 검수"], [(None, "수량을 센다."), (None, "상자를 열어 하나씩 센 다음 적는다.")])
    ]


def test_short_bold_lines_are_headings_only_where_no_style_is():
    plain, styled = docx.Document(), docx.Document()
    styled.add_heading("창고", 1)
    for whole in (plain, styled):
        whole.add_paragraph().add_run("입고 기준").bold = True
        whole.add_paragraph("상자를 세고 적는다.")
    assert shape(read_docx(saved(plain), "a.docx").sections) == [(["입고 기준"], [(None, "상자를 세고 적는다.")])]
    assert shape(read_docx(saved(styled), "a.docx").sections)[0][1][0] == (None, "입고 기준")


def test_tracked_changes_links_controls_and_hidden_text_read_as_word_shows_them():
    data = with_body(
        "<w:p><w:r><w:t>상자를 </w:t></w:r><w:ins w:id='1'><w:r><w:t>두 번 </w:t></w:r></w:ins>"
        "<w:del w:id='2'><w:r><w:delText>세 번 </w:delText></w:r></w:del><w:smartTag><w:r><w:t>센다. </w:t></w:r></w:smartTag>"
        "<w:hyperlink><w:r><w:t>규칙</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>참조</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>숨긴 말</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>칸 안의 글</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    parsed = read_docx(data, "문서.docx")
    first, second = parsed.sections[0].blocks
    assert (first.line.text, second.line.text) == ("상자를 두 번 센다. 규칙 참조", "칸 안의 글")
    assert [(first.line.text[mark.start : mark.end], mark.kind) for mark in first.line.marks] == [
        ("규칙", MarkKind.LINK)
    ]
    assert parsed.remarks == ("hidden text was left out · 숨긴 글은 읽지 않았습니다",)


def test_a_text_box_is_read_once_after_its_paragraph():
    box = "<w:txbxContent><w:p><w:r><w:t>상자 안</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = f"<mc:AlternateContent xmlns:mc='{mc}'><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
    both += f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    assert paragraphs(with_body(f"<w:p><w:r><w:t>앞</w:t></w:r><w:r>{both}</w:r></w:p>")) == ["앞", "상자 안"]


def test_a_numbered_list_goes_on_over_what_stands_between():
    whole = docx.Document()
    whole.add_paragraph("연다.", style="List Number")
    whole.add_paragraph("주의: 손을 넣지 않는다.")
    whole.add_paragraph("닫는다.", style="List Number")
    assert shape(read_docx(saved(whole), "a.docx").sections)[0][1] == [
        ("ordered", [("연다.", [(Note.CAUTION, "손을 넣지 않는다.")]), ("닫는다.", [])])
    ]


def test_typed_marks_make_lists_where_they_count_up():
    whole = docx.Document()
    for text in (
        "□ 입고 기준",
        "○ 수량을 센다",
        "- 상자 단위",
        "○ 날짜를 적는다",
        "끝.",
        "1. 연다",
        "2. 닫는다",
        "1. 켠다",
        "2. 끈다",
        "그리고",
        "3. 홀로",
    ):
        whole.add_paragraph(text)
    assert shape(read_docx(saved(whole), "a.docx").sections)[0][1] == [
        ("bullets", [("입고 기준", [("bullets", [("수량을 센다", [("bullets", [("상자 단위", [])])]), ("날짜를 적는다", [])])])]),
        (None, "끝."),
        ("ordered", [("연다", []), ("닫는다", [])]),
        ("ordered", [("켠다", []), ("끈다", [])]),
        (None, "그리고"),
        (None, "3. 홀로"),
    ]  # fmt: skip


def test_a_layout_table_is_read_as_what_stands_in_it():
    whole = docx.Document()
    outer = whole.add_table(2, 2)
    outer.cell(0, 0).text = "왼쪽 안내"
    fill(outer.cell(1, 1).add_table(4, 3))
    blocks = [block for section in read_docx(saved(whole), "a.docx").sections for block in section.blocks]
    assert [type(block) for block in blocks] == [Paragraph, Table]


def test_footnotes_follow_and_contents_are_left_out():
    whole = docx.Document()
    whole.add_paragraph("입고 ........ 1", style=whole.styles.add_style("toc 1", 1))
    whole.add_heading("입고", 1)
    whole.add_paragraph("수량을 센다.")
    parsed = read_docx(saved(whole), "a.docx")
    assert parsed.text.strip() == "# 입고\n수량을 센다."
    assert parsed.remarks == ("the table of contents was left out · 차례는 읽지 않았습니다",)


def test_a_footnote_is_a_note_after_its_paragraph():
    parts = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    whole = saved(docx.Document())
    body = "<w:p><w:r><w:t>보류 재고는 출고하지 않는다.</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    notes = "".join(f"<w:footnote w:id='{at}'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>"
                    for at, text in ((0, ""), (2, "파손품을 말한다.")))  # fmt: skip
    made = {
        "word/document.xml": lambda text: re.sub(r"<w:body>.*</w:body>", f"<w:body>{body}</w:body>", text, flags=re.DOTALL),
        "word/_rels/document.xml.rels": lambda text: text.replace(
            "</Relationships>", f'<Relationship Id="rIdN" Type="{parts}/footnotes" Target="footnotes.xml"/></Relationships>'
        ),
        "[Content_Types].xml": lambda text: text.replace(
            "</Types>", '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument'
            '.wordprocessingml.footnotes+xml"/></Types>'
        ),
    }  # fmt: skip
    for name, change in made.items():
        whole = with_part(whole, name, change)
    file = io.BytesIO(whole)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/footnotes.xml", f"<?xml version='1.0'?><w:footnotes xmlns:w='{W}'>{notes}</w:footnotes>")
    parsed = read_docx(file.getvalue(), "a.docx")
    assert shape(parsed.sections)[0][1] == [(None, "보류 재고는 출고하지 않는다."), (Note.NOTE, "파손품을 말한다.")]
    assert_offsets_hold(parsed)


def test_a_document_of_images_alone_is_named():
    drawing = "<w:p><w:r><w:drawing><a:blip xmlns:a='urn:a'/></w:drawing></w:r></w:p>"
    assert read_docx(with_body(drawing * 3), "a.docx").remarks == (
        "3 images and no text: a scanned document? · 그림 3개뿐이고 글이 없습니다. 스캔한 문서인지 확인하세요",
    )


# PowerPoint


def test_slides_are_sections_and_shapes_read_from_the_top():
    whole = pptx.Presentation()
    layouts = whole.slide_layouts
    opening = whole.slides.add_slide(layouts[0])
    opening.shapes.title.text, opening.placeholders[1].text = "창고 안내", "현장 작업자용"
    steps = whole.slides.add_slide(layouts[1])
    steps.shapes.title.text = "입고 절차"
    frame = steps.placeholders[1].text_frame
    frame.text = "송장을 확인한다"
    inner = frame.add_paragraph()
    inner.text, inner.level = "번호를 적는다", 1
    more = whole.slides.add_slide(layouts[5])
    more.shapes.title.text = "입고 절차 (계속)"
    fill(more.shapes.add_table(4, 3, 10**6, 2 * 10**6, 10**6, 10**6).table)
    more.notes_slide.notes_text_frame.text = "말로 할 것"
    free = whole.slides.add_slide(layouts[6])
    group = free.shapes.add_group_shape()
    for shapes, left, top, text in (
        (free.shapes, 5, 3, "오른쪽"),
        (group.shapes, 1, 5, "아래 글이다."),
        (free.shapes, 1, 3, "왼쪽"),
    ):
        shapes.add_textbox(left * 10**6, top * 10**6, 10**6, 10**5).text_frame.text = text
    parsed = read_pptx(saved(whole), "안내.pptx")
    assert shape(parsed.sections) == [
        (["창고 안내"], [(None, "현장 작업자용")]),
        (["창고 안내", "입고 절차"], [
            ("bullets", [("송장을 확인한다", [("bullets", [("번호를 적는다", [])])])]),
            [["품목", "출고 수량", "출고 금액"], ["볼트", "10", "100"], ["너트", "20", "300"]],
        ]),
        (["창고 안내"], [(None, "왼쪽"), (None, "오른쪽"), (None, "아래 글이다.")]),
    ]  # fmt: skip
    assert parsed.remarks == ("speaker notes were left out: slide 3 · 발표자 노트는 읽지 않았습니다: 슬라이드 3",)
    assert_offsets_hold(parsed)


def test_hidden_slides_and_charts_are_named():
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    whole = pptx.Presentation()
    for title in ("보이는 장", "숨긴 장"):
        whole.slides.add_slide(whole.slide_layouts[5]).shapes.title.text = title
    figures = CategoryChartData()
    figures.categories = ["입고"]
    figures.add_series("수량", (3,))
    whole.slides[0].shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 10**6, 10**6, 10**6, figures)
    whole.slides[1].element.set("show", "0")
    parsed = read_pptx(saved(whole), "a.pptx")
    assert parsed.remarks == (
        "hidden slides were left out: slide 2 · 숨긴 슬라이드는 읽지 않았습니다: 슬라이드 2",
        "charts were left out: slide 1 · 차트는 읽지 않았습니다: 슬라이드 1",
    )
    assert "숨긴 장" not in parsed.text


def test_equations_and_comments_of_slides_are_named():
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    whole = pptx.Presentation()
    slide = whole.slides.add_slide(whole.slide_layouts[5])
    slide.shapes.title.text = "재고 회전율"
    box = slide.shapes.add_textbox(10**6, 3 * 10**6, 10**6, 10**5)
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    box.text_frame.paragraphs[0]._p.append(
        pptx.oxml.parse_xml(
            f"<m:oMathPara xmlns:m='{math}'><m:oMath><m:r><m:t>출고/재고</m:t></m:r></m:oMath></m:oMathPara>"
        )
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    part = Part(PackURI("/ppt/comments/comment1.xml"), "application/xml", whole.part.package, b"<c/>")
    slide.part.relate_to(part, kind)
    assert read_pptx(saved(whole), "a.pptx").remarks == (
        "comments were left out: slide 1 · 메모는 읽지 않았습니다: 슬라이드 1",
        "equations were left out: slide 1 · 수식은 읽지 않았습니다: 슬라이드 1",
    )


def test_comments_of_a_sheet_and_of_a_document_are_named():
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    book.active.append(["품목", "수량"])
    book.active.append(["볼트", 3])
    book.active["A2"].comment = Comment("다시 센다", "김다듬")
    assert read_xlsx(saved(book), "a.xlsx").remarks == (
        "sheet Sheet: comments were left out · 시트 Sheet: 메모는 읽지 않았습니다",
    )
    commented = "<w:p><w:r><w:t>센다.</w:t></w:r><w:r><w:commentReference w:id='0'/></w:r></w:p>"
    assert read_docx(with_body(commented), "a.docx").remarks == ("comments were left out · 메모는 읽지 않았습니다",)


# Excel


SHOWN = [
    (0.5, "0%", "50%"), (0.1234, "0.0%", "12.3%"), (1234, "#,##0", "1,234"), (1234567.5, "#,##0.00", "1,234,567.50"),
    (3.0, "General", "3"), (0.1 + 0.2, "General", "0.3"), (8801234567893, "General", "8801234567893"),
    (46000, "yyyy-mm-dd", "2025-12-09"), (46000.5, "yyyy/mm/dd hh:mm", "2025-12-09 12:00"), (0.5, "h:mm AM/PM", "12:00"),
    (1.5, "[h]:mm", "36:00"), (46000, 'yyyy"년" m"월"', "2025-12"), (46000, 'm"월" d"일"', "2025-12-09"),
    (1234, '#,##0"개"', "1,234개"), (1234, '"₩"#,##0', "₩1,234"), (-1234, "[$₩-412]#,##0;[Red]-[$₩-412]#,##0", "-₩1,234"),
    (-5, "#,##0_);(#,##0)", "(5)"), (7, "0000", "0007"), (1012345678, "000-0000-0000", "010-1234-5678"),
    (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', "-"), (12345, "#,##0,", "12"), (1234.5, "0.00E+00", "1.23E+03"),
    (0.5, "# ?/?", "0.5"), (-0.4, "0", "0"), (2.5, "0", "3"), (0.125, "0.0#", "0.13"), (1, "0.0#", "1.0"), (5, '"총 "0" 개"', "총 5 개"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "text"), SHOWN)
def test_numbers_read_as_the_sheet_shows_them(value, code, text):
    assert shown(value, code) == text


@given(st.floats(), st.text(alphabet='0#?.,%;"\\_*[]$₩-412ymdhsGenral@/ 개E+', max_size=20))
def test_any_number_in_any_format_has_a_text(value, code):
    assert isinstance(shown(value, code), str)


def test_a_sheet_is_cut_into_titles_tables_fields_and_notes():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "입고 현황"
    rows = (["월별 입고"], ["품목", "출고", None, "비율"], [None, "수량", "금액"], ["볼트", 1234, 0.5, 0.25],
            ["너트", 10, date(2026, 3, 5), 1], ["※ 보류 재고는 뺀다."], [], ["담당자:", "김다듬", None, "코드", "뜻"],
            ["작성일:", date(2026, 1, 2), None, "HOLD", "보류"])  # fmt: skip
    for row in rows:
        sheet.append(row)
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(merged)
    sheet["B4"].number_format, sheet["D4"].number_format, sheet["D5"].number_format = "#,##0", "0%", "0%"
    parsed = read_xlsx(saved(book), "입고.xlsx")
    assert shape(parsed.sections) == [
        (["입고 현황", "월별 입고"], [
            [["품목", "출고 수량", "출고 금액", "비율"], ["볼트", "1,234", "0.5", "25%"], ["너트", "10", "2026-03-05", "100%"]],
            (Note.NOTE, "보류 재고는 뺀다."),
        ]),
        (["입고 현황"], [("bullets", [("담당자: 김다듬", []), ("작성일: 2026-01-02", [])])]),
        (["입고 현황"], [[["코드", "뜻"], ["HOLD", "보류"]]]),
    ]  # fmt: skip
    assert_offsets_hold(parsed)


def test_a_label_row_across_a_table_heads_the_rows_after_it():
    book = openpyxl.Workbook()
    for row in (["품목", "수량"], ["입고분", None], ["볼트", 3], ["출고분", None], ["너트", 4]):
        book.active.append(row)
    for merged in ("A2:B2", "A4:B4"):
        book.active.merge_cells(merged)
    parsed = read_xlsx(saved(book), "a.xlsx")
    assert parsed.text.count("품목") == 1
    assert shape(parsed.sections) == [
        (["입고분"], [[["품목", "수량"], ["볼트", "3"]]]),
        (["출고분"], [[["품목", "수량"], ["너트", "4"]]]),
    ]


def test_a_line_above_a_table_names_it_unless_it_is_an_aside():
    book = openpyxl.Workbook()
    for row in (["입고 단가(1월)"], ["(단위: 원)"], ["품목", "단가"], ["볼트", 30]):
        book.active.append(row)
    assert shape(read_xlsx(saved(book), "a.xlsx").sections) == [
        (["입고 단가(1월)"], [(None, "(단위: 원)"), [["품목", "단가"], ["볼트", "30"]]])
    ]


def test_a_column_of_text_is_prose():
    book = openpyxl.Workbook()
    for text in ("이 표는 매일 고친다.", "1. 연다.", "2. 닫는다.", "주의: 지우지 않는다."):
        book.active.append([text])
    assert shape(read_xlsx(saved(book), "a.xlsx").sections)[0][1] == [
        (None, "이 표는 매일 고친다."),
        ("ordered", [("연다.", []), ("닫는다.", [])]),
        (Note.CAUTION, "지우지 않는다."),
    ]


def test_what_a_sheet_hides_or_never_reckoned_is_named():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "재고"
    for row in (["품목", "비밀", "수량"], ["볼트", "가", 3], ["숨긴 줄", "나", 4], ["너트", "다", "=1+1"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("옛것").sheet_state = "hidden"
    parsed = read_xlsx(saved(book), "a.xlsx")
    assert shape(parsed.sections) == [(["재고"], [[["품목", "수량"], ["볼트", "3"], ["너트", ""]]])]
    assert parsed.remarks == (
        "sheet 재고: hidden rows or columns were left out · 시트 재고: 숨긴 행과 열은 읽지 않았습니다",
        "sheet 재고: 1 formulas hold no value (C4): open and save it in a spreadsheet · "
        "시트 재고: 값이 없는 수식이 1개 있습니다(C4). 엑셀에서 열어 다시 저장하세요",
        "sheet 옛것 is hidden: left out · 숨긴 시트 옛것: 읽지 않았습니다",
    )


def test_a_sheet_that_claims_every_cell_costs_only_those_it_holds():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "처음", "끝"
    book.active["C3"] = "가" * 32_767
    merges = '<mergeCells><mergeCell ref="E1:XFC900000"/><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = with_part(
        saved(book), "xl/worksheets/sheet1.xml", lambda text: text.replace("</sheetData>", "</sheetData>" + merges)
    )
    parsed = read_xlsx(data, "a.xlsx")
    assert Counter(parsed.text)["가"] == 32_767
    assert {"처음", "끝"} <= {line.text for line in every_line(parsed)}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 7)), st.sampled_from(["입고", "출고 수량", "다", 3, 0.5]), max_size=30),
       st.lists(st.tuples(*[st.integers(1, 7)] * 4), max_size=2))  # fmt: skip
def test_no_word_of_a_sheet_is_lost_or_read_twice(cells, merges):
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        book.active.cell(row, column, value)
    for top, left, height, width in merges[:1]:
        book.active.merge_cells(start_row=top, start_column=left, end_row=top + height, end_column=left + width)
    kept = [str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value is not None]
    parsed = read_xlsx(saved(book), "a.xlsx")
    assert hangul(parsed.text) == hangul("".join(kept))
    assert_offsets_hold(parsed)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Heading 1", "Heading 2", "List Bullet", "List Bullet 2", "List Number", "Normal", "Title"]),
        max_size=12,
    )
)
def test_no_word_of_a_document_is_lost_or_read_twice(styles):
    whole = docx.Document()
    for at, style in enumerate(styles):
        whole.add_paragraph(f"{'가나다라마바사아자차카타'[at]}번 글", style=style)
    parsed = read_docx(saved(whole), "a.docx")
    assert hangul(parsed.text) == hangul("".join(p.text for p in whole.paragraphs))
    assert_offsets_hold(parsed)
    assert all(isinstance(block, (Items, Paragraph)) for s in parsed.sections for block in every_block(s.blocks))
