"""The speech level (상대 높임법) of Korean sentences and messages, from the ending of the matrix predicate.

Three tiers, each asked only where the one before is in doubt: the letters of the ending, Kiwi on the last two eojeols
(remembered), Kiwi on the sentence. Labelling rules: corpora/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from curation.korean.hangul import has_hangul, is_syllable
from curation.korean.honorifics import honours_subject, is_humble
from curation.korean.kiwi import tokenise
from curation.korean.levels import CASUAL, EMPTY, POLITE, Reading, SpeechLevel, is_scrap
from curation.korean.matrix import (
    NO_HANGUL,
    ONLY_QUOTED,
    REPLIES,
    ends_like_noun,
    fragment,
    read,
    read_letters,
    read_reply,
)
from curation.korean.sentences import Span, sentence_spans
from curation.korean.tails import core_of, unquoted
from curation.korean.units import mask_code, message_units

__all__ = [
    "CASUAL", "POLITE", "Evidence", "MessageTag", "Mode", "Sentence", "SpeechLevel", "Tagged",
    "tag_messages", "tag_speech_levels",
]  # fmt: skip

Mode = Literal["tiered", "full"]

_L = SpeechLevel
_DISPUTED = 0.85  # at most, where the text's other sentences, or clauses, are of the other side
_AFTER_NOUN = ("요", "이요")  # 알려 주실래요 멜론이요
_POLITE_CLAUSE = re.compile(r"(?:요|니다|죠),\s")
_TAIL_CHARS = 60
_REMEMBERED = 1 << 16  # eojeol pairs; some 20 MB
# An eojeol that may end a sentence though another follows it.
_MAY_END = re.compile(r"[다까오요죠용줘야냐니라렴나봐어아게네당자지군돼해워여려써마대래든소더노우세]\S?\s")
# Whoever says these speaks 하게체: they settle -는가, -나 and -네.
_HAGE_CUE = re.compile(
    r"자네(?=[가는도를의에와랑만들]|[ ,]+[가-힣])|, ?자네|여보게|이보게|이 사람아|[일닐]세[ ,.!]"
    r"|[가-힣] 서방(?!네)|[가-힣]{2,3} 군[,!]|젊은이[,!]"
)
_UNPOLITE = CASUAL | {_L.PLAIN}
_REPLY_ENDS = frozenset(reply[-1] for reply in REPLIES)
_HAGE_ENDS = ("가", "나", "네", "구먼")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a level rests on: the ending, in Kiwi's form, and the rule that read it (`levels.Reading`)."""

    ending: str
    rule: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence's level and how sure it is (0..1).

    `sentence_type`: statement question command proposal exclamation none. `subject_honorific`: its predicate honours
    the subject (-시-, 계시다, 드시다, 께서). `humble`: the speaker stands back (저, 제, 드리다, 뵙다, 여쭙다).
    """

    level: SpeechLevel
    confidence: float
    evidence: Evidence
    sentence_type: str
    subject_honorific: bool
    humble: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a message: `message[start:end]`, its level and confidence."""

    start: int
    end: int
    level: SpeechLevel
    confidence: float


@dataclass(frozen=True, slots=True)
class MessageTag:
    """A message's sentences, its label, the share of sentences per level, and the first span that spoils politeness."""

    sentences: tuple[Sentence, ...]
    label: str  # polite casual mixed plain neutral
    shares: Mapping[str, float]
    offending: tuple[int, int] | None


class _Read(NamedTuple):  # made for every sentence, as Span is
    """A sentence at `text[start:end]` and what was read from it."""

    start: int
    end: int
    reading: Reading
    is_open: bool  # no mark parts it from the sentence before


def tag_speech_levels(texts: Sequence[str], words: tuple[str, ...] = (), *, mode: Mode = "tiered") -> list[Tagged]:
    """The speech level of each text's last sentence that has a predicate, same order; FRAGMENT or NONE where none has.

    Texts are in NFC (`hangul.normalise`): a syllable in single letters is not seen. `words` is Kiwi's user dictionary;
    `mode="full"` analyses every sentence, for comparison.
    """
    texts = [unquoted(text) for text in texts]
    return [_tagged(text, sentences) for text, sentences in zip(texts, _read_texts(texts, words, mode), strict=True)]


def tag_messages(texts: Sequence[str], words: tuple[str, ...] = (), *, mode: Mode = "tiered") -> list[MessageTag]:
    """Each message's sentences and label, same order. Code, URLs and tables are one NONE unit each and never decide."""
    return [_message_tag(sentences) for sentences in _read_texts(texts, words, mode)]


def read_sentences(sentences: Sequence[str], words: tuple[str, ...] = (), mode: Mode = "tiered") -> list[Reading]:
    """The reading of each sentence, same order, by the tiers that its doubt asks for."""
    readings: list[Reading | None] = []
    pending: list[tuple[int, str, str]] = []  # (place, core, mark)
    for place, sentence in enumerate(sentences):
        core = core_of(sentence)
        if core[-1:] not in _REPLY_ENDS:  # most sentences: nothing but letters need be looked at
            found = None if is_syllable(core[-1:] or " ") or has_hangul(core) else _without_core(sentence)
        else:
            found = read_reply(core)
        if found is None and mode == "tiered" and (by_letters := read_letters(core)):
            found = None if is_scrap(by_letters) and _MAY_END.search(core) else by_letters
        readings.append(found)
        if found is None:
            pending.append((place, core, "?" if "?" in sentence[_core_end(sentence, core) :] else "."))
    if pending and mode == "tiered":
        pending = _read_tails(readings, pending, words)
    analysed = tokenise([core + mark for _, core, mark in pending], words)
    for (place, core, _), tokens in zip(pending, analysed, strict=True):
        readings[place] = read(core, tokens)
    return [reading for reading in readings if reading is not None]


def _read_texts(texts: Sequence[str], words: tuple[str, ...], mode: Mode) -> list[list[_Read]]:
    """Every text's sentences with their readings; all texts in one call, so that Kiwi's workers all run."""
    spans: list[list[Span]] = []
    sentences: list[str] = []
    for text in texts:
        masked = mask_code(text)
        found: list[Span] = []
        for unit in message_units(text, masked):
            if not unit.is_prose or unit.is_quoted:
                found.append(Span(unit.start, unit.end))
                sentences.append('""' if unit.is_quoted else "")
                continue
            parts = sentence_spans(masked, unit.start, unit.end)
            found += parts
            sentences += (masked[part.start : part.end] for part in parts)
        spans.append(found)
    readings = iter(read_sentences(sentences, words, mode))
    return [
        _in_context(text, _joined([_Read(s.start, s.end, next(readings), s.is_open) for s in found]))
        for text, found in zip(texts, spans, strict=True)
    ]


def _core_end(sentence: str, core: str) -> int:
    return sentence.rfind(core) + len(core)


def _without_core(sentence: str) -> Reading:
    return ONLY_QUOTED if has_hangul(sentence) or sentence == '""' else NO_HANGUL


def _read_tails(
    readings: list[Reading | None], pending: list[tuple[int, str, str]], words: tuple[str, ...]
) -> list[tuple[int, str, str]]:
    """Fill in what the last two eojeols decide; what stays in doubt is given back."""
    memory = _memory(words)
    tails = [_tail(core) + mark for _, core, mark in pending]
    new = list(dict.fromkeys(tail for tail in tails if tail not in memory))
    if len(memory) + len(new) > _REMEMBERED:
        memory.clear()
        new = list(dict.fromkeys(tails))
    for tail, tokens in zip(new, tokenise(new, words), strict=True):
        memory[tail] = read(tail[:-1], tokens)
    left = []
    for one, tail in zip(pending, tails, strict=True):
        place, core, _ = one
        found = memory[tail]
        is_whole = len(core) < len(tail)
        if is_whole or not is_scrap(found) or not _MAY_END.search(core):
            readings[place] = fragment(core) if found.level is _L.FRAGMENT else found
        else:
            left.append(one)
    return left


def _tail(core: str) -> str:
    """What Kiwi is shown of a sentence: its last two eojeols, or the last alone where it can only be a noun or josa."""
    eojeols = core.split()[-2:]
    return (eojeols[-1] if ends_like_noun(eojeols[-1]) else " ".join(eojeols))[-_TAIL_CHARS:]


@lru_cache(maxsize=4)
def _memory(words: tuple[str, ...]) -> dict[str, Reading]:
    """What the last two eojeols said, by their text and mark; never more than `_REMEMBERED` of them."""
    return {}


def _joined(sentences: Sequence[_Read]) -> list[_Read]:
    """A scrap that no mark parts from the sentence before belongs to it: 확인해 주세요 | 3번 도크 말이에요."""
    joined: list[_Read] = []
    for one in sentences:
        if one.is_open and joined and _belongs_before(one.reading):
            before = joined[-1]
            reading = replace(before.reading, confidence=min(before.reading.confidence, 0.92), rule="inverted")
            joined[-1] = _Read(before.start, one.end, reading, before.is_open)
        else:
            joined.append(one)
    return joined


def _belongs_before(reading: Reading) -> bool:
    """Whether what stands behind an ending, with no mark between, is no sentence of its own: 몰라요 글쎄."""
    return _decides_nothing(reading) or reading.ending in _AFTER_NOUN


def _in_context(text: str, sentences: list[_Read]) -> list[_Read]:
    """What the sentences around it settle: 하게체 -나, -네, -는가; a clause left open among formal sentences."""
    if not any(one.reading.level in _UNPOLITE for one in sentences):
        return sentences
    is_hage = any(one.reading.level is _L.HAGE for one in sentences) or _HAGE_CUE.search(text) is not None
    levels = {one.reading.level for one in sentences if not _decides_nothing(one.reading)}
    is_casual, is_polite = bool(levels & CASUAL), bool(levels & POLITE)
    settled = []
    for place, one in enumerate(sentences, 1):
        reading = one.reading
        # A heading or an item of a document leads on (재고가 모자라면); the end of a turn is left open (좋았을 텐데).
        is_formal = not is_casual and (is_polite or (_L.PLAIN in levels and place < len(sentences)))
        if is_hage and reading.level in (_L.HAE, _L.PLAIN) and reading.ending.endswith(_HAGE_ENDS):
            settled.append(one._replace(reading=replace(reading, level=_L.HAGE, confidence=0.85, rule="context")))
        elif is_formal and reading.level in CASUAL and _decides_nothing(reading) and not _is_stopped(text, one):
            settled.append(one._replace(reading=Reading(_L.FRAGMENT, 0.6, reading.ending, "context", "none")))
        else:
            settled.append(one)
    return settled


def _decides_nothing(reading: Reading) -> bool:
    """What among formal sentences is left open, echoed or sighed: 재고가 0이라고? 어? 아니!"""
    return is_scrap(reading) or reading.rule == "reply"


def _is_stopped(text: str, one: _Read) -> bool:
    return text[one.start : one.end].endswith((".", "…"))


def _tagged(text: str, sentences: Sequence[_Read]) -> Tagged:
    if not sentences:
        return Tagged(_L.NONE, 1.0, Evidence("", "no text"), "none", False, False)
    chosen = _last_decided(sentences)
    sentence, reading = text[chosen.start : chosen.end], chosen.reading
    is_polite = reading.level in POLITE
    agrees = all((one.reading.level in POLITE) is is_polite for one in sentences if not is_scrap(one.reading)) and (
        is_polite or not _POLITE_CLAUSE.search(sentence)
    )
    return Tagged(
        reading.level,
        reading.confidence if agrees else min(reading.confidence, _DISPUTED),
        Evidence(reading.ending, reading.rule),
        _sentence_type(sentence, reading),
        honours_subject(sentence),
        is_humble(sentence),
    )


def _last_decided(sentences: Sequence[_Read]) -> _Read:
    """The last sentence with a predicate; one that breaks off gives way to a polite one before it."""
    last = next((one for one in reversed(sentences) if one.reading.level not in EMPTY), sentences[-1])
    if not is_scrap(last.reading):
        return last
    whole = next((one for one in reversed(sentences) if not is_scrap(one.reading)), last)
    return whole if whole.reading.level in POLITE else last


def _sentence_type(sentence: str, reading: Reading) -> str:
    if reading.level in EMPTY:
        return "none"
    marks = sentence[_core_end(sentence, core_of(sentence)) :]
    if "?" in marks or "？" in marks:
        return "question"
    if reading.sentence_type != "any":
        return reading.sentence_type
    return "exclamation" if "!" in marks and reading.level is _L.HAERA else "statement"


def _message_tag(sentences: Sequence[_Read]) -> MessageTag:
    levels = {one.reading.level for one in sentences}
    polite, casual, plain = bool(levels & POLITE), bool(levels & CASUAL), _L.PLAIN in levels
    if polite:
        label = "mixed" if casual or plain else "polite"
    elif casual:
        label = "casual"
    else:
        label = "plain" if plain else "neutral"
    counts = dict.fromkeys(sorted(level.value for level in levels), 0)
    for one in sentences:
        counts[one.reading.level.value] += 1
    return MessageTag(
        tuple(Sentence(one.start, one.end, one.reading.level, one.reading.confidence) for one in sentences),
        label,
        {level: count / len(sentences) for level, count in counts.items()},
        None
        if label == "polite"
        else next(((s.start, s.end) for s in sentences if s.reading.level in _UNPOLITE), None),
    )
