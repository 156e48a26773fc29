"""The report's figures, taken from a curated folder: what was checked, where rows went, which samples to show."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from curation.dataset.ledger import each_ledger_block
from curation.dataset.shards import each_group, read_split
from curation.leaks.dealing import SPLITS

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
    first: dict[tuple[str, str], list[str]] = {}
    for split in SPLITS:
        names = read_split(folder, split, ["row_id", "user_level", "assistant_level"])
        pairs = names.group_by(["user_level", "assistant_level"]).aggregate([("row_id", "list")])
        for line in pairs.to_pylist():
            found = first.setdefault((line["user_level"], line["assistant_level"]), [])
            found[:] = sorted([*found, *line["row_id_list"]])[:KEPT_SAMPLES]
    rest = sorted(row_id for found in first.values() for row_id in found[1:])
    wanted = [*sorted(found[0] for found in first.values()), *rest][:KEPT_SAMPLES]
    columns = ["row_id", "source", "license", "messages", "evidence", "user_level", "assistant_level"]
    rows = {row["row_id"]: row for row in _rows_by_id(folder, wanted, columns)}
    return [rows[row_id] for row_id in wanted]


def dropped_samples(folder: Path) -> list[dict[str, Any]]:
    """Reasons with their counts, most frequent first, each with a few ledger lines; a repeat brings its witness."""
    counts: Counter[tuple[str, str]] = Counter()
    samples: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for ledger in each_ledger_block(folder):
        fallen = ledger.filter(pc.not_equal(ledger["verdict"], "keep"))
        for found in fallen.group_by(["step", "reason"]).aggregate([]).to_pylist():
            step, reason = found["step"], found["reason"]
            lines = fallen.filter((pc.field("step") == step) & (pc.field("reason") == reason))
            counts[step, reason] += lines.num_rows
            room = DROPPED_SAMPLES - len(samples[step, reason])
            samples[step, reason] += [
                {**line, "because": json.loads(line["because"])} for line in lines.slice(0, room).to_pylist()
            ]
    named = {line["because"].get("kept") for found in samples.values() for line in found}
    witnesses = {
        row["row_id"]: {role: _said(row["messages"], role) for role in ("user", "assistant")}
        for row in _rows_by_id(folder, [row_id for row_id in named if row_id], ["row_id", "messages"])
    }
    return [
        {
            "step": step,
            "reason": reason,
            "count": count,
            "samples": [
                {**line, "witness": witnesses.get(line["because"].get("kept", ""))} for line in samples[step, reason]
            ],
        }
        for (step, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _rows_by_id(folder: Path, row_ids: Sequence[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The kept rows of these ids with these columns and their split; one block of a shard at a time."""
    wanted = pa.array(row_ids, pa.string())
    return [
        {**row, "split": split}
        for split in SPLITS
        for rows in each_group(folder, split, columns)
        for row in rows.filter(pc.is_in(rows["row_id"], wanted)).to_pylist()
    ]


def _said(messages: Sequence[Mapping[str, str]], role: str) -> str:
    return "\n".join(turn["content"] for turn in messages if turn["role"] == role)[:200]
