"""What a row may repeat by: a key of its very letters, numbers, codes and signs, and MinHash bands of its shingles."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.dedup.guards import read_facts
from curation.dedup.letters import Letters
from curation.dedup.minhash import hash_shingles, signatures
from curation.hashing import hash_each, mix
from curation.recipes.schema import Repeats

_PREFIX = {"question": "q", "answer": "a"}  # before every shingle: equal words of two roles are no common shingle


@dataclass(frozen=True, slots=True)
class _Field:
    """One role of some rows."""

    exact: NDArray[np.uint64]  # 128 bits of a text's letters and facts, shape (rows, 2)
    must_equal: NDArray[np.uint64]  # of what it must share with a text that it repeats even nearly
    is_long: NDArray[np.bool_]
    signature: NDArray[np.uint32]


def roles_of(settings: Repeats) -> tuple[str, ...]:
    """The columns that must repeat for a row to be one."""
    return ("question", "answer") if settings.drop_by in {"pair", "none"} else (settings.drop_by,)


def sign(rows: pa.Table, settings: Repeats) -> pa.Table:
    """The same rows with `exact_key`, binary(16), and `bands`, list<uint64>.

    Rows with the same letters and facts (numbers, codes, signs) in each role of the policy have the same `exact_key`.
    Rows that may repeat each other nearly share a band: `settings.bands` of them, none where every field is too short
    to repeat but exactly. One signature stands for all roles' shingles, told apart by a prefix: where each role's
    similarity reaches a threshold, so does that of the union, and a shared answer alone proposes little. What has to
    be equal anyway (a short field; with guards, the facts) is part of the band's key, so that a template filled with a
    thousand numbers proposes no pairs.
    """
    fields = [_field(rows[role], _PREFIX[role], settings) for role in roles_of(settings)]
    exact, must_equal = fields[0].exact, fields[0].must_equal
    for field in fields[1:]:
        exact, must_equal = mix(exact) + field.exact, mix(must_equal) + field.must_equal
    may_near = np.any([field.is_long for field in fields], axis=0)
    signature = np.min([field.signature for field in fields], axis=0)
    keys = pa.Array.from_buffers(pa.binary(16), rows.num_rows, [None, pa.py_buffer(exact.astype("<u8").tobytes())])
    return rows.append_column("exact_key", keys).append_column(
        "bands", _bands(signature, must_equal, may_near, settings)
    )


def _field(column: pa.ChunkedArray, prefix: str, settings: Repeats) -> _Field:
    letters, facts = read_facts(column, settings.min_near_letters)
    is_long = letters.counts >= settings.min_near_letters
    exact = _digests(letters, facts)
    guarded = hash_each(pa.array(facts, pa.string())) if settings.guards else np.zeros(len(facts), dtype=np.uint64)
    signature = signatures(
        *hash_shingles(letters, settings.shingle_chars, prefix, is_long),
        num_perm=settings.num_perm,
        seed=settings.signature_seed,
        first=settings.bands * settings.rows,
    )
    return _Field(exact, np.where(is_long, guarded, exact[:, 0]), is_long, signature)


def _digests(letters: Letters, facts: Sequence[str]) -> NDArray[np.uint64]:
    """128 bits of each text's letters and facts, shape `(texts, 2)`."""
    points = memoryview(letters.points.tobytes())
    ends = (4 * letters.bounds).tolist()
    digests = []
    for start, end, fact in zip(ends[:-1], ends[1:], facts, strict=True):
        digest = hashlib.blake2b(points[start:end], digest_size=16)
        digest.update(f"\t{fact}".encode())  # no letter: a mark where the letters end
        digests.append(digest.digest())
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)


def _bands(
    signature: NDArray[np.uint32], must_equal: NDArray[np.uint64], may_near: NDArray[np.bool_], settings: Repeats
) -> pa.ListArray:
    """Each row's band keys: 64 bits of a band's values, its number, and what must be equal."""
    values: NDArray[np.uint64] = signature[may_near].reshape(-1, settings.bands, settings.rows).astype(np.uint64)
    keys: NDArray[np.uint64] = np.add.outer(must_equal[may_near], np.arange(settings.bands, dtype=np.uint64))
    for row in range(settings.rows):
        keys = mix(keys ^ values[:, :, row])
    offsets = np.concatenate(([0], np.cumsum(may_near * settings.bands)))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(keys.ravel(), pa.uint64()))
