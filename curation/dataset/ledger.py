"""The ledger: one line for every row that ever entered, with its verdict and the evidence for it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.dataset.verdicts import KEPT, STEPS, Verdicts
from curation.engine.sink import PARQUET, in_blocks
from curation.errors import InputError
from curation.files import canonical_json, replacing
from curation.leaks.dealing import SPLITS

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
Fallen = Counter[tuple[str | None, str, str | None]]  # (step, verdict, reason): how many rows
_EXCERPT_CHARS = 200
_ROWS_AT_ONCE = 50_000


def ledger_of(rows: pa.Table, judged: pa.Table, verdicts: Verdicts, broken: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The ledger's lines for one part, by position: its rows, and its broken lines as their note tells them.

    `rows` has `row`, `row_id`, `source`, `file`, `position`; `judged` those of them that came to the rules, with
    `because`, `edits`, and the texts as the rules left them.
    """
    numbers = rows["row"].to_numpy()
    because = _evidence(judged, verdicts)
    step, split = verdicts.step[numbers], verdicts.split[numbers]
    own = pa.table(
        {
            "row_id": rows["row_id"],
            "source": rows["source"],
            "file": rows["file"],
            "position": rows["position"],
            "verdict": pa.array(np.where(step == KEPT, "keep", "drop")),
            "split": pa.array([SPLITS[one] if one >= 0 else None for one in split.tolist()], pa.string()),
            "step": pa.array([STEPS[one] if one >= 0 else None for one in step.tolist()], pa.string()),
            "reason": pa.array(verdicts.reason[numbers], pa.string()),
            "because": pa.array([because.get(number, "{}") for number in numbers.tolist()], pa.string()),
        },
        schema=LEDGER,
    )
    lines = [
        {
            "source": line["source"],
            "file": line["file"],
            "position": line["position"],
            "verdict": "quarantine",
            "step": "read",
            "reason": line["reason"],
            "because": canonical_json({"detail": line["detail"]}).decode(),
        }
        for line in broken
    ]
    if not lines:
        return own
    return pa.concat_tables([own, pa.Table.from_pylist(lines, schema=LEDGER)]).sort_by("position")


def write_ledger(path: Path, parts: Iterable[pa.Table]) -> tuple[int, Fallen]:
    """Write `ledger.parquet` part by part; how many lines it has, and what they say in sum."""
    lines, fallen = 0, Fallen()
    with replacing(path) as file, pq.ParquetWriter(file, LEDGER, **PARQUET) as writer:
        for table in in_blocks(parts, _ROWS_AT_ONCE, LEDGER):
            writer.write_table(table)
            lines += table.num_rows
            counts = table.group_by(["step", "verdict", "reason"]).aggregate([([], "count_all")]).to_pylist()
            fallen.update({(one["step"], one["verdict"], one["reason"]): one["count_all"] for one in counts})
    return lines, fallen


def count_steps(fallen: Fallen) -> list[dict[str, Any]]:
    """The row funnel: for each step rows in, out, dropped and quarantined, and how many for which reason."""
    steps: list[dict[str, Any]] = []
    entering = fallen.total()
    for name in STEPS:
        here = {(verdict, reason): n for (step, verdict, reason), n in fallen.items() if step == name}
        quarantined = sum(count for (verdict, _), count in here.items() if verdict == "quarantine")
        dropped = sum(here.values()) - quarantined
        leaving = entering - dropped - quarantined
        steps.append(
            {
                "step": name,
                "in": entering,
                "out": leaving,
                "dropped": dropped,
                "quarantined": quarantined,
                "reasons": {str(reason): here[verdict, reason] for verdict, reason in sorted(here, key=str)},
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


def each_ledger_block(folder: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The ledger of a curated folder, or some of its columns, some ten thousand lines at a time."""
    with open_ledger(folder) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=list(columns) if columns else None)


def has_ledger(folder: Path) -> bool:
    """Whether the ledger is there: it stays behind where a folder is exported for the Hub."""
    return (folder / "ledger.parquet").is_file()


def open_ledger(folder: Path) -> pq.ParquetFile:
    """The ledger of a curated folder. Raises InputError where there is none, as in an export for the Hub."""
    path = folder / "ledger.parquet"
    if not has_ledger(folder):
        raise InputError(
            str(path), "is not there: a folder exported for the Hub has no ledger, for that quotes the rows dropped",
            mend="give the folder that python -m curation run wrote",
            mend_ko="python -m curation run 이 쓴 폴더를 지정하세요. 허브로 내보낸 폴더에는 원장이 없습니다",
        )  # fmt: skip
    return pq.ParquetFile(path)


def _evidence(judged: pa.Table, verdicts: Verdicts) -> dict[int, str]:
    """By row number what speaks for a drop, and what was changed; for all other rows nothing.

    The shards hold no dropped row; without its words nobody could judge whether it went rightly. What the rules hid
    as personal data is hidden here too.
    """
    numbers = judged["row"].to_numpy()
    told = ~verdicts.is_kept[numbers] | pc.is_valid(judged["edits"]).to_numpy(zero_copy_only=False)
    found: dict[int, str] = {}
    for row in judged.filter(pa.array(told)).select(["row", "because", "edits", "question", "answer"]).to_pylist():
        number = row["row"]
        evidence = json.loads(row["because"] or "{}") | verdicts.because.get(number, {})
        if row["edits"]:
            evidence["edits"] = json.loads(row["edits"])
        if not verdicts.is_kept[number]:
            evidence |= {role: row[role][:_EXCERPT_CHARS] for role in ("question", "answer")}
        found[number] = canonical_json(evidence).decode()
    return found
