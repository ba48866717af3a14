"""How well grades agree with people, beside what methods that understand nothing reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from vivavoce.core import coefficients
from vivavoce.core.agreement import (
    FloatVector,
    Group,
    HumanRow,
    IntVector,
    Pair,
    Pairing,
    is_constant,
    labels_of,
    name_of,
    pair_up,
    percentile_interval,
    quarters,
    resampled,
    terciles,
)
from vivavoce.core.agreement_results import Agreement, Alpha, Band, Control, Figure, PairedScore
from vivavoce.core.results import Results
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import tokenise
from vivavoce.errors import InputError
from vivavoce.ports import Embedder
from vivavoce.services.agreement_controls import foretold

__all__ = ["Statistics", "compare"]

RESAMPLES = 1000
SEED = 1
DIGITS = 4


class Coefficients(Protocol):
    """Coefficients for scores that are not degenerate."""

    def qwk(self, human: IntVector, tool: IntVector, labels: int) -> float:
        """Cohen's kappa, quadratic weights, labels 0..labels-1; not both constant."""
        ...

    def pearson(self, human: FloatVector, tool: FloatVector) -> float:
        """Linear correlation; neither is constant."""
        ...

    def spearman(self, human: FloatVector, tool: FloatVector) -> float:
        """Rank correlation; neither is constant."""
        ...


class Statistics(Coefficients, Protocol):
    """The same, and agreement between any number of raters."""

    def alpha(self, ratings: Sequence[Sequence[float]]) -> float:
        """Krippendorff's alpha, interval; two or more ratings an answer, not all equal."""
        ...


class _Quick:
    """The same coefficients without a package's checks, for the resamples."""

    def qwk(self, human: IntVector, tool: IntVector, labels: int) -> float:
        return coefficients.qwk(human, tool)

    pearson = staticmethod(coefficients.pearson)
    spearman = staticmethod(coefficients.spearman)


class _Scores(NamedTuple):
    """Shape (n,) each; `inside` is 1 where the human score lies in the tool's interval."""

    human: FloatVector
    tool: FloatVector
    inside: FloatVector | None = None

    def at(self, members: IntVector) -> _Scores:
        inside = None if self.inside is None else self.inside[members]
        return _Scores(self.human[members], self.tool[members], inside)


def compare(
    results: Results,
    rows: Sequence[HumanRow],
    *,
    rubrics: Mapping[str, Rubric],
    embedder: Embedder,
    statistics: Statistics,
    labels: int = 11,
    results_name: str = "the results",
    human_name: str = "the human scores",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Agreement:
    """Every figure with its interval and its controls.

    Args:
        rubrics: by id; word coverage and cosine are left out where one is missing.
        labels: number of equal-width labels, >= 2.

    Raises:
        InputError: no row belongs to an answer; names both files and the remedy.
    """
    pairing = pair_up(results, rows)
    if not pairing.pairs:
        raise InputError(_no_pair(results, pairing, results_name, human_name))
    pairs = pairing.pairs
    scores = _scores(pairs)
    words = np.array([len(tokenise(p.grade.answer.text)) for p in pairs])
    mapped = foretold(pairs, scores.human, words, rubrics, embedder)
    measured = {n: _Scores(scores.human, v) for n, v in mapped.items() if not isinstance(v, str)}
    levels = {p.grade.interval.level for p in pairs}
    return Agreement(
        results=results_name,
        human=human_name,
        answers=len(pairs),
        ratings=sum(len(p.ratings) for p in pairs),
        labels=labels,
        resamples=resamples,
        seed=seed,
        figures=_with_intervals(scores, labels, statistics, resamples, seed),
        controls=tuple(
            Control(name=name, left_out=value)
            if isinstance(value, str)
            else Control(name=name, figures=_plain(measured[name], labels, statistics))
            for name, value in mapped.items()
        ),
        interval_level=levels.pop() if len(levels) == 1 else None,
        interval_width=_tidy(np.mean([p.grade.interval.width for p in pairs])),
        alpha_raters=_alpha([p.ratings for p in pairs], statistics),
        alpha_with_tool=_alpha(_with_tool(pairs), statistics),
        by_score=_bands(quarters(scores.human), scores, measured),
        by_length=_bands(terciles(words), scores, measured),
        rows_without=pairing.rows_without,
        answers_without=pairing.answers_without,
        notes=_notes(pairing, rubrics),
        scores=tuple(_paired(p, int(w)) for p, w in zip(pairs, words, strict=True)),
    )


def _no_pair(results: Results, pairing: Pairing, results_name: str, human_name: str) -> str:
    lost = pairing.rows_without
    first = f" The first, {lost[0].name}: {lost[0].reason}." if lost else ""
    answers = [g.answer for g in results.grades] + [u.answer for u in results.ungraded]
    there = (
        f" The first answer there has the id '{answers[0].id}' and the question "
        f"'{answers[0].question}'."
        if answers
        else f" {results_name} holds no answer."
    )
    return (
        f"{human_name}: none of its {len(lost)} scores belongs to a graded answer of "
        f"{results_name}.{first}{there} Give each row the answer's id, or its question and "
        "text, or its question and candidate, as the results have them."
    )


def _scores(pairs: Sequence[Pair]) -> _Scores:
    inside = [p.grade.interval.low <= p.human <= p.grade.interval.high for p in pairs]
    return _Scores(
        np.array([p.human for p in pairs]),
        np.array([p.grade.total for p in pairs]),
        np.array(inside, dtype=np.float64),
    )


def _values(scores: _Scores, labels: int, statistics: Coefficients) -> dict[str, float | str]:
    """Each figure, or why it is not defined for these scores."""
    human, tool = scores.human, scores.tool
    gaps = tool - human
    a, b = labels_of(human, labels), labels_of(tool, labels)
    out: dict[str, float | str] = {
        "qwk": _undefined(a, b, "labels") or statistics.qwk(a, b, labels),
        "pearson": _undefined(human, tool, "scores") or statistics.pearson(human, tool),
        "spearman": _undefined(human, tool, "scores") or statistics.spearman(human, tool),
        "mae": float(np.abs(gaps).mean()),
        "rmse": float(np.sqrt((gaps**2).mean())),
        "exact": float((a == b).mean()),
        "adjacent": float((np.abs(a - b) <= 1).mean()),
        "bias": float(gaps.mean()),
    }
    if scores.inside is not None:
        out["inside"] = float(scores.inside.mean())
    return out


def _undefined(
    human: FloatVector | IntVector, tool: FloatVector | IntVector, what: str
) -> str | None:
    if len(human) == 1:
        return "there is one answer only"
    if is_constant(human):
        return f"all human {what} are equal"
    return f"all {what} to compare with them are equal" if is_constant(tool) else None


def _plain(scores: _Scores, labels: int, statistics: Statistics) -> dict[str, Figure]:
    return {
        name: Figure(value=None, reason=value)
        if isinstance(value, str)
        else Figure(value=_tidy(value))
        for name, value in _values(scores, labels, statistics).items()
    }


def _with_intervals(
    scores: _Scores, labels: int, statistics: Statistics, resamples: int, seed: int
) -> dict[str, Figure]:
    """Figures with percentile intervals; resamples in which one is undefined do not count."""
    figures = _plain(scores, labels, statistics)
    answers = len(scores.human)
    if answers == 1:
        alone = "there is one answer only"
        return {n: f.model_copy(update={"reason": alone}) for n, f in figures.items()}
    drawn: dict[str, list[float]] = {name: [] for name in figures}
    for members in resampled(answers, resamples, seed):
        for name, value in _values(scores.at(members), labels, _Quick()).items():
            if not isinstance(value, str):
                drawn[name].append(value)
    return {name: _interval(figures[name], drawn[name], resamples) for name in figures}


def _interval(figure: Figure, drawn: Sequence[float], resamples: int) -> Figure:
    if figure.value is None:
        return figure
    if len(drawn) * 2 < resamples:
        few = "no interval: in most resamples all scores are equal"
        return figure.model_copy(update={"reason": few})
    low, high = percentile_interval(drawn)
    return figure.model_copy(update={"low": _tidy(low), "high": _tidy(high)})


def _with_tool(pairs: Sequence[Pair]) -> list[tuple[float, ...]]:
    """Ratings with the tool's, over the answers that `alpha_raters` rests on, if any."""
    several = [p for p in pairs if len(p.ratings) > 1]
    return [(*p.ratings, p.grade.total) for p in several or pairs]


def _alpha(ratings: Sequence[Sequence[float]], statistics: Statistics) -> Alpha:
    several = [r for r in ratings if len(r) > 1]
    if not several:
        return Alpha(value=None, answers=0, reason="no answer has scores of two raters")
    if is_constant(np.concatenate([np.array(r) for r in several])):
        return Alpha(value=None, answers=len(several), reason="all scores are equal")
    return Alpha(value=_tidy(statistics.alpha(several)), answers=len(several))


def _bands(
    groups: Sequence[Group], scores: _Scores, controls: Mapping[str, _Scores]
) -> tuple[Band, ...]:
    return tuple(
        Band(
            name=group.name,
            answers=len(group.members),
            human=_mean(scores.human[group.members]),
            tool=_mean(scores.tool[group.members]),
            bias=_mean((scores.tool - scores.human)[group.members]),
            controls={n: _mean((c.tool - c.human)[group.members]) for n, c in controls.items()},
        )
        for group in groups
    )


def _mean(values: FloatVector) -> float | None:
    return _tidy(values.mean()) if len(values) else None


def _tidy(value: float | np.floating) -> float:
    return round(float(value), DIGITS) + 0.0  # no "-0.0"


def _notes(pairing: Pairing, rubrics: Mapping[str, Rubric]) -> tuple[str, ...]:
    notes = []
    if pairing.repeated:
        notes.append(
            f"{pairing.repeated} scores repeat a rater's score of the same answer; such scores "
            "count as their mean"
        )
    changed = sorted(
        {
            p.grade.question_id
            for p in pairing.pairs
            if p.grade.question_id in rubrics
            and not p.grade.signature.rubric.endswith(rubrics[p.grade.question_id].digest)
        }
    )
    if changed:
        notes.append(
            "word coverage and cosine use the bank's rubrics, which are not those of the grades "
            f"for {', '.join(changed)}"
        )
    return tuple(notes)


def _paired(pair: Pair, words: int) -> PairedScore:
    return PairedScore(
        answer=name_of(pair.grade.answer),
        question_id=pair.grade.question_id,
        human=_tidy(pair.human),
        raters=len(pair.ratings),
        tool=pair.grade.total,
        low=pair.grade.interval.low,
        high=pair.grade.interval.high,
        words=words,
    )
