"""How people really type: labelled variants of a question, one kind of noise at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token

# 재고는 → 재고, 수량을 → 수량: particles that speech drops; 에서 and 으로 carry meaning and stay.
_DROPPED = ("JKS", "JKO", "JX")
_SHORT = {"어떻게": "어케", "무슨": "뭔", "무엇": "뭐", "그런데": "근데", "좀": "쫌"}
_TYPOS = {"뭐예요": "뭐에요", "며칠": "몇일", "돼?": "되?", "돼요": "되요", "뭔가요": "먼가요", "알려 줘": "알려죠"}


def no_spaces(question: str, _: Sequence[Token]) -> str:
    """재고 실사 어떻게 해? → 재고실사어떻게해?"""
    return question.replace(" ", "")


def no_particles(question: str, tokens: Sequence[Token]) -> str:
    """당일 출고는 몇 시까지 받아? → 당일 출고 몇 시까지 받아?"""
    pieces, at = [], 0
    for token in tokens:
        is_written = question[token.start : token.end] == token.form
        if token.tag in _DROPPED and is_written and token.form in ("은", "는", "이", "가", "을", "를"):
            pieces.append(question[at : token.start])
            at = token.end
    return "".join([*pieces, question[at:]])


def abbreviated(question: str, _: Sequence[Token]) -> str:
    """반품은 어떻게 입고해? → 반품은 어케 입고해?"""
    return _replaced(question, _SHORT)


def mistyped(question: str, _: Sequence[Token]) -> str:
    """로트가 뭐예요? → 로트가 뭐에요?"""
    return _replaced(question, _TYPOS)


NOISES: dict[str, Callable[[str, Sequence[Token]], str]] = {
    "no_spaces": no_spaces, "no_particles": no_particles, "abbreviated": abbreviated, "mistyped": mistyped,
}  # fmt: skip


def _replaced(text: str, table: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, table)), lambda found: table[found[0]], text)
