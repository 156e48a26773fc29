"""The report as one HTML page: no script, no request, every datum only text."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.manifest import open_manifest
from curation.recipe import load_recipe
from curation.recipes.schema import CurationRecipe, shipped_recipe
from curation.report.figures import KOREAN_LEVEL, dropped_samples, kept_samples, run_checks
from curation.report.pages import page_environment
from curation.sources.inputs import CANDIDATES

STEP_NAMES = {
    "read": "읽기", "sample": "표본", "rules": "규칙", "repeats": "반복", "leaks": "평가 문항", "split": "분할",
}  # fmt: skip


def render(folder: Path) -> str:
    """The page of a curated folder, derived from its manifest, ledger and shards alone; digests are verified first."""
    manifest = open_manifest(folder).data
    environment = page_environment()
    checks = run_checks(manifest)
    return environment.get_template("template.html.j2").render(
        manifest=manifest,
        checks=checks,
        verdict=min((check.state for check in checks), key=["fail", "note", "pass"].index),
        command=reproducing_command(manifest),
        kept=kept_samples(folder),
        dropped=dropped_samples(folder),
        level_names=KOREAN_LEVEL,
        step_names=STEP_NAMES,
        scale=_length_scale(manifest),
    )


def reproducing_command(manifest: Mapping[str, Any]) -> str:
    """The command that makes this dataset again, with each setting that differs from the recipe that ships."""
    recipe = {key: value for key, value in manifest["recipe"].items() if key != "sha256"}
    shipped = recipe["name"] if shipped_recipe(recipe["name"]).parent == shipped_recipe("wms").parent else "wms"
    default = load_recipe(CurationRecipe, shipped_recipe(shipped)).model_dump(mode="json")
    words, tokenizer = manifest["words"], manifest["tokenizer"]
    flags = {
        "limit": manifest["limit"],
        "sample": manifest["sample"],
        "semantic": (manifest["semantic"] or {}).get("name"),
    }
    return shlex.join(
        [
            *("python", "-m", "curation", "run"),
            *(file["name"].removesuffix(f"/{CANDIDATES}") for file in manifest["inputs"]),
            *("--recipe", shipped),
            *(part for key, value in _differences(recipe, default) for part in ("--set", f"{key}={_as_toml(value)}")),
            *(("--words", f"FILE-{words['sha256'][:12]}") if words else ()),
            *(("--tokenizer", tokenizer["name"]) if tokenizer else ()),
            *(("--pseudonym-key", "FILE") if manifest["pseudonym_key"] else ()),
            *(part for release in manifest["against"] for part in ("--against", release["name"])),
            *(part for name, value in flags.items() if value for part in (f"--{name}", str(value))),
            *("--out", "DIR"),
        ]
    )


def _differences(recipe: Mapping[str, Any], default: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in recipe.items():
        if isinstance(value, dict) and default[key]:  # a table of settings; one that ships empty is the user's own
            found += _differences(value, default[key], f"{prefix}{key}.")
        elif value != default[key]:
            found.append((prefix + key, value))
    return found


def _as_toml(value: object) -> str:
    """A value as TOML writes it on one line; what is null is left out of its table."""
    if isinstance(value, dict):
        told = (
            f"{json.dumps(key, ensure_ascii=False)} = {_as_toml(one)}" for key, one in value.items() if one is not None
        )
        return "{" + ", ".join(told) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _length_scale(manifest: Mapping[str, Any]) -> int:
    """The right end of the length charts: the largest 95th percentile, at least 1."""
    return max([1, *(int(chars.get("p95", 0)) for chars in manifest["statistics"]["all"]["chars"].values())])
