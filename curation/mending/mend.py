"""Texts mended where the recipe says so, each change audited, and what was mended tagged anew.

In this order: damage repaired, special characters cleaned, personal data hidden, answers put into the wanted speech
level. What the recipe would rather drop than mend is found here and left as it is; but personal data is hidden in rows
that are to go as well, since what is told of a dropped row quotes it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import holds_any, numbers, says
from curation.files import canonical_json
from curation.mending.besides import Hide, hide_beside, kinds_in_evidence
from curation.mending.cleaning import clean
from curation.mending.edits import PERSONAL, Draft, Edit, revised, source_span
from curation.mending.repairing import repair_damage
from curation.mending.rewriting import into_levels
from curation.pii.find import find_pii
from curation.pii.masks import mask
from curation.pii.pseudonyms import pseudonymise
from curation.recipes.schema import CurationRecipe

Retag = Callable[[pa.Table], pa.Table]

_SPANS = pa.list_(pa.struct([("turn", pa.int64()), ("start", pa.int64()), ("end", pa.int64()), ("why", pa.string())]))
# What was found and not mended: null, or spans of the original text; kinds of personal data where the row is to go.
FINDINGS = pa.schema(
    [("damaged", _SPANS), ("special", _SPANS), ("unconverted", _SPANS), ("personal", pa.list_(pa.string()))]
)
_Spans = dict[int, list[tuple[int, int, str]]]  # place of a turn → (start, end, why) in its original text


@dataclass(frozen=True, slots=True)
class Mended:
    """The rows with their new texts and tags and the columns of `FINDINGS`; each row's edits as canonical JSON."""

    rows: pa.Table
    edits: list[str | None]


@dataclass(frozen=True, slots=True)
class _Turns:
    """All turns of all rows in order: turn i belongs to row `rows[i]`, the turns of a row begin at `firsts[row]`."""

    roles: list[str]
    contents: list[str]
    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]


def mend(
    rows: pa.Table, recipe: CurationRecipe, retag: Retag, *, words: tuple[str, ...], pseudonym_key: bytes | None
) -> Mended:
    """The rows in order, mended; `retag` and the form of the edits as in `rules.judge`.

    Personal data is hidden in every turn, in `source_row_id` and in `meta`. In `evidence` it stays: a quote is what the
    document says between its offsets, to the letter. Only pii = "drop" lets no such row through.
    """
    hide = _hiding(recipe, pseudonym_key)
    turns = _turns(rows["messages"])
    drafts = [Draft(text, text) for text in turns.contents]
    tidied, damaged, special = _tidied(rows, turns, drafts, recipe, hide)
    rows = _retagged(rows, turns, drafts, tidied, retag)
    edits, left = into_levels(rows, turns.rows, turns.roles, [draft.text for draft in tidied], recipe, words)
    final = _revised(tidied, edits)
    rows = _retagged(rows, turns, tidied, final, retag)
    unconverted = _in_originals(tidied, left)
    told = _audit(final, turns)
    if recipe.rules.pii != "keep":
        rows = hide_beside(rows, hide, told)
    personal = _personal(rows, told) if recipe.rules.pii == "drop" else [None] * rows.num_rows
    findings = (*(_by_row(found, turns) for found in (damaged, special, unconverted)), personal)
    for field, values in zip(FINDINGS, findings, strict=True):
        rows = rows.append_column(field, pa.array(values, field.type))
    return Mended(rows, [canonical_json(edits).decode() if edits else None for edits in told])


def _tidied(
    rows: pa.Table, turns: _Turns, drafts: list[Draft], recipe: CurationRecipe, hide: Hide
) -> tuple[list[Draft], _Spans, _Spans]:
    """The drafts repaired, cleaned and without personal data; and damage and special characters not to be mended."""
    rules, damaged, special = recipe.rules, _Spans(), _Spans()
    if rules.damaged != "keep":
        found = _edits_at(np.flatnonzero(_is_damaged(rows)[turns.rows]), drafts, repair_damage)
        if rules.damaged == "mend":
            drafts = _revised(drafts, found)
        else:
            damaged = _in_originals(drafts, _places_of(found))
    if rules.special != "keep":
        found = _edits_at(range(len(drafts)), drafts, clean)
        if rules.special == "clean":
            drafts = _revised(drafts, found)
        else:
            special = _in_originals(drafts, _places_of(found))
    if rules.pii != "keep":
        is_personal = holds_any(rows, "pii")[turns.rows]
        places = [place for place, draft in enumerate(drafts) if is_personal[place] or draft.edits]
        drafts = _revised(drafts, _edits_at(places, drafts, partial(_hidden, hide=hide)))
    return drafts, damaged, special


def _hidden(texts: Sequence[str], *, hide: Hide) -> list[tuple[Edit, ...]]:
    """The edits that hide the personal data of each text."""
    made = [hide(text, found)[1] for text, found in zip(texts, find_pii(texts), strict=True)]
    return [tuple(Edit(**edit) for edit in edits) for edits in made]


def _hiding(recipe: CurationRecipe, key: bytes | None) -> Hide:
    """How personal data is hidden: by the name of its kind, or by a pseudonym, which has to have a key (ValueError)."""
    if recipe.rules.pii != "pseudonym":
        return mask
    if not key:
        raise ValueError("pseudonyms need a key that nobody else holds")
    return partial(pseudonymise, key=key)


def _personal(rows: pa.Table, told: Sequence[list[dict[str, object]]]) -> list[list[str] | None]:
    """The kinds of personal data that each row held, or still holds in its evidence; null where none."""
    kinds = kinds_in_evidence(rows)
    for some, edits in zip(kinds, told, strict=True):
        reasons = (why for edit in edits for why in str(edit["why"]).split("+"))
        some.update(why.removeprefix(PERSONAL) for why in reasons if why.startswith(PERSONAL))
    return [sorted(some) or None for some in kinds]


def _edits_at(
    places: Iterable[int], drafts: Sequence[Draft], find: Callable[[Sequence[str]], list[tuple[Edit, ...]]]
) -> dict[int, tuple[Edit, ...]]:
    """What `find` would change in the texts of the drafts at `places`, where it would change something."""
    asked = list(map(int, places))
    found = find([drafts[place].text for place in asked])
    return {place: edits for place, edits in zip(asked, found, strict=True) if edits}


def _revised(drafts: Sequence[Draft], edits: dict[int, tuple[Edit, ...]]) -> list[Draft]:
    new = list(drafts)
    for place, some in edits.items():
        new[place] = revised(drafts[place], some)
    return new


def _places_of(edits: Mapping[int, Sequence[Edit]]) -> _Spans:
    return {place: [(edit.start, edit.end, edit.why) for edit in some] for place, some in edits.items()}


def _in_originals(drafts: Sequence[Draft], spans: _Spans) -> _Spans:
    """Spans of the drafts' texts as spans of their originals."""
    return {
        place: [(*source_span(drafts[place], start, end), why) for start, end, why in some]
        for place, some in spans.items()
    }


def _is_damaged(rows: pa.Table) -> NDArray[np.bool_]:
    """Rows with mojibake, or with loose letters that may spell syllables."""
    damaged = np.zeros(rows.num_rows, dtype=np.bool_)
    for role in ("user", "assistant"):
        damaged |= says(rows, f"{role}_mojibake") | (numbers(rows, f"{role}_jamo") > 0)
    return damaged


def _retagged(rows: pa.Table, turns: _Turns, before: Sequence[Draft], after: Sequence[Draft], retag: Retag) -> pa.Table:
    """The rows with the texts of `after`; those in which a text changed are tagged anew."""
    changed = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old.text != new.text]
    if not changed:
        return rows
    places = np.unique(turns.rows[changed])
    messages = []
    for row in places:
        first, last = turns.firsts[row : row + 2]
        messages.append([{"role": turns.roles[place], "content": after[place].text} for place in range(first, last)])
    field = rows.schema.field("messages")
    at = rows.schema.get_field_index("messages")
    some = rows.take(pa.array(places)).set_column(at, field, pa.array(messages, field.type))
    order = np.arange(rows.num_rows)
    order[places] = rows.num_rows + np.arange(len(places))
    return pa.concat_tables([rows, retag(some).select(rows.column_names).cast(rows.schema)]).take(pa.array(order))


def _turns(messages: pa.ChunkedArray) -> _Turns:
    lengths = pc.list_value_length(messages).to_numpy()
    turns = pc.list_flatten(messages)
    roles, contents = (pc.struct_field(turns, name).to_pylist() for name in ("role", "content"))
    firsts = np.concatenate([[0], np.cumsum(lengths)])
    return _Turns(roles, contents, np.repeat(np.arange(len(lengths)), lengths), firsts)


def _by_row(found: _Spans, turns: _Turns) -> list[list[dict[str, object]] | None]:
    by_row: list[list[dict[str, object]] | None] = [None] * (len(turns.firsts) - 1)
    for place in sorted(found):
        row = turns.rows[place]
        turn = int(place - turns.firsts[row])
        spans: list[dict[str, object]] = [
            {"turn": turn, "start": start, "end": end, "why": why} for start, end, why in found[place]
        ]
        by_row[row] = [*(by_row[row] or ()), *spans]
    return by_row


def _audit(drafts: Sequence[Draft], turns: _Turns) -> list[list[dict[str, object]]]:
    """Each row's edits, in the order of its turns."""
    by_row: list[list[dict[str, object]]] = [[] for _ in turns.firsts[1:]]
    for place, draft in enumerate(drafts):
        row = int(turns.rows[place])
        by_row[row] += ({"turn": int(place - turns.firsts[row]), **asdict(edit)} for edit in draft.edits)
    return by_row
