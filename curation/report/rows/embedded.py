"""The rows that a page carries inside itself, packed: what the script searches, filters and shows."""

import base64
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from curation.report.rows.differences import excerpt
from curation.report.rows.gathered import Gathered, gather, told_pairs
from curation.report.rows.lookup import MOST_CHARS, Found
from curation.report.rows.survey import MOST_ROWS

# A page with its rows: so much, and so much for each row, but no more than the last.
PAGE_BYTES, ROW_BYTES, MOST_BYTES = 300_000, 40, 5_000_000
# Characters of a text and of a quote, tried in turn. A quote says again what the answer says: it is left out first.
_SIZES = ((MOST_CHARS, 400), (800, 200), (400, 100), (200, 100), (200, 0), (120, 0), (80, 0), (60, 0), (45, 0))
_ID_CHARS = 12
_MOST_RATIO = 10  # of JSON to what it is packed: beyond, packing it is time lost


@dataclass(frozen=True, slots=True)
class Embedded:
    """Rows as the page carries them.

    `payload` is base64 of gzip of JSON, columnar; `rows` of the ledger's `total` are in it. Texts are cut behind
    `chars` characters; None where none is.
    """

    rows: int
    total: int
    chars: int | None
    payload: str


def embed(folder: Path, manifest: Mapping[str, Any], *, page_bytes: int, gathered: Gathered | None = None) -> Embedded:
    """The rows of a curated folder for a page that has `page_bytes` without them.

    All rows where there are at most 2,000; else 20 of each figure, then the first by id. If they are too many bytes,
    texts are cut ever shorter, and at last rows are left out, those of the figures last. Equal folders give equal
    bytes. `gathered`, where the folder's rows were gathered before.
    """
    gathered = gathered or gather(folder, manifest)
    total = manifest["steps"][0]["in"]
    rows = _with_pair_tags(_soonest_first(gathered)[:MOST_ROWS], manifest)
    for chars, quote_chars in _SIZES:
        data = _columns(rows, total, chars, quote_chars)
        room = _room(page_bytes, len(rows))
        if len(data) <= _MOST_RATIO * room and len(payload := _packed(data)) <= room:
            return Embedded(len(rows), total, _cut_at(rows, chars), payload)
    payload = _packed(data)
    while rows and len(payload) > (room := _room(page_bytes, len(rows))):
        rows = rows[: int(len(rows) * min(0.95, max(room, 0) / len(payload)))]
        payload = _packed(_columns(rows, total, chars, quote_chars))
    return Embedded(len(rows), total, _cut_at(rows, chars), payload)


def _room(page_bytes: int, rows: int) -> int:
    """How many bytes so many rows may be."""
    return min(PAGE_BYTES + ROW_BYTES * rows, MOST_BYTES) - page_bytes


def _soonest_first(gathered: Gathered) -> list[Found]:
    """By rank; lines that could not be read by their place among those of their reason."""
    of_reason: Counter[str | None] = Counter()
    ranked = [(*gathered.ranks[key], key, row) for key, row in gathered.rows.items()]
    for place, row in enumerate(gathered.broken):
        ranked.append((of_reason[row.reason], 0, place, row))
        of_reason[row.reason] += 1
    return [row for *_, row in sorted(ranked, key=lambda one: one[:3])]


def _with_pair_tags(rows: Sequence[Found], manifest: Mapping[str, Any]) -> list[Found]:
    """The rows with the figures they stand behind in pairs: `apart:numbers`, `nearest`, `leak:shared_answers`."""
    names = {"apart": "apart:{}", "nearest": "nearest", "shared": "leak:{}"}
    tags: defaultdict[str | None, list[str]] = defaultdict(list)
    for (field, group), pairs in told_pairs(manifest).items():
        for pair in pairs:
            told = [names[field].format(group), *([f"between:{pair.between}"] if pair.between else ())]
            for row_id in (pair.left, pair.right):
                tags[row_id] += told
    return [replace(row, tags=list(dict.fromkeys([*row.tags, *tags.get(row.row_id, ())]))) for row in rows]


def _columns(rows: Sequence[Found], total: int, chars: int, quote_chars: int) -> bytes:
    """The rows as columns of JSON, rows that are alike near each other, each list as long as the others."""
    rows = sorted(rows, key=lambda row: (row.question, row.answer, row.row_id or "", row.file, row.position))
    counts = Counter(tag for row in rows for tag in row.tags)
    tags = sorted(counts, key=lambda tag: (-counts[tag], tag))
    number = {tag: place for place, tag in enumerate(tags)}
    told = {
        "total": total,
        "chars": _cut_at(rows, chars),
        "tags": tags,
        "id": [(row.row_id or "")[:_ID_CHARS] for row in rows],
        "place": [f"{row.file}:{row.position}" for row in rows],
        "question": [excerpt(row.question, chars) for row in rows],
        "answer": [excerpt(row.answer, chars) for row in rows],
        "of": [sorted(number[tag] for tag in row.tags) for row in rows],
        "evidence": [_evidence(row, quote_chars) for row in rows],
        "why": [" · ".join(f"{key} {excerpt(value, chars)}" for key, value in row.facts.items()) for row in rows],
        "beside": [(row.witness or "")[:_ID_CHARS] for row in rows],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _evidence(row: Found, chars: int) -> str:
    """The first span that the row rests on: `quote — document › heading`; without room for quotes their place alone."""
    if not row.evidence:
        return ""
    first = row.evidence[0]
    place = " › ".join([first.document, *first.section])
    return f"{excerpt(first.text, chars)} — {place}" if chars else place


def _cut_at(rows: Sequence[Found], chars: int) -> int | None:
    is_cut = any(len(text) > chars for row in rows for text in (row.question, row.answer))
    return chars if is_cut else None


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
