"""Worker processes: the same function over many jobs, results in the order of the jobs, few in flight at once."""

import gc
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from typing import TypeVar

from curation.errors import InputError

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
_AHEAD = 2  # jobs waiting for each worker: enough to keep it busy, few enough to bound memory


class Workers:
    """Some processes, started when there is work; a single one is this process itself, which small data is done in."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.peak_bytes = 0  # of the workers' memory in sum, as far as the system tells it (Linux)
        self._pool: ProcessPoolExecutor | None = None

    def in_order(self, function: Callable[[_Job], _Result], jobs: Iterable[_Job]) -> Iterator[_Result]:
        """`function` over `jobs`, results in their order; a job is taken from the iterable when there is room."""
        if self.count == 1:
            yield from map(function, jobs)
            return
        if self._pool is None:
            # spawn: a forked child would share this process's threads' locks, Kiwi's and Arrow's among them.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, initializer=_start_worker)
        running: deque[Future[_Result]] = deque()
        try:
            for job in jobs:
                running.append(self._pool.submit(function, job))
                if len(running) > self.count * _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        except BrokenProcessPool as error:
            raise InputError(
                "worker process", "was ended from outside; most often the system ran out of memory",
                mend="run the same command again with fewer --workers; what was done is kept",
                mend_ko="--workers 를 줄여 같은 명령을 다시 실행하세요. 끝난 일은 남아 있습니다",
            ) from error  # fmt: skip

    def rest(self) -> None:
        """End the processes, which gives their memory back; the next job starts others."""
        if self._pool is not None:
            peaks = [_peak_bytes(child.pid or 0) for child in multiprocessing.active_children()]
            self.peak_bytes = max(self.peak_bytes, sum(peaks))
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@contextmanager
def worker_pool(count: int) -> Iterator[Workers]:
    """So many workers, all ended with the block."""
    workers = Workers(count)
    try:
        yield workers
    finally:
        workers.rest()


def _peak_bytes(pid: int) -> int:
    """The most memory a process held (VmHWM of proc(5)); 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _start_worker() -> None:
    """Ctrl-C is the parent's matter; a parent that was killed takes its workers along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000, 20, 20)  # shards hold no cycles: looking for them often takes an eighth of the time
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
