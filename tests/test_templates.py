"""Laws of the templates: EEVE's text to the byte, what is learned of it, and the generation prompt as its beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.templates import EEVE, PROBE, fingerprint, render, render_prompt

PREAMBLE = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
QUESTION = {"role": "user", "content": "순환 실사는 며칠마다 해?"}
ANSWER = {"role": "assistant", "content": "A등급 품목은 매주, 나머지는 매월 셉니다."}
turns = st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=3)
systems = st.none() | st.text(max_size=30)


def conversation(pairs, system=None):
    messages = [] if system is None else [{"role": "system", "content": system}]
    for question, answer in pairs:
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages


def whole(spans):
    return "".join(span.text for span in spans)


def test_one_turn_is_the_card_of_eeve_to_the_byte():
    expected = (
        f"<s>{PREAMBLE}\nHuman: 순환 실사는 며칠마다 해?\nAssistant:\n"
        "A등급 품목은 매주, 나머지는 매월 셉니다.<|im_end|>"
    )
    assert whole(render(EEVE, [QUESTION, ANSWER])).encode() == expected.encode()


def test_the_prompt_ends_in_the_assistants_header_and_its_newline():
    assert whole(render_prompt(EEVE, [QUESTION])) == f"<s>{PREAMBLE}\nHuman: 순환 실사는 며칠마다 해?\nAssistant:\n"


def test_further_turns_repeat_the_headers_after_the_end_marker():
    text = whole(render(EEVE, conversation([("언제?", "월말입니다."), ("누가 해?", "재고 담당자가 합니다.")])))
    assert text.endswith(
        "\nHuman: 언제?\nAssistant:\n월말입니다.<|im_end|>"
        "\nHuman: 누가 해?\nAssistant:\n재고 담당자가 합니다.<|im_end|>"
    )


def test_a_system_message_takes_the_place_of_the_preamble():
    text = whole(render(EEVE, [{"role": "system", "content": "물류 안내원입니다."}, QUESTION, ANSWER]))
    assert text.startswith("<s>물류 안내원입니다.\nHuman: ")


@given(turns, systems)
def test_learned_are_the_answers_and_an_end_marker_after_each_and_nothing_else(pairs, system):
    learned = [(span.text, span.marker) for span in render(EEVE, conversation(pairs, system)) if span.learned]
    assert learned == [part for _, answer in pairs for part in ((answer, False), ("<|im_end|>", True))]


@given(turns, systems)
def test_the_beginning_of_sequence_stands_once_and_first(pairs, system):
    spans = render(EEVE, conversation(pairs, system))
    assert [place for place, span in enumerate(spans) if span.marker and span.text == "<s>"] == [0]


@given(turns, systems)
def test_the_prompt_before_any_answer_is_a_prefix_of_the_training_text(pairs, system):
    messages = conversation(pairs, system)
    for place, message in enumerate(messages):
        if message["role"] == "assistant":
            prompt = render_prompt(EEVE, messages[:place])
            assert prompt == render(EEVE, messages)[: len(prompt)]


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="bot"):
        render(EEVE, [QUESTION, {"role": "bot", "content": "네."}])


def test_the_fingerprint_of_eeve_stands_as_published():
    """A change here makes every adapter trained before unlike the code: it needs a new template name."""
    assert whole(render(EEVE, PROBE)).count("<|im_end|>") == 3  # two markers, one piece of text
    assert fingerprint(EEVE) == "0b83512f2c8e69eca061401faeedda295b9672df7d4bfee4207559b1d1da0c7a"
