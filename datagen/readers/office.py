"""Office files (OOXML, ECMA-376) before a library opens them: no password, no bomb, the right kind, no loose ends."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from curation.errors import InputError
from datagen.readers.archive import check_archive, parse_xml, password_protected, read_entry

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file header ([MS-CFB] 2.2)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream of a protected OOXML file ([MS-OFFCRYPTO] 1.3.3)
# What the main part's content type holds → the suffix its file should have.
_KINDS = {"wordprocessingml": ".docx", "spreadsheetml": ".xlsx", "presentationml": ".pptx"}
# The same for other zip formats, by their `mimetype` entry.
_MIMETYPES = {b"application/hwp+zip": ".hwpx", b"application/vnd.oasis.opendocument": "OpenDocument",
              b"application/epub": "EPUB"}  # fmt: skip
_STRICT = b"http://purl.oclc.org/ooxml/"
RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def check_office(data: bytes, where: str, suffix: str) -> tuple[zipfile.ZipFile, bytes]:
    """The archive, and the bytes for a library: as they were, or without links to parts that are not there.

    Raises InputError for a password, an old binary format, a bomb, damage, another format than `suffix` says, and the
    Strict variant, which python-docx and python-pptx do not read.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise password_protected(where)
        raise _wrong(where, "is in the old binary format of Office 97–2003", f"open it and save it as {suffix}",
                     f"파일을 열어 {suffix} 형식으로 다시 저장하세요")  # fmt: skip
    archive = check_archive(data, where)
    names = set(archive.namelist())
    kind = _kind(archive, names, where)
    if kind.startswith(".") and kind != suffix:
        raise _wrong(where, f"is {kind}, not {suffix}", f"rename it to {kind}", f"확장자를 {kind} 로 바꾸세요")
    if kind != suffix:
        raise _wrong(where, f"is {kind or 'a zip archive'}, no {suffix} document", f"save it as {suffix}",
                     f"{suffix} 형식으로 저장하세요")  # fmt: skip
    if _STRICT in read_entry(archive, "_rels/.rels", where):
        raise _wrong(where, "is saved as Strict Open XML", f"save it as an ordinary {suffix}",
                     f"'Strict Open XML' 이 아닌 일반 {suffix} 형식으로 저장하세요")  # fmt: skip
    return archive, _without_loose_ends(archive, names, data, where)


def damaged(where: str, error: Exception) -> InputError:
    """The error of a file whose parts do not fit together."""
    return InputError(
        where, f"is damaged ({type(error).__name__}: {str(error)[:200]})",
        mend="open it in the program that wrote it and save it again",
        mend_ko="작성한 프로그램에서 열어 다시 저장하세요",
    )  # fmt: skip


def local(element: Element) -> str:
    """An element's name without its namespace: `p` of `w:p`, `a:p`."""
    return element.tag.rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name."""
    return None if element is None else next((each for each in element if local(each) == name), None)


def descendants(element: Element, name: str) -> Iterator[Element]:
    """An element's descendants of that local name, in document order."""
    return (each for each in element.iter() if local(each) == name)


def attribute(element: Element | None, name: str) -> str | None:
    """An attribute by its local name, in the element's own namespace or in none: `w:val`, `val`."""
    if element is None:
        return None
    own = element.tag.rpartition("}")[0]
    return element.get(f"{own}}}{name}", element.get(name))


def is_on(element: Element | None) -> bool:
    """Whether a switch such as `<w:b/>` is there and not turned off."""
    return element is not None and attribute(element, "val") not in ("0", "false", "off", "none")


def related(archive: zipfile.ZipFile, part: str, where: str) -> dict[str, tuple[str, str]]:
    """A part's relationships: id → (the last word of its type, the target's name in the archive)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive.namelist():
        return {}
    root = parse_xml(read_entry(archive, rels, where), f"{where}: {rels}")
    return {
        relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], _target(folder, relation))
        for relation in root
        if relation.get("TargetMode") != "External"
    }


def _target(folder: str, relation: Element) -> str:
    return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")


def _kind(archive: zipfile.ZipFile, names: set[str], where: str) -> str:
    """The suffix of what the archive holds, or its name; "" where it is unknown."""
    if "mimetype" in names:
        mimetype = read_entry(archive, "mimetype", where)
        return next((kind for start, kind in _MIMETYPES.items() if mimetype.startswith(start)), "")
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        return ""
    types = parse_xml(read_entry(archive, "[Content_Types].xml", where), f"{where}: [Content_Types].xml")
    mains = [kind for each in types if "main+xml" in (kind := each.get("ContentType", ""))]
    return next((suffix for word, suffix in _KINDS.items() for main in mains if word in main), "")


def _without_loose_ends(archive: zipfile.ZipFile, names: set[str], data: bytes, where: str) -> bytes:
    """The file without relationships to missing parts (`word/NULL`): Office overlooks them, the libraries do not."""
    mended: dict[str, bytes] = {}
    for rels in sorted(name for name in names if name.endswith(".rels")):
        root = parse_xml(read_entry(archive, rels, where), f"{where}: {rels}")
        folder = posixpath.dirname(posixpath.dirname(rels))
        loose = [each for each in root if each.get("TargetMode") != "External" and _target(folder, each) not in names]
        for each in loose:
            root.remove(each)
        if loose:
            mended[rels] = tostring(root, "utf-8")
    if not mended:
        return data
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in sorted(names):
            copy.writestr(name, mended[name] if name in mended else read_entry(archive, name, where))
    return whole.getvalue()


def _wrong(where: str, what: str, mend: str, mend_ko: str) -> InputError:
    return InputError(where, what, mend=mend, mend_ko=mend_ko)
