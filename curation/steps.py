"""What a worker does with one shard: read and tag a chunk, judge and sign a part, sign rows of an earlier release."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.dedup.sign import sign
from curation.engine.local import PartJob
from curation.leaks.decontamination import find_given_away, open_evaluation
from curation.leaks.twins import add_content, sign_content
from curation.recipes.schema import CurationRecipe, Read
from curation.records import PARSED, ROW
from curation.rules import judge
from curation.sources.reading import Chunk, parse_chunk
from curation.tags import tag
from curation.tokens import TokenCounter

Made = tuple[pa.Table, Mapping[str, Any]]  # a shard, and what it has to tell beside it


@dataclass(frozen=True, slots=True)
class Tagging:
    """All that tags depend on: no threshold is among it, so that judging again tags nothing again."""

    read: Read
    words: tuple[str, ...] = ()
    count_tokens: TokenCounter | None = None

    def identity(self) -> dict[str, Any]:
        """What of it changes a tag, as JSON."""
        tokenizer = self.count_tokens.sha256 if self.count_tokens else None
        return {"max_line_bytes": self.read.max_line_bytes, "words": self.words, "tokenizer": tokenizer}

    def tag(self, rows: pa.Table) -> pa.Table:
        """The rows with the columns of `TEXTS`, `TAGS` and their question's content morphemes."""
        return add_content(tag(rows, self.words, self.count_tokens), self.words)


@dataclass(frozen=True, slots=True)
class EarlierShard:
    """Some rows of an earlier release's shard; `first` is the number of the first of them."""

    path: Path
    row_group: int
    split: str
    first: int
    digest: str  # of the shard's file, and which row group
    release: str  # its name


def tag_chunk(chunk: Chunk, tagging: Tagging) -> Made:
    """A chunk's rows, tagged; the note holds its broken lines, each with its source, and counts its blank ones."""
    parsed = parse_chunk(chunk, tagging.read)
    broken = [{"source": line.source, **line.as_json()} for line in parsed.broken]
    size = sum(line.length for line in chunk.lines)
    return tagging.tag(parsed.rows), {"file": chunk.file.name, "broken": broken, "blank": chunk.blank, "bytes": size}


def judge_part(job: PartJob, recipe: CurationRecipe, tagging: Tagging, pseudonym_key: bytes | None = None) -> Made:
    """A part's rows that were drawn (column `drawn`), mended and judged, with their keys and what they give away."""
    rows = job.table()
    rows = rows.filter(rows["drawn"]).drop_columns(["drawn"])
    rows = judge(rows, recipe, partial(_tag_again, tagging=tagging), words=tagging.words, pseudonym_key=pseudonym_key)
    evaluation = open_evaluation(recipe.leaks.evaluation, tagging.words)
    rows = find_given_away(_signed(_with_generator(rows), recipe), evaluation, recipe.leaks, tagging.words)
    return rows, {"evaluation": evaluation.describe()}


def sign_earlier(shard: EarlierShard, recipe: CurationRecipe, tagging: Tagging) -> Made:
    """The rows of an earlier release with what repeats and twins are found by."""
    with pq.ParquetFile(shard.path) as file:
        shard_rows = file.read_row_group(shard.row_group)
    rows = tagging.tag(shard_rows.select([name for name in ROW.names if name in shard_rows.column_names]))
    rows = rows.append_column("row", pa.array(range(shard.first, shard.first + rows.num_rows), pa.int64()))
    rows = rows.append_column("split", pa.repeat(shard.split, rows.num_rows))
    return _signed(rows, recipe), {"release": shard.release}


def _tag_again(rows: pa.Table, tagging: Tagging) -> pa.Table:
    """The rows with their tags, and only those, taken anew from their messages."""
    bare = rows.select([name for name in rows.column_names if name in PARSED.names])
    tagged = tagging.tag(bare)
    return pa.table({name: tagged[name] if name in tagged.column_names else rows[name] for name in rows.column_names})


def _signed(rows: pa.Table, recipe: CurationRecipe) -> pa.Table:
    return sign_content(sign(rows, recipe.repeats), recipe.leaks)


def _with_generator(rows: pa.Table) -> pa.Table:
    """+ `generator`: what `meta.generator` says, as canonical JSON; null where nothing does."""
    has_one = pc.match_substring(rows["meta"], '"generator"').to_pylist()
    found = [_generator(meta) if one else None for meta, one in zip(rows["meta"].to_pylist(), has_one, strict=True)]
    return rows.append_column("generator", pa.array(found, pa.string()))


def _generator(meta: str) -> str | None:
    generator = json.loads(meta).get("generator")
    return None if generator is None else json.dumps(generator, ensure_ascii=False, sort_keys=True)
