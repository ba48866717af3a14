"""Fits a calibration on graded sample answers, and measures it on rubrics it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import (
    Calibration,
    IntervalModel,
    KindModel,
    Logistic,
    fit_logistic,
    fitted_interval,
    spread_of,
)
from vivavoce.core.coverage import Coverage, RubricVectors
from vivavoce.core.fusion import grade_of
from vivavoce.core.grade import Flag, Grade, Signature
from vivavoce.core.integrity import flags_of
from vivavoce.core.reading import Readings
from vivavoce.core.rubric import VERDICT_CREDIT, Exemplar, Kind, Level, Rubric, Verdict
from vivavoce.core.signals import (
    BELIEF_SIGNALS,
    SIGNALS,
    TOPIC_SIGNALS,
    belief_signals,
    criterion_signals,
)
from vivavoce.services.grader import Grader

__all__ = [
    "Sample",
    "collect",
    "fit",
    "grade_sample",
    "held_out_grades",
    "interval_model",
    "is_doubtful",
    "spread",
]

NO_INTERVAL = IntervalModel(scale=0.0, floor=100.0)
OFF_TOPIC_AT = {Kind.KNOWLEDGE: 0.5, Kind.OPEN: 0.97}
"""What people say of themselves is less like any rubric than facts are."""
READ_OFF_TOPIC_AT = {Kind.KNOWLEDGE: 0.33, Kind.OPEN: 0.88}
"""The same where a scorer has read the answers, which tells the two apart far better."""
OPEN_WIDER = 1.05
"""Least width of an open question's interval over that of a knowledge question: the sample answers
have one examiner, and on opinion and experience two differ more than on facts."""
GAINS = (1.0, 1.5, 2.0)
SHIFTS = (0.0, 0.25, 0.5, 0.75, 1.0)
BOUNDARY_STEPS = np.arange(0.1, 0.95, 0.025)


class Sample(NamedTuple):
    """One graded sample answer with its signals.

    Attributes:
        topic: `TOPIC_SIGNALS`; None where nothing is said.
        sure: whether it is surely about the rubric's topic, so that the signals do not decide.
        signals: shape (criteria, signals).
        beliefs: shape (misconceptions, signals).
    """

    rubric: Rubric
    exemplar: Exemplar
    vectors: RubricVectors
    covered: Coverage
    readings: Readings
    topic: NDArray[np.float64] | None
    sure: bool
    signals: NDArray[np.float64]
    beliefs: NDArray[np.float64]


def collect(grader: Grader, rubrics: Sequence[Rubric]) -> list[Sample]:
    """Every exemplar of the rubrics, measured."""
    out: list[Sample] = []
    for rubric in rubrics:
        for exemplar in rubric.exemplars:
            vectors, covered, read, topic, sure = grader.measure(rubric, exemplar.answer)
            rows = [criterion_signals(c, vectors, covered, read).values for c in rubric.criteria]
            beliefs = [
                belief_signals(m, rubric, vectors, covered, read).values
                for m in rubric.misconceptions
            ]
            out.append(
                Sample(
                    rubric=rubric,
                    exemplar=exemplar,
                    vectors=vectors,
                    covered=covered,
                    readings=read,
                    topic=topic,
                    sure=sure,
                    signals=np.array(rows),
                    beliefs=np.array(beliefs).reshape(-1, len(BELIEF_SIGNALS)),
                )
            )
    return out


def fit(samples: Sequence[Sample], *, name: str) -> Calibration:
    """A calibration from samples; its intervals come from grades held out by rubric."""
    point = _fit_points(samples, name)
    held = [(s.rubric.kind, s.exemplar.score, g) for s, g in held_out_grades(samples, name=name)]
    kinds = {
        kind: model.model_copy(update={"interval": interval_model(held, kind)})
        for kind, model in point.kinds.items()
    }
    return point.model_copy(update={"kinds": kinds})


def held_out_grades(samples: Sequence[Sample], *, name: str) -> list[tuple[Sample, Grade]]:
    """Each sample graded by a calibration that saw nothing of its rubric (leave one out)."""
    out: list[tuple[Sample, Grade]] = []
    for rubric_id in dict.fromkeys(s.rubric.id for s in samples):
        seen = [s for s in samples if s.rubric.id != rubric_id]
        calibration = _fit_points(seen, name)
        out += [(s, grade_sample(s, calibration)) for s in samples if s.rubric.id == rubric_id]
    return out


def grade_sample(sample: Sample, calibration: Calibration) -> Grade:
    """A sample's grade under a calibration."""
    off_topic = (
        sample.topic is not None
        and not sample.sure
        and calibration.is_off_topic(sample.topic, sample.rubric.kind)
    )
    flags = flags_of(sample.exemplar.answer, sample.rubric, off_topic=off_topic)
    return grade_of(
        sample.rubric,
        Answer(question=sample.rubric.id, text=sample.exemplar.answer),
        sample.vectors,
        sample.covered,
        flags,
        calibration,
        Signature(rubric=sample.rubric.digest, embedder="", scorer=calibration.name, version=""),
        sample.readings,
    )


def _fit_points(samples: Sequence[Sample], name: str) -> Calibration:
    rows = np.concatenate([s.signals for s in samples])
    verdicts = [s.exemplar.verdict(c.id) for s in samples for c in s.rubric.criteria]
    credits = np.array([VERDICT_CREDIT[v] for v in verdicts])
    denied = np.array([float(v is Verdict.CONTRADICTED) for v in verdicts])
    beliefs = np.concatenate([s.beliefs for s in samples])
    stated = np.array(
        [float(m.id in s.exemplar.misconceptions) for s in samples for m in s.rubric.misconceptions]
    )
    credit = fit_logistic(SIGNALS, rows, credits)
    contradiction = fit_logistic(SIGNALS, rows, denied)
    belief = fit_logistic(BELIEF_SIGNALS, beliefs, stated)
    topic, strayed = _strayed(samples)
    topic_model = fit_logistic(TOPIC_SIGNALS, topic, strayed)
    return Calibration(
        name=name,
        credit=credit,
        contradiction=contradiction,
        belief=belief,
        off_topic=topic_model,
        contradicted_at=_best_f1([contradiction.probability(r) for r in rows], denied, beta=0.5),
        belief_at=_best_f1([belief.probability(r) for r in beliefs], stated, beta=0.5),
        kinds={k: _fit_kind(k, [s for s in samples if s.rubric.kind is k], credit) for k in Kind},
    )


def _strayed(samples: Sequence[Sample]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Topic signals of the knowledge questions' running answers, and which are off topic."""
    kept = [
        s
        for s in samples
        if s.rubric.kind is Kind.KNOWLEDGE
        and s.exemplar.level is not Level.STUFFED
        and s.topic is not None
    ]
    rows = np.array([s.topic for s in kept]).reshape(-1, len(TOPIC_SIGNALS))
    return rows, np.array([float(s.exemplar.level is Level.OFF_TOPIC) for s in kept])


def _fit_kind(kind: Kind, samples: Sequence[Sample], credit: Logistic) -> KindModel:
    """Gain and shift with the least mean error of the total, then cut-points for verdicts."""
    limit = (READ_OFF_TOPIC_AT if any(s.readings for s in samples) else OFF_TOPIC_AT)[kind]
    if not samples:
        return KindModel(off_topic_at=limit)
    raw = [np.array([credit.probability(r) for r in s.signals]) for s in samples]
    points = [np.array([c.points for c in s.rubric.criteria]) for s in samples]
    earned = [
        100.0
        * np.array([VERDICT_CREDIT[s.exemplar.verdict(c.id)] for c in s.rubric.criteria])
        @ p
        / p.sum()
        for s, p in zip(samples, points, strict=True)
    ]
    best = (float("inf"), 1.0, 0.0)
    for gain in GAINS:
        for shift in SHIFTS:
            totals = [
                100.0 * _linked(r, gain, shift) @ p / p.sum()
                for r, p in zip(raw, points, strict=True)
            ]
            best = min(best, (float(np.abs(np.subtract(totals, earned)).mean()), gain, shift))
    linked = np.concatenate([_linked(r, best[1], best[2]) for r in raw])
    truth = [VERDICT_CREDIT[s.exemplar.verdict(c.id)] for s in samples for c in s.rubric.criteria]
    partly_at, met_at = _boundaries(linked, np.array(truth))
    return KindModel(
        gain=best[1], shift=best[2], met_at=met_at, partly_at=partly_at, off_topic_at=limit
    )


def _linked(raw: NDArray[np.float64], gain: float, shift: float) -> NDArray[np.float64]:
    model = KindModel(gain=gain, shift=shift)
    return np.array([model.credit(float(p)) for p in raw])


def _boundaries(
    predicted: NDArray[np.float64], credits: NDArray[np.float64]
) -> tuple[float, float]:
    """Cut-points for partly and met with the least mean distance between verdicts."""
    best = (float("inf"), 0.35, 0.6)
    # Within these bounds a verdict and the credit beside it say the same: "missed" is less than
    # half, "met" more than half.
    for low in BOUNDARY_STEPS[(BOUNDARY_STEPS > 0.29) & (BOUNDARY_STEPS < 0.46)]:  # noqa: PLR2004
        for high in BOUNDARY_STEPS[(BOUNDARY_STEPS > 0.59) & (BOUNDARY_STEPS < 0.81)]:  # noqa: PLR2004
            given = np.where(predicted >= high, 1.0, np.where(predicted >= low, 0.5, 0.0))
            best = min(best, (float(np.abs(given - credits).mean()), float(low), float(high)))
    return round(best[1], 3), round(best[2], 3)


def _best_f1(predicted: Sequence[float], truth: NDArray[np.float64], beta: float = 1.0) -> float:
    """The cut-point with the best F-beta; 0.5 where nothing is positive."""
    p = np.array(predicted)
    best = (0.0, 0.5)
    for cut in BOUNDARY_STEPS:
        hit = float(((p >= cut) & (truth > 0)).sum())
        wrong = float(((p >= cut) & (truth == 0)).sum())
        missed = float(((p < cut) & (truth > 0)).sum())
        score = (1 + beta**2) * hit / max(1e-9, (1 + beta**2) * hit + beta**2 * missed + wrong)
        best = max(best, (score, float(cut)))
    return round(best[1], 3)


def interval_model(held: Sequence[tuple[Kind, float, Grade]], kind: Kind) -> IntervalModel:
    """The interval fitted on grades of rubrics that their calibration had not seen.

    Args:
        held: kind of the question, the examiner's score, 0..100, and the grade.
        kind: the questions that it is for; that of open ones is wider than that of the others.
    """
    some = [(score, g) for of, score, g in held if of is kind]
    if not some:
        return NO_INTERVAL
    found = fitted_interval(
        np.array([score - g.total for score, g in some]),
        np.array([spread(g) for _, g in some]),
        np.array([is_doubtful(g) for _, g in some]),
    )
    if kind is Kind.KNOWLEDGE:
        return found
    least = round(OPEN_WIDER * interval_model(held, Kind.KNOWLEDGE).scale, 3)
    return found.model_copy(update={"scale": max(found.scale, least)})


def is_doubtful(grade: Grade) -> bool:
    """Whether its interval is widened: it is flagged for something else than being empty."""
    return bool(grade.flags) and Flag.EMPTY not in grade.flags


def spread(grade: Grade) -> float:
    """`spread_of` a grade."""
    return spread_of([c.points for c in grade.criteria], [c.credit or 0.0 for c in grade.criteria])
