"""The command that makes a dataset again, read from its manifest."""

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from curation.recipe import load_recipe
from curation.recipes.schema import CurationRecipe, shipped_recipe
from curation.sources.inputs import CANDIDATES

_MOST_INPUTS = 50


def reproducing_command(manifest: Mapping[str, Any]) -> str:
    """The command that makes this dataset again, with each setting that differs from the recipe that ships.

    Inputs are named up to fifty.
    """
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
            *_inputs([file["name"].removesuffix(f"/{CANDIDATES}") for file in manifest["inputs"]]),
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


def _inputs(names: Sequence[str]) -> Sequence[str]:
    """The first of many: a page has no room for thousands."""
    more = len(names) - _MOST_INPUTS
    return [*names[:_MOST_INPUTS], f"… and {more:,} more of manifest.json"] if more > 0 else names


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
