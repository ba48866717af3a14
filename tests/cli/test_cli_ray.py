"""`viva batch --engine ray`: the same results as one process makes, by a Ray of this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = ("bucket", "index", "collision", "chain", "array", "key", "value", "modulo")
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="the extra ray is absent"
)
RAY = ("--engine", "ray", "--ray-workers", "2")


def write(path: Path, count: int) -> Path:
    records = [
        {
            "question": "hash-table" if n % 5 else "how is bread baked",
            "answer": f"A hash function maps the {WORDS[n % 8]} to an index, number {n}.",
            "id": str(n // 2),
        }
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


def rows(*paths: Path) -> list[str]:
    """Lines of the files by their keys."""
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
    return sorted(lines, key=lambda line: json.loads(line)["key"])


@needs_ray
def test_results_are_those_of_one_process_also_after_a_kill(viva, process, small_bank, tmp_path):
    given = write(tmp_path / "in.jsonl", 120)
    command = ("batch", given, "--bank", small_bank, "--results")
    alone = viva(*command, "alone.jsonl")
    running = subprocess.Popen(
        [sys.executable, "-m", "vivavoce", *map(str, (*command, "many", *RAY))],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    part = Path("many") / "part-00001.jsonl"
    while running.poll() is None and not (part.exists() and part.read_bytes().count(b"\n") > 20):
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    _, err = running.communicate()
    assert running.returncode == -signal.SIGKILL, err.decode()
    before = part.read_bytes()
    before = before[: before.rfind(b"\n") + 1]

    ran = process(*command, "many", *RAY)

    assert ran.status == alone.status == 3, ran.err
    assert part.read_bytes().startswith(before)
    assert rows(*sorted(Path("many").iterdir())) == rows(Path("alone.jsonl"))


def test_options_that_do_not_fit(viva, tmp_path):
    given = write(tmp_path / "in.jsonl", 1)
    assert "need --engine ray" in viva("batch", given, "--ray-workers", 2).refused(2)
    assert "local or ray" in viva("batch", given, "--engine", "spark").refused(2)
    assert "over sockets" in viva("batch", given, "--engine", "ray", "--offline").refused(1, 2)
