"""Two texts side by side: which stretches of each the other does not have."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from curation.report.rows.shown import Piece, Text

_LONG_CHARS = 400  # beyond, whole eojeols are compared
_MOST_MEETINGS = 30_000  # of equal tokens: some 10,000 in two texts of 400 letters; 가 가 가 가 … takes seconds
_MOST_STRETCHES = 25  # texts with more have little in common, and marks all over tell a reader nothing
_EOJEOL = re.compile(r"\s+|\S+")


def excerpt(text: str, chars: int) -> str:
    """The text, or its first `chars` characters and an ellipsis."""
    return text if len(text) <= chars else f"{text[:chars]}…"


def excerpts_beside(left: str, right: str, chars: int) -> tuple[str, str]:
    """Excerpts of two texts that begin shortly before they part, where that is far from their beginning."""
    parting = 0 if left == right else _alike(left, right)
    start = parting - chars // 4 if parting > chars // 2 and max(len(left), len(right)) > chars else 0
    first, second = (f"…{excerpt(text[start:], chars)}" if start else excerpt(text, chars) for text in (left, right))
    return first, second


def mark_differences(left: str, right: str) -> tuple[Text, Text]:
    """Both texts in pieces; what is `same` in one, joined, is what is `same` in the other."""
    is_long = max(len(left), len(right)) > _LONG_CHARS
    one, other = (_EOJEOL.findall(text) if is_long else list(text) for text in (left, right))
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for is_same, mine, yours in _stretches(one, other):
        for pieces, tokens in zip(sides, (mine, yours), strict=True):
            if tokens:
                pieces.append(Piece("".join(tokens), "same" if is_same else "other"))
    return sides


def _stretches(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Stretches of both in order, and whether they are equal; few: else what is between their ends differs."""
    counts = Counter(other)
    if sum(count * counts[token] for token, count in Counter(one).items()) <= _MOST_MEETINGS:
        found = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        if len(found) <= _MOST_STRETCHES:
            for kind, first, last, start, end in found:
                yield kind == "equal", one[first:last], other[start:end]
            return
    head = _alike(one, other)
    tail = _alike(one[head:][::-1], other[head:][::-1])
    yield True, one[:head], other[:head]
    yield False, one[head : len(one) - tail], other[head : len(other) - tail]
    yield True, one[len(one) - tail :], other[len(other) - tail :]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens are equal from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
