"""The kept rows of a curated folder as hashes of their texts, by the place of their row_id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curation.dataset.shards import shard_paths
from curation.leaks.dealing import SPLITS
from curation.records import ROLES
from curation.releases.fates import Ids, number_texts

EXCERPT_CHARS = 200  # of each text in the ledger; see curation/dataset/ledger.py
_ROWS_AT_ONCE = 5_000
NONE = 0  # no kept row, or no such text
_COLUMNS = ["row_id", "source", "source_row_id", "messages", "user_level", "assistant_level"]


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """Each array by the place in `Ids`, NONE where no such row is kept; hashes hold within this process alone."""

    whole: NDArray[np.int64]  # all turns with their roles
    question: NDArray[np.int64]  # what the user says, so much of it as the ledger would hold
    answer: NDArray[np.int64]
    origin: NDArray[np.int64]  # source and source_row_id; NONE where the row has none
    levels: NDArray[np.int16]  # an index in the names of cells


def no_texts(ids: Ids) -> KeptTexts:
    """What a folder that keeps no row has."""
    whole, question, answer, origin = np.zeros((4, len(ids)), dtype=np.int64)
    return KeptTexts(whole, question, answer, origin, np.zeros(len(ids), dtype=np.int16))


def read_kept_texts(folder: Path, ids: Ids, alone: NDArray[np.bool_], cells: dict[str, int]) -> KeptTexts:
    """Hashes of every kept row; `cells` learns the names of level pairs: `casual × polite`.

    Question, answer and origin are those of `alone` rows (by place), which may go on under another id.
    """
    texts = no_texts(ids)
    for rows in each_kept(folder, _COLUMNS):
        at = ids.find(rows["row_id"])
        turns = rows["messages"].combine_chunks()
        texts.whole[at] = hash_texts(_joined(turns, ROLES, with_roles=True))
        pairs = pc.binary_join_element_wise(rows["user_level"], rows["assistant_level"], " × ")
        texts.levels[at] = number_texts(pairs.combine_chunks(), cells)
        here = alone[at]
        if here.any():
            _read_alone(texts, at[here], rows.filter(pa.array(here)))
    return texts


def each_kept(folder: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The kept rows of all splits with some of their columns, some thousand at a time and in little memory."""
    for path in (path for split in SPLITS for path in shard_paths(folder, split)):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):  # one by one, and by one thread, takes a third of the memory
                for batch in file.iter_batches(_ROWS_AT_ONCE, [group], list(columns), use_threads=False):
                    yield pa.Table.from_batches([batch])


def _read_alone(texts: KeptTexts, at: NDArray[np.int64], rows: pa.Table) -> None:
    turns = rows["messages"].combine_chunks()
    for column, role in ((texts.question, "user"), (texts.answer, "assistant")):
        column[at] = hash_texts(pc.utf8_slice_codeunits(_joined(turns, (role,)), 0, EXCERPT_CHARS))
    texts.origin[at] = hash_texts(pc.binary_join_element_wise(rows["source"], rows["source_row_id"], "\n"))


def hash_texts(texts: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Python's own hash of each text, a tenth of the time of any that is equal on every machine; NONE for null."""
    found = np.fromiter(map(hash, texts.to_pylist()), np.int64, len(texts))
    found[pc.is_null(texts).to_numpy(zero_copy_only=False)] = NONE
    return found


def _joined(messages: pa.ListArray, roles: Sequence[str], *, with_roles: bool = False) -> pa.Array:
    """The turns of these roles of each row, a line each."""
    turns = messages.flatten()
    role, content = (turns.field(name) for name in ("role", "content"))
    wanted = pc.is_in(role, pa.array(roles))
    owners = pc.list_parent_indices(messages).filter(wanted).to_numpy()
    said = pc.binary_join_element_wise(role, content, ": ") if with_roles else content
    counts = np.bincount(owners, minlength=len(messages))
    bounds = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(bounds, said.filter(wanted)), "\n")
