"""What a scorer read in an answer, and the numbers that a calibration weighs of it.

Late interaction finds where an answer speaks of a criterion, but not whether what it says there
is right: "complexity raises bias" and "complexity lowers bias" are nearly the same vectors. A
scorer has learned the points of the rubrics it knows and says what an answer, and each clause of
it, claims of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Span
from vivavoce.core.claims import Claim
from vivavoce.core.rubric import Rubric
from vivavoce.core.vectors import TokenVectors

__all__ = [
    "BELIEF_READING_SIGNALS",
    "READING_SIGNALS",
    "Asked",
    "Reading",
    "Readings",
    "belief_reading_signals",
    "claimed_share",
    "reading_signals",
]

READING_SIGNALS = (
    "whole_met",
    "whole_partly",
    "whole_denied",
    "whole_odds",
    "whole_denied_odds",
    "clause_met",
    "clause_denied",
    "clause_odds",
    "clause_denied_odds",
    "clause_balance",
)
"""Names of what a scorer's reading says of a criterion, in order."""
BELIEF_READING_SIGNALS = ("whole_stated", "whole_stated_odds", "clause_stated")
"""Names of what it says of a misconception, in order."""


class Asked(NamedTuple):
    """An answer to be read.

    Attributes:
        spans: its clauses.
        tokens: its vectors by the scorer's own embedder, where they are known.
    """

    rubric: Rubric
    text: str
    spans: tuple[Span, ...]
    tokens: TokenVectors | None = None


class Reading(NamedTuple):
    """What a scorer read about one point.

    Attributes:
        whole: probabilities of the claims for the whole answer, in the order of `Claim`; shape
            (4,).
        clauses: the same for each clause; shape (m, 4).
    """

    whole: NDArray[np.float64]
    clauses: NDArray[np.float64]

    def strongest(self, claim: Claim) -> tuple[int, float]:
        """The clause with the highest probability of a claim, and that."""
        at = int(self.clauses[:, claim].argmax())
        return at, float(self.clauses[at, claim])


Readings = Mapping[str, Reading]
"""Readings by statement, of a criterion or a misconception."""


def reading_signals(reading: Reading | None) -> tuple[float, ...]:
    """The `READING_SIGNALS` of a criterion; zeros where nothing was read."""
    if reading is None or not len(reading.clauses):
        return (0.0,) * len(READING_SIGNALS)
    whole, clauses = reading.whole, reading.clauses
    credit = float(whole[Claim.MET] + 0.5 * whole[Claim.PARTLY])
    met, denied = clauses[:, Claim.MET], clauses[:, Claim.CONTRADICTED]
    gaps = met - denied
    return (
        float(whole[Claim.MET]),
        float(whole[Claim.PARTLY]),
        float(whole[Claim.CONTRADICTED]),
        _odds(credit),
        _odds(float(whole[Claim.CONTRADICTED])),
        float(met.max()),
        float(denied.max()),
        _odds(float((met + 0.5 * clauses[:, Claim.PARTLY]).max())),
        _odds(float(denied.max())),
        float(gaps[np.abs(gaps).argmax()]),
    )


def claimed_share(rubric: Rubric, readings: Readings) -> float:
    """The share of a rubric's points of which the whole answer claims anything, 0..1."""
    points = sum(c.points for c in rubric.criteria)
    claimed = sum(
        c.points * (1.0 - float(readings[c.statement].whole[Claim.NOTHING]))
        for c in rubric.criteria
        if c.statement in readings
    )
    return claimed / points


def belief_reading_signals(reading: Reading | None) -> tuple[float, ...]:
    """The `BELIEF_READING_SIGNALS` of a misconception; zeros where nothing was read."""
    if reading is None or not len(reading.clauses):
        return (0.0,) * len(BELIEF_READING_SIGNALS)
    stated = float(reading.whole[Claim.MET])
    return stated, _odds(stated), float(reading.clauses[:, Claim.MET].max())


def _odds(p: float) -> float:
    """Log-odds, a tenth of them, within -1..1: beyond that a model's certainty means little."""
    p = min(max(p, 1e-6), 1.0 - 1e-6)
    return float(np.clip(np.log(p / (1.0 - p)) / 10.0, -1.0, 1.0))
