"""How alike the content words of two questions are: what twins, and rows that give an item away, are judged by."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from curation.columns import list_bounds
from curation.leaks.contents import is_light

_HALF = 0.5  # of all words of two questions, where most of the shorter one stands in the longer
_MIN_WORDS = 4  # of the shorter one, then
_MIN_COMMON = 2  # words: 사랑해 and 사랑을 했다 have one, and ask nothing together

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Pairs of word sets, one value a pair. Shares are 0..1, words weighted by `weigh`; light words are not counted."""

    of_all: _Floats  # Jaccard similarity
    of_shorter: _Floats  # the common part, of the lighter of the two
    of_right: _Floats  # and of the right one
    shorter: _Floats  # words of the one that has fewer
    right: _Floats  # words of the right one
    common: _Floats  # words in both
    same_codes: NDArray[np.bool_]  # no number or code stands in one alone
    right_codes: NDArray[np.bool_]  # no number or code stands in the right one alone
    same_words: NDArray[np.bool_]  # the same set, and not the empty one

    def are_alike(self, threshold: float) -> NDArray[np.bool_]:
        """Whether they ask the same thing: near as sets, with the same numbers and codes."""
        return (self.of_all >= threshold) & (self.common >= _MIN_COMMON) & self.same_codes | self.same_words

    def are_near(self, threshold: float) -> NDArray[np.bool_]:
        """Whether they must stay together: alike, or most of the shorter one stands in the longer."""
        inside = (self.of_shorter >= threshold) & (self.of_all > _HALF) & (self.shorter >= _MIN_WORDS)
        return self.are_alike(threshold) | (inside & self.same_codes)


def compare(content: pa.ListArray, left: NDArray[np.int64], right: NDArray[np.int64]) -> Likeness:
    """The likeness of lists `left[i]` and `right[i]` of content words."""
    words = content.flatten().dictionary_encode()
    vocabulary: list[str] = words.dictionary.to_pylist()
    matrix = _matrix(content, words)
    counted = np.array([not is_light(word) for word in vocabulary], dtype=np.float64)
    weight = np.array([weigh(word) for word in vocabulary], dtype=np.float64)
    code = np.array([_is_code(word) for word in vocabulary], dtype=np.float64)
    every = np.ones(len(vocabulary))
    both = matrix[left].multiply(matrix[right]).tocsr()
    number, heaviness, codes, size = (matrix @ column for column in (counted, weight, code, every))
    shared, common_codes, common = both @ weight, both @ code, both @ every
    right_codes = codes[right] == common_codes
    return Likeness(
        of_all=_share(shared, heaviness[left] + heaviness[right] - shared),
        of_shorter=_share(shared, np.minimum(heaviness[left], heaviness[right])),
        of_right=_share(shared, heaviness[right]),
        shorter=np.minimum(number[left], number[right]),
        right=number[right],
        common=both @ counted,
        same_codes=right_codes & (codes[left] == common_codes),
        right_codes=right_codes,
        same_words=(common == size[left]) & (common == size[right]) & (common > 0),
    )


def weigh(word: str) -> float:
    """How much a word says: by its syllables, and half for one that is in every other question."""
    return len(word) / 2 if is_light(word) else float(len(word))


def _is_code(word: str) -> bool:
    """A number, a Latin word or a code: 20, gtin, a-01."""
    return word.isascii() or not word.isalpha()


def _matrix(content: pa.ListArray, words: pa.DictionaryArray) -> sparse.csr_array:
    """1 where a list holds a word, shape `(lists, vocabulary)`."""
    columns = words.indices.to_numpy(zero_copy_only=False)
    shape = (len(content), len(words.dictionary))
    matrix = sparse.csr_array((np.ones(len(columns)), columns, list_bounds(content)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1  # a set, not a bag
    return matrix


def _share(part: _Floats, whole: _Floats) -> _Floats:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
