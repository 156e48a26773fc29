"""Whether a list is one order of steps, told whole, or a catalogue of what one may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from datagen.documents import Items, Section
from datagen.extract.acts import VERBAL, event_of_sentence
from datagen.extract.procedures.instruction import Instruction, is_click, is_vague
from datagen.extract.reading import Sentence

_ORDER = re.compile(r"(?:다음|아래)(?:의| 각 호의)? (?:단계|순서|절차)")
_CHOICE = re.compile(r"중 (?:하나|한 가지|선택)|방법(?:으로는|에는|은 다음)")
_HEADS_ORDER = re.compile(r"(?:절차|순서|과정)$")
# What one does at a screen or with one's hands; a list of notes without any tells what a menu is good for.
_OPERATES = re.compile(
    r"선택|클릭|입력|누르|누릅|이동|접속|진입|로그인|열[고어]|엽니|버튼|탭|스캔|작성|제출|접수|신청|촬영|부착|붙|넣|꺼내|옮"
)
_EDITS, _DELETES = re.compile(r"(?:수정|편집)(?:하고 |하거나 |합니다)"), re.compile(r"(?:삭제|취소)합니다")
# What holds always, or whenever: a rule of several, no step. 시장은 반기마다 점검한다. 출고할 수 없다.
_RULE = re.compile(
    r"^[^.]*(?:수 없(?:다|습니다|어요)\.|(?:아|어|여|해)야 (?:한다|합니다|해요)\.|(?:아니|안) ?된다\.|아니한다\.|"
    r"(?:매년|매월|매주|수시로|\S(?:년|기|월|주|일)마다) )"
)
# What is chosen is a thing, no button: 거래처를 선택합니다, but not 저장을 선택합니다.
_CHOICE_OF_THING = re.compile(r"^(?P<thing>[가-힣]{2,8})[을를] (?:선택|고릅|고른|골라)")
_STEPS = range(2, 13)
_ANSWER_CHARS = 900


def is_in_order(section: Section, block: Items, lead: Sentence | None) -> bool:
    """Whether a list is of steps: numbered, or bullets whose lead says that an order follows, or heading 절차.

    Numbers alone make no order of articles.
    """
    if lead is not None and _CHOICE.search(lead.text):
        return False
    is_led = lead is not None and _ORDER.search(lead.text) is not None
    if is_led or _HEADS_ORDER.search(section.headings[-1].text) is not None:
        return True
    return block.is_ordered and not any(_RULE.search(item.line.text) for item in block.items)


def is_catalogue(steps: Sequence[Instruction | None]) -> bool:
    """Whether notes only name deeds of one menu (새 상품 등록, 상품 정보 수정), or sentences only what a screen shows.

    Nobody deletes or cancels what has just been edited; a course of deeds in notes comes to a form somewhere.
    """
    told = [step for step in steps if step is not None]
    if any(step.first is not None or "\n" in step.text for step in told):
        deeds = [step for step in told if step.first is None or event_of_sentence(step.first) is not None]
        return 2 * len(deeds) < len(told)
    texts = [step.text for step in told]
    has_both = any(map(_EDITS.search, texts)) and any(map(_DELETES.search, texts))
    return bool(texts) and (has_both or not any(map(_OPERATES.search, texts)))


def is_told_whole(steps: Sequence[Instruction]) -> bool:
    """Whether steps say enough: they open at a place, few ask for a bare value, none repeats another."""
    vague = sum(map(is_vague, steps))
    is_short = len(steps) in _STEPS and sum(len(step.text) for step in steps) <= _ANSWER_CHARS
    has_repeat = any(_says_same(one, other) for one, other in pairwise(steps))
    is_told = is_short and not has_repeat and not _only_clicks(steps[0]) and 3 * vague <= len(steps)
    return is_told and all(step.is_whole for step in steps)


def _only_clicks(step: Instruction) -> bool:
    """Whether a step presses a button, nobody knows where; a button in brackets is one of the screen: [신규]."""
    chosen = _CHOICE_OF_THING.match(step.text)
    return is_click(step) and not step.text.startswith("[") and (chosen is None or chosen["thing"] in VERBAL)


def _says_same(one: Instruction, other: Instruction) -> bool:
    """Whether two steps share nearly all their words, a label in quotes or not: 설정을 엽니다, '설정'을 엽니다.

    The same click twice closes two windows.
    """
    words = [set(re.findall(r"[가-힣A-Za-z0-9]{2,}", step.text)) for step in (one, other)]
    least, most = sorted(map(len, words))
    is_same = one.text == other.text and not is_click(one)
    return is_same or (least > 3 and len(words[0] & words[1]) >= 0.7 * most and "필드" not in one.text)
