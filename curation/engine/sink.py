"""Where results go: files written whole, in a folder that shows them only when all are there."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from curation.errors import InputError
from curation.files import canonical_json, make_folder, replacing

# Fixed settings, so that the same table gives the same bytes.
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
_STAGE = ".partial"
_GROUP_ROWS = 10_000  # what a reader takes into memory at once
_LAST = "manifest.json"  # a folder without it holds no dataset, so it moves last


def check_out(out: Path, kind: str, ours: frozenset[str], *, may_stand_alone: frozenset[str] = frozenset()) -> None:
    """Raise InputError where `out` holds anything but a folder of this `kind`: nothing foreign is ever overwritten.

    `ours`: the names such a folder has; `may_stand_alone`: those that may be there before it is finished.
    """
    if not out.exists():
        return
    names = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    foreign = names - ours - {_STAGE} if out.is_dir() else names
    begun = names & {_STAGE, *may_stand_alone}
    if foreign or (names and not begun and _kind(out) != kind):
        raise InputError(
            str(out), f"holds {min(foreign or names)}, which is not of this command's making",
            mend="give a new folder with --out", mend_ko="--out 으로 새 폴더를 지정하세요",
        )  # fmt: skip


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder inside `folder` whose files move there when the block ends well, `manifest.json` last.

    After a failure or Ctrl-C nothing of it is left; after `kill -9` the next run clears it away.
    """
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    make_folder(stage)
    try:
        yield stage
        for file in _listed(folder):  # --fresh: from here on the old dataset is none
            file.unlink(missing_ok=True)
        for file in sorted(_files(stage), key=lambda file: file.name == _LAST):
            target = folder / file.relative_to(stage)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def clear_stage(folder: Path) -> None:
    """Remove what a killed run left of a folder it was about to write."""
    shutil.rmtree(folder / _STAGE, ignore_errors=True)


def write_parquet(table: pa.Table, path: Path) -> None:
    """A Parquet file, whole or none."""
    with replacing(path) as file:
        pq.write_table(table.combine_chunks(), file, row_group_size=_GROUP_ROWS, **PARQUET)


def in_blocks(tables: Iterable[pa.Table], rows: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """Small tables joined to blocks of at least so many rows; one empty block where there is none at all."""
    waiting: list[pa.Table] = [schema.empty_table()]
    count, given = 0, False
    for table in tables:
        waiting.append(table)
        count += table.num_rows
        if count >= rows:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, count, given = [], 0, True
    if waiting and (count or not given):
        yield pa.concat_tables(waiting).combine_chunks()


def write_json_lines(rows: Iterable[Mapping[str, object]], path: Path) -> None:
    """A JSON Lines file, whole or none."""
    with replacing(path) as file:
        for row in rows:
            file.write(canonical_json(row) + b"\n")


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder as it stands, unverified; empty where there is none that can be read."""
    try:
        data = json.loads((folder / _LAST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _kind(folder: Path) -> str | None:
    return _manifest(folder).get("kind")


def _listed(folder: Path) -> list[Path]:
    """The manifest first, then the files it lists, however it was changed since: nothing above `folder`."""
    listed = [str(file.get("path")) for file in _manifest(folder).get("files", []) if isinstance(file, dict)]
    inside = [folder / name for name in listed if not Path(name).is_absolute() and ".." not in Path(name).parts]
    return [folder / _LAST, *inside]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
