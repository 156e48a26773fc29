"""Conditions and their reverse: what a stated case asks for, when something holds, and what is left alone."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.condition import conditions
from datagen.extract.prose.when import whens
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def read(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return Reading(document, read_sentences([document], ()), frozenset())


def asked(extract, body, title="# 주문 관리\n\n"):
    """(every wording in 반말, answer) of each candidate."""
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer)
        for one in extract(read(title + body + "\n"))
    ]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        # What one must do, may do, had better do, must not do.
        ("주문 수량이 재고보다 많은 경우 담당자는 발주를 요청해야 합니다.", "주문 수량이 재고보다 많으면 어떻게 해야 돼?"),
        ("주문 라인을 나눌 때는 배송지를 다시 확인해야 합니다.", "주문 라인을 나눌 때는 뭘 해야 돼?"),
        ("주문이 확정되기 전에 배송지를 확인하세요.", "주문이 확정되기 전에 뭘 해야 돼?"),
        ("주문 보류 기능을 사용하면 결제를 미룰 수 있습니다.", "주문 보류 기능을 사용하면 뭘 할 수 있어?"),
        ("주문 건수가 많은 경우 처리를 나누는 것이 좋습니다.", "주문 건수가 많으면 어떻게 하는 게 좋아?"),
        ("주문이 잠기면 금액을 고치면 안 됩니다.", "주문이 잠기면 뭘 하면 안 돼?"),
        # An act before or after an event is asked for as an act, a check as a check, a lack as a lack.
        ("주문이 확정된 후에는 담당자가 송장을 발행해야 합니다.", "주문이 확정된 후에는 뭘 해야 돼?"),
        ("주문이 두 번 접수되면 결제 내역이 같은지 확인하세요.", "주문이 두 번 접수되면 뭘 확인해야 돼?"),
        ("해외 주문을 접수할 때는 본사의 허가가 있어야 합니다.", "해외 주문을 접수할 때는 뭐가 필요해?"),
        # A deed in a case is asked for its time: 나누는 경우 …해야 → 나눌 때는.
        ("주문 라인을 나누는 경우 배송지를 다시 적어야 합니다.", "주문 라인을 나눌 때는 어떻게 해야 돼?"),
        # What one cannot do, need not do, gains.
        ("주문 확정을 취소한 후에는 배송지를 바꿀 수 없습니다.", "주문 확정을 취소한 후에는 뭘 할 수 없어?"),
        ("묶음 배송을 쓰면 송장을 따로 뽑지 않아도 됩니다.", "묶음 배송을 쓰면 뭘 안 해도 돼?"),
        ("주문 서식을 쓰면 주문서를 더 빠르게 만들 수 있습니다.", "주문 서식을 쓰면 뭐가 좋아?"),
        # What a deed brings about, though the main clause names no machine.
        ("주문을 묶으면 배송비와 상자가 함께 줄고 고객도 상자를 여러 번 받지 않습니다.", "주문을 묶으면 어떻게 돼?"),
        # What the system does.
        ("주문 결제가 실패한 경우 오류 메시지가 표시됩니다.", "주문 결제가 실패하면 어떻게 돼?"),
        ("주문 수량이 상한에 도달하면 접수가 멈춥니다.", "주문 수량이 상한에 도달하면 어떻게 돼?"),
        ("주문 상자에 남은 상품이 들어 있으면 담당자는 상자를 비웁니다.", "주문 상자에 남은 상품이 들어 있으면 어떻게 해야 돼?"),
        ("주문 심사가 끝난 후에는 묶음 배송이 가능합니다.", "주문 심사가 끝난 후에는 뭐가 가능해?"),
        ("시스템은 주문 결제가 끝나면 영수증을 만듭니다.", "주문 결제가 끝나면 어떻게 돼?"),
        ("자동 승인 옵션을 켜면 주문이 바로 승인됩니다.", "자동 승인 옵션을 켜면 뭐가 달라져?"),
        # What one wants.
        ("주문을 여러 건 합치려면 먼저 배송지를 통일해야 합니다.", "주문을 여러 건 합치려면 뭘 해야 돼?"),
        ("주문 보류를 쓰려면 보류 스위치가 켜져 있어야 합니다.", "주문 보류를 쓰려면 어떤 조건을 갖춰야 돼?"),
        ("주문 서식을 보거나 고치려면 서식 화면을 엽니다.", "주문 서식을 보거나 고치려면 어떻게 해야 돼?"),
        ("주문서를 한꺼번에 뽑으려면 일괄 출력 화면을 사용할 수 있습니다.", "주문서를 한꺼번에 뽑으려면 어떻게 하면 돼?"),
        ("주문 라인을 따로 보려는 경우 보기 설정을 바꿉니다.", "주문 라인을 따로 보려면 어떻게 해야 돼?"),
        ("주문 내역을 내보내려고 하는 경우 내보내기 버튼을 누릅니다.", "주문 내역을 내보내려면 어떻게 해야 돼?"),
        # What lies behind it.
        ("주문 금액이 0으로 보이면 단가가 빠졌을 수 있습니다.", "주문 금액이 0으로 보이는데 왜 그런 거야?"),
    ],
)  # fmt: skip
def test_a_case_is_asked_for_by_what_follows_from_it(sentence, question):
    ((wordings, answer),) = asked(conditions, sentence)
    assert any(said.endswith(question) for said in wordings), wordings
    assert answer == sentence


@pytest.mark.parametrize(
    "body",
    [
        "필요한 경우 주문을 취소할 수 있습니다.",  # a case too bare
        "예를 들어 주문이 취소되면 재고가 늘어납니다.",  # an example
        "이 경우 주문 상태가 바뀌면 알림이 표시됩니다.",  # leans on the sentence before
        "주문 상태가 이 값으로 바뀌면 알림이 표시됩니다.",  # points at what nothing names
        "주문을 등록하려면 다음 단계를 따르세요.",  # only says that steps follow
        "주문을 만들 때 사용해야 하는 양식을 정의합니다.",  # the case belongs to the form
        "주문을 마감하면 정산에 유용합니다.",  # says nothing one would ask for
        "USMF를 사용하는 경우 기본값을 선택합니다.",  # a sample company
        "## 버전 2.1의 수정 사항\n\n주문이 취소되면 화면이 멈추지 않습니다.",  # true of one release
        "주문 금액을 현금으로 적을지 아니면 카드로 적을지 정합니다.",  # 아니면: or
        "주문 보류를 쓰면 보류 스위치가 켜져 있어야 합니다.",  # a state, no act
        "사은품 주문도 묶으면 담당자는 상자를 바꿔야 합니다.",  # adds to a case told before
        "주문 자동 승인을 켜면 심사가 빠지므로 담당자는 고액 주문에 쓰지 않아야 합니다.",  # the case of the reason
        "주문 주소를 바꾸면 배송 일정에 영향을 미칠 수 있습니다.",  # may be, may not be
        "주문 단가가 바뀌면 담당자는 견적을 다시 보내야 할 수 있습니다.",  # hedged
        "승인된 주문은 출고되기 전에 담당자가 서명해야 합니다.",  # asks nothing one would do to a thing in time
        "주문이 접수되면 담당자는 메시지가 표시되지 않습니다.",  # 담당자에게는
        "주문 내역을 확인하고 필요한 경우 담당자가 고쳐야 합니다.",  # needed for what
        "주문이 늦게 접수되면 배송일이 변경될 수 있습니다.",  # may be, may not be
        "주문이 접수되면 열리는 창에서 확인을 누릅니다.",  # which window
        "'아니요'로 설정하면 주문 알림이 표시됩니다.",  # what is set is not said
        "주문이 반품되면 사진을 표시할지 여부를 선택합니다.",  # a choice, no answer
        "주문이 잠기면 시스템은 사용자가 삭제를 허용하지 않습니다.",  # two subjects
        "주문 주문이 겹치면 알림이 표시됩니다.",  # a word doubled by a machine
        "주문이가 겹치면 적재이 멈추고 적재가 취소됩니다.",  # a particle that does not fit
        "주문을 결제하면 먼저 재고가 예약됩니다.",  # only what comes first
        "자체 데이터를 사용하는 경우 주문 창고를 먼저 만드세요.",  # speaks of the guide's own data
        "일반적으로 주문이 접수되면 담당자가 재고를 확인합니다.",  # true of most
        "주문 담당자가 관리 앱을 사용하면 주문 이력이 기록됩니다.",  # sets the scene only
        "'확정' 옵션은 주문이 접수될 때 재고를 예약하는지 정의합니다.",  # what an option is
    ],
)
def test_what_is_no_case_gives_no_pair(body):
    assert asked(conditions, body) == []


def test_what_this_field_is_comes_from_the_lead_of_its_line():
    body = "- **자동 배정** – 이 옵션을 켜면 주문이 담당자에게 배정됩니다."
    ((wordings, answer),) = asked(conditions, body)
    assert any(said.endswith("'자동 배정' 옵션을 켜면 어떻게 돼?") for said in wordings)
    assert answer == "'자동 배정' 옵션을 켜면 주문이 담당자에게 배정됩니다."


def test_a_name_restored_is_cited():
    reading = read("# 주문 보류\n\n이 기능을 사용하면 결제를 미룰 수 있습니다.\n")
    (candidate,) = conditions(reading)
    assert candidate.answer.startswith("주문 보류 기능을 사용하면")
    quotes = [reading.document.text[start:end] for start, end in candidate.evidence]
    assert quotes == ["이 기능을 사용하면 결제를 미룰 수 있습니다.", "주문 보류"]


def test_a_thing_named_twice_in_a_sentence_needs_no_referent():
    ((_, answer),) = asked(conditions, "주문 번호가 겹치면 시스템은 해당 주문 번호를 지웁니다.")
    assert answer == "주문 번호가 겹치면 시스템은 그 주문 번호를 지웁니다."


def test_labels_and_paths_are_quoted_as_one():
    body = "주문 목록을 보려면 **판매** > **주문** > **전체** 로 이동합니다."
    ((_, answer),) = asked(conditions, body)
    assert answer == "주문 목록을 보려면 '판매 > 주문 > 전체'로 이동합니다."


def test_an_opening_that_only_joins_is_dropped():
    ((_, answer),) = asked(conditions, "또한 주문 결제가 실패하면 알림이 표시됩니다.")
    assert answer == "주문 결제가 실패하면 알림이 표시됩니다."


def test_circulars_state_cases_too():
    ((wordings, _),) = asked(conditions, "- 주문 서류가 누락된 경우 담당자가 즉시 보완을 요청할 것")
    assert "주문 서류가 누락되면 어떻게 해야 돼?" in wordings


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("주문은 결제 전인 경우에만 취소할 수 있습니다.", "주문은 어떤 경우에 취소할 수 있어?"),
        ("주문이 접수 상태일 때만 배송지를 고칠 수 있습니다.", "언제 배송지를 고칠 수 있어?"),
        ("출고 알림은 송장이 등록될 때 발송됩니다.", "출고 알림은 언제 발송돼?"),
        ("주문 결제가 끝나면 배송 요청이 생성됩니다.", "배송 요청은 언제 생성돼?"),
    ],
)
def test_an_act_is_asked_for_its_case(sentence, question):
    ((wordings, answer),) = asked(whens, sentence)
    assert any(said.endswith(question) for said in wordings), wordings
    assert answer == sentence


def test_a_list_of_cases_is_the_answer_to_when():
    body = "다음 경우에는 전표를 다시 등록해야 합니다.\n\n- 금액이 다릅니다.\n- 거래처가 다릅니다."
    ((wordings, answer),) = asked(whens, body)
    assert any(said.endswith("어떤 경우에 전표를 다시 등록해야 해?") for said in wordings)
    assert answer == "다음 경우에는 전표를 다시 등록해야 합니다.\n- 금액이 다릅니다.\n- 거래처가 다릅니다."


def test_an_act_done_in_many_cases_is_not_asked_for_one():
    assert asked(whens, "주문이 많으면 담당자가 창고에 알립니다.") == []


def test_a_bare_head_is_named_after_its_heading_which_is_cited():
    reading = read(
        "# 주문 지연 처리\n\n## 주문 생성 정책 할당\n\n정책이 창고에 할당되면 새 주문이 창고에 배정됩니다.\n"
    )
    (candidate,) = conditions(reading)
    assert candidate.answer.startswith("주문 생성 정책이 창고에 할당되면")
    assert "주문 생성 정책" in [reading.document.text[start:end] for start, end in candidate.evidence]


def test_a_bare_head_that_no_heading_names_is_not_asked_about():
    assert asked(conditions, "정책에 필수 필드가 빠지면 저장이 거부됩니다.") == []
    assert asked(conditions, "값이 변경되면 알림이 표시됩니다.") == []


@pytest.mark.parametrize(
    "body",
    [
        "- **표시 기준** 필드에서 값을 고릅니다.\n    - 주문이 많이 밀리면 담당자가 알림을 보내야 합니다.",
        "1. 주문 창을 엽니다.\n\n    주문이 많이 밀리면 담당자가 알림을 보내야 합니다.",
        "- **주문 유형** – 주문이 많이 밀리면 담당자가 알림을 보내야 합니다.",
    ],
)
def test_what_hangs_under_an_option_or_a_step_is_no_general_truth(body):
    assert asked(conditions, body) == []


def test_this_feature_is_the_title_only_where_no_other_feature_was_named():
    other = "교차 출고 기능이 먼저 나왔습니다. 이 기능을 사용하면 결제를 미룰 수 있습니다."
    assert asked(conditions, other, title="# 주문 보류\n\n") == []
    assert asked(conditions, "> [!NOTE]\n> 이 기능을 사용하면 결제를 미룰 수 있습니다.", title="# 주문 보류\n\n") == []
    assert asked(conditions, "이 기능을 사용하면 결제를 미룰 수 있습니다.", title="# 주문 보류 구성\n\n") == []
