"""The speech level (상대 높임법) of Korean sentences and messages, from the ending of the matrix predicate.

A rule table over Kiwi's morphemes, backed by the surface where Kiwi errs. Labelling rules: corpora/README.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from curation.korean.hangul import FINAL_BIEUP, final_consonant, has_hangul, is_syllable
from curation.korean.predicate import without_tail
from curation.korean.sentences import split_sentences

if TYPE_CHECKING:
    from kiwipiepy import Token


class SpeechLevel(StrEnum):
    """Ten levels; an example of each stands beside it."""

    HAPSYO = "hapsyo"  # 재고를 옮깁니다. 옮기십시오.
    HAEYO = "haeyo"  # 재고를 옮겨요. 옮기세요.
    HAO = "hao"  # 재고를 옮기오. 답하시오.
    HAGE = "hage"  # 자네가 옮기게.
    HAE = "hae"  # 재고를 옮겨. 옮길게.
    HAERA = "haera"  # 재고를 옮겨라. 옮기냐? 옮기자.
    PLAIN = "plain"  # 재고를 옮긴다. (the norm in documents)
    NOMINAL = "nominal"  # 재고를 옮김. 옮길 것. 확인 요망.
    FRAGMENT = "fragment"  # 재고 이동. 방법은? (no predicate)
    NONE = "none"  # no Hangul


POLITE = frozenset({SpeechLevel.HAPSYO, SpeechLevel.HAEYO})
# In an answer hao and hage are as wrong as 반말 (contract.md).
CASUAL = frozenset({SpeechLevel.HAO, SpeechLevel.HAGE, SpeechLevel.HAE, SpeechLevel.HAERA})


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence's level, how sure the rule is (0..1), and the ending and rule it rests on."""

    level: SpeechLevel
    confidence: float
    evidence: str


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


_L = SpeechLevel
# Kiwi's form of a final ending → level. Endings in 요 and 죠 are read off the form itself.
_ENDINGS: dict[str, SpeechLevel] = {
    ending: level
    for level, endings in {
        _L.HAPSYO: (
            "ᆸ니다 습니다 ᆸ니까 습니까 ᆸ시오 읍시오 ᆸ시다 읍시다 ᆸ디다 습디다 ᆸ디까 습디까 답니다 ᆫ답니다 는답니다 "
            "랍니다 으랍니다 ᆸ니다만 습니다만 ᆸ쇼 슴다 슴니다"
        ),
        _L.HAEYO: "죠 으죠 지요",
        _L.HAO: "오 으오 소 구려 는구려 올시다 소이다",
        _L.HAGE: "게 게나 네그려 ᆯ세 을세 세 음세 ᆷ세 다네 ᆫ다네 는다네 라네 로세",
        _L.HAE: (
            "어 아 야 지 네 ᆯ까 을까 ᆯ게 을게 ᆯ래 을래 거든 는데 ᆫ데 은데 던데 잖아 군 는군 구먼 대 ᆫ대 는대 래 으래 나 "
            "더라고 어서 고 니까 으니까 면 으면 려고 으려고 다고 ᆫ다고 는다고 라고 으라고 자고 냐고 느냐고 거나 지만 "
            "든지 다니까 라니까 다니 라니 ᆯ걸 을걸 ᆯ지 을지 는지 ᆫ지 은지 다며 라며 다면서"
        ),
        _L.HAERA: "냐 으냐 느냐 니 으니 라 어라 아라 으라 자 렴 으렴 려무나 마 으마 구나 는구나 더라 노 누 더냐",
        _L.PLAIN: "다 ᆫ다 는다 는가 ᆫ가 은가 던가 도다 리라 으리라 노라",
        _L.NOMINAL: "음 ᆷ 기",
    }.items()
    for ending in endings.split()
}
_BARE = 0.6  # confidence of a turn that ends in a bare connective
# 해체 endings that Kiwi tags as connectives when a turn ends in them; weak, since the clause may have been cut.
_CONNECTIVES = _ENDINGS.keys() - {"다"}
_PREDICATE_NOUNS = frozenset("필요 요망 바람 금지 불가 가능 완료 예정 부탁".split())
_YO_NOUNS = ("필요", "중요", "개요", "수요", "주요", "소요", "강요", "동요", "가요", "요요", "비요", "월요", "긴요")
_CASUAL_REPLIES, _POLITE_REPLIES = (
    frozenset({"응", "어", "그래", "아니", "엉"}),
    frozenset({"네", "예", "아니요", "아니오"}),
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
_TABLE_LINE = re.compile(r"\s*\|.*\|\s*$")
_LIST_MARK = re.compile(r"\s*(?:[-*•·]|\d+[.)]|[①-⑳]|#+|>)\s+")
_LINE = re.compile(r"[^\n]+")
_POLITE_SURFACE = re.compile(
    r"(?:니다|니까|시오|세요|에요|예요|어요|아요|여요|나요|가요|까요|네요|군요|게요|래요|대요|지요|죠|데요)$"
)
_MARKS = re.compile(r"[\s.!?…~,;:·'\"’”)\]」』ㅋㅎㅠㅜ^\-]+$")


def tag_speech_levels(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[Tagged]:
    """The speech level of each text's last sentence, same order; FRAGMENT where it has no predicate."""
    tagged: list[Tagged] = []
    for text, sentences in zip(texts, split_sentences(texts, words), strict=True):
        if not sentences:
            tagged.append(Tagged(_L.NONE, 1.0, "no text"))
            continue
        tagged.append(_last_level([(text[one.start : one.end], one.tokens) for one in sentences]))
    return tagged


def tag_messages(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[MessageTag]:
    """Each message's sentences and label, same order. Code, URLs and tables are one NONE unit each and never decide."""
    masked = [_mask(text) for text in texts]
    units: list[tuple[int, int, int]] = []  # (message, start, end)
    for index, text in enumerate(masked):
        units.extend((index, start, end) for start, end in _units(text))
    split = split_sentences([masked[index][start:end] for index, start, end in units], words)
    sentences: list[list[Sentence]] = [[] for _ in texts]
    for (index, offset, _), parts in zip(units, split, strict=True):
        for part in parts:
            start, end = offset + part.start, offset + part.end
            found = level_of(masked[index][start:end], part.tokens)
            sentences[index].append(Sentence(start, end, found.level, found.confidence))
    return [_message_tag(tuple(parts)) for parts in sentences]


def level_of(sentence: str, tokens: Sequence[Token]) -> Tagged:
    """The level of one sentence, given its morphemes."""
    if not has_hangul(sentence):
        return Tagged(_L.NONE, 1.0, "no Hangul")
    tokens = [token for token in without_tail(tokens) if token.tag != "Z_CODA"]
    by_surface = _surface_level(sentence)
    found = _by_ending(tokens)
    if by_surface is not None and (found is None or found.level not in POLITE):
        return by_surface
    if found is None:
        return _after_ending(tokens) or _without_ending(tokens)
    # A turn that closes in a connective may be inverted: 주문하지 마세요 최소 금액이 모자라면.
    return (_after_ending(tokens) or found) if found.confidence <= _BARE else found


def _last_level(sentences: Sequence[tuple[str, Sequence[Token]]]) -> Tagged:
    """The last sentence's level; where it is a scrap that no full stop parts from the one before, that one's level.

    Kiwi splits an inverted turn in two: 무엇인가요 | 아메리카노랑 라떼 중에.
    """
    last = level_of(*sentences[-1])
    for sentence, tokens in reversed(sentences[:-1]):
        is_scrap = last.level in (_L.FRAGMENT, _L.NONE) or last.confidence <= _BARE
        if not is_scrap or sentence.rstrip().endswith((".", "!", "?", "…")):
            break
        earlier = level_of(sentence, tokens)
        if earlier.level not in (_L.FRAGMENT, _L.NONE):
            last = Tagged(earlier.level, min(earlier.confidence, 0.8), f"{earlier.evidence}, then a scrap")
    return last


def _by_ending(tokens: Sequence[Token]) -> Tagged | None:
    if not tokens:
        return None
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    if last.tag == "JX" and last.form == "요":
        return Tagged(_L.HAEYO, 0.95, "요/JX")
    if last.tag == "JX" and last.form == "만" and before is not None and before.tag in ("EF", "EC"):
        return _by_ending(tokens[:-1])
    if last.tag in ("EF", "EC"):
        form = last.form
        if form.endswith("요"):
            return Tagged(_L.HAEYO, 0.98, f"{form}/{last.tag}")
        if form in _ENDINGS and (last.tag == "EF" or form in _CONNECTIVES):
            weak = last.tag == "EC" and _ENDINGS[form] is _L.HAE
            return Tagged(_ENDINGS[form], _BARE if weak else 0.97, f"{form}/{last.tag}")
        return Tagged(_L.HAE, 0.5, f"{form}/{last.tag}: a bare connective")
    if last.tag == "ETN":
        return Tagged(_L.NOMINAL, 0.95, f"{last.form}/ETN")
    if last.tag == "JKS" and before is not None and before.form == "것" and len(tokens) > 2 and tokens[-3].form == "ᆯ":
        return Tagged(_L.HAE, 0.85, "ᆯ게 read as 것이")  # 내가 할게: Kiwi reads 하+ᆯ 것+이
    if last.tag in ("NNB", "NNG") and before is not None and before.tag == "ETM":
        return Tagged(_L.NOMINAL, 0.9, f"ETM + {last.form}") if last.tag == "NNB" else None
    return None


def _surface_level(sentence: str) -> Tagged | None:
    """A polite level that shows in the letters, for the words Kiwi takes for nouns (반갑습니다, 아시나요)."""
    text = _MARKS.sub("", sentence)
    if not _POLITE_SURFACE.search(text) or text.endswith(_YO_NOUNS):
        return None
    if text.endswith(("니다", "니까")):
        polite = len(text) > 2 and is_syllable(text[-3]) and final_consonant(text[-3]) == FINAL_BIEUP
        return Tagged(_L.HAPSYO, 0.97, f"…{text[-3:]}") if polite else None
    if text.endswith("시오"):
        polite = text.endswith("십시오")
        return Tagged(_L.HAPSYO if polite else _L.HAO, 0.9, f"…{text[-3:]}")
    return Tagged(_L.HAEYO, 0.93, f"…{text[-3:]}")


def _after_ending(tokens: Sequence[Token]) -> Tagged | None:
    """The last final ending before a vocative or an inverted clause (알겠어요, 과장님); None after a quotation."""
    for index in range(len(tokens) - 2, -1, -1):
        token = tokens[index]
        if token.tag in ("SSO", "SSC"):
            return None
        if token.tag == "EF" or (token.tag in ("EC", "JX") and token.form.endswith("요")):
            found = _by_ending(tokens[: index + 1])
            return None if found is None else Tagged(found.level, 0.8, f"{found.evidence}, then a tail")
    return None


def _without_ending(tokens: Sequence[Token]) -> Tagged:
    if not tokens:
        return Tagged(_L.FRAGMENT, 0.9, "only marks")
    last = tokens[-1]
    if len(tokens) == 1 and last.form in _POLITE_REPLIES:
        return Tagged(_L.HAEYO, 0.6, f"{last.form} alone")
    if len(tokens) == 1 and last.form in _CASUAL_REPLIES:
        return Tagged(_L.HAE, 0.6, f"{last.form} alone")
    if last.form in _PREDICATE_NOUNS and len(tokens) > 1:
        return Tagged(_L.NOMINAL, 0.8, f"{last.form} for a predicate")
    return Tagged(_L.FRAGMENT, 0.9, "no predicate")


def _message_tag(sentences: tuple[Sentence, ...]) -> MessageTag:
    levels = {sentence.level for sentence in sentences}
    polite, casual, plain = bool(levels & POLITE), bool(levels & CASUAL), _L.PLAIN in levels
    if polite:
        label = "mixed" if casual or plain else "polite"
    elif casual:
        label = "casual"
    else:
        label = "plain" if plain else "neutral"
    counts = Counter(sentence.level.value for sentence in sentences)
    shares = {level: count / len(sentences) for level, count in sorted(counts.items())}
    spoils = CASUAL | {_L.PLAIN}
    offending = next(((s.start, s.end) for s in sentences if s.level in spoils), None) if label != "polite" else None
    return MessageTag(sentences, label, shares, offending)


def _mask(text: str) -> str:
    """Code and URLs as spaces of the same length, so that every offset stays."""
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _units(text: str) -> Iterator[tuple[int, int]]:
    """The lines that are sentences: no table rows; list marks and surrounding spaces left out."""
    for line in _LINE.finditer(text):
        if _TABLE_LINE.match(line[0]):
            continue
        mark = _LIST_MARK.match(line[0])
        start = line.start() + (mark.end() if mark else len(line[0]) - len(line[0].lstrip()))
        end = line.start() + len(line[0].rstrip())
        if start < end:
            yield start, end
