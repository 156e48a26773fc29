"""Who stays: pairs come from buckets in bounded number, and every removed row has a kept witness with a score."""

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from curation.components import components
from curation.dedup.buckets import PREDECESSORS, bucket_pairs, exact_pairs
from curation.dedup.keep import Gone, choose_kept, quality_order
from curation.dedup.prove import Proven

EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from([0.8, 0.85, 0.9, 0.95])), max_size=20
)


def proven(*edges: tuple[int, int, float], exact: tuple[tuple[int, int], ...] = ()) -> Proven:
    """Near pairs with a score, and exact ones; each pair once."""
    scored = {(min(one, other), max(one, other)): score for one, other, score in edges if one != other}
    scored |= {(min(pair), max(pair)): 1.0 for pair in exact}
    pairs = np.array(sorted(scored), dtype=np.int64).reshape(-1, 2)
    scores = np.array([scored[tuple(pair)] for pair in pairs.tolist()])
    is_exact = np.array([tuple(pair) in {(min(one), max(one)) for one in exact} for pair in pairs.tolist()], dtype=bool)
    return Proven(pairs[:, 0], pairs[:, 1], is_exact, {"question": scores}, {}, {})


def choose(found: Proven, order: list[int], stays: list[bool] | None = None, anyway: tuple[int, ...] = ()) -> Gone:
    may_stay = np.array(stays or [True] * 12)
    return choose_kept(found, np.array(order, dtype=np.int64), may_stay, np.array(anyway, dtype=np.int64))


def gone_of(gone: Gone) -> dict[int, tuple[int, float]]:
    scores = next(iter(gone.scores.values())).tolist()
    return dict(zip(gone.row.tolist(), zip(gone.witness.tolist(), scores, strict=True), strict=True))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), unique=True, max_size=60))
def test_a_bucket_pairs_each_row_with_the_first_and_with_up_to_eight_before_it(members):
    members = sorted(members)
    table = pa.table(
        {
            "key": pa.array([key for key, _ in members], pa.uint64()),
            "row": pa.array([row for _, row in members], pa.int64()),
        }
    )
    found = bucket_pairs(table)
    expected: dict[tuple[int, int], int] = {}
    for key in {key for key, _ in members}:
        rows = [row for own, row in members if own == key]
        for place, row in enumerate(rows):
            for other in {*rows[:1], *rows[max(0, place - PREDECESSORS) : place]} - {row}:
                expected[other, row] = max(expected.get((other, row), 0), len(rows))
    assert found.to_pylist() == [
        {"left": left, "right": right, "bucket_rows": rows} for (left, right), rows in sorted(expected.items())
    ]


@given(st.lists(st.sampled_from([b"a" * 16, b"b" * 16, b"a" * 15 + b"b"]), max_size=30), st.randoms())
def test_exact_pairs_link_each_row_to_the_smallest_with_its_key(keys, draw):
    rows = draw.sample(range(100), k=len(keys))
    array = pa.chunked_array([pa.array([b"x" * 16, *keys], pa.binary(16)).slice(1)], pa.binary(16))
    first = {key: min(row for own, row in zip(keys, rows, strict=True) if own == key) for key in keys}
    expected = sorted((first[key], row) for key, row in zip(keys, rows, strict=True) if row != first[key])
    assert sorted(map(tuple, exact_pairs(array, np.array(rows, dtype=np.int64)).tolist())) == expected


def test_quality_comes_before_length_and_length_before_the_row():
    found = quality_order(
        row=np.array([10, 11, 12, 13, 14, 15]),
        fits_target=np.array([False, True, True, True, True, True]),
        has_evidence=np.array([True, False, True, True, True, True]),
        source_rank=np.array([0, 0, 1, 0, 0, 0]),
        answer_chars=np.array([99, 99, 99, 20, 30, 20]),
    )
    assert found.tolist() == [14, 13, 15, 12, 11, 10]


def test_the_better_row_stays():
    pair = proven((0, 1, 0.9))
    assert gone_of(choose(pair, [1, 0])) == {0: (1, 0.9)}
    assert gone_of(choose(pair, [1, 0], [True, False] + [True] * 10)) == {1: (0, 0.9)}


def test_a_chain_is_no_reason_to_go():
    # 1 repeats 0 and 2 repeats 1, but nobody proved that 2 repeats 0.
    assert gone_of(choose(proven((0, 1, 0.8), (1, 2, 0.8)), [0, 1, 2])) == {1: (0, 0.8)}
    assert gone_of(choose(proven((0, 1, 0.8), (1, 2, 0.9)), [1, 0, 2])) == {0: (1, 0.8), 2: (1, 0.9)}


def test_exact_repeats_go_with_the_best_of_them_however_they_were_paired():
    star = proven(exact=tuple((0, row) for row in range(1, 12)))
    chain = proven(exact=tuple((row, row + 1) for row in range(11)))
    order = [7, *range(7), *range(8, 12)]
    assert (
        gone_of(choose(star, order))
        == gone_of(choose(chain, order))
        == {row: (7, 1.0) for row in range(12) if row != 7}
    )


def test_what_nearly_repeats_one_of_an_exact_class_repeats_its_best():
    found = proven((0, 5, 0.85), exact=((5, 6), (5, 7)))
    gone = choose(found, [6, 7, 0, 5])
    assert gone_of(gone) == {0: (6, 0.85), 5: (6, 1.0), 7: (6, 1.0)}
    assert gone.is_exact.tolist() == [False, True, True]


def test_the_most_similar_witness_counts_then_the_smaller_row():
    assert gone_of(choose(proven((2, 9, 0.8), (3, 9, 0.95), (4, 9, 0.95)), [2, 4, 3, 9])) == {9: (3, 0.95)}


def test_rows_of_earlier_releases_stay_and_are_witnesses():
    found = proven((0, 10, 0.9), exact=((1, 11), (10, 11)))
    assert gone_of(choose(found, [0, 1], anyway=(10, 11))) == {0: (10, 0.9), 1: (10, 1.0)}


@given(EDGES, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=4), st.data())
def test_each_removed_row_has_a_kept_witness_that_repeats_it(edges, exact, data):
    exact = tuple(pair for pair in exact if pair[0] != pair[1])
    classes = components(12, np.array(exact, dtype=np.int64).reshape(-1, 2)).tolist()
    found = proven(*(edge for edge in edges if classes[edge[0]] != classes[edge[1]]), exact=exact)
    order = data.draw(st.permutations(range(12)))
    stays = data.draw(st.lists(st.booleans(), min_size=12, max_size=12))
    anyway = tuple(data.draw(st.sets(st.integers(0, 11), max_size=3)))
    asked = [row for row in order if row not in anyway]
    gone = gone_of(choose(found, asked, stays, anyway))
    kept = {row for row in asked if stays[row] and row not in gone} | set(anyway)
    linked = {
        (classes[one], classes[other])
        for pair in zip(found.left.tolist(), found.right.tolist(), strict=True)
        for one, other in (pair, pair[::-1])
    }
    for row, (witness, score) in gone.items():
        assert witness in kept
        assert row not in anyway
        assert (classes[row], classes[witness]) in linked or (classes[row] == classes[witness] and score == 1.0)
    # And of kept rows no two repeat each other, but those kept anyway.
    for one in kept - set(anyway):
        for other in kept - {one}:
            assert classes[one] != classes[other]
            assert (classes[one], classes[other]) not in linked


def test_a_million_rows_are_chosen_from_at_once():
    draw = np.random.default_rng(4)
    pairs = np.unique(np.sort(draw.integers(0, 1_000_000, (300_000, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    found = Proven(*pairs.T, np.zeros(len(pairs), dtype=bool), {"question": draw.uniform(0.8, 1, len(pairs))}, {}, {})
    order = draw.permutation(1_000_000)
    gone = choose_kept(found, order, np.ones(1_000_000, dtype=bool), np.zeros(0, dtype=np.int64))
    assert 0 < len(gone.row) < len(pairs)
    assert not np.isin(gone.witness, gone.row).any()


@pytest.mark.parametrize("nodes", [2, 5, 40])
def test_components_are_named_by_their_smallest_node(nodes):
    draw = random.Random(nodes)
    edges = np.array([(draw.randrange(nodes), draw.randrange(nodes)) for _ in range(nodes // 2)]).reshape(-1, 2)
    found = components(nodes, edges.astype(np.int64))
    graph = np.zeros((nodes, nodes))
    graph[tuple(edges.T)] = 1
    _, labels = connected_components(graph, directed=False)
    assert found.tolist() == [int(np.flatnonzero(labels == label)[0]) for label in labels]
