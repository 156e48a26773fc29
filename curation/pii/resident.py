"""주민등록번호 and 외국인등록번호: a birth date, a digit for century and sex, six digits."""

import re

from curation.pii.check_digits import birth_date, corporation_holds, digits_of, ean_holds, resident_holds
from curation.pii.edges import is_piece
from curation.pii.found import Found
from curation.pii.labels import label_before

_NUMBER = re.compile(r"\d{6}(?P<joint> ?- ?| )?\d{7}")
_LAST_BIRTH = 2030  # fixed, so that the same text has the same tags next year
_FIRST_BIRTH = 1920  # before it a company's number is likelier: 110111-1234569


def resident(text: str, at: int) -> Found | None:
    """With a hyphen the date and the century digit suffice; thirteen bare digits need a label or the check digit.

    Numbers given since October 2020 have no check digit, so it never speaks against one. A Korean barcode
    (880…) can pass for a birth in 1988, so its own check digit is asked first.
    """
    match = _NUMBER.match(text, at)
    if not match or is_piece(text, at, match.end()):
        return None
    digits = digits_of(match[0])
    born = birth_date(digits)
    if not born:
        return None
    label = label_before(text, at)
    is_labelled = label.kind == "resident"
    if label.kind == "company" or (label.kind == "goods" and label.is_adjacent):
        return None
    is_foreign = digits[6] in "5678"
    is_plausible = _FIRST_BIRTH <= born.year <= _LAST_BIRTH
    if not is_labelled:
        if not is_plausible and (digits[6] in "90" or corporation_holds(digits)):
            return None
        if "-" not in (match["joint"] or ""):
            is_thing = label.kind == "goods" or ean_holds(digits)
            if is_thing or not is_plausible or not resident_holds(digits):
                return None
    is_sure = is_labelled or ("-" in (match["joint"] or "") and is_plausible)
    return Found("frn" if is_foreign else "rrn", at, match.end(), "sure" if is_sure else "likely")
