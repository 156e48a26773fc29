"""What a run shows at a terminal: a bar for each step, and the row funnel at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from curation.dataset.run_facts import StepCost, peak_rss_bytes

OnStep = Callable[[str, int, int], None]  # step, done, in all


@contextmanager
def progress_bar() -> Iterator[tuple[OnStep, dict[str, StepCost]]]:
    """A bar with rate and time left for each step, silent off a terminal; and what each took."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<13}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    costs: dict[str, StepCost] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("read", rate="", total=None)
        now, began = "", time.perf_counter()

        def on_step(step: str, done: int, total: int) -> None:
            nonlocal now, began
            clock = time.perf_counter()
            if now:
                costs[now] = StepCost(clock - began, peak_rss_bytes())
            if step != now:
                bars.reset(bar, total=total or None, description=step, rate="")
                now, began = step, clock
            else:
                rate = f"{done / (clock - began):,.0f}/s" if clock > began and done else ""
                bars.update(bar, completed=done, total=total or None, rate=rate)

        yield on_step, costs


def print_funnel(steps: Sequence[Mapping[str, Any]], splits: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("step", "in", "dropped", "quarantined", "out", "reasons", box=None, header_style="bold")
    for column in table.columns[1:5]:
        column.justify = "right"
    for step in steps:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in step["reasons"].items())
        table.add_row(step["step"], *(f"{step[key]:,}" for key in ("in", "dropped", "quarantined", "out")), reasons)
    for split, facts in splits.items():
        documents = f"{facts['documents']:,} documents" if facts["documents"] else ""
        table.add_row(split, "", "", "", f"{facts['rows']:,}", documents)
    Console().print(table)
