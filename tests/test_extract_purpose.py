"""Purposes: what a thing is for, what one can do with it, why something is done so."""

import pytest

from datagen.documents import Document
from datagen.extract.prose import purpose
from datagen.extract.prose.purpose import purposes
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def pairs(body):
    markdown = f"# 배차 관리\n\n## 차량 배정\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset({"배차표"}))
    return [
        ([phrase(template.text, REGISTERS[0], found.slots) for template in found.templates], found.answer)
        for found in purposes(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("배차표는 차량을 시간대별로 나누는 데 사용됩니다.", "배차표는 어디에 써?"),
        ("출차 라벨은 상자를 차량별로 가르는 데 쓴다.", "출차 라벨은 왜 쓰는 거야?"),
        ("자동 배차 기능을 사용하면 기사가 직접 차량을 고를 수 있습니다.", "자동 배차 기능을 쓰면 뭘 할 수 있어?"),
        ("배차표를 사용하면 차량을 더 빠르게 배정할 수 있습니다.", "배차표를 쓰면 좋은 점이 뭐야?"),
        ("배차 게시판은 늦은 차량을 찾는 데 도움이 됩니다.", "배차 게시판은 뭐 하는 데 도움이 돼?"),
        ("예비 차량은 성수기 배차에 사용됩니다.", "예비 차량은 어디에 써?"),
        ("봉인 번호를 적는 까닭은 문을 연 사람을 가리기 위해서입니다.", "봉인 번호를 적는 까닭이 뭐야?"),
        ("사전 점검의 목적은 고장 난 차량을 미리 빼는 것입니다.", "사전 점검의 목적은 뭐야?"),
        ("냉동 차량은 온도를 지키기 위해 마지막에 싣습니다.", "냉동 차량은 왜 마지막에 실어?"),
    ],
)
def test_a_purpose_is_asked_for_as_people_ask(body, question):
    [(asked, answer)] = pairs(body)
    assert question in asked
    assert answer == body


@pytest.mark.parametrize(
    "body",
    [
        "이 방식을 사용하면 차량을 고를 수 있습니다.",  # which one, nobody says
        "배차가 밀리면 예비 차량을 사용합니다.",  # a case, not what a thing is for
        "예비 차량은 창고 뒤에 세워 둡니다.",  # no purpose
        "관리자는 기사에게 출발 시각을 알리도록 지시합니다.",  # what is brought about, no purpose
        "일부 차량은 소음을 줄이기 위해 밤에 움직입니다.",  # some, which ones is open
    ],
)
def test_what_names_no_purpose_gives_no_pair(body):
    assert pairs(body) == []


@pytest.mark.parametrize("register", REGISTERS)
def test_every_template_can_be_said_in_every_register(register):
    slots = {"term": "배차표", "aim": "점검의 목적", "why": "왜 실어?"}
    for group in (purpose.USE, purpose.BENEFIT, purpose.GAIN, purpose.AIM, purpose.WHY):
        for template in group:
            said = phrase(template.text, register, slots)
            assert said.endswith((".", "?"))
            assert not set("<>[]{}|") & set(said)


@pytest.mark.parametrize(
    "body",
    [
        "배차표는 차량을 고를 수 있도록 하여 시간을 줄입니다.",  # 하여 belongs to 도록
        "예비 차량은 본 차량이 고장 났을 때 사용합니다.",  # a time, no use
    ],
)
def test_what_tells_a_time_or_a_makeshift_gives_no_purpose(body):
    assert pairs(body) == []
