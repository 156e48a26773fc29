"""The rules of a page → the tables they draw: cells, and which of them are merged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from datagen.readers.pdf_glyphs import Rule

_NEAR = 3.0  # points; rules that miss each other by less were meant to meet
_MOST_WORK = 10_000_000  # places times rules; no table reaches it
_MOST_RULES = 4_000  # a page with more is a drawing


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its place on the page in points, its first row and column, and how many of each it covers."""

    x0: float
    y0: float
    x1: float
    y1: float
    row: int
    column: int
    row_span: int
    col_span: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A ruled table's cells, in reading order, and the edges of its columns and rows."""

    boxes: tuple[Box, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the table."""
        return self.xs[0] - 1 <= x <= self.xs[-1] + 1 and self.ys[0] - 1 <= y <= self.ys[-1] + 1

    def box_at(self, x: float, y: float) -> Box | None:
        """The cell that a point lies in."""
        return next((box for box in self.boxes if box.x0 <= x < box.x1 and box.y0 <= y < box.y1), None)


def find_frames(rules: Sequence[Rule]) -> list[Frame]:
    """The ruled tables of a page, of two cells and more, from the top."""
    rules = [rule for rule in rules if max(rule.x1 - rule.x0, rule.y1 - rule.y0) > _NEAR]
    if len(rules) > _MOST_RULES:
        return []
    level = _merged([rule for rule in rules if rule.y1 - rule.y0 < rule.x1 - rule.x0], is_level=True)
    upright = _merged([rule for rule in rules if rule.y1 - rule.y0 >= rule.x1 - rule.x0], is_level=False)
    frames = [_frame(*group) for group in _connected(level, upright)]
    found = sorted((frame for frame in frames if frame is not None), key=lambda frame: (frame.ys[0], frame.xs[0]))
    return [frame for frame in found if not any(_is_inside(frame, other) for other in found if other is not frame)]


def _is_inside(frame: Frame, other: Frame) -> bool:
    """Whether a frame stands in one cell of another: a table in a table is read as the cell's text."""
    return other.holds(frame.xs[0], frame.ys[0]) and other.holds(frame.xs[-1], frame.ys[-1]) and (
        (other.xs[-1] - other.xs[0]) * (other.ys[-1] - other.ys[0])
        > (frame.xs[-1] - frame.xs[0]) * (frame.ys[-1] - frame.ys[0])
    )  # fmt: skip


def _merged(rules: Sequence[Rule], *, is_level: bool) -> list[Rule]:
    """Rules in one line that touch, as one."""

    def key(rule: Rule) -> tuple[float, float]:
        return (rule.y0, rule.x0) if is_level else (rule.x0, rule.y0)

    merged: list[Rule] = []
    lines = _snap([key(rule)[0] for rule in rules])
    for rule in sorted(rules, key=lambda rule: (lines[_index(lines, key(rule)[0])], key(rule)[1])):
        at = lines[_index(lines, key(rule)[0])]
        last = merged[-1] if merged else None
        if is_level:
            if last is not None and last.y0 == at and rule.x0 <= last.x1 + _NEAR:
                merged[-1] = Rule(last.x0, at, max(last.x1, rule.x1), at)
            else:
                merged.append(Rule(rule.x0, at, rule.x1, at))
        elif last is not None and last.x0 == at and rule.y0 <= last.y1 + _NEAR:
            merged[-1] = Rule(at, last.y0, at, max(last.y1, rule.y1))
        else:
            merged.append(Rule(at, rule.y0, at, rule.y1))
    return merged


def _snap(values: Sequence[float]) -> list[float]:
    """The distinct values, those nearer than a rule's tolerance taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _index(edges: Sequence[float], value: float) -> int:
    """Which of the snapped values a value belongs to."""
    return max(0, bisect_right(edges, value) - 1)


def _connected(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules in groups that meet or cross."""
    parent = list(range(len(level) + len(upright)))
    find = _finder(parent)
    for at, rule in enumerate(level):
        for beside, other in enumerate(upright, len(level)):
            if (
                rule.x0 - _NEAR <= other.x0 <= rule.x1 + _NEAR
                and other.y0 - _NEAR <= rule.y0 <= other.y1 + _NEAR
            ):  # fmt: skip
                parent[find(at)] = find(beside)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate((*level, *upright)):
        groups.setdefault(find(at), ([], []))[0 if at < len(level) else 1].append(rule)
    return list(groups.values())


def _finder(parent: list[int]) -> Callable[[int], int]:
    def find(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    return find


def _frame(level: Sequence[Rule], upright: Sequence[Rule]) -> Frame | None:
    """The cells that a group of rules bounds; where no rule parts two places of the grid, they are one cell."""
    if not level or not upright:
        return None
    ys = _snap([rule.y0 for rule in level])
    # A Korean table is often open to its sides: the level rules then reach past the outermost upright ones.
    xs = _snap([*(rule.x0 for rule in upright), min(rule.x0 for rule in level), max(rule.x1 for rule in level)])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2 or rows * columns * (len(level) + len(upright)) > _MOST_WORK:
        return None
    parent = list(range(rows * columns))
    find = _finder(parent)
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            x, y = (left + right) / 2, (top + bottom) / 2
            if column + 1 < columns and not any(abs(r.x0 - right) <= _NEAR and r.y0 <= y <= r.y1 for r in upright):
                parent[find(row * columns + column + 1)] = find(row * columns + column)
            if row + 1 < rows and not any(abs(r.y0 - bottom) <= _NEAR and r.x0 <= x <= r.x1 for r in level):
                parent[find((row + 1) * columns + column)] = find(row * columns + column)
    places: dict[int, list[tuple[int, int]]] = {}
    for place in range(rows * columns):
        places.setdefault(find(place), []).append(divmod(place, columns))
    boxes = [_box(found, xs, ys) for found in places.values()]
    if len(boxes) < 2:
        return None
    return Frame(tuple(sorted(boxes, key=lambda box: (box.row, box.column))), tuple(xs), tuple(ys))


def _box(places: Sequence[tuple[int, int]], xs: Sequence[float], ys: Sequence[float]) -> Box:
    top, bottom = min(row for row, _ in places), max(row for row, _ in places)
    left, right = min(column for _, column in places), max(column for _, column in places)
    return Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1], top, left, bottom - top + 1, right - left + 1)
