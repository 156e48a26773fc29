"""What a run was asked for beside its recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.earlier import Release
from curation.inputs import InputFile
from curation.steps import Tagging


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked for beside its recipe; `tags` is where tagged shards are kept between runs."""

    files: Sequence[InputFile]
    tagging: Tagging
    tags: Path
    limit: int | None = None
    sample: int | None = None
    releases: Sequence[Release] = ()
