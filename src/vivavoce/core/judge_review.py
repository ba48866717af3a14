"""Why a person should look at a judged grade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vivavoce.core.grade import CriterionGrade, Grade, Interval, JudgeView, MisconceptionHeard
from vivavoce.core.review_reasons import OPEN_REVIEW, WIDE_INTERVAL, WIDE_REVIEW
from vivavoce.core.verdicts import Reading

__all__ = ["Ballot", "reasons"]

FAR_APART = 0.6
"""Credits of judge and local grader that differ by this much call for a person."""
SPLIT = 2.0 / 3.0
"""Share of votes below which the judges count as split."""


class Ballot(NamedTuple):
    """One reading of an answer by one judge.

    Attributes:
        reading: None where the call failed or its reply could not be read.
        problem: why there is none.
    """

    judge: str
    sample: int
    reading: Reading | None
    problem: str = ""


def reasons(
    grade: Grade,
    criteria: Sequence[CriterionGrade],
    heard: Sequence[MisconceptionHeard],
    interval: Interval,
    ballots: Sequence[Ballot],
) -> list[str]:
    """A line for each reason; those of the local grade that still hold come first."""
    unscored = [c for c in criteria if c.judge and c.judge.credit is None]
    out = [r for r in grade.review if r != WIDE_REVIEW and (unscored or r != OPEN_REVIEW)]
    if interval.width > WIDE_INTERVAL:
        out.append(WIDE_REVIEW)
    if unscored:
        why = unscored[0].judge.problem if unscored[0].judge else ""
        out.append(
            f"The judge left {len(unscored)} of {len(criteria)} criteria unscored, where the "
            f"local grade stands: {why}"
        )
    elif any(b.reading is None for b in ballots):
        failed = [b for b in ballots if b.reading is None]
        out.append(f"{len(failed)} of {len(ballots)} judgements failed: {failed[0].problem}")
    apart = [c.id for c in criteria if _far(c)]
    if apart:
        out.append(f"The judge and the local grader disagree on {', '.join(apart)}.")
    split = [
        c.id for c in criteria if c.judge and c.judge.credit is not None and _is_split(c.judge)
    ]
    if split:
        out.append(f"The judges are of several minds on {', '.join(split)}.")
    local = {m.id for m in grade.misconceptions}
    if local != {m.id for m in heard}:
        changed = ", ".join(sorted(local ^ {m.id for m in heard}))
        out.append(f"The judge and the local grader disagree on misconceptions: {changed}.")
    return out


def _far(c: CriterionGrade) -> bool:
    return (
        c.judge is not None
        and c.local is not None
        and c.judge.credit is not None
        and c.local.credit is not None
        and abs(c.judge.credit - c.local.credit) >= FAR_APART
    )


def _is_split(view: JudgeView) -> bool:
    return view.agreement is not None and view.agreement < SPLIT
