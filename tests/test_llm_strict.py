"""Strict answers: whole or refused with a named fault, sent back once, nothing raw lost."""

import asyncio
import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.llm.request import Lost, Message, Reply, Request, Role
from datagen.llm.schemas import Answer, Answers, Questions, Quote, Rewritten, schema_of
from datagen.llm.strict import ask_strictly, read_strictly

PAIR = {"question": "검수는 언제 해?", "answer": "검수는 하차 후 30분 안에 합니다."}
SOUND = json.dumps(PAIR, ensure_ascii=False)


def read(text, finish_reason="stop", shape=Rewritten):
    return read_strictly(text, finish_reason, shape)


def asked(text):
    return Request(Role.REWRITER, "openai:stub", (Message("user", text),), schema_of(Rewritten), 0.2, 400, "v1")


def replied(text, finish_reason="stop"):
    return Reply(text, finish_reason, 10, 5, 0.01, 1)


def repair(request, raw, fault):
    mended = (*request.messages, Message("assistant", raw), Message("user", f"고치십시오: {fault}"))
    return replace(request, messages=mended)


def ask_all(texts, answer, rounds=None):
    """`answer(request)` → Reply or Lost; `rounds` collects each batch of requests."""

    async def ask(requests):
        if rounds is not None:
            rounds.append(list(requests))
        return [answer(request) for request in requests]

    return asyncio.run(ask_strictly(ask, [asked(text) for text in texts], Rewritten, repair))


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        f"\n  {SOUND}\n",
        f"```json\n{SOUND}\n```",
        f"```\n{SOUND}\n```",
        f"다음과 같습니다.\n```json\n{SOUND}\n```\n확인해 주십시오.",
        f"네, 알겠습니다: {SOUND} 이상입니다.",
        f"<think>\n언제를 묻는 질문이니 {{시각}}을 답한다.\n</think>\n\n{SOUND}",
        f"언제를 묻는다.\n</think>\n{SOUND}",
        f"<think></think>```json\n{SOUND}\n```",
        json.dumps(PAIR, ensure_ascii=True),
        json.dumps(PAIR, ensure_ascii=False, indent=2),
    ],
)
def test_the_object_is_found_in_what_stands_around_it(text):
    found = read(text)
    assert found.value == Rewritten(**PAIR), found
    assert found.fault is None


@pytest.mark.parametrize(
    ("text", "finish_reason", "fault"),
    [
        ("", "stop", "empty"),
        (" \n", "stop", "empty"),
        ("<think>생각만 한다.</think>", "stop", "empty"),
        ("", "length", "cut"),
        ("<think>생각이 길다", "length", "cut"),
        ('{"question": "검수는', "length", "cut"),
        ('{"question": "검수는', "stop", "cut"),
        ('{"question": "검수는 언제 해?",', "stop", "cut"),
        ('{"question": "검수는 언제 해?"', "stop", "cut"),
        ('```json\n{"question": "검수는 언제 해?", "answer": "하차', "stop", "cut"),
        ('{"question": "검수는 언제', "MAX_TOKENS", "cut"),
        ("", "refusal", "refusal"),
        ("", "content_filter", "refusal"),
        ("죄송하지만 그 요청에는 답변드릴 수 없습니다.", "stop", "refusal"),
        ("As an AI language model, I cannot help with that.", "stop", "refusal"),
        ("검수는 하차 후 30분 안에 합니다.", "stop", "schema"),
        ("[]", "stop", "schema"),
        ("null", "stop", "schema"),
        (f"[{SOUND}]", "stop", "schema"),
        (f"{SOUND}\n{SOUND}", "stop", "schema"),
        (f"```json\n{SOUND}\n```\n```json\n{SOUND}\n```", "stop", "schema"),
        ('{"question": "검수는 언제 해?"}', "stop", "schema"),
        ('{"question": "검수는 언제 해?", "answer": 30}', "stop", "schema"),
        ('{"question": "검수는 언제 해?", "answer": null}', "stop", "schema"),
        ('{"question": "가?", "answer": "나.", "reason": "다"}', "stop", "schema"),
        ('{"question": "가?", "question": "나?", "answer": "다."}', "stop", "schema"),
        ('{"question": "가?", "answer": NaN}', "stop", "schema"),
        ('{"question": "가?", "answer": "\\ud83d"}', "stop", "schema"),
        ("{'question': '가?', 'answer': '나.'}", "stop", "schema"),
        ('{"question": "가?", "answer": ' + "9" * 5000 + "}", "stop", "schema"),
        ('{"question": ' + "[" * 100_000 + "}", "stop", "schema"),
    ],
)
def test_each_fault_has_its_name(text, finish_reason, fault):
    found = read(text, finish_reason)
    assert (found.value, found.fault) == (None, fault), found
    assert 0 < len(found.because) <= 300


def test_a_whole_answer_that_speaks_of_refusing_is_no_refusal():
    pair = {"question": "반품이 안 되면?", "answer": "죄송하지만 반품할 수 없습니다."}
    assert read(json.dumps(pair, ensure_ascii=False)).value == Rewritten(**pair)


def test_a_whole_answer_is_taken_however_its_end_is_named():
    assert read(SOUND, "length").value is not None


def test_a_thought_inside_an_answer_stays_there():
    pair = {"question": "</think>는 뭐야?", "answer": "생각이 끝났다는 표시입니다."}
    assert read(json.dumps(pair, ensure_ascii=False)).value == Rewritten(**pair)


def test_the_fault_says_where_it_is():
    found = read(
        '{"answers": [{"answerable": true, "answer": "가", "quotes": [{"source": 1, "text": "가"}]}]}', shape=Answers
    )
    assert "answers.0.quotes.0.source" in found.because


TEXT = st.text(max_size=40)


@given(TEXT, TEXT, st.booleans(), st.booleans())
def test_what_is_sound_comes_back_in_nfc(question, answer, as_ascii, is_decomposed):
    pair = {"question": question, "answer": answer}
    if is_decomposed:
        pair = {key: unicodedata.normalize("NFD", value) for key, value in pair.items()}
    found = read(json.dumps(pair, ensure_ascii=as_ascii))
    assert found.fault is None
    assert found.value == Rewritten(**{key: unicodedata.normalize("NFC", value) for key, value in pair.items()})


ANSWERS = st.builds(
    Answers, answers=st.lists(
        st.builds(Answer, answerable=st.booleans(), answer=TEXT, quotes=st.lists(st.builds(Quote, source=TEXT, text=TEXT), max_size=2)),
        min_size=1, max_size=3,
    ),
)  # fmt: skip


@given(ANSWERS, st.data())
def test_no_cut_of_an_answer_is_taken_for_one(answers, data):
    whole = answers.model_dump_json()
    cut = data.draw(st.integers(0, len(whole) - 1))
    found = read(whole[:cut], "length", Answers)
    assert (found.value, found.fault) == (None, "cut")


@given(st.text(max_size=200), st.sampled_from(["stop", "length", "", "content_filter"]))
def test_no_text_breaks_the_reader(text, finish_reason):
    found = read(text, finish_reason, Questions)
    assert (found.value is None) == (found.fault is not None)
    assert found.fault in (None, "empty", "cut", "schema", "refusal")


def test_the_faulty_are_sent_back_once_and_together():
    rounds = []
    first = {"가": SOUND, "나": "{", "다": '{"question": "가?"}', "라": "죄송하지만 답변드릴 수 없습니다."}

    def answer(request):
        if len(request.messages) == 1:
            return replied(first[request.messages[0].content])
        return replied(SOUND if request.messages[0].content == "나" else "{}")

    found = ask_all(first, answer, rounds)
    assert [len(batch) for batch in rounds] == [4, 3]
    assert [one.fault for one in found] == [None, None, "schema", "schema"]
    assert [len(one.keys) for one in found] == [1, 2, 2, 2]
    assert [one.keys[0] for one in found] == [request.key for request in rounds[0]]
    assert [one.keys[1] for one in found[1:]] == [request.key for request in rounds[1]]
    assert found[2].raw == "{}"
    asked_back = rounds[1][1].messages
    assert asked_back[1] == Message("assistant", first["다"])
    assert "answer: Field required" in asked_back[2].content


def test_nothing_is_sent_back_where_all_is_well():
    rounds = []
    found = ask_all(["가", "나"], lambda _: replied(SOUND), rounds)
    assert len(rounds) == 1
    assert all(one.value == Rewritten(**PAIR) and one.raw == SOUND for one in found)


def test_a_refusal_of_the_server_is_not_sent_back():
    rounds = []
    [found] = ask_all(["가"], lambda _: replied("", "refusal"), rounds)
    assert (len(rounds), found.fault) == (1, "refusal")


def test_a_loss_is_handed_on_from_either_round():
    def answer(request):
        if request.messages[0].content == "가":
            return Lost("cap")
        return replied("{") if len(request.messages) == 1 else Lost("waiting")

    first, second = ask_all(["가", "나"], answer)
    assert (first.fault, first.lost, first.reply) == ("lost", Lost("cap"), None)
    assert (second.fault, second.lost, len(second.keys)) == ("lost", Lost("waiting"), 2)


@given(st.lists(st.sampled_from([SOUND, "{", "", "{}", "안녕하세요", "[]"]), max_size=8))
def test_length_and_order_are_kept(texts):
    found = ask_all(texts, lambda request: replied(request.messages[0].content))
    assert [one.requests[0].messages[0].content for one in found] == texts
    assert [one.value is not None for one in found] == [text == SOUND for text in texts]
    assert all(one.raw == text for one, text in zip(found, texts, strict=True))
