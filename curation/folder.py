"""The curated folder: written whole, recognised when it is asked for again, verified to the byte."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from curation.curate import Curated
from curation.engine.local import shuffle
from curation.engine.sink import check_out, staged, write_json_lines, write_parquet
from curation.errors import InputError
from curation.files import canonical_json, replacing
from curation.leakage import SPLITS
from curation.manifest import Manifest, content_digest, describe_file, faults, find_done, write_manifest
from curation.reading import REFUSED, Broken
from curation.report.page import render
from curation.shards import SHARD, read_split, row_digests, shard_path

_IDENTITY = ("inputs", "recipe", "words", "limit")
_OURS = frozenset({"data", "ledger.parquet", "quarantine.jsonl", "manifest.json", "report.html", REFUSED})
KIND = "dataset"


def write_folder(curated: Curated, out: Path, facts: dict[str, Any], run: dict[str, Any]) -> Manifest:
    """The folder of contract.md, all of it or nothing. `facts` and `run` go into the manifest, `run` unhashed."""
    with staged(out) as stage:
        files, digests = _write_shards(curated.kept, stage)
        write_parquet(curated.ledger, stage / "ledger.parquet")
        write_quarantine(curated.broken, stage / "quarantine.jsonl")
        manifest = write_manifest(
            stage,
            {
                "kind": KIND,
                **facts,
                "content_digest": content_digest(digests),
                "files": [
                    *files,
                    describe_file(stage, stage / "ledger.parquet", rows=curated.ledger.num_rows, format="parquet"),
                    describe_file(stage, stage / "quarantine.jsonl", rows=len(curated.broken), format="jsonl"),
                ],
                "steps": curated.steps,
                "leaks": curated.leaks,
                "blank_lines": curated.blank,
                "run": run,
            },
        )
        write_report(stage)
    (out / REFUSED).unlink(missing_ok=True)  # what an earlier, refused run left
    return Manifest(out, manifest.data)


def write_report(folder: Path) -> Path:
    """`report.html`, derived from the rest of the folder alone."""
    page = render(folder).encode()
    with replacing(folder / "report.html") as file:
        file.write(page)
    return folder / "report.html"


def write_quarantine(broken: Sequence[Broken], path: Path) -> None:
    """The broken lines by file and line, one JSON object each."""
    ordered = sorted(broken, key=lambda line: (line.file, line.line.number, line.line.sha256))
    write_json_lines((line.as_json() for line in ordered), path)


def check_ours(out: Path) -> None:
    """Raise InputError where `out` holds anything that curation did not write."""
    check_out(out, KIND, _OURS, may_stand_alone=frozenset({REFUSED}))


def find_dataset(out: Path, identity: dict[str, Any]) -> Manifest | None:
    """The finished dataset in `out` if it is what `identity` asks for; None where there is none yet.

    Raises InputError where `out` holds another recipe's or input's dataset, or a damaged one.
    """
    return find_done(out, {key: identity[key] for key in _IDENTITY})


def verify_folder(folder: Path) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A folder's manifest, and every (file, fault) by which the folder is not what was written.

    Outside all digests lie only the manifest's block `run` and `report.html`, which can be written anew.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise _not_ours(folder, "holds no manifest.json")
    raw = path.read_bytes()
    try:
        data = json.loads(raw)
        canonical_json(data)
    except ValueError as error:  # not JSON, not UTF-8, or NaN
        return {}, [("manifest.json", f"is not JSON: {error}")]
    if (
        not isinstance(data, dict)
        or raw != json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    ):
        return {}, [("manifest.json", "is not as it was written")]
    if data.get("kind", KIND) != KIND:
        raise _not_ours(folder, f"holds {data['kind']}, expected a {KIND}")
    found: list[tuple[str, str]] = []
    for file, fault in faults(folder, data):
        found.append((file, fault))
        if file == "manifest.json":  # what a changed manifest says about other files proves nothing
            return data, found
    return data, [*found, *_content_faults(folder, data, found)]


def _content_faults(folder: Path, data: dict[str, Any], known: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    listed = {file["path"] for file in data["files"]}
    for path in sorted((folder / "data").glob("*")):
        if path.relative_to(folder).as_posix() not in listed:
            yield path.relative_to(folder).as_posix(), "is not in the manifest"
    splits = [file["split"] for file in data["files"] if "split" in file]
    if not known and data.get("content_digest") != content_digest(
        digest for split in splits for digest in row_digests(read_split(folder, split), split)
    ):
        yield "data", "holds rows that do not give the manifest's content_digest"
    report = folder / "report.html"
    if report.is_file() and data["manifest_sha256"].encode() not in report.read_bytes():
        yield "report.html", "shows another manifest; python -m curation report writes it anew"


def _not_ours(folder: Path, what: str) -> InputError:
    return InputError(
        str(folder), what, mend="give a new folder, or one that python -m curation run wrote",
        mend_ko="새 폴더나 python -m curation run 이 만든 폴더를 지정하세요",
    )  # fmt: skip


def _write_shards(kept: pa.Table, stage: Path) -> tuple[list[dict[str, object]], list[str]]:
    """One shard a split, empty ones too; their entries in the manifest, and the digests of all rows."""
    by_split = dict(shuffle(kept, "split"))
    files: list[dict[str, object]] = []
    digests: list[str] = []
    for split in SPLITS:
        shard = by_split.get(split, kept.slice(0, 0)).select(SHARD.names).cast(SHARD)
        path = shard_path(stage, split)
        write_parquet(shard, path)
        files.append(describe_file(stage, path, rows=shard.num_rows, split=split, format="parquet"))
        digests += row_digests(shard, split)
    return files, digests
