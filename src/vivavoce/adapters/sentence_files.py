"""Vectors of a bank's sentences in the user's cache directory."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vivavoce.adapters.cache_folder import clear, put
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
        plain = vectors.astype(np.float32)
        put(self.folder / f"{key}{SUFFIX}", lambda file: np.save(file, plain))

    def clear(self) -> int:
        """Deletes every cached file; how many there were."""
        return clear(self.folder, SUFFIX)
