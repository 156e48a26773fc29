"""Yes or no: what a source allows, spares or forbids, and what it only holds possible."""

import pytest

from datagen.documents import Document
from datagen.extract.permission import permissions
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import read_markdown


def asked(body):
    """(every wording in 반말, answer) of each candidate."""
    markdown = f"# 전표\n\n{body}\n"
    document = Document("x.md", markdown, "0" * 64, read_markdown(markdown))
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return [
        ({phrase(template.text, REGISTERS[0], one.slots) for template in one.templates}, one.answer)
        for one in permissions(reading)
    ]


@pytest.mark.parametrize(
    ("body", "question", "answer"),
    [
        ("승인된 전표는 삭제할 수 없습니다.", "승인된 전표는 삭제할 수 있어?", "아니요, 승인된 전표는 삭제할 수 없습니다."),
        ("승인된 전표는 삭제할 수 없습니다. 원장에 이미 반영되었기 때문입니다.", "승인된 전표는 삭제할 수 있어?",
         "아니요, 승인된 전표는 삭제할 수 없습니다. 원장에 이미 반영되었기 때문입니다."),
        ("마감된 전표는 수정하지 마십시오.", "마감된 전표는 수정해도 돼?", "아니요, 마감된 전표는 수정하지 마십시오."),
        ("남의 계정으로 전표를 올리면 안 됩니다.", "남의 계정으로 전표를 올려도 돼?", "아니요, 남의 계정으로 전표를 올리면 안 됩니다."),
        ("전표마다 영수증을 첨부할 필요는 없습니다.", "전표마다 영수증을 꼭 첨부해야 돼?", "아니요, 전표마다 영수증을 첨부할 필요는 없습니다."),
        ("전표 금액은 반드시 원화로 적어야 합니다.", "전표 금액은 원화로 꼭 적어야 돼?", "네, 전표 금액은 반드시 원화로 적어야 합니다."),
        ("검수가 끝나기 전에 전표를 올려도 됩니다.", "전표를 올려도 돼?", "네, 검수가 끝나기 전에 전표를 올려도 됩니다."),
        ("복사 단추를 누르면 지난 전표를 불러올 수 있습니다.", "지난 전표를 불러올 수 있어?",
         "네, 복사 단추를 누르면 지난 전표를 불러올 수 있습니다."),
        ("복사 단추를 사용하여 지난 전표를 불러올 수 있습니다.", "지난 전표를 불러올 수 있어?",
         "네, 복사 단추를 사용하여 지난 전표를 불러올 수 있습니다."),
        ("전표를 마감하기 전에 합계를 확인해야 합니다. 그렇지 않으면 차액이 남습니다.",
         "전표를 마감하기 전에 합계를 확인하지 않아도 돼?",
         "아니요, 전표를 마감하기 전에 합계를 확인해야 합니다. 그렇지 않으면 차액이 남습니다."),
    ],
)  # fmt: skip
def test_the_answer_has_the_polarity_of_its_source(body, question, answer):
    ((wordings, said),) = asked(body)
    assert question in wordings
    assert said == answer


@pytest.mark.parametrize(
    "body",
    [
        "전표가 늦으면 오류가 발생할 수 있습니다.",  # may happen
        "전표를 등록할 수 있습니다.",  # a yes without limit or means
        "전표를 저장하려면 금액을 적어야 합니다.",  # a wish
        "전표를 확인해야 합니다.",  # a duty without reason
        "전표가 지워질 수 있습니다.",  # may befall
        "전표 상태가 '생성됨'일 때만 전표를 삭제할 수 있습니다.",  # a yes in one case only
        "전표 양식이 승인 상태를 추적할 수 없습니다.",  # what a thing cannot do
    ],
)
def test_a_possibility_is_no_permission(body):
    assert asked(body) == []
