"""The report at a terminal, for a machine without a browser: the verdict, and the figures on which it rests."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from curation.checks.checks import run_checks, verdict
from curation.checks.checks_view import STYLES, indented, verdict_lines
from curation.leaks.dealing import SPLITS
from curation.manifest import Manifest, open_manifest
from curation.report.names import GUARDS, LABELS, LEAKS, PERSONAL, REASONS, STATES, STEPS, Name
from curation.report.pages import visible

_REASONS, _SOURCES = 10, 20  # the most that are listed
_COLUMNS = 80
_GAP = 2  # between columns
_BAR = 16  # cells of the longest bar
_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR_HEAD = ("", "")


def print_view(folder: Path) -> None:
    """What the page says in figures, on stdout in 80 columns; digests are verified first."""
    print_dataset(open_manifest(folder, kind="dataset"))


def print_dataset(dataset: Manifest) -> None:
    """The same of a dataset that is open already; shards and ledger are not read."""
    manifest = dataset.data
    console = Console(highlight=False)
    outcomes = run_checks(manifest)
    state = verdict(outcomes)
    korean, english = verdict_lines(outcomes)
    console.print(Text(f"{STATES[state][0]} {korean}", style=STYLES[state]))
    console.print(indented(english, 2))
    for outcome in outcomes:
        if outcome.state in ("fail", "warn"):
            sign, name, _ = STATES[outcome.state]
            console.print(Text(f"  {sign} {name}: {visible(outcome.ko)}", style=STYLES[outcome.state]))
            console.print(indented(f"{outcome.en} · {outcome.value}, {outcome.bound}", 4))
    console.print(Text(f"  {visible(manifest['name'])} · manifest_sha256 {dataset.digest[:16]}…", style="dim"))
    for title, table in _sections(manifest):
        if table.row_count:
            console.print()
            console.print(Text(title, style="bold"))
            console.print(table)


def _sections(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Table]]:
    yield "행의 흐름 · Where the rows went", _funnel(manifest["steps"])
    yield _levels_title(manifest), _levels(manifest)
    yield "분할 · Splits", _splits(manifest)
    yield "반복 · Repeats: pairs compared", _repeats(manifest["repeats"])
    yield "분할 사이의 겹침 · Leaks between splits", _leaks(manifest["leaks_between"])
    yield "빠진 까닭 · Why rows went", _reasons(manifest["steps"])
    yield "개인정보 · Personal data in kept rows", _personal(manifest["personal_data"])
    yield "출처 · Sources", _sources(manifest["sources"])


def _funnel(steps: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        ("단계", "step"), ("들어옴", "in"), ("버림", "dropped"), ("격리", "broken"), ("나감", "out"), _BAR_HEAD
    )
    read = max(1, steps[0]["in"])
    widest = max(len("dropped"), len(f"{read:,}")) + _GAP
    room = min(_BAR, _COLUMNS - max(cell_len(_named(STEPS, step["step"])) for step in steps) - _GAP - 4 * widest)
    for step in steps:
        counts = (f"{step[key]:,}" for key in ("in", "dropped", "quarantined", "out"))
        table.add_row(_named(STEPS, step["step"]), *counts, _bar(step["out"] / read, room))
    return table


def _levels_title(manifest: Mapping[str, Any]) -> str:
    title = "말투: 질문(행) × 답변(열) · Speech levels, question × answer"
    return title if manifest["target_answer"] == "any" else f"{title} (▸ 목표 · target)"


def _levels(manifest: Mapping[str, Any]) -> Table:
    """How many kept rows ask in one level and answer in another; the column that the recipe wants is marked."""
    target = manifest["target_answer"]
    cells = manifest["statistics"]["all"]["levels"]
    heads = ((f"{'▸' if answer == target else ''}{korean}", english) for answer, (korean, english) in LABELS.items())
    table = _table(("질문", "question"), *heads, ("합", "sum"), gap=1)
    for level in LABELS:
        row = cells[level]
        counts = [
            Text(f"{row[answer]:,}" if row[answer] else "·", style="bold green" if answer == target else "")
            for answer in LABELS
        ]
        table.add_row(_named(LABELS, level), *counts, f"{sum(row.values()):,}")
    sums = [f"{sum(row[answer] for row in cells.values()):,}" for answer in LABELS]
    table.add_row("합 sum", *sums, f"{manifest['statistics']['all']['rows']:,}", style="dim")
    return table


def _splits(manifest: Mapping[str, Any]) -> Table:
    table = _table(
        ("분할", "split"),
        ("행", "rows"),
        ("비율", "share"),
        ("목표", "wanted"),
        ("문서", "documents"),
        ("무리", "groups"),
    )
    for name in SPLITS:
        split, wanted = manifest["splits"][name], manifest["recipe"]["split"][name]
        counts = (f"{split['documents']:,}", f"{split['groups']:,}")
        table.add_row(name, f"{split['rows']:,}", f"{split['share']:.1%}", f"{wanted:.1%}", *counts)
    return table


def _repeats(repeats: Mapping[str, Any]) -> Table:
    table = _table(("", ""), ("쌍", "pairs"))
    names = {
        "proposed": ("비교한 쌍", "compared"),
        "exact": ("글자까지 같은 쌍", "exact"),
        "near": ("거의 같은 쌍", "near"),
        "below_threshold": ("기준에 못 미침", "below the threshold"),
        **GUARDS,
    }
    for key, name in names.items():
        if repeats.get(key):
            table.add_row(" · ".join(name), f"{repeats[key]:,}")
    return table


def _leaks(between: Mapping[str, Mapping[str, int]]) -> Table:
    pairs = ("train/valid", "train/test", "valid/test")
    table = _table(("", ""), *((one, other) for one, other in (pair.split("/") for pair in pairs)))
    for key in LEAKS:
        fault = key != "shared_answers"  # a short answer may rightly answer two questions
        cells = (
            Text(f"{between[key][pair]:,}", style="bold red" if fault and between[key][pair] else "") for pair in pairs
        )
        table.add_row(_named(LEAKS, key), *cells)
    return table


def _reasons(steps: Sequence[Mapping[str, Any]]) -> Table:
    """The most frequent reasons, and what is left in one line."""
    found = sorted(
        ((count, step["step"], reason) for step in steps for reason, count in step["reasons"].items()),
        key=lambda one: (-one[0], one[1:]),
    )
    table = _table(("단계", "step"), ("까닭", "reason"), ("행", "rows"), _BAR_HEAD, left=2)
    longest = found[0][0] if found else 1
    for count, step, reason in found[:_REASONS]:
        table.add_row(_named(STEPS, step), _named(REASONS, reason), f"{count:,}", _bar(count / longest, _BAR))
    if rest := found[_REASONS:]:
        table.add_row("", f"그 밖의 까닭 {len(rest)} · other reasons", f"{sum(count for count, *_ in rest):,}", "")
    return table


def _personal(found: Mapping[str, Mapping[str, int]]) -> Table:
    table = _table(("", ""), ("가림", "hidden"), ("남음", "left"), ("행", "rows"))
    for kind, counts in found.items():
        left = Text(f"{counts['left']:,}", style="bold red" if counts["left"] else "")
        table.add_row(_named(PERSONAL, kind), f"{counts['hidden']:,}", left, f"{counts['rows']:,}")
    return table


def _sources(sources: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(("출처", "source"), ("라이선스", "licence"), ("읽음", "read"), ("남김", "kept"), left=2)
    for one in sorted(sources, key=lambda one: -one["rows_kept"])[:_SOURCES]:
        told = (Text(visible(str(one[key] or "—"))) for key in ("source", "license"))
        table.add_row(*told, f"{one['rows_read']:,}", f"{one['rows_kept']:,}")
    if len(sources) > _SOURCES:
        table.add_row(f"그 밖의 출처 {len(sources) - _SOURCES:,} · other sources", "", "", "")
    return table


def _table(*heads: Name, left: int = 1, gap: int = _GAP) -> Table:
    """A table whose first columns (`left`) hold words and whose others hold numbers; Korean heads over English ones."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, gap, 0, 0))
    for place, head in enumerate(heads):
        is_words = place < left or head == _BAR_HEAD
        table.add_column(
            "\n".join(head), justify="left" if is_words else "right", no_wrap=not is_words, overflow="fold"
        )
    return table


def _named(names: Mapping[str, Name], key: str) -> str:
    return " ".join(names[key]) if key in names else visible(key)


def _bar(share: float, cells: int) -> Text:
    """A bar of block characters, so many cells for 1."""
    whole, rest = divmod(round(share * max(0, cells) * 8), 8)
    return Text("█" * whole + _EIGHTHS[rest].strip(), style="cyan")
