"""The command: python -m trainer run MANIFEST --out DIR."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from curation.errors import InputError, run_command

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def trainer() -> None:
    """From a verified manifest to a tuned model, with proof at every step."""


@app.command()
def run(
    manifest: Annotated[Path, typer.Argument(help="manifest.json of python -m curation run, or its folder")],
    out: Annotated[Path | None, typer.Option(help="Folder of the adapter")] = None,
    recipe: Annotated[str, typer.Option(help="eeve-qlora, tiny-cpu, or a TOML file")] = "eeve-qlora",
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE in TOML: lora.r=32")] = None,
    model: Annotated[Path | None, typer.Option(help="Local folder of the base model; nothing is downloaded")] = None,
    tokenizer: Annotated[Path | None, typer.Option(help="tokenizer.json to count with instead of the model's")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show rows, tokens, labels; needs no model")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over in --out")] = False,
) -> None:
    """Train a LoRA adapter on the train split; look first with --dry-run."""
    from trainer import train

    opened = train.open_run(manifest, recipe=recipe, overrides=set_ or [], model=model, tokenizer=tokenizer)
    if dry_run:
        sys.exit(train.rehearse(opened))
    if out is None:
        raise InputError(
            "--out", "is needed to train", mend="give the folder of the adapter, or look first with --dry-run",
            mend_ko="어댑터를 둘 폴더를 지정하거나 먼저 --dry-run 으로 확인하세요",
        )  # fmt: skip
    sys.exit(train.train(opened, out, fresh=fresh))


if __name__ == "__main__":
    run_command(app)
