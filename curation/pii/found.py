"""What a place that holds personal data is called."""

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["sure", "likely"]


@dataclass(frozen=True, slots=True)
class Found:
    """One personal datum: `text[start:end]`, half-open, in code points.

    `kind` is one of rrn, frn, brn, phone, account, card, passport, license_number, email, ip, address, plate.
    `likely` where only the shape or only the words around it speak for it.
    """

    kind: str
    start: int
    end: int
    confidence: Confidence
