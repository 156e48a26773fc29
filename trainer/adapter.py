"""The adapter's folder: who it belongs to, what is written there, and when it is done."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from curation.errors import InputError
from curation.files import replacing
from trainer.preflight import Fate

RECORD = "training.json"
# What a model's folder may hold of its tokenizer: copied byte for byte, so that the adapter is used with the one it
# learned with.
_TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
)  # fmt: skip
_LIBRARIES = (
    "dadeum", "torch", "transformers", "peft", "accelerate", "bitsandbytes", "safetensors", "tokenizers", "pyarrow",
)  # fmt: skip


def is_done(out: Path, identity: Mapping[str, str], *, fresh: bool) -> bool:
    """Whether this very run already stands in `out`; False too where it was interrupted, or is to start over (`fresh`).

    `identity`: digests of all that decides the result. Raises InputError where `out` holds another run (unless
    `fresh`), or files and no run at all.
    """
    record = read_record(out)
    if record is None and out.is_dir() and any(out.iterdir()):
        raise InputError(
            str(out), f"is not empty and holds no {RECORD}", mend="give an empty folder with --out",
            mend_ko="--out 으로 빈 폴더를 지정하세요",
        )  # fmt: skip
    if record is None or fresh:
        return False
    changed = [name for name, digest in identity.items() if record.get("identity", {}).get(name) != digest]
    if changed:
        raise InputError(
            str(out), f"holds a run with another {' and another '.join(changed)}",
            mend="give another --out, or start over there with --fresh",
            mend_ko="다른 --out 을 지정하거나 --fresh 로 처음부터 다시 하세요",
        )  # fmt: skip
    return record.get("done") is True


def begin(out: Path, identity: Mapping[str, str]) -> None:
    """Make `out` the folder of this run: what an earlier run left there counts no longer."""
    write_record(out, {"identity": dict(identity), "done": False})


def read_record(out: Path) -> dict[str, Any] | None:
    """`training.json` of `out`, or None where there is none. Raises InputError where it is no JSON object."""
    try:
        record = json.loads((out / RECORD).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise InputError(
            str(out / RECORD), "is no JSON object", mend="give another --out, or remove that folder",
            mend_ko="다른 --out 을 지정하거나 그 폴더를 지우세요",
        )  # fmt: skip
    return record


def write_record(out: Path, record: Mapping[str, object]) -> None:
    """Write `training.json`, whole: once when the run begins, once, with `done`, as the last file of all."""
    with replacing(out / RECORD) as file:
        file.write(json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n")


def write_weights(out: Path, save: Callable[[Path], None]) -> None:
    """What `save(folder)` writes (PEFT: weights as safetensors, `adapter_config.json`), each file whole in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".weights-") as name:
        save(Path(name))
        for path in sorted(Path(name).iterdir()):
            if path.suffix in (".safetensors", ".json"):
                _copy(path, out / path.name)


def write_tokenizer(out: Path, tokenizer_file: Path) -> None:
    """Copy `tokenizer_file` and what else its folder holds of the tokenizer."""
    for name in _TOKENIZER_FILES:
        path = tokenizer_file if name == "tokenizer.json" else tokenizer_file.parent / name
        if path.is_file():
            _copy(path, out / name)


def write_fates(out: Path, fates: Iterable[Fate]) -> None:
    """`rows.jsonl`: what became of each row, in reading order; no row that entered is missing."""
    with replacing(out / "rows.jsonl") as file:
        for fate in fates:
            line = {
                "row_id": fate.row_id, "split": fate.split, "verdict": "drop" if fate.reason else "train",
                "reason": fate.reason, "tokens": fate.tokens, "kept_tokens": fate.kept_tokens,
                "learned_tokens": fate.learned_tokens,
            }  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def write_card(out: Path, record: Mapping[str, Any]) -> None:
    """`README.md`: what a person who meets this folder wants to know first; every figure is in `training.json`."""
    rows = "\n".join(
        f"| {split} | {counted['read']:,} | {counted['trained']:,} | {sum(counted['dropped'].values()):,} "
        f"| {counted['learned_tokens']:,} |"
        for split, counted in record["ledger"].items()
    )  # fmt: skip
    losses = record["losses"]
    evaluation = "no validation rows, so none was measured"
    if losses["best_eval"] is not None:
        evaluation = (
            f"{losses['first_eval']:.4f} before, {losses['best_eval']:.4f} kept (nats per learned token, valid)"
        )
    card = f"""---
library_name: peft
base_model: {record["base"]}
---
LoRA adapter, trained by dadeum on `{record["base"]}`. Use it with that model and with the tokenizer in this folder.

- dataset: manifest `{record["identity"]["manifest"]}`
- recipe: `{record["identity"]["recipe"]}`
- sources of the data, as its manifest states them: {json.dumps(record["dataset"]["sources"], ensure_ascii=False)}
- steps: {record["steps"]:,}; evaluation loss: {evaluation}

| split | rows read | trained | dropped | learned tokens |
|---|--:|--:|--:|--:|
{rows}

`training.json` holds the resolved recipe, the fingerprints of template and tokenizer, the versions and the losses;
`rows.jsonl` the fate of every row.
"""
    with replacing(out / "README.md") as file:
        file.write(card.encode())


def versions() -> dict[str, str]:
    """The installed versions of the libraries that touch the weights; those that are absent are left out."""
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, replacing(target) as write:
        shutil.copyfileobj(read, write)
