"""Who stays of the rows that repeat each other: the best, whatever came first; the others go with a witness."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from curation.components import components
from curation.dedup.prove import Proven

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that go, ascending; `row[i]` repeats the kept row `witness[i]` with these exact scores per role, 0..1."""

    row: NDArray[np.int64]
    witness: NDArray[np.int64]
    is_exact: NDArray[np.bool_]
    scores: Mapping[str, NDArray[np.float64]]


def quality_order(
    *,
    row: NDArray[np.int64],
    fits_target: NDArray[np.bool_],
    has_evidence: NDArray[np.bool_],
    source_rank: NDArray[np.int64],
    answer_chars: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The numbers `row`, best first, by the columns in the order given here; a smaller source rank is better.

    That is: an answer in the target's level, grounded in evidence, from the better source, the longer one, and at
    last the smaller row number (the rank of its `row_id`), so that no two are alike.
    """
    return row[np.lexsort((row, -answer_chars, source_rank, ~has_evidence, ~fits_target))]


def choose_kept(
    proven: Proven, order: NDArray[np.int64], may_stay: NDArray[np.bool_], kept_anyway: NDArray[np.int64]
) -> Gone:
    """Greedy keep-first: rows are asked in `order` (best first), and one goes only where a kept row repeats it.

    `may_stay[row]` says which may be kept at all: the others are asked last, are never a witness, and go only as
    repeats. `kept_anyway` are rows of earlier releases: they stay before any is asked. Exact repeats form one class:
    equality is transitive, so its best row stands for all, and what nearly repeats one of them nearly repeats each.
    Of several witnesses the most similar counts, then the smaller row.
    """
    numbers = (order, kept_anyway, proven.right)
    size = max(len(may_stay), *(int(rows.max(initial=-1)) + 1 for rows in numbers))
    pairs = np.stack([proven.left, proven.right], axis=1)
    class_of = components(size, pairs[proven.is_exact])
    head, turn = _heads(class_of, order, may_stay, kept_anyway)
    near = np.flatnonzero(~proven.is_exact)
    weakest = np.min([scores[near] for scores in proven.scores.values()], axis=0)
    proof, witness_class = _ask(class_of[pairs[near]], weakest, head, turn)

    own = class_of[order]
    near_gone = witness_class[own] != _NOBODY
    witness = head[np.where(near_gone, witness_class[own], own)]
    goes = (witness != _NOBODY) & (witness != order) & ~np.isin(order, kept_anyway)
    by_row = np.flatnonzero(goes)[np.argsort(order[goes])]
    exact = ~near_gone[by_row]
    edge = near[proof[own[by_row]]] if len(near) else np.zeros(len(by_row), dtype=np.int64)
    scores = {
        role: np.where(exact, 1.0, found[edge]) if len(near) else np.ones(len(by_row))
        for role, found in proven.scores.items()
    }
    return Gone(order[by_row], witness[by_row], exact, scores)


def _heads(
    class_of: NDArray[np.int64], order: NDArray[np.int64], may_stay: NDArray[np.bool_], kept_anyway: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each class the row that stands for it, if any may, and when it is asked: -1 for one that stays anyway."""
    head = np.full(len(class_of), _NOBODY)
    turn = np.full(len(class_of), 2 * len(order))
    backwards = order[::-1]  # of several assignments to one place the last counts: the best
    turns = np.arange(len(order))[::-1]
    turn[class_of[backwards]] = turns + len(order)  # asked last, unless
    may = may_stay[backwards]
    head[class_of[backwards[may]]], turn[class_of[backwards[may]]] = backwards[may], turns[may]
    before = np.sort(kept_anyway)[::-1]
    head[class_of[before]], turn[class_of[before]] = before, -1
    return head, turn


def _ask(
    edges: NDArray[np.int64], weakest: NDArray[np.float64], head: NDArray[np.int64], turn: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each class the edge that proves it a repeat of a kept one, and that one; `_NOBODY` where it stays."""
    proof, witness = np.zeros(len(head), dtype=np.int64), np.full(len(head), _NOBODY)
    ends = np.concatenate([edges, edges[:, ::-1]])
    # Classes by their turn, the edges of one together, the best witness first.
    ranked = np.lexsort((head[ends[:, 1]], -np.tile(weakest, 2), turn[ends[:, 0]]))
    mine, other = ends[:, 0].tolist(), ends[:, 1].tolist()
    kept, may_stay = (turn < 0).tolist(), (head != _NOBODY).tolist()
    for one, its_edges in groupby(ranked.tolist(), key=mine.__getitem__):
        if kept[one]:
            continue
        best = next((edge for edge in its_edges if kept[other[edge]]), None)
        if best is None:
            kept[one] = may_stay[one]
        else:
            proof[one], witness[one] = best % len(edges), other[best]
    return proof, witness
