"""The story: read → tag → find repeats → judge → split → write. No row vanishes on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from curation.dedup.repeats import choose_kept, cluster_ids, find_repeats
from curation.engine.local import map_shards
from curation.inputs import InputFile
from curation.korean.kiwi import content_morphemes
from curation.leakage import deal, measure_leaks, split_groups
from curation.ledger import check_accounts, count_steps, make_ledger
from curation.reading import Broken, check_budget, read
from curation.recipes.schema import CurationRecipe
from curation.rules import judge
from curation.tags import tag
from curation.twins import content_keys, find_twins
from curation.verdicts import best_first, give_verdicts

OnStep = Callable[[str, int, int], None]  # step, rows done, rows in all


@dataclass(frozen=True, slots=True)
class Curated:
    """What a run found, before anything is written: the kept rows with all columns, the ledger, the broken lines."""

    kept: pa.Table
    ledger: pa.Table
    broken: list[Broken]
    blank: int
    steps: list[dict[str, Any]]
    leaks: dict[str, int]


def curate(
    files: Sequence[InputFile],
    recipe: CurationRecipe,
    *,
    words: tuple[str, ...] = (),
    limit: int | None = None,
    on_refused: Callable[[Sequence[Broken]], None],
    on_step: OnStep,
) -> Curated:
    """Everything but the writing. Raises InputError where nothing was read or too much was broken (`on_refused`)."""
    on_step("read", 0, len(files))
    reading = read(files, recipe.read, limit=limit)
    check_budget(reading, recipe.read, on_refused=on_refused)

    total = reading.rows.num_rows
    rows = map_shards(reading.rows, partial(tag, words=words), on_rows=lambda done: on_step("tag", done, total))
    ids = rows["row_id"].to_pylist()

    on_step("find repeats", 0, total)
    analyse = partial(content_morphemes, words=words)
    repeats = find_repeats(rows, recipe.repeats, analyse)
    rows = rows.append_column("cluster_id", pa.array(cluster_ids(ids, repeats), pa.string()))

    on_step("judge", 0, total)
    drops = [judge(tags, recipe) if recipe.rules.enabled else None for tags in rows.to_pylist()]
    standing = [row for row, drop in enumerate(drops) if drop is None]

    on_step("split", 0, len(standing))
    rest = rows.take(pa.array(standing, pa.int64()))
    questions, evidence, rest_ids = (rest[name].to_pylist() for name in ("question", "evidence", "row_id"))
    content = analyse(questions)
    twins = find_twins(questions, content, recipe.repeats)
    dealt = dict(zip(standing, deal(evidence, twins, rest_ids, recipe.split, recipe.seed), strict=True))
    gone = choose_kept(
        repeats if recipe.repeats.drop else [],
        best_first(rows, standing, recipe.target_answer),
        may_stay=lambda row: dealt[row].split is not None,
    )
    verdicts = give_verdicts(ids, drops, dealt, gone)

    stays = [verdicts[row].verdict == "keep" for row in standing]
    groups = split_groups([spans if keep else [] for spans, keep in zip(evidence, stays, strict=True)], twins, rest_ids)
    kept = (
        rest.append_column("split_group", pa.array(groups, pa.string()))
        .append_column("question_content", pa.array(content_keys(questions, content), pa.string()))
        .append_column("split", pa.array([verdicts[row].split for row in standing], pa.string()))
        .filter(pa.array(stays, pa.bool_()))
    )
    ledger = make_ledger(rows, verdicts, reading.broken)
    steps = count_steps(ledger)
    check_accounts(steps, read=total + len(reading.broken), kept=kept.num_rows)
    return Curated(kept, ledger, reading.broken, reading.blank, steps, measure_leaks(kept))
