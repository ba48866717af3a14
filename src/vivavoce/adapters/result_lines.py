"""Files of results, read line by line without being held, written or locked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vivavoce.adapters.result_file import HEAD
from vivavoce.errors import InputError

__all__ = ["ResultLine", "ResultLines"]


KINDS = ("grade", "ungraded", "alignment", "recorded")


class ResultLine(NamedTuple):
    """A line of a file of results and its number there, from 1."""

    number: int
    text: str


class _Place(NamedTuple):
    kind: str
    offset: int
    number: int


class ResultLines:
    """Where each result is in a JSON Lines file; of lines with the same name the newest.

    A last line that a killed process left half written is left out.

    Args:
        path: the file, which is not changed.

    Attributes:
        torn: number of a last line that was left out; 0 where there is none.

    Raises:
        InputError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn = 0
        self._places: dict[str | int, _Place] = {}
        try:
            self._scan()
        except OSError as exc:
            raise InputError(f"{path}: cannot be read ({exc.strerror}).") from exc

    def lines(self, *kinds: str) -> Iterator[ResultLine]:
        """The lines of these kinds, in the order of the file; a kind that is none is ''.

        Raises:
            InputError: a line cannot be read, or is not UTF-8.
        """
        try:
            with self.path.open("rb") as file:
                for place in self._places.values():
                    if place.kind in kinds:
                        file.seek(place.offset)
                        line = file.readline().decode()
                        yield ResultLine(place.number, line.rstrip("\r\n"))
        except OSError as exc:
            raise InputError(f"{self.path}: cannot be read ({exc.strerror}).") from exc
        except UnicodeDecodeError as exc:
            raise InputError(f"{self.path}: not UTF-8 text ({exc.reason}).") from exc

    def _scan(self) -> None:
        at = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    self._note(line, number, at)
                at += len(line)

    def _note(self, line: bytes, number: int, at: int) -> None:
        head = HEAD.match(line)
        if head and line.endswith(b"}\n"):
            kind, name = (part.decode() for part in head.groups()[:2])
            # The first place of a name is kept, as `reports.json.load` does.
            self._places[name] = _Place(kind, at, number)
            return
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if found is None and not line.endswith(b"\n") and self._places:
            self.torn = number
            return
        record = found if isinstance(found, dict) else {}
        kind, key = record.get("type"), record.get("key")
        name = key.partition("-")[0] if isinstance(key, str) else ""
        known = kind if isinstance(kind, str) and kind in KINDS else ""
        self._places[name or number] = _Place(known, at, number)
