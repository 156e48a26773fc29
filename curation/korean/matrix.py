"""The matrix ending of one sentence and what it says, read off its letters or off Kiwi's morphemes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from curation.korean.endings import Ending, by_morpheme, ending_of_letters, is_listed_noun, table
from curation.korean.hangul import FINAL_MIEUM, final_consonant, is_syllable
from curation.korean.levels import EMPTY, SpeechLevel
from curation.korean.predicate import without_tail

if TYPE_CHECKING:
    from kiwipiepy import Token

_L = SpeechLevel
SURE = 0.9  # at and above: right on 998 of 1,000 (benchmarks/speech_level.py)
DOUBTFUL = 0.75  # below: the whole sentence is analysed
_BARE = 0.6  # a connective that ends a turn: the clause may have been cut


@dataclass(frozen=True, slots=True)
class Reading:
    """A level, how sure it is (0..1), the ending it rests on, the rule, and the sentence type (`any`: see the mark).

    Rules: letters · morpheme · connective · nominal · reply · inverted · no predicate · no Hangul · quotation.
    """

    level: SpeechLevel
    confidence: float
    ending: str
    rule: str
    sentence_type: str = "any"


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
# Nouns that stand for a predicate at the end of a notice: 확인 요망.
_PREDICATE_NOUNS = frozenset("필요 요망 바람 금지 불가 불가능 가능 완료 예정 부탁 불필요 엄금".split())
# Dependent nouns that close an adnominal clause: 확인할 것, 도착할 듯, 준비하는 중.
_BOUND_NOUNS = frozenset("것 듯 중 거 예정".split())
# Connectives that end a turn of 해체 (박스가 비는데) as often as they lead on.
_CLOSING_CONNECTIVES = frozenset("는데 ᆫ데 은데 던데 텐데 ᆯ텐데 고".split())
_ADJECTIVES = ("VA", "XSA", "VCP", "VCN")
# A connective -어 is no ending unless the verb before it asks for something: 봐, 줘, 하지 마.
_ASIDE_TAGS = ("MAG", "MAJ", "IC", "NP", "JKV", "NNP", "XSN")
# A sentence that breaks off here was going on: 솔루션이, 물량을, 우리의.
_CUT_TAGS = ("JKS", "JKO", "JKG", "JC", "MM", "ETM")
# Last syllables in which a stem has swallowed its 어, 아 or 고, 면: 써, 와, 갔는데도.
_FUSED = "해돼와워줘봐둬켜려져쳐겨펴여러라가서써커꺼떠터퍼며면고록세셔사자나내대재패채깨베매배차파타싸따까하"
# Endings that may also lead on to another clause.
_LEADING_ON = frozenset("다 어 아 지 네 자 라 으라 나 니 으니 게 고 는데 ᆫ데 은데 거든 다니 라니".split())
_TURN_ENDS = frozenset("자 는데 ᆫ데 은데".split())
_ASKING_STEMS = frozenset({"주", "보", "말", "두", "놓"})
_SIGNING = frozenset({"드리", "올리"})  # 김하늘 드림


def read_letters(core: str) -> Reading | None:
    """What the last letters alone say, where they leave no doubt."""
    found = ending_of_letters(core)
    if found is None:
        return None
    if found.form in _CLOSING_CONNECTIVES:
        return _reading(found, 0.85, "connective")
    return _reading(found, 0.98, "letters")


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
    nouns = (*_BOUND_NOUNS, *_PREDICATE_NOUNS, *REPLIES)
    return frozenset(_FUSED) | {form[-1] for form in (*by_morpheme(), *nouns)} | {row.form[-1] for row in table()}


def read_morphemes(core: str, tokens: Sequence[Token]) -> Reading:
    """What the morphemes of a sentence say; `core` is its text up to the ending."""
    tokens = [token for token in without_tail(tokens) if token.tag != "Z_CODA"]
    if not tokens:
        return _NO_PREDICATE
    found = _final(core, tokens)
    if found is None or is_scrap(found):
        return _before_inversion(tokens, breaks_off=found is not None) or found or _fragment(core)
    return found


def is_scrap(reading: Reading) -> bool:
    """Whether a reading decides nothing beside a whole sentence: no predicate, or a clause left open."""
    return reading.level in EMPTY or reading.rule == "connective" or reading.confidence < DOUBTFUL


def read(core: str, tokens: Sequence[Token]) -> Reading:
    """Letters and morphemes together: polite letters win where Kiwi saw none (반갑습니다 taken for a noun)."""
    if reply := read_reply(core):
        return reply
    by_letters, found = read_letters(core), read_morphemes(core, tokens)
    if by_letters is None or found.level is by_letters.level:
        return found
    return by_letters if found.rule != "morpheme" or by_letters.confidence > found.confidence else found


def _fragment(core: str) -> Reading:
    """No predicate; a cut sentence still shows by its first word whom it speaks to: 네, 팀장님."""
    if greeting := _FIRST_WORD.match(core):
        return Reading(REPLIES[greeting[1]], 0.7, greeting[1], "reply", "statement")
    return _CUT if len(core.split()) >= _LONG else _NO_PREDICATE


def _reading(row: Ending, confidence: float, rule: str, ending: str | None = None) -> Reading:
    return Reading(row.level, confidence, ending or row.form, rule, row.sentence_type)


def _final(core: str, tokens: Sequence[Token]) -> Reading | None:
    """What the last morpheme says; None where it is no ending."""
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    if is_listed_noun(core):
        return None
    if last.tag in ("EF", "EC"):
        return _ending(core, tokens)
    if last.form == "요" and last.tag in ("JX", "EF"):
        return Reading(_L.HAEYO, 0.95, "요", "morpheme")
    if last.form == "만" and last.tag == "JX" and before is not None and before.tag in ("EF", "EC"):
        return _final(core, tokens[:-1])
    if last.tag == "ETN":
        return _nominal(tokens)
    if last.tag in ("JKO", "JX") and before is not None and (before.form, before.tag) == ("기", "ETN"):
        return Reading(_L.NOMINAL, 0.8, "기를", "nominal")  # 잘되길
    if core.endswith(" 중") and before is not None and before.tag == "NNG":
        return Reading(_L.NOMINAL, 0.8, "중", "nominal")  # 점검 중
    if last.form == "그래" and len(tokens) > 1:
        return Reading(_L.HAE, 0.85, "어", "morpheme")  # 왜 그래: Kiwi takes it for an interjection
    if last.form in ("자", "자네") and before is not None and before.tag not in ("SP", "ETM", "NNG"):
        return Reading(_L.HAE, 0.75, last.form[1:] or "어", "morpheme", "any")  # 지금 자? 벌써 자네: 자다
    if before is not None and before.tag == "ETM":
        return _after_adnominal(tokens)
    if last.form in _PREDICATE_NOUNS and len(tokens) > 1:
        return Reading(_L.NOMINAL, 0.8, last.form, "nominal", "statement")
    return None


def _ending(core: str, tokens: Sequence[Token]) -> Reading | None:
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    form = last.form
    if _is_yo(form):
        row = by_morpheme().get(form)
        return Reading(_L.HAEYO, 0.97, form, "morpheme", row.sentence_type if row else "any")
    if form in ("음", "ᆷ") and core.endswith("렴"):  # 해 주렴: Kiwi reads 주+려고+하+ᆷ
        return Reading(_L.HAERA, 0.95, "렴", "morpheme", "command")
    if form in ("음", "ᆷ"):
        return _nominal(tokens)
    row = _row(form)
    stem = before.tag.split("-")[0] if before is not None else ""
    if (
        row is None
        or (form == "라" and stem in ("VCP", "VCN"))
        or (form == "이" and stem not in _ADJECTIVES)
        or (form == "게" and stem in _ADJECTIVES)
    ):
        return Reading(_L.HAE, 0.5, form, "connective")
    if last.tag == "EC" and row.level is _L.HAE:
        return Reading(_L.HAE, _BARE, form, "connective", row.sentence_type)
    if form in _CLOSING_CONNECTIVES:
        return _reading(row, 0.85, "connective")
    if form == "게" and before is not None and before.form == "하":  # 확인하게: a command, or an adverb left alone
        return _reading(row, 0.7, "morpheme", form)
    return _reading(row, 0.96 if last.tag == "EF" else 0.9, "morpheme", form)


def _is_yo(form: str) -> bool:
    """Whether an ending is 해요체, in the chat's spelling too: 어요, 어여, 에염, 네용."""
    return form.endswith("요") or (len(form) > 1 and form[-1] in "여염용욥욤" and f"{form[:-1]}요" in by_morpheme())


def _row(form: str) -> Ending | None:
    """The row of an ending; a fused one is read by its last part (ᆫ다더라 → 더라, 자니까 → 니까)."""
    rows = by_morpheme()
    return next(
        (
            rows[form[start:]]
            for start in range(len(form))
            if form[start:] in rows and (start == 0 or len(form) - start > 1)
        ),
        None,
    )


def _nominal(tokens: Sequence[Token]) -> Reading | None:
    """-음, -기: a predicate, unless what stands before its stem makes it a noun (사랑과 배움, 깊은 믿음)."""
    stem = len(tokens) - 2
    while stem >= 0 and tokens[stem].tag == "EP":
        stem -= 1
    before = tokens[stem - 1] if stem > 0 else None
    if before is not None and before.tag in ("JC", "JKG", "ETM", "MM"):
        return None
    if before is not None and before.tag in ("NNG", "NNP", "XSN") and tokens[stem].form in _SIGNING:
        return None
    return Reading(_L.NOMINAL, 0.95, tokens[-1].form, "nominal")


def _after_adnominal(tokens: Sequence[Token]) -> Reading | None:
    last = tokens[-1]
    if last.form in _BOUND_NOUNS:
        return Reading(_L.NOMINAL, 0.7 if last.form == "거" else 0.9, last.form, "nominal")
    return None


def _before_inversion(tokens: Sequence[Token], *, breaks_off: bool) -> Reading | None:
    """The ending before an inverted clause, a name or an adverb (좀 찾아봐 구독료 싼 데); a polite one first.

    Where the sentence breaks off in a connective, an earlier connective is no better an ending.
    """
    inside = [
        index
        for index in range(len(tokens) - 2, 0, -1)
        if tokens[index].tag in ("EF", "EC", "JX") and not tokens[index + 1].tag.startswith(("J", "E", "SS"))
    ]
    for index in inside:
        if _is_yo(tokens[index].form):
            return Reading(_L.HAEYO, 0.8, tokens[index].form, "inverted")
    for index in inside:
        row = by_morpheme().get(tokens[index].form)
        if row is None or tokens[index].tag == "JX" or row.level is _L.NOMINAL:
            continue
        if breaks_off and (row.form in _CLOSING_CONNECTIVES or _leads_on(row, tokens, index)):
            continue
        if _is_final(row, tokens, index):
            return _reading(row, 0.8, "inverted")
    return None


def _leads_on(row: Ending, tokens: Sequence[Token], index: int) -> bool:
    """Whether an ending may lead to another clause; behind a tense it closes for good (했어, 좋겠다)."""
    return row.form in _LEADING_ON and tokens[index - 1].tag != "EP"


def _is_final(row: Ending, tokens: Sequence[Token], index: int) -> bool:
    """Whether an ending inside a sentence must be its last: what follows is no clause that it could lead to."""
    rest = [token for token in tokens[index + 1 :] if token.tag != "SP"]
    has_comma = len(rest) < len(tokens) - index - 1
    if all(token.tag in _ASIDE_TAGS for token in rest):
        return True  # 위험하지 않아, 솔직히 · 거짓말이지 너 · 연락해, 민수야
    has_clause = any(token.tag.startswith(("VV", "VA", "VX", "VC", "XS")) for token in rest)
    leads_on = _leads_on(row, tokens, index)
    if tokens[index].tag == "EF":
        return not leads_on or not has_clause
    if not leads_on:
        return True
    if rest[0].tag.startswith(("VV", "VA", "VX", "VC")):
        return False
    stem = tokens[index - 1]
    if row.form in ("어", "아"):
        asks = stem.tag == "VX" and stem.form in _ASKING_STEMS
        return asks or (not has_clause and rest[-1].tag in ("JX", "JKB"))  # 어디가 좋아 둘 중에
    if has_clause or row.form == "고" or rest[-1].tag in _CUT_TAGS:
        return False
    return has_comma or row.form in _TURN_ENDS or rest[-1].tag in ("JX", "JKB")
