"""IP addresses that lead to somebody's line; private ones, masks and version numbers do not."""

import ipaddress
import re

from curation.pii.edges import is_piece_before
from curation.pii.found import Found
from curation.pii.labels import label_before

_V4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?![A-Za-z0-9_]|[.-]\d)")
_V6 = re.compile(
    r"[23][0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{1,4}:){6}[0-9A-Fa-f]{1,4}|[23][0-9A-Fa-f]{3}(?:::?[0-9A-Fa-f]{1,4}){3,6}"
)
# Kept for examples (RFC 5737): who writes one writes about somebody's address.
_EXAMPLES = tuple(map(ipaddress.IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
_CLAUSE = re.compile(r"\s?(?:절|항|장|조|버전|판)")  # 제3.2.1.15절
_ADDRESS_LIKE = 100  # a version seldom counts so high


def ip(text: str, at: int) -> Found | None:
    """An address of the public internet.

    192.168.0.15 is the same printer in every office, so private, local and multicast ranges are nobody's. 1.2.3.4
    may be a version: without IP, 접속 and the like before it, one of the four numbers must reach 100.
    """
    match = _V6.match(text, at) or _V4.match(text, at)
    if not match or is_piece_before(text, at) or not _is_address(match[0]):
        return None
    if match.re is _V6:
        return _found(match, at)
    label = label_before(text, at)
    if (
        label.kind == "version"
        or text[max(0, at - 2) : at].rstrip(" ").endswith("제")
        or _CLAUSE.match(text, match.end())
    ):
        return None
    if label.kind == "network":
        return _found(match, at)
    return _found(match, at, is_sure=False) if max(map(int, match[0].split("."))) >= _ADDRESS_LIKE else None


def _is_address(digits: str) -> bool:
    try:
        address = ipaddress.ip_address(digits)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address.is_global or digits.lower().startswith("2001:db8")
    return address.is_global or any(address in examples for examples in _EXAMPLES)


def _found(match: re.Match[str], at: int, *, is_sure: bool = True) -> Found:
    return Found("ip", at, match.end(), "sure" if is_sure else "likely")
