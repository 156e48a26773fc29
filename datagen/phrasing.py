"""How people ask: one template serves three registers, josa follow the slots.

A template holds slots (`{term:이/가}`: the slot with that particle), finals in angle brackets that change with the
register (`<뭐야>`), and brackets for other changes: `[뭘|무엇을]` casual and 해요체 | 합쇼체, `[a|b|c]` one each.
A slot is a text, or three texts where it changes with the register itself (`asking`: 옮겨?, 옮기나요?, 옮깁니까?).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, with_ending
from curation.korean.speech_level import SpeechLevel

# The registers a question may take, in the order of a three-way bracket: 반말, 해요체, 합쇼체.
REGISTERS = (SpeechLevel.HAE, SpeechLevel.HAEYO, SpeechLevel.HAPSYO)

# One text, or one for each of REGISTERS.
Slots = Mapping[str, str | tuple[str, str, str]]

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
    "해": ("해?", "하나요?", "합니까?"),
    "돼": ("돼?", "되나요?", "됩니까?"),
    "있어": ("있어?", "있나요?", "있습니까?"),
    "써": ("써?", "쓰나요?", "씁니까?"),
    "달라": ("달라?", "다른가요?", "다릅니까?"),
    "필요해": ("필요해?", "필요한가요?", "필요합니까?"),
    "가능해": ("가능해?", "가능한가요?", "가능합니까?"),
    "계산해": ("계산해?", "계산하나요?", "계산합니까?"),
    "해야 하는 거야": ("해야 하는 거야?", "해야 하는 건가요?", "해야 하는 겁니까?"),
    "담당이야": ("담당이야?", "담당인가요?", "담당입니까?"),
    "가지야": ("가지야?", "가지인가요?", "가지입니까?"),
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


def asking(text: str, predicate: Predicate) -> tuple[str, str, str]:
    """`text` as a question in each of REGISTERS: 재고를 옮긴다 → 재고를 옮겨?, 재고를 옮기나요?, 재고를 옮깁니까?"""
    if predicate.is_copula:
        endings = ("야", "ᆫ가요", "ᆸ니까")
    else:
        endings = ("어", "ᆫ가요" if predicate.is_adjective else "나요", "ᆸ니까")
    hae, haeyo, hapsyo = (f"{with_ending(text, predicate, ending, 'EF')}?" for ending in endings)
    return hae, haeyo, hapsyo


def phrase(template: str, register: SpeechLevel, slots: Slots) -> str:
    """The template in a register with its slots filled; slot text is never read as template."""
    place = REGISTERS.index(register)

    def choose(mark: re.Match[str]) -> str:
        if mark["final"]:
            return _FINALS[mark["final"]][place]
        choices = mark["choice"].split("|")
        return choices[place] if len(choices) == len(REGISTERS) else choices[place // 2]

    filled = {name: Slot(value if isinstance(value, str) else value[place]) for name, value in slots.items()}
    return _MARK.sub(choose, template).format(**filled)


def fill(template: str, slots: Mapping[str, str]) -> str:
    """An answer's template with its slots filled: `{row:은/는} {column:이/가} {cell}입니다.`"""
    return template.format(**{name: Slot(value) for name, value in slots.items()})
