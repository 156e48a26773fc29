"""What two manifests say otherwise: settings, inputs, versions, figures; and which of it bears on a reason to drop."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from curation.releases.changes import Differs, Kind
from curation.rules import RULES

_CODE = "curation_sha256"
_OF_ROWS = ("levels", "sentences", "doubtful")
_ASKED = ("words", "tokenizer", "evaluation", "pseudonym_key", "limit", "sample", "against", "semantic")
_COUNTED = ("licenses.", "sources.", "personal_data.", "edits.")  # blocks in which what was not found is not named
# What decides beside a rule's own switch and limits; a prefix stands for all below it.
_KIWI = ("words", "kiwipiepy", "kiwipiepy_model")
_OF_REASON: dict[str, tuple[str, ...]] = {
    rule.reason: (
        *(f"rules.{name}" for name in (*rule.limits, rule.switch) if name),
        *(("target_answer", *_KIWI) if "assistant_level" in rule.shows else ()),
    )
    for rule in RULES
}
_OF_REASON["many_tokens"] += ("tokenizer",)
_OF_REASON["personal_data"] += ("rules.pii",)
_OF_REASON["neutral_answer"] += ("rules.keep_neutral_answers",)
_OF_STEP = {
    "read": ("read.", _CODE),
    "sample": ("sample", "seed", "limit"),
    "rules": ("rules.enabled", _CODE),
    # Which of two rows stays hangs on the target and on the order of the sources.
    "repeats": ("repeats.", "against", "target_answer", "read.sources", *_KIWI, "minhash", _CODE),
    "leaks": ("leaks.drop_evaluation", "leaks.evaluation", "leaks.threshold", "evaluation", *_KIWI, _CODE),
    "split": ("split.", "seed", "leaks.", "against", *_KIWI, _CODE),
}
_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "came": ("limit", "read."),
    "went": ("limit", "read."),
    "moved": _OF_STEP["split"],
    "mended": (
        *(f"rules.{name}" for name in ("enabled", "special", "damaged", "wrong_level", "polite_style", "pii")),
        "target_answer", "pseudonym_key", *_KIWI, _CODE,
    ),
    "relabelled": (*_KIWI, _CODE),
}  # fmt: skip


def setting_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Differs]:
    """Keys of the recipe (`rules.min_answer_chars`) and what else the two runs were asked for, where they differ."""
    return _differing("setting", _settings(old), _settings(new))


def input_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Differs]:
    """Inputs that came, went or changed: their SHA-256 by name."""
    return _differing("input", *({file["name"]: file["sha256"] for file in data["inputs"]} for data in (old, new)))


def version_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Differs]:
    """Versions of code and libraries that differ."""
    return _differing("version", old["versions"], new["versions"])


def figure_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Differs]:
    """Figures of the manifests that differ, by where they stand: `steps.rules.dropped`, `splits.train.rows`.

    A figure that counts what was found (a reason, a licence, a kind of personal data) is 0 where nothing was.
    """
    return _differing("figure", *_with_zeros(dict(_figures(old)), dict(_figures(new))))


def causes(kind: Kind, fates: tuple[str | None, str | None], found: Sequence[Differs]) -> list[Differs]:
    """Of what differs, that which bears on rows of this kind of change, or on a reason (STEP/REASON) in its fates."""
    keys = set(_OF_KIND.get(kind, ()))
    for step, slash, reason in (fate.partition("/") for fate in fates if fate and kind not in ("came", "went")):
        if slash:
            keys.update(_OF_STEP.get(step, ()), _OF_REASON.get(reason, ()))
    bearing = [one for one in found if any(_fits(one.key, key) for key in keys)]
    # That some line of the code differs explains little beside a setting or another Kiwi.
    return [one for one in bearing if one.key != _CODE] or bearing


def _fits(name: str, key: str) -> bool:
    return name.startswith(key) if key.endswith(".") else name == key


def _settings(data: Mapping[str, Any]) -> dict[str, Any]:
    recipe = {key: value for key, value in data["recipe"].items() if key != "sha256"}
    return {**dict(_flat(recipe)), **{key: data.get(key) for key in _ASKED}}


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested tables by their dotted keys; a list is a leaf."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _figures(data: Mapping[str, Any]) -> Iterator[tuple[str, int | float]]:
    blocks = {
        "steps": {step["step"]: step for step in data["steps"]},
        "splits": data["splits"],
        "statistics": {"all": {key: data["statistics"]["all"].get(key, {}) for key in _OF_ROWS}},
        "leaks": data["leaks"],
        "repeats": {key: value for key, value in data["repeats"].items() if not isinstance(value, Mapping)},
        "decontamination": {one["name"]: one for one in data["decontamination"]},
        "licenses": _rows_by(data["sources"], "license"),
        "sources": _rows_by(data["sources"], "source"),
        "personal_data": data.get("personal_data", {}),
        "edits": data.get("edits", {}),
        "blank_lines": data["blank_lines"],
    }
    for key, value in _flat(blocks):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield key, value


def _with_zeros(
    old: dict[str, int | float], new: dict[str, int | float]
) -> tuple[dict[str, int | float], dict[str, int | float]]:
    counted = {key for key in {*old, *new} if key.startswith(_COUNTED) or ".reasons." in key}
    zeros: dict[str, int | float] = dict.fromkeys(sorted(counted), 0)
    return {**zeros, **old}, {**zeros, **new}


def _rows_by(sources: Sequence[Mapping[str, Any]], key: str) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for one in sources:
        if one[key] is not None:
            rows[one[key]] += one["rows_kept"]
    return dict(rows)


def _differing(
    what: Literal["setting", "input", "version", "figure"], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Differs]:
    """By name; equal values, and what stands in neither, are left out."""
    names = sorted({*old, *new})
    return [Differs(what, name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
