"""From candidates to pairs: the register, the wording and the persona of each, and its answer made polite."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

from curation.korean.register import Converted, convert
from curation.korean.speech_level import SpeechLevel
from datagen.documents import Document, Evidence, cite
from datagen.extract.reading import Candidate
from datagen.gates import Pair
from datagen.phrasing import REGISTERS, Template, phrase
from datagen.recipe import Recipe

T = TypeVar("T")


def write_pairs(drafts: Sequence[tuple[Document, Candidate]], recipe: Recipe, words: tuple[str, ...]) -> list[Pair]:
    """Up to `recipe.phrasings` pairs per candidate, in order; choices hang on seed and evidence, never on the place."""
    answers = convert([candidate.answer for _, candidate in drafts], to="hapsyo", words=words)
    return [
        Pair(candidate.kind, persona, question, register, answer.text, _evidence(document, candidate), _why(answer))
        for (document, candidate), answer in zip(drafts, answers, strict=True)
        for register, persona, question in _wordings(document, candidate, recipe)
    ]


def _wordings(document: Document, candidate: Candidate, recipe: Recipe) -> Iterator[tuple[SpeechLevel, str, str]]:
    """(register, persona, question) of each wording; no template twice."""
    personas, levels = recipe.personas, recipe.question_levels
    chances = _Chances(f"{recipe.seed}|{document.sha256}|{candidate.evidence}|{candidate.kind}")
    templates = list(candidate.templates)
    for _ in range(min(recipe.phrasings, len(templates))):
        register = chances.pick(REGISTERS, [levels.hae, levels.haeyo, levels.hapsyo])
        place = REGISTERS.index(register)
        weights = [sum(personas[letter].mix[place] for letter in template.personas) for template in templates]
        template: Template = chances.pick(templates, weights)
        templates.remove(template)
        letter = chances.pick(template.personas, [personas[letter].mix[place] for letter in template.personas])
        yield register, personas[letter].name, phrase(template.text, register, candidate.slots)


class _Chances:
    """Weighted choices drawn from a key, the same on every machine and in every order of candidates."""

    def __init__(self, key: str) -> None:
        self._key, self._drawn = key, 0

    def pick(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of `options`, with a chance proportional to its weight."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._key}|{self._drawn}".encode()).digest()
        point = int.from_bytes(digest[:8], "big") / 2**64 * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            point -= weight
            if point < 0:
                return option
        return options[-1]


def _why(answer: Converted) -> str | None:
    return answer.unconverted[0][2] if answer.unconverted else None


def _evidence(document: Document, candidate: Candidate) -> tuple[Evidence, ...]:
    own = (cite(document, span, candidate.section) for span in dict.fromkeys(candidate.evidence))
    return (*own, *candidate.elsewhere)
