"""Lists: which classes are asked for their members, and how the answer lists them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.documents import Document
from datagen.extract import listing
from datagen.extract.listing import listings
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import read_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, read_markdown(markdown))
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ([phrase(template.text, REGISTERS[0], found.slots) for template in found.templates], found.answer)
        for found in listings(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        ("## 반입 신고서에 적는 내용\n\n- 품명: 물품의 이름\n- 중량: 포장을 뺀 무게\n",
         "반입 신고서에 적는 내용에는 뭐가 있어?", "반입 신고서에 적는 내용에는 품명, 중량이 있습니다."),
        ("## 포장\n\n반입 화물의 포장 방식은 다음과 같습니다.\n\n- 상자 포장\n- 파렛트 포장\n",
         "반입 화물의 포장 방식에는 뭐가 있어?",
         "반입 화물의 포장 방식은 다음과 같습니다.\n- 상자 포장\n- 파렛트 포장"),
        ("## 신고\n\n반입 신고를 내는 방법에는 두 가지가 있습니다.\n\n- 화면에서 직접 냅니다.\n- 대리인에게 맡깁니다.\n",
         "반입 신고를 내는 방법에는 뭐가 있어?",
         "반입 신고를 내는 방법에는 두 가지가 있습니다.\n- 화면에서 직접 냅니다.\n- 대리인에게 맡깁니다."),
        ("## 신고\n\n반입 화물에는 다음 유형의 신고를 낼 수 있습니다.\n\n- 일반 신고를 냅니다.\n- 간이 신고를 냅니다.\n",
         "반입 화물에는 어떤 유형의 신고를 낼 수 있어?",
         "반입 화물에는 다음 유형의 신고를 낼 수 있습니다.\n- 일반 신고를 냅니다.\n- 간이 신고를 냅니다."),
        ("## 방식\n\n| 반입 방식 | 담당 |\n|---|---|\n| 직접 반입 | 화주 |\n| 대리 반입 | 관세사 |\n",
         "반입 방식에는 뭐가 있어?", "반입 방식에는 직접 반입, 대리 반입이 있습니다."),
    ],
)  # fmt: skip
def test_a_class_is_asked_for_its_members(body, question, answer):
    found = pairs(f"# 반입\n\n{body}")
    assert any(question in asked and said == answer for asked, said in found), found


def test_the_values_of_a_field_are_asked_for_through_it():
    body = "# 반입\n\n## 신고 화면\n\n**처리 구분** 필드에서 다음 값 중 하나를 선택합니다.\n\n- **보통** – 차례대로 처리합니다.\n- **긴급** – 먼저 처리합니다.\n"
    [(asked, answer)] = pairs(body)
    assert "신고 화면에 있는 '처리 구분' 필드에서 고를 수 있는 값은 뭐야?" in [
        question.removeprefix("반입 관련해서 ") for question in asked
    ]
    assert answer == "'처리 구분' 필드에서 선택할 수 있는 값에는 '보통', '긴급'이 있습니다."


def test_of_a_countable_class_one_may_ask_how_many():
    rows = "| 직접 반입 | 화주 |\n| 대리 반입 | 관세사 |\n| 우편 반입 | 우체국 |\n"
    found = pairs(f"# 반입\n\n## 방식\n\n| 반입 방식 | 담당 |\n|---|---|\n{rows}")
    [(_, counted)] = [(asked, answer) for asked, answer in found if "반입 방식은 모두 몇 가지야?" in asked]
    assert counted == "반입 방식은 모두 3가지입니다.\n- 직접 반입\n- 대리 반입\n- 우편 반입"


@pytest.mark.parametrize(
    "body",
    [
        "## 관련 링크\n\n다음 링크를 사용하세요.\n\n- 신고 안내\n- 요금 안내\n",  # links
        "## 설정\n\n다음 값을 설정합니다.\n\n- **창고:** *24*\n- **구역:** *A*\n",  # samples
        "## 신고서에 적는 내용\n\n- 품명: 물품의 이름\n",  # one is no list
        "## 신고서에 적는 내용\n\n1. 화면을 엽니다.\n2. 품명을 적습니다.\n",  # steps
        "## 그 밖에\n\n이러한 방법은 다음과 같습니다.\n\n- 직접 냅니다.\n- 맡깁니다.\n",  # points at what is not named
        "## 대장\n\n| 접수 번호 | 담당 |\n|---|---|\n| 20231 | 화주 |\n| 20232 | 화주 |\n",  # instances
    ],
)
def test_what_names_no_class_gives_no_list(body):
    assert pairs(f"# 반입\n\n{body}") == []


@given(
    st.lists(
        st.sampled_from("품명 중량 원산지 용도 규격 수량 단가 포장 보관 검사".split()),
        min_size=2,
        max_size=9,
        unique=True,
    )
)
def test_every_member_stands_in_the_answer_once(names):
    items = "".join(f"- {name}: 신고서에 적는 말\n" for name in names)
    [(_, answer)] = pairs(f"# 반입\n\n## 반입 신고서에 적는 내용\n\n{items}")
    assert answer.startswith(f"반입 신고서에 적는 내용에는 {', '.join(names)}")


@pytest.mark.parametrize("register", REGISTERS)
def test_every_template_can_be_said_in_every_register(register):
    slots = {
        "list": "반입 방식",
        "of": "화면의",
        "at": "화면에서",
        "field": "'구분' 필드",
        "asked": "어떤 것이 있어?",
        "whether": "있는지",
    }
    for group in (listing.MEMBERS, listing.COUNTED, listing.CHOICES, listing.LED):
        for template in group:
            said = phrase(template.text, register, slots)
            assert said.endswith((".", "?"))
            assert not set("<>[]{}|") & set(said)


def test_a_list_whose_items_only_head_what_stands_below_them_is_no_answer():
    body = "## 적재 기준\n\n- 적재 높이\n  - 나무 상자: 4단까지\n- 통로 폭\n  - 지게차 통로: 3미터\n"
    assert not [answer for _, answer in pairs(f"# 창고 적재\n\n{body}") if "통로 폭" in answer]
