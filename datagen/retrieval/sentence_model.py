"""A sentence-transformers model as an embedder of passages and queries."""

from collections.abc import Sequence

import numpy as np

from curation.sentence_model import Embed as EmbedTexts
from curation.sentence_model import open_sentence_model
from datagen.retrieval.embedding import Embed, Embedder, Morphemes, Vectors

# A model that knows meanings counts as much as BM25 does; not measured, since no such model lies in the project.
_SHARE = 0.5


def open_sentence_embedder(name: str, *, download: bool = False) -> Embedder:
    """A model by folder or by name (`BAAI/bge-m3`); the network is asked only if `download`.

    Raises InputError where the library is missing, where the model is not on disk, or where the folder holds none.
    """
    model = open_sentence_model(name, "--embedder", download=download)
    return Embedder(
        _unit_vectors(model.passages), _unit_vectors(model.queries), model.dimensions, model.identity,
        share=_SHARE, is_of_corpus=False, reads_morphemes=False,
    )  # fmt: skip


def _unit_vectors(embed: EmbedTexts) -> Embed:
    def embed_unit(texts: Sequence[str], _: Sequence[Morphemes]) -> Vectors:
        vectors = embed(texts)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)

    return embed_unit
