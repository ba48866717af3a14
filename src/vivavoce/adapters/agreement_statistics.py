"""Coefficients of agreement, by scipy, scikit-learn and krippendorff."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import numpy as np

from vivavoce.core.agreement import FloatVector, IntVector
from vivavoce.errors import MissingExtraError

__all__ = ["AgreementStatistics"]


class AgreementStatistics:
    """Fulfils `services.agreement.Statistics`. Degenerate scores are the caller's to refuse.

    Raises:
        MissingExtraError: one of the three packages is not installed.
    """

    def __init__(self) -> None:
        self._stats = _package("scipy.stats", "scipy")
        self._metrics = _package("sklearn.metrics", "scikit-learn")
        self._krippendorff = _package("krippendorff", "krippendorff")

    def qwk(self, human: IntVector, tool: IntVector, labels: int) -> float:
        """Cohen's kappa with quadratic weights (Cohen 1968) on the labels 0..labels-1.

        The labels are stated and not taken from the data: a label that nobody used still lies
        between its neighbours.
        """
        return float(
            self._metrics.cohen_kappa_score(
                human, tool, labels=list(range(labels)), weights="quadratic"
            )
        )

    def pearson(self, human: FloatVector, tool: FloatVector) -> float:
        """Linear correlation, -1..1."""
        return float(self._stats.pearsonr(human, tool).statistic)

    def spearman(self, human: FloatVector, tool: FloatVector) -> float:
        """Rank correlation, ties at their mean rank, -1..1."""
        return float(self._stats.spearmanr(human, tool).statistic)

    def alpha(self, ratings: Sequence[Sequence[float]]) -> float:
        """Krippendorff's alpha for interval data (Krippendorff 2011), at most 1.

        Args:
            ratings: the scores of each answer, two or more, in any order of raters.
        """
        table = np.full((max(len(r) for r in ratings), len(ratings)), np.nan)
        for column, scores in enumerate(ratings):
            table[: len(scores), column] = scores
        return float(
            self._krippendorff.alpha(reliability_data=table, level_of_measurement="interval")
        )


def _package(module: str, distribution: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as exc:
        raise MissingExtraError(distribution, "evaluation") from exc
