"""Recordings in the folder that is vivavoce's own; files elsewhere are never touched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["erase"]


def erase(paths: Iterable[str], folder: Path) -> int:
    """Deletes recordings inside the folder; how many were there. Others are left alone."""
    count = 0
    own = folder.resolve()
    for path in (Path(p).resolve() for p in paths):
        if own in path.parents and path.is_file():
            path.unlink(missing_ok=True)
            count += 1
    return count
