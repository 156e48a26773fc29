"""A chat-completions server on 127.0.0.1 for tests: it answers as a function tells it, and remembers what came."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Came:
    """What reached the server: paths, headers and bodies in order, and the connections they came over."""

    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)


def completion(text, *, finish_reason="stop", usage=(12, 5), **message):
    """An answer as OpenAI writes it."""
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stub",
        "choices": [{"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": text, **message}}],
    }  # fmt: skip
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return 200, body


def refused(status, message, **more):
    """An error as OpenAI writes it."""
    return status, {"error": {"message": message, "type": "stub", "param": None, "code": None, **more}}


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, client_address):  # a client that went away in the middle is what some tests want
        pass


@contextmanager
def serving(answer):
    """`answer(body)` → (status, body as dict or text[, headers]); a function that returns None lets the client wait.

    Yields the base URL and what came.
    """
    came, over = Came(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            came.paths.append(self.path)
            read = self.rfile.read(int(self.headers["content-length"]))
            sent = json.loads(read) if "json" in self.headers["content-type"] else {}
            came.headers.append({name.lower(): value for name, value in self.headers.items()})
            came.bodies.append(sent)
            came.connections.add(self.client_address[1])
            told = answer(sent)
            if told is None:
                over.wait(10)
                self.close_connection = True
                return
            status, body, headers = (*told, {})[:3]
            data = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in {
                "content-type": "application/json",
                **headers,
                "content-length": str(len(data)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            came.paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", came
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
