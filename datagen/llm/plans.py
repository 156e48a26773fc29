"""What is to be asked, of which passages, in whose voice: coverage and mix, decided before a token is spent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from curation.errors import InputError
from curation.files import sha256_bytes
from curation.korean.speech_level import SpeechLevel
from datagen.chances import Chances, pick_at
from datagen.documents import Line, MarkKind
from datagen.extract.reading import Reading
from datagen.fidelity.steering import is_instruction
from datagen.gates import Pair
from datagen.llm.neighbours import neighbours
from datagen.llm.voices import KIND_STEP, Voices
from datagen.passages import Passage, passages_of
from datagen.recipe import Mix, Recipe
from datagen.retrieval.search import Searcher
from datagen.wording import source_fault

KINDS = tuple(Mix.model_fields)
# Grow from a pair that was found already, where there is one.
EVOLVED = frozenset({"deeper", "conditional", "scenario", "dialogue"})
TWO_PASSAGES = frozenset({"comparative", "multi_hop"})
# What the extractors call what a kind is like: who asks most of it stands in the recipe by their names.
_LIKE = {
    "deeper": "purpose", "conditional": "condition", "comparative": "comparison", "scenario": "trouble",
    "multi_hop": "two_hop",
}  # fmt: skip
_HANGUL = re.compile(r"[가-힣]")
_LEAST_HANGUL = 20  # 순환 실사는 창고를 나누어 돌아가며 세는 방식입니다.
_MOST_LINKED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """One pair, or one dialogue of `turns` questions, to be written.

    `passages` are the numbers of the passages to ask of, the first leading. `draft` is the pair that the extractors
    found there, if any: what a rewriter rewords, what an evolved question grows from, and what falls back.
    """

    kind: str  # rewrite, fact, deeper, conditional, comparative, scenario, dialogue, multi_hop, unanswerable
    level: SpeechLevel  # of the question: one of phrasing.REGISTERS
    persona: str  # its name, as the recipe gives it
    passages: tuple[int, ...]
    turns: int = 1
    draft: Pair | None = None


def make_plans(
    passages: Sequence[Passage], drafts: Sequence[Pair], recipe: Recipe, *, searcher: Searcher
) -> list[Plan]:
    """The plans of every passage worth asking, or, where the recipe only rewrites, one for each draft of one turn.

    Documents take turns, and sections within one, so that the first plans come from everywhere. What a document is
    asked hangs on the seed and its own text, never on its place or the others, but for the second passage that some
    kinds need. `drafts` are pairs that passed the gates.
    """
    found = _found_in(passages, [draft for draft in drafts if draft.before is None])
    if recipe.llm.mode == "rewrite":
        plans = [plan for own in _by_document(found, passages) for plan in _rewrites(own, recipe)]
    else:
        plans = [
            plan for numbers in passages_of(passages).values() for plan in _plans(passages, numbers, found, recipe)
        ]
        plans = _with_second(plans, passages, recipe, searcher)
    return _in_turns(plans, passages, recipe.seed)


def _plans(
    passages: Sequence[Passage], numbers: Sequence[int], found: Mapping[int, Sequence[_Found]], recipe: Recipe
) -> Iterator[Plan]:
    """One document's plans: a round over its passages for each plan of a passage."""
    document = passages[numbers[0]].document
    weights = _weights(recipe)
    voices = Voices(recipe, document)
    facts = {id(section) for section in Reading(document, {}, frozenset()).sections()}
    worth = [
        number for number in numbers
        if passages[number].section is None or id(passages[number].section) in facts
        if _is_worth_asking(passages[number])
    ]  # fmt: skip
    left = {number: [one.draft for one in found.get(number, ())] for number in worth}
    asked_by: dict[int, list[str]] = {number: [] for number in worth}
    offset = Chances(f"{recipe.seed}|{document.sha256}|kinds").point()
    for place, (_, number) in enumerate(product(range(recipe.llm.plans_per_passage), worth)):
        chances = Chances(f"{recipe.seed}|{document.sha256}|{passages[number].start}|{place}")
        kind = pick_at((offset + place * KIND_STEP) % 1, KINDS, weights)
        draft = _take(left[number], is_answerable=kind != "unanswerable")
        if kind == "rewrite" and draft is None:
            kind = "fact"
        level = voices.level(place)
        about = draft.kind if kind == "rewrite" and draft else _LIKE.get(kind, "")
        # Asked twice in one voice, a passage would get the same question twice: the requests would be the same.
        persona = voices.persona(level, about, chances, asked_by[number])
        asked_by[number].append(persona)
        turns = chances.pick((2, 3), (1.0, 1.0)) if kind == "dialogue" else 1
        yield Plan(kind, level, persona, (number,), turns, draft)


def _rewrites(own: Sequence[_Found], recipe: Recipe) -> Iterator[Plan]:
    """A plan for each draft of one document."""
    document = own[0].draft.evidence[0].document
    voices = Voices(recipe, document)
    drafts = sorted(own, key=lambda one: _key(one.draft))
    for place, one in enumerate(drafts):
        chances = Chances(f"{recipe.seed}|{document.sha256}|{_key(one.draft)}")
        level = voices.level(place)
        yield Plan("rewrite", level, voices.persona(level, one.draft.kind, chances), one.passages, 1, one.draft)


@dataclass(frozen=True, slots=True)
class _Found:
    """A draft and the passages where its evidence stands, the one of its fact first."""

    draft: Pair
    passages: tuple[int, ...]


def _found_in(passages: Sequence[Passage], drafts: Sequence[Pair]) -> dict[int, list[_Found]]:
    """The drafts by the passage that holds their fact, in an order that hangs on what they say."""
    homes = passages_of(passages)
    found: dict[int, list[_Found]] = {}
    for draft in drafts:
        stands = dict.fromkeys(
            number for one in draft.evidence for number in homes.get(one.document.name, ())
            if passages[number].touches(one.start, one.end)
        )  # fmt: skip
        if stands:
            one = _Found(draft, tuple(stands))
            found.setdefault(one.passages[0], []).append(one)
    for own in found.values():
        own.sort(key=lambda one: sha256_bytes(_key(one.draft).encode()))
    return found


def _by_document(found: Mapping[int, Sequence[_Found]], passages: Sequence[Passage]) -> list[list[_Found]]:
    documents: dict[str, list[_Found]] = {}
    for number, own in found.items():
        documents.setdefault(passages[number].document.name, []).extend(own)
    return list(documents.values())


def _key(draft: Pair) -> str:
    fact = draft.evidence[0]
    return f"{fact.start:012}|{draft.kind}|{draft.question}"


def _take(drafts: list[Pair], *, is_answerable: bool) -> Pair | None:
    """The next draft that fits, taken away so that no other plan falls back to it."""
    place = next((place for place, draft in enumerate(drafts) if draft.is_answerable == is_answerable), None)
    return None if place is None else drafts.pop(place)


def _weights(recipe: Recipe) -> list[float]:
    """The weight of each of KINDS; a question without an answer needs contexts that lack it."""
    mix = recipe.llm.mix.model_dump()
    weights = [0.0 if kind == "unanswerable" and not recipe.contexts.size else float(mix[kind]) for kind in KINDS]
    if not sum(weights):
        raise InputError(
            "llm.mix", "all weights are 0: nothing would be asked", mend="give a kind a weight: --set llm.mix.fact=1",
            mend_ko="한 종류에라도 가중치를 주세요: --set llm.mix.fact=1",
        )  # fmt: skip
    return weights


def _is_worth_asking(passage: Passage) -> bool:
    """Whether a passage says something: not a word or two, nor only of the page, no links to elsewhere, no orders to a
    model."""
    body = [line for line in passage.lines[len(passage.headings) :] if source_fault(line.text) is None]
    text = "".join(line.text for line in body)
    if len(_HANGUL.findall(text)) < _LEAST_HANGUL or sum(map(_linked_chars, body)) > _MOST_LINKED_SHARE * len(text):
        return False
    return not any(is_instruction(line.text) for line in passage.lines)


def _linked_chars(line: Line) -> int:
    return sum(mark.end - mark.start for mark in line.marks if mark.kind is MarkKind.LINK)


def _with_second(
    plans: Sequence[Plan], passages: Sequence[Passage], recipe: Recipe, searcher: Searcher
) -> list[Plan]:  # fmt: skip
    """The plans, with a second passage where the kind needs one; a fact is asked where no passage is near enough."""
    asked = {plan.passages[0] for plan in plans}
    leading = sorted({plan.passages[0] for plan in plans if plan.kind in TWO_PASSAGES})
    near = neighbours(leading, passages, searcher, among=asked)
    written: list[Plan] = []
    for plan in plans:
        number = plan.passages[0]
        if plan.kind not in TWO_PASSAGES:
            written.append(plan)
        elif not near[number]:
            written.append(replace(plan, kind="fact"))
        else:
            own = passages[number]
            chances = Chances(f"{recipe.seed}|{own.document.sha256}|{own.start}|{plan.kind}|{plan.persona}")
            second = chances.pick(near[number], [1.0] * len(near[number]))
            written.append(replace(plan, passages=(number, second)))
    return written


def _in_turns(plans: Sequence[Plan], passages: Sequence[Passage], seed: int) -> list[Plan]:
    """The plans in rounds: one of each document, within a document one of each section; who comes first is drawn."""
    of_section, of_document = Counter[tuple[str, tuple[str, ...]]](), Counter[str]()
    ranked: list[tuple[int, str, Plan]] = []
    for plan in plans:
        passage = passages[plan.passages[0]]
        section = passage.document.name, passage.headings
        drawn = sha256_bytes(f"{seed}|{passage.document.sha256}|{section}".encode())
        ranked.append((of_section[section], drawn, plan))
        of_section[section] += 1
    ranked.sort(key=lambda one: one[:2])
    rounds: list[tuple[int, str, str, Plan]] = []
    for _, _, plan in ranked:
        document = passages[plan.passages[0]].document
        drawn = sha256_bytes(f"{seed}|{document.sha256}".encode())
        rounds.append((of_document[document.name], drawn, document.name, plan))
        of_document[document.name] += 1
    return [plan for *_, plan in sorted(rounds, key=lambda one: one[:3])]
