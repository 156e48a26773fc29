"""Where the writer works: what it writes from and whom it asks, and a plan's piece of writing on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from datagen.corpus import Corpus
from datagen.gates import Inspected, Origin, Pair
from datagen.llm.fence import Shown
from datagen.llm.plans import Plan
from datagen.llm.prompts import Prompts, prompt_of, repairing, versions
from datagen.llm.request import Ask, Message, Request, Role
from datagen.llm.schemas import schema_of
from datagen.llm.strict import Answered, ask_strictly
from datagen.recipe import ModelRole, Recipe


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
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)  # Kiwi and the index are asked by one window at a time
    origins: dict[tuple[Role, ...], Origin] = field(default_factory=dict)

    def origin(self, *roles: Role) -> Origin:
        """Who writes in these roles: one object for all their pairs, since it holds what the prompts told."""
        if roles not in self.origins:
            self.origins[roles] = origin_of(self.recipe, self.prompts, *roles)
        return self.origins[roles]


@dataclass(frozen=True, slots=True)
class Piece:
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
    is_judged: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing has been held against it yet."""
        return not self.gate

    @property
    def is_unsent(self) -> bool:
        """Whether it waits for the same command: a cap was reached, or a batch file is on its way."""
        return self.gate == "lost" and self.because in ("cap", "waiting")


async def ask_for(desk: Desk, requests: Sequence[Request], shape: type[BaseModel]) -> list[Answered[Any]]:
    def repair(request: Request, raw: str, fault: str) -> Request:
        messages = repairing(desk.prompts, request.messages, raw, fault)
        return replace(request, messages=messages, prompt=f"{request.prompt} repair:{desk.prompts.repair.version}")

    return await ask_strictly(desk.ask, requests, shape, repair) if requests else []


def request_of(desk: Desk, role: Role, shape: type[BaseModel], messages: tuple[Message, ...]) -> Request:
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
