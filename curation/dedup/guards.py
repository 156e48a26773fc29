"""What must be equal before two texts may count as a repeat: a number, a code or a 안 changes what a row teaches."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from curation.dedup.letters import Texts, join, look_up, table_of

# 1,200 and 1.5 and -3 are one number each; 2026-11-20 is 2026, -11, -20, and so differs from 2026-11-21.
NUMBER = re.compile(r"[-−]?\d+(?:[.,:/]\d+)*")
# Latin words and codes with the signs that tell them apart: C and C++, A-01 and A-0-1, .csv and csv.
CODE = re.compile(r"[.#@]?[A-Za-z][A-Za-z0-9]*(?:[-_./+#][A-Za-z0-9+#]+|[+#]+)*")
_SIGNS = frozenset("-−.,:/_+#@")  # every other sign that stands in the two patterns above
# 안 된다, 못 합니다, 쓰지 않는다, 없다, 아니다, 하지 마세요, 말고, 불가, 금지, 미출고
_NEGATION = re.compile(
    r"(?<![가-힣])[안못](?=\s)|안(?=되|돼|됩|된|될|하|해|합|한|할)|못(?=하|해|합|한|할)|않|없|아니|아닌|아닙|"
    r"지\s?[마말]|말고|불가|금지|(?<![가-힣])미(?=출고|입고|등록|처리|확정|완료|사용|지정)"
)
_UNDECIDED = frozenset({"nominal", "fragment", "none"})
_SPACE, _SIGN, _ANCHOR = 0, 1, 2


def surface(text: str) -> str:
    """The surface of one text, as `surfaces` gives it for many."""
    return surfaces(join([text]))[0]


def surfaces(texts: Texts) -> list[str]:
    """Each text's numbers, a tab, its Latin words and codes in lower case: each sorted, with a space between two.

    Equal lines are equal multisets. Most characters are Hangul and belong to neither, so they are cut out of all
    texts at once, and only what is left is read.
    """
    kinds = look_up(_kinds(), texts.points, _kind)
    is_anchor = kinds == _ANCHOR
    told = is_anchor.copy()  # and the signs beside one, or beside another sign: most are full stops after Hangul
    told[1:] |= (kinds[1:] == _SIGN) & (kinds[:-1] != _SPACE)
    told[:-1] |= (kinds[:-1] == _SIGN) & (kinds[1:] != _SPACE)
    place = np.flatnonzero(told | np.concatenate(([False], told[:-1])))  # and one space after each run
    rest = np.where(told, texts.points, np.uint32(32))[place].tobytes().decode("utf-32-le")
    bounds = np.searchsorted(place, texts.bounds).tolist()
    anchored = np.diff(np.searchsorted(np.flatnonzero(is_anchor), texts.bounds)) > 0
    known: dict[str, tuple[list[str], list[str]]] = {}
    return [
        _line(rest[start:end].split(), known) if is_anchored else "\t"
        for start, end, is_anchored in zip(bounds[:-1], bounds[1:], anchored.tolist(), strict=True)
    ]


def negations(text: str) -> Counter[str]:
    """Multiset of a text's signs of negation."""
    return Counter("".join(found.split()) for found in _NEGATION.findall(text))


def decisive_levels(levels: Sequence[str]) -> Counter[str]:
    """Multiset of the speech levels of a text's sentences, those that decide nothing left out."""
    return Counter(level for level in levels if level not in _UNDECIDED)


def _line(words: Sequence[str], known: dict[str, tuple[list[str], list[str]]]) -> str:
    """`known` remembers what stands in a word: texts of one kind say the same few again and again."""
    numbers: list[str] = []
    codes: list[str] = []
    for word in words:
        if (found := known.get(word)) is None:
            found = known[word] = (NUMBER.findall(word), CODE.findall(word.lower()))
        numbers += found[0]
        codes += found[1]
    return f"{' '.join(sorted(numbers))}\t{' '.join(sorted(codes))}"


@cache
def _kinds() -> NDArray[np.uint8]:
    return table_of(_kind, np.uint8)


def _kind(character: str) -> int:
    if character.isdecimal() or (character.isascii() and character.isalpha()):
        return _ANCHOR
    return _SIGN if character in _SIGNS else _SPACE
