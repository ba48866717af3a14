"""Refits the last step of the calibration on scores that a user's own graders gave.

A few dozen totals say nothing of forty signals, but enough of how strict the graders are: the
credit's log-odds are stretched and moved (Platt 1999, on top of a fitted model) until the totals
fit best, and the interval is made as wide as the graders' scores need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, fitted_interval, spread_of
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Kind, Rubric
from vivavoce.errors import SettingsError
from vivavoce.services.calibrate import is_doubtful
from vivavoce.services.grader import Grader

__all__ = ["FEWEST", "Fit", "HumanScore", "Recalibration", "recalibrate"]

FEWEST = 20
"""Graded answers needed: with fewer, what is fitted is chance."""
FOLDS = 5
GAINS = np.array([0.5, 0.75, 1.0, 1.5, 2.0, 3.0])
SHIFTS = np.arange(-2.0, 2.01, 0.25)


class HumanScore(NamedTuple):
    """An answer to a rubric's question and a person's score for it, 0..100."""

    rubric: Rubric
    answer: Answer
    score: float


class Fit(NamedTuple):
    """How totals agree with the graders.

    Attributes:
        mae, bias: points of 100; bias is tool minus grader.
        spearman: rank correlation; None where scores or totals are all equal.
        inside: share of the graders' scores within the interval.
        width: mean points between the interval's ends.
    """

    mae: float
    bias: float
    spearman: float | None
    inside: float
    width: float


class Recalibration(NamedTuple):
    """What was fitted, and both fits.

    Attributes:
        calibration: fitted on every answer.
        before: under the calibration that was there.
        after: each answer under a calibration fitted without its fold.
        answers: how many were used; `ungraded` could not be.
    """

    calibration: Calibration
    before: Fit
    after: Fit
    answers: int
    ungraded: int


class _Measured(NamedTuple):
    raw: NDArray[np.float64]
    points: NDArray[np.float64]
    zeroed: NDArray[np.float64]
    deduct: float
    full: float
    kind: Kind
    score: float
    grade: Grade


def recalibrate(grader: Grader, scored: Sequence[HumanScore], *, name: str) -> Recalibration:
    """Fits gain, shift and interval for each kind of question that is graded.

    Raises:
        SettingsError: fewer than `FEWEST` answers could be graded.
    """
    base = grader.calibration_for(scored[0].rubric) if scored else None
    measured = [m for m in (_measure(grader, one) for one in scored) if m is not None]
    if base is None or len(measured) < FEWEST:
        raise SettingsError(
            f"{len(measured)} graded answers can be used; at least {FEWEST} are needed to fit a "
            "calibration that is more than chance."
        )
    folds = np.arange(len(measured)) % FOLDS
    np.random.default_rng(1).shuffle(folds)
    totals, widths = np.zeros(len(measured)), np.zeros(len(measured))
    for fold in range(FOLDS):
        fitted = _fit([m for m, k in zip(measured, folds, strict=True) if k != fold], base, name)
        for i in np.flatnonzero(folds == fold):
            totals[i] = _total(measured[i], fitted)
            widths[i] = _half(measured[i], fitted)
    return Recalibration(
        calibration=_fit(measured, base, name),
        before=_figures(
            measured,
            np.array([m.grade.total for m in measured]),
            [(m.grade.interval.low, m.grade.interval.high) for m in measured],
        ),
        after=_figures(
            measured,
            totals,
            [(max(0, t - w), min(100, t + w)) for t, w in zip(totals, widths, strict=True)],
        ),
        answers=len(measured),
        ungraded=len(scored) - len(measured),
    )


def _measure(grader: Grader, one: HumanScore) -> _Measured | None:
    """What the total is made of, before gain and shift; None where it cannot be graded."""
    grade = grader.grade(one.rubric, one.answer)
    if not isinstance(grade, Grade):
        return None
    model = grader.calibration_for(one.rubric).kinds[one.rubric.kind]
    credits = np.array([c.credit or 0.0 for c in grade.criteria])
    points = np.array([c.points for c in grade.criteria])
    possible = points.sum()
    deduct = sum(m.deduct for m in grade.misconceptions)
    plain = 100.0 * max(0.0, float(credits @ points - deduct)) / possible
    return _Measured(
        raw=np.array([model.probability(c) for c in credits]),
        points=points,
        zeroed=(credits > 0).astype(float),
        deduct=deduct,
        full=100.0 * (grade.total / plain) if plain > 0 else 100.0,
        kind=one.rubric.kind,
        score=one.score,
        grade=grade,
    )


def _total(m: _Measured, calibration: Calibration) -> float:
    model = calibration.kinds[m.kind]
    credits = m.zeroed * np.array([model.credit(p) for p in m.raw])
    share = (float(credits @ m.points) - m.deduct) / float(m.points.sum())
    return round(min(1.0, max(0.0, share)) * min(100.0, m.full), 1)


def _half(m: _Measured, calibration: Calibration) -> float:
    interval = calibration.kinds[m.kind].interval
    half = max(interval.floor, interval.scale * _spread(m, calibration))
    return half * interval.doubt if is_doubtful(m.grade) else half


def _spread(m: _Measured, calibration: Calibration) -> float:
    model = calibration.kinds[m.kind]
    return spread_of(m.points.tolist(), [model.credit(p) for p in m.raw])


def _fit(measured: Sequence[_Measured], base: Calibration, name: str) -> Calibration:
    kinds = dict(base.kinds)
    for kind in {m.kind for m in measured}:
        some = [m for m in measured if m.kind is kind]
        best = (float("inf"), 1.0, 0.0)
        for gain in GAINS:
            for shift in SHIFTS:
                moved = kinds[kind].model_copy(update={"gain": float(gain), "shift": float(shift)})
                trial = base.model_copy(update={"kinds": {**kinds, kind: moved}})
                gaps = [abs(_total(m, trial) - m.score) for m in some]
                best = min(best, (float(np.mean(gaps)), float(gain), float(shift)))
        model = kinds[kind].model_copy(update={"gain": best[1], "shift": best[2]})
        fitted = base.model_copy(update={"kinds": {**kinds, kind: model}})
        residuals = np.array([m.score - _total(m, fitted) for m in some])
        spreads = np.array([_spread(m, fitted) for m in some])
        doubtful = np.array([is_doubtful(m.grade) for m in some])
        interval = fitted_interval(residuals, spreads, doubtful)
        kinds[kind] = model.model_copy(update={"interval": interval})
    return base.model_copy(update={"name": name, "kinds": kinds})


def _figures(
    measured: Sequence[_Measured],
    totals: NDArray[np.float64],
    ends: Sequence[tuple[float, float]],
) -> Fit:
    scores = np.array([m.score for m in measured])
    inside = [low <= s <= high for s, (low, high) in zip(scores, ends, strict=True)]
    return Fit(
        mae=float(np.abs(totals - scores).mean()),
        bias=float((totals - scores).mean()),
        spearman=_spearman(totals, scores),
        inside=float(np.mean(inside)),
        width=float(np.mean([high - low for low, high in ends])),
    )


def _spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """Rank correlation with ties at their mean rank."""
    ranks = [np.array([(np.sum(x < v) + np.sum(x <= v) - 1) / 2.0 for v in x]) for x in (a, b)]
    if min(float(r.std()) for r in ranks) == 0.0:
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
