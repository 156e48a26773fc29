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
    r"|[:;=8xX][-'’]?[)(DdPpoO3\]\[|*]+|[)(]+|[oOT0ㅇ][_.\-^]+[oOT0ㅇ]|[TtOo]{2,}|[><]_*[><]"  # :) T_T
    r"|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u200D]+"
    r")$"
)
_SIGNATURE = re.compile(r"\s[-–—]\s*[^-–—.!?\n]{1,24}(?:드림|올림|배상)$")  # - 물류팀 드림
# Whoever is called behind the ending: 고마워 친구야. A name with 야 or 아 is left to Kiwi.
_CALLED = re.compile(
    r"(?<=\S)[\s,]+(?:친구|얘|자기|아가|엄마|아빠|언니|오빠|누나|형|동생|녀석|이놈|[가-힣]{1,3}들)[야아]$"
)
_QUOTATION = re.compile(rf"\s*(?:{QUOTED})(?P<josa>이?라고|하고|이?라며|이?라면서)?$")  # 그랬잖아요 "갈래!"라고
_READ_CHARS = 1_000  # of a longer sentence only the end is read
_REACH = 500  # characters; a remark or quotation that is longer is read as text
_CLOSERS = "\"'“”’‘)]」』》〉}）"
_OPENERS = "\"'“‘([「『《〈（"


def core_of(sentence: str) -> str:
    """The sentence up to its ending: 확인했습니다 (첨부 참조) ^^ → 확인했습니다. Empty where it is only a quotation.

    A sentence that stands wholly in brackets is read inside them; a quotation is not, for somebody else said it.
    """
    text = sentence[-_READ_CHARS:].rstrip(_MARKS)
    if text.endswith(("드림", "올림", "배상")):
        text = _SIGNATURE.sub("", text).rstrip(_MARKS)
    elif text.endswith(("야", "아")):
        text = _CALLED.sub("", text).rstrip(_MARKS)
    while text and (not is_syllable(text[-1]) or text.endswith(("라고", "하고", "라며", "라면서"))):
        reach = max(0, len(text) - _REACH)
        if quotation := _QUOTATION.search(text, reach):
            shorter = text[: quotation.start()]
            if not shorter.strip(_MARKS + _OPENERS):
                return ""
            if quotation["josa"] is None and _names(text[quotation.start() :]):
                return text
        elif remark := _REMARK.search(text, reach):
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
