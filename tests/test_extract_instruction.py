"""One step as an answer says it: note form becomes a statement, with its remark and its particles."""

import pytest

from datagen.documents import Document, Items
from datagen.extract.procedures.instruction import is_click, read_instruction
from datagen.extract.reading import Reading, read_sentences
from datagen.readers.markdown import parse_markdown


def step(text):
    markdown = f"# 안내\n\n1. {text}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    (block,) = document.sections[0].blocks
    assert isinstance(block, Items)
    return read_instruction(Reading(document, read_sentences([document], ()), frozenset()), block.items[0])


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("수량과 단위 입력", "수량과 단위를 입력합니다."),
        ("검색창에 거래처명 입력하여 거래처 조회", "검색창에 거래처명을 입력하여 거래처를 조회합니다."),
        ("목록에서 원하는 직원 확인", "목록에서 원하는 직원을 확인합니다."),
        ("부서장 결재", "부서장이 결재합니다."),
        ('"반려" 버튼 클릭', '"반려" 버튼을 클릭합니다.'),
        ('상단에서 "새 문서" 클릭', '상단에서 "새 문서"를 클릭합니다.'),
        ("받는 곳 선택 (택배일 때)", "받는 곳을 선택합니다(택배일 때)."),
        ("**기준 정보** → **거래처** 메뉴로 이동", "'기준 정보' 메뉴에서 '거래처'로 이동합니다."),
        ("내용을 검토하여 승인 또는 반려", "내용을 검토하여 승인하거나 반려합니다."),
    ],
)
def test_a_note_becomes_a_statement(note, said):
    found = step(note)
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize(
    "note", ["로그인 후 자동으로 첫 화면 표시", "권한이 있으면 삭제 버튼 표시", "기준 정보 → 거래처 선택"]
)
def test_what_the_screen_does_is_no_step(note):
    assert step(note) is None


def test_a_duty_to_keep_something_for_later_stays_in_a_step():
    found = step("단말을 목록에서 지웁니다. 나중에 필요하므로 단말 번호를 적어 둡니다.")
    assert found is not None
    assert found.text.endswith("단말 번호를 적어 둡니다.")


def test_somebodys_own_value_is_not_told():
    assert step('**나라** 필드에 "KOR"를 입력합니다.') is None


def test_a_new_record_is_only_a_click():
    found = step("새로 만들기를 클릭합니다.")
    assert found is not None
    assert is_click(found)
