"""Foreign shapes become messages: what a human reads in the fixture is what the messages say, and nothing is lost."""

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.recipes.schema import Source
from curation.sources.shapes.recognise import SHAPES, Recognised, check_source, recognise

FIXTURES = Path(__file__).parent / "fixtures" / "shapes"
ANY = Source()
TURNS = [{"role": "user", "content": "재고 실사 언제 해?"}, {"role": "assistant", "content": "월말에 합니다."}]
QUESTION, ANSWER = (turn["content"] for turn in TURNS)
# Every fixture, the shape it is recognised as, and what the shape leaves for meta.
RECOGNISED = {
    "messages.jsonl": ("messages", {"site"}),
    "sharegpt.json": ("sharegpt", {"id"}),
    "koalpaca_v1_0.json": ("alpaca", set()),
    "koalpaca_v1_1.jsonl": ("alpaca", {"url"}),
    "koalpaca_text.jsonl": ("koalpaca_text", set()),
    "kullm_v2.jsonl": ("alpaca", {"id"}),
    "dolly.jsonl": ("alpaca", {"category"}),
    "alpaca_history.jsonl": ("alpaca", set()),
    "koinstruct.jsonl": ("alpaca", {"type", "template"}),
    "smol_korean_talk.jsonl": ("messages", {"custom_id"}),
    "ko_wikidata_qa.jsonl": ("alpaca", set()),
    "koculture_dialogues.csv": ("question_answer", {"title"}),
    "koculture_descriptions.jsonl": ("koculture_descriptions", {"date", "category", "source"}),
    "kochatgpt_sft.json": ("prompt_completion", {"tokens"}),
    "kochatgpt_rm.json": ("ranked", {"completion_0", "completion_2", "ranking"}),
    "kochatgpt_ppo.json": ("question", set()),
    "dpo.jsonl": ("preference", {"rejected"}),
    "songys.csv": ("question_answer", {"label"}),
    "korean_columns.csv": ("question_answer", {"번호"}),
    "questions.jsonl": ("question", {"level"}),
    "usr_sys.txt": ("usr_sys", set()),
    "lines.txt": ("text", set()),
    "aihub_117.json": ("aihub_dialogue", {"header"}),
}


def rows(name):
    """The fixture's rows, read by the standard library."""
    path = FIXTURES / name
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    if path.suffix == ".json":
        found = json.loads(text)
        return found if isinstance(found, list) else found["data"]
    if path.suffix == ".txt":
        return [{"text": line} for line in text.splitlines()]
    delimiter = "\t" if path.suffix == ".tsv" else ","
    return [row for row in csv.DictReader(text.splitlines(), delimiter=delimiter) if any(row.values())]


def reading(found):
    """Messages as a human writes them down: one `role: content` a turn."""
    return "\n".join(f"{turn['role']}: {turn['content']}" for turn in found.messages)


def readings(name, source=ANY):
    return "\n---\n".join(reading(recognise(row, source)) for row in rows(name)) + "\n"


def words(value):
    return set(re.findall("[가-힣]+", json.dumps(value, ensure_ascii=False)))


@pytest.mark.parametrize("name", [*RECOGNISED, "ko_ultrachat.jsonl", "smilestyle.tsv"])
def test_the_messages_say_what_a_human_reads_in_the_fixture(name):
    assert readings(name) == (FIXTURES / "read" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "options", "read_as"),
    [
        ("aihub_117.json", {"task": "diary"}, "diary"),
        ("aihub_117.json", {"task": "dialogue"}, "dialogue"),
        ("koculture_dialogues.csv", {"prefix": "seed"}, "seed"),
        ("koculture_dialogues.csv", {"prefix": "짧게 답해 줘. "}, "prefix"),
        ("smilestyle.tsv", {"from": "formal", "to": "king"}, "king"),
    ],
)
def test_an_option_changes_the_reading_as_it_says(name, options, read_as):
    wanted = FIXTURES / "read" / f"{name}.{read_as}.txt"
    assert readings(name, Source(options=options)) == wanted.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RECOGNISED)
def test_each_layout_is_recognised_and_what_it_does_not_use_is_left_for_meta(name):
    shape, left = RECOGNISED[name]
    for row in rows(name):
        found = recognise(row, ANY)
        assert found.shape == shape
        assert row.keys() - set(found.fields) <= left
        assert set(found.fields) <= row.keys()


@pytest.mark.parametrize("name", [*RECOGNISED, "ko_ultrachat.jsonl", "smilestyle.tsv"])
def test_every_word_of_a_row_is_in_its_messages_or_left_for_meta(name):
    marks = {"질문", "답변", "맥락"}  # of KoAlpaca's text
    for row in rows(name):
        found = recognise(row, ANY)
        left = {key: value for key, value in row.items() if key not in found.fields}
        kept = json.dumps([found.messages, found.beside, left], ensure_ascii=False)
        assert [word for word in words([*row.values()]) - marks if word not in kept] == []


@pytest.mark.parametrize("name", RECOGNISED)
def test_naming_the_shape_that_fits_changes_nothing(name):
    for row in rows(name):
        assert recognise(row, Source(shape=RECOGNISED[name][0])) == recognise(row, ANY)


@pytest.mark.parametrize("name", RECOGNISED)
def test_no_other_shape_swallows_a_row_that_is_asked_before_the_right_one(name):
    order = [shape.name for shape in SHAPES]
    earlier = order[: order.index(RECOGNISED[name][0])]
    for row in rows(name):
        assert [shape for shape in earlier if recognise(row, Source(shape=shape))] == []


def test_each_known_shape_gives_the_same_two_turns():
    for row in (
        {"messages": TURNS},
        {"conversations": [{"from": "human", "value": QUESTION}, {"from": "gpt", "value": ANSWER}]},
        {"conversations": TURNS},
        {"messages": [{"from": "human", "value": QUESTION}, {"from": "gpt", "value": ANSWER}]},
        {"question": QUESTION, "answer": ANSWER},
        {"Q": QUESTION, "A": ANSWER},
        {"질문": QUESTION, "답변": ANSWER},
        {"input": QUESTION, "output": ANSWER},
        {"instruction": QUESTION, "output": ANSWER},
        {"instruction": QUESTION, "input": "", "output": ANSWER},
        {"instruction": QUESTION, "input": None, "output": ANSWER},
        {"instruction": QUESTION, "response": ANSWER},
        {"prompt": QUESTION, "completion": ANSWER},
        {"prompt": QUESTION, "response": ANSWER},
        {"prompt": [TURNS[0]], "completion": [TURNS[1]]},
        {"prompt": QUESTION, "chosen": ANSWER, "rejected": "몰라."},
        {"text": f"<usr> {QUESTION} <sys> {ANSWER}"},
        {"text": f"### 질문: {QUESTION}\n\n### 답변: {ANSWER}<|endoftext|>"},
    ):
        assert recognise(row, ANY).messages == TURNS


def test_messages_win_over_other_fields():
    found = recognise({"messages": TURNS, "question": "다른 질문", "answer": "다른 답"}, ANY)
    assert (found.shape, found.fields) == ("messages", ("messages",))


def test_a_number_is_not_made_into_text():
    assert recognise({"question": 7, "answer": "칠"}, ANY).messages[0]["content"] == 7
    assert recognise({"instruction": "읽어 줘.", "input": 7, "output": "칠"}, ANY).messages[0]["content"] == 7
    assert recognise({"text": 7}, ANY).messages[0]["content"] == 7
    assert recognise({"prompt": "세 줘.", "completion": 3}, ANY).messages[1]["content"] == 3


def test_an_answer_of_null_is_no_answer():
    for row in ({"question": QUESTION, "answer": None}, {"instruction": QUESTION, "output": None}):
        assert recognise(row, ANY).messages == TURNS[:1]


def test_what_a_turn_says_beside_role_and_content_is_kept_beside():
    found = recognise({"messages": [{**TURNS[0], "name": "수진"}, TURNS[1]]}, ANY)
    assert (found.messages, found.beside) == (TURNS, {"turns": [{"name": "수진"}, {}]})


def test_a_key_without_a_value_says_nothing():
    found = recognise({"messages": [{**turn, "name": None, "tool_calls": None} for turn in TURNS]}, ANY)
    assert (found.messages, found.beside) == (TURNS, {})


@pytest.mark.parametrize("more", [{"weight": 0}, {"train": False}, {"tool_calls": [{"id": "1"}]}])
def test_a_turn_that_must_not_be_learned_as_text_is_left_whole_for_refusal(more):
    turns = [TURNS[0], {**TURNS[1], **more}]
    assert recognise({"messages": turns}, ANY).messages == turns


@pytest.mark.parametrize("speaker", ["function_call", "observation", "tool"])
def test_a_tool_is_no_speaker_and_keeps_its_name_for_refusal(speaker):
    row = {"conversations": [{"from": "human", "value": QUESTION}, {"from": speaker, "value": "{}"}]}
    assert recognise(row, ANY).messages[1]["role"] == speaker


def test_a_completion_that_kto_calls_bad_is_not_an_answer():
    found = recognise({"prompt": QUESTION, "completion": "몰라.", "label": False}, ANY)
    assert (found.messages, found.fields) == (TURNS[:1], ("prompt",))
    assert recognise({"prompt": QUESTION, "completion": ANSWER, "label": True}, ANY).messages == TURNS


def test_a_prompt_beside_messages_is_used_up_only_where_it_repeats_the_question():
    assert recognise({"prompt": QUESTION, "messages": TURNS}, ANY).fields == ("messages", "prompt")
    assert recognise({"prompt": "다른 말", "messages": TURNS}, ANY).fields == ("messages",)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"name": "한빛 창고"},
        {"answer": ANSWER},
        {"chosen": ANSWER, "rejected": "몰라."},
        {"text": f"### 질문: {QUESTION}\n\n### 질문: 또?\n\n### 답변: {ANSWER}"},
        {"text": "### 질문: 언제 해?\n\n### 답변: "},
        {"text": f"<sys> {ANSWER} <usr> {QUESTION}"},
        {"text": f"먼저 인사. <usr> {QUESTION} <sys> {ANSWER}"},
        {"header": {}, "body": {"dialogue": [{"participantID": "P01"}]}},
        {"instruction": QUESTION, "output": ANSWER, "history": ["어제 한 말"]},
    ],
)
def test_half_a_shape_is_none(row):
    assert recognise(row, ANY) is None


def test_fields_may_be_named_for_any_shape():
    row = {"물음": QUESTION, "대답": ANSWER, "번호": 7}
    found = recognise(row, Source(fields={"question": "물음", "answer": "대답"}))
    assert found == Recognised("question_answer", TURNS, ("물음", "대답"))
    assert recognise({"대화": TURNS}, Source(fields={"messages": "대화"})) == Recognised("messages", TURNS, ("대화",))
    assert recognise({"문장": QUESTION}, Source(fields={"text": "문장"})).messages == TURNS[:1]
    alpaca = Source(shape="alpaca", fields={"instruction": "지시", "input": "글", "output": "응답"})
    assert recognise({"지시": QUESTION, "응답": ANSWER}, alpaca).messages == TURNS


def test_a_row_that_lacks_a_named_field_is_not_taken_for_half_of_it():
    named = Source(fields={"question": "물음", "answer": "대답"})
    assert recognise({"물음": QUESTION}, named) is None
    assert recognise({"question": QUESTION, "answer": ANSWER}, named) is None


def test_a_named_shape_is_the_only_one_asked():
    row = {"question": QUESTION, "answer": ANSWER, "text": "글"}
    assert recognise(row, Source(shape="text")).messages == [{"role": "user", "content": "글"}]
    assert recognise({"question": QUESTION, "answer": ANSWER}, Source(shape="alpaca")) is None


def test_a_shape_goes_by_the_name_of_a_public_set_too():
    row = {"instruction": QUESTION, "output": ANSWER}
    assert recognise(row, Source(shape="koalpaca")) == recognise(row, ANY)


@pytest.mark.parametrize(
    ("source", "where", "guess"),
    [
        (Source(shape="sharegtp"), "read.sources.shape", "sharegpt"),
        (Source(shape="alpaca", fields={"instrucion": "지시"}), "read.sources.fields.instrucion", "instruction"),
        (Source(shape="aihub_117", options={"tsk": "diary"}), "read.sources.options.tsk", "task"),
        (Source(options={"task": "dairy"}), "read.sources.options.task", "diary"),
        (Source(shape="smilestyle", options={"to": "formall"}), "read.sources.options.to", "formal"),
    ],
)
def test_a_wrong_name_in_the_recipe_is_an_error_with_a_guess(source, where, guess):
    with pytest.raises(InputError) as caught:
        check_source(source)
    assert caught.value.where == where
    assert f"did you mean {guess!r}" in caught.value.mend


def test_every_right_entry_passes_the_check():
    for source in (
        Source(),
        Source(shape="koculture_dialogues", options={"prefix": "seed"}),
        Source(shape="smilestyle", options={"from": "informal", "to": "seonbi"}),
        Source(fields={"question": "Q", "answer": "A"}),
        Source(fields={"messages": "대화"}),
        Source(fields={"text": "문장"}),
    ):
        check_source(source)


FIELDS = sorted({name for shape in SHAPES for name in shape.fields} | {"text", "label", "system", "completion_0"})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["", "언제 해?", "<usr> 응 <sys>", "### 질문: 왜?"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "from", "value", "dialogue", "utterance"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5))
def test_no_row_whatever_stops_the_recognising_and_no_field_is_used_that_is_not_there(row):
    for source in (ANY, *(Source(shape=shape.name) for shape in SHAPES)):
        found = recognise(row, source)
        assert found is None or set(found.fields) <= row.keys()


def test_names_of_shapes_and_sets_are_each_used_once():
    names = [name for shape in SHAPES for name in (shape.name, *shape.sets)]
    assert len(names) == len(set(names))
