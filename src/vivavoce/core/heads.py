"""What a scorer knows of single points: where to look in an answer, and what is claimed there.

Each point of a known rubric has a head of its own on the token vectors of one encoder: an
attention over the tokens (Bahdanau, Cho & Bengio 2015, with a learned query in place of a state)
and a linear layer with softmax over four claims. One pass over the answer therefore reads all
points at once, as label-wise attention does (Mullenbach et al. 2018).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.vectors import FloatArray

__all__ = ["SCALE", "Heads", "claims_in"]

SCALE = 10.0
"""Norm that token vectors are given, so that the heads' weights need not be large."""


class Heads(NamedTuple):
    """The heads of one rubric's k points over vectors of width d.

    Attributes:
        look: shape (k, d), the query of each point.
        say: shape (k, 4, d), the weights of each claim, in the order of `Claim`.
        bias: shape (k, 4).
    """

    look: FloatArray
    say: FloatArray
    bias: FloatArray


def claims_in(heads: Heads, vectors: FloatArray, ranges: NDArray[np.intp]) -> NDArray[np.float64]:
    """Probabilities of the claims in each stretch of an answer.

    Args:
        vectors: unit token vectors, shape (t, d).
        ranges: half-open ranges of tokens, shape (m, 2); an empty one claims nothing.

    Returns:
        shape (m, k, 4); rows sum to 1.
    """
    m, (k, claims, width) = len(ranges), heads.say.shape
    out = np.zeros((m, k, 4))
    out[..., 0] = 1.0
    filled = np.flatnonzero(ranges[:, 1] > ranges[:, 0])
    if not len(filled):
        return out
    states = vectors.astype(np.float64) * SCALE
    attention = heads.look.astype(np.float64) @ states.T
    weights = np.exp(attention - attention.max(axis=1, keepdims=True))
    said = heads.say.reshape(-1, width).astype(np.float64) @ states.T
    said = said.reshape(k, claims, -1)
    # Sums over ranges that overlap: `reduceat` gives each range's sum at every second place. The
    # column of zeros lets a range end with the text.
    bounds = ranges[filled].reshape(-1)
    padded = np.pad(weights, ((0, 0), (0, 1)))
    totals = np.add.reduceat(padded, bounds, axis=1)[:, ::2]
    weighted = np.pad(said * weights[:, None], ((0, 0), (0, 0), (0, 1)))
    sums = np.add.reduceat(weighted, bounds, axis=2)[:, :, ::2]
    logits = sums / np.maximum(totals, 1e-300)[:, None] + heads.bias.astype(np.float64)[:, :, None]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    out[filled] = (odds / odds.sum(axis=1, keepdims=True)).transpose(2, 0, 1)
    return out
