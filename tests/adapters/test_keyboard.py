"""Keys and lines of a terminal, and of one that goes away meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

from vivavoce.adapters.keyboard import any_key, type_answer

pytest.importorskip("termios", reason="the system has no such terminals")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The keyboard's end of a terminal that is standard input."""
    keys, theirs = os.openpty()
    with os.fdopen(theirs) as stream:
        monkeypatch.setattr("sys.stdin", stream)
        yield keys
    with suppress(OSError):  # the test may have closed it
        os.close(keys)


def test_a_key_is_noticed_once(terminal: int) -> None:
    with any_key() as pressed:
        assert not pressed()
        os.write(terminal, b"x")
        while not pressed():
            pass
        assert not pressed()


def test_a_terminal_that_is_gone_counts_as_a_key(terminal: int) -> None:
    with any_key() as pressed:
        os.close(terminal)
        assert pressed()


def test_lines_end_with_an_empty_one(terminal: int) -> None:
    os.write(terminal, b"High bias\nunderfits.\n\nnot this\n")
    kept: list[str] = []
    told = type_answer(kept.append)
    assert told == ("High bias\nunderfits.", False, False)
    assert kept == ["High bias", "High bias\nunderfits."]


def test_what_was_typed_at_a_terminal_that_is_gone_is_kept(terminal: int) -> None:
    def keep(text: str) -> None:
        assert text == "High bias"
        os.close(terminal)

    os.write(terminal, b"High bias\n")
    assert type_answer(keep) == ("High bias", True, False)


def test_ctrl_c_ends_the_answer_and_not_the_words(terminal: int) -> None:
    os.write(terminal, b"High bias\nunder")

    def interrupt(_: str) -> None:
        os.write(terminal, b"\x03")

    assert type_answer(interrupt) == ("High bias\nunder", False, True)
