"""Where results go: files written whole, in a folder that shows them only when all are there."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.files import canonical_json, replacing

_STAGE = ".partial"
_LAST = "manifest.json"  # a folder without it holds no dataset, so it moves last


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder inside `folder` whose files move there when the block ends well, `manifest.json` last.

    After a failure or Ctrl-C nothing of it is left; after `kill -9` the next run clears it away.
    """
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        yield stage
        (folder / _LAST).unlink(missing_ok=True)  # --fresh: from here on the old dataset is none
        for file in sorted(_files(stage), key=lambda file: file.name == _LAST):
            target = folder / file.relative_to(stage)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def write_parquet(table: pa.Table, path: Path) -> None:
    """A Parquet file, whole or none; fixed settings, so that the same table gives the same bytes."""
    with replacing(path) as file:
        pq.write_table(table.combine_chunks(), file, compression="zstd", compression_level=3, version="2.6")


def write_json_lines(rows: Iterable[Mapping[str, object]], path: Path) -> None:
    """A JSON Lines file, whole or none."""
    with replacing(path) as file:
        for row in rows:
            file.write(canonical_json(row) + b"\n")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
