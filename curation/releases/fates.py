"""What became of each row in two ledgers: every row_id of either, and its fate in both, as columns of numbers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.dataset.ledger import open_ledger
from curation.runs import run_starts

ABSENT = -1
_COLUMNS = ["row_id", "file", "position", "verdict", "split", "step", "reason"]
_POSITION_BITS = 40
_ROWS_AT_ONCE = 10_000
_LINES_AT_ONCE = 1_000  # with their evidence, of a kilobyte or two


@dataclass(frozen=True, slots=True)
class Ids:
    """Distinct row_ids, 128 bits each, ascending."""

    upper: NDArray[np.uint64]
    lower: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.upper)

    def text(self, place: int) -> str:
        """The row_id as ledgers and shards write it."""
        return f"{int(self.upper[place]):016x}{int(self.lower[place]):016x}"

    def look_up(self, row_id: str) -> int | None:
        """The place of one id, if it is among them."""
        upper, lower = np.uint64(int(row_id[:16], 16)), np.uint64(int(row_id[16:], 16))
        start, end = (int(np.searchsorted(self.upper, upper, side=side)) for side in ("left", "right"))
        found = np.flatnonzero(self.lower[start:end] == lower)
        return start + int(found[0]) if len(found) else None

    def find(self, row_ids: pa.ChunkedArray) -> NDArray[np.int64]:
        """The place of each, all of which are among them."""
        upper, lower = _halves(row_ids)
        places: NDArray[np.int64] = np.searchsorted(self.upper, upper)
        while (astray := self.lower[places] != lower).any():  # two ids whose upper halves are equal
            places[astray] += 1
        return places


@dataclass(frozen=True, slots=True)
class Side:
    """One ledger, each array by the place in `Ids`: the fate (index in `Fates.names`), line and place, or ABSENT."""

    fate: NDArray[np.int16]
    line: NDArray[np.int64]  # in the ledger
    place: NDArray[np.int64]  # file and position as one number, equal where both are


@dataclass(frozen=True, slots=True)
class Fates:
    """Both ledgers. A fate is named by its split where the row is kept, by STEP/REASON where it was dropped."""

    ids: Ids
    names: Sequence[str]
    old: Side
    new: Side

    @property
    def kept(self) -> NDArray[np.bool_]:
        """By the index of a name, and ABSENT: whether it is that of kept rows."""
        return np.array([*(is_kept(name) for name in self.names), False])

    def name(self, side: Side, place: int) -> str | None:
        """The fate of one row in one of the ledgers."""
        fate = int(side.fate[place])
        return None if fate == ABSENT else self.names[fate]


def is_kept(fate: str | None) -> bool:
    """Whether a fate is that of a kept row."""
    return fate is not None and "/" not in fate


def read_fates(old: Path, new: Path) -> Fates:
    """The fates of all rows of two curated folders; quarantined lines, which have no row_id, are left out.

    An id that stands several times has the first kept line's fate, or the first line's where none was kept.
    """
    fates: dict[str, int] = {}
    files: dict[str, int] = {}
    (one, one_lines), (other, other_lines) = (_read(folder, fates, files) for folder in (old, new))
    ids, places = _distinct(np.concatenate([one, other], axis=1))
    names = list(fates)
    first, second = np.split(places, [one.shape[1]])
    return Fates(
        ids, names, _by_place(one_lines, first, len(ids), names), _by_place(other_lines, second, len(ids), names)
    )


def each_line(folder: Path, lines: Collection[int], columns: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The ledger's lines at these places in it, ascending, with some of their columns."""
    wanted = np.unique(np.array(list(lines), dtype=np.int64))
    first = 0
    with open_ledger(folder) as file:
        for group in range(file.num_row_groups):
            end = first + file.metadata.row_group(group).num_rows
            if ((wanted >= first) & (wanted < end)).any():
                for rows in file.iter_batches(_LINES_AT_ONCE, [group], list(columns), use_threads=False):
                    here = wanted[(wanted >= first) & (wanted < first + rows.num_rows)]
                    yield from zip(here.tolist(), rows.take(here - first).to_pylist(), strict=True)
                    first += rows.num_rows
            first = end


def number_texts(texts: pa.Array, numbers: dict[str, int]) -> NDArray[np.int64]:
    """A number for each text, equal for equal ones; `numbers` learns the new ones."""
    encoded = texts.dictionary_encode()
    known = [numbers.setdefault(text, len(numbers)) for text in encoded.dictionary.to_pylist()]
    found: NDArray[np.int64] = np.array(known, dtype=np.int64)[encoded.indices.to_numpy()]
    return found


def _read(folder: Path, fates: dict[str, int], files: dict[str, int]) -> tuple[NDArray[np.uint64], Side]:
    """The ids (halves) and what stands beside them, in the ledger's order; both dictionaries learn new names."""
    with open_ledger(folder) as file:
        size = file.metadata.num_rows
        ids = np.empty((2, size), dtype=np.uint64)
        side = Side(np.empty(size, np.int16), np.empty(size, np.int64), np.empty(size, np.int64))
        line, end = 0, 0
        for group in range(file.num_row_groups):  # one by one, and by one thread, takes a third of the memory
            for batch in file.iter_batches(_ROWS_AT_ONCE, [group], _COLUMNS, use_threads=False):
                has_id = batch["row_id"].is_valid()
                rows = batch.filter(has_id)
                here = slice(end, end + rows.num_rows)
                ids[:, here] = _halves(rows["row_id"])
                fallen = pc.binary_join_element_wise(rows["step"], rows["reason"], "/")
                side.fate[here] = number_texts(
                    pc.if_else(pc.equal(rows["verdict"], "keep"), rows["split"], fallen), fates
                )
                side.line[here] = line + np.flatnonzero(has_id)
                side.place[here] = number_texts(rows["file"], files) << _POSITION_BITS | rows["position"].to_numpy()
                line, end = line + batch.num_rows, here.stop
    return ids[:, :end], Side(side.fate[:end], side.line[:end], side.place[:end])


def _distinct(halves: NDArray[np.uint64]) -> tuple[Ids, NDArray[np.int64]]:
    """The distinct ids, and for each of those given its place among them."""
    upper, lower = halves
    order = np.lexsort((lower, upper))
    starts = run_starts(upper[order], lower[order])
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.cumsum(starts) - 1
    firsts = order[starts]
    return Ids(upper[firsts], lower[firsts]), places


def _halves(row_ids: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    """Upper and lower 64 bits, shape `(2, n)`."""
    digits = bytes.fromhex("".join(row_ids.to_pylist()))
    return np.frombuffer(digits, dtype=">u8").reshape(-1, 2).T.astype(np.uint64)


def _by_place(lines: Side, places: NDArray[np.int64], size: int, names: Sequence[str]) -> Side:
    """The lines, given in the ledger's order, by the place of their id."""
    is_dropped = ~np.array([is_kept(name) for name in names], dtype=np.bool_)[lines.fate]
    # Of several lines of one id that which counts is written last, and stays.
    order = np.argsort(is_dropped, kind="stable")[::-1]
    at = places[order]
    side = Side(np.full(size, ABSENT, np.int16), np.full(size, ABSENT, np.int64), np.full(size, ABSENT, np.int64))
    for column, values in ((side.fate, lines.fate), (side.line, lines.line), (side.place, lines.place)):
        column[at] = values[order]
    return side
