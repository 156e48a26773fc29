"""The ten speech levels (상대 높임법) and the groups they fall into."""

from enum import StrEnum


class SpeechLevel(StrEnum):
    """Ten levels; an example of each stands beside it."""

    HAPSYO = "hapsyo"  # 재고를 옮깁니다. 옮기십시오.
    HAEYO = "haeyo"  # 재고를 옮겨요. 옮기세요.
    HAO = "hao"  # 재고를 옮기오. 답하시오.
    HAGE = "hage"  # 자네가 옮기게.
    HAE = "hae"  # 재고를 옮겨. 옮길게.
    HAERA = "haera"  # 재고를 옮겨라. 옮기냐? 옮기자.
    PLAIN = "plain"  # 재고를 옮긴다. (the norm in documents)
    NOMINAL = "nominal"  # 재고를 옮김. 옮길 것. 확인 요망.
    FRAGMENT = "fragment"  # 재고 이동. 방법은? (no predicate)
    NONE = "none"  # no Hangul


POLITE = frozenset({SpeechLevel.HAPSYO, SpeechLevel.HAEYO})
# In an answer hao and hage are as wrong as 반말 (contract.md).
CASUAL = frozenset({SpeechLevel.HAO, SpeechLevel.HAGE, SpeechLevel.HAE, SpeechLevel.HAERA})
# What has no predicate decides nothing.
EMPTY = frozenset({SpeechLevel.FRAGMENT, SpeechLevel.NONE})
