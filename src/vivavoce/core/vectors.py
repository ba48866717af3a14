"""Vectors as plain values: what an embedder gives and the core computes with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "TokenVectors", "unit"]

FloatArray = NDArray[np.float32]


class TokenVectors(NamedTuple):
    """Contextual vectors of one text's tokens, special tokens left out.

    Attributes:
        vectors: shape (t, d), each row of unit norm.
        spans: shape (t, 2), half-open character offsets of each token in the text as given.
        sentence: shape (d,), the pooled vector of the whole text, of unit norm.
    """

    vectors: FloatArray
    spans: NDArray[np.int32]
    sentence: FloatArray


def unit(vectors: FloatArray) -> FloatArray:
    """Rows scaled to unit norm, shape kept; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
