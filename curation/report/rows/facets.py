"""Which figures of the report a row stands behind: its tags, taken from columns, a block of rows at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import list_bounds, list_owners, one_array
from curation.dataset.written import written_as
from curation.mending.edits import PERSONAL
from curation.signals.standing import COLUMNS as SIGNAL_COLUMNS
from curation.signals.standing import find_standing

ROLES = ("user", "assistant")
MEASURES = {"chars": "chars", "tokens": "tokens", "hangul": "hangul_share"}  # of a text: their columns
# What `kept_facets` reads of a shard.
FACET_COLUMNS = (
    "source", "license", "assistant_style", "pii", "meta",
    *(f"{role}_{tag}" for role in ROLES for tag in ("level", "sentence_levels", "level_confidence")),
    *(f"{role}_{tag}" for role in ROLES for tag in MEASURES.values() if f"{role}_{tag}" not in SIGNAL_COLUMNS),
    *SIGNAL_COLUMNS,
)  # fmt: skip
_WHY = '"why":"'  # in `because`, canonical JSON


@dataclass(frozen=True, slots=True)
class Facet:
    """Tags of a block's rows: row `rows[i]` has the tag `names[codes[i]]`; one may be told twice."""

    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scale:
    """By what the manifest counted: lower edges of the bins by measure (chars, tokens, hangul), when a level is unsure.

    `is_written` where datagen wrote rows, and so kinds and personas are counted; `has_pseudonyms` where these stand for
    personal data in the texts.
    """

    bins: Mapping[str, Sequence[float]]
    doubtful_below: float
    is_written: bool
    has_pseudonyms: bool


def scale_of(manifest: Mapping[str, Any]) -> Scale:
    """The scale that the manifest's figures were counted by."""
    statistics = manifest["statistics"]
    has_pseudonyms = manifest["recipe"]["rules"]["pii"] == "pseudonym"
    return Scale(statistics["bins"], statistics["doubtful_below"], bool(manifest["written"]), has_pseudonyms)


def kept_facets(rows: pa.Table, split: str, scale: Scale) -> Iterator[Facet]:
    """The tags of rows of a shard of `split`, which have `FACET_COLUMNS`."""
    yield _all(rows, "verdict:keep")
    yield _all(rows, f"split:{split}")
    for column, name in (("source", "source"), ("license", "license"), ("assistant_style", "style")):
        yield _words(rows[column], name)
    for role in ROLES:
        yield _words(rows[f"{role}_level"], role)
        yield _lists(one_array(rows[f"{role}_sentence_levels"]), f"sentence_{role}")
        for measure, edges in scale.bins.items():
            yield _binned(rows[f"{role}_{MEASURES[measure]}"], edges, f"{measure}_{role}")
        sure = rows[f"{role}_level_confidence"].to_numpy()
        yield _some(np.asarray(sure < scale.doubtful_below), f"doubtful:{role}")
    yield from (_some(hits, f"signal:{name}") for name, hits in find_standing(rows).items())
    yield _lists(one_array(rows["pii"]), "pii", pick=lambda spans: pc.struct_field(spans, "kind"))
    if scale.is_written:
        for name, values in written_as(rows["meta"]).items():
            yield _words(values, name)


def cells(rows: pa.Table) -> list[Facet]:
    """Two tags as one, where a figure counts both: `user:casual assistant:polite`, `source:wms license:CC-BY-4.0`."""
    return [
        _crossed(_words(rows["user_level"], "user"), _words(rows["assistant_level"], "assistant")),
        _crossed(_words(rows["source"], "source"), _words(rows["license"], "license")),
    ]


def gone_facets(lines: pa.Table) -> Iterator[Facet]:
    """The tags of lines of the ledger that did not stay, but for what was mended in them."""
    for column in ("verdict", "step", "source"):
        yield _words(lines[column], column)
    yield _words(pc.binary_join_element_wise(lines["step"], lines["reason"], "/"), "reason")


def edit_facets(lines: pa.Table) -> Iterator[Facet]:
    """What was mended in kept rows, from their lines in the ledger: a kept row's `because` tells of edits alone."""
    told = np.flatnonzero(pc.match_substring(lines["because"], _WHY).to_numpy())
    parts = one_array(pc.split_pattern(lines["because"].take(pa.array(told)), _WHY))
    behind = np.ones(len(parts.flatten()), dtype=np.bool_)
    behind[list_bounds(parts)[:-1]] = False  # what stands before the first of them
    whys = pc.list_element(pc.split_pattern(parts.flatten().filter(pa.array(behind)), '"', max_splits=1), 0)
    owners = told[list_owners(parts)[behind]]
    for why in pc.unique(whys).to_pylist():
        rows = np.unique(owners[pc.equal(whys, why).to_numpy(zero_copy_only=False)])
        for tag in why_tags(why):
            yield Facet(rows, np.zeros(len(rows), dtype=np.int64), [tag])


def why_tags(why: str) -> list[str]:
    """The tags of an edit by its reasons, joined with +: `edit:special`, and `pii:phone` where it hid one."""
    reasons = why.split("+")
    return [f"edit:{one}" for one in reasons] + [one for one in reasons if one.startswith(PERSONAL)]


def tags_by_row(facets: Iterable[Facet], rows: int) -> list[list[str]]:
    """For each of a block's rows its tags, each once, in the order of the facets."""
    found: list[dict[str, None]] = [{} for _ in range(rows)]
    for facet in facets:
        for row, code in zip(facet.rows.tolist(), facet.codes.tolist(), strict=True):
            found[row][facet.names[code]] = None
    return [list(tags) for tags in found]


def _all(rows: pa.Table, tag: str) -> Facet:
    return _some(np.ones(rows.num_rows, dtype=np.bool_), tag)


def _some(hits: NDArray[np.bool_], tag: str) -> Facet:
    rows = np.flatnonzero(hits)
    return Facet(rows, np.zeros(len(rows), dtype=np.int64), [tag])


def _words(column: pa.ChunkedArray | pa.Array, name: str) -> Facet:
    codes, names = _coded(one_array(column), name)
    rows = np.flatnonzero(codes >= 0)
    return Facet(rows, codes[rows], names)


def _crossed(one: Facet, other: Facet) -> Facet:
    """Each row's two tags; every row has one of both."""
    width = len(other.names)
    both = one.codes * width + other.codes
    is_there = np.bincount(both) > 0
    names = [f"{one.names[code // width]} {other.names[code % width]}" for code in np.flatnonzero(is_there).tolist()]
    return Facet(one.rows, (np.cumsum(is_there) - 1)[both], names)


def _lists(lists: pa.ListArray, name: str, *, pick: Callable[[pa.Array], pa.Array] = lambda values: values) -> Facet:
    """The values of each row's list."""
    codes, names = _coded(pick(lists.flatten()), name)
    return Facet(list_owners(lists)[codes >= 0], codes[codes >= 0], names)


def _coded(values: pa.Array, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """A code for each value, -1 where null, and the tag that each code stands for."""
    coded = values.cast(pa.string()).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [f"{name}:{word}" for word in coded.dictionary.to_pylist()]


def _binned(column: pa.ChunkedArray, edges: Sequence[float], name: str) -> Facet:
    values = column.cast(pa.float64()).to_numpy()  # nan where null
    rows = np.flatnonzero(~np.isnan(values))
    codes = np.searchsorted(np.asarray(edges, dtype=np.float64), values[rows], side="right") - 1
    return Facet(rows, codes, [f"{name}:{place}" for place in range(len(edges))])
