"""Finding personal data: what the law protects, and never a date, a barcode or an order number."""

from collections.abc import Callable, Iterator, Sequence

from curation.pii.account import account
from curation.pii.address import address
from curation.pii.business import business
from curation.pii.card import card
from curation.pii.email import email
from curation.pii.found import Found
from curation.pii.ip import ip
from curation.pii.license_number import license_number
from curation.pii.passport import passport
from curation.pii.phone import phone
from curation.pii.plate import plate
from curation.pii.resident import resident
from curation.pii.screen import Suspect, suspects

# Asked in this order where a long enough run of digits begins; the first that answers has the digits.
_NUMBERS: tuple[Callable[[str, int], Found | None], ...] = (
    resident,
    phone,
    license_number,
    card,
    business,
    account,
    passport,
    ip,
    plate,
)


def find_pii(texts: Sequence[str]) -> list[tuple[Found, ...]]:
    """The personal data of each text, same order; ascending, none overlapping."""
    found: list[tuple[Found, ...]] = [()] * len(texts)
    for suspect in suspects(texts):
        found[suspect.place] = tuple(_closely(suspect))
    return found


def _closely(suspect: Suspect) -> Iterator[Found]:
    mails = [hit for at in suspect.ats if (hit := email(suspect.text, at))]
    hits = sorted([*mails, *_numbers(suspect)], key=lambda hit: (hit.start, hit.kind != "email"))
    end = 0
    for hit in hits:
        if hit.start >= end:
            yield hit
            end = hit.end


def _numbers(suspect: Suspect) -> Iterator[Found]:
    end, houses = 0, frozenset(suspect.houses)
    for at in sorted(houses.union(suspect.numbers)):
        if at < end:
            continue
        hit = address(suspect.text, at) if at in houses else None
        if hit := hit or _number(suspect.text, at):
            yield hit
            end = hit.end


def _number(text: str, at: int) -> Found | None:
    for kind in _NUMBERS:
        if hit := kind(text, at):
            return hit
    return None
