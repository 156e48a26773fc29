"""Who: somebody with a named part in the work, and nobody else."""

import pytest

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.role import roles
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import read_markdown


def asked(body):
    """(every wording in 반말, answer) of each candidate."""
    markdown = f"# 구매\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, read_markdown(markdown))
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer)
        for one in roles(reading)
    ]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("구매 팀장이 발주서를 승인한다.", "발주서는 누가 승인해?"),
        ("구매 담당자가 견적서를 보관합니다.", "견적서를 보관하는 건 누구 담당이야?"),
        ("금액이 한도를 넘으면 구매 팀장이 사유서를 검토합니다.", "금액이 한도를 넘으면 사유서는 누가 검토해?"),
        ("구매 담당자가 견적 화면에서 단가를 입력합니다.", "누가 견적 화면에서 단가를 입력해?"),
    ],
)
def test_a_named_role_is_asked_for_by_what_it_does(sentence, question):
    ((wordings, answer),) = asked(sentence)
    assert any(said.endswith(question) for said in wordings), wordings
    assert answer == sentence


def test_a_step_is_led_in_by_the_act_of_its_heading():
    ((wordings, _),) = asked("## 발주서 만들기\n\n1. 구매 담당자가 거래처 코드를 고릅니다.")
    assert any(said.endswith("발주서를 만들 때 거래처 코드는 누가 골라?") for said in wordings), wordings


@pytest.mark.parametrize(
    "body",
    [
        "사용자가 발주서를 저장합니다.",  # anybody
        "작업자는 라벨을 붙입니다.",
        "발주서가 승인됩니다.",  # nobody named
        "시스템이 발주서를 보냅니다.",  # no person
        "구매 팀장은 발주서를 나누어 승인할 수 있습니다.",  # may, need not
        "구매 팀장이 출장 중입니다.",  # does nothing to anything
        "1. 구매 담당자가 거래처 코드를 고릅니다.",  # a step of nothing that is named
    ],
)
def test_where_nobody_is_named_nobody_is_asked_for(body):
    assert asked(body) == []
