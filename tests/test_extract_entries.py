"""Members of lists: how what a list says of each is asked for, and what says nothing."""

import pytest

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.screens.fields import fields
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(heading, *items, mark="- "):
    """Question of the first wording in 반말 and answer of each member below a heading."""
    markdown = f"# 꽃집 관리\n\n## {heading}\n\n" + "".join(f"{mark}**{item}\n" for item in items)
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    found = fields(Reading(document, read_sentences([document], ()), frozenset()))
    return {one.answer: phrase(one.templates[0].text, REGISTERS[0], one.slots) for one in found}


OTHER = "배달 사진**: 문 앞에 놓은 꽃을 찍은 그림"


@pytest.mark.parametrize(
    ("heading", "item", "question", "answer"),
    [
        ("주문 상태 설명", "포장중**: 꽃을 상자에 담고 있는 상태",
         "주문 상태 중 포장중은 어떤 상태를 말하는 거야?", "포장중은 꽃을 상자에 담고 있는 상태입니다."),
        ("회원 분류", "단골**: 한 달에 세 번 넘게 오는 회원",
         "회원 분류 중 단골은 어떤 회원을 말하는 거야?", "단골은 한 달에 세 번 넘게 오는 회원입니다."),
        ("배달 상태 확인", "출발**: 기사에게 꽃을 넘기는 중",
         "배달 상태 중 출발은 무슨 뜻이야?", "출발은 기사에게 꽃을 넘기는 중이라는 뜻입니다."),
        ("매출 통계", "객단가**: 한 사람이 하루에 쓴 평균 금액",
         "매출 통계 중 객단가가 뭐야?", "객단가는 한 사람이 하루에 쓴 평균 금액입니다."),
        ("설정 항목", "매장 정보**: 상호, 주소, 전화번호",
         "설정 항목 중 매장 정보에는 뭐가 있어?", "매장 정보에는 상호, 주소, 전화번호가 있습니다."),
        ("할인 구분", "대상**: 회원/비회원", "할인 구분 중 대상에는 뭐가 있어?", "대상에는 회원/비회원이 있습니다."),
        ("내려받는 데이터", "회원 데이터**: 구매 이력 및 적립 내역",
         "내려받는 데이터 중 회원 데이터에는 뭐가 있어?", "회원 데이터에는 구매 이력 및 적립 내역이 있습니다."),
        ("할인 설정", "생일 할인**: 10% (기본값)",
         "할인 설정 중 생일 할인은 기본값이 뭐야?", "생일 할인의 기본값은 10%입니다."),
        ("배달 화면 구성", "도착 알림**: 남은 거리 표시",
         "배달 화면에 있는 도착 알림은 뭐 하는 거야?", "도착 알림은 남은 거리를 표시합니다."),
        ("사용자 역할", "본점 관리자**: 모든 매장의 가격을 고치는 권한",
         "사용자 역할 중 본점 관리자에게는 어떤 권한이 있어?", "본점 관리자에게는 모든 매장의 가격을 고치는 권한이 있습니다."),
    ],
)  # fmt: skip
def test_the_question_follows_what_the_list_says(heading, item, question, answer):
    found = pairs(heading, item, OTHER)
    assert found.get(answer, "").endswith(question), found


@pytest.mark.parametrize(
    "item",
    [
        "주소**: 배달 주소",  # the name again
        "할인 금액**: 적용된 할인 금액",
        "이름**: 회원 이름",
        "알림**: 즉시 반영",  # a deed is no meaning
        "검색**: 상호, 지역, 날짜별 검색",
        "카테고리별**: 꽃 갈래에 따른 판매량",  # names nothing
        "매장 직원**: 정해진 화면만 접근",
        "진행**: 접수 → 제작 → 배달",
        "홍보 등급**: 큰 꽃다발, 특별 할인 적용",
    ],
)
def test_what_says_nothing_of_a_member_gives_no_pair(item):
    assert [answer for answer in pairs("회원 정보", item, OTHER) if not answer.startswith("배달 사진")] == []


def test_figures_are_told_of_in_a_numbered_list_too():
    items = ("취소율**: 받은 주문 가운데 물린 것의 비율", "마진**: 판 값에서 산 값을 뺀 금액")
    assert set(pairs("주요 지표", *items, mark="1. ")) == {
        "취소율은 받은 주문 가운데 물린 것의 비율입니다.",
        "마진은 판 값에서 산 값을 뺀 금액입니다.",
    }
