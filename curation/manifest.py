"""What was made, from what, by which recipe and versions, with digests: written last, opened first.

Imports nothing heavy: the trainer opens a manifest before anything else is imported or asked.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.files import canonical_json, replacing, sha256_bytes, sha256_file

# Of a dataset: since 2 every figure of its report stands in its manifest.
SCHEMA_VERSION, CANDIDATES_VERSION = 2, 1
# How to come by a folder of each kind.
_MAKERS = {
    "candidates": {
        "mend": "give the folder that python -m datagen.wms wrote",
        "mend_ko": "python -m datagen.wms 가 만든 폴더를 지정하세요",
    },
    "dataset": {
        "mend": "make one first: python -m curation run THAT_FOLDER --out DIR",
        "mend_ko": "먼저 데이터셋을 만드세요: python -m curation run 그_폴더 --out DIR",
    },
}
# The only parts that may differ between two runs, and the digest itself: left out of manifest_sha256.
UNHASHED = ("run", "manifest_sha256")


@dataclass(frozen=True, slots=True)
class Manifest:
    """An opened manifest whose own digest, and whose files' digests, were found to be right."""

    folder: Path
    data: dict[str, Any]

    @property
    def digest(self) -> str:
        """`manifest_sha256`, lower-case hex."""
        return str(self.data["manifest_sha256"])

    def shards(self, split: str) -> list[Path]:
        """The data files of a split (`train`, `valid`, `test`), in the manifest's order."""
        return [self.folder / file["path"] for file in self.data["files"] if file.get("split") == split]


def content_digest(row_digests: Iterable[str]) -> str:
    """SHA-256 over the sorted row digests (hex): free of file layout, workers and order."""
    total = hashlib.sha256()
    for digest in sorted(row_digests):
        total.update(digest.encode())
    return total.hexdigest()


def describe_file(folder: Path, path: Path, **facts: object) -> dict[str, object]:
    """One entry of a manifest's `files`: `path` (POSIX, relative to `folder`), `bytes`, `sha256`, and `facts`."""
    relative = path.relative_to(folder).as_posix()
    return {"path": relative, "bytes": path.stat().st_size, "sha256": sha256_file(path), **facts}


@cache  # each look reads the installed metadata anew
def own_version() -> str:
    """This project's version; `clone` where it runs without being installed."""
    try:
        return version("dadeum")
    except PackageNotFoundError:
        return "clone"


@cache
def code_digest() -> str:
    """SHA-256 over the sources of this package: what another state of the code made is made anew."""
    room = Path(__file__).parent
    files = sorted(path for path in room.rglob("*") if path.suffix in (".py", ".toml", ".tsv") and path.is_file())
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(room).as_posix()} {sha256_file(path)}\n".encode())
    return total.hexdigest()


def write_manifest(folder: Path, data: dict[str, Any]) -> Manifest:
    """Write `folder/manifest.json`, whole, with `schema_version` and `manifest_sha256` added."""
    data = {"schema_version": _schema_version(data), **data}
    data["manifest_sha256"] = _own_digest(data)
    with replacing(folder / "manifest.json") as file:
        file.write(json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n")
    return Manifest(folder, data)


def open_manifest(path: Path, *, kind: str | None = None) -> Manifest:
    """Open `manifest.json` (or the folder that holds it) and verify its own digest and every listed file.

    Raises InputError that names the first missing or changed file, or says that the folder is not of the `kind` asked
    for (`candidates` from datagen, `dataset` from curation).
    """
    path = path / "manifest.json" if path.is_dir() else path
    data = _read(path)
    if kind is not None and data.get("kind", kind) != kind:
        raise InputError(
            str(path), f"is the manifest of a {data['kind']} folder, expected {kind}", **_MAKERS[kind]
        )  # fmt: skip
    if fault := _other_version(data):
        raise InputError(
            str(path), f"{fault}: another version of dadeum wrote it",
            mend="make the folder again: the command that made it, with --fresh",
            mend_ko="그 폴더를 만든 명령에 --fresh 를 붙여 다시 만드세요",
        )  # fmt: skip
    for file, fault in faults(path.parent, data):
        raise InputError(
            str(path.parent / file), fault,
            mend="restore the file, or make the dataset again with the same command and --fresh",
            mend_ko="파일을 되돌리거나, 같은 명령에 --fresh 를 붙여 데이터셋을 다시 만드세요",
        )  # fmt: skip
    return Manifest(path.parent, data)


def find_done(folder: Path, identity: Mapping[str, object]) -> Manifest | None:
    """The finished dataset in `folder` if its manifest agrees with every key of `identity`; None where there is none.

    Raises InputError where the folder holds the result of other inputs or another recipe, or a damaged one.
    """
    if not (folder / "manifest.json").is_file():
        return None
    manifest = open_manifest(folder)
    differing = [key for key, value in identity.items() if manifest.data.get(key) != value]
    if differing:
        raise InputError(
            str(folder), f"holds a dataset made otherwise: what differs is {', '.join(differing)}",
            mend="choose another --out, or start over with --fresh",
            mend_ko="다른 --out 을 고르거나 --fresh 로 처음부터 다시 만드세요",
        )  # fmt: skip
    return manifest


def faults(folder: Path, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every (file, fault) by which a folder differs from its manifest, the manifest itself first."""
    if fault := _other_version(data):
        yield "manifest.json", fault
        return
    if data.get("manifest_sha256") != _own_digest(data):
        yield "manifest.json", "does not match its own manifest_sha256: it was changed"
    for file in data.get("files", []):
        path = folder / file["path"]
        if not path.is_file():
            yield file["path"], "is missing"
        elif path.stat().st_size != file["bytes"]:
            yield file["path"], f"has {path.stat().st_size} bytes, the manifest says {file['bytes']}"
        elif sha256_file(path) != file["sha256"]:
            yield file["path"], "was changed: its SHA-256 is not the manifest's"


def _schema_version(data: Mapping[str, Any]) -> int:
    return CANDIDATES_VERSION if data.get("kind") == "candidates" else SCHEMA_VERSION


def _other_version(data: Mapping[str, Any]) -> str | None:
    found, expected = data.get("schema_version"), _schema_version(data)
    return None if found == expected else f"has schema_version {found!r}, expected {expected}"


def _own_digest(data: dict[str, Any]) -> str:
    return sha256_bytes(canonical_json({key: value for key, value in data.items() if key not in UNHASHED}))


def _read(path: Path) -> dict[str, Any]:
    mend = {
        "mend": "give a folder that python -m datagen.wms or python -m curation run wrote, or its manifest.json",
        "mend_ko": "python -m datagen.wms 나 python -m curation run 이 만든 폴더, 또는 그 manifest.json 을 지정하세요",
    }
    try:
        data = json.loads(path.read_bytes())
        canonical_json(data)  # NaN and half a surrogate pair are JSON to Python, and to nobody else
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(str(path), "is not there", **mend) from error
    except ValueError as error:  # not JSON, or not UTF-8
        raise InputError(str(path), f"is not a JSON manifest ({error})", **mend) from error
    if not isinstance(data, dict):
        raise InputError(str(path), "is not a JSON object", **mend)
    return data
