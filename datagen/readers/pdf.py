"""PDF → its tree: by the structure tree where the writer left a good one, else by where everything stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

from curation.errors import InputError
from datagen.documents import Parsed
from datagen.readers.extra import documents_module
from datagen.readers.outline import Outline
from datagen.readers.pdf_glyphs import Content, read_content
from datagen.readers.pdf_layout import lay_out, squeezed
from datagen.readers.pdf_objects import dictionary, resolved
from datagen.readers.pdf_tags import Node, follow, read_tags
from datagen.readers.remarks import bilingual
from datagen.readers.typeset import typeset

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MOST_PAGES = 5_000
_MOST_GLYPHS = 5_000_000
_UNREADABLE = 0.1  # of a page's glyphs without a character: the rest is no text to trust
# What pypdf 7 lets through for files that break the format, beside its own errors (seen in files with flipped bytes).
_BROKEN = (ValueError, AttributeError, AssertionError, NotImplementedError, RecursionError, TypeError)


def read_pdf(data: bytes, where: str) -> Parsed:
    """The tree of a PDF; `where` is its path. What was left out, and pages without text, stand in the remarks.

    Raises InputError for a file that is damaged, locked by a password, too large, or holds no text.
    """
    documents_module("pypdf", where)
    outline = Outline()
    with _quiet():
        reader, numbers = _opened(data, where)
        pages = _pages(reader, where, outline)
        _check_text(pages, reader, where, outline)
        tree, bookmarks = _named_parts(reader, pages, numbers, outline)
    flow, remarks = follow(tree, pages) if tree is not None else lay_out(pages, bookmarks)
    typeset(outline, flow)
    outline.remark(*remarks)
    return outline.parsed(f"pypdf {version('pypdf')}")


def _opened(data: bytes, where: str) -> tuple[PdfReader, dict[int, int]]:
    """The file, unlocked where its password is empty, and the number of each page by its object's."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        count = len(reader.pages)
        if count > _MOST_PAGES:
            raise InputError(where, f"has more than {_MOST_PAGES:,} pages", mend="split it", mend_ko="파일을 나누세요")
        numbers = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)
                   if page.indirect_reference is not None}  # fmt: skip
    except (FileNotDecryptedError, DependencyError) as error:
        raise InputError(
            where, "is locked by a password", mend="save it without a password", mend_ko="암호를 풀어 다시 저장하세요"
        ) from error
    except (PyPdfError, *_BROKEN) as error:
        raise _damaged(where) from error
    return reader, numbers


def _named_parts(
    reader: PdfReader, pages: Mapping[int, Content], numbers: Mapping[int, int], outline: Outline
) -> tuple[Node | None, dict[tuple[int, str], int]]:
    """The structure tree, where there is a good one, and the headings that bookmarks name."""
    from pypdf.errors import PyPdfError

    try:
        return read_tags(dictionary(reader.trailer.get("/Root")), pages, numbers), _bookmarks(reader, numbers)
    except (PyPdfError, *_BROKEN):
        outline.remark(
            bilingual(
                "its structure tree or bookmarks are damaged: read by its looks",
                "구조 태그나 책갈피가 손상되어 모양으로 읽었습니다",
            )
        )
        return None, {}


def _damaged(where: str) -> InputError:
    return InputError(
        where, "is no PDF, or is damaged", mend="open it in a viewer and save or print it to PDF again",
        mend_ko="뷰어에서 열어 PDF로 다시 저장하거나 인쇄하세요",
    )  # fmt: skip


@contextmanager
def _quiet() -> Iterator[None]:
    """pypdf logs what it mends on the way; what matters to a user stands in the remarks."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _pages(reader: PdfReader, where: str, outline: Outline) -> dict[int, Content]:
    """What each page shows, by its number; one that cannot be read is left out with a remark."""
    from pypdf.errors import PyPdfError

    pages: dict[int, Content] = {}
    glyphs = 0
    for number, page in enumerate(reader.pages, 1):
        try:
            content = read_content(page)
        except (PyPdfError, *_BROKEN):
            outline.remark(bilingual(f"page {number}: damaged, left out", f"{number}쪽: 손상되어 읽지 않았습니다"))
            continue
        missing = content.unmapped / max(1, content.unmapped + len(content.glyphs))
        if missing > _UNREADABLE:
            outline.remark(
                bilingual(
                    f"page {number}: its text cannot be mapped to characters; left out",
                    f"{number}쪽: 글꼴에 글자 정보가 없어 읽지 않았습니다",
                )
            )
            continue
        if content.unmapped:
            outline.remark(
                bilingual(
                    f"page {number}: {content.unmapped} glyphs without a character were left out",
                    f"{number}쪽: 글자를 알 수 없는 {content.unmapped}자는 읽지 않았습니다",
                )
            )
        glyphs += len(content.glyphs)
        if glyphs > _MOST_GLYPHS:
            raise InputError(where, "holds more text than a document", mend="split it", mend_ko="파일을 나누세요")
        pages[number] = content
    return pages


def _check_text(pages: Mapping[int, Content], reader: PdfReader, where: str, outline: Outline) -> None:
    """Remark on pages that are pictures of text; raise InputError where no page has any text."""
    for number, content in pages.items():
        if not any(not glyph.text.isspace() for glyph in content.glyphs) and _has_picture(reader.pages[number - 1]):
            outline.remark(
                bilingual(f"page {number}: no text layer (scanned?)", f"{number}쪽: 글자 정보가 없습니다(스캔?)")
            )
    if any(not glyph.text.isspace() for content in pages.values() for glyph in content.glyphs):
        return
    if not pages and len(reader.pages):
        if any("mapped" in remark for remark in outline.parsed().remarks):
            raise InputError(
                where, "its text cannot be mapped to characters (its fonts name none)",
                mend="print it to PDF again from its source, or run OCR over it",
                mend_ko="원본 문서에서 PDF로 다시 저장하거나 OCR을 거치세요",
            )  # fmt: skip
        raise _damaged(where)
    raise InputError(
        where, "has no text layer", mend="it is a scan: run OCR over it first (ocrmypdf -l kor IN OUT)",
        mend_ko="스캔한 문서입니다. 먼저 OCR을 거치세요 (ocrmypdf -l kor 입력 출력)",
    )  # fmt: skip


def _has_picture(page: PageObject) -> bool:
    from pypdf.errors import PyPdfError

    try:
        drawn = dictionary(dictionary(page.get("/Resources")).get("/XObject"))
        return any(dictionary(entry).get("/Subtype") == "/Image" for entry in drawn.values())
    except (PyPdfError, *_BROKEN):
        return False


def _bookmarks(reader: PdfReader, numbers: Mapping[int, int]) -> dict[tuple[int, str], int]:
    """The level of each heading that a bookmark names, by page number and text without spaces."""
    levels: dict[tuple[int, str], int] = {}
    nested: list[tuple[object, int]] = [(reader.outline, 0)]
    while nested:
        entry, depth = nested.pop()
        if isinstance(entry, list):
            nested.extend((inner, depth + 1) for inner in entry)
            continue
        page, title = resolved(getattr(entry, "page", None)), getattr(entry, "title", None)
        number = numbers.get(getattr(getattr(entry, "page", None), "idnum", -1))
        if page is not None and number is not None and isinstance(title, str):
            levels[number, squeezed(title)] = depth
    return levels
