"""A compound file's streams ([MS-CFB], Office 97 and HWP 5), read as far as its tables are sound."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

# In the header (2.2): a sector's length as a power of two; first sectors and the like; where the tables' sectors are.
_SHIFT_AT, _FIRST_AT, _PLACES_AT = 30, 48, 76
_LAST = 0xFFFF_FFFA  # sector numbers above this mark an end
_ENTRY = 128
_MINI = 64
_STREAM, _ROOT = 2, 5


def streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each stream, without the storages it lies in; nothing for what is no compound file.

    Streams that overlap end it: no more bytes come than the file holds.
    """
    if len(data) < 512 or not data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return
    size = 1 << (data[_SHIFT_AT] & 15)
    if size not in (512, 4096):
        return
    directory, _, cutoff, mini, _, table = struct.unpack_from("<6I", data, _FIRST_AT)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def whole(first: int, length: int = len(data)) -> bytes:
        return _joined(first, fat, sector, -(-length // size))

    placed = list(struct.unpack_from("<109I", data, _PLACES_AT))
    seen = 0
    while table < _LAST and seen * size < len(data) and len(more := _numbers(sector(table))) * 4 == size:
        placed += more[:-1]
        table, seen = more[-1], seen + 1
    fat = [number for at in placed if at < _LAST for number in _numbers(sector(at))]
    entries = [_entry(raw) for raw in _cut(whole(directory), _ENTRY) if len(raw) == _ENTRY]
    small = next((whole(first) for kind, _, first, _ in entries if kind == _ROOT), b"")
    mini_fat = _numbers(whole(mini))
    left = len(data)
    for kind, name, first, length in entries:
        if kind == _STREAM:
            left -= length
            if left < 0:
                return
            if length < cutoff:
                content = _joined(first, mini_fat, lambda at: small[at * _MINI : (at + 1) * _MINI], -(-length // _MINI))
            else:
                content = whole(first, length)
            yield name, content[:length]


def _entry(raw: bytes) -> tuple[int, str, int, int]:
    """A directory entry's type, name, first sector and length (2.6.1)."""
    length, kind = struct.unpack_from("<HB", raw, 64)
    first, size = struct.unpack_from("<2I", raw, 116)
    return kind, raw[: min(length, 64)].decode("utf-16-le", "replace").rstrip("\0"), first, size


def _joined(first: int, chain: Sequence[int], sector: Callable[[int], bytes], most: int) -> bytes:
    """At most so many sectors of a chain; one that bites its tail ends after as many as there are."""
    found: list[bytes] = []
    while first < len(chain) and len(found) < min(most, len(chain)):
        found.append(sector(first))
        first = chain[first]
    return b"".join(found)


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _cut(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[at : at + size] for at in range(0, len(raw), size))
