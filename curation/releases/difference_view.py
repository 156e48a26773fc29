"""The difference of two releases for readers: at a terminal, or as Markdown for a CI page or release notes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.releases.changes import Change, Difference, Differs, Kind, Sample
from curation.report.markdown import cell, one_line, table

KIND_NAMES: Mapping[Kind, tuple[str, str]] = {
    "went": ("없어진 행", "went"),
    "came": ("새로 온 행", "came"),
    "fell": ("남았다가 빠진 행", "kept, then dropped"),
    "rose": ("빠졌다가 남은 행", "dropped, then kept"),
    "moved": ("다른 분할로 간 행", "moved to another split"),
    "reworded": ("원본에서 글이 바뀐 행", "reworded at the source"),
    "redescribed": ("글은 같고 곁들인 정보가 바뀐 행", "same text, described otherwise"),
    "mended": ("다르게 손질한 행", "mended otherwise"),
    "relabelled": ("말투 표시가 바뀐 행", "labelled otherwise"),
    "reason": ("다른 까닭으로 빠진 행", "dropped for another reason"),
}
_WHATS = {"setting": "설정 · setting", "input": "입력 · input", "version": "버전 · version"}
_SAID = ("question · 질문", "answer · 답변", "why · 까닭")
_DIGEST_CHARS, _ID_CHARS, _VALUE_CHARS = 12, 12, 120
_NARROW_CHARS = 30
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FOLLOW = (".in", ".out", ".share")  # figures that follow from others


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and a table whose cells are not escaped yet; numbers are numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


def print_difference(difference: Difference) -> None:
    """Print it for a reader at a terminal."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(one_line(_headline(difference)), style="bold"))
    console.print(Text(_conclusion(difference)))
    for warning in _warnings(difference):
        console.print(Text(warning, style="bold red"))
    for section in _sections(difference):
        console.print(Text(f"\n{section.title}", style="bold"))
        shown = Table(*section.head, box=None, header_style="dim", pad_edge=False)
        for place, column in enumerate(shown.columns):
            cells = [row[place] for row in section.rows]
            column.overflow, column.no_wrap = "fold", not any(_is_prose(str(one)) for one in cells)
            column.justify = "right" if all(isinstance(one, int | float) for one in cells) else "left"
        for row in section.rows:
            shown.add_row(*(f"{one:,}" if isinstance(one, int | float) else Text(one_line(one)) for one in row))
        console.print(shown)
    for change in difference.changes:
        if change.samples:
            console.print(Text(f"\n{_name(change)}: {change.rows:,}", style="bold"))
        for sample in change.samples:
            console.print(Text(one_line(f"{_ids(sample)}  {_fates(sample)}")))
            told = zip(_SAID, (*_texts(sample), _evidence(sample)), strict=True)
            lines = (f"{name} {one_line(text)}" for name, text in told if text)
            console.print(Padding(Text("\n".join(lines)), (0, 0, 0, 2)))


def as_markdown(difference: Difference) -> str:
    """The same as Markdown (GitHub's), every datum escaped."""
    parts = [f"## {cell(_headline(difference))}\n", f"{cell(_conclusion(difference))}\n"]
    parts += [f"> **{cell(warning)}**\n" for warning in _warnings(difference)]
    for section in _sections(difference):
        parts += [f"### {cell(section.title)}\n", table(section.head, section.rows)]
    for change in difference.changes:
        if change.samples:
            rows = [(_ids(one), _fates(one), *_texts(one), _evidence(one)) for one in change.samples]
            head = ("row · 행", "was → now · 변화", *_SAID)
            parts += [f"### {cell(_name(change))}: {change.rows:,}\n", table(head, rows)]
    return "\n".join(parts)


def _headline(difference: Difference) -> str:
    return " → ".join(
        f"{one.folder} ({one.name}, {one.manifest_sha256[:_DIGEST_CHARS]})" for one in (difference.old, difference.new)
    )


def _conclusion(difference: Difference) -> str:
    if difference.is_empty:
        return "nothing differs · 다른 것이 없습니다"
    if difference.is_same:
        return (
            "the same dataset: every kept row, its tags and its split are equal · "
            "같은 데이터셋입니다. 남은 행과 태그와 분할이 모두 같습니다"
        )
    if not any(change.rows for change in difference.changes):
        return (
            "the same rows with the same texts in the same splits; other columns differ, or what is counted · "
            "행과 글과 분할은 같고, 다른 열이나 집계가 다릅니다"
        )
    both = difference.stayed + difference.continued
    went, came = difference.old_rows - both, difference.new_rows - both
    return (
        f"{both:,} rows are in both, {went:,} went, {came:,} came · "
        f"양쪽에 있는 행 {both:,}, 없어진 행 {went:,}, 새로 온 행 {came:,}"
    )


def _warnings(difference: Difference) -> Iterator[str]:
    crossed = sum(flow.rows for flow in difference.crossed)
    if crossed:
        ways = ", ".join(f"{flow.was} → {flow.now} {flow.rows:,}" for flow in difference.crossed)
        yield (
            f"{crossed:,} rows stand in train of one release and are held out by the other ({ways}): judge a model by "
            "valid and test of the release it was trained on; rows added by python -m curation run --against A cross "
            "none of A's splits"
        )
        yield (
            f"행 {crossed:,}개가 한쪽에서는 학습용, 다른 쪽에서는 평가용입니다 ({ways}). 모델은 학습에 쓴 판의 "
            "valid·test로 평가하세요. python -m curation run --against A 로 더한 행은 A의 분할을 넘지 않습니다"
        )


def _sections(difference: Difference) -> Iterator[_Section]:
    old, new = difference.old, difference.new
    counts = ("read", "kept", "dropped", "quarantined")
    rows = [
        (f"{name} · {korean}", getattr(old, name), getattr(new, name), getattr(new, name) - getattr(old, name))
        for name, korean in zip(counts, ("읽음", "남음", "빠짐", "격리"), strict=True)
    ]
    yield _Section("rows · 행", ("", "old · 이전", "new · 지금", "±"), rows)
    changed = [change for change in difference.changes if change.rows]
    # A row moves, or is no repeat any more, because others came and went.
    others = "other inputs · 다른 입력" if difference.inputs else ""
    flows = [
        (
            "" if place else _name(change),
            flow.was or "-",
            flow.now or "-",
            flow.rows,
            "; ".join(map(_told, flow.causes)) or others,
        )
        for change in changed
        for place, flow in enumerate(change.flows)
    ]
    if flows:
        yield _Section(
            "what became of rows · 행의 변화",
            ("change · 변화", "was · 이전", "now · 지금", "rows · 행", "what bears on it · 관련된 차이"),
            flows,
        )
    differing = [*difference.settings, *difference.inputs, *difference.versions]
    if differing:
        yield _Section(
            "made otherwise · 다르게 만든 것",
            ("", "key · 이름", "old · 이전", "new · 지금"),
            [(_WHATS[one.what], one.key, *_values(one)) for one in differing],
        )
    figures = [one for one in difference.figures if not one.key.endswith(_FOLLOW)]
    if figures:
        yield _Section(
            "figures · 수치", ("figure · 수치", "old · 이전", "new · 지금"),
            [(one.key, *("-" if value is None else value for value in (one.old, one.new))) for one in figures],
        )  # fmt: skip
    if difference.broken_came or difference.broken_went:
        yield _Section(
            f"quarantined lines: {difference.broken_came:,} came, {difference.broken_went:,} went · 격리된 줄",
            ("release", "place · 자리", "reason · 까닭"),
            [(line.release, line.place, line.reason) for line in difference.broken],
        )


def _name(change: Change) -> str:
    korean, english = KIND_NAMES[change.kind]
    return f"{english} · {korean}"


def _told(one: Differs) -> str:
    return f"{one.key} {' → '.join(_values(one))}"


def _values(one: Differs) -> tuple[str, str]:
    return _value(one.old), _value(one.new)


def _ids(sample: Sample) -> str:
    ids = [row_id[:_ID_CHARS] for row_id in (sample.old_row_id, sample.row_id) if row_id]
    return f"{' → '.join(ids)} {sample.place}"


def _fates(sample: Sample) -> str:
    return f"{sample.was or '-'} → {sample.now or '-'}"


def _evidence(sample: Sample) -> str:
    because = [f"{key} {_value(value)}" for key, value in sample.because.items()]
    return "; ".join([*because, *map(_told, sample.causes)])


def _texts(sample: Sample) -> tuple[str, str]:
    return _before_after(sample.old_question, sample.question), _before_after(sample.old_answer, sample.answer)


def _before_after(old: str | None, new: str) -> str:
    return new if old is None else f"{old} → {new}"


def _is_prose(text: str) -> bool:
    """A name or a number is not broken at a terminal: rules/short_answer."""
    return len(text) > _NARROW_CHARS or " " in text


def _value(value: object) -> str:
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _SHA256.sub(lambda found: found[0][:_DIGEST_CHARS], text)
    return text if len(text) <= _VALUE_CHARS else f"{text[:_VALUE_CHARS]} …"
