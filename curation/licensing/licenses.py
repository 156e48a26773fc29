"""Whether the licences of the sources let their rows stand in one dataset; what does not is refused until waived."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.errors import InputError
from curation.licensing.spdx import NOASSERTION, Asks, License, find_licenses, read_license, read_terms
from curation.recipes.schema import Licenses

SHARE_ALIKE = "share-alike"
_REFUSED = Asks.NONCOMPETING | Asks.NONCOMMERCIAL | Asks.NODERIVATIVES | Asks.GATED
_WHY = {
    Asks.NONCOMMERCIAL: ("forbids commercial use", "상업적 이용을 금지합니다"),
    Asks.NODERIVATIVES: (
        "forbids changed versions, and a curated row is one", "변경을 금지하는데, 다듬은 행은 변경한 것입니다"
    ),
    Asks.GATED: (
        "is granted to each user and may not be handed on", "이용자마다 승인받는 자료라 다시 나누어 줄 수 없습니다"
    ),
    Asks.NONCOMPETING: (
        "forbids training models that compete with its maker's", "제공사와 경쟁하는 모델의 학습을 금지합니다"
    ),
}  # fmt: skip
_UNSTATED = (
    "no licence is stated: all rights may be reserved",
    "라이선스가 적혀 있지 않아 모든 권리가 남아 있을 수 있습니다",
)
_UNKNOWN = ("is no licence that we know", "알려진 라이선스 이름이 아닙니다")
_MIXED = (
    "rows that must be shared under their own licence alone stand beside rows that it does not allow",
    "자기 라이선스로만 공유해야 하는 행과, 그 라이선스가 허락하지 않는 행이 함께 있습니다",
)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is stated of some rows; one for each (source, licence, generator) of a run.

    `license` is as the rows spell it; `terms` is what else binds, in free words; `model` and `generator_terms` are of
    the language model that wrote them.
    """

    source: str
    license: str
    rows: int
    stated_by: str | None = None
    terms: str | None = None
    model: str | None = None
    generator_terms: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that stands in the way: `code` is what --waive names, `waived` the reason given for accepting it."""

    code: str
    why: str
    why_ko: str
    licenses: tuple[str, ...]
    sources: tuple[str, ...]
    rows: int
    url: str
    waived: str | None


@dataclass(frozen=True, slots=True)
class LicenseReport:
    """Conflicts by code; the most restrictive licence of the mix (None of no rows); a line for each source to name."""

    conflicts: tuple[Conflict, ...]
    most_restrictive: str | None
    attribution: tuple[str, ...]

    @property
    def refused(self) -> tuple[Conflict, ...]:
        """The conflicts that nobody waived."""
        return tuple(conflict for conflict in self.conflicts if conflict.waived is None)


@dataclass(frozen=True, slots=True)
class _Bound:
    """Some rows and everything that binds their users."""

    facts: SourceFacts
    licenses: tuple[License, ...]


def check_licenses(found: Sequence[SourceFacts], settings: Licenses) -> LicenseReport:
    """The conflicts among the rows' licences and terms. Raises InputError where a waiver gives no reason.

    Codes are stable: the licence's SPDX id (`CC-BY-NC-4.0`), its name as stated where nobody knows it, `NOASSERTION`,
    `share-alike`, and `terms:gated`, `terms:noncommercial`, `terms:noncompeting` for terms in free words.
    """
    waivers = _waivers(settings.waived)
    bound = [_Bound(facts, _binding(facts)) for facts in found if facts.rows]
    by_code: dict[str, list[tuple[_Bound, License]]] = {}
    for one in bound:
        for license_ in one.licenses:
            if license_.asks & (_REFUSED | Asks.UNKNOWN):
                by_code.setdefault(license_.id, []).append((one, license_))
    conflicts = [
        _conflict(code, _why(pairs[0][1]), pairs, waivers.get(code)) for code, pairs in by_code.items()
    ]  # fmt: skip
    if mixed := _mixed(bound):
        conflicts.append(_conflict(SHARE_ALIKE, _MIXED, mixed, waivers.get(SHARE_ALIKE)))
    licenses = {license_.id: license_ for one in bound for license_ in one.licenses}
    strictest = max(licenses.values(), key=lambda license_: (license_.asks, license_.id), default=None)
    return LicenseReport(
        tuple(sorted(conflicts, key=lambda conflict: conflict.code)),
        strictest.id if strictest else None,
        tuple(sorted({_attribution(one) for one in bound if any(license_.asks for license_ in one.licenses)})),
    )


def describe_rights(report: LicenseReport) -> dict[str, Any]:
    """The manifest's `rights`: the most restrictive licence, whom to name, and each conflict with its waiver."""
    return {
        "most_restrictive_license": report.most_restrictive,
        "attribution": list(report.attribution),
        "conflicts": [
            {
                "code": conflict.code,
                "why": conflict.why,
                "licenses": list(conflict.licenses),
                "sources": list(conflict.sources),
                "rows": conflict.rows,
                "url": conflict.url or None,
                "waived": conflict.waived,
            }
            for conflict in report.conflicts
        ],
    }


def refusal(report: LicenseReport) -> str | None:
    """What to print where a conflict is not waived (exit 1), with what to write to waive it; None where all are."""
    if not report.refused:
        return None
    lines = []
    for conflict in report.refused:
        sources = ", ".join(conflict.sources[:5]) + (" …" if len(conflict.sources) > 5 else "")
        page = f" ({conflict.url})" if conflict.url else ""
        lines.append(f"license: {conflict.code} in {sources}, {conflict.rows:,} rows: {conflict.why}{page}")
        lines.append(f"         {conflict.why_ko}")
    flags, flags_ko = (
        " ".join(f"--waive {shlex.quote(f'{conflict.code}={reason}')}" for conflict in report.refused)
        for reason in ("REASON", "까닭")
    )
    lines += [
        f"  → leave the source out, or accept each with its reason, which stands in the manifest: {flags}",
        f"  → 그 소스를 빼거나, 까닭을 적어 받아들이세요. 까닭은 매니페스트에 남습니다: {flags_ko}",
        "  → in a recipe · 레시피에서는: [licenses] waived = { "
        + ", ".join(f'"{conflict.code}" = "…"' for conflict in report.refused)
        + " }",
    ]
    return "\n".join(lines)


def read_waivers(given: Iterable[str]) -> dict[str, str]:
    """`CODE=REASON` as --waive takes it, → `licenses.waived`. Raises InputError where either is missing."""
    found = {}
    for text in given:
        code, _, reason = text.partition("=")
        if not code.strip() or not reason.strip():
            raise _without_reason(f"--waive {text}")
        found[code.strip()] = reason.strip()
    return found


def _waivers(waived: Mapping[str, str]) -> dict[str, str]:
    """Each reason under its conflict's code, however the licence was spelled."""
    found = {}
    for code, reason in waived.items():
        if not reason.strip():
            raise _without_reason(f"licenses.waived.{code}")
        known = read_license(code)
        found[known[0].id if len(known) == 1 else code] = reason.strip()
    return found


def _without_reason(where: str) -> InputError:
    return InputError(
        where, "gives no reason, and a conflict of licences is accepted only with one",
        mend="write CODE=REASON: --waive 'CC-BY-NC-4.0=research only, never sold'",
        mend_ko="코드=까닭 꼴로 쓰세요: --waive 'CC-BY-NC-4.0=연구에만 쓰고 팔지 않습니다'",
    )  # fmt: skip


def _binding(facts: SourceFacts) -> tuple[License, ...]:
    """The rows' own licences, and what their terms and their generator's add, each once."""
    found = list(read_license(facts.license))
    if facts.model:
        # The provider's name says nothing: openai:standin is no model of OpenAI's, openai/gpt-oss-20b is Apache-2.0.
        found += find_licenses(facts.model.replace(":", "/").rpartition("/")[2])
    asked = Asks(0)
    for license_ in found:
        asked |= license_.asks
    for terms in (facts.terms, facts.generator_terms):
        if terms:  # what a licence by name asks already is no second conflict
            found += [license_ for license_ in read_terms(terms) if license_.asks & ~asked]
    return tuple({license_.id: license_ for license_ in found}.values())


def _why(license_: License) -> tuple[str, str]:
    if license_.asks & Asks.UNKNOWN:
        return _UNSTATED if license_ == NOASSERTION else _UNKNOWN
    reasons = [text for ask, text in _WHY.items() if license_.asks & ask]
    return "; ".join(english for english, _ in reasons), " ".join(f"{korean}." for _, korean in reasons)


def _mixed(bound: Sequence[_Bound]) -> list[tuple[_Bound, License]]:
    """Every share-alike licence and what may not stand beside it; nothing where all may be combined."""
    each = [(one, license_) for one in bound for license_ in one.licenses]
    shared = [pair for pair in each if pair[1].asks & Asks.SHAREALIKE]
    families = {license_.family for _, license_ in shared}
    allowed = Asks.ATTRIBUTION | Asks.SHAREALIKE | Asks.UNKNOWN
    if shared and all(license_.asks & Asks.NONCOMMERCIAL for _, license_ in shared):
        allowed |= Asks.NONCOMMERCIAL  # CC BY-NC rows may become part of CC BY-NC-SA
    barred = [pair for pair in each if pair[1].asks & ~allowed]
    return (
        [*shared, *(pair for pair in barred if pair not in shared)] if len(families) > 1 or (shared and barred) else []
    )


def _conflict(
    code: str, why: tuple[str, str], pairs: Sequence[tuple[_Bound, License]], waived: str | None
) -> Conflict:  # fmt: skip
    rows = {id(one): one.facts.rows for one, _ in pairs}  # rows bound twice by one code count once
    return Conflict(
        code, *why,
        licenses=tuple(sorted({license_.id for _, license_ in pairs})),
        sources=tuple(sorted({one.facts.source for one, _ in pairs})),
        rows=sum(rows.values()), url=pairs[0][1].url if code != SHARE_ALIKE else "", waived=waived,
    )  # fmt: skip


def _attribution(one: _Bound) -> str:
    """`koculture: CC-BY-NC-SA-4.0 (https://…), stated by its page`."""
    names = " and ".join(f"{own.id} ({own.url})" if own.url else own.id for own in one.licenses if own.asks)
    return f"{one.facts.source}: {names}" + (f", stated by {one.facts.stated_by}" if one.facts.stated_by else "")
