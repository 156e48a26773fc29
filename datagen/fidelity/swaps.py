"""Facts that stand in the evidence, but beside other words: A등급 3개월 where A등급 has 1개월 and B등급 3개월.

The words beside a fact are those of its clause, and the nearest word that tells one fact from another must go with the
fact that is said. What a fact is of comes before it, and the last predicate is shared: 입고는 오전, 출고는 오후에 한다.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from curation.korean.kiwi import is_content
from datagen.fidelity.analysed import Analysed
from datagen.fidelity.facts import Fact
from datagen.fidelity.opposites import name_of


@dataclass(frozen=True, slots=True)
class _Item:
    """A fact at `text[start:end]` that another `value` of its group could stand for."""

    start: int
    end: int
    group: tuple[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    form: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A text as this module reads it; `breaks` are the ends of clauses, `ends` of sentences, `joints` of cells."""

    chars: int
    items: list[_Item]
    words: list[_Word]
    breaks: list[int]
    ends: list[int]
    joints: list[int]


# Where one clause ends and another begins, as far as facts are shared out.
_CLAUSE_ENDS = frozenset("고 며 으며 지만 으나 나 는데 은데 면 으면 다가 어서 아서".split())
_TELLING_PARTICLES = frozenset("부터 까지 에서".split())
_ENDING_CHARS = 6  # 출고합니다.
_BREAK = re.compile(r"[,;]")
_BRACKETED = re.compile(r" ?\([^()]*\)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


def swapped(said: Analysed, asked: Analysed, shown: Sequence[Sequence[Analysed]]) -> str | None:
    """A fact of an answer beside a word beside which the evidence has only another; None where all are right.

    `shown` are the quotes by the line they stand in: the cells of one row are read as one text.
    """
    said_items = _items(said)
    if not said_items or _is_copied(said.text, said_items, shown):
        return None
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in shown:
        for item in (item for quote in line for item in _items(quote)):
            counts[item.group][item.value] += 1
    items = [item for item in said_items if item.value in counts[item.group] and len(counts[item.group]) > 1]
    if not items:
        return None
    answer, quoted = _line(said), [_joined(line) for line in shown]
    for group in dict.fromkeys(item.group for item in items):
        owners, free = _owners(group, quoted)
        own = [item for item in items if item.group == group]
        if fault := _twice(Counter(item.value for item in own), counts[group]):
            return fault
        for place, item in enumerate(own):
            before, after = _beside(own, place, answer)
            # What the answer leaves unsaid its question may have said.
            rest = _words(asked) if len(own) == 1 else []
            for word in (*reversed(before), *after, *rest):
                owned = owners.get(word.form)
                if owned and item.value not in owned | free:
                    return f"{item.value} beside {word.form}, where the evidence has {', '.join(sorted(owned))}"
                if owned and owned != set(counts[group]):
                    break
    return None


def _is_copied(text: str, items: Sequence[_Item], shown: Sequence[Sequence[Analysed]]) -> bool:
    """Whether an answer is a quote but for its ending, and no fact stands in that."""
    copied = text[:-_ENDING_CHARS]  # the brackets of a quote may be left out
    return all(item.end <= len(copied) or item.group[0] == "denied" for item in items) and any(
        copied in quote.text or copied in _BRACKETED.sub("", quote.text) for line in shown for quote in line
    )


def _twice(said: Counter[str], shown: Counter[str]) -> str | None:
    """A fact said again in the place of another: 제5류, 제5류 for 제4류, 제5류."""
    if said.total() < shown.total() or not set(shown) - set(said):
        return None
    return next((f"{value} said {count} times" for value, count in said.items() if count > shown[value]), None)


def _line(read: Analysed) -> _Line:
    text = read.text
    ends = [token.end for token in read.tokens if token.tag == "EC" and token.form in _CLAUSE_ENDS]
    return _Line(
        len(text), _items(read), _words(read), [*ends, *(found.end() for found in _BREAK.finditer(text))],
        [found.end() for found in _SENTENCE_END.finditer(text)], [],
    )  # fmt: skip


def _joined(reads: Sequence[Analysed]) -> _Line:
    """The cells of a row as one line."""
    whole = _Line(0, [], [], [], [], [])
    for one in map(_line, reads):
        by = whole.chars + 1 if whole.chars else 0
        whole = _Line(
            by + one.chars,
            [*whole.items, *(replace(item, start=item.start + by, end=item.end + by) for item in one.items)],
            [*whole.words, *(replace(word, start=word.start + by, end=word.end + by) for word in one.words)],
            [*whole.breaks, by, *(place + by for place in one.breaks)],
            [*whole.ends, *(place + by for place in one.ends)],
            [*whole.joints, by],
        )  # fmt: skip
    return whole


def _items(read: Analysed) -> list[_Item]:
    items = [item for fact in read.facts for item in _of_fact(fact)]
    items += [_Item(term.start, term.end, ("opposed", str(term.row)), name_of(term.row, term.side))
              for term in read.terms if term.is_firm]  # fmt: skip
    items += [_Item(one.start, one.end, ("denied", one.lemma), f"{'no ' * one.is_denied}{one.lemma}")
              for one in read.predicates]  # fmt: skip
    return sorted(items, key=lambda item: item.start)


def _of_fact(fact: Fact) -> Iterator[_Item]:
    """A figure may be mistaken for another of its unit, or its number for another's unit; a code for one like it."""
    if fact.kind == "figure":
        yield _Item(fact.start, fact.end, ("figure", fact.unit), fact.name)
        if len(fact.value) > 1:
            yield _Item(fact.start, fact.end, ("number", fact.value), fact.name)
    elif fact.kind == "code":
        yield _Item(fact.start, fact.end, ("code", re.sub(r"\d+", "0", fact.value)), fact.name)
    elif fact.kind == "time":
        yield _Item(fact.start, fact.end, ("time", fact.unit), fact.name)


def _words(read: Analysed) -> list[_Word]:
    """The words that can tell facts apart, in order: content words, and particles that set bounds."""
    return [
        _Word(token.start, token.end, token.form.lower())
        for token in read.tokens
        if (is_content(token) and token.tag not in ("SN", "NNB")) or token.form in _TELLING_PARTICLES
    ]


def _owners(group: tuple[str, str], lines: Sequence[_Line]) -> tuple[dict[str, set[str]], set[str]]:
    """Beside which values of a group each word of the quotes stands, and the values that stand alone."""
    owners: dict[str, set[str]] = defaultdict(set)
    free: set[str] = set()
    for line in lines:
        own = [item for item in line.items if item.group == group]
        for place, item in enumerate(own):
            before, after = _beside(own, place, line, is_shared=True)
            for word in (*before, *after):
                owners[word.form].add(item.value)
            if not (before or after):  # a cell of its own says not beside what it stands
                free.add(item.value)
    return owners, free


def _beside(
    items: Sequence[_Item], place: int, line: _Line, *, is_shared: bool = False
) -> tuple[list[_Word], list[_Word]]:
    """The words before and after an item in its sentence, as far as they are not those of the next item of its group.

    Between two items a clause's end parts them; without one, all words between go with both. Items with no word
    between them (입고와 출고) share theirs. `is_shared` gives the words after a sentence's last item to all in it.
    """
    item, words = items[place], line.words
    least = max((end for end in line.ends if end <= item.start), default=0)
    most = min((end for end in line.ends if end > item.start), default=line.chars)
    inside = [one for one in items if least <= one.start < most]
    first = last = inside.index(item)
    while first and _is_empty(words, inside[first - 1].end, inside[first].start):
        first -= 1
    while last + 1 < len(inside) and _is_empty(words, inside[last].end, inside[last + 1].start):
        last += 1
    start, end = least, most
    if first:
        start = inside[first - 1].end
        start = max((place for place in line.breaks if start < place <= inside[first].start), default=start)
    if last + 1 < len(inside):
        end = inside[last + 1].start
        end = min((place for place in line.breaks if inside[last].end < place <= end), default=end)
    before = [word for word in words if start <= word.start and word.end <= item.start]
    after = [word for word in words if item.end <= word.start and word.end <= end]
    if is_shared:  # within its cell
        most = min((joint for joint in line.joints if joint > item.end), default=most)
        tail = max(end, *(one.end for one in inside if one.start < most))
        after += [word for word in words if tail <= word.start and word.end <= most]
    return before, after


def _is_empty(words: Sequence[_Word], start: int, end: int) -> bool:
    return not any(start <= word.start and word.end <= end for word in words)
