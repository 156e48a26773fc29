"""Find the documents below a path and read each by its suffix."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from curation.errors import InputError
from curation.files import sha256_bytes
from datagen.documents import Document, Parsed, Section
from datagen.readers.decoding import decode
from datagen.readers.docx import read_docx
from datagen.readers.html import read_html
from datagen.readers.hwp import read_hwp
from datagen.readers.hwpx import read_hwpx
from datagen.readers.markdown import parse_markdown
from datagen.readers.ornaments import without_ornaments
from datagen.readers.pdf import read_pdf
from datagen.readers.pptx import read_pptx
from datagen.readers.text import read_text
from datagen.readers.xlsx import read_xlsx

MOST_BYTES = 256 * 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file header ([MS-CFB] 2.2)
_ZIP = b"PK\x03\x04"  # local file header (APPNOTE.TXT 4.3.7)
_PDF = b"%PDF-"  # ISO 32000-1, 7.5.2
_HASHES = re.compile(r"^#{1,6} +\S", re.MULTILINE)
_PIPES = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t:|-]*$", re.MULTILINE)  # |---|---|


def _read_markdown(data: bytes, where: str) -> Parsed:
    text, remarks = decode(data, where)
    parsed = parse_markdown(text)
    return replace(parsed, remarks=(*remarks, *parsed.remarks))


def _read_text(data: bytes, where: str) -> Parsed:
    text, remarks = decode(data, where)
    sections = read_text(text)
    if _is_markdown(text, sections):
        parsed = parse_markdown(text)
        return replace(parsed, remarks=(*remarks, *parsed.remarks))
    return Parsed(text, sections, remarks=remarks)


def _is_markdown(text: str, sections: Sequence[Section]) -> bool:
    """Whether a plain text is written in Markdown: two headings of hashes, or a table's rule below no other headings.

    제1장 and 1.1 are headings only to the reader of plain text, which reads such a table as well.
    """
    if len(_HASHES.findall(text)) > 1:
        return True
    return bool(_PIPES.search(text)) and not any(len(section.headings) > 1 for section in sections)


# Suffix → the reader of (a file's bytes, its path for errors). Each raises InputError for what it cannot read.
READERS: dict[str, Callable[[bytes, str], Parsed]] = {
    ".md": _read_markdown, ".markdown": _read_markdown, ".txt": _read_text,
    ".html": read_html, ".htm": read_html, ".xhtml": read_html,
    ".hwpx": read_hwpx,
    ".hwp": read_hwp,
    ".pdf": read_pdf, ".docx": read_docx, ".xlsx": read_xlsx, ".pptx": read_pptx,
}  # fmt: skip
# Formats that a reader's successor replaced: found, named, and not read.
_OLD = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx"}
# Suffix → how its files begin, where the format says so.
_BEGIN = {".hwpx": _ZIP, ".hwp": _OLE, ".docx": _ZIP, ".xlsx": _ZIP, ".pptx": _ZIP, ".pdf": _PDF}


def find_documents(docs: Sequence[Path]) -> list[tuple[str, Path]]:
    """Each document's (NFC name relative to the DOCS path that holds it, path), sorted by name.

    Raises InputError for a path that is not there, for one that holds no document, and for two of the same name.
    """
    found: dict[str, Path] = {}
    for root in docs:
        if not root.exists():
            raise InputError(
                str(root), "is not there", mend="check the path of the documents", mend_ko="문서 경로를 확인하세요"
            )
        paths = [root] if root.is_file() else sorted(root.rglob("*"))
        below = root.parent if root.is_file() else root
        for path in paths:
            if _is_document(path):
                name = unicodedata.normalize("NFC", path.relative_to(below).as_posix())
                if name in found and not found[name].samefile(path):
                    raise InputError(
                        str(path), f"has the same name as {found[name]}", mend="give their common folder instead",
                        mend_ko="두 문서를 함께 담은 상위 폴더를 지정하세요",
                    )  # fmt: skip
                found[name] = path
    if not found:
        raise InputError(
            ", ".join(map(str, docs)), f"no document found ({', '.join(READERS)})",
            mend="give a folder or files with these suffixes",
            mend_ko="위 확장자의 파일이나 그런 파일이 든 폴더를 지정하세요",
        )  # fmt: skip
    return sorted(found.items())


def _is_document(path: Path) -> bool:
    """Whether a file has a known suffix and is not an office program's lock (~$절차.docx)."""
    suffix = path.suffix.lower()
    return (suffix in READERS or suffix in _OLD) and not path.name.startswith("~$") and path.is_file()


def read_document(name: str, path: Path) -> Document:
    """Read one file into its tree. Raises InputError where it cannot be read, and says why."""
    suffix = path.suffix.lower()
    if suffix in _OLD:
        raise _convert(path, f"is in the old format {suffix}", _OLD[suffix], f"{_OLD[suffix]} 형식")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(
                str(path), f"is too large ({size:,} bytes; at most {MOST_BYTES:,} are read)",
                mend="split it into smaller documents", mend_ko="더 작은 문서로 나누세요",
            )  # fmt: skip
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", mend="check its permissions",
            mend_ko="읽기 권한을 확인하세요",
        ) from error  # fmt: skip
    _check_kind(path, suffix, data)
    parsed = READERS[suffix](data, str(path))
    return Document(
        name, parsed.text, sha256_bytes(parsed.text.encode()), without_ornaments(parsed.sections), parsed.converter,
        parsed.remarks,
    )  # fmt: skip


def _check_kind(path: Path, suffix: str, data: bytes) -> None:
    """Raise InputError for an empty file of a binary format, and for one format under another's suffix."""
    begin = _BEGIN.get(suffix)
    if begin is not None and not data:
        raise InputError(str(path), "is empty", mend="copy or save it again", mend_ko="다시 복사하거나 저장하세요")
    if suffix == ".hwp" and data.startswith(_ZIP):
        raise _rename(path, "is HWPX", ".hwpx")
    if suffix == ".hwpx" and data.startswith(_OLE):
        raise _rename(path, "is HWP 5", ".hwp")
    if begin != _PDF and data[:1024].lstrip().startswith(_PDF):
        raise _rename(path, "is a PDF", ".pdf")
    if suffix not in _BEGIN and data.startswith((_OLE, _ZIP)):
        raise _convert(
            path, "is no text, but an office document or an archive", "the format of its suffix", "확장자에 맞는 형식"
        )


def _rename(path: Path, what: str, suffix: str) -> InputError:
    return InputError(
        str(path), f"{what}, whatever its suffix says", mend=f"rename it to {path.stem}{suffix}",
        mend_ko=f"이름을 {path.stem}{suffix} 로 바꾸세요",
    )  # fmt: skip


def _convert(path: Path, what: str, to: str, to_ko: str) -> InputError:
    return InputError(
        str(path), what, mend=f"open it in its program and save it as {to}",
        mend_ko=f"작성한 프로그램에서 열어 {to_ko}으로 저장하세요",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that could not be read: its name, and what is wrong."""

    name: str
    error: InputError


def read_documents(found: Sequence[tuple[str, Path]]) -> Iterator[Document | Unreadable]:
    """Each document in turn, or what is wrong with it: one bad file never costs the good ones beside it."""
    for name, path in found:
        try:
            yield read_document(name, path)
        except InputError as error:
            yield Unreadable(name, error)
