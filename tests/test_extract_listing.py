"""Lists: which classes are asked for their members, and how the answer lists them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.documents import Document
from datagen.extract.lists import lead_list, listing, members
from datagen.extract.lists.listing import listings
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.tables import table_list
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
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
        "before": "화물을 반입하기 전에",
        "subject": "보세 반입",
        "group": "신고 화면",
        "column": "필드",
    }
    for group in (
        *(members.MEMBERS, listing.COUNTED, listing.CHOICES, lead_list.LED),
        *(table_list.READY, table_list.PREREQUISITES, table_list.HELD),
    ):
        for template in group:
            said = phrase(template.text, register, slots)
            assert said.endswith((".", "?"))
            assert not set("<>[]{}|") & set(said)


def test_a_list_whose_items_only_head_what_stands_below_them_is_no_answer():
    body = "## 적재 기준\n\n- 적재 높이\n  - 나무 상자: 4단까지\n- 통로 폭\n  - 지게차 통로: 3미터\n"
    assert not [answer for _, answer in pairs(f"# 창고 적재\n\n{body}") if "통로 폭" in answer]


def test_what_must_be_ready_is_asked_by_the_act_before_which_it_must():
    intro = "다음 표에서는 화주가 화물을 반입하기 전에 완료해야 하는 작업을 설명합니다."
    rows = "| 신고 번호를 받습니다. | 세관에서 받습니다. |\n| 차량을 예약합니다. | 하루 전에 예약합니다. |\n"
    [(asked, answer)] = pairs(f"# 보세 반입\n\n## 전제 조건\n\n{intro}\n\n| 전제 조건 | 설명 |\n|---|---|\n{rows}")
    assert "화물을 반입하기 전에 뭘 갖춰야 돼?" in [question.removeprefix("보세 반입 관련해서 ") for question in asked]
    lead, *bullets = answer.split("\n")
    assert lead == "화물을 반입하기 전에 갖추어야 할 것은 다음과 같습니다."
    assert bullets == ["- 신고 번호를 받습니다.", "- 차량을 예약합니다."]


def test_what_must_be_ready_in_one_case_is_not_told_of_all():
    rows = "| 신고 번호를 받습니다. | 세관에서 받습니다. |\n| 차량을 예약합니다. | 하루 전에 예약합니다. |\n"
    heading = "## 우편으로 반입하는 경우 전제 조건"
    assert pairs(f"# 보세 반입\n\n{heading}\n\n| 전제 조건 | 설명 |\n|---|---|\n{rows}") == []


def test_a_group_that_a_table_names_again_and_again_is_asked_for_what_it_holds():
    rows = "| 화물 | 중량 |\n| 화물 | 포장 수 |\n| 화주 | 상호 |\n| 화주 | 연락처 |\n"
    found = pairs(f"# 보세 반입\n\n## 신고 화면\n\n| 빠른 탭 | 필드 |\n|---|---|\n{rows}")
    assert any("화물 빠른 탭에는 어떤 필드가 있어?" in question for asked, _ in found for question in asked)
    assert [answer for _, answer in found] == [
        "화물 빠른 탭에는 중량, 포장 수가 있습니다.", "화주 빠른 탭에는 상호, 연락처가 있습니다.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        # 다음 is the next one here, and the list tells something else.
        "## 신고\n\n서류를 늦게 내면 다음 신고가 밀립니다.\n\n- 서류가 빠지면 세관이 되돌립니다.\n- 화주가 다시 냅니다.\n",
        # Of two classes the names tell but one.
        "## 살펴볼 곳과 판정 기준\n\n- 봉인: 끊기지 않은 것\n- 겉면: 젖지 않은 것\n",
        # Only what is listed is named: of what the values are, nothing is said.
        "## 안내\n\n다음 값을 사용할 수 있습니다.\n\n- 접수됨\n- 되돌림\n",
    ],
)
def test_a_list_that_answers_no_question_gives_none(body):
    assert pairs(f"# 반입\n\n{body}") == []


def test_who_is_asked_for_is_no_topic():
    body = "## 정책\n\n다음 정책은 반입 순서에 영향을 줍니다.\n\n- 도착 순서\n- 화물 무게\n"
    [(asked, _)] = pairs(f"# 반입\n\n{body}")
    assert any("어떤 정책이 반입 순서에 영향을 줘?" in question for question in asked)


@pytest.mark.parametrize(
    ("title", "header", "named"),
    [
        ("우편 반입", "반입 유형", "우편 반입 유형"),
        ("반입 검사", "반입 유형", "반입 유형"),  # the title would say 반입 twice
        ("상자와 봉투", "발송 종류", "상자와 봉투의 발송 종류"),
    ],
)
def test_a_class_is_led_in_by_the_title_where_neither_names_the_other(title, header, named):
    rows = "| 등기 | 화주 |\n| 소포 | 관세사 |\n"
    [(asked, _), *_] = pairs(f"# {title}\n\n## 종류별 담당\n\n| {header} | 담당 |\n|---|---|\n{rows}")
    assert f"{named}에는 뭐가 있어?" in asked


def test_a_title_that_joins_members_of_a_class_holds_not_all_of_it():
    rows = "| 직접 반입 | 화주 |\n| 우편 반입 | 우체국 |\n"
    assert pairs(f"# 직접 반입과 우편 반입\n\n## 담당\n\n| 반입 방식 | 담당 |\n|---|---|\n{rows}") == []


def test_a_heading_that_names_what_is_listed_gives_every_item_whole():
    body = "# 지게차 충전\n\n## 충전 전 확인 사항\n\n1. 커넥터의 파손 여부\n2. 충전실의 환기 상태 (수시)\n"
    ((wordings, answer),) = pairs(body)
    assert any("충전 전 확인 사항에는 뭐가 있어?" in wording for wording in wordings)
    assert answer == "충전 전 확인 사항은 다음과 같습니다.\n- 커넥터의 파손 여부\n- 충전실의 환기 상태 (수시)"


@pytest.mark.parametrize(
    "body",
    [
        "## 반품이 되지 않는 상품\n\n- 봉인을 뜯은 상품\n- 세트의 일부가 없으면 부분 환불로 처리합니다.",  # a sentence
        "## 입고 시 주의사항\n\n- 재고 부족 시 등록 불가\n- 라벨의 방향",  # half a sentence beside a noun
    ],
)
def test_a_list_that_its_heading_does_not_hold_is_left_alone(body):
    assert pairs(f"# 안내\n\n{body}\n") == []


def test_a_class_in_a_manual_is_told_by_the_topic_above_it():
    body = "# 지점 사용자 가이드\n\n## 샘플 앨범\n\n### 분류 관리\n\n#### 분류 종류\n\n- 봄꽃\n- 가을꽃\n"
    assert any("샘플 앨범의 분류 종류에는 뭐가 있어?" in wordings for wordings, _ in pairs(body))
