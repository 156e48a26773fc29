"""Passport numbers: M12345678, and since December 2021 M123A4567; only beside 여권, as goods have such codes too."""

import re

from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_after, label_before

_LETTERS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\Z")
_DIGITS = re.compile(r"\d{3}[A-Za-z]\d{4}|\d{7,8}")


def passport(text: str, at: int) -> Found | None:
    """One or two letters before `at`, then the digits; foreign ones of that form too."""
    match = _DIGITS.match(text, at)
    letters = _LETTERS.search(text[max(0, at - 3) : at]) if match else None
    if not match or not letters:
        return None
    start = at - len(letters[0])
    if is_piece(text, start, match.end()):
        return None
    if label_before(text, start).kind != "passport" and label_after(text, match.end()).kind != "passport":
        return None
    return Found("passport", start, match.end(), "sure")
