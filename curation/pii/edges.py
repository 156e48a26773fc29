"""Whether digits stand alone or are a piece of a longer code."""

import re

# TEL010-1234-5678, HP-010-…: the only letters a telephone number may hang on
_PHONE_PREFIX = re.compile(r"(?<![A-Za-z])(?:tel|fax|mobile|phone|h\.?p|[tmfp])[-._/]?\Z", re.IGNORECASE)


def is_piece(text: str, start: int, end: int) -> bool:
    """Letters, digits or their hyphens go on before or behind: SKU-880101-1234567, 010-1234-5678-9, a1b2, x@y.

    Hangul does not count, it is a josa or a word: 번호는010-1234-5678로.
    """
    return is_piece_before(text, start) or is_piece_behind(text, end)


def is_piece_before(text: str, start: int) -> bool:
    """Whether a longer code runs into `text[start]`."""
    before = text[start - 1] if start else " "
    if _is_plain(before) or before == "@":
        return True
    further = text[start - 2] if start > 1 else " "
    if before == ".":  # 3.14159, but Tel.02
        return further.isdecimal()
    if before == "/":  # orders/20261120001, but 02-345-6789/010-1234-5678
        return further.isascii() and further.isalpha()
    return before in "-+_" and _is_plain(further)


def is_piece_behind(text: str, end: int) -> bool:
    """Whether a longer code goes on at `text[end]`."""
    after = text[end] if end < len(text) else " "
    if _is_plain(after) or after == "@":
        return True
    behind = text[end + 1] if end + 1 < len(text) else " "
    return (after in "-_" and _is_plain(behind)) or (after in ".," and behind.isdecimal())


def after_phone_prefix(text: str, start: int) -> bool:
    """TEL:, HP and the like stand directly before."""
    return bool(_PHONE_PREFIX.search(text[max(0, start - 8) : start]))


def _is_plain(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")
