"""Who asks of a document, and in which register: shares that hold however few questions it gets."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from curation.korean.speech_level import SpeechLevel
from datagen.chances import Chances, pick_at
from datagen.documents import Document
from datagen.phrasing import REGISTERS
from datagen.recipe import Recipe

# Multiples of the golden ratio and of the root of 2, less their whole parts, fill [0, 1) evenly and side by side: the
# kinds of a document's plans, and their levels, keep their shares within three plans, however many there are.
KIND_STEP, LEVEL_STEP = (math.sqrt(5) - 1) / 2, math.sqrt(2) - 1
# How much more often a persona asks what its work is about.
_AT_HOME = 3


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of a document's questions: levels by their shares, personas by what they ask of at that level."""

    recipe: Recipe
    document: Document

    def level(self, place: int) -> SpeechLevel:
        """The level of the document's question at `place`."""
        shares = self.recipe.question_levels
        offset = Chances(f"{self.recipe.seed}|{self.document.sha256}|levels").point()
        return pick_at((offset + place * LEVEL_STEP) % 1, REGISTERS, (shares.hae, shares.haeyo, shares.hapsyo))

    def persona(self, level: SpeechLevel, kind: str, chances: Chances, taken: Collection[str] = ()) -> str:
        """Who asks what the extractors call `kind`; none of those `taken` where anyone else speaks at that level."""
        place = REGISTERS.index(level)
        weights = {
            one.name: one.mix[place] * (_AT_HOME if kind in one.kinds else 1) for one in self.recipe.personas.values()
        }
        free = {name: weight for name, weight in weights.items() if weight and name not in taken} or weights
        return chances.pick(list(free), list(free.values()))
