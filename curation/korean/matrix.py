"""The matrix ending of one sentence and what it says, read off its letters or off Kiwi's morphemes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from curation.korean.endings import ending_of_letters, table
from curation.korean.hangul import FINAL_MIEUM, final_consonant, is_syllable
from curation.korean.inversion import CLOSING_CONNECTIVES
from curation.korean.levels import Reading, SpeechLevel
from curation.korean.sentence_end import BOUND_NOUNS, PREDICATE_NOUNS, read_morphemes

if TYPE_CHECKING:
    from kiwipiepy import Token

_L = SpeechLevel
NO_HANGUL = Reading(_L.NONE, 1.0, "", "no Hangul", "none")
ONLY_QUOTED = Reading(_L.FRAGMENT, 0.95, "", "quotation", "none")
_LONG = 3  # eojeols; from here on a fragment may be a sentence that was cut
_NO_PREDICATE = Reading(_L.FRAGMENT, 0.95, "", "no predicate", "none")
_CUT = Reading(_L.FRAGMENT, 0.85, "", "no predicate", "none")

# Answers that are a sentence of their own, without any predicate to read (표준국어대사전: 감탄사).
REPLIES = {
    **dict.fromkeys(
        (
            "네 예 넵 넹 옙 네네 예예 네네네 넵넵 아니요 아니오 아뇨 그럼요 그래요 글쎄요 맞아요 천만에요 여보세요 "
            "별말씀을요"
        ).split(),
        _L.HAEYO,
    ),
    **dict.fromkeys(
        "응 어 엉 웅 그래 아니 그러니까 그러게 그러게나 글쎄 그럼 아무렴 됐어 오냐 응응 아니야 아니지 그치".split(),
        _L.HAE,
    ),
}
_SIGHS = frozenset("아 어 오 음 흠 앗 아하 어머 와".split())
_FIRST_WORD = re.compile(r"(네|예|넵|응|엉|웅)[,.!~]\s*(?=\S)")
# Last syllables in which a stem has swallowed its 어, 아 or 고, 면: 써, 와, 갔는데도.
_FUSED = "해돼와워줘봐둬켜려져쳐겨펴여러라가서써커꺼떠터퍼며면고록세셔사자나내대재패채깨베매배차파타싸따까하"


def read_letters(core: str) -> Reading | None:
    """What the last letters alone say, where they leave no doubt."""
    found = ending_of_letters(core)
    if found is None:
        return None
    confidence, rule = (0.85, "connective") if found.form in CLOSING_CONNECTIVES else (0.98, "letters")
    return Reading(found.level, confidence, found.form, rule, found.sentence_type)


def read_reply(core: str) -> Reading | None:
    """A sentence that is nothing but answering words: 응; 예, 그럼요; None otherwise."""
    words = core.replace(",", " ").split()
    while len(words) > 1 and words[0] in _SIGHS:
        words = words[1:]
    if not words or any(word not in REPLIES for word in words):
        return None
    return Reading(REPLIES[words[-1]], 0.92, words[-1], "reply", "statement")


def ends_like_noun(word: str) -> bool:
    """Whether a word's last syllable closes no ending, no -음 and no noun that leans on the word before it."""
    last = word[-1]
    return last not in _last_syllables() and not (is_syllable(last) and final_consonant(last) == FINAL_MIEUM)


@lru_cache(maxsize=1)
def _last_syllables() -> frozenset[str]:
    nouns = (*BOUND_NOUNS, *PREDICATE_NOUNS, *REPLIES)
    return frozenset(_FUSED) | {noun[-1] for noun in nouns} | {row.form[-1] for row in table()}


def read(core: str, tokens: Sequence[Token]) -> Reading:
    """Letters and morphemes together: polite letters win where Kiwi saw none (반갑습니다 taken for a noun)."""
    if reply := read_reply(core):
        return reply
    by_letters = read_letters(core)
    found = read_morphemes(core, tokens) or fragment(core)
    if by_letters is None or found.level is by_letters.level:
        return found
    return by_letters if found.rule != "morpheme" or by_letters.confidence > found.confidence else found


def fragment(core: str) -> Reading:
    """No predicate; a cut sentence still shows by its first word whom it speaks to: 네, 팀장님."""
    if greeting := _FIRST_WORD.match(core):
        return Reading(REPLIES[greeting[1]], 0.7, greeting[1], "reply", "statement")
    return _CUT if len(core.split()) >= _LONG else _NO_PREDICATE
