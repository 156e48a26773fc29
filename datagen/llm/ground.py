"""From a model's answers to a pair with evidence: every quote is found in its passage, or the pair is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.speech_level import SpeechLevel
from datagen.documents import Evidence, cite
from datagen.gates import Origin, Pair
from datagen.llm.fence import Shown
from datagen.llm.plans import TWO_PASSAGES, Plan
from datagen.llm.schemas import Answer

_LEAST_WORD = 2  # characters of a heading's word that an answer may have taken from it


@dataclass(frozen=True, slots=True)
class Refused:
    """Why answers make no pair: the gate's name and what it saw."""

    gate: str
    because: str


def ground(
    plan: Plan, questions: Sequence[str], answers: Sequence[Answer], shown: Sequence[Shown], *,
    answer_level: SpeechLevel, origin: Origin, quote_chars: int,
) -> Pair | Refused:  # fmt: skip
    """The pair of a plan, a dialogue's turns chained, its evidence found; or why there is none.

    `quote_chars` is the most that one answer may quote.
    """
    if len(answers) != len(questions):
        return Refused("turns", f"{len(answers)} answers to {len(questions)} questions")
    pair: Pair | None = None
    sources: set[str] = set()
    for question, answer in zip(questions, answers, strict=True):
        if answer.answerable != (plan.kind != "unanswerable"):
            return Refused(
                "answered" if answer.answerable else "unanswered", answer.answer or "not in the passages found"
            )
        found = _find(answer, shown, quote_chars)
        if isinstance(found, Refused):
            return found
        sources |= {source.id for source, _ in found}
        pair = Pair(
            plan.kind, plan.persona, question.strip(), plan.level, answer.answer.strip(),
            _evidence(question, answer.answer, found), before=pair, is_answerable=answer.answerable,
            answer_level=answer_level, origin=origin,
        )  # fmt: skip
    if plan.kind in TWO_PASSAGES and len(sources) < 2:
        return Refused("hops", "all quotes stand in one passage")
    return pair or Refused("turns", "no answer")


_Found = list[tuple[Shown, Evidence]]


def _find(answer: Answer, shown: Sequence[Shown], quote_chars: int) -> _Found | Refused:
    """The spans of an answer's quotes; a wrong passage's number is forgiven where the words stand in another."""
    if not answer.quotes:
        return Refused("quote", "no quote")
    if sum(len(quote.text) for quote in answer.quotes) > quote_chars:
        return Refused("quote", f"quotes more than {quote_chars} characters")
    found: _Found = []
    for quote in answer.quotes:
        named_first = sorted(shown, key=lambda one: one.id != quote.source)
        spans = next(([(one, span) for span in spans] for one in named_first if (spans := one.find(quote.text))), [])
        if not spans:
            return Refused("quote", quote.text[:80] or "empty quote")
        found += spans
    return found


def _evidence(question: str, answer: str, found: _Found) -> tuple[Evidence, ...]:
    """The spans, each once, the fact first: not what the question holds already, as it does a table row's key."""
    spans = sorted((span for _, span in found), key=lambda span: span.quote in question)
    once = {(span.document.sha256, span.start, span.end): span for span in [*spans, *_headings(answer, found)][::-1]}
    return tuple(once.values())[::-1]


def _headings(answer: str, found: _Found) -> Iterator[Evidence]:
    """The headings above the evidence that gave the answer a word which no quote holds (contract.md)."""
    quoted = "\n".join(span.quote for _, span in found)
    for passage in {source.id: source.passage for source, _ in found}.values():
        for heading, span in zip(passage.headings, passage.heading_spans, strict=True):
            words = (word for word in heading.split() if len(word) >= _LEAST_WORD)
            if any(word in answer and word not in quoted for word in words):
                yield cite(passage.document, span, passage.headings)
