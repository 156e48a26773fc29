"""Yes or no: what a source allows, spares or forbids, and what it only holds possible."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.permission import permissions
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def asked(body):
    """(every wording in 반말, answer) of each candidate."""
    markdown = f"# 전표\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer)
        for one in permissions(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        ("승인된 전표는 삭제할 수 없습니다.", "승인된 전표는 삭제할 수 있어?", "아니요, 승인된 전표는 삭제할 수 없습니다."),
        ("승인된 전표는 삭제할 수 없습니다. 원장에 이미 반영되었기 때문입니다.", "승인된 전표는 삭제할 수 있어?",
         "아니요, 승인된 전표는 삭제할 수 없습니다. 원장에 이미 반영되었기 때문입니다."),
        ("마감된 전표는 수정하지 마십시오.", "마감된 전표는 수정해도 돼?", "아니요, 마감된 전표는 수정하지 마십시오."),
        ("남의 계정으로 전표를 올리면 안 됩니다.", "남의 계정으로 전표를 올려도 돼?", "아니요, 남의 계정으로 전표를 올리면 안 됩니다."),
        ("전표마다 영수증을 첨부할 필요는 없습니다.", "전표마다 영수증을 꼭 첨부해야 돼?", "아니요, 전표마다 영수증을 첨부할 필요는 없습니다."),
        ("전표 금액은 반드시 원화로 적어야 합니다.", "전표 금액은 원화로 꼭 적어야 돼?", "네, 전표 금액은 반드시 원화로 적어야 합니다."),
        ("검수가 끝나기 전에 전표를 올려도 됩니다.", "전표를 올려도 돼?", "네, 검수가 끝나기 전에 전표를 올려도 됩니다."),
        ("복사 단추를 누르면 지난 전표를 불러올 수 있습니다.", "지난 전표를 불러올 수 있어?",
         "네, 복사 단추를 누르면 지난 전표를 불러올 수 있습니다."),
        ("복사 단추를 사용하여 지난 전표를 불러올 수 있습니다.", "지난 전표를 불러올 수 있어?",
         "네, 복사 단추를 사용하여 지난 전표를 불러올 수 있습니다."),
        ("전표를 마감하기 전에 합계를 확인해야 합니다. 그렇지 않으면 차액이 남습니다.",
         "전표를 마감하기 전에 합계를 확인하지 않아도 돼?",
         "아니요, 전표를 마감하기 전에 합계를 확인해야 합니다. 그렇지 않으면 차액이 남습니다."),
    ],
)  # fmt: skip
def test_the_answer_has_the_polarity_of_its_source(body, question, answer):
    ((wordings, said),) = asked(body)
    assert question in wordings
    assert said == answer


@pytest.mark.parametrize(
    "body",
    [
        "전표가 늦으면 오류가 발생할 수 있습니다.",  # may happen
        "전표를 등록할 수 있습니다.",  # a yes without limit or means
        "전표를 저장하려면 금액을 적어야 합니다.",  # a wish
        "전표를 확인해야 합니다.",  # a duty without reason
        "전표가 지워질 수 있습니다.",  # may befall
        "전표 상태가 '생성됨'일 때만 전표를 삭제할 수 있습니다.",  # a yes in one case only
        "전표 양식이 승인 상태를 추적할 수 없습니다.",  # what a thing cannot do
    ],
)
def test_a_possibility_is_no_permission(body):
    assert asked(body) == []


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        ("외화 전표에는 분할 결제가 지원되지 않습니다.", "외화 전표에는 분할 결제가 지원돼?",
         "아니요, 외화 전표에는 분할 결제가 지원되지 않습니다."),
        ("분할 결제는 외화 전표에 대해 현재 지원되지 않습니다.", "분할 결제는 외화 전표에 대해 지원돼?",
         "아니요, 분할 결제는 외화 전표에 대해 현재 지원되지 않습니다."),
        ("취소 전표는 월말 합계에 포함되지 않는다.", "취소 전표는 월말 합계에 포함돼?",
         "아니요, 취소 전표는 월말 합계에 포함되지 않는다."),
        ("승인된 전표는 수정 불가", "승인된 전표는 수정이 가능해?", "아니요, 승인된 전표는 수정이 불가하다."),
        ("- **회계 팀장**: 모든 전표 조회 가능", "회계 팀장은 모든 전표 조회가 가능해?",
         "네, 회계 팀장은 모든 전표 조회가 가능하다."),
        ("외화 전표에는 환율 입력 필수", "외화 전표에는 환율 입력이 필수야?", "네, 외화 전표에는 환율 입력이 필수이다."),
    ],
)  # fmt: skip
def test_what_is_denied_or_granted_is_asked_as_it_stands(body, question, answer):
    ((wordings, said),) = asked(body)
    assert any(wording.endswith(question) for wording in wordings), wordings
    assert said == answer


@pytest.mark.parametrize(
    "body",
    [
        "다른 모듈에는 적용되지 않습니다.",  # what is not applied?
        "전표 번호는 순서를 나타낼 뿐 금액을 나타내지 않습니다.",  # denies half of what it says
        "회계 팀장: 조회 가능, 수정 가능",  # a list
        "전표는 외화만 지원되지 않습니다.",  # all but one
        "전표를 지우지 않고 보관합니다.",  # denies only what leads to the act
    ],
)
def test_a_denial_without_its_thing_or_its_half_is_not_asked(body):
    assert asked(body) == []


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("전표 번호는 자동으로 채워지며 변경할 수 없습니다.", "전표 번호는 변경할 수 있어?"),
        ("전표 제목은 20자 이하여야 하고, 첨부 파일은 두 개를 넘을 수 없습니다.", "첨부 파일은 두 개를 넘을 수 있어?"),
        ("전표를 복사할 수 있지만 승인된 전표를 삭제할 수는 없습니다.", "승인된 전표를 삭제할 수 있어?"),
    ],
)
def test_of_two_claims_the_last_is_asked_with_its_own_topic(body, question):
    ((wordings, answer),) = asked(body)
    assert any(wording.endswith(question) for wording in wordings), wordings
    assert answer == f"아니요, {body}"


@pytest.mark.parametrize(
    "body",
    [
        "승인할 때 수동으로 설정할 필요가 없습니다.",  # what is set?
        "금액을 나누어 보냅니다(화면에서 한도를 바꿀 수 있음).",  # an aside
    ],
)
def test_an_act_that_names_no_thing_or_stands_in_brackets_is_not_asked(body):
    assert asked(body) == []


def test_what_holds_no_longer_is_asked_without_saying_so():
    ((wordings, _),) = asked("마감된 전표는 더 이상 고칠 수 없습니다.")
    assert any(wording.endswith("마감된 전표는 고칠 수 있어?") for wording in wordings), wordings
