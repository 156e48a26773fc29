"""Answers rewritten into the speech level that the recipe wants, sentence by sentence, each change told."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.korean.register import Target, convert
from curation.korean.speech_level import tag_messages
from curation.mending.edits import Edit
from curation.recipes.schema import CurationRecipe
from curation.signals.style import polite_styles

Sentence = tuple[int, int, str]  # start, end, and why it cannot be turned
Unconverted = dict[int, list[Sentence]]


def into_levels(
    rows: pa.Table,
    row_of: NDArray[np.int64],
    roles: Sequence[str],
    texts: Sequence[str],
    recipe: CurationRecipe,
    words: tuple[str, ...],
) -> tuple[dict[int, tuple[Edit, ...]], Unconverted]:
    """The edits that put answers into the wanted level, by place of the turn, and what no rule turns safely.

    `texts` are all turns of all rows, `row_of` and `roles` go with them. A turn that is as wanted stays. Unconverted
    sentences are (start, end, reason) in `texts[place]`.
    """
    edits: dict[int, tuple[Edit, ...]] = {}
    unconverted: Unconverted = {}
    wanted = _wanted_registers(rows, row_of, roles, texts, recipe, words)
    for to in sorted(set(wanted.values())):
        places = [place for place, register in wanted.items() if register == to]
        found = _rewritten([texts[place] for place in places], to, words)
        for place, (made, left) in zip(places, found, strict=True):
            if made:
                edits[place] = made
            if left:
                unconverted[place] = left
    return edits, unconverted


def _wanted_registers(
    rows: pa.Table,
    row_of: NDArray[np.int64],
    roles: Sequence[str],
    texts: Sequence[str],
    recipe: CurationRecipe,
    words: tuple[str, ...],
) -> dict[int, Target]:
    """The register of each answer that is not as wanted, by its place. Only where a row's tags ask for it are turns
    looked at one by one.
    """
    if recipe.rules.wrong_level != "rewrite" and recipe.rules.polite_style == "any":
        return {}
    tags = zip(rows["assistant_level"].to_pylist(), rows["assistant_style"].to_pylist(), strict=True)
    asked = np.array([_wanted_register(recipe, level, style) is not None for level, style in tags], dtype=np.bool_)
    answers = [place for place in np.flatnonzero(asked[row_of]).tolist() if roles[place] == "assistant"]
    turns = tag_messages([texts[place] for place in answers], words)
    styles = polite_styles([[sentence.level for sentence in turn.sentences] for turn in turns])
    found = {
        place: _wanted_register(recipe, turn.label, style)
        for place, turn, style in zip(answers, turns, styles, strict=True)
    }
    return {place: register for place, register in found.items() if register is not None}


def _wanted_register(recipe: CurationRecipe, level: str, style: str) -> Target | None:
    """What answers of this label and style of 존댓말 are to become; None where they stay.

    The recipe's style, else the answer's own, else the nearest: 반말 → 해요체, -다 → 합쇼체.
    """
    rules, target = recipe.rules, recipe.target_answer
    unified = None if rules.polite_style == "any" else rules.polite_style
    if level == "polite" and target in ("polite", "any"):
        return None if style in ("none", unified) else unified
    if rules.wrong_level != "rewrite" or target == "any" or level in (target, "neutral"):
        return None
    if target != "polite":
        return "hae" if target == "casual" else "plain"
    if unified is not None:
        return unified
    return "haeyo" if style == "haeyo" or (style == "none" and level == "casual") else "hapsyo"


def _rewritten(
    texts: Sequence[str], to: Target, words: tuple[str, ...]
) -> list[tuple[tuple[Edit, ...], list[Sentence]]]:
    """Each text's edits into the register `to`, and the sentences that no rule turns safely, same order.

    A sentence that cannot be 합쇼체 without a guess (말일에 해 tells or commands) becomes 해요체: both are 존댓말.
    """
    found: list[tuple[tuple[Edit, ...], list[Sentence]]] = []
    for text, done in zip(texts, convert(texts, to=to, words=words), strict=True):
        edits = [Edit(one.start, one.end, one.before, one.after, f"level:{to}") for one in done.edits]
        left = list(done.unconverted)
        if to == "hapsyo" and left:
            again = _rewritten([text[start:end] for start, end, _ in left], "haeyo", words)
            tried = list(zip(left, again, strict=True))
            left = [sentence for sentence, (_, missed) in tried if missed]
            for (start, end, _), (made, missed) in tried:
                if not missed and not any(edit.start < end and start < edit.end for edit in edits):
                    edits += [replace(one, start=one.start + start, end=one.end + start) for one in made]
        found.append((tuple(sorted(edits, key=lambda edit: edit.start)), left))
    return found
