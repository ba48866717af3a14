"""Credits become one grade. The total is computed here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
from vivavoce.core.integrity import CAP, CAPPING
from vivavoce.core.open_answers import missing
from vivavoce.core.reading import Reading, Readings
from vivavoce.core.rubric import Criterion, Kind, Rubric, Verdict
from vivavoce.core.signals import Signals, belief_signals, criterion_signals
from vivavoce.core.transcript_quality import heard_badly
from vivavoce.core.vectors import FloatArray

__all__ = [
    "NO_CLAIMS",
    "OPEN_REVIEW",
    "WIDE_INTERVAL",
    "WIDE_REVIEW",
    "grade_of",
    "is_capped",
    "total_of",
]

WIDE_INTERVAL = 60.0
WIDE_REVIEW = "The grade is uncertain: its interval is wide."
OPEN_REVIEW = (
    "The question is open: opinion and experience decide, so a person or a judge should look."
)
BOTH_SIDES = 0.7
"""Probability from which one clause says a criterion, or denies it, for good."""
UNSURE = 0.3
"""Probability of both sides from which it is said that right and wrong could not be told apart."""
NO_CLAIMS = frozenset({Flag.PARROTED, Flag.KEYWORD_LIST})
"""Flags of answers that say nothing of the terms they name: no criterion counts as met."""
REVIEW = {
    Flag.TOO_SHORT: "The answer is only a few words long.",
    Flag.PARROTED: "The answer repeats the question.",
    Flag.KEYWORD_LIST: "The answer lists terms without saying anything of them.",
    Flag.OFF_TOPIC: "The answer seems to be about something else.",
    Flag.INSTRUCTIONS: "The answer speaks to the grader instead of answering.",
    Flag.CONTRADICTS_ITSELF: "The answer says both the right and the wrong thing.",
    Flag.VERY_LONG: "The answer is unusually long.",
}


UNTOLD = "It could not be told whether what is said of this point is right or wrong: “{}”"
UNHEARD = "What sounds wrong was recognised with low confidence, so it does not count: “{}”."


def is_capped(flags: Collection[Flag]) -> bool:
    """Whether flags cap the total; credits of answers without claims are cut down one by one."""
    return bool(CAPPING & set(flags)) and not NO_CLAIMS & set(flags)


def total_of(
    criteria: Sequence[CriterionGrade], misconceptions: Sequence[MisconceptionHeard], cap: bool
) -> float:
    """0..100 to one decimal: points earned less deductions, over the points that were scored.

    Unscored criteria are left out of both sums. A capped answer keeps `CAP` percent of what it
    would have.
    """
    scored = [(c.points, c.credit) for c in criteria if c.credit is not None]
    possible = sum(points for points, _ in scored)
    if not possible:
        return 0.0
    earned = sum(points * credit for points, credit in scored)
    earned -= sum(m.deduct for m in misconceptions)
    share = min(1.0, max(0.0, earned / possible))
    return round(share * (CAP if cap else 100.0), 1)


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
    signals = [criterion_signals(c, vectors, covered, read) for c in rubric.criteria]
    empty = Flag.EMPTY in flags
    claims_nothing = bool(NO_CLAIMS & set(flags))
    model = calibration.kinds[rubric.kind]
    affirmed = _affirmed(rubric, vectors, covered)
    criteria = tuple(
        _criterion(
            c,
            s,
            answer,
            covered,
            calibration,
            model,
            empty,
            None if c.statement in read else affirmed,
        )
        for c, s in zip(rubric.criteria, signals, strict=True)
    )
    if claims_nothing:
        criteria = tuple(_without_claim(c) for c in criteria)
    heard = (
        ()
        if empty or claims_nothing
        else _misconceptions(rubric, answer, vectors, covered, calibration, read)
    )
    found = list(flags)
    if any(_both_sides(c, covered, read.get(c.statement)) for c in criteria):
        found.append(Flag.CONTRADICTS_ITSELF)
    total = total_of(criteria, heard, is_capped(found))
    spread = spread_of([c.points for c in criteria], [c.credit or 0.0 for c in criteria])
    doubtful = bool(found) and not empty
    interval = model.interval.around(total, 0.0 if empty else spread, flagged=doubtful)
    review = [REVIEW[f] for f in found if f in REVIEW] + list(answer.notes)
    review += [UNHEARD.format(c.evidence[0].quote) for c in criteria if _is_unheard(c)]
    review += [UNTOLD.format(c.statement) for c in criteria if _is_untold(read.get(c.statement))]
    if rubric.kind is Kind.OPEN and not empty:
        review.append(OPEN_REVIEW)
        lacking = [quality.value for quality in missing(answer.text)]
        if lacking:
            review.append(f"It shows no sign of {_listed(lacking)}.")
    elif interval.width > WIDE_INTERVAL:
        review.append(WIDE_REVIEW)
    return Grade(
        question_id=rubric.id,
        question=rubric.question,
        answer=answer,
        total=total,
        interval=interval,
        criteria=criteria,
        misconceptions=heard,
        flags=tuple(found),
        review=tuple(review),
        feedback=feedback_on(rubric, criteria, heard, found),
        signature=signature,
    )


def _listed(parts: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


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
    rows = [vectors.row_of(s) for c in rubric.criteria for s in c.affirmations]
    best: FloatArray = covered.bound[rows].max(axis=0, initial=0.0)
    return best


def _is_untold(reading: Reading | None) -> bool:
    """Whether the scorer finds a point about as probably right as wrong."""
    return (
        reading is not None
        and float(min(reading.whole[Claim.MET], reading.whole[Claim.CONTRADICTED])) >= UNSURE
    )


def _is_unheard(grade: CriterionGrade) -> bool:
    return grade.verdict is Verdict.UNSCORED and bool(grade.evidence)


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
