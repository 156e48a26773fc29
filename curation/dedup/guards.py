"""What must be equal before two texts may count as a repeat: a number, a sign or a 안 changes what a row teaches."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from unicodedata import category

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.dedup.letters import Letters, Texts, fold, join, join_column, look_up, table_of

# 1,200 and 1.5 and -3 are one number each; 2026-11-20 is 2026, -11, -20, and so differs from 2026-11-21.
NUMBER = re.compile(r"-?\d+(?:[.,:/]\d+)*")
# Latin words and codes with the signs that tell them apart: C and C++, A-01 and A-0-1, .csv and csv.
CODE = re.compile(r"[.#@]?[A-Za-z][A-Za-z0-9]*(?:[-_./+#][A-Za-z0-9+#]+|[+#]+)*")
# What tells texts apart between letters or between spaces (수량*단가, 10 / 2), not in **굵게**, ^_^ or before a list.
_OPERATORS = "-/*^~"
_JOINERS = ".,:_#@"  # every other sign that stands in the two patterns above
_ONE_SPELLING = {"−": "-", "–": "-", "～": "~", "〜": "~", "％": "%"}
_NO_SIGN = re.escape(_OPERATORS + _JOINERS)
# All others that get this far are signs by themselves: +, <, ㎡, ₩, %, 👍, ½, α.
_TOKEN = re.compile(
    rf"{CODE.pattern}|{NUMBER.pattern}|(?<![{_NO_SIGN}])[{re.escape(_OPERATORS)}](?![{_NO_SIGN}])|[^{_NO_SIGN}]"
)
# Digits, ½ and Ⅳ, letters with upper and lower case (not Hangul, not ㅋㅋ), symbols; and marks called punctuation.
_CATEGORIES = frozenset({"Nd", "No", "Nl", "Lu", "Ll", "Sm", "Sc", "So"})
_MARKS = frozenset("%‰′″&")
_ASKS = r"[?？][^\pL\pN]*$"
# 안 된다, 못 합니다, 쓰지 않는다, 없다, 아니다, 하지 마세요, 말고, 불가, 금지, 미출고
_NEGATION = re.compile(
    r"(?<![가-힣])[안못](?=\s)|안(?=되|돼|됩|된|될|하|해|합|한|할)|못(?=하|해|합|한|할)|않|없|아니|아닌|아닙|"
    r"지\s?[마말]|말고|불가|금지|(?<![가-힣])미(?=출고|입고|등록|처리|확정|완료|사용|지정)"
)
_UNDECIDED = frozenset({"nominal", "fragment", "none"})
_OTHER, _LETTER, _JOINER, _OPERATOR, _ANCHOR = range(5)


def read_facts(column: pa.ChunkedArray, short_below: int) -> tuple[Letters, list[str]]:
    """The letters of each text and what else an exact repeat has to share: its surface, and if short, whether it asks.

    Short is a text of fewer letters than `short_below`: 재고 있어? and 재고 있어! differ in nothing but the mark. A
    long question says in words that it asks.
    """
    texts = join_column(column)
    letters, facts = fold(texts), surfaces(texts)
    short = np.flatnonzero(letters.counts < short_below)
    asks = pc.match_substring_regex(column.take(pa.array(short)), _ASKS).to_numpy()
    for row in short[asks].tolist():
        facts[row] += " ?"
    return letters, facts


def surface(text: str) -> str:
    """The surface of one text, as `surfaces` gives it for many."""
    return surfaces(join([text]))[0]


def surfaces(texts: Texts) -> list[str]:
    """Each text's numbers, Latin words and codes in lower case, and signs that mean something, in its own order.

    A space stands between two. Most characters are Hangul and belong to none of these, so they are cut out of all
    texts at once, and only what is left is read.
    """
    points = np.insert(texts.points, texts.bounds, ord("\n"))  # around each text: none touches the next
    kinds = look_up(_kinds(), points, _kind)
    told = kinds == _ANCHOR
    signs = kinds >= _JOINER  # those beside another, and most are full stops after Hangul
    beside = signs[1:] & signs[:-1]
    told[1:] |= beside
    told[:-1] |= beside
    operators = np.flatnonzero(kinds == _OPERATOR)
    around = operators[:, None] + [-1, 1]
    in_word = np.isin(kinds[around], [_LETTER, _ANCHOR]).all(axis=1)
    told[operators[in_word | (points[around] == ord(" ")).all(axis=1)]] = True
    place = np.flatnonzero(told | np.concatenate(([False], told[:-1])))  # and one space after each run
    rest = np.where(told, points, np.uint32(ord(" ")))[place].tobytes().decode("utf-32-le")
    for spelled, usual in _ONE_SPELLING.items():
        rest = rest.replace(spelled, usual)
    bounds = np.searchsorted(place, texts.bounds + np.arange(len(texts.bounds))).tolist()
    known: dict[str, str] = {}
    return [_line(rest[start:end].split(), known) for start, end in pairwise(bounds)]


def other_fact(one: str, other: str) -> str:
    """What two unequal surfaces differ in: `numbers`, else `codes`, else `signs`."""
    for name, pattern in (("numbers", NUMBER), ("codes", CODE)):
        mine, others = ([token for token in line.split() if pattern.fullmatch(token)] for line in (one, other))
        if mine != others:
            return name
    return "signs"


def negations(text: str) -> Counter[str]:
    """Multiset of a text's signs of negation."""
    return Counter("".join(found.split()) for found in _NEGATION.findall(text))


def decisive_levels(levels: Sequence[str]) -> Counter[str]:
    """Multiset of the speech levels of a text's sentences, those that decide nothing left out."""
    return Counter(level for level in levels if level not in _UNDECIDED)


def _line(words: Sequence[str], known: dict[str, str]) -> str:
    """`known` remembers what stands in a word: texts of one kind say the same few again and again."""
    found = []
    for word in words:
        if (tokens := known.get(word)) is None:
            tokens = known[word] = " ".join(_TOKEN.findall(word.lower()))
        if tokens:
            found.append(tokens)
    return " ".join(found)


@cache
def _kinds() -> NDArray[np.uint8]:
    return table_of(_kind, np.uint8)


def _kind(character: str) -> int:
    usual = _ONE_SPELLING.get(character, character)
    if usual in _OPERATORS or usual in _JOINERS:
        return _OPERATOR if usual in _OPERATORS else _JOINER
    if usual in _MARKS or category(character) in _CATEGORIES:
        return _ANCHOR
    return _LETTER if character.isalnum() or character in "()" else _OTHER
