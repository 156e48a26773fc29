"""The story: read → tag → judge → find repeats → keep clear of evaluation sets → deal. No row vanishes on the way.

Steps are functions over shards (`curation/steps.py`), run by an engine; between them only columns of numbers and keys
are held, so that memory grows by some hundred bytes a row, whatever the rows say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.asked import Asked
from curation.components import components
from curation.dataset.numbering import Numbering, number_rows
from curation.dataset.verdicts import Verdicts, drop, drop_many, no_verdicts
from curation.dedup.prove import Proven
from curation.engine.local import Engine, Rows
from curation.engine.parts import Part, read_part
from curation.leaks.dealing import SPLITS
from curation.leaks.decontamination import Contamination, gather
from curation.leaks.leakage import NOWHERE, Dealt
from curation.leaks.nearest import Nearest
from curation.leaks.table import COLUMNS as LEAK_COLUMNS
from curation.leaks.table import LeakTable, measure_leaks
from curation.passes import OnStep, draw, judge, read_and_tag, sign_releases
from curation.proposals import find_repeats, find_twins
from curation.recipes.schema import CurationRecipe
from curation.settling import deal_rows, drop_repeats, split_of_row
from curation.sources.reading import check_budget

# What is held of every row that came to the rules.
FACTS = (
    "row", "source", "license", "generator", "user_level", "assistant_level", "assistant_style",
    "user_chars", "assistant_chars", "user_tokens", "assistant_tokens", "reason",
    *(f"{role}_{script}_share" for role in ("user", "assistant") for script in ("hangul", "latin", "digit", "other")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curated:
    """What a run found, before anything is written.

    `tagged` and `judged` are parts of the same rows, in file order. Arrays are by row number: `clusters` and `groups`
    hold the smallest number of the rows that a row repeats, or has to share a split with.
    """

    tagged: list[Part]
    judged: list[Part]
    rows: Rows
    numbering: Numbering
    facts: pa.Table
    verdicts: Verdicts
    clusters: NDArray[np.int64]
    groups: NDArray[np.int64]
    proven: Proven
    templates: list[dict[str, Any]]
    dealt: Dealt
    contamination: Contamination
    nearest: Nearest
    leaks: LeakTable

    @property
    def broken(self) -> list[dict[str, Any]]:
        """The broken lines, as they stand in `quarantine.jsonl`, in the order of files and lines."""
        return _broken(self.tagged)

    @property
    def blank(self) -> int:
        """Blank lines; they are no rows."""
        return sum(part.note["blank"] for part in self.tagged)


def curate(
    asked: Asked,
    recipe: CurationRecipe,
    engine: Engine,
    *,
    on_refused: Callable[[Sequence[Mapping[str, Any]]], None],
    on_read: Callable[[Sequence[Part]], None],
    on_step: OnStep,
) -> Curated:
    """Everything but the writing. Raises InputError where nothing was read or too much was broken (`on_refused`).

    `on_read` is shown the tagged parts before the rest is done.
    """
    tagged = read_and_tag(asked, engine, on_step)
    total = sum(part.rows for part in tagged)
    broken = _broken(tagged)
    check_budget(broken, total + len(broken), recipe.read, on_refused=on_refused)
    on_read(tagged)

    numbering = number_rows(pa.concat_tables(read_part(part, ["digest"]) for part in tagged)["digest"])
    verdicts = no_verdicts(total)
    draw(asked.sample, recipe.seed, tagged, numbering, verdicts)
    judged = judge(asked, recipe, engine, tagged, numbering, verdicts, on_step)
    facts = pa.concat_tables(map(_facts, judged)).sort_by("row")
    fallen = facts.filter(pc.is_valid(facts["reason"]))
    drop_many(verdicts, "rules", fallen["row"].to_numpy(), fallen["reason"].to_numpy(zero_copy_only=False))

    earlier = sign_releases(asked, recipe, engine, total, on_step)
    engine.rest()
    rows = Rows([*judged, *earlier], total + sum(part.rows for part in earlier))
    standing = np.ones(rows.size, dtype=np.bool_)
    standing[:total] = verdicts.is_kept
    on_step("find repeats", 0, int(standing.sum()))
    proven, templates = find_repeats(asked, recipe, engine, rows, standing)

    on_step("find leaks", 0, int(standing.sum()))
    told = (read_part(part, ["row", "given_away"]) for part in judged)
    contamination = gather(told, verdicts.is_kept, judged[0].note["evaluation"])
    twins, nearest = find_twins(recipe, engine, rows, standing)
    on_step("deal", 0, int(standing.sum()))
    given_away = contamination.because if recipe.leaks.drop_evaluation else {}
    standing[list(given_away)] = False
    dealt = deal_rows(recipe, rows, standing, twins, earlier)
    if recipe.repeats.drop_by != "none":
        drop_repeats(verdicts, proven, dealt, facts, recipe, numbering, rows, earlier)
    for row, because in given_away.items():
        drop(verdicts, "leaks", row, "in_evaluation", because)
    for row, because in dealt.because.items():
        drop(verdicts, "split", row, "bridges_split", because)
    split = split_of_row(dealt, rows.size)
    split[:total][~verdicts.is_kept] = NOWHERE
    verdicts.split[:] = split[:total]

    clusters = components(rows.size, np.stack([proven.left, proven.right], axis=1))
    groups = np.arange(rows.size)
    groups[dealt.row] = dealt.group
    leaks = measure_leaks(_kept(judged, verdicts), twins, split)
    return Curated(
        tagged, judged, rows, numbering, facts, verdicts, clusters, groups,
        proven, templates, dealt, contamination, nearest, leaks,
    )  # fmt: skip


def _facts(part: Part) -> pa.Table:
    """What the driver holds of a part's rows: numbers, and words in dictionaries."""
    table = read_part(part, [*FACTS, "evidence"])
    grounded = pc.greater(pc.list_value_length(table["evidence"]), 0)
    return table.select(list(FACTS)).append_column("has_evidence", grounded)


def _kept(judged: Sequence[Part], verdicts: Verdicts) -> Iterator[pa.Table]:
    """The kept rows as the leak table takes them: what is counted is what is written."""
    names = pa.array(SPLITS)
    for part in judged:
        rows = read_part(part, [name for name in LEAK_COLUMNS if name != "split"])
        rows = rows.filter(pa.array(verdicts.is_kept[rows["row"].to_numpy()]))
        split = verdicts.split[rows["row"].to_numpy()]
        yield rows.append_column("split", names.take(pa.array(split)))


def _broken(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [line for part in parts for line in part.note["broken"]]
