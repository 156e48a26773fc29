"""The engine on one machine: `map` over shards, and `shuffle`, the one wide operation."""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

Step = Callable[[pa.Table], pa.Table]
_SHARD_ROWS = 2_000


def map_shards(table: pa.Table, step: Step, *, on_rows: Callable[[int], None]) -> pa.Table:
    """`step` applied to shards of at most 2,000 rows, in order; it adds columns and keeps the rows.

    `on_rows` hears how many rows are done after each shard.
    """
    done: list[pa.Table] = []
    for start in range(0, max(table.num_rows, 1), _SHARD_ROWS):
        shard = table.slice(start, _SHARD_ROWS)
        result = step(shard)
        if result.num_rows != shard.num_rows:
            raise RuntimeError(f"a step turned {shard.num_rows} rows into {result.num_rows}")
        done.append(result)
        on_rows(start + shard.num_rows)
    return pa.concat_tables(done)


def shuffle(table: pa.Table, by: str) -> Iterator[tuple[str, pa.Table]]:
    """Every key of column `by`, ascending, with all its rows sorted by `row_id`: same key, same call."""
    for key in sorted(pc.unique(table[by]).to_pylist()):
        yield key, table.filter(pc.equal(table[by], key)).sort_by("row_id")
