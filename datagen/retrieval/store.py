"""A FAISS index with its passages as a LangChain VectorStore; saved as index + JSONL + description, no pickle."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from curation.errors import InputError
from curation.files import replacing
from curation.korean.kiwi import content_morphemes
from datagen.retrieval.embedding import Embed, Vectors


class KiwiEmbeddings(Embeddings):
    """The hashed-morpheme embedder behind LangChain's interface."""

    def __init__(self, embed: Embed, words: tuple[str, ...]) -> None:
        self._embed, self._words = embed, words

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector per text."""
        vectors: list[list[float]] = self._embed(content_morphemes(texts, self._words)).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one text."""
        return self.embed_documents([text])[0]


class FaissStore(VectorStore):
    """Exact inner-product search over unit vectors; also what `as_retriever()` of LangChain reads."""

    def __init__(self, embedding: Embeddings, dimensions: int) -> None:
        import faiss

        self._embedding = embedding
        self.index: faiss.Index = faiss.IndexFlatIP(dimensions)
        self.documents: list[Document] = []

    @property
    def embeddings(self) -> Embeddings:
        """The embedder of texts and queries."""
        return self._embedding

    def add_texts(
        self, texts: Iterable[str], metadatas: list[dict[str, Any]] | None = None, *, ids: list[str] | None = None,
        **_: object,
    ) -> list[str]:  # fmt: skip
        """Embed and add texts; the ids given, or new ones, in the same order."""
        texts = list(texts)
        vectors = np.asarray(self._embedding.embed_documents(texts), np.float32)
        return self.add_vectors(vectors, texts, metadatas or [{} for _ in texts], ids)

    def add_vectors(
        self,
        vectors: Vectors,
        texts: Sequence[str],
        metadatas: Sequence[dict[str, Any]],
        ids: Sequence[str] | None = None,
    ) -> list[str]:
        """Add texts whose unit vectors, shape (n, dimensions), are known."""
        names = list(ids) if ids is not None else [uuid.uuid4().hex for _ in texts]
        self.index.add(np.ascontiguousarray(vectors, np.float32))
        self.documents += [
            Document(id=name, page_content=text, metadata=metadata)
            for name, text, metadata in zip(names, texts, metadatas, strict=True)
        ]
        return names

    def scores(self, queries: Vectors) -> Vectors:
        """Each query's cosine with each document, shape (queries, documents)."""
        total = len(self.documents)
        found, places = self.index.search(np.ascontiguousarray(queries, np.float32), total)
        scores = np.empty((len(queries), total), np.float32)
        np.put_along_axis(scores, places, found, axis=1)
        return scores

    def similarity_search_with_score(self, query: str, k: int = 4, **_: object) -> list[tuple[Document, float]]:
        """The k nearest documents with their cosines, best first."""
        vector = np.asarray([self._embedding.embed_query(query)], np.float32)
        found, places = self.index.search(vector, min(k, len(self.documents)))
        return [(self.documents[place], float(score)) for score, place in zip(found[0], places[0], strict=True)]

    def similarity_search(self, query: str, k: int = 4, **kwargs: object) -> list[Document]:
        """The k nearest documents, best first."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    @classmethod
    def from_texts(
        cls, texts: list[str], embedding: Embeddings, metadatas: list[dict[str, Any]] | None = None, *,
        ids: list[str] | None = None, **_: object,
    ) -> FaissStore:  # fmt: skip
        """A store of these texts; the dimensions are read off the first vector."""
        store = cls(embedding, len(embedding.embed_query("차원")))
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def save(self, folder: Path, description: dict[str, Any]) -> list[Path]:
        """Write `index.faiss`, `passages.jsonl` and `index.json` (`description`: the embedder and its inputs)."""
        import faiss

        paths = [folder / name for name in ("index.faiss", "passages.jsonl", "index.json")]
        with replacing(paths[0]) as file:
            file.write(faiss.serialize_index(self.index).tobytes())
        with replacing(paths[1]) as file:
            for document in self.documents:
                line = {"id": document.id, "text": document.page_content, **document.metadata}
                file.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        with replacing(paths[2]) as file:
            file.write(json.dumps(description, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n")
        return paths

    @classmethod
    def load(cls, folder: Path, embedding: Embeddings, description: dict[str, Any]) -> FaissStore:
        """Open a saved store. Raises InputError where it was made by another embedder than `description` says."""
        import faiss

        saved = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if saved != description:
            changed = sorted(key for key in saved.keys() | description.keys() if saved.get(key) != description.get(key))
            raise InputError(
                str(folder / "index.json"), f"was made with another {', '.join(changed)}",
                mend="make the index again with --fresh", mend_ko="--fresh 로 색인을 다시 만드세요",
            )  # fmt: skip
        index = faiss.deserialize_index(np.frombuffer((folder / "index.faiss").read_bytes(), np.uint8))
        store = cls(embedding, index.d)
        store.index = index
        for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            name, text = fields.pop("id"), fields.pop("text")
            store.documents.append(Document(id=name, page_content=text, metadata=fields))
        return store
