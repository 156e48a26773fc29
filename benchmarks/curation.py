"""The figures of `curation run`, each from a run of the command itself: python benchmarks/curation.py WHAT …

speed [DOCS …] --records 100000 500000   made records of ~400 characters: records/s, CPU, peak memory, growth
chat FILE                                question-only rows of a CSV (Q, A, …): every removal, and what proves it
register IWSLT STYLEKQC                  polite/casual pairs: kept whole; joined by the leak key; split all the same
bridges FOLDER                           a folder of datagen: the share of rows that bridge the cut
digest [DOCS …] --records 20000          content_digest: 1 process, 2, other shards, killed at random and run again

Data of others is measured on and never kept: everything is written to a temporary folder (--keep DIR to look at it).
The kernel that finds repeats is measured against datasketch in benchmarks/repeats.py. OMP_NUM_THREADS=1.
"""

import argparse
import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations, islice
from math import exp
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

if __name__ == "curation":  # a script beside this one asks for the package of that name: let it have that
    sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]
    del sys.modules["curation"]
    import_module("curation")

ROOT = Path(__file__).parent.parent
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SENTENCE = re.compile(r"[^-.?!|#>*`\n][^.?!|#>*`\n]{15,120}(?:니다|요)\.")
_NOT_LETTERS = re.compile(r"[\W_]")


@dataclass(frozen=True)
class Run:
    """One run of the command: wall and CPU seconds over all its processes, peak of their summed RSS, its exit code."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    code: int


def curate(*arguments: object, kill_after_s: float | None = None, quiet: bool = True) -> Run:
    """Run `curation run`; with `kill_after_s` its whole process group is killed (SIGKILL) at that moment."""
    command = [sys.executable, "-m", "curation", "run", *map(str, arguments)]
    started, peak = time.perf_counter(), 0
    child = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while True:
        done, status, usage = os.wait4(child.pid, os.WNOHANG)
        wall = time.perf_counter() - started
        if done:
            break
        if kill_after_s is not None and wall >= kill_after_s:
            os.killpg(child.pid, signal.SIGKILL)
            kill_after_s = None
        peak = max(peak, summed_rss(child.pid))
        time.sleep(0.02 if kill_after_s is not None else 0.2)
    code = child.returncode = os.waitstatus_to_exitcode(status)
    assert child.stderr is not None
    if code not in (0, -signal.SIGKILL):
        sys.exit(f"{' '.join(command)} ended with {code}\n{child.stderr.read()[-3000:]}")
    child.stderr.close()
    return Run(wall, usage.ru_utime + usage.ru_stime, peak, code)


def summed_rss(pid: int) -> int:
    """Resident bytes of a process and all below it (Linux); a page that two of them share counts twice."""
    parents: dict[int, list[tuple[int, int]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        parents.setdefault(int(fields[1]), []).append((int(folder.name), int(fields[21]) * PAGE_BYTES))
    try:
        total = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[21]) * PAGE_BYTES
    except OSError:
        return 0
    below = [pid]
    for one in below:
        for child, size in parents.get(one, []):
            total += size
            below.append(child)
    return total


def made_records(docs: Sequence[Path], count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Records of about 400 characters: sentences of the documents, recombined and reworded, so that few are alike.

    One in five repeats an earlier one: exactly, with other spacing, with a sentence more, or as the same answer to
    another question. In a sentence up to two words before its ending are words of another: a cache of sentences would
    flatter the figure.
    """
    paths = sorted(path for doc in docs for path in (doc.rglob("*.md") if doc.is_dir() else [doc]))
    sentences = sorted({s.strip() for path in paths for s in _SENTENCE.findall(path.read_text(encoding="utf-8"))})
    words = [sentence.split() for sentence in sentences]
    vocabulary = sorted({word for each in words for word in each[:-2]})
    draw = random.Random(seed)

    def sentence() -> str:
        told = list(draw.choice(words))
        for _ in range(draw.randint(1, 2)):
            told[draw.randrange(max(1, len(told) - 2))] = draw.choice(vocabulary)
        return " ".join(told)

    def piece(told: list[str]) -> list[str]:
        start = draw.randrange(max(1, len(told) - 3))
        return told[start : start + draw.randint(3, 6)]

    def question() -> str:
        one, other = (piece(sentence().split()[:-1]) for _ in range(2))
        frame = draw.choice(["{} {} 알려 줘.", "{} 때 {} 어떻게 해?", "{} 경우 {} 무엇인가요?", "{} 다음 {} 뭐예요?"])
        return frame.format(" ".join(one), " ".join(other))

    def answer() -> str:
        return " ".join(sentence() for _ in range(max(1, round(exp(draw.gauss(1.92, 0.55))))))

    earlier: list[tuple[str, str]] = []
    for number in range(count):
        asked, told = question(), answer()
        if earlier and draw.random() < 0.2:
            before = draw.choice(earlier)
            asked, told = draw.choice(
                [
                    before,
                    (before[0].replace(" ", ""), before[1]),
                    (before[0], f"{before[1]} {sentence()}"),
                    (asked, before[1]),
                ]
            )
        elif len(earlier) < 50_000:
            earlier.append((asked, told))
        yield {
            "id": str(number),
            "messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": told}],
        }


def write_rows(path: Path, rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> Path:
    """The rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a curated folder."""
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return told


def kept_rows(folder: Path, columns: Sequence[str]) -> pa.Table:
    """These columns of every kept row, and its split."""
    tables = []
    for path in sorted((folder / "data").glob("*.parquet")):
        table = pq.read_table(path, columns=list(columns))
        tables.append(table.append_column("split", pa.array([path.name.partition("-")[0]] * table.num_rows)))
    return pa.concat_tables(tables)


def turn(question: str, answer: str | None = None) -> list[dict[str, str]]:
    """The messages of one question, and of its answer if there is one."""
    told = [{"role": "assistant", "content": answer}] if answer is not None else []
    return [{"role": "user", "content": question}, *told]


def speed(given: argparse.Namespace, work: Path) -> None:
    """Records a second, memory, and how the time grows with the size."""
    heads = {
        "records": 9,
        "chars": 7,
        "wall s": 8,
        "rec/s": 8,
        "CPU s": 8,
        "µs/rec": 8,
        "peak MB": 9,
        "kept": 9,
        "exit": 6,
    }
    print("".join(f"{head:>{width}}" for head, width in heads.items()))
    walls: list[tuple[int, float]] = []
    for count in given.records:
        path = write_rows(work / "records.jsonl", made_records(given.docs, count))
        chars = mean_chars(path)
        run = curate(path, "--out", work / "out", "--workers", given.workers, "--license", "CC0-1.0", *given.flags)
        made = manifest(work / "out")
        kept = sum(split["rows"] for split in made["splits"].values())
        print(
            f"{count:>9,}{chars:>7.0f}{run.wall_s:>8.1f}{count / run.wall_s:>8,.0f}{run.cpu_s:>8.1f}"
            f"{1e6 * run.cpu_s / count:>8.0f}{run.peak_bytes / 1e6:>9,.0f}{kept:>9,}", flush=True,
        )  # fmt: skip
        print("  steps, s:", made["run"].get("steps_s"))
        walls.append((count, run.wall_s))
        shutil.rmtree(work / "out", ignore_errors=True)
    for (small, before), (large, after) in combinations(walls, 2):
        print(f"{large / small:.1f}× the records take {after / before:.2f}× the time")


def mean_chars(path: Path, of: int = 5_000) -> float:
    """Characters of question and answer, mean of the first records."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in islice(file, of)]
    return sum(len(message["content"]) for row in rows for message in row["messages"]) / len(rows)


def chat(given: argparse.Namespace, work: Path) -> None:
    """What is removed of short questions, and whether the letters or a score prove it."""
    with given.file.open(encoding="utf-8", newline="") as file:
        asked = [row["Q"] for row in csv.DictReader(file)]
    rows = [{"id": str(number), "messages": turn(question)} for number, question in enumerate(asked)]
    flags = ("--recipe", "annotate-only", "--set", 'repeats.drop_by="question"', "--license", "MIT", "--workers", 2)
    run = curate(write_rows(work / "chat.jsonl", rows), "--out", work / "out", *flags)
    ledger = pq.read_table(work / "out" / "ledger.parquet").to_pylist()
    text_of = {row["row_id"]: asked[int(row["position"]) - 1] for row in ledger if row["row_id"]}
    gone = [row for row in ledger if row["step"] == "repeats"]
    stayed = [text_of[row["row_id"]] for row in ledger if row["verdict"] == "keep"]
    pairs = [(text_of[row["row_id"]], text_of[_witness(row)], json.loads(row["because"])) for row in gone]
    unlike = [pair for pair in pairs if _letters(pair[0]) != _letters(pair[1])]
    repeated = len(asked) - len(set(asked))
    print(f"{len(asked):,} rows, {repeated} byte-identical repeats; {run.wall_s:.1f} s")
    print(
        f"removed {len(gone)}; byte-identical repeats left {len(stayed) - len(set(stayed))}; distinct texts removed "
        f"{len(set(asked)) - len(set(stayed))}, of the same letters as a kept one all but {len(unlike)}"
    )
    for text, kept, because in unlike:
        print(f"  near: {text} | {kept} | {because}")


def register(given: argparse.Namespace, work: Path) -> None:
    """Twins of two registers: both kept, in one group, on one side of the split."""
    rows: list[dict[str, Any]] = []
    known: list[str] = []  # what each row is a wording of
    twins: list[tuple[str, int, int]] = []
    for name, thing, casual, polite in [*_iwslt(given.iwslt), *_stylekqc(given.stylekqc)]:
        first = len(rows)
        for text in [*casual, *polite]:
            rows.append({"id": str(len(rows)), "messages": turn(text, "네, 그렇게 하겠습니다.")})
            known.append(f"{name} {thing}")
        # A group of StyleKQC says one thing in several ways, in the same order in both registers.
        twins += [(name, first + one, first + len(casual) + one) for one in range(min(len(casual), len(polite)))]
    flags = ("--set", "rules.enabled=false", "--license", "CC0-1.0", "--split", "70/15/15", "--workers", 2)
    curate(write_rows(work / "register.jsonl", rows), "--out", work / "out", *flags)
    columns = kept_rows(work / "out", ["source_row_id", "split_group"]).to_pylist()
    kept = {int(row["source_row_id"]): row for row in columns}
    print(f"{len(rows):,} rows; dropped: {reasons(work / 'out')}")
    for name in (*sorted({name for name, _, _ in twins}), "both"):
        own = [(one, other) for kind, one, other in twins if name in (kind, "both")]
        whole = [(kept[one], kept[other]) for one, other in own if one in kept and other in kept]
        joined = [(one, other) for one, other in whole if one["split_group"] == other["split_group"]]
        apart = sum(one["split"] != other["split"] for one, other in joined)
        print(
            f"{name:<9}{len(own):>6,} pairs · kept whole {len(whole) / len(own):.1%} · of these joined "
            f"{len(joined) / max(1, len(whole)):.1%} · of these on two sides {apart}"
        )
    wrong = pairs_within(Counter(row["split_group"] for row in columns).values())
    wrong -= pairs_within(Counter((row["split_group"], known[row_id]) for row_id, row in kept.items()).values())
    others = pairs_within([len(kept)]) - pairs_within(Counter(known[row_id] for row_id in kept).values())
    print(f"pairs that say different things: {others:,} · joined {wrong:,} ({wrong / others:.4%})")


def _iwslt(path: Path) -> Iterator[tuple[str, str, list[str], list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)):
            yield "iwslt", str(number), [row["informal"]], [row["formal"]]


def _stylekqc(path: Path) -> Iterator[tuple[str, str, list[str], list[str]]]:
    groups: dict[str, dict[str, list[str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            groups.setdefault(row["group"], {"informal": [], "formal": []})[row["label"]].append(row["text"])
    for group, sides in groups.items():
        yield "stylekqc", group, sides["informal"], sides["formal"]


def pairs_within(sizes: Iterable[int]) -> int:
    """How many pairs groups of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes)


def reasons(folder: Path) -> dict[str, int]:
    """How many rows each reason dropped."""
    ledger = pq.read_table(folder / "ledger.parquet", columns=["verdict", "step", "reason"]).to_pylist()
    return dict(Counter(f"{row['step']} {row['reason']}" for row in ledger if row["verdict"] == "drop").most_common())


def bridges(given: argparse.Namespace, work: Path) -> None:
    """How much of datagen's pairs is given up so that no document and no twin stands on two sides."""
    run = curate(given.folder, "--out", work / "out", "--workers", 2, *given.flags)
    found = manifest(work / "out")
    dropped = reasons(work / "out")
    came = sum(row["out"] for row in found["steps"] if row["step"] == "leaks") or 1
    share = dropped.get("split bridges_split", 0) / came
    print(f"{run.wall_s:.1f} s · bridges_split {dropped.get('split bridges_split', 0):,} ({share:.1%})")
    print("dropped:", dropped)
    print("splits:", {name: facts["rows"] for name, facts in found["splits"].items()}, "leaks:", found["leaks"])


def digest(given: argparse.Namespace, work: Path) -> None:
    """The same rows by 1 process, 2, in other files and another order, and killed at random moments."""
    count = given.records[0]
    rows = list(made_records(given.docs, count))
    whole = write_rows(work / "whole.jsonl", rows)
    random.Random(7).shuffle(rows)
    parts = [write_rows(work / "parts" / f"{part}.jsonl", rows[part::3]) for part in range(3)]
    flags = ("--source", "bench", "--license", "CC0-1.0", "--split", "70/15/15", *given.flags)
    seen: dict[str, str] = {}
    whole_s = 0.0
    for name, inputs, workers in (
        ("1 process", [whole], 1),
        ("2 processes", [whole], 2),
        ("3 files, shuffled", parts, 2),
    ):
        run = curate(*inputs, "--out", work / name, "--workers", workers, *flags)
        whole_s = run.wall_s
        seen[name] = _told(name, work / name, f"{run.wall_s:.1f} s")
    draw = random.Random(given.seed)
    for number in range(given.kills):
        out, moment_s = work / f"killed {number}", draw.uniform(0.1, 0.9) * whole_s
        killed = curate(whole, "--out", out, "--workers", 2, *flags, kill_after_s=moment_s)
        left = sum(1 for path in out.rglob("*") if path.is_file()) if out.exists() else 0
        again = curate(whole, "--out", out, "--workers", 2, *flags)
        command = [sys.executable, "-m", "curation", "verify", str(out)]
        verified = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        told = f"killed at {moment_s:.1f} s ({killed.code}), {left} files left; again {again.wall_s:.1f} s"
        seen[out.name] = _told(out.name, out, f"{told}, verify {verified.returncode}")
        shutil.rmtree(out)
    alike = len(set(seen.values())) == 1
    print(f"{len(seen)} runs, {'identical' if alike else 'DIFFERENT'}")
    sys.exit(not alike)


def _told(name: str, folder: Path, how: str) -> str:
    found = str(manifest(folder)["content_digest"])
    print(f"{name:<18} {found[:16]} · {how}", flush=True)
    return found


def _witness(row: dict[str, Any]) -> str:
    because = json.loads(row["because"])
    return str(because.get("kept") or because["kept_row_id"])


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).lower()


def main() -> None:
    """Measure what was named, in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(required=True)
    for measure, records in ((speed, [100_000, 500_000]), (digest, [20_000])):
        made = what.add_parser(measure.__name__)
        made.add_argument("docs", nargs="*", type=Path, default=[ROOT / "corpora" / "wms"])
        made.add_argument("--records", nargs="+", type=int, default=records)
        made.add_argument("--workers", type=int, default=2)
        made.add_argument("--kills", type=int, default=5)
        made.add_argument("--seed", type=int, default=1)
        made.set_defaults(measure=measure)
    for measure, paths in ((chat, ["file"]), (register, ["iwslt", "stylekqc"]), (bridges, ["folder"])):
        made = what.add_parser(measure.__name__)
        for path in paths:
            made.add_argument(path, type=Path)
        made.set_defaults(measure=measure)
    for made in what.choices.values():
        made.add_argument("--keep", type=Path, help="write here, and leave it")
        made.add_argument("--flags", nargs=argparse.REMAINDER, default=[], help="more flags for curation run, last")
    given = parser.parse_args()
    if given.keep:
        given.measure(given, given.keep.absolute())
        return
    with tempfile.TemporaryDirectory() as folder:
        given.measure(given, Path(folder))


if __name__ == "__main__":
    main()
