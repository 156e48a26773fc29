"""Speech-level conversion: only a sentence's last predicate changes, every other character stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from curation.korean.predicate import PLAIN_DECLARATIVES, final_predicate, rejoin
from curation.korean.sentences import Split, split_sentences
from curation.korean.speech_level import SpeechLevel, level_of


@dataclass(frozen=True, slots=True)
class Edit:
    """`before` at [start, end) of the source became `after`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in its new register; `unconverted` holds the (start, end, reason) of each sentence left as it was."""

    text: str
    edits: tuple[Edit, ...]
    unconverted: tuple[tuple[int, int, str], ...]


def convert(texts: Sequence[str], *, to: Literal["hapsyo"], words: tuple[str, ...] = ()) -> list[Converted]:
    """Each text with its plain declarative sentences in 합쇼체: 재고를 옮긴다. → 재고를 옮깁니다.

    Sentences already in `to`, and those without a predicate, stay. Any other ending is left and named in
    `unconverted`: a question, a command or 해체 says more than a table can turn. `words` is the analyser's word list.
    """
    if to != "hapsyo":
        raise ValueError(f"to={to!r}: only 'hapsyo' so far")
    return [_convert(text, parts) for text, parts in zip(texts, split_sentences(texts, words), strict=True)]


def _convert(text: str, sentences: Sequence[Split]) -> Converted:
    edits: list[Edit] = []
    unconverted: list[tuple[int, int, str]] = []
    for sentence in sentences:
        start, end = sentence.start, sentence.end
        level = level_of(text[start:end], sentence.tokens).level
        if level in (SpeechLevel.HAPSYO, SpeechLevel.FRAGMENT, SpeechLevel.NONE):
            continue
        predicate = final_predicate(sentence.tokens)
        if predicate is None or predicate.tag != "EF" or predicate.ending not in PLAIN_DECLARATIVES:
            unconverted.append((start, end, f"{level}: {text[start:end][-12:]}"))
            continue
        after = rejoin(predicate, "ᆸ니다", "EF")
        edits.append(Edit(predicate.start, predicate.end, text[predicate.start : predicate.end], after))
    return Converted(_apply(text, edits), tuple(edits), tuple(unconverted))


def _apply(text: str, edits: Sequence[Edit]) -> str:
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.after]
        position = edit.end
    return "".join([*pieces, text[position:]])
