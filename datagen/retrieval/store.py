"""A FAISS index with its passages as a LangChain VectorStore; saved as index + JSONL + description, no pickle."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance

from curation.errors import InputError
from curation.files import replacing, sha256_file
from curation.korean.kiwi import content_morphemes
from datagen.retrieval.embedding import Embed, Embedder, Vectors

if TYPE_CHECKING:
    import faiss

VECTORS, PASSAGES, DESCRIPTION = "index.faiss", "passages.jsonl", "index.json"
_REMAKE = {
    "mend": "make the index again with --fresh",
    "mend_ko": "--fresh 로 색인을 다시 만드세요",
}


class EmbedderEmbeddings(Embeddings):
    """An embedder behind LangChain's interface; `words` is the word list of the Kiwi that reads for it."""

    def __init__(self, embedder: Embedder, words: tuple[str, ...]) -> None:
        self._embedder, self._words = embedder, words

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector per text."""
        return self._embed(self._embedder.passages, texts)

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one question."""
        return self._embed(self._embedder.queries, [text])[0]

    def _embed(self, embed: Embed, texts: list[str]) -> list[list[float]]:
        reads = self._embedder.reads_morphemes
        vectors: list[list[float]] = embed(texts, content_morphemes(texts, self._words) if reads else [[]]).tolist()
        return vectors


class FaissStore(VectorStore):
    """Exact inner-product search over unit vectors; also what `as_retriever()` of LangChain reads."""

    def __init__(self, embedding: Embeddings, dimensions: int) -> None:
        import faiss

        self._embedding = embedding
        self.index: faiss.IndexFlat = faiss.IndexFlatIP(dimensions)
        self.documents: list[Document] = []

    @property
    def embeddings(self) -> Embeddings:
        """The embedder of texts and queries."""
        return self._embedding

    @property
    def vectors(self) -> Vectors:
        """The documents' vectors, shape (n, dimensions), in order: a view, gone with the next change of the store."""
        return vectors_of(self.index)

    def add_texts(
        self, texts: Iterable[str], metadatas: list[dict[str, Any]] | None = None, *, ids: list[str] | None = None,
        **_: object,
    ) -> list[str]:  # fmt: skip
        """Embed and add texts; the ids given, or new ones, in the same order. A text of a known id takes its place."""
        texts = list(texts)
        if not texts:
            return []
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
        self.delete(names)
        self.index.add(np.ascontiguousarray(vectors, np.float32))
        self.documents += [
            Document(id=name, page_content=text, metadata=metadata)
            for name, text, metadata in zip(names, texts, metadatas, strict=True)
        ]
        return names

    def delete(self, ids: list[str] | None = None, **_: object) -> bool:
        """Take out the documents of these ids (all of them where none are given); an unknown id is no error."""
        import faiss

        gone = set(ids) if ids is not None else {str(document.id) for document in self.documents}
        places = [place for place, document in enumerate(self.documents) if document.id in gone]
        if places:
            self.index.remove_ids(faiss.IDSelectorBatch(np.array(places, np.int64)))
            self.documents = [document for document in self.documents if document.id not in gone]
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of these ids, in the order asked; unknown ids are left out."""
        known = {document.id: document for document in self.documents}
        return [known[name] for name in ids if name in known]

    def similarity_search_with_score(self, query: str, k: int = 4, **_: object) -> list[tuple[Document, float]]:
        """The k nearest documents with their cosines, best first."""
        return self._nearest(self._embedding.embed_query(query), k)

    def similarity_search(self, query: str, k: int = 4, **kwargs: object) -> list[Document]:
        """The k nearest documents, best first."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_by_vector(self, embedding: list[float], k: int = 4, **_: object) -> list[Document]:
        """The k documents nearest to a unit vector, best first."""
        return [document for document, _ in self._nearest(embedding, k)]

    def max_marginal_relevance_search(
        self, query: str, k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, **_: object
    ) -> list[Document]:
        """k of the `fetch_k` nearest, each unlike those before it (Carbonell & Goldstein 1998; 1: nearness alone)."""
        return self.max_marginal_relevance_search_by_vector(
            self._embedding.embed_query(query), k, fetch_k, lambda_mult
        )  # fmt: skip

    def max_marginal_relevance_search_by_vector(
        self, embedding: list[float], k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, **_: object
    ) -> list[Document]:
        """The same, asked with a unit vector."""
        query = np.asarray(embedding, np.float32)
        places = [place for place, _ in self._places(query, fetch_k)]
        vectors = [self.index.reconstruct(place).tolist() for place in places]
        chosen = maximal_marginal_relevance(query, vectors, lambda_mult=lambda_mult, k=k) if vectors else []
        return [self.documents[places[number]] for number in chosen]

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
        """Write `index.faiss`, `passages.jsonl` and `index.json`: `description` and the digests of the other files.

        `description` names the embedder and its inputs; a file it already lists in `files` is kept there.
        """
        import faiss

        paths = [folder / name for name in (VECTORS, PASSAGES, DESCRIPTION)]
        with replacing(paths[0]) as file:
            faiss.write_index(self.index, cast(Any, faiss).PyCallbackIOWriter(file.write))
        write_lines(
            paths[1],
            ({"id": one.id, "text": one.page_content, **one.metadata} for one in self.documents),
        )
        files = {path.name: sha256_file(path) for path in paths[:2]} | description.get("files", {})
        with replacing(paths[2]) as file:
            line = json.dumps({**description, "files": files}, ensure_ascii=False, sort_keys=True, indent=1)
            file.write(line.encode() + b"\n")
        return paths

    @classmethod
    def load(cls, folder: Path, embedding: Embeddings, description: dict[str, Any]) -> FaissStore:
        """Open a saved store. Raises InputError where a file is damaged, or made with another embedder than is said."""
        saved = read_description(folder)
        differ = sorted(key for key in saved.keys() | description.keys() if saved.get(key) != description.get(key))
        if changed := [key for key in differ if key != "files"]:
            raise InputError(str(folder / DESCRIPTION), f"was made with another {', '.join(changed)}", **_REMAKE)
        index = read_index(folder / VECTORS)
        store = cls(embedding, index.d)
        store.index = index
        for fields in read_lines(folder / PASSAGES):
            name, text = fields.pop("id"), fields.pop("text")
            store.documents.append(Document(id=name, page_content=text, metadata=fields))
        return store

    def _nearest(self, embedding: list[float], k: int) -> list[tuple[Document, float]]:
        found = self._places(np.asarray(embedding, np.float32), k)
        return [(self.documents[place], score) for place, score in found]

    def _places(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        if not self.documents or k < 1:
            return []
        scores, places = self.index.search(query[None], min(k, len(self.documents)))
        return [(int(place), float(score)) for place, score in zip(places[0], scores[0], strict=True)]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        """LangChain's relevance, 0..1, from a cosine."""
        return lambda cosine: min(max((1 + cosine) / 2, 0.0), 1.0)


def read_description(folder: Path) -> dict[str, Any]:
    """`index.json` of a saved store. Raises InputError where there is none, or where a file was changed since."""
    path = folder / DESCRIPTION
    try:
        saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            str(folder), "holds no index", mend="give the folder index/ of what python -m datagen.wms wrote",
            mend_ko="python -m datagen.wms 가 쓴 폴더의 index/ 를 지정하세요",
        ) from error  # fmt: skip
    except ValueError as error:
        raise InputError(str(path), "is not JSON", **_REMAKE) from error
    for name, digest in saved.get("files", {}).items():
        if not (folder / name).is_file() or sha256_file(folder / name) != digest:
            raise InputError(str(folder / name), "is missing or was changed", **_REMAKE)
    return saved


def read_index(path: Path) -> faiss.IndexFlat:
    """A saved FAISS index; read through Python, since FAISS opens no path with Hangul in it on every system."""
    import faiss

    with path.open("rb") as file:
        index: faiss.IndexFlat = cast(Any, faiss).read_index(cast(Any, faiss).PyCallbackIOReader(file.read))
    return index


def vectors_of(index: faiss.IndexFlat) -> Vectors:
    """A flat index's vectors, shape (n, dimensions): a view, which lives no longer than the index stays unchanged."""
    import faiss

    shape = index.ntotal, index.d
    if not index.ntotal:
        return np.zeros(shape, np.float32)
    view: Vectors = faiss.rev_swig_ptr(index.get_xb(), shape[0] * shape[1]).reshape(shape)
    return view


def write_lines(path: Path, values: Iterable[object]) -> None:
    """A JSON Lines file, whole or none."""
    with replacing(path) as file:
        for value in values:
            file.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n")


def read_lines(path: Path) -> Iterator[Any]:
    """The values of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
