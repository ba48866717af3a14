"""How practice goes: what is known, by question and by topic, the trend and the streak.

All of it is computed from marks and a time that the caller passes in; only attempts that count
(finished, graded, no follow-up) decide mastery and trend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vivavoce.core.practice import Due, Mark
from vivavoce.core.rubric import Rubric

__all__ = [
    "Progress",
    "QuestionProgress",
    "ScorePoint",
    "Streak",
    "TopicProgress",
    "mastery_of",
    "progress_of",
    "streak_of",
    "trend_of",
]

WEIGHTS = (3.0, 2.0, 1.0)
"""Of the last, the last but one and the third last score in a question's mastery."""
TREND_OVER = 10
TREND_LEAST = 4
"""Counted attempts that a trend looks back on at most, and needs at least."""

Percent = Annotated[float, Field(ge=0, le=100)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScorePoint(_Model):
    """A counted attempt on the time line."""

    at: AwareDatetime
    question_id: str
    score: Percent


class QuestionProgress(_Model):
    """One question.

    Attributes:
        attempts: all of them, follow-ups apart.
        counted: those that were graded.
        mastery: 0..100, see `mastery_of`; None before the first counted attempt.
        trend: points, see `trend_of`.
        due: when it should be asked again; None before the first counted attempt.
    """

    question_id: str
    question: str
    topic: str
    attempts: int
    counted: int
    last_at: AwareDatetime | None = None
    last_score: Percent | None = None
    best_score: Percent | None = None
    mastery: Percent | None = None
    trend: float | None = None
    due: AwareDatetime | None = None
    overdue: bool = False
    in_bank: bool = True


class TopicProgress(_Model):
    """A topic: mean mastery of its practised questions, and how many there are.

    Attributes:
        mastery: 0..100; None where no question has a counted attempt.
        practised: questions with a counted attempt.
        questions: in the bank.
        due: questions to be asked again now.
    """

    topic: str
    mastery: Percent | None
    practised: int
    questions: int
    due: int


class Streak(_Model):
    """Days in a row with a finished attempt: up to today or yesterday, and the longest ever."""

    days: int
    longest: int
    today: bool


class Progress(_Model):
    """Everything that the history shows.

    Attributes:
        attempts: all of them, follow-ups apart.
        ungraded: finished but without a score; they count for nothing.
        unfinished: broken off.
        trend: points, over all questions; see `trend_of`.
        scores: counted attempts, the oldest first.
        next_due: the earliest time at which a practised question comes back.
    """

    now: AwareDatetime
    attempts: int
    counted: int
    ungraded: int
    unfinished: int
    streak: Streak
    trend: float | None
    due: int
    next_due: AwareDatetime | None
    questions: tuple[QuestionProgress, ...]
    topics: tuple[TopicProgress, ...]
    scores: tuple[ScorePoint, ...]


def mastery_of(scores: Sequence[float]) -> float | None:
    """Weighted mean of the last three scores, the newest thrice as heavy as the third last.

    Args:
        scores: 0..100, the oldest first; with fewer than three those that there are.
    """
    if not scores:
        return None
    newest = list(reversed(scores))[: len(WEIGHTS)]
    weights = WEIGHTS[: len(newest)]
    return sum(w * s for w, s in zip(weights, newest, strict=True)) / sum(weights)


def trend_of(scores: Sequence[float]) -> float | None:
    """Mean of the newer half of the last ten scores minus mean of the older half, in points.

    With an odd number the one in the middle is left out. None with fewer than four.
    """
    last = scores[-TREND_OVER:]
    if len(last) < TREND_LEAST:
        return None
    half = len(last) // 2
    return sum(last[-half:]) / half - sum(last[:half]) / half


def streak_of(days: Sequence[date], today: date) -> Streak:
    """Days in a row with practice.

    A streak that ended yesterday still stands: today is not over. Days after today (a clock that
    was wrong) are left out.
    """
    known = sorted({d for d in days if d <= today})
    runs: list[int] = []
    for i, day in enumerate(known):
        follows = i > 0 and known[i - 1] == day - timedelta(days=1)
        runs.append(runs[-1] + 1 if follows else 1)
    stands = bool(known) and today - known[-1] <= timedelta(days=1)
    return Streak(
        days=runs[-1] if stands else 0,
        longest=max(runs, default=0),
        today=bool(known) and known[-1] == today,
    )


def progress_of(
    marks: Sequence[Mark], rubrics: Sequence[Rubric], due: Mapping[str, Due], now: datetime
) -> Progress:
    """What marks add up to.

    Args:
        marks: in any order.
        rubrics: of the bank; a practised question that left it is listed all the same.
        due: when practised questions come back.
        now: with the time zone that days are counted in.
    """
    marks = sorted((m for m in marks if not m.follow_up), key=lambda m: m.at)
    known = {r.id: r for r in rubrics}
    gone = [m.question_id for m in marks if m.question_id not in known]
    questions = [
        _question(q, known.get(q), [m for m in marks if m.question_id == q], due.get(q), now)
        for q in dict.fromkeys([*known, *gone])
    ]
    counted = [m for m in marks if m.counts]
    scores = tuple(
        ScorePoint(at=m.at, question_id=m.question_id, score=m.score)
        for m in counted
        if m.score is not None
    )
    finished = [m for m in marks if m.finished]
    return Progress(
        now=now,
        attempts=len(marks),
        counted=len(counted),
        ungraded=len(finished) - len(counted),
        unfinished=len(marks) - len(finished),
        streak=streak_of([m.at.astimezone(now.tzinfo).date() for m in finished], now.date()),
        trend=trend_of([p.score for p in scores]),
        due=sum(q.overdue for q in questions),
        next_due=min((q.due for q in questions if q.due and q.in_bank), default=None),
        questions=tuple(questions),
        topics=_topics(questions),
        scores=scores,
    )


def _question(
    question_id: str, rubric: Rubric | None, marks: Sequence[Mark], due: Due | None, now: datetime
) -> QuestionProgress:
    scores = [m.score for m in marks if m.counts and m.score is not None]
    return QuestionProgress(
        question_id=question_id,
        question=rubric.question if rubric else "",
        topic=rubric.category.value if rubric else marks[-1].topic,
        attempts=len(marks),
        counted=len(scores),
        last_at=marks[-1].at if marks else None,
        last_score=scores[-1] if scores else None,
        best_score=max(scores, default=None),
        mastery=mastery_of(scores),
        trend=trend_of(scores),
        due=due.at if due else None,
        overdue=bool(rubric and due and due.at <= now),
        in_bank=rubric is not None,
    )


def _topics(questions: Sequence[QuestionProgress]) -> tuple[TopicProgress, ...]:
    out: list[TopicProgress] = []
    for topic in sorted({q.topic for q in questions}):
        own = [q for q in questions if q.topic == topic]
        levels = [q.mastery for q in own if q.mastery is not None]
        out.append(
            TopicProgress(
                topic=topic,
                # Rounding of a mean of hundreds may pass 100 by the last bit.
                mastery=min(100.0, sum(levels) / len(levels)) if levels else None,
                practised=len(levels),
                questions=sum(q.in_bank for q in own),
                due=sum(q.overdue for q in own),
            )
        )
    return tuple(out)
