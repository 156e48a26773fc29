"""The table of final endings (`endings.tsv`) and its two readings: by Kiwi's form, and by the letters alone."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from curation.korean.hangul import final_consonant, is_syllable
from curation.korean.levels import SpeechLevel

# A row that begins with a lone final consonant (ᆸ니다) wants it as the 받침 of the syllable before: 옮깁|니다.
_FIRST_FINAL = 0x11A7  # U+11A8 is ᆨ, the first of the 27 finals (Unicode 15, section 3.12)
# Nouns as good as predicates by their letters: 먹고 갈래? · 용기가 속하는 갈래; 늦었소이다 · 자리의 주소이다
_IN_DOUBT = frozenset("갈래 소이다 나이다".split())
_ADVERBS = frozenset("길게 힘들게 멀게 둥글게 달게 가늘게 거칠게 잘게 낯설게 서툴게 모질게".split())  # no -ㄹ게
LONGEST = 6  # characters that tell an ending, or a noun that looks like one


@dataclass(frozen=True, slots=True)
class Ending:
    """A row of the table: an ending in Kiwi's form, what it says, and a sentence that shows it.

    `reads`: `morpheme` (Kiwi must find it), `letters` (the spelling alone decides), or `both`. `parts`: what follows it
    without a full stop is a new sentence. `nouns`: words that end in the same letters and are no predicate; one that
    begins with `_` is meant as a whole word. `sentence_type` is `any` where only the mark behind it can tell.
    """

    form: str
    reads: str
    parts: bool
    level: SpeechLevel
    sentence_type: str
    nouns: tuple[str, ...]
    example: str


@lru_cache(maxsize=1)
def table() -> tuple[Ending, ...]:
    """Every row, in the file's order."""
    with (files("curation.korean") / "endings.tsv").open(encoding="utf-8") as file:
        return tuple(
            Ending(
                row["ending"], row["reads"], row["parts"] == "yes", SpeechLevel(row["level"]), row["sentence_type"],
                tuple(row["not"].split()), row["example"],
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        )  # fmt: skip


@lru_cache(maxsize=1)
def by_morpheme() -> Mapping[str, Ending]:
    """The rows that Kiwi's form of an ending finds."""
    return {row.form: row for row in table() if row.reads != "letters"}


@lru_cache(maxsize=1)
def _by_letters() -> tuple[Mapping[str, Ending], Mapping[tuple[int, str], Ending]]:
    """The rows that the spelling finds: whole syllables, and those whose first letter is the final before them."""
    whole: dict[str, Ending] = {}
    after_final: dict[tuple[int, str], Ending] = {}
    for row in table():
        if row.reads != "morpheme":
            if is_syllable(row.form[0]):
                whole[row.form] = row
            else:
                after_final[ord(row.form[0]) - _FIRST_FINAL, row.form[1:]] = row
    return whole, after_final


def ending_of_letters(text: str) -> Ending | None:
    """The ending that the last letters of a text spell, the longest first; None where they leave room for doubt."""
    return _ending_of_tail(text[-LONGEST:])


@lru_cache(maxsize=1 << 16)
def _ending_of_tail(tail: str) -> Ending | None:
    whole, after_final = _by_letters()
    for start in range(len(tail)):
        suffix = tail[start:]
        if not is_syllable(suffix[0]):
            continue
        if suffix in _IN_DOUBT or (suffix in _ADVERBS and not (start and is_syllable(tail[start - 1]))):
            return None
        found = whole.get(suffix) or after_final.get((final_consonant(suffix[0]), suffix[1:]))
        if found is not None:
            return None if is_listed_noun(tail) else found
    return None


def is_listed_noun(text: str) -> bool:
    """Whether a text ends in a noun that only looks like an ending: 아기 판다, 새 노래."""
    word = "".join(char if is_syllable(char) else "_" for char in f"_{text[-LONGEST:]}")
    return word.endswith(_nouns())


@lru_cache(maxsize=1)
def _nouns() -> tuple[str, ...]:
    return tuple(sorted({noun for row in table() for noun in row.nouns}))


def is_yo(form: str) -> bool:
    """Whether an ending, in Kiwi's form, is 해요체, in the chat's spelling too: 어요, 어여, 에염, 네용."""
    return form.endswith("요") or (
        form[-1] in "여염용욥욤" and form[:-1].endswith(tuple("어아에예세네까게대래데해죠지"))
    )
