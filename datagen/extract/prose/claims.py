"""The claims that 고, 며 and 지만 join: of `가로는 1m이며 세로는 2m를 넘을 수 없다.` the first and the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate, rejoin
from datagen.extract.reading import NOUNS, PEOPLE, acts

if TYPE_CHECKING:
    from kiwipiepy import Token

_JOINS, _MAY_JOIN = frozenset({"며", "으며", "지만"}), "고"
# States, after which 고 joins a claim of its own; after a deed it joins two deeds (수정하고 삭제할 수 없다).
_STATES = frozenset("되 있 없 이 아니 지 하".split())


def last_claim(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]] | None:
    """The topic at the beginning, where the last claim has none of its own, and the tokens of that claim.

    None where a claim before it leaves open what the last one is of.
    """
    start = joint = 0
    for index, (token, after) in enumerate(pairwise(tokens)):
        if token.tag == "EC" and (token.form in _JOINS or (token.form == _MAY_JOIN and _is_apart(tokens, index))):
            start, joint = index + (2 if after.tag == "SP" else 1), index
    rest = tokens[start:]
    if not rest:
        return None
    if not start:
        return (), rest
    if _names_topic(rest):  # 보관료는 월말에 청구하며, 고객은 10일 이내에 납부한다: what, the first claim says
        return None if acts(rest) and not any(token.tag == "JKO" for token in rest) else ((), rest)
    topic = _topic(tokens[:joint])
    if topic and PEOPLE.search(topic[-2].form) and not any(token.tag == "JKO" for token in rest):
        return None  # 운영자는 장치를 놓고, 7일 이내에 알린다: what, the first claim says
    is_own = tokens[joint].form == "지만" and any(token.tag == "JKO" for token in rest)
    return (topic, rest) if topic or is_own else None


def first_claim(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens up to the first 고 or 며, no clause before it; () where they join parts of a larger whole."""
    stop = next((index for index, token in enumerate(tokens) if token.tag == "EC"), 0)
    is_joined = (
        0 < stop < len(tokens) - 1 and tokens[stop].form in ("고", "며", "으며") and tokens[stop + 1].tag != "VX"
    )
    is_flat = not any(token.tag in ("ETM", "VCP") for token in tokens[stop:])  # 싣고 돌면서 담는 방식이다
    return tokens[: stop + 1] if is_joined and is_flat else ()


def _is_apart(tokens: Sequence[Token], index: int) -> bool:
    """Whether 고 closes a claim: a demand or a state (이하여야 하고, 등록되고), or a topic follows."""
    stem = tokens[index - 1]
    is_demand = stem.form == "하" and tokens[index - 2].form in ("어야", "여야")
    is_state = stem.form in _STATES and stem.form != "하"
    is_parted = tokens[index + 1].form == ","  # 경비실에 두고, 1년간 보관한다
    return (
        is_demand
        or is_state
        or is_parted
        or bool(_topic([token for token in tokens[index + 1 :] if token.tag != "SP"]))
    )


def _names_topic(tokens: Sequence[Token]) -> bool:
    """Whether a claim has a topic of its own, whatever stands before it: 물품이 하역장에 머무는 시간은."""
    stop = next((index for index, token in enumerate(tokens) if token.tag in ("EC", "EF")), len(tokens))
    return any(
        particle.tag == "JX" and particle.form in ("은", "는", "ᆫ") and noun.tag in NOUNS
        for noun, particle in pairwise(tokens[:stop])
    )


def _topic(tokens: Sequence[Token]) -> Sequence[Token]:
    """What opens a clause up to the noun that 은/는 makes its topic, modifiers and all."""
    for index, token in enumerate(tokens):
        if token.tag == "JX" and token.form in ("은", "는", "ᆫ") and index:
            return tokens[: index + 1] if tokens[index - 1].tag in NOUNS else ()
        if token.tag in ("EF", "JKS") or (token.tag == "EC" and tokens[index - 1].form not in PREPOSITIONAL):
            return ()
    return ()


def from_asker(predicate: Predicate) -> Predicate:
    """A predicate as whoever asks says it: 답변해 드립니다 → 답변해 주나요, 신으셔야 → 신어야."""
    stem = tuple(("주", "VX") if part == ("드리", "VX") else part for part in predicate.stem)
    return replace(predicate, stem=tuple(part for part in stem if part[0] not in ("시", "으시")))


def asked_by(text: str, line: str, tokens: Sequence[Token]) -> str:
    """A stretch of a line as whoever asks says it, without the honour done to them: 받으실 수 → 받을 수."""
    for index, token in enumerate(tokens[:-1]):
        honoured = token.tag == "EP" and token.form in ("시", "으시")
        predicate = final_predicate(tokens[: index + 2]) if honoured else None
        if predicate is not None:
            plain = rejoin(from_asker(predicate), predicate.ending, predicate.tag)
            text = text.replace(line[predicate.start : predicate.end], plain)
    return text
