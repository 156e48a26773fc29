"""Personal data in what a row brings along beside its messages: its id, its `meta`, and the documents it quotes.

Only what is surely personal is hidden in an id and in `meta`: sixteen digits may look like a card, and have no
sentence around them that would say otherwise.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.columns import list_owners, one_array
from curation.files import canonical_json
from curation.pii.find import find_pii
from curation.pii.found import Found
from curation.pii.masks import PiiEdit, mask

Hide = Callable[[str, Sequence[Found]], tuple[str, list[PiiEdit]]]
Told = list[dict[str, Any]]  # of one row: {field, before, after, why}
_ESCAPE = re.compile(r"\\(?:u....|.)")  # in JSON 담당\n010-… is a backslash, an n and no number of its own


def hide_beside(rows: pa.Table, hide: Hide, told: Sequence[Told]) -> pa.Table:
    """The rows without personal data in `source_row_id` and `meta`; what was hidden is added to what is told of each.

    An id is null where it would be masked: many rows would share [이메일주소] as theirs.
    """
    for name, hidden in (("source_row_id", _hidden_id), ("meta", _hidden_meta)):
        values = rows[name].to_pylist()
        found = _sure([_ESCAPE.sub(" ", value or "") for value in values])
        places = [place for place, some in enumerate(found) if some]
        for place in places:
            values[place] = hidden(values[place], hide, told[place])
        if places:
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, rows.schema.field(name), pa.array(values, pa.string()))
    return rows


def kinds_in_evidence(rows: pa.Table) -> list[set[str]]:
    """For each row the kinds of personal data in the names, sections and quotes of the documents it rests on."""
    evidence = one_array(rows["evidence"])
    spans = evidence.flatten()
    sections = pc.struct_field(spans, "section")
    joined = pc.binary_join(sections.cast(pa.list_(pa.string())), "\n")
    parts = (pc.struct_field(spans, "document"), joined, pc.struct_field(spans, "quote"))
    texts = pc.binary_join_element_wise(*parts, "\n", null_handling="skip").to_pylist()
    kinds: list[set[str]] = [set() for _ in range(rows.num_rows)]
    for row, found in zip(list_owners(evidence), find_pii(texts), strict=True):
        kinds[row] |= {one.kind for one in found}
    return kinds


def _hidden_id(value: str, hide: Hide, told: Told) -> str | None:
    made: Told = []
    text = _hidden(value, "", "source_row_id", hide, made)
    if hide is not mask:
        told += made
        return text
    told += ({**edit, "after": ""} for edit in made)
    return None


def _hidden_meta(meta: str, hide: Hide, told: Told) -> str:
    return canonical_json(_walk(json.loads(meta), "meta", "", hide, told)).decode()


def _walk(value: object, field: str, keys: str, hide: Hide, told: Told) -> object:
    """The value with its personal data hidden; the `keys` it stands under may say what it is: 계좌."""
    if isinstance(value, dict):
        made: dict[str, object] = {}
        for key, one in value.items():
            shown = _hidden(key, "", field, hide, told)
            if shown in made:  # two keys masked alike
                shown = f"{shown} {len(made)}"
            made[shown] = _walk(one, f"{field}.{shown}", f"{keys} {key}", hide, told)
        return made
    if isinstance(value, list):
        return [_walk(one, f"{field}[{place}]", keys, hide, told) for place, one in enumerate(value)]
    if isinstance(value, str | int) and not isinstance(value, bool):
        text = _hidden(str(value), f"{keys}: ", field, hide, told)
        return value if text == str(value) else text
    return value


def _hidden(text: str, label: str, field: str, hide: Hide, told: Told) -> str:
    """The text without what is surely personal where `label` stands before it."""
    behind = len(label)
    found = [
        Found(one.kind, one.start - behind, one.end - behind, one.confidence)
        for one in _sure([label + text])[0]
        if one.start >= behind
    ]
    hidden, edits = hide(text, found)
    told += ({"field": field} | {key: edit[key] for key in ("before", "after", "why")} for edit in edits)
    return hidden


def _sure(texts: Sequence[str]) -> list[tuple[Found, ...]]:
    return [tuple(one for one in found if one.confidence == "sure") for found in find_pii(texts)]
