"""What a text affirms and what it denies, predicate by predicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token


@dataclass(slots=True)
class Predicate:
    """A predicate by its lemma, the noun where the verb is light: 출고하다, 출고를 하다, 출고가 되다 → 출고."""

    lemma: str
    start: int
    end: int
    is_denied: bool


# Verbs that say nothing without their noun: 출고를 하다, 출고가 되다.
_LIGHT = frozenset("하 되 시키 이루어지 받 당하 드리 주 가하".split())
# Nouns that stand for what was said before them: 출고하는 것을 금지한다, 출고할 수 없다.
_DUMMY = frozenset("것 거 수 행위 일 바 경우 리 줄 때 점 데 건 등 곳 중 후 전 번".split())
_DENYING_NOUNS = frozenset("금지 불가 불가능 불허 금물".split())  # 반출을 금지한다, 반출 불가
_ALLOWING_NOUNS = frozenset("가능 허용".split())  # 반출이 가능하다
_EXISTENCE = frozenset((("VA", "없"), ("VV", "있"), ("VA", "있"), ("VX", "있")))
_DENYING_PREFIXES = frozenset("미 비 불 부 무".split())  # 부적합, 미완료
_DENYING_AUXILIARIES = frozenset("않 못하 말 아니하".split())
_DENYING_ADVERBS = frozenset("안 못".split())
# Read as one word, though they hold a denial: 관계없이, 틀림없이, 문제없이.
_SET_WORDS = frozenset("관계 상관 틀림 문제 끊임 빠짐 변함".split())


def read_predicates(tokens: Sequence[Token]) -> list[Predicate]:
    """The predicates of a text in order, each affirmed or denied; two denials cancel out (하지 않으면 안 된다)."""
    found: list[Predicate] = []
    is_turned = False  # 안 or 못 stands before the next predicate
    for place, token in enumerate(tokens):
        tag, form = token.tag.split("-")[0], token.form
        if (tag == "MAG" and form in _DENYING_ADVERBS) or (tag == "NNG" and form == "못"):
            is_turned = _denies_ahead(tokens, place, found) or is_turned
        elif tag == "VX" and form in _DENYING_AUXILIARIES and found:
            _turn(found[-1])
        elif (tag, form) in _EXISTENCE or tag in ("VCN", "VCP", "XSV", "XSA", "VV", "VA"):
            if _is_read(tokens, place, found, is_turned=is_turned):
                is_turned = False
        elif tag.startswith("NN") and (form in _DENYING_NOUNS or form in _ALLOWING_NOUNS):
            _rules_on(tokens, place, found)
            if is_turned:  # 못 허용한다
                found.append(Predicate("", token.start, token.end, True))
            is_turned = False
        elif place and (tag == "MAG" or tag.startswith("NN")):
            found += _denied_noun(tokens, place)
    if is_turned:  # of what, Kiwi cannot tell
        found.append(Predicate("", tokens[-1].start, tokens[-1].end, True))
    return found


def _denies_ahead(tokens: Sequence[Token], place: int, found: list[Predicate]) -> bool:
    """Whether 안 or 못 denies what follows; 출고하면 안 된다 denies what was before, 잘못 and 안에 nothing."""
    token, before = tokens[place], tokens[place - 1] if place else None
    if before is not None and before.form == "잘" and before.end == token.start:
        return False
    if found and before is not None:
        is_after_ending = before.tag == "EC" and before.form != "지"
        if is_after_ending or (before.form in ("는", "은") and place > 1 and tokens[place - 2].tag == "EC"):
            _turn(found[-1])
            return False
    return not (place + 1 < len(tokens) and tokens[place + 1].tag.startswith("J"))


def _is_read(tokens: Sequence[Token], place: int, found: list[Predicate], *, is_turned: bool) -> bool:
    """Read a verb, an adjective or a copula; whether it was one that says something."""
    token = tokens[place]
    tag = token.tag.split("-")[0]
    if (tag, token.form) in _EXISTENCE:
        _exists(tokens, place, found)
        if is_turned:  # 못 있다
            found.append(Predicate("", token.start, token.end, True))
        return True
    is_denied, noun = tag == "VCN", _noun_before(tokens, place)
    if is_denied and (_is_only(tokens, place) or _is_option(tokens, place)):
        return False
    if tag in ("VCN", "VCP"):
        lemma = noun
        if lemma is None and (is_denied or is_turned):
            found.append(Predicate("", token.start, token.end, is_denied != is_turned))
        if lemma is None:
            return True
    else:
        lemma = _lemma(tokens, place)
        if lemma is None:
            return False
    if found and found[-1].start == lemma.start:  # 부적합하다: its noun was read already
        found[-1].end = token.end
        found[-1].is_denied ^= is_denied != is_turned
    else:
        found.append(Predicate(lemma.form, lemma.start, token.end, is_denied != is_turned))
    return True


def _denied_noun(tokens: Sequence[Token], place: int) -> list[Predicate]:
    """작업 없이, 부적합."""
    token, before = tokens[place], tokens[place - 1]
    if token.tag == "MAG" and token.form == "없이" and before.form not in _SET_WORDS:
        return [Predicate(before.form, before.start, token.end, True)]
    if token.tag.startswith("NN") and before.tag == "XPN" and before.form in _DENYING_PREFIXES:
        return [Predicate(token.form, token.start, token.end, True)]
    return []


def _turn(predicate: Predicate) -> None:
    predicate.is_denied = not predicate.is_denied


def _noun_before(tokens: Sequence[Token], place: int) -> Token | None:
    """The noun that a predicate leans on, particles and endings of nouns (화, 들) left out."""
    for token in reversed(tokens[max(0, place - 4) : place]):
        if token.tag.startswith("NN") or token.tag in ("XR", "SL", "NR"):
            return None if token.form in _DUMMY else token
        if not token.tag.startswith("J") and token.tag not in ("XSN", "MAG", "NP", "SN", "SW"):
            return None
    return None


def _lemma(tokens: Sequence[Token], place: int) -> Token | None:
    """The token that names a predicate; None for a light verb without its noun, and for what rules on others."""
    token = tokens[place]
    if token.tag.split("-")[0] in ("XSV", "XSA") or token.form in _LIGHT:
        noun = _noun_before(tokens, place)
        is_ruling = noun is None or noun.form in _DENYING_NOUNS or noun.form in _ALLOWING_NOUNS
        return None if is_ruling else noun
    return token


def _exists(tokens: Sequence[Token], place: int, found: list[Predicate]) -> None:
    """출고할 수 없다 denies 출고; 권한이 없다 denies 권한; 수밖에 없다 denies nothing."""
    is_denial = tokens[place].form == "없"
    near = tokens[max(0, place - 3) : place]
    noun = _noun_before(tokens, place)
    if noun is not None:
        found.append(Predicate(noun.form, noun.start, tokens[place].end, is_denial))
    elif is_denial and not any(token.form == "밖에" for token in near):
        if found:
            _turn(found[-1])
        else:
            found.append(Predicate("", tokens[place].start, tokens[place].end, True))


def _is_option(tokens: Sequence[Token], place: int) -> bool:
    """아니요 as a reply, or as the value of an option."""
    return place + 1 < len(tokens) and tokens[place + 1].form in ("요", "오") and _noun_before(tokens, place) is None


def _is_only(tokens: Sequence[Token], place: int) -> bool:
    """뿐만 아니라, 만이 아니라."""
    return any(token.form in ("뿐", "뿐만", "만") for token in tokens[max(0, place - 3) : place])


def _rules_on(tokens: Sequence[Token], place: int, found: list[Predicate]) -> None:
    """반출 금지, 반출이 불가능하다, 반출하는 것을 금지한다: what is forbidden or allowed, and how."""
    ruling = tokens[place]
    is_prefixed = place > 0 and tokens[place - 1].tag == "XPN" and tokens[place - 1].form in _DENYING_PREFIXES
    denies = (ruling.form in _DENYING_NOUNS) != is_prefixed
    noun = _noun_before(tokens, place - is_prefixed)
    if noun is not None:
        if found and found[-1].start == noun.start:
            found[-1].end = ruling.end
        else:
            found.append(Predicate(noun.form, noun.start, ruling.end, False))
    if denies and found:
        _turn(found[-1])
