"""From candidates to pairs: the register, the wording and the persona of each, and its answer made polite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from curation.korean.kiwi import tokenise
from curation.korean.particles import mend_particles
from curation.korean.register import Converted, convert
from curation.korean.speech_level import SpeechLevel
from datagen.chances import Chances
from datagen.documents import Document, Evidence, cite
from datagen.extract.reading import Candidate
from datagen.gates import Pair
from datagen.noise import NOISES
from datagen.phrasing import REGISTERS, Template, phrase
from datagen.recipe import Persona, Recipe

# How much more often a persona asks what its work is about.
_AT_HOME = 3


def write_pairs(drafts: Sequence[tuple[Document, Candidate]], recipe: Recipe, words: tuple[str, ...]) -> list[Pair]:
    """Up to `recipe.phrasings` pairs per candidate, in order; choices hang on seed and evidence, never on the place."""
    turns = [turn for _, candidate in drafts for turn in _turns(candidate)]
    mended = [one.text for one in mend_particles([turn.answer for turn in turns], words)]
    answers = dict(zip(map(id, turns), convert(mended, to=recipe.answer_level, words=words), strict=True))
    pairs = [
        _pair(document, candidate, wording, answers, SpeechLevel(recipe.answer_level))
        for document, candidate in drafts
        for wording in _wordings(document, candidate, recipe)
    ]
    return _with_noise(_with_fitting_questions(pairs, words), recipe, words)


@dataclass(frozen=True, slots=True)
class _Wording:
    """How one candidate is asked: the register, who asks, and the question of each turn, the candidate's own last."""

    register: SpeechLevel
    persona: str
    questions: tuple[str, ...]


def _turns(candidate: Candidate) -> Iterator[Candidate]:
    if candidate.before is not None:
        yield from _turns(candidate.before)
    yield candidate


def _pair(
    document: Document, candidate: Candidate, wording: _Wording, answers: Mapping[int, Converted], level: SpeechLevel
) -> Pair:
    """The candidate asked in one wording and answered in `level`, with the turns before it."""
    before = candidate.before
    *earlier, question = wording.questions
    led = None
    if before is not None:
        led = _pair(document, before, replace(wording, questions=tuple(earlier)), answers, level)
    answer = answers[id(candidate)]
    return Pair(
        candidate.kind, wording.persona, question, wording.register, answer.text, _evidence(document, candidate),
        _why(answer), led, candidate.is_answerable, answer_level=level,
    )  # fmt: skip


def _wordings(document: Document, candidate: Candidate, recipe: Recipe) -> Iterator[_Wording]:
    """The wordings of one candidate; no template twice."""
    personas, levels = recipe.personas, recipe.question_levels
    chances = Chances(f"{recipe.seed}|{document.sha256}|{candidate.evidence}|{candidate.kind}")
    templates = list(candidate.templates)
    for _ in range(min(recipe.phrasings, len(templates))):
        register = chances.pick(REGISTERS, [levels.hae, levels.haeyo, levels.hapsyo])
        weights = {
            key: persona.mix[REGISTERS.index(register)] * (_AT_HOME if candidate.kind in persona.kinds else 1)
            for key, persona in personas.items()
        }
        askers = [_askers(template, personas) for template in templates]
        template: Template = chances.pick(templates, [sum(weights[key] for key in keys) for keys in askers])
        keys = askers[templates.index(template)]
        templates.remove(template)
        persona = personas[chances.pick(keys, [weights[key] for key in keys])]
        earlier = [
            phrase(chances.pick(turn.templates, [1.0] * len(turn.templates)).text, register, turn.slots)
            for turn in list(_turns(candidate))[:-1]
        ]
        yield _Wording(register, persona.name, (*earlier, phrase(template.text, register, candidate.slots)))


def _askers(template: Template, personas: Mapping[str, Persona]) -> list[str]:
    """The personas who would ask so: those the template names, and those who ask like one of them."""
    return [key for key, persona in personas.items() if set(persona.asks_like or key) & set(template.personas)]


def _with_fitting_questions(pairs: Sequence[Pair], words: tuple[str, ...]) -> list[Pair]:
    """The pairs with the particles of their questions mended, where the source's own do not fit."""
    mended = mend_particles([pair.question for pair in pairs], words)
    return [replace(pair, question=one.text) for pair, one in zip(pairs, mended, strict=True)]


def _with_noise(pairs: Sequence[Pair], recipe: Recipe, words: tuple[str, ...]) -> list[Pair]:
    """The pairs, a share of the questions in 반말 and 해요체 written as people type them, labelled so."""
    chosen: dict[int, str] = {}
    for place, pair in enumerate(pairs):
        chances = Chances(f"{recipe.seed}|{pair.question}|{pair.evidence[0].document.sha256}|{pair.evidence[0].start}")
        if pair.question_level is not SpeechLevel.HAPSYO and chances.pick((True, False), recipe.noise.odds):
            chosen[place] = chances.pick(recipe.noise.kinds, [1.0] * len(recipe.noise.kinds))
    tokens = dict(zip(chosen, tokenise([pairs[place].question for place in chosen], words), strict=True))
    written = list(pairs)
    for place, kind in chosen.items():
        noisy = NOISES[kind](pairs[place].question, tokens[place])
        if noisy != pairs[place].question:
            written[place] = replace(pairs[place], question=noisy, noise=kind)
    return written


def _why(answer: Converted) -> str | None:
    return answer.unconverted[0][2] if answer.unconverted else None


def _evidence(document: Document, candidate: Candidate) -> tuple[Evidence, ...]:
    own = (cite(document, span, candidate.section) for span in dict.fromkeys(candidate.evidence))
    return (*own, *candidate.elsewhere)
