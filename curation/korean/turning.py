"""One predicate into another register, by its row in the table of endings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.korean.conjugation import Stem, conjugate
from curation.korean.hangul import is_syllable
from curation.korean.heads import Head
from curation.korean.mending import Change, Morpheme
from curation.korean.mood import Mood, is_spoken_to, mood_of, third_is_honoured
from curation.korean.register_endings import Row, by_ending
from curation.korean.speech_level import SpeechLevel

CUT = "ends in a connective and may be cut off"
_POLITE = ("hapsyo", "haeyo")
# What 합쇼체 has endings of its own for; the rest (네요, 죠, ㄹ게요, 대요) stays 해요체 there.
_FORMAL = frozenset("습니다 습니까 시+습니다 시+습니까 으십시오 읍시다".split())
_HOLDS_SI = ("으세요", "으십시오")
# 하오체 and 하게체 endings; in a sentence of another level they are misread.
_OLD = (SpeechLevel.HAO, SpeechLevel.HAGE)
_ARCHAIC = frozenset("오 으오 소 구려 는구려 게나 으게나 세 으세".split())
_ADDRESSED = frozenset("어 냐 으냐 느냐 니 으니".split())  # endings that ask or command, and take -시-
_COMMANDS = frozenset("자 어라 라".split())
# What asks oneself, and what says so: 아닐까 하네, 어쩔까 고민하는
_WONDERING = frozenset("ᆯ까 을까 나 ᆫ가 은가".split())
_WONDER = re.compile(r"\s+(?:[하한할했합해]|싶|보|봐|고민|걱정|생각|궁금|말|두[려렵]|무[서섭]|겁|염려|불안)")
_STOPS = (".", "!", "?", "…", "~")
_FINAL_IEUNG = 21


@dataclass(frozen=True, slots=True)
class Asked:
    """What a conversion is asked for, and the level the tagger gave the sentence."""

    to: str
    level: SpeechLevel
    honour_addressee: bool


def turn(head: Head, morphemes: Sequence[Morpheme], text: str, asked: Asked, *, is_last: bool) -> Change | str | None:
    """The change that puts a predicate into the register asked for; None where it is right, else why it cannot turn."""
    to, before = asked.to, morphemes[: head.index]
    if _leads_on(head, text):
        return None
    mood = _mood(head, morphemes, text, asked.level)
    row = _row(head, mood, asked)
    if isinstance(row, str):
        return row
    if row.kind == "bare" and not is_last:
        return None
    if row.kind == "bare":
        is_whole = head.polite or text[head.end :].lstrip().startswith(_STOPS)
        if not is_whole and (to == "hapsyo" or re.search(r"[.,!?]", text[: head.end])):
            return CUT
    if asked.honour_addressee and to in _POLITE and mood is not None and is_spoken_to(before):
        honoured = _honoured(head, mood, text, to)
        if honoured is not None:
            return honoured
    third = third_is_honoured(before)
    target = row.targets[to] if third or to in _POLITE else row.targets[to].removeprefix("시+")
    return _changed(head, target, text, to, head.stem if third else head.stem.plain())


def _leads_on(head: Head, text: str) -> bool:
    """Whether what looks like a sentence without a mark only leads on: 높이에 있어 꺼내기 쉽다; 변할까 봐 두려워."""
    rest = text[head.end :]
    if not re.match(r"\s+[가-힣]", rest):
        return False
    if text[: head.end].endswith(("까봐", "까 봐")) or (head.ending in _WONDERING and _WONDER.match(rest)):
        return True
    if head.ending in ("ᆯ걸", "을걸") and re.match(r"\s+그[랬러]", rest):  # 고백할걸 그랬어요
        return True
    if head.ending in ("ᆯ게", "을게") and re.match(r"\s+(?:없|있|많|뭐|아니)", rest):  # 다를 게 없다
        return True
    return "bare" in by_ending().get(head.ending, ()) or (
        head.ending in ("어", "지") and not head.stem.tense and text.endswith("다.")
    )


def _mood(head: Head, morphemes: Sequence[Morpheme], text: str, level: SpeechLevel) -> Mood | None:
    mood = mood_of(head, morphemes, text)
    is_hage = head.ending == "게" and level is SpeechLevel.HAGE and head.stem.is_verb
    return "command" if is_hage and mood == "statement" and "!" not in text[head.end :] else mood


def _row(head: Head, mood: Mood | None, asked: Asked) -> Row | str:
    rows = by_ending().get(head.ending)
    if rows is None or (head.ending in _ARCHAIC and asked.level not in _OLD):
        return f"no row for the ending: {head.ending}"
    if mood is None and asked.to in ("haeyo", "hae"):
        mood = "statement"  # one form tells and commands there: 옮겨요
    if mood is None and "any" not in rows:
        return f"may tell or command: {head.ending}"
    row = rows.get(mood or "any") or rows.get("any") or rows.get("bare")
    return row or f"no row for the ending: {head.ending} in a {mood}"


def _honoured(head: Head, mood: Mood, text: str, to: str) -> Change | str | None:
    """A question or a command of 반말 with -시-: 어디 가? → 어디 가세요?"""
    stem = head.stem
    asks = mood == "question" or head.ending in ("냐", "느냐", "니")
    if head.polite or head.ending not in _ADDRESSED or not (asks or mood == "command"):
        return None
    if stem.tag in ("VCP", "VCN") or stem.honorific or "겠" in stem.pasts:
        return None
    honoured = stem.honoured()
    if mood == "command":
        return _joined(head, honoured.bare(), "으십시오" if to == "hapsyo" else "으세요", text)
    if to == "hapsyo":
        return _joined(head, honoured, "습니까", text)
    return _joined(head, honoured, "어요", text) if stem.tense else _joined(head, honoured.bare(), "으세요", text)


def _changed(head: Head, target: str, text: str, to: str, familiar: Stem) -> Change | str | None:
    """`familiar` is the stem as one addresses a friend: without -시-, unless it honours somebody else."""
    stem = head.stem
    if head.ending.endswith("냐고") and "냐고" not in text[head.start : head.end]:  # 하냐 스냅챗: Kiwi reads 하냐고 하
        return f"read as another ending: {text[head.start : head.end]} as {head.ending}"
    is_copula = stem.tag in ("VCP", "VCN") and not stem.tense
    if head.polite and (to == "haeyo" or (to == "hapsyo" and target not in _FORMAL)):
        return None
    if target == "-" or (is_copula and head.ending in _COMMANDS):
        return f"no exact counterpart in {to}: {text[head.start : head.end]}"
    if target == "=" or (head.ending == "나" and to == "hae" and not head.polite):
        return _cut(head, familiar, text, is_copula) if head.polite and to not in _POLITE else None
    if target == "+요" and is_copula and head.ending in ("어", "아", "야"):
        return _joined(head, stem, "어요", text)
    if target[0] in "+~":
        return head.ending_start, head.end, _respelt(_casual(head, text), target, head.stem.honorific)
    if target in _HOLDS_SI:
        return _joined(head, stem.plain(), target, text)
    return _joined(head, stem if to in _POLITE else familiar, target, text)


def _cut(head: Head, familiar: Stem, text: str, is_copula: bool) -> Change | str | None:
    """해요체 without its 요: 가요 → 가, 이에요 → 이야, 오셨어요 → 왔어."""
    is_rejoined = is_copula or familiar is not head.stem or text[: head.end].endswith("세요")
    if head.ending == "어" and is_rejoined:
        return _joined(head, familiar, "어", text)
    return head.ending_start, head.end, _casual(head, text)


def _respelt(ending: str, target: str, honorific: bool) -> str:
    """An ending that keeps its letters: 네 +요 → 네요; 한대 ~다고 합니다 → 한다고 합니다; 셔 → 세요."""
    if target == "+요" and honorific and ending == "셔":
        return "세요"
    return ending[: None if target[0] == "+" else -1] + target[1:]


def _joined(head: Head, stem: Stem, ending: str, text: str) -> Change | str | None:
    start, after = head.start, conjugate(stem, ending)
    if after is not None and stem.tense and stem is head.stem:  # 옮겼다: only the ending is written anew
        start, after = head.ending_start, after.removeprefix(stem.tense)
    before = text[start : head.end]
    if after is None or head.is_fused or " " in before:
        return f"no form of the stem: {text[head.start : head.end]} in {ending}"
    return None if after == before else (start, head.end, after)


def _casual(head: Head, text: str) -> str:
    """A head's ending as written, without 요 and without the ㅇ of chat: 가네요 → 네, 바쁘넹 → 네, 가죠 → 지."""
    ending = text[head.ending_start : head.end]
    if head.polite:
        return ending[:-1] + "지" if ending.endswith("죠") else ending[:-1]
    last = ending[-1:]
    is_chat = last != "" and is_syllable(last) and (ord(last) - ord("가")) % 28 == _FINAL_IEUNG
    return ending[:-1] + chr(ord(last) - _FINAL_IEUNG) if is_chat else ending
