"""What a curation recipe may say; its values stand in the TOML files beside it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curation.recipe import recipe_path


class _Strict(BaseModel):
    # strict: TOML knows its own types, so "0.8" for 0.8 is a mistake and is said to be one.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Strict):
    """What is known of some inputs beyond what their rows say; the first entry whose `files` fits an input counts."""

    files: str = "*"  # a glob over the input's name, as ledger and manifest call it
    name: str | None = None  # what `source` says in each of its rows
    license: str | None = None  # SPDX, for rows that state none
    stated_by: str | None = None  # who says so: a page, a person
    terms: str | None = None  # what else binds its users: gated, no redistribution, a generator's terms
    shape: str | None = None  # one of `curation inspect`; recognised row by row where absent
    fields: dict[str, str] = {}  # role or column → field: {question = "Q", answer = "A"}
    options: dict[str, str] = {}  # the shape's own: {prefix = "…"}, {task = "diary"}


class Read(_Strict):
    """What a file may hold before it is refused."""

    max_line_bytes: int = Field(default=16 * 2**20, ge=2)
    quarantine_rows: int = Field(default=10, ge=0)  # the run fails above the larger of the two
    quarantine_share: float = Field(default=0.001, ge=0, le=1)  # of the rows read
    damaged_streams: Literal["refuse", "keep"] = "refuse"  # a .gz or .zst that breaks off: how much is lost is unknown
    sources: list[Source] = []


class Rules(_Strict):
    """Thresholds of `curation/rules.py`; lengths are characters, shares are of non-space characters, 0..1."""

    enabled: bool = True
    min_question_chars: int = Field(default=2, ge=1)
    max_question_chars: int = Field(default=4_000, ge=1)
    min_answer_chars: int = Field(default=2, ge=1)
    max_answer_chars: int = Field(default=8_000, ge=1)
    max_tokens: int = Field(default=0, ge=0)  # of the whole conversation, with --tokenizer; 0 for no limit
    min_answer_hangul_share: float = Field(default=0.1, ge=0, le=1)
    special: Literal["drop", "clean", "keep"] = "clean"  # control and invisible characters, and runs of ㅋㅋ and marks
    max_special_share: float = Field(default=0.3, ge=0, le=1)  # of neither letters, digits nor usual punctuation
    max_repetition_share: float = Field(default=0.5, ge=0, le=1)  # of an answer that says again what it said
    damaged: Literal["drop", "mend", "keep"] = "mend"  # mojibake and loose jamo; what cannot be mended is dropped
    echo: Literal["drop", "keep"] = "drop"
    cut_off: Literal["drop", "keep"] = "drop"
    refusal: Literal["drop", "keep"] = "drop"
    boilerplate: Literal["drop", "keep"] = "drop"
    wrong_level: Literal["drop", "rewrite", "keep"] = "drop"  # answers not in the target's level, or mixed
    keep_neutral_answers: bool = True  # a list or a code block has no speech level to be wrong
    polite_style: Literal["any", "hapsyo", "haeyo"] = "any"  # one style of 존댓말 in the answers; any: both may stand
    pii: Literal["drop", "mask", "pseudonym", "keep"] = "mask"


class Repeats(_Strict):
    """How repeats are found (docs: facts on dedup; Broder 1997 for MinHash) and whether they are dropped."""

    drop_by: Literal["pair", "question", "answer", "none"] = "pair"  # what must repeat for a row to go
    threshold: float = Field(default=0.8, gt=0, le=1)  # exact Jaccard similarity of shingle sets
    shingle_chars: int = Field(default=5, ge=1)
    min_near_letters: int = Field(default=20, ge=1)  # shorter texts repeat only exactly
    guards: bool = True  # numbers, codes, negation, speech level, content nouns
    num_perm: int = Field(default=128, ge=2)
    bands: int = Field(default=20, ge=1)
    rows: int = Field(default=6, ge=1)
    signature_seed: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _bands_fit(self) -> "Repeats":
        if self.bands * self.rows > self.num_perm:
            raise ValueError(f"bands × rows is {self.bands * self.rows}, more than num_perm = {self.num_perm}")
        return self


class Leaks(_Strict):
    """When two rows ask the same in other words, and when a row gives an evaluation set away."""

    threshold: float = Field(default=0.7, gt=0, le=1)  # of the content of two questions
    max_group_share: float = Field(default=0.1, gt=0, le=1)  # a greater group goes to train whole, and is listed
    drop_evaluation: bool = True  # rows that give an evaluation item away; false: they are counted, and stay
    evaluation: list[str] = []  # files, beside corpora/eval/casual_questions.jsonl, which always counts


class Split(_Strict):
    """Shares of the rows dealt to each split; they sum to 1."""

    train: float = Field(default=0.9, ge=0, le=1)
    valid: float = Field(default=0.05, ge=0, le=1)
    test: float = Field(default=0.05, ge=0, le=1)

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> "Split":
        total = self.train + self.valid + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + valid + test is {total:g}, expected 1")
        return self


class Licenses(_Strict):
    """Which conflicts of licences are accepted, each with its reason: `{"CC-BY-NC-4.0" = "연구에만 씁니다"}`."""

    waived: dict[str, str] = {}


class CurationRecipe(_Strict):
    """One recipe; every default equals `recipes/wms.toml` (a test keeps them equal)."""

    name: str = "wms"
    seed: int = Field(default=20, ge=0)
    target_answer: Literal["polite", "casual", "plain", "any"] = "polite"
    read: Read = Read()
    rules: Rules = Rules()
    repeats: Repeats = Repeats()
    leaks: Leaks = Leaks()
    split: Split = Split()
    licenses: Licenses = Licenses()


def shipped_recipe(name_or_path: str) -> Path:
    """The recipe that ships under a name (`wms`, `annotate-only`, …), or the path itself."""
    return recipe_path(Path(__file__).parent, name_or_path)
