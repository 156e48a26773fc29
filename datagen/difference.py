"""What an answer holds that its evidence does not: the check that it was taken from there, not made up."""

from __future__ import annotations

from collections.abc import Sequence

# A single letter stands in nearly every quote by chance.
_LEAST_RUN = 2


def added(answer: str, quotes: Sequence[str]) -> list[tuple[int, int, str]]:
    """(start, end, text) of each stretch of the answer outside the longest runs that some quote holds, in order.

    Runs are taken from the left, each as long as one quote allows, two characters at least; spaces between two
    stretches belong to them. Everything else of the answer stands in the evidence to the letter.
    """
    found: list[tuple[int, int, str]] = []
    at = opened = 0
    while at < len(answer):
        length = _longest_run(answer, at, quotes)
        if length < _LEAST_RUN:
            at += 1
            continue
        if opened < at:
            found.append((opened, at, answer[opened:at]))
        at += length
        opened = at
    if opened < len(answer):
        found.append((opened, len(answer), answer[opened:]))
    return found


def _longest_run(answer: str, at: int, quotes: Sequence[str]) -> int:
    """The length of the longest piece of the answer from `at` that stands in one quote."""
    least, most = 0, len(answer) - at
    while least < most:
        middle = (least + most + 1) // 2
        if any(answer[at : at + middle] in quote for quote in quotes):
            least = middle
        else:
            most = middle - 1
    return least
