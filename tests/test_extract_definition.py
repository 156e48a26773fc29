"""Definitions: which sentences and leads say what a thing is."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.definition import definitions, meaning_of
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

HEAD = "# 창고 용어\n\n## 구역\n\n"


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [(found.slots["term"], found.answer) for found in definitions(reading)]


@pytest.mark.parametrize(
    ("body", "pair"),
    [
        ("예약 슬롯은 도크 하나를 한 차량이 쓰도록 잘라 놓은 시간 단위입니다.",
         ("예약 슬롯", "예약 슬롯은 도크 하나를 한 차량이 쓰도록 잘라 놓은 시간 단위입니다.")),
        ("합포장은 여러 주문을 한 상자에 담는 것을 말합니다.", ("합포장", "합포장은 여러 주문을 한 상자에 담는 것을 말합니다.")),
        ("창고마다 다릅니다. 임시 구역은 성수기에만 쓰는 보관 자리입니다.",
         ("임시 구역", "임시 구역은 성수기에만 쓰는 보관 자리입니다.")),
        ("- **출고 존** – 나갈 상품을 모아 두는 자리입니다.\n- **반품 존** – 돌아온 상품을 모아 두는 자리입니다.",
         ("출고 존", "출고 존은 나갈 상품을 모아 두는 자리입니다.")),
    ],
)  # fmt: skip
def test_what_a_thing_is_becomes_a_pair(body, pair):
    assert pair in pairs(HEAD + body + "\n")


@pytest.mark.parametrize(
    "body",
    [
        "장점은 자리를 따로 비우지 않아도 되는 점입니다.",  # an attribute
        "출고가 늦어지는 까닭은 상차 순서를 모르는 것입니다.",  # a reason
        "이 방식은 자리를 미리 정하는 보관 방식입니다.",  # points at what is not named
        "- **예** – 라벨을 바로 찍는 설정입니다.\n- **아니요** – 라벨을 나중에 찍는 설정입니다.",  # values
    ],
)
def test_what_defines_nothing_gives_no_pair(body):
    found = [term for term, _ in pairs(HEAD + body + "\n")]
    assert not set(found) - {"예", "아니요"} or found == []


def test_labels_and_values_are_no_terms():
    led = "다음 필드를 설정합니다.\n\n- **적재 순서** – 상자를 쌓는 차례입니다.\n- **최대 높이** – 쌓아도 되는 높이입니다.\n"
    assert pairs(HEAD + led) == []


@pytest.mark.parametrize(
    ("term", "question"), [("출고 담당자", "출고 담당자는 어떤 사람이야?"), ("슈트", "슈트가 뭐야?")]
)
def test_somebody_is_not_asked_for_with_what(term, question):
    assert phrase(meaning_of(term)[0].text, REGISTERS[0], {"term": term}) == question


def test_a_quantity_is_asked_for_its_meaning():
    asked = [phrase(template.text, REGISTERS[0], {"term": "예약 수량"}) for template in meaning_of("예약 수량")]
    assert asked
    assert "예약 수량이 뭐야?" not in asked


@pytest.mark.parametrize(
    ("body", "term"),
    [
        ("1. '보류 재고'란 확인이 끝나기 전까지 내보내지 않는 재고를 말한다.", "보류 재고"),
        ('1. "위탁자"란 보관을 맡긴 회사를 말한다.\n2. "하역"이란 짐을 싣고 내리는 일을 말한다.', "하역"),
        ("보관구역(Storage Section)은 성격이 같은 자리를 한데 묶은 관리 단위이다.", "보관구역"),
    ],
)
def test_provisions_and_originals_in_brackets_define_too(body, term):
    assert term in [found for found, _ in pairs(HEAD + body + "\n")]


def test_a_step_that_ends_in_a_noun_defines_nothing():
    assert pairs(HEAD + "1. 상차 문은 차가 들어오는 문입니다.\n2. 문을 엽니다.\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "처음 보관 상태는 사람이 아직 보지 않은 **대기** 입니다.",  # a value
        "나머지 두 구역은 성수기에만 쓰는 보관 자리입니다.",  # a rest names nothing
        "냉동 보관은 일부 상품에 쓰이지만 제한적입니다.",  # a quality
    ],
)
def test_a_value_a_rest_or_a_quality_is_no_definition(body):
    assert pairs(f"{HEAD}{body}\n") == []


def test_a_part_of_a_program_is_asked_for_what_it_does():
    markdown = f"{HEAD}구역 조회는 빈자리를 찾아 주는 화면입니다.\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    [found] = definitions(Reading(document, read_sentences([document], ()), frozenset()))
    assert "구역 조회는 뭐 하는 화면이야?" in {phrase(one.text, REGISTERS[0], found.slots) for one in found.templates}
