"""Payment cards: a brand's first digits, its length, and Luhn's check digit."""

import re

from curation.pii.check_digits import digits_of, luhn_holds
from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_before

_NUMBER = re.compile(
    r"\d{4}(?P<joint> ?[-. ] ?)\d{4}(?P=joint)\d{4}(?P=joint)\d{4}"
    r"|3\d{3}(?P<short>[-. ])\d{6}(?P=short)\d{4,5}"  # American Express, Diners
    r"|\d{14,19}"
)
# First digits → length (ISO/IEC 7812; 9 is for domestic Korean cards).
_BRANDS = re.compile(
    r"4\d{15}"  # Visa
    r"|(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d+(?<=^\d{16})"  # Mastercard
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[68]\d)\d{11}"  # Diners
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|9\d{15}"
)


def card(text: str, at: int) -> Found | None:
    """Brand, length and check digit must hold; a word for a thing speaks against it: 주문번호 4111…"""
    match = _NUMBER.match(text, at)
    if not match or is_piece(text, at, match.end()):
        return None
    digits = digits_of(match[0])
    if not _BRANDS.fullmatch(digits) or not luhn_holds(digits):
        return None
    is_bare = match[0].isdecimal()
    label = label_before(text, at)
    if label.kind == "card":
        return Found("card", at, match.end(), "sure")
    if label.kind == "goods" and (is_bare or label.is_adjacent):
        return None
    if is_bare and digits[0] == "9":
        return None
    return Found("card", at, match.end(), "likely" if is_bare else "sure")
