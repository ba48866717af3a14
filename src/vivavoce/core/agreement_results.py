"""What a comparison with human scores found: plain values, never NaN.

Scores and differences are in points of 100, shares in 0..1.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Agreement", "Alpha", "Band", "Control", "Figure", "PairedScore", "Unpaired"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figure(_Model):
    """A figure and its 95% bootstrap interval.

    Attributes:
        value: None where the figure is not defined for these scores.
        low, high: None where no interval could be had, or none was asked for.
        reason: why something is None; empty otherwise.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


class Alpha(_Model):
    """Krippendorff's alpha (interval) over some answers.

    Attributes:
        value: None where it is not defined; then `reason` says why.
        answers: how many it rests on.
    """

    value: float | None
    answers: int
    reason: str = ""


class Control(_Model):
    """What a method that understands nothing reaches on the same answers.

    Attributes:
        left_out: why it could not be measured; empty where it was.
        figures: by name, as the tool's own, without intervals.
    """

    name: str
    left_out: str = ""
    figures: dict[str, Figure] = {}


class Band(_Model):
    """Bias within a part of the answers.

    Attributes:
        answers: how many are in it; where none is, the figures are None.
        human, tool: mean scores.
        bias: tool minus human, mean.
        controls: the same for each control that was measured.
    """

    name: str
    answers: int
    human: float | None
    tool: float | None
    bias: float | None
    controls: dict[str, float | None] = {}


class PairedScore(_Model):
    """One answer with both scores; `human` is the mean over its raters."""

    answer: str
    question_id: str
    human: float
    raters: int
    tool: float
    low: float
    high: float
    words: int


class Unpaired(_Model):
    """A row or an answer without a partner, and why."""

    name: str
    reason: str


class Agreement(_Model):
    """Agreement of the tool with people.

    Attributes:
        results, human: names of the files compared.
        answers: pairs that every figure rests on.
        ratings: human scores behind them.
        labels: equal-width labels for `qwk`, `exact` and `adjacent`.
        resamples, seed: of the bootstrap.
        figures: `qwk`, `pearson`, `spearman`, `mae`, `rmse`, `exact`, `adjacent`, `bias`
            (tool minus human) and `inside` (share of human scores within the tool's interval).
        interval_level: the probability that the tool's intervals claim; None where they differ.
        interval_width: their mean width.
        alpha_raters: people with each other.
        alpha_with_tool: the same answers with the tool as one rater more; where no answer has
            two raters, all answers.
        by_score: bias by quarter of the scale, after the human score.
        by_length: bias by tercile of the answers' lengths in words.
        rows_without: rows of the human file without an answer.
        answers_without: answers without a human score.
        notes: what else a reader should know.
        scores: the pairs, in the order of the results.
    """

    results: str
    human: str
    answers: int
    ratings: int
    labels: int
    resamples: int
    seed: int
    figures: dict[str, Figure]
    controls: tuple[Control, ...]
    interval_level: float | None
    interval_width: float
    alpha_raters: Alpha
    alpha_with_tool: Alpha
    by_score: tuple[Band, ...]
    by_length: tuple[Band, ...]
    rows_without: tuple[Unpaired, ...] = ()
    answers_without: tuple[Unpaired, ...] = ()
    notes: tuple[str, ...] = ()
    scores: tuple[PairedScore, ...] = ()
