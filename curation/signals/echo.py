"""Answers that are the prompt again, copied or with another ending."""

from collections.abc import Iterator, Sequence

_RUN_CHARS = 8  # copied in one piece, spaces apart; less is chance
_STEP = 4  # so that every piece of eleven is found, and many a shorter one
_READ_CHARS = 20_000  # of each turn; who echoes a longer one does so from its beginning
_MARKS = "?.!~ …"
# A subject restated before the answer proper: so long at most, in so short a way from the beginning (네, …).
_TOPIC_CHARS = 40
_LEAD_CHARS = 6
_LEAST_REST = 2  # characters that differ behind it; 언제 열어 → 언제 열어요 has fewer


def echo_shares(questions: Sequence[Sequence[str]], answers: Sequence[Sequence[str]]) -> list[float]:
    """How far each answer's turns and the turns before them are the same text, 0..1, same order.

    The smaller of two shares: of the answer that was copied, and of the prompt that the copy covers. So neither a
    quotation from a long text is an echo, nor a long answer that says the question first. Nor is a subject restated
    at the beginning: 순환 실사가 뭐야? → 순환 실사는 …입니다. Spaces do not count.
    """
    return [_share(asked, told) for asked, told in zip(questions, answers, strict=True)]


def _share(questions: Sequence[str], answers: Sequence[str]) -> float:
    asked = told = taken = given = 0
    for question, answer in zip(questions, answers, strict=False):
        prompt, reply = _letters(question), _letters(answer)
        asked, told = asked + len(prompt), told + len(reply)
        if _may_copy(prompt, reply):
            runs = list(_copied(prompt, reply))
            taken += len({place for start, _, length in runs for place in range(start, start + length)})
            given += len({place for _, start, length in runs for place in range(start, start + length)})
    return min(taken / asked, given / told) if taken else 0.0


def _letters(text: str) -> str:
    return "".join(text[:_READ_CHARS].split()).rstrip(_MARKS)


def _may_copy(prompt: str, reply: str) -> bool:
    if len(prompt) < _RUN_CHARS:
        return prompt != "" and prompt in reply
    return any(prompt[at : at + _RUN_CHARS] in reply for at in _places(prompt))


def _places(prompt: str) -> list[int]:
    last = len(prompt) - _RUN_CHARS
    return [*range(0, last, _STEP), last]


def _copied(prompt: str, reply: str) -> Iterator[tuple[int, int, int]]:
    """The pieces that stand in both texts, each as long as it goes: (start in the prompt, in the reply, length)."""
    if len(prompt) < _RUN_CHARS:
        yield 0, reply.index(prompt), len(prompt)
        return
    end = 0
    for place in _places(prompt):
        found = reply.find(prompt[place : place + _RUN_CHARS])
        if place + _RUN_CHARS <= end or found < 0:
            continue
        start = place
        while start and found and prompt[start - 1] == reply[found - 1]:
            start, found = start - 1, found - 1
        end = place + _RUN_CHARS
        while end < len(prompt) and found + end - start < len(reply) and prompt[end] == reply[found + end - start]:
            end += 1
        if not _is_topic(prompt, start, end, found, len(reply)):
            yield start, found, end - start


def _is_topic(prompt: str, start: int, end: int, found: int, reply_chars: int) -> bool:
    """Whether a piece is the subject of the question, said again before something else is said of it."""
    return (
        found <= _LEAD_CHARS
        and end - start <= _TOPIC_CHARS
        and not any(mark in prompt[start : end + 1] for mark in _MARKS)
        and len(prompt) - end >= _LEAST_REST
        and reply_chars - (found + end - start) >= _LEAST_REST
    )
