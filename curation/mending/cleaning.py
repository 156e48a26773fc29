"""Special characters cleaned with an audit: control and invisible characters, and runs of ㅋㅋㅋㅋ, !!!! and ~~~~."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from curation.korean.hangul import count_invisible, reduce_laughter, remove_invisible, rewrite
from curation.korean.units import mask_code
from curation.mending.edits import Draft, Edit, deletions, edits_of, revised

_LAUGH_CHARS = 2  # what stays of a run
# Left alone between digits: 12<08>34 may have lost a digit, and no one can tell 1234 from 12 34.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f"
_CONTROL = re.compile(f"(?<![0-9{_CONTROLS}])[{_CONTROLS}]+|(?<![{_CONTROLS}])[{_CONTROLS}]+(?![0-9{_CONTROLS}])")
_LINE_BREAK = re.compile("[\x0b\x0c]")  # <0b> is how slides break a line
_FENCE = re.compile("^[ \t]*~~~", re.MULTILINE)
_DRAWN_OUT = (*map(chr, range(0x1100, 0x1113)), *map(chr, range(0x3131, 0x3164)), *"!?~！？～")


def clean(texts: Sequence[str]) -> list[tuple[Edit, ...]]:
    """The edits that clean each text, same order; code keeps its !!!! and ~~~.

    What stays: U+FFFD, for which no letter is known, bytes of mojibake (U+0080 … U+009F; repair comes first), and a
    control character between digits.
    """
    found: list[tuple[Edit, ...]] = [()] * len(texts)
    for place in np.flatnonzero(_may_need_cleaning(texts)).tolist():
        found[place] = _clean(texts[place])
    return found


def _clean(text: str) -> tuple[Edit, ...]:
    draft = Draft(text, text)
    draft = revised(draft, edits_of(draft.text, rewrite(draft.text, _CONTROL, lambda _: ""), "control"))
    draft = revised(draft, edits_of(draft.text, rewrite(draft.text, _LINE_BREAK, lambda _: "\n"), "control"))
    draft = revised(draft, edits_of(draft.text, remove_invisible([draft.text])[0], "invisible"))
    return revised(draft, _drawn_out(draft.text)).edits


def _drawn_out(text: str) -> list[Edit]:
    """What a run has too many of, code and URLs apart."""
    # Only at the head of a line does ~~~ open a block of code: 좋아요~~~~ 내일 봐요~~~~
    prose = mask_code(text if _FENCE.search(text) else text.replace("~", "～"))
    found = deletions(prose, reduce_laughter([prose], _LAUGH_CHARS)[0], "drawn_out")
    return [replace(edit, before=text[edit.start : edit.end]) for edit in found]


def _may_need_cleaning(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which texts hold a character to clean or three of one drawn-out letter in a row; one look at each character."""
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    code_points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kind_of_code_point()[code_points]
    hits = kinds == 1
    if len(kinds) > 2:
        hits[2:] |= (kinds[2:] > 1) & (kinds[2:] == kinds[1:-1]) & (kinds[1:-1] == kinds[:-2])
    needs = np.zeros(len(texts), dtype=np.bool_)
    needs[np.searchsorted(ends, np.flatnonzero(hits), side="right")] = True
    return needs


@cache
def _kind_of_code_point() -> NDArray[np.uint8]:
    """0 for what every text may hold, 1 for what is cleaned, a number of its own for each letter that is drawn out."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    plane = list(map(chr, range(0x10000)))
    kinds[: len(plane)] = list(map(bool, count_invisible(plane)))
    kinds[0xE0000:] = 1
    for first, last in ((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x7F)):
        kinds[first : last + 1] = 1
    for number, char in enumerate(_DRAWN_OUT, start=2):
        kinds[ord(char)] = number
    kinds[ord("ㅜ")] = kinds[ord("ㅠ")]  # 늦었어ㅠㅜㅠ
    return kinds
