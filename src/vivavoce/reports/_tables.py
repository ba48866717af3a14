"""What a batch amounts to by candidate, by question and by criterion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from vivavoce.core.grade import CriterionGrade, Grade
from vivavoce.core.review import Item
from vivavoce.core.rubric import Verdict
from vivavoce.reports._answers import candidate_of, is_scored
from vivavoce.reports._text import one_line
from vivavoce.reports.run import human_score

__all__ = ["CriterionRow", "QuestionCriteria", "Row", "Tables"]


class Row(NamedTuple):
    """The answers of one candidate, or to one question.

    Attributes:
        key: the candidate's name, or the question's id.
        name: what it is called in a table.
        scored: answers that the figures rest on.
        mean, lowest, highest: of their totals, 0..100; None without any.
        review: answers that the machine asks a person to look at.
        ungraded: answers without a score: left ungraded, or no criterion scored.
        reviewed: answers with a person's score.
        human: mean of the persons' scores; None without any.
        machine: mean of the machine's totals over those of them that have one.
    """

    key: str
    name: str
    scored: int
    mean: float | None
    lowest: float | None
    highest: float | None
    review: int
    ungraded: int
    reviewed: int
    human: float | None
    machine: float | None


class CriterionRow(NamedTuple):
    """How a criterion fared in all answers to its question.

    Attributes:
        verdicts: answers by verdict, each of `Verdict`.
        credit: mean, 0..1, over the answers it was scored in; None without any.
    """

    number: int
    id: str
    statement: str
    points: float
    verdicts: dict[Verdict, int]
    credit: float | None

    @property
    def scored(self) -> int:
        """Answers in which it was scored."""
        return sum(n for v, n in self.verdicts.items() if v is not Verdict.UNSCORED)

    @property
    def lost(self) -> int:
        """Answers without it: missed and contradicted together."""
        return self.verdicts[Verdict.MISSED] + self.verdicts[Verdict.CONTRADICTED]

    def share(self, verdict: Verdict) -> float:
        """0..1, of all answers to the question."""
        return self.verdicts[verdict] / max(1, sum(self.verdicts.values()))


class QuestionCriteria(NamedTuple):
    """A question with its criteria, in the rubric's order."""

    id: str
    question: str
    criteria: tuple[CriterionRow, ...]


class _Sums:
    """Running sums of some answers; nothing of the answers themselves is kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scored = self.review = self.ungraded = self.reviewed = self.both = 0
        self.total = self.human = self.machine = 0.0
        self.lowest, self.highest = 100.0, 0.0

    def add(self, item: Item) -> None:
        grade, person = item.grade, human_score(item)
        scored = grade is not None and is_scored(grade)
        if grade is not None and scored:
            self.scored += 1
            self.total += grade.total
            self.lowest = min(self.lowest, grade.total)
            self.highest = max(self.highest, grade.total)
        self.ungraded += not scored
        self.review += grade is not None and grade.needs_review
        if person is not None and person.total is not None:
            self.reviewed += 1
            self.human += person.total
            if grade is not None and scored:
                self.both += 1
                self.machine += grade.total

    def row(self, key: str) -> Row:
        some = self.scored > 0
        return Row(
            key,
            self.name,
            self.scored,
            self.total / self.scored if some else None,
            self.lowest if some else None,
            self.highest if some else None,
            self.review,
            self.ungraded,
            self.reviewed,
            self.human / self.reviewed if self.reviewed else None,
            self.machine / self.both if self.both else None,
        )


class _CriterionSums:
    def __init__(self, first: CriterionGrade) -> None:
        self.first = first
        self.verdicts: Counter[Verdict] = Counter()
        self.credit = 0.0

    def add(self, criterion: CriterionGrade) -> None:
        self.verdicts[criterion.verdict] += 1
        self.credit += criterion.credit or 0.0

    def row(self, number: int) -> CriterionRow:
        counts = {v: self.verdicts[v] for v in Verdict}
        scored = sum(n for v, n in counts.items() if v is not Verdict.UNSCORED)
        one = self.first
        return CriterionRow(
            number,
            one.id,
            one.statement,
            one.points,
            counts,
            self.credit / scored if scored else None,
        )


class Tables:
    """Takes answers one by one; memory grows with candidates and questions alone."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._candidates: dict[str, _Sums] = {}
        self._questions: dict[str, _Sums] = {}
        self._known: dict[str, str] = {}
        self._criteria: dict[str, dict[str, _CriterionSums]] = {}
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        """Counts an answer; graded ones have to come before those left ungraded."""
        one = item.outcome
        who = candidate_of(one.answer)
        self._candidates.setdefault(who, _Sums(who)).add(item)
        if isinstance(one, Grade):
            key, words = one.question_id, one_line(one.question)
            self._known.setdefault(words, key)
            self._count(one)
        else:
            # An ungraded answer names its question as its input did: by id or by wording.
            words = one_line(one.answer.question)
            key = words if words in self._questions else self._known.get(words, words)
        self._questions.setdefault(key, _Sums(words)).add(item)

    @property
    def candidates(self) -> tuple[Row, ...]:
        """In the order in which they came."""
        return tuple(sums.row(key) for key, sums in self._candidates.items())

    @property
    def questions(self) -> tuple[Row, ...]:
        """The hardest first: by mean total; those without a score last."""
        rows = (sums.row(key) for key, sums in self._questions.items())
        return tuple(sorted(rows, key=lambda r: (r.mean is None, r.mean or 0.0)))

    @property
    def criteria(self) -> tuple[QuestionCriteria, ...]:
        """Of every question that has any, in the order in which they came."""
        return tuple(
            QuestionCriteria(
                key,
                self._questions[key].name,
                tuple(sums.row(number) for number, sums in enumerate(found.values(), 1)),
            )
            for key, found in self._criteria.items()
        )

    def _count(self, grade: Grade) -> None:
        found = self._criteria.setdefault(grade.question_id, {}) if grade.criteria else {}
        for criterion in grade.criteria:
            found.setdefault(criterion.id, _CriterionSums(criterion)).add(criterion)
