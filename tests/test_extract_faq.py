"""Questions a help centre asks itself: every mark they are printed with, complaints, wishes and their answers."""

import pytest

from datagen.documents import Document
from datagen.extract.help.faq import faqs
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

HEAD = "# 창고 앱\n\n"


def asked(body, register=REGISTERS[0]):
    """(every wording, answer) of each candidate below one title."""
    text = HEAD + body + "\n"
    document = Document("x.md", text, "0" * 64, parse_markdown(text).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ([phrase(one.text, register, found.slots) for one in found.templates], found.answer) for found in faqs(reading)
    ]


MARKED = {
    "Q1 and A1": "### Q1: 예약은 누가 승인하나요?\n**A1**: 예약은 창고 관리자가 승인합니다.",
    "Q. and A.": "**Q. 예약은 누가 승인하나요?**\n\nA. 예약은 창고 관리자가 승인합니다.",
    "질문 1 and 답변 1": "### 질문 1. 예약은 누가 승인하나요?\n답변 1. 예약은 창고 관리자가 승인합니다.",
    "numbered": "### 3. 예약은 누가 승인하나요?\n\n예약은 창고 관리자가 승인합니다.",
    "neighbours in a list": "- Q: 예약은 누가 승인하나요?\n- A: 예약은 창고 관리자가 승인합니다.",
    "an answer below its item": "- **Q. 예약은 누가 승인하나요?**\n\n  A. 예약은 창고 관리자가 승인합니다.",
    "one paragraph": "Q. 예약은 누가 승인하나요? A. 예약은 창고 관리자가 승인합니다.",
    "boxed": "[문] 예약은 누가 승인하나요?\n[답] 예약은 창고 관리자가 승인합니다.",
    "a term and its text": "- Q. 예약은 누가 승인하나요?: 예약은 창고 관리자가 승인합니다.",
    "a line of a page of questions": "## 자주 묻는 질문\n\n예약은 누가 승인하나요?\n\n예약은 창고 관리자가 승인합니다.",
    "a term of a page of questions": "## 자주 묻는 질문\n\n- 예약은 누가 승인하나요?: 예약은 창고 관리자가 승인합니다.",
    "bold in its answer's line": "**Q. 예약은 누가 승인하나요?**\n예약은 창고 관리자가 승인합니다.",
    "a table": "| 질문 | 답변 |\n|---|---|\n| 예약은 누가 승인하나요? | 예약은 창고 관리자가 승인합니다. |",
}


@pytest.mark.parametrize("body", MARKED.values(), ids=MARKED)
def test_no_mark_reaches_the_pair(body):
    (([question], answer),) = asked(body)
    assert question.endswith("예약은 누가 승인해?")
    assert "Q" not in question
    assert "질문" not in question
    assert answer == "예약은 창고 관리자가 승인합니다."


@pytest.mark.parametrize(
    ("written", "hae"),
    [
        ("순서는 무엇으로 정합니까?", "순서는 뭘로 정해?"),
        ("기기는 사는 편이 낫습니까, 빌리는 편이 낫습니까?", "기기는 사는 편이 나아, 빌리는 편이 나아?"),
        ("지난 기록에 대한 열람 권한은 누가 줍니까?", "지난 기록의 열람 권한은 누가 줘?"),
        ("비밀번호를 잊어버렸습니다. 어떻게 해야 하나요?", "비밀번호를 잊어버렸는데 어떻게 해야 해?"),
        ("알림 글자를 키우고 싶은데 어떻게 하나요?", "알림 글자를 키우고 싶은데 어떻게 해?"),
        ("점검과 수리의 차이점은?", "점검과 수리의 차이점은 뭐야?"),
    ],
)
def test_a_written_question_is_asked_as_people_speak(written, hae):
    (([question], _),) = asked(f"### Q. {written}\n\n담당자가 정한 대로 합니다.")
    assert question.endswith(hae)


@pytest.mark.parametrize("question", ["언제 기록을 지우고 싶습니까?", "어떤 기기를 사용하시나요?"])
def test_what_is_asked_of_the_reader_is_nobodys_question(question):
    assert asked(f"### {question}\n\n기록은 언제든 지웁니다.") == []


def test_a_heading_that_complains_is_asked_about():
    ((wordings, answer),) = asked(
        "### Q1: 화면이 너무 어둡습니다.\n**A1**:\n* 밝기 설정을 확인해 주세요.\n* 앱을 다시 시작해 보세요."
    )
    assert any(wording.endswith("화면이 너무 어두운데 어떻게 해야 돼?") for wording in wordings)
    assert answer == "다음 방법으로 조치합니다.\n- 밝기 설정을 확인해 주세요.\n- 앱을 다시 시작해 보세요."


def test_a_complaint_and_its_answer_may_share_a_paragraph():
    ((wordings, answer),) = asked("Q1. 출입증을 잃어버렸어요.\nA1. 경비실에 신고하세요.")
    assert any(wording.endswith("출입증을 잃어버렸는데 어떻게 해야 돼?") for wording in wordings)
    assert answer == "경비실에 신고하세요."


def test_a_complaint_that_concedes_is_not_conceded_twice():
    ((wordings, _),) = asked("### Q. 값을 넣었는데 저장이 되지 않습니다.\n\nA. 필수 칸을 모두 채우세요.")
    assert all("않는데" not in wording for wording in wordings)
    assert any(wording.endswith("값을 넣었는데 저장이 되지 않으면 어떻게 해야 돼?") for wording in wordings)


def test_a_wish_is_asked_for_its_way():
    ((wordings, answer),) = asked("### 예약을 취소하고 싶어요\n\n1. 예약 목록을 엽니다.\n2. 취소를 누릅니다.")
    assert any(wording.endswith("예약을 취소하려면 어떻게 해야 돼?") for wording in wordings)
    assert answer == "다음 순서로 진행합니다.\n1. 예약 목록을 엽니다.\n2. 취소를 누릅니다."


def test_a_complaint_without_a_remedy_below_is_not_asked_about():
    assert asked("### Q. 메뉴가 보이지 않아요\n\nA. 메뉴는 역할마다 다릅니다.") == []


def test_a_list_answers_no_yes_or_no():
    body = "- 관리자: 모든 기록\n- 직원: 자기 기록"
    assert asked(f"### 기록을 볼 수 있나요?\n\n{body}") == []
    ((_, answer),) = asked(f"### 기록은 어떤 범위까지 볼 수 있나요?\n\n{body}")
    assert answer == f"다음과 같습니다.\n{body}"


def test_an_answer_ends_before_it_points_elsewhere():
    ((_, answer),) = asked(
        "### 기록은 며칠 동안 남나요?\n\n기록은 90일 동안 남습니다. 자세한 내용은 설정 안내를 참조하세요."
    )
    assert answer == "기록은 90일 동안 남습니다."


def test_a_wish_in_a_page_of_questions_is_asked_by_itself():
    wordings, answer = asked(
        "## 많이 물어보시는 것들\n\n**Q. 사물함을 바꾸고 싶어요.**\n안내 데스크에 말씀하시면 돼요."
    )[0]
    assert "사물함을 바꾸려면 어떻게 해야 돼?" in wordings
    assert answer == "안내 데스크에 말씀하시면 돼요."


def test_a_list_below_an_answer_belongs_to_it():
    body = "## 자주 묻는 질문\n\n- 못 맡기는 물건이 있나요?: 아래 물건은 받지 않습니다.\n  - 살아 있는 동물\n  - 인화성 물질"
    assert asked(body)[0][1] == "아래 물건은 받지 않습니다.\n- 살아 있는 동물\n- 인화성 물질"


def test_a_question_broken_off_is_not_asked():
    assert asked("## 자주 묻는 질문\n\n**Q. 갑자기 쉬게 되면요?**\n조장에게 알려 주세요.") == []
