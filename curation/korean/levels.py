"""The ten speech levels (상대 높임법), the groups they fall into, and what was read from one sentence."""

from dataclasses import dataclass
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

SURE = 0.9  # at and above: right on 998 of 1,000 (benchmarks/speech_level.py)
DOUBTFUL = 0.75  # below: it decides nothing beside a whole sentence (is_scrap)


@dataclass(frozen=True, slots=True)
class Reading:
    """A level, how sure it is (0..1), the ending it rests on, the rule, and the sentence type (`any`: see the mark).

    Rules: letters · morpheme · connective · nominal · reply · inverted · context · no predicate · no Hangul ·
    quotation.
    """

    level: SpeechLevel
    confidence: float
    ending: str
    rule: str
    sentence_type: str = "any"


def is_scrap(reading: Reading) -> bool:
    """Whether a reading decides nothing beside a whole sentence: no predicate, or a clause left open."""
    return reading.level in EMPTY or reading.rule == "connective" or reading.confidence < DOUBTFUL
