"""The difference of two releases: what came, went and changed verdict between two curated folders, and why."""

import json
from pathlib import Path
from typing import Literal

from curation.manifest import Manifest, open_manifest
from curation.releases.changes import BrokenLine, Difference, Release
from curation.releases.manifest_changes import figure_changes, input_changes, setting_changes, version_changes
from curation.releases.row_changes import compare_rows

__all__ = ["Difference", "compare"]


def compare(old: Path, new: Path, *, samples: int = 5) -> Difference:
    """What differs between two curated folders, both verified; at most so many sample rows for each kind of change.

    Raises InputError where one is no curated folder, or was changed.
    """
    one, other = (open_manifest(folder, kind="dataset") for folder in (old, new))
    is_same = one.data["content_digest"] == other.data["content_digest"]
    settings = setting_changes(one.data, other.data)
    versions = version_changes(one.data, other.data)
    inputs = input_changes(one.data, other.data)
    rows = compare_rows((one.folder, other.folder), [*settings, *versions], inputs, samples=samples, same_kept=is_same)
    went, came = _broken(one, "old"), _broken(other, "new")
    broken = [
        *(line for key, line in went.items() if key not in came),
        *(line for key, line in came.items() if key not in went),
    ]
    return Difference(
        old=_describe(one),
        new=_describe(other),
        is_same=is_same,
        old_rows=rows.old_rows,
        new_rows=rows.new_rows,
        stayed=rows.stayed,
        continued=rows.continued,
        crossed=rows.crossed,
        settings=settings,
        inputs=inputs,
        versions=versions,
        figures=figure_changes(one.data, other.data),
        changes=rows.changes,
        broken=sorted(broken, key=lambda line: (line.place, line.release))[:samples],
        broken_came=len(came.keys() - went.keys()),
        broken_went=len(went.keys() - came.keys()),
    )


def _describe(release: Manifest) -> Release:
    steps = release.data["steps"]
    return Release(
        folder=release.folder.resolve().name,
        name=release.data["name"],
        manifest_sha256=release.digest,
        content_digest=release.data["content_digest"],
        read=steps[0]["in"],
        kept=steps[-1]["out"],
        dropped=sum(step["dropped"] for step in steps),
        quarantined=sum(step["quarantined"] for step in steps),
    )


def _broken(release: Manifest, which: Literal["old", "new"]) -> dict[tuple[str, str], BrokenLine]:
    """The quarantined lines by file and SHA-256: a line put in above changes neither."""
    found: dict[tuple[str, str], BrokenLine] = {}
    with (release.folder / "quarantine.jsonl").open(encoding="utf-8") as file:
        for line in map(json.loads, file):
            place = f"{line['file']}:{line['position']}"
            found.setdefault((line["file"], line["sha256"]), BrokenLine(which, place, line["reason"], line["sha256"]))
    return found
