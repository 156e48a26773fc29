"""Text that was damaged on its way: Hangul letters left loose, and mojibake."""

import re
from collections.abc import Sequence

from curation.korean.hangul import has_hangul
from curation.korean.mojibake import Verdict, repair

# Compatibility letters but the invisible filler, conjoining ones left by NFC, half-width ones.
_LETTERS = re.compile("[\u3131-\u3163\u3165-\u318e\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uffa1-\uffdc]+")
_CHAT = re.compile(
    "[ㅋㅎㅠㅜㅡㅗ]+"  # 네ㅋㅋ, 늦었어ㅠㅠ
    "|[ㄱ-ㅎ]{2,}[ㅠㅜㅡ]*"  # ㅇㅇ, ㄱㅅ, ㅈㅅㅠ
    r"|([ㅏ-ㅣ])\1+"  # 하ㅏㅏ
    r"|([ㅇㅠㅜㅡㅎ])[ㅅㅁㅂㅇㄱㄴㅡㅗㅜㅛ]\2"  # ㅡㅅㅡ, ㅇㅗㅇ
)
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"


def count_loose_jamo(texts: Sequence[str]) -> list[int]:
    """How many single letters of each text stand where a syllable should, same order.

    Not counted: chat (ㅋㅋ, ㅠㅠ, ㅇㅇ), drawn-out vowels (하ㅏㅏ), letters that are spoken of ('ㄱ', -ㄴ다, ㄷ자).
    """
    return [sum(_loose(text, found) for found in _LETTERS.finditer(text)) for text in texts]


def find_mojibake(texts: Sequence[str]) -> list[str | None]:
    """What each text's encoding was mistaken for (`korean.misreadings.Kind`), same order; None where it is sound."""
    return [None if one.verdict is Verdict.FINE else one.kind.value for one in repair(texts)]


def _loose(text: str, found: re.Match[str]) -> int:
    letters, before = found[0], text[found.start() - 1 : found.start()]
    if _CHAT.fullmatch(letters):
        return 0
    if len(letters) == 1 and "ㄱ" <= letters <= "ㅣ" and (not has_hangul(before) or _draws_out(before, letters)):
        return 0
    return len(letters)


def _draws_out(syllable: str, vowel: str) -> bool:
    """Whether a vowel only goes on with the one before: 네ㅔ."""
    index = ord(syllable) - ord("가")
    return index % 28 == 0 and _VOWELS[index % 588 // 28] == vowel
