"""What was mended in the rows that were kept, and what personal data was hidden in them or is left."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import list_owners, one_array
from curation.engine.parts import Part, read_part
from curation.mending.edits import PERSONAL

Block = dict[str, dict[str, int]]


def mended(judged: Sequence[Part], is_kept: NDArray[np.bool_], *, pseudonyms: bool) -> dict[str, Block]:
    """The manifest's blocks `edits` and `personal_data`, of the rows in the parts `judged` that `is_kept[row]`.

    `edits`: by the reason for a mending, its edits and the rows that have any; an edit that was made for two reasons
    counts for both. `personal_data`: by kind, spans `hidden` and spans `left`, and the rows that have any. With
    `pseudonyms` as many spans of a row as were hidden are taken for these: 010-0609-5497 still looks like a number.
    """
    edits, edited, left, personal = (Counter[str]() for _ in range(4))
    for part in judged:
        rows = read_part(part, ["row", "edits", "pii"])
        rows = rows.filter(pa.array(is_kept[rows["row"].to_numpy()]))
        made = list(_reasons(rows["edits"]))
        spans = one_array(rows["pii"])
        kinds = pc.struct_field(spans.flatten(), "kind").to_pylist()
        found = Counter(zip(list_owners(spans).tolist(), kinds, strict=True))
        hidden = Counter((row, why.removeprefix(PERSONAL)) for row, why in made if why.startswith(PERSONAL))
        if pseudonyms:
            found -= hidden
        edits.update(why for _, why in made)
        edited.update(why for _, why in set(made))
        left.update(kind for _, kind in found.elements())
        personal.update(kind for _, kind in found.keys() | hidden.keys())
    return {
        "edits": {why: {"rows": edited[why], "edits": edits[why]} for why in sorted(edits)},
        "personal_data": {
            kind: {"hidden": edits[PERSONAL + kind], "left": left[kind], "rows": personal[kind]}
            for kind in sorted(personal)
        },
    }


def _reasons(edits: pa.ChunkedArray) -> Iterator[tuple[int, str]]:
    """(row, reason) for each reason of each edit; a row is told by its place."""
    has_some = np.flatnonzero(edits.is_valid().to_numpy())
    for row, told in zip(has_some.tolist(), edits.drop_null().to_pylist(), strict=True):
        yield from ((row, why) for edit in json.loads(told) for why in edit["why"].split("+"))
