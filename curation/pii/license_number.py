"""운전면허번호: region, year, six digits, two check digits: 11-12-345678-90, 서울 12-345678-90."""

import re

from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_after, label_before

# 지방경찰청 codes; 28 is Sejong.
_NUMBER = re.compile(r"(?:1[1-9]|2[0-68])(?P<joint>[-. ]?)\d{2}(?P=joint)\d{6}(?P=joint)\d{2}")
_REST = re.compile(r"\d{2}[- ]\d{6}[- ]\d{2}")
_REGION = re.compile(
    r"(?<![가-힣])(?:서울|부산|경기(?:남부|북부)?|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산|세종)"
    r"[- ]?\Z"
)


def license_number(text: str, at: int) -> Found | None:
    """The hyphened form suffices, unless a thing is named directly before it; bare digits need 면허 beside them."""
    match, start = _NUMBER.match(text, at), at
    if not match:
        match, region = _REST.match(text, at), _REGION.search(text[max(0, at - 6) : at])
        if not match or not region:
            return None
        start = at - len(region[0])
    if is_piece(text, start, match.end()):
        return None
    label = label_before(text, start)
    if label.kind == "license" or label_after(text, match.end()).kind == "license":
        return Found("license_number", start, match.end(), "sure")
    if label.kind == "goods" and label.is_adjacent:
        return None
    return Found("license_number", start, match.end(), "likely") if "-" in match[0] else None
