"""Procedures and their steps: how-to, first and next step, fields and menu paths; labels in quotes."""

import pytest

from curation.korean.register import convert
from datagen.documents import Document, Items
from datagen.extract.labels import labels, quoted
from datagen.extract.procedures import headed, menu, procedure, sequence, steps, wish
from datagen.extract.procedures.procedure import procedures
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, Template, phrase
from datagen.readers.markdown import parse_markdown


def read(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return Reading(document, read_sentences([document], ()), frozenset())


def told(extract, markdown):
    """(every wording in 반말, answer in 합쇼체) of each candidate."""
    return [
        (
            [phrase(template.text, REGISTERS[0], candidate.slots) for template in candidate.templates],
            convert([candidate.answer], to="hapsyo")[0].text,
        )
        for candidate in extract(read(markdown))
    ]


def line_of(markdown):
    (block,) = read(f"# 안내\n\n1. {markdown}\n").document.sections[0].blocks
    assert isinstance(block, Items)
    return block.items[0].line


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("**저장** 을 누릅니다.", "'저장'을 누릅니다."),
        ("**상태** 필드를 *보류* 로 설정합니다.", "'상태' 필드를 '보류'로 설정합니다."),
        ("**입고** \\> **입고 등록** 으로 이동합니다.", "'입고' 메뉴에서 '입고 등록'으로 이동합니다."),
        ("**기준 > 창고 > 구역** 으로 이동합니다.", "'기준' 메뉴의 '창고'에서 '구역'으로 이동합니다."),
        ("기준 > 창고 > 구역으로 이동합니다.", "'기준' 메뉴의 '창고'에서 '구역'으로 이동합니다."),
        ("기준 → 창고 → 구역 → 자리를 선택합니다.", "'기준 > 창고 > 구역 > 자리' 메뉴를 선택합니다."),
        ("[상품 관리] > [상품 등록] 메뉴로 이동합니다.", "'상품 관리' 메뉴에서 '상품 등록'으로 이동합니다."),
        ("왼쪽 창에서 **기준 > 창고 > 구역** 으로 이동합니다.", "왼쪽 창에서 '기준 > 창고 > 구역' 메뉴로 이동합니다."),
        ("수량을 **반드시** 두 번 셉니다.", "수량을 반드시 두 번 셉니다."),
        ("'**저장**' 버튼을 누릅니다.", "'저장' 버튼을 누릅니다."),
    ],
)
def test_labels_stand_in_quotes_with_their_particles(step, expected):
    assert quoted(line_of(step)) == expected


def test_a_path_has_its_levels():
    (label,) = labels(line_of("**기준 > 창고** \\> **구역** 으로 이동합니다."))
    assert label.levels == ("기준", "창고", "구역")
    assert label.name == "구역"


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        (
            "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 보관함의 이름을 입력합니다.",
            "보관함을 만들려면 어떻게 해야 돼?",
            "보관함을 만들려면 다음 순서를 따릅니다.\n1. 기준 화면을 엽니다.\n2. 보관함의 이름을 입력합니다.",
        ),
        (
            "## 보관함\n\n보관함을 새로 추가하려면 다음 단계를 따르세요.\n\n1. 기준 화면을 여세요.\n2. 이름을 입력해 주세요.",
            "보관함을 새로 추가하려면 어떻게 해야 돼?",
            "보관함을 새로 추가하려면 다음 순서를 따릅니다.\n1. 기준 화면을 엽니다.\n2. 이름을 입력합니다.",
        ),
        (
            "## 송장 출력\n\n1. 출고 화면을 엽니다\n2. 다음 필드를 설정합니다.\n"
            "   - **매수** – 찍을 매수를 입력합니다.\n   - **용지** – 용지의 크기를 선택합니다.\n",
            "송장은 어떻게 출력해?",
            "송장을 출력하려면 다음 순서를 따릅니다.\n1. 출고 화면을 엽니다.\n2. 다음 필드를 설정합니다.\n"
            "   - '매수': 찍을 매수를 입력합니다.\n   - '용지': 용지의 크기를 선택합니다.",
        ),
        (
            "## 송장 출력\n\n1. 출고 화면을 엽니다. 이 화면은 모두가 씁니다.\n2. 주문을 고릅니다.\n\n   > 참고: 마감한 주문은 빠집니다.\n",
            "송장은 어떻게 출력해?",
            "송장을 출력하려면 다음 순서를 따릅니다.\n1. 출고 화면을 엽니다.\n2. 주문을 고릅니다.",
        ),
        (
            "## 2. 구매 요청 절차\n\n1. 구매요청서 작성\n2. 부서장 결재\n3. 구매 부서로 요청서 제출",
            "구매 요청 절차가 어떻게 돼?",
            "구매 요청은 다음 순서로 진행합니다.\n1. 구매요청서를 작성합니다.\n2. 부서장이 결재합니다.\n3. 구매 부서로 요청서를 제출합니다.",
        ),
        (
            "## 물품 검수 절차\n\n- 납품서와 수량을 대조함\n- 외관 상태를 확인할 것",
            "물품 검수 절차가 어떻게 돼?",
            "물품 검수는 다음 순서로 진행합니다.\n1. 납품서와 수량을 대조합니다.\n2. 외관 상태를 확인해야 합니다.",
        ),
        (
            "## 웹 주문이 창고까지 이어지는 절차\n\n1. 주문 시스템이 주문을 보낸다.\n2. 창고 시스템이 재고를 할당한다.",
            "웹 주문이 창고까지 이어지는 절차가 어떻게 돼?",
            "웹 주문이 창고까지 이어지는 순서는 다음과 같습니다.\n1. 주문 시스템이 주문을 보냅니다.\n2. 창고 시스템이 재고를 할당합니다.",
        ),
    ],
)  # fmt: skip
def test_steps_under_an_act_answer_how(body, question, answer):
    found = told(procedures, f"# 안내\n\n{body}\n")
    assert len(found) == 1
    assert question in found[0][0]
    assert found[0][1] == answer


@pytest.mark.parametrize(
    "body",
    [
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. **번호** 필드에 1을 입력합니다.",  # a sample value
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 상품 *A0001* 을 선택합니다.",
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 다음 값을 설정합니다.\n   - 이름: 보관함\n   - 번호: 3\n",
        "## 보관함 만들기\n\n1. **새로 만들기** 를 선택합니다.\n2. 이름을 입력합니다.",  # where, nobody says
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 자세한 내용은 설정 안내를 참조하세요.",
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. **이름** 필드에 값을 입력합니다.\n3. **번호** 필드에 값을 입력합니다.",
        "## 보관함\n\n1. 기준 화면을 엽니다.\n2. 이름을 입력합니다.",  # no act
        "## 보관함 만들기\n\n" + "\n".join(f"{n}. 칸 {n}의 덮개를 엽니다." for n in range(1, 14)),
        "## 보관함 만들기\n\n- 기준 화면을 엽니다.\n- 이름을 입력합니다.",  # bullets need not be in order
        "## 보관함\n\n보관함을 만들려면 다음 단계 중 하나를 따르세요.\n\n- 기준 화면을 엽니다.\n- 단말에 이름을 부릅니다.",
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 이름을 입력합니다.\n\n또는\n\n1. 단말을 켭니다.\n2. 이름을 부릅니다.",
    ],
)
def test_steps_that_do_not_stand_alone_give_no_procedure(body):
    assert told(procedures, f"# 안내\n\n{body}\n") == []


MANUAL = """\
# 이용 안내

## 반품 상품 등록하기

1. **반품 관리 > 접수 > 반품 등록** 으로 이동합니다.
2. **송장 번호** 필드에 회수 송장의 번호를 입력합니다.
3. **상태** 필드에서 *검수 대기* 를 선택합니다.
4. **사진 첨부** 옵션을 *예* 로 설정합니다.
5. 상품을 검수대로 옮깁니다.
6. **저장** 을 누릅니다.

반품 사유를 새로 추가하려면 **사유 추가** 버튼을 누릅니다.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("반품 등록 화면은 어디로 들어가면 돼?", "'반품 관리' 메뉴의 '접수'에서 '반품 등록'으로 이동합니다."),
        (
            "반품 상품을 등록할 때 뭐부터 해야 돼?",
            "반품 상품을 등록하려면 먼저 '반품 관리' 메뉴의 '접수'에서 '반품 등록'으로 이동합니다.",
        ),
        (
            "반품 상품을 등록하려면 어느 메뉴로 들어가야 돼?",
            "반품 상품을 등록하려면 먼저 '반품 관리' 메뉴의 '접수'에서 '반품 등록'으로 이동합니다.",
        ),
        (
            "반품 상품을 등록할 때 송장 번호 필드에는 뭘 넣어야 돼?",
            "반품 상품을 등록할 때는 '송장 번호' 필드에 회수 송장의 번호를 입력합니다.",
        ),
        (
            "반품 상품을 등록할 때 상태 필드에서는 뭘 골라야 돼?",
            "반품 상품을 등록할 때는 '상태' 필드에서 '검수 대기'를 선택합니다.",
        ),
        (
            "반품 상품을 등록할 때 사진 첨부 옵션은 뭘로 설정해야 돼?",
            "반품 상품을 등록할 때는 '사진 첨부' 옵션을 '예'로 설정합니다.",
        ),
        (
            "반품 상품을 등록할 때 반품 등록 화면으로 들어가고 나면 뭘 해야 돼?",
            "'반품 관리' 메뉴의 '접수'에서 '반품 등록'으로 이동한 다음에는 '송장 번호' 필드에 회수 송장의 번호를 입력합니다.",
        ),
        (
            "반품 상품을 등록할 때 '검수 대기'는 어느 필드에서 선택해?",
            "반품 상품을 등록할 때는 '상태' 필드에서 '검수 대기'를 선택합니다.",
        ),
        (
            "반품 상품을 등록할 때 상품을 검수대로 옮기기 바로 전에 뭘 해야 돼?",
            "상품을 검수대로 옮기기 바로 전에 '사진 첨부' 옵션을 '예'로 설정합니다.",
        ),
        (
            "반품 사유를 새로 추가하려면 어떤 버튼을 눌러야 돼?",
            "반품 사유를 새로 추가하려면 '사유 추가' 버튼을 누릅니다.",
        ),
    ],
)
def test_a_step_answers_a_question_of_its_own(question, answer):
    found = [(asked, said) for asked, said in told(steps.steps, MANUAL) if question in asked]
    assert [said for _, said in found] == [answer]


def questions_of(body, title="이용 안내"):
    return [question for asked, _ in told(steps.steps, f"# {title}\n\n{body}\n") for question in asked]


def answers_of(body, title="이용 안내"):
    return [said for extract in (procedures, steps.steps) for _, said in told(extract, f"# {title}\n\n{body}\n")]


def test_a_procedure_keeps_the_duties_of_its_steps():
    body = "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 칸을 고릅니다. 칸은 하나 이상 골라야 합니다."
    (answer,) = (said for _, said in told(procedures, f"# 안내\n\n{body}\n"))
    assert answer.endswith("2. 칸을 고릅니다. 칸은 하나 이상 골라야 합니다.")


@pytest.mark.parametrize(
    "body",
    [
        # a path that follows the first sentence would be lost
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다. **기준** \\> **창고** \\> **보관함**.\n2. 이름을 입력합니다.",
        # the lead brings its steps in a case, for something named before
        "## 기록으로 지연 찾기\n\n이 옵션을 켜면 다음 단계에 따라 기록을 볼 수 있습니다.\n\n"
        "1. 기준 화면을 엽니다.\n2. 묶음을 고릅니다.",
        "## 기록으로 문제 해결\n\n1. 기준 화면을 엽니다.\n2. 묶음을 고릅니다.",
        "## 확인 설정\n\n1. 메뉴 항목에서 작업 확인 설정 화면을 엽니다.\n2. 메뉴 항목에서 **작업 확인 설정** 화면을 엽니다.",
        "## 상품 보관함 설정\n\n운임 보관함을 설정하려면 다음 단계를 따르세요.\n\n"
        "1. 기준 화면을 엽니다.\n2. 상품을 고릅니다.",
        "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. 다음 창고 관리 방식 중 하나를 고릅니다.",
    ],
)
def test_half_of_a_procedure_is_none(body):
    assert told(procedures, f"# 안내\n\n{body}\n") == []


def test_nothing_follows_a_step_with_a_remark_below_it():
    body = (
        "## 반품 상품 등록하기\n\n1. 상품을 검수대로 옮깁니다.{}\n2. 사진을 찍어 기록합니다.\n3. 상자를 닫아 봉합니다."
    )
    asked = "반품 상품을 등록할 때 상품을 검수대로 옮기고 나면 뭘 해야 돼?"
    assert asked in questions_of(body.format(""))
    assert asked not in questions_of(body.format("\n\n   > 참고: 큰 상품은 두 사람이 듭니다.\n"))
    assert asked not in questions_of(body.format(" 창고에 자리가 없으면 건너뜁니다."))


def test_an_act_takes_the_modifier_of_the_title():
    body = "## 새 메뉴 항목 만들기\n\n1. **기준 > 단말 > 메뉴 항목** 으로 이동합니다.\n2. 이름을 입력합니다."
    asked = questions_of(body, "회수품을 등록하기 위한 메뉴 항목 설정")
    assert "회수품을 등록하기 위한 메뉴 항목을 만들 때 뭐부터 해야 돼?" in asked


def test_a_path_of_an_app_says_so():
    body = "## 입고\n\n1. 모바일 앱에 로그인합니다.\n2. **입고 > 상품 수령** 으로 이동합니다."
    assert "모바일 앱에서 '입고 > 상품 수령' 메뉴로 이동합니다." in answers_of(body)


@pytest.mark.parametrize("path", ["기준 > 창고 > 설정", "창과 관리 > 기준 > 보관함 유형"])
def test_a_screen_without_a_name_of_its_own_has_no_path(path):
    assert not any("화면은" in question for question in questions_of(f"## 기준\n\n1. **{path}** 으로 이동합니다."))


@pytest.mark.parametrize(
    ("step", "question"),
    [
        ("작업 창에서 **추가** 를 선택하여 새 줄을 넣습니다.", "보관함을 만들 때 새 줄을 넣으려면 뭘 눌러야 돼?"),
        ("도구 모음에서 **보관함 나누기** 를 선택합니다.", "보관함을 만들 때 도구 모음에서는 뭘 선택해야 돼?"),
        ("**잠금** 확인란을 선택합니다.", "보관함을 만들 때 잠금 확인란은 어떻게 해야 돼?"),
        ("**일괄 출력** 을 *예* 로 설정합니다.", "보관함을 만들 때 일괄 출력은 뭘로 설정해야 돼?"),
        ("**칸** 빠른 탭에서 **칸 나누기** 를 선택합니다.", "보관함을 만들 때 칸 빠른 탭에서는 뭘 선택해야 돼?"),
        ("**단위** 필드에서 낱개로 셀지 여부를 선택합니다.", "보관함을 만들 때 단위 필드에서는 뭘 정해야 돼?"),
    ],
)
def test_buttons_boxes_and_decisions_are_asked_for(step, question):
    assert question in questions_of(f"## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. {step}\n3. 이름을 입력합니다.")


def test_only_a_fixed_value_is_asked_for_with_what():
    body = "## 보관함 만들기\n\n1. 기준 화면을 엽니다.\n2. **단위** 필드에서 {} 선택합니다."
    asked = "보관함을 만들려면 단위 필드는 뭘로 해야 돼?"
    assert asked in questions_of(body.format("*낱개* 를"))
    assert asked not in questions_of(body.format("수량을 셀 단위를"))
    assert not any("단위 필드" in question for question in questions_of(body.format("낱개 또는 상자로 셀지 여부를")))


def test_a_web_address_takes_the_particle_of_its_reading():
    assert quoted(line_of("웹에서 https://example.com로 이동합니다.")) == "웹에서 https://example.com으로 이동합니다."


def test_nothing_follows_a_click_and_no_click_follows():
    asked = [question for questions, _ in told(steps.steps, MANUAL) for question in questions]
    assert not any("저장" in question for question in asked)


def test_a_subject_that_two_steps_share_is_named_once():
    body = "# 실사\n\n## 재실사 절차\n\n1. 담당자가 자리를 잠근다.\n2. 담당자가 상품을 다시 센다.\n3. 시스템이 차이를 적는다.\n"
    answers = [said for _, said in told(steps.steps, body.replace("재실사 절차", "재고 재실사하기"))]
    assert "담당자는 자리를 잠근 다음에 상품을 다시 셉니다." in answers
    assert "담당자가 상품을 다시 센 다음에는 시스템이 차이를 적습니다." in answers


@pytest.mark.parametrize(
    "body",
    [
        "계속하려면 **다음** 을 누릅니다.",
        "이 값을 바꾸려면 **편집** 을 누릅니다.",
        "자료를 내려받으려면 설정 안내를 참조하세요.",
        "자동 발주를 사용하려면 두 가지 기능을 켜야 합니다.",
        "인증서를 사용하려면 *아니요* 로 설정합니다.",
        "상품 목록을 보려면 데모 데이터를 사용합니다.",
        "입력란을 스캔할지 여부를 바꾸려면 **편집** 을 누릅니다.",
        "출고에 **부분 출고 주문 일괄 허용 설정** 옵션을 사용하려면 **편집** 을 누릅니다.",
    ],
)
def test_a_wish_that_leans_on_its_page_is_not_asked(body):
    assert told(steps.steps, f"# 설정 안내\n\n{body}\n") == []


def test_a_duty_is_asked_for_as_a_duty():
    asked = questions_of(
        "보류 화물을 내보내려면 책임자가 확인서를 써야 합니다.\n\n보류 화물을 풀려면 확인서를 써야 합니다."
    )
    assert "보류 화물을 풀려면 꼭 해야 하는 일이 뭐야?" in asked
    assert "보류 화물을 풀려면 어떻게 해야 돼?" not in asked
    asked = questions_of("보류 화물을 풀려면 확인서를 먼저 써야 합니다.")
    assert "보류 화물을 풀려면 뭐부터 해야 돼?" in asked


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (
            "## 알림 기능 켜기\n\n관리자는 기능 관리를 사용하여 기능의 상태를 보고 필요한 경우 켤 수 있습니다.",
            "알림 기능을 켤 때 관리자는 기능 관리를 사용하여 기능의 상태를 보고 필요한 경우 켤 수 있습니다.",
        ),
        (
            "## 배송지 변경\n\n내 정보 화면의 연필 단추를 눌러 배송지를 변경할 수 있습니다.",
            "내 정보 화면의 연필 단추를 눌러 배송지를 변경할 수 있습니다.",
        ),
    ],
)
def test_a_heading_is_done_as_its_one_sentence_says(body, answer):
    assert answer in answers_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "## 배송지 변경\n\n배송지를 변경할 수 있습니다.",  # by what means, nobody says
        "## 배송지 변경\n\n주문이 접수 상태인 경우 단추를 눌러 배송지를 변경할 수 있습니다.",
        "## 배송지 변경\n\n이 단추를 눌러 배송지를 변경할 수 있습니다.",
        "## 배송지 변경\n\n단추를 눌러 주소록을 엽니다.",
    ],
)
def test_prose_that_tells_no_means_answers_no_heading(body):
    assert answers_of(body) == []


@pytest.mark.parametrize("extract", [procedures, steps.steps])
def test_each_candidate_rests_on_spans_of_its_document(extract):
    for candidate in extract(read(MANUAL)):
        assert candidate.evidence
        for start, end in candidate.evidence:
            assert MANUAL[start:end].strip()


@pytest.mark.parametrize("register", REGISTERS)
def test_every_wording_can_be_said_in_every_register(register):
    groups = [
        value
        for module in (procedure, menu, sequence, steps, wish, headed)
        for value in vars(module).values()
        if isinstance(value, tuple)
    ]
    templates = {value for group in groups for value in group if isinstance(value, Template)}
    slots = dict.fromkeys(
        ("wish", "act", "when", "name", "thing", "screen", "field", "done", "after", "earlier", "aim", "place", "value",
         "noun", "nth"), "물량"
    ) | {"verb": "세나요?"}  # fmt: skip
    assert len(templates) > 40
    for template in templates:
        said = phrase(template.text, register, slots)
        assert said.endswith((".", "?"))
        assert not set("<>[]{}|") & set(said)
