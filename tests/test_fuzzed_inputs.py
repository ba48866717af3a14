"""Damaged and hostile input gives a clear error or a result; see `fuzzing/suite.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("part", ["reader", "batch"])
def test_fuzzed_inputs(part: str) -> None:
    """In a process of its own: it watches each file that its process writes, and in a worker of
    pytest-xdist other threads write, too."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider"),
            *("tests/fuzzing/suite.py", "-k", part),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "passed" in done.stdout
