"""The report's figures, taken from a curated folder: what was checked, where rows went, which samples to show."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from curation.leakage import SPLITS
from curation.ledger import read_ledger
from curation.shards import read_split

KEPT_SAMPLES, DROPPED_SAMPLES = 8, 3
MOST_BRIDGES_SHARE = 0.05
_MUST_BE_ZERO = ("shared_documents", "shared_document_digests", "shared_questions", "shared_question_contents")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the verdict: `state` says how it ended, `value` is the figure it rests on."""

    state: Literal["pass", "note", "fail"]
    ko: str
    en: str
    value: str


def run_checks(manifest: Mapping[str, Any]) -> list[Check]:
    """What a reader must know before using the dataset; a note is for them to weigh, a failure forbids the use."""
    steps, splits = manifest["steps"], manifest["splits"]
    read, kept = steps[0]["in"], steps[-1]["out"]
    lost = sum(step["dropped"] + step["quarantined"] for step in steps)
    leaks = sum(manifest["leaks"][name] for name in _MUST_BE_ZERO)
    entering, bridges = steps[-1]["in"], steps[-1]["dropped"]
    unlicensed = sum(row["rows_kept"] for row in manifest["sources"] if row["license"] == "NOASSERTION")
    empty = [name for name in SPLITS if manifest["recipe"]["split"][name] > 0 and splits[name]["rows"] == 0]
    return [
        Check(
            "pass" if read == kept + lost and kept else "fail",
            "읽은 행이 모두 셈에 들어 있습니다",
            "every row read is accounted for",
            f"{read:,} = {kept:,} + {lost:,}",
        ),
        Check("fail" if leaks else "pass", "분할 사이에 겹치는 문서와 질문이 없습니다",
              "no document and no question is in two splits", f"{leaks:,}"),
        *_target_check(manifest),
        Check(
            "pass" if bridges <= MOST_BRIDGES_SHARE * entering else "note",
            f"분할선에 걸려 버린 행이 {MOST_BRIDGES_SHARE:.0%} 이하입니다",
            f"at most {MOST_BRIDGES_SHARE:.0%} of the rows were dropped for crossing the cut",
            f"{bridges:,} / {entering:,}",
        ),
        Check("note" if empty else "pass", "비어 있는 분할이 없습니다", "no split is empty", ", ".join(empty) or "0"),
        Check("note" if unlicensed else "pass", "모든 행에 라이선스가 적혀 있습니다", "every row states a licence",
              f"{kept - unlicensed:,} / {kept:,}"),
    ]  # fmt: skip


def _target_check(manifest: Mapping[str, Any]) -> list[Check]:
    target = manifest["target_answer"]
    if target == "any":
        return []
    cells = manifest["statistics"]["all"]["levels"].values()
    level = {name: sum(row[name] for row in cells) for name in (target, "neutral")}
    total = manifest["statistics"]["all"]["rows"]
    wrong = total - sum(level.values())
    return [
        Check(
            "fail" if wrong else "pass",
            f"모든 답변이 {KOREAN_LEVEL[target]}이거나 말투가 없습니다",
            f"every answer is {target}, or has no speech level",
            f"{level[target]:,} + {level['neutral']:,} / {total:,}",
        )
    ]


KOREAN_LEVEL = {"polite": "존댓말", "casual": "반말", "mixed": "섞임", "plain": "-다 글말", "neutral": "말투 없음"}


def kept_samples(folder: Path) -> list[dict[str, Any]]:
    """Kept rows to read: the first by `row_id` of each pair of levels (so that rare pairs are seen), then of the rest.

    `row_id` is a hash of the content, so the first are as good as drawn by chance, and stay the same.
    """
    columns = ["row_id", "source", "license", "messages", "evidence", "user_level", "assistant_level"]
    rows = pa.concat_tables(
        read_split(folder, split).select(columns).append_column("split", pa.repeat(split, _count(folder, split)))
        for split in SPLITS
    ).sort_by("row_id")
    pairs = list(zip(rows["user_level"].to_pylist(), rows["assistant_level"].to_pylist(), strict=True))
    first = {pair: row for row, pair in reversed(list(enumerate(pairs)))}
    order = [*sorted(first.values()), *(row for row in range(rows.num_rows) if first[pairs[row]] != row)]
    return [rows.slice(row, 1).to_pylist()[0] for row in order[:KEPT_SAMPLES]]


def dropped_samples(folder: Path) -> list[dict[str, Any]]:
    """Reasons with their counts, most frequent first, each with a few ledger lines; a repeat brings its witness."""
    ledger = read_ledger(folder)
    fallen = ledger.filter(pc.not_equal(ledger["verdict"], "keep"))
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    samples: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in fallen.to_pylist():
        key = (line["step"], line["reason"])
        counts[key] += 1
        if len(samples[key]) < DROPPED_SAMPLES:
            samples[key].append({**line, "because": json.loads(line["because"])})
    witnesses = _questions_and_answers(
        folder, {line["because"].get("kept") for found in samples.values() for line in found}
    )
    return [
        {
            "step": step,
            "reason": reason,
            "count": count,
            "samples": [
                {**line, "witness": witnesses.get(line["because"].get("kept"))} for line in samples[step, reason]
            ],
        }
        for (step, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _questions_and_answers(folder: Path, row_ids: set[str | None]) -> dict[str | None, dict[str, str]]:
    found: dict[str | None, dict[str, str]] = {}
    wanted = pa.array(sorted(row for row in row_ids if row), pa.string())
    for split in SPLITS:
        rows = read_split(folder, split).select(["row_id", "messages"])
        for row in rows.filter(pc.is_in(rows["row_id"], wanted)).to_pylist():
            found[row["row_id"]] = {role: _said(row["messages"], role) for role in ("user", "assistant")}
    return found


def _said(messages: Sequence[Mapping[str, str]], role: str) -> str:
    return "\n".join(turn["content"] for turn in messages if turn["role"] == role)[:200]


def _count(folder: Path, split: str) -> int:
    rows: int = read_split(folder, split).num_rows
    return rows
