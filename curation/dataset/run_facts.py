"""The one block of a manifest that may differ between two runs: command, machine, times, memory."""

import platform
import resource
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple


class StepCost(NamedTuple):
    """What a step took: its seconds, and the most memory that this process had held by its end."""

    seconds: float
    peak_rss_bytes: int


def run_facts(
    command: str,
    started: float,
    *,
    workers: int = 1,
    peak_workers_bytes: int = 0,
    steps: Mapping[str, StepCost] | None = None,
) -> dict[str, Any]:
    """The block that may differ between two runs; `started` is the run's beginning on `time.perf_counter`.

    `peak_workers_bytes` is the memory of all worker processes beside this one. CPU time counts the processes that have
    ended.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    steps = steps or {}
    costs = {
        "steps_s": {step: round(cost.seconds, 3) for step, cost in steps.items()},
        "steps_peak_rss_bytes": {step: cost.peak_rss_bytes for step, cost in steps.items()},
    }
    return {
        "command": command,
        "engine": "local",
        "workers": workers,
        **({"peak_workers_rss_bytes": peak_workers_bytes} if peak_workers_bytes else {}),
        **(costs if steps else {}),
        "host": platform.platform(),
        "python": platform.python_version(),
        "wall_s": round(time.perf_counter() - started, 3),
        "cpu_s": round(time.process_time() + ended.ru_utime + ended.ru_stime, 3),
        "peak_rss_bytes": peak_rss_bytes(),
    }


def peak_rss_bytes() -> int:
    """The most memory that this process has held so far."""
    # macOS counts bytes, Linux kilobytes (getrusage(2)).
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
