"""Fields and values: which questions labels of a screen give, and what they must leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.extract.screens import entry_wordings, label_wordings
from datagen.extract.screens import values as values_module
from datagen.extract.screens.fields import fields, is_field_table
from datagen.extract.screens.values import values
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

HEAD = "# 택배 연동\n\n## 단말 등록 화면\n\n"
LED = HEAD + "다음 필드를 설정합니다.\n\n"


def candidates(markdown, extract):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return list(extract(Reading(document, read_sentences([document], ()), frozenset())))


def pairs(markdown, extract):
    """(every wording in 반말, answer) of each candidate, in order."""
    return [
        ([phrase(template.text, REGISTERS[0], found.slots) for template in found.templates], found.answer)
        for found in candidates(markdown, extract)
    ]


@pytest.mark.parametrize(
    ("item", "question", "answer"),
    [
        ("**단말 이름** – 화면에 띄울 짧은 이름을 입력합니다.",
         "택배 연동 관련해서 단말 등록 화면에서 '단말 이름' 필드에는 뭘 넣어야 돼?",
         "'단말 이름' 필드에는 화면에 띄울 짧은 이름을 입력합니다."),
        ("**출력 방식** – 라벨을 찍을 프린터 종류를 선택합니다.",
         "택배 연동 관련해서 단말 등록 화면에 있는 '출력 방식' 필드에서는 뭘 선택해야 돼?",
         "'출력 방식' 필드에서는 라벨을 찍을 프린터 종류를 선택합니다."),
        ("**재시도 횟수** – 전송에 실패했을 때 다시 보낼 횟수를 지정합니다.",
         "택배 연동 관련해서 단말 등록 화면에 있는 '재시도 횟수' 필드는 뭘 정하는 거야?",
         "'재시도 횟수' 필드에서는 전송에 실패했을 때 다시 보낼 횟수를 지정합니다."),
        ("**포트** – 1024보다 큰 정수를 입력해야 합니다.",
         "택배 연동 관련해서 단말 등록 화면에서 '포트' 필드에는 뭘 입력해야 돼?",
         "'포트' 필드에는 1024보다 큰 정수를 입력해야 합니다."),
        ("**최종 접속** – 이 필드는 단말이 마지막으로 서버에 붙은 시각을 나타냅니다.",
         "택배 연동 관련해서 단말 등록 화면에 있는 '최종 접속' 필드는 뭘 나타내는 거야?",
         "'최종 접속' 필드는 단말이 마지막으로 서버에 붙은 시각을 나타냅니다."),
        ("**등록 일시** – 단말을 처음 올린 날짜와 시각입니다.",
         "택배 연동 관련해서 단말 등록 화면에 있는 '등록 일시' 필드가 뭐야?",
         "'등록 일시' 필드는 단말을 처음 올린 날짜와 시각입니다."),
        ("**음성 안내** – 작업자에게 소리로 알리려면 이 확인란을 선택합니다.",
         "택배 연동 관련해서 단말 등록 화면에서 '음성 안내' 확인란은 언제 선택해야 돼?",
         "작업자에게 소리로 알리려면 '음성 안내' 확인란을 선택합니다."),
        ("**자동 잠금** – 쉬는 단말을 잠그려면 이 옵션을 *예*로 설정합니다.",
         "택배 연동 관련해서 단말 등록 화면에서 '자동 잠금' 옵션은 언제 '예'로 설정해야 돼?",
         "쉬는 단말을 잠그려면 '자동 잠금' 옵션을 '예'로 설정합니다."),
    ],
)  # fmt: skip
def test_the_question_follows_what_the_text_says_of_the_field(item, question, answer):
    other = "- **메모** – 담당자가 남길 말을 입력합니다."
    found = pairs(f"{LED}- {item}\n{other}\n", fields)
    assert any(question in asked and said == answer for asked, said in found), found


def test_further_sentences_tell_the_default_the_range_and_when_a_field_stays_empty():
    markdown = LED + (
        "- **밝기** – 화면 밝기를 선택합니다. 0에서 10 사이의 값을 입력합니다. 기본값은 5입니다.\n"
        "- **담당 구역** – 단말을 쓸 구역을 선택합니다. 모든 구역에 쓰는 경우 이 필드를 비워 둡니다.\n"
    )
    answers = [answer for _, answer in pairs(markdown, fields)]
    assert "'밝기' 필드에는 0에서 10 사이의 값을 입력합니다." in answers
    assert "'밝기' 필드의 기본값은 5입니다." in answers
    assert "모든 구역에 쓰는 경우 '담당 구역' 필드를 비워 둡니다." in answers


@pytest.mark.parametrize(
    ("lead", "item", "answer"),
    [
        ("도구 모음에는 다음 버튼이 있습니다.", "**맨 위로** – 고른 주문을 목록 맨 앞으로 옮깁니다.", "'맨 위로' 버튼은 고른 주문을 목록 맨 앞으로 옮깁니다."),
        ("다음 매개 변수를 사용할 수 있습니다.", "**구독 이름** – 구독을 구별하는 고유한 이름입니다.", "'구독 이름' 매개 변수는 구독을 구별하는 고유한 이름입니다."),
    ],
)  # fmt: skip
def test_the_lead_in_says_what_kind_of_label_it_is(lead, item, answer):
    assert answer in [said for _, said in pairs(f"{HEAD}{lead}\n\n- {item}\n", fields)]


def test_fields_under_an_act_are_asked_for_while_doing_it():
    markdown = "# 정산\n\n## 물류 단가 계약 만들기\n\n다음 필드를 설정합니다.\n\n- **적용일** – 새 단가를 쓰기 시작할 날짜를 입력합니다.\n"
    [(asked, _)] = pairs(markdown, fields)
    assert "물류 단가 계약을 만들 때 '적용일' 필드에는 뭘 넣어야 돼?" in asked


def test_a_table_of_fields_gives_a_pair_for_each_row():
    markdown = (
        HEAD
        + "| 필드 | 설명 |\n|---|---|\n| 출고지 | 상품이 떠나는 창고입니다. |\n| 메모 | 이 필드는 배송 기사에게 남기는 말을 보여줍니다. |\n"
    )
    assert [answer for _, answer in pairs(markdown, fields)] == [
        "'출고지' 필드는 상품이 떠나는 창고입니다.",
        "'메모' 필드는 배송 기사에게 남기는 말을 보여줍니다.",
    ]
    [table] = [block for section in parse_markdown(markdown).sections for block in section.blocks]
    assert is_field_table(table)


def test_a_list_of_terms_defines_them():
    markdown = "# 창고 안내\n\n## 자주 쓰는 용어\n\n- **적치**: 상품을 보관 자리에 놓는 작업\n- **상차**: 상품을 차에 싣는 작업\n"
    assert (["적치가 뭐야?"], "적치는 상품을 보관 자리에 놓는 작업입니다.") in [
        (asked[:1], answer) for asked, answer in pairs(markdown, fields)
    ]


@pytest.mark.parametrize(
    "item",
    [
        "**창고:** *24*",  # a sample value
        "**정책 이름** – 정책의 이름을 입력합니다.",  # says its own label only
        "**방식** – 다음 값 중 하나를 선택합니다.",  # leads into a list
        "**사유** – 자세한 내용은 사유 코드 설정을 참조하세요.",  # points elsewhere
        "**상태** – 이 필드는 비어 있습니다.",  # a state, not what it is for
        "**연동** – 이 옵션을 *예*로 설정하여 택배사 서버를 사용하여 송장을 받습니다.",  # what one does, not what it does
        "**삭제** – *확인*을 눌러 단말을 목록에서 지웁니다.",
        "**판매가** – 판매 가격",  # short, and its own word again
        "**기록 보기** – 단말의 접속 기록을 봅니다.",
        "**코드** – 송장 번호(*숫자*, *영문*)를 사용하여 찾는 값의 종류를 선택합니다.",  # whose values are they?
        "**<mode=test>** – 단말을 시험할 때 쓰는 값을 입력합니다.",  # code, no label
    ],
)
def test_what_says_nothing_of_a_field_gives_no_pair(item):
    assert pairs(f"{LED}- {item}\n", fields) == []


def test_a_limit_is_asked_as_a_rule_never_as_a_meaning():
    markdown = (
        "# 창고 적재\n\n## 적재 기준\n\n- 적재 높이\n  - 나무 상자: 최대 4단\n  - 철제 드럼: 최대 2단\n"
        "- 표면 관리\n  - 나무 상자: 수분 15% 이하 유지\n  - 철제 드럼: 비 오는 날 방수 덮개 설치\n"
    )
    found = pairs(markdown, fields)
    assert [answer for _, answer in found][:2] == [
        "나무 상자의 적재 높이 기준은 최대 4단입니다.",
        "철제 드럼의 적재 높이 기준은 최대 2단입니다.",
    ]
    assert all("기준" in question and "무슨 뜻" not in question for asked, _ in found for question in asked)


def test_limits_below_a_heading_that_names_no_rule_give_no_pair():
    assert pairs("# 적재\n\n## 자재 정보\n\n- 나무 상자: 최대 4단\n- 철제 드럼: 통로 쪽 적재 금지\n", fields) == []


@pytest.mark.parametrize("heading", ["용어의 정의", "II. 정의", "1.2 용어", "제2조 (용어)"])
@pytest.mark.parametrize("marks", [("- ", "- "), ("1. ", "2. "), ("- **", "- **")])
def test_terms_are_defined_under_any_heading_that_says_so(heading, marks):
    close = "**" if marks[0].endswith("*") else ""
    markdown = (
        f"# 창고 규정\n\n## {heading}\n\n{marks[0]}잔여 재고{close}: 석 달 동안 나가지 않은 재고\n"
        f"{marks[1]}개봉 뒤 기한(AOD){close}: 봉인을 뜯은 다음 쓸 수 있는 마지막 날\n"
    )
    found = [(candidate.kind, candidate.slots["term"], candidate.answer) for candidate in candidates(markdown, fields)]
    assert ("definition", "잔여 재고", "잔여 재고는 석 달 동안 나가지 않은 재고입니다.") in found
    assert ("definition", "개봉 뒤 기한", "개봉 뒤 기한(AOD)은 봉인을 뜯은 다음 쓸 수 있는 마지막 날입니다.") in found


def test_what_a_setting_does_is_asked_of_the_setting():
    markdown = HEAD + (
        "| 항목 | 설명 |\n|---|---|\n| 검수 생략 | Y로 설정하면 입고 때 수량을 세지 않습니다. |\n"
        "| 갱신 | 누르면 목록을 다시 불러옵니다. |\n"
    )
    [(asked, answer)] = pairs(markdown, fields)
    assert "'검수 생략' 항목을 'Y'로 설정하면 어떻게 돼?" in asked[0]
    assert answer == "'검수 생략' 항목을 'Y'로 설정하면 입고 때 수량을 세지 않습니다."


def test_a_table_says_of_each_field_whether_it_is_required_and_what_else_is_short():
    markdown = HEAD + (
        "| 필드 | 타입 | 필수 | 설명 |\n|---|---|---|---|\n| shipNo | string(12) | Y | 택배사 송장번호 |\n"
        "| note | string(80) | N | 배송 기사에게 남기는 말 |\n"
    )
    found = {answer: asked for asked, answer in pairs(markdown, fields)}
    assert list(found) == [
        "'shipNo' 필드는 택배사 송장번호입니다.",
        "'shipNo' 필드의 타입은 string(12)입니다.",
        "네, 'shipNo' 필드는 필수입니다.",
        "'note' 필드는 배송 기사에게 남기는 말입니다.",
        "'note' 필드의 타입은 string(80)입니다.",
    ]
    required = found["네, 'shipNo' 필드는 필수입니다."]
    assert "택배 연동 관련해서 단말 등록 화면에서 'shipNo' 필드는 꼭 채워야 돼?" in required


def test_a_description_in_noun_form_is_asked_by_what_one_does_there():
    markdown = (
        "# 회원 등록\n\n## 새 회원 등록\n\n1. **회원** 탭 선택\n2. 회원 정보 입력\n   - **추천인**: 회원을 소개한 사람의 이름\n"
        "   - **등급**: 일반/우수 선택\n   - **가입일**: 달력에서 날짜 선택\n   - **생일**: 회원 생년월일 (선택)\n"
    )
    found = {answer: asked for asked, answer in pairs(markdown, fields)}
    assert (
        "새 회원을 등록할 때 '추천인' 항목에는 뭘 넣어야 돼?"
        in found["'추천인' 항목에는 회원을 소개한 사람의 이름을 입력합니다."]
    )
    assert (
        "새 회원을 등록할 때 나오는 '등급' 항목에서는 뭘 선택해야 돼?"
        in found["'등급' 항목에서는 일반/우수 중에서 선택합니다."]
    )
    assert "'가입일' 항목에서는 달력에서 날짜를 선택합니다." in found
    assert "새 회원을 등록할 때 '생일' 항목은 꼭 채워야 돼?" in found["아니요, '생일' 항목은 선택입니다."]


def test_a_heading_or_the_list_itself_tells_that_its_names_are_labels():
    buttons = "# 계산대 연동\n\n## 매출 전송\n\n### 화면 버튼\n\n- **보내기**: 본점에 매출표 전송\n- **되돌리기**: 방금 보낸 매출표 삭제\n"
    assert [answer for _, answer in pairs(buttons, fields)] == [
        "'보내기' 버튼은 본점에 매출표를 전송합니다.",
        "'되돌리기' 버튼은 방금 보낸 매출표를 삭제합니다.",
    ]
    form = (
        "# 계산대 연동\n\n## 매출 조회\n\n### 조회 조건\n\n- **매장**: 살펴볼 가게 선택\n- **날짜**: 처음과 끝 날짜 입력\n"
        "- **시간**: 시간 선택 (30분 단위)\n- **구분**: 판매/반품\n"
    )
    assert [answer for _, answer in pairs(form, fields)] == [
        "'매장' 항목에서는 살펴볼 가게를 선택합니다.",
        "'날짜' 항목에는 처음과 끝 날짜를 입력합니다.",
    ]


def test_fields_below_a_heading_that_is_no_place_are_placed_by_the_one_above():
    markdown = "# 계산대 연동\n\n## 매출 전송\n\n### 요청 항목\n\n| 필드 | 설명 |\n|---|---|\n| shopNo | 매출이 난 매장의 번호 |\n"
    [(asked, _)] = pairs(markdown, fields)
    assert any(question.endswith("매출을 전송할 때 나오는 'shopNo' 필드가 뭐야?") for question in asked)


def test_an_example_gives_no_field():
    markdown = "# 정산\n\n## 예: 단가표 만들기\n\n다음 필드를 설정합니다.\n\n- **적용일** – 새 단가를 쓰기 시작할 날짜를 입력합니다.\n"
    assert pairs(markdown, fields) == []


def test_a_value_is_asked_through_its_field():
    markdown = HEAD + (
        "다음 필드를 설정합니다.\n\n"
        "- **연결 상태** – 단말이 서버와 이어진 정도입니다. 다음 중 하나로 둡니다.\n"
        "  - **끊김** – 단말이 서버에 붙지 못했습니다.\n"
        "  - **정상** – 단말이 서버와 통신하고 있습니다.\n"
        "- **정렬** – 목록의 순서를 고릅니다. 다음 중 하나로 둡니다.\n"
        "  - **오름차순** – 작은 번호를 먼저 보여줍니다.\n"
        "  - **내림차순** – 큰 번호를 먼저 보여줍니다.\n"
    )
    found = {answer: asked for asked, answer in pairs(markdown, values)}
    state = found["'연결 상태' 필드가 '끊김'이면 단말이 서버에 붙지 못했습니다."]
    assert "택배 연동 관련해서 단말 등록 화면에서 '연결 상태' 필드가 '끊김'이면 무슨 뜻이야?" in state
    order = found["'정렬' 필드를 '오름차순'으로 설정하면 작은 번호를 먼저 보여줍니다."]
    assert "택배 연동 관련해서 단말 등록 화면에서 '정렬' 필드를 '오름차순'으로 설정하면 어떻게 돼?" in order


def test_what_is_pressed_is_not_set_and_what_has_happened_is_no_effect_of_choosing():
    markdown = HEAD + (
        "- **작업** 단추 – 고른 단말에 할 일을 정합니다. 다음 값 중 하나를 고릅니다.\n"
        "  - **재시작** – 단말을 껐다가 다시 켭니다.\n  - **초기화** – 단말의 설정을 모두 지웁니다.\n"
        "- **결재** – 등록 요청을 본 사람이 남깁니다. 다음 값 중 하나로 둡니다.\n"
        "  - **반려** – 요청이 거절되었습니다.\n  - **허가** – 단말을 쓸 수 있게 되었습니다.\n"
    )
    answers = [answer for _, answer in pairs(markdown, values)]
    assert "'결재' 필드가 '반려'면 요청이 거절되었습니다." in answers
    assert not any("설정하면 요청이 거절" in answer for answer in answers)


def test_values_belong_to_the_field_their_lead_in_names_last():
    markdown = HEAD + (
        "**일반** 탭의 **정렬** 필드에서 목록의 순서를 지정할 수 있습니다.\n\n"
        "- **오름차순** – 작은 번호를 먼저 보여줍니다.\n- **내림차순** – 큰 번호를 먼저 보여줍니다.\n"
    )
    assert [answer for _, answer in pairs(markdown, values)] == [
        "'정렬' 필드를 '오름차순'으로 설정하면 작은 번호를 먼저 보여줍니다.",
        "'정렬' 필드를 '내림차순'으로 설정하면 큰 번호를 먼저 보여줍니다.",
    ]


def test_a_page_is_asked_for_what_one_sees_there():
    markdown = (
        HEAD + "다음을 볼 수 있습니다.\n\n- **끊긴 단말** – 이 목록은 하루 넘게 접속하지 않은 단말을 보여줍니다.\n"
    )
    [(asked, answer)] = pairs(markdown, fields)
    assert answer == "'끊긴 단말' 목록은 하루 넘게 접속하지 않은 단말을 보여줍니다."
    assert any(question.endswith("'끊긴 단말' 목록에서는 뭘 볼 수 있어?") for question in asked)


def test_values_of_no_named_field_are_left_alone():
    markdown = HEAD + "- **예** – 라벨을 바로 찍습니다.\n- **아니요** – 라벨을 나중에 찍습니다.\n"
    assert pairs(markdown, values) == []


@given(name=st.text("가나다라마바사0123456789 ", min_size=2, max_size=12).map(str.strip).filter(bool))
def test_every_span_stands_in_the_document_and_the_first_carries_the_fact(name):
    markdown = f"{LED}- **{name}** – 화면에 띄울 짧은 글을 입력합니다.\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    for found in fields(reading):
        quotes = [markdown[start:end] for start, end in found.evidence]
        assert quotes[0] == "화면에 띄울 짧은 글을 입력합니다."
        assert all(quote.strip() for quote in quotes)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_template_can_be_said_in_every_register(register):
    slots = dict.fromkeys(("scope", "field", "label", "of", "at", "value", "rule", "column", "genus"), "물량")
    groups = [value for module in (label_wordings, entry_wordings, values_module) for value in vars(module).values()]
    templates = {t.text for group in groups if isinstance(group, tuple) for t in group if hasattr(t, "personas")}
    assert len(templates) > 40
    for template in templates:
        said = phrase(template, register, slots)
        assert said.endswith((".", "?"))
        assert not set("<>[]{}|") & set(said)


@pytest.mark.parametrize(
    ("row", "question", "answer"),
    [
        ("보관 온도 | Y | 상온 / 냉장 / 냉동", "어떤 값이 있어?", "'보관 온도' 항목의 값에는 상온, 냉장, 냉동이 있습니다."),
        ("만료일 | 조건부 | 기한 관리 품목인 경우 필수입니다.", "'만료일' 항목은 언제 꼭 채워야 돼?",
         "'만료일' 항목은 기한 관리 품목인 경우 필수입니다."),
        ("공급처 | Y | 등록된 거래처만 입력할 수 있습니다.", "'공급처' 항목에는 어떤 값을 넣을 수 있어?",
         "'공급처' 항목에는 등록된 거래처만 입력할 수 있습니다."),
    ],
)  # fmt: skip
def test_a_row_is_asked_for_what_it_tells(row, question, answer):
    found = pairs(f"{HEAD}| 항목 | 필수 | 설명 |\n|---|---|---|\n| {row} |\n", fields)
    assert any(any(one.endswith(question) for one in asked) and said == answer for asked, said in found), found


@pytest.mark.parametrize("text", ["1 이상", "낱개 기준입니다.", "미등록 품목이면 칸이 붉은색으로 표시됩니다."])
def test_a_limit_or_a_single_case_is_no_meaning(text):
    assert pairs(f"{HEAD}| 항목 | 설명 |\n|---|---|\n| 수량 | {text} |\n", fields) == []


def test_a_table_of_an_interface_names_its_fields_in_english():
    table = "| field | type | 필수 | 설명 |\n|---|---|---|---|\n| orderNo | string(30) | Y | 화주의 주문 번호 |"
    answers = [answer for _, answer in pairs(f"{HEAD}{table}\n", fields)]
    assert "'orderNo' 필드는 화주의 주문 번호입니다." in answers
    assert "'orderNo' 필드의 type은 string(30)입니다." in answers
