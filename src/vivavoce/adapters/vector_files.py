"""Rubric vectors in the user's cache directory, so that a new process need not compute them."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from vivavoce.adapters.cache_folder import clear, put
from vivavoce.core.coverage import RubricVectors

__all__ = ["VectorFiles"]

ARRAYS = tuple(name for name in RubricVectors._fields if name != "sentences")
# Everything that reading a file of any content can raise.
DAMAGED = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


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
                arrays = {name: data[name] for name in ARRAYS}
                sentences = tuple(json.loads(str(data["sentences"])))
            vectors = RubricVectors(sentences=sentences, **arrays)
            return vectors if _fits(vectors) else None
        except DAMAGED:
            return None

    def save(self, key: str, vectors: RubricVectors) -> None:
        """See `ports.VectorStore`; written beside and renamed, so never seen half-written."""
        arrays = {name: getattr(vectors, name) for name in ARRAYS}
        sentences = np.array(json.dumps(vectors.sentences))
        put(self._path(key), lambda file: np.savez(file, sentences=sentences, **arrays))

    def clear(self) -> int:
        """Deletes every cached file; how many there were."""
        return clear(self.folder, ".npz")

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"


def _fits(vectors: RubricVectors) -> bool:
    """Whether the shapes agree with each other, as `RubricVectors` states them."""
    n, bounds = len(vectors.sentences), vectors.bounds
    return bool(
        bounds.shape == (n + 1,)
        and bounds[0] == 0
        and (np.diff(bounds) > 0).all()
        and vectors.tokens.ndim == 2  # noqa: PLR2004
        and len(vectors.tokens) == bounds[-1]
        and vectors.pooled.shape == (n, vectors.tokens.shape[1])
    )
