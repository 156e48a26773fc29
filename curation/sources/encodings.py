"""Whether a file of Korean text is UTF-8, and which of the usual other encodings it is where it is not."""

import codecs
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from curation.errors import InputError
from curation.korean.hangul import is_syllable

HEAD_BYTES = 2**20  # how much of a file tells its encoding
UTF8, CP949 = "utf-8", "cp949"  # the latter holds EUC-KR
# Chinese in GBK reads as Korean syllables for two letters of three, and as Hanja for the third.
_LEAST_SYLLABLES, _LEAST_SHARE = 4, 0.8


def find_encoding(path: Path, head: bytes) -> str:
    """`utf-8`, or `cp949` where it is proved: none of the lines beyond ASCII is UTF-8, all are CP949, and Korean.

    In both no byte of a letter looks like a line end, a comma, a quote or a bracket. Raises InputError for UTF-16.
    """
    if _is_utf16(head):
        raise _foreign(path, "utf-16")
    foreign = _foreign_lines(head)
    if not foreign or not _are_cp949(foreign):
        return UTF8
    letters = [char for char in b"".join(foreign).decode(CP949) if char.isalpha() and not char.isascii()]
    usual = sum(is_syllable(char) and len(char.encode("euc_kr", "ignore")) == 2 for char in letters)
    return CP949 if usual >= max(_LEAST_SYLLABLES, _LEAST_SHARE * len(letters)) else UTF8


def check_encoding(path: Path, head: bytes) -> None:
    """Raise InputError for UTF-16, and for CP949: of the lines beyond ASCII none is UTF-8 and all are CP949."""
    if _is_utf16(head):
        raise _foreign(path, "utf-16")
    if (foreign := _foreign_lines(head)) and _are_cp949(foreign):
        raise _foreign(path, CP949)


def _is_utf16(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in head


def _foreign_lines(head: bytes) -> list[bytes]:
    """The lines beyond ASCII; what the head's end may have cut is left out."""
    if len(head) == HEAD_BYTES:
        head = head[: head.rfind(b"\n" if b"\n" in head else b" ") + 1]
    return [line for line in head.split(b"\n") if not line.isascii()]


def _are_cp949(lines: Sequence[bytes]) -> bool:
    return all(_is(line, CP949) and not _is(line, UTF8) for line in lines)


def _foreign(path: Path, name: str) -> InputError:
    converted = path.with_name(f"{path.stem}.utf8{path.suffix}")
    command = f"iconv -f {name} -t utf-8 {quote(str(path))} > {quote(str(converted))}"
    return InputError(
        str(path), f"is {name.upper()}, expected UTF-8",
        mend=f"convert it: {command}", mend_ko=f"UTF-8로 바꾸세요: {command}",
    )  # fmt: skip


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
