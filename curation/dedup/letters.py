"""The letters and digits of many texts as one array of code points: what a repeat is compared by."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.runs import ranges

Number = TypeVar("Number", np.uint8, np.uint32)
_BMP = 0x10000


@dataclass(frozen=True, slots=True)
class Texts:
    """The code points of texts in NFC: those of text i are `points[bounds[i] : bounds[i + 1]]`."""

    points: NDArray[np.uint32]
    bounds: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of each text, lower case: those of text i are `points[bounds[i] : bounds[i + 1]]`."""

    points: NDArray[np.uint32]
    bounds: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many letters each text has."""
        return np.diff(self.bounds)

    def filled_up(self, size: int) -> "Letters":
        """The same with zeros behind each text of 1 to `size` - 1 letters: it is one `size`-gram by itself."""
        counts = self.counts
        slots = np.where(counts > 0, np.maximum(counts, size), 0)
        if (slots == counts).all():
            return self
        bounds = np.concatenate(([0], np.cumsum(slots)))
        points = np.zeros(bounds[-1], dtype=np.uint32)
        points[ranges(bounds[:-1], counts)] = self.points
        return Letters(points, bounds)

    def gram_counts(self, size: int) -> NDArray[np.int64]:
        """How many `size`-grams each text has; a shorter one must be filled up first."""
        return np.maximum(self.counts - size + 1, 0)


def join(texts: Sequence[str]) -> Texts:
    """The texts as one array; they are brought to NFC where they are not (an NFD twin shares no shingle)."""
    whole = "".join(texts)
    if not unicodedata.is_normalized("NFC", whole):
        texts = [unicodedata.normalize("NFC", text) for text in texts]
        whole = "".join(texts)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return _texts(whole, lengths)


def join_column(column: pa.ChunkedArray) -> Texts:
    """The texts of a column as one array, as `join` gives them, with no string made of each."""
    array = pa.concat_arrays(column.chunks or [pa.array([], pa.string())])
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    whole = bytes(memoryview(data or b"")[ends[0] : ends[-1]]).decode()
    if not unicodedata.is_normalized("NFC", whole):
        return join(array.to_pylist())
    return _texts(whole, pc.utf8_length(array).to_numpy().astype(np.int64))


def _texts(whole: str, lengths: NDArray[np.int64]) -> Texts:
    points = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)
    return Texts(points, np.concatenate(([0], np.cumsum(lengths))))


def fold(texts: Texts) -> Letters:
    """NFC, lower case, letters and digits only.

    A text without any (`???`, 😀) stands for itself, without its spaces: it is compared, not skipped.
    """
    folded = look_up(_folded(), texts.points, _fold)
    place = np.flatnonzero(folded)
    bounds = np.searchsorted(place, texts.bounds)
    bare = np.flatnonzero((np.diff(bounds) == 0) & (np.diff(texts.bounds) > 0))
    if len(bare):
        for start, end in zip(texts.bounds[bare].tolist(), texts.bounds[bare + 1].tolist(), strict=True):
            folded[start:end] = [0 if chr(point).isspace() else point for point in texts.points[start:end].tolist()]
        place = np.flatnonzero(folded)
        bounds = np.searchsorted(place, texts.bounds)
    return Letters(folded[place], bounds)


def letters(text: str) -> str:
    """The letters of one text, as `fold` gives them for many."""
    return fold(join([text])).points.tobytes().decode("utf-32-le")


def look_up(table: NDArray[Number], points: NDArray[np.uint32], rule: Callable[[str], int]) -> NDArray[Number]:
    """What `rule` says of each code point: from its `table`, or where it is above U+FFFF (😀, rare Hanja), asked."""
    found = table.take(points, mode="clip")
    if points.max(initial=0) >= _BMP:
        high = points >= _BMP
        kinds, which = np.unique(points[high], return_inverse=True)
        found[high] = np.array([rule(chr(point)) for point in kinds.tolist()], dtype=table.dtype)[which]
    return found


def table_of(rule: Callable[[str], int], dtype: type[Number]) -> NDArray[Number]:
    """What `rule` says of each code point up to U+FFFF."""
    return np.fromiter((rule(chr(point)) for point in range(_BMP)), dtype=dtype, count=_BMP)


@cache
def _folded() -> NDArray[np.uint32]:
    return table_of(_fold, np.uint32)


def _fold(character: str) -> int:
    """The lower case of a letter or digit, 0 for anything else. Only İ grows in lower case: its dot is no letter."""
    return ord(character.lower()[0]) if character.isalnum() else 0
