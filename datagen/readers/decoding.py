"""Bytes of a Korean text file → text: UTF-8, UTF-16 or CP949, decided by proof, never by a guess."""

from __future__ import annotations

import codecs
import re

from curation.errors import InputError
from curation.korean.hangul import is_syllable, normalise
from datagen.readers.remarks import bilingual

UTF8 = "UTF-8"
# How the encoding is named to the user, and the codec that is strict about it; CP949 holds EUC-KR.
_CODECS = {UTF8: "utf-8", "UTF-16 LE": "utf-16-le", "UTF-16 BE": "utf-16-be", "CP949": "cp949"}
_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, "UTF-16 LE"), (codecs.BOM_UTF16_BE, "UTF-16 BE"))
# Labels of the WHATWG Encoding Standard (4.2) that mean Korean, and those that name Unicode.
_LABELS = {
    **dict.fromkeys(("euc-kr", "euckr", "cp949", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601",
                     "windows-949", "ms949", "uhc", "korean"), "CP949"),
    **dict.fromkeys(("utf-8", "utf8"), UTF8),
    **dict.fromkeys(("utf-16", "utf-16le"), "UTF-16 LE"),
    "utf-16be": "UTF-16 BE",
}  # fmt: skip
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)|\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]+)""",
    re.IGNORECASE,
)
_HEAD_BYTES = 4096  # a page declares its encoding here or nowhere (WHATWG HTML 4.2.5.4 says 1,024)
# Characters that bytes of another encoding read as, and no text of Korean words holds.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ud800-\uf8ff\ufffe\uffff]")
# Of a Korean text's syllables so many are among the 2,350 of KS X 1001, rare names and all; of those that wrong bytes
# spell, a fifth.
_SHARE = 0.6


def decode(data: bytes, where: str, *, is_html: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text in normal form (NFC, `\\n`), and a remark where it is not UTF-8: read as CP949.

    A byte order mark decides. Then UTF-8, which bytes of another encoding hardly ever spell; then, for HTML, what the
    page declares; then the one of the others that decodes every byte to Korean. Raises InputError otherwise.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), name, where)
    if b"\0" not in data and _text(data, UTF8) is not None:
        return _decoded(data, UTF8, where)
    if is_html and (declared := _declared(data)) and _text(data, declared) is not None:
        return _decoded(data, declared, where)
    texts = {name: _text(data, name) or "" for name in _CODECS if name != UTF8}
    proven = [name for name, text in texts.items() if _is_korean(text)]
    if len(proven) > 1:  # few characters, some of which spell a syllable either way: all must
        proven = [name for name in proven if _is_mostly_korean(texts[name])]
    if len(proven) != 1:
        raise _undecodable(data, where)
    return _decoded(data, proven[0], where)


def _decoded(data: bytes, name: str, where: str) -> tuple[str, tuple[str, ...]]:
    text = _text(data, name)
    if text is None:
        raise _undecodable(data, where)
    return normalise(text), () if name == UTF8 else (bilingual(f"read as {name}", f"{name} 인코딩으로 읽었습니다"),)


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_HEAD_BYTES])
    return _LABELS.get((found[1] or found[2]).decode("ascii").lower()) if found else None


def _text(data: bytes, name: str) -> str | None:
    """The whole of `data` in an encoding, None where a byte does not fit."""
    try:
        return data.decode(_CODECS[name])
    except UnicodeDecodeError:
        return None


def _is_korean(text: str) -> bool:
    """Whether a text holds syllables, mostly usual ones, and no character that only a misreading gives."""
    syllables = sum(map(is_syllable, text))
    return syllables > 0 and not _CONTROL.search(text) and _usual(text) >= _SHARE * syllables


def _is_mostly_korean(text: str) -> bool:
    """Whether the usual syllables are most of what is not ASCII."""
    return _usual(text) >= _SHARE * sum(not char.isascii() for char in text)


def _usual(text: str) -> int:
    return sum(is_syllable(char) and len(char.encode("euc_kr")) == 2 for char in text)  # rarer ones take eight bytes


def _undecodable(data: bytes, where: str) -> InputError:
    at = f"UTF-8 fails at byte {_first_fault(data, 'utf-8')}, CP949 at byte {_first_fault(data, 'cp949')}"
    return InputError(
        where, f"is neither UTF-8, UTF-16 nor CP949 text ({at})",
        mend="open it in an editor, mend what is broken and save it as UTF-8",
        mend_ko="편집기에서 열어 깨진 글자를 고치고 UTF-8로 저장하세요",
    )  # fmt: skip


def _first_fault(data: bytes, codec: str) -> int | str:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return "none"
