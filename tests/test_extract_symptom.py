"""Symptom tables: symptoms that are noted down, and symptoms with several causes."""

import pytest

from datagen.documents import Document, Table
from datagen.extract.help.symptom import is_symptom_table, symptoms
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown

HEAD = "# 포장기\n\n## 고장 조치\n\n| 증상 | 원인 | 조치 |\n|---|---|---|\n"


def read(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    return Reading(document, read_sentences([document], ()), frozenset())


def pairs(rows):
    """(every wording in 반말, answer) of each candidate, in order."""
    return [
        ([phrase(template.text, REGISTERS[0], found.slots) for template in found.templates], found.answer)
        for found in symptoms(read(HEAD + rows + "\n"))
    ]


@pytest.mark.parametrize(
    ("symptom", "spoken", "condition"),
    [
        ("칼날이 움직이지 않음", "칼날이 움직이지 않는데", "칼날이 움직이지 않으면"),
        ("화면 꺼짐", "화면이 꺼지는데", "화면이 꺼지면"),
        ("밀봉 온도 저하", "밀봉 온도가 저하되는데", "밀봉 온도가 저하되면"),
        ("같은 경보 반복", "같은 경보가 반복되는데", "같은 경보가 반복되면"),
        ("이송부에서 소음 발생", "이송부에서 소음이 발생하는데", "이송부에서 소음이 발생하면"),
        ("송장 인쇄 불량", "송장 인쇄가 불량인데", "송장 인쇄가 불량이면"),
        ("송장 출력 실패", "송장 출력에 실패했는데", "송장 출력에 실패하면"),
    ],
)
def test_a_noted_symptom_is_asked_as_people_say_it(symptom, spoken, condition):
    (caused, cause), (mended, remedy) = pairs(f"| {symptom} | 부품 마모 | 부품을 새것으로 바꿉니다. |")
    assert any(f"{spoken} 이유가 뭐야?" in wording for wording in caused)
    assert any(f"{spoken} 어떻게 해야 돼?" in wording for wording in mended)
    assert cause == "원인은 부품 마모입니다."
    assert remedy == f"{condition} 부품을 새것으로 바꿉니다."


def test_a_symptom_with_several_causes_has_one_answer_that_names_them_all():
    found = pairs(
        "| 밀봉 온도 저하 | 히터 단선 | 히터를 바꿉니다. |\n| 밀봉 온도 저하 | 센서 오염 | 센서를 닦습니다. |"
    )
    assert [answer for _, answer in found] == [
        "원인은 다음과 같습니다.\n- 히터 단선\n- 센서 오염",
        "밀봉 온도가 저하되면 원인에 따라 다음과 같이 조치합니다.\n- 히터 단선: 히터를 바꿉니다.\n- 센서 오염: 센서를 닦습니다.",
    ]


@pytest.mark.parametrize("symptom", ["빨간색", "E-101", "비닐 씌움", "이물?"])
def test_what_names_no_mishap_is_left_alone(symptom):
    assert pairs(f"| {symptom} | 부품 마모 | 부품을 새것으로 바꿉니다. |") == []


def test_symptoms_that_are_statements_belong_to_the_table_of_cells():
    reading = read(HEAD + "| 칼날이 움직이지 않는다 | 부품 마모 | 부품을 바꾼다. |\n")
    [table] = [block for section in reading.document.sections for block in section.blocks if isinstance(block, Table)]
    assert not is_symptom_table(reading, table)
    assert list(symptoms(reading)) == []
