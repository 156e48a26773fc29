"""Figures of a manifest by name: `leaks.shared_documents` is a path into it, `target_share` is worked out of it."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from curation.checks.derived import DERIVED, Figure, Value, share
from curation.errors import InputError
from curation.report.names import PERSONAL
from curation.rules import RULES

_Manifest = Mapping[str, Any]
_BY_REASON = "dropped_share"
# Names that a manifest may lack, because nothing of the kind was found, or measured; all others every manifest has.
_MAY_BE_ABSENT = re.compile(
    "|".join(
        [
            r"statistics[.](all|train|valid|test)[.](chars|tokens)[.](user|assistant)[.]p(05|25|50|75|95)",
            r"statistics[.](all|train|valid|test)[.]polite_style[.](hapsyo|haeyo|both|none)",
            rf"personal_data[.]({'|'.join(PERSONAL)})[.](hidden|left|rows)",
            rf"steps[.]rules[.]reasons[.]({'|'.join(rule.reason for rule in RULES)})",
            r"steps[.]repeats[.]reasons[.](exact|near)_repeat",
            r"edits[.][^.]+[.](rows|edits)",
            r"repeats[.]cluster_sizes[.]\d+",
            r"semantic_repeats[.].+",
            r"run[.](peak_workers_rss_bytes|(steps_s|steps_peak_rss_bytes)[.].+)",
        ]
    )
)


def measure(manifest: _Manifest, name: str) -> Figure:
    """The figure of this name. Raises InputError, with a guess, where no dataset has it or it is a table."""
    if name in DERIVED:
        return DERIVED[name](manifest)
    if name.startswith(f"{_BY_REASON}."):
        return _dropped_for(manifest, name.removeprefix(f"{_BY_REASON}."))
    return Figure(_follow(manifest, name))


def figure_names(manifest: _Manifest) -> list[str]:
    """Every name that `measure` knows for this manifest."""
    by_reason = (f"{_BY_REASON}.{reason}" for reason in _reasons(manifest))
    return list(dict.fromkeys([*DERIVED, *by_reason, *_leaves(_tree(manifest))]))


def _dropped_for(manifest: _Manifest, reason: str) -> Figure:
    """Of all rows read, those that went for one reason."""
    if reason not in _reasons(manifest):
        raise _unknown(manifest, f"{_BY_REASON}.{reason}")
    gone = sum(step["reasons"].get(reason, 0) for step in manifest["steps"])
    return share(gone, manifest["steps"][0]["in"])


def _reasons(manifest: _Manifest) -> list[str]:
    """The reasons a row can fall for: those of the rules, of the later steps, and what this dataset's lines say."""
    later = ["exact_repeat", "near_repeat", "in_evaluation", "bridges_split"]
    told = [reason for step in manifest["steps"] for reason in step["reasons"]]
    return list(dict.fromkeys([*(rule.reason for rule in RULES), *later, *told]))


def _tree(manifest: _Manifest) -> dict[str, Any]:
    """The manifest with its steps by name: `steps.rules.dropped`."""
    return {**manifest, "steps": {step["step"]: step for step in manifest["steps"]}}


def _follow(manifest: _Manifest, name: str) -> Value | None:
    here: Any = _tree(manifest)
    for part in name.split("."):
        if not isinstance(here, Mapping) or part not in here:
            if _MAY_BE_ABSENT.fullmatch(name):
                return None
            raise _unknown(manifest, name)
        here = here[part]
    if here is None or isinstance(here, int | float | str):
        return here
    if _is_words(here):
        return list(here)
    inside = ", ".join(list(_leaves(here, f"{name}."))[:5])
    raise InputError(
        name, "is a table of figures, no figure",
        mend=f"name one of its figures: {inside}" if inside else "name a figure, such as rows.kept",
        mend_ko=f"그 안의 수치를 지정하세요: {inside}" if inside else "rows.kept 같은 수치를 지정하세요",
    )  # fmt: skip


def _leaves(tree: object, prefix: str = "") -> Iterator[str]:
    """The paths of what can be compared: numbers, words and lists of words."""
    if isinstance(tree, Mapping):
        for name, below in tree.items():
            yield from _leaves(below, f"{prefix}{name}.")
    elif isinstance(tree, int | float | str) or (tree and _is_words(tree)):
        yield prefix.removesuffix(".")


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _unknown(manifest: _Manifest, name: str) -> InputError:
    known = figure_names(manifest)
    near = difflib.get_close_matches(name, known, n=1)
    return InputError(
        name, "is no figure of a dataset" + (f"; did you mean {near[0]}?" if near else ""),
        mend=f"write a path into the manifest such as splits.test.rows, {_BY_REASON}.REASON, or one of "
        + ", ".join(name for name in DERIVED if not name.startswith("leaks.")),
        mend_ko=f"splits.test.rows 같은 매니페스트 경로나 {_BY_REASON}.까닭, 또는 위에 적힌 이름을 쓰세요",
    )  # fmt: skip
