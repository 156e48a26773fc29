"""Bytes to lines: where each stands, and its bytes. What is too long is walked past, and never held."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from curation.sources.formats import damage_of

HEAD_BYTES = 1024
DAMAGED_STREAM = "damaged_stream"  # the one fault after which nobody knows how much is lost


@dataclass(frozen=True, slots=True)
class Line:
    """A record's bytes: `number` from 1, `offset` and `length` in bytes with the line end, after decompression.

    Where `data` is None, `sha256` and `head` (its first kilobyte) stand for it, and `fault` says (reason, detail) if
    it was found broken before it was read. An `offset` of -1: no bytes of its own (a row of a Parquet file).
    """

    number: int
    offset: int
    length: int
    data: bytes | None
    sha256: str = ""
    head: bytes = b""
    fault: tuple[str, str] | None = None

    def without_data(self) -> "Line":
        """The same line as the quarantine keeps it."""
        if self.data is None:
            return self
        digest = hashlib.sha256(self.data).hexdigest()
        return Line(self.number, self.offset, self.length, None, digest, self.data[:HEAD_BYTES], self.fault)


def split_lines(stream: BinaryIO, cap: int) -> Iterator[Line]:
    """The lines of a stream as they stand, split at `\\n` alone: a U+2028 inside a string ends nothing.

    A compressed stream's damage is a line of its own, the last: it holds what no line end closed before it.
    """
    number = offset = 0
    while head := stream.readline(cap + 1):
        number += 1
        length = len(head)
        if length <= cap or head.endswith(b"\n"):
            line = Line(number, offset, length, head)
        else:  # past the cap: walk on, keep nothing
            line = _past_the_cap(stream, cap, number, offset, head)
        offset += line.length
        if not head.endswith(b"\n") and (damage := damage_of(stream)):
            yield damaged(line, damage)
            return
        yield line
    if damage := damage_of(stream):
        yield damaged(Line(number + 1, offset, 0, b""), damage)


def damaged(line: Line, damage: str) -> Line:
    """The last line of a stream that broke off: whatever of it came through, and why there is no more."""
    held = line.without_data()
    fault = (DAMAGED_STREAM, f"the compressed file is damaged from here on: {damage}")
    return Line(held.number, held.offset, held.length, None, held.sha256, held.head, fault)


def too_long(cap: int) -> tuple[str, str]:
    """The fault of a record past the cap."""
    return "line_too_long", f"the record is longer than read.max_line_bytes ({cap:,} bytes)"


def _past_the_cap(stream: BinaryIO, cap: int, number: int, offset: int, head: bytes) -> Line:
    digest, length, piece = hashlib.sha256(head), len(head), head
    while len(piece) == cap + 1 and not piece.endswith(b"\n"):
        piece = stream.readline(cap + 1)
        digest.update(piece)
        length += len(piece)
    return Line(number, offset, length, None, digest.hexdigest(), head[:HEAD_BYTES], too_long(cap))
