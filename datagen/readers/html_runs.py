"""Characters of one formatting, as a page's elements give them → paragraphs and lines with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.hangul import has_hangul
from datagen.documents import Line, Mark, MarkKind

_LIST_MARK = re.compile(r"\s*(?:[-•·○●◦▪■□▶※*]\s|\d{1,2}[.)]\s|[①-⑳]|[가-하][.)]\s)")
_SENTENCE_END = re.compile(r"[.!?。:：]\s*\Z")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one formatting; a break is a lone `\\n` with `is_break`."""

    text: str
    offsets: Sequence[int]
    kinds: tuple[MarkKind, ...]
    is_break: bool = False


def line_of(runs: Sequence[Run]) -> Line:
    """The runs as one line with the offsets they came with: runs of white space as one space, none at the ends."""
    chars: list[str] = []
    offsets: list[int] = []
    marks: list[Mark] = []
    latest: dict[MarkKind, int] = {}  # the last mark of each kind
    for run in runs:
        begin = len(chars)
        for char, offset in zip(run.text, run.offsets, strict=True):
            if not char.isspace():
                chars.append(char)
                offsets.append(offset)
            elif chars and chars[-1] != " ":
                chars.append(" ")
                offsets.append(offset)
        for kind in run.kinds if begin < len(chars) else ():
            at = latest.get(kind)
            if at is not None and marks[at].end == begin:
                marks[at] = Mark(marks[at].start, len(chars), kind)
            else:
                latest[kind] = len(marks)
                marks.append(Mark(begin, len(chars), kind))
    return Line("".join(chars), tuple(offsets), tuple(marks)).part(0, len(chars))


def paragraphs(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs cut where a line break ends a paragraph: after a sentence, before a list mark, at an empty line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.is_break:
            lines.append([run])
        else:
            lines[-1].append(run)
    whole: list[Run] = []
    before = ""
    for line in lines:
        text = "".join(run.text for run in line)
        is_new = not text.strip() or bool(_SENTENCE_END.search(before)) or bool(_LIST_MARK.match(text.lstrip() + " "))
        if whole and is_new:
            yield whole
            whole = []
        whole.extend(line)
        before = text if text.strip() else "."
    if whole:
        yield whole


def is_code(runs: Sequence[Run]) -> bool:
    """Whether preformatted text is code: marked so, or without Korean."""
    text = "".join(run.text for run in runs if MarkKind.CODE not in run.kinds)
    return not has_hangul(text)


def trimmed(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs without white space and colon at their end."""
    kept = list(runs)
    while kept:
        text = kept[-1].text.rstrip(" \t\n\u00a0:：")
        if text:
            kept[-1] = Run(text, kept[-1].offsets[: len(text)], kept[-1].kinds)
            break
        kept.pop()
    return tuple(kept)
