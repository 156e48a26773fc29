"""A spreadsheet's number as the sheet shows it, by its number format (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_MOST_DIGITS = 15  # a double holds no more
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<exponent>[eE][+-]0+)|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<other>.)",
    re.DOTALL,
)
_WITHOUT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\[\$[^\]]*\]')


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's sections, read: literals by their place among the digits, and how the number is written."""

    whole: tuple[str, ...]  # digit places and literals up to the decimal point: "0" "#" "?" or ("'" + literal)
    after: str  # literals after the number
    places: str  # digit places after the point
    thousands: bool
    scale: int  # powers of ten: percent 2, each trailing comma -3
    exponent: bool
    is_general: bool


def shown(value: float, code: str, *, from_1904: bool = False) -> str:
    """The number as shown: 0.5 with `0%` → 50%, 1234 with `#,##0"개"` → 1,234개, 46000 with a date → 2025-12-09.

    Dates are written YYYY-MM-DD whatever their format's order. What a format of words, fractions or conditions asks is
    not followed: the plain number stands.
    """
    if not abs(value) < 10.0**_MOST_DIGITS:
        return f"{value:.{_MOST_DIGITS}g}"
    kind = _kind(code)
    if kind != "number":
        return _date(value, code, kind, from_1904=from_1904)
    sections = _sections(code)
    section = sections[0]
    negative = value < 0
    if negative and len(sections) > 1:
        section, negative = sections[1], False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if section.is_general:
        return _general(value)
    text = _written(abs(value), section)
    return "-" + text if negative and re.search("[1-9]", text) else text  # -0.4 with `0` is 0


def _general(value: float) -> str:
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.10g}" if abs(value) < 10**9 else f"{value:.15g}"


@lru_cache(maxsize=1024)
def _kind(code: str) -> str:
    """`number`, `duration`, or what a date's format shows: `date`, `month`, `time`, `moment`."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    if not is_date_format(code):
        return "number"
    if is_timedelta_format(code):
        return "duration"
    letters = _WITHOUT_LITERALS.sub("", code.split(";", maxsplit=1)[0]).lower().replace("general", "")
    has_time = "h" in letters or "s" in letters
    if "y" in letters or "d" in letters:
        return "moment" if has_time else "date" if "d" in letters else "month"
    return "time" if has_time else "date"


def _date(value: float, code: str, kind: str, *, from_1904: bool) -> str:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    seconds = ":%S" if "s" in _WITHOUT_LITERALS.sub("", code).lower() else ""
    if kind == "duration":
        total = round(timedelta(days=value).total_seconds())
        rest = f":{total % 60:02}" if seconds else ""
        return f"{total // 3600}:{total % 3600 // 60:02}{rest}"
    try:
        found = from_excel(value, MAC_EPOCH if from_1904 else WINDOWS_EPOCH)
    except (OverflowError, ValueError):  # before 1900, after 9999
        return _general(value)
    if isinstance(found, time):
        return found.strftime(f"%H:%M{seconds}") if kind in ("time", "moment") else _general(value)
    if not isinstance(found, datetime):
        return _general(value)
    patterns = {"date": "%m-%d", "month": "%m", "time": f"%H:%M{seconds}", "moment": f"%m-%d %H:%M{seconds}"}
    return ("" if kind == "time" else f"{found.year:04}-") + found.strftime(patterns[kind])


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """A format's sections for positive, negative and zero numbers."""
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;"\\]|["\\])+', code)
    return tuple(_section(part) for part in parts[:3]) or (_section("General"),)


def _section(code: str) -> _Section:
    whole: list[str] = []
    after, places, scale, commas = "", "", 0, 0
    thousands = is_point = exponent = False
    is_general = "general" in code.lower()
    for found in _PIECE.finditer(code):
        group, text = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        if group == "digit":
            thousands, commas = thousands or commas > 0, 0
            if is_point:
                places += text
            else:
                whole.append(text)
        elif text == "," and group == "sign":
            commas += any(part in "0#?" for part in whole)
        elif text == "." and group == "sign":
            is_point = True
        elif group == "exponent":
            exponent = True
        elif group == "sign" and text in "/@":  # a fraction, or text
            is_general = True
        elif group is not None:
            scale += 2 * (text == "%" and group == "sign")
            if is_point:
                after += text
            else:
                whole.append("'" + text)
    return _Section(tuple(whole), after, places, thousands, scale - 3 * commas, exponent, is_general)


def _written(value: float, section: _Section) -> str:
    if section.exponent:
        return f"{value:.{len(section.places)}E}"
    if not section.places and not any(part in "0#?" for part in section.whole):
        return ("".join(part[1:] for part in section.whole) + section.after).strip()
    number = Decimal(repr(value)).scaleb(section.scale)
    whole, _, rest = f"{number.quantize(Decimal(1).scaleb(-len(section.places)), ROUND_HALF_UP):f}".partition(".")
    least = len(section.places.rstrip("#?"))
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    digits = whole.lstrip("0").rjust(sum(part == "0" for part in section.whole), "0")
    if section.thousands:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    return (_placed(digits, section.whole) + ("." + rest if rest else "") + section.after).strip()


def _placed(digits: str, places: Sequence[str]) -> str:
    """The digits among the literals: all before the last literal between digits, the rest by place (010-1234)."""
    order = [at for at, part in enumerate(places) if part in "0#?"]
    if not order:
        return digits + "".join(part[1:] for part in places)
    is_split = any(places[at].startswith("'") for at in range(order[0], order[-1]))
    written = [part[1:] if part.startswith("'") else "" for part in places]
    for at in reversed(order[1:] if is_split else ()):
        written[at], digits = digits[-1:], digits[:-1]
    written[order[0]] = digits
    return "".join(written)
