"""Rubric vectors in the user's cache directory, so that a new process need not compute them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from vivavoce.core.coverage import RubricVectors

__all__ = ["VectorFiles"]


class VectorFiles:
    """A `VectorStore` of one .npz file a key.

    Vectors are kept as float32, so that a grade does not depend on whether the cache was hit.

    Args:
        folder: made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: str) -> RubricVectors | None:
        """See `ports.VectorStore`; a damaged file counts as absent."""
        try:
            with np.load(self._path(key), allow_pickle=False) as data:
                return RubricVectors(
                    sentences=tuple(json.loads(str(data["sentences"]))),
                    tokens=data["tokens"],
                    novel=data["novel"],
                    bounds=data["bounds"],
                    pooled=data["pooled"],
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def save(self, key: str, vectors: RubricVectors) -> None:
        """See `ports.VectorStore`; written beside and renamed, so never seen half-written."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(
                        file,
                        sentences=np.array(json.dumps(vectors.sentences)),
                        tokens=vectors.tokens,
                        novel=vectors.novel,
                        bounds=vectors.bounds,
                        pooled=vectors.pooled,
                    )
                Path(name).replace(self._path(key))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def clear(self) -> int:
        """Deletes every cached file; how many there were."""
        files = list(self.folder.glob("*.npz")) if self.folder.is_dir() else []
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"
