"""The command: `python -m curation run | tag | rewrite | verify | report | explain`. Heavy imports wait for parsing."""

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation.errors import run_command
from curation.speech_commands import rewrite, tag

if TYPE_CHECKING:
    from curation.curate import Curated
    from curation.inputs import InputFile
    from curation.recipes.schema import CurationRecipe

app = typer.Typer(
    help="Korean instruction data: read, tagged, freed of repeats, judged, split without leaks.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)


@app.command()
def run(
    inputs: Annotated[list[Path], typer.Argument(help="datagen's folder, JSONL files, or folders of them")],
    *,
    out: Annotated[Path, typer.Option(help="the folder to write")],
    recipe: Annotated[str, typer.Option(help="wms, annotate-only, or a TOML file")] = "wms",
    overrides: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE over the recipe; repeatable")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="read so many rows and no more")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="the recipe's seed")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="start over, whatever lies in --out")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="do everything but write")] = False,
    words: Annotated[Path | None, typer.Option(help="word list for the analyser, one a line")] = None,
) -> None:
    """Curate INPUTS into the folder --out. The same command again does nothing where all is done."""
    started = time.perf_counter()
    from curation.describe import describe, identify, run_facts
    from curation.folder import check_ours, find_dataset, write_folder
    from curation.inputs import find_inputs
    from curation.recipe import load_recipe
    from curation.recipes.schema import CurationRecipe, shipped_recipe
    from curation.words import load_words

    seeds = [] if seed is None else [f"seed={seed}"]
    settings = load_recipe(CurationRecipe, shipped_recipe(recipe), [*(overrides or []), *seeds])
    known_words = load_words(words) if words else ()
    files = find_inputs(inputs, apart_from=out)
    check_ours(out)
    identity = identify(files, settings, known_words, limit)
    done = None if fresh or dry_run else find_dataset(out, identity)
    if done:
        print(f"{out}: nothing to do, all is done (manifest_sha256 {done.digest}); --fresh starts over")
        return
    curated = _curate(files, settings, words=known_words, limit=limit, out=out, dry_run=dry_run)
    if dry_run:
        _print_funnel(curated.steps, {})
        print(f"dry run: nothing was written to {out}")
        return
    facts = {**identity, **describe(curated.kept, curated.ledger, files, settings)}
    command = shlex.join(["python", "-m", "curation", *sys.argv[1:]])
    manifest = write_folder(curated, out, facts, run_facts(command, started))
    _print_funnel(manifest.data["steps"], manifest.data["splits"])
    print(f"{out}: manifest_sha256 {manifest.digest}\nopen {out / 'report.html'}")
    if not curated.kept.num_rows:
        print("no row was kept; the ledger says why · 남은 행이 없습니다. 까닭은 원장에 있습니다", file=sys.stderr)
        raise typer.Exit(1)


app.command()(tag)
app.command()(rewrite)


@app.command()
def verify(folder: Annotated[Path, typer.Argument(help="a curated folder")]) -> None:
    """Find any changed byte in a curated folder; exit 1 with the faults listed."""
    from curation.folder import verify_folder

    data, faults = verify_folder(folder)
    for file, fault in faults:
        print(f"{folder / file}: {fault}")
    if faults:
        raise typer.Exit(1)
    rows = sum(file["rows"] for file in data["files"] if "split" in file)
    print(
        f"{folder}: {len(data['files'])} files, the manifest, and the content of {rows} rows are as they were written "
        f"(manifest_sha256 {data['manifest_sha256']})"
    )


@app.command()
def report(folder: Annotated[Path, typer.Argument(metavar="PATH", help="a curated folder")]) -> None:
    """Write report.html of a curated folder anew."""
    from curation.folder import write_report

    print(write_report(folder))


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a curated folder")],
    row_id: Annotated[str, typer.Argument(help="a row_id, a beginning of it, or FILE:LINE")],
) -> None:
    """One row's story from the ledger, as JSON."""
    import json

    from curation.ledger import explain as explain_row

    print(json.dumps(explain_row(folder, row_id), ensure_ascii=False, indent=1))


def _curate(
    files: "list[InputFile]",
    settings: "CurationRecipe",
    *,
    words: tuple[str, ...],
    limit: int | None,
    out: Path,
    dry_run: bool,
) -> "Curated":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from curation.curate import curate
    from curation.folder import write_quarantine
    from curation.reading import REFUSED

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<13}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("read")
        return curate(
            files,
            settings,
            words=words,
            limit=limit,
            on_refused=lambda broken: None if dry_run else write_quarantine(broken, out / REFUSED),
            on_step=lambda step, done, total: progress.update(bar, description=step, completed=done, total=total),
        )


def _print_funnel(steps: list[dict[str, Any]], splits: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("step", "in", "dropped", "quarantined", "out", "reasons", box=None, header_style="bold")
    for column in table.columns[1:5]:
        column.justify = "right"
    for step in steps:
        reasons = ", ".join(f"{reason} {count}" for reason, count in step["reasons"].items())
        table.add_row(step["step"], *(f"{step[key]:,}" for key in ("in", "dropped", "quarantined", "out")), reasons)
    for split, facts in splits.items():
        table.add_row(split, "", "", "", f"{facts['rows']:,}", f"{facts['documents']} documents")
    Console().print(table)


if __name__ == "__main__":
    run_command(app)
