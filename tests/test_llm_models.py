"""The door to LangChain over real HTTP: raw answers, named failures, no key in any text, no word to anybody else."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace

import pytest
from llm_server import completion, refused, serving

from curation.errors import InputError
from datagen.llm.calls.ability import probe_ability
from datagen.llm.calls.failures import failure_of, read_retry_after
from datagen.llm.calls.keys import VARIABLES, read_key, redacted, redacted_url
from datagen.llm.calls.models import open_send
from datagen.llm.request import Failure, Message, Reply, Request, Role
from datagen.llm.schemas import Questions, schema_of

ROOT = Path(__file__).parent.parent
KEY = "sk-wms-0123456789abcdef"


@pytest.fixture(autouse=True)
def _no_keys_of_the_machine(monkeypatch):
    for name in [
        *(one for names in VARIABLES.values() for one in names),
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ]:
        monkeypatch.delenv(name, raising=False)


def asked(text="입고 검수는 언제 하나요?", *, temperature=0.7, max_tokens=400, sample=0):
    messages = (Message("system", "당신은 창고 관리자입니다."), Message("user", text))
    return Request(Role.ASKER, "openai:stub", messages, schema_of(Questions), temperature, max_tokens, "v1", sample)


def send_all(base_url, requests, *, ability="json_schema", api_key=KEY, timeout_s=10.0):
    async def run():
        send = open_send("openai:stub", base_url=base_url, api_key=api_key, timeout_s=timeout_s, ability=ability)
        try:
            return await asyncio.gather(*(send(request) for request in requests))
        finally:
            await send.close()

    return asyncio.run(run())


def send_one(base_url, request=None, **told):
    return send_all(base_url, [request or asked()], **told)[0]


def failing(told, **more):
    with serving(lambda _: told) as (url, came):
        found = send_one(url, **more)
    assert len(came.bodies) == 1, "retries are the client's, not the SDK's"
    return found


def test_an_answer_comes_back_raw_with_its_usage():
    text = '{"questions": ["검수는 누가 해?"]}'
    with serving(lambda _: completion(text, usage=(120, 17))) as (url, came):
        reply = send_one(url)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason, reply.input_tokens, reply.output_tokens, reply.attempt) == (
        text,
        "stop",
        120,
        17,
        1,
    )
    assert 0 < reply.latency_s < 10
    body = came.bodies[0]
    assert came.paths == ["/v1/chat/completions"]
    assert body["messages"] == [
        {"role": "system", "content": "당신은 창고 관리자입니다."}, {"role": "user", "content": "입고 검수는 언제 하나요?"},
    ]  # fmt: skip
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("stub", 0.7, 400)
    assert "max_completion_tokens" not in body
    assert not body.get("stream")
    assert body["response_format"] == {
        "type": "json_schema", "json_schema": {"name": "Questions", "strict": True, "schema": schema_of(Questions)},
    }  # fmt: skip


@pytest.mark.parametrize(("ability", "wanted"), [("json_mode", {"type": "json_object"}), ("prompt", None)])
def test_a_server_is_asked_for_no_more_than_it_can(ability, wanted):
    with serving(lambda _: completion("{}")) as (url, came):
        send_one(url, ability=ability)
    assert came.bodies[0].get("response_format") == wanted


def test_a_negative_temperature_is_left_to_the_server():
    with serving(lambda _: completion("{}")) as (url, came):
        send_all(url, [asked(temperature=-1.0), asked(temperature=0.0, max_tokens=50)])
    told = sorted((body.get("temperature", -1.0), body["max_tokens"]) for body in came.bodies)
    assert told == [(-1.0, 400), (0.0, 50)]


@pytest.mark.parametrize("finish_reason", ["length", "content_filter", "stop"])
def test_a_cut_answer_keeps_its_text_and_usage(finish_reason):
    """The OpenAI SDK's own parser raises on the first two and loses both."""
    with serving(lambda _: completion('{"questions": ["검수', finish_reason=finish_reason, usage=(90, 400))) as (
        url,
        _,
    ):
        reply = send_one(url)
    assert (reply.text, reply.finish_reason, reply.output_tokens) == ('{"questions": ["검수', finish_reason, 400)


def test_of_blocks_the_text_is_taken():
    blocks = [
        {"type": "thinking", "thinking": "언제를 묻는다"},
        {"type": "text", "text": "30분"},
        {"type": "text", "text": " 안"},
    ]
    with serving(lambda _: completion(blocks)) as (url, _):
        assert send_one(url).text == "30분 안"


def test_a_refusal_is_named_as_one():
    with serving(lambda _: completion(None, refusal="도와드릴 수 없습니다")) as (url, _):
        reply = send_one(url)
    assert (reply.text, reply.finish_reason) == ("", "refusal")


def test_usage_that_a_server_keeps_to_itself_counts_nothing():
    with serving(lambda _: completion("{}", usage=None)) as (url, _):
        reply = send_one(url)
    assert (reply.input_tokens, reply.output_tokens) == (0, 0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, "throttled"), (503, "throttled"), (529, "throttled"), (500, "server_error"), (502, "server_error"),
     (504, "server_error"), (408, "server_error"), (409, "server_error"), (400, "rejected"), (413, "rejected"), (422, "rejected")],
)  # fmt: skip
def test_each_status_has_its_kind(status, kind):
    found = failing(refused(status, "창고가 바쁩니다"))
    assert isinstance(found, Failure)
    assert found.kind == kind
    assert "창고가 바쁩니다" in found.because


def test_a_context_too_long_is_rejected():
    assert failing(refused(400, "too long", code="context_length_exceeded")).kind == "rejected"


@pytest.mark.parametrize("headers", [{"retry-after": "7"}, {"retry-after-ms": "7000", "retry-after": "9"}])
def test_the_wish_to_wait_is_handed_on(headers):
    assert failing((*refused(429, "천천히"), headers)).retry_after_s == 7


def test_a_date_to_wait_for_becomes_seconds():
    now = 1_800_000_000.0
    assert read_retry_after({"retry-after": formatdate(now + 30, usegmt=True)}, now) == 30
    assert read_retry_after({"retry-after": formatdate(now - 30, usegmt=True)}, now) == 0
    for nonsense in ("soon", "nan", "inf", ""):
        assert read_retry_after({"retry-after": nonsense}, now) is None


@pytest.mark.parametrize(
    "body", ["<html>점검 중</html>", "{", '{"choices": null}', '{"choices": []}', '{"error": {"message": "OOM"}}', "[]"]
)
def test_what_is_no_chat_completion_is_a_server_error(body):
    assert failing((200, body)).kind == "server_error"
    assert failing((200, body, {"content-type": "text/html"})).kind == "server_error"


def test_a_server_that_hangs_is_a_timeout():
    begun = time.monotonic()
    assert failing(None, timeout_s=0.3).kind == "timeout"
    assert time.monotonic() - begun < 3


def test_a_server_that_is_not_there_is_a_connection_failure():
    with serving(lambda _: completion("{}")) as (url, _):
        gone = url
    found = send_one(gone)
    assert found.kind == "connection"
    assert len(found.because) > len("Connection error."), found.because


def test_a_cancelled_call_lets_go_of_its_connection():
    arrived = threading.Event()

    def hang(_):
        arrived.set()

    async def run(url):
        send = open_send("openai:stub", base_url=url, timeout_s=30, ability="prompt")
        call = asyncio.ensure_future(send(asked()))
        while not arrived.is_set():
            await asyncio.sleep(0.005)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not task.cancelling()]
        await send.close()
        return left

    with serving(hang) as (url, _):
        assert asyncio.run(run(url)) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_for_the_user_to_mend(status):
    with pytest.raises(InputError, match="refuses the key") as raised:
        failing(refused(status, "who are you?"))
    assert "OPENAI_API_KEY" in raised.value.mend


def test_an_unknown_model_is_for_the_user_to_mend():
    with pytest.raises(InputError, match="knows no such model") as raised:
        failing(refused(404, "The model `stub` does not exist"))
    assert "/v1" in raised.value.mend


@pytest.mark.parametrize(
    "told", [refused(429, "You exceeded your quota", code="insufficient_quota"), refused(402, "Insufficient Balance")]
)
def test_an_empty_account_is_not_asked_again(told):
    with pytest.raises(InputError, match="credit"):
        failing(told)


class StubError(Exception):
    """As packages without LangChain's classes raise them: the status as `code`, the response in the cause."""

    def __init__(self, code, headers=None):
        super().__init__(f"{code} at the stub")
        self.code, self.response = code, SimpleNamespace(headers=headers) if headers else None


def test_a_status_is_found_where_a_package_keeps_it():
    wrapped = RuntimeError("오류")
    wrapped.__cause__ = StubError(429, {"retry-after": "3"})
    assert failure_of(wrapped, "groq:stub", "", ()) == Failure("throttled", "오류", 3.0)
    assert failure_of(StubError(503), "groq:stub", "", ()).kind == "throttled"
    assert failure_of(ConnectionResetError("끊김"), "ollama:stub", "", ()).kind == "connection"
    assert failure_of(TimeoutError(), "ollama:stub", "", ()).kind == "timeout"


def test_what_is_not_known_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        failure_of(ZeroDivisionError(), "openai:stub", "", ())


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 200])
def test_neither_key_nor_login_stands_in_an_error(status):
    """A server that echoes all it was told."""
    with serving(lambda _: refused(status, f"{KEY} at http://kim:geumgo-1234@host/v1 with geumgo-1234")) as (url, came):
        address = url.replace("://", "://kim:geumgo-1234@")
        try:
            told = send_one(address, api_key=KEY).because
        except InputError as error:
            told = str(error)
    assert KEY not in told
    assert "geumgo" not in told
    assert "***" in told
    assert came.headers[0]["authorization"], "the login is used all the same"


def test_an_address_is_shown_without_its_login():
    assert redacted_url("https://kim:geumgo@wms.example:8000/v1?key=1#a") == "https://***@wms.example:8000/v1"
    assert redacted("see http://kim:geumgo@host and sk-1234", ["sk-1234"]) == "see http://***@host and ***"
    assert redacted("http://kim:geum@go@host/v1", []) == "http://***@host/v1", "a password may hold an @"
    assert redacted("see http://kim:geum/go@host/v1?api-key=sk-1 now", []) == "see http://***@host/v1 now"


def test_the_key_of_openai_goes_to_openai_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(lambda _: completion("{}")) as (url, came):
        send_one(url, api_key=None)
    assert KEY not in json.dumps(came.headers)


@pytest.mark.parametrize(
    "base_url", ["localhost:8000/v1", "ftp://host/v1", "http://", "http://host:port/v1", "http://kim:geumgo@"]
)
def test_an_address_that_is_none_is_refused_at_once(base_url):
    with pytest.raises(InputError, match="no address") as raised:
        open_send("openai:stub", base_url=base_url, timeout_s=1, ability="prompt")
    assert "geumgo" not in str(raised.value)


@pytest.mark.parametrize("model", ["eeve", "", ":eeve", "openai:"])
def test_a_model_without_a_provider_is_refused(model):
    with pytest.raises(InputError, match="provider"):
        open_send(model, timeout_s=1, ability="prompt")


def test_an_unknown_provider_is_refused():
    with pytest.raises(InputError, match="changgo"):
        open_send("changgo:eeve", timeout_s=1, ability="prompt")


def test_a_missing_key_is_named():
    with pytest.raises(InputError, match="has no key") as raised:
        open_send("openai:gpt-4o", timeout_s=1, ability="prompt")
    assert "OPENAI_API_KEY" in raised.value.mend


@pytest.mark.parametrize(
    ("model", "package"),
    [("upstage:solar-pro2", "langchain-upstage"), ("anthropic:claude-sonnet-4-5", "langchain-anthropic"),
     ("google_genai:gemini-2.5-flash", "langchain-google-genai")],
)  # fmt: skip
def test_a_missing_package_is_named(model, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)
    with pytest.raises(InputError, match=package) as raised:
        open_send(model, api_key=KEY, timeout_s=1, ability="json_schema")
    assert f"pip install {package}" in raised.value.mend


def test_without_the_extra_its_name_is_told(monkeypatch):
    for package in ("langchain", "langchain.chat_models"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError) as raised:
        open_send("openai:stub", base_url="http://localhost:1/v1", timeout_s=1, ability="prompt")
    assert "pip install 'dadeum[llm]'" in raised.value.mend


def test_a_key_file_holds_a_key_in_its_first_line(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"  {KEY}\n둘째 줄\n", encoding="utf-8")
    assert read_key(path) == KEY
    for broken in ("", "\n\n", "열쇠", "two words"):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(InputError) as raised:
            read_key(path)
        assert not broken.strip() or broken not in str(raised.value)
    with pytest.raises(InputError):
        read_key(tmp_path / "missing")


def test_sixty_four_at_once_keep_their_connections():
    meet = threading.Barrier(64)

    def together(body):
        if body["messages"][1]["content"] == "0":
            meet.wait(10)
        return completion("{}")

    async def run(url):
        send = open_send("openai:stub", base_url=url, timeout_s=20, ability="prompt")
        for wave in range(5):
            await asyncio.gather(*(send(asked(str(wave))) for _ in range(64)))
        await send.close()

    with serving(together) as (url, came):
        asyncio.run(run(url))
    assert len(came.bodies) == 320
    assert len(came.connections) == 64


def test_each_event_loop_has_connections_of_its_own():
    with serving(lambda _: completion("{}")) as (url, _):
        assert [send_one(url).text for _ in range(3)] == ["{}"] * 3


SCRIPT = """
import asyncio, os, sys
import langsmith.utils
langsmith.utils.tracing_is_enabled()  # what it read once, it keeps
from datagen.llm.calls.models import open_send
from datagen.llm.request import Message, Request, Role
async def run():
    send = open_send("openai:stub", base_url=sys.argv[1], timeout_s=10, ability="prompt", trace=sys.argv[2] == "trace")
    request = Request(Role.ASKER, "openai:stub", (Message("user", "입고"),), {"title": "T"}, 0.0, 16, "v1")
    print((await send(request)).text)
    await send.close()
asyncio.run(run())
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


@pytest.mark.parametrize("trace", ["silent", "trace"])
def test_nothing_is_traced_unless_asked(trace, monkeypatch):
    with serving(lambda _: completion("{}")) as (url, came), serving(lambda _: (200, {})) as (elsewhere, traced):
        for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", elsewhere)
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_pt_0123456789")
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, url, trace], capture_output=True, text=True, cwd=ROOT, check=False
        )
    assert done.stdout.strip() == "{}", done.stderr[-500:]
    assert len(came.bodies) == 1
    assert bool(traced.paths) == (trace == "trace"), "the second case proves that the first one could have been seen"


def test_the_door_loads_no_provider_before_it_opens():
    script = (
        "import sys\n"
        "import datagen.llm.calls.models, datagen.llm.calls.ability, datagen.llm.strict, datagen.llm.calls.prices\n"
        "print([n for n in ('langchain', 'langchain_core', 'langchain_openai', 'openai', 'httpx', 'httpx2', 'langsmith') if n in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


# What a server can do


def schema_holding(body):
    asked_for = body.get("response_format", {})
    if asked_for.get("type") == "json_schema":
        fields = asked_for["json_schema"]["schema"]["properties"]
        return completion(json.dumps({name: field["enum"][0] for name, field in fields.items()}))
    return completion("JSON은 자료를 적는 형식입니다.")


def json_holding(body):
    is_json = body.get("response_format", {}).get("type") in ("json_object", "json_schema")
    return completion('{"answer": "JSON은 형식입니다."}' if is_json else "JSON은 형식입니다.")


def json_mode_alone(body):
    if body.get("response_format", {}).get("type") == "json_schema":
        return refused(400, "response_format.type must be json_object")
    return json_holding(body)


def ignoring(_):
    return completion("JSON은 자료를 적는 형식입니다. 예: `{}`")


def knowing_none(body):
    return refused(400, "unknown field response_format") if "response_format" in body else ignoring(body)


def probe(answer):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    async def run(url):
        send = open_send("openai:stub", base_url=url, timeout_s=10, ability="prompt")
        try:
            return await probe_ability(send.with_ability, "openai:stub", sleep)
        finally:
            await send.close()

    with serving(answer) as (url, came):
        return asyncio.run(run(url)), came, waits


@pytest.mark.parametrize(
    ("server", "ability"),
    [(schema_holding, "json_schema"), (json_holding, "json_mode"), (json_mode_alone, "json_mode"), (ignoring, "prompt"),
     (knowing_none, "prompt")],
)  # fmt: skip
def test_a_server_is_judged_by_what_it_does(server, ability):
    found, came, _ = probe(server)
    assert found == ability
    assert len(came.bodies) <= 4


def test_a_throttled_or_cut_probe_is_asked_again():
    told = iter(
        [
            (*refused(429, "천천히"), {"retry-after": "3"}),
            refused(500, "잠시"),
            completion('{"dadeum_ab', finish_reason="length"),
        ]
    )
    found, _, waits = probe(lambda body: next(told, None) or schema_holding(body))
    assert found == "json_schema"
    assert waits[0] == 3
    assert len(waits) == 2


def test_a_server_that_gives_no_answer_has_no_ability():
    with pytest.raises(InputError, match="server_error"):
        probe(lambda _: refused(500, "늘 이렇습니다"))


def test_a_provider_without_response_format_is_not_asked():
    def never(_):
        raise AssertionError

    assert asyncio.run(probe_ability(never, "anthropic:claude-sonnet-4-5")) == "prompt"
