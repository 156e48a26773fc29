"""The shards: which columns a finished row has, its digest, and the table of a folder read back."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.files import canonical_json, sha256_bytes
from curation.records import ROW
from curation.tags import TAGS

_PLACE = {"file", "position"}  # where a row was read is the ledger's matter
SHARD = pa.schema(
    [
        *(field for field in ROW if field.name not in _PLACE),
        *TAGS,
        pa.field("cluster_id", pa.string()),
        pa.field("split_group", pa.string()),
    ]
)


def row_digests(shard: pa.Table, split: str) -> Iterable[str]:
    """SHA-256 of each row: the canonical JSON of its columns and its split."""
    for row in shard.to_pylist():
        yield sha256_bytes(canonical_json({**row, "split": split}))


def shard_path(folder: Path, split: str) -> Path:
    """Where a split's one shard lies."""
    return folder / "data" / f"{split}-00000.parquet"


def read_split(folder: Path, split: str) -> pa.Table:
    """One split of a curated folder."""
    return pq.read_table(shard_path(folder, split))
