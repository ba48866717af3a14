"""Answers typed on standard input, and single keys: with a terminal or without one."""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

__all__ = ["Typed", "any_key", "type_answer"]

INTERRUPT = b"\x03"
"""What Ctrl-C sends."""
CHUNK = 4096


class Typed(NamedTuple):
    """What was typed.

    Attributes:
        text: the lines, without what ended them.
        at_end: whether nothing can follow: Ctrl-D, or the end of a file.
        stopped: whether Ctrl-C ended it; the text holds the line it was pressed in, too.
    """

    text: str
    at_end: bool = False
    stopped: bool = False


def type_answer(keep: Callable[[str], None] | None = None) -> Typed:
    """Reads lines from standard input until an empty one, Ctrl-D, Ctrl-C or the end of the file.

    Bytes that are no UTF-8 become replacement characters: an answer is not lost for one of them.

    Args:
        keep: called with all lines so far, after each.
    """
    if sys.stdin.isatty():
        with _interrupt_as_text(sys.stdin.fileno()) as lines:
            return _collect(lines, keep)
    stream: BinaryIO = getattr(sys.stdin, "buffer", None) or BytesIO(sys.stdin.read().encode())
    return _collect(stream.readline, keep)


def _collect(read: Callable[[], bytes], keep: Callable[[str], None] | None) -> Typed:
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    text = ""
    try:
        while True:
            line = decoder.decode(read()).replace("\r\n", "\n")
            if not line:
                return Typed(text.rstrip("\n"), at_end=True)
            if line.endswith(INTERRUPT.decode()):
                return Typed((text + line[:-1]).rstrip("\n"), stopped=True)
            if not line.strip():
                return Typed(text.rstrip("\n"))
            text += line
            if keep:
                keep(text.rstrip("\n"))
            if not line.endswith("\n"):
                return Typed(text, at_end=True)
    except KeyboardInterrupt:
        return Typed(text.rstrip("\n"), stopped=True)


@contextmanager
def _interrupt_as_text(descriptor: int) -> Iterator[Callable[[], bytes]]:
    """A reader of a terminal's lines to which Ctrl-C ends a line instead of the process.

    The system throws away the line in which Ctrl-C is pressed; what was said in it would be lost.
    """
    try:
        import termios
    except ImportError:  # Windows has another way to edit lines
        yield sys.stdin.buffer.readline
        return
    before = termios.tcgetattr(descriptor)
    changed: list[Any] = termios.tcgetattr(descriptor)
    controls = list(changed[6])
    controls[termios.VINTR] = bytes([os.fpathconf(descriptor, "PC_VDISABLE") & 0xFF])
    controls[termios.VEOL] = INTERRUPT
    changed[6] = controls
    termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
    try:
        yield lambda: _read(descriptor)
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read(descriptor: int) -> bytes:
    """A line of a terminal; one that is gone ends like a file, so that what was said is kept."""
    try:
        return os.read(descriptor, CHUNK)
    except OSError:
        return b""


@contextmanager
def any_key() -> Iterator[Callable[[], bool]]:
    """A question to ask again and again: was a key pressed? Never, without a terminal."""
    try:
        import termios
        import tty
    except ImportError:
        yield _windows_key
        return
    if not sys.stdin.isatty():
        yield lambda: False
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)  # keys come at once; Ctrl-C still stops the process
    try:
        yield lambda: _pressed(descriptor)
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _pressed(descriptor: int) -> bool:
    try:
        if not select.select([descriptor], [], [], 0)[0]:
            return False
        os.read(descriptor, CHUNK)
    except OSError:
        pass  # the terminal is gone: nobody can press a key any more
    return True


def _windows_key() -> bool:
    import msvcrt

    keyboard: Any = msvcrt
    if not keyboard.kbhit():
        return False
    keyboard.getch()
    return True
