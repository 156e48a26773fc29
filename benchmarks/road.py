"""The main job, timed: wall time, CPU time and peak memory of each step of the road, and what came out.

python benchmarks/road.py [DOCS ...]     (the handbook of the clone if none)
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path


def measure(*command: str) -> tuple[float, float, int, int]:
    """(wall s, CPU s, peak RSS bytes, exit code) of one command, by the operating system's own account."""
    started = time.perf_counter()
    child = os.posix_spawn(sys.executable, [sys.executable, "-m", *command], os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return wall, usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status)


def main() -> None:
    """Run the road in a temporary folder and print one line a step."""
    with tempfile.TemporaryDirectory() as folder:
        candidates, dataset = Path(folder) / "candidates", Path(folder) / "dataset"
        road = {
            "write": ("datagen.wms", *sys.argv[1:], "--out", str(candidates)),
            "curate": ("curation", "run", str(candidates), "--out", str(dataset)),
            "verify": ("curation", "verify", str(dataset)),
            "dry run": ("trainer", "run", str(dataset / "manifest.json"), "--dry-run"),
        }
        figures = {step: measure(*command) for step, command in road.items()}
        counts = json.loads((candidates / "manifest.json").read_bytes())["counts"]
    print(f"\n{'step':<10}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'exit':>6}")
    for step, (wall, cpu, peak, code) in figures.items():
        print(f"{step:<10}{wall:>8.1f}{cpu:>8.1f}{peak / 1e6:>9.0f}{code:>6}")
    kinds = ", ".join(f"{kind} {gates['kept']:,}" for kind, gates in counts["by_kind"].items())
    print(f"kept {counts['kept']:,} ({kinds}); distinct evidence {counts['distinct_evidence']:,}")


if __name__ == "__main__":
    main()
