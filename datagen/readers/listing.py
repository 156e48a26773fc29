"""Paragraphs in a row → nested lists: by the level a word processor gives, or by the mark typed before the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from datagen.documents import Block, Item, Items, Line, Paragraph

# A numbered list goes on after this many blocks between two of its entries: a screenshot's caption, a note, a table.
_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A list's paragraph: its text, its level (0 is the outermost), and the list that its number counts in."""

    line: Line
    level: int
    is_ordered: bool
    group: str = ""


@dataclass(frozen=True, slots=True)
class Below:
    """A block indented as the list entry before it: its second paragraph."""

    block: Block


Flat = Entry | Below | Block


@dataclass(slots=True)
class _Open:
    """A list being built: its last item's blocks may still grow."""

    level: int
    is_ordered: bool
    group: str
    items: list[tuple[Line, list[Block]]] = field(default_factory=list)

    def closed(self) -> Items:
        return Items(tuple(Item(line, tuple(blocks)) for line, blocks in self.items), self.is_ordered)


def nested(flat: Sequence[Flat]) -> list[Block]:
    """The blocks, entries folded into lists by their level.

    A block between two entries of one numbered list belongs to the entry before it: the numbers go on.
    """
    blocks: list[Block] = []
    lists: list[_Open] = []

    def close(keep: int) -> None:
        while len(lists) > keep:
            done = lists.pop().closed()
            (lists[-1].items[-1][1] if lists else blocks).append(done)

    for at, piece in enumerate(flat):
        if isinstance(piece, Entry):
            close(sum(each.level <= piece.level for each in lists))
            last = lists[-1] if lists else None
            if last and last.level == piece.level and not _same(last, piece):
                close(len(lists) - 1)
                last = None
            if last is None or last.level < piece.level:
                lists.append(_Open(piece.level, piece.is_ordered, piece.group))
            lists[-1].items.append((piece.line, []))
        elif isinstance(piece, Below):
            (lists[-1].items[-1][1] if lists else blocks).append(piece.block)
        else:
            close(_goes_on(flat, at, lists))
            (lists[-1].items[-1][1] if lists else blocks).append(piece)
    close(0)
    return blocks


def _same(last: _Open, entry: Entry) -> bool:
    return last.is_ordered == entry.is_ordered and (not entry.is_ordered or last.group == entry.group)


def _goes_on(flat: Sequence[Flat], at: int, lists: Sequence[_Open]) -> int:
    """How many of the open lists a block at `at` leaves open: down to the numbered one that counts on after it."""
    after = next((piece for piece in flat[at : at + _BETWEEN + 1] if isinstance(piece, Entry)), None)
    if after is None or not after.is_ordered or not after.group:
        return 0
    return max((n for n, each in enumerate(lists, 1) if each.level == after.level and _same(each, after)), default=0)


_SYLLABLES = "가나다라마바사아자차카타파하"
# Marks typed before the text; the numbered ones must count up by one from the first.
_TYPED = (
    (re.compile(r"(\d{1,2})[.)]\s*(?=\D)"), tuple(map(str, range(1, 100)))),  # 1. 송장을 확인한다 · 1) 송장
    (re.compile(r"\((\d{1,2})\)\s*"), tuple(map(str, range(1, 100)))),  # (1) 송장을 확인한다
    (re.compile(r"([①-⑳])\s*"), tuple(map(chr, range(ord("①"), ord("⑳") + 1)))),  # ① 송장을 확인한다
    (re.compile(rf"([{_SYLLABLES}])[.)]\s+"), tuple(_SYLLABLES)),  # 가. 송장을 확인한다
    (re.compile(rf"\(([{_SYLLABLES}])\)\s*"), tuple(_SYLLABLES)),  # (가) 송장
    (re.compile(r"[□■❑▢]\s*"), ()),  # □ 입고 기준
    (re.compile(r"[○●◯❍]\s*|[oO]\s+(?=[가-힣])"), ()),  # ○ 수량을 센다
    (re.compile(r"[•▪◦▸▶►◆◇☞✓✔➢‣⦁]\s*|·\s+"), ()),  # • 수량을 센다
    (re.compile(r"[-–—]\s+"), ()),  # - 수량을 센다
    (re.compile(r"\*\s+"), ()),  # * 수량을 센다
)  # fmt: skip


def typed_mark(text: str) -> tuple[int, int, int] | None:
    """(which kind of mark opens the text, its place in the count or -1, where the text after it begins), or None."""
    for kind, (pattern, count) in enumerate(_TYPED):
        found = pattern.match(text)
        if found and found.end() < len(text):
            return kind, count.index(found[1]) if count else -1, found.end()
    return None


def with_typed_marks(flat: Sequence[Flat]) -> list[Flat]:
    """The same, runs of two or more paragraphs that open with typed marks read as list entries, marks left out."""
    result: list[Flat] = []
    run: list[tuple[Paragraph, tuple[int, int, int]]] = []
    for piece in (*flat, None):
        is_prose = isinstance(piece, Paragraph) and piece.note is None
        mark = typed_mark(piece.line.text) if isinstance(piece, Paragraph) and is_prose else None
        if mark and isinstance(piece, Paragraph):
            run.append((piece, mark))
            continue
        result.extend(_entries(run))
        run = []
        if piece is not None:
            result.append(piece)
    return result


def _entries(run: Sequence[tuple[Paragraph, tuple[int, int, int]]]) -> Iterator[Flat]:
    """The run as entries, each new kind of mark one level deeper; prose from where a number does not count up."""
    entries: list[Entry] = []
    kinds: list[int] = []  # the kind of mark at each level, and how far it has counted
    counts: list[int] = []
    for at, (paragraph, (kind, number, start)) in enumerate(run):
        level = kinds.index(kind) if kind in kinds else len(kinds)
        count = counts[level] + 1 if kind in kinds else 0
        if number not in (-1, count):
            yield from entries if len(entries) > 1 else (paragraph for paragraph, _ in run[:at])
            # 1. 2. 3. 1. 2. are two lists; 1. 2. 5. is no list to trust
            yield from _entries(run[at:]) if number == 0 else (paragraph for paragraph, _ in run[at:])
            return
        kinds[level:], counts[level:] = [kind], [count]
        line = paragraph.line
        group = f"typed {run[0][0].line.offsets[0]}"
        entries.append(Entry(line.part(start, len(line.text)), level, number >= 0, group))
    yield from entries if len(entries) > 1 else (paragraph for paragraph, _ in run)
