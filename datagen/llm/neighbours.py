"""Passages that speak of the same things in another place: what a comparison or a second hop needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from datagen.passages import Passage
from datagen.retrieval.search import Searcher

_BATCH = 256  # passages scored at once against all others
_MOST = 3
# Of what a passage scores against itself: below, two passages share but the words of any handbook.
_LEAST_SHARE = 0.12
# Above, one is a copy of the other, and nothing is compared.
_MOST_SHARE = 0.8


def neighbours(
    numbers: Sequence[int], passages: Sequence[Passage], searcher: Searcher, *, among: Collection[int]
) -> dict[int, list[int]]:
    """For each passage those nearest to it in another section, best first, by the weight of the morphemes they share.

    Only passages of `among` count. BM25 reads the index's own morphemes: nothing is analysed again.
    """
    others = sorted(among)
    found: dict[int, list[int]] = {}
    for start in range(0, len(numbers), _BATCH):
        batch = numbers[start : start + _BATCH]
        scores = searcher.bm25.scores([searcher.morphemes[number] for number in batch])
        for number, row in zip(batch, scores, strict=True):
            own = float(row[number])
            near = [
                other for other in others
                if _LEAST_SHARE * own <= row[other] <= _MOST_SHARE * own
                if not _is_same_section(passages[number], passages[other])
            ]  # fmt: skip
            # Scores differ in their last digits with the order of the documents; a tie is settled by content.
            near.sort(key=lambda other: (-round(float(row[other]), 3), *_place(passages[other])))
            found[number] = near[:_MOST]
    return found


def _is_same_section(one: Passage, other: Passage) -> bool:
    return one.document is other.document and one.headings == other.headings


def _place(passage: Passage) -> Iterator[str | int]:
    yield passage.document.sha256
    yield passage.start
