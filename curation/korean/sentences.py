"""Sentences: where one ends and the next begins, by its marks and by endings that leave no doubt."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from curation.korean.endings import LONGEST, Ending, ending_of_letters
from curation.korean.hangul import is_syllable
from curation.korean.kiwi import tokenise
from curation.korean.units import QUOTED

if TYPE_CHECKING:
    from kiwipiepy import Token

_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\ufe0f"
# One scan finds what a full stop must not split (quotations, remarks in brackets) and the marks that end a sentence,
# with the closing quotes, ㅋㅋ and emoticons that belong to them.
_SCAN = re.compile(
    rf"""
    (?P<whole> {QUOTED} | \([^()\n]*\) | \[[^\[\]\n]*\] )
    | (?P<stop>
        [.!?…。！？~～]+ ["'”’」』)\]*_]*
        (?: [ \t]* (?: [ㅋㅎㅠㅜㅡㅇㄷ^~♡♥;!?.…]+ | [:;=][-']?[)(DP]+ | [{_EMOJI}]+ ) )*
    )
    """,
    re.VERBOSE,
)
_LINE = re.compile(r"[^\n]+")
# Behind these a full stop ends nothing: No. 3, vs. 2안, e.g. 입고
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|no|vs|fig|etc|cf|dr|mr|ms|mrs|inc|co|ltd|st|pp|ver|approx|max|min|[A-Za-z]\.[A-Za-z])$",
    re.I,
)
_NUMBERED = re.compile(r"(?:^|\s)\d{1,2}$")
# The last syllable of an ending that may part two sentences without a mark: 알려줘 고마워.
_OPEN = re.compile(
    r"[다까오요죠쇼용줘야냐니라렴나봐어아게네당세래마해지돼소더노여]"
    rf"((?:[ \t]*(?:[ㅋㅎㅠㅜ]{{2,}}|\^\^|[{_EMOJI}]+))?)[ \t]+(?=[^\s(\[])"
)
# What follows an ending that is only quoted or built upon: 해줘 라고 했다, 갈까 봐, 했지 않아, 좋아요 버튼.
_BUILT_UPON = re.compile(
    r"라고|라는|라며|라면|라던|란\b|라니|고\b|며\b|이라|만\b|가지고|갖고|하고|하는|하며|하면|하던|하길래|하지|했|해서|말까"
    r"|싶|봐|보[게라자고니면아지는시았]|않|못|말[고아자]|마[라세십]|주[세십시면고는어]|줘|줄|드려|둬|있|버[려렸리]|가[고는며]"
    r"|\w{1,3}[야아][.!?~ㅋㅎㅠ\s]*$|아니면|아님|혹은|또는|고민|걱정|생각|궁금|두[려렵]|무[서섭]|겁|염려|불안|버튼|누르|눌러|표시|수를|수가"
)
_QUOTED_ON = re.compile(r"\s*(?:이?라[고는며던]|이?라면서|이?란\s|하고\s|하는\s|하며\s)")
# A remark or a signature behind a full stop still belongs to the sentence before: (첨부 참조), - 물류팀 드림.
_TAIL = re.compile(r"[(\[][^()\[\]]*[)\]][.\s]*$|[-–—]\s*[^-–—.!?\n]{1,24}(?:드림|올림|배상)[.\s]*$")


class Span(NamedTuple):  # made for every sentence read: a frozen dataclass takes three times as long
    """`text[start:end]`; `is_open` where it may belong to the sentence before: no mark, or only a remark."""

    start: int
    end: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """`text[start:end]` and its morphemes, whose `start` counts from the text's beginning."""

    start: int
    end: int
    tokens: tuple[Token, ...]


def sentence_spans(line: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `line[start:end]`, in order, without the spaces around them. Nothing is analysed."""
    end = len(line) if end is None else end
    spans: list[Span] = []
    begin = start
    for found in _SCAN.finditer(line, start, end):
        if _is_end(line, begin, found, end) if found.lastgroup == "stop" else _is_aside(line, begin, found):
            _add(spans, line, begin, found.end())
            begin = found.end()
    _add(spans, line, begin, end)
    return spans


def split_sentences(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[list[Split]]:
    """Each text's sentences with their morphemes, same order; one call for all, so that Kiwi's workers all run."""
    return [
        [
            Split(span.start, span.end, _within(span, tokens))
            for line in _LINE.finditer(text)
            for span in _spans(text, line)
        ]
        for text, tokens in zip(texts, tokenise(texts, words), strict=True)
    ]


def _spans(text: str, line: re.Match[str]) -> list[Span]:
    return sentence_spans(text, line.start(), line.end())


def _within(span: Span, tokens: Sequence[Token]) -> tuple[Token, ...]:
    first, last = (bisect_left(tokens, edge, key=lambda token: token.start) for edge in (span.start, span.end))
    return tuple(tokens[first:last])


def _is_end(line: str, begin: int, found: re.Match[str], end: int) -> bool:
    """Whether a mark ends a sentence: not in 3.5, v2.1, Node.js, e.g. 입고 or 1. 입고."""
    place, after = found.start(), found.end()
    if after == end:
        return True
    if _QUOTED_ON.match(line, after):  # 받아 줄 거야?? 라는 말
        return False
    before, following = line[place - 1] if place > begin else " ", line[after]
    if line[place] in "~～":  # 10~20개, 3월~5월 go on; 안녕하세요~반갑습니다 ends
        ending = _ending_before(line, begin, place)
        return ending is not None and ending.parts
    if not following.isspace():
        return (
            is_syllable(before)
            and (is_syllable(following) or following in '"“‘(')
            and (line[place] in "!?…" or _ending_before(line, begin, place) is not None)
        )
    if line[place] == "." and not is_syllable(before) and found.end() - place == 1:
        head = line[max(begin, place - 30) : place]
        return _ABBREVIATION.search(head) is None and not (_NUMBERED.search(head) and head.strip().isdigit())
    return True


def _ending_before(line: str, begin: int, place: int) -> Ending | None:
    return ending_of_letters(line[max(begin, place - LONGEST) : place])


def _is_aside(line: str, begin: int, found: re.Match[str]) -> bool:
    """Whether a bracket holds a whole sentence that stands between two others: (문의는 전화로 받습니다.)"""
    return (
        found[0][0] in "(["
        and found[0][-2] in ".!?…"
        and found.start() - begin <= 2
        and not line[begin : found.start()].strip()
    )


def _add(spans: list[Span], line: str, begin: int, end: int) -> None:
    """Append the sentences of `line[begin:end]`, which holds no mark but at its end."""
    while begin < end and line[begin].isspace():
        begin += 1
    while end > begin and line[end - 1].isspace():
        end -= 1
    if begin == end:
        return
    is_open = bool(spans) and _TAIL.match(line, begin, end) is not None
    for gap in _OPEN.finditer(line, begin, end):
        found = _ending_before(line, begin, gap.start(1))
        if found is not None and found.parts and not _BUILT_UPON.match(line, gap.end(), end):
            spans.append(Span(begin, gap.end(1), is_open))
            begin, is_open = gap.end(), True
    spans.append(Span(begin, end, is_open))
