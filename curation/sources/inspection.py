"""What a file holds, before it is curated: its shapes and how they are read, what goes to meta, what cannot be read."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.recipes.schema import Read, Source
from curation.records import UnreadableError, find_row_id
from curation.sources.chunks import Chunk, cut
from curation.sources.encodings import UTF8
from curation.sources.inputs import InputFile, find_inputs
from curation.sources.reading import parse_chunk, read_records
from curation.sources.shapes.recognise import SHAPES, Recognised, recognise

MOST_ROWS = 5_000  # of a longer file only so many are looked at,
MOST_BYTES = 64 * 2**20  # or fewer, where they are large
_FIRST_UNREAD = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One row: its fields, the turns they became, and which became which (`Q` → `user`)."""

    fields: Mapping[str, Any]
    turns: Sequence[Mapping[str, str]]
    became: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be read: where it is and why."""

    position: int
    reason: str
    detail: str
    fields: Mapping[str, Any]  # none where the record cannot be parsed


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen in the file's first rows, or in all of them (`is_whole`)."""

    file: InputFile
    rows: int  # read or not; blank lines are none
    blank: int
    is_whole: bool
    encoding: str
    shapes: Mapping[str, int]  # the most frequent first
    examples: Mapping[str, Example]  # of each shape its first row
    meta: Mapping[str, int]  # fields that stay with the row as `meta`, and how many rows have them
    licenses: Mapping[str, int]
    unanswered: int  # rows without an assistant's turn
    unread: Mapping[str, int]  # reason → rows
    first_unread: Sequence[Unread]
    entry: str  # the `[[read.sources]]` that says all this in a recipe


def inspect_file(path: Path, source: Source) -> Inspection:
    """Look at the first rows of one file as a run would read them; `source` is what a recipe would say of it.

    Raises InputError where the file is no input at all or holds no row, or `source` names what there is not.
    """
    settings = Read(sources=[source.model_copy(update={"files": "*"})])
    files = find_inputs([path], settings)
    if len(files) > 1:
        raise InputError(
            str(path), f"holds {len(files):,} files", mend=f"give one of them, such as {files[0].path}",
            mend_ko=f"파일 하나를 지정하세요. 예: {files[0].path}",
        )  # fmt: skip
    seen = _first_rows(files[0], settings)
    if not seen.read and not seen.unread:
        raise InputError(
            str(path), "holds no row", mend="give a file with records in it",
            mend_ko="행이 없습니다. 행이 있는 파일을 지정하세요",
        )  # fmt: skip
    return _summed_up(files[0], seen)


@dataclass(frozen=True, slots=True)
class _Row:
    fields: Mapping[str, Any]
    found: Recognised
    turns: Sequence[Mapping[str, str]]
    license: str
    meta: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Seen:
    read: list[_Row]
    unread: list[Unread]
    blank: int = 0
    bytes: int = 0
    encoding: str = UTF8
    is_whole: bool = True


def _first_rows(file: InputFile, settings: Read) -> _Seen:
    seen = _Seen([], [])
    for chunk in cut(file, settings):  # `scan` refuses a table that no shape fits
        if len(seen.read) + len(seen.unread) >= MOST_ROWS or seen.bytes >= MOST_BYTES:
            return replace(seen, is_whole=False)
        rows, broken, size = _look(chunk, settings)
        seen = _Seen(
            [*seen.read, *rows], [*seen.unread, *broken], seen.blank + chunk.blank, seen.bytes + size, chunk.encoding
        )
    return seen


def _look(chunk: Chunk, settings: Read) -> tuple[list[_Row], list[Unread], int]:
    """A chunk's rows, with what they were before; those that cannot be read; and how many bytes the rows hold."""
    fields = {line.number: one for line, one in read_records(chunk) if not isinstance(one, UnreadableError)}
    parsed = parse_chunk(chunk, settings)
    rows = []
    for row in parsed.rows.select(["position", "messages", "license", "meta"]).to_pylist():
        found = recognise(fields[row["position"]], chunk.file.settings)
        if found is not None:  # always, since a row was made of it
            meta = list(json.loads(row["meta"]))
            rows.append(_Row(fields[row["position"]], found, row["messages"], row["license"], meta))
    unread = [Unread(one.line.number, one.reason, one.detail, fields.get(one.line.number, {})) for one in parsed.broken]
    return rows, unread, parsed.rows.nbytes


def _summed_up(file: InputFile, seen: _Seen) -> Inspection:
    read, unread = seen.read, seen.unread
    shapes = Counter(row.found.shape for row in read)
    licenses = Counter(row.license for row in read)
    first = {row.found.shape: row for row in reversed(read)}
    return Inspection(
        file=file,
        rows=len(read) + len(unread),
        blank=seen.blank,
        is_whole=seen.is_whole,
        encoding=seen.encoding,
        shapes=dict(shapes.most_common()),
        examples={shape: Example(first[shape].fields, first[shape].turns, _became(first[shape])) for shape in shapes},
        meta=dict(sorted(Counter(name for row in read for name in row.meta).items())),
        licenses=dict(licenses.most_common()),
        unanswered=sum(all(turn["role"] != "assistant" for turn in row.turns) for row in read),
        unread=dict(Counter(one.reason for one in unread).most_common()),
        first_unread=unread[:_FIRST_UNREAD],
        entry=_entry(file, shapes, licenses, [one.fields for one in unread if one.fields]),
    )


def _became(row: _Row) -> dict[str, str]:
    """Each used field and what it became: the role that says its text, `turns` where it holds them, or `row id`."""
    became = {}
    for name in row.found.fields:
        value = row.fields[name]
        said = value.strip() if isinstance(value, str) else value
        saying = [turn["role"] for turn in row.turns if isinstance(said, str) and said in turn["content"]]
        became[name] = "nothing" if not said else saying[0] if len(saying) == 1 else "turns"
    if row_id := find_row_id(row.fields, row.found):
        became[row_id[0]] = "row id"
    return became


def _entry(
    file: InputFile, shapes: Mapping[str, int], licenses: Mapping[str, int], unread: Sequence[Mapping[str, Any]]
) -> str:
    """The TOML that names all this; what only a person can know is a comment."""
    source = file.settings
    lines = ["[[read.sources]]", f"files = {_toml(file.name)}", f"name = {_toml(source.name or file.source)}"]
    stated = source.license or next((name for name in licenses if name != "NOASSERTION"), None)
    if stated:
        lines.append(f"license = {_toml(stated)}")
    else:
        lines.append('# license = "CC-BY-4.0"  # none is stated: its SPDX name · 적힌 것이 없으니 SPDX 이름을 적으세요')
    fields = source.fields
    if len(shapes) == 1:
        lines.append(f"shape = {_toml(next(iter(shapes)))}")
    elif shapes:
        lines.append("# no shape: each row is recognised by itself · 행마다 따로 인식합니다")
    elif guess := _guess_fields(unread):
        lines.append("# no shape fits: which field is the question, which the answer? · 질문과 답변 필드를 적으세요")
        fields = guess
    if fields:
        lines.append(f"fields = {_table(fields)}")
    if source.options:
        lines.append(f"options = {_table(source.options)}")
    else:
        lines += [f"# options = {_choice(shape.options)}" for shape in SHAPES if shape.name in shapes and shape.options]
    return "\n".join(lines)


def _choice(options: Mapping[str, Sequence[str]]) -> str:
    """A shape's options with their defaults, and what else the last may be: `{ task = "summary" }  # or diary`."""
    defaults = {option: values[0] if values else "…" for option, values in options.items()}
    others = [value for values in options.values() for value in values[1:]]
    return _table(defaults) + (f"  # or {', '.join(dict.fromkeys(others))}" if others else "  # any text")


def _guess_fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The first fields of the first row that hold words: perhaps the question and its answer."""
    said = [name for name, value in rows[0].items() if isinstance(value, str) and " " in value.strip()] if rows else []
    return dict(zip(("question", "answer"), said, strict=False))


def _table(entries: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{name} = {_toml(value)}" for name, value in entries.items()) + " }"


def _toml(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and what no terminal should obey besides."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in json.dumps(text, ensure_ascii=False))
