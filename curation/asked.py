"""What a run was asked for beside its recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.files import sha256_bytes
from curation.releases.earlier import Release
from curation.sources.inputs import InputFile
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
    evaluation: Sequence[str] = ()  # digests of the sets to keep out
    pseudonym_key: bytes | None = None

    @property
    def key_digest(self) -> str | None:
        """What may be told of the key of pseudonyms: it is long and drawn by chance, so its digest betrays nothing."""
        return sha256_bytes(self.pseudonym_key) if self.pseudonym_key else None
