"""A key comes from a file or from the provider's own environment variable, and stands in no text of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from curation.errors import InputError

# Where LangChain's packages look for a key; the names stand in errors, the values are struck from every text.
VARIABLES: dict[str, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",), "azure_openai": ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY"),
    "cohere": ("COHERE_API_KEY",), "deepseek": ("DEEPSEEK_API_KEY",), "fireworks": ("FIREWORKS_API_KEY",),
    "google_genai": ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "groq": ("GROQ_API_KEY",), "mistralai": ("MISTRAL_API_KEY",),
    "nvidia": ("NVIDIA_API_KEY",), "openai": ("OPENAI_API_KEY",), "openrouter": ("OPENROUTER_API_KEY",),
    "together": ("TOGETHER_API_KEY",), "upstage": ("UPSTAGE_API_KEY",), "xai": ("XAI_API_KEY",),
}  # fmt: skip
_LEAST = 4  # a shorter "secret" would strike out ordinary text
_USERINFO = re.compile(r"(?<=://)\S+@")  # to the last @: a password may hold any sign
_QUERY = re.compile(r"(?<=://)([^\s?#]+)[?#]\S*")


def read_key(path: Path) -> str:
    """The first line of a key file. Raises InputError where there is none, or where it cannot be a key."""
    try:
        key = path.read_text(encoding="utf-8").strip().partition("\n")[0].strip()
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError) as error:
        raise InputError(
            str(path), "is not a key file", mend="give a text file whose first line is the key",
            mend_ko="첫 줄에 키가 적힌 텍스트 파일을 지정하세요",
        ) from error  # fmt: skip
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise InputError(
            str(path), "holds no key in its first line", mend="write the key alone into the first line",
            mend_ko="첫 줄에 키만 적으세요",
        )  # fmt: skip
    return key


def secrets_of(provider: str, base_url: str, api_key: str | None) -> tuple[str, ...]:
    """All that may stand in no text: the key given, the provider's own, and the login of the address."""
    address = urlsplit(base_url)
    login = [part for part in (address.username, address.password) if part]
    named = [os.environ.get(variable, "") for variable in VARIABLES.get(provider, ())]
    found = {one.strip() for one in (api_key or "", *named, *login, *map(unquote, login))}
    return tuple(sorted((one for one in found if len(one) >= _LEAST and one != "none"), key=len, reverse=True))


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets, and without login, query and fragment of any address in it."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return _QUERY.sub(r"\1", _USERINFO.sub("***@", text))


def redacted_url(url: str) -> str:
    """An address as it may be shown: `http://***@host:8000/v1`, without query and fragment."""
    return redacted(url, ())
