"""Which side of a figure is meant: 18 ℃ 이하, 최소 10개, 30분 안에, 3일이 지나면."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from datagen.fidelity.analysed import Analysed
from datagen.fidelity.facts import Fact

# What follows a figure, by what it makes of it.
_AFTER = {
    "at least": r" ?이상",  # 10개 이상
    # 30분 안에
    "at most": r" ?(?:이하|이내|안(?:에|으로)|내(?:에|로)|까지|[을를이가]? ?(?:넘|초과하|웃돌)지 (?:않|말|못))",
    # 30분이 넘으면
    "more than": r" ?(?:초과|[을를이가] ?(?:넘|초과|웃돌)(?!지 )|보다 (?:더 )?(?:많|크|높|길|무거|늦|오래))",
    "less than": r" ?(?:미만|보다 (?:더 )?(?:적|작|낮|짧|가벼|이르|빠)|[을를이가]? ?(?:안 되|못 되|밑돌))",  # 10개 미만
    "after": r"[이가]? ?(?:후|뒤|이후|지나|지난|경과)",  # 3일 후
    "before": r" ?(?:전|이전)(?![가-힣])|(?: ?전)(?:에|까지)",  # 3일 전에
}
_BEFORE = {"at least": r"(?:최소|최소한|적어도|최저) ?$", "at most": r"(?:최대|최대한|많아야|길어야|최고) ?$"}
_FOLLOWING = {bound: re.compile(pattern) for bound, pattern in _AFTER.items()}
_LEADING = {bound: re.compile(pattern) for bound, pattern in _BEFORE.items()}
_UP, _DOWN = frozenset(("at least", "more than", "after")), frozenset(("at most", "less than", "before"))
# As hard as a bound can be said: one of these may not be read into a figure that has none.
_HARD = re.compile(r" ?(?:이상|이하|초과|미만)")
_RANGE = re.compile(r"\s*(?:[~∼〜–−-]|에서|부터)\s*")


def turned_bounds(said: Analysed, shown: Sequence[Analysed], *, is_asked: bool = False) -> str | None:
    """A figure with a bound that it has nowhere in the quotes: 30분 초과 for 30분 이내.

    A question may set a bound where the quotes have none (30분 이상 걸리면?): `is_asked` lets it.
    """
    if not (bounded := list(_bounded(said))):
        return None
    known: dict[str, set[str]] = defaultdict(set)
    for quote in shown:
        for fact, bound in _bounded(quote):
            known[fact.name].add(bound)
    for fact, bound in bounded:
        bounds = known.get(fact.name, set())
        if any(_agree(bound, other) for other in bounds):
            continue
        if bounds or (not is_asked and _HARD.match(said.text, fact.end)):
            return f"{fact.name} {bound}, where the evidence has it {', '.join(sorted(bounds)) or 'without a bound'}"
    return None


def _agree(one: str, other: str) -> bool:
    """Whether two bounds may be two ways to say one thing."""
    if one == other:
        return True
    # 3일이 지나면 and 3일 초과; but 이상 and 초과 differ by the figure itself.
    return {one, other} in (
        {"after", "more than"},
        {"after", "at least"},
        {"before", "at most"},
        {"before", "less than"},
    )


def _bounded(read: Analysed) -> Iterator[tuple[Fact, str]]:
    """Each figure with each bound that is set to it."""
    text, figures = read.text, [fact for fact in read.facts if fact.kind == "figure"]
    for place, fact in enumerate(figures):
        for bound, pattern in _FOLLOWING.items():
            if pattern.match(text, fact.end):
                yield fact, bound
        for bound, pattern in _LEADING.items():
            if pattern.search(text, max(0, fact.start - 6), fact.start):
                yield fact, bound
        if place + 1 < len(figures) and _RANGE.fullmatch(text, fact.end, figures[place + 1].start):
            yield fact, "at least"
            yield figures[place + 1], "at most"
