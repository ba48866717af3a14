"""The result of grading one answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.answer import Answer
from vivavoce.core.rubric import Verdict

__all__ = [
    "Correction",
    "CriterionGrade",
    "Evidence",
    "Feedback",
    "Flag",
    "Gap",
    "Grade",
    "Interval",
    "JudgeView",
    "LocalView",
    "MisconceptionHeard",
    "Point",
    "Signature",
    "Ungraded",
    "Vote",
]

Percent = Annotated[float, Field(ge=0, le=100)]
Credit = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Flag(StrEnum):
    """What is unusual about an answer. The first six cap its score (see `core.integrity`)."""

    EMPTY = "empty"
    TOO_SHORT = "too-short"
    PARROTED = "parroted"
    KEYWORD_LIST = "keyword-list"
    OFF_TOPIC = "off-topic"
    INSTRUCTIONS = "instructions-to-grader"
    NOT_ENGLISH = "not-english"
    CONTRADICTS_ITSELF = "contradicts-itself"
    VERY_LONG = "very-long"


class Evidence(_Model):
    """The candidate's own words that a verdict rests on.

    Attributes:
        start, end: character offsets in the answer.
        quote: exactly `answer[start:end]`.
        statement: the rubric sentence those words were matched with.
        similarity: 0..1, how much of that sentence they cover.
        from_s, to_s: seconds in the recording; None where not known.
    """

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote: str
    statement: str
    similarity: Annotated[float, Field(ge=0, le=1)]
    from_s: float | None = None
    to_s: float | None = None


class LocalView(_Model):
    """What the local grader alone found for a criterion."""

    verdict: Verdict
    credit: Credit | None
    evidence: tuple[Evidence, ...] = ()


class Vote(_Model):
    """One reading of one criterion by one judge; `unscored` where it gave no usable verdict."""

    judge: str
    sample: Annotated[int, Field(ge=0)]
    verdict: Verdict


class JudgeView(_Model):
    """What the judges found for a criterion.

    Attributes:
        verdict: of the majority; `unscored` where there is none, and then `credit` is None.
        reason: a judge's own words for that verdict.
        evidence: its quotes, each found in the answer.
        votes: every reading, in the order of judges and samples.
        agreement: 0..1, share of the usable votes that gave this verdict; None where unscored.
        problem: why it is unscored.
    """

    verdict: Verdict
    credit: Credit | None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    votes: tuple[Vote, ...] = ()
    agreement: Credit | None = None
    problem: str = ""


class CriterionGrade(_Model):
    """Verdict, credit and evidence for one criterion; `credit` is None when unscored.

    Attributes:
        local, judge: the two sources side by side; None where no judge was asked.
    """

    id: str
    statement: str
    points: float
    verdict: Verdict
    credit: Credit | None
    evidence: tuple[Evidence, ...] = ()
    local: LocalView | None = None
    judge: JudgeView | None = None


class MisconceptionHeard(_Model):
    """A misconception of the rubric that the answer states."""

    id: str
    statement: str
    correction: str
    deduct: float
    evidence: Evidence


class Interval(_Model):
    """Where the examiner's score lies with probability `level`."""

    low: Percent
    high: Percent
    level: Annotated[float, Field(gt=0, lt=1)] = 0.9

    @property
    def width(self) -> float:
        """Points between its ends."""
        return self.high - self.low


class Point(_Model):
    """Something the answer got right, with the words that show it."""

    criterion: str
    statement: str
    quote: str


class Gap(_Model):
    """Something missing or half said, and a sentence that would have said it."""

    criterion: str
    statement: str
    say: str
    partly: bool = False


class Correction(_Model):
    """Something said that is wrong, and what is right."""

    said: str
    wrong: str
    right: str


class Feedback(_Model):
    """What the candidate should take away."""

    strengths: tuple[Point, ...] = ()
    gaps: tuple[Gap, ...] = ()
    corrections: tuple[Correction, ...] = ()
    next_step: str = ""
    follow_ups: tuple[str, ...] = ()


class Signature(_Model):
    """Everything that decides a grade besides the answer: equal signatures, equal grades."""

    rubric: str
    embedder: str
    scorer: str
    judge: str | None = None
    prompt: str | None = None
    version: str

    def __str__(self) -> str:
        parts = [
            f"rubric:{self.rubric}",
            f"embedder:{self.embedder}",
            f"scorer:{self.scorer}",
            f"judge:{self.judge or 'none'}",
            f"prompt:{self.prompt or 'none'}",
            f"version:{self.version}",
        ]
        return "|".join(parts)


class Grade(_Model):
    """One answer, graded.

    Attributes:
        total: 0..100, computed here from credits and deductions.
        interval: where an examiner's score is expected.
        review: reasons why a person should look; empty when none is needed.
    """

    question_id: str
    question: str
    answer: Answer
    total: Percent
    interval: Interval
    criteria: tuple[CriterionGrade, ...]
    misconceptions: tuple[MisconceptionHeard, ...] = ()
    flags: tuple[Flag, ...] = ()
    review: tuple[str, ...] = ()
    feedback: Feedback = Feedback()
    signature: Signature

    @property
    def needs_review(self) -> bool:
        """Whether a person should look at this grade."""
        return bool(self.review)


class Ungraded(_Model):
    """An answer that could not be graded, and why. It is not a zero."""

    answer: Answer
    reason: str
