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


class Mix(_Table):
    """How often each kind of plan is drawn (weights); `unanswerable` counts only in rows with contexts."""

    fact: float = Field(ge=0)
    deeper: float = Field(ge=0)
    conditional: float = Field(ge=0)
    comparative: float = Field(ge=0)
    scenario: float = Field(ge=0)
    dialogue: float = Field(ge=0)
    multi_hop: float = Field(ge=0)
    rewrite: float = Field(ge=0)
    unanswerable: float = Field(ge=0)


class ModelRole(_Table):
    """A model in one role: provider:name, its terms of use, and how it is asked.

    `temperature` below 0 leaves it to the server; `max_tokens` counts the answer's.
    """

    model: str
    terms: str
    temperature: float = Field(le=2)
    max_tokens: int = Field(ge=16)


class Llm(_Table):
    """What a language model is asked to write, where one is given.

    `mode`: "write" asks and answers by plan, "rewrite" only rewords extracted pairs. `asker_sees`: the passage, or its
    topic alone. `extracted`: whether the extractors' own pairs stand in for what failed, beside all, or nowhere.
    `votes` of the judge (0: none) and `nli` (a model's name; "": none) are further gates. `prompts` is a folder of
    edited prompt files.
    """

    mode: Literal["write", "rewrite"]
    asker_sees: Literal["passage", "topic"]
    extracted: Literal["fallback", "all", "none"]
    plans_per_passage: int = Field(ge=1)
    passages_shown: int = Field(ge=1, le=20)
    quote_chars: int = Field(ge=20)
    sends_back: bool
    votes: int = Field(ge=0)
    nli: str
    nli_least: float = Field(ge=0, le=1)
    prompts: str
    mix: Mix
    asker: ModelRole
    answerer: ModelRole
    judge: ModelRole

    @property
    def is_on(self) -> bool:
        """Whether a language model writes at all."""
        return bool(self.asker.model or self.answerer.model)

    @model_validator(mode="after")
    def _knows_whom_to_ask(self) -> "Llm":
        if self.is_on and not (self.answerer.model and (self.asker.model or self.mode == "rewrite")):
            raise ValueError("asker and answerer need a model each; --model names one for both")
        if self.votes and self.is_on and not self.judge.model:
            raise ValueError("votes need a judge; --judge names its model")
        if self.mode == "write" and not any(self.mix.model_dump().values()):
            raise ValueError("all weights of mix are 0: nothing would be planned")
        return self


class Connection(_Table):
    """Where the models are, how fast they are asked, and how much they may cost: nothing that decides what is written.

    Role addresses default to `base_url`; 0 is no limit. `max_requests` and `max_cost` (US dollars) count all that the
    folder's journal holds, so that a resumed run never spends beyond them.
    """

    base_url: str
    asker_base_url: str
    answerer_base_url: str
    judge_base_url: str
    key_file: str
    in_flight: int = Field(ge=1)
    requests_per_minute: int = Field(ge=0)
    tokens_per_minute: int = Field(ge=0)
    timeout_s: float = Field(gt=0)
    attempts: int = Field(ge=1)
    max_requests: int = Field(ge=0)
    max_cost: float = Field(ge=0)
    prices: str


class Recipe(_Table):
    """All that decides what a run writes, besides its documents and word list; its digest leaves `connection` out."""

    seed: int
    phrasings: int = Field(ge=1)
    answer_level: Literal["hapsyo", "haeyo"]
    quota: Quota
    noise: Noise
    question_levels: QuestionLevels
    retrieval: Retrieval
    contexts: Contexts
    gates: Gates
    llm: Llm
    connection: Connection = Field(exclude=True)
    personas: dict[str, Persona]

    @model_validator(mode="after")
    def _knows_every_persona(self) -> "Recipe":
        if missing := sorted(set(PERSONAS) - self.personas.keys()):
            raise ValueError(f"personas lacks {', '.join(missing)}, which the templates name")
        return self
