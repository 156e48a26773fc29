"""How people ask: one template serves three registers, josa follow the slots.

A template holds slots (`{term:이/가}`: the slot with that particle), finals in angle brackets that change with the
register (`<뭐야>`), and brackets for other changes: `[뭘|무엇을]` casual and 해요체 | 합쇼체, `[a|b|c]` one each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from curation.korean.josa import attach
from curation.korean.speech_level import SpeechLevel

# The registers a question may take, in the order of a three-way bracket: 반말, 해요체, 합쇼체.
REGISTERS = (SpeechLevel.HAE, SpeechLevel.HAEYO, SpeechLevel.HAPSYO)

_FINALS: dict[str, tuple[str, str, str]] = {
    "뭐야": ("뭐야?", "뭔가요?", "무엇입니까?"),
    "뭐예요": ("뭐야?", "뭐예요?", "무엇입니까?"),
    "거야": ("거야?", "건가요?", "겁니까?"),
    "누구야": ("누구야?", "누구인가요?", "누구입니까?"),
    "어디야": ("어디야?", "어디인가요?", "어디입니까?"),
    "얼마야": ("얼마야?", "얼마인가요?", "얼마입니까?"),
    "언제야": ("언제야?", "언제인가요?", "언제입니까?"),
    "뜻이야": ("뜻이야?", "뜻인가요?", "뜻입니까?"),
    "어떻게 돼": ("어떻게 돼?", "어떻게 되나요?", "어떻게 됩니까?"),
    "어떻게 해": ("어떻게 해?", "어떻게 하나요?", "어떻게 합니까?"),
    "해야 돼": ("해야 돼?", "해야 하나요?", "해야 합니까?"),
    "알려 줘": ("알려 줘.", "알려 주세요.", "알려 주시기 바랍니다."),
    "처리해": ("처리해?", "처리하나요?", "처리합니까?"),
    "진행해": ("진행해?", "진행하나요?", "진행합니까?"),
}
_MARK = re.compile(r"<(?P<final>[^<>]+)>|\[(?P<choice>[^\[\]]*\|[^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Template:
    """A question's wording and the personas (letters of the recipe) who would ask so."""

    personas: str
    text: str


class Slot(str):
    """Text whose format specification is a pair of particles: format(Slot("재고"), "이/가") → 재고가."""

    __slots__ = ()

    def __format__(self, pair: str) -> str:
        return attach(str(self), pair) if pair else str(self)


def phrase(template: str, register: SpeechLevel, slots: Mapping[str, str]) -> str:
    """The template in a register with its slots filled; slot text is never read as template."""
    place = REGISTERS.index(register)

    def choose(mark: re.Match[str]) -> str:
        if mark["final"]:
            return _FINALS[mark["final"]][place]
        choices = mark["choice"].split("|")
        return choices[place] if len(choices) == len(REGISTERS) else choices[place // 2]

    return _MARK.sub(choose, template).format(**{name: Slot(value) for name, value in slots.items()})


def fill(template: str, slots: Mapping[str, str]) -> str:
    """An answer's template with its slots filled: `{row:은/는} {column:이/가} {cell}입니다.`"""
    return template.format(**{name: Slot(value) for name, value in slots.items()})
