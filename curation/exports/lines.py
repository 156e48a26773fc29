"""A dataset as JSON lines, one file a split; a line counts as written only when our own reader reads the same in it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from curation.dataset.shards import each_group
from curation.engine.sink import staged
from curation.exports.formats import FORMATS, Format, Messages, Row
from curation.files import replacing
from curation.leaks.dealing import SPLITS
from curation.manifest import Manifest, describe_file, write_manifest
from curation.recipes.schema import Read, Source
from curation.records import UnreadableError, make_row
from curation.sources.encodings import UTF8
from curation.sources.fields import read_fields
from curation.sources.formats import Format as FileFormat
from curation.sources.lines import Line, too_long
from curation.sources.shapes.recognise import recognise
from curation.terminal import OnStep

KIND = "export"
LEFT_OUT = "left_out.csv"  # no .jsonl: a glob over the rows must not take it in
NAMES = frozenset({"manifest.json", LEFT_OUT, *(f"{split}.jsonl" for split in SPLITS)})
CHANGED = "changed_by_reading"
# JSON allows these bare, and still many readers end a line there.
_LINE_ENDS = (("\x85", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
_UNTOLD = Source()  # a reader that is told nothing
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows were written by split, and how many were left out by (split, reason)."""

    rows: Mapping[str, int]
    left_out: Mapping[tuple[str, str], int]


def export_lines(manifest: Manifest, to: str, out: Path, splits: Sequence[str], on_step: OnStep) -> Exported:
    """Write OUT, whole or not at all: `SPLIT.jsonl` of each split with rows, `left_out.csv`, `manifest.json`.

    Rows stand in the shards' order. The manifest says of which dataset they are, whom to name, and what was left out.
    """
    rows: Counter[str] = Counter()
    left_out: Counter[tuple[str, str]] = Counter()
    with staged(out) as stage:
        with replacing(stage / LEFT_OUT) as lost:
            lost.write(b"row_id,split,reason\n")
            for split in splits:
                path = stage / f"{split}.jsonl"
                with replacing(path) as kept:
                    for row_id, reason in _write_split(manifest, to, split, kept, on_step):
                        rows[split] += reason is None
                        if reason is not None:
                            left_out[split, reason] += 1
                            lost.write(f"{row_id},{split},{reason}\n".encode())
                if not rows[split]:
                    path.unlink()  # `datasets` reads no empty file
        exported = Exported({split: rows[split] for split in splits}, left_out)
        write_manifest(stage, _describe(manifest, to, stage, exported))
    return exported


def identify(manifest: Manifest, to: str, splits: Sequence[str]) -> dict[str, Any]:
    """What an export was asked for: equal identities give equal files."""
    return {"kind": KIND, "to": to, "of": manifest.digest, "splits": list(splits)}


def _write_split(
    manifest: Manifest, to: str, split: str, kept: BinaryIO, on_step: OnStep
) -> Iterator[tuple[str, str | None]]:
    """Write a split's lines; each row's id, and the reason where it was left out."""
    wanted = FORMATS[to]
    most_bytes = Read().max_line_bytes  # whoever reads the export knows no recipe of ours
    done, total = 0, manifest.data["splits"][split]["rows"]
    on_step(split, 0, total)
    for group in each_group(manifest.folder, split, wanted.columns):
        for row in group.to_pylist():
            line = write_row(row, wanted, most_bytes)
            if isinstance(line, bytes):
                kept.write(line)
            yield row["row_id"], None if isinstance(line, bytes) else line
        done += group.num_rows
        on_step(split, done, total)


def write_row(row: Row, wanted: Format, most_bytes: int) -> bytes | str:
    """The row's line; or, where the format cannot hold it or our reader would not read the same in it, why not."""
    messages = row["messages"]
    for fault in wanted.faults:
        if reason := fault(messages):
            return reason
    text = _encode(wanted.record(row))
    for bare, escaped in _LINE_ENDS:
        text = text.replace(bare, escaped)
    line = text.encode() + b"\n"
    return _misread(line, messages, most_bytes) or line


def _misread(line: bytes, messages: Messages, most_bytes: int) -> str | None:
    """Why our own reader would not read these very messages in a line: its own reason, or that a text would change."""
    if len(line) > most_bytes:
        return too_long(most_bytes)[0]
    try:
        fields = read_fields(Line(1, 0, len(line), line), FileFormat.JSONL, (), UTF8)
        found = recognise(fields, _UNTOLD)
        if found is None:
            return "unknown_shape"
        return None if make_row(fields, found, _UNTOLD, "")["messages"] == messages else CHANGED
    except UnreadableError as error:
        return error.reason


def _describe(manifest: Manifest, to: str, stage: Path, exported: Exported) -> dict[str, Any]:
    data = manifest.data
    left_out: dict[str, dict[str, int]] = {split: {} for split in exported.rows}
    for (split, reason), count in exported.left_out.items():
        left_out[split][reason] = count
    files = [(f"{split}.jsonl", {"split": split, "rows": rows}) for split, rows in exported.rows.items() if rows]
    return {
        **identify(manifest, to, list(exported.rows)),
        **{key: data[key] for key in ("name", "content_digest", "target_answer", "sources", "rights")},
        "rows": exported.rows,
        "left_out": left_out,
        "files": [
            *(describe_file(stage, stage / name, format="jsonl", **facts) for name, facts in files),
            describe_file(stage, stage / LEFT_OUT, rows=sum(exported.left_out.values()), format="csv"),
        ],
    }
