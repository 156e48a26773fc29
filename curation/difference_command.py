"""The command `diff`: what came, went and changed verdict between two releases, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help="a curated folder")],
    new: Annotated[Path, typer.Argument(metavar="B", help="a later release of it")],
    *,
    limit: Annotated[int, typer.Option(min=0, help="sample rows for each kind of change")] = 5,
    markdown: Annotated[bool, typer.Option("--markdown", help="for a CI page or release notes")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the same as one JSON object")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="exit 1 where anything differs")] = False,
) -> None:
    """Say what came, went and changed verdict from the curated folder A to B, and which setting explains it."""
    from curation.releases.difference import compare

    difference = compare(old, new, samples=limit)
    if as_json:
        import json
        from dataclasses import asdict

        print(json.dumps(asdict(difference), ensure_ascii=False, indent=1))
    elif markdown:
        from curation.releases.difference_view import as_markdown

        print(as_markdown(difference), end="")
    else:
        from curation.releases.difference_view import print_difference

        print_difference(difference)
    if exit_code and not difference.is_empty:
        raise typer.Exit(1)
