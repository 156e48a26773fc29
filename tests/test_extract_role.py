"""Who: somebody with a named part in the work, and nobody else."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.only import onlys
from datagen.extract.prose.role import roles
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def asked(body):
    """(every wording in 반말, answer) of each candidate."""
    markdown = f"# 구매\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
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


def test_an_adverb_that_would_turn_the_question_stays_in_the_answer():
    ((wordings, answer),) = asked("단가가 바뀌면 구매 팀장이 계약서를 먼저 확인합니다.")
    assert any(said.endswith("단가가 바뀌면 계약서는 누가 확인해?") for said in wordings), wordings
    assert "먼저" in answer


def test_a_team_is_no_person():
    ((wordings, _),) = asked("구매 관리팀이 견적서를 보관합니다.")
    assert not any("사람" in said for said in wordings), wordings


def only_asked(body):
    markdown = f"# 구매\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [(phrase(one.templates[0].text, REGISTERS[0], one.slots), one.answer) for one in onlys(reading)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("발주 단가는 구매 팀장만 고칠 수 있습니다.", "발주 단가는 누가 고칠 수 있어?"),
        ("발주 마감은 자격을 갖춘 담당자만 풀 수 있습니다.", "발주 마감은 누가 풀 수 있어?"),
        ("해외 발주의 경우 달러 표시 견적만 지원됩니다.", "해외 발주의 경우 어떤 견적이 지원돼?"),
        ("구매 창고에서는 전동식 대차만 사용합니다.", "구매 창고에서는 어떤 대차를 사용해?"),
        ("발주 지점은 작성 중 상태에서만 발주서를 지운다.", ""),  # an object of its own after 만
        ("발주 단가는 승인 전 화면에서만 변경됩니다.", "발주 단가는 어떤 화면에서 변경돼?"),
    ],
)
def test_what_alone_may_or_is_is_asked_with_the_word_that_fits(sentence, question):
    found = only_asked(sentence)
    assert [asked.endswith(question) for asked, _ in found] == ([True] if question else [])
    assert all(answer == sentence for _, answer in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "발주서는 한 번에 한 명의 담당자만 열 수 있습니다.",  # how many, not who
        "발주 담당자는 품목과 수량만 확인합니다.",  # two things
        "구매 화면에서는 초안만 보지 않습니다.",  # denied
        "발주서는 서면만 인정합니다.",  # 어떤 서면 would only repeat it
    ],
)
def test_a_count_a_list_or_a_bare_noun_is_not_asked_for(sentence):
    assert only_asked(sentence) == []
