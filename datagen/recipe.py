"""The recipe of datagen.wms; every default stands in wms.toml."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

# The letters by which templates name who would ask so.
PERSONAS = "WNMPICSE"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuestionLevels(_Table):
    """The share of questions in each register (0..1)."""

    hae: float = Field(ge=0)
    haeyo: float = Field(ge=0)
    hapsyo: float = Field(ge=0)

    @model_validator(mode="after")
    def _asks_at_all(self) -> "QuestionLevels":
        if self.hae + self.haeyo + self.hapsyo <= 0:
            raise ValueError("all shares are 0: no question could be asked")
        return self


class Retrieval(_Table):
    """How passages are cut (characters) and embedded: hashed in so many dimensions, or by a model.

    `embedder` is a sentence-transformers model's name or folder; the offline hash if empty.
    """

    passage_chars: int = Field(ge=100)
    dimensions: int = Field(ge=64)
    embedder: str


class Contexts(_Table):
    """How many passages stand before a question (0: none), how many of them are hard distractors, and the share of rows
    (0..1) that show the passage with the answer."""

    size: int = Field(ge=0)
    distractors: int = Field(ge=0)
    oracle_share: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _leaves_room(self) -> "Contexts":
        if 0 < self.size <= self.distractors:
            raise ValueError(f"{self.distractors} distractors leave no room for the answer in {self.size} passages")
        return self


class Gates(_Table):
    """The gates' thresholds; lengths in characters, coverage 0..1, rank from 1."""

    question_chars: tuple[int, int]
    answer_chars: int = Field(ge=1)
    coverage_share: float = Field(ge=0, le=1)
    retrieved_within: int = Field(ge=1)


class Persona(_Table):
    """Who asks: a name, per cent of questions in 반말, 해요체, 합쇼체, and the kinds this one asks most.

    `asks_like` names the letters of PERSONAS whose wordings a persona of your own uses; its own letter if empty.
    """

    name: str
    mix: tuple[int, int, int]
    kinds: tuple[str, ...] = ()
    asks_like: str = ""


class Noise(_Table):
    """The share (0..1) of questions in 반말 and 해요체 written as people type, and the kinds of noise to draw from."""

    share: float = Field(ge=0, le=1)
    kinds: tuple[Literal["no_spaces", "no_particles", "abbreviated", "mistyped"], ...] = Field(min_length=1)

    @property
    def odds(self) -> tuple[float, float]:
        """The weights of noise and none."""
        return self.share, 1 - self.share


class Quota(_Table):
    """At most so many pairs per document, and of one kind in it; `kinds` names those that get another number."""

    per_document: int = Field(ge=1)
    per_kind: int = Field(ge=1)
    kinds: dict[str, int] = {}


class Recipe(_Table):
    """All that decides what a run writes, besides its documents and word list."""

    seed: int
    phrasings: int = Field(ge=1)
    answer_level: Literal["hapsyo", "haeyo"]
    quota: Quota
    noise: Noise
    question_levels: QuestionLevels
    retrieval: Retrieval
    contexts: Contexts
    gates: Gates
    personas: dict[str, Persona]

    @model_validator(mode="after")
    def _knows_every_persona(self) -> "Recipe":
        if missing := sorted(set(PERSONAS) - self.personas.keys()):
            raise ValueError(f"personas lacks {', '.join(missing)}, which the templates name")
        return self
