"""How far the writer is, in one line: plans, kept and refused, rate, cost so far, time left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from datagen.llm.calls.client import Client
from datagen.llm.desk import Piece

_EVERY_S = 0.5
_BAR = 24  # characters


@asynccontextmanager
async def watching(
    client: Client, plans: int, won_per_dollar: float, on_step: Callable[[str], None]
) -> AsyncIterator[Callable[[Sequence[Piece]], None]]:
    """Tells `on_step` how things stand, twice a second; gives what is to be told of each window that is done."""
    started = time.monotonic()
    kept = refused = 0

    def on_window(window: Sequence[Piece]) -> None:
        nonlocal kept, refused
        passed = sum(piece.is_open for piece in window)
        kept, refused = kept + passed, refused + len(window) - passed

    async def tell() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            on_step(line(client, kept, refused, plans, time.monotonic() - started, won_per_dollar))

    telling = asyncio.create_task(tell())
    try:
        yield on_window
    finally:
        telling.cancel()


def line(client: Client, kept: int, refused: int, plans: int, elapsed_s: float, won_per_dollar: float) -> str:
    """━━━━──── 128/512 · kept 97 통과 · refused 31 탈락 · 14.2 requests/s · $0.12 (166원) · 3 min left"""
    now, done = client.progress(), kept + refused
    full = _BAR * done // max(plans, 1)
    left = f" · {_span(elapsed_s / done * (plans - done))} left 남음" if done else ""
    failed = f" · {now.failed} failed attempts 실패" if now.failed else ""
    return (
        f"{'━' * full}{'─' * (_BAR - full)} {done}/{plans} · kept 통과 {kept} · refused 탈락 {refused} · "
        f"{now.answered / max(elapsed_s, 0.1):.1f} requests/s · in flight {now.in_flight}{failed} · "
        f"${now.cost:.2f} ({now.cost * won_per_dollar:,.0f}원){left}"
    )


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min 분" if seconds >= 90 else f"{seconds:.0f} s 초"
