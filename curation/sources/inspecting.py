"""An inspection as `curation inspect` prints it, in English and Korean."""

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from curation.sources.inspection import Example, Inspection, inspect_file
from curation.sources.shapes.recognise import SHAPES

__all__ = ["inspect_file", "print_inspection"]

_KOREAN = {shape.name: shape.korean for shape in SHAPES}
_ROW_CHARS = 300
_TURN_CHARS = 160
_VALUE_CHARS = 40


def print_inspection(found: Inspection, console: Console | None = None) -> None:
    """Print what was found, and the recipe entry that says it, to stdout or to the console given."""
    out = console or Console(highlight=False)
    out.print(Text(_headline(found), style="bold"))
    _print_counts(found, out)
    for shape, example in found.examples.items():
        _print_example(shape, example, out)
    _print_line(out, "kept in meta · meta에 남는 필드", _counted(found.meta) or "none · 없음")
    licenses = {name: count for name, count in found.licenses.items() if name != "NOASSERTION"}
    _print_line(out, "licence · 라이선스", _counted(licenses) or "none is stated · 적힌 것이 없음")
    if found.unanswered:
        _print_line(out, "rows without an answer · 답변이 없는 행", f"{found.unanswered:,}")
    for one in found.first_unread:
        _print_line(
            out, f"row {one.position} cannot be read · 읽을 수 없음", _shown(f"{one.detail} ({one.reason})", _ROW_CHARS)
        )
    out.print(Text("\nin a recipe · 레시피에 적을 내용", style="bold"))
    out.print(Text(found.entry), soft_wrap=True)


def _headline(found: Inspection) -> str:
    file, rows = found.file, f"{found.rows:,}"
    seen = f"all {rows} rows · {rows}행 전부" if found.is_whole else f"the first {rows} rows · 앞의 {rows}행"
    packed = f".{file.compression}" if file.compression else ""
    blank = f", blank lines · 빈 줄 {found.blank:,}" if found.blank else ""
    name = _shown(file.name, _ROW_CHARS)
    return f"{name}: {file.format}{packed}, {found.encoding}, {file.size_bytes:,} bytes, {seen}{blank}"


def _print_counts(found: Inspection, out: Console) -> None:
    table = Table("shape 형식", "", "rows 행", box=None, header_style="bold", pad_edge=False)
    table.columns[2].justify = "right"
    for shape, count in found.shapes.items():
        table.add_row(shape, _KOREAN[shape], f"{count:,}")
    for reason, count in found.unread.items():
        table.add_row(Text(reason, style="red"), "cannot be read · 읽을 수 없음", f"{count:,}")
    out.print(table)


def _print_example(shape: str, example: Example, out: Console) -> None:
    became = ", ".join(f"{_shown(name, _VALUE_CHARS)} → {role}" for name, role in example.became.items())
    out.print(Text(f"\n{shape} {_KOREAN[shape]}", style="bold"))
    _print_line(out, "fields 필드", became)
    row = ", ".join(f"{name} = {_value(value)}" for name, value in example.fields.items())
    _print_line(out, "a row 예", _shown(row, _ROW_CHARS))
    for turn in example.turns:
        _print_line(out, f"  {turn['role']}", _shown(turn["content"], _TURN_CHARS))


def _print_line(out: Console, name: str, value: str) -> None:
    out.print(Text.assemble((f"{name}: ", "cyan"), value))


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{_shown(name, _VALUE_CHARS)} ({count:,})" for name, count in counts.items())


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_CHARS else f"{text[:_VALUE_CHARS]}…"


def _shown(text: str, width: int) -> str:
    """The beginning of a text; what a terminal would obey is shown as � (the data may be hostile)."""
    shown = "".join(c if c.isprintable() else "⏎" if c == "\n" else "\ufffd" for c in text[: width + 1])
    return shown if len(shown) <= width else f"{shown[:width]}…"
