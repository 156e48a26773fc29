"""Numbers in prose: which quantities are asked in place, and which stand in a clause that nobody asks so."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.number import numbers
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def first_questions(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [phrase(found.templates[0].text, REGISTERS[0], found.slots) for found in numbers(reading)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("예약 담당자는 취소 신청을 3일 이내에 승인하여야 한다.", "예약 담당자는 취소 신청을 며칠 이내에 승인해야 해?"),
        ("주말 배송은 한 건에 2,500원의 요금이 더 붙습니다.", "주말 배송은 한 건에 얼마의 요금이 더 붙어?"),
        ("야간 점검은 매일 23시에 시작합니다.", "야간 점검은 매일 몇 시에 시작해?"),
        ("예약 장부는 매달 2회 대조합니다.", "예약 장부는 매달 몇 회 대조해?"),
    ],
)
def test_a_quantity_of_the_main_clause_is_asked_in_place(sentence, question):
    (asked,) = first_questions(f"# 예약\n\n{sentence}\n")
    assert asked.endswith(question)


@pytest.mark.parametrize(
    "sentence",
    [
        "단골 손님은 20%, 처음 온 손님은 정가가 원칙이다.",  # a second topic
        "빵집의 하루는 아침 5시 반죽실 불이 켜지면서 시작된다.",  # a clause
        "홍보 담당은 매월 10일 점장 회의에서 결과를 발표한다.",  # a day without its particle
        "기본 기준은 30일입니다.",  # a topic that names nothing
        "오래된 빵은 3일이 지난 뒤에 남은 빵과 함께 버립니다.",  # in a modifier
    ],
)
def test_a_quantity_beside_another_clause_is_left_alone(sentence):
    assert first_questions(f"# 제과점\n\n{sentence}\n") == []


def test_what_a_release_changed_is_no_lasting_number():
    assert first_questions("# 예약 앱\n\n## 버전 2.1 변경된 사항\n\n예약 취소는 2시간 전까지 받습니다.\n") == []


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("예약이 겹치면 예약 담당자는 3일 이내에 확인서를 작성하여 손님에게 보내야 한다.",
         "예약이 겹치면 예약 담당자는 며칠 이내에 확인서를 작성하여 손님에게 보내야 해?"),
        ("취소 신청서는 바로 파쇄하고, 예약 장부는 2년간 보관한다.", "예약 장부는 몇 년간 보관해?"),
        ("1. 예약 장부는 매달 2회 대조한다.\n2. 취소 신청서는 손님에게 돌려준다.", "예약 장부는 매달 몇 회 대조해?"),
    ],
)  # fmt: skip
def test_a_quantity_in_a_claim_or_rule_of_its_own_is_asked(body, question):
    (asked,) = first_questions(f"# 예약\n\n## 예약 장부\n\n{body}\n")
    assert asked.endswith(question)
