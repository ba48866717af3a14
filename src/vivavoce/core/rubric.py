"""What an answer is graded against: rubrics and the bank that holds them.

Shapes follow analytic rubrics in automatic short answer grading (Burrows, Gurevych & Stein
2015): one criterion an analytic point, each worth points, with the phrasings that satisfy it
and the claims that contradict it.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = [
    "VERDICT_CREDIT",
    "Bank",
    "Category",
    "Criterion",
    "Exemplar",
    "Kind",
    "Level",
    "Misconception",
    "Reading",
    "Rubric",
    "ThisRubric",
    "Verdict",
]

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=60)
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Verdict(StrEnum):
    """What was found for one criterion."""

    MET = "met"
    PARTLY = "partly"
    MISSED = "missed"
    CONTRADICTED = "contradicted"
    UNSCORED = "unscored"


VERDICT_CREDIT: dict[Verdict, float] = {
    Verdict.MET: 1.0,
    Verdict.PARTLY: 0.5,
    Verdict.MISSED: 0.0,
    Verdict.CONTRADICTED: 0.0,
}
"""Credit, 0..1, that a human verdict stands for. `unscored` has none: it is not a zero."""


class Category(StrEnum):
    """The shelf of the bank that a question stands on."""

    ALGORITHMS = "algorithms"
    PROGRAMMING = "programming"
    COMPANY = "company"
    INTEREST = "interest"


class Kind(StrEnum):
    """What decides a mark: facts (`knowledge`), or judgement and experience (`open`)."""

    KNOWLEDGE = "knowledge"
    OPEN = "open"


class Level(StrEnum):
    """The kinds of graded sample answers that a rubric carries."""

    EXCELLENT = "excellent"
    GOOD = "good"
    TERSE = "terse"
    SPOKEN = "spoken"
    PARTIAL = "partial"
    MISCONCEPTION = "misconception"
    STUFFED = "stuffed"
    OFF_TOPIC = "off-topic"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Criterion(_Model):
    """One analytic point that an answer should make.

    Attributes:
        id: unique within the rubric.
        points: what it is worth, relative to the rubric's other criteria; 1..10.
        statement: the canonical sentence a full answer entails.
        accept: other ways to say the same.
        reject: claims about the same idea that contradict it.
    """

    id: Identifier
    points: Annotated[float, Field(gt=0, le=10)]
    statement: Text
    accept: tuple[Text, ...] = ()
    reject: tuple[Text, ...] = ()

    @property
    def affirmations(self) -> tuple[str, ...]:
        """The statement and its other phrasings, statement first."""
        return (self.statement, *self.accept)


class Misconception(_Model):
    """A wrong belief that candidates have, with what to tell them.

    Attributes:
        id: unique within the rubric.
        statement: the wrong belief as a sentence.
        heard_as: other ways candidates say it.
        correction: what is right, in a sentence or two a learner can use.
        deduct: points taken off, on the scale of the criteria's points.
    """

    id: Identifier
    statement: Text
    heard_as: tuple[Text, ...] = ()
    correction: Text
    deduct: Annotated[float, Field(gt=0, le=10)] = 1.0

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The statement and its other phrasings, statement first."""
        return (self.statement, *self.heard_as)


class Reading(_Model):
    """Where to read more."""

    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class Exemplar(_Model):
    """A sample answer with the marks a fair examiner gives it.

    Attributes:
        level: which kind of answer it is.
        score: the examiner's total, 0..100.
        answer: the candidate's words.
        verdicts: criterion id to verdict; a criterion that is not named is missed.
        misconceptions: ids of the misconceptions it states.
    """

    level: Level
    score: Annotated[float, Field(ge=0, le=100)]
    answer: Text
    verdicts: dict[Identifier, Literal["met", "partly", "missed", "contradicted"]] = Field(
        default_factory=dict
    )
    misconceptions: tuple[Identifier, ...] = ()

    def verdict(self, criterion_id: str) -> Verdict:
        """The examiner's verdict on one criterion (missed when not named)."""
        return Verdict(self.verdicts.get(criterion_id, "missed"))


class Rubric(_Model):
    """A question and everything its answers are graded against.

    Attributes:
        id: unique within the bank.
        number: position in the bank, from 1.
        question: as it is printed.
        asked_as: other ways to ask it, spoken ones too.
        seconds: how long a good spoken answer takes.
        reference: a complete, correct answer.
    """

    id: Identifier
    number: Annotated[int, Field(ge=1)]
    question: Text
    asked_as: tuple[Text, ...] = ()
    category: Category
    kind: Kind = Kind.KNOWLEDGE
    difficulty: Annotated[int, Field(ge=1, le=3)] = 2
    seconds: Annotated[int, Field(ge=10, le=600)] = 90
    reference: Text
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    misconceptions: tuple[Misconception, ...] = ()
    follow_ups: tuple[Text, ...] = ()
    reading: tuple[Reading, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()

    @model_validator(mode="after")
    def _ids_agree(self) -> Self:
        problems = [
            *_repeated("criteria", [c.id for c in self.criteria]),
            *_repeated("misconceptions", [m.id for m in self.misconceptions]),
        ]
        known = {c.id for c in self.criteria}
        beliefs = {m.id for m in self.misconceptions}
        for i, exemplar in enumerate(self.exemplars):
            problems += [
                f"exemplars[{i}].verdicts names the unknown criterion '{name}'; "
                f"the criteria are {', '.join(sorted(known))}"
                for name in sorted(set(exemplar.verdicts) - known)
            ]
            problems += [
                f"exemplars[{i}].misconceptions names the unknown misconception '{name}'"
                for name in sorted(set(exemplar.misconceptions) - beliefs)
            ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def points(self) -> float:
        """Points of all criteria together."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def questions(self) -> tuple[str, ...]:
        """Every way to ask it, the printed wording first."""
        return (self.question, *self.asked_as)

    @property
    def digest(self) -> str:
        """First 12 hex digits of the sha256 of what decides a grade.

        Exemplars and reading are left out: editing them changes no grade.
        """
        graded = self.model_dump(mode="json", exclude={"exemplars", "reading", "number"})
        canonical = json.dumps(graded, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def score_of(self, exemplar: Exemplar) -> float:
        """The total, 0..100, that an exemplar's own verdicts and misconceptions add up to."""
        earned = sum(c.points * VERDICT_CREDIT[exemplar.verdict(c.id)] for c in self.criteria)
        lost = sum(m.deduct for m in self.misconceptions if m.id in exemplar.misconceptions)
        return 100.0 * max(0.0, earned - lost) / self.points


class ThisRubric:
    """A rubric as the key of a cache: this very object, since a rubric has no hash."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric

    def __hash__(self) -> int:
        return id(self.rubric)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ThisRubric) and other.rubric is self.rubric


class Bank(_Model):
    """The rubrics a run can grade against, in order of number."""

    rubrics: tuple[Rubric, ...]
    name: str = ""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        problems = [
            *_repeated("id", [r.id for r in self.rubrics]),
            *_repeated("number", [str(r.number) for r in self.rubrics]),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def __len__(self) -> int:
        return len(self.rubrics)

    def get(self, rubric_id: str) -> Rubric | None:
        """The rubric with this id, or None."""
        return next((r for r in self.rubrics if r.id == rubric_id), None)

    def numbered(self, number: int) -> Rubric | None:
        """The rubric with this number, or None."""
        return next((r for r in self.rubrics if r.number == number), None)


def _repeated(what: str, names: list[str]) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    return [f"{what} '{name}' is used more than once; give each its own" for name in twice]
