"""What was measured of an answer becomes its grade, criterion by criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vivavoce.core.answer import Answer, Span
from vivavoce.core.calibration import Calibration, KindModel, spread_of
from vivavoce.core.claims import Claim
from vivavoce.core.coverage import Coverage, RubricVectors
from vivavoce.core.feedback import feedback_on
from vivavoce.core.grade import (
    CriterionGrade,
    Evidence,
    Flag,
    Grade,
    MisconceptionHeard,
    Signature,
)
from vivavoce.core.integrity import CAP
from vivavoce.core.reading import Reading, Readings
from vivavoce.core.review_reasons import reasons_to_look
from vivavoce.core.rubric import Criterion, Rubric, Verdict
from vivavoce.core.signals import Signals, belief_signals, criterion_signals, topic_signals
from vivavoce.core.totals import NO_CLAIMS, is_capped, total_of
from vivavoce.core.transcript_quality import heard_badly
from vivavoce.core.vectors import FloatArray

__all__ = ["grade_of"]

BOTH_SIDES = 0.85
"""Probability from which one clause says a criterion, or denies it, for good. Three in a hundred
right answers of the shipped bank come out as saying both; from 0.7 it was one in ten."""


def grade_of(
    rubric: Rubric,
    answer: Answer,
    vectors: RubricVectors,
    covered: Coverage,
    flags: Sequence[Flag],
    calibration: Calibration,
    signature: Signature,
    read: Readings,
) -> Grade:
    """One answer's grade from how far it covers and entails the rubric's sentences."""
    empty = Flag.EMPTY in flags
    criteria = _criteria(rubric, answer, vectors, covered, calibration, read, empty)
    if NO_CLAIMS & set(flags):
        criteria = tuple(_without_claim(c) for c in criteria)
    heard = (
        ()
        if empty or NO_CLAIMS & set(flags)
        else _misconceptions(rubric, answer, vectors, covered, calibration, read)
    )
    found = list(flags)
    if any(_both_sides(c, covered, read.get(c.statement)) for c in criteria):
        found.append(Flag.CONTRADICTS_ITSELF)
    total = total_of(criteria, heard, is_capped(found))
    spread = spread_of([c.points for c in criteria], [c.credit or 0.0 for c in criteria])
    interval = calibration.kinds[rubric.kind].interval.around(
        total, 0.0 if empty else spread, flagged=bool(found) and not empty
    )
    return Grade(
        question_id=rubric.id,
        question=rubric.question,
        answer=answer,
        total=total,
        interval=interval,
        criteria=criteria,
        misconceptions=heard,
        flags=tuple(found),
        review=tuple(reasons_to_look(rubric, answer, criteria, found, interval, read)),
        feedback=feedback_on(rubric, criteria, heard, found),
        signature=signature,
    )


def _criteria(
    rubric: Rubric,
    answer: Answer,
    vectors: RubricVectors,
    covered: Coverage,
    calibration: Calibration,
    read: Readings,
    empty: bool,
) -> tuple[CriterionGrade, ...]:
    """Every criterion's grade, from its own signals."""
    model = calibration.kinds[rubric.kind]
    topic = topic_signals(vectors, covered)
    unread = any(c.statement not in read for c in rubric.criteria)
    affirmed = _affirmed(rubric, vectors, covered) if unread else None
    return tuple(
        _criterion(
            c,
            criterion_signals(c, vectors, covered, read, topic),
            answer,
            covered,
            calibration,
            model,
            empty,
            None if c.statement in read else affirmed,
        )
        for c in rubric.criteria
    )


def _criterion(
    criterion: Criterion,
    signals: Signals,
    answer: Answer,
    covered: Coverage,
    calibration: Calibration,
    model: KindModel,
    empty: bool,
    affirmed: FloatArray | None,
) -> CriterionGrade:
    raw = calibration.credit.probability(signals.values)
    credit = 0.0 if empty else round(model.credit(raw), 3)
    denied = 0.0 if empty else calibration.contradiction.probability(signals.values)
    verdict = Verdict.MISSED
    shown: tuple[Evidence, ...] = ()
    if (
        signals.against
        and denied >= calibration.contradicted_at
        and credit < model.partly_at
        and (affirmed is None or affirmed[signals.against[0]] <= signals.against_recall)
    ):
        verdict, credit = Verdict.CONTRADICTED, 0.0
        shown = (_evidence(answer, covered, *signals.against, signals.against_recall),)
        if heard_badly(answer, _span(covered, signals.against[0])):
            # What may never have been said is no wrong claim: left to a person, not marked down.
            return _unheard(criterion, shown)
    elif credit >= model.partly_at:
        verdict = Verdict.MET if credit >= model.met_at else Verdict.PARTLY
        shown = (_evidence(answer, covered, *signals.support, signals.support_recall),)
    return CriterionGrade(
        id=criterion.id,
        statement=criterion.statement,
        points=criterion.points,
        verdict=verdict,
        credit=credit,
        evidence=shown,
    )


def _affirmed(rubric: Rubric, vectors: RubricVectors, covered: Coverage) -> FloatArray:
    """How far each clause says something right, of any criterion: shape (m,), 0..1.

    What contradicts one criterion often shares its words with what is right about another: "high
    bias underfits" with "high variance underfits". A clause that says the right thing at least as
    well as the wrong one is therefore taken at its best.
    """
    rows = vectors.rows_of(s for c in rubric.criteria for s in c.affirmations)
    best: FloatArray = covered.bound[rows].max(axis=0, initial=0.0)
    return best


def _unheard(criterion: Criterion, shown: tuple[Evidence, ...]) -> CriterionGrade:
    return CriterionGrade(
        id=criterion.id,
        statement=criterion.statement,
        points=criterion.points,
        verdict=Verdict.UNSCORED,
        credit=None,
        evidence=shown,
    )


def _without_claim(grade: CriterionGrade) -> CriterionGrade:
    """A criterion of an answer that only names terms: missed, with what little naming is worth."""
    kept = round((grade.credit or 0.0) * CAP / 100.0, 3)
    return grade.model_copy(update={"verdict": Verdict.MISSED, "credit": kept, "evidence": ()})


def _misconceptions(
    rubric: Rubric,
    answer: Answer,
    vectors: RubricVectors,
    covered: Coverage,
    calibration: Calibration,
    read: Readings,
) -> tuple[MisconceptionHeard, ...]:
    out: list[MisconceptionHeard] = []
    for belief in rubric.misconceptions:
        signals = belief_signals(belief, rubric, vectors, covered, read)
        held = calibration.belief.probability(signals.values) >= calibration.belief_at
        if held and not heard_badly(answer, _span(covered, signals.support[0])):
            evidence = _evidence(answer, covered, *signals.support, signals.support_recall)
            out.append(
                MisconceptionHeard(
                    id=belief.id,
                    statement=belief.statement,
                    correction=belief.correction,
                    deduct=belief.deduct,
                    evidence=evidence,
                )
            )
    return tuple(out)


def _both_sides(grade: CriterionGrade, covered: Coverage, reading: Reading | None) -> bool:
    """Whether one clause clearly says a criterion and another clearly denies it."""
    if grade.verdict is Verdict.MISSED or reading is None or not len(reading.clauses):
        return False
    says = np.flatnonzero(reading.clauses[:, Claim.MET] >= BOTH_SIDES)
    denies = np.flatnonzero(reading.clauses[:, Claim.CONTRADICTED] >= BOTH_SIDES)
    return any(
        not _span(covered, int(a)).overlaps(_span(covered, int(b))) for a in says for b in denies
    )


def _span(covered: Coverage, clause: int) -> Span:
    return covered.spans[clause]


def _evidence(
    answer: Answer, covered: Coverage, clause: int, sentence: str, recall: float
) -> Evidence:
    span = _span(covered, clause)
    begins, ends = answer.seconds_at(span)
    return Evidence(
        start=span.start,
        end=span.end,
        quote=span.of(answer.text),
        statement=sentence,
        similarity=round(min(1.0, max(0.0, recall)), 3),
        from_s=begins,
        to_s=ends,
    )
