"""From a model's answers to evidence: a quote is found to the letter, or there is no pair."""

import pytest
from conftest import CYCLE_COUNT
from test_llm_fence import passages_of_text

from curation.korean.speech_level import SpeechLevel
from datagen.gates import Origin
from datagen.llm.fence import show
from datagen.llm.ground import Refused, ground
from datagen.llm.plans import Plan
from datagen.llm.schemas import Answer, Quote

SHOWN = show(passages_of_text(CYCLE_COUNT))
ORIGIN = Origin("openai:모델", None, "asker:0 answerer:0", "질문을 씁니다.")


def source_of(text):
    return next(one.id for one in SHOWN if text in one.text)


def answer(said, *quotes, answerable=True):
    return Answer(
        answerable=answerable, answer=said, quotes=[Quote(source=source_of(text), text=text) for text in quotes]
    )


def grounded(*answers, kind="fact", questions=("재실사는 언제 해?",), quote_chars=400):
    plan = Plan(kind, SpeechLevel.HAE, "신입", (0,), turns=len(questions))
    return ground(
        plan, questions, answers, SHOWN, answer_level=SpeechLevel.HAPSYO, origin=ORIGIN, quote_chars=quote_chars
    )


def test_a_pair_rests_on_the_spans_it_quotes():
    pair = grounded(answer("다른 작업자가 재실사를 합니다.", "다른 작업자가 재실사를 한다."))
    (span,) = pair.evidence
    assert span.document.text[span.start : span.end] == span.quote == "다른 작업자가 재실사를 한다."
    assert (pair.origin, pair.answer_level, pair.is_answerable) == (ORIGIN, SpeechLevel.HAPSYO, True)


@pytest.mark.parametrize(
    ("said", "gate"),
    [
        (Answer(answerable=True, answer="재실사를 합니다.", quotes=[]), "quote"),
        (Answer(answerable=True, answer="3일마다 합니다.", quotes=[Quote(source="1", text="3일마다 한다.")]), "quote"),
        (Answer(answerable=True, answer="합니다.", quotes=[Quote(source="1", text=" ")]), "quote"),
        (Answer(answerable=False, answer="", quotes=[]), "unanswered"),
    ],
)
def test_an_answer_without_words_of_the_passages_makes_no_pair(said, gate):
    assert grounded(said).gate == gate


def test_a_whole_page_proves_nothing():
    said = answer("재실사를 합니다.", "실사 수량과 전산 수량이 다르면 다른 작업자가 재실사를 한다.")
    assert grounded(said, quote_chars=20).gate == "quote"
    assert not isinstance(grounded(said), Refused)


def test_a_wrong_passage_number_is_forgiven_where_the_words_stand_in_another():
    quote = "다른 작업자가 재실사를 한다."
    said = Answer(answerable=True, answer="재실사를 합니다.", quotes=[Quote(source="없는 번호", text=quote)])
    assert [span.quote for span in grounded(said).evidence] == [quote]


def test_the_fact_stands_before_what_the_question_held():
    pair = grounded(
        answer("정해진 구역을 셉니다.", "| 순환 실사 | 정해진 구역 |"), questions=("순환 실사는 어디까지 세?",)
    )
    assert [span.quote for span in pair.evidence][:2] == ["정해진 구역", "순환 실사"]


def test_a_heading_that_gave_the_answer_its_words_is_evidence():
    said = answer("실사 수량을 입력하려면 먼저 실사 입력 화면을 엽니다.", "실사 입력 화면을 연다.")
    quotes = [span.quote for span in grounded(said).evidence]
    assert quotes[0] == "실사 입력 화면을 연다."
    assert any("실사 수량을 입력하는 방법" in quote for quote in quotes[1:])


def test_two_passages_are_needed_where_the_plan_says_so():
    one = "다른 작업자가 재실사를 한다."
    assert grounded(answer("재실사를 합니다.", one), kind="multi_hop").gate == "hops"
    both = answer(
        "구역을 나누어 세고, 다르면 재실사를 합니다.", "창고를 구역으로 나누어 돌아가며 세는 실사 방식이다.", one
    )
    assert len({span.section for span in grounded(both, kind="multi_hop").evidence}) == 2


def test_a_near_miss_must_be_refused_and_keeps_what_is_there_as_evidence():
    said = answer(
        "제공된 자료에는 해당 내용이 없습니다. 자료에는 순환 실사의 범위만 나와 있습니다.",
        "정해진 구역",
        answerable=False,
    )
    pair = grounded(said, kind="unanswerable")
    assert not pair.is_answerable and pair.evidence[0].quote == "정해진 구역"
    assert grounded(answer("정해진 구역입니다.", "정해진 구역"), kind="unanswerable").gate == "answered"


def test_every_turn_of_a_dialogue_has_its_own_evidence():
    questions = ("순환 실사는 어디까지 세?", "그럼 정기 실사는?")
    pair = grounded(
        answer("정해진 구역을 셉니다.", "정해진 구역"), answer("창고 전체를 셉니다.", "창고 전체"), kind="dialogue",
        questions=questions,
    )  # fmt: skip
    assert [turn.question for turn in pair.turns] == list(questions)
    assert [turn.evidence[0].quote for turn in pair.turns] == ["정해진 구역", "창고 전체"]
    assert grounded(answer("정해진 구역을 셉니다.", "정해진 구역"), questions=questions).gate == "turns"
