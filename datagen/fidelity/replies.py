"""Whether the 네 or 아니요 that an answer begins with is what the rest of it says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datagen.fidelity.analysed import Analysed
from datagen.fidelity.denials import Predicate
from datagen.fidelity.facts import Fact

_REPLY = re.compile(
    r"(?:(?P<yes>네|예|그렇습니다|맞습니다)|(?P<no>아니요|아니오|아뇨|아닙니다|틀립니다|그렇지 않습니다))[,.]? "
)
# How a question is put, and not what it asks: 옮겨도 괜찮아? 옮기는지 알려 주세요. 옮기는 게 맞아?
_ASKING = frozenset("괜찮 알리 알 궁금 가르치 말 말씀 설명 바라 싶 여쭙 맞 좋 무방 문제 상관 가능 되".split())
_EMPHASIS = frozenset("안 못 꼭 반드시 모두 다 혹시 정말 그냥 바로 항상 늘".split())  # says nothing else, or denies
# What may be done, and what must: 만들 수 있어? 아니요, … 만들 수 있습니다. 꼭 있어야 돼? 아니요, 필수입니다.
_MAY, _MUST = (
    re.compile(r"수 있|[아어여해]도 (?:되|돼|됩)|가능"),
    re.compile(r"필수|[아어여해]야 (?:하|해|합|되|돼|됩)"),
)
_NEED_NOT = re.compile(r"필요(?:가|는|도)? ?없|지 않아도|선택 ?(?:사항|항목)?입니다")  # 꼭 채워야 돼? 네, 선택입니다.
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


def belied_reply(asked: Analysed, said: Analysed, shown: Sequence[Analysed], frame: frozenset[str]) -> str | None:
    """A 네 before a denial of what was asked, an 아니요 before the same again; `frame` are words that say nothing.

    What an answer does not name again is taken from the evidence, where that is of one mind. An honest 아니요 may
    affirm the predicate asked about with something else beside it: 같이 보관해도 돼? 아니요, 따로 보관해야 합니다.
    """
    reply = _REPLY.match(said.text)
    question = next((one for one in reversed(asked.predicates) if one.lemma and one.lemma not in _ASKING), None)
    if reply is None or question is None:
        return None
    end = _SENTENCE_END.search(said.text, reply.end())
    stop = end.start() if end else len(said.text)
    own = [one for one in said.predicates if reply.end() <= one.start < stop]
    if (
        reply["no"]
        and not _differs(asked, said)
        and _says_the_same(asked, question, said.text[reply.end() : stop], own)
    ):
        return f"{reply['no']}, but the rest affirms it"
    if reply["yes"] and not question.is_denied and _MUST.search(asked.text) and _NEED_NOT.search(said.text, 0, stop):
        return f"{reply['yes']}, but the rest denies it"
    signs = _signs(own, question.lemma) or _signs([one for quote in shown for one in quote.predicates], question.lemma)
    if len(signs) != 1:
        return None
    is_same = question.is_denied in signs
    is_other = _differs(asked, said) or _otherwise(asked, said, shown)
    if reply["yes"]:
        return f"{reply['yes']}, but the rest denies it" if not is_same or is_other else None
    held = frozenset().union(*(quote.content for quote in shown))
    left_out, new = asked.content - said.content - frame - _EMPHASIS, said.content - asked.content - frame - _EMPHASIS
    is_replaced = (
        is_other or bool(new and left_out - held) or (bool(new) and not question.is_denied and _any_denied(shown))
    )
    return f"{reply['no']}, but the rest affirms it" if is_same and not is_replaced else None


def _says_the_same(asked: Analysed, question: Predicate, rest: str, own: Sequence[Predicate]) -> bool:
    """Whether nothing is denied on either side, and what the question asks whether one may or must, one may or must."""
    if question.is_denied or not own or any(one.is_denied for one in own):
        return False
    is_may = _MAY.search(asked.text) and _MAY.search(rest) and any(one.lemma == question.lemma for one in own)
    return bool(is_may or (_MUST.search(asked.text) and not _MAY.search(asked.text) and _MUST.search(rest)))


def _signs(predicates: Sequence[Predicate], lemma: str) -> set[bool]:
    return {one.is_denied for one in predicates if one.lemma == lemma}


def _any_denied(shown: Sequence[Analysed]) -> bool:
    return any(one.is_denied for quote in shown for one in quote.predicates)


def _differs(asked: Analysed, said: Analysed) -> bool:
    """Whether the answer has another fact, or the opposite term, in the place of one that was asked about."""
    if any(one.kind == other.kind and one.unit == other.unit and one.kind != "word"
           for one in _alone(asked.facts, said.facts) for other in _alone(said.facts, asked.facts)):  # fmt: skip
        return True
    asked_sides, said_sides = ({(one.row, one.side) for one in read.terms if one.is_firm} for read in (asked, said))
    return any(
        (row, 1 - side) in said_sides for row, side in asked_sides - said_sides if (row, 1 - side) not in asked_sides
    )


def _otherwise(asked: Analysed, said: Analysed, shown: Sequence[Analysed]) -> bool:
    """Whether an adverb of the answer took the place of one that the evidence does not have: 따로 for 같이."""
    in_question, in_answer = _adverbs(asked), _adverbs(said)
    held = {form for quote in shown for form in _adverbs(quote)}
    return bool(in_question - in_answer - held) and bool((in_answer & held) - in_question)


def _adverbs(read: Analysed) -> set[str]:
    return {token.form for token in read.tokens if token.tag == "MAG" and token.form not in _EMPHASIS}


def _alone(facts: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """The facts of a text that the other does not have."""
    names = {fact.name for fact in others}
    return [fact for fact in facts if fact.name not in names]
