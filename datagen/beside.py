"""Pairs as one looks at them: each exchange beside the passages it rests on, with the quoted spans marked."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from curation.manifest import Manifest, open_manifest

Row = Mapping[str, Any]
Lookup = Callable[[str], str]  # the text of a document by its SHA-256; "" where the folder does not hold it

LEVELS = {
    "hapsyo": "합쇼체", "haeyo": "해요체", "hao": "하오체", "hage": "하게체", "hae": "반말", "haera": "해라체",
    "plain": "평서체", "nominal": "명사형", "fragment": "조각", "none": "없음",
}  # fmt: skip
ROLES = {"user": "질문", "assistant": "답변", "system": "시스템"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: one of the kinds, from one of the documents (part of a name), one of the ids (or how it begins),
    refused by the gate; what is empty asks nothing."""

    kinds: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    gate: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """[start, end) of a document in pieces: (text, whether it is quoted); `cut`: begins or ends within a line."""

    document: str
    section: tuple[str, ...]
    start: int
    end: int
    pieces: tuple[tuple[str, bool], ...]
    cut: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Messages up to an answer, (role, content) each, and what that answer rests on."""

    turns: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]


def open_rows(folder: Path) -> tuple[Manifest, list[Row], list[Row]]:
    """A datagen folder's manifest, its candidates and its rejected pairs; all digests are verified first."""
    manifest = open_manifest(folder, kind="candidates")
    return manifest, read_rows(manifest, "candidates.jsonl"), read_rows(manifest, "rejected.jsonl")


def read_rows(manifest: Manifest, name: str) -> list[Row]:
    """The rows of a file that the manifest lists; none where it lists no such file."""
    if name not in {file["path"] for file in manifest.data.get("files", [])}:
        return []
    with (manifest.folder / name).open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def documents_of(manifest: Manifest) -> Lookup:
    """Texts by SHA-256, only from files that the manifest lists."""
    listed = {file["path"] for file in manifest.data.get("files", [])}

    @lru_cache(maxsize=256)
    def text(sha256: str) -> str:
        name = f"documents/{sha256}.txt"
        # Decoded by hand: opened as text, a \r in a quote would become \n and move every offset after it.
        return (manifest.folder / name).read_bytes().decode("utf-8") if name in listed else ""

    return text


def choose(rows: Sequence[Row], asked: Asked) -> list[Row]:
    """The rows that are as asked, in order."""
    # macOS types file names in NFD.
    names = [unicodedata.normalize("NFC", name) for name in asked.documents]
    return [
        row
        for row in rows
        if not asked.kinds or row["meta"].get("kind") in asked.kinds
        if not names or any(name in span["document"] for name in names for span in row["evidence"])
        if not asked.ids or any(row["id"].startswith(start) for start in asked.ids)
        if asked.gate is None or row.get("gate") == asked.gate
    ]


def draw(rows: Iterable[Row], *, size: int, seed: int) -> list[Row]:
    """`size` rows drawn by `seed` and content, whatever their order."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"{seed}|{row['id']}".encode()).digest())[:size]


def exchanges(row: Row, text: Lookup, *, around: int) -> list[Exchange]:
    """A row's messages, cut after each answer, beside its passages with up to `around` characters on either side."""
    answers = [index for index, message in enumerate(row["messages"]) if message["role"] == "assistant"]
    found: list[Exchange] = []
    turns: list[tuple[str, str]] = []
    for index, message in enumerate(row["messages"]):
        turns.append((message["role"], message["content"]))
        if message["role"] == "assistant":
            # What names no answer is shown beside the last: no evidence goes unseen.
            spans = [
                span
                for span in row["evidence"]
                if span["turn"] == index or (index == answers[-1] and span["turn"] not in answers)
            ]
            found.append(Exchange(tuple(turns), tuple(passages(spans, text, around=around))))
            turns = []
    return [*found, Exchange(tuple(turns), ())] if turns else found


def passages(spans: Sequence[Mapping[str, Any]], text: Lookup, *, around: int) -> list[Passage]:
    """What surrounds the spans, in the order of each document; neighbours are one passage with several marks.

    A span that does not stand where it says is shown as its quote alone: nothing is marked that was not quoted.
    """
    found: list[Passage] = []
    for sha256 in dict.fromkeys(span["sha256"] for span in spans):
        own = sorted(
            (span for span in spans if span["sha256"] == sha256), key=lambda span: (span["start"], span["end"])
        )
        source = text(sha256)
        true = [span for span in own if source[span["start"] : span["end"]] == span["quote"]]
        for group in _neighbours(true, source, around):
            found.append(_passage(group, source, around))
        found += [
            Passage(
                span["document"], tuple(span["section"]), span["start"], span["end"],
                ((span["quote"], True),), (False, False),
            )
            for span in own
            if span not in true
        ]  # fmt: skip
    return found


def facts(row: Row) -> list[str]:
    """What is known of a row, short: kind, persona, levels, ranks, the gate that refused it."""
    meta = row["meta"]
    asked, said = (LEVELS.get(str(meta.get(key)), str(meta.get(key))) for key in ("question_level", "answer_level"))
    ranks = meta.get("rank")
    shown = [str(meta.get("kind")), str(meta.get("persona")), f"{asked} → {said}"]
    if isinstance(ranks, dict):
        shown += [f"{name.upper()} {rank}위" for name, rank in sorted(ranks.items())]
    if meta.get("answerable") is False:
        shown.append("자료에 없음")
    if isinstance(review := meta.get("review"), dict):
        shown.append(f"검토 {review.get('verdict')}")
    return shown


def _neighbours(
    spans: Sequence[Mapping[str, Any]], source: str, around: int
) -> list[list[Mapping[str, Any]]]:  # fmt: skip
    """Spans whose surroundings touch, together; in order."""
    groups: list[list[Mapping[str, Any]]] = []
    reached = -1
    for span in spans:
        start, end = _window(source, span["start"], span["end"], around)
        if groups and start <= reached:
            groups[-1].append(span)
        else:
            groups.append([span])
        reached = max(reached, end)
    return groups


def _passage(spans: Sequence[Mapping[str, Any]], source: str, around: int) -> Passage:
    """One passage around spans in order of their start."""
    windows = [_window(source, span["start"], span["end"], around) for span in spans]
    first, last = min(start for start, _ in windows), max(end for _, end in windows)
    marked = [False] * (last - first)
    for span in spans:
        marked[span["start"] - first : span["end"] - first] = [True] * (span["end"] - span["start"])
    # Two quotes that stand side by side stay two marks.
    seams = {span["start"] - first for span in spans} & {span["end"] - first for span in spans}
    # Where the mark changes, or one quote ends as the next begins.
    cuts = [0, *(place for place in range(1, last - first) if marked[place] != marked[place - 1] or place in seams)]
    pieces = [
        (source[first + begin : first + end], marked[begin])
        for begin, end in pairwise([*cuts, last - first])
        if begin < end
    ]
    return Passage(
        spans[0]["document"], max((tuple(span["section"]) for span in spans), key=len), first, last, tuple(pieces),
        (_within_line(source, first), _within_line(source, last)),
    )  # fmt: skip


def _window(source: str, start: int, end: int, around: int) -> tuple[int, int]:
    """Up to `around` characters on either side: the span's block of lines and, where it fits, the one that leads to it.

    It begins and ends with whole lines where a line ends within reach.
    """
    low, high = max(0, start - around), min(len(source), end + around)
    block = source.rfind("\n\n", low, start)
    lead = source.rfind("\n\n", low, block) if block >= 0 else -1
    if lead >= 0:
        low = lead + 2
    elif block >= 0 and low:  # half a block leads nowhere
        low = block + 2
    elif low and (line := source.find("\n", low - 1, start)) >= 0:
        low = line + 1
    if (gap := source.find("\n\n", end, high + 1)) >= 0:
        high = gap
    elif high < len(source) and (line := source.rfind("\n", end, high + 1)) >= 0:
        high = line
    while low < start and source[low] == "\n":
        low += 1
    while high > end and source[high - 1] == "\n":
        high -= 1
    return low, high


def _within_line(source: str, place: int) -> bool:
    return 0 < place < len(source) and "\n" not in (source[place - 1], source[place])
