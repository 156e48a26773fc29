"""Edits of a text: what stood at a span and what stands there now; two rounds of them as one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from curation.korean.hangul import Normalised

PERSONAL = "pii:"  # how `why` begins where personal data was hidden


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` became `after`; `why` names the mending, or several joined by "+".

    `before` is what stood there, or the kind of it where personal data was hidden: an audit must not spread it.
    """

    start: int
    end: int
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was, as it is now, and the edits from the one to the other: ascending, none overlapping."""

    original: str
    text: str
    edits: tuple[Edit, ...] = ()


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits made; `edits` are ascending and do not overlap."""
    pieces, at = list[str](), 0
    for edit in edits:
        pieces += text[at : edit.start], edit.after
        at = edit.end
    return "".join([*pieces, text[at:]])


def revised(draft: Draft, later: Sequence[Edit]) -> Draft:
    """The draft after another round: offsets of `later` are in `draft.text`, those of the result in `draft.original`.

    Edits of the two rounds that overlap or touch become one.
    """
    text = apply_edits(draft.text, later)
    if not draft.edits or not later:
        return Draft(draft.original, text, (*draft.edits, *later))
    edits, ahead = list[Edit](), 0  # ahead: how many characters `draft.text` has gained up to here
    for start, end, gained, earlier, changes in _meetings(draft.edits, later):
        source_start, source_end = start - ahead, end - ahead - gained
        ahead += gained
        before = draft.original[source_start:source_end]
        after = apply_edits(draft.text[start:end], changes)
        if after != before:
            made = (*earlier, *changes)
            edits.append(Edit(source_start, source_end, _shown(before, made), after, _reasons(made)))
    return Draft(draft.original, text, tuple(edits))


def source_span(draft: Draft, start: int, end: int) -> tuple[int, int]:
    """The half-open span of `draft.original` behind `draft.text[start:end]`, edits whole."""
    cut_start = cut_end = None
    ahead = ahead_of_start = ahead_of_end = 0  # characters that the text has gained
    for edit in draft.edits:
        first, gained = edit.start + ahead, len(edit.after) - (edit.end - edit.start)
        last, ahead = first + len(edit.after), ahead + gained
        if last <= start:
            ahead_of_start = ahead
        elif first < start:
            cut_start = edit.start
        if last <= end:
            ahead_of_end = ahead
        elif first < end:
            cut_end = edit.end
    source_start = start - ahead_of_start if cut_start is None else cut_start
    return source_start, end - ahead_of_end if cut_end is None else cut_end


def edits_of(original: str, changed: Normalised, why: str) -> tuple[Edit, ...]:
    """The edits that an offset map tells of."""
    edits, offsets, text = list[Edit](), changed.offsets, changed.text
    if text == original:
        return ()
    if offsets[0]:
        edits.append(Edit(0, offsets[0], original[: offsets[0]], "", why))
    first = 0
    for last in range(1, len(text) + 1):
        if last < len(text) and offsets[last] == offsets[first]:
            continue
        start, end, after = offsets[first], offsets[last], text[first:last]
        if after and original[start : start + len(after)] == after:  # 고<200b> → 고: what was left out lies behind it
            start, after = start + len(after), ""
        if original[start:end] != after:
            edits.append(Edit(start, end, original[start:end], after, why))
        first = last
    return _joined(edits)


def deletions(original: str, shortened: str, why: str) -> tuple[Edit, ...]:
    """The edits that leave `shortened`, all of whose characters stand in `original` in that order."""
    edits, left = list[Edit](), 0
    for at, char in enumerate(original):
        if left < len(shortened) and shortened[left] == char:
            left += 1
        else:
            edits.append(Edit(at, at + 1, char, "", why))
    return _joined(edits)


def changed_lines(original: str, changed: str, why: str) -> tuple[Edit, ...]:
    """One edit for each line that differs; one for the whole text where lines came or went."""
    before, after = original.split("\n"), changed.split("\n")
    if len(before) != len(after):
        return (Edit(0, len(original), original, changed, why),)
    edits, at = list[Edit](), 0
    for old, new in zip(before, after, strict=True):
        if old != new:
            edits.append(Edit(at, at + len(old), old, new, why))
        at += len(old) + 1
    return tuple(edits)


def _meetings(earlier: Sequence[Edit], later: Sequence[Edit]) -> Iterator[tuple[int, int, int, list[Edit], list[Edit]]]:
    """Edits of both rounds by where they meet in the text between: its span, the characters that the earlier ones
    gained there, the earlier ones, and the later ones with offsets from the span's start."""
    placed: list[tuple[int, int, bool, Edit]] = [(edit.start, edit.end, True, edit) for edit in later]
    ahead = 0
    for edit in earlier:
        start = edit.start + ahead
        placed.append((start, start + len(edit.after), False, edit))
        ahead += len(edit.after) - (edit.end - edit.start)
    placed.sort(key=lambda one: one[:3])
    first = 0
    while first < len(placed):
        start, end, last = *placed[first][:2], first
        while last < len(placed) and placed[last][0] <= end:
            end = max(end, placed[last][1])
            last += 1
        met, first = placed[first:last], last
        before = [edit for _, _, is_later, edit in met if not is_later]
        gained = sum(len(edit.after) - (edit.end - edit.start) for edit in before)
        moved = [replace(edit, start=edit.start - start, end=edit.end - start) for _, _, late, edit in met if late]
        yield start, end, gained, before, moved


def _shown(before: str, made: Sequence[Edit]) -> str:
    hidden = [edit.before for edit in made if PERSONAL in edit.why]
    return " ".join(hidden) if hidden else before


def _reasons(made: Sequence[Edit]) -> str:
    return "+".join(dict.fromkeys(why for edit in made for why in edit.why.split("+")))


def _joined(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Neighbours that touch as one edit."""
    joined: list[Edit] = []
    for edit in edits:
        if joined and joined[-1].end == edit.start:
            last = joined[-1]
            joined[-1] = Edit(last.start, edit.end, last.before + edit.before, last.after + edit.after, edit.why)
        else:
            joined.append(edit)
    return tuple(joined)
