"""The check digits that tell a number of one kind from any other digits."""

from collections.abc import Sequence
from datetime import date


def digits_of(text: str) -> str:
    """The ASCII digits of a text, in order."""
    return "".join([char for char in text if "0" <= char <= "9"])


def luhn_holds(digits: str) -> bool:
    """Payment cards (ISO/IEC 7812-1, annex B)."""
    doubled = [2 * int(digit) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)) % 10 == 0


def ean_holds(digits: str) -> bool:
    """GS1 barcodes of 8 to 18 digits, ISBN-13 too (GS1 General Specifications, 7.9)."""
    weights = (3, 1) * 9
    return (sum(map(int.__mul__, map(int, digits[-2::-1]), weights)) + int(digits[-1])) % 10 == 0


def resident_holds(digits: str) -> bool:
    """주민등록번호 up to October 2020, 13 digits; a foreigner's is two further on, and both are accepted."""
    check = (11 - _weighted(digits[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return int(digits[12]) in (check, (check + 2) % 10 if digits[6] in "5678" else check)


def business_holds(digits: str) -> bool:
    """사업자등록번호, 10 digits."""
    return business_check(digits[:9]) == int(digits[9])


def business_check(digits: str) -> int:
    """The tenth digit of a 사업자등록번호 from its first nine."""
    total = _weighted(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5)) + int(digits[8]) * 5 // 10
    return (10 - total % 10) % 10


def corporation_holds(digits: str) -> bool:
    """법인등록번호, 13 digits: a company's, and so no personal datum."""
    return (10 - _weighted(digits[:12], (1, 2) * 6) % 10) % 10 == int(digits[12])


def birth_date(digits: str) -> date | None:
    """The birth date in the first seven digits of a 주민등록번호; None where they are no date.

    The seventh is century and sex: 1, 2 (5, 6 of foreigners) stand for 19yy, 3, 4 (7, 8) for 20yy, 9, 0 for 18yy
    (주민등록법 시행규칙 제2조).
    """
    century = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "9": 1800, "0": 1800}.get(digits[6], 2000)
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(map(int.__mul__, map(int, digits), weights))
