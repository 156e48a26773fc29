"""Syllables spelled in single letters are composed; laughter, tears and abbreviations are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import normalise
from curation.korean.jamo import compose_jamo, decompose_jamo

SYLLABLES = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
FORMS = [{}, {"strokes": True}, {"half_width": True}]
STANDARD = [bytes([row, cell]).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)]
# Words do not end in ㅋ or ㅎ but for these three, 큐 and 휴 alone are sighs: laughter goes first (지ㅋ, not 짘).
PLAIN = [char for char in STANDARD if decompose_jamo(char)[-1] not in "ㅋㅎ" or char in "엌녘읗"]
WORDS = st.text(alphabet=st.sampled_from(PLAIN), min_size=1, max_size=6).filter(
    lambda word: word not in {"큐", "휴", "쿠"}
)


def composed(text):
    return compose_jamo([text])[0].text


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(words=st.lists(WORDS, max_size=4))
def test_what_is_taken_apart_is_put_together(form, words):
    text = " ".join(words)
    assert composed(decompose_jamo(text, **form)) == text


@given(st.text(alphabet=st.sampled_from([*SYLLABLES, "A", "1", " ", "."])))
def test_text_without_single_letters_is_untouched(text):
    (found,) = compose_jamo([text])
    assert found.text == text
    assert found.offsets == range(len(text) + 1)


@given(st.text(alphabet=st.sampled_from("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㄳㄺ ")))
def test_consonants_alone_spell_nothing(text):
    assert composed(text) == text


@given(st.text(alphabet=st.sampled_from("ㅠㅜㅡㅏㅣㅗ하가 ")))
def test_vowels_alone_spell_nothing(text):
    assert composed(text) == text


@given(st.text(alphabet=st.sampled_from("ㅎㅏㄴㄱㅡㄹㅋㅠㅗㅣ가1 "), max_size=12), st.data())
def test_a_composed_span_is_found_again_in_its_letters(text, data):
    (found,) = compose_jamo([text])
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    begin, stop = found.source(start, end)
    assert decompose_jamo(found.text[start:end], strokes=True) == decompose_jamo(text[begin:stop], strokes=True)


@pytest.mark.parametrize(
    ("letters", "text"),
    [
        ("ㅎㅏㄴㄱㅡㄹ", "한글"),
        ("ﾾￂﾤﾡￚﾩ", "한글"),
        ("ㅂㅏㄹㄱㅏ", "발가"),  # the ㄱ goes to the vowel behind it (도깨비불)
        ("ㅂㅏㄹㄱㄷㅏ", "밝다"),
        ("ㄱㅏㅂㅅㅇㅣ ㅇㅗㄹㅡㄷㅏ", "값이 오르다"),
        ("ㄱㅏㅄ", "값"),
        ("ㅁㅜㅓ ㅎㅐ", "뭐 해"),
        ("ㅇㅏㄴㄴㅕㅇㅋㅋ", "안녕ㅋㅋ"),
        ("ㄴㅔㅎ", "네ㅎ"),
        ("ㅂㅜㅇㅓㅋ", "부엌"),
        ("ㅈㅔㅂㅏㄹㅠㅠ", "제발ㅠㅠ"),
        ("ㅇㅏㅋㅋㅋㅠㅠ", "아ㅋㅋㅋㅠㅠ"),
        ("ㅈㅐㄱㅗ 12ㄱㅐ", "재고 12개"),
    ],
)
def test_letters_are_composed_as_a_keyboard_does(letters, text):
    assert composed(letters) == text


@pytest.mark.parametrize(
    "text", ["ㅋㅋ", "ㅠㅠ", "ㅜㅜ", "ㅇㅇ", "ㄱㄱ", "ㅇㅋ", "ㅇㅈ", "ㅎㄷㄷ", "ㅊㅋㅊㅋ", "하ㅏㅏ", "ㅋㅋㅠ", "ㅈㅅㅜ", "ㅎㅠ", "ㅗㅜㅑ", "ㅡㅡ;", "ㅋㅋㅠㅠ"]
)  # fmt: skip
def test_short_forms_and_faces_stay(text):
    assert composed(text) == text


def test_a_sigh_is_a_word_among_letters():
    assert compose_jamo(["ㅁㅔㅅㅣㅈㅣ ㅋㅠ"], is_all_letters=True)[0].text == "메시지 큐"


def test_the_normal_form_composes_no_letters():
    assert normalise("ㅎㅏㄴㄱㅡㄹ") == "ㅎㅏㄴㄱㅡㄹ"
