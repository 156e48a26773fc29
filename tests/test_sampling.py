"""A sample has every stratum in its share, and is the same whatever order the rows come in."""

import hashlib
from collections import Counter
from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curation.sampling import allot, sample


def ids(count):
    return [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(count)]


STRATA = st.lists(st.sampled_from(["창고 polite", "창고 casual", "일상 polite", "일상 mixed"]), min_size=1, max_size=60)


@given(strata=STRATA, wanted=st.integers(0, 80), seed=st.integers(0, 5))
def test_so_many_rows_are_taken_as_are_wanted_or_all(strata, wanted, seed):
    assert sample(strata, ids(len(strata)), wanted, seed).sum() == min(wanted, len(strata))


@given(strata=STRATA, wanted=st.integers(0, 80), seed=st.integers(0, 5), order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(strata, wanted, seed, order):
    rows = list(zip(ids(len(strata)), strata, strict=True))
    shuffled = order.sample(rows, len(rows))
    taken = [
        {row_id for row_id, is_taken in zip(names, sample(groups, names, wanted, seed), strict=True) if is_taken}
        for names, groups in (zip(*rows, strict=True), zip(*shuffled, strict=True))
    ]
    assert taken[0] == taken[1]


@given(strata=STRATA, wanted=st.integers(0, 80), seed=st.integers(0, 5))
def test_each_stratum_has_a_row_where_there_are_rows_enough(strata, wanted, seed):
    taken = {
        name for name, is_taken in zip(strata, sample(strata, ids(len(strata)), wanted, seed), strict=True) if is_taken
    }
    assert wanted < len(set(strata)) or taken == set(strata)


@given(counts=st.lists(st.integers(1, 50), min_size=1, max_size=8), data=st.data())
def test_shares_are_those_of_the_largest_remainder(counts, data):
    wanted = data.draw(st.integers(0, sum(counts) - 1))
    given_rows = allot(np.array(counts), wanted)
    assert given_rows.sum() == wanted
    assert (given_rows <= counts).all()
    exact = [Fraction(count * wanted, sum(counts)) for count in counts]
    if wanted < len(counts) or min(exact) >= 1:  # no stratum had to be helped to its one row
        assert all(abs(got - share) < 1 for got, share in zip(given_rows.tolist(), exact, strict=True))


def test_a_rare_stratum_gets_its_one_row_from_the_one_that_has_most_to_spare():
    assert allot(np.array([1, 400, 599]), 10).tolist() == [1, 4, 5]


def test_another_seed_takes_other_rows_of_the_same_strata():
    strata = ["polite"] * 300 + ["casual"] * 100
    one, other = (sample(strata, ids(400), 40, seed) for seed in (1, 2))
    assert (one != other).any()
    assert Counter(np.array(strata)[one]) == Counter(np.array(strata)[other]) == {"polite": 30, "casual": 10}


def test_a_sample_is_as_random_as_a_draw_by_lot():
    taken = np.array([sample(["a"] * 200, ids(200), 50, seed) for seed in range(400)])
    assert 0.15 < taken.mean(axis=0).min() <= taken.mean(axis=0).max() < 0.35  # 4.6 sigma about 1/4


def test_arrow_columns_give_what_lists_give():
    strata, names = ["나", "가", "나", "다"] * 30, ids(120)
    columns = (pa.chunked_array([strata[:50], strata[50:]]), pa.chunked_array([names[:7], names[7:]]))
    assert (sample(*columns, 17, 20) == sample(strata, names, 17, 20)).all()
