"""How fast requests go through client, pace, journal and LangChain, and what memory they take: against a 50 ms server.

python benchmarks/llm_client.py [--requests 20000] [--in-flight 64] [--window 512]     (no model, no network)

The server is this file in a second process; the bare client is ChatOpenAI.ainvoke behind a semaphore, on the same
prompts, in the same process, just before.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

LATENCY_S = 0.05
TEXT = "입고 검수에서는 예정 수량과 실제 수량을 비교하여 처리합니다. " * 10
SYSTEM = "당신은 창고 관리 시스템을 안내하는 사람입니다. " * 10
PASSAGE = "입고 검수는 예정 수량과 실제 수량을 비교하여 처리하고, 차이가 있으면 사유를 등록합니다. " * 40


class Server(asyncio.Protocol):
    """Reads requests by their Content-Length, and answers each with the same reply after LATENCY_S."""

    def __init__(self, reply: bytes) -> None:
        self.reply, self.buffer = reply, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client's connection, kept alive."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            start = self.buffer.lower().index(b"content-length:") + len("content-length:")
            end = head + 4 + int(self.buffer[start : self.buffer.index(b"\r\n", start)])
            if len(self.buffer) < end:
                return
            self.buffer = self.buffer[end:]
            asyncio.get_running_loop().call_later(LATENCY_S, self.transport.write, self.reply)


async def serve() -> None:
    """Print the address; serve until killed."""
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stub",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1200, "completion_tokens": 200, "total_tokens": 1400},
    }  # fmt: skip
    content = json.dumps(body, ensure_ascii=False).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    server = await asyncio.get_running_loop().create_server(lambda: Server(head + content), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


def prompt(number: int, run: str) -> list[tuple[str, str]]:
    """Different for each number and run, about 2,000 characters."""
    return [("system", SYSTEM), ("user", f"{run} {number}\n{PASSAGE}")]


async def bare(url: str, count: int, in_flight: int, body: dict[str, object]) -> None:
    """What LangChain alone does."""
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient

    connections = DefaultAsyncHttpxClient()
    model = ChatOpenAI(
        model="stub", base_url=url, api_key="none", max_retries=0, timeout=60, max_tokens=200,
        http_async_client=connections,
    )  # fmt: skip
    slots = asyncio.Semaphore(in_flight)

    async def one(number: int) -> None:
        async with slots:
            await model.ainvoke(prompt(number, "bare"), extra_body=body)

    await asyncio.gather(*(one(number) for number in range(count)))
    await connections.aclose()


async def whole(url: str, count: int, in_flight: int, window: int, path: Path) -> None:
    """What a run of the writer does, its gates left out."""
    from datagen.llm.calls.client import Client, Line
    from datagen.llm.calls.journal import open_journal
    from datagen.llm.calls.models import open_send
    from datagen.llm.calls.pace import Cap, Pace
    from datagen.llm.calls.prices import tokens_in
    from datagen.llm.request import Message, Reply, Request, Role
    from datagen.llm.schemas import Answers, schema_of

    schema, name = schema_of(Answers), "openai:stub"
    send = open_send(name, base_url=url, timeout_s=60, ability="json_schema")
    with open_journal(path) as journal:
        cap = Cap(journal.spent(), lambda *_: 0.0)
        client = Client(journal, {name: Line(send, Pace(in_flight))}, cap=cap, attempts=6, tokens_in=tokens_in)
        for start in range(0, count, window):
            requests = [
                Request(
                    Role.ANSWERER, name, tuple(Message(*one) for one in prompt(number, "whole")), schema, 0.2, 200, "v1"
                )
                for number in range(start, min(start + window, count))
            ]
            replies = await client.ask(requests)
            assert all(isinstance(reply, Reply) for reply in replies), replies
    await send.close()


def measure(name: str, count: int, run: Callable[[], Awaitable[None]]) -> float:
    """Requests a second; prints them with CPU time and peak memory."""
    began, began_cpu, began_mb = time.perf_counter(), time.process_time(), peak_mb()
    asyncio.run(run())  # type: ignore[arg-type]
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
    print(
        f"{name:7} {count:6} requests {count / wall_s:6.1f}/s · CPU {1000 * cpu_s / count:5.2f} ms each "
        f"({cpu_s / wall_s:4.0%} of a core) · peak memory {began_mb:.0f} → {peak_mb():.0f} MB"
    )
    return count / wall_s


def peak_mb() -> float:
    """The most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    """A line for each client, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--window", type=int, default=512, help="requests the client is given at once")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    from datagen.llm.calls.models import response_format, silence_tracing
    from datagen.llm.schemas import Answers, schema_of

    silence_tracing()
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()
        body = response_format(schema_of(Answers), "json_schema")
        asyncio.run(bare(url, 100, given.in_flight, body))  # imports and first calls
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "journal.sqlite"
            few = min(given.requests, 3000)
            alone = measure("bare", few, lambda: bare(url, few, given.in_flight, body))
            ours = measure(
                "whole", given.requests, lambda: whole(url, given.requests, given.in_flight, given.window, path)
            )
            again = measure(
                "journal", given.requests, lambda: whole(url, given.requests, given.in_flight, given.window, path)
            )
            size_mb = path.stat().st_size / 1e6
        print(
            f"whole / bare {ours / alone:.2f} · from the journal {again:.0f}/s · journal {size_mb:.0f} MB "
            f"· {given.in_flight} in flight · {LATENCY_S * 1000:.0f} ms server · {os.cpu_count()} cores"
        )
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
