"""Signs of translated Korean (번역투): counted, never judged, for good writers use each of them now and then."""

import re
from collections.abc import Sequence

from curation.signals.phrases import phrase_table

_TABLE = phrase_table(
    [
        ("by", "에 의해|에 의하여", r"에 의해서?(?![가-힣])|에 의하여", "장비는 관리자에 의해 점검됩니다."),
        ("possible", "것이 가능|것도 가능|것은 가능", r"[하되]는 것[이도은] 가능", "재고를 조회하는 것이 가능합니다."),
        ("you", "당신", r"당신", "당신의 창고를 관리하세요."),
        ("she", "그녀", r"(?<![가-힣])그녀(?!석)", "그녀는 입고를 맡고 있습니다."),
        (
            "double_passive",
            "되어|나뉘어|잊혀|읽혀|뽑혀|닫혀|불려|열려|쓰여|보여|모여|쌓여|놓여",
            r"(?:되어|나뉘어|잊혀|읽혀|뽑혀|닫혀|불려|열려|쓰여|보여|모여|쌓여|놓여)[지진질집져졌]",
            "재고는 매일 집계되어집니다.",
        ),
        ("have", "가지고 있|갖고 있", r"[을를] (?:가지고|갖고) 있", "이 방식은 장점을 가지고 있습니다."),
        ("from", "로부터", r"(?<=[가-힣])로부터", "공급사로부터 상품이 도착합니다."),
        (
            "in_doing", "에 있어|데 있어",  # not 창고에 있어서
            r"(?:함|관리|운영|생활|교육|개발|선택|과정|측면|점|분야|관계|사용|설계|업무)에 있어서?(?=[ ,는도의])"
            r"|는 데 있어",
            "실사를 함에 있어 주의할 점입니다.",
        ),
        ("need", "필요로", r"[을를] 필요로 [하한합했]", "이 작업은 승인을 필요로 합니다."),
        ("nothing_but", "다름 아니|틀림없|틀림 없", r"에 다름 아니|임에 틀림 ?없", "이것은 오류임에 틀림없습니다."),
    ]
)  # fmt: skip
KINDS = (*dict.fromkeys(row.kind for row in _TABLE.rows), "about")
# -에 대한 once is plain Korean; twice in a sentence is a pile.
_ABOUT = re.compile(r"에 (?:대해|대하여|대한|관한|관하여|관해)")
_SENTENCE = re.compile(r"[^.!?\n]+")


def find_translationese(texts: Sequence[str]) -> list[list[str]]:
    """The signs of each text, same order, in the order of `KINDS`, each as often as it is found."""
    return [[*(kind for kind, _ in _TABLE.matches(text)), *_piles(text)] for text in texts]


def _piles(text: str) -> list[str]:
    """One `about` for each sentence that says -에 대한 or its like twice or more."""
    if text.count("에 대") + text.count("에 관") < 2:
        return []
    return ["about" for one in _SENTENCE.finditer(text) if len(_ABOUT.findall(one[0])) > 1]
