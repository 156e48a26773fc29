"""Rows tagged with their speech levels, or rewritten in another one: streamed in batches, in order, none lost."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from curation.errors import InputError
from curation.files import canonical_json, replacing
from curation.korean.hangul import Normalised, normalise_with_offsets
from curation.korean.register import Edit, Target, convert
from curation.korean.speech_level import MessageTag, Sentence, tag_messages
from curation.rows import FORMATS, Row, Source, extended, no_row, opening, read_rows, replaced
from curation.sources.formats import Format
from curation.sources.reading import Broken
from curation.sources.spans import Slot

BATCH_ROWS = 1_024
_BATCH_CHARS = 2**20  # long rows make a batch sooner, so that memory stays bounded
_SHOWN = 5

Counts = Counter[tuple[str, str, str]]  # (what, role, name): ("label", "assistant", "polite") → 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as they are to be written, what was counted in them, and each sentence that could not be converted."""

    written: list[str]
    counts: Counts
    unconverted: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Targets:
    """Where rows go (None: stdout), and unconverted sentences and broken lines; each file is written whole or not."""

    out: Path | None
    unconverted: Path | None = None

    @property
    def quarantine(self) -> Path | None:
        """Beside `out`; it is written only where a line is broken."""
        return self.out.with_name(f"{self.out.stem}.quarantine.jsonl") if self.out else None


@dataclass(frozen=True, slots=True)
class Done:
    """What was read: rows, broken lines (the first few), and the counts of all batches."""

    rows: int
    broken: int
    first_broken: tuple[Broken, ...]
    counts: Counts


def tag_rows(rows: Sequence[Row], source: Source, words: tuple[str, ...] = ()) -> Batch:
    """Each row with its speech levels behind its own columns (`added_columns`). Offsets count in the row's own text."""
    normal = normalise_with_offsets([slot.text for row in rows for slot in row.slots])
    tags = tag_messages([one.text for one in normal], words)
    found = iter([_in_place(tag, one) for tag, one in zip(tags, normal, strict=True)])
    written: list[str] = []
    counts: Counts = Counter()
    for row in rows:
        tagged = list(zip(row.slots, islice(found, len(row.slots)), strict=True))
        for slot, tag in tagged:
            counts["label", slot.role, tag.label] += 1
            counts["offending", slot.role, "offending"] += tag.offending is not None
            counts.update(("level", slot.role, sentence.level.value) for sentence in tag.sentences)
        written.append(row.raw + row.line_end if row.is_blank else extended(row, source, _columns(tagged, source)))
    return Batch(written, counts, [])


def added_columns(source: Source) -> tuple[str, ...]:
    """The names of the columns that `tag_rows` adds."""
    if source.format is Format.TEXT:
        return ("level", "sentence_levels")
    middle = "sentences" if source.format is Format.JSONL else "sentence_levels"
    return (f"{source.field}_level", f"{source.field}_{middle}", f"{source.field}_offending")


def rewrite_rows(rows: Sequence[Row], source: Source, to: Target, words: tuple[str, ...] = ()) -> Batch:
    """Each row with its texts in another speech level; every byte outside the texts that change stays."""
    normal = normalise_with_offsets([slot.text for row in rows for slot in row.slots])
    found = iter(zip(convert([one.text for one in normal], to=to, words=words), normal, strict=True))
    written: list[str] = []
    counts: Counts = Counter()
    unconverted: list[dict[str, object]] = []
    for row in rows:
        texts = []
        for slot, (result, one) in zip(row.slots, islice(found, len(row.slots)), strict=True):
            texts.append(_edited(slot.text, result.edits, one))
            counts["edits", "", "edits"] += len(result.edits)
            for first, last, reason in result.unconverted:
                start, end = one.source(first, last)
                span = {"start": start, "end": end, "text": slot.text[start:end]}
                unconverted.append({"position": row.position, "turn": slot.turn, **span, "reason": reason})
                counts["unconverted", "", reason.partition(":")[0]] += 1  # a reason may go on to quote the sentence
        written.append(replaced(row, source, texts))
        if not row.is_blank:
            counts["rows", "", "changed" if texts != [slot.text for slot in row.slots] else "unchanged"] += 1
    return Batch(written, counts, unconverted)


def annotate(
    source: Source,
    work: Callable[[Sequence[Row]], Batch],
    targets: Targets,
    stdout: BinaryIO,
    *,
    added: Sequence[str] = (),
    limit: int | None = None,
    on_byte: Callable[[int], None] = lambda _: None,
) -> Done:
    """Every row through `work`, batch by batch; `limit` ends the reading after so many rows and broken lines.

    Nothing is left at the targets where it does not end well. Raises InputError where no row could be read.
    """
    rows = broken = 0
    first: list[Broken] = []
    counts: Counts = Counter()
    before = opening(source, added)
    with ExitStack() as files:
        out = files.enter_context(replacing(targets.out)) if targets.out else stdout
        unconverted = files.enter_context(replacing(targets.unconverted)) if targets.unconverted else None
        quarantine: BinaryIO | None = None
        for good, bad, end_byte in _batches(_limited(read_rows(source), limit)):
            batch = work(good)
            out.write("".join([before, *batch.written]).encode())
            before = ""
            counts.update(batch.counts)
            if unconverted:
                unconverted.writelines(map(_as_line, batch.unconverted))
            if bad and targets.quarantine:
                quarantine = quarantine or files.enter_context(replacing(targets.quarantine))
                quarantine.writelines(_as_line(one.as_json()) for one in bad)
            rows += sum(not row.is_blank for row in good)
            broken += len(bad)
            first += bad[: _SHOWN - len(first)]
            on_byte(end_byte)
        if rows == 0:
            raise no_row(source, first[0] if first else None)
    if targets.quarantine and not broken:
        targets.quarantine.unlink(missing_ok=True)  # an earlier run's, which --fresh replaces
    return Done(rows, broken, tuple(first), counts)


def check_targets(source: Source, targets: Targets, *, fresh: bool) -> None:
    """Raise InputError where a target is the input, stands there already, or has another format's suffix."""
    files = [path for path in (targets.out, targets.unconverted, targets.quarantine) if path]
    for place, path in enumerate(files):
        if path.resolve() in [source.path.resolve(), *(other.resolve() for other in files[:place])] or (
            path.exists() and path.samefile(source.path)
        ):
            raise _bad_target(
                path, "is read or written by this command already", "choose another name", "다른 이름을 쓰세요"
            )
        if path.exists() and not (fresh and path.is_file()):
            mend_ko = "다른 이름을 쓰거나 --fresh 로 덮어쓰세요"
            raise _bad_target(path, "is there already", "choose another name, or replace it with --fresh", mend_ko)
    suffix = targets.out.suffix.lower() if targets.out else ""
    if targets.out and FORMATS.get(suffix, source.format) is not source.format:
        fault = f"would hold {source.format.upper()}, as {source.path.name} does"
        raise _bad_target(
            targets.out, fault, f"name it {source.path.suffix}", f"확장자를 {source.path.suffix} 로 하세요"
        )


def _bad_target(path: Path, what: str, mend: str, mend_ko: str) -> InputError:
    return InputError(str(path), what, mend=mend, mend_ko=mend_ko)


def _limited(found: Iterable[Row | Broken], limit: int | None) -> Iterator[Row | Broken]:
    count = 0
    for one in found:
        count += not (isinstance(one, Row) and one.is_blank)
        if limit is not None and count > limit:
            return
        yield one


def _batches(found: Iterable[Row | Broken]) -> Iterator[tuple[list[Row], list[Broken], int]]:
    """Rows and broken lines in batches, each with the byte of the file it ends at."""
    rows: list[Row] = []
    broken: list[Broken] = []
    chars = end_byte = 0
    for one in found:
        if isinstance(one, Row):
            rows.append(one)
            chars, end_byte = chars + len(one.raw), one.end_byte
        else:
            broken.append(one)
            chars, end_byte = chars + one.line.length, one.line.offset + one.line.length
        if len(rows) + len(broken) == BATCH_ROWS or chars >= _BATCH_CHARS:
            yield rows, broken, end_byte
            rows, broken, chars = [], [], 0
    if rows or broken:
        yield rows, broken, end_byte


def _columns(tagged: Sequence[tuple[Slot, MessageTag]], source: Source) -> Mapping[str, object]:
    """The added columns of one row: lists beside the messages where the field holds messages."""
    if source.format is Format.JSONL:
        values = [(tag.label, [_sentence(one) for one in tag.sentences], tag.offending) for _, tag in tagged]
        is_one_text = tagged[0][0].turn is None
        cells: Iterable[object] = values[0] if is_one_text else map(list, zip(*values, strict=True))
        return dict(zip(added_columns(source), cells, strict=True))
    slot, tag = tagged[0]
    levels = " ".join(sentence.level for sentence in tag.sentences)
    offending = slot.text[slice(*tag.offending)] if tag.offending else ""
    return dict(zip(added_columns(source), (tag.label, levels, offending), strict=False))  # text: the first two


def _sentence(one: Sentence) -> dict[str, object]:
    return {"start": one.start, "end": one.end, "level": one.level.value, "confidence": one.confidence}


def _in_place(tag: MessageTag, normal: Normalised) -> MessageTag:
    """A tag of the normal form with its offsets in the text as the file holds it (macOS writes 한 in three letters)."""
    sentences = []
    for one in tag.sentences:
        start, end = normal.source(one.start, one.end)
        sentences.append(replace(one, start=start, end=end))
    return replace(tag, sentences=tuple(sentences), offending=normal.source(*tag.offending) if tag.offending else None)


def _edited(text: str, edits: Sequence[Edit], normal: Normalised) -> str:
    pieces, position = [], 0
    for edit in edits:
        start, end = normal.source(edit.start, edit.end)
        pieces += [text[position:start], edit.after]
        position = end
    return "".join([*pieces, text[position:]])


def _as_line(value: object) -> bytes:
    return canonical_json(value) + b"\n"
