"""As much of an HTTP/1.1 server as answers programs on the same machine: keep-alive, many connections, no TLS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

MOST_BODY_BYTES = 16 * 2**20
_MOST_HEAD_BYTES = 2**16
# Whom a page in a browser may not pretend to be (DNS rebinding).
_HOSTS = frozenset({"127.0.0.1", "localhost", ""})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; the names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """A response of JSON; `after` is called once it was handed to the network."""

    status: int
    value: object
    headers: Mapping[str, str] = field(default_factory=dict)
    after: Callable[[], None] = lambda: None


# None never answers: the connection stays open until the client goes.
Answer = Callable[[Asked], Awaitable[Answered | None]]


def error(status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None) -> Answered:
    """An error in the shape that OpenAI's clients read."""
    kind = {429: "rate_limit_error"}.get(status, "invalid_request_error" if status < 500 else "server_error")
    told = {"message": message, "type": kind, "param": None, "code": code}
    return Answered(status, {"error": told}, headers or {})


@dataclass(frozen=True, slots=True)
class Listening:
    """An open server in a loop of its own: its port, and the conversations that go on with their connections."""

    port: int
    server: asyncio.Server
    conversations: dict[asyncio.Task[None], asyncio.StreamWriter]

    async def close(self) -> None:
        """Break off every conversation; all connections are closed then."""
        # A connection that asyncio is about to take on when the server closes would stay open for good (Python 3.11).
        while accepting := asyncio.all_tasks() - {asyncio.current_task(), *self.conversations}:
            await asyncio.gather(*accepting)
        self.server.close()
        going_on = dict(self.conversations)
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)
        for writer in going_on.values():
            writer.close()  # also of one that had no time to begin
        await asyncio.gather(*(writer.wait_closed() for writer in going_on.values()), return_exceptions=True)


async def open_server(port: int, answer: Answer) -> Listening:
    """A server on 127.0.0.1 that gives `answer` each request; port 0 is a free one. OSError for one that is taken."""
    conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(_conversation(reader, writer, answer))
        conversations[task] = writer
        task.add_done_callback(conversations.pop)

    server = await asyncio.start_server(connected, "127.0.0.1", port, limit=_MOST_HEAD_BYTES, backlog=512)
    return Listening(server.sockets[0].getsockname()[1], server, conversations)


async def _conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    try:
        await _converse(reader, writer, answer)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the client went
    finally:
        writer.close()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Requests and responses in turn, until one side closes."""
    while True:
        asked = await _read(reader, writer)
        if asked is None:
            return
        answered = asked if isinstance(asked, Answered) else await answer(asked)
        if answered is None:
            await reader.read()
            return
        is_last = isinstance(asked, Answered) or asked.headers.get("connection", "").lower() == "close"
        writer.write(_as_bytes(answered, is_last=is_last))
        await writer.drain()
        answered.after()
        if is_last:
            return


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked | Answered | None:
    """The next request, what to answer where it is refused, or None where the client is done."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        return error(431, "the headers are too large")
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        return error(400, "not an HTTP/1.1 request")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    if headers.get("host", "").split(":")[0] not in _HOSTS:
        return error(403, "this server answers to 127.0.0.1 and localhost only")
    if "transfer-encoding" in headers:
        return error(411, "send the body with its Content-Length")
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        return error(400, "Content-Length is no number")
    if int(length) > MOST_BODY_BYTES:
        return error(413, f"the body is larger than {MOST_BODY_BYTES} bytes")
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Asked(parts[0], parts[1].partition("?")[0], headers, await reader.readexactly(int(length)))


def _as_bytes(answered: Answered, *, is_last: bool) -> bytes:
    body = json.dumps(answered.value, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)),
        "Connection": "close" if is_last else "keep-alive", **answered.headers,
    }  # fmt: skip
    status = f"HTTP/1.1 {answered.status} {_reason(answered.status)}"
    return "\r\n".join([status, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body


def _reason(status: int) -> str:
    """The phrase of a status; empty for a number that no standard names."""
    return next((known.phrase for known in HTTPStatus if known == status), "")
