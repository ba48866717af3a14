"""Practising: what an attempt is, how well a question is known, and what to ask next.

The rating is the one that spaced repetition works with (again, hard, good, easy; Ye, Su & Cao
2022). It is derived from a grade by fixed thresholds, so that a person need not judge themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Rubric, Verdict
from vivavoce.core.text import content_stems

__all__ = [
    "EASY_FROM",
    "GOOD_FROM",
    "HARD_FROM",
    "Attempt",
    "Due",
    "Mark",
    "Mode",
    "Rating",
    "Review",
    "choose_follow_up",
    "is_scored",
    "mark_of",
    "rating_of",
]

HARD_FROM, GOOD_FROM, EASY_FROM = 50.0, 70.0, 90.0
"""Scores, 0..100, from which an answer was hard, good or easy; below all of them: again."""


class Mode(StrEnum):
    """How an answer was given."""

    TYPED = "typed"
    SPOKEN = "spoken"
    FILE = "file"


class Rating(IntEnum):
    """How well a question was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Attempt(BaseModel):
    """One answer given in practice.

    Attributes:
        id: unique in a history.
        question_id: of the rubric.
        asked: the question in the words it was put; a follow-up's own.
        topic: the rubric's category.
        at: when the question was put.
        answer: what was said; no text yet while it is not finished.
        grade: None where it was not graded.
        reason: why it was not graded, or not finished.
        finished: whether the answer was ended by the person who gave it.
        follow_up_of: id of the attempt that this one follows. Its grade is that of both answers
            together.
        delivery: how it sounded, as JSON; None where it was not measured.
        audio: path of the recording, where it is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64)]
    question_id: str
    asked: str
    topic: str
    at: AwareDatetime
    mode: Mode = Mode.TYPED
    answer: Answer
    grade: Grade | None = None
    reason: str = ""
    finished: bool = False
    follow_up_of: str | None = None
    delivery: dict[str, JsonValue] | None = None
    audio: str | None = None


class Mark(NamedTuple):
    """What progress and scheduling need to know of an attempt.

    Attributes:
        score: 0..100; None where the attempt has no score, which is not a zero.
        rating: None where the attempt does not count.
    """

    id: str
    question_id: str
    topic: str
    at: datetime
    finished: bool
    score: float | None
    rating: Rating | None
    needs_review: bool
    follow_up: bool

    @property
    def counts(self) -> bool:
        """Whether it says how well the question is known."""
        return self.rating is not None


class Review(NamedTuple):
    """A question was answered, this well, at this time."""

    rating: Rating
    at: datetime


class Due(NamedTuple):
    """When a question should be asked again.

    Attributes:
        at: from then on.
        stability: days after which it is remembered with probability 0.9.
    """

    at: datetime
    stability: float


def is_scored(grade: Grade | None) -> bool:
    """Whether a grade holds a score at all: some criterion got a credit."""
    return grade is not None and any(c.credit is not None for c in grade.criteria)


def rating_of(grade: Grade | None) -> Rating | None:
    """How well a graded answer shows the question to be known; None where nobody can say.

    | score | rating |
    |---|---|
    | below 50 | again |
    | 50 to below 70 | hard |
    | 70 to below 90 | good |
    | from 90 | easy |

    A grade that asks for a person's review is doubtful, so it counts one step lower, but never
    `again` for doubt alone. An answer that states something wrong is `hard` at best: a wrong
    belief has to come back soon. Without a score there is no rating.
    """
    if grade is None or not is_scored(grade):
        return None
    steps = (HARD_FROM, GOOD_FROM, EASY_FROM)
    rating = Rating(1 + sum(grade.total >= step for step in steps))
    if grade.needs_review and rating > Rating.HARD:
        rating = Rating(rating - 1)
    wrong = any(c.verdict is Verdict.CONTRADICTED for c in grade.criteria)
    if wrong or grade.misconceptions:
        rating = min(rating, Rating.HARD)
    return rating


def mark_of(attempt: Attempt) -> Mark:
    """An attempt's mark. Unfinished and ungraded attempts and follow-ups do not count."""
    counted = attempt.finished and attempt.follow_up_of is None
    grade = attempt.grade
    return Mark(
        id=attempt.id,
        question_id=attempt.question_id,
        topic=attempt.topic,
        at=attempt.at,
        finished=attempt.finished,
        score=grade.total if grade is not None and is_scored(grade) else None,
        rating=rating_of(grade) if counted else None,
        needs_review=bool(grade and grade.needs_review),
        follow_up=attempt.follow_up_of is not None,
    )


def choose_follow_up(rubric: Rubric, grade: Grade, asked: Collection[str] = ()) -> str | None:
    """One question about what was missed; None where nothing was, or nothing is left to ask.

    Of the rubric's follow-ups the one that touches most of the points lost: each criterion that
    was not met lends its lost points times the share of the follow-up's content words that it
    has in common with it. Where none touches any, a wrong claim is put back to the candidate,
    and then a point that is missing is asked for without being given away.

    Args:
        asked: follow-ups that were put already.
    """
    lost = [
        (c.points * (1.0 - c.credit), c)
        for c in grade.criteria
        if c.credit is not None and c.verdict is not Verdict.MET
    ]
    if not lost and not grade.feedback.corrections:
        return None
    words = [
        (share, set(content_stems(" ".join(criterion.affirmations))))
        for share, missed in lost
        for criterion in rubric.criteria
        if criterion.id == missed.id
    ]
    known = set(content_stems(rubric.question))
    best, most = None, 0.0
    for question in rubric.follow_ups:
        own = set(content_stems(question)) - known
        touched = sum(share * len(own & stems) / max(1, len(own)) for share, stems in words)
        if question not in asked and touched > most:
            best, most = question, touched
    if best:
        return best
    return next((q for q in _own_questions(rubric, grade) if q not in asked), None)


def _own_questions(rubric: Rubric, grade: Grade) -> list[str]:
    """Questions made from the feedback, which never say what the right answer is."""
    made = [
        f"You said: “{wrong.said}”. Is that right? Say why, or put it right."
        for wrong in grade.feedback.corrections
    ]
    if grade.feedback.gaps:
        half = grade.feedback.gaps[0].partly
        made.append(
            "You touched on a point without saying it fully. Which one, and what is missing?"
            if half
            else f"Something important is missing. What else belongs to this: {rubric.question}"
        )
    return made
