"""The review of candidates by a person: out as a sheet for Excel, back in as a new folder, with an account of each row.

A row that nobody judged stays as it is; what a person rewrote passes the same gates as what a writer wrote.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import InputError
from curation.files import canonical_json, replacing, sha256_bytes, sha256_file
from curation.manifest import Manifest, find_done
from datagen.beside import Lookup, Row, documents_of, open_rows
from datagen.reviewed import AUDIT, Decision, last_pair, question_place, tally, top_names, write_reviewed
from datagen.sheet import Line, Sheet, as_sheet, read_sheet

COLUMNS = (
    "id", "verdict", "question", "answer", "note", "kind", "persona", "question_level", "document", "section", "quote",
    "before",
)  # fmt: skip
_VERDICTS = {
    "": None, "keep": "keep", "fix": "fix", "drop": "drop", "유지": "keep", "수정": "fix", "삭제": "drop",
}  # fmt: skip
_NAMED = 20  # refusals that a terminal is told of, one a line


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The decisions on all rows, in their order; `is_new`: whether the folder was written now."""

    decisions: tuple[Decision, ...]
    is_new: bool

    @property
    def refused(self) -> list[Decision]:
        """The decisions that could not be followed."""
        return [decision for decision in self.decisions if decision.outcome == "refused"]


def export(rows: Sequence[Row], path: Path, *, fresh: bool) -> bool:
    """Write rows to review as a CSV; False where just that already lies there.

    Raises InputError rather than write over a file that a reviewer may have worked in.
    """
    sheet = as_sheet(COLUMNS, map(_cells, rows))
    if path.is_file() and not fresh:
        if path.read_bytes() == sheet:
            return False
        raise InputError(
            str(path), "is there already, and may hold a review", mend="give a new name, or write over it with --fresh",
            mend_ko="다른 이름을 쓰거나, 덮어쓰려면 --fresh 를 붙이세요",
        )  # fmt: skip
    with replacing(path) as file:
        file.write(sheet)
    return True


def apply(folder: Path, path: Path, out: Path, reviewer: str | None, *, fresh: bool) -> Reviewed:
    """Read a review of `folder` back, and write the folder `out` that follows from it.

    Raises InputError where the file is no review of this folder, or where `out` holds anything else.
    """
    from curation.engine.sink import check_out

    started = time.perf_counter()
    manifest, rows, rejected = open_rows(folder)
    if out.resolve() == folder.resolve():
        raise InputError(
            str(out), "is the folder that was reviewed", mend="give a new folder with --out",
            mend_ko="--out 으로 새 폴더를 지정하세요",
        )  # fmt: skip
    check_out(out, "candidates", top_names(manifest))
    sheet = read_sheet(path, needs=COLUMNS[:4])
    lines = match(sheet, rows, path)
    decisions = decide(rows, lines, sheet, documents_of(manifest), manifest, reviewer)
    identity = {
        "parents": [{"input": folder.resolve().name, "manifest_sha256": manifest.digest}],
        "review": {
            "file": path.name, "sha256": sha256_file(path), "encoding": sheet.encoding, "reviewer": reviewer,
            **tally(decisions),
        },
    }  # fmt: skip
    if not fresh and find_done(out, identity) is not None:
        return Reviewed(decisions, is_new=False)
    write_reviewed(out, manifest, decisions, rejected, identity, path.name, started)
    return Reviewed(decisions, is_new=True)


def match(sheet: Sheet, rows: Sequence[Row], path: Path) -> dict[str, Line]:
    """Each line by the id of its row. Raises InputError with all ids that are unknown or there twice, and all verdicts
    that are none, by the row numbers of the spreadsheet."""
    known = {str(row["id"]) for row in rows}
    often = Counter(_id(line) for line in sheet.lines)
    faults = [
        f"row {line.number}: {fault}"
        for line in sheet.lines
        for fault in (
            f"no row of the folder has the id {_id(line)!r:.60}" if _id(line) not in known else None,
            f"the id {_id(line)!r:.60} stands there {often[_id(line)]} times" if often[_id(line)] > 1 else None,
            f"{_verdict(line)!r:.40} is no verdict" if _verdict(line) not in _VERDICTS else None,
        )
        if fault
    ]
    if faults:
        more = f"; and {len(faults) - 5:,} more" if len(faults) > 5 else ""
        raise InputError(
            str(path), "; ".join(faults[:5]) + more,
            mend="use the file that --review wrote from this very folder; verdicts are keep, fix, drop, or blank",
            mend_ko="이 폴더에서 --review 로 만든 파일을 쓰세요. 판정은 유지·수정·삭제(keep·fix·drop) 또는 빈칸입니다",
        )  # fmt: skip
    return {_id(line): line for line in sheet.lines}


def decide(
    rows: Sequence[Row], lines: Mapping[str, Line], sheet: Sheet, text: Lookup, manifest: Manifest, reviewer: str | None
) -> tuple[Decision, ...]:
    """What becomes of each row, in order; edited rows pass the gates first."""
    first = [_follow(row, lines.get(row["id"]), sheet, reviewer) for row in rows]
    fixes = [decision for decision in first if decision.outcome == "fixed"]
    if not fixes:
        return tuple(first)
    from datagen.rewrite import rewrite

    judged = iter(rewrite([(fix.row, fix.after) for fix in fixes if fix.after is not None], text, manifest))
    taken = Counter(_asked(decision.row) for decision in first if decision.after is not None)
    return tuple(
        _settle(decision, *next(judged), taken) if decision.outcome == "fixed" else decision for decision in first
    )


def report(reviewed: Reviewed, path: Path, out: Path) -> Iterator[str]:
    """What was done, in lines for a terminal; every refusal, and what the file did not say."""
    counts = tally(reviewed.decisions)
    if not reviewed.is_new:
        yield f"{out}: nothing to do, all is done · 이미 끝났습니다 (--fresh: 처음부터 다시)"
    yield (
        f"{out}: {counts['kept']:,} kept, {counts['fixed']:,} fixed, {counts['dropped']:,} dropped"
        f" · 유지 {counts['kept']:,}, 수정 {counts['fixed']:,}, 삭제 {counts['dropped']:,}"
    )
    for outcome, what, what_ko in (
        ("unreviewed", "without a verdict, kept as they are", "판정이 비어 그대로 둠"),
        ("absent", f"not in {path.name}, kept as they are", f"{path.name} 에 없어 그대로 둠"),
    ):
        ids = [str(decision.row["id"])[:12] for decision in reviewed.decisions if decision.outcome == outcome]
        if ids:
            named = ", ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
            yield f"  {len(ids):,} {what} · {what_ko}: {named}"
    for decision in reviewed.refused[:_NAMED]:
        where = f"row {decision.line.number}" if decision.line else ""
        yield f"  refused · 반영 안 함: {path.name} {where} ({decision.row['id']}): {decision.reason}"
    if len(reviewed.refused) > _NAMED:
        more = len(reviewed.refused) - _NAMED
        yield f"  … {more:,} more refusals stand in {out / AUDIT} · 나머지는 {AUDIT} 에 있습니다"


def content_id(row: Row) -> str:
    """The id that follows from what a row says and what it rests on (datagen.folder.as_record)."""
    return sha256_bytes(canonical_json([row["messages"], row["evidence"]]))[:32]


def _cells(row: Row) -> list[str]:
    place = question_place(row)
    turns, meta = row["messages"], row["meta"]
    fact = next((span for span in row["evidence"]), {"document": "", "section": []})
    return [
        str(row["id"]), "", turns[place]["content"], turns[-1]["content"], "", str(meta.get("kind")),
        str(meta.get("persona")), str(meta.get("question_level")), fact["document"], " > ".join(fact["section"]),
        "\n".join(span["quote"] for span in row["evidence"]),
        "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns[:place]),
    ]  # fmt: skip


def _follow(row: Row, line: Line | None, sheet: Sheet, reviewer: str | None) -> Decision:
    """What a line asks for; a row to fix is only drafted here."""
    if line is None:
        return Decision(row, "absent", row)
    verdict = _VERDICTS[_verdict(line)]
    before = dict(zip(("question", "answer"), last_pair(row), strict=True))
    there = {name: text for name, text in before.items() if name in line.cells}  # a row may be cut short
    edited = {name: line.cells[name] for name, text in there.items() if not sheet.says(line.cells[name], text)}
    if verdict == "drop":
        return Decision(row, "dropped", None, line, verdict, line.cells.get("note") or "dropped by the reviewer")
    refusal = None
    if edited and verdict != "fix":
        refusal = f"{' and '.join(edited)} edited, but the verdict is {verdict or 'blank'}, not fix"
    elif verdict == "fix" and not edited:
        refusal = "the verdict is fix, but neither question nor answer was edited"
    elif lost := "".join(sheet.lost(cell, before[name]) for name, cell in edited.items()):
        refusal = f"the file is CP949, which holds no {lost}; save it as CSV UTF-8"
    elif verdict == "fix" and question_place(row) < 0:
        refusal = "the row does not end with a question and its answer"
    if refusal:
        return Decision(row, "refused", row, line, verdict, refusal)
    if verdict is None:
        return Decision(row, "unreviewed", row, line)
    mark = {"verdict": verdict, "reviewer": reviewer, "was": row["id"]}
    reviewed = {**row, "meta": {**row["meta"], "review": mark}}
    if verdict == "keep":
        return Decision(row, "kept", reviewed, line, verdict)
    turns = [*row["messages"][:-2], *({**turn, "content": edited.get(name, turn["content"])}
             for name, turn in zip(before, row["messages"][-2:], strict=True))]  # fmt: skip
    return Decision(row, "fixed", {**reviewed, "messages": turns}, line, verdict)


def _settle(decision: Decision, after: Row, fault: str | None, taken: Counter[bytes]) -> Decision:
    """A fix that passed the gates and asks what no other row asks, with its new id; or a refusal."""
    asked = _asked(after)
    if fault is None and asked != _asked(decision.row) and taken[asked]:
        fault = "another row asks just that"
    if fault is not None:
        return Decision(decision.row, "refused", decision.row, decision.line, decision.verdict, fault)
    taken.subtract([_asked(decision.row)])
    taken.update([asked])
    return Decision(decision.row, "fixed", {**after, "id": content_id(after)}, decision.line, decision.verdict)


def _asked(row: Row) -> bytes:
    """All turns up to the last answer, letter case and spaces aside."""
    return canonical_json(["".join(turn["content"].lower().split()) for turn in row["messages"][:-1]])


def _id(line: Line) -> str:
    return line.cells.get("id", "")


def _verdict(line: Line) -> str:
    return line.cells.get("verdict", "").lower()
