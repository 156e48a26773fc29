"""Earlier releases: their rows stay what they are; a new row repeats none of them, and crosses none of their splits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from curation.manifest import Manifest, open_manifest
from curation.steps import EarlierShard


@dataclass(frozen=True, slots=True)
class Release:
    """A curated folder whose digests were found to be right, and what the new manifest says of it."""

    manifest: Manifest
    name: str


def open_releases(folders: Sequence[Path]) -> list[Release]:
    """The releases in `folders`, each verified. Raises InputError where one is no curated folder, or was changed."""
    return [Release(open_manifest(folder, kind="dataset"), folder.resolve().name) for folder in folders]


def earlier_shards(releases: Sequence[Release], first: int) -> Iterator[EarlierShard]:
    """Every row group of every shard of the releases, numbered from `first` on."""
    for release in releases:
        for file in release.manifest.data["files"]:
            if "split" not in file:
                continue
            path = release.manifest.folder / file["path"]
            groups = pq.read_metadata(path)
            for group in range(groups.num_row_groups):
                yield EarlierShard(path, group, file["split"], first, f"{file['sha256']} {group}", release.name)
                first += groups.row_group(group).num_rows
