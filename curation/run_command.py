"""`python -m curation run`: from any Korean source to a dataset, its ledger, its manifest and its report."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation.errors import InputError
from curation.terminal import print_funnel, progress_bar

if TYPE_CHECKING:
    from curation.asked import Asked
    from curation.engine.parts import Part
    from curation.recipes.schema import CurationRecipe, Source
    from curation.sources.inputs import InputFile
    from curation.steps import Tagging

_WORKER_BYTES = 600 * 2**20  # Kiwi, Arrow and a shard on its way
_KEY_BYTES = 32  # of the secret behind pseudonyms
_OFF_SHARE = 0.03
_SMALL_BYTES = 4 * 2**20  # less is done before a second process has started
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}


def run(
    inputs: Annotated[
        list[str],
        typer.Argument(help="files, folders, globs, datagen's folders, or hf:NAME@REVISION", metavar="INPUT…"),
    ],
    *,
    out: Annotated[Path, typer.Option(help="the folder to write")],
    recipe: Annotated[
        str, typer.Option(help="wms, tesseract, koculture, aihub-summary, annotate-only, or a TOML file")
    ] = "wms",
    overrides: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE over the recipe; repeatable")] = None,
    source: Annotated[str | None, typer.Option(help="the name of the source, for rows that state none")] = None,
    license_: Annotated[str | None, typer.Option("--license", help="SPDX licence, for rows that state none")] = None,
    shape: Annotated[str | None, typer.Option(help="the rows' shape, where `inspect` cannot tell")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="read so many rows and no more")] = None,
    draw: Annotated[
        int | None, typer.Option("--sample", min=1, help="draw so many rows, by source and speech level")
    ] = None,
    split: Annotated[str | None, typer.Option(help="shares of train/valid/test, such as 70/15/15")] = None,
    against: Annotated[
        list[Path] | None, typer.Option(help="an earlier release: repeat nothing of it, cross none of its splits")
    ] = None,
    decontaminate: Annotated[list[Path] | None, typer.Option(help="an evaluation set to keep out; repeatable")] = None,
    waive: Annotated[
        list[str] | None, typer.Option(help="CODE=REASON: accept a conflict of licences; repeatable")
    ] = None,
    pseudonym_key: Annotated[
        Path | None, typer.Option(help="a secret file of 32 bytes or more, for --set rules.pii=pseudonym")
    ] = None,
    words: Annotated[Path | None, typer.Option(help="word list for the analyser, one a line")] = None,
    tokenizer: Annotated[Path | None, typer.Option(help="a tokenizer.json: lengths are counted in its tokens")] = None,
    semantic: Annotated[
        str | None, typer.Option(help="[embed] a sentence model on disk: rows alike in sense are reported")
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="hf: inputs and the --semantic model may be fetched")
    ] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="the recipe's seed")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="processes; as many as there are cores")] = None,
    max_memory: Annotated[str, typer.Option(help="for all processes together, such as 4G")] = "4G",
    fresh: Annotated[bool, typer.Option("--fresh", help="start over; what is tagged already stays tagged")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="do everything but write the dataset")] = False,
) -> None:
    """Curate INPUTS into the folder --out. The same command again goes on, and does nothing where all is done."""
    from curation.asked import Asked
    from curation.dataset.folder import TAGS, WORK, check_ours
    from curation.files import alone
    from curation.leaks.evaluation import read_evaluation_sets
    from curation.licensing.licenses import read_waivers
    from curation.recipe import load_recipe
    from curation.recipes.schema import CurationRecipe, Source, shipped_recipe
    from curation.releases.earlier import open_releases
    from curation.sources.inputs import find_inputs, passed_over
    from curation.steps import Tagging
    from curation.tokens import load_counter
    from curation.words import load_words

    started = time.perf_counter()
    seeds = [] if seed is None else [f"seed={seed}"]
    settings = load_recipe(
        CurationRecipe, shipped_recipe(recipe), [*(overrides or []), *seeds, *_split_settings(split)]
    )
    given = Source(name=source, license=license_, shape=shape)
    settings = _with_flags(settings, given, decontaminate or [], read_waivers(waive or []))
    files = find_inputs(inputs, settings.read, apart_from=out, download=download)
    check_ours(out)
    tagging = Tagging(settings.read, load_words(words) if words else (), load_counter(tokenizer) if tokenizer else None)
    _say_what_is_idle(settings, files, tagging)
    if left := passed_over(inputs, files, out):
        _warn(f"{len(left)} files were not read · 읽지 않은 파일: {', '.join(left[:5])}{' …' if len(left) > 5 else ''}")
    memory = _bytes(max_memory)
    with TemporaryDirectory() as elsewhere:
        home = Path(elsewhere) if dry_run else out
        asked = Asked(
            files=files,
            tagging=tagging,
            tags=home / TAGS,
            limit=limit,
            sample=draw,
            releases=open_releases(against or []),
            evaluation=[one.sha256 for one in read_evaluation_sets(settings.leaks.evaluation)],
            pseudonym_key=_read_key(pseudonym_key, settings),
        )
        how = _How(
            out, home / WORK, _count_workers(workers, memory, sum(file.size_bytes for file in files)), memory,
            semantic, download, fresh, dry_run, started,
        )  # fmt: skip
        with alone(home / WORK):
            _carry_out(asked, settings, how)


@dataclass(frozen=True, slots=True)
class _How:
    """Where a run writes and how it works; nothing of it but `semantic` changes what comes out."""

    out: Path
    work: Path
    processes: int
    memory_bytes: int
    semantic: str | None
    download: bool
    fresh: bool
    dry_run: bool
    started: float


def _carry_out(asked: Asked, settings: CurationRecipe, how: _How) -> None:
    """Do what was asked for, or find it done; say how it went. Exits 1 where licences conflict, or no row stayed."""
    from curation.curate import curate
    from curation.dataset.describe import check_rights, describe, identify
    from curation.dataset.folder import find_dataset, funnel, write_folder, write_quarantine
    from curation.dataset.ledger import has_ledger
    from curation.dataset.run_facts import run_facts
    from curation.engine.local import Engine
    from curation.engine.parts import forget_others
    from curation.engine.pool import worker_pool
    from curation.engine.sink import clear_stage
    from curation.licensing.licenses import describe_rights, refusal
    from curation.semantic import semantic_repeats
    from curation.sentence_model import open_sentence_model
    from curation.sources.reading import REFUSED

    # A model that is not there is said now.
    model = open_sentence_model(how.semantic, "--semantic", download=how.download) if how.semantic else None
    identity = {**identify(asked, settings), "semantic": model.identity if model else None}
    done = None if how.fresh or how.dry_run else find_dataset(how.out, identity)
    if done:
        clear_stage(how.out)  # what a run that was killed at its very end has left
        shutil.rmtree(how.work)
        print(f"{how.out}: nothing to do, all is done (manifest_sha256 {done.digest}); --fresh starts over")
        return
    manifest = None
    with progress_bar() as (on_step, costs), worker_pool(how.processes) as workers:
        engine = Engine(how.work, workers, how.memory_bytes)
        curated = curate(
            asked, settings, engine,
            on_refused=lambda broken: None if how.dry_run else write_quarantine(broken, how.out / REFUSED),
            on_read=lambda tagged: _say_what_was_read(tagged, asked, settings),
            on_step=on_step,
        )  # fmt: skip
        facts = {**identity, **describe(curated, asked, settings)}
        rights = check_rights(facts["sources"], settings)
        facts["rights"] = describe_rights(rights)
        if model:
            facts["semantic_repeats"] = semantic_repeats(curated, model)
        if not how.dry_run and not rights.refused:
            on_step("write", 0, 0)
            facts["run"] = run_facts(
                _command(), how.started, workers=how.processes, peak_workers_bytes=workers.peak_bytes, steps=costs
            )
            told = [one.manifest.folder for one in asked.releases if has_ledger(one.manifest.folder)]
            earlier = told[-1] if told else None  # a folder of the Hub cannot say what became of its rows
            manifest = write_folder(curated, engine, how.out, facts, earlier=earlier)
    print_funnel(manifest.data["steps"] if manifest else funnel(curated), manifest.data["splits"] if manifest else {})
    if manifest:
        shutil.rmtree(how.work)
        forget_others(asked.tags, curated.tagged)
    if rights.refused:
        print(refusal(rights), file=sys.stderr)
        raise typer.Exit(1)
    if manifest is None:
        print(f"dry run: nothing was written to {how.out}")
        return
    _warn(_off_shares(manifest.data))
    print(f"{how.out}: manifest_sha256 {manifest.digest}\nopen {how.out / 'report.html'}")
    if not curated.verdicts.is_kept.any():
        print("no row was kept; the ledger says why · 남은 행이 없습니다. 까닭은 원장에 있습니다", file=sys.stderr)
        raise typer.Exit(1)


def _say_what_is_idle(settings: CurationRecipe, files: Sequence[InputFile], tagging: Tagging) -> None:
    """Warn of settings that touch nothing."""
    from curation.sources.inputs import fits

    for entry in settings.read.sources:
        if not any(fits(entry, file.name) for file in files):
            _warn(f"read.sources: files = {entry.files!r} fits no input · 맞는 입력이 없습니다")
    if settings.rules.max_tokens and tagging.count_tokens is None:
        _warn("rules.max_tokens is idle without --tokenizer · --tokenizer 가 없어 rules.max_tokens 는 쓰지 않습니다")


def _say_what_was_read(tagged: Sequence[Part], asked: Asked, settings: CurationRecipe) -> None:
    """Warn of files without a record, and of licences that will be refused."""
    from curation.dataset.describe import read_rights
    from curation.licensing.licenses import refusal

    held = {part.note["file"] for part in tagged if part.rows or part.note["broken"]}
    for file in asked.files:
        if file.name not in held and asked.limit is None:
            _warn(f"{file.name} holds no row · 행이 없습니다")
    if refused := refusal(read_rights(tagged, asked, settings)):
        _warn(f"unless these rows fall, they will be refused · 이 행들이 남으면 거절됩니다\n{refused}")


def _off_shares(manifest: Mapping[str, Any]) -> str | None:
    """What to say where a split is far from the share that was asked for."""
    got = {name: facts["share"] for name, facts in manifest["splits"].items()}
    asked = {name: manifest["recipe"]["split"][name] for name in got}
    if not any(got.values()) or max(abs(got[name] - asked[name]) for name in got) <= _OFF_SHARE:
        return None
    shares = [" / ".join(f"{one[name]:.0%}" for name in got) for one in (asked, got)]
    return (
        f"the splits have {shares[1]} of the rows instead of {shares[0]}: documents and groups of questions alike are "
        "dealt whole, and these are few or large; --set leaks.threshold=0.8 makes groups smaller · "
        f"분할이 {shares[0]} 이 아니라 {shares[1]} 입니다. 문서와 닮은 질문의 무리는 통째로 나뉩니다"
    )


def _warn(text: str | None) -> None:
    if text:
        print(f"warning: {text}", file=sys.stderr)


def _read_key(path: Path | None, settings: CurationRecipe) -> bytes | None:
    """The key of pseudonyms. Raises InputError where the recipe wants one and none is given, or it is short."""
    if settings.rules.pii != "pseudonym":
        return None
    key = path.read_bytes() if path and path.is_file() else b""
    if len(key) < _KEY_BYTES:
        make = "python -c 'import os, pathlib; pathlib.Path(\"pseudonym.key\").write_bytes(os.urandom(32))'"
        raise InputError(
            f"--pseudonym-key {path or 'FILE'}", f"is no file of at least {_KEY_BYTES} bytes",
            mend=f"make one, keep it, and never hand it on: {make}",
            mend_ko=f"하나 만들어 간직하고 건네지 마세요: {make}",
        )  # fmt: skip
    return key


def _command() -> str:
    return shlex.join(["python", "-m", "curation", *sys.argv[1:]])


def _split_settings(text: str | None) -> list[str]:
    """`70/15/15` as settings of the recipe; the three are percent."""
    if text is None:
        return []
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", text)
    shares = [float(number) / 100 for number in found.groups()] if found else []
    if abs(sum(shares) - 1) > 1e-9:
        raise InputError(
            f"--split {text}", "is not train/valid/test in percent, summing to 100",
            mend="write --split 70/15/15", mend_ko="--split 70/15/15 처럼 쓰세요",
        )  # fmt: skip
    return [f"split.{name}={share}" for name, share in zip(("train", "valid", "test"), shares, strict=True)]


def _with_flags(
    recipe: CurationRecipe, source: Source, evaluation: Sequence[Path], waived: Mapping[str, str]
) -> CurationRecipe:
    """The recipe with what the flags add: what its entries of sources leave open, evaluation sets, waivers."""
    given = source.model_dump(include={"name", "license", "shape"}, exclude_none=True)
    open_ = [(entry, {key for key in given if getattr(entry, key) is None}) for entry in recipe.read.sources]
    sources = [entry.model_copy(update={key: given[key] for key in keys}) for entry, keys in open_]
    sources += [source] if given else []
    return recipe.model_copy(
        update={
            "read": recipe.read.model_copy(update={"sources": sources}),
            "leaks": recipe.leaks.model_copy(update={"evaluation": [*recipe.leaks.evaluation, *map(str, evaluation)]}),
            "licenses": recipe.licenses.model_copy(update={"waived": {**recipe.licenses.waived, **waived}}),
        }
    )


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)([kmg]?)b?", text.strip().lower())
    if not found or int(found[1]) * _UNITS[found[2]] < _WORKER_BYTES:
        raise InputError(
            f"--max-memory {text}", "is no size of at least 600M", mend="write 4G or 800M",
            mend_ko="4G 나 800M 처럼, 600M 이상으로 쓰세요",
        )  # fmt: skip
    return int(found[1]) * _UNITS[found[2]]


def _count_workers(wanted: int | None, memory: int, size_bytes: int) -> int:
    """As many processes as were asked for or there are cores, as memory allows; one where there is little to do."""
    if wanted is None and size_bytes < _SMALL_BYTES:
        return 1
    return max(1, min(wanted or os.cpu_count() or 1, memory // _WORKER_BYTES))
