"""A dataset as a folder for the Hugging Face Hub: its shards as they are, its manifest, and a card."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from curation.engine.sink import staged
from curation.exports.card import render_card
from curation.exports.lines import Exported
from curation.files import replacing
from curation.leaks.dealing import SPLITS
from curation.manifest import UNHASHED, Manifest, write_manifest
from curation.terminal import OnStep

KIND = "dataset"  # who downloads the folder can verify it and train on it
CARD = "README.md"
NAMES = frozenset({"data", "manifest.json", CARD, ".gitattributes"})


def export_hub_folder(
    manifest: Manifest,
    out: Path,
    on_step: OnStep,
    *,
    repo: str | None = None,
    even_so: str | None = None,
    allowed: Mapping[str, str] | None = None,
) -> Exported:
    """Write OUT, whole or not at all: `data/SPLIT-*.parquet`, byte for byte, `manifest.json`, and the card.

    What would give dropped rows away stays behind: the ledger, the quarantine, the report. So does the manifest's block
    `run`, which names paths and a host. The card is not listed in the manifest: it may be edited on the Hub. `repo`,
    `even_so` and `allowed` are what `render_card` takes.
    """
    files = shards_of(manifest)
    card = render_card(
        manifest.data, pq.read_schema(manifest.folder / files[0]["path"]), repo=repo, even_so=even_so, allowed=allowed
    )
    with staged(out) as stage:
        for done, file in enumerate(files):
            on_step("copy", done, len(files))
            with (manifest.folder / file["path"]).open("rb") as shard, replacing(stage / file["path"]) as copy:
                shutil.copyfileobj(shard, copy)
        on_step("copy", len(files), len(files))
        (stage / CARD).write_bytes(card.encode())
        write_manifest(stage, published(manifest))
    return Exported({split: manifest.data["splits"][split]["rows"] for split in SPLITS}, {})


def published(manifest: Manifest) -> dict[str, Any]:
    """The manifest that goes with the folder: of the shards alone, with the digest of the one it was made from."""
    left = {*UNHASHED, "schema_version"}
    data = {key: value for key, value in manifest.data.items() if key not in left}
    return {**data, "files": shards_of(manifest), **identify(manifest)}


def identify(manifest: Manifest) -> dict[str, Any]:
    """What the folder's manifest says it was made from: equal identities give equal folders."""
    return {"export": {"to": "hf", "of": manifest.digest}}


def shards_of(manifest: Manifest) -> list[Mapping[str, Any]]:
    """The entries of the data files in the manifest's `files`."""
    return [file for file in manifest.data["files"] if "split" in file]
