"""The engine: same key, same call; the same result in one process and in many; nothing is made twice, nothing by half."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from curation.engine.local import Engine, PartJob, Rows, partitions_for
from curation.engine.parts import find_part, read_part, write_part
from curation.engine.pool import worker_pool


def numbers(job: tuple[int, int]) -> tuple[pa.Table, dict[str, int]]:
    start, end = job
    return pa.table({"row": pa.array(range(start, end), pa.int64())}), {"start": start}


def named(job: tuple[int, int]) -> str:
    return f"{job[0]}-{job[1]}"


def sums(table: pa.Table) -> pa.Table:
    keys = table["key"].to_numpy()
    assert (np.diff(keys.astype(np.float64)) >= 0).all()
    found, total = np.unique(keys), [int(table["row"].to_numpy()[keys == key].sum()) for key in np.unique(keys)]
    return pa.table({"key": found, "sum": pa.array(total, pa.int64())})


def test_a_part_is_made_once_and_again_only_where_its_bytes_changed(tmp_path):
    made = []

    def step(job):
        made.append(job)
        return numbers(job)

    with worker_pool(1) as pool:
        engine = Engine(tmp_path, pool)
        jobs = [(0, 3), (3, 5), (5, 9)]
        first = list(engine.map("counted", jobs, step, key=named))
        again = list(engine.map("counted", jobs, step, key=named))
        assert first == again and made == jobs
        first[1].path.write_bytes(first[1].path.read_bytes()[:-1] + b"x")
        assert find_part(first[1].path) is None
        assert [part.note["start"] for part in engine.map("counted", jobs, step, key=named)] == [0, 3, 5]
        assert made == [*jobs, jobs[1]]
        assert read_part(first[1])["row"].to_pylist() == [3, 4]


def test_a_part_without_its_record_was_never_finished(tmp_path):
    part = write_part(tmp_path / "a.arrow", pa.table({"row": [1]}), {})
    part.path.with_suffix(".json").unlink()
    assert find_part(part.path) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_a_shuffle_gives_the_same_whatever_the_workers_partitions_and_order(tmp_path, workers):
    draw = random.Random(3)
    pairs = [(draw.choice([1, 2**63, 2**64 - 1, draw.getrandbits(64)]), row) for row in range(500)]
    wanted = {}
    for key, row in pairs:
        wanted[key] = wanted.get(key, 0) + row
    with worker_pool(workers) as pool:
        for partitions in (1, 4, 16):
            draw.shuffle(pairs)
            tables = [
                pa.table({"key": pa.array([key for key, _ in some], pa.uint64()), "row": [row for _, row in some]})
                for some in (pairs[:100], pairs[100:], [])
                if some
            ]
            found = pa.concat_tables(Engine(tmp_path, pool).shuffle("sums", tables, sums, partitions=partitions))
            assert dict(zip(found["key"].to_pylist(), found["sum"].to_pylist(), strict=True)) == wanted
            assert found["key"].to_pylist() == sorted(wanted)
    assert not (tmp_path / "sums").exists()


def test_workers_answer_in_the_order_of_the_jobs_and_take_few_at_once(tmp_path):
    taken = []

    def jobs():
        for start in range(12):
            taken.append(start)
            yield (start, start + 1)

    with worker_pool(2) as pool:
        parts = Engine(tmp_path, pool).map("counted", jobs(), numbers, key=named)
        assert next(parts).note["start"] == 0
        assert len(taken) <= 6  # memory holds what the workers need, not the whole input
        assert [part.note["start"] for part in parts] == list(range(1, 12))


def test_partitions_depend_on_the_size_alone():
    assert [partitions_for(size, 64) for size in (0, 1, 64, 65, 1024)] == [1, 1, 1, 2, 16]


def test_rows_are_fetched_by_number_from_whichever_part_holds_them(tmp_path):
    order = random.Random(1).sample(range(40), 40)
    parts = [
        write_part(tmp_path / f"{start}.arrow", pa.table({"row": some, "text": [f"행 {row}" for row in some]}), {})
        for start in range(0, 40, 13)
        for some in [order[start : start + 13]]
    ]
    rows = Rows(parts, 41)
    wanted = np.array([0, 7, 8, 21, 39])
    assert rows.fetch(wanted, ["text"])["text"].to_pylist() == [f"행 {row}" for row in wanted.tolist()]
    assert rows.fetch(np.array([], np.int64), ["text"]).num_rows == 0
    assert PartJob(parts[0], pa.table({"more": range(13)})).table().column_names == ["row", "text", "more"]


PARENT = """
import sys, time
from curation.engine.pool import worker_pool

def stuck(seconds):
    time.sleep(seconds)

if __name__ == "__main__":
    with worker_pool(2) as pool:
        print("started", flush=True)
        list(pool.in_order(stuck, [60, 60]))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="children are looked for in /proc")
def test_killed_parents_leave_no_worker_behind(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    root = str(Path(__file__).parent.parent)
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.stdout and parent.stdout.readline() == "started\n"
    deadline = time.monotonic() + 20
    while len(children := descendants(parent.pid)) < 3 and time.monotonic() < deadline:  # two and their tracker
        pass
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while any(is_running(child) for child in children) and time.monotonic() < deadline:
        pass
    assert children and not any(is_running(child) for child in children)
    parent.stdout.close()


def descendants(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
