"""How far the writer is, in one line: requests, kept and refused, rate, cost so far, time left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from datagen.llm.calls.client import Client, Progress
from datagen.llm.desk import Piece
from datagen.llm.plans import Plan

_EVERY_S = 0.5
_BAR = 24  # characters


@asynccontextmanager
async def watching(
    client: Client, plans: Sequence[Plan], votes: int, won_per_dollar: float, on_step: Callable[[str], None]
) -> AsyncIterator[Callable[[Sequence[Piece]], None]]:
    """Tells `on_step` how things stand, twice a second; gives what is to be told of each window that is done."""
    started = time.monotonic()
    kept = refused = 0
    expected = sum((1 if plan.kind == "rewrite" else 2) + votes for plan in plans)

    def on_window(window: Sequence[Piece]) -> None:
        nonlocal kept, refused
        passed = sum(piece.is_open for piece in window)
        kept, refused = kept + passed, refused + len(window) - passed

    async def tell() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            on_step(line(client.progress(), kept, refused, expected, time.monotonic() - started, won_per_dollar))

    telling = asyncio.create_task(tell())
    try:
        yield on_window
    finally:
        telling.cancel()


def line(now: Progress, kept: int, refused: int, expected: int, elapsed_s: float, won_per_dollar: float) -> str:
    """━━━━──── 128 of about 512 requests · kept 97 통과 · refused 31 탈락 · 14.2/s · $0.12 (166원) · 3 min left

    `expected` leaves out what is sent back: the bar stays at its end for that while.
    """
    done = now.answered + now.from_journal + now.lost
    full = _BAR * min(done, expected) // max(expected, 1)
    left_s = elapsed_s / now.answered * (expected - done) if now.answered and done < expected else 0.0
    left = f" · {_span(left_s)} left 남음" if left_s else ""
    failed = f" · {now.failed} failed attempts 실패" if now.failed else ""
    return (
        f"{'━' * full}{'─' * (_BAR - full)} {done:,} of about {expected:,} requests 요청 · kept 통과 {kept} · "
        f"refused 탈락 {refused} · {now.answered / max(elapsed_s, 0.1):.1f}/s · in flight {now.in_flight}{failed} · "
        f"${now.cost:.2f} ({now.cost * won_per_dollar:,.0f}원){left}"
    )


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min 분" if seconds >= 90 else f"{seconds:.0f} s 초"
