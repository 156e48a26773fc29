"""Whether a file of Korean text is UTF-8, and which of the usual other encodings it is where it is not."""

import codecs
from pathlib import Path
from shlex import quote

from curation.errors import InputError

HEAD_BYTES = 2**20  # how much of a file tells its encoding


def check_encoding(path: Path, head: bytes) -> None:
    """Raise InputError for UTF-16, and for CP949: of the lines beyond ASCII none is UTF-8 and all are CP949."""
    lines = head.split(b"\n")
    if len(head) == HEAD_BYTES:
        lines.pop()  # cut short
    foreign = [line for line in lines if not line.isascii()]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif foreign and all(_is(line, "cp949") and not _is(line, "utf-8") for line in foreign):
        name = "cp949"
    else:
        return
    converted = path.with_name(f"{path.stem}.utf8{path.suffix}")
    command = f"iconv -f {name} -t utf-8 {quote(str(path))} > {quote(str(converted))}"
    raise InputError(
        str(path), f"is {name.upper()}, expected UTF-8",
        mend=f"convert it: {command}", mend_ko=f"UTF-8로 바꾸세요: {command}",
    )  # fmt: skip


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
