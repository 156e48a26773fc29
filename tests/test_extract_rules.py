"""Rules as documents put them: exceptions, notes' labels, notes' endings, honour done to the reader, deeds forbidden."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.adjunct import adjuncts
from datagen.extract.prose.condition import conditions
from datagen.extract.prose.number import numbers
from datagen.extract.prose.permission import permissions
from datagen.extract.prose.purpose import purposes
from datagen.extract.prose.when import whens
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def asked(extract, body, title="# 온실 관리 규정"):
    """(every wording in 반말, answer) of each candidate."""
    markdown = f"{title}\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer)
        for one in extract(reading)
    ]


def only(found):
    ((questions, answer),) = found
    return questions, answer


def says(questions, wanted):
    return any(question.endswith(wanted) for question in questions)


@pytest.mark.parametrize(
    ("extract", "body"),
    [
        (numbers, "작업 일지는 2년간 보존한다. 다만, 사고 일지는 10년간 보존한다."),
        (permissions, "퇴비 포대는 통로에 두지 않는다. 단, 밀봉한 퇴비는 하루 동안 둘 수 있다."),
    ],
)
def test_an_exception_belongs_to_the_answer(extract, body):
    found = asked(extract, body)
    assert found
    assert all(body.partition(". ")[2] in answer for _, answer in found)


def test_a_shelf_is_no_exception():
    _, answer = only(asked(permissions, "표시가 없는 선반은 사용하지 않는다. 단 높이를 바꾸면 한도가 달라진다."))
    assert "단 높이" not in answer


def test_the_label_of_a_note_is_no_part_of_its_sentence():
    questions, answer = only(asked(permissions, "> 💡 **팁** 어린 모종에는 찬물을 주지 마세요.", title="# 온실 안내"))
    assert says(questions, "어린 모종에는 찬물을 줘도 돼?")
    assert "팁" not in answer


def test_words_that_the_writer_stresses_are_no_labels():
    _, answer = only(asked(permissions, "유리 지붕을 밟고 올라가면 **절대** 안 돼요."))
    assert "'" not in answer


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("- 소독 시간은 최대 4시간으로 하며 초과 시 자동 해제됨.", "소독 시간은 최대 몇 시간으로 해?"),
        ("- 새 모종은 6개월간 격리 구역을 적용. 등급은 따로 정함.", "새 모종은 몇 개월간 격리 구역을 적용해?"),
        ("화분 사이는 30 cm 이상 띄운다.", "화분 사이는 몇 cm 이상 띄워?"),
        (
            "온실에 들어온 화분은 48시간 안에 검사를 마쳐야 합니다.",
            "온실에 들어온 화분은 몇 시간 안에 검사를 마쳐야 해?",
        ),
        ("긴 줄기를 3단 이상 쌓을 때는 끈을 2회 이상 감는다.", "긴 줄기를 3단 이상 쌓을 때는 끈을 몇 회 이상 감아?"),
        ("작업 일지는 사무실에 두고, 1년간 보관한다.", "작업 일지는 몇 년간 보관해?"),
        ("접수된 문의는 3시간 안에 답변해 드립니다.", "접수된 문의는 몇 시간 안에 답변해 줘?"),
    ],
)
def test_a_figure_is_asked_of_what_it_is_said_of(body, question):
    assert any(says(questions, question) for questions, _ in asked(numbers, body))


@pytest.mark.parametrize(
    "body",
    [
        "운전자 카드를 발급받아야 한다. 카드의 유효기간은 2년이다.",  # which card, the sentence before says
        "보온재는 0도 이상 10도 이하로 둔다.",  # two
        "등급이 좋은 농가는 A등급으로, 상자의 5%만 열어 봅니다.",  # one of several
    ],
)
def test_a_figure_of_what_is_not_said_is_left_alone(body):
    assert asked(numbers, body) == []


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("슬리퍼를 신고 오시면 온실에 들어갈 수 없어요.", "슬리퍼를 신고 오면 할 수 없는 게 뭐야?"),
        ("씨앗이 안 보이면 품종 번호를 직접 입력하시면 돼요.", "씨앗이 안 보이면 어떻게 해야 돼?"),
        ("정전 발생 시에는 온실 책임자에게 즉시 알린다.", "정전 발생 시에는 어떻게 해야 돼?"),
        (
            "온도 기록 장치는 매년 교정하고, 오차가 1도를 넘으면 사용을 중지한다.",
            "온도 기록 장치는 오차가 1도를 넘으면",
        ),
    ],
)
def test_a_case_is_asked_as_whoever_is_in_it_says_it(body, question):
    found = asked(conditions, body)
    assert any(question in wording for questions, _ in found for wording in questions)


@pytest.mark.parametrize(
    "body",
    [
        "처음 주 평균은 시간당 45개, 한 달이 지나면 보통 80개쯤 돼요.",  # two claims
        "흙을 보내 주시면 무료로 검사해 드립니다.",  # what the asker does for the writer
        "점검 항목은 별표와 같으며, 70점 미만이면 개선 명령을 합니다.",  # whose 70, the claim before says
    ],
)
def test_a_case_glued_to_another_claim_gives_no_pair(body):
    assert asked(conditions, body) == []


def test_a_case_of_the_first_claim_only_gives_no_when():
    assert asked(whens, "사진이 있는 경우에만 기록을 기준으로 하고, 사진이 없으면 농가의 말을 따릅니다.") == []


@pytest.mark.parametrize(
    ("body", "question", "verdict"),
    [
        ("1. 온실에서는 이어폰을 끼지 않아요.", "온실에서는 이어폰을 껴도 돼?", "아니요"),
        ("1. 금이 간 화분(둘레 2 cm 이상)은 선반에 올리지 않는다.", "금이 간 화분은 선반에 올려도 돼?", "아니요"),
        ("- 온실 내 음식물 반입 금지.", "온실 내 음식물 반입은 금지야?", "네"),
    ],
)
def test_what_rules_say_nobody_does_is_asked_as_leave(body, question, verdict):
    questions, answer = only(asked(permissions, f"## 안전 수칙\n\n{body}"))
    assert says(questions, question)
    assert answer.startswith(f"{verdict}, ")


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("출입 카드는 총무팀이 발급한다.", "출입 카드는 누가 발급해?"),
        ("시든 모종 상자는 심의를 거쳐 처분한다.", "시든 모종 상자는 어떻게 처분해?"),
        ("겨울 점퍼는 한 달 뒤에 사무실에서 11월에 받으실 수 있어요.", "언제 받을 수 있어?"),
    ],
)
def test_who_and_how_and_when_are_asked_of_a_thing(body, question):
    assert any(says(questions, question) for questions, _ in asked(adjuncts, body))


def test_an_alternative_is_no_time_of_its_own():
    assert asked(adjuncts, "구매 금액은 방법에 따라 실시간 또는 월말에 확정된다.") == []


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("이 규정은 온실을 안전하게 쓰는 데 필요한 사항을 정함을 목적으로 한다.", "온실 관리 규정의 목적이 뭐야?"),
        ("본 규정은 온실에 출입하는 모든 사람에게 적용함.", "온실 관리 규정은 누구에게 적용돼?"),
    ],
)
def test_what_a_document_says_of_itself_is_asked_of_its_title(body, question):
    questions, answer = only(asked(purposes, body))
    assert question in questions
    assert answer.startswith("온실 관리 규정은 ")
