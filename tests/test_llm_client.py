"""Laws of the client: nothing answered is sent again, nothing is lost unsaid, nothing is sent beyond what is allowed."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from curation.errors import InputError
from datagen.llm.calls.client import Client, Line
from datagen.llm.calls.journal import open_journal
from datagen.llm.calls.pace import Cap, Pace
from datagen.llm.request import Failure, Lost, Message, Reply, Request, Role

ROOT = Path(__file__).parent.parent
MODEL = "openai:stub"


def request(text, model=MODEL):
    return Request(Role.ANSWERER, model, (Message("user", text),), {"title": "Answers"}, 0.2, 50, "v1")


def requests(count):
    return [request(f"도크 {number}번에 무엇을 하차하나요?") for number in range(count)]


def answer(one):
    return Reply(f"답: {one.messages[0].content}", "stop", 20, 10, 0.01, 0)


class Sender:
    """A model that answers, or fails as `fault` says; it counts what it was sent and holds at once."""

    def __init__(self, fault=lambda one, time: None):
        self.fault, self.sent, self.holds, self.most = fault, Counter(), 0, 0

    async def send(self, one):
        self.sent[one.key] += 1
        self.holds += 1
        self.most = max(self.most, self.holds)
        try:
            for _ in range(3):
                await asyncio.sleep(0)
            return self.fault(one, self.sent[one.key]) or answer(one)
        finally:
            self.holds -= 1


class Hours:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.now_s = 0.0

    def clock(self):
        return self.now_s

    async def sleep(self, wait_s):
        self.now_s += wait_s
        await asyncio.sleep(0)


def open_client(journal, sender, *, in_flight=16, attempts=6, max_requests=0, max_cost=0.0):
    hours = Hours()
    cap = Cap(
        journal.spent(), lambda model, read, wrote: (read + wrote) / 1000, max_requests=max_requests, max_cost=max_cost
    )
    lines = {MODEL: Line(sender.send, Pace(in_flight, clock=hours.clock, sleep=hours.sleep))} if sender else {}
    return Client(journal, lines, cap=cap, attempts=attempts, tokens_in=len, sleep=hours.sleep)


def run(path, asked, sender, **given):
    """The replies of one run, with its client and what the journal then holds of failures."""
    with open_journal(path) as journal:
        client = open_client(journal, sender, **given)
        replies = asyncio.run(client.ask(asked))
        return replies, client.progress(), list(journal.failed())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


def test_replies_come_in_the_order_of_the_requests_and_equal_requests_are_sent_once(path):
    asked = [*requests(40), *requests(25), *requests(60)]
    sender = Sender()
    replies, progress, _ = run(path, asked, sender)
    assert [reply.text for reply in replies] == [answer(one).text for one in asked]
    assert set(sender.sent.values()) == {1}
    assert len(sender.sent) == progress.answered == 60
    assert sender.most <= 16


def test_what_was_answered_is_never_sent_again_and_comes_back_the_same(path):
    sender = Sender()
    first, *_ = run(path, requests(50), sender)
    again, progress, _ = run(path, requests(70), sender)
    assert again[:50] == first
    assert set(sender.sent.values()) == {1}
    assert (progress.from_journal, progress.answered) == (50, 20)


def test_equal_requests_of_two_calls_at_once_are_sent_once(path):
    async def both(client):
        calls = (client.ask(requests(100)), client.ask(requests(100)[::-1]), client.ask(requests(30)))
        return await asyncio.gather(*calls)

    sender = Sender()
    with open_journal(path) as journal:
        one, other, part = asyncio.run(both(open_client(journal, sender)))
    assert one == other[::-1]
    assert part == one[:30]
    assert set(sender.sent.values()) == {1}
    assert sender.most <= 16


def test_a_call_broken_off_leaves_its_equal_request_to_the_other(path):
    async def broken_off(client):
        first = asyncio.create_task(client.ask(requests(5)))
        await asyncio.sleep(0)
        other = asyncio.create_task(client.ask(requests(5)))
        await asyncio.sleep(0)
        first.cancel()
        return await other

    sender = Sender()
    with open_journal(path) as journal:
        replies = asyncio.run(broken_off(open_client(journal, sender)))
    assert [reply.text for reply in replies] == [answer(one).text for one in requests(5)]


def test_a_run_through_faults_completes_and_every_failed_attempt_is_in_the_journal(path):
    draw = random.Random(7)
    told = Counter()

    def fault(one, time):
        kind = draw.choices(["", "throttled", "server_error", "timeout"], [63, 30, 5, 2])[0]
        if not kind:
            return None
        told[kind] += 1
        return Failure(kind, "일부러", 0.2 if kind == "throttled" else None)

    sender = Sender(fault)
    replies, progress, failed = run(path, requests(600), sender, attempts=20)
    assert [reply.text for reply in replies] == [answer(one).text for one in requests(600)]
    assert Counter(one.kind for one in failed) == told
    assert progress.failed == len(failed)
    assert all(reply.attempt == sender.sent[one.key] for one, reply in zip(requests(600), replies, strict=True))


def test_after_the_last_attempt_a_request_is_lost_and_the_next_run_sends_it_again(path):
    sender = Sender(lambda one, time: Failure("server_error", "고장") if "3번" in one.messages[0].content else None)
    replies, progress, failed = run(path, requests(10), sender, attempts=4)
    assert [place for place, reply in enumerate(replies) if isinstance(reply, Lost)] == [3]
    assert replies[3] == Lost("server_error", "고장")
    assert progress.lost == 1
    assert [one.attempt for one in failed] == [1, 2, 3, 4]
    replies, *_ = run(path, requests(10), Sender())
    assert replies[3].text == answer(requests(10)[3]).text
    assert replies[3].attempt == 5


def test_a_throttled_attempt_counts_for_none_but_not_for_ever(path):
    replies, _, failed = run(
        path, requests(1), Sender(lambda one, time: Failure("throttled", "", 0.1) if time < 9 else None)
    )
    assert replies[0].attempt == 9
    assert len(failed) == 8
    replies, *_ = run(path, [request("너무 긴 질문")], Sender(lambda one, time: Failure("throttled", "", 0.1)))
    assert replies == [Lost("throttled")]


def test_what_a_server_that_is_gone_leaves_is_lost_and_sent_again_by_the_next_run(path):
    sender = Sender(lambda one, time: Failure("connection", "no route"))
    replies, progress, _ = run(path, requests(300), sender)
    assert replies == [Lost("connection", "no route")] * 300
    assert progress.lost == 300
    assert sender.sent.total() < 300
    with open_journal(path) as journal:
        assert {journal.state(one.key) for one in requests(300)} == {"lost"}
    replies, *_ = run(path, requests(300), Sender())
    assert not any(isinstance(reply, Lost) for reply in replies)


def test_a_rejected_request_is_not_sent_twice(path):
    sender = Sender(lambda one, time: Failure("rejected", "too long"))
    replies, _, failed = run(path, requests(3), sender)
    assert replies == [Lost("rejected", "too long")] * 3
    assert set(sender.sent.values()) == {1}
    assert len(failed) == 3


def test_the_cap_on_requests_holds_over_all_runs_and_attempts(path):
    draw = random.Random(3)
    sender = Sender(lambda one, time: Failure("server_error") if draw.random() < 0.3 else None)
    for most in (40, 40, 90):
        replies, *_ = run(path, requests(300), sender, in_flight=64, max_requests=most)
        assert sender.sent.total() == most
        assert {reply.reason for reply in replies if isinstance(reply, Lost)} == {"cap"}
    replies, *_ = run(path, requests(300), sender)
    assert not any(isinstance(reply, Lost) for reply in replies)


def test_the_cap_on_cost_holds_over_all_runs(path):
    sender = Sender()
    for dollars in (1.0, 2.0):
        replies, progress, _ = run(path, requests(300), sender, in_flight=64, max_cost=dollars)
        assert dollars - 0.1 <= progress.cost <= dollars  # an answer costs 0.03, and might cost 0.07
        assert {reply.reason for reply in replies if isinstance(reply, Lost)} == {"cap"}


def test_a_server_that_counts_no_tokens_is_not_free(path):
    with open_journal(path) as journal:
        sender = Sender(lambda one, time: Reply("답입니다.", "stop", 0, 0, 0.01, 0))
        client = open_client(journal, sender, max_cost=1.0)
        outcomes = asyncio.run(client.ask(requests(2000)))
        assert {one.reason for one in outcomes if isinstance(one, Lost)} == {"cap"}
        assert 0 < client.progress().cost <= 1.0
        assert all(one.input_tokens for one in outcomes if isinstance(one, Reply))


def test_without_a_line_requests_wait_for_a_batch_file_and_its_answers_are_found(path):
    replies, *_ = run(path, requests(5), None)
    assert replies == [Lost("waiting")] * 5
    with open_journal(path) as journal:
        assert list(journal.waiting()) == requests(5)
        for one in requests(5):
            journal.keep(one.key, answer(one))
    replies, progress, _ = run(path, requests(5), None)
    assert [reply.text for reply in replies] == [answer(one).text for one in requests(5)]
    assert progress.from_journal == 5


def test_an_error_that_the_user_must_mend_comes_out_as_it_is_and_what_was_answered_stays(path):
    def refuse(one, time):
        if "30번" in one.messages[0].content:
            raise InputError("OPENAI_API_KEY", "is refused", mend="check it", mend_ko="키를 확인하세요")

    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        run(path, requests(200), Sender(refuse))
    sender = Sender()
    _, progress, _ = run(path, requests(200), sender)
    assert progress.from_journal >= 20
    assert progress.answered + progress.from_journal == 200


def test_a_call_broken_off_keeps_what_was_answered_and_leaves_nothing_running(path):
    async def broken_off(client):
        call = asyncio.create_task(client.ask(requests(400)))
        while client.progress().answered < 100:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert len(asyncio.all_tasks()) == 1
        assert client.progress().in_flight == 0
        return client.progress().answered

    sender = Sender()
    with open_journal(path) as journal:
        answered = asyncio.run(broken_off(open_client(journal, sender)))
    _, progress, _ = run(path, requests(400), sender)
    assert progress.from_journal == answered


def test_a_great_call_makes_no_task_for_every_request(path):
    most = 0

    def look(one, time):
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))

    replies, *_ = run(path, requests(3000), Sender(look))
    assert len(replies) == 3000
    assert most <= 40


async def answer_until_killed(path, log, deadly):
    """Ask 200 requests; every answer is told to `log`, and the process dies at the `deadly`-th."""

    def tell(one, time):
        os.write(log, f"{one.key}\n".encode())
        if sender.sent.total() >= deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    sender = Sender(tell)
    with open_journal(path) as journal:
        return await open_client(journal, sender).ask(requests(200))


def test_a_killed_run_goes_on_and_sends_nothing_again_that_was_answered(path, tmp_path):
    script = (
        "import asyncio, os, sys\nfrom pathlib import Path\n"
        "from tests.test_llm_client import answer_until_killed\n"
        "log = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)\n"
        "asyncio.run(answer_until_killed(Path(sys.argv[1]), log, int(sys.argv[3])))\n"
    )
    log = tmp_path / "answered.txt"
    for deadly in (40, 70, 10_000):
        command = [sys.executable, "-c", script, str(path), str(log), str(deadly)]
        done = subprocess.run(command, cwd=ROOT, check=False)
        assert done.returncode == (0 if deadly == 10_000 else -signal.SIGKILL)
    answered = Counter(log.read_text(encoding="utf-8").split())
    assert len(answered) == 200
    # The one that was being answered when the process died was never read.
    assert sum(times - 1 for times in answered.values()) <= 2
    replies, progress, _ = run(path, requests(200), Sender())
    assert [reply.text for reply in replies] == [answer(one).text for one in requests(200)]
    assert progress.from_journal == 200
