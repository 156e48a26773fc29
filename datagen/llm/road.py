"""The story of the writer on a language model: plan → ask → retrieve → answer → gates → back once → judge.

Plans go in windows. Within a window each step is one batch, so that Kiwi and the index are asked once for all; two
windows are under way at once, so that one's slowest answer does not leave the servers idle. What a plan becomes hangs
on its replies alone, and the journal gives the same replies again: a run that was killed ends as if it never was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from datagen.llm.back import send_back
from datagen.llm.desk import Desk, Piece
from datagen.llm.plans import Plan
from datagen.llm.steps import through_gates, through_judge, write_answers, write_questions
from datagen.outcome import without_tokens

_WINDOWS_AT_ONCE = 2


async def write_plans(
    desk: Desk, plans: Sequence[Plan], on_window: Callable[[Sequence[Piece]], None], *, window_plans: int = 256
) -> list[Piece]:
    """Every plan as it ended, same order; `on_window` is told of each window as it is done."""
    windows = iter([plans[start : start + window_plans] for start in range(0, len(plans), window_plans)])
    numbered = enumerate(windows)
    done: dict[int, list[Piece]] = {}

    async def work() -> None:
        for number, window in numbered:
            done[number] = [_light(piece) for piece in await _write_window(desk, window)]
            on_window(done[number])

    await asyncio.gather(*(work() for _ in range(_WINDOWS_AT_ONCE)))
    return [piece for number in sorted(done) for piece in done[number]]


async def _write_window(desk: Desk, plans: Sequence[Plan]) -> list[Piece]:
    pieces = await write_questions(desk, [Piece(plan) for plan in plans])
    pieces = await write_answers(desk, pieces)
    pieces = await through_judge(desk, await through_gates(desk, pieces))
    if desk.recipe.llm.sends_back:
        pieces = await through_judge(desk, await send_back(desk, pieces))
    return pieces


def _light(piece: Piece) -> Piece:
    """What the end of the run needs of a piece: no tokens, no passages, no raw answers."""
    found = without_tokens(piece.found) if piece.found is not None else None
    return replace(piece, asked=None, answered=None, shown=(), found=found)
