"""Rows of a Parquet file as JSON objects: a date or a decimal becomes its text, and nothing becomes another number."""

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from curation.errors import InputError
from curation.records import UnreadableError


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a Parquet file, the first of them number `first`, counted from 1 through the file.

    Where `batch` is None they cannot be read, and `fault` says (reason, detail) of each.
    """

    first: int
    count: int
    batch: pa.RecordBatch | None
    fault: tuple[str, str] | None = None


def scan_parquet(path: Path, most_rows: int, most_bytes: int) -> Iterator[Rows]:
    """The rows of each row group, at most so many at a time, and of about so many bytes; what is lost is counted too.

    Raises InputError where it is no Parquet file.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True, buffer_size=2**20)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            str(path), f"is no Parquet file that can be read: {error}",
            mend="copy or download it again; its last bytes hold the table of contents",
            mend_ko="파일을 다시 복사하거나 내려받으세요. 파일 끝에 있는 목차를 읽을 수 없습니다",
        ) from error  # fmt: skip
    with file:
        first = 1
        for group in range(file.num_row_groups):
            about = file.metadata.row_group(group)
            last = first + about.num_rows
            fitting = most_bytes * about.num_rows // max(about.total_byte_size, 1)
            try:
                for batch in file.iter_batches(batch_size=max(1, min(most_rows, fitting)), row_groups=[group]):
                    yield Rows(first, batch.num_rows, batch)
                    first += batch.num_rows
            except (OSError, pa.ArrowException) as error:
                fault = ("damaged_row_group", f"row group {group} cannot be read from row {first} on: {error}")
                for lost in range(first, last, most_rows):
                    yield Rows(lost, min(most_rows, last - lost), None, fault)
            first = last


def as_objects(batch: pa.RecordBatch) -> list[dict[str, Any] | UnreadableError]:
    """Each row as JSON would hold it, same order; an error where one holds what is no text."""
    if len(set(batch.schema.names)) < batch.num_columns:
        fault = UnreadableError("duplicate_key", f"has a column twice: {', '.join(batch.schema.names)}")
        return [fault] * batch.num_rows
    plain = [column.cast(_json_type(column.type)) for column in batch.columns]
    rows = pa.RecordBatch.from_arrays(plain, names=batch.schema.names)
    odd = [field.name for field in rows.schema if _needs_care(field.type)]
    try:
        found = rows.to_pylist()
    except UnicodeDecodeError as error:
        if rows.num_rows == 1:
            return [UnreadableError("not_utf8", str(error))]
        return [one for row in range(rows.num_rows) for one in as_objects(rows.slice(row, 1))]
    for row in found:
        row.update((name, _as_json(row[name])) for name in odd)
    return list(found)


def _json_type(kind: pa.DataType) -> pa.DataType:
    """The type whose values Python reads as JSON: dates, times and decimals as text (1.10 stays 1.10)."""
    if kinds.is_temporal(kind) or kinds.is_decimal(kind):
        return pa.string()
    if kinds.is_dictionary(kind):
        return _json_type(kind.value_type)
    if kinds.is_struct(kind):
        return pa.struct([field.with_type(_json_type(field.type)) for field in kind])
    if kinds.is_list(kind) or kinds.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_json_type(kind.value_type)))
    return kind


def _needs_care(kind: pa.DataType) -> bool:
    """Whether values of a type may be none of JSON's: bytes, NaN, the pairs of a map."""
    return not (
        kinds.is_string(kind)
        or kinds.is_large_string(kind)
        or kinds.is_integer(kind)
        or kinds.is_boolean(kind)
        or (kinds.is_struct(kind) and not any(_needs_care(field.type) for field in kind))
        or ((kinds.is_list(kind) or kinds.is_large_list(kind)) and not _needs_care(kind.value_type))
    )


def _as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Bytes as Base64, what is no finite number as its text (pandas writes NaN for nothing), the rest as it is."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value
