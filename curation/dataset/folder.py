"""The curated folder: written whole, recognised when it is asked for again, verified to the byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.curate import Curated
from curation.dataset.ledger import Fallen, check_accounts, count_steps, ledger_of, write_ledger
from curation.dataset.shards import SHARD, each_group, name_shards, row_digests, upper_bits, write_shards
from curation.dataset.verdicts import STEPS
from curation.engine.local import Engine, partitions_for
from curation.engine.parts import read_part
from curation.engine.sink import check_out, staged, write_json_lines
from curation.errors import InputError
from curation.files import canonical_json, replacing
from curation.leaks.dealing import SPLITS
from curation.manifest import Manifest, content_digest, describe_file, faults, find_done, write_manifest
from curation.report.page import render
from curation.sources.reading import REFUSED

KIND = "dataset"
_SHARD_BYTES = 32 * 2**20  # a matter of the data alone: the same rows give the same files, whoever works
TAGS = ".tags"  # tagged shards, kept for the next judging
WORK = ".work"  # what a run needs on its way, gone when it ends well
_IDENTITY = (
    "inputs", "recipe", "words", "tokenizer", "evaluation", "pseudonym_key", "limit", "sample", "against", "semantic",
)  # fmt: skip
_OURS = frozenset({"data", "ledger.parquet", "quarantine.jsonl", "manifest.json", "report.html", REFUSED, TAGS, WORK})


def write_folder(
    curated: Curated, engine: Engine, out: Path, facts: dict[str, Any], *, earlier: Path | None = None
) -> Manifest:
    """The folder of contract.md, all of it or nothing. `facts` go into the manifest; its block `run` is unhashed.

    Where an earlier release is given, the report shows the difference.
    """
    broken = curated.broken
    with staged(out) as stage:
        written = engine.shuffle(
            "shards",
            _kept(curated),
            partial(write_shards, folder=stage / "data"),
            partitions=partitions_for(_bytes_of_text(curated), _SHARD_BYTES),
        )
        files, digests = name_shards(list(written), stage)
        lines, fallen = write_ledger(stage / "ledger.parquet", _ledgers(curated))
        steps = count_steps(fallen)
        check_accounts(steps, read=len(curated.numbering) + len(broken), kept=len(digests))
        if steps != funnel(curated):
            raise RuntimeError(f"the ledger and the verdicts differ: {steps}, {funnel(curated)}")
        write_quarantine(broken, stage / "quarantine.jsonl")
        manifest = write_manifest(
            stage,
            {
                "kind": KIND,
                **facts,
                "content_digest": content_digest(digests),
                "files": [
                    *files,
                    describe_file(stage, stage / "ledger.parquet", rows=lines, format="parquet"),
                    describe_file(stage, stage / "quarantine.jsonl", rows=len(broken), format="jsonl"),
                ],
                "steps": steps,
                "blank_lines": curated.blank,
            },
        )
        write_report(stage, earlier=earlier)
    (out / REFUSED).unlink(missing_ok=True)  # what an earlier, refused run left
    return Manifest(out, manifest.data)


def funnel(curated: Curated) -> list[dict[str, Any]]:
    """The row funnel by the verdicts alone, as a dry run shows it."""
    verdicts = curated.verdicts
    steps = [STEPS[step] if step >= 0 else None for step in verdicts.step.tolist()]
    named = ["drop" if step else "keep" for step in steps]
    fallen = Fallen(zip(steps, named, verdicts.reason.tolist(), strict=True))
    fallen.update(("read", "quarantine", line["reason"]) for line in curated.broken)
    return count_steps(fallen)


def write_report(folder: Path, path: Path | None = None, *, earlier: Path | None = None) -> Path:
    """The page at `path`, by default `report.html` in the folder; derived from the folder and the earlier one alone."""
    path = path or folder / "report.html"
    page = render(folder, earlier=earlier).encode()
    with replacing(path) as file:
        file.write(page)
    return path


def is_dataset(path: Path) -> bool:
    """Whether a folder, or the manifest.json given, is of a curated folder, by what the manifest says it is."""
    path = path / "manifest.json" if path.is_dir() else path
    if path.name != "manifest.json" or not path.is_file():
        return False
    try:
        data = json.loads(path.read_bytes())
    except ValueError:
        return True  # what is wrong with it is said where it is opened
    return isinstance(data, dict) and data.get("kind") == KIND


def write_quarantine(broken: Sequence[Mapping[str, Any]], path: Path) -> None:
    """The broken lines by file and line, one JSON object each."""
    write_json_lines(sorted(broken, key=lambda line: (line["file"], line["position"], line["sha256"])), path)


def check_ours(out: Path) -> None:
    """Raise InputError where `out` holds anything that curation did not write."""
    check_out(out, KIND, _OURS, may_stand_alone=frozenset({REFUSED, TAGS, WORK}))


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
    splits = sorted({file["split"] for file in data["files"] if "split" in file})
    if not known and data.get("content_digest") != content_digest(
        digest for split in splits for rows in each_group(folder, split) for digest in row_digests(rows, split)
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


def _kept(curated: Curated) -> Iterator[pa.Table]:
    """Every part's kept rows with the columns of a shard, their split, and the key they are sorted by."""
    numbering, verdicts = curated.numbering, curated.verdicts
    mine = [name for name in SHARD.names if name not in ("cluster_id", "split_group")]
    for part in curated.judged:
        rows = read_part(part, [*mine, "row"])
        rows = rows.filter(pa.array(verdicts.is_kept[rows["row"].to_numpy()]))
        numbers = rows["row"].to_numpy()
        splits = [SPLITS[split] for split in verdicts.split[numbers].tolist()]
        rows = rows.append_column("cluster_id", numbering.ids.take(pa.array(curated.clusters[numbers])))
        rows = rows.append_column("split_group", numbering.ids.take(pa.array(curated.groups[numbers])))
        rows = rows.append_column("split", pa.array(splits, pa.string()))
        yield rows.append_column("key", pa.array(upper_bits(rows["row_id"].combine_chunks())))


def _ledgers(curated: Curated) -> Iterator[pa.Table]:
    """Every part's lines of the ledger."""
    place = 0
    for tagged, judged in zip(curated.tagged, curated.judged, strict=True):
        rows = read_part(tagged, ["source", "file", "position"])
        here = slice(place, place + tagged.rows)
        place += tagged.rows
        rows = rows.append_column("row", pa.array(curated.numbering.numbers[here]))
        rows = rows.append_column("row_id", curated.numbering.row_ids[here])
        came = read_part(judged, ["row", "because", "edits", "question", "answer"])
        yield ledger_of(rows, came, curated.verdicts, tagged.note["broken"])


def _bytes_of_text(curated: Curated) -> int:
    """About how many bytes the rows hold: three to a Hangul character, and some for the tags."""
    chars = [pc.sum(curated.facts[f"{role}_chars"]).as_py() or 0 for role in ("user", "assistant")]
    return int(3 * sum(chars) + 500 * curated.facts.num_rows)
