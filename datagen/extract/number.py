"""Numbers in prose: 당일 출고 주문은 14시까지 받는다. → 당일 출고 주문은 몇 시까지 받아?

Korean asks in place: the number gives way to 몇, and only the ending changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, rejoin, without_tail
from datagen.documents import Block, Items, Line, Paragraph
from datagen.extract.reading import COMMON, Candidate, Reading, Sentence, is_nominal, section_path
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (
    Template("WMCS", "{ask}"),
    Template("CEM", "{told} <알려 줘>"),
)
# A number with a counter that 몇 can ask for. 일 asks 며칠, 시 the hour; codes, versions and ratios are not asked so.
_QUANTITY = re.compile(
    r"(?<![\d.,A-Za-z~–-])\d{1,3}(?:,\d{3})*(?:\.\d+)? ?"
    r"(?P<unit>시간|개월|퍼센트|파렛트|박스|분|초|시|일|주|년|회|번|개|건|명|줄|칸|단|층|도|kg|cm|mm|m|%|℃|원|배|자리|가지|단계|종류)"
    r"(?![A-Za-z가-힣]*\d)(?!째)"
)
_OTHER_DIGITS = re.compile(r"\d")
_MOST_CHARS, _LEAST_CHARS = 70, 14
_JOINING = frozenset("고 며 으며 면 으면 지만 으나 므로 으므로 거나".split())
# Samples: 로케이션 3에 품목이 60개 있습니다.
_SAMPLE = re.compile(r"예를 들|가령|예컨대|라고 하자|가정")


def numbers(reading: Reading) -> Iterator[Candidate]:
    """A pair for each short sentence with a topic of its own and a single quantity."""
    for section in reading.sections():
        for line in _prose(section.blocks):
            for sentence in reading.sentences.get(line, ()):
                candidate = _candidate(reading.at(section), sentence, section_path(section))
                if candidate is not None:
                    yield candidate


def _prose(blocks: Sequence[Block]) -> Iterator[Line]:
    for block in blocks:
        match block:
            case Paragraph():
                yield block.line
            case Items(is_ordered=False):
                yield from (item.line for item in block.items)
            case _:
                pass


def _candidate(reading: Reading, sentence: Sentence, path: tuple[str, ...]) -> Candidate | None:
    text, tokens = sentence.text, without_tail(sentence.tokens)
    if not _LEAST_CHARS <= len(text) <= _MOST_CHARS or _SAMPLE.search(text) or not _has_own_topic(tokens):
        return None
    if any(token.tag == "EC" and token.form in _JOINING for token in tokens):
        return None  # of two statements only one would be asked
    if "(" in text or sum(token.tag == "ETM" for token in tokens) > 1:
        return None  # nobody asks in so long a modifier
    found = list(_QUANTITY.finditer(text))
    predicate = final_predicate(tokens)
    if len(found) != 1 or predicate is None or predicate.tag != "EF":
        return None
    quantity = found[0]
    if _OTHER_DIGITS.search(text[: quantity.start()] + text[quantity.end() :]):
        return None
    counter = "며칠" if quantity["unit"] == "일" else f"몇 {quantity['unit']}"
    asked = text[: quantity.start()] + counter + text[quantity.end() : predicate.start - sentence.start]
    named = reading.scope(asked, has_context=True)
    hae, haeyo, hapsyo = (named + end for end in _asking(asked, predicate))
    slots: Slots = {"ask": (hae, haeyo, hapsyo), "told": named + _whether(predicate)}
    return Candidate("number", ASKED, slots, text, (sentence.source,), path)


def _has_own_topic(tokens: Sequence[Token]) -> bool:
    """Whether a sentence opens with a topic of nouns that says what it is about: 당일 출고 주문은, never 이 값은."""
    topic = next((place for place, token in enumerate(tokens) if token.tag == "JX" and token.form in ("은", "는")), 0)
    nouns = tokens[:topic]
    is_common = len(nouns) == 1 and nouns[0].form in COMMON
    return is_nominal(nouns) and not is_common and all(token.tag not in ("NP", "NNB") for token in nouns)


def _asking(asked: str, predicate: Predicate) -> tuple[str, str, str]:
    """The three question endings; the copula after a vowel is 야."""
    if predicate.is_copula:
        return attach(asked, "이야/야").removeprefix(asked) + "?", "인가요?", "입니까?"
    return asking("", replace(predicate, start=0))


def _whether(predicate: Predicate) -> str:
    """받는지, 큰지, 인지."""
    return rejoin(predicate, "ᆫ지" if predicate.is_adjective else "는지")
