"""Laws of the preflight: a row is trained or dropped for one reason, a token is trained or counted as lost."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.manifest import Manifest
from trainer.encode import IGNORED, open_tokenizer
from trainer.preflight import (
    SPLITS,
    judge,
    polite_share,
    refuse_manifest,
    refuse_markers,
    refuse_model,
    refuse_rows,
    tally,
    unfit,
)
from trainer.recipe import Rows
from trainer.rows import Row
from trainer.templates import EEVE

TOKENIZER = open_tokenizer(Path(__file__).parent.parent / "corpora" / "tokenizer.json", EEVE)
RULES = Rows(max_tokens=120, long_rows="drop", most_dropped_share=0.1, least_polite_share=0.98)
KEEPING = RULES.model_copy(update={"long_rows": "keep_whole_turns"})


def message(role, content):
    return {"role": role, "content": content}


QUESTION, ANSWER = message("user", "입고 검수는 언제 해?"), message("assistant", "도착한 날 안에 끝냅니다.")
messages = st.lists(
    st.builds(
        message,
        st.sampled_from(["system", "user", "assistant"]),
        st.sampled_from(["", " \n", "재고 실사 언제 해?", "월말에 합니다.", "로케이션을 스캔하세요. " * 20]),
    ),
    max_size=6,
)
exchanges = st.lists(
    st.sampled_from([[QUESTION, ANSWER], [QUESTION, message("assistant", "긴 답입니다. " * 25)]]), max_size=4
)
rows = st.lists(messages | exchanges.map(lambda pairs: [one for pair in pairs for one in pair]), max_size=8).map(
    lambda found: [Row(str(number), each) for number, each in enumerate(found)]
)
rules = st.sampled_from([RULES, KEEPING])


@given(rows, rules)
def test_rows_read_are_trained_or_dropped_each_with_one_reason(rows, rules):
    examples, fates = judge(rows, "train", TOKENIZER, EEVE, rules)
    counted = tally(fates)
    assert [fate.row_id for fate in fates] == [row.row_id for row in rows]
    assert counted.read == len(rows) == counted.trained + sum(counted.dropped.values())
    assert counted.trained == len(examples)
    assert counted.cut <= counted.trained


@given(rows, rules)
def test_tokens_read_are_trained_or_lost(rows, rules):
    examples, fates = judge(rows, "train", TOKENIZER, EEVE, rules)
    counted = tally(fates)
    assert counted.tokens == sum(len(example.input_ids) for example in examples)
    assert counted.learned_tokens == sum(example.learned_tokens for example in examples)
    assert counted.tokens + counted.lost_tokens == sum(fate.tokens for fate in fates)


@given(rows, rules)
def test_every_trained_row_fits_and_ends_with_a_learned_end_marker(rows, rules):
    examples, _ = judge(rows, "train", TOKENIZER, EEVE, rules)
    for example in examples:
        assert len(example.input_ids) <= rules.max_tokens
        assert example.labels[-1] == TOKENIZER.token_to_id(EEVE.end)
        assert example.labels[0] == IGNORED


@given(rows)
def test_a_row_is_never_cut_unless_the_recipe_says_so(rows):
    assert tally(judge(rows, "train", TOKENIZER, EEVE, RULES)[1]).cut == 0


def test_a_long_conversation_is_cut_between_turns_when_the_recipe_says_so():
    row = Row("0", [QUESTION, ANSWER, QUESTION, message("assistant", "긴 답입니다. " * 60)])
    (short,), _ = judge([Row("1", [QUESTION, ANSWER])], "train", TOKENIZER, EEVE, KEEPING)
    (kept,), (fate,) = judge([row], "train", TOKENIZER, EEVE, KEEPING)
    assert kept == short
    assert fate.reason is None and fate.kept_tokens < fate.tokens
    assert [fate.reason for fate in judge([row], "train", TOKENIZER, EEVE, RULES)[1]] == ["too_long"]


@pytest.mark.parametrize(
    ("conversation", "reason"),
    [
        ([QUESTION, ANSWER], None),
        ([message("system", "안내원입니다."), QUESTION, ANSWER, QUESTION, ANSWER], None),
        ([], "no_assistant_turn"),
        ([QUESTION], "no_assistant_turn"),
        ([ANSWER, QUESTION], "turns_out_of_order"),
        ([QUESTION, QUESTION, ANSWER], "turns_out_of_order"),
        ([QUESTION, ANSWER, QUESTION], "turns_out_of_order"),
        ([QUESTION, message("system", "끝"), ANSWER], "turns_out_of_order"),
        ([QUESTION, message("assistant", " \n")], "empty_answer"),
        ([message("user", ""), ANSWER], "empty_question"),
    ],
)
def test_a_conversation_is_unfit_for_a_reason_that_names_its_fault(conversation, reason):
    assert unfit(conversation) == reason


def tallies(**rows_of):
    found = {}
    for split in SPLITS:
        rows = [Row(str(number), each) for number, each in enumerate(rows_of.get(split, []))]
        found[split] = tally(judge(rows, split, TOKENIZER, EEVE, RULES)[1])
    return found


def test_nothing_to_train_is_refused_and_the_reasons_are_told():
    (empty,) = refuse_rows(tallies(), RULES)
    assert "it is empty" in empty.what
    nothing, too_many = refuse_rows(tallies(train=[[QUESTION]]), RULES)
    assert "no_assistant_turn 1" in nothing.what
    assert "100.0%" in too_many.what


def test_more_rows_lost_than_the_recipe_allows_is_refused_in_any_split():
    good = [[QUESTION, ANSWER]] * 9
    assert refuse_rows(tallies(train=good, valid=[*good, [QUESTION]]), RULES) == []
    (refusal,) = refuse_rows(tallies(train=good, valid=[*good, [QUESTION], [QUESTION]]), RULES)
    assert refusal.what.startswith("valid: 18.2%")


def manifest(**data):
    return Manifest(Path(), data)


def test_leaks_between_splits_are_refused_by_name():
    (refusal,) = refuse_manifest(manifest(leaks={"shared_documents": 0, "shared_questions": 2}), RULES)
    assert "shared_questions 2" in refusal.what and "shared_documents" not in refusal.what


@pytest.mark.parametrize("leaks", [{}, {"shared_documents": 0}, {"shared_questions": 0, "shared_answers": 7}])
def test_a_manifest_without_leaks_passes_and_a_shared_answer_is_none(leaks):
    assert refuse_manifest(manifest(leaks=leaks), RULES) == []


def levels(**answers):
    return {"all": {"levels": {"casual": answers, "polite": {"polite": 1, "neutral": 5}}}}


def test_answers_less_polite_than_promised_are_refused():
    def asked(target="polite", **answers):
        return refuse_manifest(manifest(target_answer=target, statistics=levels(**answers)), RULES)

    (refusal,) = asked(polite=4, casual=3, mixed=1, plain=1)
    assert "50.0%" in refusal.what
    assert asked(polite=99, casual=1) == asked("any", casual=9) == []


def test_a_manifest_that_does_not_tell_the_levels_is_not_asked():
    assert polite_share(manifest()) is None
    assert polite_share(manifest(statistics={"all": {"levels": {"casual": {"neutral": 3}}}})) is None


def test_a_model_that_reads_less_or_knows_fewer_tokens_is_refused(tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"max_position_embeddings": 120, "vocab_size": 6_000}))
    assert refuse_model(tmp_path, TOKENIZER, RULES) == []
    config.write_text(json.dumps({"max_position_embeddings": 119, "vocab_size": 5_999}))
    context, vocabulary = refuse_model(tmp_path, TOKENIZER, RULES)
    assert "rows.max_tokens=119" in context.mend
    assert "5999" in vocabulary.what


def test_a_tokenizer_with_every_marker_is_not_refused():
    assert refuse_markers(TOKENIZER, EEVE) == []
