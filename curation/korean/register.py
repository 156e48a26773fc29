"""Speech-level conversion: only a sentence's predicates, 나/내 and replies change, every other character stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from curation.korean.hangul import is_syllable
from curation.korean.heads import find_heads
from curation.korean.mending import Change, Morpheme, mend
from curation.korean.nominal import nominal_change
from curation.korean.person import pronoun_changes, reply_change
from curation.korean.predicate import without_tail
from curation.korean.sentences import Split, split_sentences
from curation.korean.speech_level import SpeechLevel, read_sentences
from curation.korean.turning import CUT, Asked, turn
from curation.korean.units import mask_code, message_units, quotations

Target = Literal["hapsyo", "haeyo", "hae", "plain"]

_L = SpeechLevel
# The levels that may stay: 합쇼체 lacks 네요 and 거든요; 해라체 is 반말 as 해체 is; documents hold nominal sentences.
_RIGHT = {
    "hapsyo": (_L.HAPSYO, _L.HAEYO),
    "haeyo": (_L.HAEYO, _L.HAPSYO),
    "hae": (_L.HAE, _L.HAERA),
    "plain": (_L.PLAIN, _L.HAERA, _L.NOMINAL),
}
_LAUGHTER = re.compile(r"(?<=[가-힣])[ \t]*[ㅋㅎㅠㅜ]+[\s.~^]*$")
_UNSTABLE = "a second conversion would change it again"
_WITHOUT_PREDICATE = (_L.FRAGMENT, _L.NONE)


@dataclass(frozen=True, slots=True)
class Edit:
    """`before` at [start, end) of the source became `after`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in its new register; `unconverted` holds the (start, end, reason) of each sentence left as it was.

    A reason is one of a few, its detail behind a colon: `may tell or command: 어`.
    """

    text: str
    edits: tuple[Edit, ...]
    unconverted: tuple[tuple[int, int, str], ...]


def convert(
    texts: Sequence[str], *, to: Target, words: Sequence[str] = (), honour_addressee: bool = False
) -> list[Converted]:
    """Each text with its sentences in the register `to`, same order: 재고를 옮긴다. → 재고를 옮깁니다.

    Code, URLs, tables, quotations, fragments and what is right already stay. 합쇼체 keeps the 해요체 of endings it
    lacks (네요, 거든요, 죠). What no rule turns safely stays and is named in `unconverted`. `honour_addressee` adds
    -시- to questions and commands. `words` is the analyser's word list. Raises ValueError for an unknown `to`.
    A line whose conversion would itself be changed stays and is named too, so that converting twice changes nothing.
    Endings: 표준국어대사전; irregular stems: 한글 맞춤법 18항; 이에요 and 예요: 표준어 규정 26항.
    """
    if to not in _RIGHT:
        raise ValueError(f"to={to!r}: expected one of {', '.join(_RIGHT)}")
    found = _convert(texts, to, words, honour_addressee, [frozenset[int]()] * len(texts))
    changed = [index for index, converted in enumerate(found) if converted.edits]
    again = _convert(
        [found[index].text for index in changed], to, words, honour_addressee, [frozenset()] * len(changed)
    )
    unstable = {
        index: _edited_lines(twice, found[index].text)
        for index, twice in zip(changed, again, strict=True)
        if twice.edits
    }
    mended = _convert([texts[index] for index in unstable], to, words, honour_addressee, list(unstable.values()))
    for index, converted in zip(unstable, mended, strict=True):
        found[index] = converted
    return found


def _convert(
    texts: Sequence[str], to: Target, words: Sequence[str], honour: bool, kept: Sequence[frozenset[int]]
) -> list[Converted]:
    """One pass over all texts, in one call of the analyser; the lines in `kept` (counted from 0) stay as they are."""
    lines = [(index, line) for index, text in enumerate(texts) for line in _lines(text)]
    split = split_sentences([_stopped(line.masked) for _, line in lines], tuple(words))
    pairs = zip(lines, split, strict=True)
    masked = [line.masked[part.start : part.end] for (_, line), parts in pairs for part in parts]
    levels = iter([reading.level for reading in read_sentences(masked, tuple(words))])
    sentences: list[list[_Sentence]] = [[] for _ in texts]
    for (index, line), parts in zip(lines, split, strict=True):
        leveled = [(part, next(levels)) for part in parts]
        if texts[index].count("\n", 0, line.start) in kept[index]:
            whole = (line.start, line.start + len(line.text))
            sentences[index].append(_Sentence(*whole, (), reason=_UNSTABLE))
        else:
            sentences[index] += (_read_sentence(line, part, level, to, honour) for part, level in leveled)
    return [_converted(text, found) for text, found in zip(texts, sentences, strict=True)]


def _edited_lines(converted: Converted, text: str) -> frozenset[int]:
    return frozenset(text.count("\n", 0, edit.start) for edit in converted.edits)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of prose at `start` of a text; `masked` is what the analyser reads of it."""

    start: int
    text: str
    masked: str
    quoted: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What one sentence would change; `personal` (나, 응) changes only where the text is not right as it is."""

    start: int
    end: int
    changes: tuple[Change, ...]
    personal: tuple[Change, ...] = ()
    reason: str | None = None
    is_right: bool = False


def _lines(text: str) -> Iterator[_Line]:
    masked = mask_code(text)
    for unit in message_units(text, masked):
        if unit.is_prose and not unit.is_quoted:
            line = text[unit.start : unit.end]
            shown = _with_code_as_words(line, masked[unit.start : unit.end])
            yield _Line(unit.start, line, shown, tuple(quotations(shown)))


def _with_code_as_words(line: str, masked: str) -> str:
    """The masked line with code before a syllable as a word, so that `sku`이다 stays a predicate."""
    return re.sub(
        r" +(?=[가-힣])",
        lambda gap: "A" * len(gap[0]) if line[gap.start() : gap.end()].strip() else gap[0],
        masked,
    )


def _stopped(line: str) -> str:
    """The line with a full stop behind its last syllable: Kiwi then reads the ending as one (할게, 좋대 ㅎㅎ)."""
    line = _LAUGHTER.sub(lambda tail: "." + " " * (len(tail[0]) - 1), line)
    return line + "." if is_syllable(line[-1]) else line


def _read_sentence(line: _Line, part: Split, level: SpeechLevel, to: Target, honour: bool) -> _Sentence:
    start, end = part.start, min(part.end, len(line.text))
    morphemes = mend(part.tokens, line.masked)
    found = _predicate_changes(line, start, end, morphemes, Asked(to, level, honour))
    changes, reason = found.changes, found.reason
    personal = tuple(pronoun_changes(morphemes, line.masked, to))
    is_parted = not is_syllable(line.text[:start].rstrip()[-1:] or ".")
    reply = reply_change(line.masked[:end], start, to) if is_parted else None
    if reply is not None:
        changes = tuple(change for change in changes if change[0] >= reply[1])
        if changes or found.is_right:
            personal = (reply, *personal)
        else:
            changes, reason = (reply,), None
    personal = tuple(change for change in personal if not any(s <= change[0] < e for s, e in line.quoted))
    if reason not in (None, CUT):
        personal = ()
    moved = [tuple((s + line.start, e + line.start, new) for s, e, new in some) for some in (changes, personal)]
    return _Sentence(start + line.start, end + line.start, moved[0], moved[1], reason, found.is_right)


def _predicate_changes(line: _Line, start: int, end: int, morphemes: Sequence[Morpheme], asked: Asked) -> _Sentence:
    """The changes of a sentence's predicates, why one of them cannot turn, and whether it is right as it is."""
    if asked.level in _WITHOUT_PREDICATE:
        return _without_head(start, end, morphemes, asked)
    heads = find_heads(morphemes, line.text, line.quoted, is_sentence=asked.level is not _L.NOMINAL)
    if not heads:
        return _without_head(start, end, morphemes, asked)
    changes: list[Change] = []
    for head in heads:
        turned = turn(head, morphemes, line.text, asked, is_last=head is heads[-1])
        if isinstance(turned, str):
            return _Sentence(start, end, tuple(changes) if turned is CUT else (), reason=turned)
        changes += [turned] if turned else []
    return _Sentence(start, end, tuple(changes), is_right=not changes)


def _without_head(start: int, end: int, morphemes: Sequence[Morpheme], asked: Asked) -> _Sentence:
    bare, level, to = without_tail(morphemes), asked.level, asked.to
    change = None
    if to == "hae" and len(bare) > 1 and bare[-1].form == "요" and bare[-2].tag not in ("IC", "MAJ"):
        change = (bare[-1].start, bare[-1].end, "")  # 저도요 → 나도
    elif to != "plain" and level is _L.NOMINAL:
        change = nominal_change(bare, to)
    if change is not None:
        return _Sentence(start, end, (change,))
    is_right = level in _RIGHT[to]
    known = is_right or level in _WITHOUT_PREDICATE
    reason = None if known else f"no predicate that the table of endings could turn: {level}"
    return _Sentence(start, end, (), reason=reason, is_right=is_right)


def _converted(text: str, sentences: Sequence[_Sentence]) -> Converted:
    is_wrong = any(one.changes for one in sentences) or not any(one.is_right for one in sentences)
    wanted = sorted(change for one in sentences for change in (*one.changes, *(one.personal if is_wrong else ())))
    edits: list[Edit] = []
    for start, end, after in wanted:
        if text[start:end] != after and (not edits or start >= edits[-1].end):
            edits.append(Edit(start, end, text[start:end], after))
    left = tuple((one.start, one.end, one.reason) for one in sentences if one.reason is not None)
    return Converted(_applied(text, edits), tuple(edits), left)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.after]
        position = edit.end
    return "".join([*pieces, text[position:]])
