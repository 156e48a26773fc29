"""Hangul, josa, speech levels and conversion, against the project's own gold tables."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import final_consonant, is_syllable, normalise
from curation.korean.josa import attach
from curation.korean.kiwi import read_words
from curation.korean.predicate import final_predicates, with_ending
from curation.korean.register import convert
from curation.korean.speech_level import SpeechLevel, tag_messages, tag_speech_levels

KOREAN = st.text(alphabet=st.sampled_from("가각갈값재고출실사를은는이다요.?! \n창AWx019"), max_size=40)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(KOREAN)
def test_decomposed_text_is_read_as_composed(text):
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


def test_final_consonants_are_told_apart():
    assert [final_consonant(char) for char in "재물값"] == [0, 8, 18]
    assert is_syllable("힣")
    assert not is_syllable("ㅋ")


def test_josa_follow_the_last_spoken_sound(gold):
    rows = gold("josa.tsv")
    assert [attach(row["word"], row["pair"]) for row in rows] == [row["expected"] for row in rows]


@given(KOREAN.filter(str.strip))
def test_josa_only_add_one_of_the_two_forms(word):
    assert attach(word, "은/는") in (word + "은", word + "는")


def test_every_gold_sentence_has_its_speech_level(gold):
    rows = gold("levels.tsv")
    found = tag_speech_levels([row["text"] for row in rows])
    wrong = [
        (row["text"], row["level"], tag) for row, tag in zip(rows, found, strict=True) if tag.level != row["level"]
    ]
    assert wrong == []
    assert {row["level"] for row in rows} == {level.value for level in SpeechLevel}


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("재고를 옮깁니다. 확인하세요.", "polite"),
        ("재고 어디 있어?", "casual"),
        ("재고를 옮깁니다. 그거 빨리 해.", "mixed"),
        ("재고를 옮깁니다. 수량을 입력한다.", "mixed"),
        ("재고를 옮긴다. 수량을 입력한다.", "plain"),
        ("재고 이동 화면", "neutral"),
        ("| 로케이션 | 수량 |\n|---|---|\n| A-01 | 3 |", "neutral"),
        ("```sql\nselect 해라\n```\n위와 같이 조회합니다.", "polite"),
        ("다음 순서로 진행합니다.\n1. 송장을 스캔합니다.\n2. 수량을 셉니다.", "polite"),
        ("다음 순서로 진행합니다.\n1. 송장을 스캔해.\n2. 수량을 셉니다.", "mixed"),
        ("상품이 제자리에 없어 피킹 작업자가 다시 찾았습니다.", "polite"),
        ("", "neutral"),
    ],
)
def test_a_message_is_judged_by_all_its_sentences(message, label):
    assert tag_messages([message])[0].label == label


def test_the_offending_sentence_is_pointed_at():
    message = "네, 확인했습니다.\n- 그건 네가 해."
    tag = tag_messages([message])[0]
    assert tag.offending is not None
    assert message[slice(*tag.offending)] == "그건 네가 해."


@given(st.lists(KOREAN, max_size=4))
def test_sentences_lie_inside_their_message_and_in_order(messages):
    for message, tag in zip(messages, tag_messages(messages), strict=True):
        ends = [0, *(place for s in tag.sentences for place in (s.start, s.end)), len(message)]
        assert ends == sorted(ends)


def test_plain_statements_turn_polite(gold):
    rows = gold("conversions.tsv")
    found = [converted.text for converted in convert([row["source"] for row in rows], to="hapsyo")]
    assert found == [row["hapsyo"] for row in rows]


@pytest.mark.parametrize("text", ["빨리 옮겨라.", "이거 뭐야?", "재고 옮겨 놨어.", "다 같이 세자.", "재고를 옮김."])
def test_what_the_table_cannot_turn_is_left_and_named(text):
    converted = convert([text], to="hapsyo")[0]
    assert converted.text == text
    assert len(converted.unconverted) == 1


@given(
    st.lists(
        st.sampled_from(["재고를 옮긴다.", "WMS가 막는다.", "확정합니다.", "옮겨라.", "3번 도크", "ㅋㅋ"]), max_size=5
    )
)
def test_conversion_changes_nothing_outside_its_edits_and_settles_at_once(sentences):
    text = " ".join(sentences)
    once = convert([text], to="hapsyo")[0]
    rebuilt, position = "", 0
    for edit in once.edits:
        assert text[edit.start : edit.end] == edit.before
        rebuilt += text[position : edit.start] + edit.after
        position = edit.end
    assert once.text == rebuilt + text[position:]
    assert convert([once.text], to="hapsyo")[0].text == once.text


@pytest.mark.parametrize(
    ("text", "ending", "expected"),
    [
        ("스캐너가 바코드를 읽지 못한다.", "면", "스캐너가 바코드를 읽지 못하면"),
        ("라벨을 만든다", "려면", "라벨을 만들려면"),
        ("짐을 싣는다", "으려면", "짐을 실으려면"),
        ("수량이 많다", "면", "수량이 많으면"),
        ("보류 재고다", "면", "보류 재고이면"),
    ],
)
def test_a_predicate_takes_another_ending_and_keeps_all_before_it(text, ending, expected):
    predicate = final_predicates([text])[0]
    assert predicate is not None
    assert with_ending(text, predicate, ending) == expected


def test_a_word_list_is_read_from_lines_and_from_a_glossary():
    text = "# 용어\n\n| 용어 | 뜻 |\n|---|---|\n| 피킹 | 꺼내는 일 |\n| 랙 | 선반 |\n크로스도킹\n"
    assert read_words(text) == ("크로스도킹", "피킹")
