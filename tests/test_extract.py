"""The writer without a model: which questions a small document gives, and what it must leave alone."""

import importlib
import re
from pkgutil import walk_packages

import pytest

import datagen.extract
from datagen.documents import Document
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, Template, phrase
from datagen.readers.markdown import parse_markdown
from datagen.wms import EXTRACTORS, find_facts

HEAD = "# 순환 실사\n\n"


def facts(markdown):
    """(kind, first wording in 반말, answer) of each candidate."""
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return [
        (candidate.kind, phrase(candidate.templates[0].text, REGISTERS[0], candidate.slots), candidate.answer)
        for _, candidate in find_facts([document], read_sentences([document], ("순환실사",)))
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("보류 재고는 판정을 기다리는 재고이다.", ("definition", "보류 재고가 뭐야?", "보류 재고는 판정을 기다리는 재고이다.")),
        ("ASN은 납품을 미리 알리는 문서를 말한다.", ("definition", "순환 실사에서 ASN이 뭐야?", "ASN은 납품을 미리 알리는 문서를 말한다.")),
        (
            "## 오입 상품을 반송하는 절차\n\n1. 표지를 붙인다.\n2. 상품을 옮긴다.",
            ("procedure", "순환 실사에서 오입 상품을 반송하려면 어떻게 해야 돼?",
             "오입 상품을 반송하려면 다음 순서를 따릅니다.\n1. 표지를 붙인다.\n2. 상품을 옮긴다."),
        ),
        (
            "## 하루치 실사 진행하기\n\n1. 화면을 연다.\n2. 수량을 센다.",
            ("procedure", "순환 실사에서 하루치 실사를 진행하려면 어떻게 해야 돼?",
             "하루치 실사를 진행하려면 다음 순서를 따릅니다.\n1. 화면을 연다.\n2. 수량을 센다."),
        ),
        (
            "## 조정 처리 절차\n\n조정은 두 단계로 처리한다.\n\n1. 차이를 확인한다.\n2. 조정을 승인한다.",
            ("procedure", "순환 실사에서 조정 처리 절차가 어떻게 돼?",
             "조정은 두 단계로 처리한다.\n1. 차이를 확인한다.\n2. 조정을 승인한다."),
        ),
        (
            "실사 수량이 전산 수량과 다르면 다른 작업자가 다시 센다.",
            ("condition", "실사 수량이 전산 수량과 다르면 어떻게 해야 돼?",
             "실사 수량이 전산 수량과 다르면 다른 작업자가 다시 센다."),
        ),
        (
            "실사 중인 로케이션이 잠기면 WMS가 할당을 막는다.",
            ("condition", "실사 중인 로케이션이 잠기면 어떻게 돼?", "실사 중인 로케이션이 잠기면 WMS가 할당을 막는다."),
        ),
        (
            "## 실사 입력 화면 항목\n\n- **실사 수량**: 현장에서 센 수량\n- **차이**: 두 수량의 차",
            ("field", "실사 입력 화면에 있는 실사 수량이 뭐야?", "실사 수량은 현장에서 센 수량입니다."),
        ),
        (
            "## 인수증에 남기는 내용\n\n- **외장 수량**: 센 박스의 개수\n- **서명**: 받은 사람의 이름",
            ("field", "순환 실사에서 인수증에 남기는 내용 중 외장 수량이 뭐야?", "외장 수량은 센 박스의 개수입니다."),
        ),
        (
            "| 실사 방식 | 담당자 |\n|---|---|\n| 정기 실사 | 재고 담당자 |",
            ("table", "정기 실사의 담당자는 누구야?", "정기 실사의 담당자는 재고 담당자입니다."),
        ),
        (
            "| 실사 등급 | 횟수 |\n|---|---|\n| 상위 등급 | 12회 |",
            ("number", "순환 실사에서 상위 등급의 횟수는 몇 회야?", "상위 등급의 횟수는 12회입니다."),
        ),
        (
            "| 증상 | 조치 |\n|---|---|\n| 바코드가 읽히지 않는다. | 라벨을 다시 출력한다. |",
            ("trouble", "순환 실사에서 바코드가 읽히지 않는데 어떻게 해야 돼?", "바코드가 읽히지 않으면 라벨을 다시 출력한다."),
        ),
        (
            "| 상태 코드 | 뜻 |\n|---|---|\n| 401 | 인증 실패 |",
            ("definition", "순환 실사에서 상태 코드 401이 뭐야?", "상태 코드 401은 인증 실패를 뜻합니다."),
        ),
    ],
)  # fmt: skip
def test_a_fact_becomes_its_question_and_answer(body, expected):
    assert expected in facts(HEAD + body + "\n")


@pytest.mark.parametrize(
    "body",
    [
        "이 방식은 재고를 세는 방식이다.",  # points at something outside
        "가장 큰 장점은 창고를 세우지 않는 점이다.",  # an attribute, not what it is
        "## 예시\n\n| 등급 | 주기 |\n|---|---|\n| A등급 | 3일 |",  # a made-up figure
        "필요하면 다시 센다.",  # a condition too bare to stand alone
        "## 실사하기\n\n1. 화면\n2. 수량",  # steps that are no sentences
        "| 구역 | 주기 |\n|---|---|\n| A | 매일 한 번씩 |\n| A | 매주 한 번씩 |",  # keys that name two rows
        "| 비교 기준 | 정기 실사 |\n|---|---|\n| 범위 | 창고 전체 |",  # rows that are viewpoints
    ],
)
def test_what_is_no_fact_gives_no_pair(body):
    assert facts(HEAD + body + "\n") == []


def test_each_candidate_rests_on_spans_of_its_document(request):
    markdown = (request.config.rootpath / "corpora" / "wms" / "재고" / "순환-실사.md").read_text(encoding="utf-8")
    document = Document("순환-실사.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    found = [candidate for extract in EXTRACTORS for candidate in extract(reading)]
    assert {candidate.kind for candidate in found} >= {"definition", "procedure", "condition", "field", "table"}
    for candidate in found:
        assert candidate.evidence
        for start, end in candidate.evidence:
            assert 0 <= start < end <= len(markdown)
            assert markdown[start:end].strip()


@pytest.mark.parametrize("register", REGISTERS)
def test_every_template_can_be_said_in_every_register(register):
    modules = [
        importlib.import_module(found.name) for found in walk_packages(datagen.extract.__path__, "datagen.extract.")
    ]
    groups = [value for module in modules for value in vars(module).values() if isinstance(value, tuple)]
    templates = {template.text for group in groups for template in group if isinstance(template, Template)}
    assert len(templates) > 150
    for template in templates:
        # A slot that ends a template is a question of its own.
        slots = dict.fromkeys(re.findall(r"{(\w+)", template), "물량")
        slots |= dict.fromkeys(re.findall(r"{(\w+)}\]?$", template), "물량?")
        said = phrase(template, register, slots)
        assert said.endswith((".", "?"))
        assert not set("<>[]{}|") & set(said)
