"""Telephone numbers of people and offices, in every way they are written."""

import re

from curation.pii.edges import after_phone_prefix, is_piece_before, is_piece_behind
from curation.pii.found import Found
from curation.pii.labels import label_after, label_before

_JOINT = r"(?: ?[-./_] ?| )?"
_BRACKET = rf"(?:\) ?|{_JOINT})"  # (02) 345-6789, 02)345-6789
_AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4])"  # 전기통신번호관리세칙: Seoul 02, Gyeonggi 031 …
_LOCAL = rf"[1-9]\d{{2,3}}{_JOINT}\d{{4}}"  # 국번 begins with 2 to 9, in made-up examples with 1
_MOBILE = r"1[016789]"
_ANY = rf"{_BRACKET}\d{{3,4}}{_JOINT}\d{{4}}"
# Companies' numbers are no personal data and have no pattern here: 1588-1234, 080-123-4567, 119.
_NUMBER = re.compile(
    rf"(?P<mobile>0{_MOBILE}{_ANY})"
    rf"|(?P<net>0(?:70|50\d){_ANY})"
    rf"|(?P<area>0{_AREA}{_BRACKET}{_LOCAL})"
)
# +82-10-1234-5678, +82 (0)2 345 6789, 0082-10-…
_ABROAD = re.compile(rf"(?:00)?82{_JOINT}(?:\(0\) ?)?0?(?:{_MOBILE}{_ANY}|(?:70|50\d){_ANY}|{_AREA}{_BRACKET}{_LOCAL})")
_MARKED = re.compile(r"[-./_)]")
_RUNS_ON = re.compile(r" ?\d")  # a row of numbers: 02 345 6789 1011
_HEARD = "공영일이삼사오육륙칠팔구"
_PAUSE = r"(?:[-. ]|에 ?|다시 ?)?"  # 공일공에 일이삼사에 오육칠팔
_SPOKEN = re.compile(
    rf"(?:[공영]일[공영일육칠팔구]{_PAUSE}[0-9{_HEARD}]{{4}}|(?<!\d)010{_PAUSE}[{_HEARD}]{{4}}){_PAUSE}[0-9{_HEARD}]{{4}}"
)
_ORDERING = ("주문", "발주", "오더")  # 주문 010-1234-5678 is where to call, 주문번호 … a thing's


def phone(text: str, at: int) -> Found | None:
    """A number in 010, an area code, 070 or 050; bare digits in 010 too where no other word claims them.

    A word for a thing speaks against hyphened digits only directly before them: 품번 010-1234-5678.
    """
    if abroad := _ABROAD.match(text, at):
        return _from_abroad(text, at, abroad)
    if spoken := _SPOKEN.match(text, at):
        return Found("phone", at, spoken.end(), "sure")
    match = _NUMBER.match(text, at)
    if not match or is_piece_behind(text, match.end()):
        return None
    start = at - 1 if ")" in match[0] and text[at - 1 : at] == "(" else at
    if is_piece_before(text, start) and not after_phone_prefix(text, start):
        return None
    if match[0].isdecimal():
        return _bare(text, start, match)
    if match["area"] and not _MARKED.search(match[0]) and _RUNS_ON.match(text, match.end()):
        return None
    label = label_before(text, start)
    if label.kind == "goods" and label.is_adjacent and label.word not in _ORDERING:
        return None
    return Found("phone", start, match.end(), "sure")


def _bare(text: str, start: int, match: re.Match[str]) -> Found | None:
    """01012345678, unless the words before call it an order or an account; others only beside 전화 and the like."""
    label = label_before(text, start)
    if label.kind == "phone" or after_phone_prefix(text, start):
        return Found("phone", start, match.end(), "sure")
    if label.kind in ("goods", "account"):
        return None
    if match["mobile"] and len(match[0]) == 11 and match[0].startswith("010"):
        return Found("phone", start, match.end(), "sure")
    return Found("phone", start, match.end(), "likely") if label_after(text, match.end()).kind == "phone" else None


def _from_abroad(text: str, at: int, match: re.Match[str]) -> Found | None:
    start = at - 1 if text[at - 1 : at] == "+" else at
    is_code = start < at or match[0].startswith("0082") or label_before(text, at).kind == "phone"
    is_piece = is_piece_before(text, start) and not after_phone_prefix(text, start)
    if not is_code or is_piece or is_piece_behind(text, match.end()):
        return None
    return Found("phone", start, match.end(), "sure")
