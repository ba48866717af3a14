"""What a candidate should take from a grade: strengths, gaps, corrections and one next step."""

from __future__ import annotations

from collections.abc import Sequence

from vivavoce.core.grade import (
    Correction,
    CriterionGrade,
    Feedback,
    Flag,
    Gap,
    MisconceptionHeard,
    Point,
)
from vivavoce.core.rubric import Criterion, Rubric, Verdict

__all__ = ["feedback_on"]

FOLLOW_UPS = 2
ADVICE = {
    Flag.EMPTY: "Say something: even one correct sentence about the core idea earns points.",
    Flag.TOO_SHORT: "Answer in full sentences: name the idea, say why it holds, give an example.",
    Flag.PARROTED: "Do not repeat the question. Begin with your answer in one sentence.",
    Flag.KEYWORD_LIST: "Terms alone earn nothing. Say what each one is and how they relate.",
    Flag.OFF_TOPIC: "Answer the question that was asked; reread it and begin again.",
    Flag.INSTRUCTIONS: "Leave out remarks to the grader; only the answer itself counts.",
}


def feedback_on(
    rubric: Rubric,
    criteria: Sequence[CriterionGrade],
    heard: Sequence[MisconceptionHeard],
    flags: Sequence[Flag],
) -> Feedback:
    """Feedback from verdicts, most valuable criteria first."""
    by_id = {c.id: c for c in rubric.criteria}
    ranked = sorted(criteria, key=lambda c: -c.points)
    strengths = tuple(
        Point(criterion=c.id, statement=c.statement, quote=c.evidence[0].quote)
        for c in ranked
        if c.verdict is Verdict.MET and c.evidence
    )
    gaps = tuple(
        Gap(
            criterion=c.id,
            statement=c.statement,
            say=_say(by_id[c.id]),
            partly=c.verdict is Verdict.PARTLY,
        )
        for c in ranked
        if c.verdict in {Verdict.MISSED, Verdict.PARTLY}
    )
    return Feedback(
        strengths=strengths,
        gaps=gaps,
        corrections=_corrections(ranked, heard),
        next_step=_next_step(ranked, by_id, heard, flags),
        follow_ups=rubric.follow_ups[:FOLLOW_UPS],
    )


def _say(criterion: Criterion) -> str:
    """Another way to say a criterion, so that it is not read out twice in the same words."""
    return criterion.accept[0] if criterion.accept else criterion.statement


def _corrections(
    ranked: Sequence[CriterionGrade], heard: Sequence[MisconceptionHeard]
) -> tuple[Correction, ...]:
    """One correction for each wrong claim; a misconception's own wording comes first."""
    out = [
        Correction(said=m.evidence.quote, wrong=m.statement, right=m.correction)
        for m in sorted(heard, key=lambda m: -m.deduct)
    ]
    out += [
        Correction(said=c.evidence[0].quote, wrong=_wrong(c), right=c.statement)
        for c in ranked
        if c.verdict is Verdict.CONTRADICTED and c.evidence
    ]
    return tuple(out)


def _wrong(criterion: CriterionGrade) -> str:
    """The wrong claim: a rubric's sentence, or a judge's reason where its quote is shown."""
    matched = criterion.evidence[0].statement
    by_judge = criterion.judge is not None and matched == criterion.statement
    return (criterion.judge.reason if by_judge and criterion.judge else "") or matched


def _next_step(
    ranked: Sequence[CriterionGrade],
    by_id: dict[str, Criterion],
    heard: Sequence[MisconceptionHeard],
    flags: Sequence[Flag],
) -> str:
    """The one thing that would raise the score most."""
    for flag in flags:
        if flag in ADVICE:
            return ADVICE[flag]
    if heard:
        return f"Put this right first: {max(heard, key=lambda m: m.deduct).correction}"
    lost = [c for c in ranked if c.credit is not None and c.verdict is not Verdict.MET]
    if not lost and any(c.credit is None for c in ranked):
        return "Some points could not be judged. Have them judged before you rely on this grade."
    if not lost:
        return "Nothing is missing. Practise saying it in under a minute."
    worst = max(lost, key=lambda c: c.points * (1.0 - (c.credit or 0.0)))
    if worst.verdict is Verdict.CONTRADICTED:
        return f"Put this right first: {worst.statement}"
    verb = "Say fully" if worst.verdict is Verdict.PARTLY else "Add"
    return f"{verb}: {by_id[worst.id].statement}"
