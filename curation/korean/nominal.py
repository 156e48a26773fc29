"""Nominal tails (명사형 종결) made sentences: 적을 것 → 적어야 합니다, 나갈 예정 → 나갈 예정입니다, 바람 → 바랍니다."""

from __future__ import annotations

from collections.abc import Sequence

from curation.korean.conjugation import Stem, conjugate
from curation.korean.mending import Change, Morpheme

# A statement, a duty (적을 것) and a ban (하지 말 것) in each register.
_STATES = {"hapsyo": "습니다", "haeyo": "어요", "hae": "어"}
_DUTIES = {"hapsyo": "어야 합니다", "haeyo": "어야 해요", "hae": "어야 해"}
_BANS = {"hapsyo": "으십시오", "haeyo": "으세요", "hae": "어"}
# What may follow a modifier (출고할 예정) and take 이다; 듯 takes 하다.
_COPULAR = frozenset("중 예정 상태 상황 때문 뿐".split())
# What may follow a noun and take 하다: verbs, and adjectives.
_VERBS = frozenset("요망 부탁".split())
_ADJECTIVES = frozenset("가능 불가 불가능".split())


def nominal_change(morphemes: Sequence[Morpheme], to: str) -> Change | None:
    """The (start, end, after) that makes a sentence of a nominal tail; None where it may be a heading.

    `morphemes` is the sentence without its closing marks; `to` is hapsyo, haeyo or hae.
    """
    if len(morphemes) < 2:
        return None
    before, last = morphemes[-2:]
    if before.tag == "ETM":
        if last.form in ("것", "거") and before.form in ("ᆯ", "을"):
            return _told(morphemes, to)
        if last.form == "듯":
            return _appended(last, Stem("하", "VA", is_verb=False), to)
        if last.form in _COPULAR:
            return _appended(last, Stem("이", "VCP", noun=last.form, is_verb=False), to)
    if before.tag.startswith("NN"):
        if last.form in _VERBS or last.form in _ADJECTIVES:
            return _appended(last, Stem("하", "VV" if last.form in _VERBS else "VA"), to)
        if last.form == "바람":
            return _replaced(last.start, last.end, Stem("바라", "VV"), _STATES[to])
    return None


def _appended(last: Morpheme, stem: Stem, to: str) -> Change | None:
    return _replaced(last.end, last.end, stem, _STATES[to])


def _replaced(start: int, end: int, stem: Stem, ending: str) -> Change | None:
    after = conjugate(stem, ending)
    return None if after is None else (start, end, after)


def _told(morphemes: Sequence[Morpheme], to: str) -> Change | None:
    """적을 것 → 적어야 합니다: only where it has an object or an adverb, or forbids; else it may name a thing."""
    verb = morphemes[-3] if len(morphemes) > 2 else None
    if verb is None or verb.tag.split("-")[0] not in ("VV", "VX", "XSV"):
        return None
    forbids = verb.form == "말"
    if not forbids and not any(one.tag in ("JKO", "MAG", "JKB") for one in morphemes[:-3]):
        return None
    stem = Stem(verb.form, verb.tag.replace("XSV", "VV"))
    return _replaced(verb.start, morphemes[-1].end, stem, (_BANS if forbids else _DUTIES)[to])
