"""Batch files: the requests that wait in a journal out to a provider or `vllm run-batch`, and their results back."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation.errors import InputError, run_command
from curation.files import replacing

if TYPE_CHECKING:
    from datagen.llm.calls.journal import Journal

# What OpenAI takes as one file.
_MOST_LINES, _MOST_BYTES = 50_000, 200_000_000
_AWKWARD = re.compile(r"[^\w.-]+")  # in a file's name
_SHOWN = 20  # faults of one reason on the screen


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of a result file, from 1, without an answer: `unreadable`, `unknown` (its custom_id), or how it failed."""

    line: int
    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a result file's lines: each is kept, was answered before, or is a fault; blank ones do not count."""

    kept: int
    known: int
    faults: list[Fault]


def write_batches(
    lines: Iterable[bytes], path: Path, *, most_lines: int = _MOST_LINES, most_bytes: int = _MOST_BYTES
) -> dict[Path, int]:
    """The lines in as many files as the limits ask for, `NAME.jsonl`, `NAME-2.jsonl` …, and how many stand in each.

    Raises InputError where such a file is there already: sent twice, it would be paid twice.
    """
    files: dict[Path, int] = {}
    rest = iter(lines)
    line = next(rest, None)
    while line is not None:
        target = path.with_stem(f"{path.stem}-{len(files) + 1}") if files else path
        if target.exists():
            raise InputError(
                str(target), "is there already; it may have been sent",
                mend="import its results, then move it away; or give another --out",
                mend_ko="결과를 가져온 뒤 옮기거나 --out 으로 다른 파일을 지정하세요",
            )  # fmt: skip
        count = size = 0
        with replacing(target) as file:
            while line is not None and count < most_lines and (not count or size + len(line) <= most_bytes):
                file.write(line)
                count, size, line = count + 1, size + len(line), next(rest, None)
        files[target] = count
    return files


def take_results(lines: Iterable[bytes], journal: Journal) -> Taken:
    """Keep every answer among the lines, in whatever order they stand; the first answer to a request stays.

    A request that failed goes on waiting.
    """
    from datagen.llm.calls.batch_lines import read_result
    from datagen.llm.request import Failure

    kept = known = 0
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            key, result = read_result(line)
        except ValueError as error:
            faults.append(Fault(number, "unreadable", str(error)))
            continue
        state = journal.state(key)
        if state is None:
            faults.append(Fault(number, "unknown", f"{key[:64]} was never asked here"))
        elif state == "answered":
            known += 1
        elif isinstance(result, Failure):
            faults.append(Fault(number, result.kind, result.because))
        else:
            journal.keep(key, replace(result, attempt=journal.begin(key) or result.attempt))
            kept += 1
    return Taken(kept, known, faults)


def _open(folder: Path) -> Journal:
    """The journal of a datagen folder; never a new one."""
    from datagen.folder import JOURNAL
    from datagen.llm.calls.journal import open_journal

    path = folder / JOURNAL[0]
    if not path.is_file():
        raise InputError(
            str(path), "is not there: nothing was asked for this folder",
            mend="register the requests first: python -m datagen.wms DOCS --out DIR --model MODEL --batch",
            mend_ko="먼저 요청을 등록하세요: python -m datagen.wms 문서 --out DIR --model 모델 --batch",
        )  # fmt: skip
    return open_journal(path)


def _report(file: Path, taken: Taken) -> None:
    """Counts on stdout, the lines that brought nothing on stderr."""
    counts = Counter(fault.reason for fault in taken.faults)
    shown: Counter[str] = Counter()
    for fault in taken.faults:
        shown[fault.reason] += 1
        if shown[fault.reason] <= _SHOWN:
            print(f"{file}:{fault.line}: {fault.reason}: {fault.because}", file=sys.stderr)
    for reason, count in counts.items():
        if count > _SHOWN:
            print(f"{file}: {count - _SHOWN:,} more · 그 밖에 {reason}", file=sys.stderr)
    said = [f"{taken.kept:,} kept 저장", f"{taken.known:,} answered already 이미 있음"]
    print(f"{file}: {', '.join([*said, *(f'{count:,} {reason}' for reason, count in sorted(counts.items()))])}")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("export")
def export_waiting(
    folder: Annotated[Path, typer.Argument(help="a folder that datagen.wms --batch registered requests in")],
    out: Annotated[Path | None, typer.Option(help="the file to write; FOLDER-batch.jsonl if none")] = None,
    by_model: Annotated[bool, typer.Option("--by-model", help="a file for each model that is asked")] = False,
) -> None:
    """Write the requests that wait for an answer as batch files."""
    from datagen.llm.calls.batch_lines import as_line

    path = out or folder.absolute().with_name(f"{folder.absolute().name}-batch.jsonl")
    with _open(folder) as journal:
        models = sorted({request.model for request in journal.waiting()})
        if len(models) > 1 and not by_model:
            raise InputError(
                str(folder), f"asks {', '.join(models)}, and a batch file may ask only one model",
                mend="add --by-model: a file for each", mend_ko="--by-model 을 붙이면 모델마다 파일을 씁니다",
            )  # fmt: skip
        for model in models:
            named = path.with_stem(f"{path.stem}-{_AWKWARD.sub('-', model)}") if by_model else path
            lines = (as_line(request) for request in journal.waiting() if request.model == model)
            for file, count in write_batches(lines, named).items():
                print(f"{file}: {count:,} requests · 요청 {count:,}건 ({model})")
    if not models:
        print(f"{folder}: no request waits · 기다리는 요청이 없습니다")
        return
    print(
        f"next · 다음: send each file to the provider, or vllm run-batch -i FILE -o RESULTS --model MODEL; "
        f"then python -m datagen.batch import {folder} RESULTS"
    )


@app.command("import")
def import_results(
    folder: Annotated[Path, typer.Argument(help="the folder that the requests were exported from")],
    file: Annotated[Path, typer.Argument(help="a result file, or an error file, of the provider")],
) -> None:
    """Keep the answers of a result file in the folder's journal; what failed goes on waiting."""
    with _open(folder) as journal:
        if not file.is_file():
            raise InputError(
                str(file), "is not there, or is a folder", mend="give the result file that the provider wrote",
                mend_ko="제공자가 쓴 결과 파일을 지정하세요",
            )  # fmt: skip
        with file.open("rb") as lines:
            taken = take_results(lines, journal)
        _report(file, taken)
        strange = sum(fault.reason in ("unreadable", "unknown") for fault in taken.faults)
        if not taken.kept and not taken.known and strange == len(taken.faults):
            raise InputError(
                str(file), f"holds no result of a request of {folder}",
                mend="give the file that the provider wrote for this folder's batch",
                mend_ko="이 폴더의 배치에 대해 제공자가 쓴 결과 파일을 지정하세요",
            )  # fmt: skip
        waiting = sum(1 for _ in journal.waiting())
    if waiting:
        print(
            f"{folder}: {waiting:,} requests still wait · 아직 {waiting:,}건이 남았습니다: export them again, "
            "or run the same datagen.wms command without --batch · 다시 export 하거나 --batch 없이 실행하세요"
        )
    else:
        print("next · 다음: run the same datagen.wms command again · 같은 datagen.wms 명령을 다시 실행하세요")


if __name__ == "__main__":
    run_command(app)
