"""Checks: what a figure of the manifest must be for the dataset to be used, and what came of asking."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curation.checks.derived import Figure, Value
from curation.checks.measures import measure
from curation.errors import InputError
from curation.recipe import load_recipe

SHIPPED = Path(__file__).parent / "checks.toml"
BOUNDS = ("at_most", "at_least", "equals", "within")
_Number = int | Annotated[float, Field(allow_inf_nan=False)]


class Check(BaseModel):
    """One claim about a figure, with exactly one of `BOUNDS`; what to say, and why it is asked, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    figure: str  # `leaks.shared_documents`, a path into the manifest; `target_share`, one of derived.DERIVED
    at_most: _Number | None = None  # shares are 0..1
    at_least: _Number | None = None
    equals: bool | int | float | str | None = None
    within: list[str] | None = None  # for names: each of them is one of these
    otherwise: Literal["fail", "warn"] = Field(default="fail", alias="else")
    ko: str = ""  # what is claimed, as the verdict says it; the figure's name where it is empty
    en: str = ""
    why_ko: str = ""  # why it matters, and what to do
    why_en: str = ""

    _keys_are_known = model_validator(mode="before")(lambda data: _numbered(_known(Check, data)))

    @model_validator(mode="after")
    def _one_bound(self) -> "Check":
        given = [name for name in BOUNDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"{self.figure} has {' and '.join(given) or 'no bound'}, expected one of {', '.join(BOUNDS)}"
            )
        return self


class Checks(BaseModel):
    """A file of checks: `[[checks]]`, in the order in which they are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    checks: list[Check] = Field(min_length=1)

    _keys_are_known = model_validator(mode="before")(lambda data: _known(Checks, data))


def _known(model: type[BaseModel], data: dict[str, Any]) -> dict[str, Any]:
    """The data, if it has no key that the model lacks; a guess is what its message adds to that of `extra="forbid"`."""
    known = sorted(field.alias or name for name, field in model.model_fields.items())
    for key in data.keys() - known:
        near = difflib.get_close_matches(key, known, n=1)
        where = f" ({data['figure']})" if "figure" in data else ""
        guess = f"did you mean {near[0]}?" if near else f"it may have {', '.join(known)}"
        raise ValueError(f"{key} is no key of {'a check' if model is Check else 'a file of checks'}{where}; {guess}")
    return data


def _numbered(data: dict[str, Any]) -> dict[str, Any]:
    """The data, if what bounds a number is one: pydantic would ask for an integer, though a share will do."""
    for key in ("at_most", "at_least"):
        value = data.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{key} of {data.get('figure', 'a check')} is {value!r}, expected a number")
    return data


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check; `skip` where this dataset has no such figure. `value` and `bound` are ready to read."""

    state: Literal["pass", "warn", "fail", "skip"]
    ko: str
    en: str
    value: str
    bound: str
    figure: str
    why_ko: str
    why_en: str
    check: Check


def load_checks(path: Path) -> tuple[Check, ...]:
    """The checks of a TOML file. Raises InputError that names the key, with a guess, where one is not as it must be."""
    if not path.is_file():
        raise InputError(
            str(path), "is not there, or is no file", mend=f"give a TOML file of checks; {SHIPPED} is one to copy",
            mend_ko=f"점검을 적은 TOML 파일을 지정하세요. {SHIPPED} 를 본떠 만들 수 있습니다",
        )  # fmt: skip
    try:
        return tuple(load_recipe(Checks, path).checks)
    except InputError as error:
        if error.where == str(path):  # it is no TOML, and says so
            raise
        raise InputError(
            error.where, error.what, mend=f"mend that check; {SHIPPED} shows every key",
            mend_ko=f"그 점검을 고치세요. {SHIPPED} 에 모든 키가 있습니다",
        ) from error  # fmt: skip


@cache
def shipped_checks() -> tuple[Check, ...]:
    """What every dataset is asked, where no other file is given."""
    return load_checks(SHIPPED)


def run_checks(manifest: Mapping[str, Any], checks: Sequence[Check] | None = None) -> list[Outcome]:
    """What a reader must know before using the dataset, in the checks' order (the shipped ones where none are given).

    Raises InputError where a check names no figure, or compares a word with a number.
    """
    return [_ask(manifest, check) for check in (shipped_checks() if checks is None else checks)]


def verdict(outcomes: Sequence[Outcome]) -> Literal["fail", "warn", "pass"]:
    """How the checks ended, as the worst of them."""
    states = {outcome.state for outcome in outcomes}
    return "fail" if "fail" in states else "warn" if "warn" in states else "pass"


def holds(check: Check, value: Value) -> bool:
    """Whether a value is within the check's bound. Raises InputError where they cannot be compared."""
    if check.equals is not None:
        return value == check.equals and isinstance(value, bool) == isinstance(check.equals, bool)
    if check.within is not None:
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list):
            raise _uncomparable(check, value, "names, and this is a number")
        return set(words) <= set(check.within)
    if isinstance(value, bool | str | list):
        raise _uncomparable(check, value, "a number, and this is none")
    return value <= check.at_most if check.at_most is not None else value >= (check.at_least or 0)


def tell(figure: str, value: object) -> str:
    """A figure as a reader takes it in: 1,234 · 5.25% · 1.9 GiB · 12.5 s · CC0-1.0, CC-BY-4.0 · —"""
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    if isinstance(value, list):
        return ", ".join(value) or "—"
    if not isinstance(value, int | float):
        return "—"
    last = figure.rpartition(".")[2]
    if last.endswith("share") or figure.startswith(_SHARES) or ".scripts." in figure:
        return f"{100 * value:.2f}".rstrip("0").rstrip(".") + "%"
    if last.endswith("_bytes") or ".steps_peak_rss_bytes." in figure:
        return f"{value / 2**30:,.2f} GiB"
    if last.endswith("_s") or ".steps_s." in figure:
        return f"{value:,.1f} s"
    return f"{value:,}"


_SHARES = ("dropped_share.", "recipe.split.")


def _ask(manifest: Mapping[str, Any], check: Check) -> Outcome:
    found = measure(manifest, check.figure)
    return Outcome(
        state=_state(check, found),
        ko=check.ko or check.figure,
        en=check.en or check.figure,
        value=tell(check.figure, found.value) + (f" ({found.of})" if found.of else ""),
        bound=_bound(check),
        figure=check.figure,
        why_ko=check.why_ko,
        why_en=check.why_en,
        check=check,
    )


def _state(check: Check, found: Figure) -> Literal["pass", "warn", "fail", "skip"]:
    if found.value is None:
        return "skip"
    return "pass" if holds(check, found.value) else check.otherwise


def _bound(check: Check) -> str:
    if check.within is not None:
        return f"⊆ {tell(check.figure, sorted(check.within))}" if check.within else tell(check.figure, [])
    sign = {"at_most": "≤", "at_least": "≥", "equals": "="}
    return next(
        f"{sign[name]} {tell(check.figure, getattr(check, name))}" for name in sign if getattr(check, name) is not None
    )


def _uncomparable(check: Check, value: Value, what: str) -> InputError:
    bound = next(name for name in BOUNDS if getattr(check, name) is not None)
    return InputError(
        f"{check.figure}: {bound}", f"compares with {what} ({tell(check.figure, value)})",
        mend="write another bound: at_most and at_least for numbers, within for names, equals for both",
        mend_ko="수에는 at_most, at_least 를, 이름에는 within 을, 둘 다에는 equals 를 쓰세요",
    )  # fmt: skip
