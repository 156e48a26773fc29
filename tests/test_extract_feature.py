"""What the first sentence below a heading says of it."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.feature import features
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], found.slots) for template in found.templates}, found.answer)
        for found in features(reading)
    ]


def test_a_feature_is_asked_for_what_it_does():
    [(asked, answer)] = pairs(
        "# 꽃집 프로그램\n\n## 2. 화환 예약\n\n### 개요\n\n행사별 주문을 미리 적어 두는 기능입니다.\n"
    )
    assert any(said.endswith("화환 예약은 뭐 하는 기능이야?") for said in asked), asked
    assert answer == "화환 예약은 행사별 주문을 미리 적어 두는 기능입니다."


def test_a_part_of_a_program_is_asked_for_what_one_does_there():
    [(asked, answer)] = pairs("# 꽃집 프로그램\n\n## 화환 현황\n\n오늘 나갈 주문을 확인할 수 있습니다.\n")
    assert any(said.endswith("화환 현황은 뭐 하는 거야?") for said in asked), asked
    assert answer == "화환 현황에서는 오늘 나갈 주문을 확인할 수 있습니다."


@pytest.mark.parametrize(
    "markdown",
    [
        "# 꽃집 프로그램\n\n## 화환 취소\n\n오늘 나갈 주문을 취소할 수 있습니다.\n",  # a deed, no part of a program
        "# 꽃집 프로그램\n\n## 주의사항\n\n행사별 주문을 미리 적어 두는 기능입니다.\n",  # a heading that names nothing
        "# 꽃집 프로그램\n\n## 화환 현황\n\n예약은 행사별 주문을 적는 기능입니다.\n",  # a topic of its own
        "# 꽃집 프로그램\n\n## 화환 현황\n\n주문을 고르면 사진을 확인할 수 있습니다.\n",  # only in a case
    ],
)
def test_what_speaks_of_something_else_gives_no_pair(markdown):
    assert pairs(markdown) == []
