"""The commands that hand a dataset on: `export DIR --to FORMAT`, and `push DIR REPO` to the Hugging Face Hub."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation.errors import InputError
from curation.terminal import progress_bar

if TYPE_CHECKING:
    from curation.exports.lines import Exported
    from curation.manifest import Manifest

_REASONS = {
    "system_message": ("a system message", "시스템 메시지"),
    "several_turns": ("several turns", "여러 번 주고받음"),
    "no_answer": ("no answer", "답변이 없음"),
    "not_a_pair": ("not a question and its answer", "질문과 답변의 짝이 아님"),
    "ends_with_question": ("ends with a question", "질문으로 끝남"),
    "blank_message": ("a blank message", "빈 메시지"),
    "changed_by_reading": ("would not be read as it is written", "읽으면 글이 달라짐"),
    "line_too_long": ("a line too long to be read", "너무 긴 줄"),
    "too_deep": ("nested too deep to be read", "너무 깊은 중첩"),
}


class Target(StrEnum):
    """Whose format: our own and TRL's, OpenAI's fine-tuning, ShareGPT's, Alpaca's, the Hugging Face Hub's folder."""

    MESSAGES = "messages"
    OPENAI = "openai"
    SHAREGPT = "sharegpt"
    ALPACA = "alpaca"
    HF = "hf"


class Split(StrEnum):
    """The parts of a dataset."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="a curated folder")]


def export(
    folder: Folder,
    *,
    to: Annotated[Target, typer.Option(help="the format; openai: messages alone, the assistant last, none blank")],
    out: Annotated[Path, typer.Option(help="the folder to write")],
    split: Annotated[list[Split] | None, typer.Option(help="this split alone; repeatable")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="replace another export that lies there")] = False,
) -> None:
    """Write DIR in another tool's format. What the format cannot hold is left out, counted, and listed by row."""
    from curation.engine.sink import check_out, clear_stage
    from curation.exports import hub_folder, lines
    from curation.manifest import find_done

    manifest = _open(folder)
    splits = _wanted(to, split)
    if to is Target.HF:
        kind, names, identity = hub_folder.KIND, hub_folder.NAMES, hub_folder.identify(manifest)
    else:
        kind, names, identity = lines.KIND, lines.NAMES, lines.identify(manifest, to.value, splits)
    check_out(out, kind, names)
    done = None if fresh else find_done(out, identity)
    if done:
        clear_stage(out)  # what an export that was killed at its very end has left
        print(f"{out}: nothing to do, all is done (manifest_sha256 {done.digest}); --fresh starts over")
        return
    with progress_bar() as (on_step, *_):
        if to is Target.HF:
            exported = hub_folder.export_hub_folder(manifest, out, on_step)
        else:
            exported = lines.export_lines(manifest, to.value, out, splits, on_step)
    _print_table(exported)
    left_out = f"; left out · 뺀 행: {out / lines.LEFT_OUT}" if exported.left_out else ""
    print(f"{out}{left_out}")


def push(
    folder: Folder,
    repo: Annotated[str, typer.Argument(metavar="REPO", help="OWNER/NAME on the Hub")],
    *,
    public: Annotated[bool, typer.Option("--public/--private", help="who may see it")] = False,
    revision: Annotated[str | None, typer.Option(help="a branch, made where there is none")] = None,
    even_so: Annotated[
        str | None, typer.Option(help="publish though a check fails, or quotes hold personal data: why, for the card")
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(help="CODE=REASON: publish in spite of a conflict of licences; repeatable")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="make the folder, list its files, upload nothing")] = False,
) -> None:
    """[hub] Publish DIR as a dataset of the Hugging Face Hub, with its card. Nothing but this command uploads data.

    Refused (exit 1) where a check fails, where licences conflict or are unstated, where quotes hold personal data.
    """
    from tempfile import TemporaryDirectory

    from curation.exports.hub_folder import export_hub_folder
    from curation.exports.publish import check_repo, read_allowed, refuse_checks, refuse_evidence, refuse_licenses
    from curation.exports.upload import push_folder

    check_repo(repo)
    manifest = _open(folder)
    allowed = read_allowed(allow or [], manifest.data)
    even_so = (even_so or "").strip() or None
    doubts = [*refuse_checks(manifest.data), *refuse_evidence(manifest)]
    refused = [*refuse_licenses(manifest.data, allowed), *([] if even_so else doubts)]
    if refused:
        print("\n".join(refused), file=sys.stderr)
        raise typer.Exit(1)
    with TemporaryDirectory() as made:
        shown = Path(made)
        with progress_bar() as (on_step, *_):
            why = even_so if doubts else None  # a card that speaks of faults where there are none is wrong
            export_hub_folder(manifest, shown, on_step, repo=repo, even_so=why, allowed=allowed)
        for file in sorted(file for file in shown.rglob("*") if file.is_file()):
            print(f"{file.stat().st_size:>14,}  {file.relative_to(shown).as_posix()}")
        if dry_run:
            print(f"dry run: nothing was uploaded to {repo} · 아무것도 올리지 않았습니다")
            return
        message = f"{manifest.data['name']}: manifest_sha256 {manifest.digest}"
        print(push_folder(shown, repo, public=public, revision=revision, replacing="data/*", message=message))


def _open(folder: Path) -> Manifest:
    from curation.manifest import open_manifest

    manifest = open_manifest(folder, kind="dataset")
    if not any(split["rows"] for split in manifest.data["splits"].values()):
        raise InputError(
            str(folder), "holds no row", mend="its ledger says why every row went: python -m curation report DIR",
            mend_ko="모든 행이 빠진 까닭은 원장에 있습니다: python -m curation report DIR",
        )  # fmt: skip
    return manifest


def _wanted(to: Target, split: list[Split] | None) -> list[str]:
    """The splits asked for, in their order."""
    if to is Target.HF and split:
        raise InputError(
            "--split", "leaves a part of the dataset out, and its card and manifest tell of the whole",
            mend="leave --split out, or take another format: --to messages --split train",
            mend_ko="--split 을 빼거나 --to messages --split train 처럼 다른 형식을 고르세요",
        )  # fmt: skip
    return [one.value for one in Split if not split or one in split]


def _print_table(exported: Exported) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("split 분할", "written 쓴 행", "left out 뺀 행", "because 까닭", box=None, header_style="bold")
    for column in table.columns[1:3]:
        column.justify = "right"
    for split, written in exported.rows.items():
        left_out = {reason: count for (of, reason), count in exported.left_out.items() if of == split}
        because = ", ".join(
            f"{count:,} {' '.join(_REASONS.get(reason, (reason,)))}" for reason, count in left_out.items()
        )
        table.add_row(split, f"{written:,}", f"{sum(left_out.values()):,}", because)
    Console().print(table)
