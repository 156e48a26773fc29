"""Damage mended with an audit: Korean read in a wrong encoding, and syllables spelled in single letters."""

from collections.abc import Sequence

from curation.korean.jamo import compose_jamo, decompose_jamo
from curation.korean.mojibake import Verdict, repair
from curation.mending.edits import Draft, Edit, changed_lines, edits_of, revised


def repair_damage(texts: Sequence[str]) -> list[tuple[Edit, ...]]:
    """The edits that repair each text without loss, same order; none where letters are gone."""
    return [
        () if done.verdict is Verdict.LOSSY else _spelled(Draft(text, text), changed_lines(text, done.text, done.kind))
        for text, done in zip(texts, repair(texts), strict=True)
    ]


def _spelled(draft: Draft, repaired: Sequence[Edit]) -> tuple[Edit, ...]:
    """The repair, and letters that spell syllables composed behind it: ㅎㅏㄴㄱㅡㄹ → 한글."""
    draft = revised(draft, repaired)
    composed = edits_of(draft.text, compose_jamo([draft.text])[0], "jamo")
    return revised(draft, [edit for edit in composed if _is_lossless(edit)]).edits


def _is_lossless(edit: Edit) -> bool:
    """Whether the syllables, spelled out again, are the letters that stood there, as typed or in half width."""
    spellings = (
        decompose_jamo(edit.after, strokes=strokes, half_width=half_width)
        for strokes in (False, True)
        for half_width in (False, True)
    )
    return edit.before in spellings
