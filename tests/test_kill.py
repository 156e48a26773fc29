"""kill -9 at any moment, and the same command again: the folder is the one that was never killed."""

import random
import subprocess
import sys
import time


def start(docs, out):
    command = [sys.executable, "-m", "datagen.wms", str(docs), "--out", str(out), "--source", "docs"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_a_killed_run_goes_on_to_the_same_bytes(small_handbook, tmp_path):
    started = time.perf_counter()
    assert start(small_handbook, tmp_path / "whole").wait() == 0
    whole_s, whole = time.perf_counter() - started, contents(tmp_path / "whole")
    draw = random.Random(4)
    for number in range(3):
        out = tmp_path / f"killed-{number}"
        child = start(small_handbook, out)
        try:
            child.wait(draw.uniform(0.5, 1.0) * whole_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        assert start(small_handbook, out).wait() == 0
        assert contents(out) == whole
