"""The ledger: one line for every row that ever entered, with its verdict and the evidence for it."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.errors import InputError
from curation.files import canonical_json
from curation.manifest import open_manifest
from curation.reading import Broken
from curation.verdicts import Verdict

LEDGER = pa.schema(
    [
        ("row_id", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("position", pa.int64()),
        ("verdict", pa.string()),
        ("split", pa.string()),
        ("step", pa.string()),
        ("reason", pa.string()),
        ("because", pa.string()),
    ]
)
STEPS = ("read", "rules", "repeats", "split")  # in the order in which a row can fall


def make_ledger(rows: pa.Table, verdicts: Sequence[Verdict], broken: Sequence[Broken]) -> pa.Table:
    """The ledger: rows in the order of `rows`, then broken lines by place. Dropped rows bring an excerpt."""
    texts = zip(rows["question"].to_pylist(), rows["answer"].to_pylist(), strict=True)
    lines = [
        {
            **row,
            "verdict": verdict.verdict,
            "split": verdict.split,
            "step": verdict.step,
            "reason": verdict.reason,
            "because": _because(verdict, question, answer),
        }
        for row, verdict, (question, answer) in zip(
            rows.select(["row_id", "source", "file", "position"]).to_pylist(), verdicts, texts, strict=True
        )
    ]
    lines += [
        {
            "source": line.source,
            "file": line.file,
            "position": line.line.number,
            "verdict": "quarantine",
            "step": "read",
            "reason": line.reason,
            "because": canonical_json({"detail": line.detail}).decode(),
        }
        for line in sorted(broken, key=lambda line: (line.file, line.line.number, line.line.sha256))
    ]
    return pa.Table.from_pylist(lines, schema=LEDGER)


def count_steps(ledger: pa.Table) -> list[dict[str, Any]]:
    """The row funnel: for each step rows in, out, dropped and quarantined, and how many for which reason."""
    fallen = Counter(zip(*(ledger[key].to_pylist() for key in ("step", "verdict", "reason")), strict=True))
    steps: list[dict[str, Any]] = []
    entering = ledger.num_rows
    for name in STEPS:
        reasons = {reason: count for (step, _, reason), count in sorted(fallen.items(), key=str) if step == name}
        quarantined = sum(
            count for (step, verdict, _), count in fallen.items() if (step, verdict) == (name, "quarantine")
        )
        dropped = sum(reasons.values()) - quarantined
        leaving = entering - dropped - quarantined
        steps.append(
            {
                "step": name,
                "in": entering,
                "out": leaving,
                "dropped": dropped,
                "quarantined": quarantined,
                "reasons": reasons,
            }
        )
        entering = leaving
    return steps


def check_accounts(steps: Sequence[dict[str, Any]], *, read: int, kept: int) -> None:
    """Raise RuntimeError unless every row read is kept, dropped or quarantined: at each step, and in total."""
    lost = sum(step["dropped"] + step["quarantined"] for step in steps)
    adds_up = (
        steps[0]["in"] == read
        and steps[-1]["out"] == kept
        and read == kept + lost
        and all(step["in"] == step["out"] + step["dropped"] + step["quarantined"] for step in steps)
        and all(one["out"] == following["in"] for one, following in pairwise(steps))
    )
    if not adds_up:
        raise RuntimeError(f"rows vanished: {read} read, {kept} kept, {lost} dropped or quarantined; {list(steps)}")


def explain(folder: Path, row: str) -> dict[str, Any]:
    """The ledger's line for a row, given by its `row_id`, a beginning of it, or `FILE:LINE`; `because` as an object."""
    ledger = read_ledger(folder)
    place = pc.binary_join_element_wise(ledger["file"], pc.cast(ledger["position"], pa.string()), ":")
    ids = pc.fill_null(pc.starts_with(ledger["row_id"], row), False)
    found = ledger.filter(pc.or_(ids, pc.equal(place, row))).to_pylist()
    if len(found) != 1:
        raise InputError(
            str(folder / "ledger.parquet"), f"{len(found) or 'no'} rows are called {row!r}",
            mend="give a row_id (or a longer beginning of it), or FILE:LINE as the ledger names it",
            mend_ko="row_id 를 더 길게 쓰거나, 원장에 적힌 파일:줄 번호를 지정하세요",
        )  # fmt: skip
    return {**found[0], "because": json.loads(found[0]["because"])}


def read_ledger(folder: Path) -> pa.Table:
    """The ledger of a curated folder."""
    return pq.read_table(open_manifest(folder, kind="dataset").folder / "ledger.parquet")


def _because(verdict: Verdict, question: str, answer: str) -> str:
    if verdict.verdict == "keep":
        return "{}"
    # The shards hold no dropped row; without its words nobody could judge whether it went rightly.
    return canonical_json({**verdict.because, "question": question[:200], "answer": answer[:200]}).decode()
