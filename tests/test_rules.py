"""Each rule drops what its name says and nothing at its threshold; the first rule that answers names the reason."""

import json

import pyarrow as pa
import pytest
from judged_rows import asked, judged, recipe, retag, tagged

from curation.recipes.schema import CurationRecipe
from curation.rules import JUDGED, RULES, judge

GOOD = asked("재고 실사 언제 해?", "재고 실사는 매월 말일에 합니다.")
LONG_LOOP = "입고 검수를 먼저 하고 적치합니다. " * 12


def reason(question: str, answer: str, by: CurationRecipe | None = None) -> str | None:
    return judged([asked(question, answer)], by)[0]["reason"]


def set_column(rows: pa.Table, name: str, value: object) -> pa.Table:
    field = rows.schema.field(name)
    values = pa.array([value] * rows.num_rows, field.type)
    return rows.set_column(rows.schema.get_field_index(name), field, values)


def with_tag(name: str, value: object, by: CurationRecipe | None = None) -> str | None:
    """The reason for a good row with one tag put in by hand."""
    rows = set_column(tagged([GOOD]), name, value)
    return judge(rows, by or CurationRecipe(), retag)["reason"].to_pylist()[0]


def test_a_good_row_stays_with_nothing_changed():
    found = judged([GOOD])[0]
    assert (found["reason"], found["because"], found["edits"]) == (None, None, [])


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("재고\ufffd 실사 언제 해?", "말일에 합니다.", "broken_characters"),
        (" \n", "말일에 합니다.", "empty_question"),
        ("언제 해?", "", "empty_answer"),
        ("왜", "말일에 하기 때문입니다.", "short_question"),
        ("언제 해?", "네", "short_answer"),
        ("언제 해?", "가" * 8_001, "long_answer"),
        ("재고 실사 언제 해?", "재고 실사  언제 해?", "echo"),
        ("재고 실사 언제 해?", "The count takes place on the last day of each month.", "little_hangul"),
        ("재고 실사 언제 해?", "★☆★☆ 말일에 합니다. ★☆★☆", "many_specials"),
        ("입고 순서 알려 줘", LONG_LOOP, "repetition"),
        ("재고 실사 언제 해?", "AI 언어 모델로서 그 질문에는 답변해 드릴 수 없습니다.", "refusal"),
        ("재고 실사 언제 해?", "말일에 합니다. 저작권자 ⓒ 창고신문, 무단 전재 및 재배포 금지", "boilerplate"),
        ("재고 실사 언제 해?", "말일에 해.", "casual_answer"),
        ("재고 실사 언제 해?", "말일에 합니다. 그때 보자.", "mixed_answer"),
        ("재고 실사 언제 해?", "재고 실사는 매월 말일에 한다.", "plain_answer"),
    ],
)
def test_each_rule_names_its_reason(question, answer, expected):
    assert reason(question, answer) == expected


def test_a_question_without_an_answer_has_no_answer():
    assert judged([[("user", "재고 실사 언제 해?")]])[0]["reason"] == "no_answer"


def test_turns_that_do_not_take_turns_are_out_of_order():
    rows = [[*GOOD, ("user", "그럼 누가 해?")], [("assistant", "말일에 합니다."), *GOOD]]
    assert [row["reason"] for row in judged(rows)] == ["turn_order", "turn_order"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("안녕하세요?", "안녕하세요."),  # a greeting returned
        ("재고 실사가 뭐야?", "재고 실사는 창고의 수량을 세는 일입니다."),
        ("재고 실사 누가 해?", "제공된 자료에는 해당 내용이 없습니다."),  # our own, grounded
        ("재고 실사 언제 해?", "말일에 합니다. 도움이 되셨길 바랍니다."),  # a courtesy
        ("재고 실사 언제 해?", "말일에 합니다. 늦어도 첫날에는 해요."),  # 합쇼체 + 해요체
        ("PDA는 뭐의 약자야?", "PDA는 Personal Digital Assistant의 약자입니다."),
        ("T11은 크기가 어떻게 돼?", "T11의 크기는 1,100 × 1,100 mm입니다."),
    ],
)
def test_what_only_looks_like_a_fault_stays(question, answer):
    assert reason(question, answer) is None


@pytest.mark.parametrize(
    ("tag", "at", "past"),
    [
        ("assistant_hangul_share", 0.1, 0.09),
        ("user_special_share", 0.3, 0.31),
        ("assistant_special_share", 0.3, 0.31),
        ("assistant_repetition_share", 0.5, 0.51),
        ("echo_share", 0.79, 0.8),
        ("assistant_refusal", "grounded", "refusal"),
        ("assistant_boilerplate", ["closing_wish"], ["closing_wish", "blog"]),
        ("assistant_cut_off", None, "connective"),
        ("assistant_level", "neutral", "casual"),
    ],
)
def test_a_value_at_its_threshold_stays(tag, at, past):
    assert with_tag(tag, at) is None
    assert with_tag(tag, past) is not None


def test_a_length_at_its_limit_stays():
    limits = recipe(min_question_chars=8, max_question_chars=8, min_answer_chars=6, max_answer_chars=6)
    assert [reason(question, answer, limits) for question, answer in (
        (" 실사는 언제해? ", "말일입니다."), ("실사 언제해?", "말일입니다."), ("재고 실사는 언제 해?", "말일입니다."),
        ("실사는 언제해?", "말일요."), ("실사는 언제해?", "말일에 합니다."),
    )] == [None, "short_question", "long_question", "short_answer", "long_answer"]  # fmt: skip


def test_tokens_count_where_they_are_known():
    rows = set_column(set_column(tagged([GOOD]), "user_tokens", 8), "assistant_tokens", 9)
    assert [
        judge(rows, recipe(max_tokens=most), retag)["reason"].to_pylist()[0] for most in (16, 17, 0)
    ] == ["many_tokens", None, None]  # fmt: skip
    assert judged([GOOD], recipe(max_tokens=1))[0]["reason"] is None


@pytest.mark.parametrize(
    ("switch", "question", "answer"),
    [
        ("echo", "재고 실사 언제 해요?", "재고 실사 언제 해요?"),
        ("refusal", "재고 실사 언제 해?", "AI 언어 모델로서 답변해 드릴 수 없습니다."),
        ("boilerplate", "언제 해?", "말일에 합니다. 무단 전재 및 재배포 금지"),
        ("special", "언제\ufffd 해?", "말일에 합니다."),
        ("wrong_level", "언제 해?", "말일에 해."),
    ],
)
def test_keep_keeps(switch, question, answer):
    assert reason(question, answer) is not None
    assert reason(question, answer, recipe(**{switch: "keep"})) is None


def test_the_target_decides_which_answers_stay():
    assert reason("언제 해?", "말일에 해.", recipe("casual")) is None
    assert reason("언제 해?", "말일에 합니다.", recipe("casual")) == "polite_answer"
    assert reason("언제 해?", "말일에 합니다. 그때 보자.", recipe("any")) is None


def test_a_neutral_answer_stays_unless_the_recipe_says_otherwise():
    listed = "- 입고 검수\n- 적치\n- 출고"
    assert reason("업무 순서 알려 줘", listed) is None
    assert reason("업무 순서 알려 줘", listed, recipe(keep_neutral_answers=False)) == "neutral_answer"


def test_the_first_rule_that_answers_names_the_reason():
    assert judged([[("assistant", "말일에 해."), ("user", "\ufffd")]])[0]["reason"] == "turn_order"


def test_the_evidence_is_the_tags_and_the_limits_that_decided():
    found = judged([asked("언제 해?", "네"), asked("언제 해?", "말일에 해.")])
    assert found[0]["because"] == {"answer_chars": 1, "min_answer_chars": 2}
    assert found[1]["because"]["assistant_offending"] == {"turn": 1, "start": 0, "end": 6, "quote": "말일에 해."}


def test_where_the_rules_are_off_nothing_is_mended_and_nothing_dropped():
    rows = tagged([asked("언제\u200b 해?", ""), [("user", "언제 해?")]])
    found = judge(rows, recipe(enabled=False), retag)
    assert found.select(rows.column_names).equals(rows)
    assert found.select(JUDGED.names).to_pylist() == [dict.fromkeys(JUDGED.names)] * 2


def test_a_row_is_judged_the_same_alone_and_among_others():
    rows = [GOOD, asked("언제 해ㅋㅋㅋㅋ", "말일에 해."), [("user", "언제 해?")], asked("왜", "그래서요.")]
    assert judged(rows) == [judged([row])[0] for row in rows]


def test_every_reason_stands_once_and_says_what_it_read():
    reasons = [rule.reason for rule in RULES]
    assert len(set(reasons)) == len(reasons)
    assert all(rule.shows for rule in RULES)
    found = judge(tagged([asked("언제 해?", "말일에 해.")]), CurationRecipe(), retag)
    assert json.loads(found["because"].to_pylist()[0]).keys() == {"assistant_level", "assistant_offending"}
