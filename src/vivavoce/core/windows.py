"""Long texts through models of limited length: cut into overlapping windows, then joined again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.core.vectors import FloatArray, TokenVectors, unit

__all__ = ["Window", "join", "windows"]


class Window(NamedTuple):
    """A stretch of a text's tokens.

    Attributes:
        start, end: half-open range of tokens that the model reads together.
        keep_start, keep_end: the part of it whose vectors are kept; over all windows of a
            text these cover each token once.
    """

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(tokens: int, size: int, overlap: int) -> list[Window]:
    """Windows of at most `size` over `tokens`; neighbours share `overlap` as context.

    Args:
        tokens: number of tokens, >= 0.
        size: longest window the model reads, > overlap.
        overlap: tokens that two neighbours both read; each keeps its own half.
    """
    if tokens <= size:
        return [Window(0, tokens, 0, tokens)]
    step = size - overlap
    starts = list(range(0, tokens - overlap, step))
    cuts = [0, *(start + overlap // 2 for start in starts[1:]), tokens]
    return [
        Window(start, min(start + size, tokens), cuts[i], cuts[i + 1])
        for i, start in enumerate(starts)
    ]


def join(parts: Sequence[tuple[Window, FloatArray, FloatArray]], spans: FloatArray) -> TokenVectors:
    """One text's vectors from those of its windows.

    Args:
        parts: per window its token vectors, shape (end - start, d), and its pooled vector (d,).
        spans: character offsets of all tokens, shape (t, 2).
    """
    kept = [v[w.keep_start - w.start : w.keep_end - w.start] for w, v, _ in parts]
    weights = np.array([max(w.keep_end - w.keep_start, 1) for w, _, _ in parts], dtype=np.float32)
    pooled = np.stack([unit(p) for _, _, p in parts]) * weights[:, None]
    return TokenVectors(
        vectors=unit(np.concatenate(kept)),
        spans=np.asarray(spans, dtype=np.int32).reshape(-1, 2),
        sentence=unit(pooled.sum(axis=0)),
    )
