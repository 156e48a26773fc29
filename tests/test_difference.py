"""The difference between an answer and its evidence: what is not named as added stands in a quote."""

from hypothesis import given
from hypothesis import strategies as st

from datagen.difference import added

TEXTS = st.text(alphabet="재고를 옮긴다입니다.12 WMS", max_size=30)


def test_an_ending_made_polite_is_all_that_is_added():
    assert added("재고를 다시 옮깁니다.", ["재고를 다시 옮긴다."]) == [(8, 10, "깁니")]
    assert added("재고를 옮긴다.", ["재고를 옮긴다."]) == []


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_what_is_not_added_stands_in_a_quote(answer, quotes):
    found = added(answer, quotes)
    assert all(answer[start:end] == text and text for start, end, text in found)
    edges = [0, *(edge for start, end, _ in found for edge in (start, end)), len(answer)]
    assert edges == sorted(edges)
    kept = [answer[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    pieces = set(quotes)
    for run in filter(None, kept):
        # Of each two neighbours a quote holds both, or each ends a piece of its own: 11 and 22 in 1122.
        held = [any(run[i : i + 2] in quote for quote in pieces) for i in range(len(run) - 1)]
        assert len(run) < 2 or all(one or other for one, other in zip([False, *held], [*held, False], strict=True))
