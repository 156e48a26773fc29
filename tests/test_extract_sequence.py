"""Steps by their place: one by its number, the last, and neighbours whose topics are somebody."""

import pytest

from curation.korean.register import convert
from datagen.documents import Document
from datagen.extract.procedures.steps import steps
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def told(body, title="이용 안내"):
    """{question in 반말: answer in 합쇼체} of every wording of every candidate."""
    markdown = f"# {title}\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return {
        phrase(template.text, REGISTERS[0], candidate.slots): convert([candidate.answer], to="hapsyo")[0].text
        for candidate in steps(reading)
        for template in candidate.templates
    }


RETURN = """\
## 반품 상품 판정하기

1. 현장 작업자가 반품 송장을 스캔한다.
2. 현장 작업자가 상자를 열어 내용물을 찍는다.
3. 상품의 바코드를 스캔해 주문과 대조한다.
4. 판정 화면에 결과를 입력한다.
5. 입고 담당자가 결과를 상담원에게 알린다.
"""


def test_a_step_is_asked_for_by_its_number_and_one_only():
    found = told(RETURN)
    answer = "반품 상품을 판정할 때는 상품의 바코드를 스캔해 주문과 대조합니다."
    assert found["반품 상품을 판정할 때 3단계에서는 뭘 해?"] == answer
    assert found["반품 상품을 판정할 때 세 번째로 뭘 해야 돼?"] == answer
    assert not any("2단계" in question or "4단계" in question for question in found)


def test_the_last_step_is_asked_for_as_such():
    answer = "반품 상품을 판정할 때는 마지막으로 입고 담당자가 결과를 상담원에게 알립니다."
    assert told(RETURN)["반품 상품을 판정할 때 마지막에는 뭘 해?"] == answer


@pytest.mark.parametrize(
    "body",
    [
        "## 반품 상품 판정하기\n\n1. 반품 송장을 스캔한다.\n2. 상자를 열어 내용물을 찍는다.",
        RETURN.replace("## 반품 상품 판정하기", "## 2단계: 반품 상품 판정하기"),  # a stage itself
        "## 반품 절차\n\n- 송장을 스캔한다.\n- 상자를 열어 찍는다.\n- 주문과 대조한다.\n- 결과를 적는다.",
    ],
)
def test_no_step_has_a_number_where_nobody_would_see_one(body):
    assert not any(
        "단계에서" in question and "첫" not in question for question in told(body) if "마지막" not in question
    )


def test_a_click_has_no_number_and_is_not_the_last():
    body = "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. **추가** 를 누릅니다.\n3. 이름을 적습니다.\n4. **저장** 을 누릅니다."
    found = told(body)
    assert "보관함을 만들 때 3단계에서는 뭘 해?" in found
    assert not any("2단계" in question or "마지막" in question for question in found)


def test_a_topic_that_is_somebody_becomes_the_subject_of_a_larger_clause():
    body = "## 재고 실사\n\n1. 재고관리자는 실사표를 출력한다.\n2. 조사자는 실물을 센다.\n3. 차이는 조장이 다시 센다."
    found = told(body)
    assert found["재고 실사를 할 때 뭐부터 해야 돼?"] == "재고 실사를 하려면 먼저 재고관리자가 실사표를 출력합니다."
    asked = "재고 실사를 할 때 재고관리자가 실사표를 출력하고 나면 그다음에는 어떤 일을 해?"
    assert found[asked] == "재고관리자가 실사표를 출력한 다음에는 조사자가 실물을 셉니다."
