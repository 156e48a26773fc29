"""Tables of cells: which rows and columns anyone would ask about, and how what comes of an act or a state is told."""

import pytest

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.tables.table import cells
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ([phrase(template.text, REGISTERS[0], found.slots) for template in found.templates], found.answer)
        for found in cells(reading)
    ]


def answers(table, *, intro="", heading="오븐"):
    lead = f"{intro}\n\n" if intro else ""
    return [answer for _, answer in pairs(f"# 제과점\n\n## {heading}\n\n{lead}{table}")]


@pytest.mark.parametrize(
    "table",
    [
        "| 순서 | 재료 |\n|---|---|\n| 1 | 밀가루 |\n| 2 | 효모 |\n",  # only counted off
        "| 코드 | 인쇄되는 글 |\n|---|---|\n| $이름$ | 봄빵집 |\n| $주소$ | 큰길 3 |\n",  # names of what is filled in
        "| 오븐 | 연료 |\n|---|---|\n| 돌 오븐 | 가스 |\n| 데크 오븐 | 가스 |\n",  # the same of all
        "| 매장 | Bakery Suite |\n|---|---|\n| 진열대 | 선반 |\n| 계산대 | 창구 |\n",  # another system's names
        "| 오븐 | 구성 |\n|---|---|\n| 돌 오븐 | 벽돌을 쌓습니다. |\n| 데크 오븐 | 판을 겹칩니다. |\n",  # no 구성 is a clause
    ],
)
def test_rows_and_columns_nobody_asks_about_give_no_pair(table):
    assert answers(table) == []


def test_a_table_that_its_text_calls_a_sample_states_no_fact():
    table = "| 빵 | 온도 |\n|---|---|\n| 호밀빵 | 210 ℃ |\n| 식빵 | 180 ℃ |\n"
    assert answers(table)
    assert answers(table, intro="다음 표는 온도표의 예를 보여 줍니다.") == []


def test_a_row_is_called_by_its_class_where_it_is_a_bare_number():
    table = "| 오류 코드 | 뜻 |\n|---|---|\n| 12 | 전원 차단 |\n| 13 | 과열 |\n"
    assert answers(table) == ["오류 코드 12는 전원 차단을 뜻합니다.", "오류 코드 13은 과열을 뜻합니다."]


def test_a_column_of_lengths_is_not_asked_what_it_is():
    table = "| 빵틀 | 길이 |\n|---|---|\n| 식빵 틀 | 최대 30센티미터 |\n| 파운드 틀 | 최소 20센티미터 |\n"
    assert not [q for asked, _ in pairs(f"# 제과점\n\n## 틀\n\n{table}") for q in asked if "길이" in q and "뭐" in q]


def test_who_stands_among_things_does_not_act():
    table = "| 배송 기준 | 묶는 방법 |\n|---|---|\n| 운송사 | 같은 운송사의 빵을 모은다. |\n| 방면 | 같은 길의 빵을 모은다. |\n"
    assert "운송사의 경우 같은 운송사의 빵을 모은다." in answers(table)


def test_what_comes_of_an_act_is_told_whole():
    table = (
        "| 작업 | 결과 |\n|---|---|\n| 예약을 취소합니다. | 재료 주문도 취소됩니다. 선금은 돌려받을 수 없습니다. |\n"
        "| 수량을 바꿉니다. | 금액이 다시 계산됩니다. |\n"
    )
    [(asked, answer), _] = pairs(f"# 예약\n\n## 변경\n\n{table}")
    assert any(question.endswith("예약을 취소하면 어떻게 돼?") for question in asked)
    assert answer == "예약을 취소하면 재료 주문도 취소됩니다. 선금은 돌려받을 수 없습니다."


def test_a_state_is_asked_for_by_what_it_is_the_state_of():
    table = "| 상태 | 설명 |\n|---|---|\n| 접수 | 예약이 들어왔습니다. |\n| 확정 | 점장이 예약을 받아들였습니다. |\n"
    [(asked, answer), _] = pairs(f"# 제과점\n\n## 케이크 예약\n\n{table}")
    assert any("케이크 예약 상태가 '접수'이면 무슨 뜻이야?" in question for question in asked)
    assert answer == "케이크 예약 상태가 '접수'이면 예약이 들어왔습니다."
