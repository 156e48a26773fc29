"""What a training recipe may say; every default stands in the TOML files under trainer/recipes."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from curation.recipe import recipe_path

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Rows(_Strict):
    """Which rows are trained, and how many may be lost before the preflight refuses."""

    max_tokens: Count
    long_rows: Literal["drop", "keep_whole_turns"]
    most_dropped_share: Share
    least_polite_share: Share


class Base(_Strict):
    """How the frozen base model is loaded."""

    quantization: Literal["nf4", "none"]
    precision: Literal["bf16", "fp32"]


class Lora(_Strict):
    """The adapter (Hu et al. 2021); its weights are fp32 whatever the base is."""

    r: Count
    alpha: Count
    dropout: Annotated[float, Field(ge=0, lt=1)]
    target_modules: Annotated[list[str], Field(min_length=1)]


class Training(_Strict):
    """The optimiser's run. A batch counts packs when `packing`, else rows."""

    epochs: Positive
    batch: Count
    accumulation: Count
    packing: bool
    learning_rate: Positive
    schedule: Literal["cosine", "linear", "constant_with_warmup"]
    warmup_share: Share
    weight_decay: Annotated[float, Field(ge=0)]
    max_grad_norm: Positive
    optimizer: Literal["adamw_torch", "adamw_8bit", "paged_adamw_8bit"]
    checkpointing: bool
    log_every_steps: Count
    evaluate_every_steps: Count
    patience: Count
    least_gain: Annotated[float, Field(ge=0)]


class Recipe(_Strict):
    """One training run; equal recipes have equal digests (`curation.recipe.recipe_digest`)."""

    template: Literal["eeve"]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    rows: Rows
    base: Base
    lora: Lora
    training: Training


def shipped_recipe(name_or_path: str) -> Path:
    """The recipe that ships under a name (`eeve-qlora`, `tiny-cpu`), or the path itself."""
    return recipe_path(Path(__file__).parent / "recipes", name_or_path)
