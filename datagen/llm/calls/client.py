"""The `Ask` that pays for nothing twice: the journal first, then the model at its pace, each answer kept at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from datagen.llm.calls.journal import Journal
from datagen.llm.calls.pace import Cap, Pace
from datagen.llm.request import Failure, Lost, Reply, Request, Send

_BACKOFF_S, _LONGEST_BACKOFF_S = 0.5, 30.0
# A throttled attempt was none to the server; yet a request that is always throttled, being too long, must end.
_ATTEMPTS_WITH_THROTTLED = 5  # times the others
# Those that wait before they are sent again hold no slot, so others may go on.
_WORKERS_PER_SLOT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """How one model is reached, and how fast; models behind one address share a pace."""

    send: Send
    pace: Pace


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one client has come: requests by outcome, tokens of what was answered now, dollars over all runs."""

    answered: int
    from_journal: int
    lost: int
    failed: int  # attempts
    in_flight: int
    input_tokens: int
    output_tokens: int
    cost: float


class Client:
    """Asks the models behind `lines` (by a request's `model`); one without a line waits for a batch file.

    `tokens_in` estimates a text's tokens, for budgets and caps; `attempts` are those of one run at one request,
    throttled ones not counted.
    """

    def __init__(
        self,
        journal: Journal,
        lines: Mapping[str, Line],
        *,
        cap: Cap,
        attempts: int,
        tokens_in: Callable[[str], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._journal, self._lines, self._cap, self._attempts = journal, lines, cap, attempts
        self._tokens_in, self._sleep = tokens_in, sleep
        self._flying: dict[str, asyncio.Future[Reply | Lost]] = {}
        self._paces = {line.pace for line in lines.values()}
        self._answered = self._from_journal = self._lost = self._failed = 0
        self._input_tokens = self._output_tokens = 0

    def progress(self) -> Progress:
        """Where things stand now."""
        in_flight = sum(pace.active for pace in self._paces)
        return Progress(
            self._answered, self._from_journal, self._lost, self._failed, in_flight, self._input_tokens,
            self._output_tokens, self._cap.spent,
        )  # fmt: skip

    async def ask(self, requests: Sequence[Request]) -> list[Reply | Lost]:
        """The replies, same length, same order; equal requests are sent once. May be called many times at once.

        What was lost is asked again by the next run. Whatever breaks this off, the journal holds all that was answered.
        """
        keys = [request.key for request in requests]
        wanted = dict(zip(keys, requests, strict=True))
        found: dict[str, Reply | Lost] = {**self._journal.replies(wanted)}
        self._from_journal += len(found)
        missing = {key: request for key, request in wanted.items() if key not in found}
        if missing:
            self._journal.enter(missing)
            await self._share_out(missing, found)
        return [found[key] for key in keys]

    async def _share_out(self, missing: Mapping[str, Request], found: dict[str, Reply | Lost]) -> None:
        """Put into `found` what became of each: as many workers as may be of use, whatever the number of requests."""
        left = iter(missing.items())
        most = _WORKERS_PER_SLOT * sum(pace.most for pace in self._paces)
        workers = [asyncio.create_task(self._work(left, found)) for _ in range(min(len(missing), max(1, most)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.wait(workers)

    async def _work(self, left: Iterator[tuple[str, Request]], found: dict[str, Reply | Lost]) -> None:
        for key, request in left:
            found[key] = await self._once(key, request)

    async def _once(self, key: str, request: Request) -> Reply | Lost:
        """Its outcome; that of an equal request which another call has in flight, if so."""
        while flying := self._flying.get(key):
            await asyncio.wait((flying,))
            if not flying.cancelled():
                return flying.result()
        future = self._flying[key] = asyncio.get_running_loop().create_future()
        try:
            outcome = await self._answer(key, request)
            future.set_result(outcome)
        finally:
            del self._flying[key]
            future.cancel()  # where there is no outcome: whoever waits for it asks on its own
        if isinstance(outcome, Lost):
            self._lost += 1
        return outcome

    async def _answer(self, key: str, request: Request) -> Reply | Lost:
        """The reply to one request, after as many attempts as it needs and may have."""
        line = self._lines.get(request.model)
        if line is None:
            return Lost("waiting")
        if answered := self._journal.replies((key,)):  # to an equal request, while this one stood in line
            return answered[key]
        read = sum(self._tokens_in(message.content) for message in request.messages)
        lost, counted = Lost(""), 0
        for turn in range(_ATTEMPTS_WITH_THROTTLED * self._attempts):
            if turn:
                await self._sleep(_backoff_s(key, turn, counted))
            outcome = await line.pace.run(
                read + request.max_tokens, lambda: self._attempt(key, request, read, line.send)
            )
            if isinstance(outcome, Reply) or outcome == Lost("cap"):
                return outcome
            if isinstance(outcome, Lost):  # its server was given up
                lost = outcome
                break
            lost = Lost(outcome.kind, outcome.because)
            counted += outcome.kind != "throttled"
            if counted == self._attempts or outcome.kind == "rejected":
                break
        self._journal.lose(key, lost)
        return lost

    async def _attempt(self, key: str, request: Request, read: int, send: Send) -> Reply | Failure | Lost:
        """One call of the model, and its outcome kept."""
        reserved = await self._cap.reserve(request, read)
        if reserved is None:
            return Lost("cap")
        outcome: Reply | Failure | None = None
        try:
            attempt = self._journal.begin(key)
            outcome = await send(request)
            if isinstance(outcome, Failure):
                self._failed += 1
                self._journal.fail(key, attempt, outcome)
                return outcome
            if not (outcome.input_tokens or outcome.output_tokens):  # a server that counts nothing is not free
                outcome = replace(outcome, input_tokens=read, output_tokens=self._tokens_in(outcome.text))
            reply = outcome = self._journal.keep(key, replace(outcome, attempt=attempt))
        finally:
            self._cap.settle(request, reserved, outcome)
        self._answered += 1
        self._input_tokens += reply.input_tokens
        self._output_tokens += reply.output_tokens
        return reply


def _backoff_s(key: str, turn: int, counted: int) -> float:
    """Seconds before the next attempt, the same in every run: doubling with those that counted, spread by key and turn.

    For throttled ones the pace waits, and knows better.
    """
    spread = int(key[turn % 56 :][:8], 16) / 0xFFFF_FFFF
    return min(_LONGEST_BACKOFF_S, _BACKOFF_S * 2.0 ** max(0, counted - 1)) * (0.5 + spread)
