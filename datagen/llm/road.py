"""The story of the writer on a language model: plan → ask → retrieve → answer → gates → back once → judge.

Plans go in windows. Within a window each step is one batch, so that Kiwi and the index are asked once for all; two
windows are under way at once, so that one's slowest answer does not leave the servers idle. What a plan becomes hangs
on its replies alone, and the journal gives the same replies again: a run that was killed ends as if it never was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from curation.korean.kiwi import contents
from curation.korean.speech_level import SpeechLevel
from datagen.corpus import Corpus
from datagen.gates import Inspected, Origin, Pair, first_fault
from datagen.llm.fence import Shown, show
from datagen.llm.ground import Refused, ground
from datagen.llm.plans import Plan
from datagen.llm.prompts import (
    Prompts,
    answering,
    asking,
    judging,
    prompt_of,
    repairing,
    revising,
    rewriting,
    versions,
)
from datagen.llm.request import Ask, Message, Request, Role
from datagen.llm.schemas import Answers, Questions, Rewritten, Verdict, schema_of
from datagen.llm.strict import Answered, ask_strictly
from datagen.outcome import without_tokens
from datagen.recipe import ModelRole, Recipe
from datagen.retrieval.distractors import subject_of

_WINDOW = 256
_WINDOWS_AT_ONCE = 2
# What a writer cannot mend by writing again.
_FINAL = frozenset({"lost", "schema", "cut", "empty", "refusal", "unasked"})
# Gates that read the question too, and name what they saw.
_OF_WORDS = frozenset({"wording", "pointing", "language", "leaked", "adrift"})


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the road needs: what to write from, how, and whom to ask.

    `entails` gives the reason why evidence does not entail an answer, or None, pair by pair: the NLI gate.
    """

    corpus: Corpus
    recipe: Recipe
    prompts: Prompts
    ask: Ask
    entails: Callable[[Sequence[Pair]], list[str | None]] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan on its way: what was asked and answered so far, and the fault that ended it, if one did.

    `keys` are the requests it came from.
    """

    plan: Plan
    asked: Answered[Any] | None = None
    answered: Answered[Any] | None = None
    questions: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    found: Inspected | None = None
    pair: Pair | None = None
    gate: str = ""
    because: str = ""
    keys: tuple[str, ...] = ()
    was_sent_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing has been held against it yet."""
        return not self.gate


async def write_plans(desk: Desk, plans: Sequence[Plan], on_window: Callable[[Sequence[Draft]], None]) -> list[Draft]:
    """Every plan as it ended, same order; `on_window` is told of each window as it is done."""
    windows = iter([plans[start : start + _WINDOW] for start in range(0, len(plans), _WINDOW)])
    numbered = enumerate(windows)
    done: dict[int, list[Draft]] = {}
    reading = asyncio.Lock()  # Kiwi and the index are asked by one window at a time

    async def work() -> None:
        for number, window in numbered:
            done[number] = [_light(draft) for draft in await _write_window(desk, window, reading)]
            on_window(done[number])

    await asyncio.gather(*(work() for _ in range(_WINDOWS_AT_ONCE)))
    return [draft for number in sorted(done) for draft in done[number]]


async def _write_window(desk: Desk, plans: Sequence[Plan], reading: asyncio.Lock) -> list[Draft]:
    drafts = await _question(desk, [Draft(plan) for plan in plans])
    drafts = await _answer(desk, drafts, reading)
    drafts = await _inspect(desk, drafts, reading)
    if desk.recipe.llm.sends_back:
        drafts = await _send_back(desk, drafts, reading)
    return await _judge(desk, drafts)


async def _question(desk: Desk, drafts: Sequence[Draft]) -> list[Draft]:
    """Each plan asked: questions of the asker, or a pair reworded by the rewriter."""
    requests = [_first_request(desk, draft.plan) for draft in drafts]
    return await _asked(desk, drafts, requests)


async def _asked(desk: Desk, drafts: Sequence[Draft], requests: Sequence[Request]) -> list[Draft]:
    """The drafts with the answers to their askers' and rewriters' requests."""
    is_rewrite = [draft.plan.kind == "rewrite" for draft in drafts]
    written: list[Draft | None] = [None] * len(drafts)
    for shape, wanted in ((Questions, False), (Rewritten, True)):
        places = [place for place, is_one in enumerate(is_rewrite) if is_one is wanted]
        answers = await _strictly(desk, [requests[place] for place in places], shape)
        for place, answer in zip(places, answers, strict=True):
            written[place] = _with_question(desk, drafts[place], answer)
    return [draft for draft in written if draft is not None]


def _with_question(desk: Desk, draft: Draft, answer: Answered[Any]) -> Draft:
    draft = replace(draft, asked=answer, keys=(*draft.keys, *answer.keys))
    match answer.value:
        case Questions(questions=questions) if len(questions) == draft.plan.turns:
            return replace(draft, questions=tuple(questions))
        case Questions(questions=[]):
            return replace(draft, gate="unasked", because=f"nothing of kind {draft.plan.kind} to ask, the asker says")
        case Questions(questions=questions):
            return replace(draft, gate="schema", because=f"{len(questions)} questions, asked for {draft.plan.turns}")
        case Rewritten(question=question, answer=said) if draft.plan.draft is not None:
            plan, own = draft.plan, draft.plan.draft
            pair = replace(
                own, question=question.strip(), answer=said.strip(), question_level=plan.level, persona=plan.persona,
                origin=origin_of(desk.recipe, desk.prompts, Role.REWRITER), noise=None,
            )  # fmt: skip
            return replace(draft, questions=(question,), pair=pair)
    return replace(draft, gate=answer.fault or "schema", because=answer.because)


async def _answer(desk: Desk, drafts: Sequence[Draft], reading: asyncio.Lock) -> list[Draft]:
    """The open drafts that have a question and no pair yet, answered from the passages retrieved for it."""
    places = [place for place, draft in enumerate(drafts) if draft.is_open and draft.pair is None]
    async with reading:
        shown = await asyncio.to_thread(_retrieve, desk, [drafts[place] for place in places])
    requests = [
        _request(
            desk, Role.ANSWERER, Answers,
            answering(
                desk.prompts, drafts[place].questions, seen, answer_level=SpeechLevel(desk.recipe.answer_level),
                may_be_unanswerable=drafts[place].plan.kind == "unanswerable",
            ),
        )
        for place, seen in zip(places, shown, strict=True)
    ]  # fmt: skip
    answers = await _strictly(desk, requests, Answers)
    answered = list(drafts)
    for place, seen, answer in zip(places, shown, answers, strict=True):
        answered[place] = _grounded(desk, replace(drafts[place], shown=tuple(seen)), answer)
    return answered


def _grounded(desk: Desk, draft: Draft, answer: Answered[Any]) -> Draft:
    draft = replace(draft, answered=answer, keys=(*draft.keys, *answer.keys))
    if not isinstance(answer.value, Answers):
        return replace(draft, gate=answer.fault or "schema", because=answer.because)
    pair = ground(
        draft.plan, draft.questions, answer.value.answers, draft.shown,
        answer_level=SpeechLevel(desk.recipe.answer_level),
        origin=origin_of(desk.recipe, desk.prompts, Role.ASKER, Role.ANSWERER),
        quote_chars=desk.recipe.llm.quote_chars,
    )  # fmt: skip
    if isinstance(pair, Refused):
        return replace(draft, gate=pair.gate, because=pair.because)
    return replace(draft, pair=pair, gate="", because="")


def _retrieve(desk: Desk, drafts: Sequence[Draft]) -> list[list[Shown]]:
    """The passages that FAISS and BM25 find for each draft's questions; a plan over two passages shows both."""
    count = desk.recipe.llm.passages_shown
    found = desk.corpus.searcher.nearest([" ".join(draft.questions) for draft in drafts], count) if drafts else []
    return [
        show([desk.corpus.passages[number] for number in _with_both(draft.plan, numbers)])
        for draft, numbers in zip(drafts, found, strict=True)
    ]


def _with_both(plan: Plan, numbers: Sequence[int]) -> list[int]:
    return list(dict.fromkeys([*numbers, *(plan.passages if len(plan.passages) > 1 else ())]))


async def _inspect(desk: Desk, drafts: Sequence[Draft], reading: asyncio.Lock) -> list[Draft]:
    """The open drafts with a pair, through the gates."""
    places = [place for place, draft in enumerate(drafts) if draft.is_open and draft.pair is not None]
    pairs = [pair for place in places if (pair := drafts[place].pair) is not None]
    if not pairs:
        return list(drafts)
    async with reading:
        found = await asyncio.to_thread(_read, desk, pairs)
    inspected = list(drafts)
    for place, (one, fault) in zip(places, found, strict=True):
        gate, because = fault or ("", "")
        inspected[place] = replace(drafts[place], found=one, gate=gate, because=because)
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


async def _send_back(desk: Desk, drafts: Sequence[Draft], reading: asyncio.Lock) -> list[Draft]:
    """Each draft that a gate refused goes back once with the reason, to whoever wrote what is wrong with it."""
    back = [place for place, draft in enumerate(drafts) if not draft.is_open and _can_be_mended(draft)]
    revised = [replace(drafts[place], gate="", because="", was_sent_back=True) for place in back]
    of_question = [place for place, at in enumerate(back) if _is_of_question(drafts[at])]
    requests = [_again(desk, drafts[back[place]], Role.ASKER) for place in of_question]
    asked = await _asked(desk, [replace(revised[place], pair=None, found=None) for place in of_question], requests)
    for place, draft in zip(of_question, asked, strict=True):
        revised[place] = draft
    of_answer = [place for place in range(len(back)) if place not in set(of_question)]
    answers = await _strictly(desk, [_again(desk, drafts[back[place]], Role.ANSWERER) for place in of_answer], Answers)
    for place, answer in zip(of_answer, answers, strict=True):
        revised[place] = _grounded(desk, replace(revised[place], pair=None, found=None), answer)
    revised = await _inspect(desk, await _answer(desk, revised, reading), reading)
    mended = list(drafts)
    for place, draft in zip(back, revised, strict=True):
        mended[place] = draft
    return mended


def _can_be_mended(draft: Draft) -> bool:
    return draft.asked is not None and draft.gate not in _FINAL and bool(draft.questions)


def _is_of_question(draft: Draft) -> bool:
    """Whether what a gate saw is the question's fault; a rewriter wrote both."""
    if draft.plan.kind == "rewrite" or draft.gate in ("retrieved", "unanswered", "answered") or draft.answered is None:
        return True
    seen = draft.because.rpartition(": ")[2]
    is_in_question = draft.gate in _OF_WORDS and any(seen in question for question in draft.questions)
    return is_in_question or draft.because.startswith(("question", "the question"))


def _again(desk: Desk, draft: Draft, role: Role) -> Request:
    """The last request of a role once more, with its answer and what the gate saw."""
    last = draft.asked if role is Role.ASKER else draft.answered
    assert last is not None  # _can_be_mended
    request = last.requests[-1]
    messages = revising(desk.prompts, request.messages, last.raw, draft.gate, draft.because)
    return replace(request, messages=messages, prompt=f"{request.prompt} revise:{desk.prompts.revise.version}")


async def _judge(desk: Desk, drafts: Sequence[Draft]) -> list[Draft]:
    """The open drafts before the judge, who sees the evidence: more than half of the votes must be for a pair."""
    votes = desk.recipe.llm.votes
    places = [place for place, draft in enumerate(drafts) if draft.is_open and draft.pair is not None]
    if not votes or not places:
        return list(drafts)
    requests = [
        replace(
            _request(desk, Role.JUDGE, Verdict, judging(desk.prompts, pair, _seen(desk, drafts[place]))), sample=vote
        )
        for place in places
        if (pair := drafts[place].pair) is not None
        for vote in range(votes)
    ]
    answers = await _strictly(desk, requests, Verdict)
    judged = list(drafts)
    for number, place in enumerate(places):
        said = answers[number * votes : (number + 1) * votes]
        against = [one for one in said if not (isinstance(one.value, Verdict) and one.value.faithful)]
        judged[place] = replace(drafts[place], keys=(*drafts[place].keys, *(key for one in said for key in one.keys)))
        if 2 * len(against) >= votes:
            lost = next((one for one in against if one.fault == "lost"), None)
            reasons = "; ".join(one.value.reason if isinstance(one.value, Verdict) else one.because for one in against)
            gate, because = ("lost", lost.because) if lost else ("judge", reasons)
            judged[place] = replace(judged[place], gate=gate, because=because)
    return judged


async def _strictly(desk: Desk, requests: Sequence[Request], shape: type[BaseModel]) -> list[Answered[Any]]:
    def repair(request: Request, raw: str, fault: str) -> Request:
        messages = repairing(desk.prompts, request.messages, raw, fault)
        return replace(request, messages=messages, prompt=f"{request.prompt} repair:{desk.prompts.repair.version}")

    return await ask_strictly(desk.ask, requests, shape, repair) if requests else []


def _first_request(desk: Desk, plan: Plan) -> Request:
    """What opens a plan: the asker's request, or the rewriter's."""
    shown = show([desk.corpus.passages[number] for number in plan.passages])
    level = SpeechLevel(desk.recipe.answer_level)
    if plan.kind == "rewrite":
        return _request(desk, Role.REWRITER, Rewritten, rewriting(desk.prompts, plan, answer_level=level))
    messages = asking(desk.prompts, plan, shown, sees_topic_only=desk.recipe.llm.asker_sees == "topic")
    return _request(desk, Role.ASKER, Questions, messages)


def _seen(desk: Desk, draft: Draft) -> Sequence[Shown]:
    """The passages that a pair was written from."""
    return draft.shown or show([desk.corpus.passages[number] for number in draft.plan.passages])


def _request(desk: Desk, role: Role, shape: type[BaseModel], messages: tuple[Message, ...]) -> Request:
    model = model_of(desk.recipe, role)
    return Request(
        role, model.model, messages, schema_of(shape), model.temperature, model.max_tokens,
        versions(desk.prompts, role),
    )  # fmt: skip


def model_of(recipe: Recipe, role: Role) -> ModelRole:
    """The model in a role; the rewriter is the answerer, who writes answers too."""
    return {Role.ASKER: recipe.llm.asker, Role.JUDGE: recipe.llm.judge}.get(role, recipe.llm.answerer)


def origin_of(recipe: Recipe, prompts: Prompts, *roles: Role) -> Origin:
    """Who writes a pair in these roles, and what they are told."""
    models = [model_of(recipe, role) for role in roles]
    terms = dict.fromkeys(model.terms for model in models if model.terms)
    return Origin(
        " + ".join(dict.fromkeys(model.model for model in models)), " + ".join(terms) or None,
        versions(prompts, *roles), "\n".join(prompt_of(prompts, role).instructions for role in roles),
    )  # fmt: skip


def _light(draft: Draft) -> Draft:
    """What the end of the run needs of a draft: no tokens, no passages, no raw answers."""
    found = without_tokens(draft.found) if draft.found is not None else None
    return replace(draft, asked=None, answered=None, shown=(), found=found)
