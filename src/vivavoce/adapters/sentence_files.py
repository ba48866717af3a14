"""Vectors of a bank's sentences in the user's cache directory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import numpy as np

from vivavoce.core.vectors import FloatArray

__all__ = ["SentenceFiles"]

SUFFIX = ".npy"


class SentenceFiles:
    """A `SentenceStore` of one .npy file a key.

    Args:
        folder: made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: str) -> FloatArray | None:
        """See `ports.SentenceStore`; a damaged file counts as absent."""
        try:
            found = np.load(self.folder / f"{key}{SUFFIX}", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        sound = found.ndim == 2 and found.dtype == np.float32 and np.isfinite(found).all()  # noqa: PLR2004
        return found if sound else None

    def save(self, key: str, vectors: FloatArray) -> None:
        """See `ports.SentenceStore`; written beside and renamed, so never seen half-written."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.save(file, vectors.astype(np.float32))
                Path(name).replace(self.folder / f"{key}{SUFFIX}")
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def clear(self) -> int:
        """Deletes every cached file; how many there were."""
        files = list(self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else []
        for file in [*files, *self.folder.glob("*.tmp")]:
            file.unlink(missing_ok=True)
        return len(files)
