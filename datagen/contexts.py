"""Rows for training with retrieval: passages before the question, some of them with the evidence left out.

After RAFT (Zhang et al. 2024), with two differences: the distractors are the passages that a search would really bring
up, and a row without its oracle passage is never answered from memory but says what the passages do hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from curation.files import canonical_json, sha256_bytes
from curation.korean.josa import attach
from datagen.documents import Evidence, cite
from datagen.gates import Pair
from datagen.passages import Passage, passages_of
from datagen.retrieval.distractors import Sought, hard_distractors, is_silent, seek
from datagen.retrieval.search import Searcher

# Headings that say nothing without the one above them.
_BARE = frozenset("예 예시 예제 개요 소개 참고 기타".split())
NOT_THERE = "제공된 자료에는 해당 내용이 없습니다."


@dataclass(frozen=True, slots=True)
class Context:
    """A passage put before a question; an oracle is one that the answer's evidence stands in."""

    passage: Passage
    is_oracle: bool


@dataclass(frozen=True, slots=True)
class Grounded:
    """A pair and the passages put before it, in the order shown."""

    pair: Pair
    contexts: tuple[Context, ...]


def ground_pairs(
    pairs: Sequence[Pair], passages: Sequence[Passage], searcher: Searcher, *, size: int, distractors: int,
    oracle_share: float, seed: int,
) -> list[Grounded]:  # fmt: skip
    """Each pair with `size` passages before it, same order: its oracle passages, `distractors` hard ones, random ones.

    A share of 1 - `oracle_share` of the pairs, to the nearest whole number, is shown without its oracles and turned
    into a refusal; dialogues, pairs that are refusals already and pairs that nothing else could be shown with never
    are. A pair whose evidence needs more than `size` passages has them all; where the documents hold fewer silent
    passages, there are fewer. All choices hang on `seed`, the pair and the passages.
    """
    homes = passages_of(passages)
    own = [_oracles(pair, passages, homes) for pair in pairs]
    questions = [" ".join(turn.question for turn in pair.turns) for pair in pairs]
    answers = [" ".join(turn.answer for turn in pair.turns) for pair in pairs]
    quotes = [pair.evidence[0].quote if pair.evidence else "" for pair in pairs]
    sections: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for number, passage in enumerate(passages):
        sections.setdefault(_section(passage), []).append(number)
    # What stands under the oracle's headings would make a refusal read as a lie.
    kin = [{other for number in numbers for other in sections[_section(passages[number])]} for numbers in own]
    sought = seek(questions, answers, quotes, kin, searcher.words)
    hard = hard_distractors(searcher, questions, sought, max(size, distractors))
    keys = [
        sha256_bytes(canonical_json([seed, pair.question, answer])) for pair, answer in zip(pairs, answers, strict=True)
    ]
    refused = _refused(pairs, hard, keys, oracle_share)
    grounded = []
    for number, pair in enumerate(pairs):
        oracles = [] if number in refused else own[number]
        near = hard[number][: min(distractors, max(size - len(oracles), 0))]
        shown = [*oracles, *near]
        shown += _drawn(sought[number], searcher, set(shown), size - len(shown), keys[number])
        shown.sort(
            key=lambda place: sha256_bytes(
                f"{keys[number]}|{passages[place].start}|{passages[place].document.sha256}".encode()
            )
        )
        contexts = tuple(Context(passages[place], place in oracles) for place in shown)
        grounded.append(Grounded(refuse(pair, contexts) if number in refused else pair, contexts))
    return grounded


def _section(passage: Passage) -> tuple[str, tuple[str, ...]]:
    return passage.document.name, passage.headings


def refuse(pair: Pair, contexts: Sequence[Context]) -> Pair:
    """The pair answered by what its contexts do not hold, and what they do hold, by their headings."""
    named = _topics(contexts)
    topics = [title + (f"({', '.join(parts)})" if parts else "") for title, parts in named.items()]
    answer = f"{NOT_THERE} 자료에는 {_listed(topics)}에 관한 내용만 있습니다." if topics else NOT_THERE
    return replace(pair, answer=answer, evidence=tuple(_supporting(contexts)), is_answerable=False)


def user_turn(contexts: Sequence[Context], question: str) -> str:
    """The contexts, numbered, each under its headings, then an empty line and the question."""
    parts = [
        f"[자료 {number}] {' > '.join(one.passage.headings) or one.passage.document.title}\n{one.passage.text.strip()}"
        for number, one in enumerate(contexts, 1)
    ]
    return "\n\n".join([*parts, question])


def as_context(context: Context) -> dict[str, object]:
    """A context as contract.md writes it."""
    passage = context.passage
    return {
        "document": passage.document.name, "sha256": passage.document.sha256, "start": passage.start,
        "end": passage.end, "oracle": context.is_oracle,
    }  # fmt: skip


def _oracles(pair: Pair, passages: Sequence[Passage], homes: dict[str, list[int]]) -> list[int]:
    """The passages that a pair's evidence touches, all turns of a dialogue together; a heading stands in none."""
    return sorted(
        {
            number
            for turn in pair.turns
            for span in turn.evidence
            for number in homes.get(span.document.name, [])
            if passages[number].touches(span.start, span.end)
        }
    )


def _refused(
    pairs: Sequence[Pair], hard: Sequence[Sequence[int]], keys: Sequence[str], oracle_share: float
) -> set[int]:
    """The pairs to show without their oracles, drawn by key."""
    able = [
        number
        for number, pair in enumerate(pairs)
        if hard[number] and pair.before is None and pair.is_answerable
    ]  # fmt: skip
    count = len(pairs) - round(oracle_share * len(pairs))
    return set(sorted(able, key=lambda number: keys[number])[:count])


def _drawn(sought: Sought, searcher: Searcher, taken: set[int], count: int, key: str) -> list[int]:
    """Up to `count` silent passages at random, none of those taken."""
    drawn: list[int] = []
    for number in _shuffled(len(searcher.morphemes), key):
        if len(drawn) >= count:
            break
        if number not in taken and is_silent(sought, searcher, number):
            drawn.append(number)
            taken.add(number)
    return drawn


def _shuffled(total: int, key: str) -> Iterator[int]:
    """Random numbers below `total`, at first with repeats, then each that is left, in order."""
    random = Random(key)
    for _ in range(min(total, 1000)):
        yield int(random.random() * total)
    yield from range(total)


def _topics(contexts: Sequence[Context]) -> dict[str, list[str]]:
    """The titles of the contexts, in order, each with the headings of the parts that are shown of it."""
    topics: dict[str, list[str]] = {}
    for context in contexts:
        headings = context.passage.headings
        if not headings:
            continue
        place = _part(headings)
        parts = topics.setdefault(headings[0], [])
        if place and headings[place] not in parts:
            parts.append(headings[place])
    return topics


def _part(headings: Sequence[str]) -> int:
    """The place of the lowest heading that says what its part is about; 0 is the title."""
    return next((place for place in range(len(headings) - 1, 0, -1) if headings[place] not in _BARE), 0)


def _listed(topics: Sequence[str]) -> str:
    """가, 나와 다."""
    return ", ".join([*topics[:-2], " ".join([*(attach(topic, "과/와") for topic in topics[-2:-1]), topics[-1]])])


def _supporting(contexts: Sequence[Context]) -> Iterator[Evidence]:
    """The headings that a refusal names; of a passage without headings, the passage itself."""
    seen: set[tuple[str, tuple[int, int]]] = set()
    for context in contexts:
        passage = context.passage
        named = {0, _part(passage.headings)} if passage.headings else ()
        for span in [passage.heading_spans[place] for place in sorted(named)] or [(passage.start, passage.end)]:
            if (passage.document.sha256, span) not in seen:
                seen.add((passage.document.sha256, span))
                yield cite(passage.document, span, passage.headings)
