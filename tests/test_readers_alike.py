"""One manual in every format is one tree; every heading is in it, and every remark speaks English and Korean."""

import ast
import io
import re
from pathlib import Path

import pytest

from curation.korean.hangul import has_hangul
from datagen.documents import Document, Items, Paragraph, Table
from datagen.passages import split_passages
from datagen.readers import files
from datagen.readers.files import READERS

FIXTURES = Path(__file__).parent / "fixtures"
STEPS = ("조정 화면을 연다.", "위치와 품목을 고른다.", "사유를 적고 저장한다.")
BELOW = ("위치는 바코드로 찾는다.", "품목은 이름으로도 찾는다.")
FIELDS = (("조정 수량", "실물에서 전산을 뺀 값"), ("사유 코드", "차이가 난 까닭"))
PROSE = "재고 조정은 전산과 실물의 수량 차이를 맞추는 작업이다."
WARNING = "조정한 수량은 되돌릴 수 없다."
TITLE, SECTIONS = "재고 조정 안내", ("조정 절차", "입력 항목", "사유별 승인")
# As its cells are merged: 승인 over two, 관리자 over two rows.
GRID = [
    ["사유", "승인", ""],
    ["", "담당", "기한"],
    ["파손", "현장", "당일"],
    ["분실", "관리자", "3일"],
    ["오입력", "", "7일"],
]
MERGES = (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((3, 1), (4, 1)))
TREE = [
    ([TITLE], [(None, PROSE)]),
    ([TITLE, SECTIONS[0]], [
        ("ordered", [(STEPS[0], []), (STEPS[1], [("bullets", [(text, []) for text in BELOW])]), (STEPS[2], [])]),
        ("caution", WARNING),
    ]),
    ([TITLE, SECTIONS[1]], [("bullets", [(f"{name}: {text}", []) for name, text in FIELDS])]),
    ([TITLE, SECTIONS[2]], [
        [["사유", "승인 담당", "승인 기한"], ["파손", "현장", "당일"], ["분실", "관리자", "3일"], ["오입력", "관리자", "7일"]]
    ]),
]  # fmt: skip
HTML_TABLE = (
    "<table><tr><td rowspan=2>사유</td><td colspan=2>승인</td></tr><tr><td>담당</td><td>기한</td></tr>"
    "<tr><td>파손</td><td>현장</td><td>당일</td></tr><tr><td>분실</td><td rowspan=2>관리자</td><td>3일</td></tr>"
    "<tr><td>오입력</td><td>7일</td></tr></table>"
)


def shown(block):
    """A block without offsets and marks."""
    match block:
        case Paragraph():
            return (block.note and block.note.value, block.line.text)
        case Items():
            items = [(item.line.text, [shown(inner) for inner in item.blocks]) for item in block.items]
            return ("ordered" if block.is_ordered else "bullets", items)
        case Table():
            return [[cell.text for cell in row] for row in (block.header, *block.rows)]


def tree(parsed):
    return [([line.text for line in s.headings], [shown(block) for block in s.blocks]) for s in parsed.sections]


def saved(whole):
    file = io.BytesIO()
    whole.save(file)
    return file.getvalue()


def markdown(*, table=None):
    pipes = "| 사유 | 승인 담당 | 승인 기한 |\n|---|---|---|\n| 파손 | 현장 | 당일 |\n| 분실 | 관리자 | 3일 |\n| 오입력 | 관리자 | 7일 |"
    return (
        f"# {TITLE}\n\n{PROSE}\n\n## {SECTIONS[0]}\n\n1. {STEPS[0]}\n2. {STEPS[1]}\n   - {BELOW[0]}\n   - {BELOW[1]}\n"
        f"3. {STEPS[2]}\n\n> **주의:** {WARNING}\n\n## {SECTIONS[1]}\n\n"
        + "".join(f"- **{name}**: {text}\n" for name, text in FIELDS)
        + f"\n## {SECTIONS[2]}\n\n{table or pipes}\n"
    ).encode()


def plain():
    rows = ["사유\t승인 담당\t승인 기한", "파손\t현장\t당일", "분실\t관리자\t3일", "오입력\t관리자\t7일"]
    return (
        f"{TITLE}\n{'=' * 12}\n\n{PROSE}\n\n1. {SECTIONS[0]}\n\n1) {STEPS[0]}\n2) {STEPS[1]}\n   - {BELOW[0]}\n"
        f"   - {BELOW[1]}\n3) {STEPS[2]}\n\n※ 주의: {WARNING}\n\n2. {SECTIONS[1]}\n\n"
        + "".join(f"- {name}: {text}\n" for name, text in FIELDS)
        + f"\n3. {SECTIONS[2]}\n\n"
        + "\n".join(rows)
    ).encode()


def html():
    steps = f"<li>{STEPS[0]}<li>{STEPS[1]}<ul><li>{BELOW[0]}<li>{BELOW[1]}</ul><li>{STEPS[2]}"
    fields = "".join(f"<dt>{name}<dd>{text}" for name, text in FIELDS)
    return (
        f"<title>창고 누리집</title><h1>{TITLE}</h1><p>{PROSE}</p><h2>{SECTIONS[0]}</h2><ol>{steps}</ol>"
        f"<div class=caution><p>{WARNING}</p></div><h2>{SECTIONS[1]}</h2><dl>{fields}</dl>"
        f"<h2>{SECTIONS[2]}</h2>{HTML_TABLE}"
    ).encode()


def docx():
    whole = pytest.importorskip("docx").Document()
    whole.add_heading(TITLE, 0)
    whole.add_paragraph(PROSE)
    whole.add_heading(SECTIONS[0], 1)
    for text, style in ((STEPS[0], "List Number"), (STEPS[1], "List Number"), (BELOW[0], "List Bullet 2"),
                        (BELOW[1], "List Bullet 2"), (STEPS[2], "List Number")):  # fmt: skip
        whole.add_paragraph(text, style=style)
    whole.add_paragraph(f"주의: {WARNING}")
    whole.add_heading(SECTIONS[1], 1)
    for name, text in FIELDS:
        paragraph = whole.add_paragraph(style="List Bullet")
        paragraph.add_run(name).bold = True
        paragraph.add_run(f": {text}")
    whole.add_heading(SECTIONS[2], 1)
    fill(whole.add_table(len(GRID), 3))
    return saved(whole)


def fill(table):
    for at, row in enumerate(GRID):
        for column, text in enumerate(row):
            if text:
                table.cell(at, column).text = text
    for first, last in MERGES:
        table.cell(*first).merge(table.cell(*last))


def pptx():
    whole = pytest.importorskip("pptx").Presentation()
    opening = whole.slides.add_slide(whole.slide_layouts[0])
    opening.shapes.title.text, opening.placeholders[1].text = TITLE, PROSE
    steps, fields, approval = (whole.slides.add_slide(whole.slide_layouts[at]) for at in (1, 1, 5))
    for slide, title in zip((steps, fields, approval), SECTIONS, strict=True):
        slide.shapes.title.text = title
    frame = steps.placeholders[1].text_frame
    for text, level in ((STEPS[0], 0), (STEPS[1], 0), (BELOW[0], 1), (BELOW[1], 1), (STEPS[2], 0)):
        paragraph = frame.paragraphs[0] if not frame.text else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        if not level:
            numbered = paragraph._p.get_or_add_pPr().makeelement(
                "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum", {"type": "arabicPeriod"}
            )
            paragraph._p.pPr.append(numbered)
    steps.shapes.add_textbox(10**6, 6 * 10**6, 10**6, 10**5).text_frame.text = f"주의: {WARNING}"
    fields.placeholders[1].text_frame.text = "\n".join(f"{name}: {text}" for name, text in FIELDS)
    fill(approval.shapes.add_table(len(GRID), 3, 10**6, 2 * 10**6, 10**6, 10**6).table)
    return saved(whole)


def hwpx():
    whole = pytest.importorskip("hwpx").HwpxDocument.new()
    whole.add_heading(TITLE, 1)
    body(whole, PROSE)
    whole.add_heading(SECTIONS[0], 2)
    for text in (f"1. {STEPS[0]}", f"2. {STEPS[1]}", *(f"  - {text}" for text in BELOW), f"3. {STEPS[2]}"):
        body(whole, text)
    body(whole, f"주의: {WARNING}")
    whole.add_heading(SECTIONS[1], 2)
    for name, text in FIELDS:
        body(whole, f"- {name}: {text}")
    whole.add_heading(SECTIONS[2], 2)
    table = whole.add_table(len(GRID), 3)
    for at, row in enumerate(GRID):
        for column, text in enumerate(row):
            table.set_cell_text(at, column, text)
    for merged in ("A1:A2", "B1:C1", "B4:B5"):
        whole.tables.merge_cells(table, merged)
    return whole.to_bytes()


def body(whole, text):
    whole.add_paragraph(text, style="바탕글", inherit_style=False)


def xlsx():
    book = pytest.importorskip("openpyxl").Workbook()
    fields, approval = book.active, book.create_sheet(SECTIONS[2])
    fields.title = SECTIONS[1]
    for name, text in FIELDS:
        fields.append([f"{name}:", text])
    for row in GRID:
        approval.append([text or None for text in row])
    for merged in ("A1:A2", "B1:C1", "B4:B5"):
        approval.merge_cells(merged)
    return saved(book)


@pytest.mark.parametrize(
    ("name", "write"),
    [("안내.md", markdown), ("표.md", lambda: markdown(table=HTML_TABLE)), ("안내.txt", plain), ("안내.html", html),
     ("안내.docx", docx), ("안내.pptx", pptx), ("안내.hwpx", hwpx)],
)  # fmt: skip
def test_a_manual_reads_the_same_in_every_format(name, write):
    assert tree(READERS[Path(name).suffix](write(), name)) == TREE


def test_a_workbook_holds_its_fields_and_tables_as_the_manual_does():
    assert tree(READERS[".xlsx"](xlsx(), "안내.xlsx")) == [(headings[1:], blocks) for headings, blocks in TREE[2:]]


INSPECTION = (
    "# 입고 검수 안내\n\n입고 검수는 공급사가 보낸 물품의 수량과 상태를 창고에 들이기 전에 확인하는 일입니다.\n\n"
    "## 검수 절차\n\n1. 입고 예정 목록에서 송장 번호를 찾습니다.\n2. 상자를 열고 품목마다 수량을 셉니다.\n"
    "   1. 수량이 맞으면 초록 표를 붙입니다.\n   2. 수량이 다르면 빨강 표를 붙입니다.\n3. 검수 결과를 저장합니다.\n\n"
    "## 검수 기한\n\n품목의 종류와 보관 온도에 따라 검수를 마쳐야 하는 시간이 다릅니다.\n\n"
    "| 종류 | 기한 평일 | 기한 주말 |\n|---|---|---|\n| 냉장 | 2시간 | 4시간 |\n| 상온 | 8시간 | 24시간 |\n\n"
    "- 기한을 넘긴 물품은 관리자가 승인해야 검수할 수 있습니다.\n- 승인하기 전에 보관 온도의 기록을 확인합니다.\n"
)


@pytest.mark.parametrize(
    ("module", "printed", "source"),
    [("pypdf", "pdf/manual-chromium.pdf", "pdf/manual.html"), ("pypdf", "pdf/manual-libreoffice.pdf", "pdf/manual.html"),
     ("pypdf", "pdf/columns-chromium.pdf", "pdf/columns.html"), ("docx", "office/manual.docx", "office/manual.html"),
     ("unhwp", "hwp/manual.hwp", INSPECTION)],
)  # fmt: skip
def test_what_a_program_wrote_reads_as_the_page_it_was_made_of(module, printed, source):
    pytest.importorskip(module)
    made = FIXTURES / printed
    data = source.encode() if source is INSPECTION else (FIXTURES / source).read_bytes()
    suffix = ".md" if source is INSPECTION else ".html"
    assert tree(READERS[made.suffix](made.read_bytes(), printed)) == tree(READERS[suffix](data, f"원문{suffix}"))


# Headings alone


def headings_alone(kind):
    match kind:
        case ".md":
            return "# 입고\n## 검수\n## 적치\n### 위치\n# 출고\n".encode()
        case ".html":
            return "<h1>입고</h1><h2>검수</h2><h2>적치</h2><h3>위치</h3><h1>출고</h1>".encode()
        case ".docx":
            whole = pytest.importorskip("docx").Document()
            for text, level in (("입고", 1), ("검수", 2), ("적치", 2), ("위치", 3), ("출고", 1)):
                whole.add_heading(text, level)
            return saved(whole)
        case _:
            whole = pytest.importorskip("hwpx").HwpxDocument.new()
            for text, level in (("입고", 1), ("검수", 2), ("적치", 2), ("위치", 3), ("출고", 1)):
                whole.add_heading(text, level)
            return whole.to_bytes()


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".hwpx"])
def test_headings_alone_are_a_document_of_empty_sections_without_a_passage(suffix):
    parsed = READERS[suffix](headings_alone(suffix), f"차례{suffix}")
    assert tree(parsed) == [
        (["입고", "검수"], []), (["입고", "적치", "위치"], []), (["출고"], [])
    ]  # fmt: skip
    document = Document(f"차례{suffix}", parsed.text, "0" * 64, parsed.sections)
    assert document.title == "입고"
    assert split_passages([document], most_chars=400) == []


def test_headings_of_plain_text_and_slides_alone_are_sections_too():
    text = READERS[".txt"]("제1장 총칙\n\n제2장 절차\n".encode(), "차례.txt")
    assert tree(text) == [(["총칙"], []), (["절차"], [])]
    whole = pytest.importorskip("pptx").Presentation()
    for title in ("입고", "출고"):
        whole.slides.add_slide(whole.slide_layouts[5]).shapes.title.text = title
    assert tree(READERS[".pptx"](saved(whole), "차례.pptx")) == [(["입고"], []), (["출고"], [])]


# Remarks


def test_every_remark_is_written_in_both_languages():
    calls = [
        call
        for path in sorted(Path(files.__file__).parent.glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
    ]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "bilingual"]
    assert len(named) > 30
    for call in named:
        english, korean = (ast.unparse(part) for part in call.args)
        assert not has_hangul(english)
        assert has_hangul(korean)
    spoken = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "remark"]
    assert not [call for call in spoken for part in call.args if isinstance(part, ast.Constant | ast.JoinedStr)]


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FIXTURES.rglob("*.*")) if path.suffix in READERS and path.name != "password.docx"],
    ids=lambda path: path.name,
)
def test_what_the_fixtures_leave_out_is_said_in_both_languages(path):
    for remark in READERS[path.suffix](path.read_bytes(), path.name).remarks:
        english, _, korean = remark.partition(" · ")
        assert re.search("[a-z]", english)
        assert has_hangul(korean)
