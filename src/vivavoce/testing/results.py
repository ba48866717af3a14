"""Results of a run that are kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vivavoce.ports import Stored

__all__ = ["MemoryResults"]


class MemoryResults:
    """A `ResultStore` without a file; it ends with the process."""

    def __init__(self) -> None:
        self.place = "memory"
        self._kept: dict[str, tuple[Stored, str]] = {}

    def known(self, name: str) -> Stored | None:
        """The newest result of this name; None where there is none."""
        return self._kept[name][0] if name in self._kept else None

    def append(self, key: str, kind: str, line: str) -> None:
        """Keeps a result in the place of one of the same name."""
        name, _, content = key.partition("-")
        self._kept[name] = (Stored(content, kind), line)

    def lines(self, names: Iterable[str], kind: str) -> Iterator[str]:
        """The newest lines of these names, in their order, where they are of this kind."""
        for name in names:
            if name in self._kept and self._kept[name][0].kind == kind:
                yield self._kept[name][1]
