"""From a manifest to an adapter: open → preflight → train → save → card."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from tokenizers import Tokenizer

from curation.errors import InputError
from curation.files import canonical_json, sha256_bytes, sha256_file
from curation.manifest import Manifest, open_manifest
from curation.recipe import load_recipe, recipe_digest
from trainer import adapter, encode, preflight, show, templates
from trainer.recipe import Recipe, shipped_recipe

# In the clone, in no wheel; corpora/build_tokenizer.py makes it.
COUNTING_TOKENIZER = Path(__file__).parent.parent / "corpora" / "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Opened:
    """All that decides a run, opened and checked; `model` is a local folder, None where only counting is asked."""

    manifest: Manifest
    recipe: Recipe
    template: templates.Template
    tokenizer: Tokenizer
    tokenizer_file: Path
    model: Path | None


def open_run(
    manifest: Path, *, recipe: str, overrides: Sequence[str], model: Path | None, tokenizer: Path | None
) -> Opened:
    """The manifest with all its digests first; then the recipe, the template, the tokenizer. Raises InputError."""
    opened = open_manifest(manifest, kind="dataset")
    settings = load_recipe(Recipe, shipped_recipe(recipe), overrides)
    template = templates.TEMPLATES[settings.template]
    if model is not None and not (_is_config(model / "config.json") and any(model.glob("*.safetensors"))):
        raise InputError(
            str(model), "is no local folder of a model: it lacks a readable config.json, or safetensors",
            mend="download the model first and give its folder; nothing is fetched here",
            mend_ko="모델을 먼저 내려받아 그 폴더를 지정하세요. 이 명령은 아무것도 내려받지 않습니다",
        )  # fmt: skip
    file = _tokenizer_file(tokenizer, model)
    return Opened(opened, settings, template, encode.open_tokenizer(file, template), file, model)


def rehearse(opened: Opened) -> int:
    """The dry run: what would be trained, on stdout, without weights or torch. Exit code 1 where it would refuse."""
    console = Console(highlight=False)
    ready = prepare(opened)
    if ready.examples["train"]:
        show.print_example(console, opened.tokenizer, ready.examples["train"][0])
    show.print_ledger(console, ready.tallies())
    show.print_recipe(console, opened.recipe)
    show.print_counter(console, opened.tokenizer_file, is_stand_in=opened.tokenizer_file == COUNTING_TOKENIZER)
    show.print_refusals(Console(stderr=True, highlight=False), ready.refusals)
    return 1 if ready.refusals else 0


def train(opened: Opened, out: Path, *, fresh: bool) -> int:
    """Train an adapter into `out`. Exit code 0, also where it stands there already; 1 where the preflight refuses."""
    console, log = Console(highlight=False), Console(stderr=True, highlight=False)
    model = _require_all(opened)
    identity = _identity(opened, model)
    if adapter.is_done(out, identity, fresh=fresh):
        console.print(f"{out}: done already, nothing to do (--fresh starts over) · 이미 끝났습니다", soft_wrap=True)
        return 0

    ready = prepare(opened)
    show.print_ledger(log, ready.tallies())
    if ready.refusals:
        show.print_refusals(log, ready.refusals)
        return 1

    adapter.begin(out, identity)
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is imported, by the next line
    from trainer.qlora import train_adapter

    with TemporaryDirectory(dir=out, prefix=".scratch-") as scratch:
        trained = train_adapter(
            model, ready.examples["train"], ready.examples["valid"], opened.recipe, scratch=Path(scratch),
            report=lambda figures: show.print_figures(log, figures),
        )  # fmt: skip

    adapter.write_weights(out, trained.save)
    adapter.write_tokenizer(out, opened.tokenizer_file)
    adapter.write_fates(out, ready.fates)
    record = {
        "identity": identity,
        "done": True,
        "base": model.resolve().name,
        "dataset": {key: opened.manifest.data.get(key) for key in ("content_digest", "target_answer", "sources")},
        "recipe": opened.recipe.model_dump(mode="json"),
        "ledger": preflight.ledger(ready.tallies()),
        "fingerprints": {
            "template": templates.fingerprint(opened.template),
            "tokenizer": encode.fingerprint(opened.tokenizer, opened.template),
        },
        "versions": adapter.versions(),
        "steps": trained.steps,
        "losses": {"first_eval": trained.first_eval, "best_eval": trained.best_eval, "log": trained.log},
    }
    adapter.write_card(out, record)
    adapter.write_record(out, record)  # last: it says that all the rest is there
    console.print(f"{out}: done, {trained.steps:,} steps", soft_wrap=True)
    return 0


def prepare(opened: Opened) -> preflight.Ready:
    """Every row judged and encoded, and every reason not to start."""
    return preflight.prepare(opened.manifest, opened.tokenizer, opened.template, opened.recipe.rows, opened.model)


def _is_config(path: Path) -> bool:
    """Whether a file is a JSON object, as a model's config is."""
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def _tokenizer_file(given: Path | None, model: Path | None) -> Path:
    """What the user gave, else the model's own, else the small one of the clone."""
    if given is not None:
        return given / "tokenizer.json" if given.is_dir() else given
    if model is not None:
        return model / "tokenizer.json"
    if not COUNTING_TOKENIZER.is_file():
        raise InputError(
            "--tokenizer", "is needed here: the small tokenizer to count with lies in the clone, in no wheel",
            mend="give a tokenizer.json with --tokenizer, or with --model the local folder of a model",
            mend_ko="--tokenizer 로 tokenizer.json 을, 또는 --model 로 로컬 모델 폴더를 지정하세요",
        )  # fmt: skip
    return COUNTING_TOKENIZER


def _require_all(opened: Opened) -> Path:
    """The model's folder. Raises InputError where there is none, or where a library of the extra is not installed."""
    if opened.model is None:
        raise InputError(
            "--model", "is needed to train", mend="give the local folder of the model, or look first with --dry-run",
            mend_ko="로컬 모델 폴더를 지정하거나 먼저 --dry-run 으로 확인하세요",
        )  # fmt: skip
    needed = ["torch", "transformers", "peft", "accelerate", "safetensors"]
    needed += ["bitsandbytes"] if opened.recipe.base.quantization == "nf4" else []
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise InputError(
            "training", f"needs {', '.join(missing)}, not installed here",
            mend="pip install 'dadeum[train]'; --dry-run works without",
            mend_ko="pip install 'dadeum[train]' 로 설치하세요. --dry-run 은 없이도 됩니다",
        )  # fmt: skip
    return opened.model


def _identity(opened: Opened, model: Path) -> dict[str, str]:
    """Digests of all that decides the result. The weights are read whole: an adapter fits no other base."""
    files = [model / "config.json", *sorted(model.glob("*.safetensors"))]
    return {
        "manifest": opened.manifest.digest,
        "recipe": recipe_digest(opened.recipe),
        "model": sha256_bytes(canonical_json([[file.name, sha256_file(file)] for file in files])),
        "tokenizer": sha256_file(opened.tokenizer_file),
    }
