"""Normal form with its offset map, invisible marks and laughter: nothing that is read is ever lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import (
    count_invisible,
    is_syllable,
    normalise,
    normalise_with_offsets,
    reduce_laughter,
    remove_invisible,
)

LINE_ENDS = st.sampled_from(["\r\n", "\r", "\n", "\ufeff", " "])
KOREAN = st.text(alphabet=st.sampled_from("가각값재고출ㅋㅠ1A? "), max_size=8)
DECOMPOSED = KOREAN.map(lambda text: unicodedata.normalize("NFD", text))
# Composition exclusions (क़ grows), reordered marks, marks that are starters (ো, ོ), singletons (Å, K), old Hangul.
HARD = st.text(
    alphabet=st.sampled_from("\u0958\u0301\u0323\u0327ea\u09c7\u09be\u0f71\u0f72\u0f73\u212b\u212aᄒᆞᆫ각\u0344\ufb2c")
)
ANY = st.one_of(st.text(), HARD, st.lists(st.one_of(KOREAN, DECOMPOSED, HARD, LINE_ENDS)).map("".join))
MARKS = (
    "\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\u115f\u1160\u3164\uffa0\ufe0e\ufe0f\U000e0041\u00a0\u3000\u2028"
)
MARKED = st.text(alphabet=st.sampled_from(MARKS + "가하재 A1#\u20e3😀👩👍🏽\U0001f3f4❤नक\u0301\r\n"), max_size=20)
LAUGHING = st.text(alphabet=st.sampled_from("ㅋㅎㅠㅜㄷ가하카01Az!?~.-|\n> "), max_size=30)


def read_aloud(text):
    """What no cleaning may take: syllables, digits and letters other than lone jamo."""
    return [char for char in text if is_syllable(char) or (char.isalnum() and not 0x1100 <= ord(char) <= 0x318E)]


@given(ANY)
def test_the_offset_map_belongs_to_the_normal_form(text):
    (found,) = normalise_with_offsets([text])
    assert found.text == normalise(text)
    assert len(found.offsets) == len(found.text) + 1
    assert list(found.offsets) == sorted(found.offsets)
    assert found.offsets[-1] == len(text)
    assert all(0 <= at <= len(text) for at in found.offsets)


@given(st.lists(st.one_of(KOREAN, DECOMPOSED, LINE_ENDS)).map("".join), st.data())
def test_every_span_is_found_again_in_the_original(text, data):
    (found,) = normalise_with_offsets([text])
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    begin, stop = found.source(start, end)
    assert normalise("\n" + text[begin:stop]) == "\n" + found.text[start:end]


@given(ANY, st.data())
def test_every_span_of_any_script_is_within_its_source(text, data):
    (found,) = normalise_with_offsets([text])
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    begin, stop = found.source(start, end)
    assert found.text[start:end] in normalise("\n" + text[begin:stop])


@given(ANY)
def test_the_whole_text_comes_from_the_whole_original(text):
    (found,) = normalise_with_offsets([text])
    begins = int(text.startswith("\ufeff"))
    assert found.source(0, len(found.text)) == (begins, len(text))


@given(st.lists(st.one_of(KOREAN, HARD.map(normalise))).map("".join).map(normalise))
def test_a_text_in_normal_form_has_the_identity_for_a_map(text):
    (found,) = normalise_with_offsets([text])
    assert found.text == text
    assert found.offsets == range(len(text) + 1)


@pytest.mark.parametrize(
    ("original", "span", "source"),
    [
        (unicodedata.normalize("NFD", "값이"), (1, 2), (3, 5)),  # three letters, then two
        ("가\r\n나", (1, 2), (1, 3)),
        ("\ufeff가나", (0, 1), (1, 2)),
        ("가\u0958나", (1, 2), (1, 2)),  # क़ becomes two characters; either stands for the one
        ("가\u0958나", (2, 3), (1, 2)),
        ("e\u0301\u0323x", (0, 1), (0, 3)),  # marks change places
        ("각각", (1, 1), (1, 1)),
    ],
)
def test_a_span_maps_to_whole_pieces(original, span, source):
    (found,) = normalise_with_offsets([original])
    assert found.source(*span) == source


@given(MARKED)
def test_removing_marks_twice_changes_nothing(text):
    (once,) = remove_invisible([text])
    assert remove_invisible([once.text])[0].text == once.text
    assert count_invisible([once.text]) == [{}]
    assert unicodedata.is_normalized("NFC", once.text)
    assert len(once.offsets) == len(once.text) + 1
    assert list(once.offsets) == sorted(once.offsets)


@given(ANY)
def test_removing_marks_takes_nothing_that_is_read(text):
    text = normalise(text).replace("\u3164", "").replace("\uffa0", "").replace("\u1160", "").replace("\u115f", "")
    shown = remove_invisible([text])[0].text
    # Apart, for an accent composes with its letter once nothing stands between them.
    assert read_aloud(unicodedata.normalize("NFD", shown)) == read_aloud(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "shown", "kinds"),
    [
        ("재고\u200b실사", "재고실사", {"zero_width": 1}),
        ("가\ufeff나\u2060다", "가나다", {"zero_width": 2}),
        ("로케\u00ad이션", "로케이션", {"soft_hyphen": 1}),
        ("\u202eA-01\u202c 구역\u200f", "A-01 구역", {"bidi": 3}),
        ("홍\u3164길동", "홍 길동", {"blank_letter": 1}),
        ("\u115f\u1160가", "가", {"jamo_filler": 2}),
        ("10\u00a0kg\u3000끝", "10 kg 끝", {"space": 2}),
        ("위\u2028아래", "위\n아래", {"line_separator": 1}),
        ("재\u200d고\ufe0f", "재고", {"joiner": 1, "variation_selector": 1}),
        ("끝\U000e0049\U000e0067", "끝", {"tag": 2}),
        ("👩\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", {}),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2 + ({},),
        ("क\u094d\u200dष می\u200cخواهم", "क\u094d\u200dष می\u200cخواهم", {}),
    ],
)
def test_invisible_marks_are_counted_and_removed(text, shown, kinds):
    (found,) = remove_invisible([text])
    assert found.text == shown
    assert count_invisible([text]) == [kinds]


def test_a_visible_word_is_found_behind_its_marks():
    text = "\ufeff" + unicodedata.normalize("NFD", "재고") + "\u200b\u200b실사\r\n끝"
    (found,) = remove_invisible([text])
    start = found.text.index("실사")
    begin, stop = found.source(start, start + 2)
    assert text[begin:stop] == "실사"
    begin, stop = found.source(0, 2)
    assert normalise(text[begin:stop]).rstrip("\u200b") == "재고"


@given(st.one_of(LAUGHING, ANY), st.integers(1, 4))
def test_reducing_laughter_takes_no_syllable_digit_or_letter(text, keep):
    (short,) = reduce_laughter([text], keep)
    assert read_aloud(short) == read_aloud(text)
    assert [char for char in normalise(short) if is_syllable(char)] == [
        char for char in normalise(text) if is_syllable(char)
    ]


@given(LAUGHING, st.integers(1, 4))
def test_reducing_laughter_twice_changes_nothing(text, keep):
    (short,) = reduce_laughter([text], keep)
    assert reduce_laughter([short], keep) == [short]
    assert len(short) <= len(text)


@given(LAUGHING)
def test_every_kind_of_laugh_that_was_there_is_still_there(text):
    assert set(reduce_laughter([text])[0]) >= set(text) - set("ㅠㅜ")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("안녕ㅋㅋㅋㅋㅋ", "안녕ㅋㅋ"),
        ("ㅋㅋㅋㅋ네 알겠습니다", "ㅋㅋ네 알겠습니다"),
        ("늦었어ㅠㅜㅠㅜㅠ", "늦었어ㅠㅜ"),
        ("ㄷㄷㄷㄷ ㅎㅎㅎ", "ㄷㄷ ㅎㅎ"),
        ("ᄏᄏᄏᄏ", "ᄏᄏ"),
        ("정말요????? 와!!!!", "정말요?? 와!!"),
        ("네~~~~ 알겠어요！！！", "네~~ 알겠어요！！"),
        ("뭐야!?!?!?", "뭐야!?!?!?"),
        ("하ㅏㅏㅏㅏ", "하ㅏㅏ"),
    ],
)
def test_laughter_is_cut_to_two(text, short):
    assert reduce_laughter([text]) == [short]


@pytest.mark.parametrize(
    "text",
    [
        "1000000원", "가가가가", "하하하하", "하하하, 그래요.", "음... 글쎄요......", "---", "|||", "| --- | --- |", "====", "***",
        "~~~python\nx\n~~~", "  ~~~~", "!!! note", "> ??? tip", "A-???1 구역", "aaaa", "ㅋㅋ", "ㅇㅋ", "ㄱㄴㄷ", "~~취소~~",
    ],
)  # fmt: skip
def test_what_only_looks_like_laughter_stays(text):
    assert reduce_laughter([text]) == [text]


def test_keeping_no_character_is_refused():
    with pytest.raises(ValueError, match="keep is 0"):
        reduce_laughter(["ㅋㅋ"], 0)


def test_texts_come_back_in_their_order():
    texts = ["ㅋㅋㅋ", "", "가\u200b나"]
    assert reduce_laughter(texts) == ["ㅋㅋ", "", "가\u200b나"]
    assert [found.text for found in remove_invisible(texts)] == ["ㅋㅋㅋ", "", "가나"]
    assert [found.text for found in normalise_with_offsets(texts)] == texts
