"""What the command was given: files, folders, globs, datagen's folder, `hf:NAME@REVISION` → files to read."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from glob import glob, has_magic
from itertools import chain
from pathlib import Path
from typing import Any
from unicodedata import normalize

from curation.errors import InputError
from curation.files import sha256_file
from curation.manifest import open_manifest
from curation.recipes.schema import Read, Source
from curation.sources.formats import SUFFIXES, Compression, Format, Kind, kind_of
from curation.sources.shapes.recognise import check_source

CANDIDATES = "candidates.jsonl"
DATASET, EXPORT = "dataset", "export"  # kinds of folders
# Files that lie beside data and are none: in an archive, in a snapshot of the Hub.
_BESIDE = frozenset(
    "readme.txt license.txt licence.txt notice.txt changelog.txt "
    "dataset_info.json dataset_infos.json dataset_dict.json state.json".split()
)
_KNOWN = f"{', '.join(SUFFIXES)}, each also with .gz or .zst"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of records. `name` is what ledger and manifest call it; `source` serves rows that name none."""

    path: Path
    name: str
    source: str
    size_bytes: int
    sha256: str
    parent: dict[str, Any] | None  # the manifest of the datagen folder it lies in
    format: Format = Format.JSONL
    compression: Compression = Compression.NONE
    settings: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    name: str
    parent: dict[str, Any] | None = None
    source: str | None = None
    license: str | None = None  # what the Hub says


def find_inputs(
    inputs: Sequence[str | Path],
    settings: Read | None = None,
    *,
    apart_from: Path | None = None,
    download: bool = False,
) -> list[InputFile]:
    """The files behind the inputs, sorted by name; of a folder that datagen or `export` made the rows, verified.

    Rows of such a folder that name no source are of a source of its name. The first of `settings.sources` whose `files`
    fits a file's name says what is known of it. What lies under `apart_from` (the folder to be written) is no input.
    Only `download` lets a dataset of the Hub be fetched. Raises InputError where an input is missing, is no input, was
    made by `curation run`, or was changed since its manifest was written, and where a source names what there is not.
    """
    sources = settings.sources if settings else []
    for entry in sources:
        check_source(entry)
    found = [one for given in inputs for one in _behind(str(given), apart_from, download=download)]
    described = sorted(((one, sha256_file(one.path)) for one in found), key=lambda pair: (pair[0].name, pair[1]))
    files = []
    seen: Counter[str] = Counter()
    for one, digest in described:
        seen[one.name] += 1  # a/train.jsonl and b/train.jsonl must stay apart in the ledger
        name = one.name if seen[one.name] == 1 else f"{one.name} ({seen[one.name]})"
        files.append(_input_file(one, name, digest, sources))
    return files


def _input_file(found: _Found, name: str, digest: str, sources: Sequence[Source]) -> InputFile:
    kind = _kind(found.path)
    settings = next((entry for entry in sources if fits(entry, name)), Source())
    if settings.license is None and found.license is not None:
        settings = settings.model_copy(update={"license": found.license, "stated_by": "the dataset's card"})
    stem = found.path.parent.name if found.path.name == CANDIDATES else kind.stem
    return InputFile(
        path=found.path,
        name=name,
        source=settings.name or normalize("NFC", found.source or stem),
        size_bytes=found.path.stat().st_size,
        sha256=digest,
        parent=found.parent,
        format=kind.format,
        compression=kind.compression,
        settings=settings,
    )


def fits(entry: Source, name: str) -> bool:
    """Whether an entry's `files` fits an input, by its name or by that of the file alone: `더미/faq.csv`, `faq.csv`."""
    return fnmatchcase(name, entry.files) or fnmatchcase(name.rpartition("/")[2], entry.files)


def passed_over(inputs: Sequence[str | Path], files: Sequence[InputFile], apart_from: Path | None = None) -> list[str]:
    """The files of folders given that are not among those read, and lie in no folder with a manifest: by name."""
    read = {file.path.resolve() for file in files}
    own = apart_from.resolve() if apart_from else None
    left: list[str] = []
    for folder in (Path(given) for given in inputs if Path(given).is_dir()):
        made = {file.parent for file in folder.rglob("manifest.json")}
        for file in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
            inside = own in file.resolve().parents or made & {*file.parents}
            if file.is_file() and not hidden and not inside and file.resolve() not in read:
                left.append(file.relative_to(folder.parent).as_posix())
    return left


def _behind(given: str, apart_from: Path | None, *, download: bool) -> Iterator[_Found]:
    """The files behind one input."""
    path = Path(given)
    if given.startswith("hf:"):
        yield from _hub(given, download=download)
    elif path.is_dir():
        yield from _folder(path.resolve(), apart_from)  # resolved, so that "." has a name
    elif path.exists():
        yield _file(path)
    elif has_magic(given) and (fitting := sorted(glob(given, recursive=True))):  # noqa: PTH207 - an absolute one too
        for one in fitting:
            if Path(one).is_dir() or kind_of(Path(one)):  # data/* may also take in a README
                yield from _behind(one, apart_from, download=download)
    else:
        raise InputError(
            given, "fits no file" if has_magic(given) else "is not there",
            mend="give files, folders or globs of records, datagen's folder, or hf:NAME@REVISION",
            mend_ko="데이터 파일·폴더·글롭, datagen 이 만든 폴더, 또는 hf:이름@리비전 을 지정하세요",
        )  # fmt: skip


def _file(path: Path) -> _Found:
    _kind(path)
    if path.name == CANDIDATES and path.with_name("manifest.json").is_file():
        return next(_made(path.resolve().parent))
    for folder in path.resolve().parents[:2]:  # a shard lies in OUT/data
        if _kind_of_folder(folder) == DATASET:
            raise _curated(path)
    return _Found(path, normalize("NFC", path.name))


def _folder(path: Path, apart_from: Path | None) -> Iterator[_Found]:
    if (path / "manifest.json").is_file() or (path / CANDIDATES).is_file():
        yield from _made(path)
        return
    written = apart_from.resolve() if apart_from else None
    if path == written:
        raise InputError(
            str(path), "is an input and --out at once", mend="give another folder with --out",
            mend_ko="--out 으로 다른 폴더를 지정하세요",
        )  # fmt: skip
    made = sorted(file.parent for file in path.rglob("manifest.json") if written not in (file.parent, *file.parents))
    files = sorted(
        file
        for file in path.rglob("*")
        if kind_of(file)
        and file.is_file()
        and file.name.lower() not in _BESIDE
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not {written, *made} & {*file.parents}
    )
    if not files and not made:
        raise InputError(
            str(path), f"holds no file of records ({_KNOWN})", mend="give another folder, or the files themselves",
            mend_ko="다른 폴더나 파일 자체를 지정하세요",
        )  # fmt: skip
    # A folder with a manifest is taken as what it is: rejected pairs and quarantined lines beside it are no records.
    yield from chain.from_iterable(map(_made, made))
    yield from (_Found(file, normalize("NFC", file.relative_to(path.parent).as_posix())) for file in files)


def _made(path: Path) -> Iterator[_Found]:
    """The records of a folder that datagen made, or `curation export`."""
    kind = _kind_of_folder(path)
    if kind == DATASET:
        raise _curated(path)
    if kind == EXPORT:
        listed = [path / file["path"] for file in open_manifest(path).data["files"] if "split" in file]
        yield from (_Found(file, normalize("NFC", f"{path.name}/{file.name}"), source=path.name) for file in listed)
        return
    manifest = open_manifest(path, kind="candidates")
    if CANDIDATES not in {file["path"] for file in manifest.data.get("files", [])}:
        raise InputError(
            str(path / "manifest.json"), f"does not list {CANDIDATES}, so this folder was not made by datagen",
            mend="give the folder python -m datagen.wms wrote, or the files of records themselves",
            mend_ko="python -m datagen.wms 가 만든 폴더나 데이터 파일 자체를 지정하세요",
        )  # fmt: skip
    yield _Found(path / CANDIDATES, normalize("NFC", f"{path.name}/{CANDIDATES}"), manifest.data)


def _kind_of_folder(folder: Path) -> str | None:
    """What the manifest in a folder says it is; None where there is none, or one that opening it will explain."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict):
        return None
    return EXPORT if "export" in manifest else manifest.get("kind")  # what went to the Hub is a dataset's copy


def _curated(path: Path) -> InputError:
    return InputError(
        str(path), "was made by python -m curation run: its rows are judged, split and freed of repeats already",
        mend="give the sources it was made from; to add to that release give it as --against DIR",
        mend_ko="그 데이터셋의 원본을 지정하세요. 이전 릴리스에 더하려면 --against DIR 로 지정하세요",
    )  # fmt: skip


def _hub(given: str, *, download: bool) -> Iterator[_Found]:
    from curation.sources.hub import load_hub

    for file in load_hub(given, download=download):
        yield _Found(file.path, normalize("NFC", file.name), source=file.source, license=file.license)


def _kind(path: Path) -> Kind:
    kind = kind_of(path)
    if kind is None:
        raise InputError(
            str(path), f"is a {path.suffix or 'nameless'} file, expected {_KNOWN}",
            mend="convert it, or rename it to what it is", mend_ko="변환하거나, 형식에 맞게 확장자를 바꾸세요",
        )  # fmt: skip
    if kind.format is Format.PARQUET and kind.compression:
        raise InputError(
            str(path), "is a compressed Parquet file, which cannot be read in parts", mend="unpack it first",
            mend_ko="먼저 압축을 푸세요. Parquet 은 안에서 이미 압축되어 있습니다",
        )  # fmt: skip
    return kind
