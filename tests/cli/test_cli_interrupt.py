"""Ctrl-C and worse during `viva practice`, in a process of its own at a real terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from vivavoce.adapters.history_database import HistoryDatabase, sqlite_url
from vivavoce.core.practice import Attempt

pytest.importorskip("termios", reason="Windows has no pseudo-terminals")

ROOT = Path(__file__).parents[2]
# A session of its own whose terminal is standard input: what Ctrl-C there sends comes here.
LAUNCH = """
import fcntl, os, sys, termios
if os.isatty(0):
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "vivavoce", *sys.argv[1:]])
"""
FIRST = "A hash function turns the key into an index."
SECOND = "Two keys with one index collide"
PATIENCE_S = 60


class Running:
    """`viva practice hash-table --typed` under way."""

    def __init__(self, history: Path, process: subprocess.Popen[bytes], keys: int) -> None:
        self.history = history
        self.process = process
        self.keys = keys

    def types(self, text: str) -> None:
        os.write(self.keys, text.encode())

    def kept(self) -> list[Attempt]:
        if not self.history.exists():
            return []
        store = HistoryDatabase(sqlite_url(self.history))
        try:
            return store.attempts()
        finally:
            store.close()

    def until(self, holds: Callable[[list[Attempt]], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not holds(self.kept()):
            assert self.process.poll() is None, self.ended()
            assert time.monotonic() < ends, self.kept()
            time.sleep(0.05)

    def ended(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out.decode(), err.decode()


@pytest.fixture
def running(tmp_path: Path) -> Callable[..., Any]:
    @contextmanager
    def run(*more: str, terminal: bool = True) -> Iterator[Running]:
        history = tmp_path / "h.sqlite"
        keys, theirs = os.openpty() if terminal else reversed(os.pipe())
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "VIVA_DATABASE_URL": f"sqlite:///{history}",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, "practice", "hash-table", "--typed", *more],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            yield Running(history, process, keys)
        finally:
            process.kill()
            process.wait()
            os.close(keys)
            for stream in (process.stdout, process.stderr):
                stream.close()

    return run


def said(attempts: list[Attempt]) -> list[str]:
    return [a.answer.text for a in attempts]


def test_ctrl_c_at_a_terminal_keeps_the_line_it_is_pressed_in(running):
    with running("--json") as session:
        session.types(f"{FIRST}\n")
        session.until(lambda kept: said(kept) == [FIRST])
        session.types(f"{SECOND}\x03")
        status, out, err = session.ended()
        [kept] = session.kept()
    assert status == 130
    assert kept.answer.text == f"{FIRST}\n{SECOND}"
    assert (kept.finished, kept.grade) == (False, None)
    assert "Kept as an unfinished attempt." in err
    assert "Traceback" not in err
    [told] = json.loads(out)["attempts"]
    assert told["answer"]["text"] == kept.answer.text


def test_ctrl_c_in_the_follow_up_keeps_the_grade_that_was_given(running):
    with running() as session:
        session.types(f"{FIRST}\n\n")
        session.until(lambda kept: any(a.grade for a in kept))
        session.types(f"{SECOND}\n")
        session.until(lambda kept: len(kept) == 2)
        session.types("\x03")
        status, out, err = session.ended()
        first, second = session.kept()
    assert status == 130
    assert first.grade is not None
    assert f"{first.grade.total:.0f} of 100" in out
    assert (second.answer.text, second.finished) == (SECOND, False)
    assert second.follow_up_of == first.id
    assert "Traceback" not in err


def test_an_interrupt_without_a_terminal_keeps_every_whole_line(running):
    with running(terminal=False) as session:
        session.types(f"{FIRST}\n{SECOND}\n")
        session.until(lambda kept: said(kept) == [f"{FIRST}\n{SECOND}"])
        session.process.send_signal(signal.SIGINT)
        status, _, err = session.ended()
        [kept] = session.kept()
    assert status == 130
    assert kept.answer.text == f"{FIRST}\n{SECOND}"
    assert not kept.finished
    assert "Traceback" not in err


def test_a_process_that_is_killed_leaves_what_was_typed(running):
    with running() as session:
        session.types(f"{FIRST}\n")
        session.until(lambda kept: said(kept) == [FIRST])
        session.process.kill()
        assert session.ended()[0] == -signal.SIGKILL
        [kept] = session.kept()
    assert (kept.answer.text, kept.finished) == (FIRST, False)


def test_a_terminal_that_goes_away_costs_nothing(running):
    with running() as session:
        session.types(f"{FIRST}\n")
        session.until(lambda kept: said(kept) == [FIRST])
        os.close(session.keys)
        session.keys = os.open(os.devnull, os.O_RDONLY)
        status, _, err = session.ended()
        assert said(session.kept()) == [FIRST]
    assert status != 0
    assert "Traceback" not in err
