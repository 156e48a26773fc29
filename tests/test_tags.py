"""Tags are facts: they add columns, keep rows, and never depend on a threshold."""

import inspect

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.records import ROW
from curation.scripts import CLASSES, script_counts, script_shares
from curation.tags import LEVEL_LABELS, TAGS, TEXTS, dialogue_level, tag


def rows_of(*dialogues: list[tuple[str, str]], contexts: bool = False) -> pa.Table:
    context = {"document": "a.md", "sha256": "0" * 64, "start": 0, "end": 1, "oracle": True}
    return pa.Table.from_pylist(
        [
            {
                "row_id": f"{number:032x}",
                "source": "test",
                "license": "CC0-1.0",
                "messages": [{"role": role, "content": content} for role, content in turns],
                "evidence": [],
                "contexts": [context] if contexts else [],
                "meta": "{}",
                "file": "rows.jsonl",
                "position": number,
            }
            for number, turns in enumerate(dialogues)
        ],
        schema=ROW,
    )


@given(st.lists(st.text(), max_size=6))
def test_every_character_is_counted_once_and_shares_sum_to_one_or_zero(texts):
    counts = script_counts(texts)
    assert counts.shape == (len(texts), len(CLASSES))
    assert counts.sum(axis=1).tolist() == [len(text) for text in texts]
    for text, total in zip(texts, script_shares(counts).sum(axis=1), strict=True):
        assert total == pytest.approx(0 if text == "" or text.isspace() else 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("재고 실사", {"hangul": 4, "space": 1}),
        ("ㅋㅋㅋ", {"hangul": 3}),
        ("WMS를 3일에", {"latin": 3, "hangul": 3, "digit": 1, "space": 1}),
        ("Ａ１", {"latin": 1, "digit": 1}),  # full width
        ("깨진 �\x00글", {"hangul": 3, "space": 1, "broken": 2}),
        ("漢字·😀", {"other": 3, "special": 1}),
    ],
)
def test_scripts_of_a_text(text, expected):
    counts = dict(zip(CLASSES, script_counts([text])[0].tolist(), strict=True))
    assert {name: count for name, count in counts.items() if count} == expected


def test_tagging_keeps_rows_and_adds_exactly_the_declared_columns():
    rows = rows_of([("user", "재고 실사 언제 해?"), ("assistant", "매월 말일에 합니다.")], [("user", "ㅋㅋ")])
    tagged = tag(rows)
    assert tagged.select(ROW.names).equals(rows)
    assert tagged.schema.names == [*ROW.names, *TEXTS.names, *TAGS.names]


def test_tags_take_no_recipe():
    assert list(inspect.signature(tag).parameters) == ["rows", "words", "count_tokens"]


def test_levels_are_told_per_role_and_the_offending_sentence_is_quoted():
    tagged = tag(
        rows_of(
            [("user", "재고 실사 언제 해?"), ("assistant", "매월 말일에 합니다.")],
            [("user", "실사는 언제 하나요?"), ("assistant", "말일에 합니다. 그날은 출고를 멈춰. 확인해 주세요.")],
        )
    ).to_pylist()
    assert [(row["user_level"], row["assistant_level"]) for row in tagged] == [
        ("casual", "polite"),
        ("polite", "mixed"),
    ]
    assert tagged[0]["assistant_offending"] is None
    span = tagged[1]["assistant_offending"]
    assert tagged[1]["messages"][span["turn"]]["content"][span["start"] : span["end"]] == span["quote"]
    assert span["quote"] == "그날은 출고를 멈춰."
    assert tagged[1]["assistant_polite_share"] == pytest.approx(2 / 3)


def test_the_question_is_what_follows_the_contexts():
    dialogue = [("user", "자료: 실사는 말일에 합니다.\n\n언제 해?"), ("assistant", "말일에 합니다.")]
    assert tag(rows_of(dialogue, contexts=True))["question"].to_pylist() == ["언제 해?"]
    assert tag(rows_of(dialogue))["question"].to_pylist() == [dialogue[0][1]]


@pytest.mark.parametrize(
    ("roles", "alternates"),
    [
        (["user", "assistant"], True),
        (["system", "user", "assistant", "user", "assistant"], True),
        (["user"], False),
        (["assistant", "user", "assistant"], False),
        (["user", "user", "assistant"], False),
        (["system"], False),
    ],
)
def test_turns_alternate_and_end_with_the_assistant(roles, alternates):
    assert tag(rows_of([(role, "네.") for role in roles]))["alternates"].to_pylist() == [alternates]


@given(st.lists(st.sampled_from(LEVEL_LABELS)))
def test_the_label_of_a_dialogue_does_not_depend_on_the_order_of_its_turns(labels):
    level = dialogue_level(labels)
    assert level == dialogue_level(labels[::-1])
    assert level in LEVEL_LABELS
    if "polite" in labels and {"casual", "plain"} & set(labels):
        assert level == "mixed"


DIALOGUES = [
    [("user", "재고 실사 언제 해?"), ("assistant", "매월 말일에 합니다. 도움이 되셨길 바랍니다.")],
    [
        ("system", "친절히 답한다. 010-0000-0000"),
        ("user", "제 번호는 010-2345-6789예요."),
        ("assistant", "네, 적었어요."),
    ],
    [("user", "왜 안 돼?"), ("assistant", "전원이 꺼져 있기 때문입니다. 먼저 콘센트를")],
    [("user", "ㅎㅏㄴㄱㅡㄹ"), ("assistant", "감사합니다. 감사합니다. 감사합니다.")],
    [("user", "하나"), ("assistant", "둘"), ("user", "셋"), ("assistant", "그날은 출고를 멈춰. 확인해 주세요.")],
    [("user", "창고 문은 언제 열어?"), ("assistant", "창고 문은 언제 열어요?")],
    [("user", ""), ("assistant", "")],
    [("user", "오늘 몇 도야?"), ("assistant", "제공된 자료에는 해당 내용이 없습니다.")],
    [("user", "꾸며 줘"), ("assistant", "★★★ 그녀는 당신에 의해 ★★★")],
]


def test_the_signals_of_a_row_stand_in_its_columns():
    tags = tag(rows_of(*DIALOGUES)).to_pylist()
    assert tags[0]["assistant_boilerplate"] == ["closing_wish"]
    assert [span["turn"] for span in tags[1]["pii"]] == [0, 1]
    assert tags[2]["assistant_cut_off"] == "particle"
    assert tags[3]["user_jamo"] == 6
    assert tags[3]["assistant_repetition_share"] == pytest.approx(2 / 3)
    assert tags[4]["assistant_style"] == "haeyo"
    assert tags[5]["echo_share"] > 0.8
    assert tags[7]["assistant_refusal"] == "grounded"
    assert tags[8]["assistant_special_share"] == pytest.approx(6 / 14)
    assert tags[8]["assistant_translationese"] == ["by", "you", "she"]
    assert {row["user_tokens"] for row in tags} == {None}


def test_how_sure_a_level_is_is_told_where_a_sentence_has_one():
    for row in tag(rows_of(*DIALOGUES)).to_pylist():
        for role in ("user", "assistant"):
            sure = row[f"{role}_level_confidence"]
            assert (sure is None) == (row[f"{role}_polite_share"] is None)
            assert sure is None or 0 < sure <= 1
    open_end = tag(rows_of([("user", "그럼 반품 판정이 느슨하면?"), ("assistant", "다시 판정합니다.")])).to_pylist()[0]
    assert open_end["user_level_confidence"] < 0.9 < open_end["assistant_level_confidence"]


def test_tags_do_not_depend_on_the_batch_or_its_order():
    rows = rows_of(*DIALOGUES)
    together = tag(rows).to_pylist()
    assert [tag(rows.slice(place, 1)).to_pylist()[0] for place in range(len(rows))] == together
    backwards = list(range(len(rows)))[::-1]
    assert tag(rows.take(backwards)).to_pylist()[::-1] == together


def test_every_offset_points_into_the_message_as_it_stands():
    for row in tag(rows_of(*DIALOGUES)).to_pylist():
        for span in row["pii"]:
            assert row["messages"][span["turn"]]["content"][span["start"] : span["end"]].strip("0123456789-") == ""
        if span := row["assistant_offending"]:
            assert row["messages"][span["turn"]]["content"][span["start"] : span["end"]] == span["quote"]


def test_tokens_are_counted_per_role_over_its_turns():
    tagged = tag(rows_of(DIALOGUES[4]), count_tokens=lambda texts: [len(text) for text in texts])
    assert tagged["user_tokens"].to_pylist() == [3]
    assert tagged["assistant_tokens"].to_pylist() == [1 + len(DIALOGUES[4][3][1])]
