"""사업자등록번호: 123-45-67891, known by its check digit."""

import re

from curation.pii.check_digits import business_holds, digits_of
from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_before

_NUMBER = re.compile(r"\d{3}(?P<joint>[-. ]?)\d{2}(?P=joint)\d{5}")


def business(text: str, at: int) -> Found | None:
    """The check digit must hold; without hyphens the words before must call it one, too."""
    match = _NUMBER.match(text, at)
    if not match or is_piece(text, at, match.end()):
        return None
    digits = digits_of(match[0])
    if int(digits) == 0 or not business_holds(digits):
        return None
    label = label_before(text, at)
    if label.kind == "business":
        return Found("brn", at, match.end(), "sure")
    if match["joint"] != "-" or label.kind in ("goods", "account", "payment"):
        return None
    return Found("brn", at, match.end(), "likely")
