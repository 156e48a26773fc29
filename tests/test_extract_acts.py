"""Acts: what a heading or a step has one do, and every form a question needs of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.documents import Document, Items, Paragraph
from datagen.extract.acts import act_of_heading, act_of_sentence, heading_text, wish_of_sentence
from datagen.extract.reading import Reading, read_sentences
from datagen.readers.markdown import parse_markdown


def read(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return Reading(document, read_sentences([document], ()), frozenset())


def heading_act(text, *, over_steps=True):
    reading = read(f"# 안내\n\n## {text}\n\n본문이다.\n")
    section = next(section for section in reading.document.sections if len(section.headings) > 1)
    return act_of_heading(reading, section.headings[-1], over_steps=over_steps)


def sentences(text):
    reading = read(f"# 안내\n\n{text}\n")
    (block,) = reading.document.sections[0].blocks
    line = block.line if isinstance(block, Paragraph) else block.items[0].line
    assert isinstance(block, (Paragraph, Items))
    return reading, reading.sentences[line]


@pytest.mark.parametrize(
    ("heading", "wish"),
    [
        ("보관함 유형 만들기", "보관함 유형을 만들려면"),
        ("출고 템플릿 설정", "출고 템플릿을 설정하려면"),
        ("수동으로 출고 묶음 생성", "출고 묶음을 수동으로 생성하려면"),
        ("출고 묶음 자동 생성", "출고 묶음을 자동으로 생성하려면"),
        ("보관함 유형 검사 또는 생성", "보관함 유형을 검사하거나 생성하려면"),
        ("사용자 그룹 생성 및 관리", "사용자 그룹을 생성하고 관리하려면"),
        ("알림 기능 켜기 또는 끄기", "알림 기능을 켜거나 끄려면"),
        ("주문 생성 및 특정 박스 예약", "주문을 생성하고 특정 박스를 예약하려면"),
        ("센터 및 구역 설정", "센터 및 구역을 설정하려면"),
        ("반품 상품을 접수하는 방법", "반품 상품을 접수하려면"),
        ("반품 상품을 접수하는 절차", "반품 상품을 접수하려면"),
        ("3.2 송장 출력", "송장을 출력하려면"),
        ("2단계: 송장 출력", "송장을 출력하려면"),
        ("가. 전산 자료 제출", "전산 자료를 제출하려면"),
        ("① 회원 정보 수정", "회원 정보를 수정하려면"),
        ("송장 출력(관리자)", "송장을 출력하려면"),
        ("출고 템플릿을 만듭니다.", "출고 템플릿을 만들려면"),
        ("알림 기능을 켜십시오.", "알림 기능을 켜려면"),
        ("입고 예정 직접 등록하기", "입고 예정을 직접 등록하려면"),
        ("판매 상품에 대한 할인율 지정", "판매 상품의 할인율을 지정하려면"),
        ("PDA로 재고 이동", "PDA로 재고를 이동하려면"),
        ("도구를 사용하여 오류 해결", "도구를 사용하여 오류를 해결하려면"),
        ("모바일 앱 로그인", "모바일 앱에 로그인하려면"),
        ("품질 검사", "품질 검사를 하려면"),
        ("바코드 설정 설정", "바코드 설정을 하려면"),
        ("자동 발주 비활성화", "자동 발주를 비활성화하려면"),
        ("비밀번호 재설정", "비밀번호를 재설정하려면"),
        ("예산 계획 수립 및 실행", "예산 계획을 수립하고 실행하려면"),
        ("휴가 신청 승인/반려", "휴가 신청을 승인하거나 반려하려면"),
        ("거래처 정보수정", "거래처 정보수정을 하려면"),
        ("센터 기본 설정", "센터 기본 설정을 하려면"),
        ("수요를 기반으로 문서 생성", "수요를 기반으로 문서를 생성하려면"),
        ("상세 화면 진입", "상세 화면에 진입하려면"),
        ("로트 추적을 사용할 수 있도록 합니다.", "로트 추적을 사용할 수 있게 하려면"),
    ],
)
def test_a_heading_names_its_act(heading, wish):
    act = heading_act(heading)
    assert act is not None
    assert act.wish == wish


@pytest.mark.parametrize(
    "heading",
    [
        "개요", "설정", "로케이션 유형", "보관 기준", "출고 묶음이란?", "예: 단계 제목 지정", "작업 클래스 – 품질 검사",
        "요금 할인/면제", "완료된 절차", "상품이 입고되는 방법", "이 기능 켜기", "재고가 부족한 경우", "자주 묻는 질문", "등록하기",
    ],
)  # fmt: skip
def test_a_heading_that_is_no_act_gives_none(heading):
    assert heading_act(heading) is None


def test_nouns_name_an_act_only_over_steps():
    assert heading_act("출고 템플릿 설정", over_steps=False) is None
    assert heading_act("출고 템플릿 설정하기", over_steps=False) is not None


@pytest.mark.parametrize(
    ("step", "done"),
    [
        ("로케이션 바코드를 스캔한다.", "로케이션 바코드를 스캔하고 나면"),
        ("그런 다음 라벨을 붙입니다.", "라벨을 붙이고 나면"),
        ("수량을 입력하세요.", "수량을 입력하고 나면"),
        ("수량을 입력하십시오.", "수량을 입력하고 나면"),
        ("라벨을 다시 뽑으려면 출력 버튼을 누릅니다.", "출력 버튼을 누르고 나면"),
        ("목록에서 상품을 찾아 선택합니다.", "목록에서 상품을 찾아 선택하고 나면"),
    ],
)
def test_a_step_says_what_one_does(step, done):
    reading, (sentence,) = sentences(step)
    act = act_of_sentence(reading, sentence)
    assert act is not None
    assert act.done == done


@pytest.mark.parametrize(
    "step",
    [
        "현장 작업자가 바코드를 스캔한다.",
        "WMS가 기한이 가까운 로트를 할당한다.",
        "대화 상자가 열립니다.",
        "수량이 다르면 다시 센다.",
        "목록에서 상품을 선택할 수 있습니다.",
        "수량을 입력해야 합니다.",
        "수량을 입력하지 않습니다.",
        "라벨이 출력되었습니다.",
        "재고는 로케이션에 기록합니다.",
    ],
)
def test_what_nobody_is_asked_to_do_is_no_act(step):
    reading, (sentence,) = sentences(step)
    assert act_of_sentence(reading, sentence) is None


def test_a_wish_and_what_fulfils_it_come_apart():
    reading, (sentence,) = sentences("재고를 다른 센터로 옮기려면 이관 버튼을 누릅니다.")
    wish, act = wish_of_sentence(reading, sentence), act_of_sentence(reading, sentence)
    assert wish is not None
    assert act is not None
    assert (wish.wish, act.statement) == ("재고를 다른 센터로 옮기려면", "이관 버튼을 누릅니다")


def test_an_act_takes_every_form():
    act = heading_act("보관함 만들기")
    assert act is not None
    assert act.doing == "보관함을 만드는"
    assert act.when == "보관함을 만들 때"
    assert act.done == "보관함을 만들고 나면"
    assert act.after == "보관함을 만든 다음에"
    assert act.earlier == "보관함을 만들기 전에"
    assert act.must == "보관함을 만들어야"
    assert act.statement == "보관함을 만듭니다"
    assert act.questions == ("보관함을 만들어?", "보관함을 만드나요?", "보관함을 만듭니까?")
    assert (act.thing, act.verb) == ("보관함", ("만들어?", "만드나요?", "만듭니까?"))


@given(
    st.sampled_from(["1. ", "3.2 ", "2단계: ", "① ", "STEP 3. ", "제2절 "]),
    st.sampled_from(["송장 출력", "창고 3곳 등록"]),
)
def test_numbering_is_no_part_of_a_heading(number, text):
    assert heading_text(number + text) == text
    assert heading_text(text) == text
