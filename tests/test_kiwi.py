"""The door to Kiwi: its word lists."""

from curation.korean.kiwi import analyser, read_words


def test_a_word_list_is_read_from_lines_and_from_a_glossary():
    text = "# 용어\n\n| 용어 | 뜻 |\n|---|---|\n| 피킹 | 꺼내는 일 |\n| 랙 | 선반 |\n크로스도킹\n"
    assert read_words(text) == ("크로스도킹", "피킹")


def test_one_analyser_serves_every_caller():
    assert analyser() is analyser(())
