"""The stand-in model: all it says stands in the passages, in the register asked for, the same each time."""

import json
import random

import pytest

from curation.korean.speech_level import SpeechLevel, tag_messages, tag_speech_levels
from datagen.documents import Document, Items, Paragraph, Table
from datagen.llm.fence import fence, fence_passages, read_fenced, show
from datagen.llm.request import Message
from datagen.llm.schemas import Answers, Questions, Rewritten, Verdict, schema_of
from datagen.passages import split_passages
from datagen.readers.files import find_documents, read_documents
from datagen.standin.model import GREETING, answer_of
from datagen.standin.reread import facts_of, read_shown
from datagen.standin.sample import sample
from datagen.standin.task import LEVELS, read_task
from datagen.wms import HANDBOOK

EXTINGUISHER = """\
포장재 보관은 상자와 완충재를 종류별로 쌓아 두는 일이다.
1. 작업자가 빈 상자를 접는다.
2. 작업자가 상자를 선반에 쌓는다.
| 포장재 | 보관 자리 | 최대 높이 |
| 골판지 상자 | 1층 선반 | 180cm |
| 에어캡 | 2층 선반 | 90cm |"""


@pytest.fixture(scope="module")
def passages():
    read = [one for one in read_documents(find_documents([HANDBOOK])) if isinstance(one, Document)]
    return split_passages(read, most_chars=600)


def task(kind="fact", level="합쇼체", turns=1, persona="신입"):
    given = {"종류": kind, "말투": level, "묻는사람": persona, "질문수": str(turns)}
    return fence("과제", "과제를 합니다.", given)


def told(shape, *blocks, schema=None):
    text = answer_of([Message("user", "\n\n".join(blocks))], schema or schema_of(shape))
    assert "\\u" not in text
    return shape.model_validate_json(text)


def asked(passages, kind="fact", level="반말", turns=1):
    return told(Questions, task(kind, level, turns), fence_passages(show(passages))).questions


def answered(shown, questions, level="합쇼체"):
    return told(Answers, task(level=level), fence_passages(shown), *(fence("질문", one) for one in questions)).answers


def test_a_shown_passage_is_read_back_with_its_lists_and_tables():
    document = read_shown("포장재 > 보관", f"{EXTINGUISHER}\n- 상자\n  - 작은 상자\n  젖은 상자는 버린다.\n- 완충재")
    [section] = document.sections
    assert [heading.text for heading in section.headings] == ["포장재", "보관"]
    prose, steps, table, items = section.blocks
    assert isinstance(prose, Paragraph) and isinstance(steps, Items) and isinstance(table, Table)
    assert steps.is_ordered and steps.items[0].line.text == "작업자가 빈 상자를 접는다."
    assert [cell.text for cell in table.rows[1]] == ["에어캡", "2층 선반", "90cm"]
    assert isinstance(items, Items) and [len(item.blocks) for item in items.items] == [2, 0]
    for line in (prose.line, table.rows[0][2], items.items[0].line):
        assert "".join(document.text[offset] for offset in line.offsets) == line.text


def test_quotes_of_every_handbook_passage_are_found_where_it_is_shown(passages):
    empty = 0
    for passage in passages[::6]:
        [shown] = show([passage])
        [block] = read_fenced(fence_passages([shown]))
        facts = facts_of(block.attributes["제목"], block.text, SpeechLevel.HAE, SpeechLevel.HAPSYO)
        empty += not facts
        for fact in facts:
            assert all(shown.find(quote) for quote in fact.quotes), (fact.pair.question, fact.quotes)
    assert empty < len(passages[::6]) / 5


@pytest.mark.parametrize("kind", ["fact", "deeper", "conditional", "scenario", "dialogue", "comparative", "multi_hop"])
def test_what_it_asks_it_answers_from_four_passages_with_quotes_that_stand_there(passages, kind):
    draw = random.Random(kind)
    found = 0
    for _ in range(12):
        own = draw.sample(passages, 2 if kind in ("comparative", "multi_hop") else 1)
        questions = asked(own, kind, draw.choice(list(LEVELS)), 2 if kind == "dialogue" else 1)
        assert len(questions) == (2 if kind == "dialogue" else 1)
        shown = show([*own, *draw.sample(passages, 4 - len(own))])
        answers = answered(shown, questions)
        assert len(answers) == len(questions)
        by_id = {one.id: one for one in shown}
        for answer in answers:
            assert answer.quotes and all(by_id[quote.source].find(quote.text) for quote in answer.quotes)
            assert tag_messages([answer.answer])[0].label == "polite"
        found += all(answer.answerable for answer in answers)
    assert found >= 8  # a passage of which nothing is extracted is asked about in general


def test_an_evolved_question_over_two_passages_is_answered_from_both(passages):
    own = next(
        pair for pair in zip(passages[::7], passages[3::7], strict=False)
        if ", 그리고 " in asked(pair, "multi_hop")[0]
    )  # fmt: skip
    [answer] = answered(show(own), asked(own, "multi_hop"))
    assert {quote.source for quote in answer.quotes} == {"1", "2"}


@pytest.mark.parametrize("level", LEVELS)
def test_questions_stand_in_the_register_asked_for(passages, level):
    for kind in ("fact", "unanswerable", "multi_hop"):
        questions = [question for one in passages[::60] for question in asked([one, passages[5]], kind, level)]
        wrong = [tag.level for tag in tag_speech_levels(questions) if tag.level is not LEVELS[level]]
        assert not wrong, questions


def test_answers_stand_in_haeyo_where_that_is_asked(passages):
    shown = show(passages[10:12])
    [answer, nothing] = answered(shown, [*asked(passages[10:11]), "창고 설립 연도는 언제야?"], "해요체")
    assert answer.answerable and not nothing.answerable
    for one in (answer, nothing):
        assert {sentence.level for sentence in tag_messages([one.answer])[0].sentences} == {SpeechLevel.HAEYO}


def test_a_near_miss_is_not_answered_and_says_what_is_there(passages):
    for passage in passages[::40]:
        shown = show([passage])
        [answer] = answered(shown, asked([passage], "unanswerable"))
        assert not answer.answerable
        assert answer.answer.startswith("제공된 자료에는 해당 내용이 없습니다. 자료에는")
        assert all(shown[0].find(quote.text) for quote in answer.quotes)


def test_a_question_about_what_no_passage_names_is_not_answered():
    block = fence("자료", EXTINGUISHER, {"번호": "1", "제목": "포장재 > 보관"})
    for question in (
        "드론의 최대 높이는 얼마야?",
        "골판지 상자의 원산지는 어디야?",
        "?",
        "포장재 보관 담당자의 혈액형은 뭐야?",
    ):
        [answer] = told(Answers, task(), block, fence("질문", question)).answers
        assert not answer.answerable, question


def test_a_cell_that_stands_twice_is_quoted_with_what_stands_right_of_it():
    text = (
        "접이 상자는 2층 선반에 두는 포장재이다.\n| 상자 종류 | 보관 자리 | 담당자 |\n| 골판지 상자 | 1층 선반 | 입고 담당자 |\n"
        "| 접이 상자 | 2층 선반 | 재고 담당자 |\n| 보냉 상자 | 3층 선반 | 출고 담당자 |"
    )
    block = fence("자료", text, {"번호": "1", "제목": "상자 보관"})
    [answer] = told(Answers, task(), block, fence("질문", "접이 상자의 보관 자리는 어디야?")).answers
    assert answer.answer == "접이 상자의 보관 자리는 2층 선반입니다."
    assert "2층 선반 | 재고 담당자 |" in [quote.text for quote in answer.quotes]


def test_a_passage_of_nothing_is_asked_about_in_general(passages):
    for block in (
        "",
        fence("자료", "", {"번호": "1", "제목": "입고 > 검수"}),
        fence("자료", "…", {"번호": "1", "제목": "검수"}),
    ):
        questions = told(Questions, task("dialogue", "해요체", 2), block).questions
        assert len(questions) == 2 and all(question.endswith("알려 주세요.") for question in questions)


def test_the_same_task_gives_the_same_question_and_one_sent_back_another(passages):
    content = "\n".join([task(), fence_passages(show([passages[20]]))])
    schema = schema_of(Questions)
    first = answer_of([Message("user", content)], schema)
    again = [Message("user", content), Message("assistant", first), Message("user", fence("답변", first))]
    assert answer_of([Message("user", content)], schema) == first
    assert answer_of([Message("system", "규칙입니다."), Message("user", content)], schema) == first
    assert answer_of(again, schema) != first
    assert answer_of(again, schema) == answer_of(again, schema)


def test_what_a_repair_quotes_is_no_new_passage():
    content = f"{task()}\n{fence('자료', '상자를 접는다.', {'번호': '1', '제목': '포장'})}"
    forged = fence("자료", "상자를 버린다.", {"번호": "2", "제목": "포장"})
    found = read_task([Message("user", content), Message("assistant", "…"), Message("user", forged)])
    assert [passage.id for passage in found.passages] == ["1"] and found.round == 1


@pytest.mark.parametrize("as_pair", [True, False])
def test_a_pair_is_asked_in_other_words_and_answered_as_it_was(as_pair):
    answer = "에어캡의 최대 높이는 90cm입니다."
    for level, question in (("반말", "에어캡의 최대 높이가 얼마야?"), ("합쇼체", "에어캡의 최대 높이가 얼마입니까?")):
        pair = [fence("문답", f"{question}\n{answer}")] if as_pair else [fence("질문", question), fence("답변", answer)]
        written = told(Rewritten, task("rewrite", level), *pair, fence("근거", "90cm"))
        assert written.answer == answer and written.question != question
        assert tag_speech_levels([written.question])[0].level is LEVELS[level]


@pytest.mark.parametrize(
    ("answer", "faithful"),
    [
        ("에어캡의 최대 높이는 90cm입니다.", True),
        ("에어캡의 최대 높이는 95cm입니다.", False),
        ("에어캡은 소방서에 신고하고 대피 방송을 합니다.", False),
        ("제공된 자료에는 해당 내용이 없습니다. 자료에는 높이만 나와 있습니다.", True),
    ],
)
def test_a_verdict_goes_by_numbers_and_content(answer, faithful):
    pair = fence("문답", f"에어캡의 최대 높이는 얼마야?\n{answer}")
    verdict = told(Verdict, task("judge"), pair, fence("근거", "에어캡\n최대 높이\n90cm"))
    assert verdict.faithful is faithful
    assert verdict.reason


def test_the_schema_of_the_prompt_serves_where_none_is_given():
    shown = fence("형식", json.dumps(schema_of(Questions), ensure_ascii=False))
    content = "\n".join([task(), fence("자료", EXTINGUISHER, {"번호": "1", "제목": "포장재 > 보관"}), shown])
    assert Questions.model_validate_json(answer_of([Message("user", content)], None)).questions
    assert answer_of([Message("user", "안녕하세요.")], None) == GREETING


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({}, None),
        ({"const": 3}, 3),
        ({"type": "array", "items": {"type": "integer", "minimum": 2}, "minItems": 2}, [2, 2]),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, False),
        ({"type": ["string", "null"], "minLength": 2}, "가가"),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"enum": ["x", "y"]}}}, "x"),
        ({"$ref": "#/$defs/없음"}, None),
    ],
)
def test_the_least_json_fits_its_schema(schema, wanted):
    assert sample(schema) == wanted


def test_a_schema_within_itself_and_a_huge_one_end():
    loop = {
        "$ref": "#/$defs/A",
        "$defs": {"A": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"]}},
    }
    assert json.dumps(sample(loop))
    assert len(json.dumps(sample({"type": "array", "items": {"type": "string"}, "minItems": 10**12}))) < 10**6
    for shape in (Questions, Answers, Rewritten, Verdict):
        shape.model_validate(sample(schema_of(shape)))
