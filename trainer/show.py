"""What a dry run prints: one example with its learned tokens, the ledger, the recipe in force."""

import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text
from tokenizers import Tokenizer

from trainer.encode import IGNORED, Example
from trainer.preflight import Refusal, Tally

# Learned spans stand between these, so that a log without colour still tells them; no keyboard types them into a
# dataset.
LEARNED = ("⟦", "⟧")
_STAND_IN = """\
  a small stand-in: these counts are not EEVE's; give --model or --tokenizer for the true ones
  작은 대용 토크나이저로 센 값이라 EEVE의 토큰 수와 다릅니다. 정확한 값은 --model 이나 --tokenizer 로 세세요"""


def print_example(console: Console, tokenizer: Tokenizer, example: Example) -> None:
    """One example as the model reads it, decoded from its ids; what is learned is told by its labels."""
    text = Text()
    for learned, run in groupby(zip(example.input_ids, example.labels, strict=True), lambda pair: pair[1] != IGNORED):
        decoded = tokenizer.decode([token for token, _ in run], skip_special_tokens=False)
        text.append(f"{LEARNED[0]}{decoded}{LEARNED[1]}" if learned else decoded, "bold green" if learned else "dim")
    counts = f"{example.learned_tokens} of {len(example.input_ids)} tokens learned, between {' '.join(LEARNED)}"
    console.print(Text(f"example: {counts}"))
    console.print(text, soft_wrap=True)


def print_ledger(console: Console, tallies: Mapping[str, Tally]) -> None:
    """Rows and tokens per split. Rows: read = trained + dropped; cut rows are trained, without their last turns."""
    table = Table(title="rows and tokens")
    for heading in ("split", "rows", "trained", "cut", "dropped", "tokens", "learned", "share", "lost"):
        table.add_column(heading, justify="left" if heading == "split" else "right")
    for split, counted in tallies.items():
        table.add_row(
            split, f"{counted.read:,}", f"{counted.trained:,}", f"{counted.cut:,}",
            f"{sum(counted.dropped.values()):,}",
            f"{counted.tokens:,}", f"{counted.learned_tokens:,}", f"{counted.learned_share:.1%}",
            f"{counted.lost_tokens:,}",
        )  # fmt: skip
    console.print(table)
    for split, counted in tallies.items():
        for reason, count in counted.dropped.items():
            console.print(Text(f"  dropped from {split}: {reason} {count:,}"))


def print_recipe(console: Console, recipe: BaseModel) -> None:
    """Every setting in force, one line each, as `--set` takes it: JSON writes these values as TOML does."""
    console.print(Text("recipe in force"))
    for key, value in _flat(recipe.model_dump(mode="json")):
        console.print(Text(f"  {key} = {json.dumps(value, ensure_ascii=False)}"), soft_wrap=True)


def print_counter(console: Console, tokenizer_file: Path, *, is_stand_in: bool) -> None:
    """Which tokenizer counted the tokens; a stand-in's counts are not the model's, and the reader is told."""
    console.print(Text(f"counted with {tokenizer_file}"), soft_wrap=True)
    if is_stand_in:
        console.print(Text(_STAND_IN), soft_wrap=True)


def print_figures(console: Console, figures: Mapping[str, float]) -> None:
    """One line of a running training: step, loss, whatever else is known."""
    console.print(Text("  ".join(f"{name} {value:.6g}" for name, value in figures.items())), soft_wrap=True)


def print_refusals(console: Console, refusals: list[Refusal]) -> None:
    """Why training does not start, and what would mend it."""
    for refusal in refusals:
        console.print(Text(f"refused: {refusal.what}\n  → {refusal.mend}\n  → {refusal.mend_ko}"), soft_wrap=True)


def _flat(settings: Mapping[str, object], prefix: str = "") -> list[tuple[str, object]]:
    """Dotted keys, as `--set` takes them."""
    found: list[tuple[str, object]] = []
    for key, value in settings.items():
        found.extend(_flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)])
    return found
