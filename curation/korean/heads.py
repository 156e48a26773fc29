"""The predicates that close a sentence or a clause in it: where each stands, its stem and its ending."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from curation.korean.conjugation import Stem
from curation.korean.hangul import is_syllable
from curation.korean.mending import Morpheme
from curation.korean.predicate import PREPOSITIONAL, STEMS, TAIL_TAGS, is_quality
from curation.korean.senses import by_sense

_BRACKETS = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]")
_HONORIFIC = ("시", "으시")
# 해요체 endings whose 해체 is more than the cut of 요.
_WITHOUT_YO = dict.fromkeys("에요 예요 여요 아요 어요".split(), "어") | dict.fromkeys("세요 으세요".split(), "세요")
# Endings that close a sentence before a comma although Kiwi takes them for connectives.
_CLOSING = frozenset("야 네 대 ᆫ대 는대 래 구나 는구나 거든 잖아 ᆯ게 을게 군 는군 냐 니 ᆯ까 을까 더라".split())
# As these, but true connectives too: they close a sentence only in casual speech, or after 었 and 겠.
_EITHER = frozenset("어 지 자".split())
# What a turn of 해체 ends in before an inverted tail.
_TRAILING = frozenset("거든 다고 더라고".split())
# Connectives with 요: they lead on even so (비가 오는데요, …).
_CONNECTIVE = frozenset("고 는데 ᆫ데 은데 니까 으니까 면 으면 지만 어서".split())
# Endings that lean on what follows them without a mark: 왔나 봐, 클까 싶다, 어쩔까 고민하는 일.
_LEANING = frozenset("나 ᆫ가 은가 는가 ᆯ까 을까 려나 지 어야지 자 고 게".split())
# Stems whose -어 makes a phrase of their noun, no clause: 이를 위해, 예를 들어, 다시 말해, 그에 따라.
_PREPOSITIONAL = PREPOSITIONAL | frozenset("따르 들 말하 걸치 더하 비롯하 반하 곁들이".split())
# Written style, where -어 joins clauses: 상품이 없어, 작업자가 찾는다.
_FORMAL = frozenset("다 ᆫ다 는다 ᆸ니다 습니다 ᆸ니까 습니까 ᆸ시오 음 ᆷ".split())
_NOMINAL = ("음", "ᆷ")
_MARKS = ("SF", "SP", "SE", "SW", "SSC", "SSO", "SO", "W_EMOJI")


@dataclass(frozen=True, slots=True)
class Head:
    """A predicate that closes a clause: its stem begins at `start`, its ending is [ending_start, end)."""

    start: int
    ending_start: int
    end: int
    stem: Stem
    ending: str  # Kiwi's form without 요: 어, ᆫ다, 습니다, ᆯ까; 세요 for -(으)세요
    polite: bool  # it has 요
    index: int  # of its last morpheme
    is_fused: bool  # the stem shares a syllable with what stands before, or is unknown: it cannot be written anew


def find_heads(
    morphemes: Sequence[Morpheme], text: str, quoted: Sequence[tuple[int, int]], *, is_sentence: bool
) -> list[Head]:
    """The predicates that close a clause of one sentence, in order, outside its quotations; the last is the matrix.

    `is_sentence`: it is known to have a predicate, so that one before a tail is its own (부탁할게 영화관 걸로).
    """
    final = _final_head(morphemes, text, quoted, is_sentence)
    if final is None:
        return []
    inner: list[Head] = []
    for index in range(final.index):
        if morphemes[index].tag not in ("EF", "EC", "JX") or _inside(morphemes[index], quoted):
            continue
        head = _head_at(morphemes, index, text)
        if (
            head is None
            or head.ending in _NOMINAL
            or head.end > final.start
            or not _closes(head, morphemes, final, text)
        ):
            continue
        # What stands before reported speech may belong to it: 가자, 같이 놀러 가자, 하면.
        inner = [] if _reports(morphemes, head.index) else [*inner, head]
    return [*inner, final]


def _final_head(
    morphemes: Sequence[Morpheme], text: str, quoted: Sequence[tuple[int, int]], is_sentence: bool
) -> Head | None:
    last = len(morphemes) - 1
    if last < 0:
        return None
    brackets = [found.span() for found in _BRACKETS.finditer(text, morphemes[0].start, morphemes[last].end)]
    while last >= 0 and (morphemes[last].tag in TAIL_TAGS or _inside(morphemes[last], brackets)):
        last -= 1
    if last < 0 or _inside(morphemes[last], quoted):
        return None
    found = _head_at(morphemes, last, text)
    if found is not None:
        is_phrase = found.ending == "어" and found.stem.form in PREPOSITIONAL and not found.polite
        return None if is_phrase or _runs_on(found, text) else found
    for index in range(last - 1, -1, -1):  # an inverted tail: 왜 안 받아 진짜, 알겠어, 과장님
        one = morphemes[index]
        if _inside(one, quoted) or one.tag == "JKQ":
            return None
        is_parted = morphemes[index + 1].tag == "SP" or (is_sentence and "?" not in text[one.end :])
        if one.tag == "EC" and not (is_parted and one.form in (_CLOSING | _EITHER | _TRAILING)):
            return None
        if one.tag in ("EF", "EC") or (one.tag == "JX" and one.form == "요"):
            head = _head_at(morphemes, index, text)
            return head if head is not None and not _reports(morphemes, index) else None
    return None


def _head_at(morphemes: Sequence[Morpheme], index: int, text: str) -> Head | None:
    """The head that ends in `morphemes[index]`, an ending or its 요; None where no predicate stands before it."""
    last = morphemes[index]
    is_apart = last.tag == "JX" and last.form == "요" and index > 0 and morphemes[index - 1].tag in ("EF", "EC")
    at = index - 1 if is_apart else index
    ending, polite = _casual_form(morphemes[at])
    first = at - 1
    while first >= 0 and morphemes[first].tag == "EP":
        first -= 1
    if morphemes[at].tag not in ("EF", "EC", "ETN") or first < 0:
        return None
    is_known = morphemes[first].tag.split("-")[0] in STEMS
    if last.tag == "ETN" and not is_known:
        return None
    stem = _stem(morphemes, first, at, text)
    written = text[: last.end]
    if ending == "ᆯ지" and written.endswith("알지"):  # 무슨 말인지 알지: Kiwi's 아+ᆯ지
        ending, stem = "지", Stem("알", "VV")
    if ending == "어" and polite and stem.honorific and not stem.tense and written.endswith("세요"):
        ending, stem = "세요", replace(stem, honorific=False)
    start = morphemes[first - 1].start if stem.fused else morphemes[first].start
    shares = first > 0 and not stem.fused and not stem.tense and morphemes[first].start < morphemes[first - 1].end
    is_fused = shares or not (is_known or stem.tense)
    return Head(start, morphemes[at].start, last.end, stem, ending, polite or is_apart, index, is_fused)


def _casual_form(ending: Morpheme) -> tuple[str, bool]:
    """An ending without its 요, and whether it had one: 네요 → 네, 죠 → 지, 이에요 → 어."""
    form = ending.form
    if form in _WITHOUT_YO:
        return _WITHOUT_YO[form], True
    if form.endswith("죠"):
        return form[:-1].removesuffix("으") + "지", True
    if len(form) > 1 and form[-1] in "요여염욥" and ending.tag != "ETN":
        return form[:-1], True
    return form, False


def _stem(morphemes: Sequence[Morpheme], first: int, at: int, text: str) -> Stem:
    root = morphemes[first]
    between = [one.form for one in morphemes[first + 1 : at]]
    pasts = tuple(form for form in between if form not in _HONORIFIC)
    noun, fused = "", ""
    if root.tag == "VCP":
        before = morphemes[first - 1] if first else root
        noun = re.split(r"\s", text[: root.start])[-1]
        fused = before.form if root.start < before.end or (before.form == "거" and root.start == root.end) else ""
    # Kiwi's join loses a lone 하/XSV: 관리+하+었 → 관리었.
    tag = {"XSV": "VV", "XSA": "VA"}.get(root.tag, root.tag)
    form, tag = by_sense(root.form, tag, _object(morphemes[:first]), text[root.start : root.end])
    return Stem(
        form,
        tag,
        noun,
        fused,
        tense=text[root.start : morphemes[at].start] if pasts else "",
        pasts=pasts,
        honorific=len(pasts) < len(between),
        is_verb=_is_verb(morphemes, first, morphemes[at].form),
    )


def _object(before: Sequence[Morpheme]) -> str | None:
    """The noun before the last 을/를 of the predicate's own clause."""
    for noun, josa in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
        if josa.tag == "EC":
            return None
        if josa.tag == "JKO":
            return noun.form
    return None


def _is_verb(morphemes: Sequence[Morpheme], first: int, ending: str) -> bool:
    """Whether a stem takes -는다: not an adjective, nor 싶다, nor 않다 after an adjective. Its own ending may tell."""
    if ending.startswith(("는", "ᆫ다")):
        return True
    if ending.startswith(("ᆫ가", "은가")) or ending == "다":
        return False
    root = morphemes[first]
    tag = root.tag.split("-")[0]
    before = morphemes[first - 1] if first else None
    if tag == "VX" and root.form in ("않", "못하") and before is not None and before.tag == "EC" and first > 1:
        return _is_verb(morphemes, first - 2, "")
    if tag == "XSA" and before is not None and before.tag == "NNG":
        return not is_quality(before.form)
    return tag in ("VV", "XSV") or (tag == "VX" and root.form not in ("싶", "듯하", "만하", "법하"))


def _closes(head: Head, morphemes: Sequence[Morpheme], final: Head, text: str) -> bool:
    """Whether a clause inside a sentence stands on its own: 좋은 차네, 어디서 샀어?"""
    after = morphemes[head.index + 1]
    if _runs_on(head, text):
        return False
    is_formal = (final.polite or final.ending in _FORMAL) and not head.stem.tense
    if morphemes[head.index].tag != "EC":
        leans = head.ending in _LEANING
        joins = head.ending in _EITHER and is_formal and not head.polite  # 값이 틀려 다시 보낸다
        return after.tag in _MARKS or (after.start > head.end and not leans and not joins)
    if after.tag != "SP":
        return False
    if head.polite:
        return head.ending not in _CONNECTIVE
    if head.ending == "어" and not head.stem.tense and head.stem.form in _PREPOSITIONAL:
        return False
    if head.ending in _EITHER:
        return not is_formal and not _contrasts(head, morphemes)
    return head.ending in _CLOSING


def _runs_on(head: Head, text: str) -> bool:
    """Whether a syllable follows without a space: a word that the analyser does not know (안돼지)."""
    return head.end < len(text) and is_syllable(text[head.end])


def _reports(morphemes: Sequence[Morpheme], index: int) -> bool:
    """Whether what follows reports the clause: 가자 하면, 더 살게요, 이러면, 왔다라고; not 샀어, 이렇게.

    Kiwi takes the 라 of 라는 for a noun.
    """
    rest = [one for one in morphemes[index + 1 : index + 4] if one.tag not in _MARKS]
    if not rest:
        return False
    says = rest[0].form in ("하", "이러", "이렇") and rest[0].tag.startswith("V") and rest[0].tag != "VX"
    return rest[0].tag == "JKQ" or rest[0].form == "라" or (says and not (len(rest) > 1 and rest[1].form == "게"))


def _contrasts(head: Head, morphemes: Sequence[Morpheme]) -> bool:
    """Whether -지 sets a clause against a negated one: 사람이지, 짐승이 아니다."""
    rest = morphemes[head.index + 1 :]
    return head.stem.tag == "VCP" and any(one.tag == "VCN" or one.form in ("않", "말", "못") for one in rest)


def _inside(one: Morpheme, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a morpheme begins in one of the spans, which are in order and disjoint."""
    at = bisect_right(spans, one.start, key=itemgetter(0)) - 1
    return at >= 0 and one.start < spans[at][1]
