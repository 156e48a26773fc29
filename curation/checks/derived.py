"""Figures that are worked out of several of a manifest's own: shares, sums, the greatest of some."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from curation.dataset.verdicts import STEPS
from curation.leaks.dealing import SPLITS
from curation.licensing.spdx import NOASSERTION

Value = int | float | bool | str | list[str]
_Manifest = Mapping[str, Any]
_MUST_NOT_LEAK = (
    "shared_documents", "shared_document_digests", "shared_questions", "shared_question_contents", "shared_twins",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What a name stands for in one manifest; None where this dataset has no such thing. `of` says how it came about.

    Shares are 0..1.
    """

    value: Value | None
    of: str = ""


def share(part: int, whole: int) -> Figure:
    """A share and the two counts it is made of; none where there is nothing to share."""
    return Figure(part / whole, f"{part:,} / {whole:,}") if whole else Figure(None)


def _unaccounted(manifest: _Manifest) -> Figure:
    """Rows that no step lists: all were kept, dropped or quarantined, at each step and in total."""
    steps = manifest["steps"]
    read, kept = steps[0]["in"], steps[-1]["out"]
    lost = sum(step["dropped"] + step["quarantined"] for step in steps)
    missing = sum(abs(step["in"] - step["out"] - step["dropped"] - step["quarantined"]) for step in steps)
    missing += sum(abs(one["out"] - following["in"]) for one, following in pairwise(steps))
    return Figure(missing, f"{read:,} = {kept:,} + {lost:,}")


def _kept(manifest: _Manifest) -> Figure:
    return Figure(int(manifest["steps"][-1]["out"]))


def _read(manifest: _Manifest) -> Figure:
    return Figure(int(manifest["steps"][0]["in"]))


def _dropped_share(manifest: _Manifest) -> Figure:
    """Of the rows that came to the rules, those dropped then or later; what --sample did not draw never came."""
    steps = manifest["steps"][STEPS.index("rules") :]
    return share(sum(step["dropped"] for step in steps), steps[0]["in"])


def _quarantined_share(manifest: _Manifest) -> Figure:
    """Of all lines, those that could not be read."""
    return share(sum(step["quarantined"] for step in manifest["steps"]), manifest["steps"][0]["in"])


def _target(manifest: _Manifest) -> Figure:
    """Of the answers, those in the level the recipe wants, and those without any; none where it wants none."""
    target = manifest["target_answer"]
    if target == "any":
        return Figure(None)
    counts = _answers(manifest)
    return share(counts[target] + counts["neutral"], sum(counts.values()))


def _answer_share(manifest: _Manifest, *, level: str) -> Figure:
    counts = _answers(manifest)
    return share(counts[level], sum(counts.values()))


def _doubtful(manifest: _Manifest, *, role: str) -> Figure:
    """Rows of which the analyser is least sure how a sentence of this role speaks."""
    found = manifest["statistics"]["all"]
    return share(found["doubtful"][role], found["rows"])


def _answers(manifest: _Manifest) -> dict[str, int]:
    """How many answers of the kept rows have which level."""
    cells = manifest["statistics"]["all"]["levels"].values()
    return {level: sum(row[level] for row in cells) for level in next(iter(cells))}


def _bridges(manifest: _Manifest) -> Figure:
    """Of the rows that came to the cut, those dropped for lying on both sides of it."""
    return share(manifest["steps"][-1]["dropped"], manifest["steps"][-1]["in"])


def _wanted(manifest: _Manifest) -> list[str]:
    return [name for name in SPLITS if manifest["recipe"]["split"][name] > 0]


def _empty_splits(manifest: _Manifest) -> Figure:
    empty = [name for name in _wanted(manifest) if manifest["splits"][name]["rows"] == 0]
    return Figure(len(empty), ", ".join(empty))


def _smallest_held_out(manifest: _Manifest) -> Figure:
    """Rows of the smaller of valid and test; none where the recipe wants neither."""
    rows = {name: manifest["splits"][name]["rows"] for name in _wanted(manifest) if name != "train"}
    return Figure(min(rows.values()), min(rows, key=lambda name: rows[name])) if rows else Figure(None)


def _split_off(manifest: _Manifest) -> Figure:
    """How far the share of a split lies from the one asked for, at most; none where no row was kept."""
    if not manifest["steps"][-1]["out"]:
        return Figure(None)
    pairs = {name: (manifest["recipe"]["split"][name], manifest["splits"][name]["share"]) for name in SPLITS}
    far = {name: abs(wanted - got) for name, (wanted, got) in pairs.items()}
    worst = max(far, key=lambda name: far[name])
    return Figure(round(far[worst], 6), f"{worst} {pairs[worst][0]:.1%} → {pairs[worst][1]:.1%}")


def _largest_group(manifest: _Manifest) -> Figure:
    """Share of the rows in the largest group that is too large to be dealt; 0 where none is."""
    return Figure(max((float(group["share"]) for group in manifest["oversized_groups"]), default=0.0))


def _repeats_left(manifest: _Manifest) -> Figure:
    """Of the kept rows, those that repeat another one and stay because the recipe drops no repeats."""
    if manifest["recipe"]["repeats"]["drop_by"] != "none":
        return Figure(0.0)
    extra = sum((int(size) - 1) * count for size, count in manifest["repeats"]["cluster_sizes"].items())
    return share(extra, manifest["steps"][-1]["out"])


def _shared_answers(manifest: _Manifest) -> Figure:
    """Different answers that stand in two splits, for each kept row."""
    return share(manifest["leaks"]["shared_answers"], manifest["steps"][-1]["out"])


def _evaluation_left(manifest: _Manifest) -> Figure:
    """Rows that give an evaluation item away and stay, because the recipe does not drop them; at most so many."""
    if manifest["recipe"]["leaks"]["drop_evaluation"]:
        return Figure(0)
    return Figure(sum(sum(one.get("rows", {}).values()) for one in manifest["decontamination"]))


def _evaluation_absent(manifest: _Manifest) -> Figure:
    """Evaluation sets that could not be looked at: ours lies in the project's clone, in no wheel."""
    return Figure([one["name"] for one in manifest["decontamination"] if "items" not in one])


def _personal_left(manifest: _Manifest) -> Figure:
    """Spans of personal data that stand in kept rows."""
    left = {kind: found["left"] for kind, found in manifest["personal_data"].items() if found["left"]}
    return Figure(sum(left.values()), ", ".join(f"{kind} {count:,}" for kind, count in left.items()))


def _unlicensed(manifest: _Manifest) -> Figure:
    """Rows that state no licence, and the reason given for taking them."""
    waived = [one["waived"] for one in manifest["rights"]["conflicts"] if one["code"] == NOASSERTION.id]
    rows = sum(one["rows_kept"] for one in manifest["sources"] if one["license"] == NOASSERTION.id)
    return Figure(rows, "; ".join(filter(None, waived)))


def _licenses(manifest: _Manifest) -> Figure:
    return Figure(sorted({one["license"] for one in manifest["sources"] if one["rows_kept"]}))


def _conflicts(manifest: _Manifest, *, waived: bool) -> Figure:
    """Codes of the conflicts of licences that were accepted with a reason, or stand; `unlicensed_rows` is another."""
    conflicts = [one for one in manifest["rights"]["conflicts"] if one["code"] != NOASSERTION.id]
    found = [one for one in conflicts if (one["waived"] is not None) == waived]
    return Figure([one["code"] for one in found], "; ".join(one["waived"] or one["why"] for one in found))


def _leak(manifest: _Manifest, *, key: str) -> Figure:
    """What stands in two splits; none where one split alone has rows, or a key of documents and no row names any."""
    splits = manifest["splits"].values()
    can_leak = sum(facts["rows"] > 0 for facts in splits) > 1
    is_named = "document" not in key or any(facts["documents"] for facts in splits)
    return Figure(int(manifest["leaks"][key])) if can_leak and is_named else Figure(None)


DERIVED: dict[str, Callable[[_Manifest], Figure]] = {
    "rows.read": _read,
    "rows.kept": _kept,
    "rows.unaccounted": _unaccounted,
    "rows.dropped_share": _dropped_share,
    "rows.quarantined_share": _quarantined_share,
    "target_share": _target,
    "mixed_answer_share": lambda manifest: _answer_share(manifest, level="mixed"),
    "neutral_answer_share": lambda manifest: _answer_share(manifest, level="neutral"),
    "doubtful_answer_share": lambda manifest: _doubtful(manifest, role="assistant"),
    "doubtful_question_share": lambda manifest: _doubtful(manifest, role="user"),
    "repeats_left_share": _repeats_left,
    **{f"leaks.{key}": partial(_leak, key=key) for key in _MUST_NOT_LEAK},
    "shared_answer_share": _shared_answers,
    "evaluation_rows_left": _evaluation_left,
    "evaluation_sets_absent": _evaluation_absent,
    "bridges_share": _bridges,
    "empty_splits": _empty_splits,
    "smallest_held_out_rows": _smallest_held_out,
    "split_off_share": _split_off,
    "largest_group_share": _largest_group,
    "personal_data_left": _personal_left,
    "unlicensed_rows": _unlicensed,
    "licenses": _licenses,
    "license_conflicts": lambda manifest: _conflicts(manifest, waived=False),
    "license_waivers": lambda manifest: _conflicts(manifest, waived=True),
}
