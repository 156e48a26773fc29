"""The passes over all shards: read and tag, draw, judge, sign earlier releases; what was made before is found again."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.asked import Asked
from curation.dataset.numbering import Numbering
from curation.dataset.verdicts import Verdicts, drop_many
from curation.engine.local import Engine, PartJob, derived_key
from curation.engine.parts import Part, mark_cache, read_part
from curation.korean.kiwi import versions as kiwi_versions
from curation.manifest import code_digest
from curation.recipes.schema import CurationRecipe
from curation.releases.earlier import earlier_shards
from curation.sampling import sample
from curation.sources.reading import Chunk, scan
from curation.steps import judge_part, sign_earlier, tag_chunk

OnStep = Callable[[str, int, int], None]  # step, done, in all: bytes while reading, rows from then on


def read_and_tag(asked: Asked, engine: Engine, on_step: OnStep) -> list[Part]:
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


def draw(wanted: int | None, seed: int, tagged: Sequence[Part], numbering: Numbering, verdicts: Verdicts) -> None:
    """Let all rows fall that `--sample` does not draw: strata are source and the speech levels of both roles."""
    if wanted is None:
        return
    names = ["source", "user_level", "assistant_level"]
    strata = pa.concat_tables(read_part(part, names) for part in tagged)
    joined = pc.binary_join_element_wise(*(strata[name] for name in names), "\t")
    left_out = numbering.numbers[~sample(joined, numbering.row_ids, wanted, seed)]
    drop_many(verdicts, "sample", left_out, np.full(len(left_out), "not_drawn", dtype=object))


def judge(
    asked: Asked,
    recipe: CurationRecipe,
    engine: Engine,
    tagged: Sequence[Part],
    numbering: Numbering,
    verdicts: Verdicts,
    on_step: OnStep,
) -> list[Part]:
    """Every drawn row with its number, mended and judged, with the keys of repeats and twins."""
    total = len(numbering)
    about = (
        code_digest(),
        asked.tagging.identity(),
        recipe.model_dump(mode="json"),
        asked.evaluation,
        asked.key_digest,
    )
    step = partial(judge_part, recipe=recipe, tagging=asked.tagging, pseudonym_key=asked.pseudonym_key)
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


def sign_releases(asked: Asked, recipe: CurationRecipe, engine: Engine, first: int, on_step: OnStep) -> list[Part]:
    """The rows of earlier releases, numbered from `first`, with what repeats and twins are found by."""
    if not asked.releases:
        return []
    on_step("earlier", 0, 0)
    about = (code_digest(), asked.tagging.identity(), recipe.model_dump(mode="json"))
    step = partial(sign_earlier, recipe=recipe, tagging=asked.tagging)
    shards = earlier_shards(asked.releases, first)
    made = engine.map("earlier", shards, step, key=lambda shard: derived_key(about, shard.digest, shard.first))
    return list(made)


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


def _judge_jobs(tagged: Sequence[Part], numbering: Numbering, verdicts: Verdicts) -> Iterator[PartJob]:
    place = 0
    for part in tagged:
        here = slice(place, place + part.rows)
        place += part.rows
        numbers = numbering.numbers[here]
        drawn = pa.array(verdicts.is_kept[numbers])
        columns = {"row_id": numbering.row_ids[here], "row": pa.array(numbers), "drawn": drawn}
        yield PartJob(part, pa.table(columns))
