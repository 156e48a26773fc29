"""How every page of ours is made: data is only ever text, and what cannot be seen is made visible."""

import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

# Control characters are shown, and those that turn the reading direction lose their power over the page.
_VISIBLE = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "␡",
    **dict.fromkeys([0x2028, 0x2029], "⏎"),
    **dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F], "�"),
}


def visible(text: str) -> str:
    """The text with every control character and direction mark made a visible sign; as long as it was."""
    return text.translate(_VISIBLE)


@cache  # with its compiled templates: to compile the report takes longer than to fill it
def page_environment(*folders: Path) -> Environment:
    """Templates of these folders and of the report, whose style every page shares; filters number, counted, percent,
    compact (JSON), by_number."""
    environment = Environment(
        loader=FileSystemLoader([*folders, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters.update(
        number=lambda value: f"{value:,}",
        counted=lambda value, noun: f"{value:,} {noun}{'' if value == 1 else 's'}",
        percent=lambda value: f"{100 * value:.1f}%",
        compact=lambda value: json.dumps(value, ensure_ascii=False),
        by_number=lambda counts: sorted(counts.items(), key=lambda item: int(item[0])),
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment
