"""Bank accounts (계좌): any digits, where the words beside them name a bank or an account."""

import re

from curation.pii.check_digits import digits_of
from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_after, label_before

_NUMBER = re.compile(r"\d{2,6}(?:-\d{1,8}){1,4}|\d{2,6}(?: \d{2,8}){1,3}|\d{10,14}")
# 국민은행 2026-11-20-0001 거래, 20261120143000
_DATE = re.compile(r"(?:19|20)\d\d(?P<joint>[- ]?)(?:0[1-9]|1[0-2])(?P=joint)(?:0[1-9]|[12]\d|3[01])(?:(?!\d)|\d{6}\Z)")
_PAID = re.compile(r"(?:으로|로)?\s?(?:[가-힣]{1,4}\s)?(?:입금|송금|이체|보내)")


def account(text: str, at: int) -> Found | None:
    """Ten to sixteen digits beside a bank's name or 계좌; beside 입금 and the like only with hyphens."""
    match = _NUMBER.match(text, at)
    if not match or len(match[0]) < 10 or is_piece(text, at, match.end()):
        return None
    if not 10 <= len(digits_of(match[0])) <= 16 or _DATE.match(match[0]):
        return None
    is_hyphened = match[0].count("-") >= 2
    label = label_before(text, at)
    if label.kind == "account" and (label.is_near or is_hyphened):
        return Found("account", at, match.end(), "sure")
    if label.kind not in ("", "payment") or match[0].startswith("080-"):
        return None
    after = label_after(text, match.end())
    if after.kind == "account" and (after.is_adjacent or is_hyphened):
        return Found("account", at, match.end(), "sure")
    is_paid = label.kind == "payment" or _PAID.match(text, match.end())
    return Found("account", at, match.end(), "likely") if is_paid and "-" in match[0] else None
