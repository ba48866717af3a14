"""Files that only save time: never seen half-written, and no loss where none can be written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

__all__ = ["clear", "put"]


def put(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Writes a file beside its place and renames it; a folder that takes none stays as it is."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def clear(folder: Path, suffix: str) -> int:
    """Deletes every file of this ending, and what a killed process was writing.

    Returns:
        how many there were, unfinished ones not counted.
    """
    files = list(folder.glob(f"*{suffix}")) if folder.is_dir() else []
    for file in [*files, *folder.glob("*.tmp")]:
        file.unlink(missing_ok=True)
    return len(files)
