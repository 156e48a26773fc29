"""Who stays, and where: splits are dealt, and of rows that repeat each other the best is kept."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.dataset.numbering import Numbering
from curation.dataset.verdicts import Verdicts, drop
from curation.dedup.keep import Gone, choose_kept, quality_order
from curation.dedup.prove import Proven
from curation.engine.local import Rows
from curation.engine.parts import Part, read_part
from curation.leaks.dealing import SPLITS
from curation.leaks.leakage import NOWHERE, Dealt, deal, gather_facts
from curation.proposals import where
from curation.recipes.schema import CurationRecipe


def deal_rows(
    recipe: CurationRecipe, rows: Rows, standing: NDArray[np.bool_], twins: NDArray[np.int64], earlier: Sequence[Part]
) -> Dealt:
    """Standing rows to splits, those of earlier releases where they are."""
    columns = ["row", "row_id", "source", "user_level", "assistant_level", "evidence", "meta"]
    facts = pa.concat_tables(gather_facts(where(table, standing)) for table in rows.each(columns))
    fixed = None
    if earlier:
        fixed = np.full(rows.size, NOWHERE, dtype=np.int8)
        for part in earlier:
            table = read_part(part, ["row", "split"])
            fixed[table["row"].to_numpy()] = [SPLITS.index(split) for split in table["split"].to_pylist()]
        fixed = fixed[facts["row"].to_numpy()]
    among = twins[standing[twins].all(axis=1)]
    return deal(facts, among, recipe.split, recipe.leaks, recipe.seed, rows.fetch, fixed)


def drop_repeats(
    verdicts: Verdicts,
    proven: Proven,
    dealt: Dealt,
    facts: pa.Table,
    recipe: CurationRecipe,
    numbering: Numbering,
    rows: Rows,
    releases: Sequence[Part],
) -> None:
    """Let the rows fall that a kept row repeats. One that was dealt nowhere cannot stay, and is nobody's witness."""
    total = len(numbering)
    may_stay = split_of_row(dealt, rows.size)[:total] >= 0
    earlier = np.arange(total, rows.size)
    gone = choose_kept(proven, _best_first(facts, recipe, np.flatnonzero(verdicts.is_kept)), may_stay, earlier)
    ids = _row_ids(numbering, rows, earlier)
    names = [part.note["release"] for part in releases for _ in range(part.rows)]
    for place, row in enumerate(gone.row.tolist()):
        reason, because = _repeat(gone, place, ids)
        if (witness := int(gone.witness[place])) >= total:
            because["release"] = names[witness - total]
        drop(verdicts, "repeats", row, reason, because)


def split_of_row(dealt: Dealt, size: int) -> NDArray[np.int8]:
    """By row number the split that each row was dealt to, an index in `SPLITS`, or NOWHERE."""
    split = np.full(size, NOWHERE, dtype=np.int8)
    split[dealt.row] = dealt.split
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
