"""Local credits and judges' verdicts become one grade, both kept side by side.

The weight and the factors of the interval are chosen, not fitted: `viva judge-check` shows how
far a judge can be trusted. The total is `totals.total_of`'s, as without a judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vivavoce.core.answer import Answer, Span
from vivavoce.core.feedback import feedback_on
from vivavoce.core.grade import (
    CriterionGrade,
    Evidence,
    Grade,
    Interval,
    JudgeView,
    LocalView,
    MisconceptionHeard,
    Vote,
)
from vivavoce.core.integrity import CAPPING
from vivavoce.core.judge_review import Ballot, reasons
from vivavoce.core.rubric import VERDICT_CREDIT, Criterion, Misconception, Rubric, Verdict
from vivavoce.core.totals import is_capped, total_of
from vivavoce.core.verdicts import Opinion

__all__ = ["JUDGE_WEIGHT", "Ballot", "fuse", "is_unscored", "unjudged", "view_of"]

JUDGE_WEIGHT = 0.7
MET_AT, PARTLY_AT = 0.6, 0.35
"""Credit from which a criterion counts as met, as partly met."""
NARROWED, WIDENED = 0.6, 1.5
"""Factors of the interval's half-width where judge and local grader agree, and where not at all."""
LEAST_HALF = 3.0
SCALE = (Verdict.CONTRADICTED, Verdict.MISSED, Verdict.PARTLY, Verdict.MET)


def view_of(criterion: Criterion, ballots: Sequence[Ballot], answer: Answer) -> JudgeView:
    """The majority's verdict on a criterion.

    Of two verdicts with equal votes that stand next to each other the lower one counts; farther
    apart there is no majority, and the criterion is unscored.
    """
    cast = [(b, _opinion(b, criterion.id)) for b in ballots]
    votes = tuple(Vote(judge=b.judge, sample=b.sample, verdict=o.verdict) for b, o in cast)
    sound = [(b, o) for b, o in cast if o.verdict is not Verdict.UNSCORED]
    if not sound:
        problem = next((o.problem for _, o in cast if o.problem), "No judge was asked.")
        reason = next((o.reason for _, o in cast if o.reason), "")
        return _nothing(votes, problem, reason)
    counts = Counter(o.verdict for _, o in sound)
    most = max(counts.values())
    first = sorted((v for v in counts if counts[v] == most), key=SCALE.index)
    if SCALE.index(first[-1]) - SCALE.index(first[0]) > 1:
        tally = ", ".join(f"{v.value} {counts[v]}" for v in reversed(SCALE) if counts[v])
        return _nothing(votes, f"The judges are split: {tally}.")
    verdict = first[0]
    spoken = [o for _, o in sound if o.verdict is verdict]
    return JudgeView(
        verdict=verdict,
        credit=VERDICT_CREDIT[verdict],
        reason=next((o.reason for o in spoken if o.reason), ""),
        evidence=_evidence(answer, spoken[0].spans, criterion.statement),
        votes=votes,
        agreement=round(counts[verdict] / len(sound), 3),
    )


def _opinion(ballot: Ballot, criterion_id: str) -> Opinion:
    found = ballot.reading.opinions.get(criterion_id) if ballot.reading else None
    return found or Opinion(Verdict.UNSCORED, problem=ballot.problem or "It was not asked.")


def _nothing(votes: tuple[Vote, ...], problem: str, reason: str = "") -> JudgeView:
    return JudgeView(
        verdict=Verdict.UNSCORED, credit=None, reason=reason, votes=votes, problem=problem
    )


def unjudged(grade: Grade, problem: str) -> Grade:
    """The local grade, which stands, marked as not judged."""
    view = _nothing((), problem)
    criteria = tuple(
        c.model_copy(update={"local": _local(c), "judge": view}) for c in grade.criteria
    )
    review = (*grade.review, f"It was not judged: {problem}")
    return grade.model_copy(update={"criteria": criteria, "review": review})


def is_unscored(grade: Grade) -> bool:
    """Whether a judge was asked for and some criterion has no verdict of its."""
    return any(c.judge is not None and c.judge.credit is None for c in grade.criteria)


def fuse(
    rubric: Rubric,
    grade: Grade,
    ballots: Sequence[Ballot],
    *,
    judge: str,
    prompt: str,
    weight: float = JUDGE_WEIGHT,
) -> Grade:
    """One grade of a local grade and what judges said of the same answer.

    Credits are `weight * judge + (1 - weight) * local`. Where the judges gave no verdict the
    local credit stands; where the local grader gave none, the judge's. Flags that cap a score
    still do: with one of them no credit can become higher than it was.

    Args:
        judge, prompt: for the signature.
        weight: of the judge, 0..1.
    """
    views = {c.id: view_of(c, ballots, grade.answer) for c in rubric.criteria}
    held = bool(CAPPING & set(grade.flags))
    criteria = tuple(_fused(c, views[c.id], weight, held) for c in grade.criteria)
    heard = _beliefs(rubric, grade, ballots, weight, held)
    total = total_of(criteria, heard, is_capped(grade.flags))
    if held:
        total = min(total, grade.total)
    interval = _interval(grade.interval, grade.total, total, criteria, weight)
    return grade.model_copy(
        update={
            "total": total,
            "interval": interval,
            "criteria": criteria,
            "misconceptions": heard,
            "review": tuple(reasons(grade, criteria, heard, interval, ballots)),
            "feedback": feedback_on(rubric, criteria, heard, grade.flags),
            "signature": grade.signature.model_copy(update={"judge": judge, "prompt": prompt}),
        }
    )


def _local(c: CriterionGrade) -> LocalView:
    return LocalView(verdict=c.verdict, credit=c.credit, evidence=c.evidence)


def _fused(c: CriterionGrade, view: JudgeView, weight: float, held: bool) -> CriterionGrade:
    both = {"local": _local(c), "judge": view}
    if view.credit is None or not weight:
        return c.model_copy(update=both)
    credit = view.credit if c.credit is None else weight * view.credit + (1 - weight) * c.credit
    if held and c.credit is not None and credit >= c.credit:
        return c.model_copy(update=both)
    credit = round(credit, 3)
    denied = {view.verdict, c.verdict} & {Verdict.CONTRADICTED}
    if credit >= PARTLY_AT:
        verdict = Verdict.MET if credit >= MET_AT else Verdict.PARTLY
        shown = _first(_said(view), _said(c))
    elif denied:
        verdict = Verdict.CONTRADICTED
        shown = _first(_denied(view), _denied(c))
    else:
        verdict, shown = Verdict.MISSED, ()
    return c.model_copy(update={**both, "verdict": verdict, "credit": credit, "evidence": shown})


def _first(*choices: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return next((c for c in choices if c), ())


def _said(view: JudgeView | CriterionGrade) -> tuple[Evidence, ...]:
    return view.evidence if view.verdict in {Verdict.MET, Verdict.PARTLY} else ()


def _denied(view: JudgeView | CriterionGrade) -> tuple[Evidence, ...]:
    return view.evidence if view.verdict is Verdict.CONTRADICTED else ()


def _evidence(answer: Answer, spans: Sequence[Span], statement: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            start=span.start,
            end=span.end,
            quote=span.of(answer.text),
            statement=statement,
            similarity=1.0,
            from_s=answer.seconds_at(span)[0],
            to_s=answer.seconds_at(span)[1],
        )
        for span in spans
    )


def _beliefs(
    rubric: Rubric, grade: Grade, ballots: Sequence[Ballot], weight: float, held: bool
) -> tuple[MisconceptionHeard, ...]:
    """Misconceptions by majority of the readings that speak of them, where the judge decides."""
    asked = [b.reading.heard for b in ballots if b.reading and b.reading.heard is not None]
    if not asked or weight < 0.5:  # noqa: PLR2004
        return grade.misconceptions
    spans = {
        m.id: [h.spans for heard in asked for h in heard if h.id == m.id]
        for m in rubric.misconceptions
    }
    known = {m.id: m for m in grade.misconceptions}
    out: list[MisconceptionHeard] = []
    for belief in rubric.misconceptions:
        said = spans[belief.id]
        if len(said) * 2 > len(asked):
            out.append(known.get(belief.id) or _belief(belief, grade.answer, said[0]))
        elif held and belief.id in known:
            out.append(known[belief.id])
    return tuple(out)


def _belief(belief: Misconception, answer: Answer, spans: Sequence[Span]) -> MisconceptionHeard:
    return MisconceptionHeard(
        id=belief.id,
        statement=belief.statement,
        correction=belief.correction,
        deduct=belief.deduct,
        evidence=_evidence(answer, spans, belief.statement)[0],
    )


def _interval(
    local: Interval, before: float, total: float, criteria: Sequence[CriterionGrade], weight: float
) -> Interval:
    """The local half-width, narrowed by agreement and widened by disagreement."""
    judged = [(c.points, _apart(c)) for c in criteria if c.judge and c.judge.credit is not None]
    half = max(local.high - before, before - local.low)
    if judged and weight:
        all_points = sum(c.points for c in criteria)
        share = sum(points for points, _ in judged) / all_points
        apart = sum(points * d for points, d in judged) / sum(points for points, _ in judged)
        factor = NARROWED + (WIDENED - NARROWED) * apart
        half *= share * factor + (1.0 - share)
    half = max(LEAST_HALF, half)
    return local.model_copy(
        update={
            "low": round(max(0.0, total - half), 1),
            "high": round(min(100.0, total + half), 1),
        }
    )


def _apart(c: CriterionGrade) -> float:
    """0 where judges and local grader are of one mind, 1 where they say opposite things."""
    if c.judge is None or c.judge.credit is None:
        return 0.0
    among = 1.0 - (1.0 if c.judge.agreement is None else c.judge.agreement)
    if c.local is None or c.local.credit is None:
        return among
    return max(among, abs(c.judge.credit - c.local.credit))
