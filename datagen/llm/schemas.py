"""What a model must answer, as strict data: one shape per role."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Questions(_Answer):
    """The asker's: one question per turn, in order; none where the passages leave nothing of that kind to ask."""

    questions: list[str] = Field(max_length=4)


class Quote(_Answer):
    """Words that stand in a passage to the letter; `source` is the passage's id in the prompt."""

    source: str
    text: str


class Answer(_Answer):
    """The answer to one question; not `answerable` where the passages do not hold it."""

    answerable: bool
    answer: str
    quotes: list[Quote]


class Answers(_Answer):
    """The answerer's: one answer per question, in order."""

    answers: list[Answer] = Field(min_length=1, max_length=4)


class Rewritten(_Answer):
    """The rewriter's: an extracted pair in other words."""

    question: str
    answer: str


class Verdict(_Answer):
    """The judge's: whether the evidence carries every statement of the answer, and the answer answers the question."""

    faithful: bool
    reason: str


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a shape, every object closed: what `response_format` and a prompt show of it."""
    schema = shape.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("description", None)
    return schema
