"""The rows behind a figure: those that a failing check means, named from the shards, the ledger or the manifest."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.checks.checks import Check, Outcome
from curation.columns import holds_any, list_owners, numbers, one_array, says
from curation.dataset.ledger import each_ledger_block, has_ledger
from curation.dataset.shards import each_group
from curation.leaks.dealing import SPLITS
from curation.licensing.spdx import NOASSERTION
from curation.manifest import Manifest
from curation.mending.edits import PERSONAL

NAMED = 20  # rows of a failing check, at most
_Hits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Named:
    """The first rows behind a figure and how many there are beside them; no rows where the figure is of no rows.

    A row is named by its `row_id`, or by `FILE:LINE` where it could not be read; two that belong together as
    `row_id ~ row_id (train/test)`.
    """

    rows: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A check that did not pass, the manifest, and the parts of the figure's name."""

    check: Check
    manifest: Mapping[str, Any]
    of: Mapping[str, str]


_Finds = Callable[[pa.Table, _Asked], _Hits]


def rows_behind(dataset: Manifest, outcome: Outcome) -> Named:
    """The rows of a dataset that a check which did not pass means, the first `NAMED` in the order of the files.

    Where a number is too great or too small these are the rows counted; where names are not the ones allowed, the rows
    that have them.
    """
    folder, manifest = dataset.folder, dataset.data
    for pattern, columns, finds in _KEPT:
        if found := re.fullmatch(pattern, outcome.figure):
            asked = _Asked(outcome.check, manifest, found.groupdict())
            return _first(_kept(folder, [column.format(**asked.of) for column in columns], finds, asked))
    for pattern, columns, finds in _ENTERED:
        if found := re.fullmatch(pattern, outcome.figure):
            if not has_ledger(folder):  # a folder of the Hub: what was dropped has no name there
                return Named([], 0)
            return _first(_entered(folder, columns, finds, _Asked(outcome.check, manifest, found.groupdict())))
    listed = _listed(outcome.figure, manifest)
    return Named(listed[:NAMED], _count_listed(outcome.figure, manifest, listed))


def _first(blocks: Iterable[pa.ChunkedArray]) -> Named:
    """The first names, block after block; no more of them are held."""
    named: list[str] = []
    total = 0
    for names in blocks:
        total += len(names)
        named += names.slice(0, NAMED - len(named)).to_pylist()
    return Named(named, total - len(named))


def _kept(folder: Path, columns: Sequence[str], finds: _Finds, asked: _Asked) -> Iterator[pa.ChunkedArray]:
    """The `row_id` of kept rows, of the split in the figure's name or of all."""
    split = asked.of.get("split", "all")
    for name in SPLITS if split == "all" else [split]:
        for rows in each_group(folder, name, ["row_id", *columns]):
            yield rows["row_id"].filter(pa.array(finds(rows, asked)))


def _entered(folder: Path, columns: Sequence[str], finds: _Finds, asked: _Asked) -> Iterator[pa.ChunkedArray]:
    """The names of lines of the ledger."""
    for lines in each_ledger_block(folder, ["row_id", "file", "position", *columns]):
        found = lines.filter(pa.array(finds(lines, asked)))
        place = pc.binary_join_element_wise(found["file"], pc.cast(found["position"], pa.string()), ":")
        yield pc.coalesce(found["row_id"], place)


def _listed(figure: str, manifest: Mapping[str, Any]) -> list[str]:
    """What the manifest itself names: pairs on two sides, a row of each oversized group."""
    if figure == "largest_group_share":
        return [group["row_id"] for group in manifest["oversized_groups"]]
    pairs = manifest["leaks_shared"].get(_leak(figure), [])
    return [f"{one['left']} ~ {one['right']} ({'/'.join(one['splits'])})" for one in pairs]


def _count_listed(figure: str, manifest: Mapping[str, Any], listed: Sequence[str]) -> int:
    """How many more there are than are listed; keys shared by splits, for pairs."""
    total = manifest["leaks"].get(_leak(figure), len(listed))
    return max(0, int(total) - len(listed[:NAMED]))


def _leak(figure: str) -> str:
    return "shared_answers" if figure == "shared_answer_share" else figure.removeprefix("leaks.")


def _off_target(rows: pa.Table, asked: _Asked) -> _Hits:
    return ~says(rows, "assistant_level", asked.manifest["target_answer"], "neutral")


def _at_level(rows: pa.Table, asked: _Asked) -> _Hits:
    hits = np.ones(rows.num_rows, dtype=np.bool_)
    for role in asked.of.keys() & {"user", "assistant"}:
        hits &= says(rows, f"{role}_level", asked.of[role])
    return hits


def _in_doubt(rows: pa.Table, asked: _Asked) -> _Hits:
    """Where the least sure sentence is below the manifest's bound; the column is of the role that is asked about."""
    bound: float = asked.manifest["statistics"]["doubtful_below"]
    return numbers(rows, rows.column_names[-1]) < bound


def _beyond(rows: pa.Table, asked: _Asked) -> _Hits:
    """Longer than the check allows, or shorter."""
    lengths, check = numbers(rows, f"{asked.of['role']}_{asked.of['measure']}"), asked.check
    return lengths > check.at_most if check.at_most is not None else lengths < (check.at_least or -np.inf)


def _speaks(rows: pa.Table, asked: _Asked) -> _Hits:
    column = f"{asked.of['role']}_sentence_levels"
    return _holds(rows, column, one_array(rows[column]).flatten(), asked.of["level"])


def _personal(rows: pa.Table, asked: _Asked) -> _Hits:
    """With personal data of the kind in the figure's name, or of any; a pseudonym looks like what it stands for."""
    if asked.manifest["recipe"]["rules"]["pii"] == "pseudonym":
        return np.zeros(rows.num_rows, dtype=np.bool_)
    if asked.of["kind"] is None:
        return holds_any(rows, "pii")
    return _holds(rows, "pii", pc.struct_field(one_array(rows["pii"]).flatten(), "kind"), asked.of["kind"])


def _holds(rows: pa.Table, column: str, values: pa.Array, wanted: str) -> _Hits:
    """Where one of a list's values (of all lists: `values`) is the one wanted."""
    hits = np.zeros(rows.num_rows, dtype=np.bool_)
    hits[list_owners(one_array(rows[column]))[pc.equal(values, wanted).to_numpy(zero_copy_only=False)]] = True
    return hits


def _repeats_another(rows: pa.Table, asked: _Asked) -> _Hits:
    """All rows of a cluster but the one it is named after."""
    return np.asarray(pc.not_equal(rows["row_id"], rows["cluster_id"]).to_numpy(), dtype=np.bool_)


def _other_license(rows: pa.Table, asked: _Asked) -> _Hits:
    allowed = pa.array(asked.check.within or [], pa.string())
    return np.asarray(pc.invert(pc.is_in(rows["license"], allowed)).to_numpy(), dtype=np.bool_)


def _fell(lines: pa.Table, asked: _Asked, verdict: str | None = None) -> _Hits:
    """At the step and for the reason in the figure's name, as far as it names them."""
    hits = says(lines, "verdict", verdict) if verdict else ~says(lines, "verdict", "keep")
    for key in asked.of.keys() & {"step", "reason"}:
        hits &= says(lines, key, asked.of[key])
    return hits


def _edited(lines: pa.Table, asked: _Asked) -> _Hits:
    """Kept, and mended for the reason in the figure's name; it may stand beside others: `width+pii:phone`."""
    why = asked.of.get("why") or f"{PERSONAL}{asked.of['hidden']}"
    # Canonical JSON: a quotation mark inside a text has a backslash before it, and this is no text.
    made = pc.match_substring_regex(lines["because"], rf'"why":"([\w:]+\+)*{re.escape(why)}["+]')
    return np.asarray(made.to_numpy(), dtype=np.bool_) & says(lines, "verdict", "keep")


_IN = "statistics[.](?P<split>all|train|valid|test)"
_ROLE = "(?P<role>user|assistant)"
# The figure's name, the columns of a shard that tell, and which rows are meant.
_KEPT: tuple[tuple[str, tuple[str, ...], _Finds], ...] = (
    ("target_share", ("assistant_level",), _off_target),
    ("(?P<assistant>mixed|neutral)_answer_share", ("assistant_level",), _at_level),
    (rf"{_IN}[.]levels[.](?P<user>\w+)[.](?P<assistant>\w+)", ("user_level", "assistant_level"), _at_level),
    (rf"{_IN}[.]sentences[.]{_ROLE}[.](?P<level>\w+)", ("{role}_sentence_levels",), _speaks),
    ("doubtful_answer_share", ("assistant_level_confidence",), _in_doubt),
    ("doubtful_question_share", ("user_level_confidence",), _in_doubt),
    (rf"{_IN}[.]doubtful[.]{_ROLE}", ("{role}_level_confidence",), _in_doubt),
    (rf"{_IN}[.](?P<measure>chars|tokens)[.]{_ROLE}[.]p\d+", ("{role}_{measure}",), _beyond),
    (r"personal_data_left|personal_data[.](?P<kind>\w+)[.]left", ("pii",), _personal),
    ("repeats_left_share", ("cluster_id",), _repeats_another),
    ("unlicensed_rows", ("license",), lambda rows, asked: says(rows, "license", NOASSERTION.id)),
    ("licenses", ("license",), _other_license),
)
_FATE = ("verdict", "step", "reason")
# The figure's name, the columns of the ledger that tell, and which lines are meant.
_ENTERED: tuple[tuple[str, tuple[str, ...], _Finds], ...] = (
    ("bridges_share", _FATE, lambda lines, asked: says(lines, "step", "split")),
    ("rows[.]dropped_share", _FATE, lambda lines, asked: _fell(lines, asked, "drop") & ~says(lines, "step", "sample")),
    ("rows[.]quarantined_share", _FATE, lambda lines, asked: _fell(lines, asked, "quarantine")),
    ("dropped_share[.](?P<reason>.+)", _FATE, _fell),
    (r"steps[.](?P<step>\w+)[.]dropped", _FATE, lambda lines, asked: _fell(lines, asked, "drop")),
    (r"steps[.](?P<step>\w+)[.]quarantined", _FATE, lambda lines, asked: _fell(lines, asked, "quarantine")),
    (r"steps[.](?P<step>\w+)[.]reasons[.](?P<reason>.+)", _FATE, _fell),
    (r"edits[.](?P<why>[\w:]+)[.](edits|rows)", ("verdict", "because"), _edited),
    (r"personal_data[.](?P<hidden>\w+)[.]hidden", ("verdict", "because"), _edited),
)
