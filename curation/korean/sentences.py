"""Sentences with their morphemes: Kiwi's split, with its false ends taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.kiwi import analyser

if TYPE_CHECKING:
    from kiwipiepy import Token

_STOPS = (".", "!", "?", "…")
# Endings that close a 해체 sentence or join two clauses. Without a full stop behind them, before a sentence that has
# one, they join: 상품이 제자리에 없어 작업자가 찾았습니다.
_JOINING = frozenset("어 아 고 지 면 는데 ᆫ데 은데".split())


@dataclass(frozen=True, slots=True)
class Split:
    """`text[start:end]` and its morphemes, whose `start` counts from the text's beginning."""

    start: int
    end: int
    tokens: tuple[Token, ...]


def split_sentences(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[list[Split]]:
    """Each text's sentences, same order; one call for all texts, so that Kiwi's workers all run."""
    results = analyser(words).split_into_sents(list(texts), return_tokens=True)
    return [
        _rejoined(text, [Split(part.start, part.end, tuple(part.tokens)) for part in parts])
        for text, parts in zip(texts, results, strict=True)
    ]


def _rejoined(text: str, parts: list[Split]) -> list[Split]:
    if len(parts) < 2:
        return parts
    joined = [parts[-1]]
    for part in reversed(parts[:-1]):
        after = joined[-1]
        if part.tokens[-1].form in _JOINING and text[: after.end].rstrip().endswith(_STOPS):
            joined[-1] = Split(part.start, after.end, part.tokens + after.tokens)
        else:
            joined.append(part)
    return joined[::-1]
