"""When, by when, where and to whom: what a sentence says of its topic, asked in place."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.adjunct import adjuncts
from datagen.extract.prose.when import whens
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def asked(extract, body):
    """(every wording in 반말, answer, kind) of each candidate."""
    markdown = f"# 도서관\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer, one.kind)
        for one in extract(reading)
    ]


@pytest.mark.parametrize(
    ("sentence", "question", "kind"),
    [
        ("연체 도서는 별도 서가에 보관한다.", "연체 도서는 어디에 보관해?", "place"),
        ("파손 도서는 사서실에 두고 목록을 남긴다.", "파손 도서는 어디에 둬?", "place"),
        ("사서 담당자는 파손 내역을 관리 대장에 기록하여야 한다.", "사서 담당자는 파손 내역을 어디에 기록해야 해?", "place"),
        ("희망 도서 신청서는 매달 10일까지 접수합니다.", "희망 도서 신청서는 매달 언제까지 접수해?", "when"),
        ("대출 예약은 사서가 책을 내어 주기 전까지 취소할 수 있다.", "대출 예약은 언제까지 취소할 수 있어?", "when"),
        ("정기 장서 점검은 매년 3월과 9월에 실시한다.", "정기 장서 점검은 매년 언제 실시해?", "when"),
        ("도서 폐기는 도서관 팀장의 승인을 받는다.", "도서 폐기는 누구의 승인을 받아?", "role"),
        ("도서 분실 금액이 10만원 이상이면 사서는 관리 팀장에게 보고한다.",
         "도서 분실 금액이 10만원 이상이면 사서는 누구에게 보고해?", "role"),
        ("사서는 대출 기록을 확인하고 관리 팀장에게 보고", "사서는 대출 기록을 확인하고 누구에게 보고해?", "role"),
    ],
)  # fmt: skip
def test_what_a_rule_says_besides_is_asked_in_place(sentence, question, kind):
    found = asked(adjuncts, sentence)
    assert any(wording.endswith(question) and kind == of for wordings, _, of in found for wording in wordings), found
    assert all(answer.startswith(sentence) for _, answer, _ in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "귀중 도서는 열람실에 두지 않는다.",  # nobody asks where not
        "정기 점검은 월 2회, 매월 10일과 25일에 실시한다.",  # one of several
        "담당자가 서가에 사유를 적는다.",  # of what, nothing says
        "이동 도서관은 버스에 책을 싣고 마을을 도는 방식이다.",  # what a thing is
        "반납 도서는 보통 1층 서가에 보관한다.",  # mostly
    ],
)
def test_what_is_denied_listed_or_bare_is_not_asked(sentence):
    assert asked(adjuncts, sentence) == []


def test_a_step_is_left_to_its_procedure():
    assert asked(adjuncts, "## 도서 등록하기\n\n1. 사서는 새 도서를 임시 서가에 둡니다.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "평일에는 서가 하나만 사용되며 시험 기간에 열람석이 모자랄 때는 보조 서가가 모두 사용됩니다."
    ],  # of one claim only
)
def test_a_case_of_the_second_claim_is_not_asked_of_the_whole(sentence):
    assert asked(whens, sentence) == []


def test_what_a_particle_only_joins_is_no_topic():
    ((wordings, _, _),) = asked(whens, "분실 신고가 접수되면 대출 기간에 상관없이 도서 상태가 변경됩니다.")
    assert not any("기간에는" in wording for wording in wordings), wordings


def test_always_is_no_part_of_the_question_when():
    ((wordings, answer, _),) = asked(whens, "도서 대출을 취소하면 도서 상태가 항상 초기화됩니다.")
    assert any(wording.endswith("도서 상태는 언제 초기화돼?") for wording in wordings), wordings
    assert "항상" in answer
