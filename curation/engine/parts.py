"""Parts: shards on disk between two steps, each whole or not there, each with its digest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from curation.files import canonical_json, replacing, sha256_file

_RECORD = {"rows", "sha256", "note"}
_FAST = ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class Part:
    """One shard: an Arrow file, its rows, and what the step noted beside them (JSON)."""

    path: Path
    rows: int
    note: Mapping[str, Any] = field(default_factory=dict)


def write_part(path: Path, table: pa.Table, note: Mapping[str, Any]) -> Part:
    """Write `path` (`….arrow`) whole, then the record beside it that says it is done."""
    with replacing(path) as file, ipc.new_file(file, table.schema, options=_FAST) as writer:
        writer.write_table(table)
    record = {"rows": table.num_rows, "sha256": sha256_file(path), "note": note}
    with replacing(path.with_suffix(".json")) as file:
        file.write(canonical_json(record))
    return Part(path, table.num_rows, note)


def find_part(path: Path) -> Part | None:
    """The part at `path` if it was finished and its bytes are still those written; None asks for it to be made."""
    try:
        record = json.loads(path.with_suffix(".json").read_bytes())
        is_whole = isinstance(record, dict) and record.keys() == _RECORD and sha256_file(path) == record["sha256"]
    except (FileNotFoundError, ValueError):
        return None
    return Part(path, record["rows"], record["note"]) if is_whole else None


def read_part(part: Part, columns: Sequence[str] | None = None) -> pa.Table:
    """A part's table, or some of its columns; nothing else is read from the disk."""
    with pa.OSFile(str(part.path)) as file:
        reader = ipc.open_file(file)
        if columns is not None:
            wanted = [reader.schema.get_field_index(name) for name in columns]
            reader = ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=wanted))
            return reader.read_all().select(list(columns))
        return reader.read_all()


def mark_cache(folder: Path) -> None:
    """Say to archivers and to git that a folder holds nothing to keep or to hand on (bford.info/cachedir)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n", encoding="ascii")
    (folder / ".gitignore").write_text("*\n", encoding="ascii")


def forget_others(folder: Path, used: Sequence[Part]) -> None:
    """Remove the parts in a folder that are not among those used: other inputs', other settings' or other code's."""
    names = {part.path.stem for part in used}
    for path in folder.glob("*.*"):
        if path.suffix in (".arrow", ".json") and path.stem not in names:
            path.unlink()
