"""Questions that open with a term, asked with other words in its place: 작업 풀은 왜 써? → 그건 왜 써?"""

from __future__ import annotations

import re
from collections.abc import Callable

from datagen.extract.reading import Candidate
from datagen.phrasing import REGISTERS, Slots, Template, phrase

# What stands in for a term before a particle (as attach wants it) in the register at a place of REGISTERS.
StandIn = Callable[[str, int], str]

_PAIRS = {"은": "은/는", "는": "은/는", "을": "을/를", "를": "을/를", "이": "이/가", "가": "이/가"}
_FOLLOWED = re.compile(r"(?P<josa>은|는|을|를|이|가) (?=\S)")


def opened_otherwise(candidate: Candidate, term: str, stand_in: StandIn) -> tuple[tuple[Template, ...], Slots] | None:
    """The wordings that open with the term and name it nowhere else, `stand_in` in its place; None if none do."""
    slots: dict[str, tuple[str, str, str]] = {}
    templates = []
    for number, template in enumerate(candidate.templates):
        asked = [phrase(template.text, level, candidate.slots) for level in REGISTERS]
        hae, haeyo, hapsyo = (_instead(question, term, stand_in, place) for place, question in enumerate(asked))
        if hae and haeyo and hapsyo:
            slots[f"ask{number}"] = (hae, haeyo, hapsyo)
            templates.append(Template(template.personas, f"{{ask{number}}}"))
    return (tuple(templates), slots) if templates else None


def _instead(question: str, term: str, stand_in: StandIn, place: int) -> str:
    """A question with its opening term replaced; empty where it opens otherwise, or names the term again."""
    found = _FOLLOWED.match(question, len(term)) if question.startswith(term) else None
    if found is None or term in question[len(term) :]:
        return ""
    said = stand_in(_PAIRS[found["josa"]], place)
    return f"{said} {question[found.end() :]}" if said else ""
