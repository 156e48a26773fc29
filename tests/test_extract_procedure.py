"""What a list of steps achieves, and which lists are one order of steps."""

import pytest

from curation.korean.register import convert
from datagen.documents import Document
from datagen.extract.procedures.procedure import procedures
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def told(body, title="안내"):
    """(every wording in 반말, answer in 합쇼체) of each candidate."""
    markdown = f"# {title}\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        (
            [phrase(template.text, REGISTERS[0], candidate.slots) for template in candidate.templates],
            convert([candidate.answer], to="hapsyo")[0].text,
        )
        for candidate in procedures(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        # a heading that says only that a way follows takes the act above it
        (
            "## 1. 지점 선택\n\n### 사용 방법\n\n1. 화면 위의 목록에서 지역 선택\n2. 원하는 지점 선택",
            "지점을 선택하려면 어떻게 해야 돼?",
        ),
        (
            "## 3. 구매입고처리\n\n### 3.1 처리순서\n\n1. 거래처를 조회합니다.\n2. 발주번호를 고릅니다.",
            "구매입고처리를 하려면 어떻게 해야 돼?",
        ),
        # the lead says what goes on in an order
        (
            "## 제6조 (검수)\n\n검수자는 다음 순서로 검수한다.\n\n1. 운송장을 스캔한다.\n2. 상품을 대조한다.",
            "검수는 어떤 순서로 진행해?",
        ),
        (
            "## 웨이브 재고\n\n웨이브의 재고는 다음 순서로 할당합니다.\n\n1. 로트를 고릅니다.\n2. 수량을 잡습니다.",
            "웨이브의 재고를 할당하려면 어떻게 해야 돼?",
        ),
        (
            "## 냉장고 온도 이탈 시 조치\n\n1. 경보를 확인한다.\n2. 문을 닫는다.",
            "냉장고 온도 이탈 시 조치는 어떤 순서로 진행해?",
        ),
    ],
)
def test_the_goal_is_named_by_what_stands_above(body, question):
    (found,) = told(body)
    assert question in found[0]


@pytest.mark.parametrize(
    "body",
    [
        "## 상품 관리\n\n1. 새 상품 등록\n2. 상품 목록에서 상품 선택\n3. 가격 입력",  # managing is many acts
        "## 상품 정보 정리\n\n1. 상품 선택\n2. 상품 정보 수정\n3. 상품 삭제",  # nobody deletes what has been edited
        "## 통계 분석\n\n1. 기간별 매출 조회\n2. 지점별 매출 비교\n3. 매출 추이 분석",  # what the menu is good for
        "## 목록 조회\n\n1. 화면에 목록이 표시됩니다.\n2. 목록은 분류별로 나뉩니다.\n3. 상품을 눌러 엽니다.",
    ],
)
def test_a_catalogue_of_deeds_is_no_procedure(body):
    assert told(body) == []


def test_two_windows_are_closed_with_the_same_click():
    body = "## 보충 예약\n\n1. 보충 화면을 엽니다.\n2. 주기를 정합니다.\n3. **확인** 을 누릅니다.\n4. **확인** 을 누릅니다."
    (found,) = told(body)
    assert found[1].endswith("3. '확인'을 누릅니다.\n4. '확인'을 누릅니다.")


@pytest.mark.parametrize(
    ("body", "question"),
    [
        # a heading with the code of its screen
        (
            "## 4.2 반입 계획 등록 [RB20]\n\n### 등록 절차\n\n1. 화주를 선택합니다.\n2. 수량을 적고 저장합니다.",
            "반입 계획을 등록하려면 어떻게 해야 돼?",
        ),
        # a bare way and the thing above it, of which the steps speak
        (
            "## 3. 조정 전표\n\n### 등록 절차\n\n1. 목록에서 전표 유형을 고른다.\n2. 사유를 입력하고 저장한다.",
            "조정 전표를 등록하려면 어떻게 해야 돼?",
        ),
        # a friendly guide, and a form whose first button stands in brackets
        (
            "## 배차 수락은 이렇게 해요\n\n1. 알림을 눌러 상세로 들어가요.\n2. 상차지를 확인해요.",
            "배차 수락은 어떻게 하면 돼?",
        ),
        (
            "## 출고지시 등록\n\n1. [신규] 버튼을 클릭합니다.\n2. 창고를 선택하고 수량을 입력합니다.",
            "출고지시를 등록하려면 어떻게 해야 돼?",
        ),
        # a heading that counts its steps
        (
            "## 피킹, 두 단계면 충분해요\n\n1. 화면의 주소로 가요.\n2. 상품을 꺼내 바코드를 찍어요.",
            "피킹은 어떤 순서로 진행해?",
        ),
    ],
)
def test_a_goal_is_named_as_manuals_name_it(body, question):
    assert any(question in wordings for wordings, _ in told(body))


def test_stages_are_told_by_their_names():
    ((_, answer),) = told(
        "## 개요\n\n반입 업무는 다음 세 단계로 진행됩니다.\n\n1. 반입 계획 등록\n2. 검수\n3. 반입 확정"
    )
    assert answer == "반입 업무는 다음 세 단계로 진행됩니다.\n1. 반입 계획 등록\n2. 검수\n3. 반입 확정"


def test_articles_are_no_steps():
    articles = "1. 시장은 반기마다 시설을 점검한다.\n2. 점검을 거부한 자는 시설을 운영할 수 없다."
    assert told(f"## 정기 점검\n\n{articles}") == []


def test_a_condition_stays_with_its_step():
    body = "## 반품 등록\n\n1. 목록에서 사유를 고른다. 파손은 사진이 없으면 저장되지 않는다.\n2. 수량을 입력하면 금액이 표시된다."
    ((_, answer),) = told(body)
    assert "파손은 사진이 없으면 저장되지 않습니다." in answer
    assert "수량을 입력하면 금액이 표시됩니다." in answer
