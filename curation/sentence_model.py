"""The one door to sentence-transformers: models of a folder or of this machine's cache, to embed or to classify."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from curation.errors import InputError
from curation.files import sha256_file
from curation.sources.hub import find_snapshot

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

# Texts → their vectors, shape (n, dimensions), same order.
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
# Other frameworks' copies of the weights, which sentence-transformers does not read.
_UNREAD = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "imgs/*")
# On the CPU each text goes alone: padding to a longer neighbour changes the last bits of a vector, and a vector kept
# from an earlier run would no longer equal one made afresh; nor is anything gained by computing on padding.
_BATCH = {"cpu": 1}
_GPU_BATCH = 64


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Texts into vectors as the model gives them, shape (n, dimensions), not scaled to one length.

    `embed` is for texts of one kind; `passages` and `queries` use the model's own prompts for them, where it has some.
    `identity` names all that decides a vector (for the manifest).
    """

    embed: Embed
    passages: Embed
    queries: Embed
    dimensions: int
    identity: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CrossEncoded:
    """A classifier of two texts read together: `logits` gives shape (n, labels), float32, same order as the pairs.

    `labels` are as the model's config names its columns; `identity` names all that decides a logit.
    """

    logits: Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]
    labels: tuple[str, ...]
    identity: Mapping[str, object]


def open_sentence_model(name: str, asked_by: str, *, download: bool = False) -> SentenceModel:
    """A sentence-transformers model by folder or by name (`BAAI/bge-m3`); the network is asked only if `download`.

    `asked_by` is the option that named it, for the InputError where the library is missing, where the model is not on
    disk, or where the folder holds none.
    """
    folder, revision = _find(name, asked_by, download=download)
    model = _load(name, asked_by, folder)
    dimensions = int(model.get_embedding_dimension() or 0)
    encoders = (model.encode, model.encode_document, model.encode_query)
    embed, passages, queries = (_embed(encode, dimensions, _batch(model)) for encode in encoders)
    identity = _identity(name, folder, revision, model.get_max_seq_length())
    return SentenceModel(embed, passages, queries, dimensions, identity)


def open_cross_encoder(name: str, asked_by: str, *, download: bool = False) -> CrossEncoded:
    """A cross-encoder, found as open_sentence_model finds a model; its weights are safetensors."""
    folder, revision = _find(name, asked_by, download=download)
    model = _load_cross_encoder(name, asked_by, folder)
    labels = (model.config.id2label if model.config else None) or {}
    named = tuple(str(labels.get(place, "")) for place in range(model.num_labels))

    def logits(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        if not pairs:
            return np.zeros((0, len(named)), np.float32)
        # Its own activation may be a sigmoid: asked for none, so that every model's columns mean the same.
        found = model.predict(
            list(pairs), batch_size=_batch(model), show_progress_bar=False, activation_fn=lambda scores: scores
        )
        return np.asarray(found, np.float32).reshape(len(pairs), len(named))

    return CrossEncoded(logits, named, _identity(name, folder, revision, model.max_seq_length))


def _embed(encode: Callable[..., Any], dimensions: int, batch: int) -> Embed:
    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, dimensions), np.float32)
        found = encode(list(texts), batch_size=batch, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, np.float32)

    return embed


def _batch(model: SentenceTransformer | CrossEncoder) -> int:
    return _BATCH.get(model.device.type, _GPU_BATCH)


def _identity(name: str, folder: Path, revision: str, most_tokens: float | None) -> dict[str, object]:
    """What decides a model's answers: its revision on the hub, or the digest of its folder."""
    return {
        "name": name if revision else "a sentence-transformers folder", "revision": revision or _digest(folder),
        # Longer texts are cut there.
        "max_tokens": int(most_tokens) if most_tokens is not None and math.isfinite(most_tokens) else None,
    }  # fmt: skip


def _find(name: str, asked_by: str, *, download: bool) -> tuple[Path, str]:
    """The model's folder, and its revision where it came from the hub."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.absolute(), ""
    found = find_snapshot(
        name, kind="model", revision=None, ignore=_UNREAD, download=download, cache=None, where=f"{asked_by} {name}"
    )
    return found, found.name


def _load(name: str, asked_by: str, folder: Path) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ModuleNotFoundError as error:
        raise _without_library(asked_by) from error
    try:
        return SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:  # what a folder without a model, or with half of one, ends in
        raise InputError(
            f"{asked_by} {name}", f"is no sentence-transformers model ({str(error).splitlines()[0][:120]})",
            mend="give a folder that SentenceTransformer.save wrote, or fetch the model again",
            mend_ko="SentenceTransformer.save 가 쓴 폴더를 지정하거나 모델을 다시 받으세요",
        ) from error  # fmt: skip


def _load_cross_encoder(name: str, asked_by: str, folder: Path) -> CrossEncoder:
    try:
        from sentence_transformers import CrossEncoder
    except ModuleNotFoundError as error:
        raise _without_library(asked_by) from error
    try:
        model: CrossEncoder = CrossEncoder(
            str(folder), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{asked_by} {name}",
            f"is no cross-encoder with safetensors weights ({str(error).splitlines()[0][:120]})",
            mend="give a model that was trained to classify two texts, saved as safetensors",
            mend_ko="두 글을 함께 분류하도록 학습되고 safetensors 로 저장된 모델을 지정하세요",
        ) from error  # fmt: skip
    return model


def _digest(folder: Path) -> str:
    """SHA-256 over the names and digests of a folder's files; hidden ones and the card are no part of the model."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md" and not path.name.startswith(".")
    )
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(folder).as_posix()}\0{sha256_file(path)}\n".encode())
    return total.hexdigest()


def _without_library(asked_by: str) -> InputError:
    return InputError(
        asked_by, "sentence-transformers is not installed",
        mend=f"pip install 'dadeum[embed]', or leave out {asked_by}",
        mend_ko=f"pip install 'dadeum[embed]' 를 실행하거나 {asked_by} 설정을 빼세요",
    )  # fmt: skip
