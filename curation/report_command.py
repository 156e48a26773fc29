"""The command `report`: the page of a curated folder, or of any rows as they are."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal
from unicodedata import normalize

import typer

_SMALL_BYTES = 4 * 2**20  # less is done before a second process has started


def report(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="a curated folder, or rows: JSONL, CSV, Parquet, datagen's folder …")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(help="the page; report.html in the folder, NAME.report.html by rows")
    ] = None,
    earlier: Annotated[Path | None, typer.Option(help="an earlier release: the page also shows what changed")] = None,
    target: Annotated[
        Literal["polite", "casual", "plain"] | None, typer.Option(help="of rows: the level that answers should have")
    ] = None,
    terminal: Annotated[bool, typer.Option("--terminal", help="verdict, funnel and matrix here, and no page")] = False,
) -> None:
    """Write the report: one HTML file that asks nobody for anything. Rows are taken as they are."""
    from curation.dataset.folder import is_dataset
    from curation.errors import InputError

    if is_dataset(path):
        if target:
            raise InputError(
                f"--target {target}", f"is for rows as they are; the recipe of {path} has said it already",
                mend="leave --target out, or curate anew with --set target_answer=LEVEL",
                mend_ko="--target 을 빼거나, --set target_answer=말투 로 다시 다듬으세요",
            )  # fmt: skip
        _show(path if path.is_dir() else path.parent, out, earlier, terminal=terminal)
        return
    if not path.exists():
        raise InputError(
            str(path), "is not there", mend="give a folder that python -m curation run wrote, or a file of rows",
            mend_ko="python -m curation run 이 쓴 폴더나, 행이 든 파일을 지정하세요",
        )  # fmt: skip
    with TemporaryDirectory() as elsewhere:
        folder = Path(elsewhere) / "dataset"
        _annotate(path, folder, target or "any")
        _show(folder, out or path.with_name(f"{path.name.partition('.')[0]}.report.html"), earlier, terminal=terminal)


def _show(folder: Path, out: Path | None, earlier: Path | None, *, terminal: bool) -> None:
    from curation.dataset.folder import write_report
    from curation.report.terminal_view import print_view

    if terminal:
        print_view(folder)
    else:
        print(write_report(folder, out / "report.html" if out and out.is_dir() else out, earlier=earlier))


def _annotate(path: Path, out: Path, target: str) -> None:
    """A curated folder of the rows as they are: tagged, compared, none dropped; however much of them is broken."""
    from curation.asked import Asked
    from curation.curate import curate
    from curation.dataset.describe import check_rights, describe, identify
    from curation.dataset.folder import TAGS, WORK, write_folder
    from curation.dataset.run_facts import run_facts
    from curation.engine.local import Engine
    from curation.engine.pool import worker_pool
    from curation.leaks.evaluation import read_evaluation_sets
    from curation.licensing.licenses import describe_rights
    from curation.recipe import load_recipe
    from curation.recipes.schema import CurationRecipe, shipped_recipe
    from curation.sources.inputs import find_inputs
    from curation.steps import Tagging
    from curation.terminal import progress_bar

    started = time.perf_counter()
    changes = [f"target_answer={target}", "read.quarantine_share=1.0", "read.damaged_streams=keep"]
    recipe = load_recipe(CurationRecipe, shipped_recipe("annotate-only"), changes)
    files = find_inputs([path], recipe.read)
    evaluation = [one.sha256 for one in read_evaluation_sets(recipe.leaks.evaluation)]
    asked = Asked(files, Tagging(recipe.read), out / TAGS, evaluation=evaluation)
    processes = 1 if sum(file.size_bytes for file in files) < _SMALL_BYTES else os.cpu_count() or 1
    with progress_bar() as (on_step, costs), worker_pool(processes) as workers:
        engine = Engine(out / WORK, workers)
        curated = curate(
            asked, recipe, engine, on_refused=lambda broken: None, on_read=lambda tagged: None, on_step=on_step
        )
        facts = {**identify(asked, recipe), "semantic": None, **describe(curated, asked, recipe)}
        facts |= {"name": normalize("NFC", path.name), "as_is": True}
        facts["rights"] = describe_rights(check_rights(facts["sources"], recipe))
        command = f"python -m curation report {path.name}"
        facts["run"] = run_facts(command, started, workers=processes, steps=costs)
        write_folder(curated, engine, out, facts)
