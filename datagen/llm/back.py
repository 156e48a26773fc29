"""A pair that a gate refused goes back once, with the reason, to whoever wrote what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datagen.llm.desk import Desk, Piece, ask_for
from datagen.llm.prompts import revising
from datagen.llm.request import Request, Role
from datagen.llm.schemas import Answers
from datagen.llm.steps import through_gates, with_answer, with_questions, write_answers

# What a writer cannot mend by writing again.
_FINAL = frozenset({"lost", "schema", "cut", "empty", "refusal", "unasked"})
# What another question mends, and no other answer to this one.
_OF_PLAN = frozenset({"retrieved", "unanswered", "answered", "hops"})
# Gates that read the question too, and name what they saw.
_OF_WORDS = frozenset({"wording", "pointing", "language", "leaked", "adrift"})


async def send_back(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """Each piece that a gate refused goes back once with the reason, to whoever wrote what is wrong with it."""
    back = [place for place, piece in enumerate(pieces) if not piece.is_open and _can_be_mended(piece)]
    revised = [replace(pieces[place], gate="", because="", was_sent_back=True, is_judged=False) for place in back]
    of_question = [place for place, at in enumerate(back) if _is_of_question(pieces[at])]
    requests = [_again(desk, pieces[back[place]], Role.ASKER) for place in of_question]
    asked = await with_questions(
        desk, [replace(revised[place], pair=None, found=None) for place in of_question], requests
    )
    for place, piece in zip(of_question, asked, strict=True):
        revised[place] = piece
    of_answer = [place for place in range(len(back)) if place not in set(of_question)]
    answers = await ask_for(desk, [_again(desk, pieces[back[place]], Role.ANSWERER) for place in of_answer], Answers)
    for place, answer in zip(of_answer, answers, strict=True):
        revised[place] = with_answer(desk, replace(revised[place], pair=None, found=None), answer)
    revised = await through_gates(desk, await write_answers(desk, revised))
    mended = list(pieces)
    for place, piece in zip(back, revised, strict=True):
        mended[place] = piece
    return mended


def _can_be_mended(piece: Piece) -> bool:
    return piece.asked is not None and piece.gate not in _FINAL


def _is_of_question(piece: Piece) -> bool:
    """Whether what a gate saw is the question's fault; a rewriter wrote both."""
    if piece.plan.kind == "rewrite" or piece.gate in _OF_PLAN or piece.answered is None:
        return True
    seen = piece.because.rpartition(": ")[2]
    is_in_question = bool(seen) and piece.gate in _OF_WORDS and any(seen in asked for asked in piece.questions)
    return is_in_question or piece.because.startswith(("question", "the question"))


def _again(desk: Desk, piece: Piece, role: Role) -> Request:
    """The last request of a role once more, with its answer and what the gate saw."""
    last = piece.asked if role is Role.ASKER else piece.answered
    assert last is not None  # _can_be_mended
    request = last.requests[-1]
    messages = revising(desk.prompts, request.messages, last.raw, piece.gate, piece.because)
    return replace(request, messages=messages, prompt=f"{request.prompt} revise:{desk.prompts.revise.version}")
