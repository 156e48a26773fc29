"""Whole files or none: temporary file, fsync, rename; and their digests."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from curation.errors import InputError


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises InputError where the system knows no such place (`/proc/x`)."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:
        raise InputError(
            str(path), "cannot be made there", mend="choose another folder", mend_ko="다른 폴더를 고르세요"
        ) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else works in this folder (made if need be) while the block runs; InputError where somebody does."""
    import fcntl  # Unix has it; who only opens a manifest needs none

    make_folder(folder)
    with (folder / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                str(folder.parent), "is being written by another run",
                mend="wait for it to end, or choose another --out",
                mend_ko="다른 실행이 쓰고 있습니다. 끝나기를 기다리거나 다른 --out 을 고르세요",
            ) from error  # fmt: skip
        yield


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that becomes `path` when the block ends well, and vanishes when it does not.

    The temporary file lies beside `path` (`.NAME.partial`), so the rename never crosses a file system.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal values give equal bytes. NaN raises ValueError."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_bytes(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Lower-case hex SHA-256 of a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
