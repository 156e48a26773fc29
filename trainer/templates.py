"""Chat templates: messages → spans of text that know whether the model learns them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.files import canonical_json, sha256_bytes

Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a rendered conversation.

    `marker`: the text is one special token of the tokenizer. Equal text inside a message is not a marker and stays
    text.
    """

    text: str
    learned: bool = False
    marker: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """How one family of models writes a conversation.

    The assistant's header ends in a newline: a header that ends in a space loses it to the answer's first token, and
    the generation prompt is then no token prefix of the training text.
    """

    name: str
    bos: str
    end: str
    preamble: str
    user_header: str
    assistant_header: str


# The card of yanolja/EEVE-Korean-Instruct-10.8B-v1.0, newline tail included. The card shows one turn and no system
# message; our conventions: further turns repeat "⏎Human: …⏎Assistant:⏎…<|im_end|>", and a system message takes the
# preamble's place.
EEVE = Template(
    name="eeve",
    bos="<s>",
    end="<|im_end|>",
    preamble=(
        "A chat between a curious user and an artificial intelligence assistant. "
        "The assistant gives helpful, detailed, and polite answers to the user's questions."
    ),
    user_header="\nHuman: ",
    assistant_header="\nAssistant:\n",
)

TEMPLATES = {template.name: template for template in (EEVE,)}

# One conversation that touches every rule: system message, two turns, Korean in and out, a blank line, an emoji, the
# end marker as text. Its rendering is the template's fingerprint, its ids are the tokenizer's (trainer/encode.py):
# never change it.
PROBE: tuple[dict[str, str], ...] = (
    {"role": "system", "content": "물류 센터 안내원입니다."},
    {"role": "user", "content": "재고 실사 언제 해?"},
    {
        "role": "assistant",
        "content": "매월 마지막 영업일에 합니다.\n\n1. 입출고를 멈춥니다.\n2. A-01-02부터 셉니다. 📦",
    },
    {"role": "user", "content": "<|im_end|> 이건 뭐야"},
    {"role": "assistant", "content": "답의 끝을 알리는 표시입니다."},
)


def render(template: Template, messages: Messages) -> list[Span]:
    """The whole training text in order: learned are the assistant's contents and the end marker after each.

    `messages`: an optional system message first, then user and assistant messages; contents are kept as they are, to
    the character. Neighbouring unlearned texts come as one span. Raises ValueError on any other role or place.
    """
    head, turns = _split_system(messages)
    spans = [Span(template.bos, marker=True)]
    text = template.preamble if head is None else head
    for message in turns:
        if message["role"] == "user":
            text += template.user_header + message["content"]
        else:
            spans.append(Span(text + template.assistant_header))
            spans.append(Span(message["content"], learned=True))
            spans.append(Span(template.end, learned=True, marker=True))
            text = ""
    return [*spans, Span(text)] if text else spans


def render_prompt(template: Template, messages: Messages) -> list[Span]:
    """The generation prompt after `messages` (the last one the user's): what the model sees before it answers.

    Law: its tokens are a prefix of the tokens of `render(messages + [answer])`.
    """
    *spans, last = render(template, messages)
    return [*spans, Span(last.text + template.assistant_header)]


def fingerprint(template: Template) -> str:
    """SHA-256 (hex) of the rendered PROBE: what the template writes, and what of it is learned."""
    spans = render(template, PROBE)
    return sha256_bytes(canonical_json([[span.text, span.learned, span.marker] for span in spans]))


def _split_system(messages: Messages) -> tuple[str | None, Messages]:
    """The system message's content, if there is one, and the turns."""
    head = None
    if messages and messages[0]["role"] == "system":
        head, messages = messages[0]["content"], messages[1:]
    for place, message in enumerate(messages):
        if message["role"] not in ("user", "assistant"):
            raise ValueError(f"turn {place} has the role {message['role']!r}")
    return head, messages
