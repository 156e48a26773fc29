"""Where personal data could stand at all: one look over a batch as code points, before any pattern is tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.pii.folding import FOLDS, folded

_DIGIT, _AT, _ROAD, _FOLD, _DOT, _SPACE, _HEARD, _ZERO = (1 << bit for bit in range(8))
_NEAR = 4  # digits of one number stand at most this far apart: "02) 123", "10 - 12", "12 가 3456"
_FEW_DIGITS = 6  # the shortest number that is looked at, a plate: 12가3456
_BLOCK = 512  # texts looked at together; their code points stay in the cache
_GAP = " " * (_NEAR + 2)  # behind each text, so that no number runs over into the next


@dataclass(frozen=True, slots=True)
class Suspect:
    """A text to look at closely: folded to plain digits and hyphens, as long as before."""

    place: int  # which text of the batch
    text: str
    numbers: list[int]  # where a run of digits begins that is long enough, ascending
    houses: list[int]  # where a run of digits begins behind a road or the like, ascending
    ats: list[int]  # where an @ stands


def suspects(texts: Sequence[str]) -> Iterator[Suspect]:
    """The texts that hold a run of digits worth a look, or an @; in order. Most texts are none."""
    for first in range(0, len(texts), _BLOCK):
        yield from _suspects(texts[first : first + _BLOCK], first)


def _suspects(texts: Sequence[str], first: int) -> Iterator[Suspect]:
    encoded = _GAP.join((*texts, "")).encode("utf-32-le", "surrogatepass")
    flags = np.take(_FLAGS, np.frombuffer(encoded, dtype=np.uint32), mode="clip")
    digits, ats = np.flatnonzero(flags & _DIGIT), np.flatnonzero(flags & _AT)
    begins = np.diff(digits, prepend=-2) > 1
    numbers = np.union1d(digits[begins & _is_long(flags, digits)], _spoken(flags, digits))
    houses = digits[begins & _is_house(flags, digits)]
    if not (len(numbers) or len(houses) or len(ats)):
        return
    starts = np.cumsum([0, *(len(text) + len(_GAP) for text in texts[:-1])])
    to_fold = _by_text(np.flatnonzero(flags & _FOLD), starts)
    numbers_of, houses_of, ats_of = (_by_text(places, starts) for places in (numbers, houses, ats))
    for place in sorted(numbers_of.keys() | houses_of.keys() | ats_of.keys()):
        text = folded(texts[place]) if place in to_fold else texts[place]
        yield Suspect(first + place, text, numbers_of.get(place, []), houses_of.get(place, []), ats_of.get(place, []))


def _is_long(flags: NDArray[np.uint8], digits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each digit has enough digits about it, or is dotted like an IP address: 8.8.8.8."""
    cluster = np.cumsum(np.diff(digits, prepend=-2 * _NEAR) > _NEAR)
    is_dotted = _has(flags, digits + 1, _DOT) & _has(flags, digits + 2, _DIGIT)
    is_wanted = (np.bincount(cluster) >= _FEW_DIGITS) | (np.bincount(cluster, weights=is_dotted) >= 3)
    return is_wanted[cluster]


def _is_house(flags: NDArray[np.uint8], digits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each digit stands behind a road or the like."""
    is_apart = _has(flags, digits - 1, _SPACE)
    return _has(flags, digits - 1 - is_apart, _ROAD)


def _spoken(flags: NDArray[np.uint8], digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where a mobile number may begin that is spelt as it is spoken: 공일공 일이삼사 …, 010-일이삼사-…"""
    zeros = np.flatnonzero(flags & _ZERO)
    zeros = zeros[_has(flags, zeros + 1, _HEARD) & _has(flags, zeros + 2, _HEARD)]
    lasts = digits[np.logical_and.reduce([_has(flags, digits + further, _HEARD) for further in (2, 3, 4)])]
    return np.union1d(zeros, lasts[lasts >= 2] - 2)


def _has(flags: NDArray[np.uint8], places: NDArray[np.int64], flag: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (flags[places] & flag) != 0
    return found


def _by_text(places: NDArray[np.int64], starts: NDArray[np.int64]) -> dict[int, list[int]]:
    """The places within each text, by its number; texts without one are left out."""
    found: dict[int, list[int]] = {}
    texts = np.searchsorted(starts, places, side="right") - 1
    for text, at in zip(texts.tolist(), (places - starts[texts]).tolist(), strict=True):
        found.setdefault(text, []).append(at)
    return found


def _flag_table() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, dtype=np.uint8)
    for code, plain in [*FOLDS.items(), *((code, chr(code)) for code in range(0x80))]:
        table[code] = _DIGIT if plain.isdecimal() else {"@": _AT, ".": _DOT, " ": _SPACE}.get(plain, 0)
    # 테헤란로 152, 종로1길 50, 역삼동 123, 표교리 12, 오산리 산 12, 종로3가 7, 래미안아파트 101동
    for chars, flag in (("로길동리산가트라텔빌", _ROAD), ("공영일이삼사오육륙칠팔구", _HEARD), ("공영", _ZERO)):
        for char in chars:
            table[ord(char)] |= flag
    for code in FOLDS:
        table[code] |= _FOLD
    return table


_FLAGS = _flag_table()
