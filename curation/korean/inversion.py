"""A sentence whose ending is not its last word: 좀 찾아봐 구독료 싼 데 · 위험하지 않아, 솔직히 · 연락해, 민수야."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation.korean.endings import Ending, by_morpheme, is_yo
from curation.korean.levels import Reading, SpeechLevel

if TYPE_CHECKING:
    from kiwipiepy import Token

CONFIDENCE = 0.8
# What may stand behind an ending and be no clause: adverbs, sighs, pronouns, names.
_ASIDE_TAGS = ("MAG", "MAJ", "IC", "NP", "JKV", "NNP", "XSN")
_VERBAL_TAGS = ("VV", "VA", "VX", "VC")
# A sentence that breaks off here was going on: 솔루션이, 물량을, 우리의.
_CUT_TAGS = ("JKS", "JKO", "JKG", "JC", "MM", "ETM")
# Connectives that end a turn of 해체 (박스가 비는데) as often as they lead on.
CLOSING_CONNECTIVES = frozenset("는데 ᆫ데 은데 던데 텐데 ᆯ텐데 까봐 길래 고".split())
# Endings that may also lead on to another clause.
_LEADING_ON = frozenset("다 어 아 지 네 자 라 으라 나 니 으니 게 고 는데 ᆫ데 은데 거든 다니 라니".split())
# Endings of a clause within another: 무엇을 보일지 정하는 값, 갈까 하는 사람.
_EMBEDDED = frozenset(
    "ᆯ지 을지 ᆯ까 을까 ᆫ가 은가 는가 던가 나 다고 ᆫ다고 는다고 라고 으라고 자고 냐고 다며 라며 ᆯ라고 다니까".split()
)
# A connective -어 is no ending unless the verb before it asks for something: 봐, 줘, 하지 마.
_ASKING_STEMS = frozenset({"주", "보", "말", "두", "놓"})


def before_inversion(tokens: Sequence[Token], *, breaks_off: bool) -> Reading | None:
    """The ending before an inverted clause, a name or an adverb (좀 찾아봐 구독료 싼 데); a polite one first.

    Where the sentence breaks off in a connective, an earlier connective is no better an ending.
    """
    inside = [
        index
        for index in range(len(tokens) - 2, 0, -1)
        if tokens[index].tag in ("EF", "EC", "JX") and not tokens[index + 1].tag.startswith(("J", "E", "SS"))
    ]
    for index in inside:
        if is_yo(tokens[index].form):
            return Reading(SpeechLevel.HAEYO, CONFIDENCE, tokens[index].form, "inverted")
    if promise := _promise(tokens):
        return promise
    for index in inside:
        row = by_morpheme().get(tokens[index].form)
        if row is None or tokens[index].tag == "JX" or row.level is SpeechLevel.NOMINAL:
            continue
        if breaks_off and (row.form in CLOSING_CONNECTIVES or _leads_on(row, tokens, index)):
            continue
        if _is_final(row, tokens, index):
            return Reading(row.level, CONFIDENCE, row.form, "inverted", row.sentence_type)
    return None


def _promise(tokens: Sequence[Token]) -> Reading | None:
    """-ㄹ게 that Kiwi takes for 것이, with no predicate behind it: 내가 할게 오늘은 (but 할 게 많다)."""
    for index, (first, noun, josa) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        is_one_word = noun.start == first.start + first.len
        if is_one_word and (first.tag, noun.form, josa.form) == ("ETM", "것", "이") and first.form in ("ᆯ", "을"):
            has_clause = any(token.tag.startswith((*_VERBAL_TAGS, "XS")) for token in tokens[index + 3 :])
            return None if has_clause else Reading(SpeechLevel.HAE, CONFIDENCE, "ᆯ게", "inverted", "statement")
    return None


def _leads_on(row: Ending, tokens: Sequence[Token], index: int) -> bool:
    """Whether an ending may lead to another clause; behind a tense it closes for good (했어, 좋겠다)."""
    return row.form in _LEADING_ON and tokens[index - 1].tag != "EP"


def _is_final(row: Ending, tokens: Sequence[Token], index: int) -> bool:
    """Whether an ending inside a sentence must be its last: what follows is no clause that it could lead to."""
    rest = [token for token in tokens[index + 1 :] if token.tag != "SP"]
    has_comma = len(rest) < len(tokens) - index - 1
    if all(token.tag in _ASIDE_TAGS or (at and token.tag in ("JKS", "JX")) for at, token in enumerate(rest)):
        return True  # 위험하지 않아, 솔직히 · 거짓말이지 너 · 연락해, 민수야 · 참게 자네가
    if row.form in CLOSING_CONNECTIVES or row.form in _EMBEDDED:
        return False
    has_clause = any(token.tag.startswith((*_VERBAL_TAGS, "XS")) for token in rest)
    leads_on = _leads_on(row, tokens, index)
    if tokens[index].tag == "EF":
        return not leads_on or not has_clause
    if not leads_on:
        return True
    if rest[0].tag.startswith(_VERBAL_TAGS):
        return False
    stem = tokens[index - 1]
    if row.form in ("어", "아"):
        asks = stem.tag == "VX" and stem.form in _ASKING_STEMS
        return asks or (not has_clause and rest[-1].tag in ("JX", "JKB"))  # 어디가 좋아 둘 중에
    if has_clause or rest[-1].tag in _CUT_TAGS:
        return False
    return has_comma or row.form == "자" or rest[-1].tag in ("JX", "JKB")
