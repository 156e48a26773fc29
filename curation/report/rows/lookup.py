"""The rows that are shown, read whole from a curated folder: where they came from, what they say, their tags."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from curation.dataset.ledger import each_ledger_block
from curation.dataset.shards import each_group, upper_bits
from curation.leaks.dealing import SPLITS
from curation.report.rows.clusters import Clusters
from curation.report.rows.differences import excerpt
from curation.report.rows.facets import FACET_COLUMNS, Scale, kept_facets, tags_by_row, why_tags
from curation.report.rows.firsts import Keys
from curation.report.rows.hidden import hide_personal
from curation.report.rows.shown import Quote

MOST_CHARS = 2_000  # of a text that is shown
LEDGER_CHARS = 200  # of a row that did not stay: the ledger has no more
_COLUMNS = ("row_id", "messages", "evidence", "contexts", "cluster_id")
_MOST_QUOTES = 3
_NAME_CHARS = 200  # of a document and its headings
_EDGE_CHARS = 100  # beyond a text's end: a number that lies across it is still seen whole, and hidden
# In `because`, but shown otherwise.
_APART = {"question", "answer", "edits", "kept", "jaccard"}


@dataclass(frozen=True, slots=True)
class Found:
    """A row to show. Texts are cut behind `MOST_CHARS`; `because` is the ledger's, `facts` what of it is shown as text.

    `tags` are all figures it stands behind, but for those of pairs.
    """

    row_id: str | None
    file: str
    position: int
    source: str
    verdict: Literal["keep", "drop", "quarantine"]
    split: str | None
    step: str | None
    reason: str | None
    because: Mapping[str, Any]
    tags: Sequence[str]
    question: str = ""
    answer: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, str] | None = None
    license: str | None = None
    evidence: Sequence[Quote] = ()
    cluster_id: str | None = None

    @property
    def witness(self) -> str | None:
        """The id of the kept row that it repeats; None where it repeats none, or a row of an earlier release."""
        return None if "release" in self.because else self.because.get("kept")


@dataclass(frozen=True, slots=True)
class _Row:
    """What the shards say of a row."""

    question: str
    answer: str
    levels: tuple[str, str]
    license: str
    evidence: Sequence[Quote]
    cluster_id: str
    tags: Sequence[str]


def key_of(row_id: str) -> int:
    """The first 64 bits of an id."""
    return int(row_id[:16], 16)


def look_up(folder: Path, keys: Keys, broken: pa.Table, scale: Scale, clusters: Clusters) -> list[Found]:
    """The rows of these `keys`, by id, and then the quarantined lines `broken`; personal data in them is hidden."""
    lines = sorted(_lines(folder, keys), key=lambda line: str(line["row_id"]))
    rows = dict(_rows(folder, np.union1d(keys, clusters.replaced(keys)[1]), scale))
    told = [_found(line, rows.get(line["row_id"]), rows.get(line["because"].get("kept")), clusters) for line in lines]
    told += [_found(_parsed(line), None, None, clusters) for line in broken.to_pylist()]
    return _cut(hide_personal(told, in_turns=not scale.has_pseudonyms))


def _cut(rows: Sequence[Found]) -> list[Found]:
    return [
        replace(
            row,
            question=excerpt(row.question, MOST_CHARS),
            answer=excerpt(row.answer, MOST_CHARS),
            evidence=[replace(quote, text=excerpt(quote.text, MOST_CHARS)) for quote in row.evidence],
        )
        for row in rows
    ]


def _facts(because: Mapping[str, Any]) -> dict[str, str]:
    """What else the ledger tells of a row, as text; of a repeat what it repeats only where that is not beside it."""
    apart = _APART - {"kept"} if "release" in because else _APART
    return {key: _as_text(value) for key, value in because.items() if key not in apart}


def _found(line: Mapping[str, Any], row: _Row | None, witness: _Row | None, clusters: Clusters) -> Found:
    because = line["because"]
    home = row or witness
    cluster = home.cluster_id if home else None
    told = [because.get(role, "") for role in ("question", "answer")]
    question, answer = (text if len(text) < LEDGER_CHARS else f"{text}…" for text in told)
    tags = row.tags if row else _gone_tags(line)
    whys = [tag for edit in because.get("edits", ()) for tag in why_tags(edit["why"])]
    return Found(
        **{key: line[key] for key in ("row_id", "file", "position", "source", "verdict", "split", "step", "reason")},
        because=because,
        tags=list(dict.fromkeys([*tags, *whys, *_cluster_tags(cluster, clusters)])),
        question=row.question if row else question,
        answer=row.answer if row else answer,
        facts=_facts(because),
        levels=row.levels if row else None,
        license=row.license if row else None,
        evidence=row.evidence if row else (),
        cluster_id=cluster,
    )


def _gone_tags(line: Mapping[str, Any]) -> list[str]:
    own = [f"{key}:{line[key]}" for key in ("verdict", "step", "source")]
    return [*own, f"reason:{line['step']}/{line['reason']}"]


def _cluster_tags(cluster: str | None, clusters: Clusters) -> list[str]:
    """None for a row that stands alone."""
    size = int(clusters.sizes_of(np.array([key_of(cluster)], dtype=np.uint64))[0]) if cluster else 1
    return [f"cluster:{cluster}", f"cluster_size:{size}"] if size > 1 else []


def _lines(folder: Path, keys: Keys) -> Iterator[dict[str, Any]]:
    """The ledger's lines of these rows."""
    for lines in each_ledger_block(folder):
        named = lines.filter(lines["row_id"].is_valid())
        chosen = named.filter(pa.array(np.isin(upper_bits(named["row_id"]), keys)))
        yield from map(_parsed, chosen.to_pylist())


def _parsed(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "because": json.loads(line["because"])}


def _rows(folder: Path, keys: Keys, scale: Scale) -> Iterator[tuple[str, _Row]]:
    """These rows of the shards, one block at a time: a text may be a megabyte."""
    for split in SPLITS:
        for block in each_group(folder, split, [*_COLUMNS, *FACET_COLUMNS]):
            rows = block.filter(pa.array(np.isin(upper_bits(block["row_id"]), keys)))
            tags = tags_by_row(kept_facets(rows, split, scale), rows.num_rows)
            columns = [*_COLUMNS, "user_level", "assistant_level", "license"]
            for row, own in zip(rows.select(columns).to_pylist(), tags, strict=True):
                yield (
                    row["row_id"],
                    _Row(
                        _said(row, "user"),
                        _said(row, "assistant"),
                        (row["user_level"], row["assistant_level"]),
                        row["license"],
                        _quotes(row["evidence"] or ()),
                        row["cluster_id"],
                        own,
                    ),
                )


def _said(row: Mapping[str, Any], role: str) -> str:
    """What one side says; of a question that contexts stand before, what follows the last blank line."""
    turns = [turn["content"] for turn in row["messages"] if turn["role"] == role]
    if role == "user" and row["contexts"]:
        turns = [turn.rstrip().rpartition("\n\n")[2] for turn in turns]
    return "\n".join(turns)[: MOST_CHARS + _EDGE_CHARS]


def _quotes(evidence: Sequence[Mapping[str, Any]]) -> list[Quote]:
    """The first different spans."""
    spans = {(span["document"], span["start"], span["end"]): span for span in reversed(evidence)}
    return [
        Quote(
            excerpt(span["document"], _NAME_CHARS),
            [excerpt(heading, _NAME_CHARS) for heading in span["section"] or ()],
            span["start"],
            span["end"],
            span["quote"][: MOST_CHARS + _EDGE_CHARS],
        )
        for span in [*reversed(spans.values())][:_MOST_QUOTES]
    ]


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict) and "quote" in value:
        return f"“{value['quote']}”"
    return json.dumps(value, ensure_ascii=False)
