"""The folder that a review leaves: the rows that stay, those that left, and an account of each."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.files import replacing
from curation.manifest import Manifest, describe_file, write_manifest
from datagen.beside import Row
from datagen.sheet import Line

AUDIT = "review.jsonl"
GATE = "review"
_REWRITTEN = frozenset({"candidates.jsonl", "rejected.jsonl", AUDIT, "manifest.json"})
# What of the source's manifest is not true of the reviewed folder.
_OWN = frozenset({"schema_version", "manifest_sha256", "files", "counts", "parents", "review", "run"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row: `after` is the row from now on, None where it leaves; `reason` says why, where it matters.

    `outcome`: kept, fixed, dropped, refused (stays as it was, against the verdict), unreviewed, absent (from the file).
    """

    row: Row
    outcome: str
    after: Row | None
    line: Line | None = None
    verdict: str | None = None
    reason: str | None = None


def top_names(source: Manifest) -> frozenset[str]:
    """What may lie in a folder reviewed from `source`."""
    return frozenset(file["path"].split("/")[0] for file in source.data["files"]) | _REWRITTEN


def tally(decisions: Sequence[Decision]) -> dict[str, int]:
    """Rows, of which kept, fixed and dropped are all; and of the kept, those that no verdict kept."""
    counts = Counter(decision.outcome for decision in decisions)
    gone = counts["fixed"] + counts["dropped"]
    return {
        "rows": len(decisions), "kept": len(decisions) - gone,
        **{outcome: counts[outcome] for outcome in ("fixed", "dropped", "refused", "unreviewed", "absent")},
    }  # fmt: skip


def question_place(row: Row) -> int:
    """The index of the last question, which the last answer follows; -1 where a row does not end so."""
    roles = [message["role"] for message in row["messages"]]
    return len(roles) - 2 if roles[-2:] == ["user", "assistant"] else -1


def last_pair(row: Row) -> tuple[str, str]:
    """The last question and its answer."""
    return row["messages"][question_place(row)]["content"], row["messages"][-1]["content"]


def write_reviewed(
    out: Path, source: Manifest, decisions: Sequence[Decision], rejected: Sequence[Row], identity: Mapping[str, Any],
    file_name: str, started: float,
) -> None:  # fmt: skip
    """The folder of contract.md: what was not reviewed is copied byte for byte; all files or none."""
    from curation.dataset.run_facts import run_facts
    from curation.engine.sink import staged, write_json_lines

    kept = [decision.after for decision in decisions if decision.after is not None]
    dropped = [
        {**decision.row, "gate": GATE, "reason": GATE, "because": decision.reason}
        for decision in decisions
        if decision.after is None
    ]
    reviewer = identity["review"]["reviewer"]
    copied = [file["path"] for file in source.data["files"] if file["path"] not in _REWRITTEN]
    if outside := [path for path in copied if Path(path).is_absolute() or ".." in Path(path).parts]:
        raise InputError(
            str(source.folder / "manifest.json"), f"lists {outside[0]}, which lies outside the folder",
            mend="give the folder that python -m datagen.wms wrote",
            mend_ko="python -m datagen.wms 가 만든 폴더를 지정하세요",
        )  # fmt: skip
    with staged(out) as stage:
        for path in copied:
            with replacing(stage / path) as copy:
                copy.write((source.folder / path).read_bytes())
        write_json_lines(kept, stage / "candidates.jsonl")
        write_json_lines([*rejected, *dropped], stage / "rejected.jsonl")
        write_json_lines((_account(decision, file_name, reviewer) for decision in decisions), stage / AUDIT)
        files = [describe_file(stage, path) for path in sorted(stage.rglob("*")) if path.is_file()]
        command = shlex.join(["python", "-m", "datagen.show", *sys.argv[1:]])
        write_manifest(
            stage,
            {
                **{key: value for key, value in source.data.items() if key not in _OWN},
                **identity,
                "files": files,
                "counts": _count(source, kept, [*rejected, *dropped]),
                "run": run_facts(command, started),
            },
        )


def _account(decision: Decision, file_name: str, reviewer: str | None) -> dict[str, object]:
    """One line of the audit; `line` is the row's number in the spreadsheet, whose header is 1."""
    said = decision.line.cells if decision.line else {}
    was, now = _said(decision.row), _said(decision.after)
    proposed = {name: said.get(name) for name in ("question", "answer")} if decision.outcome == "refused" else None
    return {
        "id": decision.row["id"], "new_id": decision.after["id"] if decision.after else None,
        "verdict": decision.verdict, "outcome": decision.outcome, "before": was if was != now else None,
        "after": now if was != now else None, "proposed": proposed,
        "reason": decision.reason, "note": said.get("note") or None,
        "reviewer": reviewer if decision.verdict else None, "file": file_name,
        "line": decision.line.number if decision.line else None,
    }  # fmt: skip


def _said(row: Row | None) -> dict[str, str] | None:
    return dict(zip(("question", "answer"), last_pair(row), strict=True)) if row else None


def _count(source: Manifest, kept: Sequence[Row], rejected: Sequence[Row]) -> dict[str, Any]:
    """The counts of datagen.folder, of these rows; what hangs on documents alone is taken over."""
    kinds = sorted({row["meta"]["kind"] for row in (*kept, *rejected)})
    cited = {(fact["document"], fact["start"], fact["end"]) for row in kept for fact in row["evidence"][:1]}
    return {
        **{key: source.data["counts"][key] for key in ("documents", "passages") if key in source.data["counts"]},
        "kept": len(kept),
        "rejected": len(rejected),
        "rejected_by_gate": dict(Counter(row["gate"] for row in rejected)),
        "by_kind": {
            kind: {
                "kept": sum(row["meta"]["kind"] == kind for row in kept),
                **Counter(row["gate"] for row in rejected if row["meta"]["kind"] == kind),
            }
            for kind in kinds
        },
        "by_persona": dict(Counter(row["meta"]["persona"] for row in kept)),
        "by_question_level": dict(Counter(row["meta"]["question_level"] for row in kept)),
        "silent_documents": sorted(set(source.data.get("documents", {})) - {document for document, _, _ in cited}),
        "distinct_evidence": len(cited),
    }
