"""Honour beside the speech level: does a sentence raise its subject (주체 높임), does its speaker stand back (겸양)."""

from __future__ import annotations

import re

# -시- before an ending; not the last syllable of a stem of its own: 마시다, 모시다, 부시다, 적시다, 쑤시다.
_SI = re.compile(
    r"(?<![마모부쑤적눈])(?:(?:으?시(?:[고며면니는죠지던네어었겠게]|[ᄀ-ᇿ]))|으?십|으?(?<=\S)세요|으?셔|으?셨|으?신|으?실|으?심)"
)
_RAISED = re.compile(
    r"께서|계[시십신셔셨실]|주무[시십신셔셨실]|잡수|편찮으|돌아가[시십신셔셨실]|드[시십신셔셨실세]|말씀하[시십신셔셨실세]"
)
_SI_NOUNS = re.compile(
    r"(?:다시|역시|즉시|잠시|혹시|필시|몹시|도시|표시|지시|공시|동시|상시|임시|수시|무시|접시|택시|열십|신[규상청고뢰설제용속호])"
)
_HUMBLE = re.compile(
    r"(?:^|[\s,(])(?:저(?:는|도|를|의|한테|에게|랑|와|만|까지|희\S*|야)|전(?=\s)|절(?=\s)|제가|제게|제(?=\s(?!\d)))"
    r"|드[리릴린렸려립]|말씀드|뵙|뵈|뵐|봬|여쭙|여쭤|여쭈|모시[겠고러어]|모셔|모십"
)


def honours_subject(sentence: str) -> bool:
    """Whether the predicate raises its subject: 선생님께서 오셨다, 어디 가세요, 할머니가 주무신다."""
    last = sentence.split()[-2:]
    tail = _SI_NOUNS.sub("", " ".join(last))
    return _RAISED.search(sentence) is not None or _SI.search(tail) is not None


def is_humble(sentence: str) -> bool:
    """Whether the speaker stands back: 저는, 제가, 저희, 알려 드릴게요, 뵙겠습니다, 여쭙다, 모시고."""
    return _HUMBLE.search(sentence) is not None
