"""Troubles as manuals print them: headings, error messages, 증상 · 원인 · 조치, and notes made sentences."""

import pytest

from datagen.documents import Document
from datagen.extract.help.trouble import troubles
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

HEAD = "# 창고 앱\n\n"


def asked(body):
    """(every wording in 반말, answer) of each candidate below one title."""
    text = HEAD + body + "\n"
    document = Document("x.md", text, "0" * 64, parse_markdown(text).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ([phrase(one.text, REGISTERS[0], found.slots) for one in found.templates], found.answer)
        for found in troubles(reading)
    ]


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("1. 서버 접속 문제", "서버 접속에 문제가 생겼는데 어떻게 해야 돼?"),
        ("2) 라벨 출력 실패", "라벨 출력에 실패했는데 어떻게 해야 돼?"),
        ("자동 문의 장애", "자동 문에 장애가 났는데 어떻게 해야 돼?"),
        ("❌ 위치 정보가 정확하지 않음", "위치 정보가 정확하지 않은데 어떻게 해야 돼?"),
        ("화면이 켜지지 않는 경우", "화면이 켜지지 않는 경우에는 어떻게 해야 돼?"),
        ('"권한이 없습니다" 메시지', "'권한이 없습니다'라는 메시지가 뜨는데 어떻게 해야 돼?"),
        ("오류: 서버에 연결할 수 없습니다", "서버에 연결할 수 없는데 어떻게 해야 돼?"),
    ],
)
def test_a_heading_that_names_a_trouble_is_asked_about(heading, question):
    ((wordings, _),) = asked(f"## 문제 해결\n\n### {heading}\n- 케이블을 다시 꽂습니다.\n- 앱을 다시 켭니다.")
    assert any(wording.endswith(question) for wording in wordings), wordings


@pytest.mark.parametrize("heading", ["배송 관련 문제", "기타 오류", "새 품목을 추가합니다", "화면 구성"])
def test_a_heading_of_a_whole_class_or_of_no_trouble_is_not_asked_about(heading):
    assert asked(f"### {heading}\n- 케이블을 다시 꽂습니다.\n- 앱을 다시 켭니다.") == []


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("연결 상태 확인", "연결 상태를 확인합니다."),
        ("값을 모두 넣었는지 확인", "값을 모두 넣었는지 확인합니다."),
        ("전화번호 형식 확인 (000-0000)", "전화번호 형식을 확인합니다(000-0000)."),
        ("다른 기기로 시도", "다른 기기로 시도합니다."),
        ("페이지 새로고침", "페이지를 새로고침합니다."),
        ("설비 담당자에게 문의", "설비 담당자에게 문의합니다."),
        ("수량 조정 또는 다른 상품 선택", "수량을 조정하거나 다른 상품을 선택합니다."),
    ],
)
def test_a_noted_deed_becomes_a_sentence(note, sentence):
    ((_, answer),) = asked(f"### 화면이 멈춤\n- {note}\n- 앱을 다시 켭니다.")
    assert answer == f"다음 방법으로 조치합니다.\n- {sentence}\n- 앱을 다시 켭니다."


def test_a_list_of_checks_is_led_in_as_such():
    ((wordings, answer),) = asked("### 알림이 오지 않는 경우\n- 알림 설정 확인\n- 연결 상태 확인")
    assert any(wording.endswith("알림이 오지 않는 경우에는 뭘 확인해야 돼?") for wording in wordings)
    assert answer == "다음 사항을 확인합니다.\n- 알림 설정을 확인합니다.\n- 연결 상태를 확인합니다."


def test_sentences_for_several_cases_are_led_in_as_such():
    ((_, answer),) = asked(
        "### 수량이 어긋날 때\n- 모자라면 담당자가 다시 셉니다.\n- 남으면 담당자가 보류로 등록합니다."
    )
    assert answer.startswith("경우에 따라 다음과 같이 조치합니다.\n- 모자라면")


LABELLED = {
    "below a heading": "### 화면이 꺼짐\n- **원인**: 배터리 방전\n- **해결 방법**:\n  1. 배터리 충전\n  2. 전원 단추 누르기",
    "in paragraphs": "증상: 화면이 꺼집니다.\n\n원인: 배터리 방전\n\n조치: 배터리를 충전합니다.",
    "in one paragraph": "증상: 화면이 꺼집니다. 원인: 배터리 방전 조치: 배터리를 충전합니다.",
}  # fmt: skip


@pytest.mark.parametrize("body", LABELLED.values(), ids=LABELLED)
def test_labels_give_cause_and_remedy(body):
    (caused, cause), (mended, remedy) = asked(body)
    assert any(wording.endswith("화면이 꺼지는데 이유가 뭐야?") for wording in caused)
    assert any(wording.endswith("화면이 꺼지는데 어떻게 해야 돼?") for wording in mended)
    assert cause == "원인은 배터리 방전입니다."
    assert "배터리를 충전합니다." in remedy


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ("요청 수량이 재고보다 많음", "요청 수량이 재고보다 많은 것"),
        ("품목이 등록되지 않음", "품목이 등록되지 않은 것"),
        ("단추가 눌려 있음", "단추가 눌려 있는 것"),
    ],
)
def test_a_noted_cause_is_said_as_a_thing(noted, said):
    ((_, cause),) = asked(f'### "처리할 수 없습니다"\n- **원인**: {noted}')
    assert cause == f"원인은 {said}입니다."


def test_what_the_faq_asks_is_left_to_it():
    assert asked("### Q. 화면이 멈춰요\n\n앱을 다시 켭니다.") == []


def test_a_list_of_troubles_gives_the_remedy_below_each():
    found = asked(
        "## 문제 해결\n\n- **스캐너가 켜지지 않아요**\n  - 배터리를 다시 끼웁니다.\n  - 전원을 길게 누릅니다."
    )
    assert any("스캐너가 켜지지 않는데 어떻게 해야 돼?" in wording for wording in found[0][0])
    assert "배터리를 다시 끼웁니다." in found[0][1]
