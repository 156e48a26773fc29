"""Pairs beside the lines of the document they rest on: in the terminal, on a page, or as a file to review."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation.errors import InputError, run_command
from curation.files import replacing
from curation.manifest import Manifest
from curation.report.pages import visible
from datagen.beside import (
    ROLES,
    Asked,
    Exchange,
    Lookup,
    Row,
    choose,
    documents_of,
    draw,
    exchanges,
    facts,
    open_rows,
)  # fmt: skip

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_AROUND = 160  # characters of the document shown on either side of the fact
_SIDE_BY_SIDE = 100  # columns from which pair and source stand beside each other
_FEW = 5  # pairs shown in a terminal unless told otherwise
_ON_A_PAGE = 1000  # kept pairs, and as many rejected, beyond which a page opens slowly


def as_text(row: Row, text: Lookup) -> str:
    """One pair as plain text, a line a turn; quotes are marked by ⟦ ⟧ and stay on their line (⏎)."""
    shown = [" · ".join([*facts(row), str(row["id"])])]
    if "gate" in row:
        shown.append(f"✕ {row['gate']}: {row['because']}")
    for exchange in exchanges(row, text, around=_AROUND):
        for role, content in exchange.turns:
            shown.append(f"{ROLES.get(role, role)}: {_indented(content)}")
        for passage in exchange.passages:
            shown.append("  " + " › ".join([passage.document, *passage.section]) + f" [{passage.start}:{passage.end}]")
            marked = "".join(f"⟦{piece.replace(chr(10), '⏎')}⟧" if mark else piece for piece, mark in passage.pieces)
            before, after = ("…" if cut else "" for cut in passage.cut)
            shown.append("    " + _indented(f"{before}{marked}{after}"))
    return visible("\n".join(shown))


def print_pairs(rows: Sequence[Row], text: Lookup, console: Console) -> None:
    """Pairs on a terminal: beside their source where it is wide enough, above it where it is not."""
    from rich.rule import Rule

    for number, row in enumerate(rows, 1):
        title = f" {number}/{len(rows)} · {visible(' · '.join(facts(row)))} "
        console.print(Rule(_plain(title, "bold"), align="left", style="dim"))
        if "gate" in row:
            console.print(_plain(visible(f"✕ {row['gate']}: {row['because']}"), "red"))
        for exchange in exchanges(row, text, around=_AROUND):
            console.print(_beside(exchange, console.width))
        console.print(_plain(visible(f"{row['id']} · {row['source']} · {row['license']}"), "dim"))
        console.print()


def _beside(exchange: Exchange, width: int) -> RenderableType:
    """An exchange and its source as a grid of one or two columns."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table

    turns = Table.grid(padding=(0, 1))
    turns.add_column(no_wrap=True)
    turns.add_column(ratio=1, overflow="fold")
    for role, content in exchange.turns:
        label = _plain(ROLES.get(role, role), "bold green" if role == "assistant" else "dim")
        turns.add_row(label, _plain(visible(content), "bold" if role == "user" else ""))
    sources = Group(*_sources(exchange))
    if width < _SIDE_BY_SIDE:
        return Padding(Group(turns, Padding(sources, (0, 0, 0, 2))), (0, 0, 1, 0))
    sides = Table.grid(padding=(0, 3), expand=True)
    sides.add_column(ratio=1, overflow="fold")
    sides.add_column(ratio=1, overflow="fold")
    sides.add_row(turns, sources)
    return Padding(sides, (0, 0, 1, 0))


def _sources(exchange: Exchange) -> Iterator[Text]:
    for passage in exchange.passages:
        place = " › ".join([passage.document, *passage.section])
        yield _plain(visible(f"{place} [{passage.start}:{passage.end}]"), "cyan")
        shown = _plain("…" if passage.cut[0] else "", "dim")
        for piece, mark in passage.pieces:
            # Underlined too, for a terminal without colours.
            shown.append(visible(piece), "not dim bold underline black on bright_yellow" if mark else "")
        yield shown.append("…" if passage.cut[1] else "")


def _plain(text: str, style: str) -> Text:
    """Text that rich takes as it is, brackets included."""
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="a folder that datagen.wms wrote, or a review made from one")],
    size: Annotated[int | None, typer.Option("--sample", min=1, help="how many pairs")] = None,
    seed: Annotated[int, typer.Option(help="another draw")] = 7,
    kind: Annotated[list[str] | None, typer.Option(help="only this kind (again for another)")] = None,
    document: Annotated[list[str] | None, typer.Option(help="only from documents with this in their name")] = None,
    id_: Annotated[list[str] | None, typer.Option("--id", help="only this row, or ids that begin so")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="the pairs that a gate refused, and why")] = False,
    gate: Annotated[str | None, typer.Option(help="only what this gate refused")] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="write one page that needs nothing else")
    ] = None,
    review: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="write a file to review in Excel")] = None,
    import_: Annotated[Path | None, typer.Option("--import", metavar="FILE.csv", help="read a review back")] = None,
    reviewer: Annotated[str | None, typer.Option(help="with --import: who reviewed")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="with --import: the folder to write")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="write again, whatever lies there")] = False,
) -> None:
    """Show pairs beside the source they rest on, or let a person review them.

    A review marks each row keep, fix or drop (유지, 수정, 삭제) and edits question and answer of those to fix.
    """
    asked = Asked(tuple(kind or ()), tuple(document or ()), tuple(id_ or ()), gate)
    _check_options(
        {"--html": html, "--review": review, "--import": import_}, {"--reviewer": reviewer, "--out": out},
        choice=asked != Asked() or rejected or size is not None, rejected=rejected or gate is not None,
    )  # fmt: skip
    if import_ is not None and out is not None:
        _import(folder, import_, out, reviewer, fresh=fresh)
        return
    manifest, candidates, refused = open_rows(folder)
    kept = [] if rejected or gate is not None else choose(candidates, asked)
    dropped = choose(refused, asked) if html or rejected or gate is not None else []
    if not kept and not dropped:
        raise _nothing(folder, asked, [*candidates, *refused])
    if html is not None:
        _write_page(manifest, kept, dropped, html, size or _ON_A_PAGE, seed)
    elif review is not None:
        _export(_cut(kept, size, seed), review, fresh=fresh)
    else:
        _print(draw(kept or dropped, size=size or _FEW, seed=seed), documents_of(manifest))


def _print(rows: Sequence[Row], text: Lookup) -> None:
    """For eyes where a terminal listens, plain text where a file or a pipe does."""
    if not sys.stdout.isatty():
        print("\n\n".join(f"[{number}] {as_text(row, text)}" for number, row in enumerate(rows, 1)))
        return
    from rich.console import Console

    print_pairs(rows, text, Console())


def _write_page(
    manifest: Manifest, kept: Sequence[Row], dropped: Sequence[Row], path: Path, limit: int, seed: int
) -> None:
    from datagen.show_page import render

    shown, refused = _cut(kept, limit, seed), _cut(dropped, limit, seed)
    page = render(manifest, shown, refused, left_out=(len(kept) - len(shown), len(dropped) - len(refused)))
    with replacing(path) as file:
        file.write(page.encode())
    print(f"{path}: {len(shown):,} kept, {len(refused):,} rejected · 통과 {len(shown):,}, 탈락 {len(refused):,}")


def _export(rows: Sequence[Row], path: Path, *, fresh: bool) -> None:
    from datagen.review import export

    written = export(rows, path, fresh=fresh)
    print(f"{path}: {'' if written else 'nothing to do, '}{len(rows):,} pairs to review · 검토할 문답 {len(rows):,}개")
    print("  verdict: keep · fix · drop (유지 · 수정 · 삭제); to fix, edit question and answer; blank = not reviewed")


def _import(folder: Path, path: Path, out: Path, reviewer: str | None, *, fresh: bool) -> None:
    from datagen.review import apply, report

    reviewed = apply(folder, path, out, reviewer, fresh=fresh)
    print("\n".join(report(reviewed, path, out)))
    if reviewed.refused:
        raise typer.Exit(1)


def _cut(rows: Sequence[Row], limit: int | None, seed: int) -> Sequence[Row]:
    """All rows where there are no more than `limit`, else so many of them, drawn; in their own order."""
    if limit is None or len(rows) <= limit:
        return rows
    drawn = {row["id"] for row in draw(rows, size=limit, seed=seed)}
    return [row for row in rows if row["id"] in drawn]


def _check_options(
    modes: Mapping[str, object], imports: Mapping[str, object], *, choice: bool, rejected: bool
) -> None:  # fmt: skip
    """Raise InputError where options do not go together."""
    given = [name for name, value in modes.items() if value is not None]
    usage = "give one of --html FILE.html, --review FILE.csv, or --import FILE.csv --out DIR"
    usage_ko = "--html FILE.html, --review FILE.csv, --import FILE.csv --out DIR 중 하나만 쓰세요"
    fault = None
    if len(given) > 1:
        fault = (" and ".join(given), "are two things at once")
    elif given == ["--import"] and imports["--out"] is None:
        fault = ("--import", "needs --out, the folder to write")
    elif given == ["--import"] and choice:
        fault = (
            "--import",
            "reads the whole file: it takes no --sample, --kind, --document, --id, --rejected or --gate",
        )
    elif given == ["--review"] and rejected:
        fault = ("--review", "is of candidates, not of what a gate refused")
    elif given != ["--import"] and (alone := [name for name, value in imports.items() if value is not None]):
        fault = (alone[0], "goes with --import alone")
    if fault:
        raise InputError(*fault, mend=usage, mend_ko=usage_ko)


def _nothing(folder: Path, asked: Asked, rows: Sequence[Row]) -> InputError:
    """No row is as asked: what there is instead."""
    kinds = ", ".join(sorted({str(row["meta"].get("kind")) for row in rows})) or "none"
    gates = ", ".join(sorted({row["gate"] for row in rows if "gate" in row})) or "none"
    wanted = ", ".join([*asked.kinds, *asked.documents, *asked.ids, *([asked.gate] if asked.gate else [])])
    return InputError(
        str(folder), f"holds no pair like that ({wanted or 'any'})",
        mend=f"ask for fewer things at once; its kinds: {kinds}; its gates: {gates}",
        mend_ko=f"조건을 줄이세요. 종류: {kinds} · 거른 관문: {gates}",
    )  # fmt: skip


if __name__ == "__main__":
    run_command(app)
