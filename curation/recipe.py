"""Recipes are TOML: every default in one file beside its stage, `--set a.b=value` on top, unknown keys refused."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from curation.errors import InputError
from curation.files import canonical_json, sha256_bytes

_WORD = re.compile(r"[^\W\d][\w./:-]*")
Recipe = TypeVar("Recipe", bound=BaseModel)


def load_recipe(model: type[Recipe], path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """The recipe in `path` with `overrides` (`"lora.r=32"`, the value parsed as TOML) applied, checked by `model`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(
            str(path), "is not there, or is a folder", mend="give the path of a recipe, or the name of one that ships",
            mend_ko="레시피 파일 경로나 함께 배포되는 레시피 이름을 지정하세요",
        ) from error  # fmt: skip
    except ValueError as error:
        raise InputError(
            str(path), f"is not TOML ({error})", mend="mend the line it names", mend_ko="표시된 줄을 고치세요"
        ) from error
    for override in overrides:
        _apply(data, override)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _first_fault(error, path, model, overrides) from error


def recipe_path(folder: Path, name: str) -> Path:
    """The recipe that ships in `folder` under a bare name (`wms`); anything else is a path."""
    is_name = name == Path(name).name and name not in ("", ".", "..")
    shipped = folder / f"{name}.toml"
    return shipped if is_name and shipped.is_file() else Path(name)


def recipe_digest(recipe: BaseModel) -> str:
    """SHA-256 of the resolved recipe: equal settings, equal digest, however they were given."""
    return sha256_bytes(canonical_json(recipe.model_dump(mode="json")))


def _apply(data: dict[str, Any], override: str) -> None:
    key, _, value = override.partition("=")
    try:
        parsed = tomllib.loads(f"value = {value}" if "\n" not in value else "")["value"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        if not _WORD.fullmatch(value):
            raise InputError(
                f"--set {override}", f"{value!r} is not a TOML value",
                mend="write KEY=VALUE with a word or a TOML value: --set rules.pii=drop, --set 'a.b=[1, 2]'",
                mend_ko="KEY=값 꼴로, 값은 낱말이나 TOML로 쓰세요: --set rules.pii=drop, --set 'a.b=[1, 2]'",
            ) from error  # fmt: skip
        parsed = value  # a shell eats the quotes of name="wms"
    *parents, last = key.strip().split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
        if not isinstance(data, dict):
            raise InputError(
                f"--set {override}", f"{parent} is a value, no table", mend="name a key that the recipe has",
                mend_ko="레시피에 있는 키를 지정하세요",
            )  # fmt: skip
    data[last] = parsed


def _first_fault(
    error: ValidationError, path: Path, model: type[BaseModel], overrides: Sequence[str]
) -> InputError:  # fmt: skip
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    what = fault["msg"]
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, _keys(model), n=1)
        what = "is not a key of this recipe" + (f"; did you mean {near[0]}?" if near else "")
    given = next((one for one in overrides if one.partition("=")[0].strip() == where), None)
    if given:
        return InputError(f"--set {given}", what, mend="mend that flag", mend_ko="이 플래그를 고치세요")
    return InputError(
        f"{path}: {where}", what, mend="mend or remove that key; the recipe that ships shows them all",
        mend_ko="해당 키를 고치거나 지우세요. 함께 배포되는 레시피에 모든 키가 있습니다",
    )  # fmt: skip


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names.extend(_keys(field.annotation, f"{prefix}{name}."))
    return names
