"""The rows of a split, read from a verified manifest's shards."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from curation.errors import InputError
from curation.manifest import Manifest
from trainer.templates import Messages

_COLUMNS = ["row_id", "messages"]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True)
    role: str
    content: str


class _Record(BaseModel):
    """What the trainer needs of a shard's row; the other columns are curation's."""

    model_config = ConfigDict(strict=True)
    row_id: str
    messages: list[_Message]


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation and the id that curation gave it."""

    row_id: str
    messages: Messages


def read_rows(manifest: Manifest, split: str) -> Iterator[Row]:
    """The rows of `split`, in the manifest's order. Raises InputError that names the shard and row that is not so."""
    for path in manifest.shards(split):
        records = _parquet(path) if path.suffix == ".parquet" else _json_lines(path)
        for number, record in enumerate(records, start=1):
            yield _row(record, f"{path}: row {number}")


def _parquet(path: Path) -> Iterator[Any]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        missing = [column for column in _COLUMNS if column not in file.schema_arrow.names]
        if missing:
            raise _not_contracted(str(path), f"has no column {', '.join(missing)}")
        for batch in file.iter_batches(columns=_COLUMNS):
            yield from batch.to_pylist()


def _json_lines(path: Path) -> Iterable[Any]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise _not_contracted(f"{path}: line {number}", f"is not JSON ({error})") from error


def _row(record: object, where: str) -> Row:
    try:
        checked = _Record.model_validate(record)
    except ValidationError as error:
        fault = error.errors()[0]
        raise _not_contracted(f"{where}: {'.'.join(map(str, fault['loc']))}", fault["msg"]) from error
    return Row(checked.row_id, [{"role": message.role, "content": message.content} for message in checked.messages])


def _not_contracted(where: str, what: str) -> InputError:
    return InputError(
        where, what, mend="make the dataset again with python -m curation run",
        mend_ko="python -m curation run 으로 데이터셋을 다시 만드세요",
    )  # fmt: skip
