"""What the last morphemes of a sentence say about its level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation.korean.endings import Ending, by_morpheme, is_listed_noun, is_yo
from curation.korean.inversion import CLOSING_CONNECTIVES, before_inversion
from curation.korean.levels import Reading, SpeechLevel, is_scrap
from curation.korean.predicate import CHAT_FINALS, PREPOSITIONAL, without_tail

if TYPE_CHECKING:
    from kiwipiepy import Token

_L = SpeechLevel
_BARE = 0.6  # a connective that ends a turn: the clause may have been cut
# Nouns that stand for a predicate at the end of a notice: 확인 요망.
PREDICATE_NOUNS = frozenset("필요 요망 바람 금지 불가 불가능 가능 완료 예정 부탁 불필요 엄금".split())
# Dependent nouns that close an adnominal clause: 확인할 것, 도착할 듯, 준비하는 중.
BOUND_NOUNS = frozenset("것 듯 중 거 예정".split())
_ADJECTIVES = ("VA", "XSA", "VCP", "VCN")
# Endings that are also the last syllable of Sino-Korean nouns: 수령지 포장대 보관고 조회자 무게 단가.
_NOUN_LIKE = frozenset("지 대 고 자 게 ᆫ가".split())
_SIGNING = frozenset({"드리", "올리"})  # 김하늘 드림


def read_morphemes(core: str, tokens: Sequence[Token]) -> Reading | None:
    """What the morphemes of a sentence say; `core` is its text up to the ending. None where it has no predicate."""
    tokens = without_tail(tokens)
    is_word = bool(tokens) and tokens[-1].tag == "Z_CODA" and tokens[-1].form not in CHAT_FINALS
    tokens = [token for token in tokens if token.tag != "Z_CODA"]
    if not tokens:
        return None
    found = None if is_word else _final(core, tokens)
    if found is None or is_scrap(found):
        return before_inversion(tokens, breaks_off=found is not None) or found
    return found


def _final(core: str, tokens: Sequence[Token]) -> Reading | None:
    """What the last morpheme says; None where it is no ending."""
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    if is_listed_noun(core) and not _has_object(core, tokens):
        return None
    if last.tag in ("EF", "EC"):
        return _ending(core, tokens)
    if last.form == "요" and last.tag in ("JX", "EF"):
        return Reading(_L.HAEYO, 0.95, "요", "morpheme")
    if last.form == "만" and last.tag == "JX" and before is not None and before.tag in ("EF", "EC"):
        return _final(core, tokens[:-1])
    if last.tag == "ETN":
        return _nominal(tokens)
    if last.tag == "JKO" and before is not None and (before.form, before.tag) == ("기", "ETN"):
        return Reading(_L.NOMINAL, 0.8, "기를", "nominal")  # 잘되길
    if core.endswith(" 중") and before is not None and before.tag == "NNG":
        return Reading(_L.NOMINAL, 0.7, "중", "nominal")  # 점검 중; but 둘 중, 토요일 중
    if last.form == "그래" and len(tokens) > 1:
        return Reading(_L.HAE, 0.85, "어", "morpheme")  # 왜 그래: Kiwi takes it for an interjection
    if last.form in ("자", "자네") and before is not None and before.tag not in ("SP", "ETM", "NNG"):
        return Reading(_L.HAE, 0.75, last.form[1:] or "어", "morpheme", "any")  # 지금 자? 벌써 자네: 자다
    if before is not None and before.tag == "ETM":
        return _after_adnominal(tokens)
    if last.form in PREDICATE_NOUNS and (core.endswith(f" {last.form}") or last.form in ("요망", "불가", "금지")):
        return Reading(_L.NOMINAL, 0.8, last.form, "nominal", "statement")
    return None


def _ending(core: str, tokens: Sequence[Token]) -> Reading | None:
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    form = last.form
    if is_yo(form):
        row = by_morpheme().get(form)
        return Reading(_L.HAEYO, 0.97, form, "morpheme", row.sentence_type if row else "any")
    if form in ("음", "ᆷ") and core.endswith("렴"):  # 해 주렴: Kiwi reads 주+려고+하+ᆷ
        return Reading(_L.HAERA, 0.95, "렴", "morpheme", "command")
    if form in ("음", "ᆷ"):
        return _nominal(tokens)
    if form == "어" and before is not None and before.form in PREPOSITIONAL:
        return None  # 회원을 위해
    if before is not None and _is_noun(before, last, tokens):
        return None
    row = _row(form)
    stem = before.tag.split("-")[0] if before is not None else ""
    if form == "게" and stem in _ADJECTIVES:
        return None  # 빠르게: an adverb
    if row is None or (form == "라" and stem in ("VCP", "VCN")) or (form == "이" and stem not in _ADJECTIVES):
        return Reading(_L.HAE, 0.5, form, "connective")
    if last.tag == "EC" and row.level is _L.HAE:
        return Reading(_L.HAE, _BARE, form, "connective", row.sentence_type)
    if form in CLOSING_CONNECTIVES:
        return Reading(row.level, 0.85, form, "connective", row.sentence_type)
    if form == "게" and before is not None and before.form == "하":  # 확인하게: a command, or an adverb left alone
        return Reading(row.level, 0.7, form, "morpheme", row.sentence_type)
    return Reading(row.level, 0.96 if last.tag == "EF" else 0.9, form, "morpheme", row.sentence_type)


def _is_noun(before: Token, last: Token, tokens: Sequence[Token]) -> bool:
    """Whether Kiwi saw an ending in the last syllable of a noun: 수령지, 발송지, 포장대, and 스토리지 with no subject.

    No ending follows a noun without a stem, nor a 하 that is not written; an unwritten 이 wants a subject.
    """
    if last.form not in _NOUN_LIKE:
        return False
    if before.tag in ("NNG", "NNP", "XSN"):
        return True
    if before.len or before.form not in ("하", "이"):
        return bool(last.form == "ᆫ가" and before.tag == "VCP" and before.start == last.start == 0)  # 단가
    return before.form == "하" or not any(token.tag in ("JKS", "JX", "NP") for token in tokens)


def _has_object(core: str, tokens: Sequence[Token]) -> bool:
    """Whether an object and no modifier stands before the last word, which is then a verb: 사과를 싸게 판다."""
    before = [token for token in tokens if token.start < core.rfind(" ")]
    return any(token.tag == "JKO" for token in before) and before[-1].tag not in ("ETM", "MM", "JKG", "NNG", "NNP")


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
    if last.form in BOUND_NOUNS:
        return Reading(_L.NOMINAL, 0.7 if last.form == "거" else 0.9, last.form, "nominal")
    return None
