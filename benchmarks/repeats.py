"""How right, how fast and how large the search for repeats is: python -m benchmarks.repeats [DOCS] [options].

A corpus is made of DOCS' sentences (Markdown; default: the handbook) with planted repeats. Figures: the kernel without
guards against an exact join of answers; the policy with guards by planted class; CPU time against datasketch's
`MinHash.bulk` and `MinHashLSH` (char 5-grams, threshold .8, 128 permutations), same process, same texts, best of three;
growth and memory with --large. --chat is a CSV with the columns Q and A; --register a folder with iwslt*.tsv and
stylekqc*.tsv. One thread: OMP_NUM_THREADS=1.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import ipc
from rich.console import Console
from rich.table import Table

from benchmarks.planted import CLASSES, Row, plant, read_sentences
from benchmarks.yardsticks import exact_join, run_datasketch
from curation.dedup.buckets import bucket_pairs, exact_pairs
from curation.dedup.keep import Gone, choose_kept
from curation.dedup.letters import letters
from curation.dedup.prove import Proven, prove
from curation.dedup.sign import sign
from curation.korean.kiwi import content_morphemes
from curation.korean.speech_level import tag_messages
from curation.recipes.schema import Repeats

HANDBOOK = Path(__file__).resolve().parent.parent / "corpora" / "wms"
SEED = 20261121
_SHARD = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a run over shards gave; CPU seconds by step."""

    proven: Proven
    gone: Gone
    seconds: dict[str, float]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", nargs="?", type=Path, default=HANDBOOK)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--large", type=int, nargs="*", default=[], help="sizes to grow through: 100000 500000")
    parser.add_argument("--chat", type=Path)
    parser.add_argument("--register", type=Path)
    options = parser.parse_args()
    table = Table("what", "data", "figure", title="repeats")
    for what, where, figure in _figures(options):
        table.add_row(what, where, figure)
        print(what, "|", where, "|", figure, flush=True)
    Console(width=150).print(table)


def _figures(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    sentences = read_sentences(options.docs)
    if options.large:
        yield from _growth(sentences, options.large)
        return
    rows = plant(sentences, options.rows, seed=SEED)
    where = f"{len(rows):,} rows of {options.docs.name}, {np.mean([len(row.answer) for row in rows]):.0f} characters"
    yield from _kernel(rows, where)
    yield from _policy(rows, where)
    yield from _speed(rows, where)
    if options.chat:
        yield from _chat(options.chat)
    if options.register:
        yield from _register(options.register)


def _kernel(rows: Sequence[Row], where: str) -> Iterator[tuple[str, str, str]]:
    found = _run(_table(rows), Repeats(drop_by="answer", guards=False))
    truth = exact_join([letters(row.answer) for row in rows], 0.8)
    removed = set(found.gone.row.tolist())
    similar = {row for pair in truth for row in pair}
    met = sum(left in removed or right in removed for left, right in truth)
    witnessed = sum(
        tuple(sorted(pair)) in truth
        for pair in zip(found.gone.row.tolist(), found.gone.witness.tolist(), strict=True)
    )  # fmt: skip
    yield "kernel, no guards: recall", where, f"{met / len(truth):.4f} of {len(truth):,} pairs at J ≥ .8"
    yield "precision", "", f"{len(removed & similar) / len(removed):.4f} of {len(removed):,} removals"
    yield "removals with a kept witness at J ≥ .8", "", f"{witnessed / len(removed):.4f}"
    yield "pairs", "", str(dict(found.proven.counts))


def _policy(rows: Sequence[Row], where: str) -> Iterator[tuple[str, str, str]]:
    started = time.process_time()
    table = _with_levels(_table(rows))
    tagged = time.process_time() - started
    for drop_by in ("pair", "answer"):
        found = _run(table, Repeats(drop_by=drop_by))
        wrong, right = Counter[str](), Counter[str]()
        for row, witness in zip(found.gone.row.tolist(), found.gone.witness.tolist(), strict=True):
            kind = _kind(rows, row, witness, drop_by)
            (wrong if CLASSES.get(kind, (0, True))[1] else right)[kind] += 1
        planted = Counter(row.planted for row in rows if row.planted)
        wrongly = {
            kind: f"{wrong[kind]}/{planted[kind]}" for kind in ("other", *CLASSES) if CLASSES.get(kind, (0, True))[1]
        }
        yield f"policy {drop_by}, guards: wrongly removed", where, str(wrongly)
        yield (
            "rightly removed",
            "",
            str({kind: f"{right[kind]}/{planted[kind]}" for kind in CLASSES if not CLASSES[kind][1]}),
        )
        yield "pairs", "", str(dict(found.proven.counts))
        yield "CPU", "", _each(found.seconds, len(rows)) + f"; speech levels {1e6 * tagged / len(rows):.0f} before"


def _kind(rows: Sequence[Row], row: int, witness: int, drop_by: str) -> str:
    """How a removed row and its witness differ: by the worst of what was planted in either."""
    one, other = rows[row], rows[witness]
    if letters(one.answer) == letters(other.answer) and (drop_by == "answer" or one.question == other.question):
        return "exact" if one.answer == other.answer else "spacing"
    if len({own.origin if own.origin is not None else place for own, place in ((one, row), (other, witness))}) > 1:
        return "other"
    return max((kind for kind in (one.planted, other.planted) if kind), key=lambda kind: CLASSES[kind][1])


def _speed(rows: Sequence[Row], where: str) -> Iterator[tuple[str, str, str]]:
    table = _table(rows)
    texts = [row.answer for row in rows]
    best = partial(min, key=lambda seconds: sum(seconds.values()))
    ours = best(_run(table, Repeats(drop_by="answer", guards=False)).seconds for _ in range(3))
    reference = best(run_datasketch(texts) for _ in range(3))
    yield "datasketch bulk + LSH", where, _each(reference, len(rows))
    yield "ours, answers, every removal verified", "", _each(ours, len(rows))
    yield "ratio", "", f"{sum(reference.values()) / sum(ours.values()):.1f}"


def _growth(sentences: list[str], sizes: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """CPU and peak memory over what the process had before, shards on disk as the engine keeps them."""
    spent: list[tuple[int, float]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            paths, chars = _write_shards(sentences, size, Path(folder))
            _reset_peak()
            before = _peak_bytes()
            found = _run_on_disk(paths, Repeats(drop_by="answer", guards=False))
            grown = _peak_bytes() - before
        spent.append((chars, sum(found.seconds.values())))
        yield "on disk", f"{size:,} rows, {chars / size:.0f} characters", _each(found.seconds, size)
        yield "peak memory over start", "", f"{grown / 2**20:.0f} MiB; {len(found.gone.row):,} removed"
    for (chars, seconds), (more, longer) in pairwise(spent):
        yield "growth", f"{more / chars:.2f} × the characters", f"{longer / seconds:.2f} × the CPU time"


def _chat(path: Path) -> Iterator[tuple[str, str, str]]:
    questions = [row["Q"] for row in csv.DictReader(path.open(encoding="utf-8"))]
    table = _with_levels(_table([Row(question, "") for question in questions]))
    for guards in (True, False):
        found = _run(table, Repeats(drop_by="question", guards=guards))
        pairs = list(zip(found.gone.row.tolist(), found.gone.witness.tolist(), strict=True))
        gone = set(found.gone.row.tolist())
        rest = [question for row, question in enumerate(questions) if row not in gone]
        spelled = sum(letters(questions[row]) == letters(questions[other]) for row, other in pairs)
        yield (
            f"chat questions, guards {guards}",
            f"{len(questions):,} rows, {len(set(questions)):,} distinct",
            f"{len(pairs)} removed: {len(rest) - len(set(rest))} of {len(questions) - len(set(questions))} identical "
            f"copies left; {spelled} have their witness's letters, {len(pairs) - spelled} are near",
        )


def _register(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.glob("*.tsv")):
        lines = list(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
        if path.name.startswith("iwslt"):
            texts = [line[side] for line in lines for side in ("informal", "formal")]
            groups: list[Any] = [number for number in range(len(lines)) for _ in range(2)]
        else:
            texts, groups = [line["text"] for line in lines], [line["group"] for line in lines]
        levels = [line.get("label") for line in lines] if "label" in lines[0] else ["informal", "formal"] * len(lines)
        table = _with_levels(_table([Row(text, "") for text in texts]))
        for guards in (True, False):
            found = _run(table, Repeats(drop_by="question", guards=guards))
            removed = set(found.gone.row.tolist())
            pairs = [
                (one, other)
                for members in _grouped(groups).values()
                for one in members
                for other in members
                if levels[one] == "formal" and levels[other] == "informal"
            ]
            whole = sum(one not in removed and other not in removed for one, other in pairs)
            yield (
                f"register pairs kept whole, guards {guards}",
                path.name,
                f"{whole / len(pairs):.4f} of {len(pairs):,}; {len(removed)} removed",
            )


def _grouped(groups: Sequence[Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        found[group].append(row)
    return found


def _table(rows: Sequence[Row]) -> pa.Table:
    nothing = pa.array([[]] * len(rows), pa.list_(pa.string()))
    return pa.table(
        {
            "question": pa.array([row.question for row in rows], pa.string()),
            "answer": pa.array([row.answer for row in rows], pa.string()),
            "user_sentence_levels": nothing,
            "assistant_sentence_levels": nothing,
        }
    )


def _with_levels(table: pa.Table) -> pa.Table:
    for role, column in (("user", "question"), ("assistant", "answer")):
        levels = [
            [sentence.level.value for sentence in tag.sentences] for tag in tag_messages(table[column].to_pylist())
        ]
        name = f"{role}_sentence_levels"
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(levels, pa.list_(pa.string())))
    return table


def _run(table: pa.Table, settings: Repeats) -> Found:
    """As the engine runs it, in memory: sign by shards, sort the keys, prove, choose."""
    shards = [table.slice(start, _SHARD) for start in range(0, table.num_rows, _SHARD)]
    return _find((lambda: iter(shards)), lambda rows, columns: table.select(columns).take(pa.array(rows)), settings)


def _run_on_disk(paths: Sequence[Path], settings: Repeats) -> Found:
    def fetch(rows: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        bounds = np.searchsorted(rows, np.arange(len(paths) + 1) * _SHARD)
        return pa.concat_tables(
            _read_shard(path, columns).take(pa.array(rows[start:end] % _SHARD))
            for path, (start, end) in zip(paths, pairwise(bounds.tolist()), strict=True)
            if end > start
        )

    return _find(lambda: map(_read_shard, paths), fetch, settings)


def _find(
    shards: Callable[[], Iterator[pa.Table]],
    fetch: Callable[[NDArray[np.int64], Sequence[str]], pa.Table],
    settings: Repeats,
) -> Found:
    clock = [time.process_time()]
    bands, exact_keys = [], []
    for shard in shards():
        signed = sign(shard, settings)
        bands.append(signed["bands"].combine_chunks())
        exact_keys += signed["exact_key"].chunks
    rows = sum(map(len, bands))
    clock.append(time.process_time())
    exact = exact_pairs(pa.chunked_array(exact_keys, pa.binary(16)), np.arange(rows))
    stands = np.ones(rows, dtype=np.bool_)
    stands[exact[:, 1]] = False
    near = _bucket_pairs(bands, stands)
    clock.append(time.process_time())
    proven = prove(np.concatenate([exact, near]), fetch, settings, content_morphemes)
    clock.append(time.process_time())
    gone = choose_kept(proven, np.arange(rows), np.ones(rows, dtype=np.bool_), np.zeros(0, dtype=np.int64))
    clock.append(time.process_time())
    return Found(proven, gone, dict(zip(("sign", "bucket", "prove", "choose"), np.diff(clock).tolist(), strict=True)))


def _bucket_pairs(bands: list[pa.ListArray], stands: NDArray[np.bool_]) -> NDArray[np.int64]:
    """In partitions by the upper bits of the key, as the shuffle makes them."""
    bits = (sum(len(lists.flatten()) for lists in bands) // 2_000_000).bit_length()
    found = []
    for number in range(1 << bits):
        keys, rows, first = [], [], 0
        for lists in bands:
            key = lists.flatten().to_numpy()
            owner = np.repeat(np.arange(first, first + len(lists)), pc.list_value_length(lists).to_numpy())
            first += len(lists)
            mine = stands[owner] & (key >> np.uint64(63 - bits) >> np.uint64(1) == number)
            keys.append(key[mine])
            rows.append(owner[mine])
        key, row = np.concatenate(keys), np.concatenate(rows)
        order = np.argsort(key, kind="stable")  # rows ascend as they come
        pairs = bucket_pairs(pa.table({"key": key[order], "row": row[order]}))
        found.append(np.stack([pairs["left"].to_numpy(), pairs["right"].to_numpy()], axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _write_shards(sentences: list[str], size: int, folder: Path) -> tuple[list[Path], int]:
    paths: list[Path] = []
    chars = 0
    for number, start in enumerate(range(0, size, 10 * _SHARD)):
        rows = plant(sentences, min(10 * _SHARD, size - start), seed=SEED + number)
        chars += sum(len(row.answer) for row in rows)
        table = _table(rows)
        for first in range(0, len(rows), _SHARD):
            paths.append(folder / f"{len(paths):05}.arrow")
            with ipc.new_file(str(paths[-1]), table.schema) as file:
                file.write_table(table.slice(first, _SHARD))
    return paths, chars


def _read_shard(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    with pa.OSFile(str(path)) as file:
        schema = ipc.open_file(file).schema
        fields = None if columns is None else [schema.get_field_index(name) for name in columns]
        return ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=fields)).read_all()


def _peak_bytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return next(1024 * int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _each(seconds: dict[str, float], rows: int) -> str:
    """Microseconds a row, by step."""
    parts = ", ".join(f"{name} {1e6 * spent / rows:.1f}" for name, spent in seconds.items())
    return f"{1e6 * sum(seconds.values()) / rows:.1f} µs a row ({parts})"


if __name__ == "__main__":
    main()
