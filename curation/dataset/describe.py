"""What a manifest says about a dataset beside its files: recipe, sources, statistics, versions, parents."""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.asked import Asked
from curation.curate import Curated
from curation.dataset.examples import apart, cluster_sizes, leaks_nearest, leaks_shared
from curation.dataset.mended import mended
from curation.dataset.statistics import statistics
from curation.dataset.written import count_written
from curation.dedup.minhash import SCHEME, SHINGLE_HASH
from curation.engine.parts import Part, read_part
from curation.files import canonical_json, sha256_bytes
from curation.korean.kiwi import versions as kiwi_versions
from curation.leaks.dealing import SPLITS
from curation.licensing.licenses import LicenseReport, SourceFacts, check_licenses
from curation.manifest import code_digest, own_version
from curation.recipe import recipe_digest
from curation.recipes.schema import CurationRecipe, Source


def identify(asked: Asked, recipe: CurationRecipe) -> dict[str, Any]:
    """What a run was asked for: equal identities give the same dataset, wherever its files lie."""
    words, counter = asked.tagging.words, asked.tagging.count_tokens
    recipe = _without_places(recipe)
    return {
        "inputs": [{"name": file.name, "bytes": file.size_bytes, "sha256": file.sha256} for file in asked.files],
        "recipe": {**recipe.model_dump(mode="json"), "sha256": recipe_digest(recipe)},
        "words": {"count": len(words), "sha256": sha256_bytes(canonical_json(words))} if words else None,
        "tokenizer": {"name": counter.path.name, "sha256": counter.sha256} if counter else None,
        "evaluation": list(asked.evaluation),
        "pseudonym_key": asked.key_digest,
        "limit": asked.limit,
        "sample": asked.sample,
        "against": [{"name": release.name, "manifest_sha256": release.manifest.digest} for release in asked.releases],
    }


def _without_places(recipe: CurationRecipe) -> CurationRecipe:
    """The recipe with the names of its evaluation sets alone: it is published, and /home/… is nobody's business.

    Which sets they are, `evaluation` says by their digests.
    """
    names = [
        path if path.startswith("hf:") else Path(path).name or Path(path).resolve().name
        for path in recipe.leaks.evaluation
    ]
    return recipe.model_copy(update={"leaks": recipe.leaks.model_copy(update={"evaluation": names})})


def describe(curated: Curated, asked: Asked, recipe: CurationRecipe) -> dict[str, Any]:
    """The manifest's blocks that follow from the verdicts, the tags and the inputs."""
    numbers = curated.facts["row"].to_numpy()
    facts = curated.facts.append_column("split", pa.array(curated.verdicts.split[numbers]))
    kept = facts.filter(pa.array(curated.verdicts.is_kept[numbers]))
    split = kept["split"].to_numpy()
    documents = _documents(curated)
    groups = curated.groups[kept["row"].to_numpy()]
    is_written = any(file.parent for file in asked.files)  # by datagen
    return {
        "name": recipe.name,
        "target_answer": recipe.target_answer,
        "sources": source_facts(curated, kept, asked),
        "splits": {
            name: {
                "rows": rows,
                "share": round(rows / kept.num_rows, 6) if rows else 0.0,
                "documents": len(documents[name]),
                **_groups(groups[split == place]),
            }
            for place, (name, rows) in enumerate(
                zip(SPLITS, np.bincount(split, minlength=len(SPLITS)).tolist(), strict=True)
            )
        },
        "statistics": statistics(kept, curated.judged, curated.verdicts.split),
        **mended(curated.judged, curated.verdicts.is_kept, pseudonyms=recipe.rules.pii == "pseudonym"),
        "repeats": {
            **curated.proven.counts,
            "templates": curated.templates,
            "cluster_sizes": cluster_sizes(curated),
            "apart": apart(curated),
        },
        "leaks": curated.leaks.shared,
        "leaks_between": curated.leaks.between,
        "leaks_shared": leaks_shared(curated),
        "leaks_nearest": leaks_nearest(curated),
        "oversized_groups": curated.dealt.oversized,
        "decontamination": curated.contamination.sets,
        "generation": [
            {"input": file.name, "counts": file.parent.get("counts", {})} for file in asked.files if file.parent
        ],
        "written": count_written(curated.judged, curated.verdicts.is_kept) if is_written else {},
        "parents": [
            *(
                {"input": file.name, "manifest_sha256": file.parent["manifest_sha256"]}
                for file in asked.files
                if file.parent
            ),
            *({"release": one.name, "manifest_sha256": one.manifest.digest} for one in asked.releases),
        ],
        "versions": _versions(recipe),
    }  # fmt: skip


def _documents(curated: Curated) -> dict[str, set[str]]:
    """The documents that the kept rows of each split rest on."""
    found: dict[str, set[str]] = {split: set() for split in SPLITS}
    for part in curated.judged:
        rows = read_part(part, ["row", "evidence"])
        split = curated.verdicts.split[rows["row"].to_numpy()]
        for place, name in enumerate(SPLITS):
            spans = pc.list_flatten(rows["evidence"].filter(pa.array(split == place)))
            found[name].update(pc.unique(pc.struct_field(spans, "document")).to_pylist())
    return found


def _groups(group_of_row: NDArray[np.int64]) -> dict[str, int]:
    """How many groups a split's rows make, and how many of them the largest has: what hangs together by documents,
    twins or parents, in chains."""
    sizes = np.unique(group_of_row, return_counts=True)[1]
    return {"groups": len(sizes), "largest_group_rows": int(sizes.max(initial=0))}


def source_facts(curated: Curated, kept: pa.Table, asked: Asked) -> list[dict[str, Any]]:
    """One entry per source, licence and generator among the kept rows, then one per source of which no row was kept.

    `rows_read` counts the whole source, quarantined lines included.
    """
    read = Counter(line["source"] for line in curated.broken)
    for part in curated.tagged:
        counts = pc.value_counts(read_part(part, ["source"])["source"])
        read.update({one["values"]: one["counts"] for one in counts.to_pylist()})
    keys = ["source", "license", "generator"]
    found = kept.group_by(keys).aggregate([([], "count_all")]).to_pylist()
    found.sort(key=lambda one: tuple(str(one[key]) for key in keys))
    gone = sorted(read.keys() - {one["source"] for one in found})
    stated = {file.settings.name or file.source: file.settings for file in asked.files}
    given = {file.settings.license for file in asked.files}
    empty = {"license": None, "generator": None, "count_all": 0}
    return [
        _source(one, read[one["source"]], stated.get(one["source"]), is_given=one["license"] in given)
        for one in [*({"source": source, **empty} for source in gone), *found]
    ]


def read_rights(tagged: Sequence[Part], asked: Asked, recipe: CurationRecipe) -> LicenseReport:
    """What of the licences may stand in the way, as far as the rows read tell: some of them may yet fall."""
    keys = ["source", "license"]
    counted = [read_part(part, keys).group_by(keys).aggregate([([], "count_all")]) for part in tagged]
    found = pa.concat_tables(counted).group_by(keys).aggregate([("count_all", "sum")]).to_pylist()
    terms = {file.settings.name or file.source: file.settings.terms for file in asked.files}
    facts = [
        SourceFacts(one["source"], one["license"], one["count_all_sum"], terms=terms.get(one["source"]))
        for one in found
    ]
    return check_licenses(facts, recipe.licenses)


def check_rights(sources: Sequence[Mapping[str, Any]], recipe: CurationRecipe) -> LicenseReport:
    """Whether the licences of the kept rows may stand together (`sources` is the manifest's block)."""
    found = [
        SourceFacts(
            source=one["source"],
            license=one["license"],
            rows=one["rows_kept"],
            stated_by=one["license_stated_by"],
            terms=one["terms"],
            model=one["generator"].get("model") if isinstance(one["generator"], dict) else None,
            generator_terms=one["generator"].get("terms") if isinstance(one["generator"], dict) else None,
        )
        for one in sources
        if one["rows_kept"]
    ]
    return check_licenses(found, recipe.licenses)


def _source(found: Mapping[str, Any], rows_read: int, settings: Source | None, *, is_given: bool) -> dict[str, Any]:
    """One source under one licence; `is_given` where that licence was given for rows of some file that state none."""
    generator = json.loads(found["generator"] or "null")
    written_under = generator.get("terms") if isinstance(generator, dict) else None
    terms = [text for text in (settings.terms if settings else None, written_under) if text]
    return {
        "source": found["source"],
        "license": found["license"],
        "license_stated_by": _stated_by(found["license"], settings, is_given=is_given),
        "generator": generator,
        "terms": "; ".join(terms) or None,
        "rows_read": rows_read,
        "rows_kept": found["count_all"],
    }


def _stated_by(license_: str | None, settings: Source | None, *, is_given: bool) -> str | None:
    if license_ is None:
        return None
    if license_ == "NOASSERTION":
        return "nobody"
    if not is_given:
        return "the rows"
    named = settings.stated_by if settings and settings.license == license_ else None
    return named or "the rows, or else the recipe"


def _versions(recipe: CurationRecipe) -> dict[str, str]:
    repeats = recipe.repeats
    packages = ("pyarrow", "numpy", "scipy", "datasketch")
    return {
        "dadeum": own_version(),
        "curation_sha256": code_digest(),
        **{name: version(name) for name in packages},
        **kiwi_versions(),
        "unicode": unicodedata.unidata_version,
        "minhash": f"{SCHEME}, seed {repeats.signature_seed}, {repeats.num_perm} permutations, "
        f"{repeats.bands}×{repeats.rows} bands, char {repeats.shingle_chars}-grams of lower-case letters and digits, "
        f"{SHINGLE_HASH} hash of code points",
    }
