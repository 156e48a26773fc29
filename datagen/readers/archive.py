"""Zip archives and XML from strangers: bombs, entities, passwords and damage end as an InputError, never as a crash."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from struct import error as struct_error
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from curation.errors import InputError

ENTRIES = 20_000
ENTRY_BYTES = 256 * 2**20
ARCHIVE_BYTES = 2**30
# Deflate packs at most 1,032 to 1, the XML of real office files below 100 to 1; small archives may do as they like.
RATIO = 250
RATIO_FROM_BYTES = 32 * 2**20
DEPTH = 200  # elements inside one another: a table in a cell costs HWPX eight, Word four
ELEMENTS = 4_000_000
_BLOCK_BYTES = 2**16
_ENCRYPTED = 0x1  # general purpose bit 0 (APPNOTE.TXT 4.4.4)
_XML = (".xml", ".rels", ".vml", ".hpf", ".rdf")
# What the standard library raises on a damaged archive, by version and compression method.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OverflowError, ValueError, KeyError, OSError,
    struct_error,
)  # fmt: skip


def open_archive(data: bytes, where: str) -> zipfile.ZipFile:
    """The archive in `data`. Raises InputError where it is damaged, asks for a password, or claims to be a bomb.

    What the directory claims may be a lie: read entries by `read_entry` alone.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise _damaged(where, str(error)) from error
    entries = archive.infolist()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise password_protected(where)
    total = sum(entry.file_size for entry in entries)
    if sum(entry.compress_size for entry in entries) > len(data):
        raise _bomb(where, "its entries overlap")
    if len(entries) > ENTRIES:
        raise _bomb(where, f"holds {len(entries):,} files")
    if total > ARCHIVE_BYTES or (total > RATIO_FROM_BYTES and total > RATIO * len(data)):
        raise _bomb(where, f"{len(data):,} bytes unpack to {total:,}")
    return archive


def read_entry(archive: zipfile.ZipFile, name: str, where: str) -> bytes:
    """An entry's bytes. Raises InputError where it is missing, damaged, or larger than the directory said."""
    return b"".join(_blocks(archive, name, where))


def check_archive(data: bytes, where: str) -> zipfile.ZipFile:
    """`open_archive`, and each entry read through once, each XML part to its end: for bytes that a library will open.

    A library trusts the directory, and its XML parser trusts a DTD. Costs one unpacking, one block in memory.
    """
    archive = open_archive(data, where)
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        blocks = _blocks(archive, entry.filename, where)
        if entry.filename.lower().endswith(_XML):
            _feed(XMLParser(target=_Checked(f"{where}: {entry.filename}")), blocks, f"{where}: {entry.filename}")
        else:
            for _ in blocks:
                pass
    return archive


def parse_xml(data: bytes, where: str) -> Element:
    """The root of an XML document. Raises InputError for a DTD, for absurd nesting or size, and for damage."""
    root = _feed(XMLParser(target=_Guarded(where)), iter((data,)), where)
    if not isinstance(root, Element):
        raise _damaged_xml(where, "no element found")
    return root


def password_protected(where: str) -> InputError:
    """The error of a document that only a password opens."""
    return InputError(
        where, "is password-protected", mend="open it with its password and save it without one",
        mend_ko="비밀번호로 연 뒤 비밀번호 없이 다시 저장하세요",
    )  # fmt: skip


class _Checked:
    """The parser's target that keeps nothing: counts depth and elements, refuses a document type declaration."""

    def __init__(self, where: str) -> None:
        self._where, self._depth, self._elements = where, 0, 0

    def start(self, _tag: str, _attributes: dict[str, str]) -> object:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH:
            raise _bomb(self._where, f"XML elements nested deeper than {DEPTH}")
        if self._elements > ELEMENTS:
            raise _bomb(self._where, f"more than {ELEMENTS:,} XML elements")
        return None

    def end(self, _tag: str) -> object:
        self._depth -= 1
        return None

    def data(self, _text: str) -> object:
        return None

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _bomb(self._where, "its XML declares a document type (DTD), as entity bombs do")

    def close(self) -> object:
        return None


class _Guarded(_Checked):
    """The same, building the tree."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self._builder = TreeBuilder()

    def start(self, tag: str, attributes: dict[str, str]) -> object:
        super().start(tag, attributes)
        return self._builder.start(tag, attributes)

    def end(self, tag: str) -> object:
        super().end(tag)
        return self._builder.end(tag)

    def data(self, text: str) -> object:
        self._builder.data(text)
        return None

    def close(self) -> object:
        return self._builder.close()


def _feed(parser: XMLParser, blocks: Iterator[bytes], where: str) -> object:
    try:
        for block in blocks:
            parser.feed(block)
        return parser.close()
    except (ParseError, ValueError, LookupError) as error:  # the last two: an encoding the parser does not know
        raise _damaged_xml(where, str(error)) from error


def _blocks(archive: zipfile.ZipFile, name: str, where: str) -> Iterator[bytes]:
    """An entry's bytes a block at a time, so that a lie about its size costs one block."""
    left = ENTRY_BYTES
    try:
        with archive.open(name) as file:
            while block := file.read(_BLOCK_BYTES):
                left -= len(block)
                if left < 0:
                    raise _bomb(where, f"{name} unpacks to more than {ENTRY_BYTES:,} bytes")
                yield block
    except _DAMAGE as error:
        raise _damaged(where, f"{name}: {error}") from error


def _damaged(where: str, detail: str) -> InputError:
    return InputError(
        where, f"is damaged ({detail.strip(chr(39))})", mend="open it in the program that wrote it and save it again",
        mend_ko="작성한 프로그램에서 열어 다시 저장하세요",
    )  # fmt: skip


def _damaged_xml(where: str, detail: str) -> InputError:
    return _damaged(where, f"XML: {detail}")


def _bomb(where: str, detail: str) -> InputError:
    return InputError(
        where, f"is refused: {detail}", mend="leave it out, or save it again in the program that wrote it",
        mend_ko="이 파일을 빼거나, 작성한 프로그램에서 다시 저장하세요",
    )  # fmt: skip
