"""The command `check`: what a dataset must be before it is used, asked of its manifest."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a curated folder")],
    *,
    checks: Annotated[
        Path | None, typer.Option(help="a TOML file of checks; the shipped ones without it", show_default=False)
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="a page for CI: >> $GITHUB_STEP_SUMMARY")] = False,
) -> None:
    """Ask a curated folder what it must be: shares, leaks, licences, budgets. Exit 1 where one fails, its rows named.

    A warning is no failure. The shipped checks, with a reason beside each, are in curation/checks/checks.toml.
    """
    from curation.checks.checks import load_checks, run_checks, verdict
    from curation.checks.checks_view import checks_as_markdown, print_checks
    from curation.errors import InputError
    from curation.manifest import open_manifest

    asked = load_checks(checks) if checks else None  # a bad file is said before a great folder is read
    dataset = open_manifest(folder, kind="dataset")
    try:
        outcomes = run_checks(dataset.data, asked)
    except InputError as error:
        raise InputError(f"{checks}: {error.where}", error.what, mend=error.mend, mend_ko=error.mend_ko) from error
    if markdown:
        print(checks_as_markdown(dataset, outcomes), end="")
    else:
        print_checks(dataset, outcomes)
    if verdict(outcomes) == "fail":
        raise typer.Exit(1)
