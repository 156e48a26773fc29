"""What datagen says of a row in its `meta`: kind, persona, level of the question, how hard its evidence is to find."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import one_array
from curation.engine.parts import Part, read_part

# In `meta`, canonical JSON. A quote inside a text is escaped there, so that only a key can follow { or a comma. What is
# longer than a name of a source may be (records.py) names nothing.
_SAID = {name: rf'[{{,]"{name}":"(?P<value>[^"\\]{{1,200}})"' for name in ("kind", "persona", "question_level")}
_RANK = r'[{,]"rank":\{[^{}]*"faiss":(?P<value>[0-9]+)'
_GOOD_RANK = 5
_RANKS = ("1", f"2-{_GOOD_RANK}", f"{_GOOD_RANK + 1}+")


def written_as(meta: pa.ChunkedArray) -> dict[str, pa.Array]:
    """`kind`, `persona`, `question_level` and `rank` of each row, null where its meta does not say.

    `rank` is the place of the evidence among what FAISS finds for the question, 1, 2-5 or 6+: the farther, the harder.
    """
    texts = one_array(meta)
    found = {name: _extracted(texts, pattern) for name, pattern in _SAID.items()}
    rank = _extracted(texts, _RANK).cast(pa.float64())
    bounds = np.searchsorted([1, _GOOD_RANK], rank.to_numpy(zero_copy_only=False), side="left")
    unknown = rank.is_null().to_numpy(zero_copy_only=False)
    return found | {"rank": pa.array(_RANKS).take(pa.array(bounds, mask=unknown))}


def count_written(judged: Sequence[Part], is_kept: NDArray[np.bool_]) -> dict[str, dict[str, int]]:
    """How many kept rows are of each kind, persona, level of the question, and rank."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*_SAID, "rank")}
    for part in judged:
        rows = read_part(part, ["row", "meta"])
        kept = rows["meta"].filter(pa.array(is_kept[rows["row"].to_numpy()]))
        for name, values in written_as(kept).items():
            found = pc.value_counts(values.drop_null()).to_pylist()
            counts[name].update({one["values"]: one["counts"] for one in found})
    return {name: dict(sorted(found.items())) for name, found in counts.items()}


def _extracted(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.struct_field(pc.extract_regex(texts, pattern), "value")
