"""How the right and the wrong sentences of a rubric compare with an answer's clauses."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.claims import Claim
from vivavoce.core.coverage import Coverage, RubricVectors
from vivavoce.core.reading import Reading

__all__ = ["Side", "best_of", "mean_of", "rows_or_zeros", "side_of", "strongest_clause"]

SURE = 0.5
"""Probability from which the scorer's choice of a clause is taken as evidence."""
NEAR_BEST = 0.03
"""A shorter clause within this of the best recall is the better evidence."""
NEAR_SURE = 0.1
"""The same for the scorer's probability."""


class Side(NamedTuple):
    """How the sentences of one side, right or wrong, compare with the clauses.

    Attributes:
        matrix: shape (s, m).
        by_clause: the best of each clause, shape (m,).
        by_sentence: the best of each sentence, shape (s,).
        best: of all.
        mean: of `by_sentence`.
    """

    matrix: NDArray[np.float32]
    by_clause: NDArray[np.float32]
    by_sentence: NDArray[np.float32]
    best: np.float32
    mean: np.float32


def side_of(matrix: NDArray[np.float32], rows: NDArray[np.intp]) -> Side:
    """One side's rows of a matrix; all zeros where it has no sentences."""
    some = rows_or_zeros(matrix, rows)
    by_sentence = best_of(some, 1)
    return Side(some, best_of(some, 0), by_sentence, best_of(by_sentence, 0), mean_of(by_sentence))


# The plain reductions: an array's own methods take three times as long on rows this short, and an
# answer has some hundreds of them.
def best_of(values: NDArray[np.float32], axis: int) -> Any:
    return np.maximum.reduce(values, axis=axis)


def mean_of(values: NDArray[np.float32]) -> Any:
    return np.add.reduce(values, axis=0) / len(values)


def rows_or_zeros(matrix: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Rows of a matrix; one row of zeros where there are none."""
    return matrix[rows] if len(rows) else np.zeros_like(matrix[:1])


def strongest_clause(
    recall: NDArray[np.float32],
    rows: NDArray[np.intp],
    covered: Coverage,
    rubric: RubricVectors,
    read: Reading | None,
    claim: Claim,
) -> tuple[tuple[int, str], float]:
    """The clause that the scorer finds strongest, if it is sure; else the best covering one.

    Among those that do about as well as any the shortest is taken: a joined clause covers at least
    what its parts do, so the plain best is always a long one.
    """
    if read is not None and len(read.clauses) and read.strongest(claim)[1] >= SURE:
        found = read.clauses[:, claim]
        sure = _shortest(covered, np.flatnonzero(found >= found.max() - NEAR_SURE))
        said = int(recall[:, sure].argmax())
        return (sure, rubric.sentences[int(rows[said])]), float(recall[said, sure])
    sentence, _ = np.unravel_index(int(recall.argmax()), recall.shape)
    best = recall[sentence].max()
    clause = _shortest(covered, np.flatnonzero(recall[sentence] >= best - NEAR_BEST))
    return (clause, rubric.sentences[int(rows[sentence])]), float(recall[sentence, clause])


def _shortest(covered: Coverage, among: NDArray[np.intp]) -> int:
    return int(min(among, key=lambda j: covered.spans[j].end - covered.spans[j].start))
