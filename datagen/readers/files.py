"""Find the documents below a path and read each by its suffix."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import InputError
from curation.files import sha256_bytes
from curation.korean.hangul import normalise
from datagen.documents import Document, Section
from datagen.readers.markdown import read_markdown
from datagen.readers.text import read_text

READERS: dict[str, Callable[[str], tuple[Section, ...]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
}


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
            if path.suffix.lower() in READERS and path.is_file():
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


def read_document(name: str, path: Path) -> Document:
    """Read one file into its tree. Raises InputError where it cannot be read or is not UTF-8."""
    try:
        text = normalise(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        guess = "CP949" if _decodes(path, "cp949") else "unknown"
        raise InputError(
            str(path), f"is not UTF-8 (byte {error.start}; it may be {guess})",
            mend=f"convert it: iconv -f {guess} -t UTF-8" if guess == "CP949" else "save it again as UTF-8",
            mend_ko="UTF-8로 저장한 뒤 다시 실행하세요",
        ) from error  # fmt: skip
    except PermissionError as error:
        raise InputError(
            str(path), "cannot be read", mend="check its permissions", mend_ko="읽기 권한을 확인하세요"
        ) from error
    return Document(name, text, sha256_bytes(text.encode()), READERS[path.suffix.lower()](text))


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


def _decodes(path: Path, encoding: str) -> bool:
    try:
        path.read_bytes().decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
