"""Kill the writer at random moments, run it again, and compare the folder with one that was never killed.

python benchmarks/kill.py [DOCS ...] [--times 10] [--seed 1]     (the handbook of the clone if none)
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a datagen folder, the manifest's block `run` left out with its file."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write(docs: list[str], out: Path) -> subprocess.Popen[bytes]:
    """The writer, started."""
    command = [sys.executable, "-m", "datagen.wms", *docs, "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """One line a kill: when, what it left, and whether the second run gave the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", nargs="*")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write(given.docs, Path(folder) / "whole").wait()
        whole_s, whole = time.perf_counter() - started, contents(Path(folder) / "whole")
        same = 0
        for number in range(given.times):
            out, moment_s = Path(folder) / f"killed-{number}", draw.uniform(0, whole_s)
            child = write(given.docs, out)
            try:
                child.wait(moment_s)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            left = len(contents(out)) if out.exists() else 0
            write(given.docs, out).wait()
            is_same = contents(out) == whole
            same += is_same
            again = "same" if is_same else "DIFFERS"
            print(f"killed at {moment_s:5.1f} s of {whole_s:.1f} · left {left:3} files · again: {again}")
    print(f"{same} of {given.times} identical")
    sys.exit(same != given.times)


if __name__ == "__main__":
    main()
