"""The steps of the road: each takes pieces and gives them further on, same length, same order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from curation.korean.kiwi import contents
from curation.korean.speech_level import SpeechLevel
from datagen.gates import Inspected, Pair, first_fault
from datagen.llm.desk import Desk, Piece, ask_for, request_of
from datagen.llm.fence import Shown, show
from datagen.llm.ground import Refused, ground
from datagen.llm.plans import Plan
from datagen.llm.prompts import answering, asking, judging, rewriting
from datagen.llm.request import Request, Role
from datagen.llm.schemas import Answers, Questions, Rewritten, Verdict
from datagen.llm.strict import Answered
from datagen.retrieval.distractors import subject_of


async def write_questions(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """Each plan asked: questions of the asker, or a pair reworded by the rewriter."""
    requests = [_first_request(desk, piece.plan) for piece in pieces]
    return await with_questions(desk, pieces, requests)


async def with_questions(desk: Desk, pieces: Sequence[Piece], requests: Sequence[Request]) -> list[Piece]:
    """The pieces with the answers to their askers' and rewriters' requests."""
    is_rewrite = [piece.plan.kind == "rewrite" for piece in pieces]
    written: list[Piece | None] = [None] * len(pieces)
    for shape, wanted in ((Questions, False), (Rewritten, True)):
        places = [place for place, is_one in enumerate(is_rewrite) if is_one is wanted]
        answers = await ask_for(desk, [requests[place] for place in places], shape)
        for place, answer in zip(places, answers, strict=True):
            written[place] = _with_question(desk, pieces[place], answer)
    return [piece for piece in written if piece is not None]


def _with_question(desk: Desk, piece: Piece, answer: Answered[Any]) -> Piece:
    piece = replace(piece, asked=answer, keys=(*piece.keys, *answer.keys))
    match answer.value:
        case Questions(questions=questions) if len(questions) == piece.plan.turns:
            return replace(piece, questions=tuple(questions))
        case Questions(questions=[]):
            return replace(piece, gate="unasked", because=f"nothing of kind {piece.plan.kind} to ask, the asker says")
        case Questions(questions=questions):
            return replace(piece, gate="turns", because=f"{len(questions)} questions, asked for {piece.plan.turns}")
        case Rewritten(question=question, answer=said) if piece.plan.draft is not None:
            plan, own = piece.plan, piece.plan.draft
            pair = replace(
                own, question=question.strip(), answer=said.strip(), question_level=plan.level, persona=plan.persona,
                origin=desk.origin(Role.REWRITER), noise=None,
            )  # fmt: skip
            return replace(piece, questions=(question,), pair=pair)
    return replace(piece, gate=answer.fault or "schema", because=answer.because)


async def write_answers(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """The open pieces that have a question and no pair yet, answered from the passages retrieved for it."""
    places = [place for place, piece in enumerate(pieces) if piece.is_open and piece.pair is None]
    async with desk.reading:
        shown = await asyncio.to_thread(_retrieve, desk, [pieces[place] for place in places])
    requests = [
        request_of(
            desk, Role.ANSWERER, Answers,
            answering(
                desk.prompts, pieces[place].questions, seen, answer_level=SpeechLevel(desk.recipe.answer_level),
                may_be_unanswerable=pieces[place].plan.kind == "unanswerable",
            ),
        )
        for place, seen in zip(places, shown, strict=True)
    ]  # fmt: skip
    answers = await ask_for(desk, requests, Answers)
    answered = list(pieces)
    for place, seen, answer in zip(places, shown, answers, strict=True):
        answered[place] = with_answer(desk, replace(pieces[place], shown=tuple(seen)), answer)
    return answered


def with_answer(desk: Desk, piece: Piece, answer: Answered[Any]) -> Piece:
    piece = replace(piece, answered=answer, keys=(*piece.keys, *answer.keys))
    if not isinstance(answer.value, Answers):
        return replace(piece, gate=answer.fault or "schema", because=answer.because)
    pair = ground(
        piece.plan, piece.questions, answer.value.answers, piece.shown,
        answer_level=SpeechLevel(desk.recipe.answer_level),
        origin=desk.origin(Role.ASKER, Role.ANSWERER),
        quote_chars=desk.recipe.llm.quote_chars,
    )  # fmt: skip
    if isinstance(pair, Refused):
        return replace(piece, gate=pair.gate, because=pair.because)
    return replace(piece, pair=pair, gate="", because="")


def _retrieve(desk: Desk, pieces: Sequence[Piece]) -> list[list[Shown]]:
    """The passages that FAISS and BM25 find for each piece's questions; a plan over two passages shows both."""
    count = desk.recipe.llm.passages_shown
    found = desk.corpus.searcher.nearest([" ".join(piece.questions) for piece in pieces], count) if pieces else []
    return [
        show([desk.corpus.passages[number] for number in _with_both(piece.plan, numbers)])
        for piece, numbers in zip(pieces, found, strict=True)
    ]


def _with_both(plan: Plan, numbers: Sequence[int]) -> list[int]:
    return list(dict.fromkeys([*numbers, *(plan.passages if len(plan.passages) > 1 else ())]))


async def through_gates(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """The open pieces with a pair, through the gates."""
    places = [place for place, piece in enumerate(pieces) if piece.is_open and piece.pair is not None]
    pairs = [pair for place in places if (pair := pieces[place].pair) is not None]
    if not pairs:
        return list(pieces)
    async with desk.reading:
        found = await asyncio.to_thread(_read, desk, pairs)
    inspected = list(pieces)
    for place, (one, fault) in zip(places, found, strict=True):
        gate, because = fault or ("", "")
        inspected[place] = replace(pieces[place], found=one, gate=gate, because=because)
    return inspected


def _read(desk: Desk, pairs: Sequence[Pair]) -> list[tuple[Inspected, tuple[str, str] | None]]:
    found = desk.corpus.inspect(pairs)
    faults = [first_fault(one, desk.recipe.gates) for one in found]
    open_ones = [place for place, fault in enumerate(faults) if fault is None]
    if desk.entails is not None:
        for place, because in zip(open_ones, desk.entails([pairs[place] for place in open_ones]), strict=True):
            if because is not None:
                faults[place] = ("nli", because)
    for place, because in _held_elsewhere(desk, found, open_ones):
        faults[place] = ("answered", because)
    return list(zip(found, faults, strict=True))


def _held_elsewhere(desk: Desk, found: Sequence[Inspected], places: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Refusals whose question some near passage may answer after all: it holds every content word of the question."""
    refusals = [place for place in places if not found[place].pair.is_answerable]
    searcher = desk.corpus.searcher
    near = searcher.nearest([found[place].pair.question for place in refusals], 10) if refusals else []
    for place, numbers in zip(refusals, near, strict=True):
        subject = subject_of(contents(found[place].question_tokens))
        for number in numbers:
            if subject and subject <= set(searcher.morphemes[number]):
                yield place, " > ".join(desk.corpus.passages[number].headings)
                break


async def through_judge(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """The open pieces before the judge, who sees the evidence: more than half of the votes must be for a pair."""
    votes = desk.recipe.llm.votes
    places = [place for place, piece in enumerate(pieces) if piece.is_open and not piece.is_judged]
    if not votes or not places:
        return list(pieces)
    requests = [
        replace(
            request_of(desk, Role.JUDGE, Verdict, judging(desk.prompts, pair, _seen(desk, pieces[place]))), sample=vote
        )
        for place in places
        if (pair := pieces[place].pair) is not None
        for vote in range(votes)
    ]
    answers = await ask_for(desk, requests, Verdict)
    judged = list(pieces)
    for number, place in enumerate(places):
        said = answers[number * votes : (number + 1) * votes]
        against = [one for one in said if not (isinstance(one.value, Verdict) and one.value.faithful)]
        keys = (*pieces[place].keys, *(key for one in said for key in one.keys))
        judged[place] = replace(pieces[place], keys=keys, is_judged=True)
        if 2 * len(against) >= votes:
            lost = next((one for one in against if one.fault == "lost"), None)
            reasons = "; ".join(one.value.reason if isinstance(one.value, Verdict) else one.because for one in against)
            gate, because = ("lost", lost.because) if lost else ("judge", reasons)
            judged[place] = replace(judged[place], gate=gate, because=because)
    return judged


def _first_request(desk: Desk, plan: Plan) -> Request:
    """What opens a plan: the asker's request, or the rewriter's."""
    shown = show([desk.corpus.passages[number] for number in plan.passages])
    level = SpeechLevel(desk.recipe.answer_level)
    if plan.kind == "rewrite":
        return request_of(desk, Role.REWRITER, Rewritten, rewriting(desk.prompts, plan, answer_level=level))
    messages = asking(desk.prompts, plan, shown, sees_topic_only=desk.recipe.llm.asker_sees == "topic")
    return request_of(desk, Role.ASKER, Questions, messages)


def _seen(desk: Desk, piece: Piece) -> Sequence[Shown]:
    """The passages that a pair was written from."""
    return piece.shown or show([desk.corpus.passages[number] for number in piece.plan.passages])
