"""What the tests of the reading share: rows, a file of them written, packed and read back, whole or by chunks."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, settings

from curation.recipes.schema import Read
from curation.records import PARSED
from curation.sources.inputs import InputFile, find_inputs
from curation.sources.reading import Broken, Chunk, parse_chunk, scan


@dataclass
class Reading:
    """All that a file gave: its rows in the order of the file, its broken records, and how many lines were blank."""

    rows: pa.Table
    broken: list[Broken]
    blank: int

    @property
    def reasons(self) -> list[str]:
        return [one.reason for one in self.broken]

    @property
    def turns(self) -> list[list[str]]:
        return [[turn["content"] for turn in row] for row in self.rows["messages"].to_pylist()]

    @property
    def positions(self) -> list[int]:
        return self.rows["position"].to_pylist()


def input_file(path: Path, settings: Read) -> InputFile:
    (file,) = find_inputs([path], settings)
    return file


def read_chunks(chunks: list[Chunk], settings: Read) -> Reading:
    parsed = [parse_chunk(chunk, settings) for chunk in chunks]
    return Reading(
        pa.concat_tables([PARSED.empty_table(), *(one.rows for one in parsed)]),
        [broken for one in parsed for broken in one.broken],
        sum(chunk.blank for chunk in chunks),
    )


def read_file(path: Path, settings: Read | None = None) -> Reading:
    settings = settings or Read()
    return read_chunks(list(scan(input_file(path, settings), settings)), settings)


def read_bytes(folder: Path, data: bytes, name: str = "rows.jsonl", settings: Read | None = None) -> Reading:
    path = folder / name
    path.write_bytes(data)
    return read_file(path, settings)


def chunks_of(path: Path, read: Read | None = None) -> list[Chunk]:
    read = read or Read()
    return list(scan(input_file(path, read), read))


ANSWER = "매월 말일에 합니다."
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(question: str = "재고 실사는 언제 해?", **fields: object) -> dict[str, object]:
    return {"question": question, "answer": ANSWER, **fields}


def json_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


GOOD = json_line(row())


def zstd(data: bytes) -> bytes:
    made = pa.BufferOutputStream()
    with pa.CompressedOutputStream(made, "zstd") as out:
        out.write(data)
    return made.getvalue().to_pybytes()


PACK = {"": lambda data: data, ".gz": gzip.compress, ".zst": zstd}


def questions(found: Reading) -> list[str]:
    return [turns[0] for turns in found.turns]


def metas(found: Reading) -> list[dict[str, object]]:
    return [json.loads(meta) for meta in found.rows["meta"].to_pylist()]
