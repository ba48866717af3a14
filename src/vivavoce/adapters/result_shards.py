"""The checkpoint of a large batch: a folder of files of results, each of a size that tools like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vivavoce.adapters.result_file import ResultFile
from vivavoce.errors import InputError
from vivavoce.ports import Stored

__all__ = ["ResultShards"]

LONGEST = 100_000
"""Results in a shard: some 500 MB."""


class ResultShards:
    """A `ports.ResultStore` in files `part-00001.jsonl`, ... of one folder.

    The files are opened, and locked, in the order of their numbers; new results go into the last.

    Args:
        folder: made if it is not there.
        longest: results after which another file is begun.

    Raises:
        InputError: a file cannot be opened, another process writes it, or it holds something else.
    """

    def __init__(self, folder: Path, *, longest: int = LONGEST) -> None:
        self.place = str(folder)
        self._folder = folder
        self._longest = longest
        self._parts: list[ResultFile] = []
        self._newest: dict[str, int] = {}
        try:
            folder.mkdir(exist_ok=True)
            paths = sorted(folder.glob("part-*.jsonl"))
        except OSError as exc:
            raise InputError(f"{folder}: cannot be used for results ({exc.strerror}).") from exc
        try:
            for path in paths or [self._path(1)]:
                self._open(path)
        except BaseException:
            self.close()
            raise

    def known(self, name: str) -> Stored | None:
        """See `ResultStore`."""
        part = self._newest.get(name)
        return None if part is None else self._parts[part].known(name)

    def append(self, key: str, kind: str, line: str) -> None:
        """See `ResultStore`."""
        if len(self._parts[-1].entries) >= self._longest:
            self._open(self._path(len(self._parts) + 1))
        self._parts[-1].append(key, kind, line)
        self._newest[key.partition("-")[0]] = len(self._parts) - 1

    def lines(self, names: Iterable[str], kind: str) -> Iterator[str]:
        """See `ResultStore`."""
        for name in names:
            part = self._newest.get(name)
            if part is not None:
                yield from self._parts[part].lines([name], kind)

    def close(self) -> None:
        """Waits until the disk has everything, and gives the locks up."""
        for part in self._parts:
            part.close()

    def __enter__(self) -> ResultShards:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _path(self, number: int) -> Path:
        return self._folder / f"part-{number:05}.jsonl"

    def _open(self, path: Path) -> None:
        part = ResultFile(path)
        self._parts.append(part)
        self._newest.update(dict.fromkeys(part.entries, len(self._parts) - 1))
