"""Plain sentences asked for one part of them."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.plain import plain_facts
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], found.slots) for template in found.templates}, found.answer)
        for found in plain_facts(reading)
    ]


HEAD = "# 매장 운영\n\n## 화면\n\n"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("매장 현황 화면에는 오늘 들어올 화분이 표시됩니다.", "매장 현황 화면에는 뭐가 표시돼?"),
        ("매장 등급표는 할인율을 결정합니다.", "매장 등급표는 뭘 결정해?"),
        ("화분의 진열 순서는 계절에 따라 달라진다.", "화분의 진열 순서는 뭐에 따라 달라져?"),
        ("매장 쿠폰은 계절 상품에만 적용됩니다.", "매장 쿠폰은 어디에 적용돼?"),
        ("매장 화분은 실내용과 실외용으로 나뉩니다.", "매장 화분은 어떻게 나뉘어?"),
    ],
)
def test_a_plain_sentence_is_asked_for_its_last_part(sentence, question):
    [(asked, answer)] = pairs(f"{HEAD}{sentence}\n")
    assert any(said.endswith(question) for said in asked), asked
    assert answer == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "매장 담당자는 진열표를 관리합니다.",  # somebody's part, asked with 누가
        "나머지 매장 화면은 재고를 표시합니다.",  # which ones is not said
        "매장 등급표는 중요한 역할을 결정합니다.",  # says next to nothing
        "매장 현황 화면은 주문이 들어오면 알림을 표시합니다.",  # only in a case
        "화면은 재고를 표시합니다.",  # which screen is not said
    ],
)
def test_a_vague_or_many_claused_sentence_gives_no_pair(sentence):
    assert pairs(f"{HEAD}{sentence}\n") == []
