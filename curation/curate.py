"""The story: read → tag → judge → find repeats → keep clear of evaluation sets → deal. No row vanishes on the way.

Steps are functions over shards (`curation/steps.py`), run by an engine; between them only columns of numbers and keys
are held, so that memory grows by some hundred bytes a row, whatever the rows say.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.components import components
from curation.decontamination import Contamination, gather
from curation.dedup.buckets import bucket_pairs, exact_pairs
from curation.dedup.keep import Gone, choose_kept, quality_order
from curation.dedup.prove import Proven, prove
from curation.earlier import Release, earlier_shards
from curation.engine.local import Engine, PartJob, Rows, derived_key, partitions_for
from curation.engine.parts import Part, mark_cache, read_part
from curation.inputs import InputFile
from curation.korean.kiwi import content_morphemes
from curation.korean.kiwi import versions as kiwi_versions
from curation.leakage import NOWHERE, Dealt, deal, gather_facts
from curation.leaks.columns import one_array
from curation.leaks.dealing import SPLITS
from curation.leaks.evaluation import read_evaluation_sets
from curation.leaks.table import COLUMNS as LEAK_COLUMNS
from curation.leaks.table import LeakTable, measure_leaks
from curation.manifest import code_digest
from curation.numbering import Numbering, number_rows
from curation.reading import Chunk, check_budget, scan
from curation.recipes.schema import CurationRecipe
from curation.sampling import sample
from curation.steps import Tagging, judge_part, sign_earlier, tag_chunk
from curation.twins import prove_twins, twin_pairs
from curation.verdicts import Verdicts, drop, drop_many, no_verdicts

OnStep = Callable[[str, int, int], None]  # step, done, in all: bytes while reading, rows from then on
_ROW_BITS = 31
_TEMPLATE_ROWS, _TEMPLATES = 1_000, 10
_KEYS_A_ROW, _BYTES_A_KEY = 30, 16  # at most, about; a key and its row
# What the driver holds of every row that came to the rules.
FACTS = (
    "row", "source", "license", "generator", "user_level", "assistant_level", "assistant_style",
    "user_chars", "assistant_chars", "user_tokens", "assistant_tokens", "reason",
    *(f"{role}_{script}_share" for role in ("user", "assistant") for script in ("hangul", "latin", "digit", "other")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked for beside its recipe; `tags` is where tagged shards are kept between runs."""

    files: Sequence[InputFile]
    tagging: Tagging
    tags: Path
    limit: int | None = None
    sample: int | None = None
    releases: Sequence[Release] = ()


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
    on_step: OnStep,
) -> Curated:
    """Everything but the writing. Raises InputError where nothing was read or too much was broken (`on_refused`)."""
    evaluation = [one.sha256 for one in read_evaluation_sets(recipe.leaks.evaluation)]  # one that is broken is said now
    tagged = _read_and_tag(asked, engine, on_step)
    total = sum(part.rows for part in tagged)
    broken = _broken(tagged)
    check_budget(broken, total + len(broken), recipe.read, on_refused=on_refused)

    numbering = number_rows(_column(tagged, "digest"))
    verdicts = no_verdicts(total)
    _draw(asked.sample, recipe.seed, tagged, numbering, verdicts)
    judged = _judge(asked, recipe, engine, tagged, numbering, verdicts, evaluation, on_step)
    facts = pa.concat_tables(map(_facts, judged)).sort_by("row")
    fallen = facts.filter(pc.is_valid(facts["reason"]))
    drop_many(verdicts, "rules", fallen["row"].to_numpy(), fallen["reason"].to_numpy(zero_copy_only=False))

    earlier = _sign_earlier(asked, recipe, engine, total, on_step)
    engine.rest()
    rows = Rows([*judged, *earlier], total + sum(part.rows for part in earlier))
    standing = np.ones(rows.size, dtype=np.bool_)
    standing[:total] = verdicts.is_kept
    on_step("find repeats", 0, int(standing.sum()))
    proven, templates = _find_repeats(asked, recipe, engine, rows, standing)

    on_step("find leaks", 0, int(standing.sum()))
    came = np.flatnonzero(verdicts.is_kept)
    told = (read_part(part, ["row", "given_away"]) for part in judged)
    contamination = gather(told, verdicts.is_kept, judged[0].note["evaluation"])
    twins = _find_twins(recipe, engine, rows, standing)
    on_step("deal", 0, len(came))
    clear = np.setdiff1d(came, contamination.rows)
    standing[contamination.rows] = False
    dealt = _deal(recipe, rows, standing, twins, earlier)
    may_stay = np.zeros(total, dtype=np.bool_)
    may_stay[clear] = dealt.split[np.searchsorted(dealt.row, clear)] >= 0

    kept_anyway = np.arange(total, rows.size)
    if recipe.repeats.drop_by != "none":
        gone = choose_kept(proven, _best_first(facts, recipe, came), may_stay, kept_anyway)
        ids = _row_ids(numbering, rows, kept_anyway)
        for place, row in enumerate(gone.row.tolist()):
            drop(verdicts, "repeats", row, *_repeat(gone, place, ids))
    for row, because in contamination.because.items():
        drop(verdicts, "leaks", row, "in_evaluation", because)
    for row, because in dealt.because.items():
        drop(verdicts, "split", row, "bridges_split", because)
    mine = dealt.row < total
    verdicts.split[dealt.row[mine]] = dealt.split[mine]
    verdicts.split[~verdicts.is_kept] = -1

    clusters = components(rows.size, np.stack([proven.left, proven.right], axis=1))
    groups = np.arange(rows.size)
    groups[dealt.row] = dealt.group
    leaks = measure_leaks(_kept(judged, verdicts), twins, _split_of_row(verdicts, dealt, rows.size))
    return Curated(
        tagged, judged, rows, numbering, facts, verdicts, clusters, groups,
        proven, templates, dealt, contamination, leaks,
    )  # fmt: skip


def _read_and_tag(asked: Asked, engine: Engine, on_step: OnStep) -> list[Part]:
    """Every record of every file, tagged; what these settings and this code have tagged before is found again."""
    total = sum(file.size_bytes for file in asked.files)
    about = (code_digest(), asked.tagging.identity(), kiwi_versions())
    on_step("read and tag", 0, total)
    mark_cache(asked.tags)  # it holds the texts as they were, personal data and all
    parts: list[Part] = []
    done = 0
    made = engine.map(
        "tagged", _chunks(asked), partial(tag_chunk, tagging=asked.tagging),
        key=lambda chunk: derived_key(about, chunk.key), folder=asked.tags,
    )  # fmt: skip
    for part in made:
        parts.append(part)
        done += part.note["bytes"]
        on_step("read and tag", min(done, total), total)
    return parts


def _chunks(asked: Asked) -> Iterator[Chunk]:
    """The chunks of all files in their order, up to `limit` records."""
    left = asked.limit
    for file in asked.files:
        for chunk in scan(file, asked.tagging.read):
            if left is None:
                yield chunk
                continue
            if left > 0:
                yield chunk.first(left)
            left -= chunk.count
            if left <= 0:
                return


def _draw(wanted: int | None, seed: int, tagged: Sequence[Part], numbering: Numbering, verdicts: Verdicts) -> None:
    """Let all rows fall that `--sample` does not draw: strata are source and the speech levels of both roles."""
    if wanted is None:
        return
    names = ["source", "user_level", "assistant_level"]
    strata = pa.concat_tables(read_part(part, names) for part in tagged)
    joined = pc.binary_join_element_wise(*(strata[name] for name in names), "\t")
    left_out = numbering.numbers[~sample(joined, numbering.row_ids, wanted, seed)]
    drop_many(verdicts, "sample", left_out, np.full(len(left_out), "not_drawn", dtype=object))


def _judge(
    asked: Asked,
    recipe: CurationRecipe,
    engine: Engine,
    tagged: Sequence[Part],
    numbering: Numbering,
    verdicts: Verdicts,
    evaluation: Sequence[str],
    on_step: OnStep,
) -> list[Part]:
    """Every drawn row with its number, mended and judged, with the keys of repeats and twins."""
    total = len(numbering)
    about = (code_digest(), asked.tagging.identity(), recipe.model_dump(mode="json"), evaluation)
    step = partial(judge_part, recipe=recipe, tagging=asked.tagging)
    made = engine.map(
        "judged", _judge_jobs(tagged, numbering, verdicts), step,
        key=lambda job: derived_key(about, job.part.path.stem, job.beside_digest()),
    )  # fmt: skip
    parts: list[Part] = []
    done = 0
    on_step("judge", 0, total)
    for part, before in zip(made, tagged, strict=True):
        parts.append(part)
        done += before.rows
        on_step("judge", done, total)
    return parts


def _judge_jobs(tagged: Sequence[Part], numbering: Numbering, verdicts: Verdicts) -> Iterator[PartJob]:
    place = 0
    for part in tagged:
        here = slice(place, place + part.rows)
        place += part.rows
        numbers = numbering.numbers[here]
        drawn = pa.array(verdicts.is_kept[numbers])
        columns = {"row_id": numbering.row_ids[here], "row": pa.array(numbers), "drawn": drawn}
        yield PartJob(part, pa.table(columns))


def _sign_earlier(asked: Asked, recipe: CurationRecipe, engine: Engine, first: int, on_step: OnStep) -> list[Part]:
    """The rows of earlier releases, numbered from `first`, with what repeats and twins are found by."""
    if not asked.releases:
        return []
    on_step("earlier", 0, 0)
    about = (code_digest(), asked.tagging.identity(), recipe.model_dump(mode="json"))
    step = partial(sign_earlier, recipe=recipe, tagging=asked.tagging)
    shards = earlier_shards(asked.releases, first)
    made = engine.map("earlier", shards, step, key=lambda shard: derived_key(about, shard.digest, shard.first))
    return list(made)


def _facts(part: Part) -> pa.Table:
    """What the driver holds of a part's rows: numbers, and words in dictionaries."""
    table = read_part(part, [*FACTS, "evidence"])
    grounded = pc.greater(pc.list_value_length(table["evidence"]), 0)
    return table.select(list(FACTS)).append_column("has_evidence", grounded)


def _find_repeats(
    asked: Asked, recipe: CurationRecipe, engine: Engine, rows: Rows, standing: NDArray[np.bool_]
) -> tuple[Proven, list[dict[str, Any]]]:
    """The proven repeats among standing rows, and the largest templates.

    Of rows that repeat exactly one alone is compared further.
    """
    keys = pa.concat_tables(_where(table, standing) for table in rows.each(["row", "exact_key"]))
    exact = exact_pairs(keys["exact_key"], keys["row"].to_numpy())
    first = standing.copy()
    first[exact[:, 1]] = False
    proposed = list(_propose(engine, "repeats", rows, first, "bands", bucket_pairs))
    analyse = partial(content_morphemes, words=asked.tagging.words)
    proven = prove(np.concatenate([exact, _packed(proposed)]), rows.fetch, recipe.repeats, analyse)
    return proven, _templates(proposed, rows)


def _find_twins(recipe: CurationRecipe, engine: Engine, rows: Rows, standing: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The proven twins among standing rows; many pairs are proposed, so the questions are read into memory first."""
    pairs = _packed(_propose(engine, "twins", rows, standing, "twin_keys", twin_pairs))
    questions = rows.held(["question", "question_content"])
    return prove_twins(pairs, questions, recipe.leaks, engine.workers.in_order)


def _propose(
    engine: Engine,
    name: str,
    rows: Rows,
    standing: NDArray[np.bool_],
    column: str,
    pairs_of: Callable[[pa.Table], pa.Table],
) -> Iterator[pa.Table]:
    """Pairs of standing rows that share one of the keys in a column of lists, as `pairs_of` makes them."""
    tables = (_exploded(_where(table, standing), column) for table in rows.each(["row", column]))
    size = int(standing.sum()) * _KEYS_A_ROW * _BYTES_A_KEY
    return engine.shuffle(name, tables, pairs_of, partitions=partitions_for(size))


def _packed(proposed: Iterable[pa.Table]) -> NDArray[np.int64]:
    """Each pair once, shape `(n, 2)`; made as one number a pair, in a third of the time that unique rows take."""
    found = [table["left"].to_numpy() << _ROW_BITS | table["right"].to_numpy() for table in proposed]
    pairs = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
    return np.stack([pairs >> _ROW_BITS, pairs & ((1 << _ROW_BITS) - 1)], axis=1)


def _templates(proposed: Iterable[pa.Table], rows: Rows) -> list[dict[str, Any]]:
    """The most rows that share a band, and one of them by name: what a generator filled in a thousand times."""
    largest: Counter[int] = Counter()
    for table in proposed:
        big = table.filter(pc.greater(table["bucket_rows"], _TEMPLATE_ROWS))
        for line in big.group_by("bucket_rows").aggregate([("left", "min")]).to_pylist():
            first = line["left_min"]  # of a bucket the first row is paired with all others
            largest[first] = max(largest[first], line["bucket_rows"])
    shown = largest.most_common(_TEMPLATES)
    ids = {row: rows.fetch(np.array([row]), ["row_id"])["row_id"][0].as_py() for row, _ in shown}
    return [{"rows": size, "example": ids[row]} for row, size in shown]


def _where(table: pa.Table, standing: NDArray[np.bool_]) -> pa.Table:
    return table.filter(pa.array(standing[table["row"].to_numpy()]))


def _exploded(table: pa.Table, column: str) -> pa.Table:
    """A line (key, row) for each key of each row."""
    keys = one_array(table[column])
    owners = pc.list_parent_indices(keys)
    return pa.table({"key": keys.flatten(), "row": one_array(table["row"]).take(owners)})


def _deal(
    recipe: CurationRecipe, rows: Rows, standing: NDArray[np.bool_], twins: NDArray[np.int64], earlier: Sequence[Part]
) -> Dealt:
    """Standing rows to splits, those of earlier releases where they are."""
    columns = ["row", "row_id", "source", "user_level", "assistant_level", "evidence", "meta"]
    facts = pa.concat_tables(gather_facts(_where(table, standing)) for table in rows.each(columns))
    fixed = None
    if earlier:
        fixed = np.full(rows.size, NOWHERE, dtype=np.int8)
        for part in earlier:
            table = read_part(part, ["row", "split"])
            fixed[table["row"].to_numpy()] = [SPLITS.index(split) for split in table["split"].to_pylist()]
        fixed = fixed[facts["row"].to_numpy()]
    among = twins[standing[twins].all(axis=1)]
    return deal(facts, among, recipe.split, recipe.leaks, recipe.seed, rows.fetch, fixed)


def _kept(judged: Sequence[Part], verdicts: Verdicts) -> Iterator[pa.Table]:
    """The kept rows as the leak table takes them: what is counted is what is written."""
    names = pa.array([*SPLITS, None])
    for part in judged:
        rows = read_part(part, ["row", *(name for name in LEAK_COLUMNS if name != "split")])
        rows = rows.filter(pa.array(verdicts.is_kept[rows["row"].to_numpy()]))
        split = verdicts.split[rows["row"].to_numpy()]
        yield rows.append_column("split", names.take(pa.array(split)))


def _split_of_row(verdicts: Verdicts, dealt: Dealt, size: int) -> NDArray[np.int8]:
    """The split that each row was written to, now or by an earlier release; -1 for none."""
    split = np.full(size, NOWHERE, dtype=np.int8)
    split[dealt.row] = dealt.split
    split[: len(verdicts.split)] = verdicts.split
    return split


def _best_first(facts: pa.Table, recipe: CurationRecipe, came: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows that came to the repeats, best first."""
    wanted = "polite" if recipe.target_answer == "any" else recipe.target_answer
    facts = facts.filter(pc.is_in(facts["row"], pa.array(came)))
    preferred = [source.name for source in recipe.read.sources if source.name]
    rank = {name: place for place, name in enumerate(preferred)}
    return quality_order(
        row=facts["row"].to_numpy(),
        fits_target=pc.equal(facts["assistant_level"], wanted).to_numpy(),
        has_evidence=facts["has_evidence"].to_numpy(),
        source_rank=np.array([rank.get(name, len(rank)) for name in facts["source"].to_pylist()], dtype=np.int64),
        answer_chars=facts["assistant_chars"].to_numpy(),
    )


def _repeat(gone: Gone, place: int, ids: Callable[[int], str]) -> tuple[str, dict[str, Any]]:
    """The reason why a row goes as a repeat, and the evidence: the row that stays, and the exact similarities."""
    kind = "exact" if gone.is_exact[place] else "near"
    scores = {role: float(found[place]) for role, found in gone.scores.items()}
    return f"{kind}_repeat", {"kept": ids(int(gone.witness[place])), "jaccard": scores}


def _row_ids(numbering: Numbering, rows: Rows, earlier: NDArray[np.int64]) -> Callable[[int], str]:
    """The id of a row by its number, of an earlier release too."""
    before = rows.fetch(earlier, ["row_id"])["row_id"].to_pylist() if len(earlier) else []
    return lambda row: numbering.ids[row].as_py() if row < len(numbering) else before[row - len(numbering)]


def _column(parts: Iterable[Part], name: str) -> pa.ChunkedArray:
    return pa.concat_tables(read_part(part, [name]) for part in parts)[name]


def _broken(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [line for part in parts for line in part.note["broken"]]
