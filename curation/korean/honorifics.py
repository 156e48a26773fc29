"""Honour beside the speech level: does a sentence raise its subject (주체 높임), does its speaker stand back (겸양)."""

from __future__ import annotations

import re

from curation.korean.units import QUOTED

_QUOTATION = re.compile(QUOTED)
# -시- in the last word; not in a stem of its own (마시다, 모시다, 부시다, 쑤시다) nor in a bare 세요 (수를 세요).
_SI = re.compile(
    "(?<=[가-힣])(?<![마모부쑤적])(?:시[고며면니는죠지던네어었겠]|십니|십시|세요|셔|셨|신다|신가|실까|실래|실게|시나)"
)
_SI_NOUNS = ("다시", "역시", "즉시", "잠시", "혹시", "필시", "몹시")
_RAISED = re.compile(
    r"께서|계[시십셔셨]|주무[시십셔셨]|잡수|편찮으|돌아가[시십셔셨]|드[시십셔셨]|드세요|말씀하[시십셔셨세]"
)
_HUMBLE = re.compile(
    r"(?:^|[\s,(])(?:저(?:는|도|를|의|한테|에게|랑|와|만|까지|희|야)|제[가게](?![가-힣])"
    r"|제 (?!시간|때|값|자리|철|구실|\d))"
    r"|드[리린립려렸]|드릴(?=게|까|래|지|\s?수)|드림|말씀드|뵙|뵈|뵐|봬|여쭙|여쭤|여쭈|모시[겠고러어]|모셔|모십"
)


def honours_subject(sentence: str) -> bool:
    """Whether the predicate raises its subject: 선생님께서 오셨다, 어디 가세요, 할머니가 주무신다."""
    said = _QUOTATION.sub("", sentence)
    last = said.split()[-1:]
    return _RAISED.search(said) is not None or any(
        _SI.search(word) is not None and not word.startswith(_SI_NOUNS) for word in last
    )


def is_humble(sentence: str) -> bool:
    """Whether the speaker stands back: 저는, 제가, 저희, 알려 드릴게요, 뵙겠습니다, 여쭙다, 모시고."""
    return _HUMBLE.search(_QUOTATION.sub("", sentence)) is not None
