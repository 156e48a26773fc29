"""What a failed call means: worth another try, refused for good, or for the user to mend."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime

from curation.errors import InputError
from datagen.llm.calls.keys import VARIABLES, redacted
from datagen.llm.request import Failure

# 503 and Anthropic's 529 say "too busy", as 429 does: asking more slowly helps. Of other 5xx it does not.
_THROTTLED = (429, 503, 529)
_PASSING = (408, 409, 425)  # request timeout, conflict, too early
_UNPAID = 402
# For errors that carry no status, by the names of their classes: LangChain's (core 1.7 and later), the OpenAI SDK's,
# httpx's, aiohttp's and Python's own. Named, not imported: each belongs to a package that may not be there.
_KINDS = (
    ("timeout", {"ModelTimeoutError", "APITimeoutError", "TimeoutException", "TimeoutError"}),
    ("connection", {"ModelConnectionError", "APIConnectionError", "TransportError", "ClientConnectionError",
                    "ConnectionError"}),
    ("throttled", {"ModelRateLimitError"}),
    ("server_error", {"ModelAPIError"}),
    ("rejected", {"ModelInvalidRequestError"}),
)  # fmt: skip
_MOST_CHARS = 300


def failure_of(error: BaseException, model: str, address: str, secrets: Sequence[str]) -> Failure:
    """The failure behind an exception of LangChain's.

    Raises InputError where only the user can help (key, credit, the model's name), and the exception itself where
    nothing is known of it. `address` is shown; `secrets` stand in no text.
    """
    status, names = _status(error), {one.__name__ for one in type(error).__mro__}
    # "Connection error." alone helps nobody; what answered with a status has said enough.
    because = redacted(" < ".join(_told(error)[: 1 if status else 3]), secrets)[:_MOST_CHARS]
    if "ContextOverflowError" in names:
        return Failure("rejected", because)
    if getattr(error, "code", None) == "insufficient_quota":  # OpenAI's 429 that no waiting mends
        status = _UNPAID
    if mendable := _mendable(status, names, f"{model} at {address}" if address else model, because):
        raise mendable from error
    kind = kind_of_status(status) if status else next((kind for kind, known in _KINDS if known & names), None)
    if kind is None:
        # The call holds LangChain's code alone, and so it speaks of an answer that is no chat completion (a page of
        # HTML, no choices): a server's fault, and often a passing one.
        if not isinstance(error, (ValueError, LookupError, TypeError)):
            raise error
        kind, because = "server_error", f"the answer is no chat completion: {because}"[:_MOST_CHARS]
    return Failure(kind, because, _retry_after_s(error))


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that a server asks to wait, from `retry-after-ms` or `retry-after` (seconds, or a date)."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        told = headers.get(name, "").strip()
        if not told:
            continue
        try:
            seconds = float(told) / unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(told).timestamp() - now
            except ValueError:
                continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    return None


def _retry_after_s(error: BaseException) -> float | None:
    for link in _links(error):
        headers = getattr(getattr(link, "response", None), "headers", None)
        if headers is not None:
            return read_retry_after(headers, time.time())
    return None


def _status(error: BaseException) -> int | None:
    """The HTTP status behind an error, wherever its package keeps it."""
    for link in _links(error):
        for holder, name in ((link, "status_code"), (getattr(link, "response", None), "status_code"), (link, "code")):
            status = getattr(holder, name, None)
            if isinstance(status, int):
                return int(status)
    return None


def kind_of_status(status: int) -> str:
    """A status (400 and above) by the names that Failure has."""
    if status in _THROTTLED:
        return "throttled"
    is_refusal = 400 <= status < 500 and status not in _PASSING
    return "rejected" if is_refusal else "server_error"


def _mendable(status: int | None, names: set[str], where: str, because: str) -> InputError | None:
    provider = where.partition(":")[0]
    variable = " or ".join(VARIABLES.get(provider, ("the provider's own variable",)))
    if status in (401, 403) or names & {"ModelAuthenticationError", "ModelPermissionDeniedError"}:
        return InputError(
            where, f"refuses the key ({because})",
            mend=f"set {variable}, or with --base-url a file that holds its key (--key-file FILE)",
            mend_ko=f"환경 변수 {variable}, 또는 --base-url 서버의 키 파일(--key-file FILE)을 확인하세요",
        )  # fmt: skip
    if status == _UNPAID:
        return InputError(
            where, f"has no credit left ({because})", mend="add credit and run the same command again: it goes on",
            mend_ko="요금을 충전한 뒤 같은 명령을 다시 실행하면 이어서 진행합니다",
        )  # fmt: skip
    if status == 404 or "ModelNotFoundError" in names:
        return InputError(
            where, f"knows no such model or address ({because})",
            mend="check the model's name as the server's /v1/models lists it, and that --base-url ends in /v1",
            mend_ko="서버의 /v1/models 목록에 있는 모델 이름인지, --base-url 이 /v1 로 끝나는지 확인하세요",
        )  # fmt: skip
    return None


def _links(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it: some packages wrap the one that holds the response."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _told(error: BaseException) -> list[str]:
    """What an error and its causes say, each thing once."""
    told: list[str] = []
    for link in _links(error):
        text = " ".join(str(link).split()) or type(link).__name__
        if not any(text in one for one in told):
            told.append(text)
    return told
