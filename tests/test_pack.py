"""Laws of packing: no row is cut, lost or doubled, no pack overflows, positions begin anew with every row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.encode import IGNORED, Example
from trainer.pack import lay_out, pack

CAPACITY = 32
lengths = st.lists(st.integers(1, CAPACITY), min_size=1, max_size=60)


def examples_of(lengths):
    """Examples that can be told apart; the first token carries no label, as BOS never does."""
    return [
        Example([number] * length, [IGNORED] + [number] * (length - 1))
        for number, length in enumerate(lengths, start=1)
    ]


@given(lengths)
def test_every_row_is_whole_in_exactly_one_pack(lengths):
    examples = examples_of(lengths)
    packed = [example for examples_of_pack in pack(examples, CAPACITY) for example in examples_of_pack]
    assert sorted(packed, key=lambda example: example.input_ids[0]) == examples


@given(lengths)
def test_no_pack_is_fuller_than_its_capacity_nor_two_half_empty(lengths):
    fills = [sum(len(example.input_ids) for example in found) for found in pack(examples_of(lengths), CAPACITY)]
    assert max(fills) <= CAPACITY
    assert sum(2 * fill <= CAPACITY for fill in fills) <= 1


@given(lengths)
def test_laid_out_rows_are_of_equal_width_and_lose_no_token(lengths):
    packs = pack(examples_of(lengths), CAPACITY)
    batch = lay_out(packs)
    assert len({len(row) for column in (batch.input_ids, batch.labels, batch.position_ids) for row in column}) == 1
    for examples, ids, labels, positions in zip(packs, batch.input_ids, batch.labels, batch.position_ids, strict=True):
        start = 0
        for example in examples:
            stop = start + len(example.input_ids)
            assert ids[start:stop] == example.input_ids
            assert labels[start:stop] == example.labels
            assert positions[start:stop] == list(range(stop - start))
            start = stop
        assert set(labels[start:]) <= {IGNORED}
        assert positions[start:] == list(range(len(positions) - start))


def test_a_row_that_fits_nowhere_is_refused_not_cut():
    with pytest.raises(ValueError, match="33 tokens"):
        pack(examples_of([33]), CAPACITY)
