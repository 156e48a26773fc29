"""Josa (particles) after any word as Koreans read it aloud: 재고가, WMS가, 3PL이, Excel은; cut은(는) where unsure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.korean.hangul import FINAL_RIEUL, final_consonant
from curation.korean.reading import Heard, read_ends

_SURE = 0.6  # below it the particle is doubled

# Consonant form first. The copula contracts after a vowel (표준어 규정 26항): 재고예요, 재고였다, never 재고에요.
_PAIR = re.compile(
    r"이/가|아/야|은(.*)/는\1|을(.*)/를\2|과(.*)/와\3|이에(.*)/예\4|이어(.*)/여\5|이었(.*)/였\6|이(?![에어었])(.+)/\7|으(.+)/\8"
)
_NOT = re.compile(r"(?:^|\s)아니$")  # 아니 + 이에요 → 아니에요: the 이 is in the word already


@dataclass(frozen=True, slots=True)
class Attached:
    """A word with its particle, how sure the choice is (0..1), and the reading or the like-sounding word behind it."""

    text: str
    confidence: float
    evidence: str


def attach(word: str, pair: str) -> str:
    """The word with the particle of `pair` that follows its last spoken sound; see `attach_all`."""
    return attach_all([word], pair)[0].text


def attach_all(words: Sequence[str], pair: str) -> list[Attached]:
    """Each word with its particle, same order; doubled where unsure: cut은(는), cut(으)로, cut이에요(예요).

    `pair` is written consonant form first: 은/는, 이/가, 을/를, 과/와, 아/야, 으로/로, 이라는/라는, 이에요/예요;
    any other raises ValueError. Closing quotes, marks and a bracketed remark are transparent: 로케이션(location)이.
    A word without a sound, the empty one too, has the doubled particle at confidence 0.
    """
    if not (forms := _PAIR.fullmatch(pair)):
        raise ValueError(
            f"{pair!r} is no pair of particles: write the form after a consonant first, as in 은/는, 으로/로"
        )
    consonant, vowel = forms[0].split("/")
    return [_choose(word, heard, consonant, vowel) for word, heard in zip(words, read_ends(words), strict=True)]


def _choose(word: str, heard: Heard, consonant: str, vowel: str) -> Attached:
    if _NOT.search(word) and vowel[0] in "예여였":
        return Attached(word + consonant[1:], 1.0, "아니")
    shares = {vowel: 0.0, consonant: 0.0}
    for reading, share in heard.readings:
        final = final_consonant(reading[-1])
        shares[vowel if not final or (final == FINAL_RIEUL and consonant[0] == "으") else consonant] += share
    best = max(shares, key=shares.__getitem__)
    if shares[best] < _SURE:
        bare = consonant.removesuffix(vowel)
        best = f"({bare}){vowel}" if bare != consonant else f"{consonant}({vowel})"
    return Attached(word + best, round(max(shares.values()), 2), heard.evidence)
