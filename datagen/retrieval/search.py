"""Both indexes over the passages: built, updated, saved and opened; and where each question's evidence stands in them.

The saved index is the cache of the next one. What costs time are Kiwi's morphemes and a language model's vectors; both
hang on a passage's own text alone, so a passage that stands in the previous index brings them along, found by its text,
headings included, if Kiwi, word list and embedder are the same. What hangs on all passages together (BM25's weights,
the hashed embedder's vectors through their document frequencies) costs little and is always made anew. An updated index
is therefore the same, byte for byte, as one made from nothing, and a passage that is gone leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from curation.errors import InputError
from curation.files import canonical_json, sha256_file
from curation.korean.kiwi import content_morphemes, versions
from datagen.passages import Passage
from datagen.retrieval.bm25 import BM25
from datagen.retrieval.embedding import Embedder, Morphemes, Vectors, hashed_embedder

if TYPE_CHECKING:
    from datagen.retrieval.store import EmbedderEmbeddings, FaissStore

_MORPHEMES = "morphemes.jsonl"
# Questions asked at once: as many as keep a dense table of scores within 64 MB (float32), whatever the passages.
_MOST_QUESTIONS, _MOST_SCORES = 256, 1 << 24
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question's evidence stands: `rank` from 1, and `margin`, its score less the best other passage's."""

    rank: dict[str, int]
    margin: dict[str, float]
    fused_rank: int


@dataclass(frozen=True, slots=True)
class Searcher:
    """FAISS and BM25 over the same passages; `morphemes` are those of each passage."""

    store: FaissStore
    bm25: BM25
    embedder: Embedder
    words: tuple[str, ...]
    morphemes: tuple[tuple[str, ...], ...]
    description: dict[str, Any]
    most_scores: int = _MOST_SCORES  # held at once: questions × passages

    def standings(
        self, questions: Sequence[str], evidence: Sequence[Sequence[int]], analysed: Sequence[Morphemes] | None = None
    ) -> list[Standing]:
        """Each question's standing, given the numbers of the passages that hold its evidence (the best one counts).

        `analysed` are the questions' morphemes where they are known already.
        """
        found: list[Standing] = []
        for start, scores, fused in self._scores(questions, analysed):
            found += [
                _standing({name: values[row] for name, values in scores.items()}, fused[row], own)
                for row, own in enumerate(evidence[start : start + len(fused)])
            ]
        return found

    def nearest(self, questions: Sequence[str], count: int) -> list[list[int]]:
        """The numbers of the `count` passages nearest to each question in both indexes together, best first."""
        found: list[list[int]] = []
        for _, _, fused in self._scores(questions):
            found += [_best(values, count) for values in fused]
        return found

    def save(self, folder: Path) -> list[Path]:
        """Write the index: what `open_searcher` opens, and what `build_searcher` takes for `previous`."""
        from datagen.retrieval.store import write_lines

        path = folder / _MORPHEMES
        write_lines(path, self.morphemes)
        return [*self.store.save(folder, {**self.description, "files": {path.name: sha256_file(path)}}), path]

    def _scores(
        self, questions: Sequence[str], analysed: Sequence[Morphemes] | None = None
    ) -> Iterator[tuple[int, dict[str, Vectors], Vectors]]:
        """(first question, its scores by index, both together) of each batch; shapes (questions, passages)."""
        size = max(1, min(_MOST_QUESTIONS, self.most_scores // max(len(self.morphemes), 1)))
        for start in range(0, len(questions), size):
            batch = questions[start : start + size]
            morphemes = analysed[start : start + size] if analysed else content_morphemes(batch, self.words)
            bm25 = self.bm25.scores(morphemes)
            cosines = self.embedder.queries(batch, morphemes) @ self.store.vectors.T
            share = share_of_cosine(self.embedder, self.bm25, morphemes)
            yield start, {"bm25": bm25, "faiss": cosines}, fuse(bm25, cosines, share)


def build_searcher(
    passages: Sequence[Passage], *, words: tuple[str, ...], dimensions: int = 2048, embedder: Embedder | None = None,
    previous: Path | None = None, analysed: Sequence[tuple[str, ...]] | None = None,
) -> Searcher:  # fmt: skip
    """Index the passages in BM25 and FAISS, with the offline embedder of `dimensions` where none is given.

    `previous` is the folder of an earlier index: whatever of it still holds is not computed again. `analysed` are the
    passages' morphemes where they are known already.
    """
    from datagen.retrieval.store import FaissStore

    texts = [passage.indexed for passage in passages]
    # The hashed embedder's vectors hang on the whole corpus: of an earlier index only morphemes could be taken over.
    is_all_known = analysed is not None and embedder is None
    known = _read_known(None if is_all_known else previous, words, embedder)
    morphemes = tuple(analysed) if analysed is not None else _morphemes(texts, known.morphemes, words)
    embedder = embedder or hashed_embedder(morphemes, dimensions)
    store = FaissStore(_embeddings(embedder, words), embedder.dimensions)
    places: list[dict[str, Any]] = [
        {"document": p.document.name, "sha256": p.document.sha256, "start": p.start, "end": p.end,
         "section": list(p.headings)}
        for p in passages
    ]  # fmt: skip
    names = [hashlib.sha256(canonical_json(place)).hexdigest()[:32] for place in places]
    for start in range(0, len(texts), _BLOCK):  # all vectors at once would lie in memory twice
        block = slice(start, start + _BLOCK)
        vectors = _vectors(texts[block], morphemes[block], known.vectors, embedder)
        store.add_vectors(vectors, [passage.text for passage in passages[block]], places[block], names[block])
    return _searcher(store, morphemes, embedder, words)


def open_searcher(folder: Path, embedder: Embedder | None = None) -> Searcher:
    """A saved index, with the embedder it was made with where that is not the offline one.

    Raises InputError where it is damaged, or was made with another embedder, word list or version of Kiwi.
    """
    from datagen.retrieval.store import FaissStore, read_description, read_lines

    saved = read_description(folder)
    words = tuple(saved["words"])
    morphemes = [tuple(line) for line in read_lines(folder / _MORPHEMES)]
    embedder = embedder or hashed_embedder(morphemes, saved["dimensions"])
    store = FaissStore.load(folder, _embeddings(embedder, words), _description(embedder, words))
    return _searcher(store, morphemes, embedder, words)


def share_of_cosine(embedder: Embedder, bm25: BM25, questions: Sequence[Morphemes]) -> float | Vectors:
    """What the cosine counts for beside BM25 (0..1): of a model always the same, of the hashed embedder by question.

    That one reads BM25's own morphemes, so it has more to say only of words that no passage holds (재고실사주기).
    """
    return embedder.share * bm25.unknown(questions) if embedder.reads_morphemes else embedder.share


def fuse(bm25: Vectors, cosines: Vectors, share: float | Vectors) -> NDArray[np.float32]:
    """Both scores of each passage together, 0..1, shape (questions, passages).

    Each question's scores are stretched to 0..1 over its passages, and the cosine counts for `share` of the sum (a
    number, or one a question, shape (questions, 1); convex combination: Bruch et al. 2023, who find it better and less
    in need of tuning than reciprocal ranks).
    """
    return np.asarray((1 - share) * _stretched(bm25) + share * _stretched(cosines), np.float32)


@dataclass(frozen=True, slots=True)
class _Known:
    """What an earlier index knows, by the text that was read."""

    morphemes: dict[str, tuple[str, ...]]
    vectors: dict[str, Vectors]


def _read_known(folder: Path | None, words: tuple[str, ...], embedder: Embedder | None) -> _Known:
    """What may be taken over from an earlier index; nothing where there is none, or a damaged one."""
    from datagen.retrieval.store import PASSAGES, VECTORS, read_description, read_index, read_lines, vectors_of

    nothing = _Known({}, {})
    if folder is None or not (folder / _MORPHEMES).is_file():
        return nothing
    try:
        saved = read_description(folder)
    except InputError:  # its files are not those that were saved
        return nothing
    if any(saved.get(key) != value for key, value in _reading(words).items()):
        return nothing
    texts = ["\n".join([*fields["section"], fields["text"]]) for fields in read_lines(folder / PASSAGES)]
    morphemes = {text: tuple(line) for text, line in zip(texts, read_lines(folder / _MORPHEMES), strict=True)}
    if embedder is None or embedder.is_of_corpus or saved["embedder"] != embedder.identity:
        return _Known(morphemes, {})
    index = read_index(folder / VECTORS)
    return _Known(morphemes, dict(zip(texts, vectors_of(index).copy(), strict=True)))


def _morphemes(
    texts: Sequence[str], known: dict[str, tuple[str, ...]], words: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    made = dict(zip(fresh, map(tuple, content_morphemes(fresh, words)), strict=True))
    return tuple(known.get(text) or made.get(text, ()) for text in texts)


def _vectors(
    texts: Sequence[str], morphemes: Sequence[tuple[str, ...]], known: dict[str, Vectors], embedder: Embedder
) -> Vectors:
    fresh = [place for place, text in enumerate(texts) if text not in known]
    vectors = np.zeros((len(texts), embedder.dimensions), np.float32)
    for place, text in enumerate(texts):
        if text in known:
            vectors[place] = known[text]
    if fresh:
        vectors[fresh] = embedder.passages([texts[place] for place in fresh], [morphemes[place] for place in fresh])
    return vectors


def _embeddings(embedder: Embedder, words: tuple[str, ...]) -> EmbedderEmbeddings:
    from datagen.retrieval.store import EmbedderEmbeddings

    return EmbedderEmbeddings(embedder, words)


def _searcher(
    store: FaissStore, morphemes: Sequence[tuple[str, ...]], embedder: Embedder, words: tuple[str, ...]
) -> Searcher:
    return Searcher(store, BM25.of(morphemes), embedder, words, tuple(morphemes), _description(embedder, words))


def _description(embedder: Embedder, words: tuple[str, ...]) -> dict[str, Any]:
    """All that decides the index besides its passages."""
    return {"embedder": dict(embedder.identity), "dimensions": embedder.dimensions, **_reading(words)}


def _reading(words: tuple[str, ...]) -> dict[str, Any]:
    """All that decides a text's morphemes."""
    return {"words": list(words), **versions()}


def _standing(scores: dict[str, Vectors], fused: Vectors, own: Sequence[int]) -> Standing:
    ranks: dict[str, int] = {}
    margins: dict[str, float] = {}
    for name, values in scores.items():
        best, others = values[list(own)].max(), np.delete(values, own)
        ranks[name] = _rank(best, others)
        margins[name] = round(float(best - (others.max() if len(others) else 0.0)), 4)
    return Standing(ranks, margins, _rank(fused[list(own)].max(), np.delete(fused, own)))


def _best(values: Vectors, count: int) -> list[int]:
    """The places of the `count` highest values, highest first, equal ones in order."""
    least = np.partition(values, -count)[-count] if count < len(values) else -np.inf
    places = np.flatnonzero(values >= least)
    best: list[int] = places[np.argsort(-values[places], kind="stable")][:count].tolist()
    return best


def _rank(best: np.float32, others: Vectors) -> int:
    """From 1, equal scores sharing the better rank, but for 0: behind all that hold nothing of the question either."""
    return 1 + int(np.sum(others > best if best != 0 else others >= best))


def _stretched(scores: Vectors) -> Vectors:
    if not scores.size:
        return scores
    least, most = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    stretched: Vectors = (scores - least) / np.maximum(most - least, 1e-9)
    return stretched
