"""The one door to the Hugging Face Hub: `hf:NAME@REVISION[:CONFIG][:SPLIT]` → the dataset's own files on this disk.

The files are handed on as they are, for our own reader: `datasets` is only asked which of them belong to which
configuration and split, since reading them it would turn dates and "007" into other types.
"""

import glob
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from curation.errors import InputError

PREFIX = "hf:"
_SPEC = re.compile(r"hf:([\w.-]+(?:/[\w.-]+)?)(?:@([\w./-]+))?((?::[^:]+){0,2})", re.ASCII)
_MOVING = ("main", "master", "HEAD")
_CARD = "README.md"
# What our reader reads, each also compressed.
_READABLE = re.compile(r"\.(?:parquet|jsonl?|ndjson|csv|tsv|txt)(?:\.gz|\.zst)?$", re.IGNORECASE)
_PART = re.compile(r"(.*-)\d{5}-of-(\d{5})\.")  # train-00000-of-00004.parquet


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a dataset: `name` is what ledger and manifest call it, `license` what the dataset's card states."""

    path: Path
    name: str
    source: str
    split: str
    commit: str
    license: str | None


@dataclass(frozen=True, slots=True)
class _Spec:
    text: str
    name: str
    revision: str
    rest: tuple[str, ...]  # configuration and split, as far as they are given


def load_hub(spec: str, *, download: bool, cache: Path | None = None) -> list[HubFile]:
    """The files of a dataset in this machine's cache (`cache`, else the Hub client's own), sorted by split and name.

    Only `download` asks the network, and not where HF_HUB_OFFLINE is set. Raises InputError where the spec names no
    revision, where the dataset, a file of it, its configuration or its split is not there, or where its files are of no
    kind that is read.
    """
    wanted = _parse(spec)

    def snapshot(revision: str, only: Sequence[str]) -> Path:
        return find_snapshot(
            wanted.name, kind="dataset", revision=revision, only=only, download=download, cache=cache, where=spec
        )

    folder = snapshot(wanted.revision, [_CARD])
    prefix, splits = _choose(wanted, folder, _list_files(wanted, folder, cache))
    _check_readable(wanted, [name for names in splits.values() for name in names])
    folder = snapshot(folder.name, [_CARD, *(glob.escape(name) for names in splits.values() for name in names)])
    license_ = _license(folder / _CARD)
    return [
        HubFile(
            folder / name, f"{prefix}/{split}" + (f"/{name.rpartition('/')[2]}" if len(names) > 1 else ""),
            wanted.name, split, folder.name, license_,
        )
        for split, names in sorted(splits.items())
        for name in sorted(names)
    ]  # fmt: skip


def find_snapshot(
    name: str, *, kind: Literal["dataset", "model"], revision: str | None, only: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None, download: bool, cache: Path | None, where: str,
) -> Path:  # fmt: skip
    """The folder of a dataset or model in the cache, with the files that fit the patterns `only` and not `ignore`.

    `where` is what the user wrote, for the InputError where it is not in the cache, and was not to be fetched or could
    not be.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read once, when the library is first imported
    try:
        from huggingface_hub import errors, snapshot_download
    except ModuleNotFoundError as error:
        raise _without_library(where, "embed" if kind == "model" else "hub") from error
    try:
        found = snapshot_download(
            name, repo_type=kind, revision=revision, cache_dir=cache, local_files_only=not download,
            allow_patterns=None if only is None else list(only), ignore_patterns=list(ignore or []),
        )  # fmt: skip
    except errors.HFValidationError as error:
        raise InputError(
            where, f"is no folder, and no {kind}'s name",
            mend="give a folder, or its name as its page has it: OWNER/NAME",
            mend_ko="폴더를 지정하거나 페이지에 적힌 대로 소유자/이름 꼴로 쓰세요",
        ) from error  # fmt: skip
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        unreached = ", and the hub cannot be reached" if download else ""
        again = f"hf download {name}" + (" --repo-type dataset" if kind == "dataset" else "")
        again += f" --revision {revision}" if revision else ""
        raise InputError(
            where, f"is not in this machine's cache, or not all of it{unreached}",
            mend=f"fetch it where there is a network: --download, or once {again}",
            mend_ko=f"네트워크가 되는 곳에서 --download 를 붙이거나 한 번 받아 두세요: {again}",
        ) from error  # fmt: skip
    except errors.HfHubHTTPError as error:
        raise InputError(
            where, f"could not be fetched ({_first_line(error)})",
            mend="check name and revision; what is gated needs hf auth login first",
            mend_ko="이름과 리비전을 확인하세요. 승인이 필요한 자료는 hf auth login 을 먼저 하세요",
        ) from error  # fmt: skip
    return Path(found)


def _parse(spec: str) -> _Spec:
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise InputError(
            spec, "is no dataset's name", mend="write hf:NAME@REVISION, hf:NAME@REVISION:CONFIG or …:CONFIG:SPLIT",
            mend_ko="hf:이름@리비전, hf:이름@리비전:구성 또는 …:구성:분할 꼴로 쓰세요",
        )  # fmt: skip
    name, revision, rest = match.groups()
    if revision is None or revision in _MOVING:
        raise InputError(
            spec, "names no fixed revision, and a dataset changes under its name",
            mend=f"name a commit or a tag, as the dataset's page lists them: hf:{name}@COMMIT",
            mend_ko=f"데이터셋은 같은 이름으로 바뀔 수 있으니 커밋이나 태그를 적으세요: hf:{name}@커밋",
        )  # fmt: skip
    return _Spec(spec, name, revision, tuple(rest.split(":")[1:]))


def _list_files(wanted: _Spec, folder: Path, cache: Path | None) -> list[str]:
    """Every file of the revision, as the Hub listed them when it was fetched; those on the disk where no list is."""
    from huggingface_hub import get_cached_repo_tree
    from huggingface_hub.errors import CachedRepoTreeNotFoundError

    try:
        return [
            file.path
            for file in get_cached_repo_tree(wanted.name, repo_type="dataset", revision=folder.name, cache_dir=cache)
        ]
    except CachedRepoTreeNotFoundError:
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        _check_parts(wanted, names)
        return names


def _choose(wanted: _Spec, folder: Path, names: Iterable[str]) -> tuple[str, dict[str, list[str]]]:
    """What the files are called after, and the files of each split that is wanted.

    `datasets` is shown empty files of the same names beside the card, so that nothing is fetched to find this out.
    """
    try:
        from datasets import get_dataset_config_names, load_dataset_builder
        from yaml import YAMLError
    except ModuleNotFoundError as error:
        raise _without_library(wanted.text, "hub") from error
    with tempfile.TemporaryDirectory() as made:
        shown = Path(made, "dataset").resolve()
        for name in names:
            (shown / name).parent.mkdir(parents=True, exist_ok=True)
            (shown / name).touch()
        if (folder / _CARD).is_file():
            (shown / _CARD).write_bytes((folder / _CARD).read_bytes())
        try:
            configs = get_dataset_config_names(str(shown))
            config, split = _config_and_split(wanted, configs)
            data_files = load_dataset_builder(str(shown), config, cache_dir=str(Path(made, "cache"))).config.data_files
        except (ValueError, FileNotFoundError, YAMLError) as error:  # no data, several kinds of it, a damaged card
            raise _unreadable(wanted, f"holds nothing that datasets understands ({_first_line(error)})") from error
        splits = {
            str(key): [Path(file).relative_to(shown).as_posix() for file in files]
            for key, files in (data_files or {}).items()
        }
    if split is not None and split not in splits:
        raise _no_such(wanted, split, [*splits, *(configs if len(wanted.rest) == 1 else [])])
    prefix = f"{PREFIX}{wanted.name}@{wanted.revision}" + (f":{config}" if wanted.rest[:1] == (config,) else "")
    return prefix, splits if split is None else {split: splits[split]}


def _config_and_split(wanted: _Spec, configs: Sequence[str]) -> tuple[str, str | None]:
    """One name alone may be either; where several configurations stand, one must be chosen."""
    first, *second = wanted.rest or ("",)
    if first in configs:
        return first, second[0] if second else None
    if len(configs) > 1 or second:
        raise _no_such(wanted, first, configs)
    return configs[0], first or None


def _check_readable(wanted: _Spec, names: Sequence[str]) -> None:
    kinds = sorted({Path(name).suffix or name for name in names if not _READABLE.search(name)})
    if kinds:
        raise _unreadable(wanted, f"holds {', '.join(kinds)} files, which are not read")


def _check_parts(wanted: _Spec, names: Sequence[str]) -> None:
    """Where train-00000-of-00004 lies, four of its kind must: half a dataset is not taken for a whole one."""
    parts = Counter((match[1], int(match[2])) for name in names if (match := _PART.match(name)))
    for (stem, of), count in parts.items():
        if count != of:
            raise InputError(
                wanted.text, f"is not whole in this machine's cache: {count} of {of} files {stem}…",
                mend="fetch the rest with --download", mend_ko="--download 로 나머지 파일을 받으세요",
            )  # fmt: skip


def _license(card: Path) -> str | None:
    """What the card states: an SPDX id in the Hub's spelling, several joined by AND, or the name given for `other`."""
    from huggingface_hub import DatasetCard

    if not card.is_file():
        return None
    data = DatasetCard.load(card).data
    stated = data.get("license")
    if stated == "other":
        stated = data.get("license_name") or stated
    return " AND ".join(map(str, stated)) if isinstance(stated, list) else stated and str(stated)


def _no_such(wanted: _Spec, name: str, known: Iterable[str]) -> InputError:
    choices = ", ".join(dict.fromkeys(known))
    what = f"has no configuration or split {name!r}" if name else "has several configurations"
    begun = f"hf:{wanted.name}@{wanted.revision}"
    return InputError(
        wanted.text, f"{what}; it has {choices}", mend=f"choose one: {begun}:CONFIG or {begun}:CONFIG:SPLIT",
        mend_ko=f"하나를 고르세요: {begun}:구성 또는 {begun}:구성:분할",
    )  # fmt: skip


def _unreadable(wanted: _Spec, what: str) -> InputError:
    return InputError(
        wanted.text, what,
        mend=f"try the Hub's own Parquet copy: hf:{wanted.name}@refs/convert/parquet",
        mend_ko=f"Hub가 만들어 둔 Parquet 사본을 써 보세요: hf:{wanted.name}@refs/convert/parquet",
    )  # fmt: skip


def _without_library(where: str, extra: str) -> InputError:
    return InputError(
        where, f"the libraries of [{extra}] are not installed", mend=f"pip install 'dadeum[{extra}]'",
        mend_ko=f"pip install 'dadeum[{extra}]' 를 실행하세요",
    )  # fmt: skip


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
