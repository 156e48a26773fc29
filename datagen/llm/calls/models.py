"""The one door to LangChain: any chat model as a function from a request to its raw answer."""

from __future__ import annotations

import asyncio
import math
import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from curation.errors import InputError
from datagen.llm.calls.failures import failure_of
from datagen.llm.calls.keys import VARIABLES, redacted, redacted_url, secrets_of
from datagen.llm.request import Failure, Reply, Request

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

# Their LangChain classes are built on langchain-openai's: what it does not know itself goes into extra_body.
_ON_OPENAI = frozenset({"azure_openai", "deepseek", "openai", "together", "upstage", "xai"})
# These take response_format as it is.
_TAKE_FORMAT = frozenset({"fireworks", "groq", "mistralai"})
_NAMED_PACKAGE = re.compile(r"pip install ([\w.-]+)")


class Sender:
    """One model, ready to be asked in one event loop: a `Send`. `close` it in the same loop.

    On the OpenAI SDK its connections are its own: LangChain's shared ones break in a second event loop.
    """

    def __init__(
        self, model: str, settings: dict[str, Any], ability: str, timeout_s: float, secrets: tuple[str, ...]
    ) -> None:
        self._model, self._settings, self._timeout_s, self._secrets = model, settings, timeout_s, secrets
        self._ability = ability if takes_format(model) else "prompt"
        self._provider = model.partition(":")[0]
        self._base_url: str = settings.get("base_url", "")
        self._chats: dict[tuple[float, int], BaseChatModel] = {}

    async def __call__(self, request: Request) -> Reply | Failure:
        """One attempt. Raises InputError where no further attempt can help (key, credit, the model's name)."""
        begun = time.monotonic()
        messages = [(message.role, message.content) for message in request.messages]
        call = asyncio.ensure_future(self._chat(request).ainvoke(messages, **self._extra(request)))
        try:
            done, _ = await asyncio.wait({call}, timeout=self._timeout_s)
        finally:
            call.cancel()  # does nothing to a finished one
        if not done:
            return Failure("timeout", f"no answer within {self._timeout_s:g} s")
        if (error := call.exception()) is not None:
            return failure_of(error, self._model, redacted_url(self._base_url), self._secrets)
        return _reply(call.result(), time.monotonic() - begun)

    def with_ability(self, ability: str) -> Sender:
        """The same model over the same connections, asked for answers in another way: what `probe_ability` opens."""
        return Sender(self._model, self._settings, ability, self._timeout_s, self._secrets)

    async def close(self) -> None:
        """Close the connections."""
        if (connections := self._settings.get("http_async_client")) is not None:
            await connections.aclose()

    def _chat(self, request: Request) -> BaseChatModel:
        """LangChain's model for the request's temperature and length; a run has a few of them."""
        key = request.temperature, request.max_tokens
        if key not in self._chats:
            told = {"temperature": request.temperature} if request.temperature >= 0 else {}
            if not self._is_foreign:
                told["num_predict" if self._provider == "ollama" else "max_tokens"] = request.max_tokens
            self._chats[key] = _build(self._model, {**self._settings, **told}, self._secrets)
        return self._chats[key]

    def _extra(self, request: Request) -> dict[str, Any]:
        """What the request says beyond its messages.

        response_format goes into extra_body where it can: as an argument of its own it takes LangChain through the
        SDK's parser, which raises on an answer that was cut and loses its text and usage, and costs a third more time.
        """
        asked = response_format(request.schema, self._ability)
        if self._is_foreign:  # many such servers know max_tokens by its old name alone
            asked["max_tokens"] = request.max_tokens
        return {"extra_body": asked} if asked and self._provider in _ON_OPENAI else asked

    @property
    def _is_foreign(self) -> bool:
        return self._provider == "openai" and bool(self._base_url)


def open_send(
    model: str, *, base_url: str = "", api_key: str | None = None, timeout_s: float, ability: str, trace: bool = False,
) -> Sender:  # fmt: skip
    """A model (`provider:name`, as init_chat_model takes it) that answers requests; nothing is sent yet.

    `ability` is json_schema, json_mode or prompt: how far the server itself holds to a schema (`probe_ability`). An
    `openai:` model at another `base_url` is asked with `api_key` or none: OpenAI's own key goes to OpenAI alone.
    Raises InputError where a package or a key is missing, or the name or the address cannot be right.
    """
    if not trace:
        silence_tracing()
    provider, _, name = model.partition(":")
    _check_address(base_url)
    if not provider or not name:
        raise InputError(
            f"--model {model}", "names no model" if provider else "names no provider",
            mend=f"write provider:name; openai:{name or 'NAME'} with --base-url for any compatible server",
            mend_ko="provider:이름 꼴로 쓰세요. OpenAI 호환 서버는 openai:이름 과 --base-url 을 씁니다",
        )  # fmt: skip
    # The timeout is kept here, to the second where a package takes whole ones; retries are the client's.
    settings: dict[str, Any] = {
        "timeout": math.ceil(timeout_s), "max_retries": 0, "cache": False, "disable_streaming": True
    }  # fmt: skip
    if base_url:
        settings["base_url"] = base_url
    if provider == "openai":
        settings["use_responses_api"] = False
    if provider in _ON_OPENAI:
        settings["http_async_client"] = _connections(model)
    if api_key or (provider == "openai" and base_url):
        settings["api_key"] = api_key or "none"
    elif not base_url and (variables := VARIABLES.get(provider)) and not any(map(os.environ.get, variables)):
        raise _without_key(model, variables)
    secrets = secrets_of(provider, base_url, api_key)
    _build(model, settings, secrets)  # now, and not amid a run: whatever is missing
    return Sender(model, settings, ability, timeout_s, secrets)


def takes_format(model: str) -> bool:
    """Whether LangChain passes a response_format on to the model's provider."""
    return model.partition(":")[0] in _ON_OPENAI | _TAKE_FORMAT


def response_format(schema: dict[str, Any], ability: str) -> dict[str, Any]:
    """What of a request's body asks for an answer in the schema; empty where the prompt alone does."""
    if ability == "json_schema":
        named = {"name": schema.get("title", "Answer"), "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {"response_format": {"type": "json_object"}} if ability == "json_mode" else {}


def silence_tracing() -> None:
    """No trace to LangSmith from this process, whatever its environment asks for."""
    for variable in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        os.environ[variable] = "false"
    if langsmith := sys.modules.get("langsmith"):  # it may have read them already
        langsmith.configure(enabled=False)


def _build(model: str, settings: dict[str, Any], secrets: tuple[str, ...]) -> BaseChatModel:
    provider = model.partition(":")[0]
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise _without_package(model, "langchain", error) from error
    try:
        chat: BaseChatModel = init_chat_model(model, **settings)
    except ImportError as error:
        named = _NAMED_PACKAGE.search(str(error))
        package = named[1] if named else f"langchain-{provider.replace('_', '-')}"
        raise _without_package(model, package, error.__cause__ or error) from error
    except ValueError as error:  # an unknown provider, or a setting that its class refuses
        if "model_provider" in str(error):
            raise InputError(
                f"--model {model}", f"names the provider {provider!r}, which LangChain does not know",
                mend="write openai, upstage, anthropic, google_genai, ollama … before the colon",
                mend_ko="콜론 앞에 openai, upstage, anthropic, google_genai, ollama 같은 제공자를 쓰세요",
            ) from error  # fmt: skip
        raise InputError(
            f"--model {model}", redacted(" ".join(str(error).split()), secrets)[:300],
            mend="check provider and name as LangChain's init_chat_model knows them, and the provider's own variables",
            mend_ko="LangChain의 init_chat_model이 아는 provider와 모델 이름인지, 필요한 환경 변수가 있는지 확인하세요",
        ) from error  # fmt: skip
    return chat


def _connections(model: str) -> object:
    """A pool of kept connections for one event loop; the SDK's own form, whichever httpx it stands on."""
    try:
        from openai import DefaultAsyncHttpxClient
    except ImportError as error:
        raise _without_package(model, "langchain-openai", error) from error
    return DefaultAsyncHttpxClient()


def _reply(message: AIMessage, latency_s: float) -> Reply:
    usage, told = message.usage_metadata, message.response_metadata
    refusal = message.additional_kwargs.get("refusal")
    finish = next((told[name] for name in ("finish_reason", "stop_reason", "done_reason") if told.get(name)), "")
    return Reply(
        text="" if refusal else _text(message.content), finish_reason="refusal" if refusal else str(finish),
        input_tokens=usage["input_tokens"] if usage else 0, output_tokens=usage["output_tokens"] if usage else 0,
        latency_s=latency_s, attempt=1,
    )  # fmt: skip


def _text(content: str | list[Any]) -> str:
    """A message's text; of blocks (Anthropic, Google) the text ones, and not the thinking."""
    if isinstance(content, str):
        return content
    blocks = [{"type": "text", "text": block} if isinstance(block, str) else block for block in content]
    return "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")


def _check_address(base_url: str) -> None:
    if not base_url:
        return
    try:
        address = urlsplit(base_url)
        is_sound = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        is_sound = False
    if not is_sound:
        raise InputError(
            f"--base-url {redacted_url(base_url)}", "is no address of a server",
            mend="write it like http://localhost:8000/v1", mend_ko="http://localhost:8000/v1 처럼 쓰세요",
        )  # fmt: skip


def _without_package(model: str, package: str, error: BaseException) -> InputError:
    is_ours = package in ("langchain", "langchain-openai")
    command = "pip install 'dadeum[llm]' (in a clone: pip install -e '.[llm]')" if is_ours else f"pip install {package}"
    return InputError(
        f"--model {model}", f"needs the package {package} ({error})", mend=command, mend_ko=f"설치하세요: {command}"
    )


def _without_key(model: str, variables: tuple[str, ...]) -> InputError:
    named = " or ".join(variables)
    return InputError(
        f"--model {model}", "has no key",
        mend=f"set {named}, give a key file (--key-file FILE), or a server of your own (--base-url)",
        mend_ko=f"환경 변수 {variables[0]}, 키 파일(--key-file FILE), 자체 서버(--base-url) 중 하나가 필요합니다",
    )  # fmt: skip
