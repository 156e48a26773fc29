"""What a manifest says about a dataset beside its files: recipe, sources, statistics, versions, parents."""

import json
import platform
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.dedup.minhash import SCHEME
from curation.files import canonical_json, sha256_bytes
from curation.inputs import InputFile
from curation.korean.kiwi import versions as kiwi_versions
from curation.leakage import SPLITS
from curation.manifest import own_version
from curation.recipe import recipe_digest
from curation.recipes.schema import CurationRecipe
from curation.tags import LEVEL_LABELS

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SHARES = ("hangul", "latin", "digit", "other")


def identify(
    files: Sequence[InputFile], recipe: CurationRecipe, words: tuple[str, ...], limit: int | None
) -> dict[str, Any]:
    """What a run was asked for: equal identities give the same dataset."""
    return {
        "inputs": [{"name": file.name, "bytes": file.size_bytes, "sha256": file.sha256} for file in files],
        "recipe": {**recipe.model_dump(mode="json"), "sha256": recipe_digest(recipe)},
        "words": {"count": len(words), "sha256": sha256_bytes(canonical_json(words))} if words else None,
        "limit": limit,
    }


def describe(
    kept: pa.Table, ledger: pa.Table, files: Sequence[InputFile], recipe: CurationRecipe
) -> dict[str, Any]:  # fmt: skip
    """The manifest's blocks that follow from the kept rows, the ledger and the inputs."""
    by_split = {split: kept.filter(pc.equal(kept["split"], split)) for split in SPLITS}
    return {
        "name": recipe.name,
        "target_answer": recipe.target_answer,
        "sources": _sources(kept, ledger),
        "splits": {split: _split_facts(rows, kept.num_rows) for split, rows in by_split.items()},
        "statistics": {"all": statistics(kept), **{split: statistics(rows) for split, rows in by_split.items()}},
        "generation": [
            {"input": file.name, "counts": file.parent.get("counts", {})} for file in files if file.parent
        ],
        "parents": [
            {"input": file.name, "manifest_sha256": file.parent["manifest_sha256"]} for file in files if file.parent
        ],
        "versions": _versions(recipe),
    }  # fmt: skip


def statistics(rows: pa.Table) -> dict[str, Any]:
    """Level matrix user × assistant, script shares of all characters, length quantiles of a table of rows."""
    cells = Counter(zip(rows["user_level"].to_pylist(), rows["assistant_level"].to_pylist(), strict=True))
    return {
        "rows": rows.num_rows,
        "levels": {
            user: {assistant: cells[user, assistant] for assistant in LEVEL_LABELS}
            for user in LEVEL_LABELS
        },
        "scripts": {role: _mean_shares(rows, role) for role in ("user", "assistant")},
        "chars": {role: _quantiles(rows[f"{role}_chars"]) for role in ("user", "assistant")},
    }  # fmt: skip


def _split_facts(rows: pa.Table, total: int) -> dict[str, Any]:
    documents = {span["document"] for spans in rows["evidence"].to_pylist() for span in spans}
    return {
        "rows": rows.num_rows,
        "share": round(rows.num_rows / total, 6) if total else 0.0,
        "documents": len(documents),
        "groups": len(pc.unique(rows["split_group"])),
    }


def _sources(kept: pa.Table, ledger: pa.Table) -> list[dict[str, Any]]:
    """One entry per source, licence and generator among the kept rows, then one per source of which no row was kept.

    `rows_read` counts the whole source, quarantined lines included.
    """
    read = Counter(ledger["source"].to_pylist())
    generators = [_generator(meta) for meta in kept["meta"].to_pylist()]
    found = Counter(zip(kept["source"].to_pylist(), kept["license"].to_pylist(), generators, strict=True))
    gone = sorted(read.keys() - {source for source, _, _ in found})
    return [
        *(
            {
                "source": source,
                "license": None,
                "license_stated_by": None,
                "generator": None,
                "terms": None,
                "rows_read": read[source],
                "rows_kept": 0,
            }
            for source in gone
        ),
        *(
            {
                "source": source,
                "license": license_,
                "license_stated_by": "nobody" if license_ == "NOASSERTION" else "the rows",
                "generator": json.loads(generator),
                "terms": _terms(json.loads(generator)),
                "rows_read": read[source],
                "rows_kept": count,
            }
            for (source, license_, generator), count in sorted(found.items())
        ),
    ]


def _generator(meta: str) -> str:
    return canonical_json(json.loads(meta).get("generator")).decode()


def _terms(generator: object) -> object:
    return generator.get("terms") if isinstance(generator, dict) else None


def _mean_shares(rows: pa.Table, role: str) -> dict[str, float]:
    return {
        name: round(float(np.mean(rows[f"{role}_{name}_share"].to_numpy())), 6) if rows.num_rows else 0.0
        for name in _SHARES
    }


def _quantiles(lengths: pa.ChunkedArray) -> dict[str, float]:
    if not len(lengths):
        return {}
    values = np.quantile(lengths.to_numpy(), _QUANTILES, method="nearest")
    return {f"p{round(100 * quantile):02d}": int(value) for quantile, value in zip(_QUANTILES, values, strict=True)}


def _versions(recipe: CurationRecipe) -> dict[str, str]:
    repeats = recipe.repeats
    packages = ("pyarrow", "numpy", "scipy", "datasketch")
    return {
        "dadeum": own_version(),
        **{name: version(name) for name in packages},
        **kiwi_versions(),
        "unicode": unicodedata.unidata_version,
        "minhash": f"{SCHEME}, seed {repeats.signature_seed}, {repeats.num_perm} permutations, "
        f"{repeats.bands}×{repeats.rows} bands, char {repeats.shingle_chars}-grams of lower-case letters and digits",
    }


def run_facts(command: str, started: float) -> dict[str, Any]:
    """The block that may differ between two runs; `started` is the run's beginning on `time.perf_counter`."""
    # macOS counts bytes, Linux kilobytes (getrusage(2)).
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "command": command,
        "engine": "local",
        "workers": 1,
        "host": platform.platform(),
        "python": platform.python_version(),
        "wall_s": round(time.perf_counter() - started, 3),
        "cpu_s": round(time.process_time(), 3),
        "peak_rss_bytes": peak,
    }
