"""The verdict for a reader at a terminal, and as a page of Markdown for continuous integration."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from curation.checks.behind import Named, rows_behind
from curation.checks.checks import Outcome, verdict
from curation.manifest import Manifest
from curation.report.markdown import cell, table
from curation.report.names import STATES, STEPS
from curation.report.pages import visible

STYLES = {"fail": "bold red", "warn": "yellow", "pass": "green", "skip": "dim"}
_VERDICTS = {
    "fail": ("쓰지 마십시오", "do not use it"),
    "warn": ("주의할 점을 읽고 쓰십시오", "read the warnings before you use it"),
    "pass": ("쓸 수 있습니다", "it can be used"),
}


def verdict_lines(outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """What to conclude and how many checks ended how, in Korean and in English."""
    counts = Counter[str](outcome.state for outcome in outcomes)
    korean, english = _VERDICTS[verdict(outcomes)]
    told = [(counts[state], *names) for state, (_, *names) in STATES.items() if counts[state]]
    return (
        f"{korean}: 점검 {len(outcomes)}개 가운데 " + ", ".join(f"{name} {count}" for count, name, _ in told),
        f"{english}: of {len(outcomes)} checks " + ", ".join(f"{count} {name}" for count, _, name in told),
    )


def named_rows(dataset: Manifest, outcomes: Sequence[Outcome]) -> dict[int, Named]:
    """By the place of a check that did not pass, the rows it means; checks of which no row is to blame are left out."""
    found = {
        place: rows_behind(dataset, outcome)
        for place, outcome in enumerate(outcomes)
        if outcome.state in ("fail", "warn")
    }
    return {place: named for place, named in found.items() if named.rows or named.more}


def print_checks(dataset: Manifest, outcomes: Sequence[Outcome]) -> None:
    """All checks as a table, and for each that did not pass why it is asked and the rows it means, on stdout."""
    console = Console(highlight=False)
    for place, line in enumerate(verdict_lines(outcomes)):
        console.print(Text(line, style="bold" if place == 0 else ""))
    console.print(Text(visible(str(dataset.folder)), style="dim"))
    console.print(Text(f"manifest_sha256 {dataset.digest}", style="dim"))
    console.print(_checks_table(outcomes))
    rows = named_rows(dataset, outcomes)
    for place, outcome in _worst_first(outcomes):
        if outcome.state in ("fail", "warn"):
            console.print(_reasons(outcome, rows.get(place)))
    if rows:
        console.print(
            Text("python -m curation explain DIR ROW_ID", style="bold"), "· one row's whole story · 행의 내력"
        )


def checks_as_markdown(dataset: Manifest, outcomes: Sequence[Outcome]) -> str:
    """A page for GitHub's `$GITHUB_STEP_SUMMARY` and its like: verdict, checks, the rows they mean, the funnel."""
    korean, english = verdict_lines(outcomes)
    rows = named_rows(dataset, outcomes)
    ordered = list(_worst_first(outcomes))
    checks = table(
        ("", "점검 · check", "값 · value", "기준 · bound", "수치 · figure"),
        [(" ".join(STATES[one.state]), f"{one.ko} · {one.en}", one.value, one.bound, one.figure) for _, one in ordered],
    )
    steps = table(
        ("단계 · step", "들어옴 · in", "버림 · dropped", "격리 · quarantined", "나감 · out"),
        [
            (" ".join(STEPS[step["step"]]), step["in"], step["dropped"], step["quarantined"], step["out"])
            for step in dataset.data["steps"]
        ],
    )
    sections = [
        f"## {STATES[verdict(outcomes)][0]} {cell(korean)}",
        cell(english[0].upper() + english[1:]) + ".",
        f"{cell(dataset.data['name'])} · manifest_sha256 `{dataset.digest}`",
        checks,
        *(_markdown_reasons(one, rows.get(place)) for place, one in ordered if one.state in ("fail", "warn")),
        "### 행의 흐름 · Where the rows went",
        steps,
    ]
    return "\n\n".join(section.strip("\n") for section in sections) + "\n"


def _worst_first(outcomes: Sequence[Outcome]) -> Iterator[tuple[int, Outcome]]:
    order = list(STATES)
    yield from sorted(enumerate(outcomes), key=lambda pair: order.index(pair[1].state))


def _checks_table(outcomes: Sequence[Outcome]) -> Table:
    found = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("", "점검 · check", "값 · value", "기준 · bound"):
        found.add_column(head, overflow="fold", no_wrap=not head)  # folded: what does not fit is never cut off
    for _, outcome in _worst_first(outcomes):
        sign, korean, _ = STATES[outcome.state]
        claim = Group(Text(visible(outcome.ko)), Text(visible(outcome.figure), style="dim"))
        told = (Text(visible(text)) for text in (outcome.value, outcome.bound))
        found.add_row(Text(f"{sign} {korean}", style=STYLES[outcome.state]), claim, *told)
    return found


def _reasons(outcome: Outcome, named: Named | None) -> Group:
    """What a check that did not pass claims, why, and the rows it means."""
    sign, korean, english = STATES[outcome.state]
    head = Text(f"\n{sign} {korean} {english}  ", style=STYLES[outcome.state])
    head.append(f"{visible(outcome.figure)}  {visible(outcome.value)}  {visible(outcome.bound)}", style="default")
    claims = [text for text in (outcome.ko, outcome.en, outcome.why_ko, outcome.why_en) if text]
    rows = [*named.rows, *([_more(named)] if named.more else [])] if named else []
    return Group(head, *(indented(text, 2) for text in claims), *(indented(row, 4) for row in rows))


def indented(text: str, by: int) -> Padding:
    """A line, and where it is wrapped the lines after it, so far from the left."""
    return Padding(Text(visible(text), overflow="fold"), (0, 0, 0, by))


def _markdown_reasons(outcome: Outcome, named: Named | None) -> str:
    sign, korean, _ = STATES[outcome.state]
    lines = [f"### {sign} {korean} {cell(outcome.ko)} · {cell(outcome.en)}", ""]
    lines += [f"{cell(outcome.figure)}: {cell(outcome.value)}, {cell(outcome.bound)}", ""]
    lines += [f"- {cell(text)}" for text in (outcome.why_ko, outcome.why_en) if text]
    lines += ["", *(f"- {cell(row)}" for row in named.rows)] if named else []
    return "\n".join([*lines, *([f"- {_more(named)}"] if named and named.more else [])])


def _more(named: Named) -> str:
    return (
        f"… 그 밖에 {named.more:,}개 · and {named.more:,} more"
        if named.rows
        else f"{named.more:,}개 · {named.more:,} in all"
    )
