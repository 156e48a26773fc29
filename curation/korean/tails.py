"""A sentence without what may follow its ending: marks, emoticons, ㅋㅋ, bracketed remarks, a closing quotation."""

from __future__ import annotations

import re

from curation.korean.hangul import is_syllable
from curation.korean.units import QUOTED

_MARKS = (
    " \t\u00a0.!?…。！？~～,，;:·^-—–*_#=+<>/\\|`♡♥★☆♪♬※ㅋㅎㅠㅜㅡㅇㄷㄱㅅㄹㅈㅊㅌㅂㄴㅁㅍㅏㅑㅓㅕㅗㅛㅣ\u200b\ufe0f"
)
_REMARK = re.compile(
    r"\s*(?:"
    r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|（[^（）]*）|<[^<>]*>"  # (첨부 참조) [1]
    r"|[-–—]\s*[^-–—.!?\n]{1,24}(?:드림|올림|배상|백)"  # - 물류팀 드림
    r"|[:;=8xX][-'’]?[)(DdPpoO3\]\[|*]+|[)(]+|[oOT0ㅇ][_.\-^]+[oOT0ㅇ]|[TtOo]{2,}|[><]_*[><]"  # :) T_T
    r"|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u200D]+"
    r"|#\S+"
    r")$"
)
_QUOTATION = re.compile(rf"\s*(?:{QUOTED})$")
_CLOSERS = "\"'“”’‘)]」』》〉}）"
_OPENERS = "\"'“‘([「『《〈（"


def core_of(sentence: str) -> str:
    """The sentence up to its ending: 확인했습니다 (첨부 참조) ^^ → 확인했습니다. Empty where it is only a quotation.

    A sentence that stands wholly in brackets is read inside them; a quotation is not, for somebody else said it.
    """
    text = sentence.rstrip(_MARKS)
    while text and not is_syllable(text[-1]):
        if quotation := _QUOTATION.search(text):
            shorter = text[: quotation.start()]
            if not shorter.strip(_MARKS + _OPENERS):
                return ""
            if _names(text[quotation.start() :]):
                return text
        elif remark := _REMARK.search(text):
            shorter = text[: remark.start()]
            if not shorter.strip(_MARKS):
                shorter = text.strip("()[]{}（）<> ")
                if shorter == text:
                    return ""
        elif text[-1] in _CLOSERS:
            shorter = text[:-1]
        else:
            return text
        text = shorter.rstrip(_MARKS)
    return text


def unquoted(text: str) -> str:
    """A text that is one quotation, without its marks (a field of a CSV file read line by line); else as it stands."""
    inside = text.strip()
    return inside[1:-1] if len(inside) > 2 and inside[0] + inside[-1] in ('""', "“”", "「」") else text


def _names(quotation: str) -> bool:
    """Whether a quotation at the end is a name rather than speech: it has no ending mark and no second word."""
    return " " not in quotation.strip() and not any(mark in quotation for mark in ".!?…")
