"""What requests cost: a table a user can edit, and an estimate of tokens where no server has counted them yet."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from curation.errors import InputError
from curation.recipe import load_recipe

TABLE = Path(__file__).with_suffix(".toml")
# How a provider names an edition of a model: -2024-08-06, -20250514, -0613, -001, -latest.
_EDITION = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{3,4}|latest)")
# Tokens per character, on the dear side. A Hangul syllable takes about 0.6 tokens of GPT-4o's vocabulary and its
# successors', 1 and more of older ones and of Llama's, 0.4 to 0.5 of those extended for Korean (EEVE, EXAONE, Solar);
# a letter of English about 0.25, marks and digits more. Rules of thumb: the server's own counts correct them in a run.
_TOKENS_PER_WIDE = 0.75
_TOKENS_PER_ASCII = 0.35


class Price(BaseModel):
    """US dollars per million tokens, and when that was looked up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    checked: str


class Prices(BaseModel):
    """A price table: models by `provider:name`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    won_per_dollar: float = Field(gt=0)
    models: dict[str, Price] = {}


class _Own(Prices):
    """A user's table over the one that ships: what it leaves out stays."""

    won_per_dollar: float = Field(default=0, ge=0)


def load_prices(path: str = "") -> Prices:
    """The table that ships, with a user's own over it: its rate, and its entries before ours. Raises InputError."""
    shipped = load_recipe(Prices, TABLE)
    if not path:
        return shipped
    where = Path(path).expanduser()
    if not where.is_file():
        raise InputError(
            path, "is not there, or is a folder", mend="give the path of a price table",
            mend_ko="가격표 파일의 경로를 지정하세요",
        )  # fmt: skip
    own = load_recipe(_Own, where)
    return Prices(won_per_dollar=own.won_per_dollar or shipped.won_per_dollar, models={**shipped.models, **own.models})


def price_of(prices: Prices, model: str, base_url: str = "") -> Price | None:
    """A model's price: its own entry, or that of the name it is an edition of; None where neither stands there.

    A model without an entry costs nothing at an address of this machine or of the own network; a proxy there may well
    pass requests on to one that has a price.
    """
    editions = [name for name in prices.models if model == name or _is_edition(model, name)]
    if editions:
        return prices.models[max(editions, key=len)]
    return Price(input=0, output=0, checked="local") if is_local(base_url) else None


def cost(prices: Prices, model: str, input_tokens: int, output_tokens: int, base_url: str = "") -> float | None:
    """US dollars; None where the price is not known."""
    price = price_of(prices, model, base_url)
    return None if price is None else (input_tokens * price.input + output_tokens * price.output) / 1e6


def check_cap(prices: Prices, addresses: Mapping[str, str], max_cost: float) -> None:
    """Refuse a cap on cost that could not be kept: for one of the models (→ its base_url) no price is known."""
    for model, base_url in addresses.items():
        if max_cost > 0 and price_of(prices, model, base_url) is None:
            raise InputError(
                f"--max-cost {max_cost:g}", f"the price of {model} is not known",
                mend=f'give a table with "{model}" = {{ input = …, output = …, checked = "…" }} in [connection] prices '
                "(its form: datagen/llm/calls/prices.toml), or cap with --max-requests",
                mend_ko=f"[connection] prices 에 {model} 의 가격을 적은 표를 지정하거나"
                "(형식: datagen/llm/calls/prices.toml), --max-requests 로 제한하세요",
            )  # fmt: skip


def is_local(base_url: str) -> bool:
    """Whether an address is this machine's, or one that only the own network knows (a private one, a bare name)."""
    host = urlsplit(base_url).hostname or ""
    if not host:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
    return address.is_private or address.is_loopback


def tokens_in(text: str) -> int:
    """An estimate for dry runs and budgets before a server has counted: rather too many than too few.

    Known by the length alone: in UTF-8 a Hangul syllable has two bytes more than an ASCII character.
    """
    wide = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
    return math.ceil(_TOKENS_PER_WIDE * wide + _TOKENS_PER_ASCII * (len(text) - wide))


def _is_edition(model: str, name: str) -> bool:
    return model.startswith(name) and _EDITION.fullmatch(model, len(name)) is not None
