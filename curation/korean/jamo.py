"""Syllables spelled in single letters: ㅎㅏㄴㄱㅡㄹ and half-width ﾾￂﾤ composed as a keyboard would, and back."""

import re
import unicodedata
from collections.abc import Sequence

from curation.korean.hangul import Normalised, is_syllable, rewrite

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
# Letters a two-set keyboard (두벌식) makes of two strokes; ㄲ ㅆ and ㅐ ㅔ have keys of their own.
_STROKES = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_LETTERS = {strokes: letter for letter, strokes in _STROKES.items()}
_FULL_WIDTH = {
    code: int(unicodedata.decomposition(chr(code)).split()[1], 16)  # "<narrow> 3131"
    for code in range(0xFFA1, 0xFFDD)
    if unicodedata.decomposition(chr(code))
}
_HALF_WIDTH = {full: half for half, full in _FULL_WIDTH.items()}
_ANY_HALF_WIDTH = re.compile("[ﾡ-ￜ]")

_VOWEL = "(?![ㅠㅜㅡ]{2})[ㅏ-ㅣ]"  # ㅠㅠ and ㅡㅡ are faces: ㅎㅠㅠ is no 휴
_ALONE = (
    f"(?P<lone>[ㄱ-ㅎ])(?P=lone)+(?!(?P=lone)|{_VOWEL})"  # ㅎㅏㅋㅋ is 하ㅋㅋ, but in ㅎㅏㅎㅎㅏ the second ㅎ opens 하
)
_LAUGH = "(?<!ㄴㅕ)(?<!ㅇㅓ)ㅋ(?![ㄱ-ㅣ])|(?<!ㅇㅡ)ㅎ(?![ㄱ-ㅣ])"  # ㄴㅔㅎ is 네ㅎ: only 녘, 엌 and 읗 end a word so
_SPELLED = (
    f"(?P<initial>[{_INITIALS}])(?P<medial>ㅗ[ㅏㅐㅣ]|ㅜ[ㅓㅔㅣ]|ㅡㅣ|{_VOWEL})"
    # A consonant before a vowel opens the next syllable: ㅂㅏㄹㄱㅏ is 발가, but ㅂㅏㄹㄱㄷㅏ is 밝다.
    f"(?P<final>(?!{_ALONE}|{_LAUGH})(?:ㄱㅅ|ㄴ[ㅈㅎ]|ㄹ[ㄱㅁㅂㅅㅌㅍㅎ]|ㅂㅅ|[ㄱ-ㄷㄹ-ㅂㅄ-ㅈㅊ-ㅎ])(?!{_VOWEL}))?"
)
_ABBREVIATED = "(?<![ㄱ-ㅣ])[ㄱ-ㅎ]{2,}[ㅠㅜㅡ]+(?![ㄱ-ㅣ])"  # ㅋㅋㅠ, ㅈㅅㅜ: laughter and a short form with tears
_SIGH = "(?<![ㄱ-ㅣ])(?:[ㅋㅎ]ㅠ|ㅋㅜ)(?![ㄱ-ㅣ])"
_AMONG_SYLLABLES = re.compile(f"{_SIGH}|{_ABBREVIATED}|{_SPELLED}")
_AMONG_LETTERS = re.compile(f"{_ABBREVIATED}|{_SPELLED}")


def compose_jamo(texts: Sequence[str], *, is_all_letters: bool = False) -> list[Normalised]:
    """Letters that spell syllables composed, with an offset map, same order: ㅎㅏㄴㄱㅡㄹ gives 한글.

    Half-width letters become full-width. A syllable needs a vowel behind a consonant: ㅋㅋ, ㅠㅠ, ㅇㅋ and 하ㅏㅏ stay.
    ㅋㅠ and ㅎㅠ alone are sighs, but 큐 and 휴 in a text that is letters throughout.
    Letters do not tell 참ㅠ from 차뮤; the syllable is taken.
    """
    spelled = _AMONG_LETTERS if is_all_letters else _AMONG_SYLLABLES
    return [rewrite(text.translate(_FULL_WIDTH), spelled, _syllable) for text in texts]


def decompose_jamo(text: str, *, strokes: bool = False, half_width: bool = False) -> str:
    """Every syllable in its letters: 값 gives ㄱㅏㅄ, by keyboard strokes ㄱㅏㅂㅅ, in half width ﾡￂﾳ."""
    letters = "".join(_letters(char) if is_syllable(char) else char for char in text)
    if strokes:
        letters = "".join(_STROKES.get(letter, letter) for letter in letters)
    return letters.translate(_HALF_WIDTH) if half_width else letters


def _letters(syllable: str) -> str:
    index = ord(syllable) - 0xAC00
    return _INITIALS[index // 588] + _MEDIALS[index % 588 // 28] + _FINALS[index % 28]


def _syllable(found: re.Match[str]) -> str:
    if not found["initial"]:
        return str(found[0])
    initial, medial, final = (_LETTERS.get(part, part) for part in found.group("initial", "medial", "final"))
    index = _INITIALS.index(initial) * 588 + _MEDIALS.index(medial) * 28
    return chr(0xAC00 + index + _FINALS.index(final or ""))
