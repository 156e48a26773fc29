"""Dialogues: every turn is a pair of its own, and what a question leaves out stands in the turn before it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.documents import Document
from datagen.extract.dialogue import SHAPES, dialogues
from datagen.extract.lists.listing import CHOICES, listings
from datagen.extract.procedures.procedure import procedures
from datagen.extract.procedures.steps import steps
from datagen.extract.prose.caution import cautions
from datagen.extract.prose.condition import conditions
from datagen.extract.prose.definition import definitions
from datagen.extract.prose.permission import permissions
from datagen.extract.prose.purpose import purposes
from datagen.extract.prose.role import roles
from datagen.extract.reading import Candidate, Reading, read_sentences
from datagen.extract.screens.fields import fields
from datagen.extract.screens.values import CHOICE, values
from datagen.extract.tables.rows import comparisons
from datagen.extract.tables.table import cells
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

EXTRACTORS = (
    definitions, procedures, conditions, fields, cells, comparisons, purposes, permissions, roles, listings, steps,
    cautions, values,
)  # fmt: skip
LAUNDRY = """\
# 세탁 공방

드럼 세탁은 통을 눕혀 돌리는 세탁 방식이다. 손 세탁은 대야에서 주물러 빠는 세탁 방식이다.

## 세탁망

세탁망은 옷을 나누어 담는 그물 주머니이다.

세탁망은 얇은 옷을 보호하는 데 사용합니다.

## 이불을 세탁하는 절차

1. 세탁 담당자가 이불의 표시를 확인한다.
2. 세탁 담당자가 세제를 저울로 잰다.
3. 건조 담당자가 이불을 건조대에 넌다.

## 얼룩이 남았을 때

- 커피 얼룩이 남으면 세탁 담당자가 식초를 바른다.
- 기름 얼룩이 남으면 세탁 담당자가 주방 세제를 묻힌다.

## 접수 화면 항목

- **접수 번호**: 옷마다 매기는 번호
- **완료 예정일**: 손님이 옷을 찾아갈 날짜

## 탈수

젖은 이불을 탈수기에 두 장 넣으면 안 된다. 통이 한쪽으로 기울기 때문이다.

## 고장

| 증상 | 원인 | 조치 |
|---|---|---|
| 세탁기에서 물이 빠지지 않는다 | 배수 호스 막힘 | 설비 담당자가 호스를 청소한다. |
| 건조기가 뜨거워지지 않는다 | 가열기 고장 | 설비 담당자가 가열기를 바꾼다. |
"""


def drafts_of(markdown, name="x.md"):
    document = Document(name, markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [(reading, candidate) for extract in EXTRACTORS for candidate in extract(reading)]


def turns(candidate):
    return [*(turns(candidate.before) if candidate.before else ()), candidate]


def asked(candidate, register=REGISTERS[0]):
    """Every wording of a turn in a register."""
    return [phrase(template.text, register, candidate.slots) for template in candidate.templates]


def followups(markdown):
    """The last turns of the dialogues of a document: (their wordings in 반말, the answer)."""
    return [(asked(candidate), candidate.answer) for _, candidate in dialogues(drafts_of(markdown))]


@pytest.fixture(scope="module")
def laundry():
    return drafts_of(LAUNDRY)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("그건 어디에 써?", "세탁망은 얇은 옷을 보호하는 데 사용합니다."),
        ("그럼 손 세탁은?", "손 세탁은 대야에서 주물러 빠는 세탁 방식이다."),
        ("그럼 손 세탁은 뭐야?", "손 세탁은 대야에서 주물러 빠는 세탁 방식이다."),
        ("그럼 기름 얼룩이 남으면?", "기름 얼룩이 남으면 세탁 담당자가 주방 세제를 묻힌다."),
        ("그럼 완료 예정일은?", "완료 예정일은 손님이 옷을 찾아갈 날짜입니다."),
        ("왜 그런 거야?", "통이 한쪽으로 기울기 때문이다."),
        ("그럼 어떻게 해야 돼?", "건조기가 뜨거워지지 않으면 설비 담당자가 가열기를 바꾼다."),
    ],
)
def test_a_turn_leaves_out_what_the_one_before_has_said(question, answer):
    assert any(question in wordings and said == answer for wordings, said in followups(LAUNDRY))


def test_steps_are_asked_one_by_one_and_answered_without_the_step_before(laundry):
    chains = [turns(dialogue) for _, dialogue in dialogues(laundry) if dialogue.section[-1] == "이불을 세탁하는 절차"]
    (chain,) = chains
    assert [turn.kind for turn in chain] == ["step", "followup", "followup"]
    assert [turn.answer for turn in chain[1:]] == [
        "세탁 담당자가 세제를 저울로 잰다.", "건조 담당자가 이불을 건조대에 넌다.",
    ]  # fmt: skip
    assert all(question.startswith("그다음에는 ") for question in asked(chain[1]))
    assert all(question.startswith("그러고 나면 ") for question in asked(chain[2]))


def test_the_earlier_turn_of_a_reason_no_longer_gives_it(laundry):
    (why,) = (d for _, d in dialogues(laundry) if d.section[-1] == "탈수")
    assert why.before.answer == "아니요, 젖은 이불을 탈수기에 두 장 넣으면 안 된다."
    assert why.evidence[0] not in why.before.evidence


def test_a_member_is_asked_for_among_those_the_list_named():
    found = followups(
        "# 세탁 공방\n\n세탁 방식은 다음과 같습니다.\n\n- 드럼 세탁\n- 손 세탁\n\n"
        "## 손으로 빨기\n\n손 세탁은 대야에서 주물러 빠는 세탁 방식이다.\n"
    )
    assert any("그중에 손 세탁은 뭐야?" in wordings and "대야에서" in answer for wordings, answer in found)


def test_a_caution_follows_the_procedure_it_belongs_to():
    found = followups(
        "# 세탁 공방\n\n## 이불을 세탁하는 절차\n\n1. 이불의 표시를 확인한다.\n2. 세제를 저울로 잰다.\n\n"
        "> [!WARNING]\n> 이불을 햇볕에 오래 두면 안 된다.\n"
    )
    assert any("그때는 뭘 조심해야 돼?" in wordings and "햇볕" in answer for wordings, answer in found)


def test_the_second_field_of_a_screen_is_asked_for_with_its_own_particle():
    found = followups(
        "# 접수 설정\n\n## 접수 화면\n\n다음 필드를 설정합니다.\n\n"
        "- **고객 이름** – 옷을 맡긴 사람의 이름을 입력합니다.\n"
        "- **전화번호** – 연락할 수 있는 번호를 입력합니다.\n"
    )
    assert any("그럼 '전화번호' 필드에는?" in wordings for wordings, _ in found)


def of_value(value, start):
    slots = {"at": "접수 화면에서", "of": "접수 화면에 있는", "field": "'알림' 필드", "value": f"'{value}'"}
    answer = f"'알림' 필드를 '{value}'로 설정하면 손님에게 {value}로 알립니다."
    return Candidate("value", CHOICE, slots, answer, ((start, start + 2),), ("접수 설정",))


def test_of_two_values_the_second_keeps_the_particle_its_verb_needs(laundry):
    reading, _ = laundry[0]
    ((_, dialogue),) = dialogues([(reading, of_value("문자", 10)), (reading, of_value("전화", 14))])
    assert asked(dialogue) == ["그럼 '전화'는?", "그럼 '전화'로 설정하면 어떻게 돼?"]


def test_a_value_is_asked_for_among_those_its_field_offers(laundry):
    reading, _ = laundry[0]
    value = of_value("문자", 10)
    slots = {name: value.slots[name] for name in ("at", "of", "field")}
    offered = Candidate("list", CHOICES, slots, "값에는 '문자', '전화'가 있습니다.", ((9, 20),), ("접수 설정",))
    ((_, dialogue),) = dialogues([(reading, offered), (reading, value)])
    assert "그중에 '문자'를 고르면 어떻게 돼?" in asked(dialogue)
    assert dialogue.before == offered


@pytest.mark.parametrize(
    "body",
    [
        "수선 기사는 옷의 단을 줄이는 사람이다.\n\n수선 기사는 옷의 단을 맞추는 데 사용합니다.",  # 그건 is no person
        "실사는 세는 일이다.\n\n순환 실사는 돌아가며 재고를 모두 세는 일이다.",  # the one holds the other
        "세탁망은 옷을 나누어 담는 그물 주머니이다. 세탁실은 빨래를 돌리고 말리는 방이다.",  # unlike kinds
        "## 가\n\n얼룩이 남으면 세탁 담당자가 식초를 바른다.\n\n## 나\n\n단추가 빠지면 수선 담당자가 단추를 단다.",
    ],
)
def test_nothing_is_asked_where_the_turn_before_does_not_make_it_plain(body):
    assert followups(f"# 세탁 공방\n\n{body}\n") == []


def test_a_pronoun_never_stands_beside_its_own_term():
    for _, dialogue in dialogues(drafts_of(LAUNDRY)):
        term = str(dialogue.before.slots.get("term", ""))
        for question in asked(dialogue):
            assert not (question.startswith(("그건 ", "그걸 ")) and term in question)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_turn_can_be_said_in_every_register(laundry, register):
    for _, dialogue in dialogues(laundry):
        for turn in turns(dialogue):
            assert all(question[-1] in "?." and "{" not in question for question in asked(turn, register))


def test_every_turn_is_grounded_in_one_document(laundry):
    found = list(dialogues(laundry))
    assert found
    for document, dialogue in found:
        for turn in turns(dialogue):
            assert turn.evidence
            assert all(0 <= start < end <= len(document.text) for start, end in turn.evidence)
            assert turn.answer


def test_a_dialogue_has_two_to_four_turns_of_which_only_the_first_stands_alone(laundry):
    for _, dialogue in dialogues(laundry):
        first, *rest = turns(dialogue)
        assert 1 <= len(rest) <= 3
        assert first.kind != "followup"
        assert {turn.kind for turn in rest} == {"followup"}


def test_dialogues_of_one_document_never_mix_with_those_of_another(laundry):
    other = drafts_of(LAUNDRY, "y.md")
    alone = [dialogue for _, dialogue in dialogues(laundry)]
    both = [dialogue for document, dialogue in dialogues([*laundry, *other]) if document.name == "x.md"]
    assert both == alone


@settings(deadline=None, max_examples=25)
@given(places=st.sets(st.integers(min_value=0, max_value=40)))
def test_a_section_never_gives_two_dialogues_of_one_group_whatever_pairs_are_left(laundry, places):
    kept = [draft for place, draft in enumerate(laundry) if place in places]
    found = [dialogue for _, dialogue in dialogues(kept)]
    by_section = [dialogue.section for dialogue in found]
    assert all(by_section.count(section) <= len(SHAPES) for section in by_section)
    told = {candidate.evidence[0] for _, candidate in kept}
    assert all(turns(dialogue)[0].evidence[0] in told for dialogue in found)
