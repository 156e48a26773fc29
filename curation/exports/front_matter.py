"""The head of a dataset's card as the Hub reads it: YAML whose values are JSON, which no name can break out of."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from curation.leaks.dealing import SPLITS
from curation.licensing.spdx import NOASSERTION, License, read_license

HUB_SPLITS = {"train": "train", "valid": "validation", "test": "test"}  # what the Hub calls ours
# Those of our ids (licenses.tsv) that are, in lower case, on the Hub's list of licences; any other is `other`.
_LISTED = frozenset(
    "cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 "
    "cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 apache-2.0 mit "
    "unlicense bsd-2-clause bsd-3-clause isc zlib bsl-1.0 afl-3.0 artistic-2.0 ecl-2.0 mpl-2.0 cdla-permissive-1.0 "
    "cdla-permissive-2.0 cdla-sharing-1.0 etalab-2.0".split()
)
_SPELLED_OTHERWISE = {
    "NOASSERTION": "unknown", "C-UDA-1.0": "c-uda", "ODC-By-1.0": "odc-by", "PDDL-1.0": "pddl", "ODbL-1.0": "odbl",
    "GFDL-1.2-or-later": "gfdl", "GFDL-1.3-or-later": "gfdl", "GPL-2.0-only": "gpl-2.0", "GPL-2.0-or-later": "gpl-2.0",
    "GPL-3.0-only": "gpl-3.0", "GPL-3.0-or-later": "gpl-3.0", "LGPL-2.1-or-later": "lgpl-2.1",
    "LGPL-3.0-or-later": "lgpl-3.0", "AGPL-3.0-or-later": "agpl-3.0",
}  # fmt: skip
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
          (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"))  # fmt: skip
# What YAML 1.1 takes for a line end, or refuses; all are in the basic plane, so \uXXXX says them whole.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def front_matter(manifest: Mapping[str, Any], schema: pa.Schema, title: str) -> str:
    """The card's head between its `---` lines; `schema` is that of the shards."""
    splits = {split: facts["rows"] for split, facts in manifest["splits"].items()}
    filled = [split for split in SPLITS if splits[split]]
    files = [file for file in manifest["files"] if "split" in file]
    made = any(source["generator"] for source in manifest["sources"])
    about: dict[str, Any] = {
        "language": ["ko"],
        **hub_license(manifest["sources"]),
        "pretty_name": title,
        "task_categories": ["text-generation"],
        "size_categories": [size_category(sum(splits.values()))],
        "tags": ["korean", "instruction-tuning", "speech-level", *(["synthetic"] if made else []), "dadeum"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": HUB_SPLITS[name], "path": f"data/{name}-*.parquet"} for name in filled],
            }
        ],
        "dataset_info": {
            "features": [{"name": field.name, **_feature(field.type)} for field in schema],
            # No splits: `datasets` wants their bytes as Arrow, and warns every user where these are missing.
            "download_size": sum(file["bytes"] for file in files),
        },
    }
    return "".join(["---\n", *(_yaml(key, value) for key, value in about.items()), "---\n"])


def hub_license(sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`license` in the Hub's ids, a list where there are several; `other` with a name where its list lacks one."""
    found = {one.id: one for source in sources if source["rows_kept"] for one in read_license(source["license"])}
    listed = {id_: _hub_id(id_) for id_ in sorted(found)}
    if None not in listed.values():
        ids = sorted({str(id_) for id_ in listed.values()}) or [_SPELLED_OTHERWISE[NOASSERTION.id]]
        return {"license": ids[0] if len(ids) == 1 else ids}
    urls = [found[id_].url for id_, known in listed.items() if known is None and found[id_].url]
    return {"license": "other", "license_name": _slug(found.values()), **({"license_link": urls[0]} if urls else {})}


def size_category(rows: int) -> str:
    """The Hub's name for a size: 1K<n<10K."""
    return next((name for most, name in _SIZES if rows < most), "100M<n<1B")


def _hub_id(id_: str) -> str | None:
    return _SPELLED_OTHERWISE.get(id_) or (id_.lower() if id_.lower() in _LISTED else None)


def _slug(licenses: Iterable[License]) -> str:
    """A name as the Hub wants it, of small letters: licenseref-kogl-1-and-cc-by-4.0."""
    joined = "-and-".join(sorted(one.id.lower() for one in licenses))
    return re.sub(r"[^a-z0-9.]+", "-", joined).strip("-.") or "see-readme"


def _feature(kind: pa.DataType) -> dict[str, Any]:
    """A column's type as `datasets` writes it into a card."""
    if kinds.is_list(kind):
        inner = _feature(kind.value_type)
        return {"list": inner.get("struct") or inner.get("dtype") or inner}
    if kinds.is_struct(kind):
        return {"struct": [{"name": field.name, **_feature(field.type)} for field in kind]}
    return {"dtype": {"double": "float64", "float": "float32"}.get(str(kind), str(kind))}


def _yaml(name: str, value: object, pad: str = "") -> str:
    if isinstance(value, dict):
        return f"{pad}{name}:\n" + "".join(_yaml(key, one, f"{pad}  ") for key, one in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"{pad}{name}:\n" + "".join(f"{pad}- {_json(one)}\n" for one in value)
    return f"{pad}{name}: {_json(value)}\n"


def _json(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False)
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", told)
