"""Personal data replaced by invented data of the same form, the same for the same datum throughout."""

import hmac
import re
from collections.abc import Callable, Sequence

from curation.pii.check_digits import business_check, digits_of, luhn_holds
from curation.pii.folding import folded
from curation.pii.found import Found
from curation.pii.masks import PiiEdit, replace

_SPOKEN = str.maketrans("공영일이삼사오육륙칠팔구", "001234566789")
_SPOKEN_AGAIN = "공일이삼사오육칠팔구"
_ABROAD = re.compile(r"^(?:00)?820?")


def pseudonymise(text: str, found: Sequence[Found], key: bytes) -> tuple[str, list[PiiEdit]]:
    """The text with each datum of `found` replaced under `key`, and the edits against `text`, ascending.

    One number has one pseudonym however it is written, drawn from its HMAC-SHA256 (RFC 2104); only trying all
    numbers with the key in hand leads back, so the key is thrown away or kept from the dataset. Two numbers may
    share a pseudonym. Where a range exists that nobody can hold, it is used:

    - phone: the exchange begins with 0, which 국번 never does; 010 or the area stays
    - rrn, frn: a month after December · brn, card: a wrong check digit, and no card begins with 0
    - email: example.com (RFC 2606) · ip: 240.0.0.0/4, 2001:db8::/32 (RFC 1112, 3849) · plate: the letter 흐
    - address: a city that is none · passport: the letter X · license_number: region 00

    Accounts have no such range; theirs begin with 000, a branch that no bank is known to have. A licence that names
    its region in Hangul has none either.
    """

    def stand_in(hit: Found) -> tuple[str, str]:
        datum = text[hit.start : hit.end]
        invented = _INVENT[hit.kind](datum, _Drawn(key, hit.kind, _canonical(hit.kind, datum)))
        return invented, invented[-1] if folded(invented[-1]).isdecimal() else invented

    return replace(text, found, stand_in)


class _Drawn:
    """Digits drawn from a datum's HMAC, the same each time."""

    def __init__(self, key: bytes, kind: str, canonical: str) -> None:
        digest = hmac.digest(key, f"{kind}:{canonical}".encode(), "sha256")
        self.canonical = canonical
        self.digits = str(int.from_bytes(digest) % 10**60).zfill(60)
        self.hex = digest.hex()


def _canonical(kind: str, datum: str) -> str:
    """What two ways of writing one datum have in common."""
    plain = folded(datum)
    if kind == "phone":
        return _ABROAD.sub("0", digits_of(plain.translate(_SPOKEN)))
    if kind in ("rrn", "frn", "brn", "account", "card"):
        return digits_of(plain)
    return re.sub(r"[\s,-]" if kind != "ip" else r"\s", "", plain).lower()


def _phone(datum: str, drawn: _Drawn) -> str:
    number = drawn.canonical
    prefix = 2 if number.startswith("02") else 4 if number.startswith("050") else 3
    return _written(datum, "0" + drawn.digits[: len(number) - prefix - 1], is_spoken=True)


def _resident(datum: str, drawn: _Drawn) -> str:
    year, day_on = drawn.digits[:2], drawn.digits[4:13]
    return _written(datum, f"{year}{20 + int(drawn.digits[2:4]) % 80}{day_on}")


def _business(datum: str, drawn: _Drawn) -> str:
    first = drawn.digits[:9]
    return _written(datum, first + str((business_check(first) + 1 + int(drawn.digits[9]) % 9) % 10))


def _card(datum: str, drawn: _Drawn) -> str:
    digits = "0" + drawn.digits[: len(drawn.canonical) - 1]
    if luhn_holds(digits):
        digits = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    return _written(datum, digits)


def _account(datum: str, drawn: _Drawn) -> str:
    return _written(datum, "000" + drawn.digits[: len(drawn.canonical) - 3])


def _passport(datum: str, drawn: _Drawn) -> str:
    return re.sub(r"[A-Za-z]", "X", _written(datum, drawn.digits[: len(digits_of(folded(datum)))]))


def _license_number(datum: str, drawn: _Drawn) -> str:
    has_code = len(digits_of(folded(datum))) == 12
    return _written(datum, ("00" if has_code else "") + drawn.digits[:10])


def _email(datum: str, drawn: _Drawn) -> str:
    return f"user{drawn.hex[:10]}@example.com"


def _ip(datum: str, drawn: _Drawn) -> str:
    if ":" in datum:
        return "2001:db8:" + ":".join(drawn.hex[at : at + 4] for at in range(0, 24, 4))
    numbers = bytes.fromhex(drawn.hex[:8])
    return ".".join(map(str, (240 + numbers[0] % 15, *numbers[1:])))


def _address(datum: str, drawn: _Drawn) -> str:
    road, house, annex = (int(drawn.digits[at : at + 3]) + 1 for at in (0, 3, 6))
    return f"누리시 새빛{road}로 {house}-{annex}"


def _plate(datum: str, drawn: _Drawn) -> str:
    return re.sub(
        r"(?<=\d)(\s?)[가-힣](?=\s?\d)", r"\1흐", _written(datum, drawn.digits[: len(digits_of(folded(datum)))])
    )


def _written(datum: str, digits: str, *, is_spoken: bool = False) -> str:
    """The digits in the place of the datum's last ones, and in their script: ０１２ stays full-width, 일이삼 Hangul."""
    chars, left = list(datum), list(digits)
    for place in range(len(chars) - 1, -1, -1):
        char = chars[place]
        if not left:
            break
        if char.isdecimal():
            chars[place] = chr(ord(char) - int(char) + int(left.pop()))
        elif is_spoken and ord(char) in _SPOKEN:
            chars[place] = _SPOKEN_AGAIN[int(left.pop())]
    return "".join(chars)


_INVENT: dict[str, Callable[[str, _Drawn], str]] = {
    "phone": _phone,
    "rrn": _resident,
    "frn": _resident,
    "brn": _business,
    "card": _card,
    "account": _account,
    "passport": _passport,
    "license_number": _license_number,
    "email": _email,
    "ip": _ip,
    "address": _address,
    "plate": _plate,
}
