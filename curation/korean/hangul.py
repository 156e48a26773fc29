"""Hangul letters: normal form, syllables and their final consonants."""

import unicodedata

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
FINAL_RIEUL = 8  # index of ㄹ among the 28 finals (Unicode 15, section 3.12)
FINAL_BIEUP = 17  # index of ㅂ


def normalise(text: str) -> str:
    """NFC, line ends as `\\n`, no byte order mark: the one form in which offsets are counted."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def is_syllable(char: str) -> bool:
    """Whether a character is a precomposed syllable (가 … 힣)."""
    return _FIRST <= ord(char) <= _LAST


def final_consonant(syllable: str) -> int:
    """Index of a syllable's final consonant (받침), 0 where it has none: 재 → 0, 물 → 8, 값 → 18."""
    return (ord(syllable) - _FIRST) % _FINALS


def has_hangul(text: str) -> bool:
    """Whether a text holds a precomposed syllable; a lone jamo (ㅋㅋ) is none."""
    return any(map(is_syllable, text))
