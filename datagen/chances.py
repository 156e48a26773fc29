"""Weighted choices that hang on a key alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chances:
    """Weighted choices drawn from a key, the same on every machine and in every order of what is chosen for."""

    def __init__(self, key: str) -> None:
        self._key, self._drawn = key, 0

    def point(self) -> float:
        """The next number in [0, 1)."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._key}|{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def pick(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of `options`, with a chance proportional to its weight."""
        return pick_at(self.point(), options, weights)


def pick_at(point: float, options: Sequence[T], weights: Sequence[float]) -> T:
    """The option whose share of the weights lies at `point` in [0, 1)."""
    left = point * sum(weights)
    for option, weight in zip(options, weights, strict=True):
        left -= weight
        if left < 0:
            return option
    return options[-1]
