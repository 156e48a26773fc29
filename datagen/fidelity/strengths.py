"""How strongly a text says what is done: 옮겨야 한다 is a duty, 옮길 수 있다 and 옮겨도 된다 leave it open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datagen.fidelity.analysed import Analysed

if TYPE_CHECKING:
    from kiwipiepy import Token

_DUTY, _CHOICE = "must", "may"
_DUTY_ENDINGS = frozenset(("어야", "아야", "여야", "어야지", "아야지"))  # 옮겨야 한다
_CHOICE_ENDINGS = frozenset(("어도", "아도", "여도"))  # 옮겨도 된다
_FINE = frozenset("되 괜찮 좋 무방".split())


def changed_strength(said: Analysed, shown: Sequence[Analysed]) -> str | None:
    """A duty of the answer that the evidence leaves open, or the other way round; what it only states is either."""
    own = _strengths(said)
    if not own:
        return None
    there: dict[str, set[str]] = defaultdict(set)
    for quote in shown:
        for lemma, strengths in _strengths(quote).items():
            there[lemma] |= strengths
        for one in quote.predicates:
            if one.lemma not in _strengths(quote):
                there[one.lemma].add("plain")
    for lemma, strengths in own.items():
        opposite = {_CHOICE} if strengths == {_DUTY} else {_DUTY}
        if len(strengths) == 1 and there.get(lemma) == opposite:
            return f"{lemma} {next(iter(strengths))}, where the evidence has it {next(iter(opposite))}"
    return None


def _strengths(read: Analysed) -> dict[str, set[str]]:
    """By lemma, how strongly the affirmed predicates are said, where it is said."""
    found: dict[str, set[str]] = defaultdict(set)
    tokens = read.tokens
    for place, token in enumerate(tokens[:-1]):
        if (strength := _strength_at(tokens, place)) is None:
            continue
        before = [one for one in read.predicates if one.start < token.start]
        if before and not before[-1].is_denied and before[-1].lemma:
            found[before[-1].lemma].add(strength)
    return found


def _strength_at(tokens: Sequence[Token], place: int) -> str | None:
    token, following = tokens[place], tokens[place + 1]
    if token.tag == "EC" and token.form in _DUTY_ENDINGS and following.form in ("하", "되"):
        return _DUTY
    if token.tag == "EC" and token.form in _CHOICE_ENDINGS and following.form in _FINE:
        return _CHOICE
    is_able = token.form == "수" and token.tag == "NNB" and "있" in [one.form for one in tokens[place + 1 : place + 3]]
    return _CHOICE if is_able else None
