"""The commands on one file of texts: `tag FILE` says its speech levels, `rewrite FILE --to LEVEL` turns them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from curation.annotate import Batch, Counts, Done, Targets
    from curation.rows import Row, Source

_LEVELS = {
    "hapsyo": "합쇼체", "haeyo": "해요체", "hao": "하오체", "hage": "하게체", "hae": "해체", "haera": "해라체",
    "plain": "-다 글말", "nominal": "명사형", "fragment": "조각", "none": "한글 없음",
}  # fmt: skip


class Level(StrEnum):
    """The speech levels a text can be turned into."""

    HAPSYO = "hapsyo"
    HAEYO = "haeyo"
    HAE = "hae"
    PLAIN = "plain"


File = Annotated[Path, typer.Argument(metavar="FILE", help="a .jsonl, .csv, .tsv or .txt file in UTF-8")]
Field = Annotated[str | None, typer.Option(help="the field or column that holds a text, or messages")]
Out = Annotated[Path | None, typer.Option(help="the file to write, whole or not at all; stdout without it")]
Limit = Annotated[int | None, typer.Option(min=1, help="read so many rows and no more")]
Fresh = Annotated[bool, typer.Option("--fresh", help="replace what is there")]
Words = Annotated[Path | None, typer.Option(help="word list for the analyser, one a line")]


def tag(
    file: File, *, field: Field = None, out: Out = None, limit: Limit = None, fresh: Fresh = False, words: Words = None
) -> None:
    """Add to each row of FILE its speech levels: a label, every sentence's level, the first span that spoils it."""
    from curation.annotate import Targets, added_columns, tag_rows
    from curation.report.names import LABELS
    from curation.rows import open_source

    source = open_source(file, field)
    work = partial(tag_rows, source=source, words=_known(words))
    done = _annotate(source, work, Targets(out), fresh=fresh, limit=limit, added=added_columns(source))
    offending = ("offending", {"offending": "거슬리는 구간이 있음"})
    _print_table(
        done.counts, "texts 글", ("label", {label: korean for label, (korean, _) in LABELS.items()}), offending
    )
    _print_table(done.counts, "sentences 문장", ("level", _LEVELS))


def rewrite(
    file: File,
    *,
    to: Annotated[Level, typer.Option(help="the speech level wanted")],
    field: Field = None,
    role: Annotated[str, typer.Option(help="whose turns, where the field holds messages")] = "assistant",
    out: Out = None,
    unconverted: Annotated[Path | None, typer.Option(help="JSONL of the sentences left as they were, and why")] = None,
    limit: Limit = None,
    fresh: Fresh = False,
    words: Words = None,
) -> None:
    """Turn FILE's texts into another speech level; what would take guessing stays and is counted, with the reason."""
    from curation.annotate import Targets, rewrite_rows
    from curation.rows import open_source

    source = open_source(file, field, roles=frozenset({role}))
    work = partial(rewrite_rows, source=source, to=to.value, words=_known(words))
    done = _annotate(source, work, Targets(out, unconverted), fresh=fresh, limit=limit)
    rows = ("rows", {"changed": "바뀜", "unchanged": "그대로"})
    _print_table(done.counts, "rows 행", rows, ("edits", {"edits": "고친 곳"}))
    reasons = Counter({name: count for (kind, _, name), count in done.counts.items() if kind == "unconverted"})
    if reasons:
        counts = Counter({("reason", "", name): count for name, count in reasons.items()})
        names = {name: "" for name, _ in reasons.most_common()}
        _print_table(counts, "unconverted 못 바꾼 문장", ("reason", names))


def _known(words: Path | None) -> tuple[str, ...]:
    from curation.words import load_words

    return load_words(words) if words else ()


def _annotate(
    source: Source,
    work: Callable[[Sequence[Row]], Batch],
    targets: Targets,
    *,
    fresh: bool,
    limit: int | None,
    added: Sequence[str] = (),
) -> Done:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    from curation.annotate import annotate, check_targets

    check_targets(source, targets, fresh=fresh)
    console = Console(stderr=True)
    stdout = typer.get_binary_stream("stdout")
    silent = not console.is_terminal or (targets.out is None and sys.stdout.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        bar = progress.add_task(source.path.name, total=source.size_bytes)
        done = annotate(
            source, work, targets, stdout, added=added, limit=limit,
            on_byte=lambda place: progress.update(bar, completed=place),
        )  # fmt: skip
    stdout.flush()
    _report_broken(done, source, targets)
    return done


def _report_broken(done: Done, source: Source, targets: Targets) -> None:
    for one in done.first_broken:
        print(f"skipped · 건너뜀: {source.path}:{one.line.number}: {one.detail} ({one.reason})", file=sys.stderr)
    if done.broken:
        kept = f"they are in {targets.quarantine}" if targets.quarantine else "--out keeps them in a file beside it"
        kept_ko = f"{targets.quarantine} 에 있습니다" if targets.quarantine else "--out 을 쓰면 그 옆 파일에 남습니다"
        print(
            f"{done.broken:,} broken lines were skipped; {kept} · 깨진 줄 {done.broken:,}개: {kept_ko}", file=sys.stderr
        )


def _print_table(counts: Counts, title: str, *sections: tuple[str, Mapping[str, str]]) -> None:
    """What was counted, on stderr: a line for each name in English and Korean, a column for each role."""
    from rich.console import Console
    from rich.table import Table

    kinds = {kind for kind, _ in sections}
    roles = sorted({role for kind, role, _ in counts if kind in kinds}, reverse=True)  # user before assistant
    table = Table(title, *(role or "count 수" for role in roles))
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, names in sections:
        for name, korean in names.items():
            numbers = [counts[kind, role, name] for role in roles]
            if any(numbers):
                table.add_row(f"{name} {korean}".strip(), *(f"{number:,}" for number in numbers))
        table.add_section()
    Console(stderr=True).print(table)
