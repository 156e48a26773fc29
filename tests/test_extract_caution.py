"""Cautions, troubles and the questions a source asks itself."""

import pytest

from datagen.documents import Document
from datagen.extract.help.faq import faqs
from datagen.extract.help.trouble import troubles
from datagen.extract.prose.caution import cautions
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def asked(extract, body, register=REGISTERS[0], title="# 냉동 창고\n\n"):
    """(every wording, answer) of each candidate."""
    markdown = title + body + "\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, register, one.slots) for template in one.templates}, one.answer)
        for one in extract(reading)
    ]


def test_a_note_warns_of_the_act_its_heading_names():
    body = "## 냉동품 옮기기\n\n1. 문을 연다.\n2. 상자를 넣는다.\n\n> [!WARNING]\n> 상온에 오래 두면 품질이 떨어집니다. 문은 바로 닫습니다."
    ((wordings, answer),) = asked(cautions, body)
    assert "냉동품을 옮길 때 주의할 점이 뭐야?" in wordings
    assert answer == "상온에 오래 두면 품질이 떨어집니다. 문은 바로 닫습니다."


def test_a_ban_alone_is_asked_for_as_one():
    body = "## 냉동품을 꺼내는 방법\n\n> [!IMPORTANT]\n> 장갑을 끼지 않고 냉동품을 만지면 안 됩니다."
    ((wordings, _),) = asked(cautions, body)
    assert "냉동품을 꺼낼 때 하면 안 되는 게 뭐야?" in wordings


@pytest.mark.parametrize(
    "body",
    [
        "## 개요\n\n> [!WARNING]\n> 문을 오래 열어 두면 안 됩니다.",  # no act
        "## 냉동품을 꺼내는 방법\n\n> [!IMPORTANT]\n> 냉동품은 지하에 있습니다.",  # warns of nothing
        "## 냉동품을 꺼내는 방법\n\n> [!NOTE]\n> 냉동품을 던지면 안 됩니다.",  # a remark
        "## 문을 여는 방법\n\n> [!WARNING]\n> 문을 열어 두면 안 됩니다.\n\n그다음 문을 닫습니다.\n\n> [!WARNING]\n> 문을 차면 안 됩니다.",  # two
    ],
)  # fmt: skip
def test_a_note_without_act_or_alone_no_answer_gives_no_caution(body):
    assert asked(cautions, body) == []


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        ("## 바코드가 안 찍혀요\n\n카메라를 닦고 다시 찍습니다.", "바코드가 안 찍히는데 어떻게 해야 돼?",
         "카메라를 닦고 다시 찍습니다."),
        ("## 라벨 출력 오류\n\n- 용지를 확인합니다.\n- 프린터를 다시 켭니다.", "라벨 출력 오류가 나면 어떻게 해야 돼?",
         "다음 방법으로 조치합니다.\n- 용지를 확인합니다.\n- 프린터를 다시 켭니다."),
        ("## 온도가 올라갔을 때\n\n1. 문을 닫습니다.\n2. 설비 담당자를 부릅니다.", "온도가 올라갔을 때는 뭘 해야 돼?",
         "다음 순서로 조치합니다.\n1. 문을 닫습니다.\n2. 설비 담당자를 부릅니다."),
    ],
)  # fmt: skip
def test_a_heading_that_complains_is_answered_by_what_stands_below(body, question, answer):
    ((wordings, said),) = asked(troubles, body)
    assert any(wording.endswith(question) for wording in wordings), wordings
    assert said == answer


def test_a_labelled_list_gives_cause_and_remedy():
    body = "## 문제 해결\n\n- 증상: 온도가 0도로 보입니다.\n- 원인: 센서 고장\n- 해결: 센서를 바꿉니다."
    found = asked(troubles, body)
    assert [answer for _, answer in found] == ["원인은 센서 고장입니다.", "센서를 바꿉니다."]
    assert any(wording.endswith("온도가 0도로 보이는데 이유가 뭐야?") for wording in found[0][0])


@pytest.mark.parametrize(
    "body", ["## 문을 여는 방법\n\n손잡이를 당깁니다.", "## 온도 정하기\n\n온도를 고릅니다.", "## 바코드가 안 찍혀요\n\n| 표 | 값 |\n|---|---|\n| 가 | 나 |"]
)  # fmt: skip
def test_a_heading_without_complaint_is_no_trouble(body):
    assert asked(troubles, body) == []


FAQ = {
    "a heading that asks": "## 문은 언제 닫습니까?\n\n문은 상자를 넣은 뒤에 바로 닫습니다.",
    "a bold question": "## 자주 묻는 질문\n\n**Q. 문은 언제 닫습니까?**\n\nA. 문은 상자를 넣은 뒤에 바로 닫습니다.",
    "both in one paragraph": "## 자주 묻는 질문\n\n**Q. 문은 언제 닫습니까?**\nA. 문은 상자를 넣은 뒤에 바로 닫습니다.",
}


@pytest.mark.parametrize("body", FAQ.values(), ids=FAQ)
@pytest.mark.parametrize(
    ("register", "question"),
    list(zip(REGISTERS, ("문은 언제 닫아?", "문은 언제 닫나요?", "문은 언제 닫습니까?"), strict=True)),
)
def test_a_question_of_the_source_is_asked_in_every_register(body, register, question):
    ((wordings, answer),) = asked(faqs, body, register)
    (said,) = wordings
    assert said.removesuffix("?").replace("닫아요", "닫나요").endswith(question.removesuffix("?"))
    assert answer == "문은 상자를 넣은 뒤에 바로 닫습니다."


def test_a_question_without_an_answer_below_is_not_asked():
    assert asked(faqs, "## 문은 언제 닫습니까?\n\n### 여름\n\n문은 바로 닫습니다.") == []
