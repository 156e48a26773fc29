"""Whole tables: which way one reads, which of its columns anybody asks for, and what its heads and rows are called."""

import pytest

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.tables.rows import comparisons
from datagen.extract.tables.table import cells
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def candidates(table, *, heading, extract=cells):
    markdown = f"# 제과점\n\n## {heading}\n\n{table}"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return list(extract(Reading(document, read_sentences([document], ()), frozenset())))


def answers(table, *, heading="오븐"):
    return [found.answer for found in candidates(table, heading=heading)]


def questions(table, *, heading="오븐"):
    return [
        phrase(template.text, REGISTERS[0], found.slots)
        for found in candidates(table, heading=heading)
        for template in found.templates
    ]


PARALLEL = "| 구분 | 직화법 | 증기법 |\n|---|---|---|\n| 소요 시간 | 40분 | 25분 |\n| 권장 품목 | 바게트 | 만주 |\n"


def test_a_table_whose_heads_are_parallel_things_is_read_the_other_way_round():
    assert answers(PARALLEL) == [
        "직화법의 소요 시간은 40분입니다.",
        "직화법의 권장 품목은 바게트입니다.",
        "증기법의 소요 시간은 25분입니다.",
        "증기법의 권장 품목은 만주입니다.",
    ]


def test_parallel_things_are_compared():
    (first, *_) = candidates(PARALLEL, heading="오븐", extract=comparisons)
    assert first.answer == "직화법의 소요 시간은 40분이고, 증기법의 소요 시간은 25분입니다."


def test_a_thing_is_called_without_what_only_says_that_it_is_told_of():
    table = "| 비교 기준 | 돌 오븐의 특성 | 철 오븐의 특성 |\n|---|---|---|\n| 예열 시간 | 60분 | 20분 |\n| 무게 | 300 kg | 80 kg |\n"
    assert answers(table)[0] == "돌 오븐의 예열 시간은 60분입니다."


def test_a_table_of_properties_across_stays_as_it_stands():
    table = "| 구분 | 온도 | 습도 |\n|---|---|---|\n| 발효실 | 28℃ | 75% |\n| 냉장실 | 4℃ | 60% |\n"
    assert "발효실의 온도는 28℃입니다." in answers(table)


@pytest.mark.parametrize(
    "table",
    [
        "| 빵 | 비고 |\n|---|---|\n| 식빵 | 우유 포함 |\n| 바게트 | 당일 판매 |\n",  # a remark
        "| 빵 | type |\n|---|---|\n| 식빵 | string(5) |\n| 바게트 | array |\n",  # of a program
        "| field | 설명 |\n|---|---|\n| breadName | 빵 이름 |\n| breadPrice | 빵 값 |\n",
        "| 빵 | 선반당 |\n|---|---|\n| 식빵 | 20kg |\n| 바게트 | 10kg |\n",  # of what?
        "| 위반 | 1차 |\n|---|---|\n| 지각 | 구두 경고 |\n| 결근 | 서면 경고 |\n",
        "| 매장 | 평일 |\n|---|---|\n| 본점 | 22:00 |\n| 역전점 | 21:00 |\n",  # what is on a weekday?
        "| 빵 | 예약 |\n|---|---|\n| 식빵 | M |\n| 바게트 | C |\n",  # flags
        "| 공정 | 기준 |\n|---|---|\n| 반죽 | EA |\n| 포장 | 팔레트/일 |\n",  # a unit
        "| 결정 | 반장 | 점장 |\n|---|---|---|\n| 할인 | 기안 | 결재 |\n| 폐기 | 검토 | 결재 |\n",  # who signs
        "| 개정 번호 | 내용 |\n|---|---|\n| 1.0 | 최초 작성 |\n| 1.1 | 온도 변경 |\n",  # a history
        "| 빵 | 조건 |\n|---|---|\n| 과발효 | 부피 > 기준 |\n| 미발효 | 부피 < 기준 |\n",  # signs
        "| 송신 | 수신 |\n|---|---|\n| 주문 앱 | 계산대 |\n| 계산대 | 창고 |\n",  # from one to another
        "| 요일 | 마감 |\n|---|---|\n| 월~금 | 21시 |\n| 토 | 18시 |\n",  # no name
    ],
)
def test_what_nobody_asks_for_gives_no_pair(table):
    assert answers(table) == []


def test_an_hour_is_asked_for_what_is_on_and_nothing_else():
    table = "| 시간 | 내용 | 장소 |\n|---|---|---|\n| 05:00 | 반죽 | 작업실 |\n| 07:30 | 진열하기 | 매장 |\n"
    assert answers(table, heading="하루") == ["05:00의 일정은 반죽입니다.", "07:30의 일정은 진열하기입니다."]


def test_a_short_head_is_called_as_its_heading_calls_it_in_full():
    table = "| 구분 | 시간 |\n|---|---|\n| 평일 | 08:00~20:00 |\n| 토요일 | 09:00~15:00 |\n"
    assert answers(table, heading="영업 시간")[0] == "평일의 영업 시간은 08:00~20:00입니다."
    kept = "| 구분 | 온도 |\n|---|---|\n| 냉장 보관 | 4℃ |\n| 냉동 보관 | -18℃ |\n"
    assert answers(kept, heading="보관 온도")[0] == "냉장 보관의 온도는 4℃입니다."


def test_a_class_is_not_said_twice():
    table = "| 코드 | 뜻 |\n|---|---|\n| E1 | 과열 |\n| E2 | 문 열림 |\n"
    assert not [question for question in questions(table, heading="오류 코드") if "코드 코드" in question]


def test_a_bound_is_called_with_what_it_bounds():
    table = "| 주문 금액 | 승인자 |\n|---|---|\n| 10만원 이하 | 반장 |\n| 10만원 초과 | 점장 |\n"
    assert "주문 금액 10만원 이하의 승인자는 반장입니다." in answers(table)


def test_a_price_takes_its_unit_from_its_head_and_says_in_what_it_is_charged():
    table = "| 구분 | 단위 | 단가(원) |\n|---|---|---|\n| 식빵 반죽 | 판 | 900 |\n| 케이크 포장 | 상자 | 500 |\n"
    assert answers(table, heading="작업 요금표")[0] == "식빵 반죽의 단가는 판 기준 900원입니다."


@pytest.mark.parametrize(
    ("cell", "question"),
    [
        ("설비팀", "담당 부서는 어디야?"),
        ("제빵 반장", "담당은 누구야?"),
    ],
)
def test_who_is_in_charge_is_a_team_or_somebody(cell, question):
    table = f"| 설비 | 담당 |\n|---|---|\n| 돌 오븐 | {cell} |\n| 반죽기 | 이도현 |\n"
    assert any(asked.endswith(question) for asked in questions(table))
    bare = "| 설비 | 담당 |\n|---|---|\n| 돌 오븐 | 원가 |\n| 반죽기 | 물류 |\n"
    assert questions(bare) == []


@pytest.mark.parametrize(
    ("head", "cell"), [("왕복 배송비", "회사 부담"), ("반죽 휨", "5 mm 초과 10 mm 이하"), ("소요 기간", "3일 이상")]
)
def test_a_cost_or_a_measure_is_not_asked_what_it_is(head, cell):
    table = f"| 구분 | {head} |\n|---|---|\n| 식빵 택배 | {cell} |\n| 쿠키 택배 | 없음 |\n"
    assert questions(table)
    assert not [question for question in questions(table) if "뭐" in question]


def test_a_quality_told_by_an_adjective_is_said_of_the_row():
    table = "| 오븐 | 예열 시간 |\n|---|---|\n| 돌 오븐 | 길다 |\n| 철 오븐 | 짧다 |\n"
    assert answers(table) == ["돌 오븐은 예열 시간이 길다.", "철 오븐은 예열 시간이 짧다."]


def test_a_bare_grade_or_span_is_called_with_its_class():
    table = "| 고장 등급 | 보고 대상 |\n|---|---|\n| 1등급 | 점장 |\n| 2등급 | 반장 |\n"
    assert any("고장 등급 중 1등급의 보고 대상" in question for question in questions(table))
    table = "| 연체 기간 | 조치 |\n|---|---|\n| 7일 | 전화를 건다. |\n| 30일 | 납품을 멈춘다. |\n"
    assert answers(table)[0] == "연체 기간 7일의 경우 전화를 건다."
