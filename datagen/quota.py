"""Quotas per document and per kind: kinds take turns, and sections within a kind, so that late ones count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from curation.files import sha256_bytes
from datagen.gates import Inspected
from datagen.recipe import Quota

T = TypeVar("T")


def over_quota(found: Sequence[Inspected], quota: Quota) -> dict[int, str]:
    """The pairs that are too many: {index: which quota}; what stays hangs on content, never on order."""
    over: dict[int, str] = {}
    for document in _grouped(range(len(found)), lambda index: found[index].pair.evidence[0].document.name):
        kept, of_kind = 0, Counter[str]()
        for index in _taking_turns(found, document):
            kind = found[index].pair.kind
            most = quota.kinds.get(kind, quota.per_kind)
            if kept >= quota.per_document:
                over[index] = f"over {quota.per_document} of one document"
            elif of_kind[kind] >= most:
                over[index] = f"over {most} of kind {kind} in one document"
            else:
                kept += 1
                of_kind[kind] += 1
    return over


def _taking_turns(found: Sequence[Inspected], document: Sequence[int]) -> Iterator[int]:
    """A document's pairs: one of each kind in turn; within a kind one of each section in turn, drawn by digest."""
    drawn = sorted(document, key=lambda index: sha256_bytes(found[index].pair.question.encode()))
    kinds = _grouped(drawn, lambda index: found[index].pair.kind)
    yield from _turns([list(_turns(_grouped(kind, lambda i: found[i].pair.evidence[0].section))) for kind in kinds])


def _turns(groups: Sequence[Sequence[T]]) -> Iterator[T]:
    for place in range(max(map(len, groups), default=0)):
        yield from (group[place] for group in groups if place < len(group))


def _grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())
