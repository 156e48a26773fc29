"""Signals: labelled sentences on both sides, loops and cuts made by machine, phrases that show what they find."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.speech_level import tag_messages
from curation.scripts import script_counts, special_shares
from curation.signals import boilerplate, refusal, translationese
from curation.signals.boilerplate import COURTESIES, KINDS, find_boilerplate
from curation.signals.cut_off import KINDS as CUTS
from curation.signals.cut_off import find_cut_off
from curation.signals.damage import count_loose_jamo, find_mojibake
from curation.signals.echo import echo_shares
from curation.signals.refusal import find_refusals
from curation.signals.repetition import repetition_shares
from curation.signals.style import polite_styles
from curation.signals.translationese import find_translationese

CORPORA = Path(__file__).parent.parent / "corpora"
GOLD = [json.loads(line) for line in (CORPORA / "gold/signals.jsonl").read_text(encoding="utf-8").split("\n") if line]
HIGH, LOW = 0.5, 0.3  # what a share counts as in the table
SENTENCES = [row["text"] for row in GOLD if row["signal"] == "cut_off" and row["expected"] == "whole"]


def cut_offs(texts):
    return find_cut_off([[text] for text in texts], [[tag] for tag in tag_messages(texts)])


def styles(texts):
    return polite_styles([[sentence.level for sentence in tag.sentences] for tag in tag_messages(texts)])


def side(share):
    return "high" if share >= HIGH else "low" if share <= LOW else share


def texts_of(rows):
    return [row["text"] for row in rows]


FOUND = {
    "cut_off": lambda rows: ["cut" if kind else "whole" for kind in cut_offs(texts_of(rows))],
    "refusal": lambda rows: find_refusals(texts_of(rows)),
    "boilerplate": lambda rows: find_boilerplate(texts_of(rows)),
    "translationese": lambda rows: find_translationese(texts_of(rows)),
    "echo": lambda rows: [
        side(share) for share in echo_shares([[row["question"]] for row in rows], [[row["text"]] for row in rows])
    ],
    "repetition": lambda rows: [side(share) for share in repetition_shares([[text] for text in texts_of(rows)])],
    "jamo": lambda rows: count_loose_jamo(texts_of(rows)),
    "special": lambda rows: [side(share) for share in special_shares(script_counts(texts_of(rows)))],
    "style": lambda rows: styles(texts_of(rows)),
}


@pytest.fixture(scope="module")
def handbook_sentences():
    """Prose of the handbook, one whole sentence each."""
    lines = [line for path in sorted(CORPORA.glob("wms/**/*.md")) for line in path.read_text("utf-8").splitlines()]
    whole = [
        line for line in lines if line.endswith(("니다.", "한다.", "이다.")) and line[0].isalnum() and len(line) > 40
    ]
    return random.Random(6).sample(whole, 400)


@pytest.mark.parametrize("signal", FOUND)
def test_every_labelled_sentence_is_read_as_its_label_says(signal):
    rows = [row for row in GOLD if row["signal"] == signal]
    wrong = [
        (row.get("question"), row["text"], row["expected"], found)
        for row, found in zip(rows, FOUND[signal](rows), strict=True)
        if found != row["expected"]
    ]
    assert not wrong


def test_the_labels_cover_every_signal_on_both_sides():
    assert {row["signal"] for row in GOLD} == FOUND.keys()
    for signal in FOUND:
        labels = [json.dumps(row["expected"]) for row in GOLD if row["signal"] == signal]
        assert len(labels) >= 15
        assert len(set(labels)) >= 2


def test_mojibake_is_named_as_the_repair_names_it(gold):
    rows = gold("mojibake.tsv")
    named = find_mojibake([row["damaged"] for row in rows])
    assert [kind or "none" for kind in named] == [row["kind"] for row in rows]


@pytest.mark.parametrize("table", [boilerplate._TABLE, refusal._TABLE, translationese._TABLE])
def test_every_phrase_finds_the_example_that_stands_beside_it(table):
    for row in table.rows:
        assert any(word in row.example for word in row.words), row.example
        assert row.pattern.search(row.example), row.example
        assert row.kind in [kind for kind, _ in table.matches(row.example)]


@pytest.mark.parametrize("table", [boilerplate._TABLE, refusal._TABLE, translationese._TABLE])
def test_the_words_asked_for_first_pass_over_nothing_that_a_pattern_finds(table):
    for text in [row["text"] for row in GOLD] + [row.example for row in table.rows]:
        slowly = [(row.kind, found.span()) for row in table.rows for found in row.pattern.finditer(text)]
        assert [(kind, found.span()) for kind, found in table.matches(text)] == slowly, text


def test_courtesies_are_kinds_of_boilerplate():
    assert set(KINDS) > COURTESIES


def test_sentences_of_the_handbook_are_whole_and_never_refuse_or_repeat(handbook_sentences):
    assert not any(cut_offs(handbook_sentences))
    assert not any(find_refusals(handbook_sentences))
    assert not any(find_boilerplate(handbook_sentences))
    assert not any(repetition_shares([[text] for text in handbook_sentences]))
    assert not any(count_loose_jamo(handbook_sentences))


def test_three_of_four_answers_cut_in_their_last_sentence_are_found(handbook_sentences):
    seeded = random.Random(7)
    cut = []
    for first, last in zip(handbook_sentences[::2], handbook_sentences[1::2], strict=True):
        cut.append(f"{first} {last[: seeded.randrange(8, len(last) - 3)].rstrip(' .')}")
    found = cut_offs(cut)
    assert sum(kind is not None for kind in found) >= 0.75 * len(cut)
    assert set(found) <= {None, *CUTS}


@given(st.sampled_from(SENTENCES), st.integers(6, 20))
def test_a_sentence_said_over_and_over_repeats(sentence, times):
    if sum(map(str.isalpha, sentence)) >= 4 and "\n" not in sentence:
        (share,) = repetition_shares([["\n".join([sentence] * times)]])
        assert share >= HIGH


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=60), max_size=4))
def test_shares_lie_between_zero_and_one(questions, answers):
    assert 0 <= repetition_shares([answers])[0] <= 1
    assert 0 <= echo_shares([questions], [answers])[0] <= 1


@pytest.mark.parametrize("row", [row for row in GOLD if row["signal"] == "echo"], ids=lambda row: row["question"])
def test_a_prompt_copied_whole_is_an_echo_of_one_hundred_percent(row):
    assert echo_shares([[row["question"]]], [[row["question"]]]) == [1.0]


def test_what_another_turn_said_is_no_repetition():
    assert repetition_shares([["네, 확인해 보겠습니다.", "네, 확인해 보겠습니다."]]) == [0.0]


def test_a_turn_that_breaks_off_is_found_behind_whole_ones():
    turns = ["창고 문은 9시에 엽니다.", "네, 토요일에는 12시에 닫습니다. 일요일에는 문을"]
    assert find_cut_off([turns], [tag_messages(turns)]) == ["particle"]
