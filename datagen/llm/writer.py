"""The writer on a language model, from a recipe to what it wrote: journal, models, pace and cap, opened and closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from curation.errors import InputError
from datagen.corpus import Corpus
from datagen.folder import JOURNAL
from datagen.gates import Inspected
from datagen.llm.calls.ability import probe_ability
from datagen.llm.calls.client import Client, Line
from datagen.llm.calls.journal import Journal, open_journal
from datagen.llm.calls.keys import read_key, redacted_url
from datagen.llm.calls.models import open_send
from datagen.llm.calls.pace import Cap, Pace
from datagen.llm.calls.prices import Prices, check_cap, cost, load_prices, tokens_in
from datagen.llm.desk import Desk, Piece
from datagen.llm.ending import as_record, end
from datagen.llm.nli import Entails, nli_faults
from datagen.llm.plans import make_plans
from datagen.llm.progress import watching
from datagen.llm.prompts import Prompts
from datagen.llm.road import write_plans
from datagen.outcome import Writing
from datagen.recipe import Recipe

OnStep = Callable[[str], None]


def open_writer(
    recipe: Recipe, prompts: Prompts, out: Path, nli: Entails | None, *, is_batch: bool, trace: bool
) -> Callable[[Corpus, Sequence[Inspected], int | None, OnStep], Writing]:
    """A writer whose journal lies in `out`; `is_batch` leaves every request for a batch file instead of sending it.

    Raises InputError at once where a key file or a price is missing.
    """
    prices = load_prices(recipe.connection.prices)
    addresses = addresses_of(recipe)
    check_cap(prices, addresses, recipe.connection.max_cost)
    key = read_key(Path(recipe.connection.key_file)) if recipe.connection.key_file else None
    entails = partial(nli_faults, entails=nli, least=recipe.llm.nli_least) if nli else None

    def write(corpus: Corpus, drafts: Sequence[Inspected], limit: int | None, on_step: OnStep) -> Writing:
        plans = make_plans(corpus.passages, [one.pair for one in drafts], recipe, searcher=corpus.searcher)[:limit]

        async def ask_all() -> tuple[list[Piece], int, dict[str, Any]]:
            async with AsyncExitStack() as stack:
                journal = stack.enter_context(open_journal(out / JOURNAL[0]))
                journal.forget_waiting()
                started = time.perf_counter()
                lines = {} if is_batch else await _open_lines(recipe, addresses, key, journal, stack, trace=trace)
                client = _client(recipe, prices, addresses, journal, lines)
                desk = Desk(corpus, recipe, prompts, client.ask, entails)
                async with watching(client, plans, recipe.llm.votes, prices.won_per_dollar, on_step) as on_window:
                    done = await write_plans(desk, plans, on_window)
                journal.write_records(as_record(piece, corpus) for piece in done)
                waiting = sum(1 for _ in journal.waiting()) if is_batch else 0
                return (
                    done,
                    waiting,
                    _run_facts(recipe, prices, addresses, journal, client, time.perf_counter() - started),
                )

        done, waiting, run = asyncio.run(ask_all())
        return end(done, drafts, corpus, recipe, prompts, waiting, run)

    return write


def addresses_of(recipe: Recipe) -> dict[str, str]:
    """The models that a run asks, each with the address of its server, "" for the provider's own.

    Raises InputError where one model stands at two addresses.
    """
    own, where = recipe.llm, recipe.connection
    roles = [(own.answerer.model, where.answerer_base_url)]
    roles += [(own.asker.model, where.asker_base_url)] if own.mode == "write" else []
    roles += [(own.judge.model, where.judge_base_url)] if own.votes else []
    addresses: dict[str, str] = {}
    for model, base_url in roles:
        address = base_url or where.base_url
        if model and addresses.setdefault(model, address) != address:
            raise InputError(
                f"[connection] {model}", f"stands at {redacted_url(addresses[model])} and {redacted_url(address)}",
                mend="give each role's server a model of its own name, or one address for both",
                mend_ko="역할마다 다른 모델 이름을 쓰거나 같은 주소를 지정하세요",
            )  # fmt: skip
    return addresses


async def _open_lines(
    recipe: Recipe, addresses: Mapping[str, str], key: str | None, journal: Journal, stack: AsyncExitStack, *,
    trace: bool,
) -> dict[str, Line]:  # fmt: skip
    """A line to each model, a pace for each address; what a server can is asked once and noted in the journal."""
    shape = recipe.connection
    paces: dict[str, Pace] = {}
    lines: dict[str, Line] = {}
    for model, base_url in addresses.items():
        send = open_send(
            model, base_url=base_url, api_key=key if _is_keyed(model, base_url, recipe, addresses) else None,
            timeout_s=shape.timeout_s, ability="prompt", trace=trace,
        )  # fmt: skip
        stack.push_async_callback(send.close)
        journal.note(_address_of(model), redacted_url(base_url))
        name = _ability_of(model, base_url)
        if (ability := journal.noted(name)) is None:
            ability = await probe_ability(send.with_ability, model)
            journal.note(name, ability)
        send = send.with_ability(ability)
        pace = paces.setdefault(
            base_url or model.partition(":")[0],
            Pace(
                shape.in_flight, requests_per_minute=shape.requests_per_minute,
                tokens_per_minute=shape.tokens_per_minute,
            ),
        )  # fmt: skip
        lines[model] = Line(send, pace)
    return lines


def _is_keyed(model: str, base_url: str, recipe: Recipe, addresses: Mapping[str, str]) -> bool:
    """Whether the key file's key is for this model: it is the answerer's, for its provider and address alone."""
    own = recipe.llm.answerer.model
    return (model.partition(":")[0], base_url) == (own.partition(":")[0], addresses[own])


def _ability_of(model: str, base_url: str) -> str:
    """The journal's note of what a server can."""
    return f"ability of {model} at {redacted_url(base_url)}"


def _address_of(model: str) -> str:
    """The journal's note of where a model was last asked: what it cost hangs on that."""
    return f"address of {model}"


def _client(
    recipe: Recipe, prices: Prices, addresses: Mapping[str, str], journal: Journal, lines: Mapping[str, Line]
) -> Client:
    def dollars(model: str, input_tokens: int, output_tokens: int) -> float:
        return cost(prices, model, input_tokens, output_tokens, addresses.get(model, "")) or 0.0

    shape = recipe.connection
    cap = Cap(journal.spent(), dollars, max_requests=shape.max_requests, max_cost=shape.max_cost)
    return Client(journal, lines, cap=cap, attempts=shape.attempts, tokens_in=tokens_in)


def _run_facts(
    recipe: Recipe, prices: Prices, addresses: Mapping[str, str], journal: Journal, client: Client, wall_s: float
) -> dict[str, Any]:
    """What may differ between two runs: where the models were, what they can, what was sent, read and paid."""
    now = client.progress()
    spent = journal.spent()
    dollars = [
        cost(prices, one.model, one.input_tokens, one.output_tokens, journal.noted(_address_of(one.model)) or "")
        for one in spent
    ]
    known = [one for one in dollars if one is not None]
    return {
        "servers": {
            model: {"address": redacted_url(url), "ability": journal.noted(_ability_of(model, url))}
            for model, url in addresses.items()
        },
        "spent": [
            {"model": one.model, "role": one.role, "sent": one.sent, "answered": one.answered,
             "input_tokens": one.input_tokens, "output_tokens": one.output_tokens}
            for one in spent
        ],
        "dollars": round(sum(known), 6) if len(known) == len(dollars) else None,
        "won_per_dollar": prices.won_per_dollar,
        "this_run": {
            "answered": now.answered, "from_journal": now.from_journal, "failed_attempts": now.failed, "lost": now.lost,
            "asking_s": round(wall_s, 3),
        },
    }  # fmt: skip
