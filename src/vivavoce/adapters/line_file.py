"""An append-only file of JSON objects, one a line, locked while it is open."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from vivavoce.errors import InputError

__all__ = ["LineFile", "is_record"]

BEGINS = b'{"type": "'
BETWEEN = 0.05
"""Seconds between two tries to get a lock."""


class LineFile:
    """A JSON object a line, each written whole or not at all.

    Opening it takes a lock that dies with the process, reads its lines, and cuts off a last line
    that a killed process left half written.

    Args:
        path: made if it is not there.
        read: takes each line, its number and its offset; raises InputError where the line is of
            another kind.
        kind: what a line is, for messages: `result`.
        patience: seconds to wait for another process's lock.

    Raises:
        InputError: it cannot be opened, another process writes it, or it holds something else.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[bytes, int, int], None],
        *,
        kind: str,
        patience: float = 0.0,
    ) -> None:
        self.path = path
        self._read = read
        self._kind = kind
        try:
            if path.exists() and not stat.S_ISREG(path.stat().st_mode):
                raise InputError(f"{path}: not a regular file; choose another for the {kind}s.")
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as exc:
            raise InputError(f"{path}: cannot be opened ({exc.strerror}).") from exc
        try:
            self._lock(patience)
            self._end = self._scan()
        except BaseException:
            os.close(self._handle)
            raise

    def append(self, line: str) -> int:
        """Adds a line; its offset. The file is as before if that fails.

        Raises:
            InputError: the disk is full, or the file cannot be written for another reason.
        """
        data = line.encode()
        try:
            os.lseek(self._handle, self._end, os.SEEK_SET)
            written = 0
            while written < len(data):
                written += os.write(self._handle, data[written:])
        except OSError as exc:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self._end)
            raise InputError(
                f"{self.path}: cannot be written ({exc.strerror}). What it holds is whole: make "
                "room, then give the same command again to go on."
            ) from exc
        at = self._end
        self._end += len(data)
        return at

    def close(self) -> None:
        """Waits until the disk has everything, and gives the lock up."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.fsync(self._handle)
            os.close(self._handle)
            self._handle = -1

    def _lock(self, patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            try:
                self._try_lock()
            except OSError as exc:
                if time.monotonic() < until:
                    time.sleep(BETWEEN)
                    continue
                raise InputError(
                    f"{self.path}: another process is writing {self._kind}s to it. Wait for it, "
                    "or name another file."
                ) from exc
            return

    def _try_lock(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            # A byte far beyond the end: others may still read the file.
            os.lseek(self._handle, 1 << 40, os.SEEK_SET)
            msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _scan(self) -> int:
        """Reads the lines; where the last whole one ends."""
        at = 0
        tail = b""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    tail = line
                    break
                self._read(line, number, at)
                at += len(line)
        return self._mended(tail, at) if tail else at

    def _mended(self, tail: bytes, at: int) -> int:
        """A last line without its end: kept where it is whole, else cut off."""
        try:
            if is_record(tail):
                # Read first: a line of another kind is left as it is.
                self._read(tail + b"\n", 0, at)
                os.lseek(self._handle, at + len(tail), os.SEEK_SET)
                os.write(self._handle, b"\n")
                return at + len(tail) + 1
            if not (tail.startswith(BEGINS) or BEGINS.startswith(tail)):
                raise InputError(
                    f"{self.path}: its last line is no {self._kind} that vivavoce wrote. Name "
                    f"another file for the {self._kind}s; this one is left as it is."
                )
            os.ftruncate(self._handle, at)
        except OSError as exc:
            raise InputError(f"{self.path}: cannot be written ({exc.strerror}).") from exc
        return at


def is_record(line: bytes) -> bool:
    """Whether it is a JSON object that names its type and schema."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "type" in found and "schema" in found
