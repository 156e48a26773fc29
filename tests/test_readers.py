"""Readers: the tree is right, and every character knows where it stands in the source."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.korean.hangul import is_syllable, normalise
from datagen.documents import Document, Items, Note, Paragraph, Table, block_lines, every_block, lines
from datagen.readers.files import Unreadable, find_documents, read_document, read_documents
from datagen.readers.markdown import parse_markdown
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
    for line in (line for section in parse_markdown(text).sections for line in _lines(section)):
        assert len(line.text) == len(line.offsets)
        assert list(line.offsets) == sorted(set(line.offsets))
        assert all(text[offset] == char or (char == " " and text[offset] == "\n") for char, offset in _pairs(line))


PLAIN = st.lists(
    st.sampled_from(
        ["재고 규정", "==========", "----------", "제1장 총칙", "제1조(목적) 이 규정은 재고를 정한다.", "제2조 범위", "Ⅱ. 절차",
         "1. 개요", "2. 수량을 센다.", "1.1 목적", "1.2 상자를 센다.", "가. 준비", "나. 송장을 본다.", "다. 앞줄에 이어진다.",
         "  1) 칸을 잠근다.", "① 이 말은 다음과 같다.", "□ 배경", " ○ 재고가 틀리다", "   - 수량이 다르다", "※ 실사 때는 막는다.",
         "    ※ 참고: 삼월 기준", "품목\t수량", "라벨\t삼", "│이름│값│", "├──┼──┤", "담당: 김 주임", "연락: 사무실", "",
         "", "보류 재고는 출고하지 않으며, 담당자가 다시 셀 때까지 그 자리에 둔", "다. 이어진 글이다.", "[알림]", "\t들여 쓴 글", "- "]
    ),
    max_size=16,
).map("\n".join)  # fmt: skip


@given(st.one_of(PLAIN, MARKDOWN))
def test_every_plain_text_character_stands_where_its_offset_says(source):
    text = normalise(source)
    for line in (line for section in read_text(text) for line in _lines(section)):
        assert list(line.offsets) == sorted(set(line.offsets))
        assert all(text[offset] == char or (char == " " and text[offset].isspace()) for char, offset in _pairs(line))


# What marks an entry, a heading or a note, and is no text of it.
MARKS = re.compile(r"제\d조|제\d장|^\s*[가나다]\.|참고|알림", re.MULTILINE)


@given(PLAIN)
def test_no_syllable_of_a_plain_text_is_lost_or_read_twice(source):
    text = normalise(source)
    headings = {id(line): line for section in read_text(text) for line in section.headings}
    lines = [*headings.values(), *(line for s in read_text(text) for block in s.blocks for line in block_lines(block))]
    read = Counter(offset for line in lines for offset in line.offsets if is_syllable(text[offset]))
    assert set(read.values()) <= {1}
    marks = {offset for found in MARKS.finditer(text) for offset in range(*found.span())}
    assert not [char for at, char in enumerate(text) if is_syllable(char) and at not in read and at not in marks]


def _lines(section):
    yield from section.headings
    for block in section.blocks:
        yield from block_lines(block)


def _pairs(line):
    return zip(line.text, line.offsets, strict=True)


def test_markdown_becomes_headings_lists_tables_and_notes():
    sections = parse_markdown(
        "---\ntitle: x\n---\n# 보류\n\n보류는 **상태**이다.\n\n## 절차\n\n1. 연다.\n2. 센다.\n\n> **주의** 섞지 않는다.\n\n"
        "| 코드 | 뜻 |\n|---|---|\n| HOLD | 보류 |\n"
    ).sections
    assert [[heading.text for heading in section.headings] for section in sections] == [["보류"], ["보류", "절차"]]
    steps, note, table = sections[1].blocks
    assert isinstance(steps, Items)
    assert (steps.is_ordered, [item.line.text for item in steps.items]) == (True, ["연다.", "센다."])
    assert isinstance(note, Paragraph)
    assert (note.note, note.line.text) == (Note.CAUTION, "섞지 않는다.")
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["HOLD", "보류"]


def test_a_list_in_a_list_is_told_apart():
    blocks = parse_markdown("1. 연다.\n   - 왼쪽\n   - 오른쪽\n2. 닫는다.\n").sections[0].blocks
    assert [(block.is_ordered, block.is_nested) for block in every_block(blocks) if isinstance(block, Items)] == [
        (True, True),
        (False, False),
    ]


def test_plain_text_becomes_headings_steps_and_prose():
    sections = read_text("입고 절차\n\n1. 송장을 본다.\n2. 수량을 센다.\n\n수량이 다르면 다시 센다.\n")
    assert [heading.text for heading in sections[0].headings] == ["입고 절차"]
    assert isinstance(sections[0].blocks[0], Items)
    assert isinstance(sections[0].blocks[1], Paragraph)


def _tree(blocks):
    """Blocks as nested lists of texts, a note by its kind."""
    result = []
    for block in blocks:
        match block:
            case Items():
                result.append(
                    [
                        text if not item.blocks else (text, *_tree(item.blocks))
                        for item in block.items
                        for text in [item.line.text]
                    ]
                )
            case Table():
                result.append([[line.text for line in row] for row in (block.header, *block.rows)])
            case Paragraph():
                result.append(block.line.text if block.note is None else (block.note.value, block.line.text))
    return result


@pytest.mark.parametrize(
    ("text", "headings", "tree"),
    [
        # a rule, as regulations are written
        ("재고 규정\n========\n\n제1장 총칙\n제1조(뜻) ① 말은 다음과 같다.\n1. 보류란 막은 재고를 말한다.\n가. 파손품\n나. 반품\n2. 로트란 묶음을 말한다.\n② 그 밖은 따로 정한다.\n",
         ["재고 규정", "총칙", "뜻"],
         [[("말은 다음과 같다.", [("보류란 막은 재고를 말한다.", ["파손품", "반품"]), "로트란 묶음을 말한다."]), "그 밖은 따로 정한다."]]),
        # a report, as offices write it
        ("□ 추진 배경\n ○ 재고가 틀리다\n  - 수량이 다르다\n    ※ 삼월 기준\n  - 위치가 다르다\n ○ 사람이 없다\n",
         ["추진 배경"],
         [[("재고가 틀리다", [("수량이 다르다", ("note", "삼월 기준")), "위치가 다르다"]), "사람이 없다"]]),
        # a second paragraph of an entry, and a wrapped row
        ("1. 송장을 연다.\n   없으면 부른다.\n\n   둘째 문단이다.\n\n2. 센다.\n", [], [[("송장을 연다. 없으면 부른다.", "둘째 문단이다."), "센다."]]),
        # fields, a note, tables of tabs and of boxes
        ("담당: 김 주임\n연락: 사무실\n", [], [["담당: 김 주임", "연락: 사무실"]]),
        ("※ 주의: 섞지 않는다.\n", [], [("caution", "섞지 않는다.")]),
        ("품목\t수량\n라벨\t3\n끈\t5\n", [], [[["품목", "수량"], ["라벨", "3"], ["끈", "5"]]]),
        ("┌──┬──┐\n│품목│수량│\n├──┼──┤\n│라벨│3  │\n└──┴──┘\n", [], [[["품목", "수량"], ["라벨", "3"]]]),
        # a wrapped sentence that happens to begin like an entry
        ("보류 재고는 담당자가 다시 셀 때까지 그 자리에 둔\n다. 그 뒤에 푼다.\n", [], ["보류 재고는 담당자가 다시 셀 때까지 그 자리에 둔 다. 그 뒤에 푼다."]),
    ],
)  # fmt: skip
def test_korean_text_files_are_read_as_they_are_meant(text, headings, tree):
    (section,) = read_text(text)
    assert ([line.text for line in section.headings], _tree(section.blocks)) == (headings, tree)


def test_numbered_headings_nest_by_their_numbers():
    sections = read_text(
        "실사 안내\n\n1. 개요\n\n실사는 세는 일이다.\n\n1.1 목적\n재고를 맞춘다.\n\n2. 절차\n가. 준비\n1) 잠근다.\n2) 센다.\n"
    )
    assert [[line.text for line in section.headings] for section in sections] == [
        ["실사 안내", "개요"], ["실사 안내", "개요", "목적"], ["실사 안내", "절차"],
    ]  # fmt: skip
    assert _tree(sections[2].blocks) == [[("준비", ["잠근다.", "센다."])]]


def test_decomposed_names_and_text_are_read_composed(tmp_path):
    (tmp_path / "입고.md").write_text("# 입고", encoding="utf-8")
    name, path = find_documents([tmp_path])[0]
    assert name == "입고.md"
    assert read_document(name, path).title == "입고"


def test_one_unreadable_document_costs_no_other(tmp_path):
    (tmp_path / "a.md").write_bytes("# 입고\n\n입고는 업무이다.\n".encode("cp949") + b"\xff\xff")
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


@pytest.mark.parametrize(
    ("text", "headings", "tree"),
    [
        # a title with what it is known by right below it
        ("야간 반출 지침\n작성부서 안전팀\n시행일 2025. 3. 2.\n\n1. 신청\n\n전날까지 신청한다.\n", ["야간 반출 지침", "신청"], ["전날까지 신청한다."]),
        # a term, and sentences set in below it
        ("반출은 다음과 같다.\n가. 부분 반출\n  남은 상자는 그 칸에 두고 나간 만큼만 적는다.\n나. 전량 반출\n  칸을 비우고 팻말을 뗀 다음 사진을 남긴다.\n", [],
         ["반출은 다음과 같다.", [("부분 반출", ["남은 상자는 그 칸에 두고 나간 만큼만 적는다."]), ("전량 반출", ["칸을 비우고 팻말을 뗀 다음 사진을 남긴다."])]]),
        # columns of spaces
        ("  구역        맡은 사람\n  냉장        박 반장\n  위험물      최 기사\n", [], [[["구역", "맡은 사람"], ["냉장", "박 반장"], ["위험물", "최 기사"]]]),
        # two spaces after a sentence are no column
        ("칸을 비운다.  팻말을 뗀다.\n사진을 찍는다.  장부에 적는다.\n열쇠를 건다.  불을 끈다.\n", [],
         ["칸을 비운다. 팻말을 뗀다. 사진을 찍는다. 장부에 적는다. 열쇠를 건다. 불을 끈다."]),
    ],
)  # fmt: skip
def test_plain_texts_without_empty_lines_are_read_as_they_are_meant(text, headings, tree):
    section = read_text(text)[-1]
    assert [line.text for line in section.headings] == headings
    assert [
        list(map(_untupled, block)) if isinstance(block, list) else block for block in _tree(section.blocks)
    ] == tree


def _untupled(entry):
    """An entry as (text, [what stands below])."""
    return (entry[0], list(entry[1:])) if isinstance(entry, tuple) else entry


def test_decimal_headings_count_on_without_empty_lines():
    sections = read_text(
        "1. 보상\n\n1.1 신청\n한 달 안에 신청한다.\n1.2 기준\n산 값으로 갚는다.\n3.5 톤 트럭은 따로 정한다.\n"
    )
    assert [section.headings[-1].text for section in sections] == ["신청", "기준"]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("① **화주**가 신청한다.\n② 센터가 승인한다.\n", [["화주가 신청한다.", "센터가 승인한다."]]),
        ("맡는 곳은 둘이다.\n○ 상온 창고\n○ 냉동 창고\n", ["맡는 곳은 둘이다.", ["상온 창고", "냉동 창고"]]),
        ("○ 쌓기\n  - 다섯 단까지\n  - 무거운 것부터\n○ 묶기\n", [[("쌓기", ["다섯 단까지", "무거운 것부터"]), "묶기"]]),
        ("- 상자를 쌓는다\n※ 다섯 단까지만 쌓는다\n- 끈으로 묶는다\n",
         [[("상자를 쌓는다", ("note", "다섯 단까지만 쌓는다")), "끈으로 묶는다"]]),
        ("> **꿀팁** 라벨을 두 장 붙인다.\n", [("tip", "라벨을 두 장 붙인다.")]),
        ("> **저장** 단추를 누른다.\n", [("note", "저장 단추를 누른다.")]),
    ],
)  # fmt: skip
def test_korean_signs_in_markdown_open_lists_and_notes(text, tree):
    source = normalise(f"# 창고\n\n{text}")
    (section,) = parse_markdown(source).sections
    assert _tree(section.blocks) == tree
    assert all(source[at] in (char, "\n") for line in _lines(section) for char, at in _pairs(line))


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("# 냉동실\n\n## 출입\n\n- 둘이 **함께** 들어간다.\n", True),
        ("구역 | 사람\n---|---\n냉장 | **박 반장**\n", True),
        ("제1장 구역\n\n제1조 담당\n\n| 구역 | 사람 |\n|---|---|\n| 냉장 | 박 반장 |\n", False),
        ("# 하나뿐인 표시\n\n둘이 들어간다.\n", False),
    ],
)  # fmt: skip
def test_a_text_file_written_in_markdown_is_read_as_markdown(tmp_path, text, is_markdown):
    (tmp_path / "안내.txt").write_text(text, encoding="utf-8")
    document = read_document("안내.txt", tmp_path / "안내.txt")
    assert (document.sections == parse_markdown(document.text).sections) is is_markdown
