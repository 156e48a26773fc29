"""What a run on language models cost, at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def show_spending(run: Mapping[str, Any], kept: int) -> None:
    """A table of requests and tokens by model and role, with the price of it all and of one kept pair."""
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "role", "sent", "answered", "tokens in", "tokens out", title="spent · 쓴 것")
    for column in table.columns[2:]:
        column.justify = "right"
    for one in run["spent"]:
        counts = (one["sent"], one["answered"], one["input_tokens"], one["output_tokens"])
        table.add_row(one["model"], str(one["role"]), *(f"{count:,}" for count in counts))
    Console().print(table)
    print(_price(run["dollars"], run["won_per_dollar"], kept))


def _price(dollars: float | None, won_per_dollar: float, kept: int) -> str:
    if dollars is None:
        return "price not known · 가격을 모릅니다 ([connection] prices)"
    won = dollars * won_per_dollar
    each = f" · a kept pair · 문답 하나에 ${dollars / kept:.5f} ({won / kept:,.2f}원)" if kept else ""
    return f"cost · 비용 ${dollars:.4f} ({won:,.0f}원){each}"
