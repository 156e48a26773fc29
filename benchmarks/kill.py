"""Kill the writer at random moments, run it again, and compare the folder with one that was never killed.

python benchmarks/kill.py [DOCS ...] [--times 10] [--seed 1]     (the handbook of the clone if none)
python benchmarks/kill.py [DOCS ...] --model --limit 150         a language model writes: datagen.serve, 50 ms an answer

With a model, what counts too is what the server was asked after the kill: of requests that the journal held an answer
to, none. (An answer that was on its way when the process died is in no journal; those are told apart.)
"""

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

_MAY_DIFFER = ("manifest.json", "journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm")  # the block `run`; times


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a datagen folder; of the manifest all but its block `run`."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in _MAY_DIFFER)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    manifest = folder / "manifest.json"
    if manifest.is_file():
        told = json.loads(manifest.read_bytes())
        found["manifest.json"] = json.dumps({key: value for key, value in told.items() if key != "run"}).encode()
    return found


def write(arguments: Sequence[str], out: Path) -> subprocess.Popen[bytes]:
    """The writer, started."""
    command = [sys.executable, "-m", "datagen.wms", *arguments, "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answered(out: Path) -> int:
    """How many requests the journal of a folder holds an answer to."""
    if not (out / "journal.sqlite").exists():
        return 0
    connection = sqlite3.connect(out / "journal.sqlite")
    try:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'requests'").fetchone()[0]
        if not tables:
            return 0
        return int(connection.execute("SELECT count(*) FROM requests WHERE state = 'answered'").fetchone()[0])
    finally:
        connection.close()


class Server:
    """datagen.serve in a process of its own."""

    def __init__(self, latency_s: float) -> None:
        command = [sys.executable, "-m", "datagen.serve", "--port", "0", "--latency", str(latency_s)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def requests(self) -> int:
        """How many requests came so far."""
        with urlopen(f"{self.url}/stats") as told:
            return int(json.load(told)["requests"])

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def main() -> None:
    """One line a kill: when, what it left, whether the second run gave the same bytes, and what it asked again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="*")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--limit", type=int)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    server = Server(0.05) if given.model else None
    arguments = [
        *given.docs, *(["--limit", str(given.limit)] if given.limit else []),
        *(["--model", "openai:standin", "--base-url", server.url] if server else []),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write(arguments, Path(folder) / "whole").wait()
        whole_s, whole = time.perf_counter() - started, contents(Path(folder) / "whole")
        total = answered(Path(folder) / "whole")
        same = repeated = 0
        for number in range(given.times):
            out, moment_s = Path(folder) / f"killed-{number}", draw.uniform(0, whole_s)
            child = write(arguments, out)
            try:
                child.wait(moment_s)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            left, known, before = (
                len(contents(out)) if out.exists() else 0,
                answered(out),
                server.requests() if server else 0,
            )
            write(arguments, out).wait()
            is_same = contents(out) == whole
            same += is_same
            asked = server.requests() - before if server else 0
            # The journal holds the run's requests; the small first one, which tells what a server can, is none of them.
            again = asked - (total - known) if server and known < total else asked
            is_probed = bool(server and asked and known == 0)
            again -= is_probed
            repeated += again
            told = f" · {known} of {total} answered, asked again {again}" if server else ""
            print(
                f"killed at {moment_s:5.1f} s of {whole_s:.1f} · left {left:3} files{told} · "
                f"{'same' if is_same else 'DIFFERS'}",
                flush=True,
            )
    if server:
        server.stop()
    print(f"{same} of {given.times} identical; {repeated} answered requests sent again")
    sys.exit(same != given.times or repeated > 0)


if __name__ == "__main__":
    main()
