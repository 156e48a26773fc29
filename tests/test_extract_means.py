"""Where, or with what, one can do something."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.means import means
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], found.slots) for template in found.templates}, found.answer)
        for found in means(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("**화분 목록** 화면에서 화분 등급을 바꿀 수 있습니다.", "화분 등급은 어디에서 바꿀 수 있어?"),
        ("**온실 기록기** 를 사용하여 온실 온도를 확인할 수 있습니다.", "온실 온도는 뭘로 확인할 수 있어?"),
        ("온실 담당자는 **화분 목록** 화면에서 화분 등급을 바꿀 수 있다.", "화분 등급은 어디에서 바꿀 수 있어?"),
        ("화분 등급은 **화분 목록** 화면에서 바꿀 수 있습니다.", "화분 등급은 어디에서 바꿀 수 있어?"),
    ],
)
def test_what_can_be_done_somewhere_is_asked_for_its_place_or_tool(body, question):
    [(asked, _)] = pairs(f"# 온실 관리\n\n## 화분\n\n{body}\n")
    assert any(said.endswith(question) for said in asked), asked


def test_a_bare_object_is_named_after_its_heading():
    body = "관리자는 **환경 설정** 화면을 사용하여 기능의 상태를 확인하고 필요한 경우 켤 수 있습니다."
    [(asked, answer)] = pairs(f"# 온실 관리\n\n## 자동 급수 기능 켜기\n\n{body}\n")
    assert any(said.endswith("자동 급수 기능의 상태는 어디에서 확인하고 켤 수 있어?") for said in asked), asked
    assert "자동 급수 기능의 상태를" in answer


@pytest.mark.parametrize(
    "body",
    [
        "**화분 목록** 화면에서 등급을 고르면 화분 등급을 바꿀 수 있습니다.",  # only once one has picked
        "온실에서 화분 등급을 바꿔야 합니다.",  # a duty
        "여러 화면에서 화분 등급을 바꿀 수 있습니다.",  # which ones is not said
    ],
)
def test_what_names_no_place_gives_no_pair(body):
    assert pairs(f"# 온실 관리\n\n## 화분\n\n{body}\n") == []
