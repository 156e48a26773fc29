"""Foreign shapes become messages, and what is not text is left for the reader to refuse."""

from curation.shapes import recognise

TURNS = [{"role": "user", "content": "재고 실사 언제 해?"}, {"role": "assistant", "content": "월말에 합니다."}]


def test_each_known_shape_gives_the_same_two_turns():
    question, answer = (turn["content"] for turn in TURNS)
    for row in (
        {"messages": TURNS},
        {"question": question, "answer": answer},
        {"instruction": question, "output": answer},
        {"instruction": question, "input": "", "output": answer},
        {"instruction": question, "input": None, "output": answer},
    ):
        found = recognise(row)
        assert found is not None
        assert found.messages == TURNS


def test_an_input_follows_its_instruction_after_a_blank_line():
    found = recognise({"instruction": "요약해 줘.", "input": "입고는 세 단계입니다.", "output": "세 단계입니다."})
    assert found is not None
    assert found.messages[0]["content"] == "요약해 줘.\n\n입고는 세 단계입니다."


def test_messages_win_over_other_fields():
    found = recognise({"messages": TURNS, "question": "다른 질문", "answer": "다른 답"})
    assert found is not None
    assert (found.shape, found.fields) == ("messages", ("messages",))


def test_a_number_is_not_made_into_text():
    for row in ({"question": 7, "answer": "칠"}, {"instruction": "읽어 줘.", "input": 7, "output": "칠"}):
        found = recognise(row)
        assert found is not None
        assert found.messages[0]["content"] == 7


def test_half_a_shape_is_none():
    assert recognise({"question": "재고 실사 언제 해?"}) is None
    assert recognise({}) is None
