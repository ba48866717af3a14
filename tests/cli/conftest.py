"""Runs the command line as a person would: the real `main`, here or in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from vivavoce.cli import main

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self, *statuses: int) -> str:
        """The error message, once the command has failed the way bad input has to."""
        assert self.status in (statuses or (1, 2)), self
        assert "Traceback" not in self.out + self.err
        assert self.err.strip(), "no message"
        return self.err


Viva = Callable[..., Ran]


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rubric vectors, computed once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache_folder: Path) -> None:
    """An empty working folder and no settings but the cache's."""
    for name in list(os.environ):
        if name.startswith(("VIVA_", "OPENAI_")) or name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VIVA_CACHE_DIR", str(cache_folder))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def viva(monkeypatch: pytest.MonkeyPatch) -> Viva:
    """`viva ARGS` in this process; `stdin` is text or bytes."""

    def run(*args: object, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["viva", *map(str, args)])
        with CliRunner().isolation(input=stdin, env=env) as (out, err, _):
            status = 0
            try:
                main()
            except SystemExit as exc:
                status = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
            sys.stdout.flush()
            sys.stderr.flush()
            return Ran(status, out.getvalue().decode(), err.getvalue().decode())

    return run


@pytest.fixture
def process() -> Viva:
    """`python -m vivavoce ARGS` in a process of its own."""

    def run(*args: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "vivavoce", *map(os.fsencode, map(str, args))],
            input=stdin,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **(env or {})},
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture
def small_bank(tmp_path: Path) -> Path:
    """A bank of two questions of the shipped one."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name in ("hash-table", "l1-l2"):
        source = ROOT / "rubrics" / "machine-learning" / f"{name}.yaml"
        (folder / source.name).write_bytes(source.read_bytes())
    return folder
