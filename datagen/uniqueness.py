"""What only the whole set can tell: a question asked twice, and a question with two answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.kiwi import is_content
from datagen.gates import Inspected

if TYPE_CHECKING:
    from kiwipiepy import Token

# What a question asks for, by the words that ask; two questions about the same words with other askers differ.
_ASKERS = {
    "what": "뭐 무엇 무슨 뜻 말하 어떤 뭣",
    "how": "어떻게 어떻 방법 절차 순서 요령 방식",
    "who": "누구 담당",
    "where": "어디 어느 경로",
    "when": "언제 며칠",
    "why": "왜 이유 까닭 원인",
    "count": "몇 얼마 얼마나 가지",
    "first": "부터 먼저",
    "may": "괜찮",
}
_ASKS = {word: asker for asker, words in _ASKERS.items() for word in words.split()}
# Words of politeness and of asking itself, which change nothing in what is asked.
_FRAME = frozenset(
    "알리 주 바라 좀 정확히 하 되 처리 진행 처리하 진행하 것 거 그렇 그럼 그러면 들어가 열 가 메뉴".split()
)
_DENIALS = frozenset("않 못하 말 없 아니 안 못".split())

Asked = tuple[int, frozenset[str], tuple[str, ...]]  # turns, what is asked for, the words


def asked(found: Inspected) -> Asked:
    """What a question (with the turns before it) asks, whatever its register and particles."""
    turns, before, said = asked(found.before) if found.before is not None else (0, frozenset[str](), ())
    askers, words = set(before), list(said)
    for token in found.question_tokens:
        form = token.form.lower()
        if form in _ASKS:
            askers.add(_ASKS[form])
        elif (is_content(token) and form not in _FRAME) or token.tag == "XPN" or form in _DENIALS or _is_case(token):
            words.append(form)
    return turns + 1, frozenset(askers), tuple(words)


def _is_case(token: Token) -> bool:
    """Whether an ending states a case: what follows if one confirms (확정하면) is not how one does (확정하려면)."""
    return token.tag == "EC" and token.form in ("면", "으면")


def repeats(found: Sequence[Inspected]) -> Iterator[tuple[int, str, str]]:
    """(index, gate, reason) of each pair whose question is asked elsewhere, or whose answer stands elsewhere too.

    Of definitions the fullest stays; of pairs with one answer, or resting on one sentence, the first; of other answers
    the one that most places give; where none is in the lead, none stays. Of pairs that give one answer from several
    places (a menu path in each guide) the first stays; wordings of one fact all do.
    """
    groups: dict[Asked, list[int]] = {}
    for index, one in enumerate(found):
        groups.setdefault(asked(one), []).append(index)
    gone: set[int] = set()
    for group in groups.values():
        if len(group) > 1:
            for index, gate, reason in _asked_twice(found, group):
                gone.add(index)
                yield index, gate, reason
    first: dict[tuple[str, str], int] = {}
    for index, one in enumerate(found):
        if index in gone or one.before is not None:
            continue
        same = first.setdefault((one.pair.kind, one.pair.answer), index)
        if same != index and _fact(found[same]) != _fact(one):
            yield index, "repeated", found[same].pair.question


def _asked_twice(found: Sequence[Inspected], group: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    answers = Counter(found[index].pair.answer for index in group)
    (most, count), *others = answers.most_common()
    define = all(found[index].pair.kind == "definition" for index in group)
    # One sentence read by two extractors, or one menu path that most guides give.
    is_settled = _is_one_fact(found, group) or (others and count > others[0][1])
    best = max(group, key=lambda index: (len(found[index].pair.answer) if define else 0, -index))
    if is_settled and not define:
        best = next(index for index in group if found[index].pair.answer == most)
    for index in group:
        if index != best and (define or is_settled or not others):
            yield index, "repeated", found[best].pair.question
        elif not (define or is_settled) and others:
            other = next(other for other in group if other != index)
            yield index, "ambiguous", f"{found[other].pair.question} {found[other].pair.answer[:60]}"


def _is_one_fact(found: Sequence[Inspected], group: Sequence[int]) -> bool:
    """Whether all pairs of a group rest on overlapping spans of one document."""
    facts = [_fact(found[index]) for index in group]
    start, end = max(fact[1] for fact in facts), min(fact[2] for fact in facts)
    return len({fact[0] for fact in facts}) == 1 and start < end


def _fact(one: Inspected) -> tuple[str, int, int]:
    fact = one.pair.evidence[0]
    return fact.document.name, fact.start, fact.end
