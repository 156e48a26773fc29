"""The one door of curation to sentence-transformers: a model of a folder, or of this machine's cache, that embeds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.errors import InputError
from curation.files import sha256_file
from curation.hub import find_snapshot
from curation.semantic import Embed

# Other frameworks' copies of the weights, which sentence-transformers does not read.
_UNREAD = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "imgs/*")
# On the CPU each text goes alone: padding to a longer neighbour changes the last bits of a vector.
_BATCH = {"cpu": 1}
_GPU_BATCH = 64


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """What embeds, and what names all that decides a vector (for the manifest)."""

    embed: Embed
    identity: Mapping[str, object]


def open_sentence_model(name: str, *, download: bool = False) -> SentenceModel:
    """A sentence-transformers model by folder or by name (`BAAI/bge-m3`); the network is asked only if `download`.

    Raises InputError where the library is missing, or where no such model is on the disk.
    """
    local = Path(name).expanduser().is_dir()
    folder = Path(name).expanduser().absolute() if local else _fetched(name, download)
    try:
        from sentence_transformers import SentenceTransformer
    except ModuleNotFoundError as error:
        raise InputError(
            f"--semantic {name}", "sentence-transformers is not installed",
            mend="pip install 'dadeum[embed]', or leave out --semantic",
            mend_ko="pip install 'dadeum[embed]' 를 실행하거나 --semantic 을 빼세요",
        ) from error  # fmt: skip
    try:
        model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:  # what a folder without a model, or with half of one, ends in
        raise InputError(
            f"--semantic {name}", f"is no sentence-transformers model ({str(error).splitlines()[0][:120]})",
            mend="give a folder that SentenceTransformer.save wrote, or fetch the model again",
            mend_ko="SentenceTransformer.save 가 쓴 폴더를 지정하거나 모델을 다시 받으세요",
        ) from error  # fmt: skip

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        batch = _BATCH.get(model.device.type, _GPU_BATCH)
        return np.asarray(
            model.encode(list(texts), batch_size=batch, show_progress_bar=False, convert_to_numpy=True), np.float32
        )

    identity = {"folder": _digest(folder)} if local else {"name": name, "revision": folder.name}
    return SentenceModel(embed, identity)


def _fetched(name: str, download: bool) -> Path:
    return find_snapshot(
        name, kind="model", revision=None, ignore=_UNREAD, download=download, cache=None, where=f"--semantic {name}"
    )


def _digest(folder: Path) -> str:
    """SHA-256 over the names and digests of a folder's files; hidden ones and the card are no part of the model."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md" and not path.name.startswith(".")
    )
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(folder).as_posix()}\0{sha256_file(path)}\n".encode())
    return total.hexdigest()
