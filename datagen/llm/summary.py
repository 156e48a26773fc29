"""What a run on language models brought and cost, at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any


def show_summary(rates: Sequence[Mapping[str, Any]], run: Mapping[str, Any]) -> None:
    """Two tables, pairs kept by model and version of its prompts, and requests and tokens, and the price of it all.

    `rates` are the manifest's keep_rates, `run` its block of that name; the extractors' own pairs cost nothing.
    """
    from rich.console import Console
    from rich.table import Table

    passed = Table("model", "prompts", "written 씀", "kept 통과", "%", "refused by · 거절", title="keep rate · 통과율")
    passed.columns[0].overflow = passed.columns[1].overflow = "fold"
    for (model, prompt), gates in _by_prompt(rates).items():
        share = 100 * gates["kept"] / gates.total()
        refused = ", ".join(f"{gate} {count}" for gate, count in gates.most_common() if gate != "kept")
        passed.add_row(model, prompt, f"{gates.total():,}", f"{gates['kept']:,}", f"{share:.0f}", refused)
    spent = Table("model", "role", "sent", "answered", "tokens in", "tokens out", title="spent · 쓴 것")
    for one in run["spent"]:
        counts = (one["sent"], one["answered"], one["input_tokens"], one["output_tokens"])
        spent.add_row(one["model"], str(one["role"]), *(f"{count:,}" for count in counts))
    for column in (*passed.columns[2:5], *spent.columns[2:]):
        column.justify = "right"
    Console().print(passed)
    Console().print(spent)
    print(_price(run["dollars"], run["won_per_dollar"], sum(one["kept"] for one in rates)))


def _by_prompt(rates: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Counter[str]]:
    """Kept, and refused by which gate, all kinds together."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in rates:
        gates = found.setdefault((one["model"], one["prompt"]), Counter())
        gates.update({"kept": one["kept"], **one["rejected_by_gate"]})
    return found


def _price(dollars: float | None, won_per_dollar: float, kept: int) -> str:
    if dollars is None:
        return "price not known · 가격을 모릅니다 ([connection] prices)"
    won = dollars * won_per_dollar
    each = f" · a kept pair · 문답 하나에 ${dollars / kept:.5f} ({won / kept:,.2f}원)" if kept else ""
    return f"cost · 비용 ${dollars:.4f} ({won:,.0f}원){each}"
