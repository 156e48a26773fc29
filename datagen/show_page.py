"""The pairs as one HTML page: no request leaves it, every datum is only text, and it reads without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from curation.manifest import Manifest
from curation.report.pages import page_environment
from datagen.beside import LEVELS, ROLES, Row, documents_of, exchanges, facts

_AROUND = 200  # characters of the document shown on either side of the fact
_HERE = Path(__file__).parent


def render(manifest: Manifest, kept: Sequence[Row], rejected: Sequence[Row], *, left_out: tuple[int, int]) -> str:
    """The page of these rows beside their source; `left_out` says how many more of each kind there are."""
    environment = page_environment(_HERE)
    text = documents_of(manifest)
    style = "".join(environment.get_template(name).render() for name in ("style.css", "show.css"))
    script = (_HERE / "show.js").read_text(encoding="utf-8")
    rows = [*kept, *rejected]
    return environment.get_template("show.html").render(
        style=Markup(style), script=Markup(script), style_hash=_hash(style), script_hash=_hash(script),
        name=_name(rows, manifest), manifest=manifest.data, left_out=left_out,
        groups=[
            ("kept", [_shown(row, exchanges(row, text, around=_AROUND)) for row in kept]),
            ("rejected", [_shown(row, exchanges(row, text, around=_AROUND)) for row in rejected]),
        ],
        choices={
            "kind": _counted(row["meta"].get("kind") for row in rows),
            "document": _counted(name for row in rows for name in {span["document"] for span in row["evidence"]}),
            "gate": _counted(row.get("gate", "kept") for row in rows),
            "level": _counted(row["meta"].get("question_level") for row in rows),
        },
        levels=LEVELS, roles=ROLES,
    )  # fmt: skip


def _shown(row: Row, parts: Sequence[object]) -> dict[str, Any]:
    return {"row": row, "exchanges": parts, "facts": facts(row), "documents": _documents(row)}


def _documents(row: Row) -> list[str]:
    return sorted({span["document"] for span in row["evidence"]})


def _counted(values: Iterable[object]) -> list[tuple[str, int]]:
    """Each value with how often it stands there, most frequent first."""
    return sorted(Counter(str(value) for value in values).items(), key=lambda item: (-item[1], item[0]))


def _name(rows: Sequence[Row], manifest: Manifest) -> str:
    sources = sorted({str(row["source"]) for row in rows})
    return sources[0] if len(sources) == 1 else manifest.folder.resolve().name


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
