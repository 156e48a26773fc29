"""Josa (particles) after any word as Koreans read it aloud: 재고가, WMS가, 3PL이, Excel은."""

import re

from curation.korean.hangul import FINAL_RIEUL, final_consonant, is_syllable

_VOWEL, _CONSONANT, _RIEUL = 0, 1, 2
# Letters read one by one: 엘 엠 엔 알 end in a consonant, 엘 and 알 in ㄹ.
_LETTERS = {"L": _RIEUL, "R": _RIEUL, "M": _CONSONANT, "N": _CONSONANT}
# 영 일 이 삼 사 오 육 칠 팔 구; a number that ends in 0 ends in 십, 백, 천, 만 or 영.
_DIGITS = {
    "0": _CONSONANT,
    "1": _RIEUL,
    "3": _CONSONANT,
    "6": _CONSONANT,
    "7": _RIEUL,
    "8": _RIEUL,
}
# Units behind a number, and symbols, by their spoken form: 킬로그램, 그램, 개(EA).
_UNITS = {"kg": _CONSONANT, "g": _CONSONANT, "mg": _CONSONANT, "t": _CONSONANT, "℃": _VOWEL, "%": _VOWEL}
# English words whose spelling misleads the letter rule (엑셀, 스톡, 웹, 메일, 스캔, 랙, 존, 시리얼, 로트).
_WORDS = {
    "excel": _RIEUL, "stock": _CONSONANT, "web": _CONSONANT, "mail": _RIEUL, "rack": _CONSONANT, "pick": _CONSONANT,
    "zone": _CONSONANT, "wave": _VOWEL, "batch": _VOWEL, "lot": _VOWEL, "pallet": _VOWEL, "picking": _CONSONANT,
    "app": _CONSONANT, "sku": _VOWEL, "skus": _VOWEL, "file": _RIEUL, "cycle": _RIEUL, "time": _CONSONANT,
    "haccp": _CONSONANT, "saas": _VOWEL,  # abbreviations read as words: 해썹, 사스
}  # fmt: skip
_TAIL = re.compile(r"(?:\([^()]*\)|\[[^\[\]]*\]|[\s'\"’”」』)\]*`])+$")
_NUMBERED = re.compile(r"(?:^|\s)\((\d+)\)$")  # 응용 식별자 (17): a name of its own, no remark
_UNIT = re.compile(r"\d\s?(mg|kg|g|t|℃|%)$")
_LATIN = re.compile(r"[A-Za-z]+$")


def attach(word: str, pair: str) -> str:
    """The word with the particle of `pair` that follows its last spoken sound.

    `pair` is written consonant form first: 은/는, 이/가, 을/를, 과/와, 으로/로, 이랑/랑, 이야/야, 이에요/예요.
    A closing quote or a bracketed tail is transparent: attach("로케이션(location)", "이/가") → 로케이션(location)이.
    """
    after_consonant, after_vowel = pair.split("/")
    sound = _last_sound(word)
    if after_consonant.startswith("으로") and sound == _RIEUL:
        return word + after_vowel
    return word + (after_vowel if sound == _VOWEL else after_consonant)


def _last_sound(word: str) -> int:
    numbered = _NUMBERED.search(word)
    spoken = numbered[1] if numbered else _TAIL.sub("", word) or word
    if not spoken:
        return _VOWEL
    last = spoken[-1]
    if is_syllable(last):
        final = final_consonant(last)
        return _RIEUL if final == FINAL_RIEUL else _CONSONANT if final else _VOWEL
    if unit := _UNIT.search(spoken):
        return _UNITS[unit[1]]
    if last.isdigit():
        return _DIGITS.get(last, _VOWEL)
    if latin := _LATIN.search(spoken):
        return _latin_sound(latin[0])
    return _UNITS.get(last, _VOWEL)


def _latin_sound(word: str) -> int:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if word.isupper() or len(word) == 1:
        return _LETTERS.get(word[-1].upper(), _VOWEL)
    ending = word[-1].lower()
    if ending == "l":
        return _RIEUL
    return _CONSONANT if ending in "mn" or word.lower().endswith("ng") else _VOWEL
