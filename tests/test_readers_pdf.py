"""PDF: what a browser and an office printed reads back as its source says, and no bytes end in a traceback."""

import io
import random
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from curation.errors import InputError
from datagen.documents import Items, Paragraph, Parsed, Table, block_lines, every_block
from datagen.readers.outline import Outline
from datagen.readers.pdf_glyphs import Rule
from datagen.readers.pdf_tables import find_frames
from datagen.readers.typeset import Looks, typeset

pypdf = pytest.importorskip("pypdf")

from datagen.readers.pdf import read_pdf  # noqa: E402

FIXTURES = Path(__file__).parent / "fixtures" / "pdf"
MANUALS = ("manual-chromium", "manual-libreoffice")


class _Source(HTMLParser):
    """The text of a fixture's HTML by element: what the PDF that was printed from it must say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in ("h1", "h2", "h3", "p", "li", "th", "td"):
            self._open.append(tag)
            self.found.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data):
        if self._open:
            self.found[self._open[-1]][-1] += data


@lru_cache
def _source(name: str) -> dict[str, list[str]]:
    parser = _Source()
    parser.feed((FIXTURES / f"{name}.html").read_text(encoding="utf-8"))
    return {tag: [" ".join(text.split()) for text in texts] for tag, texts in parser.found.items()}


@lru_cache
def _bytes(name: str, bare: bool = False) -> bytes:
    """A fixture; `bare` of its structure tree and bookmarks, as most PDFs are."""
    data = (FIXTURES / f"{name}.pdf").read_bytes()
    if not bare:
        return data
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for key in ("/StructTreeRoot", "/MarkInfo", "/Outlines"):
        if key in writer.root_object:
            del writer.root_object[key]
    return _written(writer)


def _written(writer) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@lru_cache
def _read(name: str, bare: bool = False) -> Parsed:
    return read_pdf(_bytes(name, bare), f"{name}.pdf")


def _blocks(parsed: Parsed, kind: type) -> list:
    return [block for section in parsed.sections for block in every_block(section.blocks) if isinstance(block, kind)]


def _headings(parsed: Parsed) -> list[str]:
    seen = dict.fromkeys(heading.offsets for section in parsed.sections for heading in section.headings)
    return ["".join(parsed.text[offset] for offset in offsets) for offsets in seen]


both = pytest.mark.parametrize(("name", "bare"), [(name, bare) for name in MANUALS for bare in (False, True)], ids=str)


@both
def test_headings_say_what_the_source_says(name, bare):
    source = _source("manual")
    assert sorted(_headings(_read(name, bare))) == sorted(source["h1"] + source["h2"] + source["h3"])


@both
def test_paragraphs_say_what_the_source_says_to_the_space(name, bare):
    """No syllable of 마치|지 is parted, no space of 받지 않고 is lost, wherever a line ended."""
    assert [block.line.text for block in _blocks(_read(name, bare), Paragraph)] == _source("manual")["p"]


@both
def test_steps_and_items_say_what_the_source_says_and_nest(name, bare):
    lists = _blocks(_read(name, bare), Items)
    # every_block gives a list before the lists inside it
    assert sorted(item.line.text for found in lists for item in found.items) == sorted(_source("manual")["li"])
    steps, inner, reasons = lists
    assert [found.is_ordered for found in lists] == [True, True, False]
    assert steps.items[1].blocks == (inner,)
    assert len(reasons.items) == 3


@both
def test_tables_say_what_the_source_says(name, bare):
    parsed = _read(name, bare)
    states, limits = _blocks(parsed, Table)
    assert [line.text for line in states.header] == ["코드", "상태", "처리"]
    cells = [line.text for row in (*states.rows, *limits.rows) for line in row]
    assert cells == _source("manual")["td"]
    assert [line.text for line in limits.header] == ["종류", "기한 평일", "기한 주말"]


@both
def test_sections_nest_as_in_the_source(name, bare):
    paths = [[line.text for line in section.headings] for section in _read(name, bare).sections]
    assert ["입고 검수 안내", "물품의 상태", "보류 기준"] in paths


@pytest.mark.parametrize("name", [*MANUALS, "columns-chromium"])
@pytest.mark.parametrize("bare", [False, True])
def test_every_character_stands_where_its_offset_says(name, bare):
    parsed = _read(name, bare)
    for section in parsed.sections:
        for line in (*section.headings, *(line for block in section.blocks for line in block_lines(block))):
            assert len(line.text) == len(line.offsets)
            assert all(
                parsed.text[offset] == char or char == " " for char, offset in zip(line.text, line.offsets, strict=True)
            )


def test_columns_are_read_one_after_the_other():
    source = _source("columns")
    parsed = _read("columns-chromium")
    assert [block.line.text for block in _blocks(parsed, Paragraph)] == source["p"]
    assert _headings(parsed) == source["h1"] + source["h2"]


@pytest.mark.parametrize("bare", [False, True])
def test_what_runs_along_every_page_is_left_out_and_named(bare):
    parsed = _read("manual-chromium", bare)
    assert "창고 운영 안내서" not in parsed.text
    assert any("running headers and footers" in remark and "창고 운영 안내서" in remark for remark in parsed.remarks)


def test_bold_is_marked():
    (block,) = [b for b in _blocks(_read("manual-chromium"), Paragraph) if b.line.text.startswith("송장과 실물.")]
    assert [block.line.text[mark.start : mark.end].strip() for mark in block.line.marks] == ["송장과 실물."]


def test_the_library_that_made_the_text_is_recorded():
    assert _read("columns-chromium").converter == f"pypdf {pypdf.__version__}"


def _scan(pages: int, writer=None) -> bytes:
    image = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    sheets = [image.new("L", (200, 280), 255 - at) for at in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def test_a_scan_is_refused_and_ocr_is_named():
    with pytest.raises(InputError, match="no text layer") as caught:
        read_pdf(_scan(2), "scan.pdf")
    assert "OCR" in caught.value.mend
    assert "OCR" in caught.value.mend_ko


def test_a_scanned_page_among_others_is_named():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_bytes("columns-chromium")))
    writer.append(io.BytesIO(_scan(1)))
    parsed = read_pdf(_written(writer), "mixed.pdf")
    assert "page 2: no text layer (scanned?) · 2쪽: 글자 정보가 없습니다(스캔?)" in parsed.remarks


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password_is_named_and_an_empty_one_opens(algorithm):
    if algorithm.startswith("AES"):
        pytest.importorskip("cryptography")
    for password in ("", "암호"):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(_bytes("columns-chromium")))
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
        data = _written(writer)
        if password:
            with pytest.raises(InputError, match="locked by a password"):
                read_pdf(data, "locked.pdf")
        else:
            assert _headings(read_pdf(data, "open.pdf"))[0] == "창고 소식"


def _edited(change) -> bytes:
    """The two-column fixture with its objects changed."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_bytes("columns-chromium")))
    change(writer)
    return _written(writer)


def test_text_without_a_map_to_characters_is_never_guessed():
    def forget(writer):
        for font in writer.pages[0]["/Resources"]["/Font"].values():
            font.get_object().pop("/ToUnicode", None)

    with pytest.raises(InputError, match="cannot be mapped to characters"):
        read_pdf(_edited(forget), "cid.pdf")


@pytest.mark.parametrize(("encoding", "codec"), [("/KSCms-UHC-H", "cp949"), ("/UniKS-UCS2-H", "utf-16-be")])
def test_korean_encodings_name_their_characters_by_themselves(encoding, codec):
    """Older Korean writers neither embed a font nor map it: the encoding is the map."""

    def reencode(writer):
        name, page = pypdf.generic.NameObject, writer.pages[0]
        below = pypdf.generic.DictionaryObject({name("/Type"): name("/Font"), name("/Subtype"): name("/CIDFontType0")})
        font = pypdf.generic.DictionaryObject(
            {name("/Type"): name("/Font"), name("/Subtype"): name("/Type0"), name("/BaseFont"): name("/HYSMyeongJo-Medium"),
             name("/Encoding"): name(encoding), name("/DescendantFonts"): pypdf.generic.ArrayObject([below])}
        )  # fmt: skip
        page["/Resources"][name("/Font")] = pypdf.generic.DictionaryObject({name("/F1"): font})
        codes = "보류 구역에 둡니다.".encode(codec).hex().encode()
        page[name("/Contents")] = writer._add_object(_stream(b"BT /F1 11 Tf 70 700 Td <%b> Tj ET" % codes))

    assert read_pdf(_edited(reencode), "old.pdf").text.strip() == "보류 구역에 둡니다."


def test_rotated_text_is_left_out_and_named():
    def stamp(writer):
        page = writer.pages[0]
        name, font = next(iter(page["/Resources"]["/Font"].items()))
        code = re.search(rb"<(\w{4})> <[B-Cb-c]\w{3}>", font.get_object()["/ToUnicode"].get_data())[1]
        turned = b"q BT %b 9 Tf 0 1 -1 0 300 300 Tm <%b> Tj ET Q\n" % (name.encode(), code)
        data = turned + page.get_contents().get_data()
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(_stream(data))

    assert any("rotated" in remark for remark in read_pdf(_edited(stamp), "turned.pdf").remarks)


def _stream(data: bytes):
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(data)
    return stream


def test_a_page_that_unpacks_without_end_is_refused():
    def swell(writer):
        bomb = _stream(b"\n" * 80_000_000).flate_encode()
        writer.pages[0][pypdf.generic.NameObject("/Contents")] = writer._add_object(bomb)

    with pytest.raises(InputError):
        read_pdf(_edited(swell), "bomb.pdf")


def test_a_form_that_holds_itself_ends():
    def loop(writer):
        name = pypdf.generic.NameObject
        form = _stream(b"/Loop Do " * 50)
        form.update({name("/Type"): name("/XObject"), name("/Subtype"): name("/Form")})
        reference = writer._add_object(form)
        resources = pypdf.generic.DictionaryObject(
            {name("/XObject"): pypdf.generic.DictionaryObject({name("/Loop"): reference})}
        )
        form[name("/Resources")] = resources
        page = writer.pages[0]
        page["/Resources"][name("/XObject")] = resources["/XObject"]
        page[name("/Contents")] = writer._add_object(_stream(page.get_contents().get_data() + b"\n/Loop Do"))

    assert _headings(read_pdf(_edited(loop), "loop.pdf"))[0] == "창고 소식"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", b"\x00" * 1000])
def test_what_is_no_pdf_is_named(data):
    with pytest.raises(InputError, match="no PDF"):
        read_pdf(data, "x.pdf")


@pytest.mark.parametrize("seed", range(40))
def test_damage_ends_in_a_tree_or_in_an_error_a_user_can_mend(seed):
    chance = random.Random(seed)
    data = bytearray(_plain(chance.choice([*MANUALS, "columns-chromium"])))
    for _ in range(chance.choice([1, 5, 40])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if seed % 4 == 0:
        del data[chance.randrange(len(data)) :]
    try:
        parsed = read_pdf(bytes(data), "x.pdf")
    except InputError:
        return
    assert "\ufffd" not in parsed.text


@lru_cache
def _plain(name: str) -> bytes:
    """A fixture without compression, so that flipped bytes reach what reads it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_bytes(name)))
    for at, found in enumerate(writer._objects):
        if isinstance(found, pypdf.generic.StreamObject) and "/Filter" in found and "/FontFile" not in str(found):
            plain = _stream(found.get_data())
            plain.update(
                {key: value for key, value in found.items() if key not in ("/Filter", "/Length", "/DecodeParms")}
            )
            writer._objects[at] = plain
    return _written(writer)


def test_merged_cells_are_found_by_their_missing_rules():
    """종류 reaches down, 기한 across; the table is open to its sides."""
    rules = [Rule(0, y, 300, y) for y in (0, 60, 90)] + [
        Rule(100, 30, 300, 30),
        Rule(100, 0, 100, 90),
        Rule(200, 30, 200, 90),
    ]
    (frame,) = find_frames(rules)
    assert [(box.row, box.column, box.row_span, box.col_span) for box in frame.boxes] == [
        (0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1),
    ]  # fmt: skip


def _set(*paragraphs: Looks) -> Parsed:
    outline = Outline()
    typeset(outline, paragraphs)
    return outline.parsed()


def _looks(text: str, size: float = 10, indent: float = 0, **more) -> Looks:
    return Looks(((text, ()),), size, indent, **more)


def test_marks_of_another_kind_nest_even_without_an_indent():
    parsed = _set(*map(_looks, ["1. 송장을 찾는다.", "가. 초록 표를 붙인다.", "나. 빨강 표를 붙인다.", "2. 저장한다."]))
    (steps,) = parsed.sections[0].blocks
    assert [item.line.text for item in steps.items] == ["송장을 찾는다.", "저장한다."]
    assert [item.line.text for item in steps.items[0].blocks[0].items] == ["초록 표를 붙인다.", "빨강 표를 붙인다."]


def test_a_list_that_counts_from_one_again_is_another_list():
    parsed = _set(*map(_looks, ["1. 연다.", "2. 센다.", "1. 닫는다.", "2. 나간다."]))
    assert [len(block.items) for block in parsed.sections[0].blocks] == [2, 2]


def test_a_date_is_no_step():
    parsed = _set(_looks("3. 5. 까지 검수를 마친다."))
    assert isinstance(parsed.sections[0].blocks[0], Paragraph)


def test_a_question_in_bold_heads_and_a_sentence_in_bold_does_not():
    answer = _looks("공급사가 보낸 물품의 수량과 상태를 창고에 들이기 전에 확인합니다.")
    parsed = _set(_looks("무엇을 검수하나요?", is_bold=True), answer, _looks("빨리 셉니다.", is_bold=True))
    assert [[line.text for line in section.headings] for section in parsed.sections] == [["무엇을 검수하나요?"]]


def test_larger_type_heads_and_its_numbering_is_left_off():
    parsed = _set(_looks("제1장 총칙", 16), _looks("2.1 목적", 13), _looks("창고를 안전하게 쓰기 위한 규칙이다.", 10))
    assert [line.text for line in parsed.sections[0].headings] == ["총칙", "목적"]


def test_a_paragraph_set_below_a_step_belongs_to_it():
    parsed = _set(_looks("1. 상자를 연다."), _looks("칼은 쓰지 않는다.", indent=20), _looks("2. 수량을 센다."))
    (steps,) = parsed.sections[0].blocks
    assert [len(item.blocks) for item in steps.items] == [1, 0]
