"""The heat map of criteria: how each fared, and what each of a few candidates made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Verdict
from vivavoce.reports._answers import candidate_of
from vivavoce.reports._tables import CriterionRow, QuestionCriteria

__all__ = ["MOST_PEOPLE", "Heat", "HeatCell", "HeatQuestion", "HeatRow", "heat_of"]

MOST_PEOPLE = 12
"""Candidates up to which each has a column of its own."""


class HeatCell(NamedTuple):
    """A verdict, with the numbers of its answer and of its criterion in that answer."""

    answer: int
    criterion: int
    verdict: Verdict


class HeatRow(NamedTuple):
    """A criterion, and for each of the candidates the verdicts in that one's answers."""

    criterion: CriterionRow
    people: tuple[tuple[HeatCell, ...], ...]


class HeatQuestion(NamedTuple):
    """A question with its criteria."""

    id: str
    question: str
    rows: tuple[HeatRow, ...]


class Heat(NamedTuple):
    """All questions.

    Attributes:
        people: candidates in the order in which they came; none where there are too many.
        unscored: whether any criterion was left unscored.
    """

    people: tuple[str, ...]
    questions: tuple[HeatQuestion, ...]
    unscored: bool


def heat_of(grades: Sequence[tuple[int, Grade]], criteria: Sequence[QuestionCriteria]) -> Heat:
    """The map of numbered grades and what `Tables.criteria` made of them."""
    people = tuple(dict.fromkeys(candidate_of(g.answer) for _, g in grades))
    if not 1 < len(people) <= MOST_PEOPLE:
        people = ()
    cells: dict[tuple[str, str, str], list[HeatCell]] = {}
    for number, grade in grades if people else ():
        who = candidate_of(grade.answer)
        for place, criterion in enumerate(grade.criteria, 1):
            key = (grade.question_id, criterion.id, who)
            cells.setdefault(key, []).append(HeatCell(number, place, criterion.verdict))
    questions = tuple(
        HeatQuestion(
            one.id,
            one.question,
            tuple(
                HeatRow(row, tuple(tuple(cells.get((one.id, row.id, who), ())) for who in people))
                for row in one.criteria
            ),
        )
        for one in criteria
    )
    unscored = any(row.verdicts[Verdict.UNSCORED] for one in criteria for row in one.criteria)
    return Heat(people, questions, unscored)
