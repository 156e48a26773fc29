"""The report as one HTML page: one script, no request, every datum only text, the same bytes from the same folder."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from curation.checks.checks import Outcome, run_checks, verdict
from curation.manifest import open_manifest
from curation.releases.changes import Difference
from curation.releases.difference import compare
from curation.report import names
from curation.report.command import reproducing_command
from curation.report.pages import page_environment
from curation.report.rows.embedded import embed
from curation.report.rows.gathered import gather
from curation.report.rows.hidden import hide_in_difference
from curation.report.rows.samples import samples_of
from curation.report.rows.shown import Samples
from curation.report.tag_names import tag_names

_HERE = Path(__file__).parent
_STYLES = ("style.css", "report.css", "rows.css")


def render(folder: Path, *, earlier: Path | None = None) -> str:
    """The page of a curated folder, derived from its manifest, ledger and shards alone; digests are verified first.

    With `earlier`, another curated folder, it also says what changed since then.
    """
    manifest = open_manifest(folder).data
    gathered, checks = gather(folder, manifest), run_checks(manifest)
    samples = samples_of(folder, manifest, gathered)
    difference = hide_in_difference(compare(earlier, folder)) if earlier else None
    bare = lay_out(manifest, samples, checks, difference)
    rows = embed(folder, manifest, page_bytes=len(bare.encode()), gathered=gathered)
    return lay_out(manifest, samples, checks, difference, payload=rows.payload)


def lay_out(
    manifest: Mapping[str, Any],
    samples: Samples,
    checks: Sequence[Outcome],
    difference: Difference | None = None,
    *,
    payload: str = "",
) -> str:
    """The page of these facts; `payload` holds the rows that its figures open (rows/embedded.py), in base64."""
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    environment = page_environment(_HERE / "templates")
    return environment.get_template("page.html.j2").render(
        manifest=manifest,
        shown=samples,
        checks=checks,
        verdict=verdict(checks),
        entries=Counter((one["source"], one["license"]) for one in manifest["sources"]),
        command=reproducing_command(manifest),
        difference=difference,
        names=names,
        tag_names=tag_names(manifest),
        style=Markup("\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)),
        script=Markup(script),
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        payload=payload,
    )
