"""The claims that 고, 며 and 지만 join: of `가로는 1m이며 세로는 2m를 넘을 수 없다.` the first and the last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import PREPOSITIONAL
from datagen.extract.reading import NOUNS

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
    if not start or _topic(rest):
        return (), rest
    topic = _topic(tokens[:joint])
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
    return is_demand or is_state or bool(_topic([token for token in tokens[index + 1 :] if token.tag != "SP"]))


def _topic(tokens: Sequence[Token]) -> Sequence[Token]:
    """What opens a clause up to the noun that 은/는 makes its topic, modifiers and all."""
    for index, token in enumerate(tokens):
        if token.tag == "JX" and token.form in ("은", "는", "ᆫ") and index:
            return tokens[: index + 1] if tokens[index - 1].tag in NOUNS else ()
        if token.tag in ("EF", "JKS") or (token.tag == "EC" and tokens[index - 1].form not in PREPOSITIONAL):
            return ()
    return ()
