"""An OpenAI-compatible server on 127.0.0.1 whose model is the no-model writer, with faults on demand."""

from __future__ import annotations

import asyncio
import errno
import math
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

import typer

from curation.errors import InputError, run_command
from curation.files import sha256_bytes
from datagen.standin.chat import BodyError, Chat, completion, read_chat
from datagen.standin.faults import Fault, Faults, read_faults, spoil
from datagen.standin.loopback import Answered, Asked, error, open_server

MODEL = "dadeum-no-model-writer"


class Ability(StrEnum):
    """What a server makes of response_format: all of it, JSON without a schema (400 to one), or nothing at all."""

    JSON_SCHEMA = "json_schema"
    JSON_MODE = "json_mode"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server behaves: its faults, the seconds that every answer takes, a slow one more, and 429 asks for."""

    faults: Faults = field(default_factory=Faults)
    latency_s: float = 0.0
    slow_s: float = 2.0
    retry_after_s: float = 0.1
    ability: Ability = Ability.JSON_SCHEMA


class Tally:
    """What was asked and answered, by the SHA-256 of each body; read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = Counter[str]()
        self._answered = Counter[str]()
        self._faults = Counter[str]()
        self._again = 0

    def came(self, key: str) -> int:
        """Note a request; gives how often it has come by now."""
        with self._lock:
            self._again += self._answered[key] > 0
            self._asked[key] += 1
            return self._asked[key]

    def met(self, fault: str) -> None:
        """Note the fault that a request met."""
        with self._lock:
            self._faults[fault] += 1

    def sent(self, key: str) -> None:
        """Note an answer (status 200) that was handed to the network."""
        with self._lock:
            self._answered[key] += 1

    def stats(self) -> dict[str, Any]:
        """The counts; `answered_asked_again` is how many requests came though their body had been answered."""
        with self._lock:
            return {
                "requests": self._asked.total(), "answered": self._answered.total(),
                "asked_again": self._asked.total() - len(self._asked), "answered_asked_again": self._again,
                "faults": dict(self._faults),
                "keys": {key: {"asked": asked, "answered": self._answered[key]} for key, asked in self._asked.items()},
            }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs in a thread of its own; `url` ends in /v1."""

    url: str
    tally: Tally
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    stopping: asyncio.Event

    def stats(self) -> dict[str, Any]:
        """What GET /v1/stats answers; also after `stop`."""
        return self.tally.stats()

    def stop(self) -> None:
        """Close every connection, answered or not, and end the thread; a second call does nothing."""
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.stopping.set)
            self.thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(port: int = 0, manner: Manner | None = None) -> Server:
    """A running server on 127.0.0.1; 0 for a free port. Raises InputError where the port is taken."""
    opened: Future[Server] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_run(port, manner or Manner(), opened)), name="datagen.serve", daemon=True
    )
    thread.start()
    try:
        return opened.result()
    except OSError as fault:
        thread.join()
        if fault.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise InputError(
            f"--port {port}", "is taken, or may not be opened", mend="give another, or 0 for a free one",
            mend_ko="다른 포트를 지정하거나, 빈 포트를 쓰려면 0을 지정하세요",
        ) from fault  # fmt: skip


async def _run(port: int, manner: Manner, opened: Future[Server]) -> None:
    """Serve until told to stop; `opened` gets the server, or why there is none."""
    # One thread writes: Kiwi and the caches are asked by one at a time, and the loop stays free for the others.
    with ThreadPoolExecutor(1, "datagen.serve.writer") as writer:
        desk = _Desk(manner, Tally(), writer)
        try:
            listening = await open_server(port, desk.answer)
        except OSError as fault:
            opened.set_exception(fault)
            return
        stopping = asyncio.Event()
        url = f"http://127.0.0.1:{listening.port}/v1"
        opened.set_result(Server(url, desk.tally, threading.current_thread(), asyncio.get_running_loop(), stopping))
        await stopping.wait()
        await listening.close()
        writer.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where requests are answered."""

    manner: Manner
    tally: Tally
    writer: ThreadPoolExecutor

    async def answer(self, asked: Asked) -> Answered | None:
        match asked.method, asked.path:
            case "POST", "/v1/chat/completions":
                return await self._chat(asked.body)
            case "GET", "/v1/models":
                model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "dadeum"}
                return Answered(200, {"object": "list", "data": [model]})
            case "GET", "/v1/stats":
                return Answered(200, self.tally.stats())
            case _, "/v1/chat/completions" | "/v1/models" | "/v1/stats":
                return error(405, f"{asked.method} is not answered here")
        return error(404, f"nothing at {asked.path}; POST /v1/chat/completions, GET /v1/models, GET /v1/stats")

    async def _chat(self, body: bytes) -> Answered | None:
        try:
            chat = read_chat(body)
        except BodyError as wrong:
            return error(400, str(wrong))
        if chat.format == "json_schema" and self.manner.ability is Ability.JSON_MODE:
            return error(400, "response_format.type json_schema is not supported; json_object is")
        key = sha256_bytes(body)
        fault = self.manner.faults.draw(key, self.tally.came(key))
        if fault is not None:
            self.tally.met(fault.name)
            if fault.name == "hang":
                return None
        is_slow = fault is not None and fault.name == "slow"
        if pause := self.manner.latency_s + (self.manner.slow_s if is_slow else 0):
            await asyncio.sleep(pause)
        if fault is not None and fault.status is not None:
            return self._refusal(fault.status)
        text = await asyncio.get_running_loop().run_in_executor(self.writer, self._write, chat, fault)
        told = completion(chat, text, key, created=int(time.time()))
        return Answered(200, told, after=lambda: self.tally.sent(key))

    def _refusal(self, status: int) -> Answered:
        """An error on demand; those that pass ask to wait, in whole seconds and in milliseconds."""
        wait_s = self.manner.retry_after_s
        waits = {"Retry-After": str(math.ceil(wait_s)), "Retry-After-Ms": str(round(wait_s * 1000))}
        return error(status, f"{status} on demand", headers=waits if status in (429, 503) else {})

    def _write(self, chat: Chat, fault: Fault | None) -> str:
        from datagen.standin.model import GREETING, answer_of

        is_heeded = self.manner.ability is not Ability.PROMPT
        text = answer_of(chat.messages, chat.schema if is_heeded else None)
        if text == GREETING and chat.format != "text" and is_heeded:
            text = "{}"  # JSON was asked for, and no shape of it
        if fault is not None:
            text = spoil(text, fault, chat.messages)
        return text if is_heeded or not text.startswith("{") else f"```json\n{text}\n```"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    port: Annotated[int, typer.Option(min=0, max=65535, help="of 127.0.0.1; 0 for a free one")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=SHARE: 429, 500, slow, hang, cut, schema, language, register, refusal, empty, obedient"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="another draw of faults")] = 7,
    latency: Annotated[float, typer.Option(min=0, help="seconds that every answer takes")] = 0.0,
    slow: Annotated[float, typer.Option(min=0, help="seconds that a slow one takes more")] = 2.0,
    retry_after: Annotated[float, typer.Option(min=0, help="seconds that 429 and 503 ask to wait")] = 0.1,
    ability: Annotated[
        Ability, typer.Option(help="what is made of response_format; prompt makes nothing of it")
    ] = Ability.JSON_SCHEMA,
) -> None:
    """Serve the no-model writer as an OpenAI-compatible model, for tests without a model; ends with Ctrl-C."""
    manner = Manner(read_faults(fault or [], seed), latency, slow, retry_after, ability)
    with start(port, manner) as server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    run_command(app)
