"""The rows that stand in the page itself, laid out: excerpts, and the differences of rows side by side."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from curation.report.rows.differences import excerpt, excerpts_beside, mark_differences
from curation.report.rows.gathered import Gathered, gather
from curation.report.rows.lookup import LEDGER_CHARS, MOST_CHARS, Found
from curation.report.rows.picked import FACT_CHARS, Pair, Picked, pick, reasons_of
from curation.report.rows.shown import Beside, Cluster, Edit, Line, Piece, Reason, Samples
from curation.report.rows.survey import Survey

_EDITS = 5  # of one row


def samples_of(folder: Path, manifest: Mapping[str, Any], gathered: Gathered | None = None) -> Samples:
    """What the page shows of a curated folder's rows; the same for the same rows, whatever their files.

    `gathered`, where the folder's rows were gathered before.
    """
    gathered = gathered or gather(folder, manifest)
    picked, chars = pick(gathered, manifest)
    return _laid_out(picked, gathered.survey, manifest, chars)


def _laid_out(picked: Picked, found: Survey, manifest: Mapping[str, Any], chars: int) -> Samples:
    def lines(field: str, group: str = "") -> list[Line]:
        return [
            _line(row, chars, with_evidence=field == "kept") for row in picked[field][group] if isinstance(row, Found)
        ]

    def pairs(field: str, group: str = "") -> list[Beside]:
        return [_beside(pair, chars) for pair in picked[field][group] if isinstance(pair, Pair)]

    reasons = reasons_of(manifest)
    sizes = dict(zip(picked["clusters"], found.clusters.sizes_of(found.clusters.largest).tolist(), strict=False))
    return Samples(
        kept=lines("kept"),
        reasons=[
            Reason(*reasons[key], [_shown(entry, chars) for entry in entries])
            for key, entries in picked["reasons"].items()
        ],
        clusters=[Cluster(cluster, sizes[cluster], pairs("clusters", cluster)) for cluster in picked["clusters"]],
        apart={guard: pairs("apart", guard) for guard in picked["apart"]},
        nearest=pairs("nearest"),
        shared={key: pairs("shared", key) for key in picked["shared"]},
        personal={kind: lines("personal", kind) for kind in picked["personal"]},
        mended={why: lines("mended", why) for why in picked["mended"]},
        mixed=lines("mixed"),
        doubtful=lines("doubtful"),
    )


def _shown(entry: Found | Pair, chars: int) -> Line | Beside:
    return _beside(entry, chars) if isinstance(entry, Pair) else _line(entry, chars)


def _beside(pair: Pair, chars: int) -> Beside:
    # What the ledger has no room for is no difference: both are cut where it cuts.
    whole = MOST_CHARS if pair.left.verdict == pair.right.verdict == "keep" else LEDGER_CHARS
    texts = [[excerpt(text, whole) for text in (row.question, row.answer)] for row in (pair.left, pair.right)]
    marked = [mark_differences(*excerpts_beside(one, other, chars)) for one, other in zip(*texts, strict=True)]
    left, right = (
        replace(_line(row, chars), question=question, answer=answer)
        for row, (question, answer) in zip((pair.left, pair.right), zip(*marked, strict=True), strict=True)
    )
    return Beside(left, right, pair.scores)


def _line(row: Found, chars: int, *, with_evidence: bool = False) -> Line:
    question, answer = ((Piece(excerpt(text, chars)),) if text else () for text in (row.question, row.answer))
    edits = [
        Edit(excerpt(edit["before"], FACT_CHARS), excerpt(edit["after"], FACT_CHARS), edit["why"])
        for edit in row.because.get("edits", ())[:_EDITS]
    ]
    return Line(
        row_id=row.row_id,
        place=f"{row.file}:{row.position}",
        source=row.source,
        verdict=row.verdict,
        split=row.split,
        reason=row.reason,
        question=question,
        answer=answer,
        levels=row.levels,
        license=row.license,
        evidence=[replace(one, text=excerpt(one.text, chars)) for one in row.evidence] if with_evidence else (),
        edits=edits,
        facts={key: excerpt(value, FACT_CHARS) for key, value in row.facts.items()} or None,
    )
