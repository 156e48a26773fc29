"""What several cells tell together: rows, comparisons, dialogues, numbers in prose, two hops, near misses."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.documents import Document, cite
from datagen.extract.prose.number import numbers
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.tables.absent import REFUSAL, near_misses
from datagen.extract.tables.rows import comparisons, followups, rows
from datagen.extract.tables.two_hop import two_hops
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

BREADS = """\
# 제과점 운영

## 빵 종류

| 빵 | 굽는 온도 | 보관 장소 | 담당자 |
|---|---|---|---|
| 호밀빵 | 210 ℃ | 나무 선반 | 반죽 기사 |
| 우유 식빵 | 180 ℃ | 유리 진열장 | 오븐 기사 |
| 단팥빵 | 190 ℃ | 냉장 진열장 | 오븐 기사 |
"""
PLACES = """\
# 매장 설비

## 진열 설비

| 보관 장소 | 보관 온도 | 청소 주기 |
|---|---|---|
| 나무 선반 | 상온 | 1일 |
| 냉장 진열장 | 5 ℃ | 7일 |

## 굽는 사람

오븐 기사는 오븐의 온도를 맞추고 빵을 꺼내는 사람이다.

## 유리 진열장

유리 진열장은 손님이 빵을 고를 수 있게 앞을 유리로 막은 설비이다.
"""
TERMS = frozenset({"호밀빵", "우유 식빵", "단팥빵", "나무 선반", "유리 진열장", "냉장 진열장"})


def readings_of(*texts, terms=TERMS):
    documents = [
        Document(f"{number}.md", text, f"{number}" * 64, parse_markdown(text).sections)
        for number, text in enumerate(texts)
    ]
    sentences = read_sentences(documents, ())
    return [Reading(document, sentences, terms) for document in documents]


def asked(candidate, register=REGISTERS[0]):
    return [phrase(template.text, register, candidate.slots) for template in candidate.templates]


def turns(candidate):
    return [*(turns(candidate.before) if candidate.before else ()), candidate]


@pytest.fixture(scope="module")
def breads():
    return readings_of(BREADS)[0]


def test_a_row_is_told_by_its_first_and_last_short_cell(breads):
    told = {candidate.answer for candidate in rows(breads)}
    assert "호밀빵의 보관 장소는 나무 선반이고, 담당자는 반죽 기사입니다." in told


def test_a_row_whose_key_is_no_term_is_not_told_as_a_whole():
    (reading,) = readings_of(BREADS, terms=frozenset())
    assert list(rows(reading)) == []


def test_two_rows_are_compared_where_they_differ_and_once_a_column(breads):
    found = list(comparisons(breads))
    assert len(found) == len({candidate.slots["column"] for candidate in found}) > 0
    for candidate in found:
        one, other = re.findall(r"(?:은|는) ([^,]+?)(?:이고|입니다)", candidate.answer)
        assert one != other


def test_a_comparison_names_both_rows_and_cites_both(breads):
    for candidate in comparisons(breads):
        quotes = " ".join(cite(breads.document, span, ()).quote for span in candidate.evidence)
        for question in asked(candidate):
            assert str(candidate.slots["rival"]) in question
        assert str(candidate.slots["rival"]) in quotes


def test_rows_that_agree_are_not_compared():
    (reading,) = readings_of(
        "# 제과점\n\n| 빵 | 보관 장소 |\n|---|---|\n| 호밀빵 | 나무 선반 |\n| 단팥빵 | 나무 선반 |\n"
    )
    assert list(comparisons(reading)) == []


def test_a_followup_says_only_what_changes(breads):
    shorts = {asked(candidate)[0] for candidate in followups(breads)}
    assert "그럼 단팥빵은?" in shorts
    assert any(short.startswith("그럼 담당자") or short.startswith("그럼 보관 장소") for short in shorts)


def test_the_answer_of_a_followup_names_its_row_again(breads):
    for candidate in followups(breads):
        for turn in turns(candidate):
            assert turn.answer.startswith(("호밀빵", "우유 식빵", "단팥빵"))


@pytest.mark.parametrize("register", REGISTERS)
def test_what_several_cells_tell_can_be_asked_in_every_register(breads, register):
    for extract in (rows, comparisons, followups):
        for candidate in extract(breads):
            for turn in turns(candidate):
                assert all(question[-1] in "?." and "{" not in question for question in asked(turn, register))


def test_a_followup_in_the_formal_register_is_a_whole_sentence(breads):
    for candidate in followups(breads):
        assert all(question.endswith(("니까?", "바랍니다.")) for question in asked(candidate, REGISTERS[2]))


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("당일 예약 주문은 14시까지 받습니다.", "당일 예약 주문은 몇 시까지 받아?"),
        ("케이크 상자는 한 번에 3개까지 쌓을 수 있습니다.", "케이크 상자는 한 번에 몇 개까지 쌓을 수 있어?"),
        ("예약 케이크는 사흘이 아니라 5일 동안 보관합니다.", "예약 케이크는 사흘이 아니라 며칠 동안 보관해?"),
        ("오븐의 예열 시간은 20분입니다.", "오븐의 예열 시간은 몇 분이야?"),
    ],
)
def test_a_number_gives_way_to_its_question_in_place(sentence, question):
    (reading,) = readings_of(f"# 제과점\n\n{sentence}\n")
    (candidate,) = numbers(reading)
    assert asked(candidate)[0].endswith(question)
    assert candidate.answer == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "이 값은 14시까지 받습니다.",  # points elsewhere
        "예약 주문은 14시에 받고 16시에 굽습니다.",  # two numbers
        "예를 들어 단팥빵은 30개를 굽습니다.",  # a sample
        "주문 코드는 A-14번입니다.",  # a name
        "14시까지 주문을 받습니다.",  # no topic
    ],
)
def test_no_number_is_asked_where_one_answer_would_not_do(sentence):
    (reading,) = readings_of(f"# 제과점\n\n{sentence}\n")
    assert list(numbers(reading)) == []


@settings(deadline=None, max_examples=20)
@given(hour=st.integers(min_value=1, max_value=24))
def test_the_number_asked_for_never_stands_in_its_question(hour):
    (reading,) = readings_of(f"# 제과점\n\n예약 주문은 {hour}시까지 받습니다.\n")
    (candidate,) = numbers(reading)
    for register in REGISTERS:
        assert not any(str(hour) in question for question in asked(candidate, register))
    assert f"{hour}시" in candidate.answer


def hops(*texts):
    return [candidate for _, candidate in two_hops(readings_of(*texts))]


def test_a_cell_that_is_the_key_of_another_table_is_left_out_of_the_question():
    answers = {candidate.answer: candidate for candidate in hops(BREADS, PLACES)}
    candidate = next(
        one for answer, one in answers.items() if answer.startswith("호밀빵의 보관 장소는 나무 선반이고, ")
    )
    assert candidate.answer.startswith("호밀빵의 보관 장소는 나무 선반이고, 나무 선반의 ")
    assert all("나무 선반" not in question for question in asked(candidate))


def test_a_cell_that_is_a_term_is_asked_for_by_what_the_term_is():
    found = {question: candidate.answer for candidate in hops(BREADS, PLACES) for question in asked(candidate)}
    question = next(question for question in found if question.endswith("우유 식빵의 보관 장소는 어떤 장소야?"))
    assert "유리 진열장이고, 유리 진열장은 손님이" in found[question]


def test_somebody_is_asked_for_by_what_they_do():
    questions = [question for candidate in hops(BREADS, PLACES) for question in asked(candidate)]
    assert any(question.endswith("담당자는 뭐 하는 사람이야?") for question in questions)


def test_both_hops_are_cited_each_in_its_own_document():
    first, second = readings_of(BREADS, PLACES)
    found = list(two_hops([first, second]))
    assert found
    for document, candidate in found:
        assert document is first.document
        assert candidate.evidence
        assert {one.document.name for one in candidate.elsewhere} == {second.document.name}
        for evidence in candidate.elsewhere:
            assert evidence.document.text[evidence.start : evidence.end] == evidence.quote


def test_a_bridge_that_two_tables_hold_is_no_bridge():
    twice = "# 다른 매장\n\n| 보관 장소 | 조명 |\n|---|---|\n| 나무 선반 | 노란 전구 |\n| 유리문 선반 | 흰 전구 |\n"
    assert not any("나무 선반이고" in candidate.answer for candidate in hops(BREADS, PLACES, twice))


def test_a_term_that_two_documents_define_is_no_bridge():
    again = "# 다른 매장\n\n유리 진열장은 냉기를 가두어 케이크를 지키는 설비이다.\n"
    assert not any("유리 진열장이고" in candidate.answer for candidate in hops(BREADS, PLACES, again))


OVEN = "# 오븐 사용\n\n## 굽는 중의 이상\n\n{case}\n"
ALARMS = """\
# 경보 목록

| 오류 코드 | 뜻 | 조치 |
|---|---|---|
| OVN07 | 문 열림 | 오븐 기사가 문고리를 조인다. |
| OVN08 | 과열 | 오븐 기사가 전원을 내린다. |
"""


def test_a_code_that_a_case_calls_up_leads_to_its_row():
    (candidate,) = hops(OVEN.format(case="굽는 도중에 오븐 문이 열리면 화면에 오류 코드 OVN07이 뜬다."), ALARMS)
    assert all(question.endswith("열리면 나오는 오류 코드는 조치가 어떻게 돼?") for question in asked(candidate))
    assert candidate.answer.startswith("굽는 도중에 오븐 문이 열리면 화면에 오류 코드 OVN07이 뜬다. OVN07의 경우 ")
    assert {one.document.name for one in candidate.elsewhere} == {"1.md"}


@pytest.mark.parametrize(
    "case",
    [
        "화면의 오류 코드가 OVN07이면 굽기를 멈춘다.",  # the case holds the code
        "굽는 도중에 오븐 문이 열리면 OVN07 오류가 나고 오븐 기사가 문을 닫는다.",  # it says itself what is done
        "굽는 도중에 오븐 문이 열리면 OVN07 오류나 OVN08 오류가 뜬다.",  # two codes
        "굽는 도중에 오븐 문이 열리면 화면에 오류 코드 OVN99가 뜬다.",  # nobody says more of it
    ],
)
def test_no_code_is_a_bridge_where_it_is_told_or_two_or_unknown(case):
    assert hops(OVEN.format(case=case), ALARMS) == []


def test_one_table_alone_gives_no_second_hop():
    assert hops(BREADS) == []


def misses(*texts):
    return [candidate for _, candidate in near_misses(readings_of(*texts))]


OTHER_BREADS = "# 새 매장\n\n| 빵 | 판매 시각 |\n|---|---|\n| 소금빵 | 10시 |\n| 호밀빵 | 11시 |\n"


def test_a_near_miss_asks_for_a_row_that_only_a_table_elsewhere_has():
    found = misses(BREADS, OTHER_BREADS)
    assert found
    asked_of = {question for candidate in found for question in asked(candidate)}
    assert any("소금빵" in question for question in asked_of)


def test_a_near_miss_says_that_nothing_is_there_and_what_is():
    for candidate in misses(BREADS, OTHER_BREADS):
        assert not candidate.is_answerable
        assert candidate.answer.startswith(REFUSAL)
        assert candidate.answer.endswith("만 나와 있습니다.")


def test_no_near_miss_asks_for_what_a_section_speaks_of():
    told = "# 공지\n\n소금빵의 굽는 온도와 보관 장소와 담당자는 본점에 문의합니다.\n"
    assert not any("소금빵" in question for one in misses(BREADS, OTHER_BREADS, told) for question in asked(one))


def test_a_statement_about_everything_leaves_no_near_miss():
    everything = "# 규정\n\n| 빵 | 포장재 |\n|---|---|\n| 호밀빵 | 모든 매장에서 같은 봉투 |\n| 단팥빵 | 종이 상자 |\n"
    found = misses(everything, OTHER_BREADS)
    assert not any("포장재" in question for candidate in found for question in asked(candidate))
