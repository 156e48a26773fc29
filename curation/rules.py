"""The rules: each reads one row's tags and the recipe, and answers with the reason to drop, or None."""

from collections.abc import Callable
from dataclasses import dataclass, field

from curation.recipes.schema import CurationRecipe
from curation.tags import Tags


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a row goes: one named reason, and the evidence for it (goes to the ledger as `because`)."""

    reason: str
    because: dict[str, object] = field(default_factory=dict)


Rule = Callable[[Tags, CurationRecipe], Drop | None]


def turn_order(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """Turns that do not alternate user, assistant, … and end with the assistant: nothing to learn an answer from."""
    return None if tags["alternates"] else Drop("turn_order", {"turns": tags["turns"]})


def broken_characters(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """U+FFFD or stray control characters: the text was decoded wrongly somewhere before."""
    count = tags["user_broken_chars"] + tags["assistant_broken_chars"]
    return Drop("broken_characters", {"chars": count}) if count else None


def question_length(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """A question shorter or longer than the recipe allows; a blank one counts as empty."""
    rules = recipe.rules
    return _length("question", tags["question"], rules.min_question_chars, rules.max_question_chars)


def answer_length(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """An answer shorter or longer than the recipe allows; a blank one counts as empty."""
    return _length("answer", tags["answer"], recipe.rules.min_answer_chars, recipe.rules.max_answer_chars)


def echo(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """The answer says the question again and nothing else."""
    return Drop("echo") if tags["question"].split() == tags["answer"].split() else None


def little_hangul(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """Too few Hangul characters in the answer (share of non-space characters, 0..1)."""
    share, least = tags["assistant_hangul_share"], recipe.rules.min_answer_hangul_share
    return None if share >= least else Drop("little_hangul", {"share": share, "least": least})


def speech_level(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """An answer not in the target's speech level: 반말, 존댓말 and 반말 mixed, or -다 where 존댓말 is wanted."""
    level, target = tags["assistant_level"], recipe.target_answer
    because = {"level": level, "target": target, "offending": tags["assistant_offending"]}
    if target in ("any", level):
        return None
    if level == "neutral":
        return None if recipe.rules.keep_neutral_answers else Drop("neutral_answer", because)
    return Drop(f"{level}_answer", because)


# In the order they are asked; the first that answers names the reason.
RULES: tuple[Rule, ...] = (
    turn_order,
    broken_characters,
    question_length,
    answer_length,
    echo,
    little_hangul,
    speech_level,
)


def judge(tags: Tags, recipe: CurationRecipe) -> Drop | None:
    """The first rule's reason to drop a row, or None."""
    return next((drop for rule in RULES if (drop := rule(tags, recipe))), None)


def _length(what: str, text: str, least: int, most: int) -> Drop | None:
    chars = len(text.strip())
    if chars == 0:
        return Drop(f"empty_{what}")
    if chars < least:
        return Drop(f"short_{what}", {"chars": chars, "least": least})
    return Drop(f"long_{what}", {"chars": chars, "most": most}) if chars > most else None
