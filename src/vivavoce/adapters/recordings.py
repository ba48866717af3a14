"""Recordings in the folder that is vivavoce's own; files elsewhere are never touched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vivavoce.errors import HistoryError

__all__ = ["erase"]


def erase(paths: Iterable[str], folder: Path) -> int:
    """Deletes recordings inside the folder; how many were there. Others are left alone.

    Raises:
        HistoryError: some could not be deleted; all others are.
    """
    count = 0
    left: list[str] = []
    own = folder.resolve()
    for path in (Path(p).resolve() for p in paths):
        if own in path.parents and path.is_file():
            try:
                path.unlink(missing_ok=True)
            except OSError as exc:
                left.append(f"{path}: cannot be deleted ({exc.strerror}); delete it by hand.")
            else:
                count += 1
    if left:
        raise HistoryError("\n".join(left))
    return count
