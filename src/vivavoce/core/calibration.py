"""From signals to credits that mean what they say, and to an interval around the total.

Two logistic regressions with ridge penalty (Hastie, Tibshirani & Friedman, section 4.4) fitted
on examiners' verdicts: one for the credit, whose targets are 1 for met, 0.5 for partly and 0
otherwise, one for contradiction; a third for misconceptions. The interval is split-conformal
with a locally scaled residual (Lei et al. 2018), so that its coverage does not lean on the
model being right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.grade import Interval
from vivavoce.core.rubric import Kind
from vivavoce.errors import SettingsError

__all__ = [
    "Calibration",
    "IntervalModel",
    "KindModel",
    "Logistic",
    "conformal_scale",
    "fit_logistic",
    "fitted_interval",
    "spread_of",
]

FloatVector = NDArray[np.float64]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Logistic(_Model):
    """A fitted logistic regression on standardised signals.

    Attributes:
        signals: names, in the order of the values it is given.
    """

    signals: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, values: FloatVector) -> float:
        """0..1 for one row of signals, shape (s,).

        Raises:
            SettingsError: it was fitted on another number of signals.
        """
        if len(values) != len(self.weights):
            raise SettingsError(
                f"The calibration weighs {len(self.weights)} signals, this version of vivavoce "
                f"measures {len(values)}: it was fitted with another version. Fit it again."
            )
        mean, scale, weights = self._arrays
        odds = float(((values - mean) / scale) @ weights) + self.bias
        return 1.0 / (1.0 + math.exp(-min(max(odds, -60.0), 60.0)))

    @cached_property
    def _arrays(self) -> tuple[FloatVector, FloatVector, FloatVector]:
        return np.array(self.mean), np.array(self.scale), np.array(self.weights)


class IntervalModel(_Model):
    """Half-width of the interval: `scale` residuals of the spread, at least `floor` points.

    A flagged answer's is `doubt` times as wide: it is unlike those that the scale was fitted on.
    """

    scale: Annotated[float, Field(ge=0)]
    floor: Annotated[float, Field(ge=0)] = 3.0
    doubt: Annotated[float, Field(ge=1)] = 1.5
    level: Annotated[float, Field(gt=0, lt=1)] = 0.9

    def around(self, total: float, spread: float, *, flagged: bool = False) -> Interval:
        """The interval around a total, cut at 0 and 100."""
        half = max(self.floor, self.scale * spread) * (self.doubt if flagged else 1.0)
        return Interval(
            low=round(max(0.0, total - half), 1),
            high=round(min(100.0, total + half), 1),
            level=self.level,
        )


class KindModel(_Model):
    """What is fitted apart for knowledge and for open questions.

    Attributes:
        gain, shift: the credit's log-odds are stretched and moved by these, because credits of
            one answer stand or fall together and single ones come out too near the middle.
        met_at, partly_at: credit from which a criterion counts as met, as partly met.
        off_topic_at: probability from which an answer counts as off topic; an open question can
            be answered with anything, so there it takes far more.
    """

    gain: Annotated[float, Field(gt=0)] = 1.0
    shift: float = 0.0
    met_at: float = 0.6
    partly_at: float = 0.35
    off_topic_at: float = 0.5
    interval: IntervalModel = IntervalModel(scale=0.0, floor=100.0)

    def credit(self, probability: float) -> float:
        """The credit, 0..1, that a raw probability stands for."""
        p = min(max(probability, 1e-6), 1.0 - 1e-6)
        odds = self.gain * math.log(p / (1.0 - p)) + self.shift
        return 1.0 / (1.0 + math.exp(-odds))

    def probability(self, credit: float) -> float:
        """The raw probability that a credit came from: the inverse of `credit`."""
        c = min(max(credit, 1e-6), 1.0 - 1e-6)
        odds = (math.log(c / (1.0 - c)) - self.shift) / self.gain
        return 1.0 / (1.0 + math.exp(-odds))


class Calibration(_Model):
    """Everything fitted, as one file holds it.

    Attributes:
        name: what the signature prints.
        credit, contradiction, belief: see the module's docstring.
        off_topic: probability that an answer is about something else.
        contradicted_at: probability from which a criterion counts as contradicted.
        belief_at: probability from which a misconception counts as stated.
        kinds: what differs between knowledge and open questions.
    """

    name: str
    credit: Logistic
    contradiction: Logistic
    belief: Logistic
    off_topic: Logistic
    contradicted_at: float = 0.5
    belief_at: float = 0.6
    kinds: dict[Kind, KindModel]

    def is_off_topic(self, signals: FloatVector, kind: Kind) -> bool:
        """Whether an answer with these `TOPIC_SIGNALS` is about something else."""
        return self.off_topic.probability(signals) >= self.kinds[kind].off_topic_at


def fit_logistic(
    signals: Sequence[str],
    rows: FloatVector,
    targets: FloatVector,
    *,
    ridge: float = 1.0,
    steps: int = 50,
) -> Logistic:
    """Newton's method on the penalised log-likelihood; targets may be any value in 0..1.

    Args:
        rows: shape (n, s).
        targets: shape (n,).
        ridge: penalty on the squared standardised weights; the bias is free.
    """
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    x = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-9
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - targets) + penalty * w
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:  # noqa: PLR2004
            break
    return Logistic(
        signals=tuple(signals),
        mean=tuple(float(v) for v in mean),
        scale=tuple(float(v) for v in scale),
        weights=tuple(float(v) for v in w[:-1]),
        bias=float(w[-1]),
    )


def spread_of(points: Sequence[float], credits: Sequence[float]) -> float:
    """Standard deviation of the total, in points of 100, were each credit an independent coin."""
    p, c = np.array(points), np.array(credits)
    return float(100.0 * np.sqrt((p**2 * c * (1.0 - c)).sum()) / p.sum())


def conformal_scale(residuals: FloatVector, spreads: FloatVector, level: float = 0.9) -> float:
    """The quantile of |residual| / spread that covers `level` of new answers (Lei et al. 2018).

    Args:
        residuals: examiner's score minus total, on answers that were not fitted on.
        spreads: `spread_of` for the same answers.
    """
    scores = np.sort(np.abs(residuals) / np.maximum(spreads, 1e-6))
    rank = min(len(scores) - 1, int(np.ceil(level * (len(scores) + 1))) - 1)
    return float(scores[rank])


def fitted_interval(
    residuals: FloatVector, spreads: FloatVector, doubtful: NDArray[np.bool_]
) -> IntervalModel:
    """The interval that covers its level of new answers, by split conformal prediction.

    What the floor covers needs no scale, and what is doubtful is widened already.

    Args:
        residuals: examiner's score minus total, on answers that were not fitted on.
        spreads: `spread_of` for the same answers.
        doubtful: which of them are flagged.
    """
    model = IntervalModel(scale=0.0)
    widened = np.where(doubtful, model.doubt, 1.0)
    beyond = np.where(np.abs(residuals) <= model.floor * widened, 0.0, residuals)
    scale = conformal_scale(beyond, spreads * widened, model.level)
    return model.model_copy(update={"scale": round(scale, 3)})
