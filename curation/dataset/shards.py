"""The shards: which columns a finished row has, how it is written, its digest, and the tables of a folder read back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curation.engine.sink import write_parquet
from curation.files import canonical_json, sha256_bytes, sha256_file
from curation.leaks.dealing import SPLITS
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
WRITTEN = pa.schema(
    [
        ("path", pa.string()),
        ("split", pa.string()),
        ("rows", pa.int64()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("digests", pa.list_(pa.binary(32))),
    ]
)
_ROWS_AT_ONCE = 2_000


def row_digests(shard: pa.Table, split: str) -> Iterator[str]:
    """SHA-256 of each row: the canonical JSON of its columns and its split."""
    for batch in shard.to_batches(max_chunksize=_ROWS_AT_ONCE):
        for row in batch.to_pylist():
            yield sha256_bytes(canonical_json({**row, "split": split}))


def upper_bits(row_ids: pa.Array) -> NDArray[np.uint64]:
    """The first 64 of each id's 128 bits: a key that is evenly spread, and in the order of the ids."""
    halves = np.frombuffer(bytes.fromhex("".join(row_ids.to_pylist())), dtype=">u8")
    return halves[::2].astype(np.uint64)


def write_shards(rows: pa.Table, folder: Path) -> pa.Table:
    """One file a split from rows with the columns of `SHARD` and `split`; a line in `WRITTEN` for each.

    Files are named after their first row until `name_shards` numbers them.
    """
    lines = []
    for split in SPLITS:
        shard = rows.filter(pc.equal(rows["split"], split)).select(SHARD.names).cast(SHARD)
        if not shard.num_rows:
            continue
        path = folder / f"{split}-{shard['row_id'][0].as_py()}.parquet"
        write_parquet(shard, path)
        digests = [bytes.fromhex(digest) for digest in row_digests(shard, split)]
        lines.append(
            {
                "path": str(path),
                "split": split,
                "rows": shard.num_rows,
                "bytes": path.stat().st_size,
                "sha256": sha256_file(path),
                "digests": digests,
            }
        )
    return pa.Table.from_pylist(lines, schema=WRITTEN)


def name_shards(written: Sequence[pa.Table], folder: Path) -> tuple[list[dict[str, object]], list[str]]:
    """Number the files by split in the order of their rows, one for an empty split too.

    Gives their entries in the manifest, and the digests of all rows (hex).
    """
    data = folder / "data"
    data.mkdir(exist_ok=True)
    found = pa.concat_tables([WRITTEN.empty_table(), *written])
    files: list[dict[str, object]] = []
    for split in SPLITS:
        lines = found.filter(pc.equal(found["split"], split)).drop_columns(["digests"]).to_pylist()
        if not lines:
            path = shard_path(folder, split)
            write_parquet(SHARD.empty_table(), path)
            facts = {"rows": 0, "bytes": path.stat().st_size, "sha256": sha256_file(path)}
            lines = [{"path": str(path), "split": split, **facts}]
        for number, line in enumerate(lines):
            path = shard_path(folder, split, number)
            Path(line["path"]).replace(path)
            files.append({**line, "path": path.relative_to(folder).as_posix(), "format": "parquet"})
    return files, [digest.hex() for digest in pc.list_flatten(found["digests"]).to_pylist()]


def shard_path(folder: Path, split: str, number: int = 0) -> Path:
    """Where a split's shard of this number lies."""
    return folder / "data" / f"{split}-{number:05}.parquet"


def shard_paths(folder: Path, split: str) -> list[Path]:
    """A split's shards in their order."""
    return sorted((folder / "data").glob(f"{split}-?????.parquet"))


def read_split(folder: Path, split: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One split of a curated folder, or some of its columns."""
    tables = [pq.read_table(path, columns=columns) for path in shard_paths(folder, split)]
    return pa.concat_tables(tables)


def each_group(folder: Path, split: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """A split's rows, or some of their columns, some ten thousand rows at a time."""
    for path in shard_paths(folder, split):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=list(columns) if columns else None)
