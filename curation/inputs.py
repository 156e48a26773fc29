"""What the command was given: a datagen folder, a JSONL file, or a folder of JSONL files → files to read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

from curation.errors import InputError
from curation.files import sha256_file
from curation.manifest import Manifest, open_manifest

CANDIDATES = "candidates.jsonl"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of records. `name` is what ledger and manifest call it; `source` serves rows that name none."""

    path: Path
    name: str
    source: str
    size_bytes: int
    sha256: str
    parent: dict[str, Any] | None  # the manifest of the datagen folder it lies in


def find_inputs(paths: Sequence[Path], *, apart_from: Path | None = None) -> list[InputFile]:
    """The files behind the inputs, sorted by name. A datagen folder gives its `candidates.jsonl`, digests verified.

    What lies under `apart_from` (the folder to be written) is no input. Raises InputError where an input is missing, is
    no input, or was changed since its manifest was written.
    """
    found = [
        (file, relative, parent)
        for path in paths
        for file, relative, parent in (_folder(path, apart_from) if path.is_dir() else _file(path))
    ]
    files = sorted(
        (
            InputFile(
                path=file,
                name=normalize("NFC", relative),
                source=normalize("NFC", file.parent.name if file.name == CANDIDATES else file.stem),
                size_bytes=file.stat().st_size,
                sha256=sha256_file(file),
                parent=parent.data if parent else None,
            )
            for file, relative, parent in found
        ),
        key=lambda file: (file.name, file.sha256),
    )
    seen: Counter[str] = Counter()
    for place, file in enumerate(files):  # a/train.jsonl and b/train.jsonl must stay apart in the ledger
        seen[file.name] += 1
        if seen[file.name] > 1:
            files[place] = replace(file, name=f"{file.name} ({seen[file.name]})")
    return files


def _file(path: Path) -> list[tuple[Path, str, Manifest | None]]:
    if not path.exists():
        raise InputError(
            str(path), "is not there", mend="give a JSONL file, a folder of them, or datagen's folder",
            mend_ko="JSONL 파일, JSONL 폴더, 또는 datagen 이 만든 폴더를 지정하세요",
        )  # fmt: skip
    if path.suffix != ".jsonl":
        raise InputError(
            str(path), f"is a {path.suffix or 'nameless'} file, expected .jsonl",
            mend="write it as JSON lines (one object a line) and name it .jsonl",
            mend_ko="한 줄에 JSON 객체 하나인 형식으로 바꾸고 확장자를 .jsonl 로 하세요",
        )  # fmt: skip
    if path.name == CANDIDATES and path.with_name("manifest.json").is_file():
        return [_datagen_folder(path.resolve().parent)]
    return [(path, path.name, None)]


def _folder(path: Path, apart_from: Path | None) -> list[tuple[Path, str, Manifest | None]]:
    path = path.resolve()  # so that "." has a name
    if (path / "manifest.json").is_file() or (path / CANDIDATES).is_file():
        return [_datagen_folder(path)]
    written = apart_from.resolve() if apart_from else None
    made = sorted(file.parent for file in path.rglob("manifest.json") if written not in (file.parent, *file.parents))
    files = sorted(
        file
        for file in path.rglob("*.jsonl")
        if file.is_file() and not file.name.startswith(".") and not {written, *made} & {*file.parents}
    )
    if not files and not made:
        raise InputError(
            str(path), "holds no .jsonl file", mend="give a JSONL file, a folder of them, or datagen's folder",
            mend_ko="JSONL 파일, JSONL 폴더, 또는 datagen 이 만든 폴더를 지정하세요",
        )  # fmt: skip
    # A folder with a manifest is taken as what it is: rejected pairs and quarantined lines beside it are no records.
    return [*map(_datagen_folder, made), *((file, file.relative_to(path.parent).as_posix(), None) for file in files)]


def _datagen_folder(path: Path) -> tuple[Path, str, Manifest]:
    manifest = open_manifest(path, kind="candidates")
    if CANDIDATES not in {file["path"] for file in manifest.data.get("files", [])}:
        raise InputError(
            str(path / "manifest.json"), f"does not list {CANDIDATES}, so this folder was not made by datagen",
            mend="give the folder python -m datagen.wms wrote, or the JSONL files themselves",
            mend_ko="python -m datagen.wms 가 만든 폴더나 JSONL 파일 자체를 지정하세요",
        )  # fmt: skip
    return path / CANDIDATES, f"{path.name}/{CANDIDATES}", manifest
