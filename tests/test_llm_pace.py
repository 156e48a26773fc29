"""Laws of pace: never above the limit, fast on a healthy server, gentle on a refusing one; caps are never passed."""

import asyncio
import random

import pytest

from datagen.llm.calls.journal import Spent
from datagen.llm.calls.pace import Cap, Pace
from datagen.llm.request import Failure, Lost, Message, Reply, Request, Role

REPLY = Reply("네", "stop", 60, 40, 0.05, 1)
REQUEST = Request(Role.ASKER, "openai:stub", (Message("user", "실사는 언제 하나요?"),), {}, 0.2, 100, "v1")


class Hours:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.now_s = 0.0

    def clock(self):
        return self.now_s

    async def sleep(self, wait_s):
        self.now_s += wait_s
        await asyncio.sleep(0)


class Server:
    """A server that answers a wave at a time, and holds at most `room` requests: the others it throttles."""

    def __init__(self, room=10**9):
        self.room, self.holds, self.most = room, 0, 0

    async def answer(self):
        self.holds += 1
        self.most = max(self.most, self.holds)
        is_full = self.holds > self.room
        for _ in range(3):
            await asyncio.sleep(0)
        self.holds -= 1
        return Failure("throttled") if is_full else REPLY


async def ask(pace, server, times, tokens=100):
    return await asyncio.gather(*(pace.run(tokens, server.answer) for _ in range(times)))


def paced(in_flight=64, **given):
    hours = Hours()
    return Pace(in_flight, clock=hours.clock, sleep=hours.sleep, **given), hours


def test_in_flight_never_passes_the_limit_and_reaches_it_within_a_few_round_trips():
    async def run():
        pace, _ = paced(64)
        server = Server()
        await ask(pace, server, 8 + 16 + 32 + 64)
        assert pace.slots == 64
        await ask(pace, server, 1000)
        assert server.most == 64

    asyncio.run(run())


@pytest.mark.parametrize("in_flight", [1, 3, 8])
def test_a_small_limit_holds_from_the_start(in_flight):
    async def run():
        pace, _ = paced(in_flight)
        server = Server()
        await ask(pace, server, 50)
        assert server.most == in_flight

    asyncio.run(run())


def test_slots_settle_near_what_the_server_bears():
    async def run():
        pace, _ = paced(64)
        server = Server(room=20)
        await ask(pace, server, 500)
        settled = []
        for _ in range(100):
            settled += await ask(pace, server, 50)
        assert 10 <= pace.slots <= 26
        assert sum(isinstance(one, Failure) for one in settled) < 0.1 * len(settled)

    asyncio.run(run())


def test_one_burst_of_refusals_shrinks_once():
    async def run():
        pace, _ = paced(64)
        await ask(pace, Server(), 500)
        await ask(pace, Server(room=0), 64)
        assert pace.slots == 48

    asyncio.run(run())


def test_a_request_that_is_at_fault_itself_shrinks_nothing():
    async def run():
        pace, _ = paced(8)

        async def broken():
            return Failure("server_error")

        for _ in range(20):
            await pace.run(1, broken)
        assert pace.slots == 8

    asyncio.run(run())


def test_one_slot_is_always_left_and_an_outage_is_waited_for_but_not_for_ever():
    async def run(answers_again_after):
        pace, hours = paced(64)
        times = 0

        async def gone():
            nonlocal times
            times += 1
            return Failure("connection", "no route") if times < answers_again_after else REPLY

        outcome = Failure("connection")
        while isinstance(outcome, Failure):
            outcome = await pace.run(1, gone)
        assert pace.slots == 1
        return outcome, times, hours.now_s

    outcome, times, waited_s = asyncio.run(run(answers_again_after=24))
    assert outcome == REPLY
    assert times == 24
    assert 200 < waited_s < 600
    outcome, times, waited_s = asyncio.run(run(answers_again_after=10**6))
    assert outcome == Lost("connection", "no route")
    assert times < 60
    assert 600 < waited_s < 700


def test_a_server_that_says_when_to_come_back_is_not_asked_one_by_one():
    async def run():
        pace, _ = paced(64)

        async def throttled():
            return Failure("throttled", "", 0.5)

        for _ in range(100):
            await pace.run(1, throttled)
        return pace.slots

    assert asyncio.run(run()) == 4


def test_a_long_pause_between_two_refusals_is_no_outage():
    async def run():
        pace, hours = paced(8)

        async def refused():
            return Failure("timeout")

        await pace.run(1, refused)
        await hours.sleep(3600)
        await pace.run(1, refused)
        assert await pace.run(1, Server().answer) == REPLY

    asyncio.run(run())


def test_a_server_given_up_is_asked_no_more():
    async def run():
        pace, _ = paced(8)

        async def gone():
            return Failure("timeout")

        while not isinstance(await pace.run(1, gone), Lost):
            pass
        server = Server()
        assert await ask(pace, server, 100) == [Lost("timeout")] * 100
        assert server.most == 0

    asyncio.run(run())


def test_retry_after_holds_everybody_back_but_not_for_ever():
    async def run():
        pace, hours = paced(8)
        for asked_s, held_s in ((7.0, 7.0), (86_400.0, 60.0)):
            since_s = hours.now_s

            async def throttled(asked_s=asked_s):
                return Failure("throttled", "", asked_s)

            started = []

            async def answered(started=started):
                started.append(hours.now_s)
                return REPLY

            await pace.run(1, throttled)
            await asyncio.gather(*(pace.run(1, answered) for _ in range(5)))
            assert started == [since_s + held_s] * 5

    asyncio.run(run())


@pytest.mark.parametrize("per_minute", [1, 7, 60, 600, 9000])
def test_no_minute_holds_more_requests_than_the_budget(per_minute):
    async def run():
        pace, hours = paced(64, requests_per_minute=per_minute)
        started = []

        async def answer():
            started.append(hours.now_s)
            return REPLY

        for _ in range(3 * per_minute):
            await pace.run(1, answer)
        assert all(later - start > 60 - 1e-6 for start, later in zip(started, started[per_minute:], strict=False))
        assert started[-1] <= 3 * 61 + 1  # and it is used

    asyncio.run(run())


def test_the_token_budget_counts_what_was_used_not_what_was_feared():
    async def run():
        pace, hours = paced(8, tokens_per_minute=6_000)
        for _ in range(180):
            await pace.run(2_000, Server().answer)  # which uses 100
        assert 170 <= hours.now_s <= 200

    asyncio.run(run())


def test_a_broken_off_request_gives_its_slot_back():
    async def run():
        pace, _ = paced(1)
        waits = asyncio.create_task(pace.run(1, asyncio.Event().wait))
        await asyncio.sleep(0)
        assert pace.active == 1
        waits.cancel()
        assert await pace.run(1, Server().answer) == REPLY

    asyncio.run(run())


def cost(model, input_tokens, output_tokens):
    return (input_tokens + output_tokens) / 1000


def test_requests_never_pass_their_cap_with_those_of_earlier_runs():
    async def run():
        cap = Cap([Spent("openai:stub", Role.ASKER, 30, 25, 0, 0)], cost, max_requests=50)
        reserved = await asyncio.gather(*(cap.reserve(REQUEST, 60) for _ in range(64)))
        assert sum(one is not None for one in reserved) == 20
        assert cap.is_reached

    asyncio.run(run())


def test_cost_never_passes_its_cap_and_what_was_set_aside_in_vain_is_used():
    async def run():
        cap = Cap([Spent("openai:stub", Role.ASKER, 9, 9, 600, 400)], cost, max_cost=11.0)
        draw = random.Random(5)
        answered = 0

        async def one():
            nonlocal answered
            reserved = await cap.reserve(REQUEST, 60)
            if reserved is None:
                return
            await asyncio.sleep(0)
            outcome = REPLY if draw.random() < 0.8 else Failure("server_error")
            answered += isinstance(outcome, Reply)
            cap.settle(REQUEST, reserved, outcome)
            assert cap.spent <= 11.0

        await asyncio.gather(*(one() for _ in range(400)))
        # 1.0 was spent before; each answer costs 0.1 and might have cost 0.16.
        assert 98 <= answered <= 100
        assert cap.is_reached

    asyncio.run(run())
