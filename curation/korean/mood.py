"""What a closing predicate does: it states, asks, commands or regrets; None where 해체 leaves it open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from curation.korean.heads import Head
from curation.korean.mending import Morpheme

Mood = Literal["statement", "question", "command", "regret", "cry"]

_MARK_OR_WORD = re.compile(r"[.!?…~]+|[가-힣A-Za-z0-9]")
_INTERROGATIVES = frozenset("뭐 무엇 뭘 누구 누 언제 어디 왜 어떻게 얼마 얼마나 몇 무슨 어느 어떤 어떻".split())
_INDIRECT = frozenset("ᆫ지 는지 은지 ᆯ지 을지 던지 냐고 느냐고 ᆫ가 는가 은가".split())  # 뭔지 알려줘
_URGING = frozenset("좀 빨리 어서 얼른 제발 꼭 당장 그만 이리".split())
_HABITS = frozenset("매일 늘 항상 자주 가끔 요즘 보통 주로 대개 날마다 매번".split())
_REGRETS = frozenset("그냥 진작 차라리 괜히 미리 조금 더 좀 일찍 애초".split())  # adverbs beside -ㄹ걸
# Stems that no one can command: states, perceptions, what happens by itself.
_UNWILLED = frozenset(
    "되 보이 들리 알 모르 같 나 생기 걸리 남 맞 틀리 늦 않 못하 싶 있 없 지 느껴지 망가지 떨어지 걸맞 어울리".split()
)
_FOR_ME = frozenset("주 보 달".split())  # auxiliaries of a request: 열어 줘, 눌러 봐
_FAVOUR = re.compile(r"(?:아|어|여|해|와|려|러|아다|어다)[보주]$")  # one word with its auxiliary: 알아보, 도와주
_SELF = frozenset("나 저 우리 저희".split())
_OTHERS = frozenset("그 그녀 걔 얘 쟤 그들 사람 남편 아내 형 누나 언니 오빠 동생 친구 애 아이 들 자 님 분 씨".split())
_TOPICS = ("은", "는", "ᆫ")
# Commands on a verb, cries on an adjective: 문을 닫아라, 아이고 배고파라.
_CRIES = ("어라", "아라", "여라")
# Endings that only their mark and context tell apart.
_OPEN = frozenset("어 지 오 으오 소 ᆯ래 을래".split())
_HONOURED = re.compile(
    r"(?:님|분|씨|어머니|아버지|할머니|할아버지|부모|선생|교수|사장|부장|과장|팀장|대표|어르신|엄마|아빠)$"
)


def mood_of(head: Head, morphemes: Sequence[Morpheme], text: str) -> Mood | None:
    """The mood of a clause's predicate; None where 옮겨. may tell or command."""
    before, marks = morphemes[: head.index], _marks_after(text, head.end)
    if "?" in marks:
        return "question"
    if head.ending == "세요":
        return "statement" if not head.stem.is_verb or third_is_honoured(before) else "command"
    if head.ending in ("ᆯ걸", "을걸"):
        regrets = head.stem.form == "말" or any(one.form in _REGRETS for one in before)
        return "regret" if regrets and not head.stem.tense else "statement"
    if head.ending in _CRIES:
        return "command" if head.stem.is_verb else "cry"
    if head.ending not in _OPEN:
        return "statement"
    direct = before[max((at + 1 for at, one in enumerate(before) if one.form in _INDIRECT), default=0) :]
    if not marks and any(one.form in _INTERROGATIVES and one.tag in ("NP", "MAG", "MM", "VA-I") for one in direct):
        return "question"  # an unpunctuated turn: 뭐 먹었어
    return _told(head, before) if head.ending == "어" else "statement"


def third_is_honoured(before: Sequence[Morpheme]) -> bool:
    """Whether -시- honours a third person, the subject: 께서, 선생님이, 그분은, 할머니는."""
    return any(
        one.form == "께서" or (_HONOURED.search(one.form) is not None and after.tag in ("JKS", "JX"))
        for one, after in pairwise(before)
    )


def is_spoken_to(before: Sequence[Morpheme]) -> bool:
    """Whether the subject can be who is spoken to: none is named, or it is 너."""
    named = any(
        (after.tag == "JKS" or after.form in (*_TOPICS, "도"))
        and after.tag.startswith("J")
        and one.form not in ("너", "네")
        for one, after in pairwise(before)
    )
    return not named and not any(one.form in _SELF and one.tag == "NP" for one in before)


def _marks_after(text: str, end: int) -> str:
    """The closing marks after a predicate, up to the next word: ㅋㅋ?! → ?!"""
    marks = ""
    for found in _MARK_OR_WORD.finditer(text, end):
        if found[0][0] not in ".!?…~":
            break
        marks += found[0]
    return marks


def _told(head: Head, before: Sequence[Morpheme]) -> Mood | None:
    """Whether a 해체 form without a question mark tells or commands."""
    stem = head.stem
    if stem.form == "말" and stem.tag == "VX" and not stem.tense:
        return "command"
    if stem.form == "하" and not head.polite and _last_ending(before) in ("라고", "으라고"):
        return "statement" if any(one.tag == "JKS" for one in before) else None  # 나가라고 해: is told, or shall tell
    is_denied = any(one.form in ("안", "못") and one.tag == "MAG" for one in before[-4:])
    is_duty = stem.form == "하" and any(one.form == "어야" for one in before[-3:])
    is_state = stem.tense or not stem.is_verb or stem.honorific or stem.form in _UNWILLED
    if is_state or is_denied or is_duty or _names_actor(before):
        return "statement"
    has_object = any(one.tag == "JKO" for one in before)
    if not head.polite and has_object and any(one.tag == "JX" and one.form in _TOPICS for one in before):
        return None  # 이 약은 통증을 없애 줘: the topic acts, or is spoken of
    is_favour = stem.tag == "VX" and stem.form in _FOR_ME and _last_ending(before) == "어"
    if is_favour or _FAVOUR.search(stem.form) or any(one.form in _URGING and one.tag == "MAG" for one in before):
        return "command"
    return "statement" if head.polite else None  # 해요체 commands with -세요


def _last_ending(before: Sequence[Morpheme]) -> str:
    """The last ending before an auxiliary: 어 in 눌러 봐, 나 in 왔나 봐."""
    return next((one.form for one in reversed(before) if one.tag in ("EC", "EF")), "")


def _names_actor(before: Sequence[Morpheme]) -> bool:
    """Whether the clause names who acts, or says how often: then it tells.

    A subject before a connective or a modifier is not the predicate's own: 작업이 끝나면 전원을 꺼 줘.
    """
    breaks = [
        at + 1 for at, one in enumerate(before) if (one.tag == "EC" and one.form != "어") or one.tag in ("ETM", "EF")
    ]
    own = before[max(breaks, default=0) :]
    return (
        any(one.tag == "JKS" for one in own)
        or any(one.form in _HABITS for one in before)
        or any(
            one.form in _SELF and one.tag == "NP" and after.tag not in ("JKB", "JKO", "JKG")
            for one, after in pairwise(own)
        )
        or any(one.form in _OTHERS and after.form in _TOPICS and after.tag == "JX" for one, after in pairwise(before))
    )
