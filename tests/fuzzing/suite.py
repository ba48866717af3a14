"""Damaged and hostile input: a clear error or a result, within seconds, and nothing else written.

`tests/test_fuzzed_inputs.py` runs this in a process of its own, because it watches all that the
process writes. `VIVA_FUZZ=N` draws N new inputs for each reader in place of a few fixed ones.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.fuzzing.readers import FORMATS, READERS, ROOT
from typer.testing import CliRunner

from vivavoce import reports
from vivavoce.cli import main
from vivavoce.errors import VivaError

MANY = int(os.environ.get("VIVA_FUZZ", "0"))
FEW = 12
SECONDS = 5.0
"""Processor time after which an input counts as one that hangs a reader."""
BATCH_SECONDS = 60.0
"""The same of a whole batch, which loads a model and grades up to 60 kB, all cores together."""

fuzzed = settings(
    max_examples=MANY or FEW,
    derandomize=not MANY,
    deadline=None,
    # Explaining traces each line, so that all that is slow then counts as a hang.
    phases=[phase for phase in Phase if phase is not Phase.explain],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

# Guards -----------------------------------------------------------------------------------------

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate"),
    *("os.chmod", "os.system", "subprocess.Popen", "socket.connect", "shutil.rmtree"),
}
_watched: list[list[str]] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _watched:
        return
    # A number is a file opened before, by its name.
    named = event == "open" and not isinstance(args[0], int)
    opened = named and isinstance(args[2], int) and args[2] & WRITING
    if opened or event in CHANGING:
        _watched[-1].append(f"{event} {args[0]!r}")


sys.addaudithook(_hook)


class HangError(BaseException):
    """The input took too long; no `except Exception` may swallow that."""


@contextmanager
def guarded(seconds: float = SECONDS) -> Iterator[list[str]]:
    """Notes everything that is written or started inside, and stops what hangs."""

    def stop(*_: object) -> None:
        raise HangError(f"more than {seconds:g} s")

    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    found: list[str] = []
    _watched.append(found)
    before = signal.signal(signal.SIGPROF, stop) if timed else None
    if timed:
        # Processor time: a busy machine makes no hang.
        signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield found
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
        _watched.remove(found)


def plain_json(value: object) -> None:
    """What was read can be written as JSON, so it holds no half of a surrogate pair."""
    if isinstance(value, dict):
        plain_json(list(value.values()))
    elif isinstance(value, str):
        value.encode()
    elif hasattr(value, "model_dump_json"):
        value.model_dump_json()
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            plain_json(one)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(data=st.data())
def test_a_reader_gives_a_result_or_a_clear_error(
    data: st.DataObject, name: str, folder: Path
) -> None:
    reader = READERS[name]
    path = folder / ("viva.toml" if name == "settings" else f"in{reader.ending}")
    path.write_bytes(data.draw(reader.inputs()))
    found: object = None
    with guarded() as written:
        try:
            found = reader.read(path)
        except VivaError as exc:
            assert str(exc).strip()
    plain_json(found)
    # Excel's rows lie in a temporary folder until the workbook is whole.
    own = [one for one in written if str(path) not in one and "viva-" not in one]
    assert not own or name == "checkpoint", own


@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_its_examples(name: str, folder: Path) -> None:
    reader = READERS[name]
    for original in reader.originals:
        path = folder / ("viva.toml" if name == "settings" else f"in{reader.ending}")
        path.write_bytes(original)
        plain_json(reader.read(path))


# The whole command ------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, *args: object) -> tuple[int, str]:
    """`viva ARGS` in this process: exit status and what it said on standard error."""
    monkeypatch.setattr(sys, "argv", ["viva", *map(str, args)])
    with CliRunner().isolation() as (_, err, _):
        status = 0
        try:
            main()
        except SystemExit as exc:
            status = exc.code if isinstance(exc.code, int) else 1
        sys.stderr.flush()
        return status, err.getvalue().decode(errors="replace")


INPUTS = [name for name in READERS if name in FORMATS or name.startswith(("any", "answers"))]


@settings(fuzzed, max_examples=max(MANY // 10, 4))
@given(data=st.data())
def test_a_batch_of_it_ends_with_a_status_and_writes_its_outputs_alone(
    data: st.DataObject, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = READERS[data.draw(st.sampled_from(INPUTS))]
    path = folder / f"batch{reader.ending}"
    path.write_bytes(data.draw(reader.inputs())[:60_000])
    out = tmp_path_factory.mktemp("out")
    outputs = [f"r{ending}" for ending in reports.FORMATS if ending != ".jsonl"]
    bank = ROOT / "rubrics" / "machine-learning" / "hash-table.yaml"
    with pytest.MonkeyPatch.context() as patch, guarded(BATCH_SECONDS) as written:
        patch.chdir(out)
        patch.setenv("VIVA_CACHE_DIR", str(folder / "cache"))
        for_each = [part for name in outputs for part in ("-o", name)]
        status, said = run(patch, "batch", path, "--bank", bank, "--results", "r.jsonl", *for_each)
    assert status in (0, 1, 3), said
    assert "Traceback" not in said
    assert said.strip()
    places = (str(out), str(folder / "cache"), "viva-", "'.r.", "'r.")
    strange = [one for one in written if not any(place in one for place in places)]
    assert not strange
