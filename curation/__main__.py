"""The command: `python -m curation run | inspect | tag | rewrite | …`. Heavy imports wait for parsing."""

from pathlib import Path
from typing import Annotated

import typer

from curation.check_commands import check
from curation.difference_command import diff
from curation.errors import run_command
from curation.export_commands import export, push
from curation.report_command import report
from curation.run_command import run
from curation.speech_commands import rewrite, tag

app = typer.Typer(
    help="Korean instruction data: read, tagged, judged, freed of repeats, split without leaks.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
app.command()(run)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a file of rows")],
    *,
    shape: Annotated[str | None, typer.Option(help="take it for this shape")] = None,
) -> None:
    """Say what FILE holds: its format, its shape, what becomes of its fields, and which rows nothing fits."""
    from curation.recipes.schema import Source
    from curation.sources.inspecting import inspect_file, print_inspection

    print_inspection(inspect_file(file, Source(shape=shape)))


app.command()(tag)
app.command()(rewrite)


@app.command()
def verify(folder: Annotated[Path, typer.Argument(metavar="DIR", help="a curated folder")]) -> None:
    """Find any changed byte in a curated folder; exit 1 with the faults listed."""
    from curation.dataset.folder import verify_folder

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


app.command()(report)
app.command()(check)
app.command()(diff)
app.command()(export)
app.command()(push)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a curated folder")],
    row_id: Annotated[str, typer.Argument(help="a row_id, a beginning of it, or FILE:LINE")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="the same as one JSON object")] = False,
) -> None:
    """One row's whole story: where it was read, what was changed, why it stays or went, and beside whom."""
    from curation.dataset.explain import explain_row, print_story

    story = explain_row(folder, row_id)
    if as_json:
        import json

        print(json.dumps(story, ensure_ascii=False, indent=1))
    else:
        print_story(story)


if __name__ == "__main__":
    run_command(app)
