"""The checkpoint of a batch: an append-only file of results, locked while it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from vivavoce.adapters.line_file import LineFile, is_record
from vivavoce.errors import InputError
from vivavoce.ports import Stored

__all__ = ["Entry", "ResultFile"]

HEAD = re.compile(
    rb'\{"type": "(grade|ungraded|alignment)", "schema": "[^"]*", '
    rb'"key": "([0-9a-f]+)-([0-9a-f]+)"'
)


class Entry(NamedTuple):
    """Where the newest line of an answer is, and what its key says."""

    content: str
    kind: str
    offset: int


class ResultFile:
    """A `ports.ResultStore` in a `LineFile`. Lines without a key are kept.

    Args:
        path: made if it is not there.

    Raises:
        InputError: it cannot be opened, another process writes it, or it holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)
        self.entries: dict[str, Entry] = {}
        self._lines = LineFile(path, self._read, kind="result")

    def known(self, name: str) -> Stored | None:
        """See `ResultStore`."""
        entry = self.entries.get(name)
        return Stored(entry.content, entry.kind) if entry else None

    def append(self, key: str, kind: str, line: str) -> None:
        """Adds a line under a key `NAME-CONTENT`; the file is as before if that fails.

        Raises:
            InputError: the disk is full, or the file cannot be written for another reason.
        """
        at = self._lines.append(line)
        name, _, content = key.partition("-")
        self.entries[name] = Entry(content, kind, at)

    def lines(self, names: Iterable[str], kind: str) -> Iterator[str]:
        """See `ResultStore`.

        Raises:
            InputError: a line is damaged.
        """
        with self.path.open("rb") as file:
            for name in names:
                entry = self.entries.get(name)
                if entry and entry.kind == kind:
                    file.seek(entry.offset)
                    yield self._text(file.readline(), entry.offset)

    def close(self) -> None:
        """Waits until the disk has everything, and gives the lock up."""
        self._lines.close()

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _text(self, line: bytes, at: int) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as exc:
            raise InputError(
                f"{self.path}, byte {at + exc.start}: not UTF-8, so the line that begins at byte "
                f"{at} is damaged. Delete that line: the same command grades its answer again."
            ) from exc

    def _read(self, line: bytes, number: int, at: int) -> None:
        found = HEAD.match(line)
        if found and line.endswith(b"}\n"):
            kind, name, content = (part.decode() for part in found.groups())
            # Dropped first, so that the order is that of the newest lines.
            self.entries.pop(name, None)
            self.entries[name] = Entry(content, kind, at)
        elif line.strip() and not is_record(line):
            raise InputError(
                f"{self.path}, line {number}: not a result that vivavoce wrote. Name another "
                "file for the results; this one is left as it is."
            )
