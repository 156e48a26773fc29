"""Titles: what leads a question in, taken from the title of a page or from the headings of a manual."""

import pytest

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.titles import is_manual, subject_of, topic_of
from datagen.readers.files import read_document
from datagen.readers.markdown import parse_markdown


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("순환 실사", "순환 실사"),
        ("물류 모듈 사용자 매뉴얼", "물류 모듈"),
        ("물류 모듈 상세 메뉴얼", "물류 모듈"),  # as it is often misspelt
        ("매장 관리자 상세 매뉴얼", ""),
        ("이전 주문에 대한 초과 피킹", "초과 피킹"),
        ("카메라를 사용하여 라벨 스캔", "라벨 스캔"),
        ("제3장 반품 검수", "반품 검수"),
        ("자주 묻는 질문", ""),
        ("출고 예정을 합칩니다.", ""),
    ],
)
def test_a_title_names_its_subject_without_the_kind_of_document_and_its_readers(title, subject):
    assert subject_of(title) == subject


@pytest.mark.parametrize("heading", ["사용 방법", "1. 주요 기능", "개요", "상세 설명", "관리자 매뉴얼", "설정"])
def test_a_heading_of_the_skeleton_tells_no_topic(heading):
    assert topic_of(heading) == ""


@pytest.mark.parametrize(("heading", "topic"), [("2.1 상품 관리", "상품 관리"), ("3단계: 출고 확정", "출고 확정")])
def test_a_telling_heading_loses_only_its_number(heading, topic):
    assert topic_of(heading) == topic


def test_only_a_book_is_a_manual():
    assert is_manual("재고 모듈 사용자 매뉴얼 (v2)")
    assert not is_manual("순환 실사 절차")


MANUAL = """# 매장 시스템 사용자 매뉴얼

## 📦 상품 관리

### 사용 방법

#### 1. 목록 조회

조회 조건을 고른다.

### 상품 상태 종류

- **판매중**: 주문을 받는 상품
"""


def reading(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return Reading(document, read_sentences([document], ()), frozenset())


def at(manual, heading):
    section = next(one for one in manual.document.sections if one.headings[-1].text == heading)
    return manual.at(section)


def test_a_manual_leads_in_by_the_nearest_heading_that_tells_a_topic():
    manual = reading(MANUAL.replace("📦 ", ""))
    assert at(manual, "1. 목록 조회").scope("목록은 어떻게 조회해?") == "상품 관리에서 목록은 어떻게 조회해?"


def test_a_manual_leads_in_by_nothing_where_that_heading_is_named():
    manual = reading(MANUAL.replace("📦 ", ""))
    assert at(manual, "상품 상태 종류").scope("상품 상태 종류는 뭐가 있어?") == "상품 상태 종류는 뭐가 있어?"


def test_a_page_leads_in_by_its_title():
    page = reading("# 순환 실사\n\n## 준비\n\n구역을 나눈다.")
    assert at(page, "준비").scope("뭘 준비해야 돼?") == "순환 실사에서 뭘 준비해야 돼?"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("## 📦 상품 관리 ✨", "상품 관리"),
        ("## ■ 상품 관리", "상품 관리"),
        ("1️⃣ 상품을 고릅니다.", "상품을 고릅니다."),
        ("✅ 재고는 저절로 줄어듭니다.", "재고는 저절로 줄어듭니다."),
        ("❌ 지게차 위에 탑승", "❌ 지게차 위에 탑승"),  # without its cross it would say the opposite
        ("📦", "📦"),
        ("① 입고", "① 입고"),
    ],
)
def test_ornaments_are_no_text(tmp_path, line, text):
    path = tmp_path / "x.md"
    path.write_text(f"# 제목\n\n{line}\n\n본문이다.\n", encoding="utf-8")
    document = read_document("x.md", path)
    found = next(
        one
        for section in document.sections
        for one in (section.headings[-1], *(block.line for block in section.blocks))
        if text in one.text
    )
    start, end = found.source()
    assert found.text == text == document.text[start:end]
