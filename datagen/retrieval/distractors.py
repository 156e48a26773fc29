"""Hard distractors: the passages nearest to a question that do not hold its answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curation.korean.kiwi import content_morphemes
from datagen.retrieval.search import Searcher

# What our answers say beside their fact.
_FRAME = frozenset("다음 같 따르 뜻 순서 진행 하 것 때문 점 원인 되 있 이 경우 네 아니 제공 자료 해당 내용 없".split())
# What our questions say beside their subject.
_ASKING = frozenset(
    "뭐 무엇 무슨 뜻 말 말하 정확히 알리 주 바라 좀 어떻 어떻게 하 되 관련 경우 때 "
    "누구 어디 언제 얼마 얼마나 며칠 몇 왜 까닭 이유 방법".split()
)
# A passage that holds so much of what an answer adds may well answer the question in other words; one that speaks of
# all that the question speaks of may do so with less.
_HOLDS_SHARE, _HOLDS_SHARE_ON_SUBJECT = 0.75, 0.4
_SPACE = re.compile(r"\s+")
_POOL = 64


@dataclass(frozen=True, slots=True)
class Sought:
    """What gives a question's answer away: the passages of its evidence, the fact's quote, and what the answer adds.

    `subject` are the content morphemes of the question, `added` those of the answer that the question lacks, or where
    it lacks none (네, 가능합니다) the question's own.
    """

    own: frozenset[int]
    quote: str
    subject: frozenset[str]
    added: frozenset[str]


def seek(
    questions: Sequence[str], answers: Sequence[str], quotes: Sequence[str], own: Sequence[Iterable[int]],
    words: tuple[str, ...],
) -> list[Sought]:  # fmt: skip
    """What to look for per question; `own` are the numbers of the passages that its evidence touches."""
    asked, said = content_morphemes(questions, words), content_morphemes(answers, words)
    return [
        Sought(frozenset(numbers), _SPACE.sub("", quote), subject_of(question), _added(question, answer))
        for question, answer, quote, numbers in zip(asked, said, quotes, own, strict=True)
    ]


def subject_of(question: Sequence[str]) -> frozenset[str]:
    """What a question speaks of, among its content morphemes: not the words that ask."""
    return frozenset(question) - _ASKING


def is_silent(sought: Sought, searcher: Searcher, number: int) -> bool:
    """Whether a passage gives no answer away: none of its evidence, not its quote, not most of what the answer adds."""
    if number in sought.own:
        return False
    document = searcher.store.documents[number]
    text = _SPACE.sub("", "\n".join([*document.metadata["section"], document.page_content]))
    if sought.quote and sought.quote in text:
        return False
    said = searcher.morphemes[number]
    share = _HOLDS_SHARE_ON_SUBJECT if sought.subject.issubset(said) else _HOLDS_SHARE
    return not sought.added or len(sought.added.intersection(said)) < share * len(sought.added)


def hard_distractors(
    searcher: Searcher, questions: Sequence[str], sought: Sequence[Sought], count: int
) -> list[list[int]]:
    """Up to `count` silent passages per question, nearest first, from the head of the fused ranking."""
    ranked = searcher.nearest(questions, _POOL + 4 * count)
    return [
        [number for number in numbers if is_silent(one, searcher, number)][:count]
        for numbers, one in zip(ranked, sought, strict=True)
    ]


def _added(question: Sequence[str], answer: Sequence[str]) -> frozenset[str]:
    return frozenset(answer) - frozenset(question) - _FRAME or frozenset(question) - _FRAME
