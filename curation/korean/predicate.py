"""The predicate that ends a sentence: where it stands, and the same stem with another ending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from curation.korean.kiwi import analyser, tokenise

if TYPE_CHECKING:
    from kiwipiepy import Token

# The endings of a plain statement: 크다, 옮긴다, 먹는다.
PLAIN_DECLARATIVES = ("다", "ᆫ다", "는다")
STEMS = ("VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA")
# Common nouns whose 하다 is an adjective; of any other it is a verb, whatever Kiwi says (바로 취소한다).
_QUALITIES = frozenset(
    "필요 가능 불가능 중요 안전 충분 부족 동일 정확 유리 불리 적합 부실 위험 복잡 단순 다양 불편 편리 유사 균일 "
    "확실 건강 성실 신중 자유 행복 완전 불완전 온전 친절 특별 정상 비정상 유용 유효 적절".split()
)
# Stems whose -어 makes a phrase of its noun, no clause: 회원을 위해, 법에 의해.
PREPOSITIONAL = frozenset("위하 통하 대하 관하 의하 비하 인하 향하".split())
# Single letters that chat adds to an ending (했엉, 했닼); any other makes a word of it (랙 is no 래).
CHAT_FINALS = frozenset("ᆼᆷᆫᆿᇂᆺ")
# What may follow an ending without being part of it: full stops, closing brackets and quotes, emoticons.
TAIL_TAGS = ("SF", "SP", "SS", "SSC", "SE", "SW", "SO", "SB", "W_EMOJI", "Z_SIOT")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A final predicate: `text[start:end]` is its stem and ending (하 + 었 + 다 in 했다)."""

    start: int
    end: int
    stem: tuple[tuple[str, str], ...]  # (form, tag): the stem and its pre-final endings
    ending: str
    tag: str  # EF, EC, ETM or ETN

    @property
    def is_adjective(self) -> bool:
        """Whether its stem is an adjective or a copula without tense: it takes -ᆫ데, not -는데 (있다, 없다 aside)."""
        form, tag = self.stem[0]
        return len(self.stem) == 1 and tag.split("-")[0] in ("VA", "XSA", "VCP", "VCN") and form not in ("있", "없")

    @property
    def is_copula(self) -> bool:
        """Whether its stem is 이다 or 아니다."""
        return self.stem[0][1] in ("VCP", "VCN")


def is_quality(noun: str) -> bool:
    """Whether a common noun with 하다 makes an adjective (필요하다), not a verb (취소하다)."""
    return noun in _QUALITIES


def is_declarative(token: Token) -> bool:
    """Whether a morpheme is the ending of a plain or polite statement: 다 ᆫ다 는다 · ᆸ니다 습니다."""
    return token.tag == "EF" and token.form in (*PLAIN_DECLARATIVES, "ᆸ니다", "습니다")


class _HasTag(Protocol):
    @property
    def tag(self) -> str: ...


Morph = TypeVar("Morph", bound=_HasTag)  # Kiwi's Token, or a mended one


def without_tail(tokens: Sequence[Morph]) -> Sequence[Morph]:
    """A sentence's morphemes without the closing marks that follow its ending."""
    end = len(tokens)
    while end and tokens[end - 1].tag in TAIL_TAGS:
        end -= 1
    return tokens[:end]


def final_predicate(tokens: Sequence[Token]) -> Predicate | None:
    """The predicate at the end of a sentence's morphemes; None where a noun, a particle or an adverb ends it."""
    tokens = without_tail(tokens)
    if not tokens or tokens[-1].tag not in ("EF", "EC", "ETM", "ETN"):
        return None
    first = len(tokens) - 2
    while first >= 0 and tokens[first].tag == "EP":
        first -= 1
    if first < 0 or tokens[first].tag.split("-")[0] not in STEMS:
        return None
    stem = tuple((token.form, token.tag) for token in tokens[first:-1])
    before = tokens[first - 1] if first else None
    if stem[0] == ("하", "XSA") and before is not None and before.tag == "NNG" and not is_quality(before.form):
        stem = (("하", "XSV"), *stem[1:])
    elif stem[0] == ("세", "VA"):  # 수량을 자주 센다: counting, not strength
        stem = (("세", "VV"), *stem[1:])
    elif stem[0] == ("닫", "VV-I"):  # 3분 안에 닫는다: Kiwi's slip, 닫아 and never 달아
        stem = (("닫", "VV-R"), *stem[1:])
    last = tokens[-1]
    return Predicate(tokens[first].start, last.start + last.len, stem, last.form, last.tag)


def final_predicates(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[Predicate | None]:
    """The final predicate of each text (one sentence or clause each), same order."""
    return [final_predicate(tokens) for tokens in tokenise(texts, words)]


def rejoin(predicate: Predicate, ending: str, tag: str = "EC") -> str:
    """The predicate's stem with another ending, in Kiwi's form (ᆸ니다, 면, 려면, 는데): 옮긴다 + ᆸ니다 → 옮깁니다."""
    return str(analyser().join([*predicate.stem, (ending, tag)]))


def plain_form(predicate: Predicate) -> str:
    """The predicate as a plain statement: 찾습니다 → 찾는다, 쉽습니다 → 쉽다, 마쳤습니다 → 마쳤다."""
    has_tense = len(predicate.stem) > 1
    is_verb = not (has_tense or predicate.is_adjective or predicate.stem[0][0] in ("있", "없"))
    return rejoin(predicate, "ᆫ다" if is_verb else "다", "EF")


def with_ending(text: str, predicate: Predicate, ending: str, tag: str = "EC") -> str:
    """`text` up to its predicate, then the same stem with another ending; what followed the predicate falls away.

    Only the predicate is joined anew, so every character before it stays: 재고를 옮긴다. + 면 → 재고를 옮기면.
    """
    return text[: predicate.start] + rejoin(predicate, ending, tag)
