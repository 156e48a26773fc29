"""Which rows the screens found something in, whatever a recipe made of it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_BOTH = ("user", "assistant")
COLUMNS = (
    "assistant_chars", "assistant_cut_off", "assistant_refusal", "assistant_boilerplate", "assistant_translationese",
    *(f"{role}_{tag}" for role in _BOTH for tag in ("mojibake", "jamo")),
)  # fmt: skip


def find_standing(rows: pa.Table) -> dict[str, NDArray[np.bool_]]:
    """By signal which rows show it. `rows` has `COLUMNS`, as `tags` makes them; an answer grounded in saying that the
    material does not tell is no refusal."""
    found = {
        "empty_answer": pc.equal(rows["assistant_chars"], 0),
        "cut_off": pc.is_valid(rows["assistant_cut_off"]),
        "refusal": pc.equal(rows["assistant_refusal"], "refusal"),
        "boilerplate": pc.greater(pc.list_value_length(rows["assistant_boilerplate"]), 0),
        "translationese": pc.greater(pc.list_value_length(rows["assistant_translationese"]), 0),
        "mojibake": pc.or_(*(pc.is_valid(rows[f"{role}_mojibake"]) for role in _BOTH)),
        "jamo": pc.or_(*(pc.greater(rows[f"{role}_jamo"], 0) for role in _BOTH)),
    }
    return {name: pc.fill_null(hits, False).to_numpy() for name, hits in found.items()}
