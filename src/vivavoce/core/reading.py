"""Which clauses the scorer reads against which statements, and what it made of them.

Late interaction finds where an answer speaks of a criterion, but not whether what it says there
is right: "complexity raises bias" and "complexity lowers bias" are nearly the same vectors. The
scorer reads clause and statement together, and only these few pairs, so that a grade stays
cheap (retrieve, then read: Nogueira & Cho 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Span
from vivavoce.core.coverage import Coverage, RubricVectors
from vivavoce.core.rubric import Rubric

__all__ = [
    "BELIEF_READING_SIGNALS",
    "READING_SIGNALS",
    "Reading",
    "Readings",
    "belief_reading_signals",
    "reading_signals",
    "readings_of",
    "to_read",
]

CLAUSES_READ = 3
"""Clauses read against each criterion."""
BELIEF_CLAUSES_READ = 2
"""Clauses read against each misconception."""
SAME = 0.6
"""Share of two clauses in common from which reading the second tells nothing new."""
SAYS, DENIES = 0, 2

READING_SIGNALS = (
    "says_best",
    "denies_best",
    "says_near",
    "denies_near",
    "says_mean",
    "denies_mean",
    "balance",
    "says_odds",
    "denies_odds",
)
"""Names of what the scorer's readings say of a criterion, in order."""
BELIEF_READING_SIGNALS = ("states_best", "states_mean", "states_odds")
"""Names of what they say of a misconception, in order."""


class Reading(NamedTuple):
    """What the scorer made of one statement.

    Attributes:
        clauses: positions of the clauses read, nearest first; shape (k,).
        probabilities: entailed, neutral, contradicted for each; shape (k, 3).
    """

    clauses: NDArray[np.intp]
    probabilities: NDArray[np.float64]

    def strongest(self, side: int) -> tuple[int, float]:
        """The clause with the highest probability of a side (0 says, 2 denies), and that."""
        at = int(self.probabilities[:, side].argmax())
        return int(self.clauses[at]), float(self.probabilities[at, side])


Readings = Mapping[str, Reading]
"""Readings by statement."""


def to_read(
    rubric: Rubric, vectors: RubricVectors, covered: Coverage
) -> Iterator[tuple[str, list[int]]]:
    """Each criterion's and misconception's statement, and the clauses that speak of it most."""
    if not covered.spans:
        return
    for criterion in rubric.criteria:
        rows = [vectors.row_of(s) for s in (*criterion.affirmations, *criterion.reject)]
        yield criterion.statement, _nearest(covered, rows, CLAUSES_READ)
    for belief in rubric.misconceptions:
        rows = [vectors.row_of(s) for s in belief.phrasings]
        yield belief.statement, _nearest(covered, rows, BELIEF_CLAUSES_READ)


def readings_of(
    asked: Sequence[tuple[str, list[int]]], probabilities: NDArray[np.float64]
) -> dict[str, Reading]:
    """What the scorer returned, by statement; rows in the order of `to_read`, flattened."""
    out: dict[str, Reading] = {}
    at = 0
    for statement, clauses in asked:
        rows = np.asarray(probabilities[at : at + len(clauses)], dtype=np.float64)
        out[statement] = Reading(np.array(clauses, dtype=np.intp), rows)
        at += len(clauses)
    return out


def reading_signals(reading: Reading | None) -> tuple[float, ...]:
    """The `READING_SIGNALS` of a criterion; zeros where nothing was read."""
    if reading is None or not len(reading.clauses):
        return (0.0,) * len(READING_SIGNALS)
    says, denies = reading.probabilities[:, SAYS], reading.probabilities[:, DENIES]
    gaps = says - denies
    return (
        float(says.max()),
        float(denies.max()),
        float(says[0]),
        float(denies[0]),
        float(says.mean()),
        float(denies.mean()),
        float(gaps[np.abs(gaps).argmax()]),
        _odds(float(says.max())),
        _odds(float(denies.max())),
    )


def belief_reading_signals(reading: Reading | None) -> tuple[float, ...]:
    """The `BELIEF_READING_SIGNALS` of a misconception; zeros where nothing was read."""
    if reading is None or not len(reading.clauses):
        return (0.0,) * len(BELIEF_READING_SIGNALS)
    says = reading.probabilities[:, SAYS]
    return float(says.max()), float(says.mean()), _odds(float(says.max()))


def _odds(p: float) -> float:
    """Log-odds, a tenth of them, within -1..1: beyond that a model's certainty means little."""
    p = min(max(p, 1e-6), 1.0 - 1e-6)
    return float(np.clip(np.log(p / (1.0 - p)) / 10.0, -1.0, 1.0))


def _nearest(covered: Coverage, rows: Sequence[int], most: int) -> list[int]:
    """The clauses nearest to any of the sentences, none of them much the same as another."""
    near = (covered.recall[rows] * covered.full[rows]).max(axis=0) + covered.cosine[rows].max(
        axis=0
    )
    kept: list[int] = []
    for j in np.argsort(-near, kind="stable"):
        if all(_shared(covered.spans[int(j)], covered.spans[k]) < SAME for k in kept):
            kept.append(int(j))
        if len(kept) == most:
            break
    return kept


def _shared(a: Span, b: Span) -> float:
    both = min(a.end, b.end) - max(a.start, b.start)
    return max(0, both) / (max(a.end, b.end) - min(a.start, b.start))
