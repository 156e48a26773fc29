"""Which format a file has, by its name, and its bytes as they were before compression."""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from curation.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK_BYTES = 2**16


class Format(StrEnum):
    """How a file holds its rows: one a line, but for CSV (a quoted cell may hold line ends), JSON and Parquet."""

    JSONL = "jsonl"
    JSON = "json"  # a list of objects, or an object that holds one, as AI Hub's `data`
    CSV = "csv"
    TSV = "tsv"  # without quoting: many Korean sets hold bare quotes
    TEXT = "txt"
    PARQUET = "parquet"


class Compression(StrEnum):
    """What a file's last suffix says."""

    NONE = ""
    GZIP = "gz"
    ZSTD = "zst"


SUFFIXES = {
    ".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSON, ".csv": Format.CSV, ".tsv": Format.TSV,
    ".txt": Format.TEXT, ".parquet": Format.PARQUET,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A file's format and compression, and its name without the suffixes that say so."""

    format: Format
    compression: Compression
    stem: str


def kind_of(path: Path) -> Kind | None:
    """What the name says: `AI허브.jsonl.gz` holds JSON lines, compressed by gzip; None for any other name."""
    compression = next((one for one in Compression if one and path.suffix.lower() == f".{one}"), Compression.NONE)
    inner = path.with_suffix("") if compression else path
    found = SUFFIXES.get(inner.suffix.lower())
    return Kind(found, compression, inner.stem) if found else None


class Decompressed(io.RawIOBase):
    """A compressed file as far as it is sound; `damage` then says what ended it too early."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks, self._rest = blocks, b""
        self.damage: str | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """At most as many bytes as fit; 0 at the end, and at the first damage."""
        view = memoryview(buffer).cast("B")
        try:
            while not self._rest:
                self._rest = next(self._blocks)
        except StopIteration:
            return 0
        except (zlib.error, OSError, EOFError) as error:
            self.damage = str(error)
            return 0
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


@contextmanager
def open_bytes(path: Path, compression: Compression) -> Iterator[BinaryIO]:
    """The file's bytes, decompressed; `damage_of` tells, at the end, whether that was all of them."""
    if compression is Compression.NONE:
        with path.open("rb") as file:
            yield file
    else:
        blocks = _gunzip(path) if compression is Compression.GZIP else _unzstd(path)
        with io.BufferedReader(Decompressed(blocks), _BLOCK_BYTES) as stream:
            yield stream


def damage_of(stream: BinaryIO) -> str | None:
    """What ended a compressed stream before its end; None where nothing did, or nothing has yet."""
    raw = getattr(stream, "raw", None)
    return raw.damage if isinstance(raw, Decompressed) else None


def check_compression(path: Path, compression: Compression) -> None:
    """Raise InputError where a file's first bytes are not what its last suffix promises."""
    magic = {Compression.GZIP: b"\x1f\x8b", Compression.ZSTD: b"\x28\xb5\x2f\xfd"}.get(compression, b"")
    with path.open("rb") as file:
        if file.read(len(magic)) != magic:
            raise InputError(
                str(path), f"is named .{compression}, but is not compressed so",
                mend=f"copy or download it again, or rename it to {path.stem}",
                mend_ko=f"파일을 다시 내려받거나, 압축된 것이 아니면 이름을 {path.stem} 로 바꾸세요",
            )  # fmt: skip


def _gunzip(path: Path) -> Iterator[bytes]:
    """Every member of a gzip file (RFC 1952), byte by byte at a damage: Arrow's reader would drop 64 KiB before it."""
    with path.open("rb") as file:
        inflate = zlib.decompressobj(wbits=31)
        started = False
        while block := file.read(_BLOCK_BYTES):
            while block:
                started = True
                earlier = inflate.copy()
                try:
                    yield inflate.decompress(block)
                except zlib.error:
                    for at in range(len(block)):
                        yield earlier.decompress(block[at : at + 1])
                    raise
                block = inflate.unused_data
                if inflate.eof:
                    block = block.lstrip(b"\0")  # padding, as tapes leave it
                    inflate, started = zlib.decompressobj(wbits=31), bool(block)
        if started:
            raise EOFError("the compressed file ends before its end mark")


def _unzstd(path: Path) -> Iterator[bytes]:
    """A zstd file's frames. Arrow gives up a whole read at a damage, so the last one is repeated byte by byte."""
    import pyarrow as pa

    done = 0
    try:
        with pa.CompressedInputStream(str(path), "zstd") as stream:
            while block := stream.read(_BLOCK_BYTES):
                yield block
                done += len(block)
    except OSError:
        with pa.CompressedInputStream(str(path), "zstd") as stream:
            while done:
                done -= len(stream.read(min(done, _BLOCK_BYTES)))
            while block := stream.read(1):
                yield block
