"""The checkpoint of a batch: an append-only file of results, locked while it is written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from vivavoce.errors import InputError

__all__ = ["Entry", "ResultFile"]

HEAD = re.compile(
    rb'\{"type": "(grade|ungraded|alignment)", "schema": "[^"]*", '
    rb'"key": "([0-9a-f]+)-([0-9a-f]+)"'
)
BEGINS = b'{"type": "'


class Entry(NamedTuple):
    """Where the newest line of an answer is, and what its key says."""

    content: str
    kind: str
    offset: int


class ResultFile:
    """A JSON object a line, each written whole or not at all.

    Opening it takes a lock that dies with the process, reads the keys of its lines, and cuts
    off a last line that a killed process left half written. Lines without a key are kept.

    Args:
        path: made if it is not there.

    Raises:
        InputError: it cannot be opened, another process writes it, or it holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, Entry] = {}
        try:
            if path.exists() and not stat.S_ISREG(path.stat().st_mode):
                raise InputError(f"{path}: not a regular file; choose another for the results.")
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as exc:
            raise InputError(f"{path}: cannot be opened ({exc.strerror}).") from exc
        try:
            self._lock()
            self._end = self._scan()
        except BaseException:
            os.close(self._handle)
            raise

    def append(self, key: str, kind: str, line: str) -> None:
        """Adds a line under a key `NAME-CONTENT`; the file is as before if that fails.

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
        name, _, content = key.partition("-")
        self.entries[name] = Entry(content, kind, self._end)
        self._end += len(data)

    def lines(self, names: Iterable[str]) -> Iterator[str]:
        """The newest line of each of these names that the file knows, in their order."""
        with self.path.open("rb") as file:
            for name in names:
                if name in self.entries:
                    file.seek(self.entries[name].offset)
                    yield file.readline().decode()

    def close(self) -> None:
        """Waits until the disk has everything, and gives the lock up."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.fsync(self._handle)
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _lock(self) -> None:
        try:
            if sys.platform == "win32":
                import msvcrt

                # A byte far beyond the end: others may still read the file.
                os.lseek(self._handle, 1 << 40, os.SEEK_SET)
                msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise InputError(
                f"{self.path}: another process is writing results to it. Wait for it, or name "
                "another file."
            ) from exc

    def _scan(self) -> int:
        """Reads the keys; where the last whole line ends."""
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

    def _read(self, line: bytes, number: int, at: int) -> None:
        found = HEAD.match(line)
        if found and line.endswith(b"}\n"):
            kind, name, content = (part.decode() for part in found.groups())
            # Dropped first, so that the order is that of the newest lines.
            self.entries.pop(name, None)
            self.entries[name] = Entry(content, kind, at)
        elif line.strip() and not _is_result(line):
            raise InputError(
                f"{self.path}, line {number}: not a result that vivavoce wrote. Name another "
                "file for the results; this one is left as it is."
            )

    def _mended(self, tail: bytes, at: int) -> int:
        """A last line without its end: kept where it is whole, else cut off."""
        try:
            if _is_result(tail):
                os.lseek(self._handle, at + len(tail), os.SEEK_SET)
                os.write(self._handle, b"\n")
                self._read(tail + b"\n", 0, at)
                return at + len(tail) + 1
            if not (tail.startswith(BEGINS) or BEGINS.startswith(tail)):
                raise InputError(
                    f"{self.path}: its last line is no result that vivavoce wrote. Name another "
                    "file for the results; this one is left as it is."
                )
            os.ftruncate(self._handle, at)
        except OSError as exc:
            raise InputError(f"{self.path}: cannot be written ({exc.strerror}).") from exc
        return at


def _is_result(line: bytes) -> bool:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "type" in found and "schema" in found
