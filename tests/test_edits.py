"""Edits: what they tell is what was done, several rounds read as one, and nothing outside them changes."""

from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import remove_invisible
from curation.mending.edits import Draft, Edit, apply_edits, changed_lines, deletions, edits_of, revised, source_span

TEXTS = st.text("가나다 \u200b1a", max_size=20)


@st.composite
def some_edits(draw, text):
    """Edits of a text: ascending, apart, each a change."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    wanted = [Edit(at, end, text[at:end], draw(TEXTS), draw(st.sampled_from("xyz"))) for at, end in spans]
    return [edit for edit in wanted if edit.before != edit.after]


@given(st.data())
def test_rounds_of_edits_read_as_one_against_the_original(data):
    original = data.draw(TEXTS)
    draft = Draft(original, original)
    for _ in range(3):
        later = data.draw(some_edits(draft.text))
        expected = apply_edits(draft.text, later)
        draft = revised(draft, later)
        assert draft.text == apply_edits(original, draft.edits) == expected
        assert all(original[edit.start : edit.end] == edit.before for edit in draft.edits)
        assert all(one.end <= next_.start for one, next_ in zip(draft.edits, draft.edits[1:], strict=False))


@given(st.data())
def test_a_span_of_the_text_leads_to_the_span_of_the_original_behind_it(data):
    original = data.draw(TEXTS)
    draft = revised(Draft(original, original), data.draw(some_edits(original)))
    start = data.draw(st.integers(0, len(draft.text)))
    end = data.draw(st.integers(start, len(draft.text)))
    source_start, source_end = source_span(draft, start, end)
    assert 0 <= source_start <= source_end <= len(original)
    inside = [edit for edit in draft.edits if edit.start >= source_start and edit.end <= source_end]
    moved = [Edit(edit.start - source_start, edit.end - source_start, "", edit.after, "") for edit in inside]
    assert draft.text[start:end] in apply_edits(original[source_start:source_end], moved)


@given(TEXTS)
def test_an_offset_map_reads_as_edits(text):
    changed = remove_invisible([text])[0]
    edits = edits_of(text, changed, "invisible")
    assert apply_edits(text, edits) == changed.text
    assert "".join(edit.before for edit in edits) == "\u200b" * text.count("\u200b")


@given(TEXTS, st.sets(st.integers(0, 19)))
def test_what_was_left_out_reads_as_deletions(text, gone):
    shortened = "".join(char for place, char in enumerate(text) if place not in gone)
    edits = deletions(text, shortened, "drawn_out")
    assert apply_edits(text, edits) == shortened
    assert all(edit.after == "" for edit in edits)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=4))
def test_changed_lines_read_as_edits(before, after):
    old, new = "\n".join(before), "\n".join(after)
    assert apply_edits(old, changed_lines(old, new, "mojibake")) == new


def test_an_edit_that_met_personal_data_does_not_show_it():
    draft = revised(Draft("☎\u200b010", "☎\u200b010"), [Edit(1, 2, "\u200b", "", "invisible")])
    draft = revised(draft, [Edit(1, 4, "[phone 1f]", "[전화번호]", "pii:phone")])
    assert draft.edits == (Edit(1, 5, "[phone 1f]", "[전화번호]", "invisible+pii:phone"),)
