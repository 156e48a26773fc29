"""Wordings: each rule refuses its example, and what a careful writer writes passes."""

import pytest

from datagen.wording import answer_fault, pair_fault, question_fault, source_fault


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("재고에 대한 설정이 뭐야?", "translated phrase"),
        ("창고의 구역의 통로의 번호가 뭐야?", "chained 의"),
        ("실사 주기가 뭐야?", "quantity asked with 뭐"),
        ("실사를 한다. 왜 해?", "more than one sentence"),
        ("**편집**은 어디에 있어?", "markup"),
        ("몇일 안에 반품해?", "misspelling"),
        ("관리자로서 재고를 볼 때 뭘 해?", "speaks as somebody"),
    ],
)
def test_a_badly_worded_question_is_named(question, fault):
    assert question_fault(question).startswith(fault)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("항목은 다음과 같습니다.", "announces"),
        ("또한 재고를 옮깁니다.", "leans on what was before"),
        ("수동 입력 입력 필드를 씁니다.", "a word said twice"),
        ("'작업 유형' 필드에서는 수행할 작업 유형을 선택합니다.", "goes in a circle"),
        ("송장(PDF 를 인쇄합니다.", "open bracket"),
    ],
)
def test_a_badly_worded_answer_is_named(answer, fault):
    assert answer_fault(answer).startswith(fault)


@pytest.mark.parametrize(
    "quote",
    [
        "귀하의 창고를 고릅니다.",
        "다음 그림은 화면을 보여 줍니다.",
        "설정 항목을 참조하세요.",
        "앱 만들기 섹션에서 만든 값입니다.",
    ],
)
def test_a_source_that_cannot_be_answered_with_is_named(quote):
    assert source_fault(quote)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("'알림' 옵션은 뭐 하는 거야?", "알림을 받으려면 '알림' 옵션을 '예'로 설정합니다."),
        ("출고하려면 어떻게 해야 돼?", "출고하려면 먼저 할당을 마쳐야 합니다."),
        ("작업이 생기면 어떻게 돼?", "작업이 생기면 라인에 위치가 포함됩니다."),
        ("자리가 비면 어떻게 돼?", "자리가 비면 다음 위치를 지정해야 합니다."),
    ],
)
def test_an_answer_fits_the_way_it_is_asked_for(question, answer):
    assert pair_fault(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("items[].sku의 형식은 뭐야?", "items[].sku의 형식은 string입니다."),
        ("출고하려면 먼저 뭘 해야 돼?", "출고하려면 먼저 할당을 마쳐야 합니다."),
        ("작업이 생기면 어떻게 돼?", "작업이 생기면 재고가 잠깁니다."),
        ("실사 주기는 어떻게 돼?", "실사 주기는 1) 매일 또는 2) 매주입니다."),
    ],
)
def test_what_a_careful_writer_writes_passes(question, answer):
    assert question_fault(question) is None
    assert answer_fault(answer) is None
    assert pair_fault(question, answer) is None
