"""How fast a server is asked, how much at most: slots that grow and shrink, budgets per minute, a cap on spending."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from datagen.llm.calls.journal import Spent
from datagen.llm.request import Failure, Lost, Reply, Request

# What it costs (US dollars) to have a model read and write so many tokens.
Cost = Callable[[str, int, int], float]
_START_SLOTS = 8
_SHRINKS_TO = 0.75
_FEWEST_TOLD = 4  # where the server says when to come back: it is asked then, and not one by one
_GROWS_AFTER, _ROUNDS = 25, 3  # successes, by one slot; a few slots after so many rounds; unrefused, each adds one
# A server that asks for more is asked again all the same. One that says nothing and refuses the only request in flight
# is left alone for 0.1, 0.2, 0.4 … s, and given up in the end: else an outage would use up every request's attempts.
_LONGEST_HOLD_S, _FIRST_HOLD_S = 60.0, 0.1
_GIVEN_UP_AFTER_S, _GIVEN_UP_AFTER = 600.0, 10  # seconds of refusals and nothing else, and how many at least
_LONGEST_SLEEP_S = 0.25  # then look again: what was estimated too high has been given back
_OVERLOADED = ("throttled", "timeout", "connection")  # a server_error may be the request's own fault


class Pace:
    """How one server is asked: at most `in_flight` requests at once, fewer after it refused some.

    Budgets are per minute, 0 for none. `clock` tells seconds, `sleep` waits for some.
    """

    def __init__(
        self,
        in_flight: int,
        *,
        requests_per_minute: int = 0,
        tokens_per_minute: int = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.most, self.active = in_flight, 0
        self._slots, self._is_starting = float(min(_START_SLOTS, in_flight)), True
        self._requests, self._tokens = _Budget(requests_per_minute), _Budget(tokens_per_minute)
        self._clock, self._sleep = clock, sleep
        self._held_until = float("-inf")
        self._turns = self._shrunk_at = 0
        self._refused = self._refused_alone = 0  # times since the last answer; of them, with one slot
        self._refused_since = float("inf")
        self._given_up: Lost | None = None
        self._door, self._freed = asyncio.Lock(), asyncio.Event()

    @property
    def slots(self) -> int:
        """How many requests may be in flight now."""
        return int(self._slots)

    async def run(self, tokens: int, send: Callable[[], Awaitable[Reply | Failure | Lost]]) -> Reply | Failure | Lost:
        """What `send` gives, called in its turn: first come, first served. `tokens` is what it may use.

        A server that has only refused for ten minutes is given up: Lost, from then on for all.
        """
        async with self._door:
            while True:
                if self._given_up:
                    return self._given_up
                if self.active >= self.slots:
                    self._freed.clear()
                    await self._freed.wait()
                elif (wait_s := self._wait_s()) > 0:
                    await self._sleep(min(wait_s, _LONGEST_SLEEP_S))
                else:
                    break
            now = self._clock()
            self._requests.take(now, 1)
            self._tokens.take(now, tokens)
            self._turns += 1
            turn = self._turns
            self.active += 1
        try:
            outcome = await send()
        finally:
            self.active -= 1
            self._freed.set()
        self._learn(turn, tokens, outcome)
        return outcome

    def _wait_s(self) -> float:
        now = self._clock()
        return max(self._held_until, self._requests.free_at, self._tokens.free_at) - now

    def _learn(self, turn: int, tokens: int, outcome: Reply | Failure | Lost) -> None:
        if isinstance(outcome, Reply):
            self._refused, self._refused_alone, self._refused_since = 0, 0, float("inf")
            grows_after = 1.0 if self._is_starting else min(_GROWS_AFTER, _ROUNDS * self._slots)
            self._slots = min(self.most, self._slots + 1 / grows_after)
            if used := outcome.input_tokens + outcome.output_tokens:
                self._tokens.give_back(tokens - used)
        elif isinstance(outcome, Failure):
            if outcome.retry_after_s is not None:
                self._hold(outcome.retry_after_s)
            if outcome.kind in _OVERLOADED:
                self._slow_down(turn, outcome)

    def _slow_down(self, turn: int, failure: Failure) -> None:
        self._refused += 1
        self._refused_since = min(self._refused_since, self._clock())
        if self._refused >= _GIVEN_UP_AFTER and self._clock() - self._refused_since > _GIVEN_UP_AFTER_S:
            self._given_up = Lost(failure.kind, failure.because)
        # One burst of refusals is one sign: what was sent before the last shrinking tells nothing new.
        if turn <= self._shrunk_at:
            return
        fewest = min(self._slots, _FEWEST_TOLD)
        if failure.retry_after_s is None:
            fewest = 1.0
            if self.slots == 1:
                self._hold(_FIRST_HOLD_S * 2.0 ** min(self._refused_alone, 10))
                self._refused_alone += 1
        self._slots, self._is_starting = max(fewest, self._slots * _SHRINKS_TO), False
        self._shrunk_at = self._turns

    def _hold(self, hold_s: float) -> None:
        """Send nothing for so long."""
        self._held_until = max(self._held_until, self._clock() + min(hold_s, _LONGEST_HOLD_S))


class _Budget:
    """An amount per minute, spread evenly; `free_at` is when the next may go.

    It may run ahead by what is due in _AHEAD_S, for which it pays in rate: no minute ever holds more than the amount,
    but for the last that went (one request; for tokens, what that one took).
    """

    _AHEAD_S = 1.0

    def __init__(self, per_minute: int) -> None:
        self._cost_s = (60 + self._AHEAD_S) / per_minute if per_minute else 0.0
        self.free_at = float("-inf")

    def take(self, now: float, amount: int) -> None:
        if self._cost_s:
            self.free_at = max(self.free_at, now - self._AHEAD_S) + amount * self._cost_s

    def give_back(self, amount: int) -> None:
        """Where it was estimated too high; a negative amount where too low."""
        self.free_at -= amount * self._cost_s


class Cap:
    """How much may be sent and spent at most, over all runs of a journal; 0 is no limit.

    `max_requests` counts every attempt. `max_cost` is in US dollars by `cost`; an attempt that failed costs nothing
    as far as we are told. What is in flight counts with all that it may cost, so that neither is ever passed.
    """

    def __init__(self, spent: Iterable[Spent], cost: Cost, *, max_requests: int = 0, max_cost: float = 0.0) -> None:
        self._cost, self._max_requests, self._max_cost = cost, max_requests, max_cost
        self.sent, self.spent, self._reserved, self._in_flight = 0, 0.0, 0.0, 0
        for one in spent:
            self.sent += one.sent
            self.spent += cost(one.model, one.input_tokens, one.output_tokens)
        self._settled = asyncio.Event()
        self.is_reached = False

    async def reserve(self, request: Request, input_tokens: int) -> float | None:
        """What one attempt may cost, set aside; None where the cap is reached, from then on for all.

        Waits while requests in flight may turn out cheap enough to leave room.
        """
        most = self._cost(request.model, input_tokens, request.max_tokens)
        while not self.is_reached:
            if self._max_requests and self.sent >= self._max_requests:
                self.is_reached = True
            elif not self._max_cost or self.spent + self._reserved + most <= self._max_cost:
                self.sent += 1
                self._in_flight += 1
                self._reserved += most
                return most
            elif self._in_flight:
                self._settled.clear()
                await self._settled.wait()
            else:
                self.is_reached = True
        return None

    def settle(self, request: Request, reserved: float, outcome: Reply | Failure | None) -> None:
        """The attempt has ended: what it cost in truth; None where it was broken off."""
        self._in_flight -= 1
        self._reserved = self._reserved - reserved if self._in_flight else 0.0
        if isinstance(outcome, Reply):
            self.spent += self._cost(request.model, outcome.input_tokens, outcome.output_tokens)
        self._settled.set()
