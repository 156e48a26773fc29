"""The engine on one machine: `map` and `shuffle` over parts on disk, in worker processes.

A second engine (Ray Data) has to give the same two verbs and the sink, and `Rows`; and so the same `content_digest`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import ipc

from curation.engine.parts import Part, find_part, read_part, write_part
from curation.engine.pool import Workers
from curation.files import canonical_json, sha256_bytes

Job = TypeVar("Job")
# A job's table, and what it has to tell beside it (JSON; kept with the part, so that a resumed run knows it too).
Step = Callable[[Job], tuple[pa.Table, Mapping[str, Any]]]
_PARTITION_BYTES = 16 * 2**20  # of a shuffle; sorted and paired it takes some ten times that
_MEMORY_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class PartJob:
    """A part to work on, with columns that the driver knows of its rows."""

    part: Part
    beside: pa.Table

    def table(self) -> pa.Table:
        """The part's rows with the driver's columns behind their own."""
        table = read_part(self.part)
        for name in self.beside.column_names:
            table = table.append_column(name, self.beside[name])
        return table

    def beside_digest(self) -> str:
        """SHA-256 of the driver's columns."""
        sink = pa.BufferOutputStream()
        with ipc.new_stream(sink, self.beside.schema) as writer:
            writer.write_table(self.beside.combine_chunks())
        return sha256_bytes(sink.getvalue())


@dataclass(frozen=True, slots=True)
class Engine:
    """Where parts lie, who works, and how much memory all may take together."""

    folder: Path
    workers: Workers
    memory_bytes: int = _MEMORY_BYTES

    def partitions(self, size_bytes: int) -> int:
        """How many partitions a shuffle of so many bytes takes: each worker sorts one, in a few copies."""
        return partitions_for(size_bytes, min(_PARTITION_BYTES, self.memory_bytes // (16 * self.workers.count)))

    def may_hold(self, size_bytes: int) -> bool:
        """Whether so much may be read into memory at once, beside all else."""
        return size_bytes <= self.memory_bytes // 4

    def map(
        self, name: str, jobs: Iterable[Job], step: Step[Job], *, key: Callable[[Job], str], folder: Path | None = None
    ) -> Iterator[Part]:
        """One part a job, in their order. A part whose `key` was made before, and is whole, is not made again."""
        where = folder or self.folder / name
        tasks = (_Task(job, where / f"{key(job)}.arrow") for job in jobs)
        yield from self.workers.in_order(partial(_make, step=step), tasks)

    def rest(self) -> None:
        """Give back the workers' memory, and what this process needs no longer, before the driver works alone."""
        self.workers.rest()
        pa.default_memory_pool().release_unused()

    def shuffle(
        self, name: str, tables: Iterable[pa.Table], reduce: Callable[[pa.Table], pa.Table], *, partitions: int = 1
    ) -> Iterator[pa.Table]:
        """Same key, same call: every table's rows by their column `key` (uint64, evenly spread), in order of it.

        Rows go to `partitions` files by the upper bits of the key; each file, sorted by all its number columns from
        `key` on, is given to `reduce` once. Results come in the order of the keys.
        """
        where = self.folder / name
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        files = _scatter(tables, where, partitions)
        yield from self.workers.in_order(partial(_reduce, reduce=reduce), files)
        shutil.rmtree(where)


def partitions_for(size_bytes: int, bound_bytes: int = _PARTITION_BYTES) -> int:
    """How many partitions (a power of two) keep each within a bound."""
    return 1 << max(0, (size_bytes - 1) // bound_bytes).bit_length() if size_bytes else 1


def derived_key(*facts: object) -> str:
    """The key of a part made from others: equal facts, equal key."""
    return sha256_bytes(canonical_json(facts))[:32]


@dataclass(frozen=True, slots=True)
class _Task:
    job: Any
    path: Path


def _make(task: _Task, *, step: Step[Any]) -> Part:
    if found := find_part(task.path):
        return found
    table, note = step(task.job)
    part = write_part(task.path, table, note)
    del table
    pa.default_memory_pool().release_unused()
    return part


def _scatter(tables: Iterable[pa.Table], where: Path, partitions: int) -> list[Path]:
    """Append each table's rows to the file of their partition; files that got no row are not there."""
    paths = [where / f"{number:05}.arrow" for number in range(partitions)]
    writers: dict[int, ipc.RecordBatchStreamWriter] = {}
    with ExitStack() as open_files:
        for table in tables:
            for number, rows in _by_partition(table, partitions):
                if number not in writers:
                    file = open_files.enter_context(pa.OSFile(str(paths[number]), "wb"))
                    writers[number] = open_files.enter_context(ipc.new_stream(file, rows.schema))
                writers[number].write_table(rows)
    return [paths[number] for number in sorted(writers)]


def _by_partition(table: pa.Table, partitions: int) -> Iterator[tuple[int, pa.Table]]:
    if table.num_rows == 0 or partitions == 1:
        yield 0, table
        return
    key = table["key"].to_numpy()
    number = (key >> np.uint64(65 - partitions.bit_length())).astype(np.int64)
    order = np.argsort(number, kind="stable")
    present, first = np.unique(number[order], return_index=True)
    for one, rows in zip(present.tolist(), np.split(order, first[1:]), strict=True):
        yield one, table.take(pa.array(rows))


def _reduce(path: Path, *, reduce: Callable[[pa.Table], pa.Table]) -> pa.Table:
    with pa.OSFile(str(path)) as file:
        table = ipc.open_stream(file).read_all()
    path.unlink()
    order = np.lexsort([table[name].to_numpy() for name in ("row", "key") if name in table.column_names])
    table = table.take(pa.array(order))
    result = reduce(table)
    del table, order
    pa.default_memory_pool().release_unused()
    return result


class Rows:
    """Rows by number, wherever their parts lie: the `Fetch` of the steps that compare rows."""

    def __init__(self, parts: Sequence[Part], size: int) -> None:
        numbers = [read_part(part, ["row"])["row"].to_numpy() for part in parts]
        self._parts = parts
        self.numbers: NDArray[np.int64] = np.concatenate([*numbers, np.zeros(0, np.int64)])
        owner = np.repeat(np.arange(len(parts), dtype=np.int32), [len(found) for found in numbers])
        index = np.concatenate([*(np.arange(len(found), dtype=np.int32) for found in numbers), np.zeros(0, np.int32)])
        self.size = size  # of all numbers, those of rows that no part holds included
        self._part_of = np.full(self.size, -1, dtype=np.int32)
        self._index_of = np.zeros(self.size, dtype=np.int32)
        self._part_of[self.numbers] = owner
        self._index_of[self.numbers] = index

    def fetch(self, rows: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """These rows (ascending, distinct numbers) with these columns, in that order."""
        if not len(rows):
            return read_part(self._parts[0], columns).slice(0, 0)
        owner = self._part_of[rows]
        order = np.argsort(owner, kind="stable")
        present, first = np.unique(owner[order], return_index=True)
        tables = [
            read_part(self._parts[one], columns).take(pa.array(self._index_of[rows[places]]))
            for one, places in zip(present.tolist(), np.split(order, first[1:]), strict=True)
        ]
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        return pa.concat_tables(tables).take(pa.array(back))

    def each(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Every part's rows, part by part."""
        for part in self._parts:
            yield read_part(part, columns)

    def held(self, columns: Sequence[str]) -> Callable[[NDArray[np.int64], Sequence[str]], pa.Table]:
        """`fetch` over these columns read into memory: for a step that asks for the same rows many times."""
        table = pa.table({name: self._whole(name) for name in columns})  # one by one: each is there twice for a moment
        place = np.full(self.size, -1, dtype=np.int64)
        place[self.numbers] = np.arange(len(self.numbers))
        return lambda rows, names: table.select(list(names)).take(pa.array(place[rows]))

    def _whole(self, name: str) -> pa.Array:
        return pa.concat_tables(self.each([name]))[name].combine_chunks()
