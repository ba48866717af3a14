"""Coefficients of agreement in closed form, for the thousand resamples behind an interval.

The packages that give the figures themselves check their input anew on every call, which takes a
hundred times as long as the arithmetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["pearson", "qwk", "spearman"]

Values = NDArray[np.float64] | NDArray[np.int64]


def qwk(human: Values, tool: Values) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968) of two rows of labels, not both constant.

    With these weights it needs no table: observed disagreement is the mean squared difference,
    disagreement by chance the sum of both variances and the squared difference of the means.
    """
    a, b = human.astype(np.float64), tool.astype(np.float64)
    chance = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    return float(1.0 - ((a - b) ** 2).mean() / chance)


def pearson(human: Values, tool: Values) -> float:
    """Linear correlation, -1..1; neither is constant."""
    a, b = human - human.mean(), tool - tool.mean()
    return float(np.clip((a @ b) / np.sqrt((a @ a) * (b @ b)), -1.0, 1.0))


def spearman(human: Values, tool: Values) -> float:
    """Rank correlation, ties at their mean rank, -1..1; neither is constant."""
    return pearson(_ranks(human), _ranks(tool))


def _ranks(values: Values) -> NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[place]
