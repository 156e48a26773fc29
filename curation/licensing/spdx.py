"""What a licence's name, or terms in free words, say: odd spellings to SPDX ids, and what each asks (licenses.tsv).

The table holds what Korean data meets: Creative Commons, open-data and software licences, 공공누리, the terms of AI Hub
and of language models. `LicenseRef-…` is SPDX's form for what has no id of its own. None of it is legal advice.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from importlib.resources import files
from unicodedata import normalize


class Asks(IntFlag):
    """What a licence asks; the greater the number, the less may be done."""

    NOTHING = 0
    ATTRIBUTION = 1
    SHAREALIKE = 2
    NONCOMPETING = 4  # its output may train no model that competes with the maker's
    NONCOMMERCIAL = 8
    NODERIVATIVES = 16
    GATED = 32  # granted to each user: not to be handed on
    UNKNOWN = 64  # nothing is stated, or nothing we know: all rights may be reserved


@dataclass(frozen=True, slots=True)
class License:
    """One licence. Rows of one share-alike `family` may be combined; `url` is empty where we know none."""

    id: str
    asks: Asks
    family: str = ""
    url: str = ""


NOASSERTION = License("NOASSERTION", Asks.UNKNOWN)
_NOTHING_STATED = {"", "noassertion", "none", "unknown", "other", "null", "na", "미상", "없음", "모름"}
_LONGEST_CODE = 80
# A name's words that do not tell licences apart, and those that are spelled out.
_IDLE = re.compile(
    r"\b(?:the|licen[sc]ed?|licen[sc]es|under|version|international|unported|universal|generic|community)\b"
    r"|\bv(?=\d)|라이[선센]스|이용\s*약관|국제|비이식"
)
_SPELLED_OUT = (
    (re.compile(r"creative\s*commons"), "cc"),
    (re.compile(r"attribution|저작자\s*표시"), "by"),
    (re.compile(r"non-?\s?commercial|비영리"), "nc"),
    (re.compile(r"no-?\s?deriv(?:ative)?s?(?:\s?works)?|변경\s*금지"), "nd"),
    (re.compile(r"share-?\s?alike|동일\s*조건\s*변경\s*허락"), "sa"),
)
# What free words forbid, as a licence of its own: its id is the code of the conflict.
_WORDS = (
    (
        License("terms:gated", Asks.GATED),
        re.compile(
            r"\bgated\b|\bno[ -]redistribution|\bnot redistribut|재배포[는를가]?\s*(?:불가|금지|제한|할 수 없)|승인"
        ),
    ),
    (
        License("terms:noncommercial", Asks.NONCOMMERCIAL),
        re.compile(
            r"\bnon-?commercial|\bresearch(?:[ -]use)?[ -]only|\bnot for (?:commercial|sale)"
            r"|비상업|비영리|연구\s*(?:용|목적)|판매(?:[는를가]?\s*(?:불가|금지|제한)|하지\s*않|할 수 없)"
        ),
    ),
    (License("terms:noncompeting", Asks.NONCOMPETING), re.compile(r"\bnon-?compet|\bcompet(?:e|es|ing)\b|경쟁")),
)
_NOT_A_LETTER = re.compile(r"[^0-9a-z가-힣+]")
_CC_PAGE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)")
_CC_ORDER = (("bynd", "nc"), ("bysa", "nc"))  # by-nd-nc is by-nc-nd
_COUNTRY = re.compile(r"(\d\d)(?:kr|korea|대한민국|us|uk|jp)$")  # CC BY-NC-ND 2.0 KR


def read_license(name: str) -> tuple[License, ...]:
    """The licences that a name stands for: of `A OR B` the freer one, of `A AND B` both.

    A name that nobody knows gives a License of its own with `Asks.UNKNOWN`, so that it can be asked about by name.
    """
    if known := _known(name):
        return (known,)
    if len(choices := re.split(r"\s+or\s+|\s*\|\|?\s*", name, flags=re.IGNORECASE)) > 1:
        return min((read_license(choice) for choice in choices), key=lambda found: max(one.asks for one in found))
    if len(parts := re.split(r"\s+and\s+|\s*[,;]\s*", name, flags=re.IGNORECASE)) > 1:
        return tuple({one.id: one for part in parts for one in read_license(part)}.values())
    # No `=`, which ends the code in --waive CODE=REASON.
    return (License(re.sub(r"[\s=]+", "-", name.strip())[:_LONGEST_CODE], Asks.UNKNOWN),)


def read_terms(terms: str) -> tuple[License, ...]:
    """What free words ask: a known licence (Apache-2.0), else terms known by name (EXAONE), else words that forbid."""
    stated = read_license(terms)
    if not any(license_.asks & Asks.UNKNOWN for license_ in stated):
        return stated
    words = terms.casefold()
    return find_licenses(terms) or tuple(license_ for license_, told in _WORDS if told.search(words))


def find_licenses(text: str) -> tuple[License, ...]:
    """The terms named somewhere in free text (`EXAONE: non-commercial`, a model's name), in the table's order."""
    return tuple(license_ for license_, pattern in _patterns() if pattern.search(text.casefold()))


def _known(name: str) -> License | None:
    key = _key(name)
    return NOASSERTION if key in _NOTHING_STATED else _by_key().get(key)


def _key(name: str) -> str:
    """Letters and digits that tell licences apart: CC BY-NC 4.0 and cc-by-nc-4.0 are both ccbync40."""
    text = normalize("NFKC", name).casefold()
    if page := _CC_PAGE.search(text):
        text = f"cc0 {page[2]}" if page[1] == "zero" else f"cc {page[1]} {page[2]}"
    elif "://" in text:
        return text.partition("://")[2].removeprefix("www.").rstrip("/")
    text = _IDLE.sub(" ", text)
    for pattern, short in _SPELLED_OUT:
        text = pattern.sub(short, text)
    key = _COUNTRY.sub(r"\1", _NOT_A_LETTER.sub("", text))
    key = f"cc{key}" if key.startswith("by") else key  # 저작자표시 4.0
    for last, moved in _CC_ORDER:
        key = key.replace(last + moved, f"by{moved}{last[2:]}")
    return key


@cache
def _table() -> tuple[tuple[License, tuple[str, ...]], ...]:
    text = files("curation.licensing").joinpath("licenses.tsv").read_text(encoding="utf-8")
    return tuple(
        (
            License(row["id"], _asks(row["flags"]), row["family"], row["url"]),
            tuple(name for name in row["names"].split("|") if name),
        )
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def _asks(flags: str) -> Asks:
    asks = Asks.NOTHING
    for flag in flags.split():
        asks |= Asks[flag.upper()]
    return asks


@cache
def _by_key() -> Mapping[str, License]:
    found: dict[str, License] = {}
    for license_, names in _table():
        for name in (license_.id, license_.id.removeprefix("LicenseRef-"), license_.url, *names):
            if name:
                found.setdefault(_key(name), license_)
    return found


@cache
def _patterns() -> tuple[tuple[License, re.Pattern[str]], ...]:
    """For each of the terms that only a LicenseRef names: any of its names as a word of its own."""
    return tuple(
        (
            license_,
            re.compile(
                rf"(?<![0-9a-z])(?:{'|'.join(re.escape(name.casefold()) for name in names)})(?!\.?[0-9a-z])",
            ),
        )
        for license_, names in _table()
        if license_.asks & (Asks.NONCOMPETING | Asks.GATED)
    )
