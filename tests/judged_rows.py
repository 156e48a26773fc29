"""Rows made of their turns, tagged, and judged: what the tests of rules and of mendings both need."""

import json
from collections.abc import Sequence

import pyarrow as pa

from curation.korean.hangul import normalise
from curation.recipes.schema import CurationRecipe, Rules
from curation.records import CONTEXTS, EVIDENCE, MESSAGES
from curation.rules import judge
from curation.tags import tag

Turns = Sequence[tuple[str, str]]
EVIDENCE_SPAN = {
    "document": "가.md",
    "sha256": "0" * 64,
    "start": 0,
    "end": 2,
    "quote": "재고",
    "section": [],
    "turn": 1,
}


def recipe(target: str = "polite", **rules: object) -> CurationRecipe:
    return CurationRecipe(target_answer=target, rules=Rules(**rules))


def asked(question: str, answer: str) -> Turns:
    return [("user", question), ("assistant", answer)]


def tagged(
    rows: Sequence[Turns], *, quote: str = EVIDENCE_SPAN["quote"], meta: str = "{}", source_row_id: str | None = None
) -> pa.Table:
    """The rows as the reader and the tags leave them."""
    evidence = [[{**EVIDENCE_SPAN, "quote": quote}]] * len(rows)
    messages = [[{"role": role, "content": normalise(text)} for role, text in turns] for turns in rows]
    return retag(
        pa.table(
            {
                "messages": pa.array(messages, MESSAGES),
                "source_row_id": pa.array([source_row_id] * len(rows), pa.string()),
                "evidence": pa.array(evidence, EVIDENCE),
                "contexts": pa.array([[]] * len(rows), CONTEXTS),
                "meta": pa.array([meta] * len(rows), pa.string()),
            }
        )
    )


def retag(rows: pa.Table) -> pa.Table:
    """The rows with fresh tags, in the columns they came with."""
    fresh = tag(rows.select(["messages", "source_row_id", "evidence", "contexts", "meta"]))
    known = rows.column_names if "question" in rows.column_names else fresh.column_names
    return pa.table({name: fresh[name] if name in fresh.column_names else rows[name] for name in known})


def judged(rows: Sequence[Turns], by: CurationRecipe | None = None, **options: object) -> list[dict[str, object]]:
    """Each row judged: its contents, reason, because and edits."""
    found = judge(tagged(rows), by or CurationRecipe(), retag, **options).to_pylist()
    return [
        {
            "texts": [turn["content"] for turn in row["messages"]],
            "reason": row["reason"],
            "because": row["because"] and json.loads(row["because"]),
            "edits": json.loads(row["edits"]) if row["edits"] else [],
        }
        for row in found
    ]
